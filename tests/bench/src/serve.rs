//! One workerd with a driver and three Workers, each an isolate of its own: the class by hand, the same again under another
//! name, and the fixture as it would be deployed. workerd is run as it is: under `wrangler dev` an inspector listens to
//! what awaits, which costs some Workers more than others.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cargo_durably::process::{Running, Spec};
use cargo_durably::tools::Tools;
use cargo_durably::worker::{self, Profile};
use cargo_durably::{Project, Reporter};
use tempfile::TempDir;

use crate::{Outcome, VARIANTS};

/// The served Workers. They end when this is dropped.
pub(crate) struct Bench {
    address: String,
    _workerd: Running,
    _folder: TempDir,
}

impl Bench {
    pub(crate) fn start(report: &Reporter) -> Outcome<Self> {
        let project = Project::find(Some(&workspace().join("tests/fixture")))?;
        let tools = Tools::ensure(&project, report)?;
        let folder = tempfile::tempdir()?;
        let own = |name: &str| folder.path().join(name);
        worker::build(&tools, &project.crate_folder()?, &own("worker"), Profile::Release, report)?;
        for file in ["entry.mjs", "guard.mjs"] {
            fs::copy(project.generated().join(file), own(file))?;
        }
        fs::write(own("by_hand.mjs"), include_str!("by_hand.mjs"))?;
        fs::write(own("driver.mjs"), include_str!("driver.mjs"))?;
        fs::write(own("config.capnp"), config())?;
        for variant in VARIANTS {
            fs::create_dir_all(own("state").join(variant))?;
        }
        // Free a moment ago: workerd does not tell which port it took of its own choice.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let spec = Spec::new(workerd(&tools)?).args(["serve", "--experimental", "config.capnp"]).folder(folder.path());
        let workerd = Running::start(&spec.args(["--socket-addr", &format!("http={address}")]))?;
        let bench = Self { address, _workerd: workerd, _folder: folder };
        bench.wait_until_ready()?;
        Ok(bench)
    }

    /// Asks the driver, and gives the time that passed and the answer.
    pub(crate) fn ask(&self, path: &str) -> Outcome<(Duration, String)> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        let began = Instant::now();
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let took = began.elapsed();
        if answer.starts_with("HTTP/1.1 200") { Ok((took, answer)) } else { Err(format!("{path}: {answer}").into()) }
    }

    fn wait_until_ready(&self) -> Outcome<()> {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            match self.ask("/empty") {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() > deadline => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }
}

/// workerd's configuration: <https://github.com/cloudflare/workerd/blob/main/src/workerd/server/workerd.capnp>.
fn config() -> String {
    use std::fmt::Write as _; // into a String: never fails
    let date = "compatibilityDate = \"2026-11-17\"";
    let fixture = "(name = \"entry.mjs\", esModule = embed \"entry.mjs\"), \
                   (name = \"guard.mjs\", esModule = embed \"guard.mjs\"), \
                   (name = \"worker/index.js\", esModule = embed \"worker/index.js\"), \
                   (name = \"worker/index_bg.wasm\", wasm = embed \"worker/index_bg.wasm\")";
    let by_hand = "(name = \"by_hand.mjs\", esModule = embed \"by_hand.mjs\")";
    // A KV namespace is a service that speaks its HTTP: in this one there is nothing.
    let nothing = "export default { fetch: () => new Response(null, { status: 404 }) }";
    let mut services = format!(
        "(name = \"nothing\", worker = ({date}, modules = [(name = \"nothing.mjs\", esModule = \"{nothing}\")])),"
    );
    let mut bindings = String::new();
    for variant in VARIANTS {
        let (modules, own) = if variant == "RUST" {
            (fixture, "bindings = [(name = \"SETTINGS\", kvNamespace = \"nothing\")],")
        } else {
            (by_hand, "")
        };
        let _ = write!(
            services,
            "(name = \"{variant} disk\", disk = (path = \"state/{variant}\", writable = true)),\n\
             (name = \"{variant}\", worker = ({date}, modules = [{modules}], {own} \
             durableObjectNamespaces = [(className = \"Tally\", uniqueKey = \"{variant}\", enableSql = true)], \
             durableObjectStorage = (localDisk = \"{variant} disk\"))),\n"
        );
        let _ = write!(
            bindings,
            "(name = \"{variant}\", durableObjectNamespace = (className = \"Tally\", serviceName = \"{variant}\")), "
        );
    }
    format!(
        "using Workerd = import \"/workerd/workerd.capnp\";\n\
         const config :Workerd.Config = (services = [\n{services}\
         (name = \"driver\", worker = ({date}, modules = [(name = \"driver.mjs\", esModule = embed \"driver.mjs\")], bindings = [{bindings}]))],\n\
         sockets = [(name = \"http\", http = (), service = \"driver\")]);\n"
    )
}

/// The binary that wrangler would start.
fn workerd(tools: &Tools) -> Outcome<PathBuf> {
    let platforms = fs::read_dir(tools.node_modules.join("@cloudflare"))?;
    let mut binaries = platforms.filter_map(|entry| Some(entry.ok()?.path().join("bin/workerd")));
    binaries.find(|path| path.is_file()).ok_or_else(|| format!("no workerd in {}", tools.node_modules.display()).into())
}

fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}
