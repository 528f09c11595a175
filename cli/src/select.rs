//! From names on the command line to scenarios and engines, with a suggestion where there is none.

use selvedge::engine::{self, Engine};
use selvedge_models::{Scenario, catalogue};

use crate::CallError;

/// Returns the scenarios of these names, or of these first parts of names; all if there are none.
pub(crate) fn scenarios(names: &[String]) -> Result<Vec<&'static Scenario>, CallError> {
    let all = catalogue();
    if names.is_empty() {
        return Ok(all);
    }
    let mut selected: Vec<&Scenario> = Vec::new();
    for name in names {
        let folder = format!("{}/", name.trim_end_matches('/'));
        let before = selected.len();
        for &scenario in &all {
            let is_meant = scenario.name == name || scenario.name.starts_with(&folder);
            if is_meant && !selected.iter().any(|other| other.name == scenario.name) {
                selected.push(scenario);
            }
        }
        let is_known = all.iter().any(|scenario| scenario.name == name || scenario.name.starts_with(&folder));
        if selected.len() == before && !is_known {
            return Err(unknown_scenario(name));
        }
    }
    Ok(selected)
}

/// Returns the scenario of this name.
pub(crate) fn scenario(name: &str) -> Result<&'static Scenario, CallError> {
    selvedge_models::find(name).ok_or_else(|| unknown_scenario(name))
}

fn unknown_scenario(name: &str) -> CallError {
    let suggestion = closest(name, catalogue().iter().map(|scenario| scenario.name));
    CallError::Scenario { name: name.to_owned(), suggestion }
}

/// Returns the engine of this name.
pub(crate) fn engine(name: &str) -> Result<Box<dyn Engine>, CallError> {
    engine::by_name(name).ok_or_else(|| {
        let all = engine::all();
        let suggestion = closest(name, all.iter().map(|engine| engine.name()));
        CallError::Engine { name: name.to_owned(), suggestion }
    })
}

/// The engines of a check that names none: one of each kind, without those that differ from the explorer only in
/// what they take to see the same.
const USUAL: [&str; 5] = ["explorer", "portfolio", "shuttle-pct", "loom", "threads"];

/// Returns the engines of these names, every one there is for `all`; the usual ones if there are none.
pub(crate) fn engines(names: &[String]) -> Result<Vec<Box<dyn Engine>>, CallError> {
    if names.is_empty() {
        return Ok(engine::all().into_iter().filter(|engine| USUAL.contains(&engine.name())).collect());
    }
    let mut engines = Vec::new();
    for name in names {
        if name == "all" {
            engines.extend(engine::all());
        } else {
            engines.push(engine(name)?);
        }
    }
    Ok(engines)
}

/// Returns the name that is most like `wanted`, if any is much like it.
fn closest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let likeness = |name: &str| {
        // The part after the slash counts as well as the whole.
        let own = name.rsplit('/').next().unwrap_or(name);
        strsim::jaro_winkler(wanted, name).max(strsim::jaro_winkler(wanted, own))
    };
    names
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, name)| name.to_owned())
}
