//! What a market looks like: distributions and rates measured on a recording.

use super::quantile::Quantiles;
use super::stats::MarketFigures;

/// Constants of a generated market. `…_quantiles` are inverse distribution functions at
/// [`super::quantile::GRID`]; quantities are in multiples of the instrument's `size_step`.
#[derive(Clone, Debug)]
pub struct Profile {
    pub name: &'static str,
    /// Recording on which the constants were measured.
    pub source: &'static str,

    /// Best-quote and trade frames in a second. One draw of the second's activity gives both.
    pub quotes_per_s: Quantiles,
    pub trades_per_s: Quantiles,
    /// Distinct levels in a depth frame.
    pub levels_per_frame: Quantiles,
    /// Milliseconds between depth frames.
    pub depth_gap_ms: Quantiles,
    /// Ticks from the touch to a level that changes behind it.
    pub level_distance: Quantiles,
    pub level_quantity: Quantiles,
    /// Size of one change of the quantity at the touch.
    pub touch_step: Quantiles,
    pub trade_quantity: Quantiles,
    /// Share of deep changes that remove their level; as many add one.
    pub removed_share: f64,
    /// Within about as many ticks of the touch, levels are few.
    pub thin_ticks: f64,
    /// Trades in a second → mean trades (fills) of one market order.
    pub trades_per_order: &'static [(f64, f64)],

    /// Chance that the next market order repeats the last one's side, beyond a coin toss.
    pub sign_memory: f64,
    /// Where the queue at the touch neither grows nor shrinks.
    pub touch_quantity: f64,
    /// Trades in a second at which half of the eaten touches turn out to have hidden quantity.
    pub hidden_trades: f64,
    /// After a touch was eaten: chance that the other side follows rather than this one refills,
    /// and that one new level closes the gap at once.
    pub follow: f64,
    pub close_at_once: f64,
    /// Most ticks that one market order moves the touch.
    pub sweep_ticks: i64,
    /// Share of a second that bursts take, and how much faster time passes in them than outside.
    pub burst_share: f64,
    pub burst_speed: f64,
    /// Bursts in a second.
    pub bursts: u32,
    /// Share of depth frames that take their levels from the second's activity, not from a fresh draw.
    pub level_memory: f64,

    /// Mean step of update ids between changes, and between a frame's last id and the next one's
    /// first (0: the next id follows at once).
    pub id_step: f64,
    pub id_gap: f64,
    /// Share of depth frames whose last id is not a best quote's.
    pub trailing_change: f64,

    /// The recording's own figures: what a generated market is held to.
    pub recorded: MarketFigures,
}

impl Profile {
    /// USD-M BTCUSDT, 2024-08-08 23:54 to 24:00 UTC, `depth@0ms`, `bookTicker`, `trade`.
    #[must_use]
    pub const fn usdm_btcusdt() -> Self {
        USDM_BTCUSDT
    }
}

const USDM_BTCUSDT: Profile = Profile {
    name: "usdm-btcusdt-20240808",
    source: "binance-ws-20240808/usdm_btcusdt_20240808.gz",
    quotes_per_s: [
        29.0, 33.8, 48.1, 59.2, 79.2, 99.6, 118.0, 141.0, 182.4, 228.4, 289.8, 397.2, 475.9, 595.1,
        637.2, 807.0,
    ],
    trades_per_s: [
        1.0, 4.4, 7.0, 9.0, 11.0, 15.0, 19.0, 28.0, 36.6, 47.7, 62.0, 108.5, 174.8, 407.8, 804.4,
        1649.0,
    ],
    levels_per_frame: [
        1.0, 8.0, 13.0, 16.0, 20.0, 24.0, 29.0, 34.0, 42.0, 53.0, 74.0, 142.0, 252.0, 442.0, 609.5,
        1226.0,
    ],
    depth_gap_ms: [
        51.0, 51.0, 51.0, 51.0, 51.0, 51.5, 52.0, 52.0, 52.5, 53.0, 53.0, 54.0, 55.0, 58.0, 62.0,
        120.0,
    ],
    level_distance: [
        1.0,
        10.0,
        43.0,
        82.0,
        155.0,
        230.0,
        313.0,
        431.0,
        573.0,
        828.0,
        1340.0,
        6206.0,
        18679.0,
        566_655.0,
        606_249.0,
        5_595_634.0,
    ],
    level_quantity: [
        1.0, 2.0, 2.0, 4.0, 10.0, 30.0, 70.0, 132.0, 253.0, 492.0, 940.0, 2338.0, 5923.0, 21_177.0,
        40_000.0, 60_000.0,
    ],
    touch_step: [
        1.0, 2.0, 2.0, 2.0, 4.0, 16.0, 32.0, 97.0, 197.0, 300.0, 450.0, 553.0, 744.0, 1166.0,
        1668.0, 17_247.0,
    ],
    trade_quantity: [
        1.0, 1.0, 2.0, 2.0, 2.0, 4.0, 8.0, 16.0, 30.0, 56.0, 110.0, 265.0, 486.0, 800.0, 1146.0,
        8000.0,
    ],
    removed_share: 0.216,
    thin_ticks: 35.0,
    trades_per_order: &[
        (9.0, 1.23),
        (19.0, 1.81),
        (39.0, 2.75),
        (72.0, 4.18),
        (149.0, 5.4),
        (748.0, 7.4),
    ],
    sign_memory: 0.25,
    touch_quantity: 1500.0,
    hidden_trades: 145.0,
    follow: 0.85,
    close_at_once: 0.05,
    sweep_ticks: 150,
    burst_share: 0.15,
    burst_speed: 2.0,
    bursts: 2,
    level_memory: 0.86,
    id_step: 150.0,
    id_gap: 200.0,
    trailing_change: 0.9,
    recorded: RECORDED_USDM_BTCUSDT,
};

/// As `MarketStats` measures the recording; a test measures it again where it is present.
const RECORDED_USDM_BTCUSDT: MarketFigures = MarketFigures {
    seconds: 344.745,
    frames: 93_949,
    median_spread_ticks: 1.0,
    levels_per_frame: 67.705,
    levels_per_frame_p50: 34.0,
    frames_per_s_p50: 197.0,
    frames_per_s_p99: 1446.0,
    trade_sign_ac1: 0.7938,
    abs_return_ac1: 0.0953,
    quote_changes_per_frame: 10.094,
    price_changes_per_frame: 0.3095,
    quotes_per_s: 191.70,
    trades_per_s: 61.822,
    depth_per_s: 18.991,
    mid_move_ticks: 25.615,
};
