//! Checksums over the best levels of a book, as venues compute them: a missed or misread update shows
//! within one message.

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
            Self::InTurn | Self::InTurnPadded => MOST,
        };
        let counts = Side::BOTH.map(|s| book.top(s, &mut sides[s as usize][..depth]));
        let [bids, asks] = [&sides[0][..counts[0]], &sides[1][..counts[1]]];
        let scales = [price_scale, quantity_scale];
        let trims = self != Self::InTurnPadded;
        let mut text = Text { hasher: Hasher::new(), scales, trims, has_begun: false };
        match self {
            Self::Kraken => asks.iter().chain(bids).for_each(|level| text.digits(level)),
            Self::InTurn | Self::InTurnPadded => {
                for place in 0..depth {
                    [bids.get(place), asks.get(place)]
                        .into_iter()
                        .flatten()
                        .for_each(|level| text.level(level));
                }
            }
        }
        text.hasher.finalize()
    }
}

struct Text {
    hasher: Hasher,
    scales: [u8; 2],
    /// Numbers lose their trailing zeros.
    trims: bool,
    has_begun: bool,
}

impl Text {
    /// Kraken's form of a level.
    fn digits(&mut self, level: &Entry) {
        for value in [level.price, level.quantity] {
            let mut buffer = [0; WIDEST];
            let from = write_digits(value.unsigned_abs(), WIDEST, &mut buffer);
            self.hasher.update(&buffer[from..]);
        }
    }

    /// `price:quantity`, with a colon in front of all but the first.
    fn level(&mut self, level: &Entry) {
        for (value, scale) in [level.price, level.quantity].into_iter().zip(self.scales) {
            if self.has_begun {
                self.hasher.update(b":");
            }
            self.has_begun = true;
            let mut buffer = [0; WIDEST];
            let (value, scale) = if self.trims { trimmed(value, scale) } else { (value, scale) };
            let from = write_decimal(value, scale, &mut buffer);
            self.hasher.update(&buffer[from..]);
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::OracleBook;

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
