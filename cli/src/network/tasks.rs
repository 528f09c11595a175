//! `selvedge tasks`: what the state of a master has, also while the master runs; and tasks that were given up, put once more.

use std::path::PathBuf;

use clap::Args;
use selvedge_models::master_worker::worker::Name;

use super::NetworkError;
use super::state::{State, StateError, seconds_now, value_of};
use super::tally::{DeadLetter, TOO_OFTEN};
use super::task::AsJson;
use crate::CallError;
use crate::output::print_line;

/// Which state, and what of it.
#[derive(Debug, Args)]
pub(crate) struct Tasks {
    /// The file of `selvedge master --state`.
    file: PathBuf,
    /// Print the results, one a line, as the master prints them.
    #[arg(long)]
    results: bool,
    /// Put the tasks that were given up once more, each as if it had never been tried. The master must not be running.
    #[arg(long, conflicts_with = "results")]
    requeue: bool,
}

/// Runs the command.
pub(crate) fn run(call: &Tasks) -> Result<bool, CallError> {
    let mut state = match call.requeue {
        // To write it is to have it alone.
        true => State::open_existing(&call.file),
        false => State::look_at(&call.file),
    }?;
    let told = if call.results {
        results(&state)
    } else if call.requeue {
        state.requeue().map(|count| vec![format!("{count} tasks are put once more")])
    } else {
        summary(&state)
    };
    told.map_err(|error| state.wrong(error))?.iter().for_each(|line| print_line(line));
    Ok(true)
}

fn results(state: &State) -> rusqlite::Result<Vec<String>> {
    let mut statement = state.connection().prepare("SELECT line FROM results ORDER BY id")?;
    let lines = statement.query_map([], |row| row.get(0))?;
    lines.collect()
}

/// Returns how many tasks there are in which state, the oldest lease, what other queues have, and what was given up.
fn summary(state: &State) -> rusqlite::Result<Vec<String>> {
    let connection = state.connection();
    let count = |place: &str| {
        let sql = "SELECT count(*) FROM items WHERE queue = ? AND place = ?";
        connection.query_row(sql, [Name::Tasks.kind(), place], |row| row.get::<_, i64>(0))
    };
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let mut lines = vec![
        format!("tasks that wait: {}", count("line")?),
        format!("tasks on a lease: {}", count("lease")?),
        format!("results: {}", number("SELECT count(*) FROM results")?),
        format!("tasks given up: {}", number("SELECT count(*) FROM dead_letters")? + count("given up")?),
    ];
    let oldest = "SELECT min(leased_at) FROM items WHERE place = 'lease'";
    if let Some(since) = connection.query_row(oldest, [], |row| row.get::<_, Option<i64>>(0))? {
        lines.push(format!(
            "the oldest lease was given, or extended, {} s ago",
            seconds_now().saturating_sub(since).max(0)
        ));
    }
    let mut statement = connection.prepare(
        "SELECT name, (SELECT count(*) FROM items WHERE queue = name AND place = 'line') FROM queues WHERE name <> ? ORDER BY name",
    )?;
    let queues = statement.query_map([Name::Tasks.kind()], |row| {
        Ok(format!("items of {}: {}", row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
    })?;
    lines.extend(queues.collect::<rusqlite::Result<Vec<_>>>()?);
    lines.extend(state.dead_letters()?.into_iter().map(|letter| format!("given up: {}", DeadLetter::from(letter))));
    let mut statement = connection.prepare("SELECT value FROM items WHERE place = 'given up' ORDER BY number")?;
    let items = statement.query_map([], |row| {
        let task = value_of(&row.get::<_, Vec<u8>>(0)?);
        let task = task.map_or_else(|| "a task that cannot be read".to_owned(), |task| AsJson(&task).text());
        Ok(format!("given up: {task}: {TOO_OFTEN}"))
    })?;
    lines.extend(items.collect::<rusqlite::Result<Vec<_>>>()?);
    Ok(lines)
}

impl From<StateError> for CallError {
    fn from(error: StateError) -> Self {
        NetworkError::from(error).into()
    }
}
