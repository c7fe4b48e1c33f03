//! Frames and bodies of every venue of Binance's protocols, one a line, through the fast and the general reader.

use crate::corpus::symbols;
use tickwright_engine::venue::{Feed, Outcome, Venue};
use tickwright_engine::{Directory, EventBuf, FrameError, Instrument, InstrumentVersion};

/// The first byte says which venue.
pub fn run(data: &[u8]) {
    let Some((&first, rest)) = data.split_first() else { return };
    let venue = Venue::BINANCE[usize::from(first) % Venue::BINANCE.len()];
    let mut directory = directory(venue);
    let mut fast = Feed::new(venue, &mut directory);
    let mut general = fast.clone();
    general.set_templates(false);
    if first & 0x80 != 0 {
        fast.set_strict(true);
        general.set_strict(true);
    }
    let (mut a, mut b) = (EventBuf::new(), EventBuf::new());
    for (n, line) in rest.split(|&b| b == b'\n').enumerate() {
        let stamp = 1_700_000_000_000_000_000 + n as i64;
        let left = one(&mut fast, line, stamp, &mut a);
        let right = one(&mut general, line, stamp, &mut b);
        assert_eq!(left, right, "line {n}: the two readers differ");
        let events = |buf: &EventBuf| (buf.headers().to_vec(), buf.entries().to_vec());
        assert_eq!(events(&a), events(&b), "line {n}: the two readers differ");
        check(&a, &directory, line, &left);
        a.clear();
        b.clear();
    }
}

fn one(
    feed: &mut Feed,
    line: &[u8],
    stamp: i64,
    out: &mut EventBuf,
) -> Result<Outcome, FrameError> {
    if line.starts_with(b"{\"lastUpdateId\"") {
        feed.snapshot(u32::from(line.len().is_multiple_of(3)), line, stamp, out)
    } else {
        feed.frame(line, stamp, out)
    }
}

/// A refused frame leaves nothing; events are whole and of instruments that are there.
fn check(
    out: &EventBuf,
    directory: &Directory,
    line: &[u8],
    outcome: &Result<Outcome, FrameError>,
) {
    if let Err(error) = outcome {
        assert!(out.is_empty() && out.entries().is_empty(), "a refused frame left events");
        assert!(error.offset as usize <= line.len(), "{error} lies beyond the frame");
    }
    let mut entries = 0;
    for header in out.headers() {
        assert!((header.instrument as usize) < directory.instruments.len());
        entries += header.bids as usize + header.asks as usize;
    }
    assert_eq!(entries, out.entries().len());
}

/// Two instruments of a venue.
#[must_use]
pub fn directory(venue: Venue) -> Directory {
    let of = |symbol: &&str| Instrument {
        venue: venue.name().to_owned(),
        symbol: (*symbol).to_owned(),
        price_scale: 2,
        quantity_scale: 5,
        versions: vec![InstrumentVersion { from_event: 0, tick: 1, lot: 1, inferred: false }],
    };
    Directory { instruments: symbols(venue).iter().map(of).collect(), sources: Vec::new() }
}
