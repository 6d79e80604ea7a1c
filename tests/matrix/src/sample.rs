use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use durably::{Durable, Limit, Seq, Timestamp, Uuid};

/// A type with values that have been lost somewhere before.
pub trait Sample: Durable {
    /// Some of its values, no two the same.
    fn samples() -> Vec<Self>;
    /// Whether two values are one, to the last bit.
    fn same(&self, other: &Self) -> bool;
}

/// No more of them than keeps three levels small.
fn few<T: Sample>() -> impl Iterator<Item = T> {
    T::samples().into_iter().take(6)
}

macro_rules! leaves {
    ($($ty:ty: $values:expr),* $(,)?) => { $(
        impl Sample for $ty {
            fn samples() -> Vec<Self> { $values }
            fn same(&self, other: &Self) -> bool { self == other }
        }
    )* };
}
leaves!(
    bool: vec![false, true],
    i8: vec![i8::MIN, -1, 0, i8::MAX],
    i16: vec![i16::MIN, 0, i16::MAX],
    i32: vec![i32::MIN, 0, i32::MAX],
    i64: vec![i64::MIN, -9_007_199_254_740_993, 0, 9_007_199_254_740_993, i64::MAX],
    u8: vec![0, u8::MAX],
    u16: vec![0, u16::MAX],
    u32: vec![0, u32::MAX],
    u64: vec![0, 7, 9_007_199_254_740_993, u64::MAX],
    String: ["", "null", "0", "true", "a\0\"\\\u{2028}🦀", "None"].map(str::to_owned).into(),
    (): vec![()],
    Timestamp: vec![Timestamp::from_millis(i64::MIN), Timestamp::from_millis(-1), Timestamp::from_millis(1_764_000_000_001)],
    Uuid: ["00000000-0000-0000-0000-000000000000", "0192f0c1-2345-7abc-8def-0123456789ab"].map(uuid).into(),
    Seq: vec![Seq::START, Seq::MAX],
    Limit: vec![Limit::new(1), Limit::MAX],
);

#[allow(clippy::expect_used, reason = "a constant")]
fn uuid(text: &str) -> Uuid {
    Uuid::parse(text).expect("a UUID")
}

macro_rules! floats {
    ($($ty:ident),*) => { $(
        impl Sample for $ty {
            fn samples() -> Vec<Self> { vec![0.0, -0.0, 0.1, $ty::MIN, $ty::MIN_POSITIVE, $ty::from_bits(1), 1e21] }
            fn same(&self, other: &Self) -> bool { self.to_bits() == other.to_bits() }
        }
    )* };
}
floats!(f32, f64);

impl<T: Sample> Sample for Option<T> {
    fn samples() -> Vec<Self> {
        std::iter::once(None).chain(few().map(Some)).collect()
    }
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (None, None) => true,
            (Some(one), Some(other)) => one.same(other),
            _ => false,
        }
    }
}

impl<T: Sample> Sample for Box<T> {
    fn samples() -> Vec<Self> {
        few().map(Box::new).collect()
    }
    fn same(&self, other: &Self) -> bool {
        T::same(self, other)
    }
}

impl<T: Sample> Sample for Vec<T> {
    fn samples() -> Vec<Self> {
        [Vec::new(), few().collect()].into_iter().chain(few().map(|one| vec![one])).collect()
    }
    fn same(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(one, other)| one.same(other))
    }
}

impl<T: Sample> Sample for [T; 2] {
    fn samples() -> Vec<Self> {
        few().zip(few::<T>().skip(1).chain(few())).map(|(one, other)| [one, other]).collect()
    }
    fn same(&self, other: &Self) -> bool {
        self.iter().zip(other).all(|(one, other)| one.same(other))
    }
}

impl<T: Sample> Sample for (T,) {
    fn samples() -> Vec<Self> {
        few().map(|one| (one,)).collect()
    }
    fn same(&self, other: &Self) -> bool {
        self.0.same(&other.0)
    }
}

impl<T: Sample, U: Sample> Sample for (T, U) {
    fn samples() -> Vec<Self> {
        few().zip(U::samples().into_iter().cycle_by()).collect()
    }
    fn same(&self, other: &Self) -> bool {
        self.0.same(&other.0) && self.1.same(&other.1)
    }
}

/// `cycle` for values that cannot be cloned: the samples are made anew.
trait CycleBy: Iterator + Sized {
    fn cycle_by(self) -> Box<dyn Iterator<Item = Self::Item>>;
}

impl<T: Sample> CycleBy for std::vec::IntoIter<T> {
    fn cycle_by(self) -> Box<dyn Iterator<Item = T>> {
        Box::new(self.chain(std::iter::repeat_with(T::samples).flatten()))
    }
}

macro_rules! maps {
    ($($map:ident: $($bound:ident)+),*) => { $(
        #[allow(clippy::implicit_hasher, reason = "durably stores only maps of the standard hasher")]
        impl<K: Sample $(+ $bound)+, V: Sample> Sample for $map<K, V> {
            fn samples() -> Vec<Self> {
                let pairs = || K::samples().into_iter().zip(V::samples().into_iter().cycle_by());
                [$map::new(), pairs().collect()].into_iter().chain(pairs().take(3).map(|pair| $map::from([pair]))).collect()
            }
            fn same(&self, other: &Self) -> bool {
                self.len() == other.len()
                    && self.iter().all(|(key, value)| other.get(key).is_some_and(|other| value.same(other)))
            }
        }
    )* };
}
maps!(BTreeMap: Ord, HashMap: Eq Hash);
