//! A scenario on an ideal machine as a picture that stands alone: `cargo run -q --example picture -- gather latency=2`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command reports on its terminal")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use interleave::picture::picture;
use interleave::scenarios::Selection;

const USAGE: &str = "\
usage: picture [ID [OUT]] [NAME=VALUE ...]

Runs every variant of a scenario under the virtual clock and draws them on one time axis, as an SVG file that needs no
other. Without an ID it draws the picture that README.md opens with.

  OUT         the file to write; if not given, docs/ID.svg
  NAME=VALUE  sets a parameter
";

/// What the README opens with.
const OPENING: &str = "gather";

const STYLE: &str = concat!(include_str!("../style/tokens.css"), "\n", include_str!("../style/timeline.css"));

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help") {
        println!("{}", USAGE.trim_end());
        return ExitCode::SUCCESS;
    }
    match answer(&arguments) {
        Ok(file) => {
            println!("{}", file.display());
            ExitCode::SUCCESS
        }
        Err(complaint) => {
            eprintln!("{complaint}");
            ExitCode::from(2)
        }
    }
}

/// Draws what the arguments ask for, and gives the file that it wrote.
fn answer(arguments: &[String]) -> Result<PathBuf, String> {
    let (settings, names): (Vec<&str>, Vec<&str>) =
        arguments.iter().map(String::as_str).partition(|argument| argument.contains('='));
    let (id, out) = match names.as_slice() {
        names if names.iter().any(|name| name.starts_with('-')) => return Err(USAGE.trim_end().to_owned()),
        [] => (OPENING, None),
        [id] => (*id, None),
        [id, out] => (*id, Some(PathBuf::from(out))),
        _ => return Err(USAGE.trim_end().to_owned()),
    };
    let (selection, notices) = Selection::parse(&format!("scenario={id}&{}", settings.join("&")));
    if !notices.is_empty() {
        // Here it is a mistake, where the page goes on to say what it makes do with.
        let mistakes: Vec<&str> =
            notices.iter().map(|notice| notice.rsplit_once("; ").unwrap_or((notice, "")).0).collect();
        return Err(mistakes.join("\n"));
    }
    let out = out.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(id).with_extension("svg"));
    fs::write(&out, drawn(&selection)).map_err(|error| format!("{}: {error}", out.display()))?;
    Ok(out)
}

/// The selection's variants on an ideal machine, as SVG.
pub(crate) fn drawn(selection: &Selection) -> String {
    picture(selection, STYLE)
}
