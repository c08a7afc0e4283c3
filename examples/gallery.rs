//! Every scenario on one page, for looking over: pictures, words, answers, findings. `cargo run -q --example gallery -- OUT`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command reports on its terminal")]

#[path = "picture.rs"]
#[expect(dead_code, reason = "the other command is not called here")]
mod picture;

use std::fmt::Write;
use std::process::ExitCode;
use std::{env, fs};

use interleave::draw::escape;
use interleave::scenarios::{ALL, Scenario, Selection, Told};
use interleave::timeline::diagnose;

fn main() -> ExitCode {
    let Some(out) = env::args().nth(1).filter(|out| !out.starts_with('-')) else {
        println!("usage: gallery OUT\n\nDraws every variant of every scenario at its defaults into one HTML file.");
        return ExitCode::SUCCESS;
    };
    match fs::write(&out, page()) {
        Ok(()) => {
            println!("{out}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{out}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn page() -> String {
    let style = "body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui;color-scheme:light dark}\
                 svg{max-width:100%;height:auto}li{margin:.2rem 0}";
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Interleave: every scenario</title><style>{style}</style><h1>Every scenario</h1>\n"
    );
    for scenario in ALL {
        // Writing to a string cannot fail.
        let _ = write!(page, "{}", section(scenario));
    }
    page
}

fn section(scenario: &'static Scenario) -> String {
    let selection = Selection::of(scenario);
    let traces = scenario.ideal(&selection.values);
    let told = Told::new(scenario, &selection.values, &traces);
    let choices = (scenario.question.choices)(&told);
    let mut words = format!(
        "<h2 id=\"{id}\">{id}</h2><p>{}</p>{}<p><b>{}</b> {}</p><p>{}</p><ul>",
        escape(scenario.watch),
        picture::drawn(&selection),
        escape(scenario.question.ask),
        escape(&choices.join(" · not ")),
        escape(&(scenario.why)(&told)),
        id = scenario.id,
    );
    for (variant, trace) in scenario.variants.iter().zip(&traces) {
        for found in diagnose(trace) {
            let _ = write!(words, "<li><b>{}</b>: {}</li>", escape(variant.title), escape(&found.text));
        }
    }
    words + "</ul>\n"
}
