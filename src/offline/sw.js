// Keeps one version of the site whole, and answers its pages from that without a network. The build fills in the first two
// lines, so this script is another one whenever any file is.
"use strict";
const LIST = "offline.json";
const INTEGRITY = "";
const ROOT = new URL(".", location).href;
// Other sites may live on this origin, and other copies of this one.
const OURS = "interleave " + ROOT + " ";
const OWN = OURS + LIST;
const ABOUT = ROOT + LIST;
const OLDER = ABOUT + "?older";

const listIn = async (cacheName, file) => (await caches.match(file, { cacheName }))?.json();

// What is wrong is asked for once more, past the browser's cache: that may have it from another version.
const ask = async (file, integrity) => {
  const get = async (cache) => {
    const answer = await fetch(ROOT + file, { cache, integrity, priority: "low" });
    if (!answer.ok) throw new Error(file + ": " + answer.status);
    // Another one, since what was redirected may not answer for a page.
    return new Response(await answer.blob(), { headers: answer.headers });
  };
  return get("default").catch(() => get("reload"));
};

const install = async () => {
  const isNew = !(await caches.has(OWN));
  const older = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== OWN);
  const known = new Map();
  for (const name of older) {
    const list = await listIn(name, ROOT + name.slice(OURS.length));
    for (const [file, integrity] of list ?? []) known.set(file + integrity, name);
  }
  const own = await caches.open(OWN);
  const list = await ask(LIST, INTEGRITY);
  const files = await list.clone().json();
  const take = async () => {
    for (let it; (it = files.shift()); ) {
      const [file, integrity] = it;
      if (await own.match(ROOT + file)) continue;
      const cacheName = known.get(file + integrity);
      const same = cacheName && (await caches.match(ROOT + file, { cacheName }));
      await own.put(ROOT + file, same || (await ask(file, integrity)));
    }
  };
  try {
    await Promise.all([take(), take(), take(), take()]);
    await own.put(OLDER, new Response(JSON.stringify(older)));
    await own.put(ABOUT, list);
  } catch (error) {
    files.length = 0;
    if (isNew) await caches.delete(OWN);
    throw error;
  }
};

// A page may still need the version before: it was there when this one took over, or is being loaded by the worker before. So those
// files stay until somebody comes who is alone.
const tidy = async () => {
  const { installing, waiting } = registration;
  if (installing || waiting || (await clients.matchAll()).length) return;
  for (const name of (await listIn(OWN, OLDER)) ?? []) await caches.delete(name);
};

const answer = async (request, address) => {
  const isPage = request.mode === "navigate";
  const names = !isPage ? [address] : address.endsWith("/") ? [address + "index.html"] : [address, address + ".html"];
  for (const name of names) {
    const found = await caches.match(name, { cacheName: OWN });
    if (found) return found;
  }
  if (!isPage) {
    for (const cacheName of (await listIn(OWN, OLDER)) ?? []) {
      const found = await caches.match(address, { cacheName });
      if (found) return found;
    }
  }
  return fetch(request);
};

addEventListener("install", (event) => event.waitUntil(install()));
// Whoever has just come for the first time has what is kept, too, from now on.
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", () => skipWaiting());
addEventListener("fetch", (event) => {
  const { request } = event;
  const [address] = request.url.split(/[?#]/);
  // What real runs fetch from the site is asked of the network, or not had.
  if (request.method !== "GET" || !address.startsWith(ROOT) || address.startsWith(ROOT + "site/") || request.headers.has("range")) return;
  if (request.mode === "navigate") event.waitUntil(tidy());
  event.respondWith(answer(request, address));
});
