//! Where the site will be found.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// An address that others' addresses can be appended to: http or https, with a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Its scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// The address of a file in the site's folder; of the folder itself for an empty path.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl FromStr for BaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let example = "for instance https://example.org/interleave/";
        let mut url = Url::parse(text.trim()).map_err(|why| format!("“{text}” is no address ({why}); {example}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("“{text}” is neither http nor https; {example}"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(format!("“{text}” goes on with ? or #, but must be the address of a folder; {example}"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(format!("“{text}” has a name or a password in it, which everybody would read; {example}"));
        }
        if url.path().to_ascii_lowercase().ends_with(".html") {
            return Err(format!("“{text}” is the address of a page, but must be that of a folder; {example}"));
        }
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(Self(url))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folders_address_is_completed() {
        for (text, whole) in [
            ("https://example.org", "https://example.org/"),
            ("https://Example.org/a", "https://example.org/a/"),
            (" http://localhost:8080/a/b/ ", "http://localhost:8080/a/b/"),
            ("https://example.org/ü", "https://example.org/%C3%BC/"),
        ] {
            assert_eq!(text.parse::<BaseUrl>().map(|url| url.to_string()), Ok(whole.to_owned()));
        }
        let base: BaseUrl = "https://example.org/a".parse().expect("an address");
        assert_eq!(base.join("sitemap.xml"), "https://example.org/a/sitemap.xml");
    }

    #[test]
    fn what_is_no_folders_address_is_refused_with_an_example() {
        for text in [
            "",
            "example.org",
            "/a/",
            "ftp://example.org/",
            "file:///a",
            "https://a/?b",
            "https://a/#b",
            "https://u:p@a/",
            "https://a/index.html",
            "https://",
        ] {
            let complaint = text.parse::<BaseUrl>().expect_err(text);
            assert!(complaint.contains("https://example.org/"), "{complaint}");
        }
    }
}
