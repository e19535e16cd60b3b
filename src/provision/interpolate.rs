//! `$NAME`, `${NAME}`, `$__env{NAME}`, `$__file{/path}` and `$$` in values, as in Grafana's provisioning files.

/// Looks a name up; the error is for people.
type Lookup = Box<dyn Fn(&str) -> Found + Send + Sync>;
type Found = Result<String, String>;

/// Where values come from: the process in production, tables in tests.
pub struct Sources {
    /// A variable of the environment.
    pub env: Lookup,
    /// A file's content.
    pub file: Lookup,
}

impl Sources {
    /// The environment and the files of this process.
    pub fn process() -> Sources {
        Sources {
            env: Box::new(|name| std::env::var(name).map_err(|_| not_set(name))),
            file: Box::new(|path| std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))),
        }
    }
}

/// Fills in variables. One that is not set is an error: an empty recipient would be found out by nobody.
///
/// Grafana's own variables (`$__all`, `$__from`) stay as they are, and so does a `$` in front of anything that is no name. `on_file` hears of
/// each file before it is read.
pub fn interpolate(text: &str, sources: &Sources, on_file: &mut dyn FnMut(&str)) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((path, after)) = braced(rest, "__file") {
            on_file(path);
            // A file's last line break is not part of a secret.
            out.push_str((sources.file)(path)?.trim_end_matches(['\n', '\r']));
            rest = after;
        } else if let Some((name, after)) = braced(rest, "__env").or_else(|| braced(rest, "")) {
            out.push_str(&(sources.env)(name)?);
            rest = after;
        } else {
            let name = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())];
            if name.is_empty() || name.starts_with("__") || name.starts_with(|c: char| c.is_ascii_digit()) {
                out.push('$');
            } else {
                out.push_str(&(sources.env)(name)?);
                rest = &rest[name.len()..];
            }
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// The text in braces behind `prefix`, and what follows.
fn braced<'a>(text: &'a str, prefix: &str) -> Option<(&'a str, &'a str)> {
    text.strip_prefix(prefix)?.strip_prefix('{')?.split_once('}')
}

fn not_set(name: &str) -> String {
    format!("the variable {name} is not set")
}

#[cfg(test)]
pub(super) fn table() -> Sources {
    Sources {
        env: Box::new(|name| if ["HOST", "TEAM"].contains(&name) { Ok(format!("<{name}>")) } else { Err(not_set(name)) }),
        file: Box::new(|path| if path == "/run/secret" { Ok("hush\n".into()) } else { Err(format!("{path}: not found")) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_and_files() {
        for (input, expected) in [
            ("plain", Ok("plain")),
            ("$HOST", Ok("<HOST>")),
            ("a ${HOST}b, $TEAM.", Ok("a <HOST>b, <TEAM>.")),
            ("$__env{TEAM}", Ok("<TEAM>")),
            ("$__file{/run/secret}!", Ok("hush!")),
            ("$$HOST costs $5 and $", Ok("$HOST costs $5 and $")),
            ("$__all ${__x", Ok("$__all ${__x")),
            ("$NOBODY", Err("the variable NOBODY is not set")),
            ("${NOBODY}", Err("the variable NOBODY is not set")),
            ("$__file{/none}", Err("/none: not found")),
        ] {
            let got = interpolate(input, &table(), &mut |_| ());
            assert_eq!(got.as_deref().map_err(String::as_str), expected, "{input}");
        }
    }
}
