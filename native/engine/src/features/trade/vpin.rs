//! Volume-synchronised probability of informed trading.

use super::bulk::Bulk;
use super::print::Print;
use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Tick};
use crate::features::window::{Extent, IntegerSums};
use crate::state::{StateReader, StateWriter};

pub const VPIN: Entry = Entry {
    name: "vpin",
    group: "trade",
    what: "imbalance of the aggressors over buckets of equal volume, from 0 (even) to 1 (one-sided); a trade is split \
           over the buckets that it fills",
    formula: "mean of |Vb − Vs| / V over the last `buckets` full buckets; bulk: Vb = V·Φ(ΔP / σ), that is \
              |erf(ΔP / (σ√2))|, with ΔP from a bucket's last price to the next one's and σ the deviation (n − 1) of \
              these changes",
    parameters: &[
        Parameter {
            name: "bucket",
            kind: "decimal",
            values: "a quantity above 0, such as \"10\"",
            default: "",
            what: "volume V of a bucket",
        },
        Parameter {
            name: "buckets",
            kind: "whole",
            values: "1 to 100000, of bulk 2 to 10000",
            default: "50",
            what: "full buckets in the mean",
        },
        Parameter {
            name: "sides",
            kind: "word",
            values: "aggressor, bulk",
            default: "aggressor",
            what: "as the venue tells them, or guessed from the price; bulk adds nothing to volume and volatility \
                   (Andersen and Bondarenko 2013)",
        },
    ],
    outputs: &["vpin"],
    warmup: "`buckets` full buckets, of bulk one more; trades without a told aggressor fill buckets on neither side; \
             bulk is null while no price changes",
    closed: "right",
    clock: ClockUse::None,
    inputs: (0, 0),
    reads_events: true,
    of_book: false,
    source: "Easley, López de Prado, O'Hara, Flow toxicity and liquidity in a high-frequency world, Review of Financial \
             Studies 25, 2012",
    new: |params, setup| {
        let bucket = params.decimal("bucket", setup.instrument.quantity_scale)?;
        let is_bulk = params.word("sides", Some("aggressor"), &["aggressor", "bulk"])? == "bulk";
        let bounds = if is_bulk { 2..=10_000 } else { 1..=100_000 };
        let count = params.whole("buckets", Some(50), bounds)? as usize;
        let sides = if is_bulk {
            Sides::Bulk(Bulk::new(count))
        } else {
            Sides::Aggressor(IntegerSums::new(Extent::Count(count)))
        };
        Ok(Built::shallow(Vpin { bucket, count, filled: 0, net: 0, sides }))
    },
};

enum Sides {
    /// |Vb − Vs| of the full buckets.
    Aggressor(IntegerSums<1>),
    Bulk(Bulk),
}

struct Vpin {
    /// Quantity units.
    bucket: i64,
    count: usize,
    /// Of the open bucket: below `bucket`, and its Vb − Vs.
    filled: i64,
    net: i64,
    sides: Sides,
}

impl Vpin {
    fn add(&mut self, quantity: i64, side: i8) {
        self.filled += quantity;
        self.net += quantity * i64::from(side);
    }

    fn close(&mut self, price: i64) {
        match &mut self.sides {
            Sides::Aggressor(sums) => sums.push(0, [i128::from(self.net.abs())]),
            Sides::Bulk(bulk) => bulk.close(price),
        }
        (self.filled, self.net) = (0, 0);
    }
}

impl Feature for Vpin {
    fn on_event(&mut self, tick: &Tick<'_>) {
        let Some(print) = Print::of(tick.event) else { return };
        let room = self.bucket - self.filled;
        if print.quantity < room {
            return self.add(print.quantity, print.side);
        }
        self.add(room, print.side);
        self.close(print.price);
        let rest = print.quantity - room;
        // Buckets beyond those of the mean, and one, would leave it again within this trade.
        for _ in 0..(rest / self.bucket).min(self.count as i64 + 1) {
            self.add(self.bucket, print.side);
            self.close(print.price);
        }
        self.add(rest % self.bucket, print.side);
        if let Sides::Bulk(bulk) = &mut self.sides {
            bulk.settle();
        }
    }

    fn value(&self, _: usize, _: &Context<'_>) -> f64 {
        match &self.sides {
            Sides::Aggressor(sums) if sums.len() < self.count => f64::NAN,
            Sides::Aggressor(sums) => {
                let [sum] = sums.sums();
                sum as f64 / (self.count as f64 * self.bucket as f64)
            }
            Sides::Bulk(bulk) => bulk.vpin(),
        }
    }

    fn need(&self) -> Need {
        let more = u64::from(matches!(self.sides, Sides::Bulk(_)));
        Need { samples: self.count as u64 + more, span: 0 }
    }

    fn reset(&mut self) {
        (self.filled, self.net) = (0, 0);
        match &mut self.sides {
            Sides::Aggressor(sums) => sums.clear(),
            Sides::Bulk(bulk) => bulk.clear(),
        }
    }

    fn save(&self, w: &mut StateWriter) {
        w.i64(self.filled);
        w.i64(self.net);
        match &self.sides {
            Sides::Aggressor(sums) => sums.save(w),
            Sides::Bulk(bulk) => bulk.save(w),
        }
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        let at = r.position();
        (self.filled, self.net) = (r.i64()?, r.i64()?);
        let is_open = (0..self.bucket).contains(&self.filled);
        if !is_open || !(-self.filled..=self.filled).contains(&self.net) {
            let seen = format!("open bucket: {} filled, {} net", self.filled, self.net);
            return Err(CoreError::new("E_STATE", seen).at(format!("byte {at}")));
        }
        match &mut self.sides {
            Sides::Aggressor(sums) => sums.restore(r),
            Sides::Bulk(bulk) => bulk.restore(r),
        }
    }
}
