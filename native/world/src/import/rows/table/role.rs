//! What a column stands for, and the names by which headers call it.

use tickwright_engine::CoreError;

/// A column's part in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Time,
    /// The day, where the time is one of day.
    Date,
    /// Receive time, where it is not that of the venue.
    Received,
    Symbol,
    Price,
    Size,
    Side,
    /// The buyer was the maker, so the seller took.
    BuyerMaker,
    Id,
    /// Whether a row of depth is one of a snapshot.
    Snapshot,
    Bid,
    BidSize,
    Ask,
    AskSize,
    Open,
    High,
    Low,
    Close,
    Volume,
    QuoteVolume,
    Count,
}

/// How many roles there are.
pub const ROLES: usize = 21;

/// Roles, their names in `--columns`, and how headers spell them once letters are small and signs gone.
/// Of several spellings in one header the first of the list counts.
const NAMES: [(Role, &str, &[&str]); ROLES] = [
    (
        Role::Time,
        "time",
        &[
            "timestamp",
            "time",
            "datetime",
            "opentime",
            "ts",
            "unix",
            "unixtime",
            "unixtimestamp",
            "gmttime",
            "utctime",
            "timeutc",
            "tsevent",
            "date",
            "day",
            "dt",
        ],
    ),
    (Role::Date, "date", &["date", "day", "tradedate"]),
    (Role::Received, "received", &["localtimestamp", "tsrecv", "recvtime", "receivetime"]),
    (Role::Symbol, "symbol", &["symbol", "ticker", "instrument", "sym"]),
    (Role::Price, "price", &["price", "px", "tradeprice", "rate"]),
    (Role::Size, "size", &["size", "quantity", "qty", "amount", "volume", "sz", "vol"]),
    (Role::Side, "side", &["side", "takerside", "aggressor", "direction"]),
    (Role::BuyerMaker, "buyer_maker", &["isbuyermaker", "buyermaker"]),
    (Role::Id, "id", &["id", "tradeid", "tid"]),
    (Role::Snapshot, "snapshot", &["issnapshot", "snapshot"]),
    (Role::Bid, "bid", &["bid", "bidprice", "bestbid", "bestbidprice", "bidpx"]),
    (
        Role::BidSize,
        "bid_size",
        &["bidsize", "bidqty", "bidamount", "bidquantity", "bidvolume", "bestbidqty"],
    ),
    (Role::Ask, "ask", &["ask", "askprice", "bestask", "bestaskprice", "askpx", "offer"]),
    (
        Role::AskSize,
        "ask_size",
        &["asksize", "askqty", "askamount", "askquantity", "askvolume", "bestaskqty"],
    ),
    (Role::Open, "open", &["open", "o", "openprice"]),
    (Role::High, "high", &["high", "h", "highprice"]),
    (Role::Low, "low", &["low", "l", "lowprice"]),
    (Role::Close, "close", &["close", "c", "closeprice", "last"]),
    (
        Role::Volume,
        "volume",
        &[
            "volume",
            "vol",
            "v",
            "volumefrom",
            "basevolume",
            "volumebtc",
            "tickvolume",
            "tickvol",
            "qty",
        ],
    ),
    (
        Role::QuoteVolume,
        "quote_volume",
        &[
            "quotevolume",
            "quoteassetvolume",
            "volumeto",
            "volumeusd",
            "volumeusdt",
            "turnover",
            "volumecurrency",
        ],
    ),
    (
        Role::Count,
        "count",
        &["count", "trades", "numberoftrades", "numtrades", "tradecount", "tradescount"],
    ),
];

impl Role {
    /// From `--columns`.
    ///
    /// # Errors
    /// `E_ARGUMENT` naming the roles there are.
    pub fn parse(name: &str) -> Result<Self, CoreError> {
        let found = NAMES.iter().find(|(_, own, _)| *own == name).map(|(role, ..)| *role);
        found.ok_or_else(|| {
            let names: Vec<&str> = NAMES.iter().map(|(_, name, _)| *name).collect();
            let message =
                format!("{name:?} is not a part of a row: there are {}", names.join(", "));
            CoreError::new("E_ARGUMENT", message).hint("such as --columns time=1,price=2,size=3")
        })
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES[self as usize].1
    }

    /// The column of a header that has this role.
    #[must_use]
    pub fn find(self, header: &[&str]) -> Option<usize> {
        let plain: Vec<String> = header.iter().map(|name| plain(name)).collect();
        let (.., spellings) = NAMES[self as usize];
        spellings.iter().find_map(|s| plain.iter().position(|name| name == s))
    }
}

/// Small letters and digits alone: `Open Time` and `open_time` are `opentime`.
fn plain(name: &str) -> String {
    let kept = name.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_stand_at_their_places() {
        for (place, (role, name, _)) in NAMES.iter().enumerate() {
            assert_eq!(*role as usize, place);
            assert_eq!(Role::parse(name).unwrap(), *role);
        }
        assert_eq!(Role::parse("hour").unwrap_err().code, "E_ARGUMENT");
    }

    #[test]
    fn headers_spell_in_many_ways() {
        let header = ["Date", "Open Time", "OPEN", "Volume (BTC)", "tick_volume"];
        assert_eq!(Role::Time.find(&header), Some(1));
        assert_eq!(Role::Open.find(&header), Some(2));
        assert_eq!(Role::Volume.find(&header), Some(3));
        assert_eq!(Role::Close.find(&header), None);
    }
}
