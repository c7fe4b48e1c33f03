use super::*;
use crate::state::{StateReader, StateWriter};

/// SplitMix64.
struct Seed(u64);

impl Seed {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// Bell-shaped with mean 0 and deviation about `sd`, whole.
    fn bell(&mut self, sd: i128) -> i128 {
        let sum: i128 = (0..12).map(|_| i128::from(self.below(2001)) - 1000).sum();
        sum * sd / 2000
    }
}

const EXTENTS: [Extent; 6] = [
    Extent::Count(1),
    Extent::Count(2),
    Extent::Count(3),
    Extent::Count(50),
    Extent::Time(50),
    Extent::Time(700),
];

/// The samples of a window, found the slow way.
fn inside<T: Copy>(all: &[(i64, T)], extent: Extent, now: i64) -> Vec<T> {
    match extent {
        Extent::Count(n) => all[all.len().saturating_sub(n)..].iter().map(|s| s.1).collect(),
        Extent::Time(w) => all.iter().filter(|s| s.0 > now - w).map(|s| s.1).collect(),
    }
}

/// Σ(x − x̄)(y − ȳ) · n of whole numbers, exactly.
fn exact_product(pairs: &[(i128, i128)]) -> i128 {
    let n = pairs.len() as i128;
    // Differences to the first one keep the squares of a large offset within the range.
    let (x0, y0) = pairs[0];
    let xy: i128 = pairs.iter().map(|(x, y)| (x - x0) * (y - y0)).sum();
    let x: i128 = pairs.iter().map(|(x, _)| x - x0).sum();
    let y: i128 = pairs.iter().map(|(_, y)| y - y0).sum();
    n * xy - x * y
}

fn near(found: f64, exact: f64, scale: f64, what: &str) {
    let bound = 1e-12 * exact.abs().max(scale);
    assert!((found - exact).abs() <= bound, "{what}: {found} is not {exact}");
}

/// The streams of the stress table, in units of 2⁻¹⁰ or 2⁻²⁰, so that samples are exact in both worlds.
fn streams(seed: &mut Seed, count: usize) -> Vec<(f64, Vec<i128>)> {
    let (fine, coarse) = (1_i128 << 20, 1_i128 << 10);
    let mut bells = |offset: i128, sd: i128, spike: i128| -> Vec<i128> {
        let sample = |_| {
            let is_spike = spike != 0 && seed.below(97) == 0;
            offset + seed.bell(sd) + if is_spike { spike } else { 0 }
        };
        (0..count).map(sample).collect()
    };
    vec![
        (fine as f64, bells(100 * fine, fine / 100, 0)),
        (fine as f64, bells(67_420 * fine + fine / 8, fine / 2, 0)),
        (coarse as f64, bells(1_000_000_000 * coarse, 2 * coarse, 0)),
        (coarse as f64, bells(0, coarse, 1_000_000 * coarse)),
        (coarse as f64, bells(0, coarse, 1_000_000_000_000 * coarse)),
    ]
}

#[test]
fn moments_agree_with_exact_fractions_on_the_stress_table() {
    let mut seed = Seed(1);
    for (regime, (unit, stream)) in streams(&mut seed, 20_000).into_iter().enumerate() {
        for extent in EXTENTS {
            let mut window = Window::<Moments>::new(extent);
            let mut all = Vec::new();
            for (i, whole) in stream.iter().enumerate() {
                let time = 10 * i as i64;
                all.push((time, (*whole, *whole)));
                window.push(time, *whole as f64 / unit);
                let recent = &all[all.len().saturating_sub(80)..];
                let samples = inside(recent, extent, time);
                let (n, total) = (samples.len() as f64, window.total());
                assert_eq!(total.count(), n);
                let exact = exact_product(&samples) as f64 / n / unit / unit;
                let what = format!("regime {regime}, {extent:?}, sample {i}");
                assert!(total.fold.m2 >= 0.0);
                near(total.fold.m2, exact, 0.0, &what);
                let sum: i128 = samples.iter().map(|s| s.0).sum();
                let scale = samples.iter().map(|s| (s.0 as f64 / unit).abs()).fold(0.0, f64::max);
                near(total.mean(), sum as f64 / n / unit, scale, &what);
            }
        }
    }
}

#[test]
fn what_left_leaves_nothing_behind() {
    let mut window = Window::<Moments>::new(Extent::Count(3));
    let mut last = Vec::new();
    for x in [1.0, 2.0, 3.0, 1e12, 4.0, 5.0, 6.0, 7.0, 8.0] {
        window.push(0, x);
        last.push(window.total().variance(1.0));
    }
    assert_eq!(last[6..], [1.0, 1.0, 1.0]);
    let mut window = Window::<Moments>::new(Extent::Count(4));
    let mut found = Vec::new();
    for x in [1.0, 2.0, 3.0, 4.0, 5.0, 4.0, 3.0, 2.0, 1.0] {
        window.push(0, 1e9 + x);
        found.push(window.total().variance(1.0));
    }
    for (found, thirds) in found[3..].iter().zip([5.0, 5.0, 2.0, 2.0, 5.0, 5.0]) {
        near(*found, thirds / 3.0, 0.0, "offset");
    }
}

#[test]
fn levels_that_jump_keep_the_variance_right() {
    // Each level fits its own pivot alone: a fixed one would lose seven digits.
    let mut seed = Seed(2);
    for n in [7_usize, 64, 1000] {
        let mut window = Window::<Moments>::new(Extent::Count(n));
        let mut all: Vec<(i128, i128)> = Vec::new();
        for i in 0..8 * n {
            let level = [0, 1_000_000_000, -50_000_000_000, 3][(i / (n + n / 3 + 1)) % 4] << 10;
            let x = level + seed.bell(1 << 10);
            all.push((x, x));
            window.push(0, x as f64 / 1024.0);
            let samples = &all[all.len().saturating_sub(n)..];
            let exact = exact_product(samples) as f64 / samples.len() as f64 / 1024.0 / 1024.0;
            near(window.total().fold.m2, exact, 0.0, &format!("n {n}, sample {i}"));
        }
    }
}

#[test]
fn co_moments_agree_with_exact_fractions() {
    let mut seed = Seed(3);
    let streams = streams(&mut seed, 5_000);
    for (a, b) in [(0, 1), (1, 2), (2, 2), (3, 4), (4, 0)] {
        let ((unit_x, xs), (unit_y, ys)) = (&streams[a], &streams[b]);
        for extent in EXTENTS {
            let mut window = Window::<CoMoments>::new(extent);
            let mut all = Vec::new();
            for (i, pair) in xs.iter().copied().zip(ys.iter().copied()).enumerate() {
                let time = 10 * i as i64;
                all.push((time, pair));
                window.push(time, [pair.0 as f64 / unit_x, pair.1 as f64 / unit_y]);
                let samples = inside(&all[all.len().saturating_sub(80)..], extent, time);
                let n = samples.len() as f64;
                let of =
                    |pairs: Vec<(i128, i128)>, unit: f64| exact_product(&pairs) as f64 / n / unit;
                let xx = of(samples.iter().map(|s| (s.0, s.0)).collect(), unit_x * unit_x);
                let yy = of(samples.iter().map(|s| (s.1, s.1)).collect(), unit_y * unit_y);
                let xy = of(samples.clone(), unit_x * unit_y);
                let fold = window.total().fold;
                near(fold.xx, xx, 0.0, "xx");
                near(fold.yy, yy, 0.0, "yy");
                near(fold.xy, xy, (xx * yy).sqrt(), "xy");
            }
        }
    }
}

#[test]
fn sums_are_those_of_exact_integers() {
    let mut seed = Seed(4);
    for (unit, stream) in streams(&mut seed, 5_000) {
        for extent in EXTENTS {
            let mut reals = Window::<Sum>::new(extent);
            let mut whole = IntegerSums::<2>::new(extent);
            let mut all = Vec::new();
            for (i, x) in stream.iter().enumerate() {
                let time = 10 * i as i64;
                all.push((time, *x));
                reals.push(time, *x as f64 / unit);
                whole.push(time, [*x, i128::MAX]);
                let samples = inside(&all[all.len().saturating_sub(80)..], extent, time);
                let exact: i128 = samples.iter().sum();
                assert_eq!(whole.sums()[0], exact);
                assert_eq!(reals.total().sum(), exact as f64 / unit);
            }
        }
    }
}

#[test]
fn sums_of_time_windows_are_those_of_the_vectors() {
    let (mut whole, mut reals) =
        (IntegerSums::<1>::new(Extent::Time(5)), Window::<Sum>::new(Extent::Time(5)));
    let times = [1, 3, 4, 9, 10, 11, 20, 21, 23, 26];
    for ((time, x), sum) in times.iter().zip(1..).zip([1, 3, 6, 4, 9, 15, 7, 15, 24, 19]) {
        whole.push(*time, [x]);
        reals.push(*time, x as f64);
        assert_eq!(whole.sums(), [sum]);
        assert_eq!(reals.total().sum(), sum as f64);
    }
    assert_eq!((whole.sums_at(27), whole.len_at(27)), ([19], 2));
    assert_eq!((whole.sums_at(28), whole.len_at(28)), ([10], 1));
    assert_eq!((whole.sums_at(31), whole.len_at(31)), ([0], 0));
}

/// All structures over one random stream, beside slow ones; one of each is saved and restored now and then.
struct All {
    sums: Window<Sum>,
    moments: Window<Moments>,
    whole: IntegerSums<1>,
    least: Extreme,
    greatest: Extreme,
    ordered: Ordered,
    expanding: Expanding,
}

impl All {
    fn new(extent: Extent) -> Self {
        Self {
            sums: Window::new(extent),
            moments: Window::new(extent),
            whole: IntegerSums::new(extent),
            least: Extreme::new(extent, Which::Least),
            greatest: Extreme::new(extent, Which::Greatest),
            ordered: Ordered::new(extent),
            expanding: Expanding::default(),
        }
    }

    fn push(&mut self, time: i64, x: i64) {
        self.sums.push(time, x as f64);
        self.moments.push(time, x as f64);
        self.whole.push(time, [i128::from(x)]);
        self.least.push(time, x as f64);
        self.greatest.push(time, x as f64);
        self.ordered.push(time, x as f64);
        self.expanding.push(x as f64);
    }

    fn save(&self) -> Vec<u8> {
        let mut w = StateWriter::new();
        self.sums.save(&mut w);
        self.moments.save(&mut w);
        self.whole.save(&mut w);
        self.least.save(&mut w);
        self.greatest.save(&mut w);
        self.ordered.save(&mut w);
        self.expanding.save(&mut w);
        w.into_bytes()
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), crate::error::CoreError> {
        let r = &mut StateReader::new(bytes);
        self.sums.restore(r)?;
        self.moments.restore(r)?;
        self.whole.restore(r)?;
        self.least.restore(r)?;
        self.greatest.restore(r)?;
        self.ordered.restore(r)?;
        self.expanding.restore(r)
    }

    fn check(&self, samples: &[i64], now: i64) {
        let mut sorted: Vec<f64> = samples.iter().map(|x| *x as f64).collect();
        sorted.sort_by(f64::total_cmp);
        assert_eq!(self.least.value(), sorted[0]);
        assert_eq!(self.greatest.value(), sorted[sorted.len() - 1]);
        assert_eq!(self.whole.sums()[0], samples.iter().map(|x| i128::from(*x)).sum());
        for q in [0.0, 0.1, 0.25, 0.5, 0.9, 1.0] {
            let place = q * (sorted.len() - 1) as f64;
            let (low, high) = (sorted[place as usize], sorted[place.ceil() as usize]);
            let exact = low + (high - low) * (place - place.floor());
            assert_eq!(self.ordered.quantile(q), exact, "quantile {q} of {sorted:?}");
        }
        let newest = samples[samples.len() - 1];
        let below = samples.iter().filter(|x| **x < newest).count() as f64;
        let equal = samples.iter().filter(|x| **x == newest).count() as f64;
        assert_eq!(self.ordered.rank(), (below + (equal + 1.0) / 2.0) / samples.len() as f64);
        assert_eq!(self.sums.total_at(now), self.sums.total());
    }

    /// Answers for a later time are those that expiry would give.
    fn check_later(&self, samples: &[i64], now: i64) {
        let sum: i64 = samples.iter().sum();
        assert_eq!(self.whole.sums_at(now)[0], i128::from(sum));
        assert_eq!(self.sums.total_at(now).sum(), sum as f64);
        assert_eq!(self.moments.total_at(now).count(), samples.len() as f64);
        let least = samples.iter().min().map_or(f64::NAN, |x| *x as f64);
        assert!(self.least.value_at(now) == least || least.is_nan());
        let pairs: Vec<(i128, i128)> =
            samples.iter().map(|x| (i128::from(*x), i128::from(*x))).collect();
        if !pairs.is_empty() {
            let exact = exact_product(&pairs) as f64 / pairs.len() as f64;
            near(self.moments.total_at(now).fold.m2, exact, 0.0, "later");
        }
    }
}

#[test]
fn all_structures_agree_with_slow_ones_and_survive_being_saved() {
    let mut seed = Seed(5);
    for extent in [EXTENTS.as_slice(), &[Extent::Count(200), Extent::Time(5000)]].concat() {
        let (mut one, mut other) = (All::new(extent), All::new(extent));
        let (mut all, mut time) = (Vec::new(), 0);
        for _ in 0..3000 {
            // Equal times and long silences; equal values and far ones.
            time += [0, 1, 7, 40, 900][seed.below(5) as usize] as i64;
            let x = match seed.below(10) {
                0 => seed.below(1_000_000_000) as i64,
                1 => -7,
                _ => seed.below(20) as i64 - 10,
            };
            all.push((time, x));
            one.push(time, x);
            other.push(time, x);
            if seed.below(10) == 0 {
                let bytes = other.save();
                assert_eq!(bytes, one.save());
                other = All::new(extent);
                other.restore(&bytes).unwrap();
                assert_eq!(bytes, other.save());
            }
            one.check(&inside(&all, extent, time), time);
            let later = time + seed.below(60) as i64;
            one.check_later(&inside(&all, extent, later), later);
            assert_eq!(one.moments.total(), other.moments.total());
            assert_eq!(one.ordered.quantile(0.3), other.ordered.quantile(0.3));
        }
    }
}

#[test]
fn zeros_have_one_sign() {
    let mut ordered = Ordered::new(Extent::Count(2));
    ordered.push(0, 0.0);
    ordered.push(0, -0.0);
    for q in [0.0, 1.0] {
        assert_eq!(ordered.quantile(q).to_bits(), 0.0_f64.to_bits());
    }
    assert_eq!(ordered.rank(), 0.75);
}

#[test]
fn windows_are_whole_only_when_they_are() {
    let mut count = Window::<Sum>::new(Extent::Count(2));
    let mut time = Window::<Sum>::new(Extent::Time(10));
    count.push(0, 1.0);
    time.push(0, 1.0);
    assert!(!count.is_whole(0) && !time.is_whole(9));
    count.push(1, 1.0);
    time.push(9, 1.0);
    assert!(count.is_whole(1) && time.is_whole(10));
    time.clear();
    time.push(12, 1.0);
    assert!(!time.is_whole(21) && time.is_whole(22));
}

#[test]
fn states_that_are_none_are_refused() {
    let mut all = All::new(Extent::Count(8));
    for i in 0..20 {
        all.push(i, i * i % 11);
    }
    let bytes = all.save();
    for cut in 0..bytes.len() {
        let error = All::new(Extent::Count(8)).restore(&bytes[..cut]).unwrap_err();
        assert_eq!(error.code, "E_STATE");
    }
    let error = All::new(Extent::Count(7)).restore(&bytes).unwrap_err();
    assert!(error.message.contains("more samples"), "{}", error.message);
}

#[test]
fn a_long_series_keeps_its_moments() {
    let mut expanding = Expanding::default();
    let (mut sum, mut squares) = (0_i128, 0_i128);
    let mut seed = Seed(6);
    for i in 1..=300_000_i128 {
        let x = seed.bell(1 << 10);
        expanding.push(1e9 + x as f64 / 1024.0);
        (sum, squares) = (sum + x, squares + x * x);
        if i % 4099 == 0 {
            let exact = (i * squares - sum * sum) as f64 / i as f64 / 1024.0 / 1024.0;
            near(expanding.total().fold.m2, exact, 0.0, "m2");
        }
    }
}
