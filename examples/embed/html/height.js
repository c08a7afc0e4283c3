// Plain frames say how high they are. Without this script they stay as high as the page has them.
"use strict";
addEventListener("message", ({ source, origin, data }) => {
  const frames = document.querySelectorAll('iframe[src^="https://host.example/interleave/embed/"]');
  const frame = [...frames].find((it) => it.contentWindow === source);
  // A frame in a sandbox has no origin.
  if (!frame || !["https://host.example", "null"].includes(origin)) return;
  if (data?.interleave === 1 && data.is === "size") frame.style.height = `${Math.min(Number(data.height), 5000)}px`;
});
