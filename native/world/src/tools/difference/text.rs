//! Events and entries in one line, for people.

use tickwright_engine::journal::JournalRef;
use tickwright_engine::schema::{entry_type, kind, proof_reason};
use tickwright_engine::{Directory, Entry, EventRef, Instrument, decimal};

/// Levels of a side that are written out.
const SHOWN: usize = 8;
/// Bytes around a difference that are shown.
const AROUND: usize = 60;

/// An event: what, of which instrument, when, with which ids and levels.
pub fn event_text(event: EventRef<'_>, directory: &Directory) -> String {
    let h = event.header;
    let of = directory.instruments.get(h.instrument as usize);
    let name = of.map_or_else(|| format!("instrument {}", h.instrument), Instrument::name);
    let source = directory.sources.get(usize::from(h.source)).map_or("?", |s| s.name.as_str());
    let mut text = format!("{} {name} ({source}), tsRecv {}", kind::name(h.kind), h.ts_recv);
    text.push_str(&format!(", tsEvent {}", h.ts_event));
    if h.kind == kind::RESET {
        text.push_str(&format!(", reason {}", proof_reason::name(h.w0 as u8)));
    } else {
        text.push_str(&format!(", ids {} {} {}", h.w0, h.w1, h.w2));
    }
    if h.aux != 0 {
        text.push_str(&format!(", aux {}", h.aux));
    }
    if h.flags != 0 {
        text.push_str(&format!(", flags {}", h.flags));
    }
    for (side, levels) in [("bids", event.bids), ("asks", event.asks)] {
        if !levels.is_empty() {
            text.push_str(&format!(", {side} {}", levels_text(levels, of)));
        }
    }
    text
}

fn levels_text(levels: &[Entry], of: Option<&Instrument>) -> String {
    let (p, q) = of.map_or((0, 0), |i| (i.price_scale, i.quantity_scale));
    let one =
        |e: &Entry| format!("{}×{}", decimal::format(e.price, p), decimal::format(e.quantity, q));
    let shown: Vec<_> = levels.iter().take(SHOWN).map(one).collect();
    let more = levels.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" … {more} more") } else { String::new() };
    format!("{}{rest}", shown.join(" "))
}

/// An input of a journal; of its payload what lies around `byte`.
pub fn input_text(entry: &JournalRef<'_>, byte: usize) -> String {
    let h = &entry.header;
    let from = byte.saturating_sub(AROUND);
    let to = (byte + AROUND).min(entry.payload.len());
    let around = String::from_utf8_lossy(entry.payload.get(from..to).unwrap_or_default());
    let lead = if from > 0 { "…" } else { "" };
    let trail = if to < entry.payload.len() { "…" } else { "" };
    format!(
        "{} of {} bytes, source {}, stamp {}: {lead}{around}{trail}",
        entry_type::name(h.entry_type),
        entry.payload.len(),
        h.source,
        h.stamp
    )
}
