//! Lists of mail addresses: how people write them and how they are kept.

use crate::Error;

/// The most addresses one report may name.
pub const MAX_RECIPIENTS: usize = 1000;

/// Splits at commas, semicolons and line breaks; blanks around an address are dropped, empty entries ignored.
pub fn split_recipients(text: &str) -> Vec<String> {
    text.split([',', ';', '\n', '\r']).map(str::trim).filter(|address| !address.is_empty()).map(str::to_owned).collect()
}

/// The stored form: `a@x,b@y`, without blanks, because Terraform's provider splits at "," and compares untrimmed.
pub fn join_recipients(text: &str) -> String {
    split_recipients(text).join(",")
}

/// Checks a list in stored form. Grafana takes "valid but weird" addresses, so only what can never be one is refused.
pub fn check_recipients(path: &str, text: &str) -> Result<(), Error> {
    let addresses = split_recipients(text);
    if addresses.len() > MAX_RECIPIENTS {
        return Err(Error::field(path, format!("has {} addresses, at most {MAX_RECIPIENTS} are allowed", addresses.len())));
    }
    match addresses.iter().find(|address| !is_address(address)) {
        Some(bad) => Err(Error::field(path, format!("{:?} is not an e-mail address", shorten(bad)))),
        None => Ok(()),
    }
}

/// `local@domain`, neither empty, no blanks or control characters, at most 320 bytes (RFC 5321 §4.5.3.1: 64 + 1 + 255).
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && !domain.is_empty()
        && text.len() <= 320
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>'))
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= 80 { text.to_owned() } else { text.chars().take(80).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_kept_without_blanks() {
        let check = |input: &str, expected: &str| assert_eq!(join_recipients(input), expected, "{input:?}");
        check("", "");
        check("a@x.org", "a@x.org");
        check("a@x.org, b@y.org", "a@x.org,b@y.org");
        check(" a@x.org ;b@y.org;\n c@z.org,, ", "a@x.org,b@y.org,c@z.org");
    }

    #[test]
    fn addresses() {
        let check = |input: &str, expected: bool| assert_eq!(is_address(input), expected, "{input:?}");
        check("a@x.org", true);
        check("o'neil+tag@sub.example", true);
        check("root@localhost", true);
        check("\"odd@local\"@x.org", true);
        check("müller@bücher.example", true);
        check("nobody", false);
        check("@x.org", false);
        check("a@", false);
        check("a b@x.org", false);
        check("a@x.org\r\nBcc:b@y.org", false);
        check("A <a@x.org>", false);
        check(&format!("{}@x.org", "a".repeat(400)), false);
    }

    #[test]
    fn the_bad_one_is_named() {
        let message = check_recipients("recipients", "a@x.org,oops").unwrap_err().to_string();
        assert_eq!(message, "recipients: \"oops\" is not an e-mail address");
    }
}
