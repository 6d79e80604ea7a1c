//! Uploads that nobody reads: slow, silent, endless. Each gets its answer, and the next request finds the Worker well.

#![allow(clippy::panic, reason = "tests")]

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use durably_workerd_tests::fixture::{Fixture, replace};
use serde_json::json;

/// What the runtime reads of a body that it does not want: `DRAIN_BYTES` and `DRAIN_MILLIS` in `host.js`.
const DRAINED: u64 = 8 << 20;
const DRAINING: Duration = Duration::from_secs(5);
/// On a machine that compiles meanwhile.
const PATIENCE: Duration = Duration::from_secs(90);
/// What lies in sockets and proxies between a client and the Worker.
const ON_THE_WAY: u64 = 24 << 20;

/// How a client goes on after it sent its headers.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Upload {
    /// Sends nothing, and keeps the connection.
    Silent,
    /// A byte now and then.
    Slow,
    /// As much as the connection takes, without an end.
    Endless,
}

/// The status line's status, how long it took, and how many bytes went out before it. Of an endless upload the proxies between
/// may cut the connection behind the Worker's answer, before the client has read that: `None`.
fn upload(head: &str, how: Upload) -> (Option<u16>, Duration, u64) {
    upload_to(Fixture::shared(), head, how)
}

fn upload_to(fixture: &Fixture, head: &str, how: Upload) -> (Option<u16>, Duration, u64) {
    let address = fixture.server.url().trim_start_matches("http://").to_owned();
    let stream = TcpStream::connect(&address).unwrap_or_else(|error| panic!("{address}: {error}"));
    let limits = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
    let mut writer = limits.and_then(|()| stream.try_clone()).unwrap_or_else(|error| panic!("{error}"));
    let (sent, answered) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let head = format!("{head}\r\nhost: {address}\r\ntransfer-encoding: chunked\r\n\r\n");
    writer.write_all(head.as_bytes()).unwrap_or_else(|error| panic!("the head was not taken: {error}"));
    let began = Instant::now();
    let sender = thread::spawn({
        let (sent, answered) = (sent.clone(), answered.clone());
        move || {
            let chunk = match how {
                Upload::Silent => Vec::new(),
                Upload::Slow => b"1\r\nx\r\n".to_vec(),
                Upload::Endless => [b"10000\r\n".to_vec(), vec![b'x'; 0x10000], b"\r\n".to_vec()].concat(),
            };
            while !answered.load(Ordering::Relaxed) && writer.write_all(&chunk).is_ok() {
                sent.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                if how != Upload::Endless {
                    thread::sleep(Duration::from_millis(100));
                }
            }
        }
    });
    let mut line = String::new();
    let mut reader = BufReader::new(stream.take(4096));
    let read = reader.read_line(&mut line);
    let (took, bytes) = (began.elapsed(), sent.load(Ordering::Relaxed));
    answered.store(true, Ordering::Relaxed);
    let _ = sender.join();
    let cut = match &read {
        Ok(length) => *length == 0,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    };
    if how == Upload::Endless && cut {
        return (None, took, bytes);
    }
    assert!(read.is_ok() && !line.is_empty(), "{head} {how:?}: no answer after {took:?} and {bytes} bytes: {read:?}");
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    if how == Upload::Endless && status == Some(500) {
        // A proxy of wrangler's says in its own words that it could not pass the upload on; the Worker has answered.
        let mut text = String::new();
        let _ = reader.read_to_string(&mut text);
        assert!(text.contains("Network connection lost"), "{head}: {line}{text}");
        return (None, took, bytes);
    }
    (status, took, bytes)
}

const REFUSED: [(&str, u16); 5] = [
    ("POST /nowhere HTTP/1.1", 404),
    ("PUT /quiet HTTP/1.1", 405),
    ("POST /quiet HTTP/1.1", 401),
    ("DELETE /web/echo/a HTTP/1.1", 400),
    ("POST /web/echo/%ff HTTP/1.1", 404),
];

#[test]
fn a_refusal_does_not_wait_for_a_slow_upload() {
    let waiting: Vec<_> = REFUSED
        .iter()
        .flat_map(|(head, status)| [Upload::Silent, Upload::Slow].map(|how| (*head, *status, how)))
        .map(|(head, wanted, how)| thread::spawn(move || (head, wanted, how, upload(head, how))))
        .collect();
    for answer in waiting {
        let (head, wanted, how, (status, took, _)) =
            answer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        assert_eq!(status, Some(wanted), "{head} {how:?}");
        assert!(took < DRAINING * 4, "{head} {how:?}: {took:?}");
    }
    Fixture::shared().server.get("/web/echo/a").send().is(200);
}

#[test]
fn a_refusal_does_not_wait_for_the_end_of_an_endless_upload() {
    for (head, wanted) in REFUSED {
        let (status, took, bytes) = upload(head, Upload::Endless);
        assert!(status.is_none_or(|status| status == wanted), "{head}: {status:?}");
        assert!(took < PATIENCE && bytes < DRAINED + ON_THE_WAY, "{head}: {took:?}, {bytes} bytes");
    }
    Fixture::shared().server.get("/web/echo/a").send().is(200);
}

/// A body that is wanted and over its limit: the rest is read as of one that is not wanted.
#[test]
fn a_body_over_the_limit_is_answered_while_it_goes_on() {
    let (status, took, bytes) = upload("POST /web/echo/a HTTP/1.1", Upload::Endless);
    assert!(status.is_none_or(|status| status == 413), "{status:?}");
    assert!(took < PATIENCE && bytes < DRAINED + ON_THE_WAY, "{took:?}, {bytes} bytes");
}

/// Up to the limit all is read, so that a client which writes first and reads then gets to read.
#[test]
fn eight_mib_are_read_before_a_refusal() {
    let server = &Fixture::shared().server;
    let body = vec![b'x'; usize::try_from(DRAINED).unwrap_or_default() - 1024];
    for _ in 0..3 {
        server.post("/nowhere").body(body.clone()).send().problem(404, "not_found");
        server.request("DELETE", "/web/echo/a").body(body.clone()).send().problem(400, "bad_request");
    }
}

/// A body that is wanted and does not come.
#[test]
fn a_body_that_stops_is_not_waited_for_without_end() {
    let silent = thread::spawn(|| upload("POST /web/echo/a HTTP/1.1", Upload::Silent));
    let (status, took, _) = silent.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    assert_eq!(status, Some(408), "{took:?}");
    assert_eq!(Fixture::shared().server.post("/web/echo/a").json(&json!({})).send().is(200).json()[0], "a");
}

/// One connection, several requests: what is left of a refused body is not taken for the next request.
#[test]
fn a_connection_goes_on_after_a_refusal() {
    let address = Fixture::shared().server.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).unwrap_or_else(|error| panic!("{address}: {error}"));
    let limits = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.try_clone());
    let mut reader = BufReader::new(limits.unwrap_or_else(|error| panic!("{error}")));
    // It looks like a request of its own.
    let hidden = "GET /web/echo/smuggled HTTP/1.1\r\nhost: x\r\n\r\n".repeat(5000);
    for (head, body, wanted) in [
        ("GET /web/echo/a HTTP/1.1", "", 200),
        ("POST /nowhere HTTP/1.1", hidden.as_str(), 404),
        ("DELETE /web/echo/a HTTP/1.1", hidden.as_str(), 400),
        ("POST /web/echo/a HTTP/1.1", hidden.as_str(), 400),
        ("POST /web/echo/a HTTP/1.1", "{}", 200),
        ("GET /web/echo/a HTTP/1.1", "", 200),
    ] {
        let request = format!("{head}\r\nhost: {address}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).unwrap_or_else(|error| panic!("{head}: {error}"));
        let (status, text) = answer(&mut reader);
        assert_eq!(status, wanted, "{head}: {text}");
        assert!(!text.contains("smuggled"), "{head}: {text}");
    }
}

/// Status and body of an answer with a length.
fn answer(reader: &mut impl BufRead) -> (u16, String) {
    let mut line = || {
        let mut line = String::new();
        let read = reader.read_line(&mut line);
        assert!(read.is_ok_and(|length| length > 0), "the connection ended");
        line.trim_end().to_ascii_lowercase()
    };
    let status = line().split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    let mut length = 0;
    loop {
        let line = line();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or_default();
        }
    }
    let mut body = vec![0; length];
    assert!(reader.read_exact(&mut body).is_ok(), "the body ended early");
    (status, String::from_utf8_lossy(&body).into_owned())
}

/// A byte now and then is no silence: there is an end to that, too.
#[test]
fn a_body_that_trickles_is_not_waited_for_without_end() {
    let fixture = Fixture::with(|served| {
        replace(&served.join(".durably/worker/index.js"), "BODY_MILLIS = 3e5", "BODY_MILLIS = 3e3");
    });
    let trickling = upload_to(&fixture, "POST /web/echo/a HTTP/1.1", Upload::Slow);
    let (status, took, _) = trickling;
    assert_eq!(status, Some(408), "{took:?}");
    assert!(took >= Duration::from_secs(3) && took < Duration::from_secs(25), "{took:?}");
    assert_eq!(fixture.server.post("/web/echo/a").json(&json!({})).send().is(200).json()[0], "a");
}
