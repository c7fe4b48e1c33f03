//! The exact bytes that the venues print, field by field: the hot path of a frame. Anything else is
//! `None`, and the general reader decides. What is accepted here, it accepts with the same result.

use super::MAX_FRAME;
use super::decode::Parsed;
use super::family::Family;
use super::fields::{Key, Shape};
use super::lexer::Type;
use super::number::{POW10, nanoseconds};
use super::slot::Slot;
use super::symbols::Symbols;
use crate::event::{Entry, EventHeader, event_flag, kind};

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
    let mut out = Shape { mask: 0, types: [0; 3] };
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

/// Reads a frame that is printed as the venue does; appends its entries. `EXACT`: each number has as
/// many decimals as its scale.
#[inline]
pub(super) fn read<const EXACT: bool>(
    frame: &[u8],
    futures: bool,
    symbols: &Symbols,
    slots: &[Slot],
    entries: &mut Vec<Entry>,
) -> Option<Parsed> {
    if frame.len() > MAX_FRAME {
        return None;
    }
    let mut t = Template::<EXACT> { bytes: frame, at: 0, symbols, slots };
    let family = t.envelope(futures)?;
    let combined = t.at > 1;
    let parsed = match (family, futures) {
        (Family::Depth, false) => t.spot_depth(entries),
        (Family::Depth, true) => t.depth(entries),
        (Family::Quote, false) => t.spot_quote(entries),
        (Family::Quote, true) => t.quote(entries),
        (Family::Trade, false) => t.spot_trade(entries),
        (Family::Trade, true) => t.trade(entries),
        (_, false) => t.spot_agg_trade(entries),
        (_, true) => t.agg_trade(entries),
    }?;
    t.literal(b"}")?;
    if combined {
        t.literal(b"}")?;
    }
    (t.at == frame.len()).then_some(parsed)
}

struct Template<'a, const EXACT: bool> {
    bytes: &'a [u8],
    at: usize,
    symbols: &'a Symbols,
    slots: &'a [Slot],
}

/// The header of a message that is read into the place of its instrument.
fn message(
    (place, slot): (usize, &Slot),
    family: Family,
    shape: Shape,
    header: EventHeader,
) -> Parsed {
    let header = EventHeader { instrument: slot.instrument, ..header };
    Parsed { slot: place, family, shape, header, funding: None }
}

impl<'a, const EXACT: bool> Template<'a, EXACT> {
    /// Up to and with the opening brace of the message. Of a lone message: up to its event type.
    #[inline]
    fn envelope(&mut self, futures: bool) -> Option<Family> {
        if self.literal(b"{\"stream\":\"").is_none() {
            return self.lone(futures);
        }
        self.at += self.find(b'@')? + 1;
        let family = if self.literal(b"depth\"").is_some() || self.literal(b"depth@").is_some() {
            if self.bytes[self.at - 1] == b'@' {
                self.at += self.find(b'"')? + 1;
            }
            Family::Depth
        } else if self.literal(b"bookTicker\"").is_some() {
            Family::Quote
        } else if self.literal(b"trade\"").is_some() {
            Family::Trade
        } else {
            self.literal(b"aggTrade\"")?;
            Family::AggTrade
        };
        self.literal(b",\"data\":{")?;
        Some(family)
    }

    fn lone(&mut self, futures: bool) -> Option<Family> {
        self.literal(b"{")?;
        let rest = &self.bytes[1..];
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

    #[inline]
    fn spot_depth(&mut self, entries: &mut Vec<Entry>) -> Option<Parsed> {
        self.literal(b"\"e\":\"depthUpdate\",\"E\":")?;
        let ts_event = self.time()?;
        self.literal(b",\"s\":\"")?;
        let of = self.instrument()?;
        self.literal(b",\"U\":")?;
        let w0 = self.id()?;
        self.literal(b",\"u\":")?;
        let w1 = self.id()?;
        let header = EventHeader { ts_event, w0, w1, ..EventHeader::default() };
        self.sides(of, SPOT_DEPTH, header, entries)
    }

    #[inline]
    fn depth(&mut self, entries: &mut Vec<Entry>) -> Option<Parsed> {
        self.literal(b"\"e\":\"depthUpdate\",\"E\":")?;
        self.time()?;
        self.literal(b",\"T\":")?;
        let ts_event = self.time()?;
        self.literal(b",\"s\":\"")?;
        let of = self.instrument()?;
        let shape = self.market(DEPTH)?;
        self.literal(b",\"U\":")?;
        let w0 = self.id()?;
        self.literal(b",\"u\":")?;
        let w1 = self.id()?;
        self.literal(b",\"pu\":")?;
        let w2 = self.id()?;
        let header = EventHeader { ts_event, w0, w1, w2, ..EventHeader::default() };
        self.sides(of, shape, header, entries)
    }

    #[inline]
    fn sides(
        &mut self,
        of: (usize, &Slot),
        shape: Shape,
        header: EventHeader,
        entries: &mut Vec<Entry>,
    ) -> Option<Parsed> {
        if header.w0 > header.w1 {
            return None;
        }
        self.literal(b",\"b\":[")?;
        let bids = self.levels(of.1, entries)?;
        self.literal(b",\"a\":[")?;
        let asks = self.levels(of.1, entries)?;
        let source = of.1.sources.depth;
        let header = EventHeader { kind: kind::DEPTH, source, bids, asks, ..header };
        Some(message(of, Family::Depth, shape, header))
    }

    #[inline]
    fn spot_quote(&mut self, entries: &mut Vec<Entry>) -> Option<Parsed> {
        self.literal(b"\"u\":")?;
        let w1 = self.id()?;
        self.literal(b",\"s\":\"")?;
        let of = self.instrument()?;
        self.best(of.1, entries)?;
        let flags = event_flag::NO_EVENT_TIME;
        let header = EventHeader { w1, flags, ..EventHeader::default() };
        Some(best(of, SPOT_QUOTE, header))
    }

    /// USDⓈ-M prints `e` first, COIN-M `u`.
    #[inline]
    fn quote(&mut self, entries: &mut Vec<Entry>) -> Option<Parsed> {
        let w1 = if self.literal(b"\"e\":\"bookTicker\",\"u\":").is_some() {
            self.id()?
        } else {
            self.literal(b"\"u\":")?;
            let id = self.id()?;
            self.literal(b",\"e\":\"bookTicker\"")?;
            id
        };
        self.literal(b",\"s\":\"")?;
        let of = self.instrument()?;
        let shape = self.market(QUOTE)?;
        self.best(of.1, entries)?;
        self.literal(b",\"T\":")?;
        let ts_event = self.time()?;
        self.literal(b",\"E\":")?;
        self.time()?;
        let header = EventHeader { ts_event, w1, ..EventHeader::default() };
        Some(best(of, shape, header))
    }

    #[inline]
    fn best(&mut self, slot: &Slot, entries: &mut Vec<Entry>) -> Option<()> {
        self.literal(b",\"b\":\"")?;
        let price = self.decimal(slot.price_scale)?;
        self.literal(b",\"B\":\"")?;
        let quantity = self.decimal(slot.quantity_scale)?;
        entries.push(Entry { price, quantity });
        self.literal(b",\"a\":\"")?;
        let price = self.decimal(slot.price_scale)?;
        self.literal(b",\"A\":\"")?;
        let quantity = self.decimal(slot.quantity_scale)?;
        entries.push(Entry { price, quantity });
        Some(())
    }

    #[inline]
    fn spot_trade(&mut self, entries: &mut Vec<Entry>) -> Option<Parsed> {
        self.literal(b"\"e\":\"trade\",\"E\":")?;
        self.time()?;
        self.literal(b",\"s\":\"")?;
        let of = self.instrument()?;
        self.literal(b",\"t\":")?;
        let aux = self.id()?;
        self.print(of.1, entries)?;
        self.literal(b",\"T\":")?;
        let ts_event = self.time()?;
        let source = of.1.sources.trade;
        let header =
            EventHeader { ts_event, w0: aux, w1: aux, aux, source, ..EventHeader::default() };
        let (header, shape) = self.spot_aggressor(header, TRADE)?;
        Some(message(of, Family::Trade, shape, header))
    }

    #[inline]
    fn trade(&mut self, entries: &mut Vec<Entry>) -> Option<Parsed> {
        self.literal(b"\"e\":\"trade\",\"E\":")?;
        self.time()?;
        self.literal(b",\"T\":")?;
        let ts_event = self.time()?;
        self.literal(b",\"s\":\"")?;
        let of = self.instrument()?;
        let mut shape = self.market(TRADE)?;
        self.literal(b",\"t\":")?;
        let aux = self.id()?;
        self.print(of.1, entries)?;
        let mut flags = 0;
        if self.literal(b",\"X\":\"").is_some() {
            shape = shape.with(Key::Execution, Type::Text);
            if self.literal(b"MARKET\"").is_none() {
                self.name()?;
                flags = event_flag::OFF_BOOK; // U11
            }
        }
        let source = of.1.sources.trade;
        let header = EventHeader {
            ts_event,
            w0: aux,
            w1: aux,
            aux,
            source,
            flags,
            ..EventHeader::default()
        };
        Some(message(of, Family::Trade, shape, self.aggressor(header)?))
    }

    #[inline]
    fn spot_agg_trade(&mut self, entries: &mut Vec<Entry>) -> Option<Parsed> {
        self.literal(b"\"e\":\"aggTrade\",\"E\":")?;
        self.time()?;
        self.literal(b",\"s\":\"")?;
        let of = self.instrument()?;
        self.literal(b",\"a\":")?;
        let aux = self.id()?;
        self.print(of.1, entries)?;
        let header = self.range(of.1, aux)?;
        let (header, shape) = self.spot_aggressor(header, AGG_TRADE)?;
        Some(message(of, Family::AggTrade, shape, header))
    }

    #[inline]
    fn agg_trade(&mut self, entries: &mut Vec<Entry>) -> Option<Parsed> {
        self.literal(b"\"e\":\"aggTrade\",\"E\":")?;
        self.time()?;
        self.literal(b",\"a\":")?;
        let aux = self.id()?;
        self.literal(b",\"s\":\"")?;
        let of = self.instrument()?;
        let shape = self.market(AGG_TRADE)?;
        self.print(of.1, entries)?;
        let header = self.range(of.1, aux)?;
        Some(message(of, Family::AggTrade, shape, self.aggressor(header)?))
    }

    /// Price and quantity of a trade.
    #[inline]
    fn print(&mut self, slot: &Slot, entries: &mut Vec<Entry>) -> Option<()> {
        self.literal(b",\"p\":\"")?;
        let price = self.decimal(slot.price_scale)?;
        self.literal(b",\"q\":\"")?;
        let quantity = self.decimal(slot.quantity_scale)?;
        entries.push(Entry { price, quantity });
        Some(())
    }

    /// First and last trade, and the time, of an aggregate.
    #[inline]
    fn range(&mut self, slot: &Slot, aux: u64) -> Option<EventHeader> {
        self.literal(b",\"f\":")?;
        let w0 = self.id()?;
        self.literal(b",\"l\":")?;
        let w1 = self.id()?;
        self.literal(b",\"T\":")?;
        let ts_event = self.time()?;
        let (source, flags) = (slot.sources.agg_trade, event_flag::AGGREGATE);
        let header = EventHeader { ts_event, w0, w1, aux, source, flags, ..EventHeader::default() };
        (w0 <= w1).then_some(header)
    }

    /// S10, U10: the buyer is the maker where the seller came to the book.
    #[inline]
    fn aggressor(&mut self, header: EventHeader) -> Option<EventHeader> {
        self.literal(b",\"m\":")?;
        let maker = self.boolean()?;
        let (bids, asks) = if maker { (0, 1) } else { (1, 0) };
        Some(EventHeader { kind: kind::TRADE, bids, asks, ..header })
    }

    /// The same, and a flag without meaning that spot sends behind it.
    #[inline]
    fn spot_aggressor(
        &mut self,
        header: EventHeader,
        shape: Shape,
    ) -> Option<(EventHeader, Shape)> {
        let header = self.aggressor(header)?;
        if self.literal(b",\"M\":").is_none() {
            return Some((header, shape));
        }
        self.boolean()?;
        Some((header, shape.with(Key::Unused, Type::Bool)))
    }

    /// The pair and the market's number, which some futures messages carry behind the symbol.
    #[inline]
    fn market(&mut self, mut shape: Shape) -> Option<Shape> {
        if self.literal(b",\"ps\":\"").is_some() {
            self.name()?;
            shape = shape.with(Key::PairShort, Type::Text);
        }
        if self.literal(b",\"st\":").is_some() {
            self.id()?;
            shape = shape.with(Key::Market, Type::Number);
        }
        Some(shape)
    }

    #[inline]
    fn boolean(&mut self) -> Option<bool> {
        if self.literal(b"true").is_some() {
            return Some(true);
        }
        self.literal(b"false").map(|()| false)
    }

    #[inline]
    fn literal<const N: usize>(&mut self, text: &[u8; N]) -> Option<()> {
        let found = self.bytes.get(self.at..)?.first_chunk::<N>()?;
        if found == text {
            self.at += N;
            Some(())
        } else {
            None
        }
    }

    /// Distance to `byte` (a quote or `@`) within the next 64, over plain text alone: no quote, no
    /// `@`, no backslash, no control character, nothing beyond ASCII.
    #[inline]
    fn find(&self, byte: u8) -> Option<usize> {
        const ONES: u64 = u64::from_le_bytes([1; 8]);
        const HIGHS: u64 = ONES << 7;
        // The lowest mark of each is exact, and so is the lowest of all.
        let below = |word: u64, n: u8| word.wrapping_sub(ONES * u64::from(n)) & !word & HIGHS;
        let equal = |word: u64, b: u8| below(word ^ (ONES * u64::from(b)), 1);
        let rest = self.bytes.get(self.at..)?;
        for (i, word) in rest.as_chunks::<8>().0.iter().take(8).enumerate() {
            let word = u64::from_le_bytes(*word);
            let stops = equal(word, b'"') | equal(word, b'@') | equal(word, b'\\');
            let stops = stops | below(word, 0x20) | word & HIGHS;
            if stops != 0 {
                let at = i * 8 + stops.trailing_zeros() as usize / 8;
                return (rest[at] == byte).then_some(at);
            }
        }
        None
    }

    /// A short name without escapes, and the quote behind it.
    #[inline]
    fn name(&mut self) -> Option<&'a [u8]> {
        let name = self.bytes.get(self.at..self.at + self.find(b'"')?)?;
        self.at += name.len() + 1;
        let plain = |b: &u8| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'_');
        name.iter().all(plain).then_some(name)
    }

    /// A symbol that we follow, and the quote behind it.
    #[inline]
    fn instrument(&mut self) -> Option<(usize, &'a Slot)> {
        let name = self.bytes.get(self.at..self.at + self.find(b'"')?)?;
        self.at += name.len() + 1;
        let place = self.symbols.find(name)?;
        Some((place, &self.slots[place]))
    }

    #[inline]
    fn time(&mut self) -> Option<i64> {
        nanoseconds(self.id()?)
    }

    /// An unsigned integer of at most 19 digits.
    #[inline]
    fn id(&mut self) -> Option<u64> {
        let start = self.at;
        let rest = self.bytes.get(start..)?;
        let mut value = 0;
        let mut digits = 0;
        if let Some(eight) = rest.first_chunk::<8>().and_then(|c| eight_digits(*c)) {
            value = eight;
            digits = 8;
        }
        while let Some(digit) = rest.get(digits).map(|b| b.wrapping_sub(b'0')).filter(|d| *d < 10) {
            value = value * 10 + u64::from(digit);
            digits += 1;
            if digits > 18 {
                return None;
            }
        }
        self.at = start + digits;
        let padded = digits > 1 && rest[0] == b'0';
        (digits > 0 && !padded).then_some(value)
    }

    /// A decimal of at most 18 digits at a scale, and the quote behind it.
    #[inline(always)]
    fn decimal(&mut self, scale: u8) -> Option<i64> {
        let rest = self.bytes.get(self.at..)?;
        let mut value = 0_u64;
        let mut i = 0;
        let mut point = usize::MAX;
        loop {
            let byte = *rest.get(i)?;
            let digit = byte.wrapping_sub(b'0');
            if digit < 10 {
                value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
            } else if byte == b'.' && point == usize::MAX {
                point = i;
            } else {
                break;
            }
            i += 1;
        }
        if rest[i] != b'"' || i > 18 || i == 0 {
            return None;
        }
        let decimals = if point == usize::MAX { 0 } else { i - point - 1 };
        if point == 0 || (decimals == 0 && point != usize::MAX) {
            return None;
        }
        self.at += i + 1;
        let scale = scale as usize;
        if decimals == scale {
            return Some(value as i64);
        }
        if EXACT { None } else { scaled(value, decimals, scale) }
    }

    /// Levels whose opening bracket was taken.
    #[inline]
    fn levels(&mut self, slot: &Slot, entries: &mut Vec<Entry>) -> Option<u32> {
        if self.literal(b"]").is_some() {
            return Some(0);
        }
        let before = entries.len();
        let (price_scale, quantity_scale) = (slot.price_scale, slot.quantity_scale);
        loop {
            self.literal(b"[\"")?;
            let price = self.decimal(price_scale)?;
            self.literal(b",\"")?;
            let quantity = self.decimal(quantity_scale)?;
            if price == 0 {
                return None;
            }
            entries.push(Entry { price, quantity });
            if self.literal(b"],").is_none() {
                self.literal(b"]]")?;
                return Some((entries.len() - before) as u32);
            }
        }
    }
}

fn best(of: (usize, &Slot), shape: Shape, header: EventHeader) -> Parsed {
    let source = of.1.sources.quote;
    let header = EventHeader { kind: kind::QUOTE, source, bids: 1, asks: 1, ..header };
    message(of, Family::Quote, shape, header)
}

/// A mantissa moved to another number of decimals; `None` where digits would be lost.
#[cold]
fn scaled(value: u64, decimals: usize, scale: usize) -> Option<i64> {
    if decimals < scale {
        let moved = value.checked_mul(*POW10.get(scale - decimals)?)?;
        return i64::try_from(moved).ok();
    }
    let power = *POW10.get(decimals - scale)?;
    value.is_multiple_of(power).then_some((value / power) as i64)
}

/// Eight ASCII digits as a number (SWAR), `None` where one is no digit.
#[inline]
fn eight_digits(chunk: [u8; 8]) -> Option<u64> {
    const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);
    const HIGH: u64 = u64::from_le_bytes([0xf0; 8]);
    const SIX: u64 = u64::from_le_bytes([6; 8]);
    let word = u64::from_le_bytes(chunk);
    let digits = word ^ ZEROS;
    if (digits | digits.wrapping_add(SIX)) & HIGH != 0 {
        return None;
    }
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits_at_once() {
        for value in [0_u64, 1, 12_345_678, 99_999_999, 10_203_040] {
            let text = format!("{value:08}");
            let chunk = text.as_bytes().try_into().unwrap();
            assert_eq!(eight_digits(chunk), Some(value));
        }
        for place in 0..8 {
            for byte in (0_u8..=255).filter(|b| !b.is_ascii_digit()) {
                let mut chunk = *b"12345678";
                chunk[place] = byte;
                assert_eq!(eight_digits(chunk), None, "{byte} at {place}");
            }
        }
    }
}
