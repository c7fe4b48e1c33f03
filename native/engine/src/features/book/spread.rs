//! The distance between best bid and best ask.

use super::mid::unit;
use super::touch::{double_mid, touch};
use crate::features::catalogue::{Built, ClockUse, Entry};
use crate::features::kernel::{Context, Feature};

pub const SPREAD: Entry = Entry {
    name: "spread",
    group: "book",
    what: "best ask less best bid: as a price, in units of the price's last digit, in basis points of the mid",
    formula: "Pa − Pb; bps: 10⁴ (Pa − Pb) / ((Pa + Pb) / 2), null for a mid that is not positive",
    parameters: &[],
    outputs: &["spread", "units", "bps"],
    warmup: "a joined book with both sides, not crossed or locked",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "textbook",
    new: |_, setup| Ok(Built::shallow(Spread { unit: unit(setup.instrument.price_scale) })),
};

struct Spread {
    unit: f64,
}

impl Feature for Spread {
    fn value(&self, output: usize, now: &Context<'_>) -> f64 {
        let Some((bid, ask)) = touch(now.market) else { return f64::NAN };
        let spread = i128::from(ask.price) - i128::from(bid.price);
        let sum = double_mid(bid, ask);
        match output {
            0 => spread as f64 / self.unit,
            1 => spread as f64,
            _ if sum <= 0 => f64::NAN,
            _ => (20_000 * spread) as f64 / sum as f64,
        }
    }
}
