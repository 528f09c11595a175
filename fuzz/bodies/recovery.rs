//! A master with a state that is killed at any moment, also in the middle of a write, and goes on: bytes say what its workers do, when
//! it writes, and when it is killed. What it has told anybody stays true, and each task has one result in the end.
//!
//! The queues are those of the models, the state and the tally those of the program, in an SQLite database of their own.

#[allow(dead_code, reason = "what the program does with a state besides")]
#[path = "../../cli/src/network"]
mod network {
    pub(crate) mod state;
    pub(crate) mod tally;
    pub(crate) mod task;
}

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use selvedge_models::master_worker::journal::Image;
use selvedge_models::master_worker::queue::{Answer, Client, Leased, Number, Patience, Queue, Request, Ticket};
use selvedge_models::master_worker::wire::encode::encode;
use selvedge_models::master_worker::wire::value::Value;
use tempfile::TempDir;

use network::state::{Loaded, State, value_of};
use network::tally::{Tally, Verdict};

const WORKERS: u64 = 3;

/// How often a task is handed out on a lease at most, and tried again if it fails.
const DELIVERIES_MAX: usize = 3;
const RETRIES: usize = 1;

/// The most steps, so that SQLite's log does not begin anew: it does after a thousand pages.
const STEPS_MAX: usize = 60;

/// The queues, by the names that they have in a state: of tasks, and of results.
const NAMES: [&str; 2] = ["tasks", "results"];

/// What somebody was told.
#[derive(Default)]
struct Told {
    /// The tasks of the leases that workers know of.
    leases: BTreeMap<Ticket, Number>,
    /// The tasks of which a result was taken.
    handed_in: BTreeSet<Number>,
    /// The tasks of the leases that were acknowledged.
    acknowledged: BTreeSet<Number>,
    /// The lines that were printed.
    lines: BTreeSet<String>,
}

/// A master, and its state.
struct Master {
    /// Where its state is, of all that there have been.
    folder: TempDir,
    life: usize,
    state: State,
    queues: [Queue; 2],
    tally: Tally,
    /// What the state has, as its naive twin has it: after the last write, and before that.
    kept: [Image; 2],
    former: [Image; 2],
    /// What is to be told after the next write.
    answers: Vec<(Request, Answer)>,
    to_print: Vec<String>,
    told: Told,
    now: Duration,
    results: i64,
}

impl Master {
    fn new(tasks: usize) -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let folder = folder.expect("a folder");
        let file = file(&folder, 0);
        std::fs::create_dir(file.parent().expect("a folder")).expect("a folder");
        let state = State::open(&file).expect("a new state");
        state.begin(1).expect("a new state");
        let mut queues = [(); 2].map(|()| Queue::new(0));
        queues.iter_mut().for_each(Queue::journal);
        queues[0].limit_deliveries(DELIVERIES_MAX);
        let mut tally = Tally::default();
        tally.journal();
        tally.is_of("tasks".to_owned());
        for task in 0..tasks {
            let task = Value::Int(task as i64);
            tally.add(queues[0].add(task.clone()), task, RETRIES);
        }
        let (answers, to_print, told) = Default::default();
        let (kept, former) = Default::default();
        let now = Duration::ZERO;
        let mut master =
            Self { folder, life: 0, state, queues, tally, kept, former, answers, to_print, told, now, results: 0 };
        master.keep();
        master
    }

    fn file(&self) -> PathBuf {
        file(&self.folder, self.life)
    }

    /// Lets a worker ask for something. It is answered after the next write.
    fn ask(&mut self, worker: Client, queue: usize, request: Request) {
        let answer = self.queues[queue].ask(worker, request.clone(), Patience::None, self.now).expect("nobody waits");
        self.answers.push((request, answer));
    }

    /// Returns a lease that a worker knows of.
    fn lease(&self, detail: usize) -> Option<(Ticket, Number)> {
        let count = self.told.leases.len().max(1);
        self.told.leases.iter().nth(detail % count).map(|(ticket, number)| (*ticket, *number))
    }

    /// Lets a worker hand in the result of a task.
    fn hand_in(&mut self, worker: Client, number: Number, has_failed: bool) {
        self.results += 1;
        let result = if has_failed {
            Value::Dict(vec![
                (Value::text("status"), Value::text("failed")),
                (Value::text("exit_code"), Value::Int(self.results)),
            ])
        } else {
            Value::Int(self.results)
        };
        self.ask(worker, 1, Request::PutOnce(number, result));
    }

    /// Looks at the results that are there, and at what was given up.
    fn look(&mut self) {
        while let Some((number, result)) = self.queues[1].take() {
            match self.tally.judge(number, &result, self.queues[0].own_taken()) {
                Verdict::Print(line) => self.to_print.push(line),
                Verdict::Retry(task, again) => self.tally.again(self.queues[0].add(task), again),
                Verdict::Other => {}
            }
        }
        for (number, _) in self.queues[0].take_given_up() {
            self.tally.give_up(number);
        }
    }

    /// Writes what has changed.
    fn write(&mut self) {
        self.former = self.kept.clone();
        let mut changes = Vec::new();
        for ((name, queue), kept) in NAMES.iter().zip(&mut self.queues).zip(&mut self.kept) {
            let (changed, counters) = (queue.take_changes(), queue.counters());
            changed.iter().for_each(|change| kept.apply(change));
            kept.counters = counters;
            changes.push(((*name).to_owned(), changed, counters));
        }
        self.state.keep(&changes, &self.tally.take_changes()).expect("a state that is written");
    }

    /// Writes what has changed, and tells of it.
    fn keep(&mut self) {
        self.write();
        for (request, answer) in self.answers.drain(..) {
            match (request, answer) {
                (Request::Lease(_), Answer::Leased(Leased { ticket, number, .. })) => {
                    assert!(!self.told.acknowledged.contains(&number), "{number} is handed out, and was acknowledged");
                    assert!(self.told.leases.insert(ticket, number).is_none(), "ticket {ticket} is handed out twice");
                }
                (Request::PutOnce(number, _), Answer::Done) => drop(self.told.handed_in.insert(number)),
                (Request::Acknowledge(ticket), Answer::Done) => {
                    self.told.acknowledged.extend(self.told.leases.remove(&ticket));
                }
                _ => {}
            }
        }
        for line in self.to_print.drain(..) {
            assert!(self.told.lines.insert(line.clone()), "printed twice: {line}");
        }
    }

    /// Kills the master in the middle of a write, of which so many parts of 256 are on the disk, and lets another one go on.
    fn is_killed_in_a_write(&mut self, part: usize, is_overwritten: bool) {
        let before = std::fs::read(log(&self.file())).unwrap_or_default();
        self.write();
        let mut written = std::fs::read(log(&self.file())).expect("the log");
        // What an earlier write has left behind is written over.
        let is_new = |&place: &usize| before.get(place) != written.get(place);
        let first = (0..written.len()).find(is_new).expect("a write is one");
        let end = (0..written.len()).rfind(is_new).expect("a write is one") + 1;
        let cut = first + (end - first) * part / 256;
        if is_overwritten {
            // The disk has room for all of it, and not what it should.
            written[cut..end].fill(part as u8 ^ 0x5a);
        } else {
            written.truncate(cut);
        }
        let former = self.former.clone();
        assert_same(self.restart(Some(&written)), &former);
    }

    /// Lets another master go on with the state as it is on the disk: with what the log has, if that is said. Returns the
    /// queues as they were read.
    fn restart(&mut self, written: Option<&[u8]>) -> &[Image; 2] {
        let old = self.file();
        self.life += 1;
        let new = self.file();
        std::fs::create_dir(new.parent().expect("a folder")).expect("a folder");
        std::fs::copy(&old, &new).expect("the state");
        match written {
            Some(bytes) => std::fs::write(log(&new), bytes).expect("the log"),
            None => drop(std::fs::copy(log(&old), log(&new)).expect("the log")),
        }
        self.state = State::open(&new).expect("a state that was killed");
        std::fs::remove_dir_all(old.parent().expect("a folder")).expect("a folder");
        let Loaded { run, queues, tasks } = self.state.load().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(run, Some(1), "the number of the run");
        let kept = NAMES.map(|name| queues.get(name).expect("a queue").clone());
        self.kept = kept.clone();
        self.queues = kept.map(|image| Queue::restored(0, image, self.now));
        self.queues[0].limit_deliveries(DELIVERIES_MAX);
        self.tally = tasks.expect("tasks").1;
        // Nobody was told.
        self.answers.clear();
        self.to_print.clear();
        &self.kept
    }

    /// Does what two bytes say.
    fn step(&mut self, what: u8, detail: u8) {
        let (worker, detail) = (1 + u64::from(what >> 4) % WORKERS, usize::from(detail));
        match what % 16 {
            0 | 1 => self.ask(worker, 0, Request::Lease(Duration::from_secs(1 + detail as u64 % 3))),
            2..=4 => {
                if let Some((_, number)) = self.lease(detail / 2) {
                    self.hand_in(worker, number, detail % 2 == 1);
                }
            }
            5 | 6 => {
                let lease = self.lease(detail).filter(|(_, number)| self.told.handed_in.contains(number));
                lease.into_iter().for_each(|(ticket, _)| self.ask(worker, 0, Request::Acknowledge(ticket)));
            }
            7 => {
                if let Some((ticket, _)) = self.lease(detail / 4) {
                    self.ask(worker, 0, Request::Extend(ticket, Duration::from_secs(detail as u64 % 4)));
                }
            }
            8 => self.pass(Duration::from_secs(detail as u64 % 3)),
            9 => self.queues[0].forget(worker),
            10 => self.look(),
            11..=13 => self.keep(),
            14 => self.is_killed_in_a_write(detail, what >> 4 & 1 == 1),
            _ => {
                let kept = self.kept.clone();
                assert_same(self.restart(None), &kept);
            }
        }
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
        self.queues[0].expire(self.now);
    }

    /// Lets one worker do what is left.
    fn finish(&mut self) {
        while !self.tally.is_done() {
            let left = self.tally.left();
            self.pass(Duration::from_secs(10));
            self.look();
            self.ask(1, 0, Request::Lease(Duration::from_secs(1)));
            self.keep();
            let leases = self.told.leases.clone();
            for (&ticket, &number) in &leases {
                self.hand_in(1, number, false);
                self.ask(1, 0, Request::Acknowledge(ticket));
            }
            self.look();
            self.keep();
            // A lease that is over is known no more.
            self.told.leases.clear();
            let is_stuck = leases.is_empty() && self.queues[0].is_empty() && self.queues[0].leased() == 0;
            assert!(!is_stuck || self.tally.left() < left, "{left} tasks are lost");
        }
    }

    /// Each task has one result, or was given up, and each line that was printed is there.
    fn check(&self) {
        let rows = "SELECT place, line FROM results";
        let mut statement = self.state.connection().prepare(rows).expect("results");
        let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
        let rows: Vec<(i64, String)> = rows.expect("results").map(|row| row.expect("a result")).collect();
        let given_up: BTreeSet<usize> =
            self.state.dead_letters().expect("letters").into_iter().filter_map(|letter| letter.place).collect();
        for place in 1..=self.tally.count() {
            let results = rows.iter().filter(|(other, _)| *other == place as i64).count();
            assert!(results == 1 || (results == 0 && given_up.contains(&place)), "task {place} has {results} results");
        }
        for line in &self.told.lines {
            assert!(rows.iter().any(|(_, other)| other == line), "printed, and not kept: {line}");
        }
    }
}

/// Asserts that queues that were read are those of their twin. Items come back as they came, so they are compared as values.
fn assert_same(read: &[Image; 2], twin: &[Image; 2]) {
    let plain = |mut image: Image| {
        for kept in image.items.values_mut() {
            kept.value = value_of(&encode(&kept.value)).expect("a value");
        }
        image
    };
    for ((name, read), twin) in NAMES.iter().zip(read).zip(twin) {
        assert_eq!(plain(read.clone()), plain(twin.clone()), "{name}");
    }
}

/// Returns where the state of one of the masters is, each in a folder of its own.
fn file(folder: &TempDir, life: usize) -> PathBuf {
    folder.path().join(life.to_string()).join("state")
}

/// Returns where SQLite writes first.
fn log(state: &Path) -> PathBuf {
    state.with_file_name("state-wal")
}

/// Runs a master: a byte says how many tasks it has, and two each what happens next.
pub(crate) fn body(bytes: &[u8]) {
    let Some((&tasks, steps)) = bytes.split_first() else { return };
    let mut master = Master::new(1 + usize::from(tasks % 4));
    steps.chunks_exact(2).take(STEPS_MAX).for_each(|step| master.step(step[0], step[1]));
    master.restart(None);
    master.finish();
    master.restart(None);
    master.check();
}
