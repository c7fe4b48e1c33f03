//! The mid, drawn to the thinner side.

use super::mid::unit;
use super::touch::touch;
use crate::features::catalogue::{Built, ClockUse, Entry};
use crate::features::kernel::{Context, Feature};

pub const WEIGHTED_MID: Entry = Entry {
    name: "weighted_mid",
    group: "book",
    what: "mid weighted by the quantities of the opposite sides; often called micro-price, which here is Stoikov's",
    formula: "(Pb·Qa + Pa·Qb) / (Qa + Qb)",
    parameters: &[],
    outputs: &["weighted_mid"],
    warmup: "a joined book with both sides, not crossed or locked",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "textbook; Gatheral and Oomen, Zero-intelligence realized variance estimation, 2010",
    new: |_, setup| Ok(Built::shallow(WeightedMid { unit: unit(setup.instrument.price_scale) })),
};

struct WeightedMid {
    unit: f64,
}

impl Feature for WeightedMid {
    fn value(&self, _: usize, now: &Context<'_>) -> f64 {
        let Some((bid, ask)) = touch(now.market) else { return f64::NAN };
        // Each product is at most 2¹²⁶ in magnitude: their sum fits.
        let product = |price: i64, quantity: i64| i128::from(price) * i128::from(quantity);
        let sum = product(bid.price, ask.quantity) + product(ask.price, bid.quantity);
        let quantity = i128::from(bid.quantity) + i128::from(ask.quantity);
        sum as f64 / (quantity as f64 * self.unit)
    }
}
