//! Schema drift: a stream's messages against the first one that it sent.

use super::family::{Family, WATCHED};
use super::fields::{Fields, NAMES, Shape};
use super::lexer::Type;
use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};

/// How messages differ from the first of their stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum DriftChange {
    /// The first message had no such field.
    Appeared,
    /// The first message had it.
    Vanished,
    /// Number for text, null for number, and so on.
    Type,
    /// `field` is an event type that we do not know.
    UnknownEvent,
}

/// One difference, with how often it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    pub family: Family,
    pub field: String,
    pub change: DriftChange,
    pub count: u64,
    /// Stamp of the frame that showed it first.
    pub first_ts_recv: i64,
}

/// Different entries that are kept; more than these are counted in the last one.
const MAX_ENTRIES: usize = 256;

/// All differences of a feed, in the order of their first appearance.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct DriftLog {
    pub entries: Vec<Drift>,
}

impl DriftLog {
    pub(super) fn add(&mut self, family: Family, field: &str, change: DriftChange, ts_recv: i64) {
        let same = |d: &&mut Drift| d.family == family && d.change == change && d.field == field;
        if let Some(known) = self.entries.iter_mut().find(same) {
            known.count += 1;
        } else if self.entries.len() < MAX_ENTRIES {
            let field = field.to_owned();
            self.entries.push(Drift { family, field, change, count: 1, first_ts_recv: ts_recv });
        } else if let Some(last) = self.entries.last_mut() {
            last.count += 1;
        }
    }

    pub(super) fn save(&self, w: &mut StateWriter) {
        w.u32(self.entries.len() as u32);
        for d in &self.entries {
            w.u8(d.family as u8);
            w.text(&d.field);
            w.u8(d.change as u8);
            w.u64(d.count);
            w.i64(d.first_ts_recv);
        }
    }

    pub(super) fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        const CHANGES: [DriftChange; 4] = [
            DriftChange::Appeared,
            DriftChange::Vanished,
            DriftChange::Type,
            DriftChange::UnknownEvent,
        ];
        let bad = || CoreError::new("E_STATE", "drift of an unknown kind");
        let mut entries = Vec::new();
        for _ in 0..r.u32()? {
            entries.push(Drift {
                family: *Family::ALL.get(r.u8()? as usize).ok_or_else(bad)?,
                field: r.text()?,
                change: *CHANGES.get(r.u8()? as usize).ok_or_else(bad)?,
                count: r.u64()?,
                first_ts_recv: r.i64()?,
            });
        }
        Ok(Self { entries })
    }
}

/// The members of a stream's first message.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FirstShape {
    /// Its known members; none at all means that no message has come.
    shape: Shape,
    unknown: Vec<(String, u8)>,
}

/// First shapes of one instrument's streams, by family.
pub(super) type FirstShapes = [FirstShape; WATCHED];

impl FirstShape {
    /// Whether a message of known members alone shows nothing new. The hot path asks only this.
    #[inline]
    pub(super) fn is(&self, shape: Shape) -> bool {
        self.shape == shape && self.unknown.is_empty()
    }

    /// Compares a message with the first one, or takes it as the first; returns whether it differs.
    pub(super) fn compare(
        &mut self,
        shape: Shape,
        unknown: Option<(&[u8], &Fields)>,
        mut differs: impl FnMut(&str, DriftChange),
    ) -> bool {
        let names = unknown.iter().flat_map(|(frame, fields)| {
            let name = |u: &super::fields::Unknown| String::from_utf8_lossy(u.name.bytes(frame));
            fields.unknown.iter().map(move |u| (name(u), u.of as u8))
        });
        if self.shape == Shape::default() {
            self.shape = shape;
            self.unknown = names.map(|(name, of)| (name.into_owned(), of)).collect();
            return false;
        }
        let mut count = 0;
        let mut report = |field: &str, change| {
            count += 1;
            differs(field, change);
        };
        for (index, name) in NAMES.iter().enumerate() {
            match (self.shape.of(index), shape.of(index)) {
                (0, 0) => {}
                (0, _) => report(name, DriftChange::Appeared),
                (_, 0) => report(name, DriftChange::Vanished),
                (before, now) if before != now => report(name, DriftChange::Type),
                _ => {}
            }
        }
        let mut seen = vec![false; self.unknown.len()];
        for (name, of) in names {
            match self.unknown.iter().position(|(known, _)| *known == name) {
                None => report(&name, DriftChange::Appeared),
                Some(place) => {
                    seen[place] = true;
                    if self.unknown[place].1 != of {
                        report(&name, DriftChange::Type);
                    }
                }
            }
        }
        for ((name, _), _) in self.unknown.iter().zip(seen).filter(|(_, seen)| !seen) {
            report(name, DriftChange::Vanished);
        }
        count > 0
    }

    pub(super) fn save(&self, w: &mut StateWriter) {
        w.i128(self.shape.0 as i128);
        w.u32(self.unknown.len() as u32);
        for (name, of) in &self.unknown {
            w.text(name);
            w.u8(*of);
        }
    }

    pub(super) fn restore(r: &mut StateReader<'_>) -> Result<Self, CoreError> {
        let mut out = Self { shape: Shape(r.i128()? as u128), unknown: Vec::new() };
        for _ in 0..r.u32()? {
            let (name, of) = (r.text()?, r.u8()?);
            if of > Type::Numbers as u8 {
                return Err(CoreError::new("E_STATE", "drift of an unknown type"));
            }
            out.unknown.push((name, of));
        }
        Ok(out)
    }
}
