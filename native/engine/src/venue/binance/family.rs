//! Kinds of messages, over all Binance venues.

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Family {
    /// `depthUpdate` of a diff stream.
    Depth,
    /// Best levels of a partial depth stream.
    Partial,
    /// REST depth snapshot.
    Snapshot,
    Trade,
    AggTrade,
    /// `bookTicker`.
    Quote,
    /// `markPriceUpdate`.
    Mark,
    /// `forceOrder`.
    Liquidation,
    Kline,
    /// Replies, errors, `serverShutdown`.
    Control,
    Other,
}

/// Families whose fields are watched for drift: those before [`Family::Kline`].
pub(super) const WATCHED: usize = Family::Kline as usize;

impl Family {
    /// Name in reports: that of the source where the family has one.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Depth => "depth",
            Self::Partial => "partial",
            Self::Snapshot => "snapshot",
            Self::Trade => "trade",
            Self::AggTrade => "aggTrade",
            Self::Quote => "quote",
            Self::Mark => "mark",
            Self::Liquidation => "liquidation",
            Self::Kline => "kline",
            Self::Control => "control",
            Self::Other => "other",
        }
    }
}
