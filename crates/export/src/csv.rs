//! Tables as CSV.
//!
//! The form is that of Grafana's «Inspect → Download CSV» (12.4: `toCSV` of @grafana/data and the inspector's download): commas, CR LF
//! after each row, the header always in quotes, other fields in quotes only where they must be.
//!
//! DIFFERENCE: Grafana leaves out the last row's CR LF; RFC 4180 allows both, and files that end so can be joined.

use std::io;

use csv::{QuoteStyle, Terminator, WriterBuilder};

use crate::Error;

const BOM: &[u8] = "\u{feff}".as_bytes();

/// Rows of text as RFC 4180, UTF-8 (a BOM first when `bom`, by which Excel knows the encoding).
///
/// Rows may differ in length; they are written as they are. An empty `header` writes none.
pub fn write(header: &[String], rows: &[Vec<String>], bom: bool) -> Result<Vec<u8>, Error> {
    let mut file = if bom { BOM.to_vec() } else { Vec::new() };
    records(&mut file, std::iter::once(header).filter(|header| !header.is_empty()), QuoteStyle::Always)
        .and_then(|()| records(&mut file, rows.iter().map(Vec::as_slice), QuoteStyle::Necessary))
        .map_err(Error::Csv)?;
    Ok(file)
}

fn records<'a>(file: &mut Vec<u8>, rows: impl Iterator<Item = &'a [String]>, quotes: QuoteStyle) -> io::Result<()> {
    let mut writer = WriterBuilder::new().quote_style(quotes).terminator(Terminator::CRLF).flexible(true).from_writer(file);
    for row in rows {
        writer.write_record(row)?;
    }
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &[&str], rows: &[&[&str]], bom: bool, expected: &str) {
        let owned = |row: &[&str]| row.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>();
        let rows: Vec<Vec<String>> = rows.iter().map(|row| owned(row)).collect();
        let file = write(&owned(header), &rows, bom).unwrap();
        assert_eq!(String::from_utf8(file).unwrap(), expected);
    }

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        check(&[], &[], false, "");
        check(&["Time", "a, b"], &[&["1", "x"], &["2", ""]], false, "\"Time\",\"a, b\"\r\n1,x\r\n2,\r\n");
        check(
            &["a"],
            &[&["a,b"], &["say \"hi\""], &["two\nlines"], &[" spaced "]],
            false,
            "\"a\"\r\n\"a,b\"\r\n\"say \"\"hi\"\"\"\r\n\"two\nlines\"\r\n spaced \r\n",
        );
        check(&["ü"], &[&["ß"]], true, "\u{feff}\"ü\"\r\nß\r\n");
        check(&["a", "b"], &[&["1"], &["1", "2", "3"]], false, "\"a\",\"b\"\r\n1\r\n1,2,3\r\n");
        // An empty line would be no row at all.
        check(&["a"], &[&[""]], false, "\"a\"\r\n\"\"\r\n");
    }
}
