//! Checksums over the best levels of a book, as venues compute them: a missed or misread update shows
//! within one message.

use crate::book::orders::{Orders, QueuedOrder};
use crate::book::{Book, Side};
use crate::event::Entry;
use crc32fast::Hasher;

/// How a venue computes it. All are CRC-32 (IEEE) over text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// Kraken: ten asks, then ten bids, best first; price and quantity without point and leading zeros,
    /// as printed at the instrument's decimals (`docs/venues/kraken.md`).
    Kraken,
    /// OKX: `bid:quantity:ask:quantity:…` over 25 levels a side in turn, the rest of the longer side
    /// behind, numbers without trailing zeros (`docs/venues/okx.md`).
    InTurn,
    /// Bitget: the same, numbers with all decimals of the instrument (`docs/venues/bitget.md`).
    InTurnPadded,
    /// Bitfinex: as [`Checksum::InTurn`], asks with a minus in front of their quantity; numbers as
    /// JavaScript prints them, prices never with an exponent. Of a book by order: ids in place of prices
    /// (`docs/venues/bitfinex.md`).
    Signed,
}

/// Levels a side that a checksum covers at most.
const MOST: usize = 25;
/// Characters of a number at most: 20 digits, sign, point, leading zero.
const WIDEST: usize = 24;

impl Checksum {
    /// Whether it is made over numbers with all the decimals that the venue prints: the instrument's
    /// scales must then be these.
    #[must_use]
    pub fn is_of_printed(self) -> bool {
        matches!(self, Self::Kraken | Self::InTurnPadded)
    }

    /// The checksum of a book whose prices and quantities have these scales.
    #[must_use]
    pub fn of(self, book: &impl Book, price_scale: u8, quantity_scale: u8) -> u32 {
        let mut sides = [[Entry::default(); MOST]; 2];
        let depth = match self {
            Self::Kraken => 10,
            Self::InTurn | Self::InTurnPadded | Self::Signed => MOST,
        };
        let counts = Side::BOTH.map(|s| book.top(s, &mut sides[s as usize][..depth]));
        let [bids, asks] = [&sides[0][..counts[0]], &sides[1][..counts[1]]];
        let mut text = Text::new(self != Self::InTurnPadded);
        if self == Self::Kraken {
            asks.iter().chain(bids).for_each(|level| text.digits(level));
            return text.hasher.finalize();
        }
        for place in 0..depth {
            for (side, level) in Side::BOTH.into_iter().zip([bids.get(place), asks.get(place)]) {
                let Some(level) = level else { continue };
                text.number(level.price, price_scale);
                match self {
                    Self::Signed => text.amount(side, level.quantity, quantity_scale),
                    _ => text.number(level.quantity, quantity_scale),
                }
            }
        }
        text.hasher.finalize()
    }

    /// The checksum of a book by order; none where the venue has none of such books. Orders of one price
    /// stand by their id.
    #[must_use]
    pub fn of_orders(self, book: &impl Orders, quantity_scale: u8) -> Option<u32> {
        if self != Self::Signed {
            return None;
        }
        let [bids, asks] = Side::BOTH.map(|side| best_orders(book, side));
        let mut text = Text::new(true);
        for place in 0..MOST {
            for (side, order) in Side::BOTH.into_iter().zip([bids.get(place), asks.get(place)]) {
                if let Some(order) = order {
                    text.digits_of(order.id);
                    text.amount(side, order.quantity, quantity_scale);
                }
            }
        }
        Some(text.hasher.finalize())
    }
}

/// The best orders of a side, and what else rests at the last one's price.
fn best_orders(book: &impl Orders, side: Side) -> Vec<QueuedOrder> {
    let mut out = Vec::with_capacity(MOST);
    book.for_each_level(side, &mut |level| {
        if out.len() < MOST {
            let from = out.len();
            book.for_each_at(side, level.price, &mut |order| out.push(order));
            out[from..].sort_unstable_by_key(|order| order.id);
        }
    });
    out
}

struct Text {
    hasher: Hasher,
    /// Numbers lose their trailing zeros.
    trims: bool,
    has_begun: bool,
}

impl Text {
    fn new(trims: bool) -> Self {
        Self { hasher: Hasher::new(), trims, has_begun: false }
    }

    /// Kraken's form of a level.
    fn digits(&mut self, level: &Entry) {
        for value in [level.price, level.quantity] {
            let mut buffer = [0; WIDEST];
            let from = write_digits(value.unsigned_abs(), WIDEST, &mut buffer);
            self.hasher.update(&buffer[from..]);
        }
    }

    /// Bytes of one element, with a colon in front of all but the first.
    fn element(&mut self, bytes: &[u8]) {
        if self.has_begun {
            self.hasher.update(b":");
        }
        self.has_begun = true;
        self.hasher.update(bytes);
    }

    fn number(&mut self, value: i64, scale: u8) {
        let mut buffer = [0; WIDEST];
        let (value, scale) = if self.trims { trimmed(value, scale) } else { (value, scale) };
        let from = write_decimal(value, scale, &mut buffer);
        self.element(&buffer[from..]);
    }

    fn digits_of(&mut self, id: u64) {
        let mut buffer = [0; WIDEST];
        let from = write_digits(id, WIDEST, &mut buffer);
        self.element(&buffer[from..]);
    }

    /// A quantity of Bitfinex: below 0 on the ask side, with an exponent below 10⁻⁶.
    fn amount(&mut self, side: Side, quantity: i64, scale: u8) {
        let signed = if side == Side::Bid { quantity } else { -quantity };
        let mut buffer = [0; WIDEST];
        let from = write_script(signed, scale, &mut buffer);
        self.element(&buffer[from..]);
    }
}

/// Writes digits so that they end at `end`; returns where they start. Nothing for 0.
fn write_digits(mut value: u64, end: usize, buffer: &mut [u8; WIDEST]) -> usize {
    let mut at = end;
    while value > 0 {
        at -= 1;
        buffer[at] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    at
}

/// The same number without trailing zeros.
const fn trimmed(mut value: i64, mut scale: u8) -> (i64, u8) {
    while scale > 0 && value % 10 == 0 {
        (value, scale) = (value / 10, scale - 1);
    }
    (value, scale)
}

/// Writes `[-]whole[.decimals]` to the buffer's end; returns where it starts.
fn write_decimal(value: i64, scale: u8, buffer: &mut [u8; WIDEST]) -> usize {
    let mut rest = value.unsigned_abs();
    let mut at = WIDEST;
    for _ in 0..scale {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    if scale > 0 {
        at -= 1;
        buffer[at] = b'.';
    }
    let whole = write_digits(rest, at, buffer);
    at = if whole == at { at - 1 } else { whole };
    if rest == 0 {
        buffer[at] = b'0';
    }
    if value < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    at
}

/// Writes a number as JavaScript prints it; below 10⁻⁶ this is `[-]d[.ddd]e-n`. Returns where it starts.
fn write_script(value: i64, scale: u8, buffer: &mut [u8; WIDEST]) -> usize {
    let (value, scale) = trimmed(value, scale);
    let digits = value.unsigned_abs();
    let places = digits.checked_ilog10().unwrap_or(0);
    // The first digit's place behind the point.
    let exponent = u32::from(scale).saturating_sub(places);
    if digits == 0 || exponent < 7 {
        return write_decimal(value, scale, buffer);
    }
    let mut at = write_digits(u64::from(exponent), WIDEST, buffer);
    at -= 2;
    buffer[at..at + 2].copy_from_slice(b"e-");
    if places > 0 {
        let first = write_digits(digits, at, buffer);
        buffer[first - 1] = buffer[first];
        buffer[first] = b'.';
        at = first - 1;
    } else {
        at = write_digits(digits, at, buffer);
    }
    if value < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{OracleBook, orders::OracleOrders};

    /// Price in tenths, quantity in 1e-8: the example in the venue's guide to its v2 checksum.
    const KRAKEN_ASKS: [(i64, i64); 10] = [
        (452_852, 100_000),
        (452_864, 154_571_953),
        (452_866, 154_571_109),
        (452_896, 154_560_911),
        (452_902, 15_890_660),
        (452_918, 154_553_491),
        (452_947, 4_454_749),
        (452_961, 35_380_000),
        (452_975, 9_945_542),
        (452_995, 18_772_827),
    ];
    const KRAKEN_BIDS: [(i64, i64); 10] = [
        (452_835, 10_000_000),
        (452_834, 154_582_015),
        (452_821, 10_000_000),
        (452_810, 10_000_000),
        (452_803, 154_592_586),
        (452_790, 7_990_000),
        (452_776, 3_310_103),
        (452_775, 30_000_000),
        (452_773, 154_602_737),
        (452_766, 15_445_238),
    ];

    fn book(bids: &[(i64, i64)], asks: &[(i64, i64)]) -> OracleBook {
        let mut book = OracleBook::default();
        for (side, levels) in [(Side::Bid, bids), (Side::Ask, asks)] {
            levels.iter().for_each(|&(price, quantity)| book.set(side, price, quantity));
        }
        book
    }

    #[test]
    fn kraken_s_published_example() {
        let mut book = book(&KRAKEN_BIDS, &KRAKEN_ASKS);
        assert_eq!(Checksum::Kraken.of(&book, 1, 8), 3_310_070_434);
        // Only ten levels a side count.
        book.set(Side::Bid, 452_000, 5);
        assert_eq!(Checksum::Kraken.of(&book, 1, 8), 3_310_070_434);
        book.set(Side::Bid, 452_766, 15_445_239);
        assert_ne!(Checksum::Kraken.of(&book, 1, 8), 3_310_070_434);
    }

    #[test]
    fn levels_in_turn_and_the_rest_of_the_longer_side() {
        let of =
            |bids: &[(i64, i64)], asks: &[(i64, i64)]| Checksum::InTurn.of(&book(bids, asks), 2, 1);
        let text = |t: &str| crc32fast::hash(t.as_bytes());
        assert_eq!(
            of(&[(336_610, 70)], &[(336_680, 90), (336_800, 85)]),
            text("3366.1:7:3366.8:9:3368:8.5")
        );
        assert_eq!(of(&[(5, 3)], &[]), text("0.05:0.3"));
        assert_eq!(of(&[], &[]), text(""));
    }

    /// The examples that the venue's own library is tested with.
    #[test]
    fn bitfinex_s_amounts_are_signed() {
        let text = |t: &str| crc32fast::hash(t.as_bytes());
        let of = |bids: &[(i64, i64)], asks: &[(i64, i64)], scale| {
            Checksum::Signed.of(&book(bids, asks), scale, 0)
        };
        assert_eq!(
            of(&[(6000, 1), (5900, 2)], &[(6100, 3), (6200, 4)], 0),
            text("6000:1:6100:-3:5900:2:6200:-4")
        );
        let small = [(6_000_000_000_000, 1), (17, 2)];
        let asks = [(6_100_000_000_000, 3), (6_200_000_000_000, 4)];
        assert_eq!(of(&small, &asks, 9), text("6000:1:6100:-3:0.000000017:2:6200:-4"));
        let amounts = Checksum::Signed.of(&book(&[(5, 125)], &[(6, 1)]), 0, 8);
        assert_eq!(amounts, text("5:0.00000125:6:-1e-8"));
    }

    #[test]
    fn bitfinex_s_raw_books_have_ids_in_place_of_prices() {
        let mut orders = OracleOrders::new();
        for (side, id, price, quantity) in [
            (Side::Bid, 101, 6000, 2),
            (Side::Bid, 100, 6000, 1),
            (Side::Ask, 102, 6100, 3),
            (Side::Ask, 103, 6100, 4),
        ] {
            orders.add(side, id, Entry { price, quantity });
        }
        let expected = crc32fast::hash(b"100:1:102:-3:101:2:103:-4");
        assert_eq!(Checksum::Signed.of_orders(&orders, 0), Some(expected));
        assert_eq!(Checksum::InTurn.of_orders(&orders, 0), None);
    }

    #[test]
    fn numbers_as_javascript_prints_them() {
        let script = |value, scale| {
            let mut buffer = [0; WIDEST];
            let from = write_script(value, scale, &mut buffer);
            String::from_utf8(buffer[from..].to_vec()).unwrap()
        };
        for (value, scale, text) in [
            (1, 8, "1e-8"),
            (10, 8, "1e-7"),
            (-15, 8, "-1.5e-7"),
            (99, 8, "9.9e-7"),
            (100, 8, "0.000001"),
            (0, 8, "0"),
            (-250, 2, "-2.5"),
            (i64::MAX, 18, "9.223372036854775807"),
            (123_456, 18, "1.23456e-13"),
            (7, 18, "7e-18"),
        ] {
            assert_eq!(script(value, scale), text);
        }
    }

    #[test]
    fn padded_numbers_keep_their_zeros() {
        let book = book(&[(336_610, 70)], &[(336_680, 90)]);
        let text = crc32fast::hash(b"3366.10:7.0:3366.80:9.0");
        assert_eq!(Checksum::InTurnPadded.of(&book, 2, 1), text);
        assert_eq!(Checksum::InTurnPadded.of(&book, 0, 0), crc32fast::hash(b"336610:70:336680:90"));
    }

    #[test]
    fn numbers_of_every_width() {
        let trimmed = |value, scale| {
            let mut buffer = [0; WIDEST];
            let (value, scale) = trimmed(value, scale);
            let from = write_decimal(value, scale, &mut buffer);
            String::from_utf8(buffer[from..].to_vec()).unwrap()
        };
        assert_eq!(trimmed(0, 8), "0");
        assert_eq!(trimmed(-1_250, 3), "-1.25");
        assert_eq!(trimmed(i64::MIN, 18), "-9.223372036854775808");
        assert_eq!(trimmed(i64::MAX, 0), "9223372036854775807");
        assert_eq!(trimmed(1, 18), "0.000000000000000001");
    }
}
