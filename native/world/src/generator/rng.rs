//! Seeded randomness: xoshiro256** (Blackman and Vigna, 2018), seeded through splitmix64.

/// The same numbers for a seed on every machine and in both builds.
#[derive(Clone, Debug)]
pub struct Rng {
    state: [u64; 4],
}

impl Rng {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut s = seed;
        Self { state: std::array::from_fn(|_| splitmix64(&mut s)) }
    }

    /// A stream of its own for each name, so that adding an instrument changes no other.
    #[must_use]
    pub fn for_name(seed: u64, name: &str) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in name.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Self::new(seed ^ hash)
    }

    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// Uniform in [0, 1), 53 bits.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Uniform in 0..n; 0 where `n` is 0.
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next_u64()) * u128::from(n)) >> 64) as u64
    }

    #[inline]
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Exponential with this mean.
    #[inline]
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.unit())
    }

    /// Bell-shaped with mean 0 and variance 1: twelve uniforms, so no `ln` and no `cos`.
    pub fn bell(&mut self) -> f64 {
        (0..12).fold(-6.0, |sum, _| sum + self.unit())
    }
}

fn splitmix64(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitmix_and_xoshiro_give_the_published_numbers() {
        let mut state = 1_234_567;
        assert_eq!(splitmix64(&mut state), 6_457_827_717_110_365_317);
        assert_eq!(splitmix64(&mut state), 3_203_168_211_198_807_973);
        let mut rng = Rng { state: [1, 2, 3, 4] };
        let first: Vec<u64> = (0..4).map(|_| rng.next_u64()).collect();
        assert_eq!(first, [11_520, 0, 1_509_978_240, 1_215_971_899_390_074_240]);
    }

    #[test]
    fn draws_stay_in_range_and_have_their_mean() {
        let mut rng = Rng::new(7);
        let n = 20_000;
        let (mut exponential, mut bell, mut square) = (0.0, 0.0, 0.0);
        for _ in 0..n {
            assert!(rng.below(10) < 10);
            assert!((0.0..1.0).contains(&rng.unit()));
            exponential += rng.exponential(3.0);
            let b = rng.bell();
            bell += b;
            square += b * b;
        }
        let n = f64::from(n);
        assert!((exponential / n - 3.0).abs() < 0.1);
        assert!((bell / n).abs() < 0.05 && (square / n - 1.0).abs() < 0.05);
        assert_eq!(rng.below(0), 0);
    }
}
