//! Rows as a table: RFC 4180, with a line for each segment.

use std::time::Duration;

use super::{Export, Run, state_name};
use crate::aio::trace::{What, exact_seconds};
use crate::timeline::Resolution;

const HEAD: [&str; 10] =
    ["variant", "label", "task", "depth", "state", "from_s", "to_s", "duration_s", "waits_for", "outcome"];

/// A line for each stretch of time that a task or an operation was in one state. A text that a spreadsheet would take for a
/// formula has an apostrophe before it, and so has one that begins with an apostrophe: whoever takes one away from each text
/// that begins with it has what was there.
#[must_use]
pub fn csv(export: &Export<'_>) -> String {
    let mut out = HEAD.join(",") + "\r\n";
    for run in &export.runs {
        write_run(&mut out, run);
    }
    out
}

fn write_run(out: &mut String, Run { variant, trace, timeline, .. }: &Run<'_>) {
    let time = |time: Duration| seconds(time, timeline.resolution);
    for row in &timeline.rows {
        let outcome = row.end.as_ref().map(|(_, outcome)| trace.describe(&What::Finished(outcome.clone())));
        let outcome = text(&outcome.unwrap_or_default());
        let begin = [text(variant.id), text(&row.label), row.task.0.to_string(), row.depth.to_string()].join(",");
        for segment in &row.segments {
            let waits_for = segment.wait.as_ref().map(|wait| trace.describe_wait(wait)).unwrap_or_default();
            let cells = [
                &*begin,
                state_name(segment.state),
                &time(segment.from),
                &time(segment.to),
                &time(segment.to.saturating_sub(segment.from)),
                &text(&waits_for),
                &outcome,
            ];
            out.push_str(&cells.join(","));
            out.push_str("\r\n");
        }
    }
}

/// A time with no digit below a step of its clock.
fn seconds(time: Duration, clock: Resolution) -> String {
    const DIGITS: u32 = 9;
    let step = clock.step().as_nanos().max(1);
    let below = step.ilog10().min(DIGITS);
    let unit = 10_u64.pow(below);
    let nanos = time.as_nanos().min(u128::from(u64::MAX)) as u64;
    exact_seconds(Duration::from_nanos(nanos.saturating_add(unit / 2) / unit * unit))
}

/// A cell that is a text whatever reads it.
fn text(text: &str) -> String {
    // Where letters are as wide as ideographs, their signs begin a formula, too.
    const FORMULAS: &[char] = &['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n', '\''];
    let guard = if text.starts_with(FORMULAS) { "'" } else { "" };
    let needs_quotes = text.contains([',', '"', '\r', '\n', ';', '\t']) || text.trim() != text;
    if needs_quotes { format!("\"{guard}{}\"", text.replace('"', "\"\"")) } else { format!("{guard}{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_formula_is_a_text() {
        for (before, after) in [
            ("", ""),
            ("job 1", "job 1"),
            ("a, \"b\"", "\"a, \"\"b\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("-1", "'-1"),
            ("＝1", "'＝1"),
            ("\t=1", "\"'\t=1\""),
            (" =1", "\" =1\""),
            ("'quoted'", "''quoted'"),
        ] {
            assert_eq!(text(before), after);
        }
    }
}
