//! Vectors of science.md 2.5.

use super::super::testing::{series, walk};

/// Feature, parameters, output, index of the first value; that value, those at 40 and at 59.
const INDICATORS: &[(&str, &str, &str, usize, [f64; 3])] = &[
    ("rsi", "", "rsi", 14, [29.74828375286054, 35.57188514480572, 40.467262930535846]),
    ("ema", r#""period":10"#, "ema", 9, [100.365, 98.19405107436039, 94.65858457437916]),
    ("atr", "", "atr", 14, [0.7721428571428594, 1.0851386833796217, 1.0323452606676036]),
    ("adx", "", "adx", 27, [15.53362876446853, 17.45403292411731, 37.26825699805904]),
    ("obv", "", "obv", 0, [543.0, -10_082.0, -10_223.0]),
    ("momentum", "", "momentum", 10, [-0.52, -2.53, 0.31]),
    ("bollinger", "", "upper", 19, [101.55111583715569, 101.60431107981006, 96.48866176563956]),
    ("bollinger", "", "middle", 19, [100.036, 99.2595, 94.7515]),
    ("bollinger", "", "lower", 19, [98.52088416284431, 96.91468892018995, 93.01433823436042]),
    ("macd", "", "macd", 33, [-0.11686566979450674, -0.7127210199565184, -0.8846544837883386]),
    ("macd", "", "signal", 33, [-0.13003445445541217, -0.394190435214298, -1.130767682552541]),
    ("macd", "", "histogram", 33, [0.01316878466090543, -0.3185305847422204, 0.24611319876420246]),
];

#[track_caller]
fn near(found: f64, expected: f64) {
    let error = (found - expected).abs() / expected.abs();
    assert!(error <= 1e-9, "{found} is not {expected}");
}

#[test]
fn bars_of_the_generator() {
    let bars = walk(60, 42, 0..0);
    let of = |i: usize| {
        let b = &bars[i];
        ([b.open, b.high, b.low, b.close], b.volume)
    };
    assert_eq!(of(0), ([10_000, 10_106, 9_991, 10_083], 543.0));
    assert_eq!(of(1), ([10_083, 10_084, 10_032, 10_033], 660.0));
    assert_eq!(of(59), ([9_512, 9_546, 9_403, 9_448], 811.0));
}

#[test]
fn indicators_at_their_first_bar_at_40_and_at_59() {
    let bars = walk(60, 42, 0..0);
    for &(feature, params, output, first, values) in INDICATORS {
        let found = series(feature, params, output, &bars);
        assert_eq!(found.iter().position(|v| !v.is_nan()), Some(first), "{feature} {output}");
        near(found[first], values[0]);
        near(found[40], values[1]);
        near(found[59], values[2]);
    }
}

#[test]
fn statistics_at_the_last_bar() {
    let bars = walk(60, 42, 0..0);
    for (feature, params, output, expected) in [
        ("volatility", "", "volatility", 0.005760358785522097),
        ("volume_z", "", "z", 0.8981853792228857),
        ("volume_z", r#""self":"without""#, "z", 0.8877654415028622),
        ("roc", "", "roc", 0.003291918870128585),
        ("vwap_deviation", "", "vwap", 94.76928531546622),
        ("vwap_deviation", "", "deviation", -0.003052521864053803),
        ("vwap_deviation", r#""anchor":"day""#, "vwap", 98.10242570514684),
        ("vwap_deviation", r#""anchor":"day""#, "deviation", -0.036924935128864966),
    ] {
        near(series(feature, params, output, &bars)[59], expected);
    }
}
