//! What of HTML a text panel may use: Grafana's own list. A tag that is not on it is text for the reader, as in Grafana, and
//! runs nowhere.
//!
//! Source: js-xss 1.0 with the lists that @grafana/data 12.4.0 (text/sanitize.ts) makes of its defaults.

/// Attributes of an element that may stay; `None` for elements that are not allowed. All may have `class` and `style`.
fn attributes(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "a" => &["target", "href", "title"],
        "abbr" => &["title"],
        "area" => &["shape", "coords", "href", "alt"],
        "audio" => &["autoplay", "controls", "crossorigin", "loop", "muted", "preload", "src"],
        "bdi" | "bdo" => &["dir"],
        "blockquote" => &["cite"],
        "col" | "colgroup" => &["align", "valign", "span", "width"],
        "del" | "ins" => &["datetime"],
        "details" => &["open"],
        "font" => &["color", "size", "face"],
        "iframe" => &["src", "width", "height"],
        "img" => &["src", "alt", "title", "width", "height", "loading"],
        "table" => &["width", "border", "align", "valign"],
        "tbody" | "tfoot" | "thead" => &["align", "valign"],
        "td" | "th" => &["width", "rowspan", "colspan", "align", "valign"],
        "tr" => &["rowspan", "align", "valign"],
        "video" => &["autoplay", "controls", "crossorigin", "loop", "muted", "playsinline", "poster", "preload", "src", "height", "width"],
        "address" | "article" | "aside" | "b" | "big" | "br" | "caption" | "center" | "cite" | "code" | "dd" | "div" | "dl" | "dt"
        | "em" | "figcaption" | "figure" | "footer" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "header" | "hr" | "i" | "kbd" | "li"
        | "mark" | "nav" | "ol" | "p" | "pre" | "s" | "section" | "small" | "span" | "sub" | "summary" | "sup" | "strong" | "strike"
        | "tt" | "u" | "ul" => &[],
        _ => return None,
    })
}

/// Families of CSS properties that may stay in `style`; what begins with one of these and "-" may, too.
const FAMILIES: [&str; 7] = ["background", "border", "font", "list-style", "margin", "padding", "text"];
const PROPERTIES: [&str; 22] = [
    "align-content",
    "align-items",
    "align-self",
    "box-shadow",
    "box-sizing",
    "clear",
    "color",
    "display",
    "flex-basis",
    "flex-direction",
    "flex-wrap",
    "gap",
    "justify-content",
    "letter-spacing",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "width",
    "word-break",
    "word-spacing",
    "word-wrap",
];

/// Whether a CSS property may stay.
pub fn is_property(name: &str) -> bool {
    let in_family = FAMILIES.iter().any(|family| name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')));
    in_family || PROPERTIES.contains(&name)
}

/// The attributes of a tag that may stay, or `None` where the whole tag is text.
pub fn allowed(name: &str, attributes_read: Vec<(String, String)>, tag: &str) -> Option<Vec<(String, String)>> {
    // The boxes of Markdown's task lists, written just so.
    if name == "input" {
        let is_task = matches!(tag, r#"<input disabled="" type="checkbox">"# | r#"<input checked="" disabled="" type="checkbox">"#);
        return is_task.then_some(attributes_read);
    }
    let known = attributes(name)?;
    let keep = |(attribute, value): (String, String)| match attribute.as_str() {
        "class" | "style" => Some((attribute, value)),
        "href" | "src" => (known.contains(&attribute.as_str()) && is_address(value.trim())).then(|| (attribute, value.trim().to_owned())),
        other => known.contains(&other).then_some((attribute, value)),
    };
    Some(attributes_read.into_iter().filter_map(keep).collect())
}

/// Addresses that links and pictures may have.
fn is_address(value: &str) -> bool {
    const BEGINNINGS: [&str; 10] = ["http://", "https://", "mailto:", "tel:", "data:image/", "ftp://", "./", "../", "#", "/"];
    BEGINNINGS.iter().any(|beginning| value.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, attribute: (&str, &str), expected: Option<bool>) {
        let kept = allowed(name, vec![(attribute.0.to_owned(), attribute.1.to_owned())], "");
        assert_eq!(kept.map(|kept| !kept.is_empty()), expected, "{name} {attribute:?}");
    }

    #[test]
    fn only_what_grafana_allows_stays() {
        check("a", ("href", "https://x.example/"), Some(true));
        check("a", ("href", "javascript:alert(1)"), Some(false));
        check("a", ("onclick", "alert(1)"), Some(false));
        check("img", ("src", "public/img/x.png"), Some(false));
        check("img", ("src", "/public/img/x.png"), Some(true));
        check("script", ("src", "https://x.example/"), None);
        check("style", ("class", "x"), None);
        check("div", ("style", "color: red"), Some(true));
        check("input", ("type", "checkbox"), None);
        assert!(is_property("border-left-width") && is_property("color") && !is_property("position") && !is_property("height"));
    }
}
