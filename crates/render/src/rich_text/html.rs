//! A small HTML reader: never fails, keeps what is text and drops what runs.

use super::sanitize;

/// A piece of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Text(String),
    Element(Element),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Element {
    /// Lower-case.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// Elements that are dropped with all they hold.
const DROPPED: [&str; 10] = ["script", "style", "iframe", "object", "embed", "noscript", "template", "head", "svg", "title"];
const VOID: [&str; 8] = ["br", "hr", "img", "input", "meta", "link", "col", "wbr"];
const BLOCKS: [&str; 22] = [
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "td",
    "th",
    "pre",
    "blockquote",
    "center",
    "hr",
    "section",
    "header",
    "footer",
];
/// Deeper nesting is flattened: nobody reads it, and recursion stays bounded.
const MAX_DEPTH: usize = 60;

pub fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name)
        || matches!(
            name,
            "thead"
                | "tbody"
                | "tfoot"
                | "article"
                | "main"
                | "nav"
                | "aside"
                | "dl"
                | "dt"
                | "dd"
                | "figure"
                | "address"
                | "body"
                | "html"
                | "details"
                | "summary"
                | "figcaption"
                | "caption"
                | "fieldset"
        )
}

/// Reads a fragment of any quality; what runs is dropped with all it holds.
pub fn parse(text: &str) -> Vec<Node> {
    read(text, false)
}

/// Reads a fragment by Grafana's rules for text panels: what is not allowed becomes text.
pub fn parse_sanitized(text: &str) -> Vec<Node> {
    read(text, true)
}

fn read(text: &str, is_sanitized: bool) -> Vec<Node> {
    let mut builder = Builder { stack: vec![Element::default()] };
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        builder.text(&rest[..open]);
        rest = &rest[open..];
        let Some((tag, after)) = read_tag(rest) else {
            builder.text("<");
            rest = &rest[1..];
            continue;
        };
        let raw = &rest[..rest.len() - after.len()];
        rest = after;
        match tag {
            Tag::Open { name, attributes, closed } if is_sanitized => match sanitize::allowed(&name, attributes, raw) {
                Some(attributes) => builder.open(name, attributes, closed),
                None => builder.text(raw),
            },
            Tag::Close(name) if is_sanitized && sanitize::allowed(&name, Vec::new(), "").is_none() => builder.text(raw),
            Tag::Open { name, .. } if DROPPED.contains(&name.as_str()) => rest = skip_to_close(rest, &name),
            Tag::Open { name, attributes, closed } => builder.open(name, attributes, closed),
            Tag::Close(name) => builder.close(&name),
            Tag::Comment => {}
        }
    }
    builder.text(rest);
    builder.finish()
}

enum Tag {
    Open { name: String, attributes: Vec<(String, String)>, closed: bool },
    Close(String),
    Comment,
}

/// Reads the tag `text` begins with; `None` when the "<" is only a character.
fn read_tag(text: &str) -> Option<(Tag, &str)> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return Some((Tag::Comment, comment.find("-->").map_or("", |end| &comment[end + 3..])));
    }
    if text.starts_with("<!") || text.starts_with("<?") {
        return Some((Tag::Comment, text.find('>').map_or("", |end| &text[end + 1..])));
    }
    let closing = text.starts_with("</");
    let body = &text[if closing { 2 } else { 1 }..];
    if !body.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let end = body.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(body.len());
    let name = body[..end].to_ascii_lowercase();
    let (attributes, closed, rest) = read_attributes(&body[end..])?;
    let tag = if closing { Tag::Close(name) } else { Tag::Open { name, attributes, closed } };
    Some((tag, rest))
}

type Attributes<'a> = (Vec<(String, String)>, bool, &'a str);

/// Attributes up to ">"; `None` when it never comes.
fn read_attributes(text: &str) -> Option<Attributes<'_>> {
    let (mut rest, mut attributes, mut closed) = (text, Vec::new(), false);
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            return Some((attributes, closed, after));
        }
        if let Some(after) = rest.strip_prefix('/') {
            (rest, closed) = (after, true);
            continue;
        }
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'))?;
        if end == 0 {
            rest = &rest[1..];
            continue;
        }
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let Some(value) = rest.strip_prefix('=') else {
            attributes.push((name, String::new()));
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next()? {
            quote @ ('"' | '\'') => {
                let inner = &value[1..];
                let end = inner.find(quote)?;
                (&inner[..end], &inner[end + 1..])
            }
            _ => value.split_at(value.find(|c: char| c.is_whitespace() || c == '>')?),
        };
        attributes.push((name, decode(value)));
        rest = after;
        closed = false;
    }
}

fn skip_to_close<'a>(text: &'a str, name: &str) -> &'a str {
    let close = format!("</{name}");
    let lower = text.to_ascii_lowercase();
    let Some(start) = lower.find(&close) else { return "" };
    text[start..].find('>').map_or("", |end| &text[start + end + 1..])
}

struct Builder {
    /// Open elements; the first is the document.
    stack: Vec<Element>,
}

impl Builder {
    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.push(Node::Text(decode(text)));
        }
    }

    fn push(&mut self, node: Node) {
        if let Some(top) = self.stack.last_mut() {
            top.children.push(node);
        }
    }

    fn open(&mut self, name: String, attributes: Vec<(String, String)>, closed: bool) {
        self.close_implied(&name);
        let element = Element { name, attributes, children: Vec::new() };
        if closed || VOID.contains(&element.name.as_str()) || self.stack.len() > MAX_DEPTH {
            self.push(Node::Element(element));
        } else {
            self.stack.push(element);
        }
    }

    /// A block ends an open paragraph; a list item, row or cell ends its elder.
    fn close_implied(&mut self, name: &str) {
        if is_block(name) && self.stack.last().is_some_and(|e| e.name == "p") {
            self.pop();
        }
        let (ends, within): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol"]),
            "tr" => (&["tr"], &["table"]),
            "td" | "th" => (&["td", "th"], &["tr", "table"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            _ => return,
        };
        let open = self.stack.iter().rposition(|e| ends.contains(&e.name.as_str()) || within.contains(&e.name.as_str()));
        if let Some(at) = open.filter(|at| ends.contains(&self.stack[*at].name.as_str())) {
            while self.stack.len() > at {
                self.pop();
            }
        }
    }

    fn close(&mut self, name: &str) {
        let Some(at) = self.stack.iter().rposition(|e| e.name == name).filter(|at| *at > 0) else { return };
        while self.stack.len() > at {
            self.pop();
        }
    }

    fn pop(&mut self) {
        if self.stack.len() > 1
            && let Some(element) = self.stack.pop()
        {
            self.push(Node::Element(element));
        }
    }

    fn finish(mut self) -> Vec<Node> {
        while self.stack.len() > 1 {
            self.pop();
        }
        self.stack.pop().map_or_else(Vec::new, |document| document.children)
    }
}

/// Replaces character references.
pub fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let reference = rest.find(';').filter(|end| *end <= 10).and_then(|end| Some((character(&rest[1..end])?, end)));
        match reference {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| *c != '\0');
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "deg" => '°',
        "plusmn" => '±',
        "micro" => 'µ',
        "middot" => '·',
        "bull" => '•',
        "hellip" => '…',
        "ndash" => '–',
        "mdash" => '—',
        "larr" => '←',
        "uarr" => '↑',
        "rarr" => '→',
        "darr" => '↓',
        "laquo" => '«',
        "raquo" => '»',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "times" => '×',
        "euro" => '€',
        "ensp" => '\u{2002}',
        "emsp" => '\u{2003}',
        "thinsp" => '\u{2009}',
        "zwj" => '\u{200d}',
        "zwnj" => '\u{200c}',
        "shy" => '\u{ad}',
        "check" | "checkmark" => '✓',
        "cross" => '✗',
        "star" | "starf" => '★',
        "hearts" => '♥',
        "spades" => '♠',
        "clubs" => '♣',
        "diams" => '♦',
        "harr" => '↔',
        "rArr" => '⇒',
        "lArr" => '⇐',
        "hArr" => '⇔',
        "uArr" => '⇑',
        "dArr" => '⇓',
        "infin" => '∞',
        "ne" => '≠',
        "le" => '≤',
        "ge" => '≥',
        "asymp" | "approx" => '≈',
        "equiv" => '≡',
        "minus" => '−',
        "divide" => '÷',
        "radic" => '√',
        "sum" => '∑',
        "prod" => '∏',
        "int" => '∫',
        "part" => '∂',
        "permil" => '‰',
        "frac12" | "half" => '½',
        "frac14" => '¼',
        "frac34" => '¾',
        "sup1" => '¹',
        "sup2" => '²',
        "sup3" => '³',
        "para" => '¶',
        "sect" => '§',
        "dagger" => '†',
        "Dagger" => '‡',
        "prime" => '′',
        "Prime" => '″',
        "lsaquo" => '‹',
        "rsaquo" => '›',
        "sbquo" => '‚',
        "bdquo" => '„',
        "iexcl" => '¡',
        "iquest" => '¿',
        "cent" => '¢',
        "pound" => '£',
        "yen" => '¥',
        "curren" => '¤',
        "brvbar" => '¦',
        "not" => '¬',
        "alpha" => 'α',
        "beta" => 'β',
        "gamma" => 'γ',
        "delta" => 'δ',
        "epsilon" => 'ε',
        "lambda" => 'λ',
        "mu" => 'μ',
        "pi" => 'π',
        "rho" => 'ρ',
        "sigma" => 'σ',
        "tau" => 'τ',
        "phi" => 'φ',
        "omega" => 'ω',
        "Delta" => 'Δ',
        "Sigma" => 'Σ',
        "Omega" => 'Ω',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "aacute" => 'á',
        "ccedil" => 'ç',
        "ntilde" => 'ñ',
        "oacute" => 'ó',
        "iacute" => 'í',
        "uacute" => 'ú',
        "aring" => 'å',
        "oslash" => 'ø',
        "aelig" => 'æ',
        "NewLine" => '\n',
        "Tab" => '\t',
        "colon" => ':',
        "comma" => ',',
        "period" => '.',
        "lpar" => '(',
        "rpar" => ')',
        "lsqb" | "lbrack" => '[',
        "rsqb" | "rbrack" => ']',
        "lcub" | "lbrace" => '{',
        "rcub" | "rbrace" => '}',
        "num" => '#',
        "percnt" => '%',
        "ast" => '*',
        "lowbar" => '_',
        "verbar" | "vert" => '|',
        "bsol" => '\\',
        "sol" => '/',
        "dollar" => '$',
        "grave" => '`',
        "excl" => '!',
        "quest" => '?',
        "commat" => '@',
        "equals" => '=',
        "plus" => '+',
        "semi" => ';',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree written back: names, children, text.
    fn show(nodes: &[Node]) -> String {
        let one = |node: &Node| match node {
            Node::Text(text) => text.clone(),
            Node::Element(e) => format!("[{} {}]", e.name, show(&e.children)),
        };
        nodes.iter().map(one).collect()
    }

    #[test]
    fn reads_any_html() {
        let cases = [
            ("a<b>c</b>d", "a[b c]d"),
            ("<p>a<p>b", "[p a][p b]"),
            ("<ul><li>a<li>b<ul><li>c</ul></ul>d", "[ul [li a][li b[ul [li c]]]]d"),
            ("<table><tr><td>1<td>2<tr><td>3</table>", "[table [tr [td 1][td 2]][tr [td 3]]]"),
            ("x<script>alert('</b>')</script>y", "xy"),
            ("<STYLE>a{}</STYLE>z", "z"),
            ("1 < 2 && 3 > 2", "1 < 2 && 3 > 2"),
            ("a &amp; b &#8364; &#x41; &nope; &", "a & b € A &nope; &"),
            ("<br/>a</i></div>", "[br ]a"),
            ("<!-- x --><b", "<b"),
            ("<a href='x' title=\"y>z\">q</a>", "[a q]"),
        ];
        for (html, expected) in cases {
            assert_eq!(show(&parse(html)), expected, "{html}");
        }
    }

    #[test]
    fn what_grafana_does_not_allow_is_text() {
        let cases = [
            ("x<script>alert('</b>')</script>y", "x<script>alert('')</script>y"),
            ("<style>a{}</style><b>z</b>", "<style>a{}</style>[b z]"),
            ("<input type=\"text\">", "<input type=\"text\">"),
            ("<li><input disabled=\"\" type=\"checkbox\"> a</li>", "[li [input ] a]"),
            ("a<!-- x -->b", "ab"),
        ];
        for (html, expected) in cases {
            assert_eq!(show(&parse_sanitized(html)), expected, "{html}");
        }
    }

    #[test]
    fn deep_nesting_is_bounded() {
        let nodes = parse(&"<div>".repeat(10_000));
        assert_eq!(nodes.len(), 1);
    }
}
