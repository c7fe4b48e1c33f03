//! The exact bytes that the venues print, field by field: the hot path of a frame. Anything else is
//! `None`, and the general reader decides. What is accepted here, it accepts with the same result.

use super::cursor::Cursor;
use super::decode::Parsed;
use super::family::Family;
use super::fields::{Key, Shape};
use super::slot::Slot;
use crate::event::{Entry, EventHeader, event_flag, kind};
use crate::venue::wire::MAX_FRAME;
use crate::venue::wire::lexer::Type;
use crate::venue::wire::symbols::Symbols;

/// Members of each kind of message. Spot, then futures.
const SPOT_DEPTH: Shape =
    shape(&[Key::Event, Key::Symbol], &[Key::EventTime, Key::First, Key::Last])
        .with(Key::Bid, Type::Array)
        .with(Key::Ask, Type::Array);
const DEPTH: Shape = SPOT_DEPTH.with(Key::Time, Type::Number).with(Key::Previous, Type::Number);
const SPOT_QUOTE: Shape =
    shape(&[Key::Symbol, Key::Bid, Key::BidQuantity, Key::Ask, Key::AskQuantity], &[Key::Last]);
const QUOTE: Shape = SPOT_QUOTE
    .with(Key::Event, Type::Text)
    .with(Key::Time, Type::Number)
    .with(Key::EventTime, Type::Number);
const TRADE: Shape = shape(
    &[Key::Event, Key::Symbol, Key::Price, Key::Quantity],
    &[Key::EventTime, Key::Time, Key::Trade],
)
.with(Key::Maker, Type::Bool);
const AGG_TRADE: Shape = shape(
    &[Key::Event, Key::Symbol, Key::Price, Key::Quantity],
    &[Key::EventTime, Key::Time, Key::Ask, Key::FirstTrade, Key::LastTrade],
)
.with(Key::Maker, Type::Bool);

const fn shape(texts: &[Key], numbers: &[Key]) -> Shape {
    let mut out = Shape(0);
    let mut i = 0;
    while i < texts.len() {
        out = out.with(texts[i], Type::Text);
        i += 1;
    }
    i = 0;
    while i < numbers.len() {
        out = out.with(numbers[i], Type::Number);
        i += 1;
    }
    out
}

/// Reads a frame that is printed as the venue does: appends its entries, fills `parsed`, and says
/// whether it could. `EXACT`: each number must have as many decimals as its scale.
#[inline]
pub(super) fn read<const EXACT: bool>(
    frame: &[u8],
    futures: bool,
    symbols: &Symbols,
    slots: &[Slot],
    entries: &mut Vec<Entry>,
    parsed: &mut Parsed,
) -> bool {
    parsed.header = EventHeader::default();
    let mut t = Template::<EXACT> {
        cursor: Cursor { bytes: frame, at: 0 },
        symbols,
        slots,
        entries,
        parsed,
    };
    frame.len() <= MAX_FRAME && t.frame(futures).is_some() && t.cursor.at == frame.len()
}

struct Template<'a, const EXACT: bool> {
    cursor: Cursor<'a>,
    symbols: &'a Symbols,
    slots: &'a [Slot],
    entries: &'a mut Vec<Entry>,
    parsed: &'a mut Parsed,
}

impl<'a, const EXACT: bool> Template<'a, EXACT> {
    #[inline]
    fn frame(&mut self, futures: bool) -> Option<()> {
        let family = self.envelope(futures)?;
        let combined = self.cursor.at > 1;
        self.parsed.family = family;
        match (family, futures) {
            (Family::Depth, false) => self.spot_depth(),
            (Family::Depth, true) => self.depth(),
            (Family::Quote, false) => self.spot_quote(),
            (Family::Quote, true) => self.quote(),
            (Family::Trade, false) => self.spot_trade(),
            (Family::Trade, true) => self.trade(),
            (_, false) => self.spot_agg_trade(),
            (_, true) => self.agg_trade(),
        }?;
        self.cursor.literal(b"}")?;
        if combined { self.cursor.literal(b"}") } else { Some(()) }
    }

    /// Up to and with the opening brace of the message. Of a lone message: up to its event type.
    #[inline]
    fn envelope(&mut self, futures: bool) -> Option<Family> {
        if self.cursor.literal(b"{\"stream\":\"").is_none() {
            return self.lone(futures);
        }
        self.cursor.at += self.cursor.find(b'@')? + 1;
        let family = if self.cursor.literal(b"bookTicker\"").is_some() {
            Family::Quote
        } else if self.cursor.literal(b"depth").is_some() {
            if self.cursor.literal(b"@").is_some() {
                self.cursor.at += self.cursor.find(b'"')?;
            }
            self.cursor.literal(b"\"")?;
            Family::Depth
        } else if self.cursor.literal(b"trade\"").is_some() {
            Family::Trade
        } else {
            self.cursor.literal(b"aggTrade\"")?;
            Family::AggTrade
        };
        self.cursor.literal(b",\"data\":{")?;
        Some(family)
    }

    #[cold]
    fn lone(&mut self, futures: bool) -> Option<Family> {
        self.cursor.literal(b"{")?;
        let rest = &self.cursor.bytes[1..];
        let family = if rest.starts_with(b"\"e\":\"depthUpdate\"") {
            Family::Depth
        } else if rest.starts_with(b"\"e\":\"trade\"") {
            Family::Trade
        } else if rest.starts_with(b"\"e\":\"aggTrade\"") {
            Family::AggTrade
        } else if rest.starts_with(b"\"u\":") || (futures && rest.starts_with(b"\"e\":\"bookT")) {
            Family::Quote
        } else {
            return None;
        };
        Some(family)
    }

    fn spot_depth(&mut self) -> Option<()> {
        self.cursor.literal(b"\"e\":\"depthUpdate\",\"E\":")?;
        self.parsed.header.ts_event = self.cursor.time()?;
        self.cursor.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.cursor.literal(b",\"U\":")?;
        self.parsed.header.w0 = self.cursor.id()?;
        self.cursor.literal(b",\"u\":")?;
        self.parsed.header.w1 = self.cursor.id()?;
        self.parsed.shape = SPOT_DEPTH;
        self.sides(slot)
    }

    fn depth(&mut self) -> Option<()> {
        self.cursor.literal(b"\"e\":\"depthUpdate\",\"E\":")?;
        self.cursor.time()?;
        self.cursor.literal(b",\"T\":")?;
        self.parsed.header.ts_event = self.cursor.time()?;
        self.cursor.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.market(DEPTH)?;
        self.cursor.literal(b",\"U\":")?;
        self.parsed.header.w0 = self.cursor.id()?;
        self.cursor.literal(b",\"u\":")?;
        self.parsed.header.w1 = self.cursor.id()?;
        self.cursor.literal(b",\"pu\":")?;
        self.parsed.header.w2 = self.cursor.id()?;
        self.sides(slot)
    }

    fn sides(&mut self, slot: &Slot) -> Option<()> {
        self.cursor.literal(b",\"b\":[")?;
        self.parsed.header.bids = self.levels(slot)?;
        self.cursor.literal(b",\"a\":[")?;
        self.parsed.header.asks = self.levels(slot)?;
        let header = &mut self.parsed.header;
        header.kind = kind::DEPTH;
        header.source = slot.sources.depth;
        (header.w0 <= header.w1).then_some(())
    }

    fn spot_quote(&mut self) -> Option<()> {
        self.cursor.literal(b"\"u\":")?;
        self.parsed.header.w1 = self.cursor.id()?;
        self.cursor.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.parsed.shape = SPOT_QUOTE;
        self.parsed.header.flags = event_flag::NO_EVENT_TIME;
        self.best(slot)
    }

    /// C3: USDⓈ-M prints `e` first, COIN-M `u`.
    fn quote(&mut self) -> Option<()> {
        if self.cursor.literal(b"\"e\":\"bookTicker\",\"u\":").is_some() {
            self.parsed.header.w1 = self.cursor.id()?;
        } else {
            self.cursor.literal(b"\"u\":")?;
            self.parsed.header.w1 = self.cursor.id()?;
            self.cursor.literal(b",\"e\":\"bookTicker\"")?;
        }
        self.cursor.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.market(QUOTE)?;
        self.best(slot)?;
        self.cursor.literal(b",\"T\":")?;
        self.parsed.header.ts_event = self.cursor.time()?;
        self.cursor.literal(b",\"E\":")?;
        self.cursor.time().map(|_| ())
    }

    #[inline]
    fn best(&mut self, slot: &Slot) -> Option<()> {
        self.cursor.literal(b",\"b\":\"")?;
        let price = self.cursor.decimal::<EXACT>(slot.price_scale)?;
        self.cursor.literal(b",\"B\":\"")?;
        let quantity = self.cursor.decimal::<EXACT>(slot.quantity_scale)?;
        let bid = Entry { price, quantity };
        self.cursor.literal(b",\"a\":\"")?;
        let price = self.cursor.decimal::<EXACT>(slot.price_scale)?;
        self.cursor.literal(b",\"A\":\"")?;
        let quantity = self.cursor.decimal::<EXACT>(slot.quantity_scale)?;
        self.entries.extend_from_slice(&[bid, Entry { price, quantity }]);
        let header = &mut self.parsed.header;
        header.kind = kind::QUOTE;
        header.source = slot.sources.quote;
        (header.bids, header.asks) = (1, 1);
        Some(())
    }

    fn spot_trade(&mut self) -> Option<()> {
        self.cursor.literal(b"\"e\":\"trade\",\"E\":")?;
        self.cursor.time()?;
        self.cursor.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.cursor.literal(b",\"t\":")?;
        self.trade_id(slot)?;
        self.print(slot)?;
        self.cursor.literal(b",\"T\":")?;
        self.parsed.header.ts_event = self.cursor.time()?;
        self.spot_aggressor(TRADE)
    }

    fn trade(&mut self) -> Option<()> {
        self.cursor.literal(b"\"e\":\"trade\",\"E\":")?;
        self.cursor.time()?;
        self.cursor.literal(b",\"T\":")?;
        self.parsed.header.ts_event = self.cursor.time()?;
        self.cursor.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.market(TRADE)?;
        self.cursor.literal(b",\"t\":")?;
        self.trade_id(slot)?;
        self.print(slot)?;
        if self.cursor.literal(b",\"X\":\"").is_some() {
            self.parsed.shape = self.parsed.shape.with(Key::Execution, Type::Text);
            if self.cursor.literal(b"MARKET\"").is_none() {
                self.cursor.name()?;
                self.parsed.header.flags = event_flag::OFF_BOOK; // U11
            }
        }
        self.aggressor()
    }

    #[inline]
    fn trade_id(&mut self, slot: &Slot) -> Option<()> {
        let id = self.cursor.id()?;
        let header = &mut self.parsed.header;
        (header.w0, header.w1, header.aux) = (id, id, id);
        header.source = slot.sources.trade;
        Some(())
    }

    fn spot_agg_trade(&mut self) -> Option<()> {
        self.cursor.literal(b"\"e\":\"aggTrade\",\"E\":")?;
        self.cursor.time()?;
        self.cursor.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.cursor.literal(b",\"a\":")?;
        self.parsed.header.aux = self.cursor.id()?;
        self.print(slot)?;
        self.range(slot)?;
        self.spot_aggressor(AGG_TRADE)
    }

    fn agg_trade(&mut self) -> Option<()> {
        self.cursor.literal(b"\"e\":\"aggTrade\",\"E\":")?;
        self.cursor.time()?;
        self.cursor.literal(b",\"a\":")?;
        self.parsed.header.aux = self.cursor.id()?;
        self.cursor.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.market(AGG_TRADE)?;
        self.print(slot)?;
        self.range(slot)?;
        self.aggressor()
    }

    /// Price and quantity of a trade.
    #[inline]
    fn print(&mut self, slot: &Slot) -> Option<()> {
        self.cursor.literal(b",\"p\":\"")?;
        let price = self.cursor.decimal::<EXACT>(slot.price_scale)?;
        self.cursor.literal(b",\"q\":\"")?;
        let quantity = self.cursor.decimal::<EXACT>(slot.quantity_scale)?;
        self.entries.push(Entry { price, quantity });
        Some(())
    }

    /// First and last trade, and the time, of an aggregate.
    #[inline]
    fn range(&mut self, slot: &Slot) -> Option<()> {
        self.cursor.literal(b",\"f\":")?;
        let first = self.cursor.id()?;
        self.cursor.literal(b",\"l\":")?;
        let last = self.cursor.id()?;
        self.cursor.literal(b",\"T\":")?;
        let ts_event = self.cursor.time()?;
        let header = &mut self.parsed.header;
        (header.w0, header.w1, header.ts_event) = (first, last, ts_event);
        header.source = slot.sources.agg_trade;
        header.flags = event_flag::AGGREGATE;
        (first <= last).then_some(())
    }

    /// S10, U10: the buyer is the maker where the seller came to the book.
    #[inline]
    fn aggressor(&mut self) -> Option<()> {
        self.cursor.literal(b",\"m\":")?;
        let maker = self.cursor.boolean()?;
        let header = &mut self.parsed.header;
        header.kind = kind::TRADE;
        (header.bids, header.asks) = if maker { (0, 1) } else { (1, 0) };
        Some(())
    }

    /// The same, and a flag without meaning that spot sends behind it.
    #[inline]
    fn spot_aggressor(&mut self, shape: Shape) -> Option<()> {
        self.aggressor()?;
        self.parsed.shape = shape;
        if self.cursor.literal(b",\"M\":").is_some() {
            self.cursor.boolean()?;
            self.parsed.shape = shape.with(Key::Unused, Type::Bool);
        }
        Some(())
    }

    /// U1, C1: the pair and the market's number, which some messages carry behind the symbol.
    #[inline]
    fn market(&mut self, mut shape: Shape) -> Option<()> {
        if self.cursor.literal(b",\"ps\":\"").is_some() {
            self.cursor.name()?;
            shape = shape.with(Key::PairShort, Type::Text);
        }
        if self.cursor.literal(b",\"st\":").is_some() {
            self.cursor.id()?;
            shape = shape.with(Key::Market, Type::Number);
        }
        self.parsed.shape = shape;
        Some(())
    }

    /// A symbol that we follow, and the quote behind it.
    #[inline]
    fn instrument(&mut self) -> Option<&'a Slot> {
        let name =
            self.cursor.bytes.get(self.cursor.at..self.cursor.at + self.cursor.find(b'"')?)?;
        self.cursor.at += name.len() + 1;
        let place = self.symbols.find(name)?;
        let slot = &self.slots[place];
        self.parsed.slot = place;
        self.parsed.header.instrument = slot.instrument;
        Some(slot)
    }

    /// Levels whose opening bracket was taken.
    #[inline]
    fn levels(&mut self, slot: &Slot) -> Option<u32> {
        if self.cursor.literal(b"]").is_some() {
            return Some(0);
        }
        let before = self.entries.len();
        let scales = (slot.price_scale, slot.quantity_scale);
        loop {
            let level = self.cursor.level::<EXACT>(scales)?;
            self.entries.push(level);
            if self.cursor.literal(b",").is_none() {
                self.cursor.literal(b"]")?;
                return Some((self.entries.len() - before) as u32);
            }
        }
    }
}

#[cfg(test)]
mod tests;
