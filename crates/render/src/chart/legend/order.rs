//! The order of a legend's rows.

use std::cmp::Ordering;

use super::{LegendItem, LegendMode, LegendOptions};

/// Items in the order of a table's chosen column; lists stay as they are.
pub fn sort(items: &[LegendItem], options: &LegendOptions) -> Vec<LegendItem> {
    let mut sorted = items.to_vec();
    let Some(key) = options.sort_by.as_deref().filter(|_| options.mode == LegendMode::Table) else {
        return sorted;
    };
    let value = |item: &LegendItem| {
        let stat = item.stats.iter().find(|stat| stat.title == key).map(|stat| stat.numeric);
        stat.filter(|v| !v.is_nan()).unwrap_or(f64::NEG_INFINITY)
    };
    sorted.sort_by(|a, b| {
        let order = if key == "Name" { natural_order(&a.label, &b.label) } else { value(a).total_cmp(&value(b)) };
        if options.sort_descending { order.reverse() } else { order }
    });
    sorted
}

/// "cpu2" before "cpu10", without regard to case.
fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.chars().peekable(), b.chars().peekable());
    loop {
        let (Some(x), Some(y)) = (a.peek().copied(), b.peek().copied()) else {
            return a.peek().is_some().cmp(&b.peek().is_some());
        };
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let number = |chars: &mut std::iter::Peekable<std::str::Chars>| {
                let mut digits = String::new();
                while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                    digits.push(digit);
                }
                digits.trim_start_matches('0').to_owned()
            };
            let (x, y) = (number(&mut a), number(&mut b));
            match x.len().cmp(&y.len()).then_with(|| x.cmp(&y)) {
                Ordering::Equal => continue,
                order => return order,
            }
        }
        match x.to_lowercase().cmp(y.to_lowercase()) {
            Ordering::Equal => {
                a.next();
                b.next();
            }
            order => return order,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_people_count() {
        for (a, b) in [("cpu2", "cpu10"), ("a", "B"), ("x", "x1"), ("cpu02", "cpu3")] {
            assert_eq!(natural_order(a, b), Ordering::Less, "{a} {b}");
        }
        assert_eq!(natural_order("Cpu1", "cpu1"), Ordering::Equal);
    }
}
