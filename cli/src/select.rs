//! From names on the command line to scenarios and engines, with a suggestion where there is none.

use selvedge::engine::{self, Engine};
use selvedge_models::statements::{self, Evidence, Statement, Tutorial};
use selvedge_models::{Scenario, catalogue};

use crate::CallError;
use crate::arguments::Claims;

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

/// Returns the statements that are asked for.
pub(crate) fn statements(claims: &Claims) -> Result<Vec<&'static Statement>, CallError> {
    let tutorial = claims.tutorial.as_deref().map(|number| {
        let known = Tutorial::ALL.into_iter().find(|tutorial| tutorial.number() == number);
        known.ok_or_else(|| CallError::Tutorial(number.to_owned()))
    });
    let tutorial = tutorial.transpose()?;
    if let Some(unknown) = claims.names.iter().find(|name| !statements::statements().any(|one| is_meant(one, name))) {
        let names = statements::statements().map(|statement| statement.name);
        let all = names.chain(catalogue().into_iter().map(|scenario| scenario.name));
        return Err(CallError::Statement { name: unknown.clone(), suggestion: closest(unknown, all) });
    }
    let is_there = |statement: &&Statement| {
        let mut places = statement.places.iter();
        tutorial.is_none_or(|tutorial| {
            places.any(|place| {
                let lines = place.first_line..=place.last_line;
                place.tutorial == tutorial && claims.line.is_none_or(|line| lines.contains(&line))
            })
        })
    };
    let is_named =
        |statement: &&Statement| claims.names.is_empty() || claims.names.iter().any(|name| is_meant(statement, name));
    Ok(statements::statements().filter(is_there).filter(is_named).collect())
}

/// Returns whether a statement has that name, or belongs to that chapter, or rests on a scenario of that name.
fn is_meant(statement: &Statement, name: &str) -> bool {
    let folder = format!("{}/", name.trim_end_matches('/'));
    let is_named = |other: &str| other == name || other.starts_with(&folder);
    let rests_on = statement.evidence.iter().any(|evidence| match evidence {
        Evidence::Shows(scenario) | Evidence::Contradicts(scenario) => is_named(scenario),
        Evidence::Script(script) => *script == name,
    });
    rests_on || is_named(statement.name)
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
