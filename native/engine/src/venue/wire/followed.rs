//! One symbol over several book channels at once (depths, intervals): only one of them makes its book.

use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// For each instrument the channel that makes its book, as the rank that the venue's protocol gives it; 0 where
/// there is none yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    ranks: Vec<u32>,
}

impl Followed {
    /// Whether a message of a channel of `rank` (1 or more) is the book's. A snapshot of a higher rank takes
    /// over, and any snapshot does where the book is lost.
    pub fn takes(&mut self, slot: usize, rank: u32, is_snapshot: bool, is_lost: bool) -> bool {
        if self.ranks.len() <= slot {
            self.ranks.resize(slot + 1, 0);
        }
        let of = &mut self.ranks[slot];
        if is_snapshot && (is_lost || rank > *of) {
            *of = rank;
        }
        *of == rank
    }

    /// No channel makes a book any more: the connections were lost.
    pub fn clear(&mut self) {
        self.ranks.clear();
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u32(self.ranks.len() as u32);
        self.ranks.iter().for_each(|rank| w.u32(*rank));
    }

    /// # Errors
    /// `E_STATE` where the bytes are too short.
    pub fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let mut out = Self::default();
        for _ in 0..r.u32()? {
            out.ranks.push(r.u32()?);
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_rank_makes_the_book_and_any_snapshot_a_lost_one() {
        let mut followed = Followed::default();
        assert!(!followed.takes(3, 50, false, true), "an update begins nothing");
        assert!(followed.takes(3, 50, true, true));
        assert!(followed.takes(3, 50, false, false));
        assert!(followed.takes(3, 200, true, false), "deeper");
        assert!(!followed.takes(3, 50, false, false));
        assert!(!followed.takes(3, 50, true, false));
        assert!(!followed.takes(3, 1_000, false, false), "deeper, without a snapshot");
        assert!(followed.takes(3, 200, false, false));
        assert!(followed.takes(3, 50, true, true), "the book was lost");
        assert!(!followed.takes(0, 50, false, false), "of another instrument");
        let mut w = StateWriter::new();
        followed.save(&mut w);
        assert_eq!(Followed::restore(&mut StateReader::new(w.as_bytes())).unwrap(), followed);
    }
}
