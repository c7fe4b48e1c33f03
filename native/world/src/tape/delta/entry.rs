//! Entries: a control byte each, and 0 to 16 bytes of data.
//!
//! The control's high five bits are about the price: its distance in steps from the price before it
//! in the list, itself where it is below 28, else in how many bytes the rest follows. In a rising
//! or falling list distances have no sign; elsewhere, and at the start of a list, they are zigzag.
//! The low three bits are about the quantity in steps: 0 (a level removed), 1 to 4 bytes, 8 bytes,
//! or "as in the list before".

use crate::tape::varint::{load, store};

/// Most data bytes an entry.
pub const MAX_DATA: usize = 16;

/// Distances below this lie in the control itself.
const INLINE: u64 = 28;
/// Price part of a control whose distance takes 8 bytes.
const PRICE_WIDE: u64 = 31;
/// Bytes of what is wide.
const WIDE: u8 = 8;
/// Quantity parts that are not a number of bytes.
const QUANTITY_WIDE: u8 = 5;
const QUANTITY_SAME: u8 = 6;

/// How to read what a control announces, from one word of data.
#[derive(Clone, Copy, Debug)]
pub struct Control {
    price_mask: u32,
    quantity_mask: u32,
    /// Distance without the bytes that follow.
    base: u8,
    price_bits: u8,
    /// Data bytes of both.
    bytes: u8,
    /// Not to be read so: one of the two is 8 bytes wide, or the quantity is no number.
    special: bool,
}

/// By control byte.
static CONTROLS: [Control; 256] = controls();

const fn controls() -> [Control; 256] {
    let mut out = [control(0); 256];
    let mut byte = 0;
    while byte < 256 {
        out[byte] = control(byte as u8);
        byte += 1;
    }
    out
}

/// Bytes that a control says follow: of the price, of the quantity.
const fn widths(control: u8) -> (u8, u8) {
    let (price, quantity) = (control >> 3, control & 7);
    let price_bytes = match price as u64 {
        PRICE_WIDE => WIDE,
        INLINE.. => price - INLINE as u8 + 1,
        _ => 0,
    };
    let quantity_bytes = match quantity {
        QUANTITY_WIDE => WIDE,
        0..QUANTITY_WIDE => quantity,
        _ => 0,
    };
    (price_bytes, quantity_bytes)
}

const fn mask(bytes: u8) -> u32 {
    ((1_u64 << (8 * bytes)) - 1) as u32
}

const fn control(byte: u8) -> Control {
    let (price_bytes, quantity_bytes) = widths(byte);
    let special = price_bytes == WIDE || byte & 7 >= QUANTITY_WIDE;
    Control {
        price_mask: if special { 0 } else { mask(price_bytes) },
        quantity_mask: if special { 0 } else { mask(quantity_bytes) },
        base: if price_bytes == 0 { byte >> 3 } else { INLINE as u8 },
        price_bits: 8 * price_bytes,
        bytes: price_bytes + quantity_bytes,
        special,
    }
}

/// Reads an entry: distance of the price and quantity in steps. `before` is the quantity that "as
/// in the list before" stands for, where it may.
#[inline(always)]
pub fn read(
    control: u8,
    data: &[u8],
    at: &mut usize,
    before: Option<i64>,
) -> Result<(u64, i64), &'static str> {
    let how = &CONTROLS[usize::from(control)];
    if how.special {
        return read_special(control, data, at, before);
    }
    let word = load(data, *at);
    *at += usize::from(how.bytes);
    let rest = word & u64::from(how.price_mask);
    let quantity = word >> how.price_bits & u64::from(how.quantity_mask);
    Ok((u64::from(how.base) + rest, quantity as i64))
}

#[cold]
fn read_special(
    control: u8,
    data: &[u8],
    at: &mut usize,
    before: Option<i64>,
) -> Result<(u64, i64), &'static str> {
    let (price_bytes, quantity_bytes) = widths(control);
    let mut part = |bytes: u8| match bytes {
        0 => 0,
        _ => {
            let word = load(data, *at);
            *at += usize::from(bytes);
            word & (u64::MAX >> (64 - 8 * bytes))
        }
    };
    let (rest, quantity) = (part(price_bytes), part(quantity_bytes));
    let base = if price_bytes == 0 { u64::from(control >> 3) } else { INLINE };
    let quantity = match (control & 7, before) {
        (0..=QUANTITY_WIDE, _) => quantity as i64,
        (QUANTITY_SAME, Some(before)) => before,
        _ => return Err("an entry of no meaning"),
    };
    Ok((rest.wrapping_add(base), quantity))
}

/// Bytes of the number without leading zero bytes.
#[inline(always)]
const fn bytes_of(v: u64) -> u32 {
    (71 - v.leading_zeros()) / 8
}

/// Writes an entry: distance of the price, quantity in steps, and whether that is as before.
/// Returns the control; the data go to `at`, which moves on.
#[inline(always)]
pub fn write(distance: u64, quantity: i64, same: bool, data: &mut [u8], at: &mut usize) -> u8 {
    let inline = distance < INLINE;
    let rest = if inline { 0 } else { distance - INLINE };
    let price_bytes = if inline { 0 } else { bytes_of(rest | 1) };
    let quantity_bytes = bytes_of(quantity as u64);
    if price_bytes > 3 || quantity_bytes > 4 || (same && quantity_bytes > 0) {
        return write_special(distance, quantity, same, data, at);
    }
    store(data, *at, rest | (quantity as u64) << (8 * price_bytes));
    *at += (price_bytes + quantity_bytes) as usize;
    let part = if inline { distance as u32 } else { INLINE as u32 - 1 + price_bytes };
    (part << 3 | quantity_bytes) as u8
}

#[inline(never)]
fn write_special(distance: u64, quantity: i64, same: bool, data: &mut [u8], at: &mut usize) -> u8 {
    let rest = distance.wrapping_sub(INLINE);
    let (part, price_bytes) = match distance {
        0..INLINE => (distance as u8, 0),
        _ => match bytes_of(rest | 1) as u8 {
            bytes @ 0..=3 => (INLINE as u8 - 1 + bytes, bytes),
            _ => (PRICE_WIDE as u8, WIDE),
        },
    };
    let (quantity_part, quantity_bytes) = match bytes_of(quantity as u64) as u8 {
        0 => (0, 0),
        _ if same => (QUANTITY_SAME, 0),
        bytes @ 1..=4 => (bytes, bytes),
        _ => (QUANTITY_WIDE, WIDE),
    };
    store(data, *at, rest);
    *at += usize::from(price_bytes);
    store(data, *at, quantity as u64);
    *at += usize::from(quantity_bytes);
    part << 3 | quantity_part
}
