//! A folder for what a browser leaves lying about.

use std::{fs, io, path::Path, thread, time::Duration};

use tempfile::TempDir;

/// How often to try to remove the folder while the browser's last helpers are still writing into it.
const TRIES: u32 = 40;

/// A temporary folder that is removed when dropped, even if processes that were killed a moment ago have not all
/// ended yet.
#[derive(Debug)]
pub(crate) struct Scratch(TempDir);

impl Scratch {
    /// Makes an empty folder.
    pub(crate) fn new() -> io::Result<Self> {
        // Sockets are made in here, and a socket's path must stay under a hundred bytes: a short name.
        Ok(Self(tempfile::Builder::new().prefix("e2e-").tempdir()?))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for _ in 0..TRIES {
            match fs::remove_dir_all(self.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => thread::sleep(Duration::from_millis(50)),
                _ => return,
            }
        }
    }
}
