//! The file of `selvedge master --state`: all that a master must not lose, in an SQLite database. What has changed is committed,
//! and on the disk, before anybody is told of it. Whoever wants to may read the file meanwhile; only one master has it.
//!
//! SQLite, and not a log of our own or a store for one process: it is the best tested there is, a power cut in the middle of a
//! write is its own business, and `selvedge tasks` reads the file while the master writes it.

mod load;
mod requeue;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, ErrorCode, ToSql};
use selvedge_models::master_worker::journal::{Change, Counters, Image, Kept};
use selvedge_models::master_worker::wire::decode::{Limits, decode};
use selvedge_models::master_worker::wire::encode::encode;
use selvedge_models::master_worker::wire::pickle::Pickle;
use selvedge_models::master_worker::wire::value::Value;

use super::tally::TallyChange;

pub(crate) use load::Loaded;

/// What tells our files from other databases: `SELV`.
const APPLICATION: i64 = 0x5345_4c56;

/// The most bytes of an item, so that its text as JSON, which can be six times as long, is one that SQLite takes.
pub(crate) const ITEM_BYTES_MAX: u32 = 128 << 20;

/// The version of the tables.
const VERSION: i64 = 1;

const TABLES: &str = "
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE queues (name TEXT PRIMARY KEY, last INTEGER NOT NULL, before_run INTEGER NOT NULL, last_ticket INTEGER NOT NULL,
        unfinished INTEGER NOT NULL, own_taken INTEGER NOT NULL, is_shut_down INTEGER NOT NULL) STRICT;
    CREATE TABLE items (queue TEXT NOT NULL, number INTEGER NOT NULL, value BLOB NOT NULL, task INTEGER, is_own INTEGER NOT NULL,
        deliveries INTEGER NOT NULL, place TEXT NOT NULL, ticket INTEGER, lease_millis INTEGER, leased_at INTEGER,
        PRIMARY KEY (queue, number)) STRICT;
    CREATE TABLE seen (queue TEXT NOT NULL, task INTEGER NOT NULL, PRIMARY KEY (queue, task)) STRICT, WITHOUT ROWID;
    CREATE TABLE open_tasks (number INTEGER PRIMARY KEY, place INTEGER NOT NULL, retries_left INTEGER NOT NULL, retries INTEGER NOT NULL,
        task BLOB NOT NULL) STRICT;
    CREATE TABLE results (id INTEGER PRIMARY KEY, place INTEGER, line TEXT NOT NULL) STRICT;
    CREATE TABLE dead_letters (id INTEGER PRIMARY KEY, place INTEGER, task TEXT, why TEXT NOT NULL, value BLOB,
        retries INTEGER NOT NULL) STRICT;
";

/// Why a state cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StateError {
    /// The database says no.
    #[error("the state {}: {error}", path.display())]
    Database { path: PathBuf, error: rusqlite::Error },
    /// Another master has it.
    #[error("the state {} is in use by another master", path.display())]
    InUse { path: PathBuf },
    /// It is no state of a master.
    #[error("{} is no state of a master: it was not made by `selvedge master --state`", path.display())]
    Foreign { path: PathBuf },
    /// It is one of another version.
    #[error("the state {} has version {version}, and this program knows version {VERSION}", path.display())]
    Version { path: PathBuf, version: i64 },
    /// What is in it cannot be read.
    #[error("the state {}: {what} cannot be read", path.display())]
    Damaged { path: PathBuf, what: String },
    /// Items could be longer than it takes.
    #[error("--state takes items of at most {ITEM_BYTES_MAX} bytes: --message-bytes {0} is more")]
    TooLong(u32),
    /// It has items that the master is not to take.
    #[error("the state {}: {queue} has items that are not plain data: leave out --plain-data to go on", path.display())]
    NotPlain { path: PathBuf, queue: String },
    /// It is of another file of tasks.
    #[error("the state {} is of another file of tasks than {}: take that one, or leave out --tasks to go on", path.display(), tasks.display())]
    OtherTasks { path: PathBuf, tasks: PathBuf },
}

/// An open state.
pub(crate) struct State {
    connection: Connection,
    path: PathBuf,
    /// What keeps others from writing as long as this is there: the database itself is free for a moment after each commit.
    _alone: Option<Connection>,
}

impl State {
    /// Opens a state, or makes one.
    ///
    /// # Errors
    ///
    /// If it cannot be written, is no state, or another master has it.
    pub(crate) fn open(path: &Path) -> Result<Self, StateError> {
        let alone = alone(path).map_err(|error| wrong(path, error))?;
        let connection = Connection::open(path).map_err(|error| wrong(path, error))?;
        let state = Self { connection, path: path.to_owned(), _alone: Some(alone) };
        state.prepare().map_err(|error| wrong(path, error))??;
        Ok(state)
    }

    /// Opens a state to look at, which a master may be writing.
    ///
    /// # Errors
    ///
    /// If it is not there, cannot be read, or is no state.
    pub(crate) fn look_at(path: &Path) -> Result<Self, StateError> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| wrong(path, error))?;
        let state = Self { connection, path: path.to_owned(), _alone: None };
        state.check().map_err(|error| wrong(path, error))??;
        Ok(state)
    }

    /// Opens a state that is there, to write it.
    ///
    /// # Errors
    ///
    /// If it is not there, cannot be written, is no state, or a master has it.
    pub(crate) fn open_existing(path: &Path) -> Result<Self, StateError> {
        drop(Self::look_at(path)?);
        Self::open(path)
    }

    /// Puts the tasks that were given up once more; returns how many there are.
    pub(crate) fn requeue(&mut self) -> rusqlite::Result<usize> {
        let count = requeue::requeue(&self.connection)?;
        self.connection.execute_batch("COMMIT")?;
        Ok(count)
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(crate) fn wrong(&self, error: rusqlite::Error) -> StateError {
        wrong(&self.path, error)
    }

    /// Begins to write; from then on no other master can have it.
    fn prepare(&self) -> rusqlite::Result<Result<(), StateError>> {
        let connection = &self.connection;
        connection.busy_timeout(Duration::from_millis(500))?;
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables > 0
            && let Err(error) = self.check()?
        {
            return Ok(Err(error));
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch("BEGIN IMMEDIATE")?;
        if tables == 0 {
            connection.execute_batch(TABLES)?;
            connection.pragma_update(None, "application_id", APPLICATION)?;
            connection.pragma_update(None, "user_version", VERSION)?;
        }
        Ok(Ok(()))
    }

    /// Returns whether it is a state that this program knows.
    fn check(&self) -> rusqlite::Result<Result<(), StateError>> {
        let number = |name: &str| self.connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
        let path = self.path.clone();
        Ok(match (number("application_id")?, number("user_version")?) {
            (APPLICATION, VERSION) => Ok(()),
            (APPLICATION, version) => Err(StateError::Version { path, version }),
            _ => Err(StateError::Foreign { path }),
        })
    }

    /// Writes what has changed, all of it or nothing, and returns when it is on the disk.
    ///
    /// # Errors
    ///
    /// If that fails; then nobody may be told of it.
    pub(crate) fn keep(
        &mut self,
        queues: &[(String, Vec<Change>, Counters)],
        tally: &[TallyChange],
    ) -> Result<(), StateError> {
        self.write(queues, tally).map_err(|error| wrong(&self.path, error))
    }

    fn write(&self, queues: &[(String, Vec<Change>, Counters)], tally: &[TallyChange]) -> rusqlite::Result<()> {
        for (name, changes, counters) in queues {
            changes.iter().try_for_each(|change| self.write_change(name, change))?;
            let &Counters { last, before_run, last_ticket, unfinished, own_taken, is_shut_down } = counters;
            let [last, before_run, last_ticket] = [last, before_run, last_ticket].map(signed);
            let (unfinished, own_taken) = (unfinished as i64, own_taken as i64);
            self.execute(
                "INSERT OR REPLACE INTO queues VALUES (?, ?, ?, ?, ?, ?, ?)",
                &[name, &last, &before_run, &last_ticket, &unfinished, &own_taken, &is_shut_down],
            )?;
        }
        tally.iter().try_for_each(|change| self.write_tally(change))?;
        self.connection.execute_batch("COMMIT")?;
        // Nobody else is to write meanwhile.
        self.connection.execute_batch("BEGIN IMMEDIATE")
    }

    fn execute(&self, sql: &str, values: &[&dyn ToSql]) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute(values).map(drop)
    }

    fn write_change(&self, queue: &str, change: &Change) -> rusqlite::Result<()> {
        match change {
            Change::Put(kept) => {
                let Kept { number, value, task, is_own, deliveries, place: _ } = kept;
                let (number, task, value) = (signed(*number), task.map(signed), encode(value));
                self.execute(
                    "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, 'line', NULL, NULL, NULL)",
                    &[&queue, &number, &value, &task, is_own, &(*deliveries as i64)],
                )?;
                match task {
                    Some(task) => self.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", &[&queue, &task]),
                    None => Ok(()),
                }
            }
            Change::Leased { number, deliveries, ticket, time } => self.execute(
                "UPDATE items SET place = 'lease', deliveries = ?, ticket = ?, lease_millis = ?, leased_at = ? \
                 WHERE queue = ? AND number = ?",
                &[
                    &(*deliveries as i64),
                    &signed(*ticket),
                    &(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)),
                    &seconds_now(),
                    &queue,
                    &signed(*number),
                ],
            ),
            Change::Returned(number) => self
                .execute("UPDATE items SET place = 'line' WHERE queue = ? AND number = ?", &[&queue, &signed(*number)]),
            Change::GivenUp(number) => self.execute(
                "UPDATE items SET place = 'given up' WHERE queue = ? AND number = ?",
                &[&queue, &signed(*number)],
            ),
            Change::Removed(number) => {
                self.execute("DELETE FROM items WHERE queue = ? AND number = ?", &[&queue, &signed(*number)])
            }
            Change::Cleared => self.execute("DELETE FROM items WHERE queue = ?", &[&queue]),
        }
    }

    fn write_tally(&self, change: &TallyChange) -> rusqlite::Result<()> {
        match change {
            TallyChange::File { digest } => self.execute("INSERT INTO meta VALUES ('tasks', ?)", &[digest]),
            TallyChange::Open { number, place, retries_left, retries, task } => self.execute(
                "INSERT INTO open_tasks VALUES (?, ?, ?, ?, ?)",
                &[&signed(*number), &(*place as i64), &(*retries_left as i64), &(*retries as i64), &encode(task)],
            ),
            TallyChange::Closed(number) => self.execute("DELETE FROM open_tasks WHERE number = ?", &[&signed(*number)]),
            TallyChange::Result { place, line } => self
                .execute("INSERT INTO results (place, line) VALUES (?, ?)", &[&place.map(|place| place as i64), line]),
            TallyChange::DeadLetter { place, task, why, value, retries } => self.execute(
                "INSERT INTO dead_letters (place, task, why, value, retries) VALUES (?, ?, ?, ?, ?)",
                &[&place.map(|place| place as i64), task, why, &value.as_ref().map(encode), &(*retries as i64)],
            ),
        }
    }

    /// Notes the number of the run that a new state begins with.
    pub(crate) fn begin(&self, run: u128) -> Result<(), StateError> {
        let run = format!("{run:032x}");
        self.execute("INSERT INTO meta VALUES ('run', ?)", &[&run]).map_err(|error| self.wrong(error))
    }
}

/// Takes the lock of a state, a database of its own beside it, until what is returned is dropped or the process ends.
fn alone(path: &Path) -> rusqlite::Result<Connection> {
    let mut name = path.as_os_str().to_owned();
    name.push("-lock");
    let lock = Connection::open(PathBuf::from(name))?;
    lock.busy_timeout(Duration::from_millis(500))?;
    lock.execute_batch("BEGIN EXCLUSIVE")?;
    Ok(lock)
}

/// Returns the item that bytes stand for, as it came.
fn item_of(bytes: &[u8]) -> Option<Value> {
    Pickle::read(bytes).map(Value::Pickled).ok().or_else(|| value_of(bytes))
}

/// Returns the value that bytes stand for.
pub(crate) fn value_of(bytes: &[u8]) -> Option<Value> {
    let plain = decode(bytes, &Limits { bytes: ITEM_BYTES_MAX as usize, ..Limits::default() }).ok();
    plain.or_else(|| Pickle::read(bytes).map(Value::Pickled).ok())
}

/// Returns whether a queue has nothing but plain data.
pub(crate) fn is_plain(image: &Image) -> bool {
    image.items.values().all(|kept| !matches!(value_of(&encode(&kept.value)), None | Some(Value::Pickled(_))))
}

/// Returns the seconds since 1970.
pub(crate) fn seconds_now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

fn wrong(path: &Path, error: rusqlite::Error) -> StateError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StateError::InUse { path },
        Some(ErrorCode::NotADatabase) => StateError::Foreign { path },
        _ => StateError::Database { path, error },
    }
}

/// Integers of the database have a sign, and those of queues and tickets are positive in both.
fn signed(number: u64) -> i64 {
    number.cast_signed()
}

fn unsigned(number: i64) -> u64 {
    number.cast_unsigned()
}

fn size(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}
