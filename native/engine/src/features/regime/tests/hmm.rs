use super::{Kernel, Noise};
use crate::features::regime::NAMES;
use crate::features::testing::{Bench, MS};
use serde_json::{Value, json};

const ENTROPY: usize = 2;
const OUTLIER: usize = 3;
const LIKELIHOOD: usize = 4;
const P: usize = 5;

fn hmm(model: &Value, inputs: usize, more: &str) -> Kernel {
    Kernel::new("regime_hmm", &format!(r#"{{"model":{model}{more}}}"#), inputs).unwrap()
}

/// The model of the vector.
fn three() -> Value {
    json!({
        "states": ["bull_trending", "bear_trending", "high_volatility"],
        "initial": [0.5, 0.3, 0.2],
        "transition": [[0.9, 0.07, 0.03], [0.05, 0.9, 0.05], [0.1, 0.1, 0.8]],
        "means": [[0.5], [-0.4], [0.0]],
        "variances": [[0.36], [0.49], [4.0]],
    })
}

#[track_caller]
fn near(found: f64, expected: f64, error: f64) {
    assert!((found - expected).abs() <= error * expected.abs(), "{found} is not {expected}");
}

#[test]
fn the_vector_of_three_states() {
    let mut kernel = hmm(&three(), 1, "");
    let mut likelihood = 0.0;
    let mut rows = Vec::new();
    for x in [0.4, 0.7, -0.3, -1.1, 2.5, -2.8] {
        rows.push(kernel.push(&[x]));
        likelihood += rows[rows.len() - 1][LIKELIHOOD];
    }
    for (place, expected) in [(P, 0.719076612621), (P + 1, 0.195159908726), (P + 4, 0.085763478652)]
    {
        near(rows[0][place], expected, 1e-11);
    }
    for (place, expected) in [(P, 3.90509e-7), (P + 1, 0.002892794764), (P + 4, 0.997106814727)] {
        near(rows[5][place], expected, 2e-6);
    }
    near(likelihood, -12.157925275511, 1e-12);
    assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>()[..2], [0.0, 0.0]);
    assert_eq!(rows[5][0], 4.0);
}

fn log_sum(logs: &[f64]) -> f64 {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    most + libm::log(logs.iter().map(|l| libm::exp(l - most)).sum::<f64>())
}

/// A filter in logarithms alone, of matrices inverted by elimination.
struct Slow {
    log_p: Vec<f64>,
    log_a: Vec<Vec<f64>>,
    means: Vec<Vec<f64>>,
    inverse: Vec<Vec<Vec<f64>>>,
    log_determinant: Vec<f64>,
    begun: bool,
}

impl Slow {
    fn new(model: &Value) -> Self {
        let list = |of: &Value| -> Vec<f64> {
            of.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
        };
        let lists =
            |of: &Value| -> Vec<Vec<f64>> { of.as_array().unwrap().iter().map(list).collect() };
        let logs = |of: Vec<f64>| -> Vec<f64> { of.into_iter().map(libm::log).collect() };
        let covariances: Vec<Vec<Vec<f64>>> = match &model["covariances"] {
            Value::Null => {
                let diagonal = |v: Vec<f64>| {
                    let at = |i: usize, j: usize| if i == j { v[i] } else { 0.0 };
                    (0..v.len()).map(|i| (0..v.len()).map(|j| at(i, j)).collect()).collect()
                };
                lists(&model["variances"]).into_iter().map(diagonal).collect()
            }
            full => full.as_array().unwrap().iter().map(lists).collect(),
        };
        let (inverse, log_determinant) = covariances.into_iter().map(invert).unzip();
        Self {
            log_p: logs(list(&model["initial"])),
            log_a: lists(&model["transition"]).into_iter().map(logs).collect(),
            means: lists(&model["means"]),
            inverse,
            log_determinant,
            begun: false,
        }
    }

    fn push(&mut self, x: Option<&[f64]>) -> Vec<f64> {
        let states = 0..self.log_p.len();
        if self.begun {
            let to = |j: usize| -> f64 {
                let ways: Vec<f64> =
                    states.clone().map(|i| self.log_p[i] + self.log_a[i][j]).collect();
                log_sum(&ways)
            };
            self.log_p = states.clone().map(to).collect();
        }
        if let Some(x) = x {
            self.begun = true;
            let log_b: Vec<f64> = states.map(|j| self.log_density(j, x)).collect();
            self.log_p.iter_mut().zip(log_b).for_each(|(p, b)| *p += b);
        }
        let total = log_sum(&self.log_p);
        self.log_p.iter_mut().for_each(|p| *p -= total);
        self.log_p.iter().map(|p| libm::exp(*p)).collect()
    }

    fn log_density(&self, j: usize, x: &[f64]) -> f64 {
        let from: Vec<f64> = x.iter().zip(&self.means[j]).map(|(x, m)| x - m).collect();
        let mut far = 0.0;
        for (a, row) in from.iter().zip(&self.inverse[j]) {
            for (b, of) in from.iter().zip(row) {
                far += a * of * b;
            }
        }
        let size = x.len() as f64;
        let log = -0.5 * (size * libm::log(std::f64::consts::TAU) + self.log_determinant[j] + far);
        log.max(libm::log(1e-300))
    }
}

/// Inverse and the determinant's logarithm.
fn invert(mut of: Vec<Vec<f64>>) -> (Vec<Vec<f64>>, f64) {
    let size = of.len();
    let mut out: Vec<Vec<f64>> =
        (0..size).map(|i| (0..size).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    let mut log = 0.0;
    for at in 0..size {
        let pivot = of[at][at];
        log += libm::log(pivot);
        for j in 0..size {
            of[at][j] /= pivot;
            out[at][j] /= pivot;
        }
        for i in (0..size).filter(|i| *i != at) {
            let times = of[i][at];
            for j in 0..size {
                of[i][j] -= times * of[at][j];
                out[i][j] -= times * out[at][j];
            }
        }
    }
    (out, log)
}

/// Eight states over so many columns.
fn eight(noise: &mut Noise, columns: usize, full: bool) -> Value {
    let shares = |noise: &mut Noise, sticky: usize| -> Vec<f64> {
        let raw: Vec<f64> =
            (0..8).map(|j| 0.05 + noise.next() + if j == sticky { 20.0 } else { 0.0 }).collect();
        let total: f64 = raw.iter().sum();
        raw.into_iter().map(|p| p / total).collect()
    };
    let mut model = json!({
        "states": NAMES,
        "initial": shares(noise, 8),
        "transition": (0..8).map(|i| shares(noise, i)).collect::<Vec<_>>(),
        "means": (0..8).map(|_| (0..columns).map(|_| 2.0 * noise.normal()).collect::<Vec<_>>()).collect::<Vec<_>>(),
    });
    if full {
        let matrix = |noise: &mut Noise| -> Vec<Vec<f64>> {
            let root: Vec<Vec<f64>> = (0..columns)
                .map(|_| (0..columns).map(|_| 0.4 * noise.normal()).collect())
                .collect();
            let at = |i: usize, j: usize| -> f64 {
                let sum: f64 = (0..columns).map(|k| root[i][k] * root[j][k]).sum();
                sum + if i == j { 1.0 } else { 0.0 }
            };
            (0..columns).map(|i| (0..columns).map(|j| at(i, j)).collect()).collect()
        };
        model["covariances"] = (0..8).map(|_| matrix(noise)).collect::<Vec<_>>().into();
    } else {
        let row = |noise: &mut Noise| (0..columns).map(|_| 0.5 + noise.next()).collect::<Vec<_>>();
        model["variances"] = (0..8).map(|_| row(noise)).collect::<Vec<_>>().into();
    }
    model
}

#[test]
fn the_filter_equals_a_slow_one_in_logarithms() {
    let mut noise = Noise(42);
    for (columns, full) in [(1, false), (6, false), (1, true), (4, true), (6, true)] {
        let model = eight(&mut noise, columns, full);
        let (mut fast, mut slow) = (hmm(&model, columns, ""), Slow::new(&model));
        for step in 0..3000 {
            let wide = if step % 97 == 96 { 1e3 } else { 3.0 };
            let x: Vec<f64> = (0..columns).map(|_| wide * noise.normal()).collect();
            let is_null = step % 13 == 5;
            let given = if is_null { vec![f64::NAN; columns] } else { x.clone() };
            let row = fast.push(&given);
            let expected = slow.push((!is_null).then_some(&x[..]));
            for (found, expected) in row[P..P + 8].iter().zip(&expected) {
                assert!(
                    (found - expected).abs() <= 1e-12,
                    "step {step}: {found} is not {expected}"
                );
            }
            assert!((row[P..].iter().sum::<f64>() - 1.0).abs() <= 1e-12);
            assert!((0.0..=1.0).contains(&row[ENTROPY]));
        }
    }
}

#[test]
fn a_diagonal_matrix_is_as_good_as_variances() {
    let mut other = three();
    other["covariances"] = json!([[[0.36]], [[0.49]], [[4.0]]]);
    other.as_object_mut().unwrap().remove("variances");
    let (mut a, mut b) = (hmm(&three(), 1, ""), hmm(&other, 1, ""));
    for x in [0.4, -1.0, 3.0] {
        let (a, b) = (a.push(&[x]), b.push(&[x]));
        assert!((0..3).all(|i| (a[P + i] - b[P + i]).abs() <= 1e-15));
    }
}

#[test]
fn a_null_is_a_step_without_evidence() {
    let mut kernel = hmm(&three(), 1, "");
    assert!(kernel.push(&[f64::NAN]).iter().all(|v| v.is_nan()));
    let before = kernel.push(&[0.4]);
    let after = kernel.push(&[f64::INFINITY]);
    let p = [before[P], before[P + 1], before[P + 4]];
    near(after[P], p[0] * 0.9 + p[1] * 0.05 + p[2] * 0.1, 1e-14);
    near(after[P + 4], p[0] * 0.03 + p[1] * 0.05 + p[2] * 0.8, 1e-14);
    assert!(after[LIKELIHOOD].is_nan() && after[OUTLIER] == 0.0);
    // Without any evidence states are as likely as they are in the long run.
    (0..2000).for_each(|_| drop(kernel.push(&[f64::NAN])));
    let rest = kernel.values();
    near(rest[P] * 0.9 + rest[P + 1] * 0.05 + rest[P + 4] * 0.1, rest[P], 1e-12);
}

#[test]
fn a_sample_beyond_all_states_tells_nothing_and_says_so() {
    let mut kernel = hmm(&three(), 1, "");
    let before = kernel.push(&[0.4]);
    for x in [1e6, -1e300, f64::MAX] {
        let row = kernel.push(&[x]);
        assert_eq!(row[OUTLIER], 1.0);
        assert!(row[P..].iter().all(|p| p.is_finite()));
    }
    // Narrow states alone are beyond: the wide one is meant.
    let row = kernel.push(&[60.0]);
    assert_eq!((row[0], row[OUTLIER]), (4.0, 0.0));
    assert_eq!(before[OUTLIER], 0.0);
}

#[test]
fn numbers_are_those_of_the_names_whatever_the_order() {
    let mut other = three();
    other["states"] = json!(["unknown", "recovery", "unknown"]);
    let (mut a, mut b) = (hmm(&three(), 1, ""), hmm(&other, 1, ""));
    let (a, b) = (a.push(&[-0.4]), b.push(&[-0.4]));
    assert_eq!(b[P + 7], a[P + 1]);
    near(b[P + 8], a[P] + a[P + 4], 1e-15);
    assert_eq!(b[0], if b[P + 8] > b[P + 7] { 8.0 } else { 7.0 });
    assert_eq!(a[ENTROPY], b[ENTROPY]);
}

#[test]
fn what_is_impossible_stays_so() {
    let mut model = three();
    model["initial"] = json!([1.0, 0.0, 0.0]);
    model["transition"] = json!([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
    let mut kernel = hmm(&model, 1, "");
    for x in [-0.4, 1e9, 50.0, -50.0] {
        let row = kernel.push(&[x]);
        assert_eq!((row[P], row[P + 1], row[P + 4], row[ENTROPY]), (1.0, 0.0, 0.0, 0.0));
    }
}

#[test]
fn the_held_state_follows_late() {
    let mut kernel = hmm(&three(), 1, r#","threshold":0.7,"confirm":2"#);
    let mut states = Vec::new();
    for x in [0.6, 0.6, 0.6, -6.0, 0.5, -6.0, 6.0] {
        let row = kernel.push(&[x]);
        states.push((row[0], row[1]));
    }
    assert!(states[0].1.is_nan());
    assert_eq!(states[1..3], [(0.0, 0.0); 2]);
    assert_eq!(states[3], (4.0, 0.0));
    assert_eq!(states[6], (4.0, 4.0));
    // Samples that tell nothing confirm nothing.
    let mut kernel = hmm(&three(), 1, r#","threshold":0.7,"confirm":2"#);
    for (x, held) in [(0.9, None), (1e9, None), (f64::NAN, None), (0.9, Some(0.0))] {
        let found = kernel.push(&[x])[1];
        assert_eq!((!found.is_nan()).then_some(found), held, "{x}");
    }
}

#[test]
fn models_that_are_none_are_refused() {
    let change = |member: &str, value: Value| {
        let mut model = three();
        model[member] = value;
        model
    };
    let mut both = three();
    both["covariances"] = json!([[[1.0]], [[1.0]], [[1.0]]]);
    let mut full = change("variances", Value::Null);
    full["covariances"] = json!([[[1.0]], [[-1.0]], [[1.0]]]);
    for (model, part) in [
        (Value::Null, "model.states: must be 1 to 16 names"),
        (change("states", json!([])), "model.states: must be 1 to 16 names"),
        (change("states", json!(["recovery", 3, "unknown"])), "model.states: must be"),
        (change("states", json!(["a", "b", "c"])), "was \"a\""),
        (change("states", json!(["recovery", "recovery", "unknown"])), "\"recovery\" twice"),
        (change("initial", json!([0.5, 0.3])), "model.initial: must be 3 prob"),
        (change("initial", json!([0.5, 0.3, 0.3])), "model.initial"),
        (change("initial", json!([1.2, -0.2, 0.0])), "model.initial"),
        (change("transition", json!([[1, 0, 0], [0, 1, 0], [0, 0, 0.9]])), "model.transition"),
        (change("means", json!([[0.5], [1.0, 2.0], [0.0]])), "model.means: must be 1 numbers"),
        (change("variances", json!([[1.0], [0.0], [1.0]])), "model.variances: must be 1 numbers"),
        (change("variances", json!([[1.0], [1.0]])), "model.variances"),
        (change("variances", Value::Null), "model.variances"),
        (change("names", json!(1)), "model.names: is no member"),
        (both, "give one of them"),
        (full, "positive definite"),
    ] {
        let params = format!(r#"{{"model":{model}}}"#);
        let error = Kernel::new("regime_hmm", &params, 1).err().unwrap();
        assert_eq!(error.code, "E_FEATURE_SET");
        assert!(error.message.contains(part), "{part}: {}", error.message);
    }
}

#[test]
fn a_filter_goes_on_where_it_was() {
    let mut noise = Noise(5);
    let model = eight(&mut noise, 3, true);
    let fresh = || hmm(&model, 3, r#","confirm":3"#);
    let mut straight = fresh();
    for step in 0..200 {
        let x: Vec<f64> = (0..3).map(|_| 3.0 * noise.normal()).collect();
        let x = if step % 11 == 7 { vec![f64::NAN; 3] } else { x };
        let mut broken = fresh();
        broken.restore(&straight.state()).unwrap();
        assert_eq!(broken.state(), straight.state());
        let (a, b) = (broken.push(&x), straight.push(&x));
        assert!(a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits()));
        assert_eq!(broken.state(), straight.state());
    }
    let mut state = straight.state();
    state[0] = 9;
    assert_eq!(fresh().restore(&state).unwrap_err().code, "E_STATE");
    straight.kernel.reset();
    assert_eq!(straight.state(), fresh().state());
}

#[test]
fn a_set_has_a_model_among_its_columns() {
    let column = |output: &str| {
        let model = three();
        format!(
            r#"{{"name":"{output}","feature":"regime_hmm","of":["d"],"every":"1ms","output":"{output}","model":{model}}}"#
        )
    };
    let set = [
        r#"{"name":"m","feature":"mid"}"#.to_owned(),
        r#"{"name":"d","feature":"change","of":["m"],"every":"1ms"}"#.to_owned(),
        column("state"),
        column("p_bear_trending"),
    ];
    let mut bench = Bench::new(&set.join(","));
    bench.book(0, 0, "100.00x1 | 100.02x1");
    assert!(bench.row(0, MS)[2].is_nan());
    bench.book(0, MS + 1, "99.60x1 | 99.62x1");
    let row = bench.row(0, 2 * MS);
    assert_eq!(row[2], 1.0);
    // −0.4 is what falling samples are like: 0.3 φ(0) / 0.7 of all.
    assert!(row[3] > 0.5 && row[3] < 1.0);
}
