//! What a native RPC append costs beside the same class written by hand in JavaScript: one workerd, rounds interleaved in
//! changing order, the median of the rounds' ratios with its 95 % interval, and the class by hand against itself.
//!
//! `cargo run --release -p durably-bench -- --rounds 15 --calls 1000`

mod cpu;
mod serve;
mod stats;

use std::time::Duration;

use cargo_durably::Reporter;
use clap::Parser;
use serde_json::{Value, json};

use crate::serve::Bench;
use crate::stats::{Median, median};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The base first, then its twin, then ours.
const VARIANTS: [&str; 3] = ["HAND", "AGAIN", "RUST"];

/// Measures a native RPC append against the same class written by hand.
#[derive(Debug, Parser)]
struct Options {
    /// Rounds, each with every variant.
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Calls of a variant in a round, one after another.
    #[arg(long, default_value_t = 1000)]
    calls: usize,
    /// Characters of the text that a call appends.
    #[arg(long, default_value_t = 100)]
    length: usize,
}

/// What one round gave of a variant.
#[derive(Debug, Clone, Copy)]
struct Sample {
    /// Microseconds a call, as they passed.
    passed: f64,
    /// Microseconds a call on the processor.
    cpu: Option<f64>,
}

fn main() -> Outcome<()> {
    let options = Options::parse();
    let bench = Bench::start(&Reporter::new())?;
    let mut samples: [Vec<Sample>; 3] = Default::default();
    warm_up(&bench, &options)?;
    for round in 0..options.rounds {
        for place in 0..VARIANTS.len() {
            let variant = (place + round) % VARIANTS.len();
            // Every other round backwards: who follows whom changes too.
            let variant = if round % 2 == 0 { variant } else { VARIANTS.len() - 1 - variant };
            samples[variant].push(measure(&bench, &options, VARIANTS[variant], round)?);
        }
        eprintln!("round {} of {}", round + 1, options.rounds);
    }
    println!("{:#}", report(&options, &samples));
    Ok(())
}

/// Compilers are warm and tables are there.
fn warm_up(bench: &Bench, options: &Options) -> Outcome<()> {
    for variant in VARIANTS {
        bench.ask(&format!("/pad/{variant}/warm"))?;
        bench.ask(&format!("/append/{variant}/warm?times={}&length={}", options.calls, options.length))?;
    }
    Ok(())
}

fn measure(bench: &Bench, options: &Options, variant: &str, round: usize) -> Outcome<Sample> {
    let object = format!("{variant}-{round}");
    // A write costs about twice as much until the object's log has 1,000 frames.
    bench.ask(&format!("/pad/{variant}/{object}"))?;
    bench.ask(&format!("/append/{variant}/{object}?times=20&length={}", options.length))?;
    let empty: Vec<f64> = (0..5).map(|_| Ok(bench.ask("/empty")?.0.as_secs_f64())).collect::<Outcome<_>>()?;
    let before = cpu::seconds();
    let path = format!("/append/{variant}/{object}?times={}&length={}", options.calls, options.length);
    let (passed, answer) = bench.ask(&path)?;
    let cpu = cpu::seconds().zip(before).map(|(after, before)| per_call(after - before, options));
    let expected = format!("{{\"seq\":{}}}", 48 + 20 + options.calls);
    if !answer.ends_with(&expected) {
        return Err(format!("{variant} lost a call: expected {expected} in {answer}").into());
    }
    let passed = passed.saturating_sub(Duration::from_secs_f64(median(&empty)));
    Ok(Sample { passed: per_call(passed.as_secs_f64(), options), cpu })
}

#[expect(clippy::cast_precision_loss, reason = "some thousand")]
fn per_call(seconds: f64, options: &Options) -> f64 {
    seconds * 1e6 / options.calls as f64
}

/// A table on the error output, for people; JSON for everything else.
fn report(options: &Options, samples: &[Vec<Sample>; 3]) -> Value {
    let [hand, again, rust] = samples;
    let passed = |sample: &Sample| Some(sample.passed);
    let cpu = |sample: &Sample| sample.cpu;
    let mut rows = Vec::new();
    eprintln!("{:<34}{:>12}{:>22}", "ratio to the class by hand", "median", "95 % interval");
    for (name, own, of) in [
        ("by hand again (1 if all is well)", again, passed as fn(&Sample) -> Option<f64>),
        ("durably", rust, passed),
        ("by hand again, on the processor", again, cpu),
        ("durably, on the processor", rust, cpu),
    ] {
        let ratios: Option<Vec<f64>> = own.iter().zip(hand).map(|(own, base)| Some(of(own)? / of(base)?)).collect();
        let Some(ratios) = ratios.filter(|ratios| !ratios.is_empty()) else { continue };
        let Median { value, low, high } = Median::of(&ratios);
        eprintln!("{name:<34}{value:>12.3}{:>22}", format!("{low:.3} to {high:.3}"));
        rows.push(json!({ "what": name, "ratio": value, "low": low, "high": high, "rounds": ratios }));
    }
    let typical = |samples: &[Sample]| median(&samples.iter().map(|sample| sample.passed).collect::<Vec<_>>());
    eprintln!(
        "microseconds a call: by hand {:.1}, again {:.1}, durably {:.1}",
        typical(hand),
        typical(again),
        typical(rust)
    );
    json!({
        "calls": options.calls,
        "length": options.length,
        "ratios": rows,
        "microseconds": { "hand": typical(hand), "again": typical(again), "durably": typical(rust) },
    })
}
