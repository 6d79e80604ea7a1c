//! A Worker served on this machine.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::command;
use crate::failure::At;
use crate::process::{Line, Running, plain};
use crate::tools::Tools;
use crate::{Failure, Result, files, interrupt};

/// A cold start of wrangler on a busy machine takes ten.
const PATIENCE: Duration = Duration::from_secs(90);
const READY: &str = "Ready on ";

/// What to serve, and where.
#[derive(Debug, Clone)]
pub struct DevOptions {
    /// The project's folder.
    pub folder: PathBuf,
    /// The configuration, a path below or outside of the folder.
    pub config: PathBuf,
    /// The environment; `None` takes the configuration's top level.
    pub environment: Option<String>,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// Where its data is kept.
    pub state: PathBuf,
    /// Further arguments for `wrangler dev`, such as `--var` or `--env-file`.
    pub extra: Vec<String>,
}

/// Where and how it listens, beside the port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listen {
    pub(crate) ip: IpAddr,
    pub(crate) inspector_port: u16,
}

impl Default for Listen {
    fn default() -> Self {
        Self { ip: IpAddr::V4(Ipv4Addr::LOCALHOST), inspector_port: 0 }
    }
}

/// A running `wrangler dev` with its workerd. Ended when dropped.
#[derive(Debug)]
pub struct Dev {
    url: String,
    running: Running,
    lines: Option<Receiver<Line>>,
    early: Vec<Line>,
}

/// The workerds of a server, by their process ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Workerds {
    pub(crate) all: BTreeSet<u32>,
    pub(crate) listening: Option<u32>,
}

impl Dev {
    /// Serves on 127.0.0.1, and returns when the Worker answers.
    pub fn start(tools: &Tools, options: &DevOptions) -> Result<Self> {
        let listen = Listen::default();
        check_port(listen.ip, options.port)?;
        Self::start_there(tools, options, &listen, &[])
    }

    /// Serves on a port that was ours a moment ago. Should somebody have taken it meanwhile, that is an error. So is the
    /// absence of a path that it `needs`: wrangler would neither get ready nor end.
    pub(crate) fn start_again(tools: &Tools, options: &DevOptions, listen: &Listen, needs: &[PathBuf]) -> Result<Self> {
        let free = check_port(listen.ip, options.port);
        let dev = Self::start_there(tools, options, listen, needs)?;
        if dev.url.ends_with(&format!(":{}", options.port)) { Ok(dev) } else { free.map(|()| dev) }
    }

    fn start_there(tools: &Tools, options: &DevOptions, listen: &Listen, needs: &[PathBuf]) -> Result<Self> {
        let temporary = temporary(&options.folder);
        files::remove_folder(&temporary)?;
        fs::create_dir_all(&temporary).at("create", &temporary)?;
        let (ip, inspector) = (listen.ip.to_string(), listen.inspector_port.to_string());
        let spec = command(tools, &options.folder, &["dev", "--ip", &ip, "--inspector-port", &inspector])
            .args(["--port", &options.port.to_string(), "--show-interactive-dev-session=false"])
            .arg("--config")
            .arg(&options.config)
            .args(options.environment.iter().flat_map(|name| ["--env", name]))
            .arg("--persist-to")
            .arg(&options.state)
            .args(&options.extra)
            .env("TMPDIR", temporary);
        let mut running = Running::start(&spec)?;
        let (url, early) = wait_until_ready(&mut running, needs)?;
        let lines = running.take_lines();
        Ok(Self { url, running, lines, early })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Hands over what it has written since the last call, without waiting.
    pub fn output(&mut self) -> Vec<Line> {
        let mut found = std::mem::take(&mut self.early);
        found.extend(self.lines.iter().flat_map(Receiver::try_iter));
        found
    }

    /// Hands over everything it wrote and will write.
    pub(crate) fn take_output(&mut self) -> (Vec<Line>, Option<Receiver<Line>>) {
        (std::mem::take(&mut self.early), self.lines.take())
    }

    /// The workerds that run for it, and which of them listens. After a crash of that one wrangler starts another, which
    /// answers nobody.
    pub(crate) fn workerds(&self) -> Workerds {
        let all = self.running.named("workerd");
        let port = self.url.rsplit(':').next().map(|port| format!(":{port}")).unwrap_or_default();
        let listens = |id: u32| Running::args_of(id).split(' ').any(|word| word.ends_with(&port));
        let listening = all.iter().copied().find(|&id| listens(id));
        Workerds { all, listening }
    }

    /// The exit code, should it have ended.
    pub fn ended(&mut self) -> Option<i32> {
        self.running.ended()
    }

    /// Ends it as Ctrl-C does.
    pub fn stop(mut self) {
        self.running.stop();
    }

    /// Ends wrangler and workerd with SIGKILL, as a crash of the machine would.
    pub fn kill(mut self) {
        self.running.kill();
    }
}

/// Where what it serves puts its temporary files: killed, it leaves them, and the next one removes them.
fn temporary(folder: &Path) -> PathBuf {
    folder.join(".durably/wrangler/dev-tmp")
}

/// An error if somebody listens on the port. One that was killed a moment ago is given time to go.
pub(crate) fn check_port(ip: IpAddr, port: u16) -> Result<()> {
    if port == 0 {
        return Ok(());
    }
    let address = SocketAddr::from((ip, port));
    let deadline = Instant::now() + Duration::from_millis(1500);
    loop {
        let Err(error) = TcpListener::bind(address) else { return Ok(()) };
        if Instant::now() > deadline {
            return Err(cannot_listen(address, &error));
        }
        interrupt::check()?;
        thread::sleep(Duration::from_millis(100));
    }
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> Failure {
    let (ip, port) = (address.ip(), address.port());
    let cannot = || format!("cannot listen on {address}");
    let (what, help) = match error.kind() {
        ErrorKind::AddrInUse => {
            let of = if ip.is_loopback() { String::new() } else { format!(" of {ip}") };
            let next = port.checked_add(1).unwrap_or(8787);
            let help = format!(
                "stop the program that uses it, or choose another port: --port {next} (--port 0 picks a free one)"
            );
            (format!("port {port}{of} is already in use"), help)
        }
        ErrorKind::PermissionDenied => (cannot(), "choose a port from 1024 on: --port 8787".to_owned()),
        ErrorKind::AddrNotAvailable => (cannot(), format!("check --ip: this machine does not have the address {ip}")),
        _ => (cannot(), "choose another address with --ip and --port".to_owned()),
    };
    Failure::new(what).detail(error).help(help)
}

fn wait_until_ready(running: &mut Running, needs: &[PathBuf]) -> Result<(String, Vec<Line>)> {
    let deadline = Instant::now() + PATIENCE;
    let mut seen = Vec::new();
    loop {
        interrupt::check()?;
        if let Some(gone) = needs.iter().find(|path| !path.exists()) {
            return Err(Failure::new(format!("{} was deleted while workerd was starting", gone.display())));
        }
        match running.line(Duration::from_millis(50)) {
            Ok(Some(line)) => {
                let text = plain(&line.text);
                if let Some(url) = text.split_once(READY).map(|(_, url)| url.trim()).filter(|url| answers(url)) {
                    return Ok((url.to_owned(), seen));
                }
                seen.push(line);
            }
            Ok(None) if Instant::now() < deadline => {}
            Ok(None) => return Err(not_ready("wrangler was not ready after 90 seconds", &seen)),
            Err(RecvTimeoutError::Disconnected | RecvTimeoutError::Timeout) => {
                let code = running.wait()?;
                return Err(not_ready(&format!("wrangler exited before it was ready (exit code {code})"), &seen));
            }
        }
    }
}

fn answers(url: &str) -> bool {
    let address = url.trim_start_matches("http://");
    let addresses = address.to_socket_addrs().into_iter().flatten();
    addresses.into_iter().any(|address| TcpStream::connect_timeout(&address, Duration::from_secs(5)).is_ok())
}

fn not_ready(what: &str, seen: &[Line]) -> Failure {
    let mut tail: VecDeque<String> =
        seen.iter().map(|line| plain(&line.text)).filter(|line| !line.trim().is_empty()).collect();
    tail.drain(..tail.len().saturating_sub(30));
    let detail: Vec<String> = tail.into();
    Failure::new(what)
        .detail(detail.join("\n"))
        .help("run `cargo durably build`: it checks the configuration and the bundle, and says more")
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::cannot_listen;

    #[test]
    fn an_address_that_cannot_be_listened_on_is_told_with_what_to_do() {
        let said = |address: &str, kind: ErrorKind| {
            cannot_listen(address.parse().expect("it is one"), &kind.into()).to_string().replace('\n', " ")
        };
        let used = said("127.0.0.1:8787", ErrorKind::AddrInUse);
        assert!(used.starts_with("port 8787 is already in use") && used.contains("--port 8788"), "{used}");
        assert!(said("0.0.0.0:65535", ErrorKind::AddrInUse).starts_with("port 65535 of 0.0.0.0 is already in use"));
        assert!(said("127.0.0.1:80", ErrorKind::PermissionDenied).contains("a port from 1024 on"));
        assert!(said("10.9.8.7:8787", ErrorKind::AddrNotAvailable).contains("does not have the address 10.9.8.7"));
    }
}
