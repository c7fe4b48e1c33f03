//! What rests near the touch.

use super::mid::unit;
use super::touch::{double_mid, touch};
use crate::book::Side;
use crate::event::Entry as Level;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature};
use crate::features::top::MAX_DEPTH;

pub const DEPTH: Entry = Entry {
    name: "depth",
    group: "book",
    what: "quantity and notional that rest on each side within a number of levels, or of basis points of the mid",
    formula: "ΣQ and ΣP·Q over the best `levels` levels (those there are), or over all with |P − M| ≤ M · bps / 10⁴",
    parameters: &[
        Parameter {
            name: "levels",
            kind: "whole",
            values: "1 to 50; not with `bps`",
            default: "10",
            what: "levels a side",
        },
        Parameter {
            name: "bps",
            kind: "whole",
            values: "1 to 10000; not with `levels`",
            default: "",
            what: "farthest from the mid, basis points; however many levels that are",
        },
    ],
    outputs: &["bid", "ask", "bid_notional", "ask_notional"],
    warmup: "a joined book with both sides; of `bps`, neither crossed nor locked, and a positive mid",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: false,
    of_book: false,
    source: "textbook",
    new: |params, setup| {
        let quantity = unit(setup.instrument.quantity_scale);
        let units = [quantity, quantity * unit(setup.instrument.price_scale)];
        if params.has("bps") {
            if params.has("levels") {
                return params.bad("bps", "stands beside `levels`; give one of them");
            }
            let bps = params.whole("bps", None, 1..=10_000)? as i128;
            return Ok(Built::shallow(Depth { reach: Reach::Bps(bps), units }));
        }
        let levels = params.whole("levels", Some(10), 1..=MAX_DEPTH as u64)? as usize;
        let kernel = Depth { reach: Reach::Levels(levels), units };
        Ok(Built { kernel: Box::new(kernel), depth: levels })
    },
};

enum Reach {
    Levels(usize),
    Bps(i128),
}

struct Depth {
    reach: Reach,
    /// Of quantities, of notionals.
    units: [f64; 2],
}

impl Depth {
    /// Sum over the levels in reach of what `of` takes of each.
    fn sum(&self, side: Side, now: &Context<'_>, of: fn(&Level) -> i128) -> Option<i128> {
        match self.reach {
            Reach::Levels(count) => {
                let is_whole = Side::BOTH.iter().all(|side| !now.tops.side(*side).is_empty());
                is_whole.then(|| now.tops.side(side).iter().take(count).map(of).sum())
            }
            Reach::Bps(bps) => {
                let (bid, ask) = touch(now.market)?;
                let middle = double_mid(bid, ask);
                let is_near = |level: &Level| {
                    (2 * i128::from(level.price) - middle).abs() * 10_000 <= middle * bps
                };
                let near = now.market.book.walk(side).take_while(is_near);
                (middle > 0).then(|| near.map(|level| of(&level)).sum())
            }
        }
    }
}

impl Feature for Depth {
    fn value(&self, output: usize, now: &Context<'_>) -> f64 {
        let of: fn(&Level) -> i128 = match output {
            0 | 1 => |level| i128::from(level.quantity),
            _ => |level| i128::from(level.price) * i128::from(level.quantity),
        };
        let sum = self.sum(Side::BOTH[output % 2], now, of);
        sum.map_or(f64::NAN, |sum| sum as f64 / self.units[output / 2])
    }
}
