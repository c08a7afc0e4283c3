//! A static host on this machine that remembers what was asked of it.
//!
//! It serves a folder under a sub-folder of the site, as a blog or a project page would, so that a page which only works
//! at the root of its host fails here. Everything outside that sub-folder is 404, and recorded like the rest.

use std::{
    collections::HashMap,
    convert::Infallible,
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use axum::{
    body::Body,
    extract::Request as HttpRequest,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tempfile::TempDir;
use tokio::{
    net::TcpListener,
    task::{JoinHandle, JoinSet},
};
use tower::{ServiceExt, service_fn};
use tower_http::services::ServeDir;

use crate::{Error, Result};

/// The sub-folder that [`Site::serve`] puts a site into.
pub const FOLDER: &str = "/some/folder/";

/// One request that reached the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The path from the root of the host, without the query.
    pub path: String,
    /// What follows the question mark, if anything does.
    pub query: Option<String>,
    /// The status answered, such as 200 or 404.
    pub status: u16,
    /// The length of the body answered, where it was known beforehand.
    pub bytes: Option<u64>,
    /// When it arrived.
    pub at: SystemTime,
}

/// A folder served at `http://127.0.0.1:<a free port>/some/folder/`.
///
/// Dropping it stops the server and closes its connections.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    content: Arc<Content>,
    task: Mutex<JoinHandle<()>>,
}

impl Site {
    /// Serves `dir`.
    ///
    /// # Errors
    /// [`Error::File`] when `dir` is not a folder; [`Error::Io`] when no port can be had.
    pub async fn serve(dir: &Path) -> Result<Self> {
        Self::serve_with(dir, []).await
    }

    /// Serves `dir` with other files laid over it, each a name and its content: scripts where the name ends in `.js`, or else
    /// HTML pages.
    ///
    /// # Errors
    /// As for [`Site::serve`].
    pub async fn serve_with(dir: &Path, pages: impl IntoIterator<Item = (&str, String)>) -> Result<Self> {
        let content = Arc::new(Content {
            dir: Mutex::new(folder(dir)?),
            pages: pages.into_iter().map(|(name, html)| (name.to_owned(), html)).collect(),
            requests: Mutex::default(),
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let task = Mutex::new(answer_at(listener, Arc::clone(&content)));
        Ok(Self { address, content, task })
    }

    /// Closes all connections and takes no new ones, until [`Site::put_up`].
    pub async fn take_down(&self) {
        lock(&self.task).abort();
        while !lock(&self.task).is_finished() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Answers again, at the same address.
    ///
    /// # Errors
    /// [`Error::Io`] when the port has been taken meanwhile.
    pub async fn put_up(&self) -> Result<()> {
        let listener = TcpListener::bind(self.address).await?;
        *lock(&self.task) = answer_at(listener, Arc::clone(&self.content));
        Ok(())
    }

    /// Serves another folder from now on.
    ///
    /// # Errors
    /// [`Error::File`] when `dir` is not a folder.
    pub fn replace(&self, dir: &Path) -> Result<()> {
        *lock(&self.content.dir) = folder(dir)?;
        Ok(())
    }

    /// Where the host starts: `http://127.0.0.1:<port>`.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address of something in the served folder: `""` for its front page, `"?scenario=gather"`, `"embed.html"`.
    #[must_use]
    pub fn url(&self, relative: &str) -> String {
        format!("http://{}{FOLDER}{relative}", self.address)
    }

    /// What has been asked for since the start or the last [`Site::forget_requests`], in order of arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.content.requests).clone()
    }

    /// Starts a new record, for instance between a first visit and a second.
    pub fn forget_requests(&self) {
        lock(&self.content.requests).clear();
    }

    /// The requests that a page in the served folder should never have made: outside of it, or for what is not there.
    ///
    /// A browser asks for `/favicon.ico` on its own account; that one is not counted.
    #[must_use]
    pub fn stray_requests(&self) -> Vec<Request> {
        let mut strays = self.requests();
        strays.retain(|it| (!it.path.starts_with(FOLDER) || it.status >= 400) && it.path != "/favicon.ico");
        strays
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        lock(&self.task).abort();
    }
}

/// Answers whoever connects, until the task is aborted: then its connections end with it.
fn answer_at(listener: TcpListener, content: Arc<Content>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            let content = Arc::clone(&content);
            let service = service_fn(move |request: hyper::Request<Incoming>| {
                let content = Arc::clone(&content);
                async move { Ok::<_, Infallible>(content.answer_and_record(request.map(Body::new)).await) }
            });
            let connection =
                http1::Builder::new().serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
            connections.spawn(connection);
            while connections.try_join_next().is_some() {}
        }
    })
}

/// The path, if there is a folder.
fn folder(dir: &Path) -> Result<PathBuf> {
    let metadata = fs::metadata(dir)
        .and_then(|found| if found.is_dir() { Ok(()) } else { Err(std::io::ErrorKind::NotADirectory.into()) });
    metadata.map_err(|source| Error::File { path: dir.to_owned(), source })?;
    Ok(dir.to_owned())
}

/// What the site consists of, and the record of what was asked.
#[derive(Debug)]
struct Content {
    dir: Mutex<PathBuf>,
    pages: HashMap<String, String>,
    requests: Mutex<Vec<Request>>,
}

impl Content {
    async fn answer_and_record(&self, request: HttpRequest) -> Response {
        let path = request.uri().path().to_owned();
        let query = request.uri().query().map(str::to_owned);
        // A request keeps the place at which it arrived, however long its answer takes.
        let place = {
            let mut requests = lock(&self.requests);
            requests.push(Request { path, query, status: 0, bytes: None, at: SystemTime::now() });
            requests.len() - 1
        };
        let response = self.answer(request).await;
        if let Some(entry) = lock(&self.requests).get_mut(place) {
            entry.status = response.status().as_u16();
            let length = response.headers().get(header::CONTENT_LENGTH);
            entry.bytes = length.and_then(|value| value.to_str().ok()?.parse().ok());
        }
        response
    }

    async fn answer(&self, mut request: HttpRequest) -> Response {
        let Some(relative) = request.uri().path().strip_prefix(FOLDER).map(str::to_owned) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let name = if relative.is_empty() { "index.html" } else { &relative };
        if let Some(html) = self.pages.get(name) {
            let is_script = Path::new(name).extension().is_some_and(|extension| extension == "js");
            let kind = if is_script { "text/javascript" } else { "text/html; charset=utf-8" };
            let length = HeaderValue::from(html.len());
            let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_LENGTH, length)];
            return (headers, html.clone()).into_response();
        }
        let Ok(inner) = format!("/{relative}").parse::<Uri>() else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        *request.uri_mut() = inner;
        let dir = lock(&self.dir).clone();
        match ServeDir::new(dir).precompressed_gzip().oneshot(request).await {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        }
    }
}

/// A panic elsewhere makes neither a list of requests nor a path invalid.
fn lock<T>(place: &Mutex<T>) -> MutexGuard<'_, T> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A copy of a folder, with a gzipped form beside each file, to be served as hosts do.
///
/// # Errors
/// [`Error::File`] when there is no such folder; [`Error::Answer`] when it cannot be copied.
pub fn gzipped(folder: &Path) -> Result<TempDir> {
    let copy = tempfile::tempdir()?;
    let from = folder.join(".");
    let run = |command: &mut Command| {
        let status = command.status()?;
        if status.success() { Ok(()) } else { Err(Error::Answer(format!("{command:?} failed: {status}"))) }
    };
    fs::metadata(&from).map_err(|source| Error::File { path: folder.to_owned(), source })?;
    run(Command::new("cp").arg("-rL").arg(&from).arg(copy.path()))?;
    run(Command::new("gzip").args(["-9", "--keep", "--recursive", "--force"]).arg(copy.path()))?;
    Ok(copy)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpStream,
    };

    use super::*;

    /// Asks as a browser would, and returns the whole answer.
    fn get(site: &Site, path: &str) -> String {
        let mut stream = TcpStream::connect(site.address).expect("the site listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", site.address).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_request_outside_the_folder_is_refused_and_remembered() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("app.wasm"), "wasm").expect("a file");
        let site = Site::serve_with(dir.path(), [("index.html", "<p>front".to_owned())]).await.expect("a site");

        assert!(get(&site, "/some/folder/").contains("<p>front"));
        assert!(get(&site, "/some/folder/app.wasm?v=1").contains("content-type: application/wasm"));
        assert!(get(&site, "/app.wasm").starts_with("HTTP/1.1 404"));
        assert!(get(&site, "/some/folder/../../etc/passwd").starts_with("HTTP/1.1 404"));

        let asked: Vec<(String, u16)> = site.requests().into_iter().map(|it| (it.path, it.status)).collect();
        assert_eq!(asked[0], ("/some/folder/".to_owned(), 200));
        assert_eq!(asked[1], ("/some/folder/app.wasm".to_owned(), 200));
        assert_eq!(site.requests()[1].bytes, Some(4));
        assert_eq!(site.stray_requests().len(), 2);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_site_that_is_taken_down_answers_nobody_until_it_is_put_up() {
        let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        fs::write(one.path().join("a.js"), "one").expect("a file");
        fs::write(other.path().join("a.js"), "other").expect("a file");
        let site = Site::serve(one.path()).await.expect("a site");
        let mut open = TcpStream::connect(site.address).expect("the site listens");
        assert!(get(&site, "/some/folder/a.js").ends_with("one"));

        site.take_down().await;
        assert!(TcpStream::connect(site.address).is_err(), "it still listens");
        let asked = write!(open, "GET /some/folder/a.js HTTP/1.1\r\nHost: a\r\n\r\n");
        let answered = asked.and_then(|()| open.read(&mut [0; 9]));
        assert!(!answered.is_ok_and(|bytes| bytes > 0), "a connection outlives it");

        site.replace(other.path()).expect("a folder");
        site.put_up().await.expect("the port is free");
        assert!(get(&site, "/some/folder/a.js").ends_with("other"));
    }
}
