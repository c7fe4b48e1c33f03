//! How busy each second is, and when within it. Seconds take the recording's own distribution; each
//! hundred of them takes every percentile once, in an order that a persistent walk decides, so that
//! even a short market has the recorded mean, median and tail. Inside a second, time passes faster
//! in a few short bursts.

use super::profile::Profile;
use super::rng::Rng;

const SECOND_NS: f64 = 1e9;
const CYCLE: usize = 100;
/// Share of the walk's value that the next second keeps: neighbours correlate as recorded (0.27).
const PERSISTENCE: f64 = 0.5;
const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// Percentiles of activity, second after second.
#[derive(Clone, Debug)]
pub struct Activity {
    ranks: [u8; CYCLE],
    next: usize,
    walk: f64,
    /// Place within the percentile, the same for a cycle; the golden ratio spreads the cycles'.
    within: f64,
}

impl Activity {
    #[must_use]
    pub fn new() -> Self {
        Self { ranks: [0; CYCLE], next: CYCLE, walk: 0.0, within: -1.0 }
    }

    /// Percentile of the next second, in [0, 1).
    pub fn next(&mut self, rng: &mut Rng) -> f64 {
        if self.next == CYCLE {
            self.rank_walk(rng);
        }
        let rank = f64::from(self.ranks[self.next]);
        self.next += 1;
        (rank + self.within) / CYCLE as f64
    }

    fn rank_walk(&mut self, rng: &mut Rng) {
        let mut order: [(f64, u8); CYCLE] = std::array::from_fn(|i| {
            let fresh = (1.0 - PERSISTENCE * PERSISTENCE).sqrt() * rng.bell();
            self.walk = PERSISTENCE * self.walk + fresh;
            (self.walk, i as u8)
        });
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (rank, &(_, second)) in order.iter().enumerate() {
            self.ranks[usize::from(second)] = rank as u8;
        }
        self.next = 0;
        let within = if self.within < 0.0 { rng.unit() } else { self.within + GOLDEN };
        self.within = if within < 1.0 { within } else { within - 1.0 };
    }
}

/// Most bursts in a second.
const BURSTS_MAX: usize = 8;

/// The course of one second: calm, burst, calm, …
#[derive(Clone, Debug)]
pub struct Second {
    /// Ends of the segments, ns from the second's start; odd segments are bursts.
    ends: [f64; 2 * BURSTS_MAX + 1],
    segments: usize,
    at: usize,
    speeds: [f64; 2],
    /// Burst-weighted ns that are left.
    left: f64,
}

impl Second {
    /// Each burst lies at random in its even share of the second. Speeds average to 1.
    #[must_use]
    pub fn new(profile: &Profile, rng: &mut Rng) -> Self {
        let bursts = (profile.bursts as usize).clamp(1, BURSTS_MAX);
        let share = profile.burst_share;
        let slot = SECOND_NS / bursts as f64;
        let mut ends = [SECOND_NS; 2 * BURSTS_MAX + 1];
        for burst in 0..bursts {
            let start = slot * (burst as f64 + (1.0 - share) * rng.unit());
            ends[2 * burst] = start;
            ends[2 * burst + 1] = start + slot * share;
        }
        let calm = 1.0 / (1.0 - share + share * profile.burst_speed);
        let speeds = [calm, calm * profile.burst_speed];
        Self { ends, segments: 2 * bursts + 1, at: 0, speeds, left: SECOND_NS }
    }

    #[must_use]
    pub const fn speed(&self) -> f64 {
        self.speeds[self.at % 2]
    }

    /// Weighted time that is left, seconds; never quite 0.
    #[must_use]
    pub fn left(&self) -> f64 {
        (self.left / SECOND_NS).max(0.002)
    }

    /// When this segment ends, ns from the second's start.
    #[must_use]
    pub const fn segment_end(&self) -> f64 {
        self.ends[self.at]
    }

    /// Time passes within the segment.
    pub fn pass(&mut self, ns: f64) {
        self.left -= ns * self.speed();
    }

    /// The next segment, or false at the second's end.
    pub const fn next_segment(&mut self) -> bool {
        self.at += 1;
        self.at < self.segments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_seconds_take_every_percentile_once_and_neighbours_correlate() {
        let (mut activity, mut rng) = (Activity::new(), Rng::new(2));
        let (mut product, mut square) = (0.0, 0.0);
        for _ in 0..50 {
            let cycle: Vec<f64> = (0..CYCLE).map(|_| activity.next(&mut rng)).collect();
            let mut ranks: Vec<usize> = cycle.iter().map(|u| (u * 100.0) as usize).collect();
            ranks.sort_unstable();
            assert!(ranks.into_iter().eq(0..CYCLE));
            for pair in cycle.windows(2) {
                product += (pair[0] - 0.5) * (pair[1] - 0.5);
                square += (pair[0] - 0.5) * (pair[0] - 0.5);
            }
        }
        let correlation = product / square;
        assert!((0.35..0.6).contains(&correlation), "{correlation}");
    }

    #[test]
    fn a_second_of_bursts_passes_exactly_one_weighted_second() {
        let mut profile = Profile::usdm_btcusdt();
        let mut rng = Rng::new(4);
        for (bursts, share, speed) in [(1, 0.05, 30.0), (2, 0.15, 2.0), (8, 0.5, 4.0)] {
            (profile.bursts, profile.burst_share, profile.burst_speed) = (bursts, share, speed);
            for _ in 0..100 {
                let mut second = Second::new(&profile, &mut rng);
                let (mut at, mut more) = (0.0, true);
                while more {
                    assert!(second.segment_end() >= at);
                    second.pass(second.segment_end() - at);
                    at = second.segment_end();
                    more = second.next_segment();
                }
                assert!(at == SECOND_NS && second.left.abs() < 1.0, "{}", second.left);
            }
        }
    }
}
