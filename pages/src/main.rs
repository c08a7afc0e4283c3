//! Writes what of the published site stands still into the folder of a built page.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command reports on its terminal")]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use interleave_pages::BaseUrl;

/// Writes a page, an embed and pictures for each scenario, icons and the manifest into the folder of a built page
#[derive(Parser)]
#[command(disable_version_flag = true)]
struct Cli {
    /// The folder, with the `index.html` of a built page
    site: PathBuf,
    /// The address at which the folder will be found, such as <https://example.org/interleave/>
    #[arg(long, value_name = "URL")]
    base_url: Option<BaseUrl>,
}

fn main() -> ExitCode {
    let Cli { site, base_url } = Cli::parse();
    match interleave_pages::write(&site, base_url.as_ref()) {
        Ok(written) => {
            println!("{} files, {} kB, in {}", written.files, written.bytes / 1000, site.display());
            if base_url.is_none() {
                println!(
                    "Without --base-url there are no canonical addresses, link previews, oEmbed, sitemap.xml and robots.txt."
                );
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
