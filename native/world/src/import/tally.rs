//! Counts by code or kind, with the place of the first one of each.

use crate::import::place::{Files, Place};
use serde::Serialize;
use std::collections::BTreeMap;
use tickwright_engine::FrameError;

/// Frames and lines that were refused. A refused frame never stops an import that is not strict.
#[derive(Clone, Debug, Default)]
pub struct Refusals {
    by_code: BTreeMap<&'static str, Refusal>,
}

#[derive(Clone, Copy, Debug)]
struct Refusal {
    count: u64,
    place: Place,
    error: FrameError,
}

impl Refusals {
    /// Counts a refusal; the first of its code keeps its place.
    pub fn add(&mut self, place: Place, error: FrameError) {
        let first = Refusal { count: 0, place, error };
        self.by_code.entry(error.code).or_insert(first).count += 1;
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        self.by_code.values().map(|r| r.count).sum()
    }

    #[must_use]
    pub fn count_of(&self, code: &str) -> u64 {
        self.by_code.get(code).map_or(0, |r| r.count)
    }

    #[must_use]
    pub fn report(&self, files: &Files) -> RefusedFrames {
        let entry = |(&code, r): (&&'static str, &Refusal)| {
            let first = FirstRefusal {
                file: files.name(r.place.file).to_owned(),
                line: r.place.line,
                byte: r.place.byte,
                frame_byte: r.error.offset,
                what: r.error.what,
            };
            (code, RefusedCode { count: r.count, first })
        };
        RefusedFrames { total: self.total(), by_code: self.by_code.iter().map(entry).collect() }
    }
}

/// `refusedFrames` of the data report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RefusedFrames {
    pub total: u64,
    pub by_code: BTreeMap<&'static str, RefusedCode>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedCode {
    pub count: u64,
    pub first: FirstRefusal,
}

/// Where the first frame of a code stands, and what was wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FirstRefusal {
    pub file: String,
    pub line: u64,
    /// Byte of the unpacked file at which the line starts.
    pub byte: u64,
    /// Byte of the frame (of the line, where the line itself is refused).
    pub frame_byte: u32,
    pub what: &'static str,
}

/// Counts by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kinds {
    pub total: u64,
    pub by_kind: BTreeMap<String, u64>,
}

impl Kinds {
    /// Adds one; allocates only for a kind not seen before.
    pub fn add(&mut self, kind: &str) {
        self.total += 1;
        if let Some(count) = self.by_kind.get_mut(kind) {
            *count += 1;
        } else {
            self.by_kind.insert(kind.to_owned(), 1);
        }
    }
}

/// What import changed or reordered, and by which rule.
#[derive(Clone, Debug, Default)]
pub struct Corrections {
    by_rule: BTreeMap<&'static str, (u64, Place)>,
}

impl Corrections {
    pub fn add(&mut self, rule: &'static str, place: Place) {
        self.by_rule.entry(rule).or_insert((0, place)).0 += 1;
    }

    #[must_use]
    pub fn count_of(&self, rule: &str) -> u64 {
        self.by_rule.get(rule).map_or(0, |&(count, _)| count)
    }

    #[must_use]
    pub fn report(&self, files: &Files) -> Vec<Correction> {
        let entry = |(&rule, &(count, place)): (&&'static str, &(u64, Place))| Correction {
            rule,
            count,
            first: files.describe(place),
        };
        self.by_rule.iter().map(entry).collect()
    }
}

/// One entry of `corrections` in the data report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Correction {
    pub rule: &'static str,
    pub count: u64,
    pub first: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_refusal_of_a_code_keeps_its_place() {
        let mut files = Files::default();
        files.push("a.gz");
        let mut refusals = Refusals::default();
        for line in [3, 9, 11] {
            let place = Place { file: 0, line, byte: line * 10 };
            let code = if line == 9 { "E_SCALE" } else { "E_LINE" };
            refusals.add(place, FrameError::new(code, 4, "digits"));
        }
        let report = refusals.report(&files);
        assert_eq!(report.total, 3);
        assert_eq!(refusals.count_of("E_LINE"), 2);
        let first = &report.by_code["E_LINE"].first;
        assert_eq!((first.file.as_str(), first.line, first.byte), ("a.gz", 3, 30));
        assert_eq!(report.by_code["E_SCALE"].first.line, 9);
    }

    #[test]
    fn kinds_and_corrections_count() {
        let mut kinds = Kinds::default();
        ["kline", "send", "kline"].iter().for_each(|k| kinds.add(k));
        assert_eq!((kinds.total, kinds.by_kind["kline"]), (3, 2));
        let mut corrections = Corrections::default();
        corrections.add("rule", Place { file: 0, line: 2, byte: 5 });
        corrections.add("rule", Place { file: 0, line: 3, byte: 9 });
        let report = corrections.report(&Files::default());
        assert_eq!((report[0].count, report[0].first.as_str()), (2, "input, line 2, byte 5"));
    }
}
