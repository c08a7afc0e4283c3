// <interleave-scenario>: a scenario inside somebody's page. It is a frame, so that neither page's styles, scripts and errors
// reach the other, and this is a classic script, so that it works from any host, with or without CORS headers.
"use strict";
(() => {
  const TAG = "interleave-scenario";
  if (customElements.get(TAG)) return;
  const script = document.currentScript ?? [...document.scripts].findLast((it) => /\/embed\.js([?#]|$)/.test(it.src));
  if (!script) return console.error(`${TAG}: cannot tell where its script comes from; use <script src="…/embed.js" async></script>`);
  const root = new URL(".", script.src);

  // What is about the element itself; everything else is for the scenario.
  const OWN = /^(loading|theme|sandbox|id|class|style|title|hidden|slot|role|lang|dir|tabindex|is|part|inert|(data|aria|on).*)$/;
  const PATIENCE_MILLIS = 20000;
  // So far from the edge of the window a scenario begins to load.
  const NEAR = "400px 0px";

  // No style element, which the page's policy may forbid.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { display: block; position: relative; }
    :host([hidden]) { display: none; }
    iframe { display: block; width: 100%; height: 0; border: 0; color-scheme: light dark; }
    iframe:not(.shown) { position: absolute; visibility: hidden; }
    .shown ~ slot { display: none; }
    p { margin: .5em 0; font: 14px/1.5 system-ui, sans-serif; }
    p:empty { display: none; }
    button { font: inherit; padding: .3em .8em; cursor: pointer; }
  `);

  const make = (name, properties) => Object.assign(document.createElement(name), properties);

  // One listener for all, for as long as there is one of them.
  const elements = new Set();
  const hear = (event) => {
    for (const element of elements) element.hear(event);
  };

  /** Whether what lies behind an element is dark: that is how its page looks, however it was told to. */
  const isDark = (element) => {
    for (let it = element; it; it = it.parentNode ?? it.host) {
      if (!(it instanceof Element)) continue;
      const [red, green, blue, alpha = 1] = (getComputedStyle(it).backgroundColor.match(/^rgba?\((.*)\)/)?.[1] ?? "0,0,0,0").split(/[ ,/]+/).map(Number);
      if (alpha > 0.5) return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
    }
    const schemes = getComputedStyle(document.documentElement).colorScheme;
    return schemes.includes("dark") && (!schemes.includes("light") || matchMedia("(prefers-color-scheme: dark)").matches);
  };

  class Scenario extends HTMLElement {
    #frame = null;
    #note = make("p");
    #isReady = false;
    #said = "";
    #wanted = [];
    #runs = [];
    #undo = [];
    #patience;
    /** What came out of the last run; null before the first. */
    result = null;

    connectedCallback() {
      if (!this.shadowRoot) {
        const shadow = this.attachShadow({ mode: "open" });
        shadow.adoptedStyleSheets = [sheet];
        shadow.append(make("slot"), this.#note);
      }
      if (elements.size === 0) addEventListener("message", hear);
      elements.add(this);
      this.#watch();
      const loading = this.getAttribute("loading") ?? "visible";
      if (loading === "eager") return this.#load();
      if (loading === "click") return this.#offer("", "Run it here");
      const observer = new IntersectionObserver((seen) => seen.some((it) => it.isIntersecting) && this.#load(), { rootMargin: NEAR });
      observer.observe(this);
      this.#undo.push(() => observer.disconnect());
    }

    disconnectedCallback() {
      this.#drop();
      for (const undo of this.#undo.splice(0)) undo();
      elements.delete(this);
      if (elements.size === 0) removeEventListener("message", hear);
      for (const [, reject] of this.#runs.splice(0)) reject(new Error("the scenario was taken out of the page"));
    }

    /** Runs the scenario; gives what came out. Loads it first where that has not happened. */
    run() {
      return new Promise((resolve, reject) => {
        this.#runs.push([resolve, reject]);
        this.#load();
        this.#say({ do: "run" });
      });
    }

    /** Stops a run. */
    stop() {
      if (this.#frame) this.#say({ do: "stop" });
    }

    /** Takes a message, if it is for this element. */
    hear({ source, origin, data }) {
      if (!this.#frame || source !== this.#frame.contentWindow || origin !== this.#origin || data?.interleave !== 1) return;
      const { is, height, result, message } = data;
      if (is === "size" && height > 0 && height < 1e5) {
        this.#frame.style.height = `${Math.ceil(height)}px`;
      } else if (is === "ready") {
        clearTimeout(this.#patience);
        this.#isReady = true;
        this.#frame.classList.add("shown");
        // It was told another state while it was on its way.
        this.#update();
        for (const wanted of this.#wanted.splice(0)) this.#post(wanted);
        this.#tell(is);
      } else if (is === "run" || is === "stop") {
        this.#tell(is);
        if (is === "stop") this.#settle(1, new Error("the run was stopped"));
      } else if (is === "done") {
        this.result = result;
        this.#tell(is, result);
        this.#settle(0, result);
      } else if (is === "error") {
        this.#fail(String(message));
      }
    }

    #settle(how, what) {
      for (const run of this.#runs.splice(0)) run[how](what);
    }

    #tell(what, detail = null) {
      this.dispatchEvent(new CustomEvent("interleave:" + what, { detail, bubbles: true, composed: true }));
    }

    get #origin() {
      return this.hasAttribute("sandbox") ? "null" : root.origin;
    }

    get #theme() {
      const theme = this.getAttribute("theme");
      return theme === "light" || theme === "dark" ? theme : isDark(this) ? "dark" : "light";
    }

    get #query() {
      const query = new URLSearchParams();
      for (const { name, value } of this.attributes) if (!OWN.test(name)) query.append(name, value);
      return query.toString();
    }

    /** Follows the element's attributes, and the page's theme. */
    #watch() {
      const update = () => this.#update();
      const own = new MutationObserver(update);
      own.observe(this, { attributes: true });
      const later = () => [0, 400].forEach((millis) => setTimeout(update, millis));
      const theme = new MutationObserver(later);
      for (let it = this.parentNode; it; it = it.parentNode ?? it.host) if (it instanceof Element) theme.observe(it, { attributes: true });
      const system = matchMedia("(prefers-color-scheme: dark)");
      system.addEventListener("change", later);
      this.#undo.push(() => (own.disconnect(), theme.disconnect(), system.removeEventListener("change", later)));
    }

    /** Tells the frame what has changed. */
    #update() {
      if (!this.#isReady) return;
      const state = { do: "set", query: this.#query, theme: this.#theme };
      const said = JSON.stringify(state);
      if (said !== this.#said) this.#post(state);
      this.#said = said;
    }

    #say(message) {
      // Attributes that were set before it are to hold.
      this.#update();
      if (this.#isReady) this.#post(message);
      else this.#wanted.push(message);
    }

    #post(message) {
      const { contentWindow } = this.#frame;
      // A frame without an origin cannot be named.
      contentWindow?.postMessage({ interleave: 1, ...message }, this.#origin === "null" ? "*" : this.#origin);
    }

    #load() {
      if (this.#frame || !this.isConnected) return;
      this.#note.replaceChildren();
      const address = new URL("embed/index.html", root);
      const [query, theme] = [this.#query, this.#theme];
      this.#said = JSON.stringify({ do: "set", query, theme });
      address.search = query;
      address.searchParams.set("theme", theme);
      address.searchParams.set("origin", location.origin);
      const frame = make("iframe", { title: this.title || `Interleave: ${this.getAttribute("scenario") ?? "a scenario"}` });
      const sandbox = "allow-scripts allow-popups allow-popups-to-escape-sandbox";
      frame.setAttribute("sandbox", this.hasAttribute("sandbox") ? sandbox : sandbox + " allow-same-origin");
      frame.src = address.href;
      this.#frame = frame;
      this.shadowRoot.prepend(frame);
      this.#patience = setTimeout(() => this.#fail("it did not answer in time"), PATIENCE_MILLIS);
    }

    #drop() {
      clearTimeout(this.#patience);
      this.#frame?.remove();
      this.#frame = null;
      this.#isReady = false;
      this.#wanted = [];
    }

    #fail(why) {
      this.#drop();
      this.#offer(`The interactive version could not be loaded: ${why} `, "Try again");
      this.#settle(1, new Error(why));
      this.#tell("error", { message: why });
    }

    #offer(words, label) {
      this.#note.replaceChildren(words, make("button", { type: "button", textContent: label, onclick: () => this.#load() }));
    }
  }
  customElements.define(TAG, Scenario);
})();
