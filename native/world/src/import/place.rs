//! Where something was seen, and the errors that stop an import.

use crate::import::lines::Stopped;
use tickwright_engine::CoreError;

/// Longest line that is taken, bytes: an instrument list of a large venue is some 6 MB.
pub const LINE_LIMIT: usize = 64 << 20;

/// File, line and byte of an input. Journals have no lines: `line` is then 0 and `byte` the entry's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Index of the file in the order given.
    pub file: u32,
    pub line: u64,
    /// Byte of the unpacked file.
    pub byte: u64,
}

/// Names of the files, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    names: Vec<String>,
}

impl Files {
    /// Registers the next file.
    pub fn push(&mut self, name: &str) {
        self.names.push(name.to_owned());
    }

    /// Index of the file in hand; before the first one, 0.
    #[must_use]
    pub fn current(&self) -> u32 {
        self.names.len().saturating_sub(1) as u32
    }

    #[must_use]
    pub fn name(&self, file: u32) -> &str {
        self.names.get(file as usize).map_or("input", String::as_str)
    }

    /// "tape.gz, line 3, byte 120", as errors name a place.
    #[must_use]
    pub fn describe(&self, place: Place) -> String {
        format!("{}, line {}, byte {}", self.name(place.file), place.line, place.byte)
    }

    /// The error of a line splitter that stopped in the file in hand.
    #[must_use]
    pub fn stopped(&self, stopped: Stopped<CoreError>) -> CoreError {
        let at = match stopped {
            Stopped::Visit(error) => return error,
            Stopped::TooLong(at) => at,
        };
        let place = Place { file: self.current(), line: at.number, byte: at.offset };
        CoreError::new("E_IMPORT_LINE_TOO_LONG", format!("a line of more than {LINE_LIMIT} bytes"))
            .at(self.describe(place))
            .hint("recordings hold one frame a line; is this another format, or packed twice?")
    }
}
