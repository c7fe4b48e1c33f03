//! From a body to headers and entries.

use super::class::{Class, Shape, State, from_stream_key, recv, related, time, word};
use super::entry::{CONTROLS, Control, QUANTITY_SAME, QUANTITY_WIDE};
use crate::tape::varint::{load, read, unzigzag};
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
            let [bids, asks] = [cursor.count(class.shapes[0]), cursor.count(class.shapes[1])];
            let [w0, w1, w2, aux] = words;
            *header =
                EventHeader { ts_recv, ts_event, w0, w1, w2, aux, bids, asks, ..stream.template };
            header.flags = class.flags;
            for (side, count) in [bids, asks].into_iter().enumerate() {
                if count == 0 {
                    continue;
                }
                let count = count as usize;
                let split =
                    controls.split_at_checked(count).zip(entries.split_at_mut_checked(count));
                let Some(((now, later), (out, more))) = split else {
                    return Err("more entries than the block has");
                };
                cursor.list(stream, side, class.shapes[side], now, out)?;
                (controls, entries) = (later, more);
            }
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

    #[inline(always)]
    fn count(&mut self, shape: Shape) -> u32 {
        match shape {
            Shape::Empty => 0,
            Shape::One => 1,
            _ => u32::try_from(self.field()).unwrap_or(u32::MAX).saturating_add(2),
        }
    }

    /// One list; `controls` and `out` are equally long, and not empty.
    #[inline(always)]
    fn list(
        &mut self,
        stream: &mut Stream,
        side: usize,
        shape: Shape,
        controls: &[u8],
        out: &mut [Entry],
    ) -> Seen<()> {
        let [price_step, quantity_step] = stream.steps;
        let state = &mut stream.state;
        let control = &CONTROLS[usize::from(controls[0])];
        let (distance, quantity) = self.entry(control, Some(state.quantity[side]))?;
        let mut price = state.price[side].wrapping_add(unzigzag(distance));
        state.price[side] = price;
        state.quantity[side] = quantity;
        out[0] = Entry {
            price: price.wrapping_mul(price_step),
            quantity: quantity.wrapping_mul(quantity_step),
        };
        // Falling: the same loop with both signs turned.
        let sign = if shape == Shape::Falling { -1 } else { 1 };
        price = price.wrapping_mul(sign);
        let price_step = price_step.wrapping_mul(sign);
        for (control, slot) in controls[1..].iter().zip(&mut out[1..]) {
            let (distance, quantity) = self.entry(&CONTROLS[usize::from(*control)], None)?;
            let signed = if shape == Shape::Mixed { unzigzag(distance) } else { distance as i64 };
            price = price.wrapping_add(signed);
            *slot = Entry {
                price: price.wrapping_mul(price_step),
                quantity: quantity.wrapping_mul(quantity_step),
            };
        }
        Ok(())
    }

    /// Distance of the price and quantity in steps of one entry.
    #[inline(always)]
    fn entry(&mut self, control: &Control, before: Option<i64>) -> Seen<(u64, i64)> {
        let (rest, quantity) = if control.wide {
            self.wide(control)
        } else {
            let word = load(self.body, self.data);
            (
                word & ((1 << control.price_bits) - 1),
                word >> control.price_bits & ((1 << control.quantity_bits) - 1),
            )
        };
        self.data += usize::from(control.bytes);
        let distance = rest.wrapping_add(u64::from(control.base));
        match (control.quantity, before) {
            (0..=QUANTITY_WIDE, _) => Ok((distance, quantity as i64)),
            (QUANTITY_SAME, Some(before)) => Ok((distance, before)),
            _ => Err("an entry of no meaning"),
        }
    }

    #[cold]
    fn wide(&self, control: &Control) -> (u64, u64) {
        let part = |bits: u8, at: usize| match bits {
            0 => 0,
            _ => load(self.body, at) & (u64::MAX >> (64 - bits)),
        };
        let quantity_at = self.data + usize::from(control.price_bits / 8);
        (part(control.price_bits, self.data), part(control.quantity_bits, quantity_at))
    }
}
