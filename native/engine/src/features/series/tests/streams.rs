//! Kernels over random streams beside the definition, written out over each window.

use super::{Kernel, Seed};
use std::ops::Range;

const SECOND: i64 = 1_000_000_000;

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

fn product(x: &[f64], y: &[f64]) -> f64 {
    let (mx, my) = (mean(x), mean(y));
    x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum()
}

fn sd(x: &[f64]) -> f64 {
    (product(x, x) / (x.len() - 1) as f64).sqrt()
}

/// Small whole numbers, whose sums are exact; a far one at times.
fn stream(seed: u64, count: usize) -> Vec<f64> {
    let mut seed = Seed(seed);
    (0..count)
        .map(|_| if seed.below(60) == 0 { 1e6 + seed.whole(1000) } else { 500.0 + seed.whole(200) })
        .collect()
}

/// Runs a kernel of a count window beside a definition over its last `n` samples.
fn beside(name: &str, params: &str, n: usize, error: f64, of: impl Fn(&[f64]) -> f64) {
    let samples = stream(n as u64, 1500);
    let found = Kernel::new(name, params).run(&samples);
    for (i, found) in found.iter().enumerate() {
        let Some(from) = (i + 1).checked_sub(n) else {
            assert!(found.is_nan(), "{name} {params}: early at {i}");
            continue;
        };
        let expected = of(&samples[from..=i]);
        let close = (found - expected).abs() <= error * expected.abs().max(1e-3);
        assert!(close, "{name} {params}, sample {i}: {found} is not {expected}");
    }
}

#[test]
fn count_windows_are_their_definitions() {
    for n in [2, 3, 24, 200] {
        let window = format!("{{\"window\":{n}}}");
        beside("rolling_sum", &window, n, 0.0, |x| x.iter().sum());
        beside("rolling_mean", &window, n, 0.0, mean);
        beside("rolling_std", &window, n, 1e-12, sd);
        beside("rolling_min", &window, n, 0.0, |x| x.iter().copied().fold(f64::MAX, f64::min));
        beside("rolling_max", &window, n, 0.0, |x| x.iter().copied().fold(f64::MIN, f64::max));
        beside("rolling_rank", &window, n, 1e-15, |x| {
            let newest = x[x.len() - 1];
            let below = x.iter().filter(|v| **v < newest).count() as f64;
            let equal = x.iter().filter(|v| **v == newest).count() as f64;
            (below + (equal + 1.0) / 2.0) / x.len() as f64
        });
        let population = format!("{{\"window\":{n},\"ddof\":0}}");
        beside("rolling_variance", &population, n, 1e-12, |x| product(x, x) / x.len() as f64);
        beside("zscore", &window, n, 1e-11, |x| (x[x.len() - 1] - mean(x)) / (sd(x) + 1e-8));
        let excluding = format!("{{\"window\":{n},\"newest\":\"exclude\"}}");
        beside("zscore", &excluding, n + 1, 1e-11, |x| {
            let before = &x[..x.len() - 1];
            (x[x.len() - 1] - mean(before)) / (sd(before) + 1e-8)
        });
        let quantile = format!("{{\"window\":{n},\"q\":0.35}}");
        beside("rolling_quantile", &quantile, n, 1e-13, |x| {
            let mut sorted = x.to_vec();
            sorted.sort_by(f64::total_cmp);
            let place = 0.35 * (x.len() - 1) as f64;
            let low = sorted[place as usize];
            low + (sorted[place.ceil() as usize] - low) * (place - place.floor())
        });
    }
}

#[test]
fn autocorrelation_is_its_definition() {
    for (n, lag) in [(12, 1), (30, 7), (80, 40)] {
        let params = format!("{{\"window\":{n},\"lag\":{lag}}}");
        let shifted = |x: &[f64]| -> [Range<usize>; 2] { [0..x.len() - lag, lag..x.len()] };
        beside("autocorrelation", &params, n, 1e-9, |x| {
            let m = mean(x);
            let pairs = x[lag..].iter().zip(x);
            pairs.map(|(a, b)| (a - m) * (b - m)).sum::<f64>() / product(x, x)
        });
        let pearson = params.replace('}', ",\"method\":\"pearson\"}");
        beside("autocorrelation", &pearson, n, 1e-9, |x| {
            let [a, b] = shifted(x);
            let (a, b) = (&x[a], &x[b]);
            product(a, b) / (product(a, a) * product(b, b)).sqrt()
        });
    }
}

#[test]
fn hurst_exponents_are_their_definitions() {
    let slope = |points: &[(f64, f64)]| {
        let logs: (Vec<f64>, Vec<f64>) =
            points.iter().map(|(x, y)| (libm::log(*x), libm::log(*y))).unzip();
        product(&logs.0, &logs.1) / product(&logs.0, &logs.0)
    };
    beside("hurst", r#"{"window":50,"lags":8}"#, 50, 1e-9, |x| {
        let deviation = |lag: usize| {
            let d: Vec<f64> = x[lag..].iter().zip(x).map(|(a, b)| a - b).collect();
            (lag as f64, (product(&d, &d) / d.len() as f64).sqrt())
        };
        slope(&(1..=8).map(deviation).collect::<Vec<_>>())
    });
    beside("hurst", r#"{"window":41,"method":"rs","sizes":[5,10,20]}"#, 41, 1e-9, |x| {
        let d: Vec<f64> = x.windows(2).map(|w| w[1] - w[0]).collect();
        let of = |size: usize| {
            let ranges: Vec<f64> = d
                .chunks_exact(size)
                .map(|part| {
                    let m = mean(part);
                    let sums: Vec<f64> =
                        (0..=size).map(|k| part[..k].iter().map(|v| v - m).sum()).collect();
                    let high = sums.iter().copied().fold(f64::MIN, f64::max);
                    let low = sums.iter().copied().fold(f64::MAX, f64::min);
                    (high - low) / (product(part, part) / size as f64).sqrt()
                })
                .collect();
            (size as f64, mean(&ranges))
        };
        slope(&[of(5), of(10), of(20)])
    });
}

#[test]
fn pairs_are_their_definitions_in_windows_of_time() {
    let (xs, ys) = (stream(8, 1500), stream(9, 1500));
    for (name, take) in [("correlation", "levels"), ("beta", "levels"), ("beta", "differences")] {
        let params = format!("{{\"window\":\"40s\",\"take\":\"{take}\"}}");
        let mut kernel = Kernel::new(name, &params);
        let (mut seed, mut time, mut all) = (Seed(10), 0, Vec::new());
        let mut first = None;
        for (i, (x, y)) in xs.iter().zip(&ys).enumerate() {
            time += seed.below(4) as i64 * SECOND;
            let found = kernel.push(time, &[*x, *y]);
            match (take, i) {
                ("levels", _) => all.push((time, *x, *y)),
                (_, 0) => continue,
                _ => all.push((time, x - xs[i - 1], y - ys[i - 1])),
            }
            let since = *first.get_or_insert(time);
            if time - since < 40 * SECOND {
                assert!(found.is_nan());
                continue;
            }
            let inside = all.iter().filter(|s| s.0 > time - 40 * SECOND);
            let (a, b): (Vec<f64>, Vec<f64>) = inside.map(|s| (s.1, s.2)).unzip();
            let expected = match name {
                "beta" => product(&a, &b) / product(&b, &b),
                _ => product(&a, &b) / (product(&a, &a) * product(&b, &b)).sqrt(),
            };
            let close = (found - expected).abs() <= 1e-10 * expected.abs().max(1e-3);
            assert!(close, "{name} {take}, sample {i}: {found} is not {expected}");
        }
    }
}

#[test]
fn exponential_variances_are_sums_over_all_samples() {
    let samples = stream(11, 400);
    for adjust in [false, true] {
        let params = format!("{{\"alpha\":0.1,\"adjust\":{adjust}}}");
        let found = Kernel::new("ew_variance", &params).run(&samples);
        let mean = Kernel::new("ewma", &params).run(&samples);
        for i in 19..samples.len() {
            let weight = |j: usize| {
                let fade: f64 = (0..i - j).map(|_| 0.9).product();
                if adjust || j == 0 { fade } else { 0.1 * fade }
            };
            let weights: Vec<f64> = (0..=i).map(weight).collect();
            let sum: f64 = weights.iter().sum();
            let squares: f64 = weights.iter().map(|w| w * w).sum();
            let m = weights.iter().zip(&samples).map(|(w, x)| w * x).sum::<f64>() / sum;
            let v =
                weights.iter().zip(&samples).map(|(w, x)| w * (x - m) * (x - m)).sum::<f64>() / sum;
            let expected = v * sum * sum / (sum * sum - squares);
            assert!((mean[i] - m).abs() <= 1e-12 * m.abs());
            assert!((found[i] - expected).abs() <= 1e-11 * expected, "{} {expected}", found[i]);
        }
    }
}

/// 1e8 samples: `cargo test --release -p tickwright-engine --lib drift -- --ignored`.
#[test]
#[ignore = "a hundred million samples take minutes"]
fn a_hundred_million_samples_leave_no_drift() {
    let names = [
        ("zscore", r#"{"window":50,"epsilon":0}"#),
        ("rolling_variance", r#"{"window":50}"#),
        ("rolling_sum", r#"{"window":50}"#),
        ("rolling_mean", r#"{"window":50}"#),
    ];
    let mut old: Vec<Kernel> = names.iter().map(|(name, p)| Kernel::new(name, p)).collect();
    let mut seed = Seed(12);
    let mut sample = |i: u64| {
        let spike = if i.is_multiple_of(1009) { 1e12 } else { 0.0 };
        1e9 + spike + seed.whole(4000) / 1024.0
    };
    for i in 1..=100_000_000 {
        let x = sample(i);
        old.iter_mut().for_each(|kernel| _ = kernel.push(0, &[x]));
    }
    // A fresh kernel knows nothing of the hundred million before.
    let mut fresh: Vec<Kernel> = names.iter().map(|(name, p)| Kernel::new(name, p)).collect();
    for i in 1..=1000 {
        let x = sample(i);
        for (old, fresh) in old.iter_mut().zip(&mut fresh) {
            let (a, b) = (old.push(0, &[x]), fresh.push(0, &[x]));
            assert!(b.is_nan() || (a - b).abs() <= 1e-12 * b.abs().max(1.0), "{a} is not {b}");
        }
    }
}
