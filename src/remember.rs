//! Answers kept for a while, and not too many of them.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

/// Answers by question, each until a moment (`T`) of its own. Callers can choose the questions, so their number has a bound.
pub struct Remembered<K, V, T> {
    most: usize,
    answers: Mutex<HashMap<K, (T, V)>>,
}

impl<K: Eq + Hash, V: Clone, T: Copy + PartialOrd> Remembered<K, V, T> {
    /// With room for `most` answers.
    pub fn new(most: usize) -> Remembered<K, V, T> {
        Remembered { most, answers: Mutex::default() }
    }

    pub fn get(&self, key: &K, now: T) -> Option<V> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(key).filter(|(until, _)| now < *until).map(|(_, answer)| answer.clone())
    }

    /// Where there is no room, nothing is kept: it is asked again then.
    pub fn insert(&self, key: K, answer: V, now: T, until: T) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= self.most {
            answers.retain(|_, (until, _)| now < *until);
        }
        if answers.len() < self.most {
            answers.insert(key, (until, answer));
        }
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_end_and_are_bounded() {
        const MOST: usize = 2048;
        let answers = Remembered::new(MOST);
        for i in 0..MOST + 10 {
            answers.insert(i, i, 0, 30);
        }
        assert_eq!((answers.get(&0, 29), answers.get(&0, 30)), (Some(0), None));
        assert_eq!(answers.get(&(MOST + 1), 0), None);
        answers.insert(MOST + 1, 5, 31, 61);
        assert_eq!(answers.get(&(MOST + 1), 31), Some(5));
    }
}
