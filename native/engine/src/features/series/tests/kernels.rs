//! Rules that all kernels of columns keep, and the edges of each.

use super::super::ENTRIES;
use super::{Kernel, Seed, near, refusal};
use crate::features::catalogue::ClockUse;
use crate::state::StateReader;

/// Parameters to try each clocked kernel with.
fn settings(name: &str) -> Vec<&'static str> {
    match name {
        "zscore" => vec![
            r#"{"window":7}"#,
            r#"{"window":"9s"}"#,
            r#"{"window":7,"newest":"exclude"}"#,
            r#"{"window":"9s","newest":"exclude"}"#,
        ],
        "expanding_zscore" => vec![r#"{"min_samples":5}"#],
        "ewma" | "ew_variance" | "ew_std" => vec![
            r#"{"span":6}"#,
            r#"{"halflife":2.5,"adjust":true}"#,
            r#"{"com":3,"adjust":true}"#,
            r#"{"tau":"3s"}"#,
        ],
        "lag" | "change" | "change_percent" | "returns" => vec![r#"{"lag":3}"#, "{}"],
        "autocorrelation" => {
            vec![r#"{"window":9,"lag":2}"#, r#"{"window":9,"lag":2,"method":"pearson"}"#]
        }
        "hurst" => vec![r#"{"window":20,"lags":4}"#, r#"{"window":36,"method":"rs"}"#],
        "correlation" | "beta" => {
            vec![r#"{"window":6}"#, r#"{"window":"8s","take":"returns"}"#]
        }
        _ => vec![r#"{"window":6}"#, r#"{"window":"8s"}"#],
    }
}

fn clocked() -> impl Iterator<Item = (&'static str, &'static str)> {
    let entries = ENTRIES.iter().filter(|entry| entry.clock != ClockUse::None);
    entries.flat_map(|entry| settings(entry.name).into_iter().map(|params| (entry.name, params)))
}

/// Samples that vary, in pairs.
fn samples(seed: u64, count: usize) -> Vec<[f64; 2]> {
    let mut seed = Seed(seed);
    (0..count).map(|_| [100.0 + seed.whole(900) / 64.0, 50.0 + seed.whole(900) / 32.0]).collect()
}

const SECOND: i64 = 1_000_000_000;

fn run(kernel: &mut Kernel, samples: &[[f64; 2]]) -> Vec<f64> {
    let inputs = kernel.inputs;
    samples.iter().zip(0..).map(|(x, i)| kernel.push(i * SECOND, &x[..inputs])).collect()
}

#[test]
fn the_first_value_comes_when_the_kernel_says() {
    for (name, params) in clocked() {
        let mut kernel = Kernel::new(name, params);
        let need = kernel.need();
        let found = run(&mut kernel, &samples(1, 60));
        let first = found.iter().position(|v| !v.is_nan()).unwrap();
        // At a sample a second.
        let expected = need.samples as i64 - 1 + need.span / SECOND;
        assert_eq!(first as i64, expected, "{name} {params}");
        assert!(found[first..].iter().all(|v| !v.is_nan()), "{name} {params}");
    }
}

#[test]
fn a_null_starts_anew_or_is_passed_over() {
    for (name, params) in clocked() {
        let all = samples(2, 120);
        for null in [f64::NAN, f64::INFINITY] {
            let mut gapped = Kernel::new(name, params);
            let mut fresh = Kernel::new(name, params);
            run(&mut gapped, &all[..50]);
            let inputs = gapped.inputs;
            assert!(gapped.push(50 * SECOND, &[1.0, null][2 - inputs..]).is_nan());
            let after = |kernel: &mut Kernel| -> Vec<u64> {
                let samples = all[50..].iter().zip(51..);
                samples.map(|(x, i)| kernel.push(i * SECOND, &x[..inputs]).to_bits()).collect()
            };
            assert_eq!(after(&mut gapped), after(&mut fresh), "{name} {params}");
            assert_eq!(gapped.state(), fresh.state(), "{name} {params}");
        }
        let skip = params.replace(
            '}',
            if params == "{}" { "\"nulls\":\"skip\"}" } else { ",\"nulls\":\"skip\"}" },
        );
        let (mut gapped, mut whole) = (Kernel::new(name, &skip), Kernel::new(name, &skip));
        for (x, i) in all.iter().zip(0..) {
            let inputs = &x[..whole.inputs];
            gapped.push(i * SECOND, &[f64::NAN, 1.0][..inputs.len()]);
            let (a, b) = (gapped.push(i * SECOND, inputs), whole.push(i * SECOND, inputs));
            assert_eq!(a.to_bits(), b.to_bits(), "{name} {params}");
        }
    }
}

#[test]
fn states_go_on_where_they_were() {
    for (name, params) in clocked() {
        let all = samples(3, 150);
        let mut straight = Kernel::new(name, params);
        let mut broken = Kernel::new(name, params);
        let mut seed = Seed(4);
        let mut time = 0;
        for x in all {
            time += [0, 1, 1, 3][seed.below(4) as usize] * SECOND;
            let inputs = &x[..straight.inputs];
            let (a, b) = (straight.push(time, inputs), broken.push(time, inputs));
            assert_eq!(a.to_bits(), b.to_bits(), "{name} {params}");
            if seed.below(8) == 0 {
                let before = broken.state();
                broken = broken.restored();
                assert_eq!(broken.state(), before, "{name} {params}");
                assert_eq!(before, straight.state(), "{name} {params}");
            }
        }
        let bytes = straight.state();
        for cut in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            let mut fresh = Kernel::new(name, params);
            let refused = fresh.kernel.restore(&mut StateReader::new(&bytes[..cut])).unwrap_err();
            assert_eq!(refused.code, "E_STATE", "{name} {params}");
        }
    }
}

#[test]
fn a_reset_forgets_everything() {
    for (name, params) in clocked() {
        let mut kernel = Kernel::new(name, params);
        run(&mut kernel, &samples(5, 70));
        kernel.kernel.reset();
        assert_eq!(kernel.state(), Kernel::new(name, params).state(), "{name} {params}");
        assert!(kernel.value(&[]).is_nan());
    }
}

/// A kernel, its parameters, and what it gives for 4 x + 1024 from what it gives for x.
type Law = (&'static str, &'static str, fn(f64) -> f64);

#[test]
fn laws_of_scale_and_shift() {
    let (factor, shift) = (4.0, 1024.0);
    let laws: [Law; 15] = [
        ("zscore", r#"{"window":7,"epsilon":0}"#, |z| z),
        ("expanding_zscore", "{}", |z| z),
        ("ewma", r#"{"span":5}"#, |m| 4.0 * m + 1024.0),
        ("ew_variance", r#"{"span":5}"#, |v| 16.0 * v),
        ("rolling_sum", r#"{"window":6}"#, |s| 4.0 * s + 6.0 * 1024.0),
        ("rolling_mean", r#"{"window":6}"#, |m| 4.0 * m + 1024.0),
        ("rolling_variance", r#"{"window":6}"#, |v| 16.0 * v),
        ("rolling_min", r#"{"window":6}"#, |m| 4.0 * m + 1024.0),
        ("rolling_quantile", r#"{"window":6,"q":0.3}"#, |m| 4.0 * m + 1024.0),
        ("rolling_rank", r#"{"window":6}"#, |r| r),
        ("change", r#"{"lag":3}"#, |d| 4.0 * d),
        ("autocorrelation", r#"{"window":12}"#, |r| r),
        ("hurst", r#"{"window":20,"lags":5}"#, |h| h),
        ("hurst", r#"{"window":40,"method":"rs"}"#, |h| h),
        ("entropy", r#"{"window":20,"bins":4}"#, |h| h),
    ];
    for (name, params, law) in laws {
        let plain = samples(6, 80);
        let moved: Vec<[f64; 2]> =
            plain.iter().map(|[x, y]| [factor * x + shift, factor * y + shift]).collect();
        let a = run(&mut Kernel::new(name, params), &plain);
        let b = run(&mut Kernel::new(name, params), &moved);
        for (a, b) in a.iter().zip(&b) {
            let expected = law(*a);
            let same = expected.is_nan() && b.is_nan();
            assert!(
                same || (b - expected).abs() <= 1e-12 * expected.abs().max(1.0),
                "{name}: {b} {expected}"
            );
        }
    }
}

#[test]
fn what_does_not_vary_has_no_correlation_and_no_score() {
    let flat = [3.0; 40];
    for (name, params) in [
        ("zscore", r#"{"window":5,"epsilon":0}"#),
        ("expanding_zscore", "{}"),
        ("autocorrelation", r#"{"window":9}"#),
        ("hurst", r#"{"window":20,"lags":4}"#),
        ("hurst", r#"{"window":40,"method":"rs"}"#),
    ] {
        assert!(Kernel::new(name, params).run(&flat).iter().all(|v| v.is_nan()), "{name}");
    }
    assert_eq!(Kernel::new("zscore", r#"{"window":5}"#).run(&flat)[39], 0.0);
    assert_eq!(Kernel::new("entropy", r#"{"window":5}"#).run(&flat)[39], 0.0);
    assert_eq!(Kernel::new("rolling_variance", r#"{"window":5}"#).run(&flat)[39], 0.0);
    let mut pair = Kernel::new("beta", r#"{"window":3}"#);
    for x in [1.0, 2.0, 4.0] {
        assert!(pair.push(0, &[x, 7.0]).is_nan());
    }
}

#[test]
fn returns_that_do_not_exist_are_null() {
    let prices = [1.0, 0.0, 2.0, 3.0, -1.0];
    let simple = Kernel::new("returns", "{}").run(&prices);
    assert_eq!(simple[1], -1.0);
    assert!(simple[2].is_nan() && simple[3] == 0.5);
    let log = Kernel::new("returns", r#"{"kind":"log"}"#).run(&prices);
    assert!(log[1].is_nan() && log[2].is_nan() && log[4].is_nan());
    near(log[3], libm::log(1.5), 1e-15);
    // A return that does not exist is a gap: the window of returns starts anew behind it.
    let volatility = Kernel::new("rolling_volatility", r#"{"window":2}"#)
        .run(&[1.0, 2.0, 3.0, 0.0, 1.0, 2.0, 3.0]);
    let known: Vec<bool> = volatility.iter().map(|v| !v.is_nan()).collect();
    assert_eq!(known, [false, false, true, true, false, false, true]);
}

#[test]
fn entropy_counts_as_a_histogram_does() {
    // Bins [0, 1), [1, 2), [2, 3), [3, 4]: 2, 1, 0 and 3 samples.
    let found =
        Kernel::new("entropy", r#"{"window":6,"bins":4}"#).run(&[0.0, 0.5, 1.0, 3.0, 4.0, 3.5]);
    let part = |p: f64| -p * libm::log(p);
    near(found[5], part(2.0 / 6.0) + part(1.0 / 6.0) + part(0.5), 1e-14);
}

#[test]
fn parameters_that_make_no_sense_are_refused() {
    for (name, params, part) in [
        ("zscore", "{}", "window: is missing"),
        ("zscore", r#"{"window":1}"#, "window: must be from 2 to 1000000 or a time like 5m, was 1"),
        ("zscore", r#"{"window":"5 m"}"#, "window: must be"),
        ("zscore", r#"{"window":5,"epsilon":-1}"#, "epsilon: must be from 0 to 1"),
        ("zscore", r#"{"window":5,"nulls":"keep"}"#, "nulls: must be one of restart, skip"),
        ("ewma", "{}", "span: is missing"),
        ("ewma", r#"{"span":5,"alpha":0.1}"#, "give one of alpha, span"),
        ("ewma", r#"{"span":0.5}"#, "span: must be from 1"),
        ("ewma", r#"{"alpha":1.5}"#, "alpha: must be above 0"),
        ("ewma", r#"{"span":5,"adjust":1}"#, "adjust: must be true or false"),
        ("rolling_quantile", r#"{"window":5,"q":1.1}"#, "q: must be from 0 to 1"),
        ("autocorrelation", r#"{"window":4,"lag":3}"#, "window: must be from 5"),
        ("hurst", r#"{"window":20,"lags":11}"#, "lags: must be from 2 to 10"),
        ("hurst", r#"{"window":40,"method":"rs","sizes":[10,5]}"#, "sizes: must be 2 to 16"),
        ("hurst", r#"{"window":40,"lags":4,"sizes":[5,10]}"#, "sizes: is no parameter"),
    ] {
        let refused = refusal(name, params);
        assert!(refused.contains(part), "{name} {params}: {refused}");
    }
}
