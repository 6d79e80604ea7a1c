//! What all test programs together came to: each has closing lines of its own, and there are many of them.

use std::collections::BTreeMap;

use crate::{Failure, Result};

/// The kind of the examples in the documentation.
const DOC: &str = "doc";

#[derive(Debug, Default)]
pub(super) struct Totals {
    kinds: BTreeMap<String, Count>,
    /// The kind of the program that is running.
    current: String,
    failed: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Count {
    passed: usize,
    failed: usize,
    seconds: f64,
}

impl Totals {
    /// Takes a line of cargo's or of a test program's; `kind_of` tells the kind of a program.
    pub(super) fn count<'a>(&mut self, line: &str, kind_of: impl Fn(&str) -> &'a str) {
        if let Some(program) = program(line) {
            kind_of(program).clone_into(&mut self.current);
        } else if line.trim_start().starts_with("Doc-tests ") {
            DOC.clone_into(&mut self.current);
        } else if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.failed.push(name.to_owned());
        } else if let Some(Count { passed, failed, seconds }) = result(line) {
            let count = self.kinds.entry(self.current.clone()).or_default();
            count.passed += passed;
            count.failed += failed;
            count.seconds += seconds;
        }
    }

    /// A line for each kind, and their sum; `None` if nothing ran.
    pub(super) fn table(&self) -> Option<String> {
        if self.kinds.is_empty() {
            return None;
        }
        let row = |kind: &str, passed: &str, failed: &str, seconds: &str| {
            format!("{kind:<12}{passed:>8}{failed:>8}{seconds:>10}")
        };
        let of = |kind: &str, Count { passed, failed, seconds }: Count| {
            row(kind, &passed.to_string(), &failed.to_string(), &format!("{seconds:.1}"))
        };
        let mut rows = vec![row("kind", "passed", "failed", "seconds")];
        rows.extend(self.kinds.iter().map(|(kind, count)| of(kind, *count)));
        rows.push(of("all", self.sum()));
        Some(rows.join("\n"))
    }

    pub(super) fn judge(&self, name: &str, code: i32, filter: &[String]) -> Result<String> {
        let Count { passed, failed, .. } = self.sum();
        if code != 0 || failed != 0 || !self.failed.is_empty() {
            let failed = failed.max(self.failed.len());
            return Err(Failure::new(format!(
                "{name}: {failed} failed, {passed} passed (cargo test exited with {code})"
            ))
            .detail(self.failed.join("\n"))
            .help("see above, after `failures:` or `error:`"));
        }
        if passed == 0 && !filter.is_empty() {
            return Err(Failure::new(format!("{name}: no test name contains {}", filter.join(" or ")))
                .help("`cargo test --workspace -- --list` lists the names"));
        }
        Ok(format!("{name}: {passed} passed, none failed"))
    }

    fn sum(&self) -> Count {
        self.kinds.values().fold(Count::default(), |sum, count| Count {
            passed: sum.passed + count.passed,
            failed: sum.failed + count.failed,
            seconds: sum.seconds + count.seconds,
        })
    }
}

/// The name in `Running tests/data.rs (target/debug/deps/data-0123456789abcdef)`.
fn program(line: &str) -> Option<&str> {
    let path = line.trim_start().strip_prefix("Running ")?.rsplit_once(" (")?.1.strip_suffix(')')?;
    path.rsplit('/').next()?.rsplit_once('-').map(|(name, _)| name)
}

/// What `test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 5 filtered out; finished in 9.15s` says.
fn result(line: &str) -> Option<Count> {
    let mut count = Count::default();
    for part in line.strip_prefix("test result: ")?.split(['.', ';']).map(str::trim) {
        if let Some(number) = part.strip_suffix(" passed") {
            count.passed = number.parse().ok()?;
        } else if let Some(number) = part.strip_suffix(" failed") {
            count.failed = number.parse().ok()?;
        }
    }
    let seconds = line.rsplit_once("finished in ").and_then(|(_, seconds)| seconds.trim_end().strip_suffix('s'));
    count.seconds = seconds.and_then(|seconds| seconds.parse().ok()).unwrap_or(0.0);
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::Totals;

    const SAID: &str = "\
   Compiling app v0.1.0 (/w/app)
     Running unittests src/lib.rs (target/debug/deps/app-0123456789abcdef)
test a ... ok
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.25s
     Running tests/data.rs (target/debug/deps/data-0123456789abcdef)
test b::c ... FAILED
test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 10.50s
   Doc-tests app
test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.25s
test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.25s
";

    #[test]
    fn each_kind_has_its_line_and_all_have_their_sum() {
        let mut totals = Totals::default();
        let kind_of = |program: &str| if program == "data" { "workerd" } else { "unit" };
        SAID.lines().for_each(|line| totals.count(line, kind_of));
        let table = totals.table().expect("something ran");
        let rows: Vec<String> = table.lines().map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let wanted = ["kind passed failed seconds", "doc 5 0 0.5", "unit 2 0 1.2", "workerd 3 1 10.5", "all 10 1 12.2"];
        assert_eq!(rows, wanted);
        let failure = totals.judge("all", 0, &[]).expect_err("whatever cargo's exit code is");
        assert_eq!((failure.what.contains("1 failed, 10 passed"), failure.detail.as_str()), (true, "b::c"));
    }

    #[test]
    fn a_filter_that_fits_nothing_is_not_a_success() {
        assert!(Totals::default().judge("all", 0, &[]).is_ok());
        assert!(Totals::default().judge("all", 0, &["typo".to_owned()]).is_err());
        assert!(Totals::default().judge("all", 101, &[]).is_err());
    }
}
