//! Stands in for the crate of the same name.
//!
//! Leptos brings server functions along, and they bring `wasm-streams`, whose JavaScript classes are exported and therefore
//! never removed as dead code: 7 kB gzipped of every first visit, for nothing, since this page has no server. Only what
//! server functions need in order to compile is here; nothing of it is ever called.

#![forbid(unsafe_code)]

use futures_core::Stream;
use wasm_bindgen::JsValue;

/// A JavaScript stream.
#[derive(Debug)]
pub struct ReadableStream {
    raw: web_sys::ReadableStream,
}

impl ReadableStream {
    /// Wraps a stream.
    #[must_use]
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self { raw }
    }

    /// Would send a Rust stream to a server.
    ///
    /// # Panics
    ///
    /// Always: there is no server.
    #[must_use]
    pub fn from_stream<S>(_: S) -> Self
    where
        S: Stream<Item = Result<JsValue, JsValue>> + 'static,
    {
        unimplemented!("this page has no server functions")
    }

    /// The stream that was wrapped.
    #[must_use]
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.raw
    }

    /// Would read what a server sends; gives nothing.
    #[must_use]
    pub fn into_stream(self) -> impl Stream<Item = Result<JsValue, JsValue>> + Unpin + 'static {
        futures_util::stream::empty()
    }
}
