//! `cargo durably build`.

use std::thread;

use super::all;
use super::args::Build;
use crate::check;
use crate::tools::Tools;
use crate::worker::{self, Profile};
use crate::wrangler::{DryRun, dry_run};
use crate::{AppFile, Failure, Project, Reporter, Result};

pub(super) fn run(project: &Project, args: &Build, report: &Reporter) -> Result<()> {
    let tools = Tools::ensure(project, report)?;
    let built = worker::build(&tools, &project.crate_folder()?, &project.worker(), Profile::Release, report)?;
    let app = project.app()?;
    let environments = environments(&app, args.env.as_deref())?;
    let problems = check::project(project, &tools)?.into_iter().map(|problem| Failure::new(problem.to_string()));
    all("wrangler.toml can't be deployed", problems.collect(), report)?;
    let checked = check_environments(project, &tools, &environments, report)?;
    let mut failures = Vec::new();
    #[allow(clippy::cast_precision_loss)] // a Worker has at most 64 MiB
    let wasm = built.wasm as f64 / 1024.0;
    report.answer(format_args!("{:<14}{wasm:.2} KiB", "wasm"));
    for (environment, result) in checked {
        match result {
            Ok(DryRun { upload }) => {
                let name = environment.unwrap_or_else(|| "top level".to_owned());
                report.answer(format_args!("{name:<14}{}", upload.unwrap_or_else(|| "checked".to_owned())));
            }
            Err(failure) => failures.push(failure),
        }
    }
    all("the build can't be deployed", failures, report)
}

type Checked = (Option<String>, Result<DryRun>);

/// Two at a time: each is a Node that mostly keeps one core busy.
fn check_environments(
    project: &Project,
    tools: &Tools,
    environments: &[Option<String>],
    report: &Reporter,
) -> Result<Vec<Checked>> {
    let step = report.step("checking the bundle of each environment", "with wrangler's dry run, which uses no network");
    let mut checked = Vec::new();
    for pair in environments.chunks(2) {
        checked.extend(thread::scope(|scope| {
            let threads: Vec<_> = pair
                .iter()
                .map(|environment| {
                    let check = || dry_run(tools, project.root(), &project.config(), environment.as_deref());
                    (environment.clone(), scope.spawn(check))
                })
                .collect();
            let broken = || Err(Failure::new("a check broke down").help("run it again, please"));
            threads
                .into_iter()
                .map(|(name, thread)| (name, thread.join().unwrap_or_else(|_| broken())))
                .collect::<Vec<_>>()
        }));
        crate::interrupt::check()?;
    }
    step.done();
    Ok(checked)
}

/// The environments to check; a configuration without any is checked at its top level.
fn environments(app: &AppFile, only: Option<&str>) -> Result<Vec<Option<String>>> {
    match only {
        Some(only) if !app.environments.is_empty() && !app.environments.iter().any(|name| name == only) => {
            Err(unknown_environment(app, only))
        }
        Some(only) => Ok(vec![Some(only.to_owned())]),
        None if app.environments.is_empty() => Ok(vec![None]),
        None => Ok(app.environments.iter().cloned().map(Some).collect()),
    }
}

/// There is no such environment in the project.
pub(super) fn unknown_environment(app: &AppFile, name: &str) -> Failure {
    Failure::usage(format!("there is no environment {name}"))
        .detail(format!("wrangler.toml.in has {}", app.environments.join(", ")))
        .help("name one of these with --env, or add it to wrangler.toml.in")
}

#[cfg(test)]
mod tests {
    use super::environments;
    use crate::AppFile;

    #[test]
    fn all_environments_are_checked_unless_one_is_named() {
        let app = AppFile { environments: vec!["dev".into(), "production".into()], ..AppFile::default() };
        assert_eq!(environments(&app, None), Ok(vec![Some("dev".into()), Some("production".into())]));
        assert_eq!(environments(&app, Some("dev")), Ok(vec![Some("dev".into())]));
        assert!(environments(&app, Some("prod")).is_err());
        assert_eq!(environments(&AppFile::default(), None), Ok(vec![None]));
    }
}
