use super::{Barriers, Label, Point, Series, cost_classes, forward_returns, triple_barrier};

fn points(of: &[(i64, f64)]) -> Vec<Point> {
    of.iter().map(|(time, mid)| Point { time: *time, mid: *mid }).collect()
}

/// A walk with equal times, silences and nulls.
fn walk(mut seed: u64, count: usize, nulls: bool) -> Vec<Point> {
    let mut next = |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    let (mut time, mut mid) = (1_000, 10_000_i64);
    let mut of = Vec::new();
    for _ in 0..count {
        time += [0, 1, 3, 10][next(4) as usize] + if next(50) == 0 { 200 } else { 0 };
        mid += next(5) as i64 - 2;
        let is_null = nulls && next(40) == 0;
        of.push(Point { time, mid: if is_null { f64::NAN } else { mid as f64 / 2.0 } });
    }
    of
}

fn bps(p: f64, x: f64) -> f64 {
    (x - p) / p * 10_000.0
}

#[track_caller]
fn assert_same(found: &[Label], expected: &[Label]) {
    assert_eq!(found.len(), expected.len());
    for (place, (a, b)) in found.iter().zip(expected).enumerate() {
        assert_eq!((a.time, a.end), (b.time, b.end), "point {place}");
        assert!(
            a.value == b.value || (a.value.is_nan() && b.value.is_nan()),
            "point {place}: {a:?} {b:?}"
        );
    }
}

#[test]
fn forward_returns_are_of_the_mid_that_stands_then() {
    let of = points(&[(0, 100.0), (5, 101.0), (10, 99.0), (11, f64::NAN), (20, 102.0)]);
    let labels = forward_returns(Series::new(&of).unwrap(), 10).unwrap();
    let nan = f64::NAN;
    let expected = [(0, -100.0), (5, nan), (10, 300.0 / 99.0 * 100.0), (11, nan), (20, nan)];
    for (label, (time, value)) in labels.iter().zip(expected) {
        assert_eq!((label.time, label.end), (time, time + 10));
        assert!((label.value - value).abs() < 1e-9 || (label.value.is_nan() && value.is_nan()));
    }
}

#[test]
fn forward_returns_equal_a_search_of_the_whole_series() {
    for (seed, horizon, nulls) in [(1, 1, false), (2, 17, true), (3, 400, true), (4, 1 << 40, true)]
    {
        let of = walk(seed, 3000, nulls);
        let found = forward_returns(Series::new(&of).unwrap(), horizon).unwrap();
        let slow = |point: &Point| {
            let end = point.time + horizon;
            let known = of.iter().any(|other| other.time >= end);
            let then = of.iter().rev().find(|other| other.time <= end).unwrap();
            let value = if known { bps(point.mid, then.mid) } else { f64::NAN };
            Label { time: point.time, end, value }
        };
        assert_same(&found, &of.iter().map(slow).collect::<Vec<_>>());
    }
}

#[test]
fn classes_are_beyond_their_cost() {
    let of = walk(9, 2000, true);
    let series = Series::new(&of).unwrap();
    let returns = forward_returns(series, 30).unwrap();
    let spread = |place: usize| if place % 7 == 6 { f64::NAN } else { 1.0 + (place % 5) as f64 };
    let labels = cost_classes(series, 30, spread).unwrap();
    let mut seen = [0; 3];
    for (place, (label, of)) in labels.iter().zip(&returns).enumerate() {
        let (r, cost) = (of.value, spread(place));
        assert_eq!((label.time, label.end), (of.time, of.end));
        if r.is_nan() || cost.is_nan() {
            assert!(label.value.is_nan());
            continue;
        }
        let expected = if r > cost {
            1.0
        } else if r < -cost {
            -1.0
        } else {
            0.0
        };
        assert_eq!(label.value, expected);
        seen[(expected + 1.0) as usize] += 1;
    }
    assert!(seen.iter().all(|n| *n > 50), "{seen:?}");
    // What just pays its costs pays nothing; a cost below 0 is none.
    let of = points(&[(0, 100.0), (1, 101.0)]);
    let class = |cost| cost_classes(Series::new(&of).unwrap(), 1, |_| cost).unwrap()[0].value;
    assert_eq!((class(100.0), class(99.999)), (0.0, 1.0));
    assert!(class(-1.0).is_nan());
}

fn barriers(up_bps: f64, down_bps: f64, horizon: i64) -> Barriers {
    Barriers { up_bps, down_bps, horizon }
}

#[test]
fn the_first_barrier_met_is_the_label() {
    let of = points(&[(0, 100.0), (3, 100.5), (5, 99.0), (6, 101.0), (30, 101.0)]);
    let labels = triple_barrier(Series::new(&of).unwrap(), barriers(100.0, 100.0, 10)).unwrap();
    let expected = [(0, 5, -1.0), (3, 5, -1.0), (5, 6, 1.0), (6, 16, 0.0), (30, 40, f64::NAN)];
    let label = |(time, end, value)| Label { time, end, value };
    assert_same(&labels, &expected.map(label));
}

#[test]
fn barriers_equal_a_walk_of_each_path() {
    for (seed, up, down, horizon, nulls) in [
        (5, 3.0, 3.0, 60, false),
        (6, 2.0, 7.0, 500, true),
        (7, 1.0, 1.0, 1, true),
        (8, 30.0, 25.0, 5000, false),
        (9, 900.0, 900.0, 20_000, false),
        (10, 1e6, 20.0, 1 << 40, false),
    ] {
        let of = walk(seed, 3000, nulls);
        let found = triple_barrier(Series::new(&of).unwrap(), barriers(up, down, horizon)).unwrap();
        let slow = |(place, point): (usize, &Point)| {
            let end = point.time + horizon;
            let label = |end, value| Label { time: point.time, end, value };
            if point.mid.is_nan() {
                return label(end, f64::NAN);
            }
            for later in of[place + 1..].iter().take_while(|later| later.time <= end) {
                let moved = bps(point.mid, later.mid);
                if moved.is_nan() {
                    return label(end, f64::NAN);
                }
                if moved >= up {
                    return label(later.time, 1.0);
                }
                if moved <= -down {
                    return label(later.time, -1.0);
                }
            }
            let known = of[of.len() - 1].time >= end;
            label(end, if known { 0.0 } else { f64::NAN })
        };
        assert_same(&found, &of.iter().enumerate().map(slow).collect::<Vec<_>>());
    }
}

#[test]
fn a_null_on_the_way_hides_what_was_met() {
    let of = points(&[(0, 100.0), (1, f64::NAN), (2, 110.0), (20, 110.0)]);
    let labels = triple_barrier(Series::new(&of).unwrap(), barriers(100.0, 100.0, 10)).unwrap();
    assert!(labels[0].value.is_nan() && labels[0].end == 10);
    // Behind the horizon it hides nothing.
    let of = points(&[(0, 100.0), (1, 101.0), (2, f64::NAN), (20, 110.0)]);
    let labels = triple_barrier(Series::new(&of).unwrap(), barriers(100.0, 100.0, 10)).unwrap();
    assert_eq!((labels[0].value, labels[0].end), (1.0, 1));
}

/// Each label depends on nothing behind its end: cutting or changing the series there leaves it as it was.
#[test]
fn no_label_looks_beyond_its_end() {
    let of = walk(21, 600, true);
    let all = |of: &[Point]| {
        let series = Series::new(of).unwrap();
        [
            forward_returns(series, 40).unwrap(),
            cost_classes(series, 40, |_| 2.0).unwrap(),
            triple_barrier(series, barriers(4.0, 4.0, 80)).unwrap(),
        ]
    };
    let whole = all(&of);
    for place in (0..600).step_by(7) {
        let cut = of[place].time;
        let mut other = of.clone();
        other.iter_mut().filter(|p| p.time > cut).for_each(|p| p.mid *= 1.5);
        for (labels, changed) in whole.iter().zip(all(&other)) {
            for (a, b) in labels.iter().zip(&changed).filter(|(a, _)| a.end <= cut) {
                assert!(a == b || (a.value.is_nan() && b.value.is_nan() && a.end == b.end));
            }
        }
    }
}

#[test]
fn spans_meet_where_they_share_a_moment() {
    let label = Label { time: 10, end: 20, value: 1.0 };
    for (from, until, meets) in
        [(0, 9, false), (0, 10, true), (15, 16, true), (20, 30, true), (21, 30, false)]
    {
        assert_eq!(label.meets(from, until), meets);
    }
}

/// The vector of purged folds: 20 samples, horizon 2, 4 folds, embargo 1.
#[test]
fn labels_purge_as_the_vector_has_it() {
    let of: Vec<Point> = (0..23).map(|time| Point { time, mid: 100.0 }).collect();
    let labels = &forward_returns(Series::new(&of).unwrap(), 2).unwrap()[..20];
    let kept = |fold: usize| -> Vec<i64> {
        let test = &labels[fold * 5..fold * 5 + 5];
        let (from, until) = (test[0].time, test[4].end);
        let free = labels.iter().filter(|l| !l.meets(from, until + 1));
        free.map(|l| l.time).collect()
    };
    assert_eq!(kept(0), (8..20).collect::<Vec<_>>());
    assert_eq!(kept(1), (0..3).chain(13..20).collect::<Vec<_>>());
    assert_eq!(kept(2), (0..8).chain(18..20).collect::<Vec<_>>());
    assert_eq!(kept(3), (0..13).collect::<Vec<_>>());
}

#[test]
fn what_makes_no_labels_is_refused() {
    let back = points(&[(0, 1.0), (5, 1.0), (4, 1.0)]);
    let error = Series::new(&back).unwrap_err();
    assert!(error.code == "E_ARGUMENT" && error.message.contains("from 5 to 4"));
    assert!(error.to_string().contains("point 2"));
    let of = points(&[(0, 1.0)]);
    let series = Series::new(&of).unwrap();
    assert!(forward_returns(series, 0).is_err());
    for bad in [barriers(0.0, 1.0, 1), barriers(1.0, f64::NAN, 1), barriers(1.0, 1.0, -1)] {
        assert!(triple_barrier(series, bad).is_err());
    }
    assert!(forward_returns(Series::new(&[]).unwrap(), 1).unwrap().is_empty());
    // A mid at or below 0 has no returns.
    let of = points(&[(0, 0.0), (1, -3.0), (9, 1.0)]);
    let labels = triple_barrier(Series::new(&of).unwrap(), barriers(1.0, 1.0, 5)).unwrap();
    assert!(labels.iter().all(|label| label.value.is_nan()));
}
