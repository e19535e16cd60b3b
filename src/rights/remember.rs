//! Answers kept for a while, and not too many of them.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

/// Keys can be chosen by callers, so their number needs a bound.
const MAX_REMEMBERED: usize = 2048;

/// Answers by question, each until a moment of its own.
pub struct Remembered<K, V>(Mutex<HashMap<K, (Timestamp, V)>>);

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Remembered<K, V> {
        Remembered(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Remembered<K, V> {
    pub fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(key).filter(|(until, _)| now < *until).map(|(_, answer)| answer.clone())
    }

    /// Where there is no room, nothing is kept: it is asked again then.
    pub fn insert(&self, key: K, answer: V, now: Timestamp, keep: SignedDuration) {
        let Ok(until) = now.checked_add(keep) else { return };
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= MAX_REMEMBERED {
            answers.retain(|_, (until, _)| now < *until);
        }
        if answers.len() < MAX_REMEMBERED {
            answers.insert(key, (until, answer));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_end_and_are_bounded() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let answers = Remembered::default();
        let keep = SignedDuration::from_secs(30);
        for i in 0..MAX_REMEMBERED + 10 {
            answers.insert(i, i, at(0), keep);
        }
        assert_eq!((answers.get(&0, at(29)), answers.get(&0, at(30))), (Some(0), None));
        assert_eq!(answers.get(&(MAX_REMEMBERED + 1), at(0)), None);
        answers.insert(MAX_REMEMBERED + 1, 5, at(31), keep);
        assert_eq!(answers.get(&(MAX_REMEMBERED + 1), at(31)), Some(5));
    }
}
