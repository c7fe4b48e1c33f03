//! A stream's messages against the first one that it sent.

use super::family::WATCHED;
use super::fields::{Fields, NAMES, Shape};
use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};
use crate::venue::wire::drift::DriftChange;
use crate::venue::wire::lexer::Type;

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
