//! Numbers by chance, the same for the same seed here and in the Python programs.

use std::cell::RefCell;
use std::rc::Rc;

use rand_mt::Mt;

/// `CPython`'s generator, the Mersenne Twister: what is drawn here is what `random.Random(seed)` draws.
///
/// Clones draw from the same numbers.
#[derive(Clone, Debug)]
pub struct Random(Rc<RefCell<Mt>>);

impl Random {
    /// A generator that begins at this seed.
    ///
    /// Python: `random.Random(seed)`.
    #[must_use]
    pub fn new(seed: usize) -> Self {
        Self(Rc::new(RefCell::new(Mt::new_with_key([seed as u32]))))
    }

    fn bits(&self, count: u32) -> u32 {
        self.0.borrow_mut().next_u32() >> (32 - count)
    }

    /// A number from 0 up to, but not, 1.
    ///
    /// Python: `random()`.
    #[must_use]
    pub fn random(&self) -> f64 {
        let (high, low) = (self.bits(27), self.bits(26));
        (f64::from(high) * f64::from(1 << 26) + f64::from(low)) / (1_u64 << 53) as f64
    }

    /// A whole number from `least` to `most`.
    ///
    /// Python: `randint(least, most)`.
    #[must_use]
    pub fn randint(&self, least: u32, most: u32) -> u32 {
        let count = most - least + 1;
        loop {
            let drawn = self.bits(count.ilog2() + 1);
            if drawn < count {
                return least + drawn;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_what_cpython_draws() {
        // random.Random(7): [randint(2, 18) for _ in range(8)], then random() twice.
        let random = Random::new(7);
        let drawn: Vec<_> = (0..8).map(|_| random.randint(2, 18)).collect();
        assert_eq!(drawn, [12, 6, 14, 3, 4, 5, 13, 3]);
        assert_eq!([random.random(), random.random()], [0.909_704_063_143_102_3, 0.214_698_180_835_661_72]);
    }
}
