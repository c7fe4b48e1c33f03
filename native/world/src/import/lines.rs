//! Lines out of chunks that are cut anywhere.

use crate::import::place::LINE_LIMIT;
use memchr::memchr;

/// One line without its end (`\n` or `\r\n`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    pub bytes: &'a [u8],
    /// From 1, blank lines counted, as an editor shows it.
    pub number: u64,
    /// Byte of the unpacked file at which the line starts.
    pub offset: u64,
}

impl Line<'_> {
    /// Nothing but white space.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }
}

/// A line longer than [`LINE_LIMIT`], and where it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineTooLong {
    pub number: u64,
    pub offset: u64,
}

/// Why splitting stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped<E> {
    TooLong(LineTooLong),
    /// What the visitor returned.
    Visit(E),
}

/// Splits a file. A line that lies within a chunk is handed over in place; only one that is cut by a
/// chunk's end is copied, so memory is bounded by the longest line.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    carry: Vec<u8>,
    number: u64,
    offset: u64,
}

impl Lines {
    /// Where the next line starts: the number of lines and bytes taken so far.
    #[must_use]
    pub fn position(&self) -> (u64, u64) {
        (self.number, self.offset)
    }

    /// Bytes taken, those of an unfinished line included.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.offset + self.carry.len() as u64
    }

    /// Visits each line that the chunk completes.
    ///
    /// # Errors
    /// What `visit` returns, or the place of a line beyond the limit; the splitter is then spent.
    pub fn push<E>(
        &mut self,
        mut chunk: &[u8],
        visit: &mut impl FnMut(Line<'_>) -> Result<(), E>,
    ) -> Result<(), Stopped<E>> {
        while let Some(end) = memchr(b'\n', chunk) {
            let (head, tail) = (&chunk[..end], &chunk[end + 1..]);
            if self.carry.len() + head.len() > LINE_LIMIT {
                return Err(self.too_long());
            }
            if self.carry.is_empty() {
                self.take(head, 1, visit).map_err(Stopped::Visit)?;
            } else {
                let mut line = std::mem::take(&mut self.carry);
                line.extend_from_slice(head);
                self.take(&line, 1, visit).map_err(Stopped::Visit)?;
                line.clear();
                self.carry = line;
            }
            chunk = tail;
        }
        if self.carry.len() + chunk.len() > LINE_LIMIT {
            return Err(self.too_long());
        }
        self.carry.extend_from_slice(chunk);
        Ok(())
    }

    /// Visits a last line that has no end of line. The next file starts at line 1, byte 0.
    ///
    /// # Errors
    /// What `visit` returns.
    pub fn end<E>(&mut self, visit: &mut impl FnMut(Line<'_>) -> Result<(), E>) -> Result<(), E> {
        let line = std::mem::take(&mut self.carry);
        if !line.is_empty() {
            self.take(&line, 0, visit)?;
        }
        *self = Self::default();
        Ok(())
    }

    fn too_long<E>(&self) -> Stopped<E> {
        Stopped::TooLong(LineTooLong { number: self.number + 1, offset: self.offset })
    }

    fn take<E>(
        &mut self,
        bytes: &[u8],
        end_bytes: u64,
        visit: &mut impl FnMut(Line<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let offset = self.offset;
        self.number += 1;
        self.offset += bytes.len() as u64 + end_bytes;
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        visit(Line { bytes, number: self.number, offset })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Seen = Vec<(String, u64, u64)>;

    fn split(text: &[u8], chunk: usize) -> Seen {
        let mut seen = Seen::new();
        let mut lines = Lines::default();
        let mut visit = |l: Line<'_>| {
            seen.push((String::from_utf8(l.bytes.to_vec()).unwrap(), l.number, l.offset));
            Ok::<(), ()>(())
        };
        for part in text.chunks(chunk) {
            lines.push(part, &mut visit).unwrap();
        }
        lines.end(&mut visit).unwrap();
        seen
    }

    #[test]
    fn ends_of_line_are_stripped_and_places_are_kept() {
        let expected: Seen = vec![
            ("a".into(), 1, 0),
            ("bc".into(), 2, 3),
            (String::new(), 3, 6),
            ("d".into(), 4, 7),
        ];
        assert_eq!(split(b"a\r\nbc\n\nd", 100), expected);
    }

    #[test]
    fn chunk_size_does_not_matter() {
        let text = b"first line\r\n\r\nthird\nx\n\nlast without an end";
        let whole = split(text, text.len());
        assert_eq!(whole.len(), 6);
        for chunk in 1..text.len() {
            assert_eq!(split(text, chunk), whole, "chunks of {chunk}");
        }
    }

    #[test]
    fn a_line_beyond_the_limit_is_named_by_its_place() {
        let mut lines = Lines::default();
        let mut visit = |_: Line<'_>| Ok::<(), ()>(());
        lines.push(b"short\n", &mut visit).unwrap();
        let part = vec![b'x'; LINE_LIMIT / 2];
        lines.push(&part, &mut visit).unwrap();
        lines.push(&part, &mut visit).unwrap();
        let error = lines.push(b"y", &mut visit).unwrap_err();
        assert_eq!(error, Stopped::TooLong(LineTooLong { number: 2, offset: 6 }));
    }

    #[test]
    fn the_next_file_counts_anew() {
        let mut seen = Vec::new();
        let mut lines = Lines::default();
        let mut visit = |l: Line<'_>| {
            seen.push((l.number, l.offset));
            Ok::<(), ()>(())
        };
        for _ in 0..2 {
            lines.push(b"one\ntwo", &mut visit).unwrap();
            lines.end(&mut visit).unwrap();
        }
        assert_eq!(seen, [(1, 0), (2, 4), (1, 0), (2, 4)]);
    }
}
