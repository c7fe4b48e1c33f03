//! A hidden Markov model as a feature set has it.

use super::gaussian::Gaussian;
use super::states::{NAMES, UNKNOWN, number};
use crate::error::CoreError;
use crate::features::params::Params;
use serde_json::Value;

/// Columns that a model reads at most.
pub const MOST_COLUMNS: usize = 16;
/// States that a model has at most: several may be unknown.
pub const MOST_STATES: usize = 16;

/// How far probabilities may be from summing up to 1.
const SLACK: f64 = 1e-9;

const MEMBERS: [&str; 6] = ["states", "initial", "transition", "means", "variances", "covariances"];

#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Number of each state's name.
    pub numbers: Vec<usize>,
    /// Probabilities before the first sample.
    pub initial: Vec<f64>,
    /// From the row's state to the column's.
    pub transition: Vec<Vec<f64>>,
    pub emissions: Vec<Gaussian>,
}

impl Model {
    /// The parameter `model`, of so many columns.
    ///
    /// # Errors
    /// `E_FEATURE_SET` with the member and what is wrong with it.
    pub fn take(params: &mut Params, columns: usize) -> Result<Self, CoreError> {
        let Some(written) = params.raw("model") else { return params.bad("model", "is missing") };
        match Self::parse(&written, columns) {
            Ok(model) => Ok(model),
            Err((member, what)) => params.bad(&format!("model.{member}"), &what),
        }
    }

    fn parse(written: &Value, columns: usize) -> Result<Self, (String, String)> {
        let bad = |member: &str, what: &str| Err((member.to_owned(), what.to_owned()));
        let known = |name: &String| !MEMBERS.contains(&name.as_str());
        if let Some(name) = written.as_object().and_then(|o| o.keys().find(|name| known(name))) {
            return bad(name, &format!("is no member; there are {}", MEMBERS.join(", ")));
        }
        let numbers = states(&written["states"]).map_err(|what| ("states".to_owned(), what))?;
        let count = numbers.len();
        let initial = row(&written["initial"], count).filter(|p| is_distribution(p));
        let Some(initial) = initial else {
            return bad("initial", &format!("must be {count} probabilities that sum up to 1"));
        };
        let transition = rows(&written["transition"], count, count);
        let Some(transition) = transition.filter(|all| all.iter().all(|p| is_distribution(p)))
        else {
            let what = format!("must be {count} rows of {count} probabilities that sum up to 1");
            return bad("transition", &what);
        };
        let Some(means) = rows(&written["means"], count, columns) else {
            return bad("means", &format!("must be {columns} numbers for each of {count} states"));
        };
        let emissions = emissions(written, means, columns)?;
        Ok(Self { numbers, initial, transition, emissions })
    }
}

/// Each name once, `unknown` as often as wanted.
fn states(written: &Value) -> Result<Vec<usize>, String> {
    let names: Vec<&str> =
        written.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let listed = written.as_array().map_or(0, Vec::len);
    if names.len() != listed || names.is_empty() || names.len() > MOST_STATES {
        return Err(format!("must be 1 to {MOST_STATES} names"));
    }
    let mut numbers = Vec::new();
    for name in names {
        let Some(found) = number(name) else {
            return Err(format!("one of {}, {UNKNOWN}, was {name:?}", NAMES.join(", ")));
        };
        if found < NAMES.len() && numbers.contains(&found) {
            return Err(format!("{name:?} twice"));
        }
        numbers.push(found);
    }
    Ok(numbers)
}

fn emissions(
    written: &Value,
    means: Vec<Vec<f64>>,
    columns: usize,
) -> Result<Vec<Gaussian>, (String, String)> {
    let count = means.len();
    let bad = |member: &str, what: String| Err((member.to_owned(), what));
    let (member, found): (&str, Option<Vec<Gaussian>>) =
        match (&written["variances"], &written["covariances"]) {
            (variances, Value::Null) => {
                let given = rows(variances, count, columns).unwrap_or_default();
                let pairs = means.into_iter().zip(given);
                ("variances", pairs.map(|(mean, v)| Gaussian::diagonal(mean, v)).collect())
            }
            (Value::Null, covariances) => {
                let given = covariances.as_array().map_or(&[][..], Vec::as_slice);
                let pairs = means.into_iter().zip(given);
                let one = |(mean, of): (Vec<f64>, &Value)| {
                    Gaussian::full(mean, &rows(of, columns, columns)?)
                };
                let exact = given.len() == count;
                let all = pairs.map(one).collect::<Option<Vec<_>>>();
                ("covariances", all.filter(|_| exact))
            }
            _ => return bad("variances", "and covariances: give one of them".into()),
        };
    match (member, found.filter(|all| all.len() == count)) {
        (_, Some(all)) => Ok(all),
        ("variances", None) => {
            bad(member, format!("must be {columns} numbers above 0 for each of {count} states"))
        }
        _ => {
            let what = format!(
                "must be a symmetric, positive definite matrix of {columns} columns for each of \
                 {count} states"
            );
            bad(member, what)
        }
    }
}

fn is_distribution(p: &[f64]) -> bool {
    let total: f64 = p.iter().sum();
    p.iter().all(|p| *p >= 0.0) && (total - 1.0).abs() <= SLACK
}

fn row(written: &Value, count: usize) -> Option<Vec<f64>> {
    let list: Option<Vec<f64>> = written.as_array()?.iter().map(Value::as_f64).collect();
    list.filter(|list| list.len() == count)
}

fn rows(written: &Value, count: usize, length: usize) -> Option<Vec<Vec<f64>>> {
    let list: Option<Vec<Vec<f64>>> =
        written.as_array()?.iter().map(|of| row(of, length)).collect();
    list.filter(|list| list.len() == count)
}
