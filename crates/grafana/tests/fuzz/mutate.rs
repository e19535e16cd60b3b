//! Seeded mutations of JSON and of texts.

use serde_json::{Value as Json, json};

/// Numbers that are the same on every run (SplitMix64).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }
}

/// What breaks readers that trust their input.
fn odd(random: &mut Random) -> Json {
    let texts = [
        "",
        " ",
        "$",
        "${",
        "${a:",
        "[[",
        "$__all",
        "/(/",
        "/.*/",
        "now-",
        "-1",
        "1e308",
        "NaN",
        "é😀",
        "\u{0}",
        "{{x}}",
        "$__interval",
        "9999999999999999999",
        "time:",
        "/d",
        "..",
        "%",
    ];
    match random.below(12) {
        0 => Json::Null,
        1 => json!(random.below(2) == 0),
        2 => json!([]),
        3 => json!({}),
        4 => json!(random.pick(&[0.0, -1.0, 0.5, 1e308, -1e308, 5e-324, 1e21, 4_294_967_296.0, 86_400_000.0])),
        5 => json!(random.pick(&[0_i64, -1, 1, 24, 1000, i64::MAX, i64::MIN])),
        6 => json!([null, null]),
        7 => json!({"": null}),
        8 => json!("x".repeat(random.below(300))),
        _ => json!(random.pick(&texts)),
    }
}

/// Changes a few places of a document: values swapped for odd ones or for others of the same document, keys and members
/// taken out, doubled or moved.
pub fn json_mutated(seed: &Json, random: &mut Random) -> Json {
    let mut json = seed.clone();
    for _ in 0..1 + random.below(4) {
        let count = places(&json);
        let from = nth(&json, random.below(count)).cloned();
        let at = random.below(count);
        if let Some(place) = nth_mut(&mut json, at) {
            change(place, from.unwrap_or(Json::Null), random);
        }
    }
    json
}

fn change(place: &mut Json, other: Json, random: &mut Random) {
    match (random.below(6), place) {
        (0, Json::Array(list)) if !list.is_empty() => drop(list.remove(random.below(list.len()))),
        (1, Json::Array(list)) if !list.is_empty() && list.len() < 200 => list.push(list[random.below(list.len())].clone()),
        (0, Json::Object(map)) if !map.is_empty() => {
            let key = map.keys().nth(random.below(map.len())).cloned().unwrap_or_default();
            map.remove(&key);
        }
        (2 | 3, Json::String(text)) => *text = text_mutated(text, random),
        (2, Json::Number(number)) => *number = (number.as_i64().unwrap_or(1).wrapping_mul(random.below(9) as i64 - 4)).into(),
        (4, place) if size(&other, 0) < 400 => *place = other,
        (_, place) => *place = odd(random),
    }
}

pub fn text_mutated(text: &str, random: &mut Random) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let pool: Vec<char> = "${}[]():.,|/\\\"'`~=!<>*+-^0159azZ nowdMyhms_@#%&;é😀\n\u{0}".chars().collect();
    for _ in 0..1 + random.below(4) {
        let at = random.below(chars.len() + 1);
        match random.below(4) {
            0 if at < chars.len() => drop(chars.remove(at)),
            1 if at < chars.len() => chars[at] = random.pick(&pool),
            2 if at < chars.len() => {
                let end = (at + 1 + random.below(8)).min(chars.len());
                let part = chars[at..end].to_vec();
                let into = random.below(chars.len());
                chars.splice(into..into, part);
            }
            _ => chars.insert(at, random.pick(&pool)),
        }
    }
    chars.truncate(2000);
    chars.into_iter().collect()
}

fn size(json: &Json, known: usize) -> usize {
    match json {
        _ if known > 400 => known,
        Json::Array(list) => list.iter().fold(known + 1, |known, one| size(one, known)),
        Json::Object(map) => map.values().fold(known + 1, |known, one| size(one, known)),
        _ => known + 1,
    }
}

fn places(json: &Json) -> usize {
    match json {
        Json::Array(list) => 1 + list.iter().map(places).sum::<usize>(),
        Json::Object(map) => 1 + map.values().map(places).sum::<usize>(),
        _ => 1,
    }
}

fn nth(json: &Json, mut n: usize) -> Option<&Json> {
    if n == 0 {
        return Some(json);
    }
    n -= 1;
    let children: Vec<&Json> = match json {
        Json::Array(list) => list.iter().collect(),
        Json::Object(map) => map.values().collect(),
        _ => return None,
    };
    for child in children {
        let count = places(child);
        if n < count {
            return nth(child, n);
        }
        n -= count;
    }
    None
}

fn nth_mut(json: &mut Json, mut n: usize) -> Option<&mut Json> {
    if n == 0 {
        return Some(json);
    }
    n -= 1;
    let children: Vec<&mut Json> = match json {
        Json::Array(list) => list.iter_mut().collect(),
        Json::Object(map) => map.values_mut().collect(),
        _ => return None,
    };
    for child in children {
        let count = places(child);
        if n < count {
            return nth_mut(child, n);
        }
        n -= count;
    }
    None
}
