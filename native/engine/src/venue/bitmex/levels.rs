//! Prices of levels by their ids: updates and deletions name a level by its id alone.

use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};
use std::collections::BTreeMap;

/// The prices of one book's levels.
pub(super) type Levels = BTreeMap<u64, i64>;

/// Those of all instruments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LevelIds {
    list: Vec<Levels>,
}

impl LevelIds {
    pub fn of(&mut self, slot: usize) -> &mut Levels {
        if self.list.len() <= slot {
            self.list.resize(slot + 1, Levels::new());
        }
        &mut self.list[slot]
    }

    pub fn clear(&mut self) {
        self.list.clear();
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u32(self.list.len() as u32);
        for levels in &self.list {
            w.u32(levels.len() as u32);
            for (id, price) in levels {
                w.u64(*id);
                w.i64(*price);
            }
        }
    }

    pub fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let mut out = Self::default();
        for _ in 0..r.u32()? {
            let mut levels = Levels::new();
            for _ in 0..r.u32()? {
                levels.insert(r.u64()?, r.i64()?);
            }
            out.list.push(levels);
        }
        Ok(out)
    }
}
