// Starts a worker's program. If that fails it says so itself: a promise that is rejected in a worker reaches nobody.
// The files bear the same mark as this one, so that no cache mixes two builds.
importScripts("./worker.js" + location.search);
wasm_bindgen({ module_or_path: "./worker_bg.wasm" + location.search }).catch((error) => {
  postMessage([0, "refused", "the worker failed: " + error.message]);
});
