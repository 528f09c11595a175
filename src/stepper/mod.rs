//! The reader as the scheduler: one execution, step by step, and beside each step that is possible what can still come of it.

mod console;
mod wish;

use std::fmt;
use std::io::{self, stdin, stdout};

use crate::check::Checker;
use crate::engine::{Place, explore_after, place_after};
use crate::exhibit::{Of, PositionView};
use crate::exploration::end::End;
use crate::exploration::{
    Budget, Choice, Decided, Ending, Exploration, LOOK_EXECUTIONS_MAX, LOOK_TIME_MAX, Label, Position, Possible, Task,
    fate,
};
use crate::outcome::Outcome;
use crate::schedule::{Prefix, Token};
use crate::trace::{ThreadId, Trace};

pub(crate) use wish::Wish;

/// An execution that goes on as its reader says.
pub struct Stepper {
    task: Task,
    steps: Vec<(ThreadId, u32)>,
    /// The steps that were taken back, the next of them last.
    undone: Vec<(ThreadId, u32)>,
    /// How much was known of the program's steps when these were taken.
    known: usize,
    position: Position,
}

/// The most steps that are taken at once.
const STEPS_AT_ONCE_MAX: usize = 10_000;

impl Stepper {
    /// Returns the execution before its first step. The budget of the task is that of one look at what can come.
    pub(crate) fn new(task: Task) -> Self {
        let task = Task { keep_going: true, shard: None, ..task };
        let position = nowhere();
        let mut stepper = Self { task, steps: Vec::new(), undone: Vec::new(), known: 0, position };
        stepper.look(None);
        stepper
    }

    /// Returns where the execution stands.
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Returns what replays the steps up to here.
    pub fn token(&self) -> Token {
        Token::Prefix(Prefix(self.steps.clone()))
    }

    /// Returns where the execution stands as a document; `replay_line` says how a token is used.
    pub fn view(&self, replay_line: &dyn Fn(&Token) -> String) -> PositionView {
        let is_wrong = |outcome: &Outcome| (self.task.judge)(outcome).is_some();
        let (token, Label { scenario, .. }) = (self.token(), &self.task.label);
        PositionView::of(
            &self.position,
            &Of { scenario, memory: self.task.memory, token: &token, replay_line, is_wrong: &is_wrong },
        )
    }

    /// Takes the step with this number among the choices; returns whether there is one.
    pub fn take(&mut self, choice: usize) -> bool {
        if choice >= self.position.choices.len() {
            return false;
        }
        let Choice { step, reachable } = self.position.choices.swap_remove(choice);
        self.steps.push((step.thread, step.alternative));
        self.undone.clear();
        // If all that could come was known before, it is this step that has decided it.
        let steps = self.position.reachable.limit.is_none().then_some(self.steps.len());
        let here = fate(&reachable).map(|is_wrong| Decided { steps, is_wrong });
        let decided = self.position.decided.or(here);
        self.look(Some(Known { reachable, decided }));
        true
    }

    /// Takes the last step back; returns whether there was one.
    pub fn back(&mut self) -> bool {
        let Some(step) = self.steps.pop() else { return false };
        self.undone.push(step);
        self.look(None);
        true
    }

    /// Takes again the step that was taken back last; returns whether there is one.
    pub fn forward(&mut self) -> bool {
        let Some(step) = self.undone.pop() else { return false };
        self.steps.push(step);
        self.look(None);
        true
    }

    /// Goes on with the thread that ran last until there is something to choose: several steps of which not all lead to the
    /// same.
    pub fn run_on(&mut self) {
        for _ in 0..STEPS_AT_ONCE_MAX {
            let steps = self.position.choices.iter().map(|choice| choice.step.thread);
            let Some(next) = going_on(&self.position.trace, steps) else { return };
            self.take(next);
            if self.position.has_a_choice() {
                return;
            }
        }
    }

    /// Goes on with the thread that ran last, and the first way, to the end.
    pub fn run_to_end(&mut self) {
        let task = self.settled();
        for _ in 0..STEPS_AT_ONCE_MAX {
            // What can still come is of no interest on the way.
            let Ok(Place { ended, possible, .. }) = place_after(&task, &self.steps) else { break };
            let Some(next) = going_on(&ended.trace, possible.iter().map(|step| step.thread)) else { break };
            self.steps.push((possible[next].thread, possible[next].alternative));
            self.undone.clear();
        }
        self.look(None);
    }

    /// Goes to where a token of these steps leads; returns whether the program has them. If not, nothing changes.
    pub fn go_to(&mut self, token: &Token) -> bool {
        let Token::Prefix(Prefix(steps)) = token else { return false };
        let (count, former) = (steps.len(), std::mem::replace(&mut self.steps, steps.clone()));
        self.look(None);
        // What was found out about the program on the way may have given it other steps.
        let is_there = self.steps.len() == count && self.position.trace.events.len() >= count;
        if is_there {
            self.undone.clear();
        } else {
            self.steps = former;
            self.look(None);
        }
        is_there
    }

    /// Returns the task in the steps that it is known to have.
    fn settled(&self) -> Task {
        Task { arcs: self.task.arcs.freeze(), ..self.task.clone() }
    }

    /// Looks at where the execution stands; what can still come may be known already. What is found out about the program on the way may
    /// give it other steps: then it begins anew.
    fn look(&mut self, former: Option<Known>) {
        let Self { task, steps, undone, known, position } = self;
        let mut former = former;
        *position = task.explore_settled(|task| {
            let size = task.arcs.size();
            if std::mem::replace(known, size) != size {
                steps.clear();
                undone.clear();
                former = None;
            }
            position_after(task, steps, former.take())
        });
    }
}

/// Returns the number of the first step of the thread that ran last, else of any; none if there is none.
fn going_on(trace: &Trace, mut threads: impl Iterator<Item = ThreadId> + Clone) -> Option<usize> {
    let last = trace.events.last().map(|event| event.thread);
    let same = threads.clone().position(|thread| Some(thread) == last);
    same.or_else(|| threads.next().map(|_| 0))
}

fn nowhere() -> Position {
    Position {
        trace: Trace::default(),
        reachable: Exploration::nothing(),
        choices: Vec::new(),
        pending: Vec::new(),
        end: None,
        decided: None,
    }
}

/// What is known of a place before it is looked at.
struct Known {
    reachable: Exploration,
    decided: Option<Decided>,
}

fn position_after(task: &Task, steps: &[(ThreadId, u32)], known: Option<Known>) -> Position {
    let place = match place_after(task, steps) {
        Ok(place) => place,
        Err(_) => return Position { end: Some(Ending::Other("the program stands still")), ..nowhere() },
    };
    let Known { reachable, decided } = known.unwrap_or_else(|| {
        let reachable = explore_after(task, steps);
        let decided = fate(&reachable).map(|is_wrong| decided(task, steps, is_wrong));
        Known { reachable, decided }
    });
    let is_only = place.possible.len() == 1;
    let with = |step: Possible| {
        let mut longer = steps.to_vec();
        longer.push((step.thread, step.alternative));
        // All that can come begins with the only step there is.
        let reachable = if is_only { reachable.clone() } else { explore_after(task, &longer) };
        Choice { step, reachable }
    };
    let choices: Vec<Choice> = place.possible.into_iter().map(with).collect();
    let end = match place.ended.end {
        _ if !choices.is_empty() => None,
        _ if place.waits_on => Some(Ending::Other(WAITS_ON)),
        end => ending(task, end),
    };
    Position { trace: place.ended.trace, reachable, choices, pending: place.pending, end, decided }
}

/// Returns the first of these steps after which what comes is as certain as it is after all of them, if the budget of a look
/// suffices to tell: found by halving, since what is certain stays so.
fn decided(task: &Task, steps: &[(ThreadId, u32)], is_wrong: bool) -> Decided {
    let (mut low, mut high) = (0, steps.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        if fate(&explore_after(task, &steps[..middle])) == Some(is_wrong) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    let is_open_before = |steps: &[(ThreadId, u32)]| explore_after(task, steps).limit.is_none();
    let is_the_first = high.checked_sub(1).is_none_or(|before| is_open_before(&steps[..before]));
    Decided { steps: is_the_first.then_some(high), is_wrong }
}

/// Why an execution goes no further that is none.
const WAITS_ON: &str = "a thread waits that has not seen what has come: it sees it if it looks at it later";

fn ending(task: &Task, end: End) -> Option<Ending> {
    Some(match end {
        End::Finished(outcome) => match (task.judge)(&outcome) {
            Some(failure) => Ending::Failure(failure),
            None => Ending::Outcome(outcome),
        },
        End::Failed(failure) => Ending::Failure(failure),
        End::StepLimit => Ending::Other("it has taken as many steps as an execution may"),
        End::Unsupported(what) => Ending::Other(what),
        End::Abandoned => Ending::Other(WAITS_ON),
    })
}

/// Returns the budget of one look, if nothing else is said.
pub(crate) fn look_budget() -> Budget {
    Budget { time: Some(LOOK_TIME_MAX), ..Budget::executions(LOOK_EXECUTIONS_MAX) }
}

/// Opens the stepper for `scenario` on this terminal: the reader picks each step among those that are possible, and sees beside
/// each what can still come of it. `?` lists the commands.
///
/// # Errors
///
/// If the terminal cannot be read or written.
///
/// # Panics
///
/// If called inside an execution.
pub fn step<T: fmt::Debug>(scenario: impl Fn() -> T + Send + Sync + 'static) -> io::Result<()> {
    Checker::new().budget(look_budget()).step(scenario).converse(stdin().lock(), &mut stdout().lock())
}
