//! Which file imports which.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Crate, Path_};

/// For each file the files that it imports, and the first path by which it does.
pub struct Graph(BTreeMap<String, BTreeMap<String, String>>);

impl Graph {
    pub fn of(all: &Crate) -> Self {
        let mut graph: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for (place, module) in &all.modules {
            let imports = graph.entry(module.file.clone()).or_default();
            for path in &module.mentioned {
                if let Some(file) = resolve(all, place, path, 0)
                    && file != module.file
                {
                    imports.entry(file).or_insert_with(|| path.join("::"));
                }
            }
        }
        Self(graph)
    }

    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// From, to, and the path.
    pub fn imports(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.0
            .iter()
            .flat_map(|(from, all)| all.iter().map(move |(to, path)| (from.as_str(), to.as_str(), path.as_str())))
    }

    /// The groups of files that all import each other, over however many others.
    pub fn knots(&self) -> Vec<Vec<&str>> {
        let reached: BTreeMap<&str, BTreeSet<&str>> = self.files().map(|file| (file, self.reached(file))).collect();
        let mut knots: Vec<Vec<&str>> = Vec::new();
        for file in self.files() {
            if knots.iter().any(|knot| knot.contains(&file)) || !reached[file].contains(file) {
                continue;
            }
            knots.push(reached[file].iter().copied().filter(|other| reached[other].contains(file)).collect());
        }
        knots
    }

    fn reached(&self, from: &str) -> BTreeSet<&str> {
        let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(file) = next.pop() {
            for to in self.0.get(file).into_iter().flat_map(BTreeMap::keys) {
                if reached.insert(to.as_str()) {
                    next.push(to);
                }
            }
        }
        reached
    }

    /// A knot, with the imports that tie it.
    pub fn tell(&self, knot: &[&str]) -> String {
        let ties = self.imports().filter(|(from, to, _)| knot.contains(from) && knot.contains(to));
        let ties: Vec<String> = ties.map(|(from, to, path)| format!("    {from} imports `{path}` of {to}")).collect();
        format!("  a circle of {} files: {}\n{}", knot.len(), knot.join(", "), ties.join("\n"))
    }
}

/// The file that defines what a path of a module names; `None` for what is not of this crate.
fn resolve(all: &Crate, place: &[String], path: &[String], depth: usize) -> Option<String> {
    // A re-export of a re-export; one that leads nowhere ends here.
    if depth > 20 {
        return None;
    }
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => from_root(all, &[], rest, depth),
        "self" => from_root(all, place, rest, depth),
        "super" => from_root(all, place.split_last()?.1, rest, depth),
        _ => {
            let module = all.modules.get(place)?;
            let below = [place, std::slice::from_ref(first)].concat();
            if all.modules.contains_key(&below) || module.defined.contains(first) {
                return from_root(all, place, path, depth);
            }
            named(all, place, path, depth)
        }
    }
}

/// A path below a module.
fn from_root(all: &Crate, place: &[String], path: &[String], depth: usize) -> Option<String> {
    let module = all.modules.get(place)?;
    let Some((first, rest)) = path.split_first() else { return Some(module.file.clone()) };
    if first == "super" {
        return from_root(all, place.split_last()?.1, rest, depth);
    }
    let below: Path_ = [place, std::slice::from_ref(first)].concat();
    if all.modules.contains_key(&below) {
        return from_root(all, &below, rest, depth);
    }
    if module.defined.contains(first) {
        return Some(module.file.clone());
    }
    named(all, place, path, depth)
}

/// What a module has in scope by a `use`.
fn named(all: &Crate, place: &[String], path: &[String], depth: usize) -> Option<String> {
    let module = all.modules.get(place)?;
    let (first, rest) = path.split_first()?;
    if let Some(target) = module.names.get(first) {
        // `use private::Registry` beside `mod private`: the name itself is not looked for in this scope again.
        return if target.first() == Some(first) {
            below(all, place, target, rest, depth)
        } else {
            resolve(all, place, &[target, rest].concat(), depth + 1)
        };
    }
    module.globs.iter().find_map(|glob| resolve(all, place, &[glob, path].concat(), depth + 1))
}

fn below(all: &Crate, place: &[String], target: &[String], rest: &[String], depth: usize) -> Option<String> {
    let path = [target, rest].concat();
    let first = [place, std::slice::from_ref(&path[0])].concat();
    if all.modules.contains_key(&first) { from_root(all, place, &path, depth + 1) } else { None }
}
