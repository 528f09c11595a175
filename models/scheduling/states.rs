//! The states of a process, from its creation to its end, and what leads from one to another.

use selvedge::failure::FailureKind;
use selvedge::{Outcome, choose};

use crate::scenario::{Expectation, Parameters, Scenario, only};

/// The state of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is being made, and has all it needs to run when it is admitted.
    Created,
    /// It could go on, and waits for a processor.
    Ready,
    /// It has the processor.
    Running,
    /// It waits for something outside, and could not go on if it had the processor.
    Blocked,
    /// It is done.
    Ended,
}

use State::{Blocked, Created, Ended, Ready, Running};

/// Something that happens to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// It is admitted.
    Admit,
    /// It is given the processor.
    Dispatch,
    /// The processor is taken from it.
    Interrupt,
    /// It waits for something.
    Wait,
    /// What it waits for is there.
    Wake,
    /// It ends.
    End,
}

impl State {
    /// Returns what can happen to a process in this state, and in which state it is then. That is all there is: what
    /// was blocked does not run before it was ready.
    fn transitions(self) -> &'static [(Event, State)] {
        match self {
            Created => &[(Event::Admit, Ready)],
            Ready => &[(Event::Dispatch, Running)],
            Running => &[(Event::Interrupt, Ready), (Event::Wait, Blocked), (Event::End, Ended)],
            Blocked => &[(Event::Wake, Ready)],
            Ended => &[],
        }
    }
}

/// What a system does with a process that waits no longer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Woken {
    IsReady,
    /// The twin: it runs at once.
    Runs,
}

/// After how many events each process must end when it runs next.
const LIFE: usize = 5;

/// Two processes have one processor. Whatever can happen happens in any order. Returns how many ran at the same time,
/// at most, and whether both have ended.
fn life_of_two(woken: Woken) -> (usize, bool) {
    let (mut states, mut events, mut most) = ([Created; 2], [0; 2], 0);
    loop {
        let is_free = !states.contains(&Running);
        let possible: Vec<(usize, Event, State)> = (0..states.len())
            .flat_map(|process| states[process].transitions().iter().map(move |&(event, next)| (process, event, next)))
            .filter(|&(process, event, _)| match event {
                Event::Dispatch => is_free,
                Event::End => events[process] >= LIFE - 1,
                Event::Interrupt | Event::Wait => events[process] < LIFE - 1,
                Event::Admit | Event::Wake => true,
            })
            .collect();
        if possible.is_empty() {
            return (most, states == [Ended; 2]);
        }
        let (process, event, next) = possible[choose(possible.len())];
        states[process] = if event == Event::Wake && woken == Woken::Runs { Running } else { next };
        events[process] += 1;
        most = most.max(states.iter().filter(|state| **state == Running).count());
    }
}

fn one_at_a_time(_: &Parameters) -> Option<Vec<Outcome>> {
    only((1, true))
}

/// The scenarios of states.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "scheduling/states",
        summary: "two processes are created, ready, running, blocked and ended, on one processor",
        shows: "A process that is woken is ready and waits for the processor: so one runs at a time, and both end.",
        run: |_| Outcome::of(&life_of_two(Woken::IsReady)),
        right: one_at_a_time,
        possible: one_at_a_time,
        ..Scenario::DEFAULT
    },
    Scenario {
        name: "scheduling/woken_runs_at_once",
        summary: "a process that is woken is running, and not ready, while another one runs",
        shows: "If a blocked process became running at once, two could run on one processor.",
        literature: Some("broken variant; Silberschatz, Galvin, Gagne: Operating System Concepts"),
        expectation: Expectation::Fails(FailureKind::UnexpectedOutcome),
        twin_of: &["scheduling/states"],
        run: |_| Outcome::of(&life_of_two(Woken::Runs)),
        right: one_at_a_time,
        ..Scenario::DEFAULT
    },
];
