//! What a state has of a master, read back.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rusqlite::OptionalExtension;
use selvedge_models::master_worker::journal::{Counters, Image, Kept, Place};

use super::super::tally::{KeptLetter, KeptTally, KeptTask, Tally};
use super::{State, StateError, item_of, size, unsigned, value_of};

/// What a state has of a master.
#[derive(Default)]
pub(crate) struct Loaded {
    /// The number of the run that it began with; none if it is new.
    pub(crate) run: Option<u128>,
    /// The queues, by name.
    pub(crate) queues: BTreeMap<String, Image>,
    /// What the file of tasks was known by, if there was one, and what has become of them.
    pub(crate) tasks: Option<(String, Tally)>,
}

impl State {
    /// Returns all that is in it.
    ///
    /// # Errors
    ///
    /// If something in it cannot be read.
    pub(crate) fn load(&self) -> Result<Loaded, StateError> {
        let meta = |name: &str| -> Result<Option<String>, StateError> {
            let row = self.connection().query_row("SELECT value FROM meta WHERE name = ?", [name], |row| row.get(0));
            row.optional().map_err(|error| self.wrong(error))
        };
        let run =
            meta("run")?.map(|run| u128::from_str_radix(&run, 16).map_err(|_| self.damaged("the number of its run")));
        let queues = self.load_queues().map_err(|error| self.wrong(error))?;
        let tasks = match meta("tasks")? {
            Some(digest) => Some((digest, self.load_tally()?)),
            None => None,
        };
        Ok(Loaded { run: run.transpose()?, queues: self.readable(queues)?, tasks })
    }

    fn damaged(&self, what: &str) -> StateError {
        StateError::Damaged { path: self.path.clone(), what: what.to_owned() }
    }

    fn load_queues(&self) -> rusqlite::Result<BTreeMap<String, QueueRows>> {
        let mut all = BTreeMap::new();
        let mut statement = self.connection().prepare("SELECT * FROM queues")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let counters = Counters {
                last: unsigned(row.get(1)?),
                before_run: unsigned(row.get(2)?),
                last_ticket: unsigned(row.get(3)?),
                unfinished: size(row.get(4)?),
                own_taken: size(row.get(5)?),
                is_shut_down: row.get(6)?,
            };
            all.insert(row.get::<_, String>(0)?, (counters, Vec::new(), Vec::new()));
        }
        let mut statement = self.connection().prepare("SELECT * FROM items ORDER BY queue, number")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let Some((_, items, _)) = all.get_mut(&row.get::<_, String>(0)?) {
                items.push(Row {
                    number: unsigned(row.get(1)?),
                    value: row.get(2)?,
                    task: row.get::<_, Option<i64>>(3)?.map(unsigned),
                    is_own: row.get(4)?,
                    deliveries: size(row.get(5)?),
                    place: row.get(6)?,
                    ticket: row.get::<_, Option<i64>>(7)?.map_or(0, unsigned),
                    lease: Duration::from_millis(row.get::<_, Option<i64>>(8)?.map_or(0, unsigned)),
                });
            }
        }
        let mut statement = self.connection().prepare("SELECT queue, task FROM seen")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let Some((_, _, seen)) = all.get_mut(&row.get::<_, String>(0)?) {
                seen.push(unsigned(row.get(1)?));
            }
        }
        Ok(all)
    }

    /// Returns the queues with their items as values.
    fn readable(&self, queues: BTreeMap<String, QueueRows>) -> Result<BTreeMap<String, Image>, StateError> {
        let mut all = BTreeMap::new();
        for (name, (counters, rows, seen)) in queues {
            let Counters { last, before_run, last_ticket, .. } = counters;
            if [last, before_run, last_ticket].into_iter().any(|number| number > i64::MAX as u64 / 2) {
                return Err(self.damaged(&format!("what {name} counts")));
            }
            let mut tickets = BTreeSet::new();
            let mut image = Image { counters, seen: seen.into_iter().collect(), ..Image::default() };
            for row in rows {
                let Row { number, value, task, is_own, deliveries, place, ticket, lease } = row;
                let what = || self.damaged(&format!("item {number} of {name}"));
                let place = match place.as_str() {
                    "line" => Place::Line,
                    "lease" if ticket <= last_ticket && tickets.insert(ticket) => Place::Lease { ticket, time: lease },
                    "given up" => Place::GivenUp,
                    _ => return Err(what()),
                };
                if number > last {
                    return Err(what());
                }
                let value = item_of(&value).ok_or_else(what)?;
                image.items.insert(number, Kept { number, value, task, is_own, deliveries, place });
            }
            all.insert(name, image);
        }
        Ok(all)
    }

    fn load_tally(&self) -> Result<Tally, StateError> {
        let (rows, dead_letters, results, unnamed) = self.read_tally().map_err(|error| self.wrong(error))?;
        let mut open = Vec::new();
        for (number, [place, retries_left, retries], task) in rows {
            let task = value_of(&task).ok_or_else(|| self.damaged(&format!("task {place}")))?;
            open.push(KeptTask { number, place, retries_left, retries, task });
        }
        Ok(Tally::restored(KeptTally { open, dead_letters, results, unnamed }))
    }

    /// Returns the tasks that were given up.
    pub(crate) fn dead_letters(&self) -> rusqlite::Result<Vec<KeptLetter>> {
        let letters = "SELECT place, task, why, place IN (SELECT place FROM results WHERE place IS NOT NULL) FROM dead_letters ORDER BY id";
        let mut statement = self.connection().prepare(letters)?;
        let letters = statement.query_map([], |row| {
            let place = row.get::<_, Option<i64>>(0)?.map(size);
            let has_result = row.get::<_, Option<bool>>(3)?.unwrap_or(true);
            Ok(KeptLetter { place, task: row.get(1)?, why: row.get(2)?, has_result })
        })?;
        letters.collect()
    }

    fn read_tally(&self) -> rusqlite::Result<TallyRows> {
        let open = "SELECT number, place, retries_left, retries, task FROM open_tasks";
        let mut statement = self.connection().prepare(open)?;
        let open = statement.query_map([], |row| {
            let numbers = [size(row.get(1)?), size(row.get(2)?), size(row.get(3)?)];
            Ok((unsigned(row.get(0)?), numbers, row.get(4)?))
        })?;
        let open = open.collect::<rusqlite::Result<_>>()?;
        let letters = self.dead_letters()?;
        let count = |sql: &str| self.connection().query_row(sql, [], |row| row.get(0)).map(size);
        let results = count("SELECT count(*) FROM results")?;
        Ok((open, letters, results, count("SELECT count(*) FROM results WHERE place IS NULL")?))
    }
}

/// What the tables have of a queue: what it counts, its items, and the tasks that it has seen results of.
type QueueRows = (Counters, Vec<Row>, Vec<u64>);

/// What they have of the tasks: those without a result, those given up, and how many results there are, and of these unnamed ones.
type TallyRows = (Vec<OpenRow>, Vec<KeptLetter>, usize, usize);

/// A task without a result as the table has it.
type OpenRow = (u64, [usize; 3], Vec<u8>);

/// An item as the table has it.
struct Row {
    number: u64,
    value: Vec<u8>,
    task: Option<u64>,
    is_own: bool,
    deliveries: usize,
    place: String,
    ticket: u64,
    lease: Duration,
}
