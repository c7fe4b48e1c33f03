//! Captures out of order: connections stand one after another in a file, each in order.
//!
//! The survey cuts the unpacked stream into **runs**, stretches in which the receive time never goes
//! back. One run is read as it stands. Several are merged by (receive time, place in the stream),
//! which is the stable sort, through one window a run: memory is bounded by a budget and the longest
//! line, not by the file. It needs random access to the unpacked bytes, so the caller spools them and
//! serves [`Merge::wanted`].

use crate::import::lines::Line;
use crate::import::place::{LINE_LIMIT, Place};
use memchr::memchr;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use tickwright_engine::CoreError;

/// Most runs that are merged. Recordings have 1 to 3; a file that is shuffled is refused.
pub const RUN_LIMIT: usize = 4_096;
/// Bytes of all windows together, and the bounds of one.
const WINDOW_BUDGET: usize = 64 << 20;
const WINDOW_LEAST: usize = 16 << 10;
const WINDOW_MOST: usize = 1 << 20;

/// A stretch of one file in which the receive time never goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    pub file: u32,
    /// Byte of the whole unpacked stream (all files, one after another).
    pub start: u64,
    pub end: u64,
    /// Byte of the stream at which the file starts.
    pub file_start: u64,
    /// Lines of the file before the run.
    pub lines_before: u64,
}

/// Finds the runs, line by line.
#[derive(Clone, Debug, Default)]
pub struct RunFinder {
    runs: Vec<Run>,
    file: u32,
    file_start: u64,
    last: Option<i64>,
    /// A line of the run in hand had a time.
    timed: bool,
    breaks: u64,
}

impl RunFinder {
    /// Takes a line of the file in hand; a line without a time belongs to the one before it.
    pub fn line(&mut self, line: &Line<'_>, nanos: Option<i64>) {
        let back = matches!((nanos, self.last), (Some(now), Some(last)) if now < last);
        self.breaks += u64::from(back);
        self.last = nanos.or(self.last);
        let opens = self.runs.last().is_none_or(|r| r.file != self.file);
        let breaks = opens || (back && self.timed);
        self.timed = nanos.is_some() || (self.timed && !opens);
        if breaks && self.runs.len() <= RUN_LIMIT {
            let start = self.file_start + line.offset;
            if let Some(run) = self.runs.last_mut().filter(|r| r.file == self.file) {
                run.end = start;
            }
            let lines_before = line.number - 1;
            let (file, file_start) = (self.file, self.file_start);
            self.runs.push(Run { file, start, end: start, file_start, lines_before });
        }
    }

    /// Ends the file in hand, which had so many bytes.
    pub fn end_file(&mut self, bytes: u64) {
        let end = self.file_start + bytes;
        if let Some(run) = self.runs.last_mut().filter(|r| r.file == self.file) {
            run.end = end;
        }
        self.file += 1;
        self.file_start = end;
    }

    /// The runs, or none where the stream is in order as it stands.
    ///
    /// # Errors
    /// `E_IMPORT_UNSORTED` where there are more than [`RUN_LIMIT`].
    pub fn finish(self) -> Result<Vec<Run>, CoreError> {
        if self.breaks == 0 {
            return Ok(Vec::new());
        }
        if self.runs.len() > RUN_LIMIT {
            let message =
                format!("receive times go back {} times; at most {RUN_LIMIT}", self.breaks);
            return Err(CoreError::new("E_IMPORT_UNSORTED", message)
                .hint("sort the capture by its receive time (stable) before importing it"));
        }
        Ok(self.runs)
    }
}

/// Bytes of the unpacked stream that the merge needs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Want {
    pub offset: u64,
    pub length: usize,
}

/// Merges runs, line by line, without touching a file.
#[derive(Clone, Debug)]
pub struct Merge {
    cursors: Vec<Cursor>,
    /// Runs whose next line is at hand, by its time and the run's place.
    ready: BinaryHeap<Reverse<(i64, usize)>>,
    /// The run whose next line is not at hand; none may be taken before it is.
    starved: Option<usize>,
    window: usize,
}

#[derive(Clone, Debug)]
struct Cursor {
    run: Run,
    /// Byte of the stream behind the window.
    fetched: u64,
    window: Vec<u8>,
    at: usize,
    lines: u64,
    last: i64,
}

impl Merge {
    /// A merge that wants its first bytes.
    #[must_use]
    pub fn new(runs: Vec<Run>) -> Self {
        let window = (WINDOW_BUDGET / runs.len().max(1)).clamp(WINDOW_LEAST, WINDOW_MOST);
        let cursors: Vec<Cursor> = runs.into_iter().map(Cursor::new).collect();
        let starved = if cursors.is_empty() { None } else { Some(0) };
        Self { cursors, ready: BinaryHeap::new(), starved, window }
    }

    /// What to hand to [`Merge::provide`] next, or `None` at the end.
    #[must_use]
    pub fn wanted(&self) -> Option<Want> {
        let cursor = &self.cursors[self.starved?];
        let left = cursor.run.end - cursor.fetched;
        Some(Want { offset: cursor.fetched, length: left.min(self.window as u64) as usize })
    }

    /// Unpacked bytes of a file.
    #[must_use]
    pub fn file_bytes(&self, file: u32) -> u64 {
        let runs = self.cursors.iter().map(|c| c.run).filter(|r| r.file == file);
        runs.map(|r| r.end - r.start).sum()
    }

    /// Takes the bytes wanted and visits every line that is next in order, as far as it is known.
    /// `time` reads the receive time of a line of a file.
    ///
    /// # Errors
    /// `E_IMPORT_SPOOL` where the bytes are not those wanted, and what `visit` returns.
    pub fn provide(
        &mut self,
        bytes: &[u8],
        time: &impl Fn(u32, &[u8]) -> Option<i64>,
        visit: &mut impl FnMut(Line<'_>, Place) -> Result<(), CoreError>,
    ) -> Result<(), CoreError> {
        let (Some(index), Some(want)) = (self.starved, self.wanted()) else {
            return Err(CoreError::new("E_IMPORT_SPOOL", "bytes after the end"));
        };
        if bytes.len() != want.length {
            let message = format!("{} bytes where {} were wanted", bytes.len(), want.length);
            return Err(CoreError::new("E_IMPORT_SPOOL", message)
                .at(format!("byte {} of the unpacked stream", want.offset))
                .hint("the spooled file changed or was cut while it was read"));
        }
        self.cursors[index].fill(bytes);
        self.starved = None;
        self.stock(index, time);
        self.start_next();
        while self.starved.is_none() {
            let Some(Reverse((_, index))) = self.ready.pop() else { break };
            let cursor = &mut self.cursors[index];
            if let Some((line, place)) = cursor.take() {
                visit(line, place)?;
            }
            self.stock(index, time);
        }
        Ok(())
    }

    /// Puts a run's next line among the ready ones, or marks the run as starved.
    fn stock(&mut self, index: usize, time: &impl Fn(u32, &[u8]) -> Option<i64>) {
        let cursor = &mut self.cursors[index];
        if let Some(line) = cursor.next_line() {
            let nanos = time(cursor.run.file, line);
            // Within a run it never goes back, or it is raised where it is taken.
            cursor.last = nanos.map_or(cursor.last, |now| now.max(cursor.last));
            self.ready.push(Reverse((cursor.last, index)));
        } else if cursor.fetched < cursor.run.end {
            self.starved = Some(index);
        }
    }

    /// All runs must have their first line at hand before one is taken.
    fn start_next(&mut self) {
        if self.starved.is_none() {
            self.starved = self
                .cursors
                .iter()
                .position(|c| c.fetched == c.run.start && c.run.end > c.run.start);
        }
    }
}

impl Cursor {
    fn new(run: Run) -> Self {
        Self { run, fetched: run.start, window: Vec::new(), at: 0, lines: 0, last: i64::MIN }
    }

    fn fill(&mut self, bytes: &[u8]) {
        self.window.drain(..self.at);
        self.at = 0;
        self.window.extend_from_slice(bytes);
        self.fetched += bytes.len() as u64;
    }

    fn rest(&self) -> &[u8] {
        &self.window[self.at..]
    }

    /// Length of the next line without and with its end, if it is wholly in the window.
    fn next_length(&self) -> Option<(usize, usize)> {
        let rest = self.rest();
        match memchr(b'\n', rest) {
            Some(end) => Some((end, end + 1)),
            None if rest.is_empty() || self.fetched < self.run.end => None,
            None => Some((rest.len(), rest.len())),
        }
    }

    fn next_line(&self) -> Option<&[u8]> {
        self.next_length().map(|(length, _)| &self.rest()[..length])
    }

    fn take(&mut self) -> Option<(Line<'_>, Place)> {
        let (length, advance) = self.next_length()?;
        let held = (self.window.len() - self.at) as u64;
        let offset = self.fetched - held - self.run.file_start;
        self.lines += 1;
        let number = self.run.lines_before + self.lines;
        let bytes = &self.window[self.at..self.at + length];
        self.at += advance;
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let place = Place { file: self.run.file, line: number, byte: offset };
        Some((Line { bytes, number, offset }, place))
    }
}

/// The survey refuses longer lines, so a window never grows beyond this.
const _: () = assert!(WINDOW_MOST <= LINE_LIMIT);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::lines::Lines;

    fn time(line: &[u8]) -> Option<i64> {
        let text = std::str::from_utf8(line).unwrap();
        text.split(' ').next().and_then(|t| t.parse().ok())
    }

    fn find(files: &[&str]) -> Vec<Run> {
        let mut finder = RunFinder::default();
        for text in files {
            let mut lines = Lines::default();
            let mut visit = |l: Line<'_>| {
                finder.line(&l, time(l.bytes));
                Ok::<(), ()>(())
            };
            lines.push(text.as_bytes(), &mut visit).unwrap();
            lines.end(&mut visit).unwrap();
            finder.end_file(text.len() as u64);
        }
        finder.finish().unwrap()
    }

    fn merged(files: &[&str], window: usize) -> Vec<(String, Place)> {
        let stream = files.concat();
        let mut merge = Merge::new(find(files));
        merge.window = window;
        let mut out = Vec::new();
        while let Some(want) = merge.wanted() {
            let from = want.offset as usize;
            let bytes = &stream.as_bytes()[from..from + want.length];
            merge
                .provide(bytes, &|_, line: &[u8]| time(line), &mut |line, place| {
                    out.push((String::from_utf8(line.bytes.to_vec()).unwrap(), place));
                    Ok(())
                })
                .unwrap();
        }
        out
    }

    #[test]
    fn a_file_in_order_has_no_runs() {
        assert!(find(&["1 a\n1 b\nheader\n3 c\n", "3 d\n"]).is_empty());
        assert!(find(&["", ""]).is_empty());
    }

    #[test]
    fn runs_break_where_time_goes_back_and_at_files() {
        let runs = find(&["header\n5 a\n9 b\n2 c\n4 d\n", "6 e\n"]);
        let spans: Vec<_> = runs.iter().map(|r| (r.file, r.start, r.end, r.lines_before)).collect();
        assert_eq!(spans, [(0, 0, 15, 0), (0, 15, 23, 3), (1, 23, 27, 0)]);
    }

    #[test]
    fn merging_is_the_stable_sort_whatever_the_window() {
        let files = ["header\n5 a\r\n9 b\n2 c\n5 d\n9 e\n", "1 f\n\n5 g\n10 a long line, the last"];
        let expected = ["header", "1 f", "", "2 c", "5 a", "5 d", "5 g", "9 b", "9 e"];
        for window in 1..40 {
            let out = merged(&files, window);
            let texts: Vec<&str> = out.iter().map(|(text, _)| text.as_str()).collect();
            assert_eq!(texts[..9], expected, "window {window}");
            assert_eq!(texts[9], "10 a long line, the last");
            assert_eq!(out[4].1, Place { file: 0, line: 2, byte: 7 });
            assert_eq!(out[6].1, Place { file: 1, line: 3, byte: 5 });
        }
    }

    #[test]
    fn shuffled_files_are_refused() {
        let mut text = String::new();
        for i in 0..RUN_LIMIT + 2 {
            text.push_str(&format!("{}\n", 10_000_000 - i));
        }
        let mut finder = RunFinder::default();
        let mut lines = Lines::default();
        let mut visit = |l: Line<'_>| {
            finder.line(&l, time(l.bytes));
            Ok::<(), ()>(())
        };
        lines.push(text.as_bytes(), &mut visit).unwrap();
        finder.end_file(text.len() as u64);
        assert_eq!(finder.finish().unwrap_err().code, "E_IMPORT_UNSORTED");
    }

    #[test]
    fn bytes_that_were_not_wanted_are_refused() {
        let mut merge = Merge::new(find(&["2 a\n1 b\n"]));
        assert_eq!(merge.wanted(), Some(Want { offset: 0, length: 4 }));
        let error =
            merge.provide(b"2 a", &|_, line: &[u8]| time(line), &mut |_, _| Ok(())).unwrap_err();
        assert_eq!(error.code, "E_IMPORT_SPOOL");
    }
}
