//! How a master begins: anew, or with what its state has kept.

use std::path::Path;
use std::time::Duration;

use data_encoding::HEXLOWER;
use selvedge_models::master_worker::call::LONGEST;
use selvedge_models::master_worker::config::Config;
use selvedge_models::master_worker::queue::{Queue, RUN_BITS};
use selvedge_models::master_worker::server::{ENVELOPE_BYTES, Server};
use selvedge_models::master_worker::worker::Name;
use sha2::{Digest, Sha256};

use super::arguments::Master;
use super::state::{self, ITEM_BYTES_MAX, Loaded, State, StateError};
use super::tally::Tally;
use super::{NetworkError, key, task};

/// A master that nobody has connected to yet.
pub(super) struct Begun {
    pub(super) server: Server,
    /// What becomes of its tasks, if it has some of its own.
    pub(super) tally: Option<Tally>,
    pub(super) state: Option<State>,
}

/// Returns the master that was asked for.
///
/// # Errors
///
/// If a file cannot be read, or the state is none, or of other tasks.
pub(super) fn begin(call: &Master, key: Vec<u8>) -> Result<Begun, NetworkError> {
    if call.state.is_some() && call.message_bytes > ITEM_BYTES_MAX {
        return Err(StateError::TooLong(call.message_bytes).into());
    }
    let state = call.state.as_deref().map(State::open).transpose()?;
    let Loaded { run, queues: mut kept, tasks: kept_tasks } =
        state.as_ref().map(State::load).transpose()?.unwrap_or_default();
    let not_plain = kept.iter().find(|(_, image)| call.plain_data && !state::is_plain(image));
    if let (Some((queue, _)), Some(path)) = (not_plain, call.state.clone()) {
        return Err(StateError::NotPlain { path, queue: queue.clone() }.into());
    }
    let run = match run {
        Some(run) => run,
        None => {
            let run = key::run_number()?;
            state.iter().try_for_each(|state| state.begin(run))?;
            run
        }
    };
    let process = key::run_number()?;
    // Of this run, and of no other, and positive as an integer of 64 bits.
    let before_run = u64::from(run as u32 >> 2) << RUN_BITS;
    let mut queue = |name: &str, room: usize| match kept.remove(name) {
        Some(image) => Queue::restored(room, image, Duration::ZERO),
        None => {
            let mut queue = Queue::new(room);
            queue.number_after(before_run);
            if state.is_some() {
                queue.journal();
            }
            queue
        }
    };
    let (mut tasks, results) = (queue(Name::Tasks.kind(), 0), queue(Name::Results.kind(), 0));
    tasks.limit_deliveries(call.deliveries);
    let named: Vec<(String, Queue)> =
        call.queues.iter().map(|(name, room)| (name.clone(), queue(name, *room))).collect();
    let tally = match (call.tasks.as_deref(), kept_tasks) {
        (Some(path), None) => Some(read(call, path, &mut tasks)?),
        (Some(path), Some((digest, tally))) => {
            if digest_of(&text_of(path)?) != digest {
                let state = call.state.clone().unwrap_or_default();
                return Err(StateError::OtherTasks { path: state, tasks: path.to_owned() }.into());
            }
            Some(tally)
        }
        (None, kept) => kept.map(|(_, tally)| tally),
    };
    let config = Config {
        connections_max: call.connections as usize,
        strangers_max: call.strangers as usize,
        objects_max: call.objects as usize,
        message_bytes_max: call.message_bytes as usize,
        memory_bytes_max: usize::try_from(call.memory_bytes).unwrap_or(usize::MAX),
        handshake_time: call.handshake_time,
        idle_time: call.idle_time.unwrap_or(LONGEST),
        run,
        process,
        takes_plain_data_only: call.plain_data,
        ..Config::new(key)
    };
    let usual = [(Name::Tasks.kind().to_owned(), tasks), (Name::Results.kind().to_owned(), results)];
    let server = Server::new(config, usual.into_iter().chain(named).collect());
    Ok(Begun { server, tally, state })
}

/// Puts the tasks of a file, one a line.
fn read(call: &Master, path: &Path, tasks: &mut Queue) -> Result<Tally, NetworkError> {
    let text = text_of(path)?;
    let mut tally = Tally::default();
    if call.state.is_some() {
        tally.journal();
        tally.is_of(digest_of(&text));
    }
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
        if line.len() + ENVELOPE_BYTES > call.message_bytes as usize {
            return Err(NetworkError::TooLong { path: path.display().to_string(), line: at + 1 });
        }
        let task = task::from_line(line);
        tally.add(tasks.add(task.clone()), task, call.retries);
    }
    Ok(tally)
}

fn text_of(path: &Path) -> Result<String, NetworkError> {
    std::fs::read_to_string(path).map_err(|error| NetworkError::File { path: path.display().to_string(), error })
}

/// Returns what a file of tasks is known by.
fn digest_of(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text))
}
