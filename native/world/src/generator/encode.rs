//! Events as the frames and bodies that Binance would have sent: byte for byte its key order,
//! digits and level order, as recorded on 2024-08-08.

use tickwright_engine::event::kind;
use tickwright_engine::{Entry, EventHeader};

use super::config::Venue;

const NS_PER_MS: i64 = 1_000_000;

/// Fixed text of one instrument's frames.
#[derive(Clone, Debug)]
pub struct Encoder {
    venue: Venue,
    price_scale: u8,
    quantity_scale: u8,
    depth_head: String,
    quote_head: String,
    trade_head: String,
    /// `"s":"BTCUSD_PERP","ps":"BTCUSD"` as far as the venue has it.
    symbol: String,
    /// The same in a REST body.
    body_symbol: String,
}

/// An event with the entries it has and the stamp at which the venue sent it.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    pub header: &'a EventHeader,
    pub bids: &'a [Entry],
    pub asks: &'a [Entry],
    /// `E`, ms since 1970.
    pub sent_ms: i64,
}

impl Encoder {
    #[must_use]
    pub fn new(venue: Venue, symbol: &str, price_scale: u8, quantity_scale: u8) -> Self {
        let lower = symbol.to_ascii_lowercase();
        let pair = symbol.split('_').next().unwrap_or(symbol);
        let head = |stream: &str| format!("{{\"stream\":\"{lower}@{stream}\",\"data\":{{");
        let coin = venue == Venue::CoinM;
        Self {
            venue,
            price_scale,
            quantity_scale,
            depth_head: head(if venue.is_futures() { "depth@0ms" } else { "depth@100ms" }),
            quote_head: head("bookTicker"),
            trade_head: head("trade"),
            symbol: if coin {
                format!("\"s\":\"{symbol}\",\"ps\":\"{pair}\"")
            } else {
                format!("\"s\":\"{symbol}\"")
            },
            body_symbol: if coin {
                format!(",\"symbol\":\"{symbol}\",\"pair\":\"{pair}\"")
            } else {
                String::new()
            },
        }
    }

    /// Appends the frame (depth, quote, trade) or the REST body (snapshot).
    pub fn append(&self, event: Outgoing<'_>, out: &mut Vec<u8>) {
        match event.header.kind {
            kind::DEPTH => self.depth(event, out),
            kind::QUOTE => self.quote(event, out),
            kind::TRADE => self.trade(event, out),
            _ => self.snapshot(event, out),
        }
    }

    fn depth(&self, event: Outgoing<'_>, out: &mut Vec<u8>) {
        let header = event.header;
        text(out, &self.depth_head);
        integer(out, "\"e\":\"depthUpdate\",\"E\":", event.sent_ms);
        if self.venue.is_futures() {
            integer(out, ",\"T\":", header.ts_event / NS_PER_MS);
        }
        text(out, ",");
        text(out, &self.symbol);
        integer(out, ",\"U\":", header.w0 as i64);
        integer(out, ",\"u\":", header.w1 as i64);
        if self.venue.is_futures() {
            integer(out, ",\"pu\":", header.w2 as i64);
        }
        self.levels(out, ",\"b\":[", event.bids);
        self.levels(out, "],\"a\":[", event.asks);
        text(out, "]}}");
    }

    fn quote(&self, event: Outgoing<'_>, out: &mut Vec<u8>) {
        text(out, &self.quote_head);
        match self.venue {
            Venue::UsdM => integer(out, "\"e\":\"bookTicker\",\"u\":", event.header.w1 as i64),
            _ => integer(out, "\"u\":", event.header.w1 as i64),
        }
        text(out, if self.venue == Venue::CoinM { ",\"e\":\"bookTicker\"," } else { "," });
        text(out, &self.symbol);
        self.best(out, [",\"b\":\"", "\",\"B\":\""], event.bids);
        self.best(out, ["\",\"a\":\"", "\",\"A\":\""], event.asks);
        if self.venue.is_futures() {
            integer(out, "\",\"T\":", event.header.ts_event / NS_PER_MS);
            integer(out, ",\"E\":", event.sent_ms);
            text(out, "}}");
        } else {
            text(out, "\"}}");
        }
    }

    fn trade(&self, event: Outgoing<'_>, out: &mut Vec<u8>) {
        let traded_ms = event.header.ts_event / NS_PER_MS;
        let buyer_is_maker = event.bids.is_empty();
        text(out, &self.trade_head);
        integer(out, "\"e\":\"trade\",\"E\":", event.sent_ms);
        if self.venue.is_futures() {
            integer(out, ",\"T\":", traded_ms);
        }
        text(out, ",");
        // No `ps` here, on COIN-M neither.
        text(out, self.symbol.split(',').next().unwrap_or_default());
        integer(out, ",\"t\":", event.header.aux as i64);
        let entries = if buyer_is_maker { event.asks } else { event.bids };
        self.best(out, [",\"p\":\"", "\",\"q\":\""], entries);
        if self.venue.is_futures() {
            text(out, "\",\"X\":\"MARKET\",\"m\":");
        } else {
            integer(out, "\",\"T\":", traded_ms);
            text(out, ",\"m\":");
        }
        text(out, if buyer_is_maker { "true" } else { "false" });
        text(out, if self.venue.is_futures() { "}}" } else { ",\"M\":true}}" });
    }

    fn snapshot(&self, event: Outgoing<'_>, out: &mut Vec<u8>) {
        integer(out, "{\"lastUpdateId\":", event.header.w1 as i64);
        if self.venue.is_futures() {
            integer(out, ",\"E\":", event.sent_ms);
            integer(out, ",\"T\":", event.header.ts_event / NS_PER_MS);
            text(out, &self.body_symbol);
        }
        self.levels(out, ",\"bids\":[", event.bids);
        self.levels(out, "],\"asks\":[", event.asks);
        text(out, "]}");
    }

    fn best(&self, out: &mut Vec<u8>, keys: [&str; 2], entries: &[Entry]) {
        let entry = entries.first().copied().unwrap_or_default();
        text(out, keys[0]);
        decimal(out, entry.price, self.price_scale);
        text(out, keys[1]);
        decimal(out, entry.quantity, self.quantity_scale);
    }

    fn levels(&self, out: &mut Vec<u8>, key: &str, entries: &[Entry]) {
        text(out, key);
        for (i, entry) in entries.iter().enumerate() {
            text(out, if i == 0 { "[\"" } else { ",[\"" });
            decimal(out, entry.price, self.price_scale);
            text(out, "\",\"");
            decimal(out, entry.quantity, self.quantity_scale);
            text(out, "\"]");
        }
    }
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

fn integer(out: &mut Vec<u8>, key: &str, value: i64) {
    text(out, key);
    decimal(out, value, 0);
}

/// The mantissa with exactly `scale` digits behind the point. Not negative: nothing here is.
fn decimal(out: &mut Vec<u8>, mantissa: i64, scale: u8) {
    let mut digits = [0_u8; 40];
    let mut at = digits.len();
    let mut rest = mantissa.unsigned_abs();
    let mut written = 0;
    while rest > 0 || written <= scale {
        if written == scale && scale > 0 {
            at -= 1;
            digits[at] = b'.';
        }
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        written += 1;
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(mantissa: i64, scale: u8) -> String {
        let mut out = Vec::new();
        decimal(&mut out, mantissa, scale);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn decimals_have_exactly_the_digits_of_their_scale() {
        assert_eq!(printed(6_180_020, 2), "61800.20");
        assert_eq!(printed(0, 3), "0.000");
        assert_eq!(printed(5, 3), "0.005");
        assert_eq!(printed(0, 0), "0");
        assert_eq!(printed(35, 0), "35");
        assert_eq!(printed(i64::MAX, 8), "92233720368.54775807");
    }

    fn encoded(encoder: &Encoder, header: EventHeader, bids: &[Entry], asks: &[Entry]) -> String {
        let mut out = Vec::new();
        encoder
            .append(Outgoing { header: &header, bids, asks, sent_ms: 1_723_161_256_313 }, &mut out);
        String::from_utf8(out).unwrap()
    }

    const T: i64 = 1_723_161_256_312_000_000;

    /// Each expected text is a recorded frame, cut to one level a side where it is depth.
    #[test]
    fn usd_m_frames_are_written_as_recorded() {
        let encoder = Encoder::new(Venue::UsdM, "BTCUSDT", 2, 3);
        let bid = [Entry { price: 6_180_020, quantity: 2507 }];
        let ask = [Entry { price: 6_180_030, quantity: 2510 }];
        let header = EventHeader { ts_event: T, w1: 5_123_107_839_020, ..Default::default() };
        let quote = EventHeader { kind: kind::QUOTE, ..header };
        assert_eq!(
            encoded(&encoder, quote, &bid, &ask),
            r#"{"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":5123107839020,"s":"BTCUSDT","b":"61800.20","B":"2.507","a":"61800.30","A":"2.510","T":1723161256312,"E":1723161256313}}"#
        );
        let depth = EventHeader { kind: kind::DEPTH, w0: 7, w2: 5, ..header };
        assert_eq!(
            encoded(&encoder, depth, &bid, &[]),
            r#"{"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":1723161256313,"T":1723161256312,"s":"BTCUSDT","U":7,"u":5123107839020,"pu":5,"b":[["61800.20","2.507"]],"a":[]}}"#
        );
        let trade = EventHeader { kind: kind::TRADE, aux: 5_266_583_935, ..header };
        assert_eq!(
            encoded(&encoder, trade, &ask, &[]),
            r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256313,"T":1723161256312,"s":"BTCUSDT","t":5266583935,"p":"61800.30","q":"2.510","X":"MARKET","m":false}}"#
        );
        let snapshot = EventHeader { kind: kind::SNAPSHOT, ..header };
        assert_eq!(
            encoded(&encoder, snapshot, &bid, &ask),
            r#"{"lastUpdateId":5123107839020,"E":1723161256313,"T":1723161256312,"bids":[["61800.20","2.507"]],"asks":[["61800.30","2.510"]]}"#
        );
    }

    #[test]
    fn spot_frames_are_written_as_recorded() {
        let encoder = Encoder::new(Venue::Spot, "BTCUSDT", 8, 8);
        let bid = [Entry { price: 6_183_763_000_000, quantity: 2_000_000 }];
        let ask = [Entry { price: 6_183_764_000_000, quantity: 154_698_000 }];
        let header = EventHeader { ts_event: T, w1: 50_093_239_212, ..Default::default() };
        let quote = EventHeader { kind: kind::QUOTE, ..header };
        assert_eq!(
            encoded(&encoder, quote, &bid, &ask),
            r#"{"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"0.02000000","a":"61837.64000000","A":"1.54698000"}}"#
        );
        let depth = EventHeader { kind: kind::DEPTH, w0: 7, ..header };
        assert_eq!(
            encoded(&encoder, depth, &[], &ask),
            r#"{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161256313,"s":"BTCUSDT","U":7,"u":50093239212,"b":[],"a":[["61837.64000000","1.54698000"]]}}"#
        );
        let trade = EventHeader { kind: kind::TRADE, aux: 3_735_683_259, ..header };
        assert_eq!(
            encoded(&encoder, trade, &[], &bid),
            r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256313,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161256312,"m":true,"M":true}}"#
        );
        let snapshot = EventHeader { kind: kind::SNAPSHOT, ..header };
        assert_eq!(
            encoded(&encoder, snapshot, &bid, &[]),
            r#"{"lastUpdateId":50093239212,"bids":[["61837.63000000","0.02000000"]],"asks":[]}"#
        );
    }

    #[test]
    fn coin_m_frames_are_written_as_recorded() {
        let encoder = Encoder::new(Venue::CoinM, "BTCUSD_PERP", 1, 0);
        let bid = [Entry { price: 618_047, quantity: 35 }];
        let ask = [Entry { price: 618_048, quantity: 1645 }];
        let header = EventHeader { ts_event: T, w1: 1_007_198_632_021, ..Default::default() };
        let quote = EventHeader { kind: kind::QUOTE, ..header };
        assert_eq!(
            encoded(&encoder, quote, &bid, &ask),
            r#"{"stream":"btcusd_perp@bookTicker","data":{"u":1007198632021,"e":"bookTicker","s":"BTCUSD_PERP","ps":"BTCUSD","b":"61804.7","B":"35","a":"61804.8","A":"1645","T":1723161256312,"E":1723161256313}}"#
        );
        let depth = EventHeader { kind: kind::DEPTH, w0: 7, w2: 5, ..header };
        assert_eq!(
            encoded(&encoder, depth, &bid, &ask),
            r#"{"stream":"btcusd_perp@depth@0ms","data":{"e":"depthUpdate","E":1723161256313,"T":1723161256312,"s":"BTCUSD_PERP","ps":"BTCUSD","U":7,"u":1007198632021,"pu":5,"b":[["61804.7","35"]],"a":[["61804.8","1645"]]}}"#
        );
        let trade = EventHeader { kind: kind::TRADE, aux: 849_714_402, ..header };
        assert_eq!(
            encoded(&encoder, trade, &ask, &[]),
            r#"{"stream":"btcusd_perp@trade","data":{"e":"trade","E":1723161256313,"T":1723161256312,"s":"BTCUSD_PERP","t":849714402,"p":"61804.8","q":"1645","X":"MARKET","m":false}}"#
        );
        let snapshot = EventHeader { kind: kind::SNAPSHOT, ..header };
        assert_eq!(
            encoded(&encoder, snapshot, &bid, &[]),
            r#"{"lastUpdateId":1007198632021,"E":1723161256313,"T":1723161256312,"symbol":"BTCUSD_PERP","pair":"BTCUSD","bids":[["61804.7","35"]],"asks":[]}"#
        );
    }
}
