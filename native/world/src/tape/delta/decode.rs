//! From a body to headers and entries.

use super::class::{Class, Shape, State, from_stream_key, recv, related, time, word};
use super::entry;
use crate::tape::varint::{read, unzigzag};
use tickwright_engine::{Entry, EventHeader};

/// Decoder with its scratch memory.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    streams: Vec<Stream>,
    classes: Vec<Class>,
}

#[derive(Clone, Copy, Debug)]
struct Stream {
    template: EventHeader,
    /// Of prices and quantities.
    steps: [i64; 2],
    state: State,
}

/// Where the parts of a body lie.
struct Parts {
    /// First byte behind the classes of events: where fields begin.
    fields: usize,
    controls: usize,
    data: usize,
}

type Seen<T> = Result<T, &'static str>;

impl Decoder {
    /// Decodes a body into exactly these headers and entries.
    ///
    /// # Errors
    /// What is wrong with the body; the outputs then hold anything.
    pub fn decode(
        &mut self,
        body: &[u8],
        headers: &mut [EventHeader],
        entries: &mut [Entry],
    ) -> Seen<()> {
        let (parts, classes) = self.read_prologue(body, headers.len(), entries.len())?;
        let controls = &body[parts.controls..parts.data];
        let mut cursor = Cursor { body, fields: parts.fields, data: parts.data };
        if self.classes.len() > 256 {
            let (pairs, _) = classes.as_chunks::<2>();
            let numbers = pairs.iter().map(|&n| usize::from(u16::from_le_bytes(n)));
            self.events(numbers, &mut cursor, headers, controls, entries)?;
        } else {
            let numbers = classes.iter().map(|&n| usize::from(n));
            self.events(numbers, &mut cursor, headers, controls, entries)?;
        }
        if cursor.fields != parts.controls || cursor.data != body.len() {
            return Err("fields or entries do not end where they should");
        }
        Ok(())
    }

    fn read_prologue<'a>(
        &mut self,
        body: &'a [u8],
        events: usize,
        entries: usize,
    ) -> Seen<(Parts, &'a [u8])> {
        let mut at = 0;
        self.streams.clear();
        self.classes.clear();
        for _ in 0..count(body, &mut at, events)? {
            self.streams.push(read_stream(body, &mut at)?);
        }
        for _ in 0..count(body, &mut at, events)? {
            let class = Class::from_key(read(body, &mut at)).ok_or("a class of no meaning")?;
            if usize::from(class.stream) >= self.streams.len() {
                return Err("a class of an unknown stream");
            }
            self.classes.push(class);
        }
        let (fields, data) = (read(body, &mut at), read(body, &mut at));
        let width = if self.classes.len() > 256 { 2 } else { 1 };
        let numbers_end = at + events * width;
        let controls = (numbers_end as u64).saturating_add(fields);
        let data_at = controls.saturating_add(entries as u64);
        if data_at.checked_add(data) != Some(body.len() as u64) {
            return Err("the parts of the body do not add up to its length");
        }
        let parts =
            Parts { fields: numbers_end, controls: controls as usize, data: data_at as usize };
        Ok((parts, &body[at..numbers_end]))
    }

    #[inline(always)]
    fn events(
        &mut self,
        numbers: impl Iterator<Item = usize>,
        cursor: &mut Cursor<'_>,
        headers: &mut [EventHeader],
        mut controls: &[u8],
        mut entries: &mut [Entry],
    ) -> Seen<()> {
        let (mut ts_recv, mut ts_event) = (0, 0);
        for (number, header) in numbers.zip(headers) {
            let class = self.classes.get(number).ok_or("an event of an unknown class")?;
            let stream = &mut self.streams[usize::from(class.stream)];
            ts_recv = cursor.recv(class.recv, ts_recv);
            ts_event = cursor.time(class.time, stream.state.ts_event, ts_event);
            let words = cursor.words(class, &stream.state.words);
            stream.state.ts_event = ts_event;
            stream.state.words = words;
            let [w0, w1, w2, aux] = words;
            *header = EventHeader { ts_recv, ts_event, w0, w1, w2, aux, ..stream.template };
            header.flags = class.flags;
            let [bids, asks] = class.shapes;
            header.bids = cursor.side(stream, 0, bids, &mut controls, &mut entries)?;
            header.asks = cursor.side(stream, 1, asks, &mut controls, &mut entries)?;
        }
        if controls.is_empty() { Ok(()) } else { Err("fewer entries than the block has") }
    }
}

/// A count of what there is one of an event at most.
fn count(body: &[u8], at: &mut usize, events: usize) -> Seen<usize> {
    let count = read(body, at);
    if count > events as u64 {
        return Err("more streams or classes than events");
    }
    Ok(count as usize)
}

fn read_stream(body: &[u8], at: &mut usize) -> Seen<Stream> {
    let template = from_stream_key(read(body, at)).ok_or("a stream of no meaning")?;
    let steps = [read(body, at) as i64, read(body, at) as i64];
    Ok(Stream { template, steps, state: State::default() })
}

/// Reading positions in a body. They may run behind its end, where zeros are read: the ends are
/// compared once, after the last event.
struct Cursor<'a> {
    body: &'a [u8],
    fields: usize,
    data: usize,
}

impl Cursor<'_> {
    #[inline(always)]
    fn field(&mut self) -> u64 {
        read(self.body, &mut self.fields)
    }

    #[inline(always)]
    fn recv(&mut self, rule: u8, before: i64) -> i64 {
        if rule == recv::SAME {
            return before;
        }
        let distance = self.field() as i64;
        if rule == recv::FORWARD {
            before.wrapping_add(distance)
        } else {
            before.wrapping_sub(distance)
        }
    }

    #[inline(always)]
    fn time(&mut self, rule: u8, last: i64, any: i64) -> i64 {
        match rule {
            time::ZERO => 0,
            time::SAME_ANY => any,
            time::SAME => last,
            time::MILLIS => last.wrapping_add((self.field() as i64).wrapping_mul(1_000_000)),
            time::MICROS => last.wrapping_add((self.field() as i64).wrapping_mul(1_000)),
            time::NANOS => last.wrapping_add(self.field() as i64),
            time::BACK => last.wrapping_sub(self.field() as i64),
            _ => any.wrapping_add((self.field() as i64).wrapping_mul(1_000_000)),
        }
    }

    #[inline(always)]
    fn words(&mut self, class: &Class, last: &[u64; 4]) -> [u64; 4] {
        let mut words = [0; 4];
        for i in 0..4 {
            let related = related(i, &words, last);
            words[i] = self.word(class.words[i], related, last[i]);
        }
        words
    }

    #[inline(always)]
    fn word(&mut self, rule: u8, related: u64, last: u64) -> u64 {
        if rule < word::COUNTED {
            return match rule {
                word::ZERO => 0,
                word::RELATED => related,
                word::NEXT => last.wrapping_add(1),
                _ => last,
            };
        }
        let value = self.field();
        match rule {
            word::RELATED_PLUS => related.wrapping_add(value),
            word::LAST_PLUS => last.wrapping_add(value),
            word::PLAIN => value,
            _ => last.wrapping_sub(value),
        }
    }

    /// One side's list: takes its part of controls and entries, returns how many there are.
    #[inline(always)]
    fn side(
        &mut self,
        stream: &mut Stream,
        side: usize,
        shape: Shape,
        controls: &mut &[u8],
        entries: &mut &mut [Entry],
    ) -> Seen<u32> {
        const MORE: &str = "more entries than the block has";
        if shape == Shape::Empty {
            return Ok(0);
        }
        let control = controls.split_off_first().ok_or(MORE)?;
        let slot = entries.split_off_first_mut().ok_or(MORE)?;
        let price = self.first(stream, side, *control, slot)?;
        if shape == Shape::One {
            return Ok(1);
        }
        let count = self.field().saturating_add(1);
        let more = usize::try_from(count).map_err(|_| MORE)?;
        let controls = controls.split_off(..more).ok_or(MORE)?;
        let out = entries.split_off_mut(..more).ok_or(MORE)?;
        let [price_step, quantity_step] = stream.steps;
        let steps = match shape {
            Shape::Falling => [price_step.wrapping_neg(), quantity_step],
            _ => stream.steps,
        };
        match shape {
            Shape::Mixed => self.more(price, steps, unzigzag, controls, out)?,
            Shape::Falling => {
                self.more(price.wrapping_neg(), steps, |d| d as i64, controls, out)?;
            }
            _ => self.more(price, steps, |d| d as i64, controls, out)?,
        }
        Ok(count as u32 + 1)
    }

    /// A list's first entry; returns its price in steps.
    #[inline(always)]
    fn first(
        &mut self,
        stream: &mut Stream,
        side: usize,
        control: u8,
        slot: &mut Entry,
    ) -> Seen<i64> {
        let Stream { steps: [price_step, quantity_step], state, .. } = stream;
        let before = Some(state.quantity[side]);
        let (distance, quantity) = entry::read(control, self.body, &mut self.data, before)?;
        let price = state.price[side].wrapping_add(unzigzag(distance));
        state.price[side] = price;
        state.quantity[side] = quantity;
        slot.price = price.wrapping_mul(*price_step);
        slot.quantity = quantity.wrapping_mul(*quantity_step);
        Ok(price)
    }

    #[inline(always)]
    fn more(
        &mut self,
        mut price: i64,
        [price_step, quantity_step]: [i64; 2],
        signed: impl Fn(u64) -> i64,
        controls: &[u8],
        out: &mut [Entry],
    ) -> Seen<()> {
        let mut at = self.data;
        for (&control, slot) in controls.iter().zip(out) {
            let (distance, quantity) = entry::read(control, self.body, &mut at, None)?;
            price = price.wrapping_add(signed(distance));
            slot.price = price.wrapping_mul(price_step);
            slot.quantity = quantity.wrapping_mul(quantity_step);
        }
        self.data = at;
        Ok(())
    }
}
