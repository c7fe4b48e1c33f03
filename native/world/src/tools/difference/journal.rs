//! Two journals, entry by entry: inputs as received, outputs as decided.

use super::SideArguments;
use super::text::input_text;
use crate::host::{Reply, Tool, arguments, unknown};
use crate::session::{describe_output, output_of, output_stage};
use serde::Deserialize;
use serde_json::{Value, json};
use std::ops::Range;
use tickwright_engine::CoreError;
use tickwright_engine::journal::{ENTRY_HEADER, JournalEntry, JournalRef, SegmentScan, is_output};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenSideArguments {
    side: usize,
    segments: usize,
}

/// `open` for both sides, then the segment that each reply wants, until it wants none.
#[derive(Default)]
pub struct JournalDifference {
    sides: [Side; 2],
    /// Entries found equal.
    equal: u64,
    found: Option<Value>,
}

#[derive(Default)]
struct Side {
    segments: usize,
    next: usize,
    bytes: Vec<u8>,
    scan: Option<SegmentScan>,
    /// The entry in hand.
    held: Option<Held>,
}

#[derive(Clone)]
struct Held {
    header: JournalEntry,
    payload: Range<usize>,
}

impl Side {
    fn supply(&mut self, bytes: &[u8]) -> Result<(), CoreError> {
        self.bytes.clear();
        self.bytes.extend_from_slice(bytes);
        self.scan = Some(SegmentScan::new(&self.bytes)?);
        self.next += 1;
        Ok(())
    }

    /// Reads on to the next entry, as far as the segment reaches.
    fn read(&mut self) -> Result<(), CoreError> {
        let (None, Some(scan)) = (&self.held, &mut self.scan) else { return Ok(()) };
        self.held = scan.next(&self.bytes)?.map(|entry| {
            let start = entry.offset + ENTRY_HEADER;
            Held { header: entry.header, payload: start..start + entry.payload.len() }
        });
        if self.held.is_none() {
            self.scan = None;
        }
        Ok(())
    }

    fn wants(&self) -> Option<usize> {
        let missing = self.held.is_none() && self.scan.is_none() && self.next < self.segments;
        missing.then_some(self.next)
    }

    fn entry(&self) -> Option<JournalRef<'_>> {
        let Held { header, payload } = self.held.clone()?;
        let offset = payload.start - ENTRY_HEADER;
        Some(JournalRef { header, payload: &self.bytes[payload], offset })
    }
}

impl JournalDifference {
    fn go_on(&mut self) -> Result<Reply, CoreError> {
        while self.found.is_none() {
            let [a, b] = &mut self.sides;
            a.read()?;
            b.read()?;
            if a.wants().is_some() || b.wants().is_some() {
                break;
            }
            let (left, right) = (a.entry(), b.entry());
            if left.is_none() && right.is_none() {
                break;
            }
            self.found = found(left, right);
            if self.found.is_none() {
                (a.held, b.held) = (None, None);
                self.equal += 1;
            }
        }
        self.reply()
    }

    fn reply(&self) -> Result<Reply, CoreError> {
        let wanted = |(side, of): (usize, &Side)| {
            of.wants().map(|index| json!({ "side": side, "index": index }))
        };
        let wants = match self.found {
            Some(_) => None,
            None => self.sides.iter().enumerate().find_map(wanted),
        };
        Reply::json(&json!({ "wants": wants, "equal": self.equal, "found": self.found }))
    }
}

/// The difference of two entries in words; none where they are equal.
fn found(left: Option<JournalRef<'_>>, right: Option<JournalRef<'_>>) -> Option<Value> {
    let (field, byte) = match (&left, &right) {
        (Some(a), Some(b)) => difference(a, b)?,
        _ => ("the entry itself".to_owned(), 0),
    };
    let of = left.or(right)?;
    let text = |entry: Option<JournalRef<'_>>| match entry {
        None => "nothing: the journal ends".to_owned(),
        Some(e) if is_output(e.header.entry_type) => describe_output(&output_of(&e)),
        Some(e) => input_text(&e, byte),
    };
    let output =
        |entry: &JournalRef<'_>| is_output(entry.header.entry_type).then(|| output_of(entry));
    let (a, b) = (left.as_ref().and_then(output), right.as_ref().and_then(output));
    let stage = match (&a, &b) {
        (None, None) => "inputs",
        (a, b) => output_stage(a.as_ref(), b.as_ref()),
    };
    Some(json!({
        "stage": stage, "seq": of.header.seq, "field": field,
        "left": text(left), "right": text(right),
    }))
}

/// What of two entries differs first, and the byte of the payload.
fn difference(left: &JournalRef<'_>, right: &JournalRef<'_>) -> Option<(String, usize)> {
    let (a, b) = (&left.header, &right.header);
    let fields = [
        ("type", a.entry_type != b.entry_type),
        ("source", a.source != b.source),
        ("seq", a.seq != b.seq),
        ("stamp", a.stamp != b.stamp),
        ("leg", a.leg != b.leg),
    ];
    if let Some((name, _)) = fields.into_iter().find(|(_, differs)| *differs) {
        return Some((name.to_owned(), 0));
    }
    let byte = left.payload.iter().zip(right.payload).position(|(a, b)| a != b);
    let shorter = left.payload.len().min(right.payload.len());
    let byte = byte.or((left.payload.len() != right.payload.len()).then_some(shorter))?;
    Some((format!("payload byte {byte}"), byte))
}

impl Tool for JournalDifference {
    fn call(&mut self, op: &str, args: &str, bytes: &[u8]) -> Result<Reply, CoreError> {
        match op {
            "open" => {
                let OpenSideArguments { side, segments } = arguments(op, args)?;
                let Some(side) = self.sides.get_mut(side) else {
                    return Err(CoreError::new("E_ARGUMENT", format!("side {side} of two")));
                };
                side.segments = segments;
                self.reply()
            }
            "segment" => {
                self.sides[SideArguments::parse(op, args)?].supply(bytes)?;
                self.go_on()
            }
            _ => unknown("difference", op),
        }
    }
}
