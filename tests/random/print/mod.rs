//! Programs as text: the Python that `CPython` runs, and the Rust that does the same.

mod python;
mod rust;

pub use python::python;
pub use rust::rust;

use std::fmt::Display;

/// Lines of code, indented.
#[derive(Default)]
struct Page {
    text: String,
    depth: usize,
}

impl Page {
    fn line(&mut self, line: impl Display) {
        let line = line.to_string();
        if !line.is_empty() {
            self.text.push_str(&"    ".repeat(self.depth));
        }
        self.text.push_str(&line);
        self.text.push('\n');
    }

    fn indented(&mut self, write: impl FnOnce(&mut Self)) {
        self.depth += 1;
        write(self);
        self.depth -= 1;
    }

    /// What is written, apart: to see what stands in it before it is put in place.
    fn apart(&self, write: impl FnOnce(&mut Self)) -> String {
        let mut page = Self { text: String::new(), depth: self.depth };
        write(&mut page);
        page.text
    }
}

/// The names of the things of a kind.
pub(crate) fn thing(kind: &str, which: u8) -> String {
    format!("{kind}_{}", char::from(b'a' + which))
}
