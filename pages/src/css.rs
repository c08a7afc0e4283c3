//! The project's styles as CSS that any viewer of SVG understands: plain colours, no variables, nothing nested.

use std::collections::BTreeSet;
use std::fmt::Write;

use anyhow::{Context, Result, bail};

/// Every colour and face.
const TOKENS: &str = include_str!("../../style/tokens.css");
/// What the classes of a drawing look like, among others.
const TIMELINE: &str = include_str!("../../style/timeline.css");

/// How often one token may lead to another.
const DEPTH_AT_MOST: usize = 8;

/// Which of the two colours of every token counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// Its name in files' names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A token's value, such as `#fdfcf9` for `--paper`.
///
/// # Errors
///
/// When there is no such token, or it has a form that nothing here can compute.
pub fn token(name: &str, theme: Theme) -> Result<String> {
    resolve(&format!("var({name})"), theme)
}

/// A declaration's value without functions that old viewers do not know.
///
/// # Errors
///
/// When something in it cannot be computed.
pub fn resolve(value: &str, theme: Theme) -> Result<String> {
    resolved(value.trim(), theme, 0)
}

fn resolved(value: &str, theme: Theme, depth: usize) -> Result<String> {
    if depth > DEPTH_AT_MOST {
        bail!("a token leads to itself: {value}");
    }
    let mut out = String::new();
    let mut rest = value;
    while let Some(open) = rest.find('(') {
        let name_at =
            rest[..open].rfind(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-').map_or(0, |at| at + 1);
        let name = &rest[name_at..open];
        let (inside, after) = group(&rest[open..]).with_context(|| format!("a bracket is missing in {value}"))?;
        out.push_str(&rest[..name_at]);
        match name {
            "light-dark" => {
                let (light, dark) = at_comma(inside).with_context(|| format!("light-dark() takes two: {value}"))?;
                out.push_str(&resolved(if theme == Theme::Light { light } else { dark }, theme, depth + 1)?);
            }
            "var" => {
                let found = root_tokens().find(|(token, _)| *token == inside.trim());
                let (_, value) = found.with_context(|| format!("there is no token {inside}"))?;
                out.push_str(&resolved(value, theme, depth + 1)?);
            }
            "url" => {
                let _ = write!(out, "url({inside})");
            }
            _ => out.push_str(&plain_colour(&rest[name_at..rest.len() - after.len()])?),
        }
        rest = after;
    }
    Ok(out + rest)
}

/// A colour as `#rrggbb`, or as `rgba()` where something shines through.
fn plain_colour(function: &str) -> Result<String> {
    let colour = csscolorparser::parse(function).with_context(|| format!("{function} is no colour"))?;
    let [red, green, blue, _] = colour.to_rgba8();
    if colour.a >= 1.0 {
        return Ok(format!("#{red:02x}{green:02x}{blue:02x}"));
    }
    Ok(format!("rgba({red},{green},{blue},{})", (colour.a * 1000.0).round() / 1000.0))
}

/// What is inside the bracket with which the text begins, and what comes after it.
fn group(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, sign) in text.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&text[1..at], &text[at + 1..]));
        }
    }
    None
}

/// What stands before the first comma that is in no bracket, and what after it.
fn at_comma(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    let at = text.find(|sign| {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        sign == ',' && depth == 0
    })?;
    Some((text[..at].trim(), text[at + 1..].trim()))
}

/// The tokens and their values, of the first `:root`: a later one is for forced colours.
fn root_tokens() -> impl Iterator<Item = (&'static str, &'static str)> {
    let root = TOKENS.split_once(":root {").and_then(|(_, rest)| rest.split_once('}')).map_or("", |(root, _)| root);
    // A comment ends where a line does, and the declaration after it begins in the next.
    root.split(';').filter_map(|declaration| {
        let declaration = declaration.rsplit_once("*/").map_or(declaration, |(_, after)| after);
        let (name, value) = declaration.split_once(':')?;
        Some((name.trim(), value.trim()))
    })
}

/// A rule: what it is about, and its declarations.
type Rule = (String, Vec<(String, String)>);

/// The CSS of a drawing for one theme: the rules that are about something in it.
///
/// # Errors
///
/// When the style sheets have something in them that cannot be made plain.
pub fn plain(drawing: &str, theme: Theme) -> Result<String> {
    Ok(written(&rules(drawing, theme)?))
}

/// The CSS of a drawing that is light or dark as its viewer is. Viewers that know no media queries show the light one.
///
/// # Errors
///
/// When the style sheets have something in them that cannot be made plain.
pub fn both(drawing: &str) -> Result<String> {
    let [light, mut dark] = [rules(drawing, Theme::Light)?, rules(drawing, Theme::Dark)?];
    for ((_, light), (_, dark)) in light.iter().zip(&mut dark) {
        dark.retain(|declaration| !light.contains(declaration));
    }
    dark.retain(|(_, declarations)| !declarations.is_empty());
    Ok(format!("{}@media (prefers-color-scheme:dark){{{}}}", written(&light), written(&dark)))
}

fn written(rules: &[Rule]) -> String {
    let mut out = String::new();
    for (selector, declarations) in rules {
        let declarations: Vec<_> = declarations.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        // Writing to a string cannot fail.
        let _ = write!(out, "{selector}{{{}}}", declarations.join(";"));
    }
    out
}

fn rules(drawing: &str, theme: Theme) -> Result<Vec<Rule>> {
    let known = Names::of(drawing);
    let mut found = Vec::new();
    for rule in without_comments(TIMELINE).split_inclusive('}') {
        let Some((selectors, body)) = rule.trim_end_matches('}').split_once('{') else { continue };
        let selectors: Vec<&str> =
            selectors.split(',').map(str::trim).filter(|selector| known.match_all(selector)).collect();
        if selectors.is_empty() {
            continue;
        }
        let mut declarations = Vec::new();
        for declaration in body.split(';').filter(|declaration| !declaration.trim().is_empty()) {
            let (name, value) =
                declaration.split_once(':').with_context(|| format!("{declaration} is no declaration"))?;
            let value = resolve(value, theme)?;
            let value = if name.trim() == "font-weight" { hundreds(&value) } else { value };
            declarations.push((name.trim().to_owned(), value));
        }
        found.push((selectors.join(","), declarations));
    }
    if found.is_empty() {
        bail!("style/timeline.css says nothing about drawings");
    }
    Ok(found)
}

/// A weight that old viewers know, and for which there is a font.
fn hundreds(weight: &str) -> String {
    weight.parse().map_or_else(|_| weight.to_owned(), |weight: f64| format!("{}", (weight / 100.0).round() * 100.0))
}

fn without_comments(css: &str) -> String {
    let mut parts = css.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + part.split_once("*/").map_or("", |(_, after)| after))
}

/// The names of elements and classes that a drawing has.
struct Names<'a> {
    elements: BTreeSet<&'a str>,
    classes: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    fn of(drawing: &'a str) -> Self {
        let tags = drawing.split('<').skip(1);
        let elements = tags.map(|tag| tag.split([' ', '>', '/']).next().unwrap_or_default()).collect();
        let classes = drawing.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next());
        Self { elements, classes: classes.flat_map(str::split_ascii_whitespace).collect() }
    }

    /// Whether the drawing has everything that a selector such as `svg .badge.failed circle` names.
    fn match_all(&self, selector: &str) -> bool {
        !selector.starts_with('@')
            && selector.split_ascii_whitespace().all(|compound| {
                let mut names = compound.split('.');
                let element = names.next().unwrap_or_default();
                (element.is_empty() || self.elements.contains(element))
                    && names.all(|class| self.classes.contains(class))
            })
    }
}

#[cfg(test)]
mod tests {
    use interleave::draw::{Ideal, Panel};
    use interleave::export;
    use interleave::scenarios::Selection;
    use interleave::timeline::Timeline;

    use super::*;

    #[test]
    fn functions_are_computed() {
        assert_eq!(token("--paper", Theme::Light).expect("a token"), "#fdfcfa");
        assert!(token("--paper", Theme::Dark).expect("a token").starts_with("#1"));
        assert_eq!(token("--keyword", Theme::Dark).expect("a token"), token("--accent", Theme::Dark).expect("a token"));
        assert!(token("--hit", Theme::Light).expect("a token").ends_with(",0.1)"));
        let border = resolve("1px solid light-dark(#000, rgb(255 0 0 / .5)) !important", Theme::Dark);
        assert_eq!(border.expect("a value"), "1px solid rgba(255,0,0,0.5) !important");
        assert_eq!(resolve("url(#hatch)", Theme::Light).expect("a value"), "url(#hatch)");
    }

    #[test]
    fn what_cannot_be_computed_is_an_error() {
        for value in ["var(--nothing)", "calc(1px + 2px)", "light-dark(red)", "oklch(50% 0 0"] {
            assert!(resolve(value, Theme::Light).is_err(), "{value}");
        }
    }

    #[test]
    fn a_drawing_gets_the_rules_that_are_about_it() {
        let drawing = r#"<svg class="picture"><rect class="suspended cancelled"/><g class="badge"><circle/></g></svg>"#;
        let css = plain(drawing, Theme::Light).expect("plain CSS");
        for there in [
            "svg .suspended{fill:url(#hatch)}",
            "svg .suspended.cancelled{opacity:.6}",
            "svg .badge circle{fill:#fdfcfa;",
        ] {
            assert!(css.contains(there), "{there}: {css}");
        }
        for missing in ["text", "failed", "section", "figure", ".axis", "--", "/*"] {
            assert!(!css.contains(missing), "{missing}: {css}");
        }
    }

    #[test]
    fn the_dark_half_has_only_what_differs() {
        let css = both(r#"<svg><text class="label">a</text></svg>"#).expect("plain CSS");
        let (light, dark) = css.split_once("@media (prefers-color-scheme:dark)").expect("two halves");
        assert!(light.contains("font:13px system-ui"), "{light}");
        assert!(!dark.contains("font") && dark.contains("svg .label{fill:#"), "{dark}");
    }

    /// The page makes its own of what readers take along, without the crates that this one has.
    #[test]
    fn what_readers_take_along_has_the_same_colours() {
        let trace = Selection::first().scenario.ideal(&Selection::first().values).remove(0);
        let timeline = Timeline::of(&trace);
        let panel = Panel { title: "a", note: String::new(), timeline: &timeline, ideal: Ideal::Nothing, beats: None };
        for (theme, same) in [(Theme::Light, export::Theme::Light), (Theme::Dark, export::Theme::Dark)] {
            let drawing = export::svg("a", std::slice::from_ref(&panel), same);
            for name in
                ["--paper", "--ink", "--quiet", "--line", "--running", "--suspended", "--hatch", "--ready", "--dots"]
            {
                let colour = format!("=\"{}\"", token(name, theme).expect("a token"));
                assert!(drawing.contains(&colour), "{name} is {colour}: {drawing}");
            }
        }
    }

    #[test]
    fn weights_are_hundreds() {
        assert_eq!(["640", "620", "400", "bold"].map(hundreds), ["600", "600", "400", "bold"]);
    }
}
