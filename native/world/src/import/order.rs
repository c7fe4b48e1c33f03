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
    /// As [`RunFinder::all`].
    pub fn finish(self) -> Result<Vec<Run>, CoreError> {
        if self.breaks == 0 { Ok(Vec::new()) } else { self.all() }
    }

    /// The runs.
    ///
    /// # Errors
    /// `E_IMPORT_UNSORTED` where there are more than [`RUN_LIMIT`].
    pub fn all(self) -> Result<Vec<Run>, CoreError> {
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
///
/// A run that follows another has no times of its own: each of its lines comes right behind the next
/// one of its leader.
#[derive(Clone, Debug)]
pub struct Merge {
    cursors: Vec<Cursor>,
    /// Runs whose next line is at hand, by its time and the run's place.
    ready: BinaryHeap<Reverse<(i64, usize)>>,
    /// Runs whose next line is looked for, the next one last; none may be taken before it is at hand.
    sought: Vec<usize>,
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
    /// The run that comes line by line behind this one.
    follower: Option<usize>,
    turn: Turn,
}

/// When the next line of a run may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// When it has the least time.
    ByTime,
    /// Not before its leader's next line.
    Waits,
    /// Now: its leader's line was taken.
    Now,
    /// Always: its leader has ended.
    Alone,
}

impl Merge {
    /// A merge that wants its first bytes. `leader` names the file that a file follows.
    #[must_use]
    pub fn new(runs: Vec<Run>, leader: impl Fn(u32) -> Option<u32>) -> Self {
        let window = (WINDOW_BUDGET / runs.len().max(1)).clamp(WINDOW_LEAST, WINDOW_MOST);
        let leaders: Vec<Option<u32>> = runs.iter().map(|run| leader(run.file)).collect();
        let mut cursors: Vec<Cursor> = runs.into_iter().map(Cursor::new).collect();
        for (follower, of) in leaders.into_iter().enumerate() {
            let Some(of) = of else { continue };
            let found = cursors.iter_mut().find(|cursor| cursor.run.file == of);
            let turn = if found.is_some() { Turn::Waits } else { Turn::Alone };
            if let Some(leader) = found {
                leader.follower = Some(follower);
            }
            cursors[follower].turn = turn;
        }
        let sought = (0..cursors.len()).rev().collect();
        Self { cursors, ready: BinaryHeap::new(), sought, window }
    }

    /// What to hand to [`Merge::provide`] next, or `None` at the end.
    #[must_use]
    pub fn wanted(&self) -> Option<Want> {
        let cursor = self.cursors.get(*self.sought.last()?)?;
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
        let (Some(&index), Some(want)) = (self.sought.last(), self.wanted()) else {
            return Err(CoreError::new("E_IMPORT_SPOOL", "bytes after the end"));
        };
        if bytes.len() != want.length {
            let message = format!("{} bytes where {} were wanted", bytes.len(), want.length);
            return Err(CoreError::new("E_IMPORT_SPOOL", message)
                .at(format!("byte {} of the unpacked stream", want.offset))
                .hint("the spooled file changed or was cut while it was read"));
        }
        self.cursors[index].fill(bytes);
        while self.seek(time) {
            let Some(Reverse((_, index))) = self.ready.pop() else { break };
            let cursor = &mut self.cursors[index];
            let is_blank = match cursor.take() {
                Some((line, place)) => {
                    let is_blank = line.is_blank();
                    visit(line, place)?;
                    is_blank
                }
                None => false,
            };
            self.taken(index, is_blank);
        }
        Ok(())
    }

    /// What is to be looked for behind a line that was taken.
    fn taken(&mut self, index: usize, is_blank: bool) {
        let cursor = &mut self.cursors[index];
        // A blank line is nobody's row: the line behind it stands beside the leader's.
        if cursor.turn == Turn::Now && !is_blank {
            cursor.turn = Turn::Waits;
            return;
        }
        self.sought.push(index);
        let follower = cursor.follower.filter(|_| !is_blank);
        if let Some(follower) = follower {
            self.cursors[follower].turn = Turn::Now;
            self.sought.push(follower);
        }
    }

    /// Puts the next lines of the runs that are sought among the ready ones; false where one of them is
    /// not at hand.
    fn seek(&mut self, time: &impl Fn(u32, &[u8]) -> Option<i64>) -> bool {
        while let Some(&index) = self.sought.last() {
            let cursor = &mut self.cursors[index];
            let Some(line) = cursor.next_line() else {
                if cursor.fetched < cursor.run.end {
                    return false;
                }
                self.sought.pop();
                self.ended(index);
                continue;
            };
            let at = match cursor.turn {
                Turn::ByTime => {
                    let nanos = time(cursor.run.file, line);
                    // Within a run it never goes back, or it is raised where it is taken.
                    cursor.last = nanos.map_or(cursor.last, |now| now.max(cursor.last));
                    Some(cursor.last)
                }
                Turn::Waits => None,
                Turn::Now | Turn::Alone => Some(i64::MIN),
            };
            self.sought.pop();
            if let Some(at) = at {
                self.ready.push(Reverse((at, index)));
            }
        }
        true
    }

    /// A run has no further line: what is left of its follower comes alone.
    fn ended(&mut self, index: usize) {
        let Some(follower) = self.cursors[index].follower.take() else { return };
        let cursor = &mut self.cursors[follower];
        if cursor.turn == Turn::Waits {
            cursor.turn = Turn::Alone;
            self.sought.push(follower);
        } else {
            cursor.turn = Turn::Alone;
        }
    }
}

impl Cursor {
    fn new(run: Run) -> Self {
        Self {
            run,
            fetched: run.start,
            window: Vec::new(),
            at: 0,
            lines: 0,
            last: i64::MIN,
            follower: None,
            turn: Turn::ByTime,
        }
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
        let mut merge = Merge::new(find(files), |_| None);
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
    fn a_file_that_follows_comes_line_by_line_behind_its_leader() {
        // File 1 follows file 2; file 0 lies between them in time.
        let files = ["3 a\n5 b\n7 c\n", "x1\n\nx2\nx3\nx4\n", "1 p\n5 q\n\n7 r"];
        let stream = files.concat();
        let mut finder = RunFinder::default();
        for text in files {
            let mut lines = Lines::default();
            let mut visit = |l: Line<'_>| {
                finder.line(&l, if l.bytes.starts_with(b"x") { None } else { time(l.bytes) });
                Ok::<(), ()>(())
            };
            lines.push(text.as_bytes(), &mut visit).unwrap();
            lines.end(&mut visit).unwrap();
            finder.end_file(text.len() as u64);
        }
        let runs = finder.all().unwrap();
        for window in 1..20 {
            let mut merge = Merge::new(runs.clone(), |file| (file == 1).then_some(2));
            merge.window = window;
            let mut out = Vec::new();
            while let Some(want) = merge.wanted() {
                let from = want.offset as usize;
                let bytes = &stream.as_bytes()[from..from + want.length];
                let of = |file: u32, line: &[u8]| if file == 1 { None } else { time(line) };
                let mut visit = |line: Line<'_>, _| {
                    out.push(String::from_utf8(line.bytes.to_vec()).unwrap());
                    Ok(())
                };
                merge.provide(bytes, &of, &mut visit).unwrap();
            }
            let expected =
                ["1 p", "x1", "3 a", "5 b", "5 q", "", "x2", "", "7 c", "7 r", "x3", "x4"];
            assert_eq!(out, expected, "window {window}");
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
        let mut merge = Merge::new(find(&["2 a\n1 b\n"]), |_| None);
        assert_eq!(merge.wanted(), Some(Want { offset: 0, length: 4 }));
        let error =
            merge.provide(b"2 a", &|_, line: &[u8]| time(line), &mut |_, _| Ok(())).unwrap_err();
        assert_eq!(error.code, "E_IMPORT_SPOOL");
    }
}
