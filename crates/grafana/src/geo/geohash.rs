//! Geohashes: bits of longitude and latitude in turn, five to a character.

/// The middle of a geohash's cell as longitude and latitude in degrees; `None` for the empty text. A character that is no
/// digit counts as the highest one, as in Grafana. Source: grafana 12.4.0 `geo/format/geohash.ts`.
pub fn decode_geohash(hash: &str) -> Option<(f64, f64)> {
    const DIGITS: &str = "0123456789bcdefghjkmnpqrstuvwxyz";
    let (mut lon, mut lat) = ((-180.0, 180.0), (-90.0, 90.0));
    let mut is_longitude = true;
    for c in hash.chars() {
        let digit = DIGITS.find(c).unwrap_or(31);
        for bit in (0..5).rev() {
            let range: &mut (f64, f64) = if is_longitude { &mut lon } else { &mut lat };
            let middle = (range.0 + range.1) / 2.0;
            if digit >> bit & 1 == 1 {
                range.0 = middle;
            } else {
                range.1 = middle;
            }
            is_longitude = !is_longitude;
        }
    }
    (!hash.is_empty()).then_some(((lon.0 + lon.1) / 2.0, (lat.0 + lat.1) / 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geohashes() {
        let check = |hash: &str, expected: Option<(f64, f64)>| {
            let got = decode_geohash(hash).map(|(lon, lat)| ((lon * 1000.0).round() / 1000.0, (lat * 1000.0).round() / 1000.0));
            assert_eq!(got, expected, "{hash}");
        };
        check("ezs42", Some((-5.603, 42.605)));
        check("9q6", Some((-120.234, 35.859)));
        check("", None);
    }
}
