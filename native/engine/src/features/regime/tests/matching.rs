use super::Noise;
use crate::features::regime::{Former, NAMES, UNKNOWN, match_states};

fn random(noise: &mut Noise, count: usize, columns: usize) -> Vec<Vec<f64>> {
    (0..count).map(|_| (0..columns).map(|_| 3.0 * noise.normal()).collect()).collect()
}

#[test]
fn names_follow_their_states_through_any_order() {
    let mut noise = Noise(11);
    for shift in 0..8 {
        let means = random(&mut noise, 8, 6);
        let moved: Vec<Vec<f64>> = (0..8)
            .map(|i| means[(i * 3 + shift) % 8].iter().map(|m| m + 0.01 * noise.normal()).collect())
            .collect();
        let found = match_states(Former { names: &NAMES, means: &means }, &moved, &[1.0; 6], 1.0);
        let expected: Vec<&str> = (0..8).map(|i| NAMES[(i * 3 + shift) % 8]).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn what_resembles_nothing_is_unknown() {
    let former = Former { names: &["recovery", "distribution"], means: &[vec![0.0], vec![10.0]] };
    let of = |means: &[f64], scale: f64| {
        let means: Vec<Vec<f64>> = means.iter().map(|m| vec![*m]).collect();
        match_states(former, &means, &[scale], 2.0)
    };
    assert_eq!(of(&[9.0, 5.0, 0.5], 1.0), ["distribution", UNKNOWN, "recovery"]);
    assert_eq!(of(&[9.0], 1.0), ["distribution"]);
    assert_eq!(of(&[8.0, f64::NAN], 1.0), [UNKNOWN, UNKNOWN]);
    assert_eq!(of(&[8.0], 1.1), ["distribution"]);
    assert!(of(&[], 1.0).is_empty());
    // Of two that resemble one name only the nearer one has it.
    assert_eq!(of(&[1.0, 0.9], 1.0), [UNKNOWN, "recovery"]);
}

/// The least cost over all orders, tried one by one.
fn least(costs: &[Vec<f64>], row: usize, taken: &mut Vec<usize>) -> f64 {
    if row == costs.len() {
        return 0.0;
    }
    let mut best = f64::INFINITY;
    for column in 0..costs.len() {
        if !taken.contains(&column) {
            taken.push(column);
            best = best.min(costs[row][column] + least(costs, row + 1, taken));
            taken.pop();
        }
    }
    best
}

#[test]
fn no_assignment_is_nearer() {
    let mut noise = Noise(3);
    for round in 0..60 {
        let (new, old) = (1 + round % 6, 1 + (round / 6) % 6);
        let (means, former) = (random(&mut noise, new, 2), random(&mut noise, old, 2));
        let names = &NAMES[..old];
        let farthest = 4.0;
        let found = match_states(Former { names, means: &former }, &means, &[1.0, 2.0], farthest);
        let far = |a: &[f64], b: &[f64]| {
            let (x, y) = (a[0] - b[0], (a[1] - b[1]) / 2.0);
            (x * x + y * y).min(farthest * farthest)
        };
        let size = new.max(old);
        let cost = |i: usize, j: usize| {
            if i < new && j < old { far(&means[i], &former[j]) } else { farthest * farthest }
        };
        let costs: Vec<Vec<f64>> =
            (0..size).map(|i| (0..size).map(|j| cost(i, j)).collect()).collect();
        let each = found.iter().zip(&means).map(|(name, mean)| {
            let place = names.iter().position(|known| known == name);
            place.map_or(farthest * farthest, |j| far(mean, &former[j]))
        });
        // Former states that nobody took cost as much as they do in the table.
        let spare = (size - new) as f64 * farthest * farthest;
        let total = each.sum::<f64>() + spare;
        let best = least(&costs, 0, &mut Vec::new());
        assert!((total - best).abs() <= 1e-9, "{total} is not {best}");
        for name in names {
            assert!(found.iter().filter(|of| *of == name).count() <= 1);
        }
    }
}
