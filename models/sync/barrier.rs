//! A barrier: threads wait for each other at the end of each phase, and then all go on.
//!
//! The difficulty is in the second phase: who is quick comes to the barrier again while others have yet to
//! leave it.

use selvedge::Outcome;
use selvedge::failure::FailureKind;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::sync::{Condvar, Mutex};
use selvedge::thread;

use crate::scenario::{Expectation, Parameter, Parameters, Scenario, only};

/// How many have arrived, and in which phase.
#[derive(Default)]
struct State {
    arrived: usize,
    phase: usize,
}

/// A barrier for a number of threads.
struct Barrier {
    threads: usize,
    state: Mutex<State>,
    all_are_here: Condvar,
}

impl Barrier {
    fn new(threads: usize) -> Self {
        Self { threads, state: Mutex::default(), all_are_here: Condvar::new() }
    }

    /// Waits until all threads are here. The last one begins the next phase, and who waits for that is not
    /// confused by those who arrive in it already.
    fn wait(&self) {
        let mut state = self.state.lock().unwrap();
        let phase = state.phase;
        state.arrived += 1;
        if state.arrived == self.threads {
            state.arrived = 0;
            state.phase += 1;
            self.all_are_here.notify_all();
        }
        while state.phase == phase {
            state = self.all_are_here.wait(state).unwrap();
        }
    }

    /// The twin: there are no phases. The last one takes the count back for the next time, and who has not
    /// seen by then that all were there finds nobody.
    fn wait_without_phases(&self) {
        let mut state = self.state.lock().unwrap();
        state.arrived += 1;
        if state.arrived == self.threads {
            state.arrived = 0;
            self.all_are_here.notify_all();
            return;
        }
        while state.arrived != 0 {
            state = self.all_are_here.wait(state).unwrap();
        }
    }

    /// The twin: the count is never taken back. It serves for one phase, and lets everybody through after.
    fn wait_once(&self) {
        let mut state = self.state.lock().unwrap();
        state.arrived += 1;
        if state.arrived == self.threads {
            self.all_are_here.notify_all();
        }
        while state.arrived < self.threads {
            state = self.all_are_here.wait(state).unwrap();
        }
    }
}

/// Threads work in phases. Returns how often one began a phase before all had ended the one before.
fn too_early(parameters: &Parameters, wait: fn(&Barrier)) -> Outcome {
    let (threads, phases) = (parameters.get("threads"), parameters.get("phases"));
    let barrier = Barrier::new(threads);
    let (done, too_early) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                for phase in 1..=phases {
                    done.fetch_add(1, SeqCst);
                    wait(&barrier);
                    if done.load(SeqCst) < phase * threads {
                        too_early.fetch_add(1, SeqCst);
                    }
                }
            });
        }
    });
    Outcome::of(&too_early.load(SeqCst))
}

const PARAMETERS: &[Parameter] = &[
    Parameter { name: "threads", summary: "how many threads meet", default: 2, least: 1, most: 4 },
    Parameter { name: "phases", summary: "how often they meet", default: 2, least: 1, most: 100 },
];

/// The scenarios of this model.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "sync/barrier",
        summary: "threads meet at the end of each phase",
        shows: "No thread passes a `Barrier` before all threads of the phase have reached it, phase after phase.",
        literature: Some("Downey, The Little Book of Semaphores, section 3.6"),
        parameters: PARAMETERS,
        run: |parameters| too_early(parameters, Barrier::wait),
        right: |_| only(0),
        possible: |_| only(0),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/barrier_without_phases",
        summary: "the count is taken back while some still wait for it to be full",
        shows: "If a barrier resets its count while threads still wait for it to be full, those threads wait for ever.",
        literature: Some("Downey, The Little Book of Semaphores, section 3.6; broken variant"),
        expectation: Expectation::Fails(FailureKind::Deadlock),
        twin_of: &["sync/barrier"],
        parameters: &[PARAMETERS[0], Parameter { least: 2, ..PARAMETERS[1] }],
        run: |parameters| too_early(parameters, Barrier::wait_without_phases),
        right: |_| only(0),
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "sync/barrier_of_one_phase",
        summary: "the count is never taken back",
        shows: "A barrier whose count is never reset lets threads through at once in the second phase.",
        literature: Some("Downey, The Little Book of Semaphores, section 3.5; broken variant"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["sync/barrier"],
        parameters: &[PARAMETERS[0], Parameter { least: 2, ..PARAMETERS[1] }],
        run: |parameters| too_early(parameters, Barrier::wait_once),
        right: |_| only(0),
        ..Scenario::DEFAULT
    },
];
