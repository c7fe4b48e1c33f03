//! How the ids of a venue's book updates follow each other.

/// The rule by which an update (first id `w0`, last `w1`, previous `w2`) continues a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sequence {
    /// Binance spot and its like: the first id is the one after the last (S4, S6).
    Spot,
    /// Binance futures: the update names the one before (U4, U5, U6).
    Futures,
    /// The update names the one before, the first one the snapshot.
    Linked,
    /// Each id is the one before plus 1.
    Counted,
    /// Ids never fall; a hole does not show.
    Rising,
    /// No ids: nothing shows a hole but a checksum, where the venue sends one.
    Unnumbered,
}

impl Sequence {
    /// Whether an update continues a book that is at id `at`. `fresh`: none has come since the snapshot.
    #[must_use]
    #[inline]
    pub const fn follows(self, fresh: bool, at: u64, first: u64, last: u64, previous: u64) -> bool {
        match self {
            Self::Futures if fresh => (first <= at && at <= last) || previous == at,
            Self::Futures | Self::Linked => previous == at,
            Self::Spot if fresh => first <= at + 1 && at < last,
            Self::Spot => first == at + 1 || (first <= at + 1 && at < last),
            Self::Counted => last == at.wrapping_add(1),
            Self::Rising => last >= at,
            Self::Unnumbered => true,
        }
    }

    /// Whether a hole behind a book at id `at` would show. Linked ids of 0 are those of a recording from
    /// before the venue sent any.
    #[must_use]
    pub const fn shows_holes(self, at: u64) -> bool {
        match self {
            Self::Rising | Self::Unnumbered => false,
            Self::Linked => at != 0,
            Self::Spot | Self::Futures | Self::Counted => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_tells_the_next_update_from_a_hole() {
        let next =
            |rule: Sequence, ids: (u64, u64, u64)| rule.follows(false, 10, ids.0, ids.1, ids.2);
        assert!(next(Sequence::Linked, (0, 25, 10)) && !next(Sequence::Linked, (0, 25, 11)));
        assert!(next(Sequence::Counted, (0, 11, 0)) && !next(Sequence::Counted, (0, 12, 0)));
        assert!(next(Sequence::Rising, (0, 10, 0)) && !next(Sequence::Rising, (0, 9, 0)));
        assert!(next(Sequence::Spot, (11, 12, 0)) && !next(Sequence::Spot, (12, 12, 0)));
        assert!(next(Sequence::Futures, (0, 0, 10)) && !next(Sequence::Futures, (9, 12, 9)));
        assert!(Sequence::Futures.follows(true, 10, 9, 12, 9));
        assert!(next(Sequence::Unnumbered, (0, 0, 0)));
        assert!(Sequence::Linked.shows_holes(1) && !Sequence::Linked.shows_holes(0));
        assert!(Sequence::Counted.shows_holes(0) && !Sequence::Rising.shows_holes(1));
    }
}
