//! Pages.

use gloo_net::http::RequestBuilder;
use interleave::world::Reply;
use web_sys::{ReferrerPolicy, RequestCache, RequestCredentials};

/// More of a page than this is not handed on.
const LETTERS_AT_MOST: usize = 1_000_000;

/// What stands at an address. Nothing comes from a cache, or the second variant would be the quicker one whatever it does;
/// and nothing tells another site who asks.
pub(crate) async fn fetch(address: &str) -> Reply {
    let request = RequestBuilder::new(address)
        .cache(RequestCache::NoStore)
        .credentials(RequestCredentials::SameOrigin)
        .referrer_policy(ReferrerPolicy::NoReferrer);
    let response = match request.send().await {
        Ok(response) => response,
        Err(why) => return Reply::Refused(format!("{address} could not be fetched: {why}")),
    };
    if !response.ok() {
        return Reply::Failed(format!("{} {}", response.status(), response.status_text()).trim_end().to_owned());
    }
    match response.text().await {
        Ok(text) => Reply::Done(text.chars().take(LETTERS_AT_MOST).collect()),
        Err(why) => Reply::Refused(format!("{address} broke off: {why}")),
    }
}
