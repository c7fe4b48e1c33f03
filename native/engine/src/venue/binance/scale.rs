//! Scales and steps of instruments that no instrument list describes, from what was printed.

use super::candidates::VenueClues;
use super::decode::Parsed;
use super::family::Family;
use super::fields::Key;
use super::general::Reader;
use super::scan::full;
use super::slot::{Slot, Sources};
use super::template;
use super::view::{View, printed};
use crate::error::FrameError;
use crate::event::Entry;
use crate::venue::wire::lexer::{Lexer, Type, UNESCAPED, Value};
use crate::venue::wire::step::{Scales, Step};
use crate::venue::wire::symbols::Symbols;

/// What a frame was, and the place of its symbol in [`ScaleScan::symbols`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub family: Family,
    pub symbol: Option<usize>,
}

/// The first pass over a recording: scales by symbol, and clues to its venue.
#[derive(Clone, Debug, Default)]
pub struct ScaleScan {
    names: Vec<String>,
    symbols: Symbols,
    /// Trial instruments with the scales found so far, for the templates.
    slots: Vec<Slot>,
    steps: Vec<[Step; 2]>,
    /// Whether a template of spot, of futures, told the clues of a symbol.
    told: Vec<[bool; 2]>,
    clues: VenueClues,
    /// Whether the last frame was one of futures: the template to try first.
    futures: bool,
    entries: Vec<Entry>,
    message: Parsed,
    reader: Reader,
}

impl ScaleScan {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a frame or a body. `symbol` is that of a body that names none; without either, the
    /// numbers are left out.
    ///
    /// # Errors
    /// As [`super::scan::scan`]. Numbers out of range are left to the feed to refuse.
    pub fn add_frame(&mut self, frame: &[u8], symbol: Option<&str>) -> Result<Seen, FrameError> {
        for futures in [self.futures, !self.futures] {
            self.entries.clear();
            let (symbols, slots) = (&self.symbols, self.slots.as_slice());
            let (entries, parsed) = (&mut self.entries, &mut self.message);
            if template::read::<true>(frame, futures, symbols, slots, entries, parsed) {
                self.futures = futures;
                return Ok(self.parsed(futures));
            }
        }
        self.general(frame, symbol)
    }

    /// The address of a connection or request: a clue to the venue.
    pub fn add_url(&mut self, url: &str) {
        self.clues.url(url);
    }

    #[must_use]
    pub fn clues(&self) -> &VenueClues {
        &self.clues
    }

    /// What was found of a symbol, `None` where it was never named.
    #[must_use]
    pub fn scales(&self, symbol: &str) -> Option<Scales> {
        let [price, quantity] = self.steps[self.symbols.find(symbol.as_bytes())?];
        Some(Scales::new(price, quantity))
    }

    /// Symbols in the order in which they were first named.
    #[must_use]
    pub fn symbols(&self) -> &[String] {
        &self.names
    }

    /// A frame that a template read: all its numbers have the decimals found so far.
    #[inline]
    fn parsed(&mut self, futures: bool) -> Seen {
        let place = self.message.slot;
        let [price, quantity] = &mut self.steps[place];
        for entry in &self.entries {
            price.add(entry.price as u64);
            quantity.add(entry.quantity as u64);
        }
        if !self.told[place][usize::from(futures)] {
            self.told[place][usize::from(futures)] = true;
            self.clues.symbol(&self.names[place], futures);
        }
        Seen { family: self.message.family, symbol: Some(place) }
    }

    #[cold]
    fn general(&mut self, frame: &[u8], symbol: Option<&str>) -> Result<Seen, FrameError> {
        let (scan, payload) = full(frame, &mut self.reader)?;
        self.clues.frame(&scan);
        let upper = scan.stream_symbol().map(str::to_ascii_uppercase);
        let symbol = scan.symbol.or(symbol).or(upper.as_deref());
        let is_taken = scan.family <= Family::Liquidation;
        let Some(symbol) = symbol.filter(|_| is_taken) else {
            return Ok(Seen { family: scan.family, symbol: None });
        };
        let place = self.place(symbol);
        if scan.family == Family::Mark {
            // Marks have a scale of their own: they name the instrument and tell no decimals.
            return Ok(Seen { family: scan.family, symbol: Some(place) });
        }
        let fields = self.reader.fields(payload, scan.family);
        let steps = &mut self.steps[place];
        printed_numbers(View { frame, fields }, scan.family, steps);
        let slot = &mut self.slots[place];
        (slot.price_scale, slot.quantity_scale) = (steps[0].decimals, steps[1].decimals);
        Ok(Seen { family: scan.family, symbol: Some(place) })
    }

    fn place(&mut self, symbol: &str) -> usize {
        if let Some(place) = self.symbols.find(symbol.as_bytes()) {
            return place;
        }
        self.names.push(symbol.to_owned());
        self.symbols = Symbols::new(self.names.iter().map(String::as_str));
        let place = self.names.len() - 1;
        self.slots.push(Slot::bare(place as u32, false, (0, 0), Sources::default()));
        self.steps.push([Step::default(); 2]);
        self.told.push([false; 2]);
        place
    }
}

/// Adds the prices and quantities of a message.
fn printed_numbers(view: View<'_>, family: Family, steps: &mut [Step; 2]) {
    const QUOTE: [(Key, usize); 4] =
        [(Key::Bid, 0), (Key::Ask, 0), (Key::BidQuantity, 1), (Key::AskQuantity, 1)];
    const PRINT: [(Key, usize); 2] = [(Key::Price, 0), (Key::Quantity, 1)];
    let numbers: &[(Key, usize)] = match family {
        Family::Quote => &QUOTE,
        Family::Trade | Family::AggTrade | Family::Liquidation => &PRINT,
        _ => &[],
    };
    for (key, step) in numbers {
        view.fields.get(*key).into_iter().for_each(|v| add_value(view.frame, v, &mut steps[*step]));
    }
    if !numbers.is_empty() {
        return;
    }
    for key in [Key::Bid, Key::Ask, Key::Bids, Key::Asks] {
        if let Some(list) = view.fields.get(key).filter(|v| v.of == Type::Array) {
            let _ = levels(view.frame, list, steps);
        }
    }
}

fn add_value(frame: &[u8], value: Value, step: &mut Step) {
    let mut buffer = [0; UNESCAPED];
    if let Some(text) = printed(frame, value, &mut buffer) {
        step.add_printed(text);
    }
}

/// Adds the first two elements of each level.
fn levels(frame: &[u8], list: Value, steps: &mut [Step; 2]) -> Result<(), FrameError> {
    let mut lexer = Lexer::new(frame, list.at() + 1);
    while !lexer.eat(b']') {
        let mut place = 0;
        let level = lexer.value(0)?;
        let mut inside = Lexer::new(frame, level.at() + 1);
        while level.of == Type::Array && !inside.eat(b']') {
            let value = inside.value(0)?;
            if let Some(step) = steps.get_mut(place) {
                add_value(frame, value, step);
            }
            place += 1;
            inside.eat(b',');
        }
        lexer.eat(b',');
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(bids: &str) -> String {
        format!(
            r#"{{"stream":"btcusdt@depth","data":{{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":2,"b":{bids},"a":[]}}}}"#
        )
    }

    fn scales(frames: &[String]) -> Scales {
        let mut scan = ScaleScan::new();
        for frame in frames {
            let seen = scan.add_frame(frame.as_bytes(), None).unwrap();
            assert_eq!(seen, Seen { family: Family::Depth, symbol: Some(0) });
        }
        scan.scales("BTCUSDT").unwrap()
    }

    #[test]
    fn most_decimals_and_greatest_divisor() {
        let found = scales(&[
            depth(r#"[["58710.20","0.014"],["58710.70","0.000"]]"#),
            depth(r#"[["58711.20","0.018"]]"#),
        ]);
        let expected = Scales { price_scale: 2, quantity_scale: 3, tick: 10, lot: 2 };
        assert_eq!(found, expected);
    }

    #[test]
    fn later_digits_refine_what_was_found() {
        let found = scales(&[
            depth(r#"[["100","5"]]"#),
            depth(r#"[["100.5","1e-3"]]"#),
            depth(r#"[["99.50","2"]]"#),
            depth(r#"[[3.25,"0.0"]]"#),
        ]);
        let expected = Scales { price_scale: 2, quantity_scale: 3, tick: 25, lot: 1 };
        assert_eq!(found, expected);
    }

    #[test]
    fn bodies_take_the_symbol_that_they_are_told() {
        let mut scan = ScaleScan::new();
        let body = br#"{"lastUpdateId": 5, "bids": [["1.50", "10"]], "asks": []}"#;
        assert_eq!(scan.add_frame(body, None).unwrap().symbol, None);
        assert_eq!(scan.add_frame(body, Some("NEXOUSDT")).unwrap().symbol, Some(0));
        assert_eq!(scan.symbols(), ["NEXOUSDT"]);
        assert_eq!(scan.scales("NEXOUSDT").unwrap().price_scale, 2);
        assert_eq!(scan.scales("OTHER"), None);
    }
}
