//! `cargo durably build`.

use std::thread;

use serde_json::json;

use super::all;
use super::args::Build;
use crate::check::{self, Remembered};
use crate::published::Published;
use crate::tools::Tools;
use crate::worker::{self, Built, Order, Profile};
use crate::wrangler::{DryRun, dry_run};
use crate::{AppFile, Failure, Project, Reporter, Result};

pub(super) fn run(project: &Project, args: &Build, report: &Reporter) -> Result<()> {
    let tools = Tools::ensure(project, report)?;
    let features = args.features.features();
    let (folder, out) = (project.crate_folder()?, Published::modules(project, &features));
    let order = Order { folder, out, profile: Profile::Release, features };
    let built = worker::build_as(&tools, &order, report)?;
    let published = Published::publish(project, &built, &order)?;
    let app = published.app(project)?;
    let environments = environments(&app, args.env.as_deref())?;
    let remembered = Remembered::of(project, &published, &tools)?;
    let checked = match remembered.sizes(&environments) {
        Some(sizes) => sizes,
        None => check(project, &tools, &published, &environments, report)?,
    };
    remembered.keep(&checked)?;
    tell(&built, &published, &checked, args.json, report);
    Ok(())
}

/// An environment (`None` is the configuration's top level), and the size of what would be uploaded.
type Sizes = Vec<(Option<String>, DryRun)>;

fn check(
    project: &Project,
    tools: &Tools,
    published: &Published,
    environments: &[Option<String>],
    report: &Reporter,
) -> Result<Sizes> {
    let problems = check::published(project, published, tools)?.into_iter();
    let problems = problems.map(|problem| Failure::new(problem.to_string()));
    all("wrangler.toml cannot be deployed", problems.collect(), report)?;
    let (mut sizes, mut failures) = (Vec::new(), Vec::new());
    for (environment, result) in check_environments(project, tools, published, environments, report)? {
        match result {
            Ok(dry_run) => sizes.push((environment, dry_run)),
            Err(failure) => failures.push(failure),
        }
    }
    all("the build cannot be deployed", failures, report)?;
    Ok(sizes)
}

fn tell(built: &Built, published: &Published, sizes: &Sizes, as_json: bool, report: &Reporter) {
    if as_json {
        let environments: Vec<_> = sizes
            .iter()
            .map(|(environment, DryRun { upload })| {
                let (total, gzip) = upload.as_deref().map_or((None, None), bytes);
                json!({ "environment": environment, "upload": total, "gzip": gzip })
            })
            .collect();
        let config = published.config.display().to_string();
        report.answer(json!({ "wasm": built.wasm, "config": config, "environments": environments }));
        return;
    }
    #[allow(clippy::cast_precision_loss)] // a Worker has at most 64 MiB
    let wasm = built.wasm as f64 / 1024.0;
    report.answer(format_args!("{:<14}{wasm:.2} KiB", "wasm"));
    for (environment, DryRun { upload }) in sizes {
        let name = environment.as_deref().unwrap_or("top level");
        report.answer(format_args!("{name:<14}{}", upload.as_deref().unwrap_or("checked")));
    }
    if let Some(label) = &published.label {
        let config = published.config.display();
        report.answer(format_args!("{:<14}{label}; to deploy it: wrangler deploy --config {config}", "features"));
    }
}

/// What `181.20 KiB / gzip: 65.10 KiB` says in bytes.
fn bytes(upload: &str) -> (Option<u64>, Option<u64>) {
    let of = |text: &str| {
        let (number, unit) = text.trim().split_once(' ')?;
        let scale = match unit {
            "B" => 1.0,
            "KiB" => 1024.0,
            "MiB" => 1024.0 * 1024.0,
            _ => return None,
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a size
        number.parse::<f64>().ok().map(|number| (number * scale).round() as u64)
    };
    let (total, gzip) = upload.split_once(" / gzip: ").unwrap_or((upload, ""));
    (of(total), of(gzip))
}

type Checked = (Option<String>, Result<DryRun>);

/// Two at a time: each is a Node that mostly keeps one core busy.
fn check_environments(
    project: &Project,
    tools: &Tools,
    published: &Published,
    environments: &[Option<String>],
    report: &Reporter,
) -> Result<Vec<Checked>> {
    let step = report.step("checking the bundle of each environment", "a dry run of wrangler, without the network");
    let mut checked = Vec::new();
    for pair in environments.chunks(2) {
        checked.extend(thread::scope(|scope| {
            let threads: Vec<_> = pair
                .iter()
                .map(|environment| {
                    let check = || dry_run(tools, project.root(), &published.config, environment.as_deref());
                    (environment.clone(), scope.spawn(check))
                })
                .collect();
            let broken = || {
                Err(Failure::new("a check stopped unexpectedly")
                    .help("this is a bug in durably; please report it, with the output above"))
            };
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
        .detail(format!("wrangler.toml.in defines {}", app.environments.join(", ")))
        .help("pass one of these to --env, or add it to wrangler.toml.in")
}

#[cfg(test)]
mod tests {
    use super::{bytes, environments};
    use crate::AppFile;

    #[test]
    fn sizes_are_bytes_for_machines() {
        assert_eq!(bytes("181.20 KiB / gzip: 65.10 KiB"), (Some(185_549), Some(66_662)));
        assert_eq!(bytes("1.50 MiB / gzip: 12 B"), (Some(1_572_864), Some(12)));
        assert_eq!(bytes("large"), (None, None));
    }

    #[test]
    fn all_environments_are_checked_unless_one_is_named() {
        let app = AppFile { environments: vec!["dev".into(), "production".into()], ..AppFile::default() };
        assert_eq!(environments(&app, None), Ok(vec![Some("dev".into()), Some("production".into())]));
        assert_eq!(environments(&app, Some("dev")), Ok(vec![Some("dev".into())]));
        assert!(environments(&app, Some("prod")).is_err());
        assert_eq!(environments(&AppFile::default(), None), Ok(vec![None]));
    }
}
