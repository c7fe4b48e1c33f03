//! Statistics against slow ones, state, and what must hold for any bars.

use super::super::testing::{MINUTE, Study, series, walk};
use super::super::window::{Moments, Rolling};
use super::super::{Bar, ENTRIES};
use super::oracle::{late, mean, squares, windows};
use crate::features::testing::Bench;

#[track_caller]
fn near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        let is_same = found.is_nan() && expected.is_nan();
        let error = (found - expected).abs();
        assert!(is_same || error <= 1e-12 * expected.abs() + 1e-15, "{place}: {found}, {expected}");
    }
}

/// Bars of which a stretch is silent.
fn bars() -> Vec<Bar> {
    walk(3_000, 7, 1_000..1_100)
}

fn column(bars: &[Bar], of: impl Fn(&Bar) -> f64) -> Vec<f64> {
    bars.iter().map(of).collect()
}

#[test]
fn windows_are_those_of_slow_statistics() {
    let bars = bars();
    let close = column(&bars, |b| b.close as f64 / 100.0);
    let volume = column(&bars, |b| b.volume);
    let null_if_zero = |x: f64| if x == 0.0 { f64::NAN } else { x };
    for (params, n) in [("", 20), (r#""period":2"#, 2), (r#""period":333"#, 333)] {
        let sd = |w: &[f64]| (squares(w) / (n - 1) as f64).sqrt();
        let z = windows(&volume, n, |w| (w[n - 1] - mean(w)) / null_if_zero(sd(w)));
        let found = series("volume_z", params, "z", &bars);
        let differs = |(a, b): (&f64, &f64)| (a - b).abs() > 1e-12 * (1.0 + b.abs());
        assert!(!found.iter().zip(&z).any(differs), "{n}");
        let nulls = |x: &[f64]| x.iter().filter(|v| v.is_nan()).count();
        assert_eq!(nulls(&found), nulls(&z));
        let returns: Vec<f64> = close.windows(2).map(|w| (w[1] - w[0]) / w[0]).collect();
        let found = series("volatility", params, "volatility", &bars);
        near(&found, &late(1, windows(&returns, n, sd)));
    }
    let weights: Vec<[f64; 2]> = bars
        .iter()
        .map(|b| [(b.high + b.low + b.close) as f64 / 300.0 * b.volume, b.volume])
        .collect();
    let vwap = |w: &[[f64; 2]]| {
        let sum = |place: usize| w.iter().map(|x| x[place]).sum::<f64>();
        sum(0) / null_if_zero(sum(1))
    };
    let rolling: Vec<f64> = weights.windows(20).map(vwap).collect();
    near(&series("vwap_deviation", "", "vwap", &bars), &late(19, rolling));
    let of_day: Vec<f64> = (0..bars.len()).map(|i| vwap(&weights[i - i % 1_440..=i])).collect();
    near(&series("vwap_deviation", r#""anchor":"day""#, "vwap", &bars), &of_day);
    let dear = series("vwap_deviation", r#""price":"trades","period":1"#, "deviation", &bars);
    assert!(dear.iter().all(|v| v.is_nan() || v.abs() < 1e-15));
}

#[test]
fn returns_are_simple_or_logarithmic() {
    let bars = bars();
    let simple = series("bar_return", "", "return", &bars);
    let log = series("bar_return", r#""kind":"log""#, "return", &bars);
    assert!(simple[0].is_nan() && log[0].is_nan());
    for (simple, log) in simple[1..].iter().zip(&log[1..]) {
        assert!((libm::exp(*log) - 1.0 - simple).abs() < 1e-15);
    }
    // A price of zero has no return, and no window of returns reaches over it.
    let mut broken = bars[..100].to_vec();
    broken[50].close = 0;
    let found = series("volatility", r#""period":5"#, "volatility", &broken);
    let nulls: Vec<usize> = (6..100).filter(|i| found[*i].is_nan()).collect();
    assert_eq!(nulls, (51..56).collect::<Vec<_>>());
}

#[test]
fn a_day_that_was_not_seen_from_its_start_has_no_vwap() {
    let bars: Vec<Bar> = walk(2_000, 3, 0..0)
        .into_iter()
        .map(|b| Bar { start: b.start + 600 * MINUTE, end: b.end + 600 * MINUTE, ..b })
        .collect();
    let found = series("vwap_deviation", r#""anchor":"day""#, "vwap", &bars);
    assert_eq!(found.iter().position(|v| !v.is_nan()), Some(1_440 - 600));
}

#[test]
fn the_first_value_comes_when_need_says_and_state_goes_on_anywhere() {
    let bars = bars();
    for entry in ENTRIES {
        let mut whole = Study::new(entry.name, "");
        let mut cut = Study::new(entry.name, "");
        let need = whole.kernel.need().samples as usize;
        for (place, bar) in bars.iter().enumerate().take(900) {
            let values = whole.push(bar);
            let has_value = values.iter().any(|v| !v.is_nan());
            // The directions are there before the ADX.
            let is_late = entry.name != "adx" || !values[0].is_nan();
            assert_eq!(has_value && is_late, place + 1 >= need, "{} {place}", entry.name);
            let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits();
            assert!(values.iter().zip(&cut.push(bar)).all(same), "{} {place}", entry.name);
            if place % 7 == 3 || place < 60 {
                cut.reload();
            }
        }
        whole.kernel.reset();
        let mut fresh = Study::new(entry.name, "");
        assert_eq!(whole.state(), fresh.state(), "{}", entry.name);
        for bar in &bars[900..1_050] {
            let bits = |values: Vec<f64>| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(whole.push(bar)), bits(fresh.push(bar)), "{}", entry.name);
        }
    }
}

#[test]
fn states_that_are_none_are_refused() {
    for (feature, state) in [
        ("sma", 21_u64.to_le_bytes().to_vec()),
        ("bollinger", [21_u64.to_le_bytes(), 0_u64.to_le_bytes()].concat()),
        ("bollinger", [3_u64.to_le_bytes(), 4_u64.to_le_bytes()].concat()),
        ("obv", vec![9; 100]),
        ("ema", [21_u64.to_le_bytes(), 0_u64.to_le_bytes()].concat()),
        ("macd", vec![0; 7]),
    ] {
        let mut study = Study::new(feature, "");
        let error = study.kernel.restore(&mut crate::state::StateReader::new(&state)).unwrap_err();
        assert!(error.to_string().starts_with("E_STATE"), "{feature}: {error}");
    }
}

/// Bars whose prices are whole numbers, so that differences are exact, and the same upside down.
fn mirrored() -> [Vec<Bar>; 2] {
    let whole: Vec<Bar> = bars().into_iter().map(|b| Bar { price_unit: 1.0, ..b }).collect();
    let over = |b: &Bar| {
        let turn = |price: i64| 1_000_000 - price;
        let [open, high, low, close] = [b.open, b.low, b.high, b.close].map(turn);
        Bar { open, high, low, close, ..*b }
    };
    let other = whole.iter().map(over).collect();
    [whole, other]
}

#[test]
fn upside_down_directions_change_places() {
    let [bars, over] = mirrored();
    let of = |output, bars: &[Bar]| series("adx", "", output, bars);
    near(&of("adx", &bars), &of("adx", &over));
    near(&of("plus_di", &bars), &of("minus_di", &over));
    let rsi = series("rsi", "", "rsi", &bars);
    for (a, b) in rsi.iter().zip(series("rsi", "", "rsi", &over)) {
        assert!(a.is_nan() || ((a + b) - 100.0).abs() < 1e-10 && (0.0..=100.0).contains(a));
    }
}

#[test]
fn prices_of_a_finer_scale_give_the_same_bits() {
    let bars = bars();
    let finer = |b: &Bar| {
        let [open, high, low, close] = [b.open, b.high, b.low, b.close].map(|p| p * 1_000);
        Bar { open, high, low, close, price_unit: b.price_unit * 1_000.0, ..*b }
    };
    let finer: Vec<Bar> = bars.iter().map(finer).collect();
    for (feature, output) in
        [("rsi", "rsi"), ("adx", "adx"), ("macd", "histogram"), ("bollinger", "percent")]
    {
        let bits = |bars: &[Bar]| -> Vec<u64> {
            series(feature, "", output, bars).iter().map(|v| v.to_bits()).collect()
        };
        assert_eq!(bits(&bars), bits(&finer), "{feature}");
    }
}

#[test]
fn nothing_that_moves_is_no_number_out_of_nothing() {
    let still = walk(300, 1, 0..300);
    let last = |feature, output| series(feature, "", output, &still)[299];
    assert_eq!((last("rsi", "rsi"), last("adx", "plus_di"), last("atr", "atr")), (0.0, 0.0, 0.0));
    assert_eq!((last("adx", "adx"), last("adx", "minus_di")), (0.0, 0.0));
    assert_eq!((last("bollinger", "width"), last("bollinger", "upper")), (0.0, 100.0));
    for (feature, output) in
        [("bollinger", "percent"), ("volume_z", "z"), ("vwap_deviation", "deviation")]
    {
        assert!(last(feature, output).is_nan(), "{feature}");
    }
}

#[test]
fn volumes_of_any_size_are_summed_without_drift() {
    let volume = |i: usize| (i as i64 * 7_919 % 1_000_003) - (i as i64 % 5);
    let mut bars = walk(100_000, 11, 0..0);
    for (i, bar) in bars.iter_mut().enumerate() {
        bar.volume = volume(i) as f64 / 1e3;
    }
    let found = series("obv", "", "obv", &bars);
    let mut sum = i128::from(volume(0));
    for i in 1..bars.len() {
        sum += i128::from((bars[i].close - bars[i - 1].close).signum() * volume(i));
        assert!((found[i] - sum as f64 / 1e3).abs() <= 1e-12 * (sum as f64).abs() / 1e3 + 1e-9);
    }
}

#[test]
fn variances_survive_offsets_and_outliers() {
    let sliding = |x: &[i64], size: u64| -> Vec<f64> {
        let mut window: Rolling<Moments, 1> = Rolling::new(size);
        let mut out = Vec::new();
        for x in x {
            window.push([*x as f64]);
            out.extend(window.all().map(|all| all.m2 / (size - 1) as f64));
        }
        out
    };
    let at = 1_000_000_000;
    let x: Vec<i64> = [1, 2, 3, 4, 5, 4, 3, 2, 1].map(|v| at + v).to_vec();
    let (a, b) = (5.0 / 3.0, 2.0 / 3.0);
    near(&sliding(&x, 4), &[a, a, b, b, a, a]);
    assert_eq!(sliding(&[1, 2, 3, 1_000_000_000_000, 4, 5, 6, 7, 8], 3)[4..], [1.0, 1.0, 1.0]);
    // Against exact integers: a random walk on an offset, outliers a million million away.
    let bars = walk(20_000, 5, 0..0);
    let far = |i: usize| if i.is_multiple_of(97) { 1_000_000_000_000 } else { 0 };
    let x: Vec<i64> = bars.iter().enumerate().map(|(i, b)| at + b.close % 100 + far(i)).collect();
    let exact = |w: &[i64]| {
        let w: Vec<i128> = w.iter().map(|v| i128::from(v - w[0])).collect();
        let (sum, squares) = (w.iter().sum::<i128>(), w.iter().map(|v| v * v).sum::<i128>());
        (50 * squares - sum * sum) as f64 / (50.0 * 49.0)
    };
    let expected: Vec<f64> = x.windows(50).map(exact).collect();
    for (found, expected) in sliding(&x, 50).iter().zip(&expected) {
        assert!((found - expected).abs() <= 1e-14 * expected, "{found}, {expected}");
    }
}

#[test]
fn parameters_out_of_bounds_are_refused() {
    for (column, part) in [
        (r#""feature":"rsi","period":1"#, "period: must be from 2"),
        (r#""feature":"sma","period":1000001"#, "period: must be from 1 to 1000000"),
        (r#""feature":"macd","fast":26"#, "fast: must be from 1 to 25"),
        (r#""feature":"bollinger","deviations":0"#, "deviations: must be above 0"),
        (r#""feature":"vwap_deviation","anchor":"day","period":5"#, "period: is no parameter"),
        (r#""feature":"volatility","kind":"both""#, "kind: must be one of simple, log"),
    ] {
        let refusal = Bench::refusal(&format!(r#"{{"name":"x","bars":"1m",{column}}}"#));
        assert!(refusal.contains(part), "{column}: {refusal}");
    }
    let refusal = Bench::refusal(r#"{"name":"x","feature":"rsi","every":"1m"}"#);
    assert!(refusal.contains("takes bars"), "{refusal}");
}
