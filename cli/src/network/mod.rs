//! The master-worker protocol over TCP: `selvedge master` and `selvedge worker`.

pub(crate) mod arguments;
mod command;
mod dead_letters;
mod ending;
mod keeper;
pub(crate) mod key;
pub(crate) mod master;
mod printer;
mod reconnecting;
mod redis_worker;
mod results;
mod setup;
mod socket;
mod state;
mod tally;
pub(crate) mod task;
pub(crate) mod tasks;
mod tcp;
pub(crate) mod worker;

/// What a master or a worker says of what happens.
#[derive(Debug, clap::Args)]
pub(crate) struct LogSettings {
    /// Of what happens, the least that is written to standard error: off, error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    log_level: tracing::level_filters::LevelFilter,
}

/// A log that is being written, until this is dropped.
struct Log {
    dropped: tracing_appender::non_blocking::ErrorCounter,
    _writer: tracing_appender::non_blocking::WorkerGuard,
}

impl Drop for Log {
    /// Says how much was left out, if that can be said.
    fn drop(&mut self) {
        let count = self.dropped.dropped_lines();
        if count > 0 {
            say_last([format!("{count} lines of the log were left out: standard error did not take them")]);
        }
    }
}

/// How long standard error may take for the last lines.
const LAST_LINES_TIME: std::time::Duration = std::time::Duration::from_secs(1);

/// Writes the last lines to standard error; if that takes them no more, the program ends all the same.
fn say_last(lines: impl IntoIterator<Item = String>) {
    let text: String = lines.into_iter().map(|line| format!("selvedge: {line}\n")).collect();
    let (is_said, said) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        use std::io::Write;
        let _ = std::io::stderr().write_all(text.as_bytes());
        let _ = is_said.send(());
    });
    let _ = said.recv_timeout(LAST_LINES_TIME);
}

/// Has a master or a worker write its log where its results do not go. Nobody waits for who reads it: what does not fit between
/// is left out, and counted.
fn log(settings: &LogSettings) -> Log {
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let (writer, guard) = tracing_appender::non_blocking(std::io::stderr());
    let dropped = writer.error_counter();
    let log = tracing_subscriber::fmt().with_writer(writer).with_ansi(colours);
    // Who has set one already keeps it.
    let _ = log.with_max_level(settings.log_level).try_init();
    Log { dropped, _writer: guard }
}

/// Why a master or a worker cannot begin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NetworkError {
    /// There is no key.
    #[error("there is no key: give a file with --authkey-file, or set SELVEDGE_AUTHKEY")]
    NoKey,
    /// The key is empty.
    #[error("the key is empty")]
    EmptyKey,
    /// A file cannot be read.
    #[error("{path}: {error}")]
    File { path: String, error: std::io::Error },
    /// A task is longer than a message may be.
    #[error("{path}:{line}: the task is longer than --message-bytes allows")]
    TooLong { path: String, line: usize },
    /// A network address that others could reach was not asked for as such.
    #[error("{0} can be reached from other machines: say --expose if that is meant")]
    Exposed(std::net::SocketAddr),
    /// The system has no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(String),
    /// The state cannot be used.
    #[error(transparent)]
    State(#[from] state::StateError),
    /// What is asked of a broker cannot be.
    #[error("--redis: {error}; an address is redis://HOST:PORT")]
    Broker { error: String },
    /// A socket cannot be opened.
    #[error("{address}: {error}")]
    Socket { address: String, error: std::io::Error },
}
