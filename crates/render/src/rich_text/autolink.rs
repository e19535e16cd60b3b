//! Bare addresses in text, which GitHub's Markdown makes links.

/// A part of a text.
#[derive(Debug, PartialEq)]
pub enum Part<'a> {
    Text(&'a str),
    Link { address: String, words: &'a str },
}

/// Parts a text at its addresses: `http://`, `https://`, `ftp://`, `www.` and mail addresses.
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut from, mut at) = (Vec::new(), 0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let is_start = text[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '(' | '['));
        if let Some((length, address)) = is_start.then(|| address(rest)).flatten() {
            if from < at {
                parts.push(Part::Text(&text[from..at]));
            }
            parts.push(Part::Link { address, words: &text[at..at + length] });
            at += length;
            from = at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    if from < text.len() {
        parts.push(Part::Text(&text[from..]));
    }
    parts
}

/// The address a text begins with: its length in bytes and where it leads.
fn address(text: &str) -> Option<(usize, String)> {
    let lower: String = text.chars().take(8).collect::<String>().to_ascii_lowercase();
    let is_web = ["http://", "https://", "ftp://", "www."].iter().find(|beginning| lower.starts_with(**beginning));
    let end = text.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(text.len());
    match is_web {
        Some(beginning) => {
            let length = trimmed(&text[..end]);
            let host = text.get(beginning.len()..length)?;
            (!host.is_empty() && host.starts_with(char::is_alphanumeric)).then(|| {
                let words = &text[..length];
                (length, if *beginning == "www." { format!("http://{words}") } else { words.to_owned() })
            })
        }
        None => {
            let is_local = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
            let sign = text[..end].find('@').filter(|sign| *sign > 0 && text[..*sign].chars().all(is_local))?;
            let domain = text[sign + 1..end].find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')));
            let stop = domain.map_or(end, |length| sign + 1 + length);
            let words = text[..stop].trim_end_matches(['.', '-', '_']);
            let is_mail = words.get(sign + 1..).is_some_and(|domain| domain.contains('.') && !domain.starts_with('.'));
            is_mail.then(|| (words.len(), format!("mailto:{words}")))
        }
    }
}

/// Length without the punctuation that ends a sentence, and without a bracket that was opened before.
fn trimmed(text: &str) -> usize {
    let mut text = text;
    loop {
        let end = text.trim_end_matches(['?', '!', '.', ',', ':', '*', '_', '~', '\'', '"', ';']);
        let count = |c: char| end.matches(c).count();
        let cut = if end.ends_with(')') && count(')') > count('(') { &end[..end.len() - 1] } else { end };
        if cut.len() == text.len() {
            return text.len();
        }
        text = cut;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let links: Vec<(String, &str)> = (parts(text).into_iter())
            .filter_map(|part| match part {
                Part::Link { address, words } => Some((address, words)),
                Part::Text(_) => None,
            })
            .collect();
        let links: Vec<(&str, &str)> = links.iter().map(|(address, words)| (address.as_str(), *words)).collect();
        assert_eq!(links, expected, "{text}");
    }

    #[test]
    fn bare_addresses_are_links() {
        check("see https://x.example/a(b)?c=1, or", &[("https://x.example/a(b)?c=1", "https://x.example/a(b)?c=1")]);
        check("(www.x.example).", &[("http://www.x.example", "www.x.example")]);
        check("mail me@x.example.", &[("mailto:me@x.example", "me@x.example")]);
        check("xhttp://a b@ @c http:// é", &[]);
        check("a@b", &[]);
    }
}
