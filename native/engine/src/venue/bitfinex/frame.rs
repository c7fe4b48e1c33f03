//! A message of a channel: `[number, body, …]` or `[number, name, body, …]` (F2).

use crate::error::FrameError;
use crate::venue::wire::json::Json;
use crate::venue::wire::lexer::Type;
use crate::venue::wire::time;

/// Elements of the longest message that is known; more are refused.
const MOST: usize = 8;
/// Trailing numbers of this many digits are times in ms (2001 and later), shorter ones numbers of messages.
const TIME_DIGITS: usize = 12;

/// A message's parts.
pub(super) struct Message<'a> {
    pub channel: u64,
    /// `hb`, `cs`, `te`, `tu`, …: none where the body comes at once.
    pub name: Option<&'a [u8]>,
    /// None of a heartbeat.
    pub body: Option<Json<'a>>,
    /// F3: the message's number, where they were asked for.
    pub sequence: Option<u64>,
    /// The venue's time, ns, where it was asked for.
    pub time: Option<i64>,
    /// Recorders append the channel's name and its pair.
    pub told: Option<[Json<'a>; 2]>,
}

const fn schema(at: usize, what: &'static str) -> FrameError {
    FrameError::new("E_FRAME_SCHEMA", at, what)
}

impl<'a> Message<'a> {
    pub fn read(top: Json<'a>) -> Result<Self, FrameError> {
        let mut list = [None; MOST];
        let mut count = 0;
        let mut items = top.items("a message")?;
        while let Some(item) = items.next()? {
            let place = list.get_mut(count).ok_or(schema(item.at(), "the end of a message"))?;
            *place = Some(item);
            count += 1;
        }
        let (Some(channel), Some(second)) = (list[0], list[1]) else {
            return Err(schema(top.at(), "a channel and a body"));
        };
        let name = (second.of() == Type::Text).then(|| second.raw());
        let (body, rest) = match name {
            None => (Some(second), 2),
            Some(b"hb") => (None, 2),
            Some(_) => (Some(list[2].ok_or(schema(top.at(), "a body"))?), 3),
        };
        let channel = channel.unsigned("a channel")?;
        let mut out = Self { channel, name, body, sequence: None, time: None, told: None };
        out.trailer(&list[rest..])?;
        Ok(out)
    }

    fn trailer(&mut self, list: &[Option<Json<'a>>]) -> Result<(), FrameError> {
        let mut texts = [None; 2];
        for item in list.iter().flatten() {
            match item.of() {
                Type::Number if item.raw().len() > TIME_DIGITS && self.time.is_none() => {
                    self.time = Some(time::milliseconds(*item)?);
                }
                Type::Number if self.sequence.is_none() => {
                    self.sequence = Some(item.unsigned("a message's number")?);
                }
                Type::Text if texts[0].is_none() => texts[0] = Some(*item),
                Type::Text if texts[1].is_none() => texts[1] = Some(*item),
                Type::Null => {}
                _ => return Err(schema(item.at(), "a message's number or time")),
            }
        }
        self.told = texts[0].zip(texts[1]).map(|(channel, pair)| [channel, pair]);
        Ok(())
    }
}
