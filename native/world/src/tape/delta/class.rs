//! Classes: what all events of one look have in common.

use tickwright_engine::EventHeader;

/// State of a stream: what the next event's values are predicted from.
#[derive(Clone, Copy, Debug, Default)]
pub struct State {
    pub ts_event: i64,
    pub words: [u64; 4],
    /// First price of the last list of each side, in steps.
    pub price: [i64; 2],
    /// First quantity of the last list of each side, in steps.
    pub quantity: [i64; 2],
}

/// How the receive time follows from the event before, whatever its stream.
pub mod recv {
    pub const SAME: u8 = 0;
    pub const FORWARD: u8 = 1;
    pub const BACK: u8 = 2;
}

/// How the event time follows.
pub mod time {
    pub const ZERO: u8 = 0;
    /// That of the event before, whatever its stream.
    pub const SAME_ANY: u8 = 1;
    /// That of the stream's event before.
    pub const SAME: u8 = 2;
    /// The stream's last and a number of milliseconds, microseconds, nanoseconds.
    pub const MILLIS: u8 = 3;
    pub const MICROS: u8 = 4;
    pub const NANOS: u8 = 5;
    pub const BACK: u8 = 6;
    /// The last of any stream and milliseconds.
    pub const MILLIS_ANY: u8 = 7;
}

/// How a word follows: exactly for rules below `COUNTED`, else with a varint.
pub mod word {
    pub const ZERO: u8 = 0;
    /// The word it usually copies or follows: see [`super::related`].
    pub const RELATED: u8 = 1;
    pub const NEXT: u8 = 2;
    pub const SAME: u8 = 3;
    pub const COUNTED: u8 = 4;
    pub const RELATED_PLUS: u8 = 4;
    pub const LAST_PLUS: u8 = 5;
    pub const PLAIN: u8 = 6;
    pub const LAST_MINUS: u8 = 7;
}

/// What word `i` of an event relates to: `w0` (first id) to the id after the last one; `w1` (last
/// id) to `w0`; `w2` (previous id) to the last `w1`; `aux` (trade id) to `w1`.
#[inline(always)]
pub const fn related(i: usize, words: &[u64; 4], last: &[u64; 4]) -> u64 {
    match i {
        0 => last[1].wrapping_add(1),
        1 => words[0],
        2 => last[1],
        _ => words[1],
    }
}

/// Shape of a list of entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Shape {
    #[default]
    Empty = 0,
    One = 1,
    Rising = 2,
    Falling = 3,
    Mixed = 4,
}

impl Shape {
    const fn from_bits(bits: u64) -> Option<Self> {
        Some(match bits & 7 {
            0 => Self::Empty,
            1 => Self::One,
            2 => Self::Rising,
            3 => Self::Falling,
            4 => Self::Mixed,
            _ => return None,
        })
    }
}

/// A class, as a reader and a writer handle it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Class {
    pub stream: u16,
    pub flags: u8,
    pub recv: u8,
    pub time: u8,
    pub words: [u8; 4],
    pub shapes: [Shape; 2],
}

impl Class {
    /// One number for all of it: 47 bits.
    #[inline(always)]
    pub const fn key(&self) -> u64 {
        let [a, b, c, d] = self.words;
        let mut key = self.stream as u64;
        key = key << 8 | self.flags as u64;
        key = key << 2 | self.recv as u64;
        key = key << 3 | self.time as u64;
        key = key << 3 | a as u64;
        key = key << 3 | b as u64;
        key = key << 3 | c as u64;
        key = key << 3 | d as u64;
        key = key << 3 | self.shapes[0] as u64;
        key << 3 | self.shapes[1] as u64
    }

    /// The class of a key; `None` where no class has it.
    pub fn from_key(key: u64) -> Option<Self> {
        let rule = |shift: u32| (key >> shift & 7) as u8;
        let class = Self {
            stream: (key >> 31) as u16,
            flags: (key >> 23) as u8,
            recv: (key >> 21 & 3) as u8,
            time: rule(18),
            words: [rule(15), rule(12), rule(9), rule(6)],
            shapes: [Shape::from_bits(key >> 3)?, Shape::from_bits(key)?],
        };
        (class.key() == key && class.recv <= recv::BACK).then_some(class)
    }
}

/// Key of an event's stream: 56 bits.
#[inline(always)]
pub const fn stream_key(header: &EventHeader) -> u64 {
    (header.instrument as u64) << 24 | (header.source as u64) << 8 | header.kind as u64
}

/// Header with what its stream's key says.
pub fn from_stream_key(key: u64) -> Option<EventHeader> {
    let instrument = u32::try_from(key >> 24).ok()?;
    let (source, kind) = ((key >> 8) as u16, key as u8);
    Some(EventHeader { instrument, source, kind, ..EventHeader::default() })
}
