//! Entries: a control byte each, and 0 to 16 bytes of data.
//!
//! The control's high five bits are about the price: its distance in steps from the price before it
//! in the list, itself where it is below 28, else in how many bytes the rest follows. In a rising or
//! falling list distances have no sign; elsewhere, and at the start of a list, they are zigzag. The low
//! three bits are about the quantity in steps: 0 (a level removed), 1 to 4 bytes, 8 bytes, or "as
//! in the list before".

use crate::tape::varint::Sink;

/// Most data bytes an entry.
pub const MAX_DATA: usize = 16;

/// Distances below this lie in the control itself.
const INLINE: u64 = 28;
/// Price part of a control whose distance takes 8 bytes.
const PRICE_WIDE: u64 = 31;
/// Quantity parts that are not a number of bytes.
pub const QUANTITY_WIDE: u8 = 5;
pub const QUANTITY_SAME: u8 = 6;

/// How to read what a control announces.
#[derive(Clone, Copy, Debug)]
pub struct Control {
    /// Distance without the bytes that follow.
    pub base: u8,
    pub price_bits: u8,
    pub quantity_bits: u8,
    /// Data bytes of both.
    pub bytes: u8,
    /// They may not fit into one word: read apart.
    pub wide: bool,
    /// The low three bits.
    pub quantity: u8,
}

/// By control byte.
pub static CONTROLS: [Control; 256] = controls();

const fn controls() -> [Control; 256] {
    let mut out = [control(0); 256];
    let mut byte = 0;
    while byte < 256 {
        out[byte] = control(byte as u8);
        byte += 1;
    }
    out
}

const fn control(byte: u8) -> Control {
    let (price, quantity) = (byte >> 3, byte & 7);
    let price_bytes = match price as u64 {
        PRICE_WIDE => 8,
        INLINE.. => price - INLINE as u8 + 1,
        _ => 0,
    };
    let quantity_bytes = match quantity {
        QUANTITY_WIDE => 8,
        0..QUANTITY_WIDE => quantity,
        _ => 0,
    };
    Control {
        base: if price_bytes == 0 { price } else { INLINE as u8 },
        price_bits: 8 * price_bytes,
        quantity_bits: 8 * quantity_bytes,
        bytes: price_bytes + quantity_bytes,
        wide: price_bytes == 8 || quantity_bytes == 8,
        quantity,
    }
}

/// Price part of a control and how many bytes hold the rest.
#[inline(always)]
const fn price_part(distance: u64) -> (u64, u64, u32) {
    if distance < INLINE {
        return (distance, 0, 0);
    }
    let rest = distance - INLINE;
    let bytes = bytes_of(rest | 1);
    if bytes > 3 { (PRICE_WIDE, rest, 8) } else { (INLINE - 1 + bytes as u64, rest, bytes) }
}

#[inline(always)]
const fn bytes_of(v: u64) -> u32 {
    (71 - v.leading_zeros()) / 8
}

/// Writes an entry: distance of the price, quantity in steps, and whether it is as before.
#[inline(always)]
pub fn write(distance: u64, quantity: i64, same: bool, controls: &mut Vec<u8>, data: &mut Sink) {
    let (price, rest, price_bytes) = price_part(distance);
    let least = bytes_of(quantity as u64);
    let (part, bytes) = match least {
        0..=4 if !(same && least > 0) => (least as u8, least),
        _ if same => (QUANTITY_SAME, 0),
        _ => (QUANTITY_WIDE, 8),
    };
    controls.push((price << 3) as u8 | part);
    if price_bytes + bytes <= 8 {
        let shifted = if price_bytes == 8 { 0 } else { (quantity as u64) << (8 * price_bytes) };
        let word = if bytes == 0 { rest } else { rest | shifted };
        data.word(word, (price_bytes + bytes) as usize);
    } else {
        data.word(rest, price_bytes as usize);
        data.word(quantity as u64, bytes as usize);
    }
}
