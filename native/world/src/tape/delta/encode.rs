//! From headers and entries to a body.

use super::class::{Class, Shape, State, recv, related, stream_key, time, word};
use super::intern::Interner;
use super::step::{CommonStep, Step};
use super::{MAX_FIELDS, entry};
use crate::tape::varint::{Sink, len, zigzag};
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
    controls: Vec<u8>,
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
        self.controls.clear();
        self.fields.reset(headers.len() * MAX_FIELDS);
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
        for side in 0..2 {
            class.shapes[side] = shape(lists[side]);
            if lists[side].len() > 1 {
                fields.varint(lists[side].len() as u64 - 2);
            }
        }
        let steps = self.steps[usize::from(stream)];
        for side in 0..2 {
            let (list, shape) = (lists[side], class.shapes[side]);
            if let Some((first, more)) = list.split_first() {
                let price =
                    write_first(state, side, steps, *first, &mut self.controls, &mut self.data);
                write_more(price, shape, steps, more, &mut self.controls, &mut self.data);
            }
        }
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
        out.extend_from_slice(&self.controls);
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
    for (rule, value) in others {
        if len(value) < len(best.1) {
            best = (rule, value);
        }
    }
    fields.varint(best.1);
    best.0
}

/// Direction of a list of prices; equal neighbours go with either.
#[inline(always)]
fn shape(list: &[Entry]) -> Shape {
    if list.len() < 2 {
        return if list.is_empty() { Shape::Empty } else { Shape::One };
    }
    let (mut rising, mut falling) = (true, true);
    for (a, b) in list.iter().zip(&list[1..]) {
        rising &= a.price <= b.price;
        falling &= a.price >= b.price;
    }
    match (rising, falling) {
        (true, _) => Shape::Rising,
        (false, true) => Shape::Falling,
        (false, false) => Shape::Mixed,
    }
}

/// Writes a list's first entry; returns its price in steps.
#[inline(always)]
fn write_first(
    state: &mut State,
    side: usize,
    steps: [Step; 2],
    e: Entry,
    controls: &mut Vec<u8>,
    data: &mut Sink,
) -> i64 {
    let (price, quantity) = (steps[0].divide(e.price), steps[1].divide(e.quantity));
    let distance = zigzag(price.wrapping_sub(state.price[side]));
    entry::write(distance, quantity, quantity == state.quantity[side], controls, data);
    state.price[side] = price;
    state.quantity[side] = quantity;
    price
}

#[inline(always)]
fn write_more(
    mut last: i64,
    shape: Shape,
    [price_step, quantity_step]: [Step; 2],
    list: &[Entry],
    controls: &mut Vec<u8>,
    data: &mut Sink,
) {
    for e in list {
        let price = price_step.divide(e.price);
        let distance = price.wrapping_sub(last);
        let distance = match shape {
            Shape::Rising => distance as u64,
            Shape::Falling => distance.wrapping_neg() as u64,
            _ => zigzag(distance),
        };
        entry::write(distance, quantity_step.divide(e.quantity), false, controls, data);
        last = price;
    }
}
