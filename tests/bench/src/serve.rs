//! One workerd with a driver and three Workers, each an isolate of its own: the class by hand, the same again under another
//! name, and the fixture as it would be deployed.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cargo_durably::tools::Tools;
use cargo_durably::worker::{self, Profile};
use cargo_durably::wrangler::{Dev, DevOptions};
use cargo_durably::{Project, Reporter};
use tempfile::TempDir;

use crate::{Outcome, VARIANTS};

const DATE: &str = "compatibility_date = \"2026-11-17\"\n";
const CLASS: &str = "exports.Tally = { type = \"durable-object\", storage = \"sqlite\" }\n";

/// The served Workers.
pub(crate) struct Bench {
    dev: Dev,
    _folder: TempDir,
}

impl Bench {
    pub(crate) fn start(report: &Reporter) -> Outcome<Self> {
        let fixture = workspace().join("tests/fixture");
        let project = Project::find(Some(&fixture))?;
        let tools = Tools::ensure(&project, report)?;
        let folder = tempfile::tempdir()?;
        let own = |name: &str| folder.path().join(name);
        worker::build(&tools, &project.crate_folder()?, &own("RUST/.durably/worker"), Profile::Release, report)?;
        for file in ["entry.mjs", "guard.mjs"] {
            fs::copy(project.generated().join(file), own("RUST/.durably").join(file))?;
        }
        let rust = format!("name = \"rust\"\nmain = \".durably/entry.mjs\"\n{DATE}{CLASS}kv_namespaces = [{{ binding = \"SETTINGS\" }}]\n");
        fs::write(own("RUST/wrangler.toml"), rust)?;
        for variant in ["HAND", "AGAIN"] {
            fs::create_dir_all(own(variant))?;
            fs::write(own(variant).join("by_hand.mjs"), include_str!("by_hand.mjs"))?;
            let name = variant.to_lowercase();
            fs::write(own(variant).join("wrangler.toml"), format!("name = \"{name}\"\nmain = \"by_hand.mjs\"\n{DATE}{CLASS}"))?;
        }
        fs::create_dir_all(own("driver"))?;
        fs::write(own("driver/driver.mjs"), include_str!("driver.mjs"))?;
        let bound = |variant: &&str| {
            format!("{{ name = \"{variant}\", class_name = \"Tally\", script_name = \"{}\" }}", variant.to_lowercase())
        };
        let bindings = VARIANTS.iter().map(bound).collect::<Vec<_>>().join(", ");
        let driver = format!("name = \"driver\"\nmain = \"driver.mjs\"\n{DATE}durable_objects.bindings = [{bindings}]\n");
        fs::write(own("driver/wrangler.toml"), driver)?;
        let config = |name: &str| ["--config".to_owned(), own(name).join("wrangler.toml").display().to_string()];
        let dev = Dev::start(&tools, &DevOptions {
            folder: own("driver"),
            config: own("driver/wrangler.toml"),
            environment: None,
            port: 0,
            state: own("state"),
            extra: VARIANTS.iter().flat_map(|variant| config(variant)).collect(),
        })?;
        Ok(Self { dev, _folder: folder })
    }

    /// Asks the driver, and gives the time that passed and the answer.
    pub(crate) fn ask(&self, path: &str) -> Outcome<(Duration, String)> {
        let address = self.dev.url().trim_start_matches("http://");
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let began = Instant::now();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let took = began.elapsed();
        if answer.starts_with("HTTP/1.1 200") { Ok((took, answer)) } else { Err(format!("{path}: {answer}").into()) }
    }
}

fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}
