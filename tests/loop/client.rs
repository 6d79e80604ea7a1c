//! Who uses the application all the time: writes that are counted, and questions whose answers have to fit together.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::moments::Moments;

/// So long a request waits for its answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// So long nobody may be there at all: a killed `dev` is started again, and builds first.
const ABSENCE: Duration = Duration::from_mins(3);

/// What was seen.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Writes that were answered with success.
    pub(crate) acknowledged: Mutex<Vec<i64>>,
    /// Answers that no whole build gives, and requests that got none.
    pub(crate) odd: Mutex<Vec<String>>,
    /// Requests that got no answer in a moment in which that may be.
    pub(crate) excused: AtomicUsize,
    moments: Moments,
    stop: AtomicBool,
}

impl Seen {
    pub(crate) fn new(moments: &Moments) -> Self {
        Self {
            acknowledged: Mutex::default(),
            odd: Mutex::default(),
            excused: AtomicUsize::new(0),
            moments: moments.clone(),
            stop: AtomicBool::new(false),
        }
    }

    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Puts one value after the other.
    pub(crate) fn write(&self, address: &str) {
        let (mut value, mut absence) = (0, Absence::default());
        while !self.stop.load(Ordering::Relaxed) {
            value += 1;
            let began = Instant::now();
            match absence.see(request(address, "POST", &format!("/put/{value}"))) {
                Ok((200, _)) => self.acknowledged.lock().expect("nobody panicked").push(value),
                Ok(answer) => self.judge("/put", &answer),
                Err(error) => self.unanswered("/put", began, &error, &mut absence),
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Asks what build it is.
    pub(crate) fn read(&self, address: &str) {
        let mut absence = Absence::default();
        while !self.stop.load(Ordering::Relaxed) {
            let began = Instant::now();
            match absence.see(request(address, "GET", "/said")) {
                Ok((200, body)) => {
                    let said: Value = serde_json::from_str(&body).unwrap_or_default();
                    if said["code"].is_null() || said["code"] != said["of_object"] {
                        self.note(&format!("/said answered {body}"));
                    }
                }
                Ok(answer) => self.judge("/said", &answer),
                Err(error) => self.unanswered("/said", began, &error, &mut absence),
            }
            thread::sleep(Duration::from_millis(30));
        }
    }

    /// 503 says that an instance is being replaced. For a workerd that was killed wrangler's proxy answers, with a trace of
    /// its own. Nothing else is in order.
    fn judge(&self, what: &str, (status, body): &(u16, String)) {
        if *status != 503 && !body.contains("miniflare/dist/src/workers/core/entry.worker.js") {
            self.note(&format!("{what} answered {status} {body}"));
        }
    }

    /// A connection that is refused or cut off says at once that nobody is there; that may last for a while. A request that
    /// somebody took and never answered is what `dev` must not let happen, but for the moments in which it is busy with that.
    fn unanswered(&self, what: &str, began: Instant, error: &io::Error, absence: &mut Absence) {
        let hung = matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut);
        if hung && self.moments.excuse(began, Instant::now()) {
            self.excused.fetch_add(1, Ordering::Relaxed);
        } else if hung {
            self.note(&format!("{what} had no answer within {PATIENCE:?}, and nothing was going on"));
        }
        if let Some(since) = absence.is_too_long() {
            self.note(&format!("{what} had no answer for {since:?}, the last time because of: {error}"));
        }
    }

    fn note(&self, text: &str) {
        let text = format!("{} {text}", self.moments.now());
        self.odd.lock().expect("nobody panicked").push(text);
    }
}

/// Since when one of the clients has had no answer.
#[derive(Debug, Default)]
struct Absence(Option<Instant>);

impl Absence {
    fn see<T>(&mut self, answer: io::Result<T>) -> io::Result<T> {
        match answer {
            Ok(_) => self.0 = None,
            Err(_) => drop(self.0.get_or_insert_with(Instant::now)),
        }
        answer
    }

    /// Tells it once.
    fn is_too_long(&mut self) -> Option<Duration> {
        let since = self.0?.elapsed();
        (since > ABSENCE).then(|| {
            self.0 = None;
            since
        })
    }
}

/// The head of an answer.
pub(crate) fn head(address: &str, path: &str) -> io::Result<String> {
    let answer = whole(address, "GET", path)?;
    Ok(answer.split("\r\n\r\n").next().unwrap_or_default().to_owned())
}

/// A request and its answer: status and body.
pub(crate) fn request(address: &str, method: &str, path: &str) -> io::Result<(u16, String)> {
    let answer = whole(address, method, path)?;
    let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut)?;
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    if length.is_some_and(|length| body.len() < length) {
        return Err(cut()); // who answered was killed in between
    }
    let body =
        if head.contains("transfer-encoding: chunked") { unchunked(body).ok_or_else(cut)? } else { body.to_owned() };
    Ok((status, body))
}

fn whole(address: &str, method: &str, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The text of chunks; `None` if the last one is missing.
fn unchunked(mut chunks: &str) -> Option<String> {
    let mut text = String::new();
    loop {
        let (length, rest) = chunks.split_once("\r\n")?;
        let length = usize::from_str_radix(length.trim(), 16).ok()?;
        if length == 0 {
            return Some(text);
        }
        text.push_str(rest.get(..length)?);
        chunks = rest.get(length + 2..)?;
    }
}

/// Every value that the ledger holds.
pub(crate) fn stored(address: &str) -> Vec<i64> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let (status, body) = request(address, "GET", &format!("/page/{after}")).expect("it answers");
        assert_eq!(status, 200, "{body}");
        let page: Value = serde_json::from_str(&body).expect("it is JSON");
        all.extend(page["values"].as_array().expect("a list").iter().filter_map(Value::as_i64));
        match page["next"].as_i64() {
            Some(next) => after = next,
            None => return all,
        }
    }
}
