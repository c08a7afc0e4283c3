// The first script of every page. It loads the program, and until that has started it alone can say what went wrong.
"use strict";
(() => {
  const { src, dataset } = document.currentScript;
  const root = new URL(".", src).href;
  // A frame in a sandbox has no origin: without a word from its host it may not read files, but it may run scripts.
  const isOutcast = self.origin === "null";

  // Every text that becomes markup or the address of a script passes here, where the browser has Trusted Types. The program
  // escapes what comes from outside; this is for the day on which it forgets.
  const RISKY = /<\/?(script|iframe|frame|object|embed|base|meta|link|form)\b|\bjavascript:|\s(on\w+|srcdoc)\s*=/i;
  const inTags = (markup) => (markup.match(/<[a-z][^>]*>/gi) ?? []).join().replace(/"[^"]*"/g, (it) => (/^"\s*javascript:/i.test(it) ? it : '""'));
  self.trustedTypes?.createPolicy("default", {
    createHTML: (markup) => {
      if (RISKY.test(markup) && RISKY.test(inTags(markup))) throw new TypeError("this markup is none of the playground's");
      return markup;
    },
    createScriptURL: (address) => {
      if (!new URL(address, root).href.startsWith(root)) throw new TypeError("this script is none of the playground's");
      return address;
    },
  });

  const addScript = (file, integrity) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      if (integrity && !isOutcast) script.integrity = integrity;
      script.onload = resolve;
      script.onerror = () => reject(new Error("a file is missing or was not delivered."));
      script.src = root + file;
      document.head.append(script);
    });

  // For such a frame every file has a twin, a script with the same content.
  const unpack = {};
  const inflate = (text) => {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  };
  const getTwin = (file) =>
    new Promise((resolve, reject) => {
      unpack[file] = (text) => resolve(inflate(text));
      addScript(file + ".js").catch(reject);
    });
  let mayRead = true;
  const ask = async (file, how) => {
    const answer = await fetch(root + file, how);
    if (!answer.ok) throw new Error("the server answered " + answer.status);
    return answer;
  };
  const read = async (file, how) => {
    if (mayRead) {
      try {
        return await (await ask(file, how)).arrayBuffer();
      } catch (error) {
        if (!isOutcast) throw error;
        mayRead = false;
      }
    }
    return getTwin(file);
  };

  const sheet = new CSSStyleSheet();
  self.interleave = {
    root,
    // Without a name of its own the minifier would take it for a getter.
    get: read,
    // What a twin calls.
    unpack: (file, text) => unpack[file](text),
    // Rules that change while the page lives; a style element would be against the page's policy.
    style: (rules) => {
      sheet.replaceSync(rules);
      if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    },
  };

  // The page may still be on its way.
  const isParsed = new Promise((resolve) => (document.readyState === "loading" ? addEventListener("DOMContentLoaded", resolve) : resolve()));
  // The program takes it away when it starts.
  const boot = () => document.getElementById("boot");
  const preloaded = () => [...document.querySelectorAll("link[rel=modulepreload], link[rel=preload]")].map((it) => it.href);
  const files = () => (dataset.program ? [root + dataset.program, root + dataset.wasm] : preloaded());
  let failure = false;
  // Called in this one place: the minifier would call a second use without its object.
  const askAll = (how) => Promise.allSettled(files().map((it) => fetch(it, how)));
  // A plain reload would get a failed file from WebKit's memory again.
  const again = () => askAll({ cache: "reload" }).then(() => location.reload());
  const say = (text) => {
    const message = boot().querySelector("[data-boot]");
    message.textContent = text;
    if (boot().querySelector("button")) return;
    const button = document.createElement("button");
    button.textContent = "Try again";
    button.onclick = again;
    message.after(button);
  };
  const failed = async (why) => {
    failure = true;
    await isParsed;
    if (!boot()) return;
    say("The playground could not be loaded: " + why);
    // The page around a frame shows something of its own instead.
    const around = new URLSearchParams(location.search).get("origin");
    if (document.documentElement.dataset.page === "embed") parent.postMessage({ interleave: 1, is: "error", message: why }, /^https?:/.test(around) ? around : "*");
  };
  addEventListener("error", (event) => failed(event.message || "a file is missing or was not delivered."), true);
  addEventListener("unhandledrejection", (event) => failed(String(event.reason?.message || event.reason)));
  setTimeout(() => failure || (boot() && say("Still loading… The connection may be slow.")), 15000);
  if (typeof WebAssembly !== "object") return failed("this browser has no WebAssembly.");
  if (!dataset.program) return;

  // Has a worker keep the site's files for visits without a network. A page stays with the version that it was loaded with: a newer
  // one waits until no page is left that needs the older, or until a reader asks for it, and then all of them load it.
  const keep = async () => {
    const { serviceWorker, connection } = navigator;
    if (!serviceWorker || connection?.saveData) return;
    let isKept = serviceWorker.controller;
    serviceWorker.oncontrollerchange = () => (isKept ? location.reload() : (isKept = true));
    const copy = await serviceWorker.register(root + "sw.js");
    const tell = () => {
      if (!copy.waiting || !isKept || document.querySelector(".update")) return;
      const notice = document.createElement("div");
      const button = document.createElement("button");
      notice.className = "update";
      notice.role = "status";
      notice.append("A new version is ready.", button);
      button.textContent = "Reload";
      button.onclick = () => copy.waiting.postMessage("now");
      document.body.append(notice);
    };
    const watch = () => {
      if (copy.installing) copy.installing.onstatechange = tell;
      tell();
    };
    copy.onupdatefound = watch;
    watch();
    document.onvisibilitychange = () => document.hidden || copy.update().catch(() => {});
  };
  const idle = self.requestIdleCallback ?? setTimeout;

  // What the program will ask for. A frame's page cannot say so itself: without an origin it would load that in vain.
  const named = new URLSearchParams(location.search).get("scenario") ?? dataset.first;
  const early = dataset.files ? JSON.parse(dataset.files)[JSON.parse(dataset.scenarios)[named]] : dataset.parts;
  for (const file of isOutcast || !early ? [] : early.split(" ")) {
    const link = document.createElement("link");
    link.rel = "preload";
    link.as = "fetch";
    link.crossOrigin = "anonymous";
    link.href = root + file;
    document.head.append(link);
  }

  // The program's own errors are told by itself, once it has begun.
  const wasm = ask(dataset.wasm, { integrity: dataset.wasmIntegrity }).catch((error) => {
    if (!isOutcast) throw error;
    mayRead = false;
    return getTwin(dataset.wasm);
  });
  Promise.all([wasm, addScript(dataset.program, dataset.programIntegrity), isParsed])
    .then(([module_or_path]) => self.interleave.init({ module_or_path }))
    .then((wasm) => {
      dispatchEvent(new CustomEvent("TrunkApplicationStarted", { detail: { wasm } }));
      // A frame is somebody else's page, which has asked for no copy. What a reader waits for comes first.
      if (self === top && document.documentElement.dataset.page !== "embed") setTimeout(() => idle(() => keep().catch(() => {})), 2000);
    })
    .catch((error) => failed(error.message));
})();
