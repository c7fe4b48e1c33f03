//! How often and how much is traded.

use super::print::Print;
use crate::error::CoreError;
use crate::features::book::unit;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Tick};
use crate::features::window::{Extent, IntegerSums};
use crate::state::{StateReader, StateWriter};

const SECOND: f64 = 1e9;

pub const TRADE_INTENSITY: Entry = Entry {
    name: "trade_intensity",
    group: "trade",
    what: "trades and quantity a second: of all, of buyers who aggressed, of sellers who did",
    formula: "n / W, ΣQ / W over the trades in (t − W, t]; one without a told aggressor counts in the first two alone",
    parameters: &[Parameter {
        name: "window",
        kind: "duration",
        values: "1ns to 400d",
        default: "",
        what: "time W over which trades are counted",
    }],
    outputs: &["trades", "volume", "buy_trades", "buy_volume", "sell_trades", "sell_volume"],
    warmup: "`window` since the first trade",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: true,
    of_book: false,
    source: "textbook",
    new: |params, setup| {
        let window = params.duration("window", None)?;
        let kernel = TradeIntensity {
            sums: IntegerSums::new(Extent::Time(window)),
            window,
            unit: unit(setup.instrument.quantity_scale),
        };
        Ok(Built::shallow(kernel))
    },
};

struct TradeIntensity {
    /// In the order of the outputs.
    sums: IntegerSums<6>,
    window: i64,
    unit: f64,
}

impl Feature for TradeIntensity {
    fn on_event(&mut self, tick: &Tick<'_>) {
        let Some(print) = Print::of(tick.event) else { return self.sums.expire(tick.time) };
        let quantity = i128::from(print.quantity);
        let (buys, sells) = (i128::from(print.side == 1), i128::from(print.side == -1));
        let item = [1, quantity, buys, buys * quantity, sells, sells * quantity];
        self.sums.push(tick.time, item);
    }

    fn value(&self, output: usize, now: &Context<'_>) -> f64 {
        if !self.sums.is_whole(now.time) {
            return f64::NAN;
        }
        let unit = if output.is_multiple_of(2) { 1.0 } else { self.unit };
        self.sums.sums_at(now.time)[output] as f64 / unit * SECOND / self.window as f64
    }

    fn need(&self) -> Need {
        Need { samples: 0, span: self.window }
    }

    fn reset(&mut self) {
        self.sums.clear();
    }

    fn save(&self, w: &mut StateWriter) {
        self.sums.save(w);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.sums.restore(r)
    }
}
