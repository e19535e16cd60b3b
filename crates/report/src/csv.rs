//! How tables are written as CSV: the values of `csvEncoding`, which Grafana does not document, and of our own `csvDelimiter`.

use serde::{Serialize, Serializer};

use crate::Error;

/// Character encodings of CSV files, by the names we emit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CsvEncoding {
    #[default]
    Utf8,
    /// With a byte order mark, by which Excel knows UTF-8.
    Utf8Bom,
    /// Little endian with a byte order mark.
    Utf16Le,
    Gbk,
    ShiftJis,
    Iso88591,
}

const ENCODINGS: [CsvEncoding; 6] =
    [CsvEncoding::Utf8, CsvEncoding::Utf8Bom, CsvEncoding::Utf16Le, CsvEncoding::Gbk, CsvEncoding::ShiftJis, CsvEncoding::Iso88591];

impl CsvEncoding {
    pub fn as_str(self) -> &'static str {
        match self {
            CsvEncoding::Utf8 => "utf-8",
            CsvEncoding::Utf8Bom => "utf-8-bom",
            CsvEncoding::Utf16Le => "utf-16le",
            CsvEncoding::Gbk => "gbk",
            CsvEncoding::ShiftJis => "shift_jis",
            CsvEncoding::Iso88591 => "iso-8859-1",
        }
    }

    /// Any case; `-`, `_` and blanks count for nothing, and the usual other names are understood. `None` for an empty text.
    pub(crate) fn parse(path: &str, text: &str) -> Result<Option<CsvEncoding>, Error> {
        let plain: String = text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_ascii_lowercase();
        Ok(Some(match plain.as_str() {
            "" if text.trim().is_empty() => return Ok(None),
            "utf8" => CsvEncoding::Utf8,
            "utf8bom" | "utf8sig" | "utf8withbom" => CsvEncoding::Utf8Bom,
            "utf16" | "utf16le" | "utf16lebom" => CsvEncoding::Utf16Le,
            // GBK holds all of GB 2312 in the same bytes.
            "gbk" | "gb2312" | "cp936" => CsvEncoding::Gbk,
            "shiftjis" | "sjis" | "cp932" | "windows31j" => CsvEncoding::ShiftJis,
            "iso88591" | "latin1" => CsvEncoding::Iso88591,
            _ => {
                let known = ENCODINGS.map(CsvEncoding::as_str).join(", ");
                return Err(Error::field(path, format!("unknown encoding {text:?}; use one of {known}")));
            }
        }))
    }
}

impl Serialize for CsvEncoding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What stands between two fields; ours, not Enterprise's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CsvDelimiter {
    #[default]
    Comma,
    /// What Excel expects where the comma is the decimal sign.
    Semicolon,
    Tab,
    Pipe,
}

impl CsvDelimiter {
    pub fn as_str(self) -> &'static str {
        match self {
            CsvDelimiter::Comma => ",",
            CsvDelimiter::Semicolon => ";",
            CsvDelimiter::Tab => "\t",
            CsvDelimiter::Pipe => "|",
        }
    }

    /// The sign itself or its name. An empty text is a comma.
    pub(crate) fn parse(path: &str, text: &str) -> Result<CsvDelimiter, Error> {
        match text.to_ascii_lowercase().as_str() {
            "" | "," | "comma" => Ok(CsvDelimiter::Comma),
            ";" | "semicolon" => Ok(CsvDelimiter::Semicolon),
            "\t" | "\\t" | "tab" => Ok(CsvDelimiter::Tab),
            "|" | "pipe" => Ok(CsvDelimiter::Pipe),
            _ => Err(Error::field(path, format!("unknown delimiter {text:?}; use comma, semicolon, tab or pipe"))),
        }
    }

    pub(crate) fn is_comma(&self) -> bool {
        *self == CsvDelimiter::Comma
    }
}

impl Serialize for CsvDelimiter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_by_many_names() {
        let check = |text: &str, expected: Result<Option<&str>, &str>| {
            let got = CsvEncoding::parse("options.csvEncoding", text);
            let got = got.map(|encoding| encoding.map(CsvEncoding::as_str)).map_err(|error| error.to_string());
            assert_eq!(got, expected.map_err(str::to_owned), "{text:?}");
        };
        check("", Ok(None));
        check("UTF-8", Ok(Some("utf-8")));
        check("utf8", Ok(Some("utf-8")));
        check("UTF-8 with BOM", Ok(Some("utf-8-bom")));
        check("utf_16", Ok(Some("utf-16le")));
        check("GB2312", Ok(Some("gbk")));
        check("Shift-JIS", Ok(Some("shift_jis")));
        check("latin1", Ok(Some("iso-8859-1")));
        let known = "use one of utf-8, utf-8-bom, utf-16le, gbk, shift_jis, iso-8859-1";
        check("ebcdic", Err(&format!("options.csvEncoding: unknown encoding \"ebcdic\"; {known}")));
        check("--", Err(&format!("options.csvEncoding: unknown encoding \"--\"; {known}")));
        ENCODINGS.iter().for_each(|encoding| check(encoding.as_str(), Ok(Some(encoding.as_str()))));
    }

    #[test]
    fn delimiters_by_sign_and_name() {
        let check = |text: &str, expected: &str| {
            let got = CsvDelimiter::parse("options.csvDelimiter", text);
            assert_eq!(got.map_or_else(|error| error.to_string(), |delimiter| delimiter.as_str().to_owned()), expected, "{text:?}");
        };
        check("", ",");
        check(";", ";");
        check("Semicolon", ";");
        check("\t", "\t");
        check("tab", "\t");
        check("|", "|");
        check("::", "options.csvDelimiter: unknown delimiter \"::\"; use comma, semicolon, tab or pipe");
    }
}
