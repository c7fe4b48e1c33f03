//! Ids as venues print them, in 64 bits.

use super::csv::Field;
use std::collections::BTreeMap;

/// Texts that are remembered, at most; from then on they are forgotten and numbered anew.
const TEXTS: usize = 1 << 20;

/// Numbers stay as they are; other texts (UUIDs) are numbered 1, 2, 3, … in the order of arrival.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    texts: BTreeMap<Box<[u8]>, u64>,
    given: u64,
}

impl Ids {
    /// 0 for no id.
    #[inline]
    pub fn number(&mut self, field: Field<'_>) -> u64 {
        match field.unsigned() {
            Ok(number) => number,
            Err(_) if field.is_empty() => 0,
            Err(_) => self.text(field.text),
        }
    }

    #[cold]
    fn text(&mut self, text: &[u8]) -> u64 {
        if let Some(&number) = self.texts.get(text) {
            return number;
        }
        if self.texts.len() == TEXTS {
            self.texts.clear();
        }
        self.given += 1;
        self.texts.insert(text.into(), self.given);
        self.given
    }
}
