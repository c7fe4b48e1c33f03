//! The tables that a tape is written as, and their columns: docs/formats/convert.md.

/// What a column holds. Decimals of a column share a scale where the format wants one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    Count,
    Time,
    Whole,
    Word,
    /// At the instrument's scale of prices.
    Price,
    /// At the instrument's scale of quantities.
    Quantity,
    /// At 10⁻⁸ whatever the instrument: mark prices and rates.
    Value,
    /// A decimal with a scale of its own in each row.
    Amount,
}

impl ColumnKind {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Time => "time",
            Self::Whole => "whole",
            Self::Word => "word",
            Self::Price => "price",
            Self::Quantity => "quantity",
            Self::Value => "value",
            Self::Amount => "amount",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: ColumnKind,
    /// Cells may be empty.
    pub nullable: bool,
}

const fn always(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind, nullable: false }
}

const fn maybe(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind, nullable: true }
}

/// A table: one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    Trades,
    Depth,
    Quotes,
    Orders,
    Bars,
    Marks,
    Funding,
    OpenInterest,
    Liquidations,
    Other,
}

use ColumnKind::{Amount, Count, Price, Quantity, Time, Value, Whole, Word};

/// Columns that every table begins with.
const EVENT: [Column; 7] = [
    always("event", Count),
    always("ts_recv", Time),
    maybe("ts_event", Time),
    always("venue", Word),
    always("symbol", Word),
    always("channel", Word),
    always("flags", Count),
];

const TRADES: [Column; 6] = [
    always("side", Word),
    always("price", Price),
    always("quantity", Quantity),
    always("trade_id", Count),
    always("first_id", Count),
    always("last_id", Count),
];

const DEPTH: [Column; 8] = [
    always("is_snapshot", Word),
    maybe("side", Word),
    maybe("price", Price),
    maybe("quantity", Quantity),
    always("first_id", Count),
    always("last_id", Count),
    always("previous_id", Count),
    always("checksum", Count),
];

const QUOTES: [Column; 5] = [
    maybe("bid_price", Price),
    maybe("bid_quantity", Quantity),
    maybe("ask_price", Price),
    maybe("ask_quantity", Quantity),
    always("id", Count),
];

const ORDERS: [Column; 8] = [
    always("action", Word),
    always("order_id", Count),
    always("side", Word),
    always("price", Price),
    always("quantity", Quantity),
    always("sequence", Count),
    always("taker_order_id", Count),
    always("trade_id", Count),
];

const BARS: [Column; 11] = [
    always("open", Price),
    always("high", Price),
    always("low", Price),
    always("close", Price),
    maybe("volume", Amount),
    maybe("quote_volume", Amount),
    maybe("trades", Amount),
    maybe("taker_volume", Amount),
    maybe("taker_quote_volume", Amount),
    always("start", Time),
    always("contradicts_itself", Count),
];

const MARKS: [Column; 4] = [
    maybe("mark_price", Value),
    maybe("index_price", Value),
    maybe("settle_price", Value),
    maybe("next_funding", Time),
];

const FUNDING: [Column; 2] = [always("rate", Value), maybe("next_funding", Time)];

const OPEN_INTEREST: [Column; 1] = [always("open_interest", Quantity)];

const LIQUIDATIONS: [Column; 3] =
    [always("side", Word), always("price", Price), always("quantity", Quantity)];

const OTHER: [Column; 8] = [
    always("kind", Count),
    always("w0", Count),
    always("w1", Count),
    always("w2", Count),
    always("aux", Count),
    maybe("side", Word),
    maybe("price", Whole),
    maybe("quantity", Whole),
];

impl Table {
    pub const ALL: [Self; 10] = [
        Self::Trades,
        Self::Depth,
        Self::Quotes,
        Self::Orders,
        Self::Bars,
        Self::Marks,
        Self::Funding,
        Self::OpenInterest,
        Self::Liquidations,
        Self::Other,
    ];

    /// Name of the file, without its ending.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trades => "trades",
            Self::Depth => "depth",
            Self::Quotes => "quotes",
            Self::Orders => "orders",
            Self::Bars => "bars",
            Self::Marks => "marks",
            Self::Funding => "funding",
            Self::OpenInterest => "open_interest",
            Self::Liquidations => "liquidations",
            Self::Other => "other",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.name() == name)
    }

    /// All columns in order: those of every event, then the table's own.
    pub fn columns(self) -> impl Iterator<Item = Column> {
        EVENT.iter().chain(self.own()).copied()
    }

    const fn own(self) -> &'static [Column] {
        match self {
            Self::Trades => &TRADES,
            Self::Depth => &DEPTH,
            Self::Quotes => &QUOTES,
            Self::Orders => &ORDERS,
            Self::Bars => &BARS,
            Self::Marks => &MARKS,
            Self::Funding => &FUNDING,
            Self::OpenInterest => &OPEN_INTEREST,
            Self::Liquidations => &LIQUIDATIONS,
            Self::Other => &OTHER,
        }
    }
}
