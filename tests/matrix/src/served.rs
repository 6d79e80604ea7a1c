//! What the generated states of the fixture do with their types, on the platform: they compare, and say what was lost.

use durably::{Error, Log, Map, NoError, Result, Seq};

use crate::Sample;

/// The places that lost something.
pub type Lost = Vec<String>;

/// One of the type's values, by a number.
pub fn pick<T: Sample>(n: u32) -> T {
    let mut samples = T::samples();
    let place = n as usize % samples.len();
    samples.swap_remove(place)
}

fn compare<T: Sample>(lost: &mut Lost, name: &str, place: &str, n: usize, came: Option<&T>) {
    let value = pick::<T>(u32::try_from(n).unwrap_or_default());
    if !came.is_some_and(|came| came.same(&value)) {
        let what = if came.is_none() { "is gone" } else { "came back as something else" };
        lost.push(format!("{name} as {place}: sample {n} {what}"));
    }
}

/// A column, which holds sample `n`.
pub fn column<T: Sample>(lost: &mut Lost, name: &str, value: &T, n: u32) {
    compare(lost, name, "a column", n as usize, Some(value));
}

/// A log, into which every sample was pushed.
///
/// # Errors
/// What the log says.
pub fn log<T: Sample>(lost: &mut Lost, name: &str, log: &Log<T>) -> Result<(), NoError> {
    let mut items = Vec::new();
    let mut after = Some(Seq::START);
    while let Some(seq) = after {
        let page = log.page(seq, durably::Limit::MAX)?;
        items.extend(page.items.into_iter().map(|(_, item)| item));
        after = page.next;
    }
    for n in 0..T::samples().len().max(items.len()) {
        compare(lost, name, "an item of a log", n, items.get(n));
    }
    Ok(())
}

/// A map, which has every sample under its number.
///
/// # Errors
/// What the map says.
pub fn map<T: Sample>(lost: &mut Lost, name: &str, map: &Map<u32, T>) -> Result<(), NoError> {
    for n in 0..u32::try_from(T::samples().len()).unwrap_or_default() {
        compare(lost, name, "an item of a map", n as usize, map.get(&n)?.as_ref());
    }
    Ok(())
}

/// A map, which has every number under its sample.
///
/// # Errors
/// What the map says.
pub fn keys<T: Sample>(lost: &mut Lost, name: &str, map: &Map<T, u32>) -> Result<(), NoError> {
    let samples = T::samples();
    for (n, key) in samples.iter().enumerate() {
        if map.get(key)? != u32::try_from(n).ok() {
            lost.push(format!("{name} as a key: sample {n} does not find its value"));
        }
    }
    if map.count()? != samples.len() as u64 {
        lost.push(format!("{name} as a key: {} keys of {} samples", map.count()?, samples.len()));
    }
    Ok(())
}

/// What a call answered.
pub fn answer<T: Sample, E: std::fmt::Display>(
    lost: &mut Lost,
    name: &str,
    place: &str,
    n: usize,
    answer: std::result::Result<T, E>,
) {
    match answer {
        Ok(came) => compare(lost, name, place, n, Some(&came)),
        Err(error) => lost.push(format!("{name} as {place}: sample {n}: {error}")),
    }
}

/// What a call failed with.
pub fn error<T: Sample>(lost: &mut Lost, name: &str, n: usize, came: std::result::Result<T, Option<Error>>) {
    match came {
        Ok(came) => compare(lost, name, "an error's data", n, Some(&came)),
        Err(Some(error)) => lost.push(format!("{name} as an error's data: sample {n}: {error}")),
        Err(None) => lost.push(format!("{name} as an error's data: sample {n}: the call succeeded")),
    }
}
