//! A worker: answers what a page's programs ask of the world outside.
//!
//! A message is an array of a number and a [`Request`]'s parts; its answer an array of that number and a [`Reply`]'s parts.
//! Asked to tidy up, a worker removes what it has put into storage and ends.

#[cfg(target_arch = "wasm32")]
mod database;
#[cfg(target_arch = "wasm32")]
mod files;
#[cfg(target_arch = "wasm32")]
mod scope;
#[cfg(target_arch = "wasm32")]
mod web;

fn main() {
    #[cfg(target_arch = "wasm32")]
    scope::listen();
}
