//! Puts the built page where others would have it: on hosts that are not ours, and into other people's sites.
//!
//! | Module        | What it holds                                                            |
//! |---------------|--------------------------------------------------------------------------|
//! | [`engine`]    | how each example site is built                                           |
//! | [`post`]      | what has to be true of a post with scenarios in it                       |
//! | [`published`] | the page on nginx and on Python's server                                 |
//! | [`recipes`]   | the files in `examples/hosting`                                          |
//! | [`stage`]     | what lasts from one test to the next: the open browser, the built sites  |
//!
//! Plain HTML and the hosts are tried in every browser of `E2E_BROWSERS`; what engines make of a post in the first of
//! them, since all make the same tags of it.
#![forbid(unsafe_code)]
#![expect(clippy::print_stderr, reason = "a test program reports on its terminal")]

mod engine;
mod post;
mod published;
mod recipes;
mod stage;

use std::{process::ExitCode, sync::Arc};

use interleave_e2e::Browser;
use libtest_mimic::{Arguments, Trial};

use engine::Engine;
use published::Host;
use stage::Stage;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Browsers are heavy: they take turns, and so do the tests in each.
    arguments.test_threads = Some(1);
    let browsers = match Browser::wanted() {
        Ok(browsers) => browsers,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let stage = Arc::new(Stage::default());
    let conclusion = libtest_mimic::run(&arguments, trials(&stage, &browsers));
    stage.close();
    conclusion.exit_code()
}

/// Every test, in the order in which they are run.
fn trials(stage: &Arc<Stage>, browsers: &[Browser]) -> Vec<Trial> {
    let mut trials = Vec::new();
    let mut add = |name: String, test: Box<dyn Fn(&Stage) -> stage::Outcome + Send>| {
        let stage = Arc::clone(stage);
        trials.push(Trial::test(name, move || test(&stage)));
    };
    for &(name, check) in recipes::ALL {
        add(format!("hosting::{name}"), Box::new(move |stage| stage.check_files(check)));
    }
    for engine in Engine::ALL {
        let name = format!("{engine}::the_fallback_stands_in_the_html");
        add(name, Box::new(move |stage| stage.check_html(engine)));
    }
    for (place, &browser) in browsers.iter().enumerate() {
        for engine in Engine::ALL {
            let told = |check: &&post::Check| {
                let everywhere = place == 0 && check.of_every_engine;
                check.browsers.contains(&browser) && (everywhere || engine == Engine::Html)
            };
            for check in post::ALL.iter().filter(told) {
                let name = format!("{browser}::{engine}::{}", check.name);
                add(name, Box::new(move |stage| stage.check_post(browser, engine, check)));
            }
        }
        for host in Host::ALL {
            let name = format!("{browser}::{host}::a_run_is_measured");
            add(name, Box::new(move |stage| stage.check_host(browser, host)));
        }
    }
    trials
}
