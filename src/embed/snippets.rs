//! What an author pastes: the present state as a link, as the element, as a frame, as a picture.

use super::options::{Options, Theme};
use crate::draw::escape;
use crate::scenarios::Selection;

/// When an element loads what it needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loading {
    /// When the reader comes near.
    #[default]
    Visible,
    /// When the reader asks for it.
    Click,
    /// At once.
    Eager,
}

impl Loading {
    /// As the attribute calls them.
    pub const NAMES: [(&'static str, Self); 3] =
        [("visible", Self::Visible), ("click", Self::Click), ("eager", Self::Eager)];
}

/// An embed that an author is about to have.
#[derive(Clone, Debug)]
pub struct Embed<'a> {
    /// The address of the site's folder, with a slash at the end.
    pub root: &'a str,
    /// What is shown.
    pub selection: &'a Selection,
    /// How it looks.
    pub options: &'a Options,
    /// When it loads.
    pub loading: Loading,
    /// What the picture shows, in words.
    pub words: &'a str,
    /// How high the frame is, in pixels.
    pub height_px: u32,
}

impl Embed<'_> {
    /// The scenario's own page in the present state.
    #[must_use]
    pub fn link(&self) -> String {
        with_query(self.file("scenarios", "html"), &self.selection.to_rest())
    }

    /// The element, and the script that it needs once on a page.
    #[must_use]
    pub fn element(&self) -> String {
        let mut tag = format!("<interleave-scenario scenario=\"{}\"", self.selection.scenario.id);
        for (name, value) in form_urlencoded::parse(self.query().as_bytes()) {
            tag.extend([" ", &name, "=\"", &escape(&value), "\""]);
        }
        if let Some((name, _)) = Loading::NAMES.iter().skip(1).find(|(_, loading)| *loading == self.loading) {
            tag.extend([" loading=\"", name, "\""]);
        }
        let root = escape(self.root);
        format!(
            "<script src=\"{root}embed.js\" async></script>\n{tag}>\n  {}\n</interleave-scenario>\n",
            self.linked_picture()
        )
    }

    /// A frame, for where no script is allowed.
    #[must_use]
    pub fn frame(&self) -> String {
        format!(
            "<iframe src=\"{}\" title=\"{}\" loading=\"lazy\" sandbox=\"{SANDBOX}\" style=\"width:100%;height:{}px;border:0\"></iframe>\n",
            escape(&with_query(self.file("embed", "html"), &self.query())),
            escape(self.selection.scenario.title),
            self.height_px,
        )
    }

    /// A picture that leads to the page, for where no frame is allowed.
    #[must_use]
    pub fn linked_picture(&self) -> String {
        let link = escape(&self.link());
        let words = escape(self.words);
        if self.has_picture() {
            let picture = escape(&self.picture());
            format!("<a href=\"{link}\"><img src=\"{picture}\" alt=\"{words}\"></a>")
        } else {
            format!("<a href=\"{link}\">{words}</a>")
        }
    }

    /// The same in Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let words: String = self.words.chars().map(|sign| if "[]\\\n".contains(sign) { ' ' } else { sign }).collect();
        let link = self.link();
        if self.has_picture() {
            format!("[![{words}]({})]({link})\n", self.picture())
        } else {
            format!("[{words}]({link})\n")
        }
    }

    /// The address of the scenario's picture.
    #[must_use]
    pub fn picture(&self) -> String {
        let ending = if self.options.theme == Theme::Dark { "dark.png" } else { "light.png" };
        self.file("pictures", ending)
    }

    /// Whether the picture at that address is one of this state: there is one of each scenario at its defaults, and it shows
    /// what a reader may have to predict.
    #[must_use]
    pub fn has_picture(&self) -> bool {
        self.selection.values == self.selection.scenario.defaults()
            && self.selection.view.variants.is_empty()
            && self.selection.view.moment.is_none()
            && !self.selection.predict
    }

    /// The query of the frame.
    #[must_use]
    pub fn query(&self) -> String {
        let Options { controls, theme, code, origin: _ } = self.options;
        let mut query = self.selection.to_rest();
        let mut add = |name: &str, value: &str| {
            let and = if query.is_empty() { "" } else { "&" };
            query.extend([and, name, "=", value]);
        };
        if *code && self.selection.view.language == 0 {
            add("code", "python");
        }
        if *controls != Options::default().controls {
            let names = controls.names().join("+");
            add("controls", if names.is_empty() { "none" } else { &names });
        }
        if let Some((name, _)) = Theme::NAMES.iter().skip(1).find(|(_, other)| other == theme) {
            add("theme", name);
        }
        query
    }

    fn file(&self, folder: &str, ending: &str) -> String {
        format!("{}{folder}/{}.{ending}", self.root, self.selection.scenario.id)
    }
}

/// What the frame may do: run its own scripts, and open the scenario's page in a tab.
const SANDBOX: &str = "allow-scripts allow-popups allow-popups-to-escape-sandbox";

fn with_query(address: String, query: &str) -> String {
    if query.is_empty() { address } else { format!("{address}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pasted(query: &str) -> [String; 4] {
        let (selection, notices) = Selection::parse_on(None, query, &Options::NAMES);
        let (options, more) = Options::parse(query);
        assert_eq!((notices.len(), more.len()), (0, 0), "{query}");
        let root = "https://a.example/play/";
        let loading = Loading::Click;
        let embed =
            Embed { root, selection: &selection, options: &options, loading, words: "3 \"s\" [x]", height_px: 400 };
        [embed.link(), embed.element(), embed.frame(), embed.markdown()]
    }

    #[test]
    fn at_its_defaults_everything_is_short() {
        let [link, element, frame, markdown] = pasted("scenario=gather");
        assert_eq!(link, "https://a.example/play/scenarios/gather.html");
        assert_eq!(
            element,
            "<script src=\"https://a.example/play/embed.js\" async></script>\n\
             <interleave-scenario scenario=\"gather\" loading=\"click\">\n  \
             <a href=\"https://a.example/play/scenarios/gather.html\"><img src=\"https://a.example/play/pictures/gather.light.png\" \
             alt=\"3 &quot;s&quot; [x]\"></a>\n</interleave-scenario>\n"
        );
        assert!(frame.starts_with("<iframe src=\"https://a.example/play/embed/gather.html\" title=\"Three"), "{frame}");
        assert!(
            markdown.starts_with("[![3 \"s\"  x ](https://a.example/play/pictures/gather.light.png)]("),
            "{markdown}"
        );
    }

    #[test]
    fn what_is_to_be_predicted_is_not_pasted() {
        let [_, element, _, markdown] = pasted("scenario=gather&predict=on");
        assert!(!element.contains("<img") && !markdown.contains("!["), "{element}{markdown}");
    }

    #[test]
    fn whatever_was_set_is_pasted_and_read_again() {
        let query =
            "scenario=semaphore&limit=4&variants=semaphore,sequential&at=1.5&code=python&controls=run+speed&theme=dark";
        let [link, element, frame, markdown] = pasted(query);
        assert_eq!(
            link,
            "https://a.example/play/scenarios/semaphore.html?limit=4&variants=semaphore,sequential&at=1.5"
        );
        assert!(element.contains(" limit=\"4\" variants=\"semaphore,sequential\" at=\"1.5\" code=\"python\" controls=\"run speed\" theme=\"dark\""), "{element}");
        assert!(!element.contains("<img") && !markdown.contains("!["), "the picture shows something else");
        let address = frame.split('"').nth(1).expect("an address").replace("&amp;", "&");
        let rest = address.split_once('?').expect("a query").1;
        let (selection, _) = Selection::parse_on(Some("semaphore"), rest, &Options::NAMES);
        assert_eq!(selection.to_query(), "scenario=semaphore&limit=4&variants=semaphore,sequential&at=1.5");
        let (options, _) = Options::parse(rest);
        assert_eq!((options.controls.names(), options.code), (vec!["run", "speed"], true));
    }
}
