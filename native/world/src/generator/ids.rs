//! Update ids as the venue numbers them: one for each change, gaps where other symbols changed.

use super::profile::Profile;
use super::rng::Rng;

#[derive(Clone, Debug)]
pub struct UpdateIds {
    last: u64,
    /// Last id of the depth frame before.
    frame: u64,
    /// First id of the depth frame in the making.
    first: Option<u64>,
    step: u64,
    gap: u64,
    trailing: f64,
    chained: bool,
}

impl UpdateIds {
    /// `chained`: frames carry the id before them (`pu`), as futures do.
    #[must_use]
    pub fn new(profile: &Profile, chained: bool, rng: &mut Rng) -> Self {
        let start = 1_000_000_000_000 + rng.below(1_000_000_000_000);
        Self {
            last: start,
            frame: start,
            first: None,
            step: (2.0 * profile.id_step) as u64,
            // Spot: the next frame begins with the next id, always.
            gap: if chained { (2.0 * profile.id_gap) as u64 } else { 0 },
            trailing: profile.trailing_change,
            chained,
        }
    }

    #[must_use]
    pub const fn last(&self) -> u64 {
        self.last
    }

    /// Numbers a change; the first one after a frame also opens the next frame.
    pub fn change(&mut self, rng: &mut Rng) {
        if self.first.is_none() {
            self.last = self.frame + 1 + rng.below(self.gap);
            self.first = Some(self.last);
        } else {
            self.last += 1;
        }
        self.last += rng.below(self.step);
    }

    /// First, last and previous id of the frame that ends now.
    pub fn end_frame(&mut self, rng: &mut Rng) -> [u64; 3] {
        if self.first.is_none() || rng.chance(self.trailing) {
            self.change(rng);
        }
        let first = self.first.take().unwrap_or(self.last);
        let previous = std::mem::replace(&mut self.frame, self.last);
        [first, self.last, if self.chained { previous } else { 0 }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_link_as_their_venue_links_them() {
        for chained in [true, false] {
            let mut rng = Rng::new(9);
            let mut ids = UpdateIds::new(&Profile::usdm_btcusdt(), chained, &mut rng);
            let mut before = ids.last();
            let mut gaps = 0;
            for _ in 0..1_000 {
                let mut inside = Vec::new();
                for _ in 0..rng.below(4) {
                    ids.change(&mut rng);
                    inside.push(ids.last());
                }
                let [first, last, previous] = ids.end_frame(&mut rng);
                assert!(first > before && last >= first);
                assert!(inside.iter().all(|id| (first..=last).contains(id)));
                assert!(inside.windows(2).all(|pair| pair[0] < pair[1]));
                assert_eq!(previous, if chained { before } else { 0 });
                gaps += u64::from(first > before + 1);
                before = last;
            }
            assert_eq!(gaps > 0, chained, "spot goes on with the next id");
        }
    }
}
