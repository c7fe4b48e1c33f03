//! From headers and entries to a body.

use super::class::{Class, Shape, State, recv, related, stream_key, time, word};
use super::intern::Interner;
use super::step::{CommonStep, Step};
use super::{MAX_FIELDS, entry};
use crate::tape::varint::{Sink, zigzag};
use tickwright_engine::{Entry, EventHeader};

/// Encoder with its scratch memory.
#[derive(Clone, Debug, Default)]
pub struct Encoder {
    streams: Interner,
    /// Stream of each event.
    stream_of: Vec<u16>,
    common: Vec<[CommonStep; 2]>,
    steps: Vec<[Step; 2]>,
    states: Vec<State>,
    classes: Interner,
    class_of: Vec<u16>,
    prologue: Sink,
    fields: Sink,
    controls: Sink,
    data: Sink,
}

impl Encoder {
    /// Appends the body of these events, at most 65,536, to `out`.
    pub fn encode(&mut self, headers: &[EventHeader], entries: &[Entry], out: &mut Vec<u8>) {
        self.find_streams(headers, entries);
        self.states.clear();
        self.states.resize(self.common.len(), State::default());
        self.classes.clear();
        self.class_of.clear();
        self.fields.reset(headers.len() * MAX_FIELDS);
        self.controls.reset(entries.len());
        self.data.reset(entries.len() * entry::MAX_DATA);
        let (mut before, mut rest) = (EventHeader::default(), entries);
        for (i, header) in headers.iter().enumerate() {
            let (bids, tail) = rest.split_at(header.bids as usize);
            let (asks, tail) = tail.split_at(header.asks as usize);
            self.event(self.stream_of[i], header, &before, [bids, asks]);
            (before, rest) = (*header, tail);
        }
        self.write(out);
    }

    /// First pass: streams and their steps.
    fn find_streams(&mut self, headers: &[EventHeader], entries: &[Entry]) {
        self.streams.clear();
        self.stream_of.clear();
        self.common.clear();
        let mut rest = entries;
        for header in headers {
            let (stream, new) = self.streams.intern(stream_key(header));
            if new {
                self.common.push(Default::default());
            }
            self.stream_of.push(stream as u16);
            let (list, tail) = rest.split_at(header.bids as usize + header.asks as usize);
            refine(&mut self.common[stream], list);
            rest = tail;
        }
        self.steps.clear();
        self.steps.extend(self.common.iter().map(|[p, q]| [p.step(), q.step()]));
    }

    #[inline(always)]
    fn event(
        &mut self,
        stream: u16,
        header: &EventHeader,
        before: &EventHeader,
        lists: [&[Entry]; 2],
    ) {
        let state = &mut self.states[usize::from(stream)];
        let fields = &mut self.fields;
        let mut class = Class { stream, flags: header.flags, ..Class::default() };
        class.recv = write_recv(header.ts_recv, before.ts_recv, fields);
        class.time = write_time(header.ts_event, state.ts_event, before.ts_event, fields);
        state.ts_event = header.ts_event;
        let words = [header.w0, header.w1, header.w2, header.aux];
        for i in 0..4 {
            let related = related(i, &words, &state.words);
            class.words[i] = write_word(words[i], related, state.words[i], fields);
        }
        state.words = words;
        let steps = self.steps[usize::from(stream)];
        let (controls, data) = (self.controls.room(), self.data.room());
        let mut out = Lists { fields, controls, data, control: 0, at: 0 };
        let [bids, asks] = lists;
        class.shapes = [out.side(state, 0, steps, bids), out.side(state, 1, steps, asks)];
        let Lists { control, at, .. } = out;
        self.controls.advance(control);
        self.data.advance(at);
        let (number, _) = self.classes.intern(class.key());
        self.class_of.push(number as u16);
    }

    fn write(&mut self, out: &mut Vec<u8>) {
        let (streams, classes) = (self.streams.keys(), self.classes.keys());
        let prologue = &mut self.prologue;
        prologue.reset((4 + 3 * streams.len() + classes.len()) * crate::tape::varint::MAX_BYTES);
        prologue.varint(streams.len() as u64);
        for (key, [price, quantity]) in streams.iter().zip(&self.steps) {
            prologue.varint(*key);
            prologue.varint(price.step as u64);
            prologue.varint(quantity.step as u64);
        }
        prologue.varint(classes.len() as u64);
        for key in classes {
            prologue.varint(*key);
        }
        prologue.varint(self.fields.as_slice().len() as u64);
        prologue.varint(self.data.as_slice().len() as u64);
        out.extend_from_slice(prologue.as_slice());
        if classes.len() > 256 {
            out.extend(self.class_of.iter().flat_map(|c| c.to_le_bytes()));
        } else {
            out.extend(self.class_of.iter().map(|c| *c as u8));
        }
        out.extend_from_slice(self.fields.as_slice());
        out.extend_from_slice(self.controls.as_slice());
        out.extend_from_slice(self.data.as_slice());
    }
}

#[inline(always)]
fn refine(common: &mut [CommonStep; 2], list: &[Entry]) {
    let [price, quantity] = common;
    let mut all = true;
    for e in list {
        all &= price.divides(e.price) & quantity.divides(e.quantity);
    }
    if !all {
        refine_slowly(common, list);
    }
}

#[cold]
fn refine_slowly([price, quantity]: &mut [CommonStep; 2], list: &[Entry]) {
    for e in list {
        if !price.divides(e.price) {
            price.refine(e.price);
        }
        if !quantity.divides(e.quantity) {
            quantity.refine(e.quantity);
        }
    }
}

#[inline(always)]
fn write_recv(now: i64, before: i64, fields: &mut Sink) -> u8 {
    let distance = now.wrapping_sub(before);
    if distance == 0 {
        return recv::SAME;
    }
    fields.varint(distance.unsigned_abs());
    // The magnitude of i64::MIN is 2⁶³ either way: both directions come to the same value.
    if distance > 0 { recv::FORWARD } else { recv::BACK }
}

#[inline(always)]
fn write_time(now: i64, last: i64, any: i64, fields: &mut Sink) -> u8 {
    const EXACT: [u8; 3] = [time::ZERO, time::SAME_ANY, time::SAME];
    if let Some(exact) = [0, any, last].iter().position(|&t| t == now) {
        return EXACT[exact];
    }
    let distance = now.wrapping_sub(last);
    let from_any = now.wrapping_sub(any);
    let (rule, value) = if last == 0 && from_any > 0 && from_any % 1_000_000 == 0 {
        (time::MILLIS_ANY, from_any / 1_000_000)
    } else if distance <= 0 {
        (time::BACK, distance.wrapping_neg())
    } else if distance % 1_000_000 == 0 {
        (time::MILLIS, distance / 1_000_000)
    } else if distance % 1_000 == 0 {
        (time::MICROS, distance / 1_000)
    } else {
        (time::NANOS, distance)
    };
    fields.varint(value as u64);
    rule
}

#[inline(always)]
fn write_word(now: u64, related: u64, last: u64, fields: &mut Sink) -> u8 {
    if now == 0 {
        return word::ZERO;
    }
    if now == related {
        return word::RELATED;
    }
    if now == last.wrapping_add(1) {
        return word::NEXT;
    }
    if now == last {
        return word::SAME;
    }
    let mut best = (word::LAST_PLUS, now.wrapping_sub(last));
    let others = [
        (word::RELATED_PLUS, now.wrapping_sub(related)),
        (word::PLAIN, now),
        (word::LAST_MINUS, last.wrapping_sub(now)),
    ];
    for other in others {
        best = if other.1 < best.1 { other } else { best };
    }
    fields.varint(best.1);
    best.0
}

/// Where an event's lists of entries are written.
struct Lists<'a> {
    fields: &'a mut Sink,
    controls: &'a mut [u8],
    data: &'a mut [u8],
    /// Places in both.
    control: usize,
    at: usize,
}

impl Lists<'_> {
    /// Writes one side's list; returns its shape.
    #[inline(always)]
    fn side(&mut self, state: &mut State, side: usize, steps: [Step; 2], list: &[Entry]) -> Shape {
        let Some((first, more)) = list.split_first() else {
            return Shape::Empty;
        };
        let (price, quantity) = (steps[0].divide(first.price), steps[1].divide(first.quantity));
        let distance = zigzag(price.wrapping_sub(state.price[side]));
        let same = quantity == state.quantity[side];
        self.controls[self.control] =
            entry::write(distance, quantity, same, self.data, &mut self.at);
        self.control += 1;
        state.price[side] = price;
        state.quantity[side] = quantity;
        let Some(last) = more.last() else {
            return Shape::One;
        };
        self.fields.varint(more.len() as u64 - 1);
        let rising = last.price >= first.price;
        let (end, in_order) = if rising {
            self.more(price, steps, more, |d| d as u64)
        } else {
            self.more(price, steps, more, |d| d.wrapping_neg() as u64)
        };
        let (end, shape) = match (in_order, rising) {
            (true, true) => (end, Shape::Rising),
            (true, false) => (end, Shape::Falling),
            // Written over what was written as if it were in order.
            (false, _) => (self.more(price, steps, more, zigzag).0, Shape::Mixed),
        };
        self.at = end;
        self.control += more.len();
        shape
    }

    /// Writes what follows a list's first entry; returns where the data end, and whether no
    /// distance was negative.
    #[inline(always)]
    fn more(
        &mut self,
        mut last: i64,
        [price_step, quantity_step]: [Step; 2],
        list: &[Entry],
        unsigned: impl Fn(i64) -> u64,
    ) -> (usize, bool) {
        let (mut signs, mut at) = (0, self.at);
        let controls = &mut self.controls[self.control..];
        for (e, control) in list.iter().zip(controls) {
            let price = price_step.divide(e.price);
            let distance = unsigned(price.wrapping_sub(last));
            signs |= distance;
            let quantity = quantity_step.divide(e.quantity);
            *control = entry::write(distance, quantity, false, self.data, &mut at);
            last = price;
        }
        (at, signs as i64 >= 0)
    }
}
