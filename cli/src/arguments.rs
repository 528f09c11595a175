//! The command line.

pub(crate) mod parsers;

use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use selvedge::engine::MemoryModel;

use self::parsers::{seconds, setting, shard};
use crate::network::arguments::{Master, Worker};

/// Checks that concurrent code is right: exhaustively, under weak memory, at random, and on real
/// threads.
///
/// Without a command, checks the whole catalogue on every engine that fits.
#[derive(Debug, Parser)]
#[command(name = "selvedge", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

const EXIT_CODES: &str =
    "Exit codes: 0 when all is as expected, 1 when something is not, 2 for a wrong call, 130 when interrupted.";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the scenarios with their claims.
    List(List),
    /// List the engines with what each can and cannot do.
    Engines,
    /// Check scenarios on engines, and compare what is found with what is expected.
    Check(Check),
    /// Look at all that can happen in one scenario: outcomes, failures, and the shortest of them.
    Explore(Explore),
    /// Step through one scenario: you pick each step, and see beside each what can still come of it.
    Step(crate::step::Step),
    /// Step through one scenario in a browser: serves the stepper as a page, to this machine alone.
    Serve(crate::serve::Serve),
    /// Say which orderings a scenario needs: how weak each can be, or how strong it has to be.
    Orderings(Orderings),
    /// Show for each statement of the tutorials whether it is true, and what shows it.
    Claims(Claims),
    /// Put together what `check --format json --shard` printed for each part.
    Merge(Merge),
    /// Run the one execution that a token stands for, and show it.
    Replay(Replay),
    /// Check whether a history that was recorded elsewhere is linearizable.
    Linearize(Linearize),
    /// Serve a queue of tasks and a queue of results to workers, in the protocol of CPython's managers.
    Master(Master),
    /// Take tasks from a master, ours or CPython's, and put results.
    Worker(Worker),
    /// Show what the state of a master has: tasks, leases, results, and what was given up.
    Tasks(crate::network::tasks::Tasks),
}

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
    /// A table for documents: the same whenever nothing has changed, so no times, and none that limits a run.
    Markdown,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// The scenarios: names, or the first parts of names; all if none is given.
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// How to print the list.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// The memory models that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Memory {
    /// An interleaving of all operations.
    Sc,
    /// The language's model, short of load buffering.
    Language,
}

impl From<Memory> for MemoryModel {
    fn from(memory: Memory) -> Self {
        match memory {
            Memory::Sc => Self::SequentiallyConsistent,
            Memory::Language => Self::Language,
        }
    }
}

/// What can be set about a run.
#[derive(Clone, Debug, Args)]
pub(crate) struct Settings {
    /// Set a parameter of the scenario, as in `--set threads=3`; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    pub(crate) set: Vec<(String, usize)>,
    /// The most executions of one scenario on one engine [default: depends on the engine].
    #[arg(long, value_name = "COUNT")]
    pub(crate) executions: Option<u64>,
    /// The most seconds for one scenario on one engine [default: depends on the engine].
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) seconds: Option<Duration>,
    /// The most steps of one execution [default: 10000; 2000 where the engine draws schedules].
    #[arg(long, value_name = "COUNT")]
    pub(crate) steps: Option<u64>,
    /// How many MiB of memory more than at its beginning a check may hold.
    #[arg(long, value_name = "MIB", default_value_t = 4096, value_parser = clap::value_parser!(u64).range(1..=1 << 32))]
    pub(crate) memory_mib: u64,
    /// How many OS threads may share the work: scenarios run beside each other, and one alone is divided
    /// [default: as many as there are cores].
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) workers: Option<u16>,
    /// Do only one part of the work, as in `--shard 0/4`, counted from 0; `selvedge merge` puts the
    /// results together. For the explorer only.
    #[arg(long, value_name = "INDEX/COUNT", value_parser = shard)]
    pub(crate) shard: Option<(u32, u32)>,
    /// How atomics behave: `language`, as C++20's memory model has it, which Rust follows, or `sc`, sequentially
    /// consistent [default: language]. For engines on Selvedge's own runtime.
    #[arg(long, value_name = "MODEL", value_enum)]
    pub(crate) memory: Option<Memory>,
    /// How often each wait on a condition variable of one thread may end for no reason.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub(crate) spurious: u32,
    /// How often a `compare_exchange_weak` of one thread may fail for no reason.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub(crate) spurious_failures: u32,
    /// The seed of engines that draw at random.
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
}

impl Default for Settings {
    /// Returns the settings of a call that sets nothing.
    fn default() -> Self {
        #[derive(Parser)]
        struct Call {
            #[command(flatten)]
            settings: Settings,
        }
        Call::parse_from(["selvedge"]).settings
    }
}

#[derive(Debug, Args)]
pub(crate) struct Claims {
    /// The statements: names, or chapters, or scenarios that statements rest on; all if none is given.
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Only what this tutorial says, by the first three digits of its file, as in `--tutorial 003`.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) tutorial: Option<String>,
    /// Only what that tutorial says on this line of its file.
    #[arg(long, value_name = "LINE", requires = "tutorial")]
    pub(crate) line: Option<u32>,
    /// Ask this CPython too, as in `--python python3`: scripts do for real what statements speak of.
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) python: Option<String>,
    /// Leave out the scripts that measure times.
    #[arg(long)]
    pub(crate) no_measurements: bool,
    /// How to print the statements; as Markdown, without running anything.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The scenarios: names, or the first parts of names; all if none is given.
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Check on this engine only; may be given several times, `all` for every one [default: one of each
    /// kind].
    #[arg(long, value_name = "ENGINE")]
    pub(crate) engine: Vec<String>,
    /// How to print the results.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// With --format json: the execution that fails step by step, as `explore --format json` has it.
    #[arg(long)]
    pub(crate) trace: bool,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Args)]
pub(crate) struct Explore {
    /// The scenario.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) exhibit: crate::exhibit::Exhibit,
    /// The engine to explore with.
    #[arg(long, value_name = "ENGINE", default_value = "explorer")]
    pub(crate) engine: String,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Args)]
pub(crate) struct Merge {
    /// The files with the lines that each part printed.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<std::path::PathBuf>,
}

/// How a verdict on a history is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PageFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for each object of the history; operations are named by their lines.
    Json,
    /// A page that needs nothing else.
    Html,
}

/// The specifications whose histories can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SpecName {
    /// read -> value, write(value), cas(old, new) -> bool
    Register,
    /// add(number) -> former, get -> number
    Counter,
    /// push(value), try_push(value) -> bool, pop -> value, try_pop -> value or null, length -> number
    Fifo,
    /// Last in, first out; as fifo
    Lifo,
    /// The smallest (as JSON text) first; as fifo
    Priority,
    /// push_front(value), push_back(value), pop_front -> value or null, pop_back -> value or null
    Deque,
    /// insert(value) -> bool, whether it is new; remove(value) -> bool, contains(value) -> bool
    Set,
    /// insert(key, value), insert_if_absent(key, value), remove(key), get(key); each -> former or null
    Map,
    /// get(key) -> text, put(key, text), append(key, text)
    KeyValue,
    /// lock, try_lock -> bool, unlock -> false if it was not held
    Mutex,
    /// acquire, try_acquire -> bool, release -> false if it was one too many
    Semaphore,
    /// put(task), get -> task, task_done -> false if it was one too many, join
    JoinableQueue,
}

/// What order a history is to be explained by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConsistencyName {
    /// Every operation takes effect between its call and its return.
    #[default]
    Linearizable,
    /// The operations of each process take effect in their order, whatever the times.
    Sequential,
    /// Operations take effect in the order of the times at which nothing was going on.
    Quiescent,
}

#[derive(Debug, Args)]
pub(crate) struct Linearize {
    /// What the object is to do.
    #[arg(long, value_enum)]
    pub(crate) spec: SpecName,
    /// How many values it has room for, or permits a semaphore has [default: any number; one permit].
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) capacity: Option<u16>,
    /// What a register holds at first, in JSON [default: null].
    #[arg(long, value_name = "JSON", value_parser = json)]
    pub(crate) initial: Option<serde_json::Value>,
    /// What order is looked for.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) consistency: ConsistencyName,
    /// The most seconds for one object.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "60")]
    pub(crate) seconds: Duration,
    /// How many MiB of memory the search for one object may take for what it remembers.
    #[arg(long, value_name = "MIB", default_value_t = 1024, value_parser = clap::value_parser!(u64).range(1..=1 << 32))]
    pub(crate) memory: u64,
    /// How to print the verdict.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: PageFormat,
    /// The history: one JSON object a line, or `-` for standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: std::path::PathBuf,
}

fn json(text: &str) -> Result<serde_json::Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

#[derive(Debug, Args)]
pub(crate) struct Orderings {
    /// The scenario.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// The scenario.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) exhibit: crate::exhibit::Exhibit,
    /// The token, as a failure printed it.
    pub(crate) token: String,
    /// Set a parameter of the scenario, as it was set when the token was made.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    pub(crate) set: Vec<(String, usize)>,
    /// The memory model, as it was set when the token was made.
    #[arg(long, value_name = "MODEL", value_enum)]
    pub(crate) memory: Option<Memory>,
}
