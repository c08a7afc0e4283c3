//! How each example site is built.

use std::{
    env, fmt, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use interleave_e2e::server::FOLDER;
use tempfile::TempDir;

/// What the examples have where the address of the published page belongs.
const PLACEHOLDER: &str = "https://host.example/interleave";

/// The host of that address.
const PLACEHOLDER_ORIGIN: &str = "https://host.example";

/// What makes a site of an example's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Engine {
    /// Nothing: the files are the site.
    Html,
    Hugo,
    Jekyll,
    MkDocs,
    Sphinx,
    /// Astro, of a post in MDX.
    Astro,
}

impl Engine {
    pub(crate) const ALL: [Self; 6] = [Self::Html, Self::Hugo, Self::Jekyll, Self::MkDocs, Self::Sphinx, Self::Astro];

    /// The example's folder in `examples/embed`.
    fn folder(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Hugo => "hugo",
            Self::Jekyll => "jekyll",
            Self::MkDocs => "mkdocs",
            Self::Sphinx => "sphinx",
            Self::Astro => "astro",
        }
    }

    /// Where the post is in the built site.
    fn post(self) -> &'static str {
        match self {
            Self::Html => "index.html",
            Self::Hugo | Self::MkDocs => "posts/gather/index.html",
            Self::Jekyll | Self::Sphinx | Self::Astro => "posts/gather.html",
        }
    }

    /// Builds the example with the page at `address`, which has no slash at its end.
    ///
    /// # Errors
    /// When the engine is not installed or complains of anything.
    pub(crate) fn build(self, address: &str) -> Result<Built, String> {
        let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
        let (source, out) = (scratch.path().join("source"), scratch.path().join("out"));
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/embed").join(self.folder());
        // A copy, since some engines leave notes beside what they read.
        copy(&example, &source).map_err(|error| format!("{}: {error}", example.display()))?;
        self.run(&source, &out, address)?;
        let built = Built { post: self.post(), out, _scratch: scratch };
        if !built.path().is_file() {
            return Err(format!("{self} has not written {}", built.post));
        }
        Ok(built)
    }

    fn run(self, source: &Path, out: &Path, address: &str) -> Result<(), String> {
        let base = FOLDER.trim_end_matches('/');
        match self {
            Self::Html => {
                let origin = address.split('/').take(3).collect::<Vec<_>>().join("/");
                let exchange = || {
                    for name in ["index.html", "height.js"] {
                        let text = fs::read_to_string(source.join(name))?;
                        let text = text.replace(PLACEHOLDER, address).replace(PLACEHOLDER_ORIGIN, &origin);
                        fs::write(source.join(name), text)?;
                    }
                    fs::rename(source, out)
                };
                exchange().map_err(|error| error.to_string())
            }
            Self::Hugo => call(
                Command::new("hugo")
                    .env("HUGO_PARAMS_INTERLEAVE", address)
                    .args(["--quiet", "--panicOnWarning", "--baseURL"])
                    .arg(format!("https://blog.example{FOLDER}"))
                    .arg("--destination")
                    .arg(out)
                    .current_dir(source),
            ),
            Self::Jekyll => {
                let settings = source.join("_test.yml");
                fs::write(&settings, format!("interleave: {address}\n")).map_err(|error| error.to_string())?;
                call(
                    Command::new("jekyll")
                        // The system's Jekyll, not one that a Gemfile would fetch.
                        .env("JEKYLL_NO_BUNDLER_REQUIRE", "true")
                        .args(["build", "--quiet", "--strict_front_matter", "--config", "_config.yml,_test.yml"])
                        .args(["--baseurl", base, "--destination"])
                        .arg(out)
                        .current_dir(source),
                )
            }
            Self::MkDocs => call(
                Command::new("mkdocs")
                    .env("INTERLEAVE", address)
                    .args(["build", "--quiet", "--strict", "--site-dir"])
                    .arg(out)
                    .current_dir(source),
            ),
            Self::Sphinx => call(
                Command::new("sphinx-build")
                    .args(["-q", "-W", "-d", "doctrees", "-D"])
                    .arg(format!("interleave_address={address}"))
                    .arg(".")
                    .arg(out)
                    .current_dir(source),
            ),
            Self::Astro => {
                let modules = astro_modules(source)?;
                call(
                    Command::new("node")
                        .env("PUBLIC_INTERLEAVE", address)
                        .env("ASTRO_TELEMETRY_DISABLED", "1")
                        .arg(modules.join("astro/astro.js"))
                        .args(["build", "--silent", "--base", base])
                        .current_dir(source),
                )?;
                fs::rename(source.join("dist"), out).map_err(|error| error.to_string())
            }
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.folder())
    }
}

/// A site that has been built.
#[derive(Debug)]
pub(crate) struct Built {
    /// The post's path below the site's folder.
    pub(crate) post: &'static str,
    /// The site's folder.
    pub(crate) out: PathBuf,
    _scratch: TempDir,
}

impl Built {
    fn path(&self) -> PathBuf {
        self.out.join(self.post)
    }

    /// The post as its readers' browsers get it.
    pub(crate) fn html(&self) -> String {
        fs::read_to_string(self.path()).unwrap_or_default()
    }
}

/// Puts Astro's modules beside the copied source, where it looks for them.
fn astro_modules(source: &Path) -> Result<PathBuf, String> {
    let modules = env::var_os("INTERLEAVE_ASTRO_MODULES").map(PathBuf::from);
    let Some(modules) = modules.filter(|modules| modules.join("astro").is_dir()) else {
        return Err("Astro's modules are not there; `cargo xtask setup` installs them".to_owned());
    };
    let beside = source.join("node_modules");
    std::os::unix::fs::symlink(&modules, &beside).map_err(|error| error.to_string())?;
    Ok(beside)
}

/// Runs a builder, quietly unless it fails.
fn call(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output =
        output.map_err(|error| format!("`{name}` does not start ({error}); `cargo xtask setup` installs it"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("`{name}` failed:\n{}", String::from_utf8_lossy(&said)))
}

/// Copies a folder without what was installed or built in it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    const NOT_SOURCE: [&str; 6] = ["node_modules", "dist", "site", "public", "_site", "_build"];
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if NOT_SOURCE.iter().any(|it| name == *it) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to.join(&name))?;
        } else {
            fs::copy(entry.path(), to.join(&name))?;
        }
    }
    Ok(())
}
