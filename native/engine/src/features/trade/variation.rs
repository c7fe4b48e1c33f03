//! Realised variance, what of it is continuous, and what is jumps.

use crate::error::CoreError;
use crate::features::catalogue::{Built, ClockUse, Entry, Parameter};
use crate::features::kernel::{Context, Feature, Need, Sample};
use crate::features::window::{Extent, Sum, Window};
use crate::state::{StateReader, StateWriter};
use std::f64::consts::FRAC_PI_2;

pub const REALISED_VARIATION: Entry = Entry {
    name: "realised_variation",
    group: "trade",
    what: "realised variance of a column of prices (the mid) at the ticks of a clock, bipower variation, and the jumps \
           that tell them apart; noise of the market itself shows below a second",
    formula: "RV = Σr²; BV = (π/2)·Σ|rᵢ|·|rᵢ₋₁|·n/(n − 1); J = max(RV − BV, 0); share J / RV; r = ln(M / M′), n returns",
    parameters: &[Parameter {
        name: "window",
        kind: "whole",
        values: "2 to 1000000",
        default: "",
        what: "returns n",
    }],
    outputs: &["rv", "bv", "jump", "jump_share"],
    warmup: "`window` ticks behind the first one, all with a price above 0; any other starts anew; the share is null \
             while the price stands still",
    closed: "right",
    clock: ClockUse::Any,
    inputs: (1, 1),
    reads_events: false,
    of_book: true,
    source: "Barndorff-Nielsen and Shephard, Power and bipower variation with stochastic volatility and jumps, J. \
             Financial Econometrics 2, 2004",
    new: |params, _| {
        let count = params.whole("window", None, 2..=1_000_000)? as usize;
        let squares = Window::new(Extent::Count(count));
        let products = Window::new(Extent::Count(count - 1));
        let kernel = Variation { squares, products, count, price: f64::NAN, size: f64::NAN };
        Ok(Built::shallow(kernel))
    },
};

struct Variation {
    squares: Window<Sum>,
    /// One fewer: both returns of each are in the window.
    products: Window<Sum>,
    count: usize,
    /// Last price and last |r|; NaN without one.
    price: f64,
    size: f64,
}

impl Feature for Variation {
    fn on_sample(&mut self, sample: &Sample<'_>) {
        let price = sample.inputs[0];
        if !(price > 0.0 && price.is_finite()) {
            return self.reset();
        }
        let before = std::mem::replace(&mut self.price, price);
        if before.is_nan() {
            return;
        }
        let size = libm::log1p((price - before) / before).abs();
        let size_before = std::mem::replace(&mut self.size, size);
        self.squares.push(sample.time, size * size);
        if !size_before.is_nan() {
            self.products.push(sample.time, size * size_before);
        }
    }

    fn value(&self, output: usize, now: &Context<'_>) -> f64 {
        if !self.squares.is_whole(now.time) {
            return f64::NAN;
        }
        let count = self.count as f64;
        let realised = self.squares.total().sum();
        let bipower = FRAC_PI_2 * self.products.total().sum() * count / (count - 1.0);
        let jump = (realised - bipower).max(0.0);
        match output {
            0 => realised,
            1 => bipower,
            2 => jump,
            // 0 / 0 where nothing moves: null.
            _ => jump / realised,
        }
    }

    fn need(&self) -> Need {
        Need { samples: self.count as u64 + 1, span: 0 }
    }

    fn reset(&mut self) {
        self.squares.clear();
        self.products.clear();
        (self.price, self.size) = (f64::NAN, f64::NAN);
    }

    fn save(&self, w: &mut StateWriter) {
        self.squares.save(w);
        self.products.save(w);
        w.f64(self.price);
        w.f64(self.size);
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.squares.restore(r)?;
        self.products.restore(r)?;
        let at = r.position();
        (self.price, self.size) = (r.f64()?, r.f64()?);
        let is_price = self.price.is_nan() || (self.price > 0.0 && self.price.is_finite());
        let is_size = self.size.is_nan() || (self.size >= 0.0 && self.size.is_finite());
        if is_price && is_size {
            return Ok(());
        }
        let seen = format!("realised variation: price {}, return {}", self.price, self.size);
        Err(CoreError::new("E_STATE", seen).at(format!("byte {at}")))
    }
}
