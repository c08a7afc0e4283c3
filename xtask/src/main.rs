//! The project's commands. `cargo xtask help` lists them.
//!
//! Each command first makes sure of the tools it needs and installs what is missing, in a pinned version, once.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "the commands talk to the person who started them")]
#![expect(clippy::print_stderr, reason = "what goes wrong is said apart from what was asked for")]

mod bench;
mod browsers;
mod conformance;
mod deny;
mod finish;
mod fuzz;
mod highlight;
mod hosts;
mod html;
mod install;
mod judges;
mod lint;
mod names;
mod offline;
mod page;
mod pins;
mod process;
mod project;
mod setup;
mod sizes;
mod split;
mod steps;
mod system;
mod test;
mod toolchain;
mod tools;
mod wasm_opt;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use browsers::Browser;

/// The project's commands; each installs what it needs and does not find, and says so.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_version_flag = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What can be asked for.
#[derive(Subcommand)]
enum Command {
    /// Build the page, serve it and rebuild it after every change
    Serve {
        /// Serve the optimised page
        #[arg(long)]
        release: bool,
        /// Serve on this port instead of the one in Trunk.toml
        #[arg(long)]
        port: Option<u16>,
        /// Open the page in the default browser
        #[arg(long)]
        open: bool,
    },
    /// Build the optimised page into dist/, ready for any static host
    Build {
        /// The address at which the site will be found, for canonical addresses, link previews, oEmbed and the map
        #[arg(long, value_name = "URL")]
        base_url: Option<String>,
    },
    /// Run every test: native, in a browser, the page's size, end to end, on hosts and in other sites
    Test {
        /// Leave out the end-to-end tests, and those on hosts
        #[arg(long)]
        skip_e2e: bool,
        /// Browsers for the end-to-end tests; the first but webkit also runs the tests in a browser
        #[arg(long, value_enum, value_delimiter = ',', default_values_t = Browser::defaults())]
        browsers: Vec<Browser>,
    },
    /// Run random programs by the executor and by Python, and show where they differ
    Conformance(conformance::Options),
    /// Feed what is read from outside with what nobody would write
    Fuzz {
        /// Only this: a program in `fuzz/fuzz_targets`
        target: Option<String>,
        /// How long for each
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Check the licences and sources of everything that the project is built from
    Deny,
    /// Check formatting, clippy and rustdoc, natively and for wasm
    Lint,
    /// Build the page and print what a first visit loads: raw, gzip and brotli bytes
    Sizes,
    /// Measure the executor in the browser and natively, what a first visit costs, and what Lighthouse says of it
    Bench,
    /// Draw the pictures in docs/
    Picture,
    /// Draws every scenario into target/gallery.html, for looking over
    Gallery,
    /// Write the scenarios' code as highlighted HTML
    Highlight {
        /// Folder to write to; inside a trunk build its staging folder's `code`
        out_dir: Option<PathBuf>,
    },
    /// Make of the page that was built what is served or published (run by trunk)
    Finish,
    /// List a finished page's files for visits without a network (the last step of a build)
    #[command(hide = true)]
    Offline {
        /// The page's folder
        page: PathBuf,
    },
    /// Install everything that all commands need
    Setup,
}

fn main() -> ExitCode {
    let done = if split::stands_in() {
        split::wasm_bindgen(&env::args_os().skip(1).collect::<Vec<_>>()).map(|()| ExitCode::SUCCESS)
    } else {
        run(Cli::parse().command)
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs one command; a failed check is an exit code, anything that kept the command from working an error.
fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Serve { release, port, open } => page::serve(release, port, open)?,
        Command::Build { base_url } => page::build(base_url.as_deref())?,
        Command::Test { skip_e2e, browsers } => return Ok(test::run(skip_e2e, &browsers)),
        Command::Conformance(options) => return conformance::run(&options),
        Command::Fuzz { target, seconds } => return Ok(fuzz::run(target.as_deref(), seconds)),
        Command::Deny => deny::run()?,
        Command::Lint => return Ok(lint::run()),
        Command::Sizes => sizes::run()?,
        Command::Bench => bench::run()?,
        Command::Gallery => process::run(process::command("cargo").args([
            "run",
            "--quiet",
            "--example",
            "gallery",
            "--",
            "target/gallery.html",
        ]))?,
        Command::Picture => process::run(process::command("cargo").args(["run", "--quiet", "--example", "picture"]))?,
        Command::Highlight { out_dir } => highlight::run(out_dir)?,
        Command::Finish => finish::run()?,
        Command::Offline { page } => offline::write(&page)?,
        Command::Setup => setup::run()?,
    }
    Ok(ExitCode::SUCCESS)
}
