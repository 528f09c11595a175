//! The reader as the scheduler: one execution, step by step, and beside each step that is possible what can still come of it.

mod console;

use std::fmt;
use std::io::{self, stdin, stdout};

use crate::check::Checker;
use crate::engine::{explore_after, place_after};
use crate::exploration::end::End;
use crate::exploration::{Budget, Choice, Ending, Exploration, Position, Possible, Task};
use crate::schedule::{Prefix, Token};
use crate::trace::{ThreadId, Trace};

/// An execution that goes on as its reader says.
pub struct Stepper {
    task: Task,
    steps: Vec<(ThreadId, u32)>,
    /// The steps that were taken back, the next of them last.
    undone: Vec<(ThreadId, u32)>,
    position: Position,
}

/// The most steps that are taken at once.
const STEPS_AT_ONCE_MAX: usize = 10_000;

impl Stepper {
    /// Returns the execution before its first step. The budget of the task is that of one look at what can come.
    pub(crate) fn new(task: Task) -> Self {
        let task = Task { keep_going: true, shard: None, ..task };
        let position = nowhere();
        let mut stepper = Self { task, steps: Vec::new(), undone: Vec::new(), position };
        stepper.look();
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

    /// Takes the step with this number among the choices; returns whether there is one.
    pub fn take(&mut self, choice: usize) -> bool {
        let Some(choice) = self.position.choices.get(choice) else { return false };
        self.steps.push((choice.step.thread, choice.step.alternative));
        self.undone.clear();
        self.look();
        true
    }

    /// Takes the last step back; returns whether there was one.
    pub fn back(&mut self) -> bool {
        let Some(step) = self.steps.pop() else { return false };
        self.undone.push(step);
        self.look();
        true
    }

    /// Takes again the step that was taken back last; returns whether there is one.
    pub fn forward(&mut self) -> bool {
        let Some(step) = self.undone.pop() else { return false };
        self.steps.push(step);
        self.look();
        true
    }

    /// Goes on with the thread that ran last until there is something to choose: several steps of which not all lead to the
    /// same.
    pub fn run_on(&mut self) {
        self.run_while(|position| !position.has_a_choice());
    }

    /// Goes on with the thread that ran last, and the first way, to the end.
    pub fn run_to_end(&mut self) {
        self.run_while(|_| true);
    }

    fn run_while(&mut self, goes_on: impl Fn(&Position) -> bool) {
        for _ in 0..STEPS_AT_ONCE_MAX {
            let last = self.position.trace.events.last().map(|event| event.thread);
            let same = self.position.choices.iter().position(|choice| Some(choice.step.thread) == last);
            if !self.take(same.unwrap_or(0)) || !goes_on(&self.position) {
                break;
            }
        }
    }

    /// Goes to where a token of these steps leads; returns whether the program has them. If not, nothing changes.
    pub fn go_to(&mut self, token: &Token) -> bool {
        let Token::Prefix(Prefix(steps)) = token else { return false };
        let (steps, former) = (steps.clone(), self.steps.clone());
        self.steps = steps;
        self.look();
        let is_there = self.position.trace.events.len() >= self.steps.len();
        if is_there {
            self.undone.clear();
        } else {
            self.steps = former;
            self.look();
        }
        is_there
    }

    /// Looks at where the execution stands. What is found out about the program on the way may give it other steps: then it
    /// begins anew.
    fn look(&mut self) {
        loop {
            let known = self.task.arcs.size();
            let task = Task { arcs: self.task.arcs.freeze(), ..self.task.clone() };
            self.position = position_after(&task, &self.steps);
            if self.task.arcs.size() == known {
                return;
            }
            self.steps.clear();
            self.undone.clear();
        }
    }
}

fn nowhere() -> Position {
    Position { trace: Trace::default(), reachable: Exploration::nothing(), choices: Vec::new(), end: None }
}

fn position_after(task: &Task, steps: &[(ThreadId, u32)]) -> Position {
    let place = match place_after(task, steps) {
        Ok(place) => place,
        Err(_) => return Position { end: Some(Ending::Other("the program stands still")), ..nowhere() },
    };
    let reachable = explore_after(task, steps);
    let with = |step: Possible| {
        let mut longer = steps.to_vec();
        longer.push((step.thread, step.alternative));
        Choice { step, reachable: explore_after(task, &longer) }
    };
    let choices: Vec<Choice> = place.possible.into_iter().map(with).collect();
    let end = match place.ended.end {
        _ if !choices.is_empty() => None,
        _ if place.waits_on => Some(Ending::Other(WAITS_ON)),
        end => ending(task, end),
    };
    Position { trace: place.ended.trace, reachable, choices, end }
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
    let budget = Budget::executions(LOOK_EXECUTIONS_MAX);
    Checker::new().budget(budget).step(scenario).converse(stdin().lock(), &mut stdout().lock())
}

/// The most executions of one look at what can still come.
const LOOK_EXECUTIONS_MAX: u64 = 2_000;
