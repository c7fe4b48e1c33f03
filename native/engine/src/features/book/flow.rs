//! What came to and left the best levels between two events.

use crate::book::Side;
use crate::error::CoreError;
use crate::event::{Entry as Level, EventRef, event_flag, kind};
use crate::features::kernel::Tick;
use crate::state::{StateReader, StateWriter};

/// Quantity that came to a rank of the book and that left it, quantity units; one of them is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    pub adds: i64,
    pub removes: i64,
}

impl Flow {
    /// A better price is a new queue, a worse one the end of the old; at one price the difference counts.
    fn between(side: Side, before: Level, after: Level) -> Self {
        let is_new = before.quantity == 0
            || (after.quantity > 0 && side.is_better(after.price, before.price));
        let is_gone = after.quantity == 0
            || (before.quantity > 0 && side.is_better(before.price, after.price));
        match (is_new, is_gone) {
            (true, false) => Self { adds: after.quantity, removes: 0 },
            (false, true) => Self { adds: 0, removes: before.quantity },
            (true, true) => Self::default(),
            (false, false) => {
                let change = after.quantity - before.quantity;
                Self { adds: change.max(0), removes: (-change).max(0) }
            }
        }
    }

    pub fn net(self) -> i128 {
        i128::from(self.adds) - i128::from(self.removes)
    }
}

/// What an event did to the levels.
pub enum Step<const N: usize> {
    /// Nothing: it is not one of the book, or the first one.
    None,
    /// There is no book with two sides any more: what was summed up to here has no successor.
    Lost,
    /// Flows by side and rank.
    Flows([[Flow; N]; 2]),
}

/// The best N levels after the last event; a quantity of 0 is a level that is not there.
pub struct Ladder<const N: usize> {
    sides: Option<[[Level; N]; 2]>,
    /// Sequence of an order book's snapshot whose orders are still coming: they are no flow.
    filling: Option<u64>,
}

impl<const N: usize> Ladder<N> {
    pub const fn new() -> Self {
        Self { sides: None, filling: None }
    }

    /// Takes the levels after an event.
    #[inline]
    pub fn take(&mut self, tick: &Tick<'_>) -> Step<N> {
        if !is_of_book(tick.event) {
            return Step::None;
        }
        self.fill(tick.event);
        if Side::BOTH.iter().any(|side| tick.tops.side(*side).is_empty()) {
            self.sides = None;
            return Step::Lost;
        }
        let levels = |side: Side| {
            let mut levels = [Level::default(); N];
            for (to, level) in levels.iter_mut().zip(tick.tops.side(side)) {
                *to = *level;
            }
            levels
        };
        let after = Side::BOTH.map(levels);
        match self.sides.replace(after) {
            None => Step::None,
            Some(_) if self.filling.is_some() => Step::None,
            Some(before) => Step::Flows(Side::BOTH.map(|side| {
                let (before, after) = (&before[side as usize], &after[side as usize]);
                std::array::from_fn(|rank| Flow::between(side, before[rank], after[rank]))
            })),
        }
    }

    /// Quantity on the best `count` levels of both sides.
    pub fn resting(&self, count: usize) -> i128 {
        let sides = self.sides.iter().flatten();
        sides.flat_map(|side| side.iter().take(count)).map(|l| i128::from(l.quantity)).sum()
    }

    /// Orders that carry the sequence of the snapshot before them belong to it.
    fn fill(&mut self, event: EventRef<'_>) {
        let header = event.header;
        if header.kind == kind::SNAPSHOT && header.bids + header.asks == 0 {
            self.filling = Some(header.w1);
        } else if header.kind != kind::ORDER_ADD || self.filling != Some(header.w0) {
            self.filling = None;
        }
    }

    pub fn clear(&mut self) {
        (self.sides, self.filling) = (None, None);
    }

    pub fn save(&self, w: &mut StateWriter) {
        w.u8(u8::from(self.filling.is_some()));
        w.u64(self.filling.unwrap_or(0));
        w.u8(u8::from(self.sides.is_some()));
        for level in self.sides.iter().flatten().flatten() {
            w.i64(level.price);
            w.i64(level.quantity);
        }
    }

    /// # Errors
    /// `E_STATE`.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.clear();
        let (filling, sequence) = (flag(r)?, r.u64()?);
        self.filling = filling.then_some(sequence);
        if !flag(r)? {
            return Ok(());
        }
        let mut sides = [[Level::default(); N]; 2];
        for level in sides.iter_mut().flatten() {
            let at = r.position();
            *level = Level { price: r.i64()?, quantity: r.i64()? };
            if level.quantity < 0 {
                let seen = format!("best levels: quantity {}", level.quantity);
                return Err(CoreError::new("E_STATE", seen).at(format!("byte {at}")));
            }
        }
        self.sides = Some(sides);
        Ok(())
    }
}

/// Whether an event can have changed the book.
fn is_of_book(event: EventRef<'_>) -> bool {
    let header = event.header;
    match header.kind {
        kind::DEPTH | kind::RESET | kind::ORDER_ADD..=kind::ORDER_EXECUTE => true,
        kind::SNAPSHOT => header.flags & event_flag::PARTIAL == 0,
        _ => false,
    }
}

/// A byte that is 0 or 1.
fn flag(r: &mut StateReader<'_>) -> Result<bool, CoreError> {
    let at = r.position();
    match r.u8()? {
        0 => Ok(false),
        1 => Ok(true),
        seen => {
            Err(CoreError::new("E_STATE", format!("a flag of {seen}")).at(format!("byte {at}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventHeader;
    use crate::features::testing::{Bench, MS};
    use crate::features::top::Tops;

    /// What a ladder makes of an event of a kind and sequence, at whose end the book is that of the bench.
    fn step(ladder: &mut Ladder<1>, bench: &Bench, of: u8, sequence: u64) -> Option<[i128; 2]> {
        let header = EventHeader { kind: of, w0: sequence, w1: sequence, ..Default::default() };
        let mut tops = Tops::new(1);
        tops.take(&bench.markets[0]);
        let event = EventRef { header: &header, bids: &[], asks: &[] };
        let tick = Tick { time: MS, event, market: &bench.markets[0], tops: &tops };
        match ladder.take(&tick) {
            Step::Flows([[bid], [ask]]) => Some([bid.net(), ask.net()]),
            Step::None | Step::Lost => None,
        }
    }

    #[test]
    fn orders_of_a_snapshot_are_no_flow() {
        let mut bench = Bench::new(r#"{"name":"m","feature":"mid"}"#);
        let mut ladder = Ladder::new();
        bench.book(0, MS, "|");
        assert_eq!(step(&mut ladder, &bench, kind::SNAPSHOT, 7), None);
        for orders in ["100.00x1 | 100.02x1", "100.00x2 |", "100.01x3 | 100.02x4"] {
            bench.depth(0, MS, orders);
            assert_eq!(step(&mut ladder, &bench, kind::ORDER_ADD, 7), None);
            let mut w = StateWriter::new();
            ladder.save(&mut w);
            ladder = Ladder::new();
            ladder.restore(&mut StateReader::new(w.as_bytes())).unwrap();
        }
        bench.depth(0, MS, "100.01x5 |");
        assert_eq!(step(&mut ladder, &bench, kind::ORDER_ADD, 8), Some([20, 0]));
        bench.depth(0, MS, "| 100.02x1");
        assert_eq!(step(&mut ladder, &bench, kind::ORDER_CANCEL, 9), Some([0, -30]));
        assert_eq!(step(&mut ladder, &bench, kind::TRADE, 0), None);
        // An order behind them that carries the same number is one of its own.
        bench.depth(0, MS, "100.01x6 |");
        assert_eq!(step(&mut ladder, &bench, kind::ORDER_ADD, 7), Some([10, 0]));
    }
}
