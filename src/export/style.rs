//! A drawing's styles as attributes of its elements, with colours that any viewer of SVG knows.

use std::collections::BTreeMap;

use crate::draw::escape;
use crate::numbers::{fixed, parse, plain, within};

/// Every colour and face.
const TOKENS: &str = include_str!("../../style/tokens.css");
/// What the classes of a drawing look like, among others.
const TIMELINE: &str = include_str!("../../style/timeline.css");

/// How often one token may lead to another.
const DEPTH_AT_MOST: usize = 8;

/// The properties that SVG knows as attributes.
const ATTRIBUTES: [&str; 9] = [
    "fill",
    "font-family",
    "font-size",
    "font-weight",
    "opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-width",
];

/// Which of the two colours of every token counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// An element or a class of one, such as `.badge.failed` or `text`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Compound<'a> {
    element: &'a str,
    classes: Vec<&'a str>,
}

impl Compound<'_> {
    fn is(&self, element: &Compound<'_>) -> bool {
        (self.element.is_empty() || self.element == element.element)
            && self.classes.iter().all(|class| element.classes.contains(class))
    }
}

/// A selector and what it gives.
struct Rule<'a> {
    /// From the outermost to the element itself.
    path: Vec<Compound<'a>>,
    declarations: Vec<(&'a str, String)>,
}

impl Rule<'_> {
    fn matches(&self, element: &[Compound<'_>]) -> bool {
        let (Some((own, around)), Some((element, outside))) = (self.path.split_last(), element.split_last()) else {
            return false;
        };
        // Whoever stands in between does not count.
        let mut outside = outside.iter();
        own.is(element) && around.iter().all(|wanted| outside.any(|other| wanted.is(other)))
    }

    fn specificity(&self) -> (usize, usize) {
        let classes = self.path.iter().map(|compound| compound.classes.len()).sum();
        (classes, self.path.iter().filter(|compound| !compound.element.is_empty()).count())
    }
}

/// Our own drawing with the style of each element in its attributes.
pub(super) fn styled(svg: &str, theme: Theme) -> String {
    let rules = rules(theme);
    let mut known: BTreeMap<Vec<Compound<'_>>, String> = BTreeMap::new();
    let mut path: Vec<Compound<'_>> = Vec::new();
    let mut out = String::with_capacity(svg.len() * 2);
    let mut rest = svg;
    // Texts and attributes have no such bracket: it would be escaped.
    while let Some(open) = rest.find('<') {
        let (before, tag) = rest.split_at(open);
        out.push_str(before);
        let Some(end) = tag.find('>') else { break };
        let (tag, after) = tag.split_at(end + 1);
        rest = after;
        if tag.starts_with("</") {
            path.pop();
            out.push_str(tag);
            continue;
        }
        let is_empty = tag.ends_with("/>");
        let inside = tag[1..].trim_end_matches('>').trim_end_matches('/');
        let element = inside.split(' ').next().unwrap_or_default();
        let classes = inside.split_once(" class=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default();
        path.push(Compound { element, classes: classes.split_ascii_whitespace().collect() });
        let attributes = known.entry(path.clone()).or_insert_with(|| attributes(&rules, &path));
        out.extend(["<", inside, attributes, if is_empty { "/>" } else { ">" }]);
        if is_empty {
            path.pop();
        }
    }
    out + rest
}

/// What the rules give an element, as attributes.
fn attributes(rules: &[Rule<'_>], element: &[Compound<'_>]) -> String {
    let mut matching: Vec<&Rule<'_>> = rules.iter().filter(|rule| rule.matches(element)).collect();
    // Stable: of equals the later one wins.
    matching.sort_by_key(|rule| rule.specificity());
    let mut given: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, value) in matching.into_iter().flat_map(|rule| &rule.declarations) {
        given.insert(name, value);
    }
    given.into_iter().fold(String::new(), |mut out, (name, value)| {
        out.extend([" ", name, "=\"", &escape(value), "\""]);
        out
    })
}

fn rules(theme: Theme) -> Vec<Rule<'static>> {
    let mut rules = Vec::new();
    for rule in TIMELINE.split('}') {
        let Some((selectors, body)) = rule.split_once('{') else { continue };
        let selectors = selectors.rsplit_once("*/").map_or(selectors, |(_, after)| after);
        let mut declarations = Vec::new();
        for (name, value) in body.split(';').filter_map(|declaration| declaration.split_once(':')) {
            let (name, value) = (name.trim(), resolve(value.trim(), theme, 0));
            match (name, value.split_once(' ')) {
                ("font", Some((size, family))) => {
                    declarations.extend([("font-size", size.to_owned()), ("font-family", family.to_owned())]);
                }
                // For a weight in between there is hardly a face, and some viewers know none.
                ("font-weight", _) => {
                    let weight = parse(&value).map(|weight| fixed((weight / 100.0).round() * 100.0, 0));
                    declarations.push((name, weight.unwrap_or(value)));
                }
                _ if ATTRIBUTES.contains(&name) => declarations.push((name, value)),
                _ => {}
            }
        }
        for selector in selectors.split(',') {
            let path = selector.split_ascii_whitespace().map(|compound| {
                let mut names = compound.split('.');
                Compound { element: names.next().unwrap_or_default(), classes: names.collect() }
            });
            rules.push(Rule { path: path.collect(), declarations: declarations.clone() });
        }
    }
    rules
}

/// A declaration's value without functions that old viewers do not know. What cannot be computed stays as it is.
fn resolve(value: &str, theme: Theme, depth: usize) -> String {
    if depth > DEPTH_AT_MOST {
        return String::new();
    }
    let mut out = String::new();
    let mut rest = value;
    while let Some(open) = rest.find('(') {
        let name_at =
            rest[..open].rfind(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-').map_or(0, |at| at + 1);
        let Some((inside, after)) = group(&rest[open..]) else { break };
        out.push_str(&rest[..name_at]);
        let computed = match &rest[name_at..open] {
            "light-dark" => at_comma(inside)
                .map(|(light, dark)| resolve(if theme == Theme::Light { light } else { dark }, theme, depth + 1)),
            "var" => token(inside.trim()).map(|value| resolve(value, theme, depth + 1)),
            "oklch" => oklch(inside),
            _ => None,
        };
        out.push_str(computed.as_deref().unwrap_or(&rest[name_at..rest.len() - after.len()]));
        rest = after;
    }
    out + rest
}

/// What is inside the bracket with which the text begins, and what comes after it.
fn group(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, sign) in text.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return Some((text.get(1..at)?, &text[at + 1..]));
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

/// A token's value in the first `:root`: a later one is for forced colours.
fn token(wanted: &str) -> Option<&'static str> {
    let (root, _) = TOKENS.split_once(":root {")?.1.split_once('}')?;
    let declarations = root.split(';').filter_map(|declaration| {
        // A comment ends where a line does, and the declaration after it begins in the next.
        declaration.rsplit_once("*/").map_or(declaration, |(_, after)| after).split_once(':')
    });
    declarations
        .map(|(name, value)| (name.trim(), value.trim()))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
}

/// `45% .115 240` as `#rrggbb`, and with `/ .5` after it as `rgba()`.
fn oklch(inside: &str) -> Option<String> {
    let (colour, alpha) = match inside.split_once('/') {
        Some((colour, alpha)) => (colour, parse(alpha.trim())?),
        None => (inside, 1.0),
    };
    let mut numbers = colour.split_ascii_whitespace();
    let light = parse(numbers.next()?.strip_suffix('%')?)? / 100.0;
    let (chroma, hue) = (parse(numbers.next()?)?, parse(numbers.next()?)?.to_radians());
    let (a, b) = (chroma * hue.cos(), chroma * hue.sin());
    // Björn Ottosson's Oklab, by which CSS Color 4 defines this: to the cones' answers, and from these to linear sRGB.
    let cone = |of_a: f64, of_b: f64| (light + of_a * a + of_b * b).powi(3);
    let long = cone(0.396_337_777_4, 0.215_803_757_3);
    let middle = cone(-0.105_561_345_8, -0.063_854_172_8);
    let short = cone(-0.089_484_177_5, -1.291_485_548_0);
    let channels = [
        [4.076_741_662_1, -3.307_711_591_3, 0.230_969_929_2],
        [-1.268_438_004_6, 2.609_757_401_1, -0.341_319_396_5],
        [-0.004_196_086_3, -0.703_418_614_7, 1.707_614_701_0],
    ];
    let [red, green, blue] = channels.map(|[of_long, of_middle, of_short]| {
        let linear = within(of_long * long + of_middle * middle + of_short * short, &(0.0..=1.0));
        let channel = if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 };
        (channel * 255.0).round() as u8
    });
    Some(if alpha < 1.0 {
        format!("rgba({red},{green},{blue},{})", plain(alpha))
    } else {
        format!("#{red:02x}{green:02x}{blue:02x}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, theme: Theme) -> String {
        resolve(text, theme, 0)
    }

    #[test]
    fn functions_are_computed() {
        assert_eq!(value("var(--paper)", Theme::Light), "#fdfcfa");
        assert!(value("var(--paper)", Theme::Dark).starts_with("#1"));
        assert_eq!(value("var(--keyword)", Theme::Dark), value("var(--accent)", Theme::Dark));
        assert!(value("var(--hit)", Theme::Light).ends_with(",0.1)"));
        assert_eq!(value("13px light-dark(a(1, 2), b)", Theme::Dark), "13px b");
        assert_eq!(value("13px light-dark(a(1, 2), b)", Theme::Light), "13px a(1, 2)");
        for same in ["url(#hatch)", "var(--nothing)", "oklch(50% 0", "oklch(a b c)", "1 3", ")(", ""] {
            assert_eq!(value(same, Theme::Light), same);
        }
    }

    #[test]
    fn known_colours_come_out_as_everywhere() {
        // As browsers compute them.
        for (oklch_of, expected) in [
            ("100% 0 0", "#ffffff"),
            ("0% 0 0", "#000000"),
            ("62.796% .25768 29.234", "#ff0000"),
            ("86.644% .29483 142.495", "#00ff00"),
            ("45.201% .31321 264.052", "#0000ff"),
        ] {
            assert_eq!(oklch(oklch_of).as_deref(), Some(expected));
        }
    }

    #[test]
    fn every_element_gets_what_the_style_sheet_says() {
        let drawing = "<svg><rect class=\"suspended cancelled\" rx=\"2\"><title>a &lt; b</title></rect>\
             <g class=\"badge failed\"><circle r=\"8\"/><text x=\"1\">!</text></g><text class=\"label main\">m</text></svg>";
        let light = styled(drawing, Theme::Light);
        let failed = value("var(--failed)", Theme::Light);
        for part in [
            "<rect class=\"suspended cancelled\" rx=\"2\" fill=\"url(#hatch)\" opacity=\".6\"><title>a &lt; b</title></rect>",
            &format!("<circle r=\"8\" fill=\"#fdfcfa\" stroke=\"{failed}\" stroke-width=\"2\"/>"),
            &format!("<text x=\"1\" fill=\"{failed}\" font-family=\"system-ui, "),
            " font-size=\"11px\" font-weight=\"600\">!</text>",
            &format!("<text class=\"label main\" fill=\"{}\"", value("var(--ink)", Theme::Light)),
        ] {
            assert!(light.contains(part), "{part}\n{light}");
        }
        let unknown = ["var(", "light-dark", "oklch", "style", "display"];
        assert!(!unknown.iter().any(|name| light.contains(name)), "{light}");
        assert_ne!(light, styled(drawing, Theme::Dark));
    }
}
