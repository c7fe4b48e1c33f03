//! The pure call: quantities at a price, places in a queue, and mathematics that is the same on every machine.

use super::command::MAX_EXACT;
use super::memory::Memory;
use super::run::Core;
use crate::book::{Book, Orders, Side};

/// Kinds of `query`; the numbers are part of the boundary (`src/ports/core.ts`).
pub mod query_kind {
    pub const LEVEL: u32 = 0;
    pub const EXP: u32 = 1;
    pub const LN: u32 = 2;
    pub const POW: u32 = 3;
    pub const TANH: u32 = 4;
    pub const SQRT: u32 = 5;
    pub const QUANTITY_AHEAD: u32 = 6;
    pub const ORDERS_AHEAD: u32 = 7;
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
    /// Answers what lies in CTL: `level` (a instrument, b side, c price), what is ahead of an order (a
    /// instrument, b order id), or a function of (a, b).
    pub fn query(&self, mem: &mut Memory<'_>) -> u8 {
        let ctl = &mut *mem.ctl;
        let (a, b) = (ctl.query_a, ctl.query_b);
        ctl.query_value = match ctl.query_kind as u32 {
            query_kind::LEVEL => {
                let side = if b == 0.0 { Side::Bid } else { Side::Ask };
                let market = self.markets.get(a as usize);
                market.map_or(0.0, |m| m.book.quantity_at(side, ctl.query_c as i64) as f64)
            }
            query_kind::QUANTITY_AHEAD => self.ahead(a, b).map_or(f64::NAN, |(_, n)| n as f64),
            query_kind::ORDERS_AHEAD => self.ahead(a, b).map_or(f64::NAN, |(n, _)| n as f64),
            other => math(other, a, b),
        };
        0
    }

    /// Orders and quantity in front of an order; `None` where it does not rest, or where its id is not
    /// exact as a number.
    fn ahead(&self, instrument: f64, id: f64) -> Option<(usize, i128)> {
        if !(0.0..MAX_EXACT).contains(&id) || id.fract() != 0.0 {
            return None;
        }
        let orders = self.markets.get(instrument as usize)?.orders.get()?;
        orders.ahead(id as u64).map(|ahead| (ahead.orders, ahead.quantity))
    }
}
