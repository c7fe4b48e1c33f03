//! Definitions taken literally over whole arrays; slow, and of another build than the kernels.

use super::super::Bar;

/// Columns of bars as TA-Lib takes them.
pub struct Columns {
    pub high: Vec<f64>,
    pub low: Vec<f64>,
    pub close: Vec<f64>,
    pub volume: Vec<f64>,
}

impl Columns {
    pub fn of(bars: &[Bar]) -> Self {
        let column = |of: &dyn Fn(&Bar) -> f64| bars.iter().map(of).collect::<Vec<f64>>();
        Self {
            high: column(&|b| b.high as f64 / 100.0),
            low: column(&|b| b.low as f64 / 100.0),
            close: column(&|b| b.close as f64 / 100.0),
            volume: column(&|b| b.volume),
        }
    }

    fn true_range(&self, i: usize) -> f64 {
        let (high, low, before) = (self.high[i], self.low[i], self.close[i - 1]);
        [high - low, (high - before).abs(), (low - before).abs()].into_iter().fold(0.0, f64::max)
    }

    pub fn atr(&self, period: usize) -> Vec<f64> {
        let ranges: Vec<f64> = (1..self.close.len()).map(|i| self.true_range(i)).collect();
        late(1, wilder(&ranges, period))
    }

    pub fn rsi(&self, period: usize) -> Vec<f64> {
        let part = |sign: f64| {
            let moves: Vec<f64> =
                self.close.windows(2).map(|w| (sign * (w[1] - w[0])).max(0.0)).collect();
            wilder(&moves, period)
        };
        let shares = part(1.0).into_iter().zip(part(-1.0));
        late(1, shares.map(|(g, l)| if g + l == 0.0 { 0.0 } else { 100.0 * g / (g + l) }).collect())
    }

    /// +DI, −DI and ADX.
    pub fn directions(&self, period: usize) -> [Vec<f64>; 3] {
        let count = self.close.len();
        let [mut plus, mut minus, mut adx] = std::array::from_fn(|_| vec![f64::NAN; count]);
        let (mut up_sum, mut down_sum, mut range_sum) = (0.0, 0.0, 0.0);
        let (mut sum, mut mean) = (0.0, f64::NAN);
        for i in 1..count {
            let (up, down) = (self.high[i] - self.high[i - 1], self.low[i - 1] - self.low[i]);
            let keep = if i < period { 1.0 } else { 1.0 - 1.0 / period as f64 };
            up_sum = up_sum * keep + if up > down && up > 0.0 { up } else { 0.0 };
            down_sum = down_sum * keep + if down > up && down > 0.0 { down } else { 0.0 };
            range_sum = range_sum * keep + self.true_range(i);
            if i < period {
                continue;
            }
            let share = |s: f64| if range_sum == 0.0 { 0.0 } else { 100.0 * s / range_sum };
            (plus[i], minus[i]) = (share(up_sum), share(down_sum));
            let both = plus[i] + minus[i];
            let dx = (both != 0.0).then(|| 100.0 * (plus[i] - minus[i]).abs() / both);
            let nth = i + 1 - period;
            if nth <= period {
                sum += dx.unwrap_or(0.0);
                mean = if nth == period { sum / period as f64 } else { f64::NAN };
            } else if let Some(dx) = dx {
                mean += (dx - mean) / period as f64;
            }
            adx[i] = mean;
        }
        [plus, minus, adx]
    }

    /// MACD, signal, histogram.
    pub fn macd(&self, fast: usize, slow: usize, signal: usize) -> [Vec<f64>; 3] {
        let short = late(slow - fast, ema(&self.close[slow - fast..], fast));
        let long = ema(&self.close, slow);
        let macd: Vec<f64> = short.iter().zip(&long).map(|(s, l)| s - l).collect();
        let line = late(slow - 1, ema(&macd[slow - 1..], signal));
        let shown = macd.iter().zip(&line).map(|(m, s)| if s.is_nan() { *s } else { *m });
        let histogram = macd.iter().zip(&line).map(|(m, s)| m - s).collect();
        [shown.collect(), line, histogram]
    }

    pub fn obv(&self) -> Vec<f64> {
        let mut sum = 0.0;
        let step = |i: usize| {
            let is_up = i == 0 || self.close[i] > self.close[i - 1];
            let is_down = i > 0 && self.close[i] < self.close[i - 1];
            sum += if is_up { self.volume[i] } else { 0.0 };
            sum -= if is_down { self.volume[i] } else { 0.0 };
            sum
        };
        (0..self.close.len()).map(step).collect()
    }
}

/// Nulls before a series.
pub fn late(by: usize, series: Vec<f64>) -> Vec<f64> {
    std::iter::repeat_n(f64::NAN, by).chain(series).collect()
}

/// A function of each full window.
pub fn windows(x: &[f64], size: usize, of: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    late(size - 1, x.windows(size).map(of).collect())
}

pub fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

/// Sum of squared deviations from the mean, in two passes.
pub fn squares(x: &[f64]) -> f64 {
    let (first, count) = (x[0], x.len() as f64);
    let mean = x.iter().map(|v| v - first).sum::<f64>() / count;
    let residue = x.iter().map(|v| (v - first) - mean).sum::<f64>();
    let raw: f64 = x.iter().map(|v| ((v - first) - mean) * ((v - first) - mean)).sum();
    raw - residue * residue / count
}

/// From a plain mean on, step by step.
fn recursive(x: &[f64], period: usize, step: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let mut out = vec![f64::NAN; x.len()];
    if x.len() >= period {
        let mut now = x[..period].iter().sum::<f64>() / period as f64;
        out[period - 1] = now;
        for i in period..x.len() {
            now = step(now, x[i]);
            out[i] = now;
        }
    }
    out
}

/// In TA-Lib's order of operations: where a difference of two of these passes through zero, another order
/// shows in the first digits.
pub fn ema(x: &[f64], period: usize) -> Vec<f64> {
    recursive(x, period, |now, x| (x - now) * (2.0 / (period + 1) as f64) + now)
}

pub fn wilder(x: &[f64], period: usize) -> Vec<f64> {
    let rest = 1.0 - 1.0 / period as f64;
    recursive(x, period, |now, x| now * rest + x / period as f64)
}
