//! Builds beside the server, one at a time.

use std::path::PathBuf;
use std::time::Duration;

use super::super::build::unknown_environment;
use super::Args;
use crate::dotenv::DevVars;
use crate::tools::Tools;
use crate::whole::Whole;
use crate::worker::{self, Order, Profile};
use crate::wrangler::Kv;
use crate::{Project, Reporter, Result, seeds};

#[derive(Clone)]
pub(super) struct Builder<'a> {
    pub(super) project: &'a Project,
    pub(super) args: &'a Args,
    pub(super) report: &'a Reporter,
    pub(super) tools: &'a Tools,
    pub(super) vars: &'a DevVars,
    pub(super) state: PathBuf,
    /// The address of the board.
    pub(super) board: String,
}

/// A build that can be served, with all that it needs.
pub(super) struct Made {
    pub(super) whole: Whole,
    pub(super) took: Duration,
    pub(super) inputs: Vec<PathBuf>,
}

impl Builder<'_> {
    /// Builds, and makes what the built Worker needs to run here. Nothing that is served changes.
    pub(super) fn build(&self) -> Result<Made> {
        let order = Order {
            folder: self.project.crate_folder()?,
            out: self.modules(),
            profile: if self.args.release { Profile::Release } else { Profile::Dev },
            features: self.args.features.features(),
        };
        let built = worker::build_as(self.tools, &order, self.report)?;
        let whole = Whole::assemble(self.project, &built, &order.out, &self.board)?;
        let (app, environment) = (&whole.app, self.args.env.as_str());
        if !app.environments.is_empty() && !app.environments.iter().any(|name| name == environment) {
            return Err(unknown_environment(app, environment));
        }
        self.vars.ensure(&app.secrets.required, self.report)?;
        self.load_seeds(&whole)?;
        Ok(Made { whole, took: built.took, inputs: built.inputs })
    }

    /// Not where `cargo durably build` publishes. A Worker without durably says itself where its modules are.
    fn modules(&self) -> PathBuf {
        if self.project.is_durably() { self.project.builds().join(".modules") } else { self.project.worker() }
    }

    fn load_seeds(&self, whole: &Whole) -> Result<()> {
        let config = whole.folder.join("wrangler.toml");
        let generated = if whole.answers() { whole.folder.clone() } else { self.project.generated() };
        for binding in &whole.app.kv {
            let kv = Kv {
                tools: self.tools,
                folder: self.project.root(),
                config: &config,
                environment: &self.args.env,
                state: &self.state,
                binding,
            };
            seeds::load(kv, &generated.join("seeds"), self.report)?;
        }
        Ok(())
    }
}
