//! The master-worker protocol over TCP: `selvedge master` and `selvedge worker`.

mod dead_letters;
mod ending;
mod keeper;
pub(crate) mod key;
pub(crate) mod master;
mod setup;
mod socket;
mod state;
mod tally;
pub(crate) mod task;
pub(crate) mod tasks;
mod tcp;
pub(crate) mod worker;

/// Has a master or a worker write its log where its results do not go.
fn log() {
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours);
    // Who has set one already keeps it.
    let _ = log.with_max_level(tracing::Level::INFO).try_init();
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
    /// A socket cannot be opened.
    #[error("{address}: {error}")]
    Socket { address: String, error: std::io::Error },
}
