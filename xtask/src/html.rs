//! Writing coloured code as HTML, one element for each line.

use std::fmt::Write;

/// Collects pieces of code in order and writes them as lines.
///
/// A piece that spans lines is closed and opened again at each line's end, so that every line stands on its own.
#[derive(Default)]
pub(crate) struct Lines {
    /// What is written so far.
    html: String,
    /// The number of the line being written, from 1; 0 before the first.
    line: usize,
    /// Whether the line being written is still open.
    open: bool,
    /// The class of the token being written.
    class: Option<&'static str>,
    /// Blanks that will lie inside the token if it goes on, and after it if not.
    blanks: String,
}

impl Lines {
    /// Adds a piece of code in the colour of `class`; neighbours of the same class become one token.
    pub(crate) fn push(&mut self, code: &str, class: Option<&'static str>) {
        for part in code.split_inclusive('\n') {
            let text = part.trim_end_matches(['\r', '\n']);
            self.open_line();
            if !text.is_empty() {
                self.push_token(text, class);
            }
            if part.ends_with('\n') {
                self.close_line();
            }
        }
    }

    /// The finished HTML, every line of it closed.
    pub(crate) fn finish(mut self) -> String {
        if self.open {
            self.close_line();
        }
        self.html
    }

    /// Adds text without line ends.
    fn push_token(&mut self, text: &str, class: Option<&'static str>) {
        if class.is_none() && text.trim().is_empty() {
            self.blanks.push_str(text);
            return;
        }
        if class == self.class {
            self.html.push_str(&std::mem::take(&mut self.blanks));
        } else {
            self.close_token();
            if let Some(class) = class {
                write!(self.html, "<span class=\"{class}\">").expect("a string takes every write");
                self.class = Some(class);
            }
        }
        for c in text.chars() {
            match c {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                c => self.html.push(c),
            }
        }
    }

    /// Ends the token being written.
    fn close_token(&mut self) {
        if self.class.take().is_some() {
            self.html.push_str("</span>");
        }
        self.html.push_str(&std::mem::take(&mut self.blanks));
    }

    /// Begins the next line unless one is being written.
    fn open_line(&mut self) {
        if !self.open {
            self.open = true;
            self.line += 1;
            write!(self.html, "<span class=\"line\" data-line=\"{}\">", self.line).expect("a string takes every write");
        }
    }

    /// Ends the line being written.
    fn close_line(&mut self) {
        self.close_token();
        self.html.push_str("</span>\n");
        self.open = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(pieces: &[(&str, Option<&'static str>)]) -> String {
        let mut lines = Lines::default();
        for (code, class) in pieces {
            lines.push(code, *class);
        }
        lines.finish()
    }

    #[test]
    fn what_html_reads_as_markup_is_escaped() {
        assert_eq!(
            html(&[("a < b && c > \"d\" '", None)]),
            "<span class=\"line\" data-line=\"1\">a &lt; b &amp;&amp; c &gt; \"d\" '</span>\n"
        );
    }

    #[test]
    fn lines_are_numbered_from_one_and_empty_ones_count() {
        assert_eq!(
            html(&[("a\n\nb\n", None)]),
            "<span class=\"line\" data-line=\"1\">a</span>\n\
             <span class=\"line\" data-line=\"2\"></span>\n\
             <span class=\"line\" data-line=\"3\">b</span>\n"
        );
    }

    #[test]
    fn a_token_over_several_lines_is_closed_on_each() {
        assert_eq!(
            html(&[("x", None), ("'''one\r\ntwo'''", Some("s"))]),
            "<span class=\"line\" data-line=\"1\">x<span class=\"s\">'''one</span></span>\n\
             <span class=\"line\" data-line=\"2\"><span class=\"s\">two'''</span></span>\n"
        );
    }

    #[test]
    fn neighbours_of_one_class_are_one_token() {
        assert_eq!(
            html(&[("async", Some("k")), (" ", None), ("def", Some("k")), (" ", None), ("f", Some("f")), ("()", None)]),
            "<span class=\"line\" data-line=\"1\"><span class=\"k\">async def</span> <span class=\"f\">f</span>()</span>\n"
        );
    }
}
