//! The picture that the README opens with is the one that the code draws.

use std::fs;
use std::path::Path;

use interleave::scenarios::Selection;

#[path = "../examples/picture.rs"]
#[expect(dead_code, reason = "the command around the drawing is not called here")]
mod example;

#[test]
fn the_readmes_picture_is_what_the_code_draws_now() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gather.svg");
    let kept = fs::read_to_string(file).expect("docs/gather.svg");
    let (selection, _) = Selection::parse("scenario=gather");
    assert!(
        kept == example::drawn(&selection),
        "docs/gather.svg is not up to date: `cargo xtask picture` draws it anew"
    );
}
