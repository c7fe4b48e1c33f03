//! Seeded mutation: the same seed gives the same bytes.

/// Xorshift: enough for choosing.
pub struct Random(u64);

impl Random {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.number()) * limit as u128) >> 64) as usize
    }
}

/// Bytes that parsers have opinions about.
const TOKENS: &[&[u8]] = &[
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\",
    b"\\u0000",
    b"null",
    b"true",
    b"-",
    b".",
    b"0",
    b"e9",
    b"-0",
    b"1e400",
    b"18446744073709551615",
    b"9223372036854775807",
    b"9007199254740993",
    b"0.000000001",
    b"[[]]",
    b"\n",
    b"\xff",
    b"\x00",
    b"\"u\":",
    b"\"U\":",
    b"\"pu\":",
    b"\"b\":[]",
    b"\"s\":\"BTCUSDT\"",
    b"\"lastUpdateId\":",
    b"\xff\xff\xff\xff\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
];

/// Longest input that a mutation makes.
const LIMIT: usize = 1 << 20;

/// One to eight changes; `others` are inputs to take parts from.
#[must_use]
pub fn mutate(random: &mut Random, input: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let mut out = input.to_vec();
    for _ in 0..=random.below(8) {
        change(random, &mut out, others);
        if out.is_empty() {
            out.push(0);
        }
    }
    out.truncate(LIMIT);
    out
}

fn change(random: &mut Random, out: &mut Vec<u8>, others: &[Vec<u8>]) {
    let at = random.below(out.len());
    let scale = random.below(12);
    let end = (at + 1 + random.below(1 << scale)).min(out.len());
    match random.below(10) {
        0 | 1 => out[at] ^= 1 << random.below(8),
        2 => out[at] = random.number() as u8,
        3 => drop(out.drain(at..end)),
        4 => {
            let copy = out[at..end].to_vec();
            let to = random.below(out.len());
            out.splice(to..to, copy);
        }
        5 => {
            let token = TOKENS[random.below(TOKENS.len())];
            out.splice(at..at, token.iter().copied());
        }
        6 => {
            let token = TOKENS[random.below(TOKENS.len())];
            let end = (at + token.len()).min(out.len());
            out.splice(at..end, token.iter().copied());
        }
        7 => digits(random, out, at),
        8 => splice(random, out, at, others),
        _ => out[at..end].fill(0),
    }
}

/// Another number in the place of the next one.
fn digits(random: &mut Random, out: &mut Vec<u8>, from: usize) {
    let Some(start) = out[from..].iter().position(u8::is_ascii_digit).map(|n| from + n) else {
        return;
    };
    let length = out[start..].iter().take_while(|b| b.is_ascii_digit()).count();
    let number = random.number() >> random.below(64);
    out.splice(start..start + length, number.to_string().into_bytes());
}

fn splice(random: &mut Random, out: &mut Vec<u8>, at: usize, others: &[Vec<u8>]) {
    let other = &others[random.below(others.len())];
    if other.is_empty() {
        return;
    }
    let from = random.below(other.len());
    let to = (from + 1 + random.below(4_096)).min(other.len());
    out.splice(at..at, other[from..to].iter().copied());
}
