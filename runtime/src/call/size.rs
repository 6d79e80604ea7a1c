//! How long messages between Workers may be, and how long they are: the platform refuses a longer one when all is done.

use crate::domain::{CallFailure, Cause};
use crate::error::{Error, Outcome};
use crate::limits::{JS_MAX_SAFE_INTEGER, MESSAGE_MAX_BYTES as MAX};

/// How a reply crosses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Native RPC, as values of JS.
    Values,
    /// Native RPC, as a `Uint8Array`; in Rust it is base64 in quotes.
    Bytes,
    /// As JSON text: to the typed client, and to the Worker for HTTP.
    Envelope,
}

impl Form {
    /// The reply, if it can be sent.
    pub(crate) fn fit(self, reply: String) -> Result<String, Error> {
        let size = match self {
            Self::Values => cloned(&reply),
            Self::Bytes => reply.len() / 4 * 3,
            Self::Envelope => text(&reply),
        };
        let refused = Error::ReplyTooLarge { size, max: MAX, outcome: Outcome::NotDone };
        if size > MAX { Err(refused) } else { Ok(reply) }
    }

    /// The error, if it can be sent; else one that says which was too long. What became of the call is the same.
    pub(crate) fn fit_error(self, fail: CallFailure) -> CallFailure {
        // To be counted an error is written. Few are long enough for that: a byte takes six letters of JSON at most, each of
        // them two bytes, and stands in three places at most.
        if held(&fail) < MAX / 64 {
            return fail;
        }
        let json = fail.json();
        let size = match self {
            // A native error has its message in its stack, too.
            Self::Values | Self::Bytes => cloned(&json) + 2 * text(&fail.message()),
            Self::Envelope => text(&json),
        };
        if size <= MAX {
            return fail;
        }
        let code = fail.code().chars().take(100).collect();
        Error::ErrorTooLarge { code, size, max: MAX, outcome: fail.outcome }.into()
    }
}

/// About how many bytes an error holds.
fn held(fail: &CallFailure) -> usize {
    match &fail.cause {
        Cause::Domain { message, data, .. } => message.len() + data.len(),
        Cause::Durably(error) => {
            let fields = error.fields().iter().map(|fault| fault.field.len() + fault.message.len() + 32);
            error.to_string().len() + fields.sum::<usize>()
        }
    }
}

/// Refuses an envelope that cannot be sent.
pub(crate) fn fit_arguments(envelope: &str) -> Result<(), Error> {
    let size = text(envelope);
    if size > MAX { Err(Error::ArgumentsTooLarge { size, max: MAX }) } else { Ok(()) }
}

/// A text of JS has a byte for each of its UTF-16 units, or two if one of them needs two.
fn text(text: &str) -> usize {
    // In UTF-16 it is at most twice as long.
    if text.len() <= MAX / 2 {
        return text.len();
    }
    let narrow = text.is_ascii() || text.chars().all(|c| c <= '\u{ff}');
    if narrow { text.chars().count() } else { 2 * text.encode_utf16().count() }
}

/// At most how long the value of a JSON text is as V8's structured clone writes it.
fn cloned(json: &str) -> usize {
    // The greatest growth is that of `-0,`, of which a double is made.
    if json.len() < MAX / 3 { json.len() } else { scan(json) }
}

fn scan(json: &str) -> usize {
    let (mut size, mut commas) = (0, 0);
    let mut bytes = json.as_bytes();
    while let [first, rest @ ..] = bytes {
        let length = match first {
            b'"' => string_end(bytes),
            b'-' | b'0'..=b'9' => bytes.iter().position(|byte| !is_number(*byte)).unwrap_or(bytes.len()),
            _ => 1,
        };
        let (token, after) = bytes.split_at(length);
        commas += usize::from(*first == b',');
        size += match first {
            b'"' => cloned_string(token),
            b'-' | b'0'..=b'9' => cloned_number(token),
            // A letter at both ends, and the number of the members.
            b'{' => 3,
            // The number of the items twice, and once that there is nothing else.
            b'[' => 5,
            // `null`, `true`, `false`: one byte, for the first letter.
            b'n' | b't' | b'f' => 1,
            _ => 0,
        };
        bytes = if length == 1 { rest } else { after };
    }
    // The numbers of items take a byte each up to 127 of them, and up to four more.
    size + commas / 16
}

fn is_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
}

/// The place after the closing quote.
fn string_end(bytes: &[u8]) -> usize {
    let mut at = 1;
    loop {
        match bytes.get(at) {
            None => return bytes.len(),
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
        if at >= bytes.len() {
            return bytes.len();
        }
    }
}

/// A letter, the length, and the units; a wide one stands at an even place.
fn cloned_string(token: &[u8]) -> usize {
    let plain = token.is_ascii() && !token.contains(&b'\\');
    let units = if plain {
        token.len() - 2
    } else {
        serde_json::from_slice::<String>(token).map_or(2 * token.len(), |value| text(&value))
    };
    2 + varint(units) + units
}

/// In groups of seven bits.
fn varint(number: usize) -> usize {
    (number | 1).ilog2() as usize / 7 + 1
}

/// Small integers as long as they are, greater ones and fractions as doubles, those beyond 2^53 as a `BigInt`.
fn cloned_number(token: &[u8]) -> usize {
    match std::str::from_utf8(token).ok().and_then(|token| token.parse::<i64>().ok()) {
        Some(0) if token != b"0" => 9,
        Some(-64..=63) => 2,
        Some(-8192..=8191) => 3,
        Some(-1_048_576..=1_048_575) => 4,
        Some(-134_217_728..=134_217_727) => 5,
        Some(-1_073_741_824..=1_073_741_823) => 6,
        Some(number) if (-JS_MAX_SAFE_INTEGER..=JS_MAX_SAFE_INTEGER).contains(&number) => 9,
        None if token.contains(&b'.') || token.contains(&b'e') => 9,
        _ => 11,
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, MAX, fit_arguments, scan, text};
    use crate::domain::{CallFailure, Cause};
    use crate::error::{Error, Outcome};

    fn domain(text: &str, outcome: Outcome) -> CallFailure {
        let data = format!("{{\"text\":\"{text}\"}}");
        let cause = Cause::Domain { code: "full".into(), status: 409, message: "m".into(), data };
        CallFailure { cause, outcome, retryable: false }
    }

    /// What became of the call is told all the same, and which error was too long.
    #[test]
    fn an_error_beyond_the_limit_is_told_as_one() {
        for outcome in [Outcome::NotDone, Outcome::Done, Outcome::Unknown] {
            for (form, letter, times) in
                [(Form::Envelope, "x", MAX), (Form::Values, "x", MAX), (Form::Envelope, "ā", MAX / 2)]
            {
                let fits = form.fit_error(domain(&letter.repeat(times - 1000), outcome));
                assert_eq!((fits.code(), fits.outcome), ("full", outcome), "{form:?} {letter}");
                let long = form.fit_error(domain(&letter.repeat(times), outcome));
                assert_eq!(
                    (long.code(), long.outcome, long.retryable),
                    ("error_too_large", outcome, false),
                    "{form:?} {letter}"
                );
                let error = long.durably().expect("it is durably's");
                assert!(error.status() == 413 && error.to_string().contains("the error `full` has 335"), "{error}");
            }
        }
    }

    #[test]
    fn an_error_of_durablys_has_a_limit_too() {
        let long = Form::Envelope.fit_error(Error::Platform("\0".repeat(MAX / 5)).into());
        assert_eq!((long.code(), long.outcome), ("error_too_large", Outcome::Unknown));
    }

    /// Bytes an item of long lists, as a workerd told of those that it refused.
    #[test]
    fn a_value_is_never_taken_for_shorter_than_workerd_makes_it() {
        for (item, told) in [
            ("1", 2),
            ("1073741823", 6),
            ("2147483647", 9),
            ("1.5", 9),
            ("{\"a\":1}", 8),
            ("[]", 5),
            ("{}", 3),
            ("\"ab\"", 4),
            ("{\"1\":1}", 7),
            ("12345678901234567890", 10),
        ] {
            let json = format!("[{}]", vec![item; 10_000].join(","));
            let (size, told) = (scan(&json), 10_000 * told);
            assert!((told..told * 6 / 5 + 10_000).contains(&size), "{item}: {size}, told {told}");
        }
    }

    #[test]
    fn a_text_has_one_byte_a_letter_or_two() {
        let long = "x".repeat(MAX / 2);
        for (letter, size) in [("x", MAX / 2 + 1), ("ä", MAX / 2 + 1), ("ā", MAX + 2), ("\u{1f600}", MAX + 4)] {
            assert_eq!(text(&format!("{letter}{long}")), size, "{letter}");
        }
    }

    #[test]
    fn arguments_are_refused_above_the_limit() {
        assert!(fit_arguments(&"x".repeat(MAX)).is_ok());
        assert!(fit_arguments(&"x".repeat(MAX + 1)).is_err());
        assert!(fit_arguments(&format!("ā{}", "x".repeat(MAX / 2))).is_err());
    }
}
