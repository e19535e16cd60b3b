//! Tables as CSV.
//!
//! The form is that of Grafana's «Inspect → Download CSV» (12.4: `toCSV` of @grafana/data and the inspector's download): commas, CR LF
//! after each row, the header always in quotes, other fields in quotes only where they must be.
//!
//! DIFFERENCE: Grafana leaves out the last row's CR LF; RFC 4180 allows both, and files that end so can be joined.

use std::io;

use csv::{QuoteStyle, Terminator, WriterBuilder};
use encoding_rs::{EncoderResult, GBK, SHIFT_JIS};

use crate::Error;

/// How a file is written; the default is Grafana's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub encoding: Encoding,
    /// An ASCII sign between two fields.
    pub delimiter: u8,
}

impl Default for Dialect {
    fn default() -> Dialect {
        Dialect { encoding: Encoding::Utf8, delimiter: b',' }
    }
}

/// Character encodings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    #[default]
    Utf8,
    /// With a byte order mark, by which Excel knows UTF-8.
    Utf8Bom,
    /// Little endian, with a byte order mark.
    Utf16Le,
    Gbk,
    ShiftJis,
    Iso88591,
}

impl Encoding {
    /// The name in a `Content-Type`.
    pub fn charset(self) -> &'static str {
        match self {
            Encoding::Utf8 | Encoding::Utf8Bom => "utf-8",
            Encoding::Utf16Le => "utf-16",
            Encoding::Gbk => "gbk",
            Encoding::ShiftJis => "shift_jis",
            Encoding::Iso88591 => "iso-8859-1",
        }
    }
}

/// A file, and how many characters its encoding does not have: each of them became a question mark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub bytes: Vec<u8>,
    pub n_lost: usize,
}

/// Rows of text as RFC 4180.
///
/// Rows may differ in length; they are written as they are. An empty `header` writes none.
pub fn write(header: &[String], rows: &[Vec<String>], dialect: Dialect) -> Result<Written, Error> {
    let mut file = Vec::new();
    records(&mut file, std::iter::once(header).filter(|header| !header.is_empty()), QuoteStyle::Always, dialect.delimiter)
        .and_then(|()| records(&mut file, rows.iter().map(Vec::as_slice), QuoteStyle::Necessary, dialect.delimiter))
        .map_err(Error::Csv)?;
    let text = String::from_utf8(file).map_err(|error| Error::Csv(io::Error::new(io::ErrorKind::InvalidData, error)))?;
    Ok(encode(text, dialect.encoding))
}

fn records<'a>(file: &mut Vec<u8>, rows: impl Iterator<Item = &'a [String]>, quotes: QuoteStyle, delimiter: u8) -> io::Result<()> {
    let mut writer =
        WriterBuilder::new().quote_style(quotes).terminator(Terminator::CRLF).delimiter(delimiter).flexible(true).from_writer(file);
    for row in rows {
        writer.write_record(row)?;
    }
    writer.flush()
}

fn encode(text: String, encoding: Encoding) -> Written {
    let whole = |bytes| Written { bytes, n_lost: 0 };
    match encoding {
        Encoding::Utf8 => whole(text.into_bytes()),
        Encoding::Utf8Bom => whole(format!("\u{feff}{text}").into_bytes()),
        Encoding::Utf16Le => whole(std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()),
        Encoding::Gbk => encode_by_table(&text, GBK),
        Encoding::ShiftJis => encode_by_table(&text, SHIFT_JIS),
        Encoding::Iso88591 => {
            let byte = |c: char| u8::try_from(u32::from(c)).ok();
            Written {
                n_lost: text.chars().filter(|c| byte(*c).is_none()).count(),
                bytes: text.chars().map(|c| byte(c).unwrap_or(b'?')).collect(),
            }
        }
    }
}

/// Not `Encoding::encode`, which writes what it cannot encode as HTML references.
fn encode_by_table(text: &str, encoding: &'static encoding_rs::Encoding) -> Written {
    let mut encoder = encoding.new_encoder();
    let mut written = Written { bytes: Vec::with_capacity(text.len() + 16), n_lost: 0 };
    let mut rest = text;
    loop {
        let (result, n_read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut written.bytes, true);
        rest = &rest[n_read..];
        match result {
            EncoderResult::InputEmpty => return written,
            EncoderResult::OutputFull => written.bytes.reserve(rest.len() + 16),
            EncoderResult::Unmappable(_) => {
                written.bytes.push(b'?');
                written.n_lost += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(header: &[&str], rows: &[&[&str]], dialect: Dialect) -> Written {
        let owned = |row: &[&str]| row.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>();
        let rows: Vec<Vec<String>> = rows.iter().map(|row| owned(row)).collect();
        write(&owned(header), &rows, dialect).unwrap()
    }

    fn check(header: &[&str], rows: &[&[&str]], expected: &str) {
        assert_eq!(String::from_utf8(written(header, rows, Dialect::default()).bytes).unwrap(), expected);
    }

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        check(&[], &[], "");
        check(&["Time", "a, b"], &[&["1", "x"], &["2", ""]], "\"Time\",\"a, b\"\r\n1,x\r\n2,\r\n");
        check(
            &["a"],
            &[&["a,b"], &["say \"hi\""], &["two\nlines"], &[" spaced "]],
            "\"a\"\r\n\"a,b\"\r\n\"say \"\"hi\"\"\"\r\n\"two\nlines\"\r\n spaced \r\n",
        );
        check(&["a", "b"], &[&["1"], &["1", "2", "3"]], "\"a\",\"b\"\r\n1\r\n1,2,3\r\n");
        // An empty line would be no row at all.
        check(&["a"], &[&[""]], "\"a\"\r\n\"\"\r\n");
    }

    #[test]
    fn delimiters_are_quoted_where_they_stand_in_a_field() {
        let check = |delimiter: u8, expected: &str| {
            let dialect = Dialect { delimiter, ..Dialect::default() };
            assert_eq!(String::from_utf8(written(&["a"], &[&["1,5", "2;0", "3"]], dialect).bytes).unwrap(), expected);
        };
        check(b',', "\"a\"\r\n\"1,5\",2;0,3\r\n");
        check(b';', "\"a\"\r\n1,5;\"2;0\";3\r\n");
        check(b'\t', "\"a\"\r\n1,5\t2;0\t3\r\n");
    }

    #[test]
    fn every_encoding() {
        let check = |encoding: Encoding, text: &str, bytes: &[u8], n_lost: usize| {
            let got = written(&[], &[&[text]], Dialect { encoding, ..Dialect::default() });
            let end: Vec<u8> = if encoding == Encoding::Utf16Le { b"\r\0\n\0".to_vec() } else { b"\r\n".to_vec() };
            assert_eq!(got, Written { bytes: [bytes, &end].concat(), n_lost }, "{encoding:?} {text}");
        };
        check(Encoding::Utf8, "ü", b"\xc3\xbc", 0);
        check(Encoding::Utf8Bom, "ü", b"\xef\xbb\xbf\xc3\xbc", 0);
        check(Encoding::Utf16Le, "ü😀", b"\xff\xfe\xfc\x00\x3d\xd8\x00\xde", 0);
        check(Encoding::Gbk, "中文 ü", b"\xd6\xd0\xce\xc4 \xa8\xb9", 0);
        check(Encoding::Gbk, "中😀文", b"\xd6\xd0?\xce\xc4", 1);
        check(Encoding::ShiftJis, "日本", b"\x93\xfa\x96\x7b", 0);
        check(Encoding::ShiftJis, "日ü本😀", b"\x93\xfa?\x96\x7b?", 2);
        check(Encoding::Iso88591, "naïve €", b"na\xefve ?", 1);
    }

    #[test]
    fn long_texts_are_whole() {
        let long = "中😀".repeat(100_000);
        let got = written(&[], &[&[&long]], Dialect { encoding: Encoding::Gbk, ..Dialect::default() });
        assert_eq!((got.bytes.len(), got.n_lost), (300_002, 100_000));
    }
}
