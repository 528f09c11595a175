//! What a master and a worker are told on the command line.

use std::time::Duration;

use clap::Args;

use crate::arguments::parsers::{address, queue, seconds, some_seconds};

#[derive(Debug, Args)]
pub(crate) struct Master {
    #[command(flatten)]
    pub(crate) log: super::LogSettings,
    /// Where to listen; port 0 is any that is free.
    #[arg(long, value_name = "ADDRESS", value_parser = address, default_value = "127.0.0.1:5000")]
    pub(crate) listen: std::net::SocketAddr,
    /// Listen where other machines can connect. The protocol shows that both sides have the key, and hides nothing.
    #[arg(long)]
    pub(crate) expose: bool,
    /// The file with the key that master and workers share [default: the environment's SELVEDGE_AUTHKEY].
    #[arg(long, value_name = "FILE")]
    pub(crate) authkey_file: Option<std::path::PathBuf>,
    /// The tasks, one a line; the master prints a result for each as JSON, and ends. Without, it only keeps the queues.
    #[arg(long, value_name = "FILE")]
    pub(crate) tasks: Option<std::path::PathBuf>,
    /// Keeps tasks, leases, results and what was given up in this file: a master that was killed goes on from there.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<std::path::PathBuf>,
    /// Serves another queue by this name, with room for so many items if a size is said; may be given several times.
    #[arg(long = "queue", value_name = "NAME[:SIZE]", value_parser = queue)]
    pub(crate) queues: Vec<(String, usize)>,
    /// How often a task is tried again when its command has failed.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub(crate) retries: usize,
    /// Gives up a task that was handed out on a lease so often, and came back each time; 0 never does.
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    pub(crate) deliveries: usize,
    /// Adds each task that is given up to this file, as a line of JSON with its number, the task and the reason.
    #[arg(long, value_name = "FILE", requires = "tasks")]
    pub(crate) dead_letters: Option<std::path::PathBuf>,
    /// The most connections at a time.
    #[arg(long, value_name = "COUNT", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) connections: u32,
    /// The most connections at a time from one address that have not shown the key.
    #[arg(long, value_name = "COUNT", default_value_t = 250, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) strangers: u32,
    /// The most queues that clients of one address may make. Then one that no connection has used for a minute makes room.
    #[arg(long, value_name = "COUNT", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) objects: u32,
    /// The most bytes of a message.
    #[arg(long, value_name = "BYTES", default_value_t = 16 << 20, value_parser = clap::value_parser!(u32).range(1..=1 << 30))]
    pub(crate) message_bytes: u32,
    /// Takes no items but data that it can look into: None, bool, int, float, str, bytes, bytearray, and tuples, lists, sets and dicts
    /// of these. Else items are passed on as they came, and unpickled by who takes them.
    #[arg(long)]
    pub(crate) plain_data: bool,
    /// The most bytes of memory for all items together. Who puts more is refused with `queue.Full`, also if it would wait.
    #[arg(long, value_name = "BYTES", visible_alias = "memory", default_value_t = 1 << 30, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) memory_bytes: u64,
    /// The most seconds for a connection to show that it has the key.
    #[arg(long, value_name = "SECONDS", value_parser = some_seconds, default_value = "10")]
    pub(crate) handshake_time: Duration,
    /// The most seconds for a connection to say nothing, unless it waits for an answer [default: any].
    #[arg(long, value_name = "SECONDS", value_parser = some_seconds)]
    pub(crate) idle_time: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct Worker {
    #[command(flatten)]
    pub(crate) log: super::LogSettings,
    /// Where the master listens.
    #[arg(long, value_name = "ADDRESS", value_parser = address, default_value = "127.0.0.1:5000")]
    pub(crate) connect: std::net::SocketAddr,
    /// The file with the key that master and workers share [default: the environment's SELVEDGE_AUTHKEY].
    #[arg(long, value_name = "FILE")]
    pub(crate) authkey_file: Option<std::path::PathBuf>,
    /// Takes tasks from Redis instead, such as redis://127.0.0.1:6379: as one of the consumers of --group from the stream --stream,
    /// whose entries have a field `task` with JSON; results go to the stream --results. A password can be in REDISCLI_AUTH.
    #[arg(long, value_name = "URL", conflicts_with_all = ["connect", "authkey_file"])]
    pub(crate) redis: Option<String>,
    /// With --redis: the stream of tasks. What is given up goes to the stream of that name with `:dead` after it.
    #[arg(long, value_name = "NAME", requires = "redis", default_value = "tasks")]
    pub(crate) stream: String,
    /// With --redis: the stream of results, whose entries have the task's number as `task`, and as `result` what it is as JSON.
    #[arg(long, value_name = "NAME", requires = "redis", default_value = "results")]
    pub(crate) results: String,
    /// With --redis: the group of consumers, which is made if there is none.
    #[arg(long, value_name = "NAME", requires = "redis", default_value = "workers")]
    pub(crate) group: String,
    /// With --redis: gives up a task that was handed out so often and came back each time.
    #[arg(long, value_name = "COUNT", requires = "redis", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) deliveries: u32,
    /// Ends when there is no task for so many seconds, and nobody has one on a lease.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "1")]
    pub(crate) timeout: Duration,
    /// Takes each task on a lease of so many seconds, if the master has leases: longer than any task takes. A task whose
    /// lease is over is done by somebody else; 0 takes tasks for good, as the tutorials' workers do. The workers of a master
    /// should all do the one or the other.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "60")]
    pub(crate) lease: Duration,
    /// Connects again for so many seconds, with growing pauses, when the connection to the master is lost.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "30")]
    pub(crate) reconnect: Duration,
    /// The most bytes of a message, as the master has it.
    #[arg(long, value_name = "BYTES", default_value_t = 16 << 20, value_parser = clap::value_parser!(u32).range(1..=1 << 30))]
    pub(crate) message_bytes: u32,
    /// A program that does a task: it reads it as JSON, and what it prints is the result [default: squares a number].
    #[arg(value_name = "COMMAND", trailing_var_arg = true)]
    pub(crate) command: Vec<String>,
}
