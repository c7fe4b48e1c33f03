use super::solve::Chain;
use super::{FitError, Grid, Observation, fit};
use crate::features::testing::{Bench, MS, assert_close};

const TWO: Grid = Grid { imbalances: 2, spreads: 1 };

#[test]
fn the_equations_of_two_states() {
    let chain = Chain {
        grid: TWO,
        still: vec![vec![0.7, 0.1], vec![0.1, 0.7]],
        moving: vec![vec![0.12, 0.08], vec![0.08, 0.12]],
        moves: vec![0.15 * -0.01 + 0.05 * 0.01, 0.05 * -0.01 + 0.15 * 0.01],
    };
    let found = chain.solve().unwrap();
    assert!((found[0] + 0.002_777_777_777_777_777_5).abs() < 1e-15, "{found:?}");
    assert_eq!(found[0], -found[1]);
}

/// Steps with the shares of the vector: of 100 out of each state 70, 10 stay; 12, 8 move, 15 of all moves
/// against 5 towards the heavier side.
fn observations() -> Vec<[Observation; 2]> {
    let of = |state: usize, change: i64| {
        let (bid, ask) = if state == 0 { (1, 3) } else { (3, 1) };
        Observation { bid, ask, spread: 1, change }
    };
    let mut pairs = Vec::new();
    let mut push = |to: usize, change: i64, count: usize| {
        pairs.extend(std::iter::repeat_n([of(0, change), of(to, 99)], count));
    };
    push(0, 0, 70);
    push(1, 0, 10);
    push(0, -1, 9);
    push(0, 1, 3);
    push(1, -1, 6);
    push(1, 1, 2);
    pairs
}

#[test]
fn a_fit_counts_and_mirrors() {
    let pairs = observations();
    let stretches: Vec<&[Observation]> = pairs.iter().map(<[Observation; 2]>::as_slice).collect();
    let table = fit(&stretches, TWO, 0.01).unwrap();
    assert!((table[0][0] + 0.002_777_777_777_777_777_5).abs() < 1e-15, "{table:?}");
    assert_eq!(table[0][0], -table[0][1]);
}

#[test]
fn a_fit_of_nothing_or_of_a_mid_that_never_moves_is_refused() {
    let still = [Observation { bid: 1, ask: 2, spread: 1, change: 0 }; 5];
    assert_eq!(fit(&[&still[..1]], TWO, 1.0), Err(FitError::Empty));
    assert_eq!(fit(&[&still], TWO, 1.0), Err(FitError::Trapped));
    let none = Grid { imbalances: 0, spreads: 1 };
    assert_eq!(fit(&[&still], none, 1.0), Err(FitError::Empty));
}

#[test]
fn states_never_seen_have_nothing_to_say() {
    let pairs = observations();
    let stretches: Vec<&[Observation]> = pairs.iter().map(<[Observation; 2]>::as_slice).collect();
    let table = fit(&stretches, Grid { imbalances: 8, spreads: 2 }, 0.01).unwrap();
    assert_eq!(table.len(), 2);
    assert!(table[1].iter().all(|g| *g == 0.0));
    assert!(table[0][2] < 0.0 && table[0][7] == 0.0);
}

#[test]
fn buckets_are_the_same_from_both_sides() {
    for imbalances in 1..=9 {
        let grid = Grid { imbalances, spreads: 3 };
        for bid in 0..=12 {
            for ask in (0..=12).filter(|ask| bid + ask > 0) {
                let (low, high) = grid.imbalance(bid, ask);
                let mirror = |bucket| grid.mirrored(bucket);
                assert_eq!(grid.imbalance(ask, bid), (mirror(high), mirror(low)));
                let (edge, width) = (bid as f64 / (bid + ask) as f64, 1.0 / imbalances as f64);
                assert!(edge >= low as f64 * width - 1e-12, "{bid} {ask} {imbalances}");
                assert!(edge <= (high + 1) as f64 * width + 1e-12, "{bid} {ask} {imbalances}");
            }
        }
    }
    let grid = Grid { imbalances: 5, spreads: 3 };
    assert_eq!([0, 1, 2, 3, 9].map(|ticks| grid.spread(ticks)), [0, 0, 1, 2, 2]);
}

#[test]
fn the_feature_adds_what_the_table_says() {
    let table = "\"table\":[[-0.004,-0.001,0.001,0.004],[-0.01,-0.002,0.002,0.01]]";
    let column = |output: &str| {
        format!(
            r#"{{"name":"{output}","feature":"micro_price","tick":"0.01","output":"{output}",{table}}}"#
        )
    };
    let mut bench = Bench::new(&format!("{},{}", column("micro_price"), column("adjustment")));
    assert!(bench.row(0, 0)[0].is_nan());
    for (book, mid, adjustment) in [
        ("100.00x5 | 100.01x1", 100.005, 0.004),
        ("100.00x2 | 100.01x3", 100.005, -0.001),
        ("100.00x3 | 100.01x3", 100.005, 0.0),
        ("100.00x1 | 100.02x5", 100.01, -0.01),
        ("100.00x5 | 101.00x1", 100.5, 0.01),
    ] {
        bench.book(0, MS, book);
        let row = bench.row(0, MS);
        assert_close(row[0], mid + adjustment);
        assert_close(row[1], adjustment);
    }
    bench.book(0, MS, "100.01x5 | 100.01x1");
    assert!(bench.row(0, MS).iter().all(|v| v.is_nan()));
}

#[test]
fn tables_that_are_none_are_refused() {
    for (params, part) in [
        (r#""tick":"0.01""#, "table"),
        (r#""tick":"0.01","table":[[0.1],[0.1,0.2]]"#, "table"),
        (r#""tick":"0.01","table":[["a"]]"#, "table"),
        (r#""tick":"0.001","table":[[0.0]]"#, "tick"),
        (r#""tick":"0","table":[[0.0]]"#, "tick"),
    ] {
        let seen = Bench::refusal(&format!(r#"{{"name":"m","feature":"micro_price",{params}}}"#));
        assert!(seen.contains("E_FEATURE_SET") && seen.contains(part), "{params}: {seen}");
    }
}

#[test]
fn fits_of_any_market_are_the_same_from_both_sides() {
    let mut seed = 5_u64;
    let mut below = |bound: u64| {
        seed = seed * 16_807 % 2_147_483_647;
        (seed % bound) as i64
    };
    let mut observations = Vec::new();
    for _ in 0..4000 {
        let (bid, ask) = (1 + below(9), 1 + below(9));
        // The heavier side pushes.
        let push = i64::from(below(18) < 9 + bid - ask) * 2 - 1;
        let change = if below(3) == 0 { push * (1 + below(2)) } else { 0 };
        observations.push(Observation { bid, ask, spread: 1 + below(3), change });
    }
    let mirrored: Vec<Observation> = observations
        .iter()
        .map(|o| Observation { bid: o.ask, ask: o.bid, change: -o.change, ..*o })
        .collect();
    for imbalances in [1, 4, 5] {
        let grid = Grid { imbalances, spreads: 2 };
        let table = fit(&[&observations], grid, 0.5).unwrap();
        for row in &table {
            for (place, g) in row.iter().enumerate() {
                assert_eq!(*g, -row[imbalances - 1 - place]);
            }
            let rises = row.windows(2).all(|pair| pair[0] < pair[1]);
            assert!(rises, "{table:?}");
        }
        // Exchanged sides are counted anyway; only ties at one half may lie in the other bucket.
        let other = fit(&[&mirrored], grid, 0.5).unwrap();
        if imbalances % 2 == 1 {
            assert_eq!(table, other);
        }
    }
}
