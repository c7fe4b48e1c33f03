//! Where a protocol says what a message means: instruments, exact numbers, events.

use super::drift::{DriftChange, DriftLog};
use super::json::{Field, Json};
use super::lexer::{Type, UNESCAPED};
use super::number;
use super::slot::{BookKind, Channel, Slot};
use super::step::Step;
use super::symbols::Symbols;
use crate::book::Side;
use crate::error::FrameError;
use crate::event::{Entry, EventBuf, EventHeader, event_flag, kind};
use crate::venue::Outcome;

/// What messages change: all instruments of a feed.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    pub list: Vec<Slot>,
    pub symbols: Symbols,
    pub drift: DriftLog,
    pub strict: bool,
    /// Frames refused before their instrument was known.
    pub refused: u64,
    /// A survey: symbols are taken as they come, numbers only tell their decimals.
    pub learning: Option<Learning>,
    /// Books that the frame in hand is about, or changed.
    pub changed: Vec<usize>,
}

/// What a survey has found.
#[derive(Clone, Debug)]
pub(super) struct Learning {
    pub book: BookKind,
    pub names: Vec<String>,
    pub steps: Vec<[Step; 2]>,
}

/// A print of a trade.
#[derive(Clone, Copy, Debug)]
pub struct Print {
    /// Who aggressed; none where the venue does not tell.
    pub aggressor: Option<Side>,
    /// Price units and quantity units.
    pub price: i64,
    pub quantity: i64,
    /// The venue's id, 0 where it has none.
    pub id: u64,
    /// The venue's sequence number, 0 where it has none.
    pub sequence: u64,
    pub ts_event: Option<i64>,
    /// Further bits of [`event_flag`].
    pub flags: u8,
}

/// One frame's access to the feed. Slots are places of instruments within the feed.
pub struct Desk<'a> {
    pub(super) slots: &'a mut Slots,
    pub(super) out: &'a mut EventBuf,
    pub(super) ts_recv: i64,
    pub(super) connection: u16,
    /// The instrument of the message in hand, for the count of refusals.
    pub(super) place: Option<usize>,
    /// Events are of frames that were held back.
    pub(super) deferred: bool,
}

const fn schema(at: usize, what: &'static str) -> FrameError {
    FrameError::new("E_FRAME_SCHEMA", at, what)
}

impl Desk<'_> {
    /// Number of the connection that the frame came over.
    #[must_use]
    pub fn connection(&self) -> u16 {
        self.connection
    }

    /// Nothing is kept but symbols and decimals; numbers come back as 0.
    #[must_use]
    pub fn is_learning(&self) -> bool {
        self.slots.learning.is_some()
    }

    /// Members of an object by name; others are counted as drift of `message`, and refused where strict.
    ///
    /// # Errors
    /// As [`Json::members`]; `E_FRAME_DRIFT`.
    pub fn members<'j, const N: usize>(
        &mut self,
        json: Json<'j>,
        message: &'static str,
        names: &[&'static str; N],
    ) -> Result<[Field<'j>; N], FrameError> {
        json.members(names, |name, at| self.unknown_field(message, name, at))
    }

    /// A message kind that the venue's document does not name: counted, refused where strict.
    ///
    /// # Errors
    /// `E_FRAME_DRIFT`.
    pub fn unknown(&mut self, kind: Json<'_>) -> Result<Outcome, FrameError> {
        let name = String::from_utf8_lossy(kind.raw());
        self.slots.drift.add("other", &name, DriftChange::UnknownEvent, self.ts_recv);
        if self.slots.strict {
            return Err(FrameError::new("E_FRAME_DRIFT", kind.at(), "a known event type"));
        }
        Ok(Outcome::Ignored("unknown event"))
    }

    /// The instrument of a symbol as the venue spells it.
    ///
    /// # Errors
    /// `E_SYMBOL` where it is not followed, `E_FRAME_SCHEMA` where it is no text.
    pub fn instrument(&mut self, symbol: Json<'_>) -> Result<usize, FrameError> {
        let mut buffer = [0; UNESCAPED];
        let name = symbol.unescaped(&mut buffer).ok_or(schema(symbol.at(), "a symbol"))?;
        self.instrument_named(name, symbol.at())
    }

    /// The same for a name that does not stand in the frame as it is; `at`: where it comes from.
    ///
    /// # Errors
    /// As [`Desk::instrument`].
    pub fn instrument_named(&mut self, name: &[u8], at: usize) -> Result<usize, FrameError> {
        let found = self.slots.symbols.find(name).or_else(|| self.slots.learn(name));
        self.place = found;
        found.ok_or(FrameError::new("E_SYMBOL", at, "an instrument that is followed"))
    }

    /// Whether a symbol is followed: in frames of many instruments the others are no error.
    #[must_use]
    pub fn is_followed(&self, name: &[u8]) -> bool {
        self.is_learning() || self.slots.symbols.find(name).is_some()
    }

    /// A price at the instrument's scale; spreads have prices below 0.
    ///
    /// # Errors
    /// `E_NUMBER`, `E_SCALE`, `E_FRAME_SCHEMA`.
    pub fn price(&mut self, slot: usize, json: Json<'_>) -> Result<i64, FrameError> {
        let text = json.printed("a price")?;
        if let Some(learning) = &mut self.slots.learning {
            learning.steps[slot][0].add_printed(text);
            return Ok(0);
        }
        number::mantissa(text, self.slots.list[slot].price_scale, json.at())
    }

    /// A quantity at the instrument's scale.
    ///
    /// # Errors
    /// As [`Desk::price`]; below 0.
    pub fn quantity(&mut self, slot: usize, json: Json<'_>) -> Result<i64, FrameError> {
        let signed = self.signed_quantity(slot, json)?;
        if signed < 0 {
            return Err(FrameError::new("E_NUMBER", json.at(), "a quantity of 0 or more"));
        }
        Ok(signed)
    }

    /// A quantity whose sign tells the side.
    ///
    /// # Errors
    /// As [`Desk::price`].
    pub fn signed_quantity(&mut self, slot: usize, json: Json<'_>) -> Result<i64, FrameError> {
        let text = json.printed("a quantity")?;
        if let Some(learning) = &mut self.slots.learning {
            learning.steps[slot][1].add_printed(text);
            return Ok(0);
        }
        number::mantissa(text, self.slots.list[slot].quantity_scale, json.at())
    }

    /// Appends a level to the event in hand: bids come first, then asks.
    ///
    /// # Errors
    /// Those of price and quantity.
    pub fn level(
        &mut self,
        slot: usize,
        price: Json<'_>,
        quantity: Json<'_>,
    ) -> Result<(), FrameError> {
        let (price, quantity) = (self.price(slot, price)?, self.quantity(slot, quantity)?);
        self.entry(Entry { price, quantity });
        Ok(())
    }

    /// Appends an entry to the event in hand.
    pub fn entry(&mut self, entry: Entry) {
        self.out.entries_mut().push(entry);
    }

    /// Appends `[[price, quantity, …], …]` and counts the levels.
    ///
    /// # Errors
    /// `E_FRAME_SCHEMA`, `E_FRAME_PARSE` and those of the numbers.
    pub fn levels(&mut self, slot: usize, list: Json<'_>) -> Result<u32, FrameError> {
        self.levels_of(slot, list, |_| true)
    }

    /// The same for those whose price is one.
    ///
    /// # Errors
    /// As [`Desk::levels`].
    pub fn levels_of(
        &mut self,
        slot: usize,
        list: Json<'_>,
        is_price: impl Fn(Json<'_>) -> bool,
    ) -> Result<u32, FrameError> {
        let mut lexer = list.enter(Type::Array, "a list of levels")?;
        let mut count = 0;
        if lexer.eat(b']') {
            return list.leave(&lexer).map(|()| 0);
        }
        loop {
            lexer.expect(b'[', "a level")?;
            let price = list.within(lexer.value(2)?);
            lexer.expect(b',', "a level of price and quantity")?;
            let quantity = list.within(lexer.value(2)?);
            while lexer.eat(b',') {
                lexer.value(2)?;
            }
            lexer.expect(b']', "the end of a level")?;
            if is_price(price) {
                self.level(slot, price, quantity)?;
                count += 1;
            }
            if lexer.eat(b']') {
                return list.leave(&lexer).map(|()| count);
            }
            lexer.expect(b',', "a comma or the end of a list")?;
        }
    }

    /// Entries appended to the event in hand.
    #[must_use]
    pub fn open_entries(&self) -> usize {
        self.out.open_entries()
    }

    /// A header without entries and ids. `ts_event`: none where the venue sends no time.
    #[must_use]
    pub fn header(
        &self,
        slot: usize,
        channel: Channel,
        kind: u8,
        ts_event: Option<i64>,
    ) -> EventHeader {
        self.slots.list[slot].header(channel, kind, ts_event, self.ts_recv)
    }

    /// Takes the open entries as a whole book: `w1` is its id.
    pub fn snapshot(&mut self, slot: usize, header: EventHeader) -> Outcome {
        self.book(slot, EventHeader { kind: kind::SNAPSHOT, ..header })
    }

    /// Takes the open entries as an update of the book: ids as its sequence says.
    pub fn update(&mut self, slot: usize, header: EventHeader) -> Outcome {
        self.book(slot, EventHeader { kind: kind::DEPTH, ..header })
    }

    fn book(&mut self, slot: usize, header: EventHeader) -> Outcome {
        if self.is_learning() {
            self.out.rollback();
            return Outcome::Events;
        }
        self.touch(slot);
        let of = &mut self.slots.list[slot];
        if header.kind == kind::SNAPSHOT {
            of.snapshot(header, self.out)
        } else {
            of.update(header, self.out)
        }
    }

    /// Id of the last update or snapshot of a book that comes in its stream.
    #[must_use]
    pub fn book_at(&self, slot: usize) -> Option<u64> {
        self.slots.list[slot].book_at()
    }

    /// Whether the book waits for a snapshot.
    #[must_use]
    pub fn wants_snapshot(&self, slot: usize) -> bool {
        self.slots.list[slot].wants_snapshot()
    }

    /// Takes the open entries as an event that no book's sync decides on.
    pub fn event(&mut self, header: EventHeader) -> Outcome {
        if self.is_learning() {
            self.out.rollback();
        } else {
            self.out.commit(header);
        }
        Outcome::Events
    }

    /// A best quote: both sides, an empty one with quantity 0. Its id is `w1`.
    pub fn quote(&mut self, header: EventHeader, bid: Entry, ask: Entry) -> Outcome {
        self.out.rollback();
        self.entry(bid);
        self.entry(ask);
        self.event(EventHeader { kind: kind::QUOTE, bids: 1, asks: 1, ..header })
    }

    /// Values at a scale of their own, as bids of an event of `kind`: the schema says in which order.
    pub fn values(&mut self, header: EventHeader, values: &[Entry]) -> Outcome {
        self.out.rollback();
        values.iter().for_each(|value| self.entry(*value));
        self.event(EventHeader { bids: values.len() as u32, ..header })
    }

    /// A trade whose ids say nothing about missing ones.
    pub fn trade(&mut self, slot: usize, print: Print) -> Outcome {
        self.trade_of(slot, print, (print.id, print.id))
    }

    /// A trade of ids without holes: repeats are dropped, holes and late ones counted.
    pub fn numbered_trade(&mut self, slot: usize, print: Print, number: u64) -> Outcome {
        if !self.is_learning() {
            let of = &mut self.slots.list[slot];
            let outcome = of.trades.take(number, number, &mut of.counters);
            if outcome != Outcome::Events {
                return outcome;
            }
        }
        self.trade_of(slot, print, (number, number))
    }

    fn trade_of(&mut self, slot: usize, print: Print, (first, last): (u64, u64)) -> Outcome {
        self.out.rollback();
        let buys = print.aggressor != Some(Side::Ask);
        self.entry(Entry { price: print.price, quantity: print.quantity });
        let header = self.header(slot, Channel::Trade, kind::TRADE, print.ts_event);
        let side = if print.aggressor.is_none() { event_flag::NO_SIDE } else { 0 };
        self.event(EventHeader {
            w0: first,
            w1: last,
            w2: print.sequence,
            aux: print.id,
            bids: u32::from(buys),
            asks: u32::from(!buys),
            flags: header.flags | print.flags | side,
            ..header
        })
    }
}

impl Slots {
    /// A survey takes every symbol.
    fn learn(&mut self, name: &[u8]) -> Option<usize> {
        let learning = self.learning.as_mut()?;
        let name = std::str::from_utf8(name).ok().filter(|n| !n.is_empty())?;
        learning.names.push(name.to_owned());
        learning.steps.push([Step::default(); 2]);
        let place = learning.names.len() - 1;
        self.list.push(Slot::bare(place as u32, learning.book, (0, 0)));
        self.symbols = Symbols::new(learning.names.iter().map(String::as_str));
        Some(place)
    }

    /// Slots stand by rising directory index.
    pub fn place(&self, instrument: u32) -> Option<usize> {
        self.list.binary_search_by_key(&instrument, |slot| slot.instrument).ok()
    }
}
