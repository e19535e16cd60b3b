//! `Number` to text and back.

/// `String(value)`: the shortest digits that read back, exponent form from 1e21 and below 1e-6.
pub fn number_to_string(value: f64) -> String {
    if value == 0.0 {
        return "0".into(); // also -0
    }
    ryu_js::Buffer::new().format(value).to_owned()
}

/// `value.toFixed(digits)`: exact decimal expansion, half away from zero; exponent form from 1e21. `digits` over 100 count as 100.
pub fn to_fixed(value: f64, digits: u32) -> String {
    if !value.is_finite() || value.abs() >= 1e21 {
        return number_to_string(value);
    }
    let value = if value == 0.0 { 0.0 } else { value };
    ryu_js::Buffer::new().format_to_fixed(value, digits.min(100) as u8).to_owned()
}

/// `Math.round`: halves go up, so -2.5 becomes -2 where `f64::round` gives -3.
pub fn js_round(value: f64) -> f64 {
    let floor = value.floor();
    if value - floor >= 0.5 { floor + 1.0 } else { floor }
}

/// `value.toExponential(digits)`; `None` is as many digits as the value needs.
pub fn to_exponential(value: f64, digits: Option<u32>) -> String {
    if !value.is_finite() {
        return number_to_string(value);
    }
    let value = if value == 0.0 { 0.0 } else { value };
    let text = match digits {
        None => format!("{value:e}"),
        Some(digits) => exponential_half_up(value, digits.min(100) as usize),
    };
    match text.split_once("e-") {
        Some(_) => text,
        None => text.replacen('e', "e+", 1),
    }
}

/// Rust rounds an exact half to even here, JavaScript away from zero.
fn exponential_half_up(value: f64, digits: usize) -> String {
    // 1,100 digits hold every f64 exactly, so the cut below sees the true value.
    let exact = format!("{:.1100e}", value.abs());
    let Some((mantissa, exponent)) = exact.split_once('e') else { return exact };
    let mut exponent: i32 = exponent.parse().unwrap_or(0);
    let all: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    let mut kept = all[..=digits].to_vec();
    if all[digits + 1] >= 5 && round_up(&mut kept) {
        kept.pop();
        exponent += 1;
    }
    let text: String = kept.iter().map(|d| char::from(b'0' + d)).collect();
    let sign = if value < 0.0 { "-" } else { "" };
    let point = if digits > 0 { "." } else { "" };
    format!("{sign}{}{point}{}e{exponent}", &text[..1], &text[1..])
}

/// Adds one to the last digit. Returns whether a digit was added in front.
fn round_up(digits: &mut Vec<u8>) -> bool {
    for digit in digits.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return false;
        }
        *digit = 0;
    }
    digits.insert(0, 1);
    true
}

/// `value.toLocaleString("en-US", { minimumFractionDigits, maximumFractionDigits })`: groups of three, halves away from zero
/// on the shortest digits (ICU), "∞" and "NaN".
pub fn to_locale_string(value: f64, min_fraction: u32, max_fraction: u32) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_infinite() {
        return format!("{sign}∞");
    }
    let max_fraction = max_fraction.min(100) as usize;
    let min_fraction = (min_fraction as usize).min(max_fraction);
    let (mut digits, point) = shortest_decimal(value.abs());
    let mut point = point;
    let keep = point + max_fraction as i32;
    if keep < 0 {
        digits = vec![];
    } else if (keep as usize) < digits.len() {
        let up = digits[keep as usize] >= 5;
        digits.truncate(keep as usize);
        if up && round_up(&mut digits) {
            point += 1;
        }
    }
    let digit = |at: i32| usize::try_from(at).ok().and_then(|at| digits.get(at)).copied().unwrap_or(0);
    let whole: String = (0..point.max(0)).map(|at| char::from(b'0' + digit(at))).collect();
    let mut fraction: String = (0..max_fraction as i32).map(|at| char::from(b'0' + digit(point + at))).collect();
    while fraction.len() > min_fraction && fraction.ends_with('0') {
        fraction.pop();
    }
    let whole = if whole.is_empty() { "0".into() } else { group_thousands(&whole) };
    let dot = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{dot}{fraction}")
}

/// The shortest digits of a finite value and where the point stands, counted from the first digit.
fn shortest_decimal(value: f64) -> (Vec<u8>, i32) {
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    (digits, exponent.parse::<i32>().unwrap_or(0) + 1)
}

fn group_thousands(whole: &str) -> String {
    let mut grouped = String::with_capacity(whole.len() * 4 / 3);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `value.toString(16)`, lower case, with a fraction where there is one.
///
/// Source: V8 `DoubleToRadixCString`, which stops once the digits tell the value from its neighbours.
pub fn to_hex(value: f64) -> String {
    if !value.is_finite() {
        return number_to_string(value);
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let magnitude = value.abs();
    let mut whole = magnitude.floor();
    let mut fraction = magnitude - whole;
    let mut delta = (0.5 * (magnitude.next_up() - magnitude)).max(f64::MIN_POSITIVE * f64::EPSILON);
    let mut places: Vec<u8> = Vec::new();
    if fraction >= delta {
        loop {
            fraction *= 16.0;
            delta *= 16.0;
            let digit = fraction as u8;
            places.push(digit);
            fraction -= f64::from(digit);
            if (fraction > 0.5 || (fraction == 0.5 && digit & 1 == 1)) && fraction + delta > 1.0 {
                whole += carry_hex(&mut places);
                break;
            }
            if fraction < delta {
                break;
            }
        }
    }
    let dot = if places.is_empty() { "" } else { "." };
    let places: String = places.iter().filter_map(|d| char::from_digit(u32::from(*d), 16)).collect();
    format!("{sign}{}{dot}{places}", whole_hex(whole))
}

/// Rounds the last place up; returns what spills into the whole part.
fn carry_hex(places: &mut Vec<u8>) -> f64 {
    while let Some(last) = places.pop() {
        if last < 15 {
            places.push(last + 1);
            return 0.0;
        }
    }
    1.0
}

fn whole_hex(mut whole: f64) -> String {
    if whole < 1e30 {
        return format!("{:x}", whole as u128);
    }
    let mut digits = Vec::new();
    while whole >= 1.0 {
        digits.push(char::from_digit((whole % 16.0) as u32, 16).unwrap_or('0'));
        whole = (whole / 16.0).floor();
    }
    digits.iter().rev().collect()
}

/// `parseFloat(text)`: the longest number at the start, NaN when there is none.
pub fn parse_float(text: &str) -> f64 {
    let text = text.trim_start_matches(is_js_space);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned.starts_with("Infinity") {
        return if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let end = text.len() - unsigned.len() + decimal_length(unsigned);
    text[..end].parse().unwrap_or(f64::NAN)
}

/// Length of the longest decimal literal at the start: digits, one point, an exponent only with digits.
fn decimal_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = digits(0);
    let mut end = whole;
    if bytes.get(whole) == Some(&b'.') {
        let fraction = digits(whole + 1);
        if whole + fraction > 0 {
            end = whole + 1 + fraction;
        }
    }
    if end > 0 && matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    end
}

/// `Number(text)`: the whole text is a number (decimal, 0x, 0o, 0b, Infinity), blank is 0, else NaN.
pub fn number_from_string(text: &str) -> f64 {
    let text = text.trim_matches(is_js_space);
    if text.is_empty() {
        return 0.0;
    }
    for (marks, radix) in [(["0x", "0X"], 16), (["0o", "0O"], 8), (["0b", "0B"], 2)] {
        if let Some(digits) = marks.iter().find_map(|mark| text.strip_prefix(mark)) {
            return integer_of(digits, radix).unwrap_or(f64::NAN);
        }
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned == "Infinity" || (!unsigned.is_empty() && decimal_length(unsigned) == unsigned.len()) {
        parse_float(text)
    } else {
        f64::NAN
    }
}

fn integer_of(digits: &str, radix: u32) -> Option<f64> {
    if digits.is_empty() {
        return None;
    }
    digits.chars().try_fold(0.0, |sum, c| Some(sum * f64::from(radix) + f64::from(c.to_digit(radix)?)))
}

/// `parseInt(text, 10)`: the whole number at the start, NaN when there is none.
pub fn parse_int(text: &str) -> f64 {
    let text = text.trim_start_matches(is_js_space);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let length = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    let end = text.len() - unsigned.len() + length;
    if length == 0 { f64::NAN } else { text[..end].parse().unwrap_or(f64::NAN) }
}

fn is_js_space(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_numbers() {
        let check = |value: f64, expected: &str| assert_eq!(number_to_string(value), expected);
        check(-0.0, "0");
        check(0.1 + 0.2, "0.30000000000000004");
        check(1e21, "1e+21");
        check(1e-7, "1e-7");
        check(123456789.0, "123456789");
        check(f64::NEG_INFINITY, "-Infinity");
        check(f64::NAN, "NaN");
    }

    #[test]
    fn rounds_halves_up() {
        let check = |value: f64, expected: f64| assert_eq!(js_round(value), expected);
        check(-2.5, -2.0);
        check(2.5, 3.0);
        check(0.49999999999999994, 0.0);
        check(-0.5, 0.0);
    }

    #[test]
    fn writes_fixed_and_exponential() {
        assert_eq!(to_fixed(1.005, 2), "1.00");
        assert_eq!(to_fixed(2.5, 0), "3");
        assert_eq!(to_fixed(-1.5, 0), "-2");
        assert_eq!(to_fixed(0.000001, 7), "0.0000010");
        assert_eq!(to_exponential(12345.0, None), "1.2345e+4");
        assert_eq!(to_exponential(0.00015, Some(0)), "1e-4"); // 0.00015 is a little under the half
        assert_eq!(to_exponential(2.5, Some(0)), "3e+0");
        assert_eq!(to_exponential(9.99, Some(1)), "1.0e+1");
        assert_eq!(to_exponential(-0.0, Some(2)), "0.00e+0");
    }

    #[test]
    fn writes_en_us() {
        let check = |value: f64, min: u32, max: u32, expected: &str| assert_eq!(to_locale_string(value, min, max), expected);
        check(1234567.891, 0, 3, "1,234,567.891");
        check(1.005, 0, 2, "1.01");
        check(0.0004, 0, 3, "0");
        check(0.0005, 0, 3, "0.001");
        check(-0.0004, 0, 3, "-0");
        check(999.9996, 0, 3, "1,000");
        check(1234.5, 2, 2, "1,234.50");
        check(f64::NEG_INFINITY, 0, 3, "-∞");
        check(1e21, 0, 3, "1,000,000,000,000,000,000,000");
    }

    #[test]
    fn writes_hex() {
        let check = |value: f64, expected: &str| assert_eq!(to_hex(value), expected);
        check(255.0, "ff");
        check(-10.5, "-a.8");
        check(0.1, "0.1999999999999a");
        check(0.0, "0");
    }

    #[test]
    fn reads_numbers() {
        assert_eq!(parse_float(" 12.5px"), 12.5);
        assert_eq!(parse_float("1e"), 1.0);
        assert_eq!(parse_float(".5"), 0.5);
        assert_eq!(parse_float("5."), 5.0);
        assert!(parse_float("px").is_nan());
        assert!(parse_float(".").is_nan());
        assert_eq!(number_from_string(""), 0.0);
        assert_eq!(number_from_string("0x1F"), 31.0);
        assert_eq!(number_from_string(" 42 "), 42.0);
        assert!(number_from_string("42px").is_nan());
        assert!(number_from_string("inf").is_nan());
        assert!(number_from_string("nan").is_nan());
        assert_eq!(parse_int("-12abc"), -12.0);
    }
}
