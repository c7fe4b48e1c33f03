//! A row of a message file: L3 to L5.

use crate::import::rows::csv::{Field, Row};
use crate::import::rows::new_york::NANOS;
use crate::import::rows::refused;
use memchr::memchr;
use tickwright_engine::book::Side;
use tickwright_engine::{FrameError, decimal};

const COLUMNS: usize = 6;
const DAY: i64 = 86_400 * NANOS;
/// Decimals of a second that a time may have.
const TIME_SCALE: u8 = 9;

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Submitted,
    /// Part of an order was cancelled.
    Reduced,
    Deleted,
    Executed,
    /// An order that nobody sees was executed.
    Hidden,
    /// An auction's print.
    Cross,
    /// Halted, quoting resumes, trading resumes: 1, 2, 3.
    Halt(u64),
}

/// A message; its price stands in the row, for it is scaled by the instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// Nanoseconds since midnight.
    pub since_midnight: i64,
    pub what: What,
    /// 0 for a hidden one.
    pub id: u64,
    pub size: Field<'a>,
    pub price: Field<'a>,
    /// Of the order that rests.
    pub side: Side,
}

/// Time of a row, nanoseconds since midnight.
#[must_use]
#[inline]
pub fn time(row: &[u8]) -> Option<i64> {
    let end = memchr(b',', row)?;
    decimal::parse(&row[..end], TIME_SCALE).ok().filter(|t| (0..DAY).contains(t))
}

/// # Errors
/// `E_ROW`, `E_NUMBER`, `E_SCALE` with the byte of the row.
pub fn read<'a>(fields: &mut Row, row: &'a [u8]) -> Result<Message<'a>, FrameError> {
    fields.split(row, b',')?;
    fields.expect(row, COLUMNS, "6 columns")?;
    let [time, what, id, size, price, side] = [0, 1, 2, 3, 4, 5].map(|c| fields.field(row, c));
    let since_midnight = number(time, TIME_SCALE)?;
    if !(0..DAY).contains(&since_midnight) {
        return Err(refused(time.at, "seconds since midnight"));
    }
    let what = what_of(what, price)?;
    let (number_of_id, halt) = (number(id, 0)?, matches!(what, What::Halt(_)));
    if number(size, 0)? < 1 && !halt {
        return Err(refused(size.at, "a size above 0"));
    }
    if number(price, 0)? < 1 && !halt {
        return Err(refused(price.at, "a price above 0"));
    }
    let named = matches!(what, What::Submitted | What::Reduced | What::Deleted | What::Executed);
    if named && number_of_id < 1 {
        return Err(refused(id.at, "an order id above 0"));
    }
    let side = match side.text {
        b"1" => Side::Bid,
        b"-1" => Side::Ask,
        _ => return Err(refused(side.at, "1 or -1")),
    };
    let id = number_of_id.max(0) as u64;
    Ok(Message { since_midnight, what, id, size, price, side })
}

fn what_of(what: Field<'_>, price: Field<'_>) -> Result<What, FrameError> {
    Ok(match (what.text, price.text) {
        (b"1", _) => What::Submitted,
        (b"2", _) => What::Reduced,
        (b"3", _) => What::Deleted,
        (b"4", _) => What::Executed,
        (b"5", _) => What::Hidden,
        (b"6", _) => What::Cross,
        (b"7", b"-1") => What::Halt(1),
        (b"7", b"0") => What::Halt(2),
        (b"7", b"1") => What::Halt(3),
        (b"7", _) => return Err(refused(price.at, "-1, 0 or 1 of a halt")),
        _ => return Err(refused(what.at, "a type from 1 to 7")),
    })
}

pub(super) fn number(field: Field<'_>, scale: u8) -> Result<i64, FrameError> {
    decimal::parse(field.text, scale)
        .map_err(|e| FrameError { offset: e.offset + field.at as u32, ..e })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(row: &str) -> Result<(i64, What, u64, i64, Side), FrameError> {
        read(&mut Row::default(), row.as_bytes())
            .map(|m| (m.since_midnight, m.what, m.id, number(m.size, 0).unwrap(), m.side))
    }

    #[test]
    fn rows_are_read_to_the_nanosecond() {
        let read = message("34200.015105074,4,15818974,4,5794000,1");
        let time = 34_200_015_105_074;
        assert_eq!(read, Ok((time, What::Executed, 15_818_974, 4, Side::Bid)));
        assert_eq!(super::time(b"34200.015105074,4,1,4,5794000,1"), Some(time));
        assert_eq!(
            message("34200,5,0,1,5795000,-1"),
            Ok((34_200 * NANOS, What::Hidden, 0, 1, Side::Ask))
        );
        assert_eq!(message("1.5,7,0,0,-1,-1").unwrap().1, What::Halt(1));
        assert_eq!(message("1.5,6,-1,100,5795000,-1").unwrap().2, 0);
    }

    #[test]
    fn other_rows_are_refused_where_they_differ() {
        let rows = [
            ("34200.1,4,1,4,5794000", "E_ROW", 21),
            ("34200.1,8,1,4,5794000,1", "E_ROW", 8),
            ("34200.1,4,1,4,5794000,0", "E_ROW", 22),
            ("34200.1,4,1,0,5794000,1", "E_ROW", 12),
            ("34200.1,4,0,4,5794000,1", "E_ROW", 10),
            ("34200.1,1,5,4,0,1", "E_ROW", 14),
            ("34200.1,7,0,0,5,1", "E_ROW", 14),
            ("86400,4,1,4,5794000,1", "E_ROW", 0),
            ("34200.0123456789,4,1,4,5794000,1", "E_SCALE", 15),
            ("34200.1,4,1,x,5794000,1", "E_NUMBER", 12),
        ];
        for (row, code, offset) in rows {
            let error = message(row).unwrap_err();
            assert_eq!((error.code, error.offset), (code, offset), "{row}: {error}");
        }
    }
}
