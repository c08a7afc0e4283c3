//! A static host on this machine that remembers what was asked of it.
//!
//! It serves a folder under a sub-folder of the site, as a blog or a project page would, so that a page which only works
//! at the root of its host fails here. Everything outside that sub-folder is 404, and recorded like the rest.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Body,
    extract::Request as HttpRequest,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use tokio::{net::TcpListener, task::JoinHandle};
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
}

/// A folder served at `http://127.0.0.1:<a free port>/some/folder/`.
///
/// Dropping it stops the server.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    task: JoinHandle<()>,
}

impl Site {
    /// Serves `dir`.
    ///
    /// # Errors
    /// [`Error::File`] when `dir` is not a folder; [`Error::Io`] when no port can be had.
    pub async fn serve(dir: &Path) -> Result<Self> {
        Self::serve_with(dir, []).await
    }

    /// Serves `dir` with HTML pages laid over it, each a file name and its content.
    ///
    /// # Errors
    /// As for [`Site::serve`].
    pub async fn serve_with(dir: &Path, pages: impl IntoIterator<Item = (&str, String)>) -> Result<Self> {
        let metadata = std::fs::metadata(dir)
            .and_then(|found| if found.is_dir() { Ok(()) } else { Err(std::io::ErrorKind::NotADirectory.into()) });
        metadata.map_err(|source| Error::File { path: dir.to_owned(), source })?;

        let requests = Arc::default();
        let content = Arc::new(Content {
            dir: dir.to_owned(),
            pages: pages.into_iter().map(|(name, html)| (name.to_owned(), html)).collect(),
            requests: Arc::clone(&requests),
        });
        let router = Router::new().fallback_service(service_fn(move |request| {
            let content = Arc::clone(&content);
            async move { Ok::<_, Infallible>(content.answer_and_record(request).await) }
        }));

        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            // It ends only when the task is aborted.
            axum::serve(listener, router).await.ok();
        });
        Ok(Self { address, requests, task })
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
        lock(&self.requests).clone()
    }

    /// Starts a new record, for instance between a first visit and a second.
    pub fn forget_requests(&self) {
        lock(&self.requests).clear();
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
        self.task.abort();
    }
}

/// What the site consists of, and the record of what was asked.
struct Content {
    dir: PathBuf,
    pages: HashMap<String, String>,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Content {
    async fn answer_and_record(&self, request: HttpRequest) -> Response {
        let path = request.uri().path().to_owned();
        let query = request.uri().query().map(str::to_owned);
        // A request keeps the place at which it arrived, however long its answer takes.
        let place = {
            let mut requests = lock(&self.requests);
            requests.push(Request { path, query, status: 0, bytes: None });
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
            let html_type = HeaderValue::from_static("text/html; charset=utf-8");
            let length = HeaderValue::from(html.len());
            let headers = [(header::CONTENT_TYPE, html_type), (header::CONTENT_LENGTH, length)];
            return (headers, html.clone()).into_response();
        }
        let Ok(inner) = format!("/{relative}").parse::<Uri>() else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        *request.uri_mut() = inner;
        match ServeDir::new(&self.dir).oneshot(request).await {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        }
    }
}

/// A panic elsewhere does not make a list of requests invalid.
fn lock(requests: &Mutex<Vec<Request>>) -> std::sync::MutexGuard<'_, Vec<Request>> {
    requests.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
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
}
