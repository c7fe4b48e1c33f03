//! Price to step of the tick grid, without a division.

/// The prices `0, tick, 2 × tick, …`, numbered from 0 as **steps**.
///
/// A 64-bit division a level would cost as much as the rest of the update. Multiplying by the inverse
/// of the tick's odd part modulo 2^64 and rotating out its power of two divides a multiple exactly, and
/// sends every price that is negative or off the grid beyond [`Grid::last_step`] (Granlund and
/// Montgomery 1994, section 9): one comparison tells both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    tick: i64,
    inverse: u64,
    twos: u32,
}

impl Grid {
    /// A tick below 1 is no step; it is read as 1, on which every price lies.
    pub fn new(tick: i64) -> Self {
        let tick = tick.max(1);
        let twos = tick.trailing_zeros();
        let odd = (tick >> twos) as u64;
        let mut inverse = odd; // right in 3 bits; each turn doubles them
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        }
        Self { tick, inverse, twos }
    }

    pub const fn tick(&self) -> i64 {
        self.tick
    }

    /// Step of a price; above [`Grid::last_step`] where the price is negative or off the grid.
    #[inline]
    pub const fn step(&self, price: i64) -> u64 {
        (price as u64).wrapping_mul(self.inverse).rotate_right(self.twos)
    }

    /// Step of the largest price that an `i64` holds.
    pub const fn last_step(&self) -> u64 {
        (i64::MAX / self.tick) as u64
    }

    /// Price of a step that is at most [`Grid::last_step`].
    #[inline]
    pub const fn price(&self, step: u64) -> i64 {
        (step as i64).wrapping_mul(self.tick)
    }
}

#[cfg(test)]
mod tests {
    use super::Grid;

    /// What the multiplication stands for.
    fn divided(price: i64, tick: i64) -> Option<u64> {
        (price >= 0 && price % tick == 0).then_some((price / tick) as u64)
    }

    fn step_of(grid: &Grid, price: i64) -> Option<u64> {
        Some(grid.step(price)).filter(|&step| step <= grid.last_step())
    }

    #[test]
    fn equals_division_for_every_small_tick() {
        for tick in 1..=200 {
            let grid = Grid::new(tick);
            for price in -500..=2_000 {
                assert_eq!(step_of(&grid, price), divided(price, tick), "{price} by {tick}");
            }
        }
    }

    #[test]
    fn equals_division_at_the_edges() {
        let ticks =
            [1, 2, 3, 10, 1_000_000, 1 << 40, 3 << 40, i64::MAX / 2, i64::MAX - 1, i64::MAX];
        for tick in ticks {
            let grid = Grid::new(tick);
            let last = tick * (i64::MAX / tick);
            let edges =
                [0, 1, tick - 1, tick, last, last - 1, i64::MAX, i64::MIN, i64::MIN + 1, -1];
            for price in edges.into_iter().chain(edges.map(i64::wrapping_neg)) {
                assert_eq!(step_of(&grid, price), divided(price, tick), "{price} by {tick}");
            }
            assert_eq!(grid.price(grid.step(last)), last);
        }
    }

    #[test]
    fn reads_a_tick_below_one_as_one() {
        assert_eq!(Grid::new(0), Grid::new(1));
        assert_eq!(Grid::new(i64::MIN).tick(), 1);
    }
}
