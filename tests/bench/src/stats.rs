//! The middle of some numbers, and how sure it is.

/// A median with the interval that holds it in 95 of 100 resamplings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Median {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

const RESAMPLINGS: usize = 10_000;

impl Median {
    pub(crate) fn of(numbers: &[f64]) -> Self {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let mut medians: Vec<f64> = (0..RESAMPLINGS)
            .map(|_| median(&numbers.iter().map(|_| numbers[random.below(numbers.len())]).collect::<Vec<_>>()))
            .collect();
        medians.sort_by(f64::total_cmp);
        Self { value: median(numbers), low: medians[RESAMPLINGS / 40], high: medians[RESAMPLINGS - RESAMPLINGS / 40] }
    }
}

pub(crate) fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

/// xorshift64*: the same numbers in every run, so that the same measurements give the same interval.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
    }

    #[test]
    fn an_interval_around_it() {
        let found = Median::of(&[1.0, 1.1, 0.9, 1.05, 0.95, 1.2, 0.8]);
        assert!(found.low <= found.value && found.value <= found.high, "{found:?}");
        assert!(found.low >= 0.8 && found.high <= 1.2, "{found:?}");
    }
}
