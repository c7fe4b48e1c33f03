//! Which venue a recording is of, by what its frames and addresses show.

use super::scan::{Family, Scan};
use crate::venue::Venue;

/// What was seen so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct VenueClues {
    spot: bool,
    usdm: bool,
    coinm: bool,
    /// A futures message of a symbol that both futures venues could have.
    futures: bool,
    hosts: [bool; Venue::BINANCE.len()],
}

impl VenueClues {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A frame, or a snapshot's body.
    pub fn frame(&mut self, scan: &Scan<'_>) {
        let coin = scan.symbol.is_some_and(is_coin_margined);
        let pair = scan.pair.is_some_and(|pair| scan.symbol.is_some_and(|s| s != pair));
        match (scan.market, scan.family) {
            (Some(1), _) => self.usdm = true,
            (Some(2), _) => self.coinm = true,
            _ if coin || pair => self.coinm = true,
            _ if scan.is_futures && scan.symbol.is_some() => self.usdm = true,
            _ if scan.is_futures => self.futures = true,
            (_, Family::Depth | Family::Quote | Family::Snapshot | Family::Partial) => {
                self.spot = true;
            }
            _ => {}
        }
    }

    /// A symbol whose messages are spelled as those of spot, or of futures.
    pub(super) fn symbol(&mut self, symbol: &str, futures: bool) {
        match (futures, is_coin_margined(symbol)) {
            (false, _) => self.spot = true,
            (true, false) => self.usdm = true,
            (true, true) => self.coinm = true,
        }
    }

    /// The address of a connection or request.
    pub fn url(&mut self, url: &str) {
        const HOSTS: [(&str, Venue); 11] = [
            ("fapi.binance.com", Venue::BinanceUsdm),
            ("fstream.binance.com", Venue::BinanceUsdm),
            ("dapi.binance.com", Venue::BinanceCoinm),
            ("dstream.binance.com", Venue::BinanceCoinm),
            ("binance.us", Venue::BinanceUs),
            ("binance.me", Venue::BinanceTr),
            ("trbinance.com", Venue::BinanceTr),
            ("binance.tr", Venue::BinanceTr),
            ("api.binance.com", Venue::Binance),
            ("stream.binance.com", Venue::Binance),
            ("binance.vision", Venue::Binance),
        ];
        let host = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = host.split(['/', ':', '?']).next().unwrap_or_default();
        // `api1.binance.com` and its like stand for `api.binance.com`.
        let numbered =
            host.strip_prefix("api").map(|h| h.trim_start_matches(|c: char| c.is_ascii_digit()));
        let ends = |name: &str| {
            host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                || numbered.is_some_and(|rest| name.strip_prefix("api") == Some(rest))
        };
        if let Some((_, venue)) = HOSTS.into_iter().find(|(name, _)| ends(name)) {
            self.hosts[venue as usize] = true;
        }
    }

    /// Venues that fit; one is certain, several are a doubt, none is another recording altogether.
    #[must_use]
    pub fn candidates(&self) -> Vec<Venue> {
        let futures_known = self.usdm || self.coinm;
        let by_frames = |venue: &Venue| match venue {
            Venue::BinanceUsdm => self.usdm || (self.futures && !futures_known),
            Venue::BinanceCoinm => self.coinm || (self.futures && !futures_known),
            _ => self.spot,
        };
        let frames: Vec<Venue> = Venue::BINANCE.into_iter().filter(by_frames).collect();
        let hosts: Vec<Venue> =
            Venue::BINANCE.into_iter().filter(|v| self.hosts[*v as usize]).collect();
        if frames.is_empty() || hosts.is_empty() {
            return if hosts.is_empty() { frames } else { hosts };
        }
        let both: Vec<Venue> = frames.iter().copied().filter(|v| hosts.contains(v)).collect();
        if !both.is_empty() {
            return both;
        }
        // They contradict each other: all of them are in doubt.
        Venue::BINANCE.into_iter().filter(|v| frames.contains(v) || hosts.contains(v)).collect()
    }
}

/// C1: `BTCUSD_PERP`, `ETHUSD_210924`; a delivery symbol of USDⓈ-M is `BTCUSDT_240628`.
fn is_coin_margined(symbol: &str) -> bool {
    symbol.contains("USD_")
}

/// Venues that fit the frames and addresses of a recording; frames that cannot be read say nothing.
#[must_use]
pub fn venue_candidates<'a>(
    frames: impl IntoIterator<Item = &'a [u8]>,
    urls: impl IntoIterator<Item = &'a str>,
) -> Vec<Venue> {
    let mut clues = VenueClues::new();
    for scan in frames.into_iter().filter_map(|frame| super::scan::scan(frame).ok()) {
        clues.frame(&scan);
    }
    urls.into_iter().for_each(|url| clues.url(url));
    clues.candidates()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPOT: &[u8] = br#"{"u":1,"s":"BTCUSDT","b":"1","B":"1","a":"2","A":"1"}"#;
    const USDM: &[u8] =
        br#"{"e":"depthUpdate","E":1,"T":1,"s":"BTCUSDT","U":1,"u":2,"pu":0,"b":[],"a":[]}"#;
    const COINM: &[u8] = br#"{"e":"depthUpdate","E":1,"T":1,"s":"BTCUSD_PERP","ps":"BTCUSD","U":1,"u":2,"pu":0,"b":[],"a":[]}"#;
    const MERGED: &[u8] =
        br#"{"e":"bookTicker","u":1,"s":"BTCUSDT","b":"1","B":"1","a":"2","A":"1","T":1,"E":1,"st":1,"ps":"BTCUSDT"}"#;
    const BODY: &[u8] = br#"{"lastUpdateId":1,"E":1,"T":1,"bids":[],"asks":[]}"#;
    const SPOT_VENUES: [Venue; 3] = [Venue::Binance, Venue::BinanceUs, Venue::BinanceTr];

    fn of(frames: &[&'static [u8]], urls: &[&'static str]) -> Vec<Venue> {
        venue_candidates(frames.iter().copied(), urls.iter().copied())
    }

    #[test]
    fn frames_tell_futures_venues_apart() {
        assert_eq!(of(&[USDM], &[]), [Venue::BinanceUsdm]);
        assert_eq!(of(&[COINM], &[]), [Venue::BinanceCoinm]);
        assert_eq!(of(&[MERGED, BODY], &[]), [Venue::BinanceUsdm]);
        assert_eq!(of(&[BODY], &[]), [Venue::BinanceUsdm, Venue::BinanceCoinm]);
        assert_eq!(of(&[USDM, COINM], &[]), [Venue::BinanceUsdm, Venue::BinanceCoinm]);
    }

    #[test]
    fn spot_venues_differ_by_address_alone() {
        assert_eq!(of(&[SPOT], &[]), SPOT_VENUES);
        let hosts = [
            ("https://api.binance.com/api/v3/depth?symbol=X", Venue::Binance),
            ("wss://stream.binance.com:9443/stream", Venue::Binance),
            ("https://api1.binance.com/api", Venue::Binance),
            ("https://api.binance.us/api/v3/exchangeInfo", Venue::BinanceUs),
            ("https://api.binance.me/api/v3/depth", Venue::BinanceTr),
            ("wss://stream-cloud.trbinance.com/stream", Venue::BinanceTr),
        ];
        for (url, venue) in hosts {
            assert_eq!(of(&[SPOT], &[url]), [venue], "{url}");
        }
        assert_eq!(of(&[], &["https://fapi.binance.com/fapi/v1/depth"]), [Venue::BinanceUsdm]);
        assert_eq!(of(&[], &["wss://dstream.binance.com/stream"]), [Venue::BinanceCoinm]);
        assert_eq!(of(&[], &["https://example.org/binance.us"]), []);
    }

    #[test]
    fn contradictions_are_a_doubt() {
        let all = of(&[SPOT], &["wss://fstream.binance.com/public"]);
        assert!(all.contains(&Venue::BinanceUsdm) && all.contains(&Venue::Binance));
        assert_eq!(of(&[b"{}", b"nonsense"], &[]), []);
    }
}
