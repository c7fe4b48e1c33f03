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
    let mut t = Template::<EXACT> { bytes: frame, at: 0, symbols, slots, entries, parsed };
    frame.len() <= MAX_FRAME && t.frame(futures).is_some() && t.at == frame.len()
}

struct Template<'a, const EXACT: bool> {
    bytes: &'a [u8],
    at: usize,
    symbols: &'a Symbols,
    slots: &'a [Slot],
    entries: &'a mut Vec<Entry>,
    parsed: &'a mut Parsed,
}

impl<'a, const EXACT: bool> Template<'a, EXACT> {
    #[inline]
    fn frame(&mut self, futures: bool) -> Option<()> {
        let family = self.envelope(futures)?;
        let combined = self.at > 1;
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
        self.literal(b"}")?;
        if combined { self.literal(b"}") } else { Some(()) }
    }

    /// Up to and with the opening brace of the message. Of a lone message: up to its event type.
    #[inline]
    fn envelope(&mut self, futures: bool) -> Option<Family> {
        if self.literal(b"{\"stream\":\"").is_none() {
            return self.lone(futures);
        }
        self.at += self.find(b'@')? + 1;
        let family = if self.literal(b"bookTicker\"").is_some() {
            Family::Quote
        } else if self.literal(b"depth").is_some() {
            if self.literal(b"@").is_some() {
                self.at += self.find(b'"')?;
            }
            self.literal(b"\"")?;
            Family::Depth
        } else if self.literal(b"trade\"").is_some() {
            Family::Trade
        } else {
            self.literal(b"aggTrade\"")?;
            Family::AggTrade
        };
        self.literal(b",\"data\":{")?;
        Some(family)
    }

    #[cold]
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

    fn spot_depth(&mut self) -> Option<()> {
        self.literal(b"\"e\":\"depthUpdate\",\"E\":")?;
        self.parsed.header.ts_event = self.time()?;
        self.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.literal(b",\"U\":")?;
        self.parsed.header.w0 = self.id()?;
        self.literal(b",\"u\":")?;
        self.parsed.header.w1 = self.id()?;
        self.parsed.shape = SPOT_DEPTH;
        self.sides(slot)
    }

    fn depth(&mut self) -> Option<()> {
        self.literal(b"\"e\":\"depthUpdate\",\"E\":")?;
        self.time()?;
        self.literal(b",\"T\":")?;
        self.parsed.header.ts_event = self.time()?;
        self.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.market(DEPTH)?;
        self.literal(b",\"U\":")?;
        self.parsed.header.w0 = self.id()?;
        self.literal(b",\"u\":")?;
        self.parsed.header.w1 = self.id()?;
        self.literal(b",\"pu\":")?;
        self.parsed.header.w2 = self.id()?;
        self.sides(slot)
    }

    fn sides(&mut self, slot: &Slot) -> Option<()> {
        self.literal(b",\"b\":[")?;
        self.parsed.header.bids = self.levels(slot)?;
        self.literal(b",\"a\":[")?;
        self.parsed.header.asks = self.levels(slot)?;
        let header = &mut self.parsed.header;
        header.kind = kind::DEPTH;
        header.source = slot.sources.depth;
        (header.w0 <= header.w1).then_some(())
    }

    fn spot_quote(&mut self) -> Option<()> {
        self.literal(b"\"u\":")?;
        self.parsed.header.w1 = self.id()?;
        self.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.parsed.shape = SPOT_QUOTE;
        self.parsed.header.flags = event_flag::NO_EVENT_TIME;
        self.best(slot)
    }

    /// USDⓈ-M prints `e` first, COIN-M `u`.
    fn quote(&mut self) -> Option<()> {
        if self.literal(b"\"e\":\"bookTicker\",\"u\":").is_some() {
            self.parsed.header.w1 = self.id()?;
        } else {
            self.literal(b"\"u\":")?;
            self.parsed.header.w1 = self.id()?;
            self.literal(b",\"e\":\"bookTicker\"")?;
        }
        self.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.market(QUOTE)?;
        self.best(slot)?;
        self.literal(b",\"T\":")?;
        self.parsed.header.ts_event = self.time()?;
        self.literal(b",\"E\":")?;
        self.time().map(|_| ())
    }

    #[inline]
    fn best(&mut self, slot: &Slot) -> Option<()> {
        self.literal(b",\"b\":\"")?;
        let price = self.decimal(slot.price_scale)?;
        self.literal(b",\"B\":\"")?;
        let quantity = self.decimal(slot.quantity_scale)?;
        let bid = Entry { price, quantity };
        self.literal(b",\"a\":\"")?;
        let price = self.decimal(slot.price_scale)?;
        self.literal(b",\"A\":\"")?;
        let quantity = self.decimal(slot.quantity_scale)?;
        self.entries.extend_from_slice(&[bid, Entry { price, quantity }]);
        let header = &mut self.parsed.header;
        header.kind = kind::QUOTE;
        header.source = slot.sources.quote;
        (header.bids, header.asks) = (1, 1);
        Some(())
    }

    fn spot_trade(&mut self) -> Option<()> {
        self.literal(b"\"e\":\"trade\",\"E\":")?;
        self.time()?;
        self.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.literal(b",\"t\":")?;
        self.trade_id(slot)?;
        self.print(slot)?;
        self.literal(b",\"T\":")?;
        self.parsed.header.ts_event = self.time()?;
        self.spot_aggressor(TRADE)
    }

    fn trade(&mut self) -> Option<()> {
        self.literal(b"\"e\":\"trade\",\"E\":")?;
        self.time()?;
        self.literal(b",\"T\":")?;
        self.parsed.header.ts_event = self.time()?;
        self.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.market(TRADE)?;
        self.literal(b",\"t\":")?;
        self.trade_id(slot)?;
        self.print(slot)?;
        if self.literal(b",\"X\":\"").is_some() {
            self.parsed.shape = self.parsed.shape.with(Key::Execution, Type::Text);
            if self.literal(b"MARKET\"").is_none() {
                self.name()?;
                self.parsed.header.flags = event_flag::OFF_BOOK; // U11
            }
        }
        self.aggressor()
    }

    #[inline]
    fn trade_id(&mut self, slot: &Slot) -> Option<()> {
        let id = self.id()?;
        let header = &mut self.parsed.header;
        (header.w0, header.w1, header.aux) = (id, id, id);
        header.source = slot.sources.trade;
        Some(())
    }

    fn spot_agg_trade(&mut self) -> Option<()> {
        self.literal(b"\"e\":\"aggTrade\",\"E\":")?;
        self.time()?;
        self.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.literal(b",\"a\":")?;
        self.parsed.header.aux = self.id()?;
        self.print(slot)?;
        self.range(slot)?;
        self.spot_aggressor(AGG_TRADE)
    }

    fn agg_trade(&mut self) -> Option<()> {
        self.literal(b"\"e\":\"aggTrade\",\"E\":")?;
        self.time()?;
        self.literal(b",\"a\":")?;
        self.parsed.header.aux = self.id()?;
        self.literal(b",\"s\":\"")?;
        let slot = self.instrument()?;
        self.market(AGG_TRADE)?;
        self.print(slot)?;
        self.range(slot)?;
        self.aggressor()
    }

    /// Price and quantity of a trade.
    #[inline]
    fn print(&mut self, slot: &Slot) -> Option<()> {
        self.literal(b",\"p\":\"")?;
        let price = self.decimal(slot.price_scale)?;
        self.literal(b",\"q\":\"")?;
        let quantity = self.decimal(slot.quantity_scale)?;
        self.entries.push(Entry { price, quantity });
        Some(())
    }

    /// First and last trade, and the time, of an aggregate.
    #[inline]
    fn range(&mut self, slot: &Slot) -> Option<()> {
        self.literal(b",\"f\":")?;
        let first = self.id()?;
        self.literal(b",\"l\":")?;
        let last = self.id()?;
        self.literal(b",\"T\":")?;
        let ts_event = self.time()?;
        let header = &mut self.parsed.header;
        (header.w0, header.w1, header.ts_event) = (first, last, ts_event);
        header.source = slot.sources.agg_trade;
        header.flags = event_flag::AGGREGATE;
        (first <= last).then_some(())
    }

    /// S10, U10: the buyer is the maker where the seller came to the book.
    #[inline]
    fn aggressor(&mut self) -> Option<()> {
        self.literal(b",\"m\":")?;
        let maker = self.boolean()?;
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
        if self.literal(b",\"M\":").is_some() {
            self.boolean()?;
            self.parsed.shape = shape.with(Key::Unused, Type::Bool);
        }
        Some(())
    }

    /// The pair and the market's number, which some futures messages carry behind the symbol.
    #[inline]
    fn market(&mut self, mut shape: Shape) -> Option<()> {
        if self.literal(b",\"ps\":\"").is_some() {
            self.name()?;
            shape = shape.with(Key::PairShort, Type::Text);
        }
        if self.literal(b",\"st\":").is_some() {
            self.id()?;
            shape = shape.with(Key::Market, Type::Number);
        }
        self.parsed.shape = shape;
        Some(())
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
    fn instrument(&mut self) -> Option<&'a Slot> {
        let name = self.bytes.get(self.at..self.at + self.find(b'"')?)?;
        self.at += name.len() + 1;
        let place = self.symbols.find(name)?;
        let slot = &self.slots[place];
        self.parsed.slot = place;
        self.parsed.header.instrument = slot.instrument;
        Some(slot)
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
        let (value, decimals, length) = match rest.first_chunk::<LONGEST>() {
            Some(text) => digits(text, scale)?,
            None => digits(&padded(rest), scale)?,
        };
        self.at += length;
        if decimals == scale as usize {
            return Some(value as i64);
        }
        if EXACT { None } else { scaled(value, decimals, scale as usize) }
    }

    /// Levels whose opening bracket was taken.
    #[inline]
    fn levels(&mut self, slot: &Slot) -> Option<u32> {
        if self.literal(b"]").is_some() {
            return Some(0);
        }
        let before = self.entries.len();
        let (price_scale, quantity_scale) = (slot.price_scale, slot.quantity_scale);
        loop {
            self.literal(b"[\"")?;
            let price = self.decimal(price_scale)?;
            self.literal(b",\"")?;
            let quantity = self.decimal(quantity_scale)?;
            if price == 0 {
                return None;
            }
            self.entries.push(Entry { price, quantity });
            if self.literal(b"],").is_none() {
                self.literal(b"]]")?;
                return Some((self.entries.len() - before) as u32);
            }
        }
    }
}

/// Bytes that hold 18 digits, a point and a quote, and four more.
const LONGEST: usize = 24;

/// The end of a frame, longer.
#[cold]
fn padded(rest: &[u8]) -> [u8; LONGEST] {
    let mut text = [0; LONGEST];
    text[..rest.len()].copy_from_slice(rest);
    text
}

/// Mantissa, number of decimals, and length with the closing quote.
#[inline(always)]
fn digits(text: &[u8; LONGEST], scale: u8) -> Option<(u64, usize, usize)> {
    let mut value = 0_u64;
    let mut i = 0;
    while i < 19 {
        let digit = text[i].wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        i += 1;
    }
    if i == 0 || i == 19 {
        return None;
    }
    if text[i] == b'"' {
        return Some((value, 0, i + 1));
    }
    if text[i] != b'.' {
        return None;
    }
    let point = i;
    i += 1;
    // Spot prints eight decimals of everything.
    if scale == 8 && point < 11 {
        let eight = text[i..].first_chunk::<8>().and_then(|c| eight_digits(*c));
        if let Some(eight) = eight.filter(|_| text[i + 8] == b'"') {
            return Some((value * 100_000_000 + eight, 8, i + 9));
        }
    }
    while i < 20 {
        let digit = text[i].wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        i += 1;
    }
    // At most 18 digits, so nothing wrapped.
    let decimals = i - point - 1;
    (decimals > 0 && i < 20 && text[i] == b'"').then_some((value, decimals, i + 1))
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
    use super::super::slot::Sources;
    use super::*;

    /// As recorded: of these none may need the general reader.
    const SPOT: [&str; 5] = [
        r#"{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":50093239189,"u":50093239202,"b":[["61737.63000000","0.00000000"],["61730.17000000","0.00000000"]],"a":[]}}"#,
        r#"{"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}"#,
        r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}"#,
        r#"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1633998523963,"s":"BTCUSDT","a":15683430,"p":"0.35280000","q":"58.00000000","f":19862790,"l":19862790,"T":1633998523963,"m":false,"M":true}}"#,
        r#"{"e":"depthUpdate","E":1723161255208123,"s":"BTCUSDT","U":1,"u":2,"b":[],"a":[["1","0"]]}"#,
    ];
    const FUTURES: [&str; 8] = [
        r#"{"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":1723161256299,"T":1723161256298,"s":"BTCUSDT","U":5123107832006,"u":5123107837557,"pu":5123107831937,"b":[["58710.20","0.014"]],"a":[["61800.30","2.510"]]}}"#,
        r#"{"stream":"btcusd_perp@depth@0ms","data":{"e":"depthUpdate","E":1723161257440,"T":1723161257432,"s":"BTCUSD_PERP","ps":"BTCUSD","U":1007198631260,"u":1007198631565,"pu":1007198631198,"b":[["61773.6","1001"]],"a":[]}}"#,
        r#"{"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":5123107839020,"s":"BTCUSDT","b":"61800.20","B":"2.507","a":"61800.30","A":"2.510","T":1723161256313,"E":1723161256313}}"#,
        r#"{"stream":"btcusd_perp@bookTicker","data":{"u":1007198632021,"e":"bookTicker","s":"BTCUSD_PERP","ps":"BTCUSD","b":"61804.7","B":"35","a":"61804.8","A":"1645","T":1723161257465,"E":1723161257476}}"#,
        r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256322,"T":1723161256322,"s":"BTCUSDT","t":5266583935,"p":"61800.30","q":"0.006","X":"MARKET","m":false}}"#,
        r#"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1626992741575,"a":16599292,"s":"BTCUSDT","p":"1.01100","q":"10","f":23961322,"l":23961322,"T":1626992741421,"m":false}}"#,
        r#"{"e":"depthUpdate","E":123456789,"T":123456788,"s":"BTCUSDT","ps":"BTCUSDT","st":1,"U":157,"u":160,"pu":149,"b":[["0.0024","10"]],"a":[["0.0026","100"]]}"#,
        r#"{"e":"trade","E":1723161256322,"T":1723161256322,"s":"BTCUSDT","t":5,"p":"0","q":"0","X":"NA","m":false}"#,
    ];

    fn reads(frame: &str, futures: bool) -> bool {
        let names = ["BTCUSDT", "BTCUSD_PERP"];
        let slot = |i| Slot::bare(i, futures, (8, 8), Sources::default());
        let slots = [slot(0), slot(1)];
        let symbols = Symbols::new(names.into_iter());
        let (mut entries, mut parsed) = (Vec::new(), Parsed::default());
        let (frame, entries) = (frame.as_bytes(), &mut entries);
        read::<false>(frame, futures, &symbols, &slots, entries, &mut parsed)
    }

    #[test]
    fn what_the_venues_print_is_read_here() {
        for (frames, futures) in [(&SPOT[..], false), (&FUTURES[..], true)] {
            for frame in frames {
                assert!(reads(frame, futures), "{frame}");
                assert!(!reads(&frame[..frame.len() - 1], futures));
                assert!(!reads(&format!("{frame} "), futures));
                assert!(!reads(&frame.replace("BTCUSD", "ETHUSD"), futures));
            }
        }
    }

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
