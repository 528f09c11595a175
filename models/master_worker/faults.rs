//! What is left of the guarantees when the network fails, on a simulated one ([`super::simulated`]) with the master
//! that also runs over TCP: every message at any time, and its faults at every step. And what somebody without the
//! key can do.

use selvedge::failure::FailureKind;
use selvedge::{Outcome, choose};

use super::scenarios::{all_squares, text};
use super::simulated::{Setting, Simulation};
use super::wire::handshake::{Handshake, NONCE_BYTES, Side};
use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

/// Returns the results that the application is handed.
fn simulated(parameters: &Parameters, leasing: usize) -> Outcome {
    let setting = Setting {
        workers: parameters.get("workers"),
        tasks: parameters.get("tasks"),
        faults: parameters.get("faults"),
        leasing,
    };
    let mut results: Vec<String> = Simulation::new(setting, &mut choose).run().iter().map(text).collect();
    results.sort();
    Outcome::of(&results)
}

/// Which side of a handshake a master takes when somebody connects.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    /// It challenges first, and answers nobody who has not answered.
    Challenges,
    /// The twin: it answers first, and challenges then.
    Answers,
}

/// How many messages the stranger sends.
const MESSAGES: usize = 4;

/// Somebody without the key has two connections, and sends on them what there is to send: what it has heard on the
/// other one, a challenge that it made up, or a welcome. Returns whether one of them gets a session.
fn gets_a_session(opening: Opening) -> bool {
    const KEY: &[u8] = b"a key that the stranger does not have";
    let mut heard = [Vec::new(), Vec::new()];
    let side = if opening == Opening::Challenges { Side::Accepting } else { Side::Connecting };
    let mut master: [Option<Handshake>; 2] = std::array::from_fn(|at| {
        let (handshake, send) = Handshake::begin(side, KEY, [at as u8; NONCE_BYTES]);
        heard[at] = send;
        Some(handshake)
    });
    for _ in 0..MESSAGES {
        let at = choose(2);
        let message = match choose(3) {
            0 => heard[1 - at].last().cloned().unwrap_or_default(),
            1 => [b"#CHALLENGE#", &[9; 20][..]].concat(),
            _ => b"#WELCOME#".to_vec(),
        };
        // A connection that was refused is closed.
        let Some(handshake) = &mut master[at] else { continue };
        match handshake.received(&message) {
            Ok(progress) if progress.is_done => return true,
            Ok(progress) => heard[at].extend(progress.send),
            Err((last_words, _)) => {
                heard[at].extend(last_words);
                master[at] = None;
            }
        }
    }
    false
}

const WITHOUT_FAULTS: &[Parameter] = &[
    Parameter { name: "workers", summary: "how many workers there are", default: 2, least: 1, most: 3 },
    Parameter { name: "tasks", summary: "how many tasks there are", default: 2, least: 1, most: 3 },
    Parameter { name: "faults", summary: "how many things go wrong at most", default: 0, least: 0, most: 0 },
];

const WITH_FAULTS: &[Parameter] = &[
    Parameter { default: 2, ..WITHOUT_FAULTS[0] },
    Parameter { default: 1, ..WITHOUT_FAULTS[1] },
    Parameter { default: 1, least: 1, most: 3, ..WITHOUT_FAULTS[2] },
];

const MIXED: &[Parameter] = &[Parameter { default: 2, least: 2, ..WITHOUT_FAULTS[0] }, WITH_FAULTS[1], WITH_FAULTS[2]];

/// The scenarios of faults.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "master_worker/network",
        summary: "workers that wait for ever, and the master that runs over TCP; messages take any time",
        shows: "Over a network that loses nothing every task is done once, in whatever order messages of several \
                workers arrive.",
        parameters: WITHOUT_FAULTS,
        run: |parameters| simulated(parameters, 0),
        right: all_squares,
        possible: all_squares,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/network_fails",
        summary: "the same; a connection is lost, a message comes twice, or the master starts again",
        shows: "`get` and `put` of a manager's queues lose tasks or repeat them when a connection breaks, a message \
                comes twice, or the master is started again.",
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/network", "master_worker/network_leased"],
        parameters: WITH_FAULTS,
        run: |parameters| simulated(parameters, 0),
        right: all_squares,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/network_leased",
        summary: "workers that lease, and results that name their task; the same goes wrong, or a worker is late",
        shows: "With leases every task has one result, also if connections break, messages come twice or late, and \
                the master is started again.",
        literature: Some("leases: Gray and Cheriton, SOSP 1989; the protocol is our own, see ARCHITECTURE.md"),
        parameters: WITH_FAULTS,
        run: |parameters| simulated(parameters, parameters.get("workers")),
        right: all_squares,
        possible: all_squares,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/network_mixed",
        summary: "one worker leases, and another one does not; the same things go wrong",
        shows: "A worker that takes a task with `get` after another one's lease has ended puts a second result that \
                is not known as one.",
        literature: Some("broken variant of `master_worker/network_leased`"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/network_leased"],
        parameters: MIXED,
        run: |parameters| simulated(parameters, 1),
        right: all_squares,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/wrong_key",
        summary: "somebody without the key has two connections, and says what it likes, also what it has heard",
        shows: "A client without the `authkey` gets no session, whatever messages it repeats from one connection on \
                another.",
        run: |_| Outcome::of(&gets_a_session(Opening::Challenges)),
        right: |_| only(false),
        possible: |_| only(false),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "master_worker/answers_first",
        summary: "the same, and the master answers a challenge before its own was answered",
        shows: "A side that answers a challenge before its own is answered can be made to answer its own challenge, \
                by a stranger with two connections: a worker does so, and has to trust the address of its master.",
        literature: Some("broken variant of `master_worker/wrong_key`: a reflection attack"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["master_worker/wrong_key"],
        run: |_| Outcome::of(&gets_a_session(Opening::Answers)),
        right: |_| only(false),
        ..Scenario::DEFAULT
    },
];
