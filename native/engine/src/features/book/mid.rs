//! The middle of the touch.

use super::touch::{double_mid, touch};
use crate::features::catalogue::{Built, ClockUse, Entry};
use crate::features::kernel::{Context, Feature};

pub const MID: Entry = Entry {
    name: "mid",
    group: "book",
    what: "the middle between best bid and best ask",
    formula: "(Pa + Pb) / 2",
    parameters: &[],
    outputs: &["mid"],
    warmup: "a joined book with both sides, not crossed or locked",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "textbook",
    new: |_, setup| Ok(Built::shallow(Mid { unit: 2.0 * unit(setup.instrument.price_scale) })),
};

/// 10^scale; exact up to 22.
pub fn unit(scale: u8) -> f64 {
    (0..scale).fold(1.0, |unit, _| unit * 10.0)
}

struct Mid {
    /// Twice a price unit's inverse.
    unit: f64,
}

impl Feature for Mid {
    fn value(&self, _: usize, now: &Context<'_>) -> f64 {
        touch(now.market).map_or(f64::NAN, |(bid, ask)| double_mid(bid, ask) as f64 / self.unit)
    }
}
