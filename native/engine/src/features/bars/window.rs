//! Windows over reals: two stacks of aggregates, so that nothing is ever taken out of a sum.

use super::indicator::State;
use crate::error::CoreError;
use crate::state::{StateReader, StateWriter};
use std::collections::VecDeque;

/// What is known of a run of items.
pub trait Aggregate<const K: usize>: Copy + Send {
    fn of(item: &[f64; K]) -> Self;

    /// Of this run and the one behind it.
    fn then(self, newer: Self) -> Self;
}

/// Count, mean and sum of squared deviations. The mean is carried in two parts, `mean + low`: what a
/// pivot does for offsets much larger than the deviations, and no outlier can be a bad pivot.
#[derive(Clone, Copy)]
pub struct Moments {
    pub count: f64,
    pub mean: f64,
    low: f64,
    pub m2: f64,
}

impl Moments {
    /// Distance from the mean.
    pub fn deviation(&self, x: f64) -> f64 {
        (x - self.mean) - self.low
    }

    /// Sample standard deviation, of at least two values.
    pub fn sample_sd(&self) -> f64 {
        (self.m2 / (self.count - 1.0)).sqrt()
    }

    /// Standard deviation of the values as a whole population.
    pub fn population_sd(&self) -> f64 {
        (self.m2 / self.count).sqrt()
    }
}

impl Aggregate<1> for Moments {
    fn of(item: &[f64; 1]) -> Self {
        Self { count: 1.0, mean: item[0], low: 0.0, m2: 0.0 }
    }

    /// Chan, Golub and LeVeque 1983.
    fn then(self, newer: Self) -> Self {
        let count = self.count + newer.count;
        let delta = (newer.mean - self.mean) + (newer.low - self.low);
        let (mean, low) = two_sum(self.mean, self.low + delta * (newer.count / count));
        let between = delta * delta * (self.count * newer.count / count);
        Self { count, mean, low, m2: self.m2 + newer.m2 + between }
    }
}

/// Plain sums of pairs.
#[derive(Clone, Copy)]
pub struct Sums(pub [f64; 2]);

impl Aggregate<2> for Sums {
    fn of(item: &[f64; 2]) -> Self {
        Self(*item)
    }

    fn then(self, newer: Self) -> Self {
        Self([self.0[0] + newer.0[0], self.0[1] + newer.0[1]])
    }
}

/// A sum and what its rounding lost; Knuth, TAOCP 2, 4.2.2.
pub fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// The last `size` items, aggregated; amortised constant time.
pub struct Rolling<A, const K: usize> {
    size: usize,
    items: VecDeque<[f64; K]>,
    /// Of the oldest items: the top is of all of them, each one below of one less.
    front: Vec<A>,
    /// Of the items behind them.
    back: Option<A>,
}

impl<A: Aggregate<K>, const K: usize> Rolling<A, K> {
    pub fn new(size: u64) -> Self {
        let size = size as usize;
        Self {
            size,
            items: VecDeque::with_capacity(size),
            front: Vec::with_capacity(size),
            back: None,
        }
    }

    pub fn size(&self) -> u64 {
        self.size as u64
    }

    pub fn push(&mut self, item: [f64; K]) {
        if self.items.len() == self.size {
            if self.front.is_empty() {
                self.turn(self.size);
            }
            self.front.pop();
            self.items.pop_front();
        }
        self.items.push_back(item);
        self.append(item);
    }

    fn append(&mut self, item: [f64; K]) {
        let of = A::of(&item);
        self.back = Some(self.back.map_or(of, |back| back.then(of)));
    }

    /// Stacks the oldest `count` items, from the newest of them to the oldest.
    fn turn(&mut self, count: usize) {
        self.back = None;
        for item in self.items.iter().take(count).rev() {
            let of = A::of(item);
            let all = self.front.last().map_or(of, |newer| of.then(*newer));
            self.front.push(all);
        }
    }

    /// Of a full window.
    pub fn all(&self) -> Option<A> {
        if self.items.len() < self.size {
            return None;
        }
        match (self.front.last(), self.back) {
            (Some(front), Some(back)) => Some(front.then(back)),
            (front, back) => front.copied().or(back),
        }
    }
}

impl<A: Aggregate<K>, const K: usize> State for Rolling<A, K> {
    fn reset(&mut self) {
        self.items.clear();
        self.front.clear();
        self.back = None;
    }

    /// Items and how many of them the front holds: the aggregates follow from these.
    fn save(&self, w: &mut StateWriter) {
        w.u64(self.items.len() as u64);
        w.u64(self.front.len() as u64);
        self.items.iter().flatten().for_each(|v| w.f64(*v));
    }

    fn restore(&mut self, r: &mut StateReader<'_>) -> Result<(), CoreError> {
        self.reset();
        let (count, front) = (r.u64()?, r.u64()?);
        if count > self.size() || front > count {
            let seen = format!("{count} items, {front} in front, in a window of {}", self.size);
            return Err(CoreError::new("E_STATE", seen));
        }
        for _ in 0..count {
            let mut item = [0.0; K];
            for value in &mut item {
                *value = r.f64()?;
            }
            self.items.push_back(item);
        }
        self.turn(front as usize);
        for place in front as usize..self.items.len() {
            self.append(self.items[place]);
        }
        Ok(())
    }
}
