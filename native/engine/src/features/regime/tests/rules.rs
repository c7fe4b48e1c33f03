use super::{Kernel, Noise};

fn rules(params: &str) -> Kernel {
    Kernel::new("regime_rules", params, 3).unwrap()
}

const PLAIN: &str = r#"{"volatile_above":0.05}"#;

#[test]
fn regimes_are_what_the_thresholds_say() {
    for (inputs, expected) in [
        ([30.0, 0.02, 0.01], [0.0, 1.0, 0.0, 0.0, 1.0]),
        ([30.0, -0.02, 0.01], [0.0, 1.0, 0.0, 0.0, -1.0]),
        ([30.0, 0.01, 0.01], [1.0, 0.0, 1.0, 0.0, 0.0]),
        ([25.0, 0.02, 0.05], [1.0, 0.0, 1.0, 0.0, 0.0]),
        ([30.0, 0.02, 0.051], [2.0, 0.0, 0.0, 1.0, 0.0]),
        ([10.0, 0.0, 0.2], [2.0, 0.0, 0.0, 1.0, 0.0]),
    ] {
        assert_eq!(rules(PLAIN).push(&inputs), expected, "{inputs:?}");
    }
}

#[test]
fn a_condition_is_left_at_a_lower_level_than_it_is_entered() {
    let mut kernel = rules(
        r#"{"volatile_above":0.05,"volatile_below":0.03,"adx_above":25,"adx_below":20,
            "distance_above":0.01,"distance_below":0.005}"#,
    );
    let mut regime = |adx, distance, volatility| kernel.push(&[adx, distance, volatility])[0];
    assert_eq!(regime(24.0, 0.02, 0.04), 1.0);
    assert_eq!(regime(26.0, 0.02, 0.04), 0.0);
    assert_eq!(regime(21.0, 0.006, 0.04), 0.0);
    assert_eq!(regime(20.0, 0.006, 0.04), 1.0);
    assert_eq!(regime(24.0, 0.006, 0.06), 2.0);
    assert_eq!(regime(24.0, 0.006, 0.04), 2.0);
    assert_eq!(regime(26.0, 0.006, 0.03), 0.0);
    assert_eq!(regime(26.0, -0.004, 0.03), 1.0);
}

#[test]
fn a_null_starts_anew() {
    let mut kernel = rules(r#"{"volatile_above":0.05,"confirm":2}"#);
    assert!(kernel.push(&[30.0, 0.02, 0.01])[0].is_nan());
    assert_eq!(kernel.push(&[30.0, 0.02, 0.01])[0], 0.0);
    assert_eq!(kernel.push(&[30.0, 0.02, 0.09])[0], 0.0);
    assert_eq!(kernel.push(&[30.0, 0.02, 0.09])[0], 2.0);
    assert!(kernel.push(&[30.0, f64::NAN, 0.09]).iter().all(|v| v.is_nan()));
    assert!(kernel.push(&[30.0, 0.02, 0.09])[0].is_nan());
    assert_eq!(kernel.push(&[30.0, 0.02, 0.09])[0], 2.0);
}

#[test]
fn parameters_out_of_order_are_refused() {
    for (params, part) in [
        ("{}", "volatile_above: is missing"),
        (r#"{"volatile_above":1,"adx_below":26}"#, "adx_below: must be"),
        (r#"{"volatile_above":1,"confirm":0}"#, "confirm: must be"),
        (r#"{"volatile_above":1,"adx":3}"#, "adx: is no parameter"),
    ] {
        let error = Kernel::new("regime_rules", params, 3).err().unwrap();
        assert!(error.message.contains(part), "{params}: {}", error.message);
    }
}

#[test]
fn rules_go_on_where_they_were() {
    let params = r#"{"volatile_above":0.05,"volatile_below":0.04,"adx_below":20,"confirm":3}"#;
    let mut noise = Noise(7);
    let mut straight = rules(params);
    for _ in 0..300 {
        let x = [15.0 + 15.0 * noise.next(), 0.02 * noise.normal(), 0.06 * noise.next()];
        let mut broken = rules(params);
        broken.restore(&straight.state()).unwrap();
        assert_eq!(broken.state(), straight.state());
        let (a, b) = (broken.push(&x), straight.push(&x));
        assert!(a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
    let mut state = straight.state();
    state[0] = 2;
    assert_eq!(rules(params).restore(&state).unwrap_err().code, "E_STATE");
}
