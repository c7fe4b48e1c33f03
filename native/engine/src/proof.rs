//! Best-quote cross-check: how far a book is proven, and why not.
//!
//! A venue publishes its best quote apart from its depth, both numbered by the same updates. Where a
//! number says that both speak of one moment, the book's best levels must equal the quote in price and
//! quantity. A book that fails once is not to be trusted until its next snapshot.

use crate::error::CoreError;
use crate::event::Entry;
use crate::schema::{proof_level, proof_reason};
use crate::state::{StateReader, StateWriter};
use std::collections::VecDeque;

/// Most quotes that are kept. Those between two depth updates are needed: 100 ms of the busiest
/// stream seen have 120.
pub const MAX_QUOTES: usize = 1_024;
/// Most depth updates that wait for a quote.
pub const MAX_WAITING: usize = 256;

/// Which quote speaks of the same moment as a depth update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuoteRule {
    /// The one of the same id that came before the update (spot: `docs/venues/binance-spot.md`, S9).
    EqualId,
    /// The last one whose id is not above the update's, once a later one was seen (futures:
    /// `docs/venues/binance-usdm.md`, U9): before that, a quote of the same moment may be on its way.
    Deferred,
    /// None: quotes and updates are not numbered alike.
    Never,
}

/// Best levels of both sides, each empty (quantity 0) where the side is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Touch {
    id: u64,
    sides: [Entry; 2],
}

/// The last disagreement between book and quote.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mismatch {
    pub depth_id: u64,
    pub quote_id: u64,
    /// Bid and ask of the book; price and quantity 0 where the side is empty.
    pub book: [Entry; 2],
    pub quote: [Entry; 2],
}

/// What the checks of one book came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProofCounts {
    /// Depth updates compared with a quote.
    pub compared: u64,
    pub mismatched: u64,
    /// Depth updates in all.
    pub updates: u64,
    /// Updates that could not be compared: no quote of their moment was kept.
    pub not_comparable: u64,
    /// Books held against a checksum of the venue.
    pub checksums: u64,
    pub checksums_mismatched: u64,
}

/// How far one book is proven.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    reachable: u8,
    rule: QuoteRule,
    level: u8,
    reason: u8,
    counts: ProofCounts,
    /// Quotes by rising id, and depth updates by rising id, that may still be needed.
    quotes: VecDeque<Touch>,
    waiting: VecDeque<Touch>,
    pub last_mismatch: Option<Mismatch>,
}

impl Proof {
    /// A book without a snapshot. `level_reachable`: [`proof_level`], as the venue states it.
    #[must_use]
    pub fn new(level_reachable: u8, rule: QuoteRule) -> Self {
        Self {
            reachable: level_reachable,
            rule,
            level: proof_level::UNPROVEN,
            reason: proof_reason::NO_SNAPSHOT,
            counts: ProofCounts::default(),
            quotes: VecDeque::new(),
            waiting: VecDeque::new(),
            last_mismatch: None,
        }
    }

    /// A snapshot replaced the book: its sequence is sound again. `is_numbered`: a missing update will
    /// show; else only a checksum proves more than nothing.
    pub fn on_snapshot(&mut self, is_numbered: bool) {
        self.drop_waiting();
        let start = if is_numbered { proof_level::SEQUENCE } else { proof_level::UNPROVABLE };
        self.level = self.reachable.min(start);
        self.reason = proof_reason::NONE;
    }

    /// A depth update was applied; `bid` and `ask` are the book's best levels after it.
    #[inline]
    pub fn on_depth(&mut self, last_id: u64, bid: Option<Entry>, ask: Option<Entry>) {
        self.counts.updates += 1;
        if self.rule == QuoteRule::Never || last_id == 0 {
            return;
        }
        let sides = [bid.unwrap_or_default(), ask.unwrap_or_default()];
        let depth = Touch { id: last_id, sides };
        // Quotes of older moments are behind all updates to come.
        while self.quotes.len() > 1 && self.quotes[1].id <= last_id {
            self.quotes.pop_front();
        }
        let decided = self.quotes.back().is_some_and(|q| q.id > last_id);
        if decided || self.rule == QuoteRule::EqualId {
            self.decide(depth);
            return;
        }
        if self.waiting.len() == MAX_WAITING {
            self.waiting.pop_front();
            self.counts.not_comparable += 1;
        }
        self.waiting.push_back(depth);
    }

    /// A best quote came. Ids that step back restart the comparison.
    #[inline]
    pub fn on_quote(&mut self, id: u64, bid: Entry, ask: Entry) {
        if self.rule == QuoteRule::Never || id == 0 {
            return;
        }
        if self.quotes.back().is_some_and(|last| id < last.id) {
            self.quotes.clear();
            self.drop_waiting();
        }
        while let Some(depth) = self.waiting.front().copied().filter(|depth| depth.id < id) {
            self.waiting.pop_front();
            self.decide(depth);
        }
        if self.quotes.len() == MAX_QUOTES {
            self.quotes.pop_front();
        }
        self.quotes.push_back(Touch { id, sides: [present(bid), present(ask)] });
    }

    /// A venue's checksum was held against the book.
    pub fn on_checksum(&mut self, is_equal: bool) {
        self.counts.checksums += 1;
        if is_equal {
            if self.level != proof_level::UNPROVEN {
                self.level = self.reachable;
            }
            return;
        }
        self.counts.checksums_mismatched += 1;
        if self.level != proof_level::UNPROVEN {
            self.level = proof_level::UNPROVEN;
            self.reason = proof_reason::CHECKSUM_MISMATCH;
        }
    }

    /// The book was lost.
    pub fn on_reset(&mut self, reason: u8) {
        self.drop_waiting();
        self.level = proof_level::UNPROVEN;
        self.reason = reason;
    }

    /// [`proof_level`] reached now.
    #[must_use]
    pub fn level(&self) -> u8 {
        self.level
    }

    /// [`proof_reason`] of a book that is not proven; NONE where it is.
    #[must_use]
    pub fn reason(&self) -> u8 {
        self.reason
    }

    #[must_use]
    pub fn counts(&self) -> ProofCounts {
        self.counts
    }

    fn drop_waiting(&mut self) {
        self.counts.not_comparable += self.waiting.len() as u64;
        self.waiting.clear();
    }

    /// Compares a depth update with the quote of its moment, if one is kept.
    fn decide(&mut self, depth: Touch) {
        let after = self.quotes.partition_point(|q| q.id <= depth.id);
        let quote = after.checked_sub(1).map(|place| self.quotes[place]);
        let same_moment = |q: &Touch| self.rule == QuoteRule::Deferred || q.id == depth.id;
        let Some(quote) = quote.filter(same_moment) else {
            self.counts.not_comparable += 1;
            return;
        };
        self.counts.compared += 1;
        if quote.sides == depth.sides {
            if self.level == proof_level::SEQUENCE {
                self.level = self.reachable.min(proof_level::SEQUENCE_BBO);
            }
            return;
        }
        self.counts.mismatched += 1;
        self.last_mismatch = Some(Mismatch {
            depth_id: depth.id,
            quote_id: quote.id,
            book: depth.sides,
            quote: quote.sides,
        });
        if self.level != proof_level::UNPROVEN {
            self.level = proof_level::UNPROVEN;
            self.reason = proof_reason::QUOTE_MISMATCH;
        }
    }

    /// All that decides later answers; reachable level and rule are the venue's.
    pub fn save(&self, w: &mut StateWriter) {
        w.u8(self.level);
        w.u8(self.reason);
        let c = self.counts;
        let counts = [c.compared, c.mismatched, c.updates, c.not_comparable];
        counts.into_iter().for_each(|n| w.u64(n));
        w.u64(c.checksums);
        w.u64(c.checksums_mismatched);
        for ring in [&self.quotes, &self.waiting] {
            w.u32(ring.len() as u32);
            for touch in ring {
                w.u64(touch.id);
                save_sides(&touch.sides, w);
            }
        }
        w.u8(u8::from(self.last_mismatch.is_some()));
        if let Some(m) = &self.last_mismatch {
            w.u64(m.depth_id);
            w.u64(m.quote_id);
            save_sides(&m.book, w);
            save_sides(&m.quote, w);
        }
    }

    /// # Errors
    /// `E_STATE` where the bytes are not a proof's.
    pub fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.level = r.u8()?;
        self.reason = r.u8()?;
        self.counts = ProofCounts {
            compared: r.u64()?,
            mismatched: r.u64()?,
            updates: r.u64()?,
            not_comparable: r.u64()?,
            checksums: r.u64()?,
            checksums_mismatched: r.u64()?,
        };
        for (ring, most) in [(&mut self.quotes, MAX_QUOTES), (&mut self.waiting, MAX_WAITING)] {
            ring.clear();
            let count = r.u32()? as usize;
            if count > most {
                return Err(CoreError::new("E_STATE", format!("proof ring of {count}")));
            }
            for _ in 0..count {
                ring.push_back(Touch { id: r.u64()?, sides: sides(r)? });
            }
        }
        self.last_mismatch = match r.u8()? {
            0 => None,
            _ => Some(Mismatch {
                depth_id: r.u64()?,
                quote_id: r.u64()?,
                book: sides(r)?,
                quote: sides(r)?,
            }),
        };
        Ok(())
    }
}

/// An empty side, whatever price is printed with its quantity of 0.
fn present(level: Entry) -> Entry {
    if level.quantity == 0 { Entry::default() } else { level }
}

fn save_sides(sides: &[Entry; 2], w: &mut StateWriter) {
    for entry in sides {
        w.i64(entry.price);
        w.i64(entry.quantity);
    }
}

fn sides(r: &mut StateReader<'_>) -> Result<[Entry; 2], CoreError> {
    let mut entry = || Ok(Entry { price: r.i64()?, quantity: r.i64()? });
    Ok([entry()?, entry()?])
}

#[cfg(test)]
mod tests;
