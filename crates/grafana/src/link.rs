//! Addresses as Grafana's links have them, made whole: paper has no page they could be relative to.

/// A link of a dashboard as an absolute address. `root` is Grafana's own address with its sub-path; `page` the address of the
/// dashboard's page. What names a scheme stays; `None` for what leads nowhere outside a browser ("", "#row").
///
/// Grafana adds its sub-path to links that do not have it (`locationUtil.assureBaseUrl`), and so does this.
pub fn absolute(link: &str, root: &str, page: &str) -> Option<String> {
    let link = link.trim();
    if link.is_empty() || link.starts_with('#') {
        return None;
    }
    if let Some(rest) = link.strip_prefix("//") {
        let scheme = root.split_once("://").map_or("https", |(scheme, _)| scheme);
        return Some(format!("{scheme}://{}", ascii(rest)));
    }
    if has_scheme(link) {
        return Some(ascii(link));
    }
    let whole = match link.strip_prefix('?') {
        Some(query) => format!("{}?{query}", page.split(['?', '#']).next().unwrap_or_default()),
        None => join(root, link),
    };
    has_scheme(&whole).then(|| ascii(&whole))
}

/// A path of Grafana's behind its address, its sub-path once: "/grafana/d/x" and "/d/x" are the same page.
pub fn join(root: &str, path: &str) -> String {
    let root = root.trim_end_matches('/');
    let path = path.trim_start_matches('/');
    let sub_path = root.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, sub_path)| sub_path);
    let inside = path.strip_prefix(sub_path).filter(|_| !sub_path.is_empty()).and_then(|rest| rest.strip_prefix('/'));
    format!("{root}/{}", inside.unwrap_or(path))
}

/// "https:", "mailto:", "javascript:" … (RFC 3986, 3.1). Who may follow which is the exporter's affair.
fn has_scheme(link: &str) -> bool {
    let Some((scheme, _)) = link.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// An address as a browser would send it: whatever is not visible ASCII is percent-encoded.
fn ascii(text: &str) -> String {
    let one = |byte: u8| if byte.is_ascii_graphic() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_absolute() {
        let check = |root: &str, link: &str, expected: &str| {
            let page = format!("{root}/d/here/slug?from=1&to=2");
            assert_eq!(absolute(link, root, &page).as_deref().unwrap_or(""), expected, "{root} {link}");
        };
        let (plain, sub) = ("https://g.example", "https://g.example/grafana");
        check(plain, "/d/abc/x?var-a=b c", "https://g.example/d/abc/x?var-a=b%20c");
        check(plain, "d/abc", "https://g.example/d/abc");
        check(plain, "?var-a=ü", "https://g.example/d/here/slug?var-a=%C3%BC");
        check(plain, "https://other.example/a?b=c", "https://other.example/a?b=c");
        check(plain, "//other.example/a", "https://other.example/a");
        check(plain, "mailto:a@b.example", "mailto:a@b.example");
        check(plain, "javascript:alert(1)", "javascript:alert(1)");
        check(plain, "#panel", "");
        check(plain, " ", "");
        check(sub, "/d/abc", "https://g.example/grafana/d/abc");
        check(sub, "/grafana/d/abc", "https://g.example/grafana/d/abc");
        check(sub, "/grafanas/d/abc", "https://g.example/grafana/grafanas/d/abc");
        check("", "/d/abc", "");
    }
}
