//! What an embed's page may tell it. It can do no more than a reader could.

use super::options::Theme;

/// Something that an embed is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Run.
    Run,
    /// Stop.
    Stop,
    /// Show something else.
    Set {
        /// As the query of an address; none if that stays.
        query: Option<String>,
        /// Light or dark; none if that stays.
        theme: Option<Theme>,
    },
}

/// A longer query is none that any page would send.
const LONGEST_QUERY: usize = 4096;

impl Command {
    /// Reads what a message holds: what to do, and with what.
    ///
    /// # Errors
    ///
    /// A sentence for the console of whoever wrote the page.
    pub fn read(what: &str, query: Option<&str>, theme: Option<&str>) -> Result<Self, String> {
        match what {
            "run" => Ok(Self::Run),
            "stop" => Ok(Self::Stop),
            "set" => {
                if query.is_some_and(|query| query.len() > LONGEST_QUERY) {
                    return Err(format!("a query has at most {LONGEST_QUERY} bytes"));
                }
                let theme = match theme {
                    None => None,
                    Some(name) => {
                        let known = Theme::NAMES.iter().find(|(known, _)| *known == name);
                        Some(known.ok_or("a theme is auto, light or dark")?.1)
                    }
                };
                Ok(Self::Set { query: query.map(str::to_owned), theme })
            }
            _ => Err("an embed can be told to run, stop or set".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_embed_does_what_it_knows_and_nothing_else() {
        assert_eq!(Command::read("run", None, None), Ok(Command::Run));
        assert_eq!(Command::read("stop", Some("x"), Some("y")), Ok(Command::Stop));
        let set = Command::Set { query: Some("limit=3".into()), theme: Some(Theme::Dark) };
        assert_eq!(Command::read("set", Some("limit=3"), Some("dark")), Ok(set));
        assert_eq!(Command::read("set", None, None), Ok(Command::Set { query: None, theme: None }));
        for what in ["", "Run", "eval", "open"] {
            assert!(Command::read(what, None, None).is_err(), "{what}");
        }
        assert!(Command::read("set", None, Some("red")).is_err());
        assert!(Command::read("set", Some(&"x".repeat(LONGEST_QUERY + 1)), None).is_err());
    }
}
