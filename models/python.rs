//! What CPython itself says: scripts that do for real what scenarios model, each of which prints one answer.
//!
//! A script is run as `python3 -c`, needs nothing but the standard library, and ends within seconds. They use `fork`,
//! so they are for systems that have it.

/// An interpreter of Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// 3, as in 3.11.
    pub major: u32,
    /// 11, as in 3.11.
    pub minor: u32,
    /// Whether it has no interpreter lock.
    pub is_free_threaded: bool,
}

/// A script, and what it is about.
#[derive(Debug)]
pub struct Script {
    /// Its file in `models/python`, without the ending.
    pub name: &'static str,
    /// The scenarios that it does for real.
    pub scenarios: &'static [&'static str],
    /// The text.
    pub source: &'static str,
    /// Returns the answers that agree with what the scenarios show, for a version of Python.
    pub agree: fn(Version) -> &'static [&'static str],
}

/// Prints what a process object answers to each line of requests: for tests that compare many.
pub const LIFE_CYCLE: &str = include_str!("python/life_cycle.py");

/// An interpreter that lets others run at any bytecode, or has no lock, may be right or wrong.
fn right_since_3_10(version: Version) -> &'static [&'static str] {
    if version.is_free_threaded || (version.major, version.minor) < (3, 10) { &["right", "wrong"] } else { &["right"] }
}

macro_rules! script {
    ($name:literal, [$($scenario:literal),+], $agree:expr) => {
        Script {
            name: $name,
            scenarios: &[$($scenario),+],
            source: include_str!(concat!("python/", $name, ".py")),
            agree: $agree,
        }
    };
}

/// All scripts but [`LIFE_CYCLE`].
pub const SCRIPTS: &[Script] = &[
    script!("balance", ["interpreter_lock/statement", "interpreter_lock/no_call_inside"], right_since_3_10),
    script!("balance_call", ["interpreter_lock/call_inside", "balance/interpreter_lock"], |_| &["wrong"]),
    script!("own_memory", ["process/own_memory", "balance/per_process"], |_| &["as it was"]),
    script!("fork_unflushed", ["process/fork_unflushed"], |_| &["twice"]),
    script!("fork_of_a_held_lock", ["process/fork_of_a_held_lock"], |_| &["takes it, waits"]),
    script!("daemon_of_a_killed_master", ["process/daemon", "process/daemon_of_a_killed_master"], |_| {
        &["is terminated, lives"]
    }),
    script!("ended_in_get", ["process/asked_to_stop", "process/terminated_with_a_lock"], |_| &["got it, waits"]),
    script!("put_nowait", ["queue/put_nowait"], |_| &["Full"]),
    script!("task_done", ["queue/task_done_too_often"], |_| &["ValueError"]),
    script!("join_then_get", ["queue/get_then_join", "queue/join_then_get"], |_| &["ends, waits"]),
    script!("join_before_close", ["pool/join_before_close"], |_| &["ValueError"]),
    script!("pool_results", ["pool/map", "pool/failure", "pool/successful"], |_| &["right"]),
    script!("worker_dies", ["pool/worker_dies"], |_| &["waits, done"]),
    script!("callbacks", ["pool/callback", "pool/callback_for_failures"], |_| &["callback, error_callback"]),
    script!("worker_dies_and_is_missed", ["pool/worker_dies_and_is_missed"], |_| &["known"]),
    script!(
        "value",
        ["shared/value_with_lock", "shared/value_each_access_locked", "shared/value_without_lock"],
        |_| &["right, wrong, wrong"]
    ),
    script!("managed_append", ["manager/append"], |_| &["right"]),
    script!("managed_increment", ["manager/without_lock"], |_| &["wrong"]),
    script!("managed_nested", ["manager/nested_changed"], |_| &["wrong"]),
    script!("proxy_on_its_way", ["manager/handed_on", "manager/handed_on_and_dropped"], |_| &["42, nothing"]),
    script!("across_await", ["event_loop/across_await"], |_| &["wrong"]),
];
