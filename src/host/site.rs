//! The folder that the page comes from, as `src/start.js` knows it.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(js_namespace = interleave)]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = root)]
    static ROOT: String;

    /// The content of a file, by its path in the folder, as an array buffer.
    ///
    /// # Errors
    ///
    /// A JavaScript error whose message says what the server answered, if it did.
    #[wasm_bindgen(catch)]
    pub async fn get(file: &str) -> Result<JsValue, JsValue>;

    /// Replaces the style rules that change while the page lives.
    pub fn style(rules: &str);
}

/// Its address, with a slash at the end.
#[must_use]
pub fn root() -> String {
    ROOT.with(Clone::clone)
}
