//! `selvedge claims`: every statement of the tutorials, whether it is true, and what shows it; and what CPython says.

mod judged;
mod python;
mod text;

use std::collections::HashMap;
use std::rc::Rc;

use selvedge::engine::{Engine, Explorer, Loom};
use selvedge_models::statements::{Evidence, Statement, Truth};
use selvedge_models::{DependsOn, Scenario, find};

use crate::CallError;
use crate::arguments::{Claims, Format, Settings};
use crate::output::{print, print_line};
use crate::row::{self, Row};
use crate::{markdown, select};
use judged::{Judged, Shown};
use python::{Asked, Interpreter};

pub(crate) use python::PythonError;

/// Runs the command; returns whether every statement is shown to be what is said of it.
pub(crate) fn run(claims: &Claims) -> Result<bool, CallError> {
    let statements = select::statements(claims)?;
    if claims.format == Format::Markdown {
        if claims.python.is_some() {
            return Err(CallError::NotAsked);
        }
        print(&markdown::statements(&statements));
        return Ok(true);
    }
    let interpreter = claims.python.as_deref().map(Interpreter::find).transpose()?;
    let judge = |asked: Option<&mut Asked<'_>>| tell(claims, &statements, asked);
    let summary = match &interpreter {
        None => judge(None),
        Some(interpreter) => {
            let scripts = statements.iter().flat_map(|statement| statement.evidence);
            let scripts = scripts.filter_map(|evidence| match evidence {
                Evidence::Script(name) => selvedge_models::python::script(name),
                _ => None,
            });
            interpreter.asking(scripts.filter(|script| !claims.no_measurements || !script.measures), |mut asked| {
                judge(Some(&mut asked))
            })?
        }
    };
    if claims.format == Format::Text {
        print(&text::summary(&summary, interpreter.is_some()));
    }
    Ok(summary.not_shown == 0)
}

/// How many statements there are of each kind.
#[derive(Debug, Default)]
struct Summary {
    confirmed: usize,
    refuted: usize,
    conditional: usize,
    out_of_scope: usize,
    /// How many are not shown to be what is said of them.
    not_shown: usize,
    /// How many rest on scripts alone that were not run.
    not_asked: usize,
}

/// Prints each statement with what shows it.
fn tell(claims: &Claims, statements: &[&'static Statement], mut asked: Option<&mut Asked<'_>>) -> Summary {
    let (mut summary, mut rows) = (Summary::default(), Rows::default());
    let mut chapter = "";
    for &statement in statements {
        let shown = statement.evidence.iter().map(|evidence| match evidence {
            Evidence::Shows(name) | Evidence::Contradicts(name) => Shown::by_scenario(*evidence, rows.of(name)),
            Evidence::Script(name) => Shown::by_script(name, asked.as_mut().map(|asked| asked.about(name))),
        });
        let judged = Judged { statement, shown: shown.collect() };
        *match statement.truth {
            Truth::Confirmed => &mut summary.confirmed,
            Truth::Refuted => &mut summary.refuted,
            Truth::OnlyWhen(_) => &mut summary.conditional,
            Truth::OutOfScope(_) => &mut summary.out_of_scope,
        } += 1;
        summary.not_shown += usize::from(!judged.is_shown());
        summary.not_asked += usize::from(judged.is_not_asked());
        match claims.format {
            Format::Json => print_line(&judged.json()),
            _ => {
                if chapter != statement.chapter() {
                    chapter = statement.chapter();
                    print(&text::heading(chapter));
                }
                print(&text::judged(&judged));
            }
        }
    }
    summary
}

/// What was found of scenarios, each of which is run once.
#[derive(Default)]
struct Rows(HashMap<&'static str, Rc<Row>>);

impl Rows {
    fn of(&mut self, name: &'static str) -> Rc<Row> {
        let row = self.0.entry(name).or_insert_with(|| {
            let scenario =
                find(name).unwrap_or_else(|| unreachable!("a statement rests on {name}, which there is not"));
            Rc::new(show(scenario))
        });
        row.clone()
    }
}

/// Runs the scenario on the engine that can show it.
fn show(scenario: &'static Scenario) -> Row {
    let engine: Box<dyn Engine> =
        if scenario.depends_on == DependsOn::WeakMemory { Box::new(Loom::default()) } else { Box::new(Explorer) };
    row::run(scenario, &scenario.defaults(), &Settings::default(), engine, true, &indicatif::ProgressBar::hidden())
}
