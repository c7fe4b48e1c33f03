//! Clusters of liquidations.

use crate::error::CoreError;
use crate::event::kind;
use crate::features::book::unit;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Tick};
use crate::features::window::{Extent, IntegerSums};
use crate::state::{StateReader, StateWriter};

/// Number, quantity and notional of each side.
const SUMS: usize = 6;

pub const LIQUIDATIONS: Entry = Entry {
    name: "liquidations",
    group: "derivative",
    what: "liquidations of a time by the side of the forced order: how many, their quantity, their notional (price times \
           quantity, without a contract's multiplier), and which side outweighs the other. A forced buy closes a short, \
           a forced sell a long",
    formula: "n, ΣQ, ΣPQ over (t − W, t] by side; imbalance (B − S) / (B + S) of the notionals, null without any",
    parameters: &[Parameter {
        name: "window",
        kind: "duration",
        values: "1ns to 400d",
        default: "5m",
        what: "time W over which they are counted; they are kept, as many as come in it",
    }],
    outputs: &[
        "buys",
        "buy_quantity",
        "buy_notional",
        "sells",
        "sell_quantity",
        "sell_notional",
        "imbalance",
    ],
    warmup: "`window` since the instrument's first event: none seen is 0 from then on; the book's resets change nothing",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: true,
    of_book: false,
    source: "events `liquidation` (docs/venues): an entry on the forced order's side",
    new: |params, setup| {
        let window = params.duration("window", Some(300_000_000_000))?;
        let quantity = unit(setup.instrument.quantity_scale);
        let notional = unit(setup.instrument.price_scale) * quantity;
        let sums = IntegerSums::new(Extent::Time(window));
        Ok(Built::shallow(Liquidations {
            sums,
            watched: false,
            window,
            units: [1.0, quantity, notional],
        }))
    },
};

struct Liquidations {
    /// In the order of the outputs.
    sums: IntegerSums<SUMS>,
    /// An event of the instrument has come.
    watched: bool,
    window: i64,
    /// Of number, quantity and notional.
    units: [f64; 3],
}

impl Feature for Liquidations {
    fn on_event(&mut self, tick: &Tick<'_>) {
        if !self.watched {
            // From here on a time without any is known to be one.
            self.watched = true;
            self.sums.push(tick.time, [0; SUMS]);
        }
        if tick.event.header.kind != kind::LIQUIDATION {
            return self.sums.expire(tick.time);
        }
        for (entries, place) in [(tick.event.bids, 0), (tick.event.asks, 3)] {
            for entry in entries.iter().filter(|entry| entry.quantity > 0) {
                let (price, quantity) = (i128::from(entry.price), i128::from(entry.quantity));
                let mut item = [0; SUMS];
                item[place..place + 3].copy_from_slice(&[1, quantity, price * quantity]);
                self.sums.push(tick.time, item);
            }
        }
    }

    fn value(&self, output: usize, now: &Context<'_>) -> f64 {
        if !self.sums.is_whole(now.time) {
            return f64::NAN;
        }
        let sums = self.sums.sums_at(now.time);
        if let Some(sum) = sums.get(output) {
            return *sum as f64 / self.units[output % 3];
        }
        let (buys, sells) = (sums[2], sums[5]);
        let both = buys + sells;
        if both > 0 { (buys - sells) as f64 / both as f64 } else { f64::NAN }
    }

    fn need(&self) -> Need {
        Need { samples: 0, span: self.window }
    }

    fn reset(&mut self) {
        self.watched = false;
        self.sums.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        w.u8(u8::from(self.watched));
        self.sums.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        let at = r.position();
        let watched = r.u8()?;
        if watched > 1 {
            let seen = format!("a flag that is {watched}");
            return Err(CoreError::new("E_STATE", seen).at(format!("byte {at}")));
        }
        self.watched = watched == 1;
        self.sums.restore(r)
    }
}
