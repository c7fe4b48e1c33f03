//! Columns combined at one moment.

use super::{Kernel, near, refusal};
use crate::features::catalogue::find;

fn combine(name: &str, params: &str, x: &[f64]) -> f64 {
    Kernel::reading(name, params, x.len()).value(x)
}

#[test]
fn combinations_are_what_they_are_called() {
    let cases: [(&str, &str, &[f64], f64); 24] = [
        ("sum", "{}", &[1.0, 2.0, 4.5], 7.5),
        ("difference", "{}", &[4.38, 4.5], 4.38 - 4.5),
        ("product", "{}", &[2.0, -3.0, 4.0], -24.0),
        ("ratio", "{}", &[1.0, 4.0], 0.25),
        ("ratio", "{}", &[1.0, 0.0], f64::NAN),
        ("ratio", "{}", &[0.0, 0.0], f64::NAN),
        ("mean", "{}", &[1.0, 2.0, 6.0], 3.0),
        ("weighted_sum", r#"{"weights":[0.5,-2],"intercept":1}"#, &[4.0, 3.0], -3.0),
        ("agreement", "{}", &[0.2, 0.9], 1.0),
        ("agreement", "{}", &[-0.2, -0.9, -1.0], -1.0),
        ("agreement", "{}", &[-0.2, 0.9], 0.0),
        ("agreement", "{}", &[0.0, 0.9], 0.0),
        ("clip", "{}", &[3.0], 1.0),
        ("clip", r#"{"low":2,"high":5}"#, &[1.0], 2.0),
        ("threshold", r#"{"level":0.7}"#, &[0.7], 0.0),
        ("threshold", r#"{"level":0.7}"#, &[0.71], 1.0),
        ("threshold", "{}", &[f64::NAN], f64::NAN),
        ("logit", "{}", &[0.5], 0.0),
        ("logit", "{}", &[1.0], f64::NAN),
        ("logit", "{}", &[-0.5], f64::NAN),
        ("logit", r#"{"of_range":"imbalance"}"#, &[0.0], 0.0),
        ("gate", "{}", &[5.0, 1.0], 5.0),
        ("gate", "{}", &[5.0, 0.0], f64::NAN),
        ("gate", "{}", &[5.0, f64::NAN], f64::NAN),
    ];
    for (name, params, x, expected) in cases {
        near(combine(name, params, x), expected, 1e-15);
    }
    near(combine("logit", "{}", &[0.75]), libm::log(3.0), 1e-15);
    // An imbalance of ½ is a share of ¾ on the bid side.
    near(combine("logit", r#"{"of_range":"imbalance"}"#, &[0.5]), libm::log(3.0), 1e-15);
}

#[test]
fn a_null_makes_every_combination_null() {
    for (name, params) in [
        ("sum", "{}"),
        ("difference", "{}"),
        ("product", "{}"),
        ("ratio", "{}"),
        ("mean", "{}"),
        ("agreement", "{}"),
        ("gate", "{}"),
        ("weighted_sum", r#"{"weights":[1,1]}"#),
    ] {
        for x in [[f64::NAN, 1.0], [1.0, f64::NAN], [f64::INFINITY, 1.0]] {
            assert!(combine(name, params, &x).is_nan(), "{name} {x:?}");
        }
    }
}

#[test]
fn combinations_refuse_what_does_not_fit() {
    assert!(refusal("weighted_sum", r#"{"weights":[1,2]}"#).contains("must be 1 numbers"));
    assert!(refusal("weighted_sum", "{}").contains("weights: is missing"));
    assert!(refusal("clip", r#"{"low":3,"high":2}"#).contains("high: must be from 3"));
    assert_eq!(find("difference").unwrap().inputs, (2, 2));
}
