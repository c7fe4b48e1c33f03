//! Two tapes, event by event: by names of instruments and sources, whatever their codec and blocks.

use super::SideArguments;
use super::text::event_text;
use crate::host::{Reply, Tool, unknown};
use crate::tape::{BlockDecoder, Located, TapeIndex};
use serde_json::{Value, json};
use tickwright_engine::{CoreError, Directory, Entry, EventHeader, EventRef};

/// `index` for both sides, then the block that each reply wants, until it wants none.
#[derive(Default)]
pub struct TapeDifference {
    sides: [Side; 2],
    /// Events found equal.
    equal: u64,
    found: Option<Value>,
}

#[derive(Default)]
struct Side {
    index: Option<TapeIndex>,
    decoder: BlockDecoder,
    bytes: Vec<u8>,
    place: Option<Located>,
    next_block: usize,
    event: usize,
    entry: usize,
}

impl Side {
    fn directory(&self) -> Result<&Directory, CoreError> {
        let index = self.index.as_ref();
        index.map(|i| &i.meta.directory).ok_or_else(no_index)
    }

    fn block(&mut self, bytes: &[u8]) -> Result<(), CoreError> {
        let index = self.index.as_ref().ok_or_else(no_index)?;
        self.bytes.clear();
        self.bytes.extend_from_slice(bytes);
        let decoded = self.decoder.decode(&self.bytes, index.expect(self.next_block))?;
        self.place = Some(decoded.place());
        self.next_block += 1;
        (self.event, self.entry) = (0, 0);
        Ok(())
    }

    /// The event in hand; none where the block is done.
    fn peek(&self) -> Option<EventRef<'_>> {
        let (headers, entries) = self.decoder.located(self.place?, &self.bytes);
        let header = headers.get(self.event)?;
        let middle = self.entry + header.bids as usize;
        let end = middle + header.asks as usize;
        Some(EventRef {
            header,
            bids: entries.get(self.entry..middle)?,
            asks: entries.get(middle..end)?,
        })
    }

    fn wants(&self) -> Option<usize> {
        let blocks = self.index.as_ref().map_or(0, |i| i.blocks.len());
        (self.peek().is_none() && self.next_block < blocks).then_some(self.next_block)
    }
}

fn no_index() -> CoreError {
    CoreError::new("E_ARGUMENT", "the indices come first")
}

impl TapeDifference {
    /// Compares as far as both sides are at hand.
    fn go_on(&mut self) -> Result<Reply, CoreError> {
        while self.found.is_none() {
            let [a, b] = &self.sides;
            if a.wants().is_some() || b.wants().is_some() {
                break;
            }
            let (left, right) = (a.peek(), b.peek());
            let Some(field) = difference(left, right, a.directory()?, b.directory()?) else {
                let Some(event) = left else { break };
                let entries = event.bids.len() + event.asks.len();
                for side in &mut self.sides {
                    side.event += 1;
                    side.entry += entries;
                }
                self.equal += 1;
                continue;
            };
            let text = |side: &Side, event: Option<EventRef<'_>>| {
                event.map_or(Ok("nothing: the tape ends".to_owned()), |event| {
                    side.directory().map(|d| event_text(event, d))
                })
            };
            self.found = Some(json!({
                "seq": self.equal,
                "field": field,
                "left": text(a, left)?,
                "right": text(b, right)?,
            }));
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
        let reply = json!({ "wants": wants, "equal": self.equal, "found": self.found });
        Reply::json(&reply)
    }
}

/// What of two events differs first.
fn difference(
    left: Option<EventRef<'_>>,
    right: Option<EventRef<'_>>,
    left_names: &Directory,
    right_names: &Directory,
) -> Option<String> {
    let (a, b) = match (left, right) {
        (None, None) => return None,
        (Some(a), Some(b)) => (a, b),
        _ => return Some("the event itself".to_owned()),
    };
    if a.header == b.header && left_names == right_names {
        return entries("bids", a.bids, b.bids).or_else(|| entries("asks", a.asks, b.asks));
    }
    header(a.header, b.header, left_names, right_names)
        .or_else(|| entries("bids", a.bids, b.bids))
        .or_else(|| entries("asks", a.asks, b.asks))
}

fn header(a: &EventHeader, b: &EventHeader, an: &Directory, bn: &Directory) -> Option<String> {
    let instrument = |h: &EventHeader, d: &Directory| {
        d.instruments.get(h.instrument as usize).map(tickwright_engine::Instrument::name)
    };
    let source = |h: &EventHeader, d: &Directory| {
        d.sources.get(usize::from(h.source)).map(|s| s.name.clone())
    };
    let fields = [
        ("instrument", instrument(a, an) != instrument(b, bn)),
        ("source", source(a, an) != source(b, bn)),
        ("kind", a.kind != b.kind),
        ("tsRecv", a.ts_recv != b.ts_recv),
        ("tsEvent", a.ts_event != b.ts_event),
        ("w0", a.w0 != b.w0),
        ("w1", a.w1 != b.w1),
        ("w2", a.w2 != b.w2),
        ("aux", a.aux != b.aux),
        ("flags", a.flags != b.flags),
        ("bids", a.bids != b.bids),
        ("asks", a.asks != b.asks),
    ];
    fields.into_iter().find(|(_, differs)| *differs).map(|(name, _)| name.to_owned())
}

fn entries(side: &str, a: &[Entry], b: &[Entry]) -> Option<String> {
    let at = a.iter().zip(b).position(|(a, b)| a != b)?;
    let what = if a[at].price == b[at].price { "quantity" } else { "price" };
    Some(format!("{side}[{at}].{what}"))
}

impl Tool for TapeDifference {
    fn call(&mut self, op: &str, args: &str, bytes: &[u8]) -> Result<Reply, CoreError> {
        match op {
            "index" => {
                let side = SideArguments::parse(op, args)?;
                self.sides[side].index = Some(TapeIndex::from_bytes(bytes)?);
                self.reply()
            }
            "block" => {
                self.sides[SideArguments::parse(op, args)?].block(bytes)?;
                self.go_on()
            }
            _ => unknown("difference", op),
        }
    }
}
