//! HTTP by hand: a test sends what no library would, and reads the answer while the server still wants more.

use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// An answer takes seconds at most, even on a machine that compiles meanwhile.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request, not sent yet.
#[derive(Debug, Clone)]
#[must_use = "it is not sent yet"]
pub struct Request {
    address: String,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    None,
    /// With its Content-Length.
    Whole(Vec<u8>),
    /// `Transfer-Encoding: chunked`.
    Chunked(Vec<Vec<u8>>),
    /// With a Content-Length that is not true.
    Claimed(usize, Vec<u8>),
}

impl Request {
    pub(crate) fn new(url: &str, method: &str, path: &str) -> Self {
        let address = url.trim_start_matches("http://").to_owned();
        Self { address, method: method.into(), path: path.into(), headers: Vec::new(), body: Body::None }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// `Authorization: Bearer …`.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// A JSON body.
    pub fn json(self, value: &Value) -> Self {
        self.header("content-type", "application/json").body(value.to_string())
    }

    /// A body of any bytes.
    pub fn body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Body::Whole(bytes.into());
        self
    }

    /// A body in chunks, without Content-Length.
    pub fn chunks(mut self, chunks: Vec<Vec<u8>>) -> Self {
        self.body = Body::Chunked(chunks);
        self
    }

    /// A body with a Content-Length of our choice.
    pub fn claiming(mut self, length: usize, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Body::Claimed(length, bytes.into());
        self
    }

    /// Sends it and reads the answer. No answer fails the test.
    #[track_caller]
    pub fn send(self) -> Answer {
        let asked = format!("{} {}", self.method, self.path.chars().take(200).collect::<String>());
        match self.attempt() {
            Ok(answer) => Answer { asked, ..answer },
            Err(error) => panic!("{asked}: no answer: {error}"),
        }
    }

    /// Sends it and reads the answer, if there is one.
    pub fn attempt(self) -> io::Result<Answer> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let unsent = self.write(&mut stream).err();
        // A server that has heard enough may close; what it said before counts.
        let answer = Answer::read(BufReader::new(stream), self.method == "HEAD");
        answer.map_err(|error| unsent.unwrap_or(error))
    }

    fn write(&self, stream: &mut TcpStream) -> io::Result<()> {
        let mut head =
            format!("{} {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.method, self.path, self.address);
        for (name, value) in &self.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        let length = match &self.body {
            Body::None => String::new(),
            Body::Whole(bytes) => format!("content-length: {}\r\n", bytes.len()),
            Body::Chunked(_) => "transfer-encoding: chunked\r\n".into(),
            Body::Claimed(length, _) => format!("content-length: {length}\r\n"),
        };
        stream.write_all(format!("{head}{length}\r\n").as_bytes())?;
        match &self.body {
            Body::None => {}
            Body::Whole(bytes) | Body::Claimed(_, bytes) => stream.write_all(bytes)?,
            Body::Chunked(chunks) => {
                for chunk in chunks {
                    stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes())?;
                    stream.write_all(chunk)?;
                    stream.write_all(b"\r\n")?;
                }
                stream.write_all(b"0\r\n\r\n")?;
            }
        }
        stream.flush()
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    asked: String,
    /// Its status.
    pub status: u16,
    /// Its headers, the names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    fn read(mut from: impl BufRead, head_only: bool) -> io::Result<Self> {
        let bad = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        let line = line(&mut from)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(|| bad(&line))?;
        let mut answer = Self { asked: String::new(), status, headers: Vec::new(), body: Vec::new() };
        loop {
            let line = self::line(&mut from)?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(|| bad(&line))?;
            answer.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        if status == 100 {
            return Self::read(from, head_only);
        }
        if head_only || status == 204 || status == 304 {
            return Ok(answer);
        }
        if answer.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
            answer.body = read_chunks(&mut from)?;
        } else if let Some(length) = answer.header("content-length").and_then(|length| length.parse().ok()) {
            let mut body = vec![0; length];
            from.read_exact(&mut body)?;
            answer.body = body;
        } else {
            from.read_to_end(&mut answer.body)?;
        }
        Ok(answer)
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{self}\nis not JSON: {error}"))
    }

    /// Checks the status, and that the body is JSON where there is one.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        if !self.body.is_empty() && status < 400 {
            assert_eq!(self.header("content-type"), Some("application/json"), "{self}");
            self.json();
        }
        self
    }

    /// Checks that it is a problem of this status and code, in the form that RFC 9457 wants, and gives it.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{self}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self}");
        assert_eq!(self.header("cache-control"), Some("no-store"), "{self}");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{self}");
        assert_eq!(problem["status"], status, "{self}");
        for member in ["type", "title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "no `{member}`: {self}");
        }
        if status == 401 {
            assert_eq!(self.header("www-authenticate"), Some("Bearer"), "{self}");
        }
        problem
    }

    /// Checks that it is a 422 that names exactly these fields.
    #[track_caller]
    pub fn bad_fields(self, fields: &[&str]) -> Value {
        let problem = self.problem(422, "bad_arguments");
        let named = problem["errors"].as_array().into_iter().flatten().filter_map(|error| error["field"].as_str());
        let mut named: Vec<&str> = named.collect();
        named.sort_unstable();
        assert_eq!(named, fields, "{problem:#}");
        problem
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} answered {}", self.asked, self.status)?;
        self.headers.iter().try_for_each(|(name, value)| writeln!(f, "{name}: {value}"))?;
        f.write_str(&self.text().chars().take(2000).collect::<String>())
    }
}

fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn read_chunks(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = line(from)?;
        let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16);
        let size = size.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let start = body.len();
        body.resize(start + size, 0);
        from.read_exact(&mut body[start..])?;
        line(from)?;
        if size == 0 {
            return Ok(body);
        }
    }
}
