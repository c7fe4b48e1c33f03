//! States of the touch: buckets of imbalance × buckets of spread.

/// How many buckets there are of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    pub imbalances: usize,
    pub spreads: usize,
}

impl Grid {
    pub const MOST_IMBALANCES: usize = 64;
    pub const MOST_SPREADS: usize = 16;

    #[must_use]
    pub const fn states(self) -> usize {
        self.imbalances * self.spreads
    }

    #[must_use]
    pub const fn state(self, spread: usize, imbalance: usize) -> usize {
        spread * self.imbalances + imbalance
    }

    /// The state with the sides exchanged.
    #[must_use]
    pub const fn mirrored(self, state: usize) -> usize {
        let imbalance = state % self.imbalances;
        state - imbalance + (self.imbalances - 1 - imbalance)
    }

    /// Bucket of a spread in ticks.
    #[must_use]
    pub fn spread(self, ticks: i128) -> usize {
        let place = usize::try_from((ticks - 1).max(0)).unwrap_or(usize::MAX);
        place.min(self.spreads - 1)
    }

    /// Bucket of Qb / (Qb + Qa), in integers. An edge belongs to the bucket that is nearer to ½, so that the
    /// sides can be exchanged; one at ½ itself belongs to both buckets beside it.
    #[must_use]
    pub fn imbalance(self, bid: i64, ask: i64) -> (usize, usize) {
        let below = |part: i64| -> usize {
            let sum = i128::from(bid) + i128::from(ask);
            let place = i128::from(part) * self.imbalances as i128 / sum.max(1);
            usize::try_from(place).unwrap_or(0).min(self.imbalances - 1)
        };
        let mirror = |bucket: usize| self.imbalances - 1 - bucket;
        let half = self.imbalances / 2;
        match bid.cmp(&ask) {
            std::cmp::Ordering::Less => (below(bid), below(bid)),
            std::cmp::Ordering::Greater => (mirror(below(ask)), mirror(below(ask))),
            std::cmp::Ordering::Equal => (mirror(half), half),
        }
    }
}
