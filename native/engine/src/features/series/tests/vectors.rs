//! The vectors of the science basis: 60 bars of a seeded walk, printed by its own script.

use super::{Kernel, near};

/// Closes and volumes: x ← 16807 x mod (2³¹ − 1) from the seed, a walk in cents from 100.00.
fn bars(seed: u64) -> (Vec<f64>, Vec<f64>) {
    let mut x = seed;
    let mut next = || {
        x = 16_807 * x % 2_147_483_647;
        x as i64
    };
    let mut price = 10_000;
    let mut out = (Vec::new(), Vec::new());
    for _ in 0..60 {
        price += next() % 201 - 100;
        let _ = (next(), next());
        out.0.push(price as f64 / 100.0);
        out.1.push((100 + next() % 900) as f64);
    }
    out
}

fn last(name: &str, params: &str, samples: &[f64]) -> f64 {
    *Kernel::new(name, params).run(samples).last().unwrap()
}

#[test]
fn z_scores_and_volatility() {
    let (closes, volumes) = bars(42);
    assert_eq!((closes[0], closes[59]), (100.83, 94.48));
    near(last("zscore", r#"{"window":24}"#, &closes), -0.5281367257333064, 1e-12);
    near(last("expanding_zscore", "{}", &closes), -1.4073941414, 1e-9);
    near(last("zscore", r#"{"window":20,"epsilon":0}"#, &volumes), 0.8981853792228857, 1e-12);
    let excluding = r#"{"window":20,"epsilon":0,"newest":"exclude"}"#;
    near(last("zscore", excluding, &volumes), 0.8877654415028622, 1e-12);
    near(last("rolling_volatility", r#"{"window":20}"#, &closes), 0.005760358785522097, 1e-12);
    let found = Kernel::new("zscore", r#"{"window":24}"#).run(&closes);
    assert_eq!(found.iter().position(|z| !z.is_nan()), Some(23));
    let found = Kernel::new("rolling_volatility", r#"{"window":20}"#).run(&closes);
    assert_eq!(found.iter().position(|z| !z.is_nan()), Some(20));
}

#[test]
fn changes_over_ten_samples() {
    let (closes, _) = bars(42);
    near(last("change", r#"{"lag":10}"#, &closes), 0.3100000000000023, 1e-12);
    near(last("returns", r#"{"lag":10}"#, &closes), 0.003291918870128585, 1e-12);
    near(last("change_percent", r#"{"lag":10}"#, &closes), 0.3291918870128585, 1e-12);
    let found = Kernel::new("change", r#"{"lag":10}"#).run(&closes);
    assert_eq!(found.iter().position(|z| !z.is_nan()), Some(10));
}

#[test]
fn exponential_means() {
    let (closes, _) = bars(42);
    near(last("ewma", r#"{"alpha":0.2}"#, &closes), 94.64299914746009, 1e-12);
    near(last("ewma", r#"{"span":9}"#, &closes), 94.64299914746009, 1e-12);
    near(last("ewma", r#"{"com":4}"#, &closes), 94.64299914746009, 1e-12);
    let adjusted = r#"{"alpha":0.2,"adjust":true}"#;
    near(last("ewma", adjusted, &closes), 94.64298966589432, 1e-12);
    let biased = r#"{"alpha":0.2,"bias":true}"#;
    near(last("ew_variance", biased, &closes), 0.5094985959698106, 1e-12);
    near(last("ew_std", biased, &closes), 0.5094985959698106_f64.sqrt(), 1e-12);
    let half = libm::log(0.5) / libm::log(0.8);
    let params = format!("{{\"halflife\":{half}}}");
    near(last("ewma", &params, &closes), 94.64299914746009, 1e-12);
}

#[test]
fn exponential_mean_of_irregular_times() {
    let mut kernel = Kernel::new("ewma", r#"{"tau":"2s"}"#);
    let times = [0, 1000, 1500, 4000, 10_000];
    let found: Vec<f64> =
        times.iter().zip(1..).map(|(ms, x)| kernel.push(ms * 1_000_000, &[f64::from(x)])).collect();
    near(found[4], 4.918101754185809, 1e-12);
    assert!(found[..3].iter().all(|m| m.is_nan()) && !found[3].is_nan());
}

#[test]
fn autocorrelation_of_log_returns() {
    let (closes, _) = bars(42);
    let returns = Kernel::new("returns", r#"{"kind":"log"}"#).run(&closes);
    let returns = &returns[1..];
    near(last("autocorrelation", r#"{"window":59}"#, returns), 0.026775109612037544, 1e-10);
    let pearson = r#"{"window":59,"method":"pearson"}"#;
    near(last("autocorrelation", pearson, returns), 0.026906113051477307, 1e-10);
}

#[test]
fn hurst_exponents_of_log_prices() {
    let logs: Vec<f64> = bars(42).0.iter().map(|c| libm::log(*c)).collect();
    near(last("hurst", r#"{"window":60}"#, &logs), 0.47288062027202304, 1e-11);
    let range = r#"{"window":60,"method":"rs","sizes":[7,14,28]}"#;
    near(last("hurst", range, &logs), 0.6911977781547441, 1e-11);
}

#[test]
fn correlation_and_beta_of_log_returns() {
    let ((a, _), (b, _)) = (bars(42), bars(7));
    let params = r#"{"window":20,"take":"log_returns"}"#;
    for (name, expected) in
        [("correlation", -0.043957190685367464), ("beta", -0.040869654057619095)]
    {
        let mut kernel = Kernel::new(name, params);
        let found: Vec<f64> = a.iter().zip(&b).map(|(x, y)| kernel.push(0, &[*x, *y])).collect();
        near(found[59], expected, 1e-10);
        assert_eq!(found.iter().position(|v| !v.is_nan()), Some(20));
    }
}

#[test]
fn time_windows_are_open_on_the_left_and_whole_before_they_speak() {
    const SECOND: i64 = 1_000_000_000;
    let times = [1, 3, 4, 9, 10, 11, 20, 21, 23, 26];
    let mut kernel = Kernel::new("rolling_sum", r#"{"window":"5s"}"#);
    let found: Vec<f64> =
        times.iter().zip(1..).map(|(t, x)| kernel.push(t * SECOND, &[f64::from(x)])).collect();
    assert!(found[..3].iter().all(|sum| sum.is_nan()));
    assert_eq!(found[3..], [4.0, 9.0, 15.0, 7.0, 15.0, 24.0, 19.0]);
    assert_eq!(kernel.need().span, 5 * SECOND);
}
