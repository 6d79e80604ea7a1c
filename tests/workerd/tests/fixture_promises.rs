//! Many calls at every door, keyed and not, while instances panic, are reset and are aborted: each answer's word beside what
//! is stored. The seed is printed; `DURABLY_SEED` runs one again, as far as timing lets it.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{env, thread};

use durably_workerd_tests::Answer;
use durably_workerd_tests::fixture::Fixture;
use durably_workerd_tests::ledger::Ledger;
use serde_json::{Value, json};

/// Calls at the same time.
const ROUND: usize = 40;

#[test]
fn six_hundred_answers_promise_what_is_so() {
    run(600);
}

#[test]
#[ignore = "long"]
fn ten_thousand_answers_promise_what_is_so() {
    run(10_000);
}

fn run(calls: usize) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis());
    let seed = env::var("DURABLY_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| u64::try_from(now).unwrap_or(0));
    println!("DURABLY_SEED={seed}");
    let mut dice = Dice(seed);
    let fixture = Fixture::own();
    let ledgers: Vec<Ledger<'_>> = (0..4).map(|n| Ledger::new(&fixture, &format!("promised {n}"))).collect();
    let mut told = BTreeMap::<String, usize>::new();
    for round in 0..calls / ROUND {
        let calls: Vec<Call> = (0..ROUND).map(|n| Call::any(&mut dice, format!("{round}, {n}"))).collect();
        let disturbance = Disturbance::any(&mut dice);
        let answers: Vec<Vec<Told>> = thread::scope(|scope| {
            let ledger = |n: usize| &ledgers[n % ledgers.len()];
            let calling: Vec<_> =
                calls.iter().enumerate().map(|(n, call)| scope.spawn(move || call.until_answered(ledger(n)))).collect();
            disturbance.happen(&fixture, &ledgers);
            calling
                .into_iter()
                .map(|call| call.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        // Those that nobody waits for any more come to their end.
        thread::sleep(Duration::from_millis(150));
        let stored: Vec<_> = ledgers.iter().map(|ledger| ledger.all_stored(&format!("{round}, "))).collect();
        for (n, (call, answers)) in calls.iter().zip(answers).enumerate() {
            call.judge(&answers, stored[n % ledgers.len()].get(&call.text).copied().unwrap_or(0));
            for answer in answers {
                let word = format!("{} {}", answer.code, answer.outcome.as_deref().unwrap_or("-"));
                *told.entry(word).or_default() += 1;
            }
        }
    }
    println!("{told:#?}");
    let count = |part: &str| told.iter().filter(|(word, _)| word.contains(part)).map(|(_, n)| n).sum::<usize>();
    assert!(count("isolate_reset") > calls / 50, "too few were disturbed to show anything: {told:#?}");
}

/// `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap_or(0)
    }

    fn any<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Http,
    Typed,
    Native,
}

#[derive(Debug)]
struct Call {
    door: Door,
    method: &'static str,
    text: String,
    keyed: bool,
    millis: usize,
    fault: &'static str,
}

/// What a caller was told.
#[derive(Debug)]
struct Told {
    code: String,
    /// Absent where the platform answers, and where the application's own error is the answer.
    outcome: Option<String>,
    repeat: bool,
}

impl Call {
    fn any(dice: &mut Dice, text: String) -> Self {
        let door = dice.any(&[Door::Http, Door::Http, Door::Typed, Door::Native]);
        let method = dice.any(&["push", "push", "push", "later", "first", "failing"]);
        let fault = if dice.roll(4) == 0 { dice.any(&["error", "error", "panic"]) } else { "none" };
        Self {
            door,
            method,
            text,
            keyed: door != Door::Native && dice.roll(2) == 0,
            millis: dice.roll(60),
            fault: if method == "failing" || method == "first" { fault } else { "none" },
        }
    }

    /// Calls again as long as it is told that it may.
    fn until_answered(&self, ledger: &Ledger<'_>) -> Vec<Told> {
        let mut all = Vec::new();
        for _ in 0..30 {
            let told = self.call(ledger);
            let repeat = told.repeat;
            all.push(told);
            if !repeat {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        all
    }

    fn call(&self, ledger: &Ledger<'_>) -> Told {
        let Self { text, millis, fault, .. } = self;
        match self.door {
            Door::Http => {
                let mut body = json!({ "text": text });
                if ["later", "first"].contains(&self.method) {
                    body["millis"] = json!(millis);
                }
                if ["failing", "first"].contains(&self.method) {
                    body["fault"] = json!(fault);
                }
                let key = self.keyed.then_some(text.as_str());
                Told::of_answer(&ledger.request(self.method, key, &body))
            }
            Door::Typed => {
                let mut body = json!({ "text": text, "millis": millis, "fault": fault });
                if self.keyed {
                    body["key"] = json!(text.replace(' ', "_"));
                }
                let answer = ledger.request_told(self.method, &body);
                let told = match &answer {
                    Ok(answer) if answer.status == 200 => answer.json(),
                    // The Worker itself was reset: that the inner call has a key is not known to its caller's caller.
                    _ => return Told::of_answer(&answer),
                };
                let outcome = told["outcome"].as_str().map(str::to_owned);
                Told { code: word(&told["code"]), outcome, repeat: told["retryable"] == true }
            }
            Door::Native => {
                let args = match self.method {
                    "later" => json!([text, millis]),
                    "first" => json!([text, millis, fault]),
                    "failing" => json!([text, fault]),
                    _ => json!([text]),
                };
                let outcome = ledger.object.attempt(self.method, &args);
                assert_ne!(outcome["hung"], true, "{self:?}");
                if outcome.get("ok").is_some() {
                    return Told { code: "ok".into(), outcome: None, repeat: false };
                }
                let own = &outcome["error"]["own"];
                let code = own["code"].as_str().unwrap_or("platform").to_owned();
                Told { code, outcome: own["outcome"].as_str().map(str::to_owned), repeat: own["retryable"] == true }
            }
        }
    }

    /// Compares all that was told with how often it is stored.
    fn judge(&self, answers: &[Told], stored: u64) {
        let Some((last, repeated)) = answers.split_last() else { return };
        let about = || format!("{self:?} is stored {stored} times, after {answers:?}");
        // Nobody is told to repeat what is done in part.
        assert!(stored <= 1, "{}", about());
        for told in repeated.iter().filter(|_| !self.keyed) {
            assert_eq!(told.outcome.as_deref(), Some("not_done"), "{}", about());
        }
        match (last.code.as_str(), last.outcome.as_deref()) {
            ("ok", _) | (_, Some("done")) => assert!(stored >= 1, "{}", about()),
            // Unless one of the runs before was.
            (_, Some("not_done")) if !self.keyed => assert_eq!(stored, 0, "{}", about()),
            _ => {}
        }
        assert!(!last.repeat, "thirty times told to repeat: {}", about());
        assert!(last.repeat || self.fault != "none" || last.code != "asked", "{}", about());
    }
}

impl Told {
    fn of_answer(answer: &std::io::Result<Answer>) -> Self {
        let Ok(answer) = answer else { return Self { code: "broken".into(), outcome: None, repeat: false } };
        if answer.status < 300 {
            return Self { code: "ok".into(), outcome: None, repeat: false };
        }
        let problem = answer.json();
        let outcome = problem["outcome"].as_str().map(str::to_owned);
        assert!(outcome.is_some(), "a problem says what became of the request: {answer}");
        Self { code: word(&problem["code"]), outcome, repeat: answer.header("retry-after").is_some() }
    }
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What happens to the instances during a round.
#[derive(Debug, Clone, Copy)]
enum Disturbance {
    Panic(&'static str, &'static str),
    Route,
    Abort(usize),
}

impl Disturbance {
    fn any(dice: &mut Dice) -> Self {
        match dice.roll(6) {
            0 => Self::Route,
            1 | 2 => Self::Abort(dice.roll(4)),
            3 => Self::Panic(dice.any(&["after", "later"]), dice.any(&["panic", "stack"])),
            _ => Self::Panic("write", dice.any(&["panic", "stack", "memory", "exhaustion"])),
        }
    }

    fn happen(self, fixture: &Fixture, ledgers: &[Ledger<'_>]) {
        for pause in [5, 40, 80] {
            thread::sleep(Duration::from_millis(pause));
            match self {
                Self::Panic(method, fault) => {
                    let _ = fixture.object("Probe", "culprit").attempt(method, &json!([fault]));
                }
                Self::Route => {
                    let _ = fixture.server.post("/fail/panic").attempt();
                }
                Self::Abort(which) => ledgers[which].object.forget(),
            }
        }
    }
}
