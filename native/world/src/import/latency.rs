//! Receive time minus event time, by source, in flat memory.
//!
//! A recorder's clock that runs behind the venue's makes it negative. That is reported, never
//! clamped: which shift to apply before it is used as a latency is for the reader to say.

use serde::Serialize;

/// Buckets of an octave: a quantile is exact to half of 1 / 1,024.
const SUB_BITS: u32 = 10;
const SUBS: usize = 1 << SUB_BITS;
const OCTAVES: usize = 64 - SUB_BITS as usize + 1;

/// Counts of magnitudes: exact below 1,024, then 1,024 buckets an octave, taken when touched.
#[derive(Clone, Debug)]
struct Magnitudes {
    octaves: Vec<Option<Box<[u64; SUBS]>>>,
    count: u64,
}

impl Default for Magnitudes {
    fn default() -> Self {
        Self { octaves: vec![None; OCTAVES], count: 0 }
    }
}

impl Magnitudes {
    #[inline]
    fn add(&mut self, magnitude: u64) {
        let shift = (63 - SUB_BITS).saturating_sub((magnitude | 1).leading_zeros());
        let octave = if magnitude < SUBS as u64 { 0 } else { shift as usize + 1 };
        let sub = (magnitude >> shift) as usize & (SUBS - 1);
        self.octaves[octave].get_or_insert_with(|| Box::new([0; SUBS]))[sub] += 1;
        self.count += 1;
    }

    /// Middle of the bucket that holds the `rank`-th smallest magnitude, from 0.
    fn at_rank(&self, rank: u64) -> u64 {
        let mut seen = 0;
        for (octave, counts) in self.octaves.iter().enumerate() {
            let Some(counts) = counts else { continue };
            for (sub, &count) in counts.iter().enumerate() {
                seen += count;
                if seen > rank {
                    return middle(octave, sub as u64);
                }
            }
        }
        0
    }
}

fn middle(octave: usize, sub: u64) -> u64 {
    if octave == 0 {
        return sub;
    }
    let shift = octave - 1;
    ((SUBS as u64 + sub) << shift) + ((1_u64 << shift) >> 1)
}

/// Receive minus event time of one source.
#[derive(Clone, Debug, Default)]
pub struct Latency {
    below: Magnitudes,
    above: Magnitudes,
    least: i64,
    most: i64,
}

impl Latency {
    #[inline]
    pub fn add(&mut self, nanos: i64) {
        if self.count() == 0 {
            (self.least, self.most) = (nanos, nanos);
        }
        self.least = self.least.min(nanos);
        self.most = self.most.max(nanos);
        let side = if nanos < 0 { &mut self.below } else { &mut self.above };
        side.add(nanos.unsigned_abs());
    }

    #[must_use]
    pub fn count(&self) -> u64 {
        self.below.count + self.above.count
    }

    /// How many were below zero.
    #[must_use]
    pub fn negative(&self) -> u64 {
        self.below.count
    }

    /// The lower median, to 0.05 %.
    #[must_use]
    pub fn median(&self) -> i64 {
        let Some(rank) = self.count().checked_sub(1).map(|last| last / 2) else { return 0 };
        let value = if rank < self.below.count {
            let magnitude = self.below.at_rank(self.below.count - 1 - rank);
            0_i64.saturating_sub_unsigned(magnitude)
        } else {
            i64::try_from(self.above.at_rank(rank - self.below.count)).unwrap_or(i64::MAX)
        };
        value.clamp(self.least, self.most)
    }

    /// As the data report has it.
    #[must_use]
    pub fn report(&self, source: &str) -> SourceLatency {
        SourceLatency {
            source: source.to_owned(),
            events: self.count(),
            negative: self.negative(),
            min_ns: self.least,
            median_ns: self.median(),
            max_ns: self.most,
        }
    }
}

/// Receive minus event time of one source, nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceLatency {
    pub source: String,
    /// Events that carry an event time.
    pub events: u64,
    pub negative: u64,
    pub min_ns: i64,
    /// Exact to 0.05 %.
    pub median_ns: i64,
    pub max_ns: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[i64]) -> Latency {
        let mut latency = Latency::default();
        values.iter().for_each(|&v| latency.add(v));
        latency
    }

    #[test]
    fn small_values_are_exact() {
        let latency = of(&[5, -3, 1_000, -800, 0]);
        assert_eq!((latency.least, latency.median(), latency.most), (-800, 0, 1_000));
        assert_eq!((latency.count(), latency.negative()), (5, 2));
        assert_eq!(of(&[-3, -1]).median(), -3);
        assert_eq!(of(&[]).median(), 0);
    }

    #[test]
    fn the_median_is_near_the_true_one_at_every_magnitude() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for bits in 1..63 {
            let mut values: Vec<i64> = (0..501)
                .map(|_| {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    let magnitude = (state >> (64 - bits)) as i64;
                    if state & 3 == 0 { magnitude } else { -magnitude }
                })
                .collect();
            let found = of(&values).median();
            values.sort_unstable();
            let truth = values[250];
            let error = (i128::from(found) - i128::from(truth)).unsigned_abs();
            assert!(error * 2_000 <= u128::from(truth.unsigned_abs()), "{bits}: {found} {truth}");
        }
    }

    #[test]
    fn the_extremes_do_not_overflow() {
        assert_eq!(of(&[i64::MIN]).median(), i64::MIN);
        assert_eq!(of(&[i64::MAX]).median(), i64::MAX);
    }
}
