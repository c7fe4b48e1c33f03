//! TA-Lib 0.8.1 on 100,000 bars, a thousand of them without a trade: the index of each first output, and
//! values on the way; between them the definitions taken literally.

use super::super::Bar;
use super::super::testing::{series, walk};
use super::oracle::{Columns, ema, late, mean, squares, windows};

const COUNT: usize = 100_000;
const PLACES: [usize; 5] = [1_000, 39_999, 40_500, 41_003, 99_999];

/// Feature, parameters, output, index of the first value; that value and those at `PLACES`, as the C
/// library gives them (functions SMA, EMA, RSI, MACD, BBANDS, ATR, ADX, PLUS_DI, MINUS_DI, MOM, ROCP, OBV).
type Known = (&'static str, &'static str, &'static str, usize, [f64; 6]);
const TA_LIB: &[Known] = &[
    (
        "sma",
        "",
        "sma",
        19,
        [
            100.036,
            91.93100000000003,
            208.32099999999863,
            208.52999999999855,
            208.2604999999985,
            179.2324999999957,
        ],
    ),
    (
        "ema",
        "",
        "ema",
        19,
        [
            100.036,
            92.16131737175941,
            208.37440793621565,
            208.52999999999986,
            208.06365120500195,
            179.24348564875322,
        ],
    ),
    (
        "ema",
        r#""period":200"#,
        "ema",
        199,
        [
            95.52985000000008,
            94.25082837096805,
            214.31236554093826,
            208.5685719909666,
            208.47715092842694,
            173.88074826807312,
        ],
    ),
    (
        "rsi",
        "",
        "rsi",
        14,
        [
            29.748283752860544,
            61.11964969113699,
            49.88054208021903,
            49.880542080219,
            12.415727795123123,
            70.38764574038736,
        ],
    ),
    (
        "rsi",
        r#""period":2"#,
        "rsi",
        2,
        [
            40.476190476190716,
            55.051803656131995,
            76.05168606914661,
            76.05168606914661,
            26.873385012921077,
            96.53154490668518,
        ],
    ),
    (
        "macd",
        "",
        "macd",
        33,
        [
            -0.11686566979450674,
            0.6390876069773697,
            -0.17922247482363218,
            8.526512829121202e-14,
            -0.3388748001395072,
            1.0104563892490717,
        ],
    ),
    (
        "macd",
        "",
        "signal",
        33,
        [
            -0.13003445445541217,
            0.4828394123047871,
            -0.2547772266917838,
            8.526512829121205e-14,
            -0.1253243677363737,
            0.929214707453953,
        ],
    ),
    (
        "macd",
        "",
        "histogram",
        33,
        [
            0.01316878466090543,
            0.15624819467258255,
            0.07555475186815164,
            -2.524354896707238e-29,
            -0.2135504324031335,
            0.0812416817951187,
        ],
    ),
    (
        "bollinger",
        "",
        "upper",
        19,
        [
            101.55111583715569,
            93.87678416069271,
            209.72587579522036,
            208.52999999999855,
            209.49803747417857,
            181.51341100220515,
        ],
    ),
    (
        "bollinger",
        "",
        "middle",
        19,
        [
            100.036,
            91.93100000000003,
            208.32099999999863,
            208.52999999999855,
            208.2604999999985,
            179.2324999999957,
        ],
    ),
    (
        "bollinger",
        "",
        "lower",
        19,
        [
            98.52088416284431,
            89.98521583930734,
            206.9161242047769,
            208.52999999999855,
            207.02296252581843,
            176.95158899778625,
        ],
    ),
    (
        "atr",
        "",
        "atr",
        14,
        [
            0.7721428571428594,
            1.0055729221722143,
            0.9518011211716145,
            7.145289722442896e-17,
            0.2740779883381908,
            0.8948358264540134,
        ],
    ),
    (
        "atr",
        r#""period":1"#,
        "atr",
        1,
        [0.5200000000000102, 1.0700000000000074, 1.1899999999999977, 0.0, 0.4099999999999966, 1.0],
    ),
    (
        "adx",
        "",
        "adx",
        27,
        [
            15.533628764468533,
            26.93213465652115,
            19.133346381252064,
            11.71261969600678,
            34.361311202042046,
            41.37741582010271,
        ],
    ),
    (
        "adx",
        "",
        "plus_di",
        14,
        [
            12.058344544360251,
            23.686312294241205,
            21.04225609688475,
            21.0422560968847,
            3.550931144478724e-31,
            31.66790577182978,
        ],
    ),
    (
        "adx",
        "",
        "minus_di",
        14,
        [
            19.422219075267144,
            7.720178695383964,
            16.629863944960274,
            16.629863944960256,
            54.64850346377356,
            7.955261368334064,
        ],
    ),
    (
        "adx",
        r#""period":5"#,
        "adx",
        9,
        [
            35.06291008111809,
            63.84959673686416,
            20.341152488611677,
            16.432676910563224,
            65.77082446256671,
            58.33143045053255,
        ],
    ),
    (
        "momentum",
        "",
        "momentum",
        10,
        [
            -0.519999999999996,
            0.980000000000004,
            -0.6699999999999875,
            0.0,
            -1.8199999999999932,
            1.920000000000016,
        ],
    ),
    (
        "roc",
        "",
        "roc",
        10,
        [
            -0.005157195279182744,
            0.010600324499729627,
            -0.003202676864244682,
            0.0,
            -0.008727760993621988,
            0.010693995766960097,
        ],
    ),
    ("obv", "", "obv", 0, [543.0, -2789.0, 125091.0, 125091.0, 123831.0, 194205.0]),
];

fn bars() -> Vec<Bar> {
    walk(COUNT, 42, 40_000..41_000)
}

#[track_caller]
fn near(found: f64, expected: f64, what: &str) {
    let error = (found - expected).abs();
    let is_same = found.is_nan() && expected.is_nan();
    assert!(is_same || error <= 1e-9 * expected.abs(), "{what}: {found}, not {expected}");
}

#[test]
fn values_are_those_of_ta_lib() {
    let bars = bars();
    for &(feature, params, output, first, values) in TA_LIB {
        let found = series(feature, params, output, &bars);
        let what = format!("{feature} {params} {output}");
        assert_eq!(found.iter().position(|v| !v.is_nan()), Some(first), "{what}");
        near(found[first], values[0], &what);
        for (place, expected) in PLACES.into_iter().zip(&values[1..]) {
            near(found[place], *expected, &format!("{what} at {place}"));
        }
    }
}

#[test]
fn values_are_those_of_the_definitions_at_every_bar() {
    let bars = bars();
    let all = Columns::of(&bars);
    let [plus, minus, adx] = all.directions(14);
    let [macd, signal, histogram] = all.macd(12, 26, 9);
    let half = windows(&all.close, 20, |w| 2.0 * (squares(w) / 20.0).sqrt());
    let middle = windows(&all.close, 20, mean);
    let band = |sign: f64| -> Vec<f64> {
        middle.iter().zip(&half).map(|(m, half)| m + sign * half).collect()
    };
    let since = |n: usize, of: &dyn Fn(f64, f64) -> f64| -> Vec<f64> {
        late(n, all.close.windows(n + 1).map(|w| of(w[0], w[n])).collect())
    };
    for (feature, output, expected) in [
        ("sma", "sma", middle.clone()),
        ("ema", "ema", ema(&all.close, 20)),
        ("rsi", "rsi", all.rsi(14)),
        ("macd", "macd", macd),
        ("macd", "signal", signal),
        ("macd", "histogram", histogram),
        ("bollinger", "upper", band(1.0)),
        ("bollinger", "lower", band(-1.0)),
        ("atr", "atr", all.atr(14)),
        ("adx", "adx", adx),
        ("adx", "plus_di", plus),
        ("adx", "minus_di", minus),
        ("momentum", "momentum", since(10, &|before, now| now - before)),
        ("roc", "roc", since(10, &|before, now| (now - before) / before)),
        ("obv", "obv", all.obv()),
    ] {
        let found = series(feature, "", output, &bars);
        for (place, (found, expected)) in found.iter().zip(&expected).enumerate() {
            near(*found, *expected, &format!("{feature} {output} at {place}"));
        }
    }
}
