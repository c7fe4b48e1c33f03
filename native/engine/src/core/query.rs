//! The pure call: quantities at a price, and mathematics that is the same on every machine.

use super::memory::Memory;
use super::run::Core;
use crate::book::{Book, Side};

/// Kinds of `query`; the numbers are part of the boundary (`src/ports/core.ts`).
pub mod query_kind {
    pub const LEVEL: u32 = 0;
    pub const EXP: u32 = 1;
    pub const LN: u32 = 2;
    pub const POW: u32 = 3;
    pub const TANH: u32 = 4;
    pub const SQRT: u32 = 5;
}

/// One pure-Rust libm in both builds.
#[must_use]
pub fn math(kind: u32, x: f64, y: f64) -> f64 {
    match kind {
        query_kind::EXP => libm::exp(x),
        query_kind::LN => libm::log(x),
        query_kind::POW => libm::pow(x, y),
        query_kind::TANH => libm::tanh(x),
        query_kind::SQRT => libm::sqrt(x),
        _ => f64::NAN,
    }
}

impl Core {
    /// Answers what lies in CTL: `level` (a instrument, b side, c price) or a function of (a, b).
    pub fn query(&self, mem: &mut Memory<'_>) -> u8 {
        let ctl = &mut *mem.ctl;
        ctl.query_value = if ctl.query_kind == f64::from(query_kind::LEVEL) {
            let side = if ctl.query_b == 0.0 { Side::Bid } else { Side::Ask };
            let market = self.markets.get(ctl.query_a as usize);
            market.map_or(0.0, |m| m.book.quantity_at(side, ctl.query_c as i64) as f64)
        } else {
            math(ctl.query_kind as u32, ctl.query_a, ctl.query_b)
        };
        0
    }
}
