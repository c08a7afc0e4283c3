//! The page on nginx and on Python's server, in a sub-folder, without a header or a type of ours.

use std::{
    fmt, fs,
    io::{Read, Write},
    net::{Ipv4Addr, TcpStream},
    path::{Path, PathBuf},
};

use interleave_e2e::{
    Error, Result, Session,
    process::{Process, find_program, free_port},
    server::FOLDER,
};
use tempfile::TempDir;

use crate::stage::dist;

/// A server that is not ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// nginx, with its own list of types and nothing else.
    Nginx,
    /// nginx, with a list of types that is older than wasm.
    NginxWithoutWasm,
    /// nginx, as `examples/hosting/nginx.conf` has it.
    NginxByExample,
    /// `python3 -m http.server`.
    Python,
}

impl Host {
    pub(crate) const ALL: [Self; 4] = [Self::Nginx, Self::NginxWithoutWasm, Self::NginxByExample, Self::Python];
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nginx => "nginx",
            Self::NginxWithoutWasm => "nginx_without_wasm",
            Self::NginxByExample => "nginx_by_example",
            Self::Python => "python",
        })
    }
}

/// The page, published. Dropping it ends the server.
pub(crate) struct Published {
    _process: Process,
    scratch: TempDir,
    port: u16,
}

/// An answer to a plain request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl Published {
    /// Serves the built page in a sub-folder.
    ///
    /// # Errors
    /// When the server is not installed or does not start.
    pub(crate) async fn on(host: Host) -> Result<Self> {
        let scratch = tempfile::tempdir()?;
        let root = scratch.path().join("root");
        let folder = root.join(FOLDER.trim_matches('/'));
        fs::create_dir_all(folder.parent().unwrap_or(&root))?;
        std::os::unix::fs::symlink(dist().canonicalize()?, &folder)?;
        let port = free_port()?;
        let (program, args) = match host {
            Host::Python => {
                let args = ["-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory"];
                let mut args = args.map(str::to_owned).to_vec();
                args.extend([root.display().to_string(), port.to_string()]);
                (required("python3")?, args)
            }
            Host::Nginx | Host::NginxWithoutWasm | Host::NginxByExample => {
                let server = match host {
                    Host::NginxByExample => by_example(&root, port)?,
                    Host::NginxWithoutWasm => plain(&root, port, &format!("types {{ {OLD_TYPES} }}")),
                    _ => plain(&root, port, ""),
                };
                (required("nginx")?, nginx_arguments(scratch.path(), &server)?)
            }
        };
        let mut process = Process::start(&program, &args, &[], scratch.path().join("server.log"))?;
        let listening = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok();
        process.until("its port opened", |_| listening()).await?;
        Ok(Self { _process: process, scratch, port })
    }

    fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn url(&self, relative: &str) -> String {
        format!("{}{FOLDER}{relative}", self.origin())
    }

    /// Asks for the head of a file of the page.
    pub(crate) fn head(&self, relative: &str) -> Result<Answer> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        write!(stream, "HEAD {FOLDER}{relative} HTTP/1.1\r\nHost: interleave.example\r\nConnection: close\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        let mut lines = text.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(0);
        let headers = lines.filter_map(|line| line.split_once(": ")).map(|(key, value)| (key.into(), value.into()));
        Ok(Answer { status, headers: headers.collect() })
    }

    /// What was asked for in vain, as the server's own record has it.
    fn failures(&self) -> Vec<String> {
        let records = ["access.log", "server.log"].map(|name| fs::read_to_string(self.scratch.path().join(name)));
        let lines = records.into_iter().flatten().flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
        // `"GET /some/folder/ HTTP/1.1" 200 …`
        let status = |line: &str| line.split("\" ").nth(1).and_then(|rest| rest.get(..3)?.parse::<u16>().ok());
        lines
            .filter(|line| status(line).is_some_and(|status| status >= 400) && !line.contains("/favicon.ico "))
            .collect()
    }
}

/// The types that hosts knew before there was wasm.
const OLD_TYPES: &str = "text/html html; text/css css; application/javascript js; image/svg+xml svg;";

/// A server with nothing but a folder, a port and perhaps one thing more.
fn plain(root: &Path, port: u16, more: &str) -> String {
    format!("server {{ listen 127.0.0.1:{port}; root {}; {more} }}", root.display())
}

/// nginx in the foreground, as whoever runs the tests, with all that it writes in `scratch`.
pub(crate) fn nginx_arguments(scratch: &Path, server: &str) -> Result<Vec<String>> {
    let types = nginx_types()?;
    let scratch = scratch.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|what| format!("{what}_temp_path {scratch}/{what};\n"))
        .concat();
    let settings = format!(
        "daemon off;\nmaster_process off;\npid {scratch}/nginx.pid;\nevents {{}}\nhttp {{\n\
         access_log {scratch}/access.log;\n{temporary}include {};\n{server}\n}}\n",
        types.display()
    );
    let path = format!("{scratch}/nginx.conf");
    fs::write(&path, settings)?;
    Ok(vec!["-e".to_owned(), "stderr".to_owned(), "-p".to_owned(), scratch.to_string(), "-c".to_owned(), path])
}

/// The example, with the folder and the port of a test.
pub(crate) fn by_example(root: &Path, port: u16) -> Result<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/hosting/nginx.conf");
    let text = fs::read_to_string(&path).map_err(|source| Error::File { path, source })?;
    let listens = text.replace("listen 80;", &format!("listen 127.0.0.1:{port};"));
    let serves = listens.replace("root /srv/interleave;", &format!("root {};", root.display()));
    assert!(serves != listens && listens != text, "the example has no such port or folder");
    Ok(serves)
}

/// nginx's own list of types, which lies beside it.
fn nginx_types() -> Result<PathBuf> {
    let program = required("nginx")?.canonicalize()?;
    let beside = program.ancestors().map(|folder| folder.join("etc/nginx/mime.types"));
    let mut there = beside.filter(|path| path.is_file());
    there.next().ok_or_else(|| Error::Answer(format!("{} has no list of types", program.display())))
}

/// A program, or what to do about it.
pub(crate) fn required(name: &str) -> Result<PathBuf> {
    find_program(name).ok_or_else(|| Error::Missing {
        program: name.to_owned(),
        hint: "the page is tried on hosts with it; `cargo xtask setup` gets it".to_owned(),
    })
}

/// The page opens, and a run ends with what it measured.
pub(crate) async fn a_run_is_measured(session: &Session, host: Host) -> Result<()> {
    let published = Published::on(host).await?;
    session.goto(published.url("?scenario=gather&speed=20")).await?;
    let text = |id: &str| format!("(document.querySelector('[data-testid={id}]')?.textContent ?? '')");
    let patience = session.patience();
    let drawn = format!("{}.startsWith('ideal 1.00') && document.querySelector('.lanes svg')", text("time-of-gather"));
    session.wait_until("the lanes", &drawn, patience).await?;
    session.eval("document.querySelector('[data-testid=run]').click()").await?;
    let measured = format!("{}.startsWith('measured')", text("time-of-gather"));
    session.wait_until("what was measured", &measured, patience).await?;
    for url in session.loaded_urls().await? {
        assert!(url.starts_with(&published.url("")) || url.starts_with("data:"), "{url} was asked for");
    }
    assert_eq!(published.failures(), Vec::<String>::new());
    Ok(())
}
