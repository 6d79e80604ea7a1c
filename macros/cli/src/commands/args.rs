//! What can be written after `cargo durably`.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand, ValueEnum};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Durable Objects in Rust: set up, build, serve, test.
#[derive(Debug, Parser)]
#[command(name = "cargo durably", bin_name = "cargo durably", version, styles = STYLES, arg_required_else_help = true)]
#[command(after_help = "Examples:
  cargo durably dev                   serve this project on http://127.0.0.1:8787
  cargo durably build --env staging   build as deployed and check the environment
  cargo durably test --only unit      run one kind of test
  cargo durably doctor                check what is installed and what is missing")]
pub(super) struct Args {
    /// The project's folder, or any folder in it [default: the current one]
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) project: Option<PathBuf>,

    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Dev(Dev),
    Build(Build),
    Test(Test),
    Doctor(Doctor),
    Completions(Completions),
}

/// Serve the Worker on this machine, and rebuild it after each edit
///
/// Installs what is missing into your cache folder, builds, writes random secrets to .dev.vars on the first run, loads
/// the initial configuration, and serves on workerd, Cloudflare's own runtime. Data is kept in --persist-to.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo durably dev
  cargo durably dev --port 0 --persist-to /tmp/state   a free port, separate data
  cargo durably dev --env staging --release            the staging environment, release build
  cargo durably dev --fresh --open                     start with empty data and open the browser

Keys, on a terminal: r rebuilds, o opens the browser, c clears the screen, q quits.
While a build fails, answers carry `Durably-Build: failed`, and /.durably/build shows why.")]
#[allow(clippy::struct_excessive_bools)] // each is a flag of its own
pub(super) struct Dev {
    /// Port to listen on; 0 picks a free one
    #[arg(long, default_value_t = 8787)]
    pub(super) port: u16,

    /// Address to listen on; 0.0.0.0 lets other machines connect
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub(super) ip: IpAddr,

    /// Port of the inspector, for a debugger; 0 picks a free one
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    pub(super) inspector_port: u16,

    /// Open the browser once the Worker is ready
    #[arg(long)]
    pub(super) open: bool,

    /// Environment of wrangler.toml to serve
    #[arg(long, default_value = "dev", value_name = "ENV")]
    pub(super) env: String,

    /// Where data is kept between runs [default: .durably/state]
    #[arg(long, value_name = "DIR")]
    pub(super) persist_to: Option<PathBuf>,

    /// Build as for a deploy: a smaller Worker, but slower to build
    #[arg(long)]
    pub(super) release: bool,

    /// Delete the data in --persist-to first; on a terminal it asks before it does
    #[arg(long)]
    pub(super) fresh: bool,

    /// Do not rebuild after edits
    #[arg(long)]
    pub(super) no_watch: bool,

    /// Override a variable of wrangler.toml; can be repeated
    #[arg(long = "var", value_name = "NAME:VALUE", value_parser = variable)]
    pub(super) vars: Vec<String>,

    /// How much wrangler and workerd print
    #[arg(long, value_enum, default_value_t = LogLevel::Log, value_name = "LEVEL")]
    pub(super) log_level: LogLevel,

    /// Format of the output
    #[arg(long, value_enum, default_value_t = LogFormat::Text, value_name = "FORMAT")]
    pub(super) log_format: LogFormat,

    #[command(flatten)]
    pub(super) features: Features,
}

/// As wrangler names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogLevel {
    Debug,
    Info,
    Log,
    Warn,
    Error,
    None,
}

impl LogLevel {
    pub(super) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// For people
    Text,
    /// One JSON object per line on standard error, with `level` and `message`
    Json,
}

fn variable(text: &str) -> Result<String, String> {
    match text.split_once(':') {
        Some((name, _)) if !name.is_empty() => Ok(text.to_owned()),
        _ => Err("expected NAME:VALUE".to_owned()),
    }
}

/// Build the Worker as it is deployed, and check it
///
/// Compiles, writes wrangler.toml, validates it against wrangler's schema and against the classes of the code, and has
/// wrangler itself bundle every environment. A warning of wrangler's is an error.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo durably build                    every environment
  cargo durably build --env production   one of them
  cargo durably build --json | jq .wasm  its size in bytes")]
pub(super) struct Build {
    /// Only this environment [default: all]
    #[arg(long, value_name = "ENV")]
    pub(super) env: Option<String>,

    /// Build as for a deploy; this is the default
    #[arg(long)]
    pub(super) release: bool,

    #[command(flatten)]
    pub(super) features: Features,

    /// Print the sizes in bytes as one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

/// The features of the crate
#[derive(Debug, clap::Args)]
pub(super) struct Features {
    /// Features of the crate to enable, separated by commas
    #[arg(long = "features", value_name = "FEATURES", value_delimiter = ',')]
    on: Vec<String>,

    /// Disable the default features
    #[arg(long)]
    no_default_features: bool,
}

impl Features {
    pub(super) fn features(&self) -> crate::worker::Features {
        crate::worker::Features { on: self.on.clone(), no_default: self.no_default_features }
    }
}

/// Run the tests, on the host and on workerd
///
/// Installs and builds what they need, then runs `cargo test` over the workspace.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo durably test                        everything
  cargo durably test --only workerd         one kind
  cargo durably test --only ui reserved     of that kind, tests whose name contains \"reserved\"
  TRYBUILD=overwrite cargo durably test --only ui   accept the compiler's messages as they are now")]
pub(super) struct Test {
    /// Run only tests whose name contains one of these
    pub(super) filter: Vec<String>,

    /// Only this kind: unit, doc, long (not run otherwise), or a folder of tests such as ui, scan, workerd
    #[arg(long, value_name = "KIND")]
    pub(super) only: Option<String>,
}

/// Check the tools that building and serving need, and say how to get what is missing
#[derive(Debug, clap::Args)]
#[command(after_help = "The exit code is 1 if something is missing that `cargo durably dev` can't install by itself.

Examples:
  cargo durably doctor
  cargo durably doctor --json | jq '.[] | select(.ok | not)'")]
pub(super) struct Doctor {
    /// Print one JSON array
    #[arg(long)]
    pub(super) json: bool,
}

/// Print a shell's completion script
#[derive(Debug, clap::Args)]
#[command(after_help = "For the installed command `cargo-durably`:
  cargo durably completions bash > ~/.local/share/bash-completion/completions/cargo-durably
  cargo durably completions zsh > ~/.zfunc/_cargo-durably
  cargo durably completions fish > ~/.config/fish/completions/cargo-durably.fish")]
pub(super) struct Completions {
    /// Shell to complete for
    #[arg(value_enum)]
    pub(super) shell: clap_complete::Shell,
}

impl Args {
    /// Whether what is told is for machines as well.
    pub(super) fn tells_json(&self) -> bool {
        matches!(&self.command, Command::Dev(dev) if dev.log_format == LogFormat::Json)
    }

    pub(super) fn is_for_machines(&self) -> bool {
        match &self.command {
            Command::Doctor(doctor) => doctor.json,
            Command::Build(build) => build.json,
            Command::Dev(_) | Command::Test(_) | Command::Completions(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        super::Args::command().debug_assert();
    }

    #[test]
    fn a_mistyped_command_or_flag_is_answered_with_the_one_that_was_meant() {
        let said = |words: &[&str]| {
            let words = [&["cargo-durably"], words].concat();
            super::Args::command().try_get_matches_from(words).expect_err("it is mistyped").to_string()
        };
        assert!(said(&["biuld"]).contains("'build'"), "{}", said(&["biuld"]));
        assert!(said(&["dev", "--prot", "1"]).contains("'--port'"), "{}", said(&["dev", "--prot", "1"]));
        assert!(said(&["dev", "--var", "NAME"]).contains("NAME:VALUE"));
    }
}
