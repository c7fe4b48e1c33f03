//! Fields of a row of delimited text.

use super::refused;
use memchr::{memchr, memchr_iter};
use tickwright_engine::FrameError;

/// Most columns that a row may have: 25 levels of a book have 104.
const COLUMN_LIMIT: usize = 4_096;

/// A field without the blanks and quotes around it, and the byte of the row at which it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    pub text: &'a [u8],
    pub at: usize,
}

impl<'a> Field<'a> {
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    /// # Errors
    /// `E_ROW` where it is not UTF-8.
    pub fn name(self) -> Result<&'a str, FrameError> {
        std::str::from_utf8(self.text).map_err(|_| refused(self.at, "text in UTF-8"))
    }

    /// An unsigned integer of 64 bits.
    ///
    /// # Errors
    /// `E_NUMBER` at the field.
    pub fn unsigned(self) -> Result<u64, FrameError> {
        let digits = self.text.iter().try_fold(0_u64, |sum, b| {
            let digit = b.checked_sub(b'0').filter(|d| *d < 10)?;
            sum.checked_mul(10)?.checked_add(u64::from(digit))
        });
        let found = digits.filter(|_| !self.text.is_empty());
        found.ok_or(FrameError::new("E_NUMBER", self.at, "an unsigned integer of 64 bits"))
    }
}

/// A field's bounds without the blanks and quotes around it.
#[inline]
fn trimmed(row: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    while start < end && matches!(row[start], b' ' | b'\t' | b'"') {
        start += 1;
    }
    while start < end && matches!(row[end - 1], b' ' | b'\t' | b'"') {
        end -= 1;
    }
    (start, end)
}

/// Where the fields of the row in hand lie; used again for each row.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Start and end of each field, blanks and quotes left out.
    spans: Vec<(u32, u32)>,
}

impl Row {
    /// Finds the fields. A delimiter between double quotes is text.
    ///
    /// # Errors
    /// `E_ROW` for a quote without its end and for more columns than any format has.
    #[inline]
    pub fn split(&mut self, row: &[u8], delimiter: u8) -> Result<(), FrameError> {
        self.spans.clear();
        if memchr(b'"', row).is_some() {
            return self.split_quoted(row, delimiter);
        }
        let mut start = 0;
        for end in memchr_iter(delimiter, row) {
            self.push(row, start, end)?;
            start = end + 1;
        }
        self.push(row, start, row.len())
    }

    #[cold]
    fn split_quoted(&mut self, row: &[u8], delimiter: u8) -> Result<(), FrameError> {
        let (mut start, mut quoted) = (0, None);
        for (at, &byte) in row.iter().enumerate() {
            match byte {
                b'"' if quoted.is_some() => quoted = None,
                b'"' => quoted = Some(at),
                _ if byte == delimiter && quoted.is_none() => {
                    self.push(row, start, at)?;
                    start = at + 1;
                }
                _ => {}
            }
        }
        match quoted {
            Some(at) => Err(refused(at, "the quote's end")),
            None => self.push(row, start, row.len()),
        }
    }

    #[inline]
    fn push(&mut self, row: &[u8], start: usize, end: usize) -> Result<(), FrameError> {
        let (start, end) = trimmed(row, start, end);
        if self.spans.len() == COLUMN_LIMIT {
            return Err(refused(start, "fewer columns"));
        }
        self.spans.push((start as u32, end as u32));
        Ok(())
    }

    /// One field of a row that is not split otherwise.
    #[must_use]
    #[inline]
    pub fn nth(row: &[u8], delimiter: u8, column: usize) -> Option<Field<'_>> {
        if memchr(b'"', row).is_some() {
            let mut fields = Self::default();
            fields.split_quoted(row, delimiter).ok()?;
            return (column < fields.len()).then(|| fields.field(row, column));
        }
        let start = match column {
            0 => 0,
            _ => memchr_iter(delimiter, row).nth(column - 1)? + 1,
        };
        let end = memchr(delimiter, &row[start..]).map_or(row.len(), |length| start + length);
        let (start, end) = trimmed(row, start, end);
        Some(Field { text: &row[start..end], at: start })
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// The field of a column, which is empty where the row is too short: see [`Row::expect`].
    #[must_use]
    #[inline]
    pub fn field<'a>(&self, row: &'a [u8], column: usize) -> Field<'a> {
        let (start, end) = self
            .spans
            .get(column)
            .map_or((row.len(), row.len()), |&(start, end)| (start as usize, end as usize));
        Field { text: &row[start..end], at: start }
    }

    /// All fields.
    pub fn fields<'a>(&self, row: &'a [u8]) -> impl Iterator<Item = Field<'a>> {
        (0..self.len()).map(move |column| self.field(row, column))
    }

    /// # Errors
    /// `E_ROW` where the row does not have so many columns.
    #[inline]
    pub fn expect(&self, row: &[u8], columns: usize, what: &'static str) -> Result<(), FrameError> {
        if self.len() == columns { Ok(()) } else { Err(refused(row.len(), what)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(row: &str, delimiter: u8) -> Vec<String> {
        let mut fields = Row::default();
        fields.split(row.as_bytes(), delimiter).unwrap();
        let texts = fields.fields(row.as_bytes());
        texts.map(|f| String::from_utf8(f.text.to_vec()).unwrap()).collect()
    }

    #[test]
    fn fields_stand_between_delimiters() {
        assert_eq!(split("a,b,,d", b','), ["a", "b", "", "d"]);
        assert_eq!(split(" a ; b", b';'), ["a", "b"]);
        assert_eq!(split("", b','), [""]);
        assert_eq!(split(r#""a,b","c""#, b','), ["a,b", "c"]);
    }

    #[test]
    fn places_are_those_of_the_row() {
        let (mut fields, row) = (Row::default(), b"12, 5x,7");
        fields.split(row, b',').unwrap();
        assert_eq!(fields.field(row, 1), Field { text: b"5x", at: 4 });
        assert_eq!(fields.field(row, 1).unsigned().unwrap_err().offset, 4);
        assert_eq!(fields.field(row, 2).unsigned(), Ok(7));
        assert_eq!(Row::nth(row, b',', 1), Some(fields.field(row, 1)));
        assert_eq!(Row::nth(row, b',', 0), Some(fields.field(row, 0)));
        assert_eq!(Row::nth(row, b',', 3), None);
        assert_eq!(Row::nth(br#""a,b",c"#, b',', 1), Some(Field { text: b"c", at: 6 }));
        assert_eq!(fields.field(row, 9), Field { text: b"", at: 8 });
        assert!(fields.expect(row, 4, "4 columns").is_err());
        assert_eq!(fields.split(b"a,\"b", b',').unwrap_err().offset, 2);
    }
}
