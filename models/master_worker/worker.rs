//! A worker as a state machine: what it asks for next, and what it does with the answer. It opens no connection, so the same
//! worker runs on a simulated network and over TCP.
//!
//! The tutorial's worker takes a task, and puts its result. If it dies in between, nobody knows of the task any more. One
//! that leases puts the result of each task once, and acknowledges the task when that is done.

use std::time::Duration;

use super::queue::{Answer, Leased, Number, Patience, Request, Ticket};
use super::wire::value::Value;

/// Which of the two queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// That of tasks.
    Tasks,
    /// That of results.
    Results,
}

impl Name {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Tasks, Self::Results];

    /// Returns the name by which the tutorials' programs ask for the queue.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Tasks => "get_task_queue",
            Self::Results => "get_result_queue",
        }
    }
}

/// What a worker does next.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Asks a queue, and hands the answer to [`Worker::answered`].
    Ask(Name, Request, Patience),
    /// Does a task, and hands the result to [`Worker::worked`].
    Work(Value),
    /// Nothing: there are no more tasks.
    End,
    /// Nothing: what it has was not taken.
    Refused,
}

/// A task on a lease.
#[derive(Clone, Copy, Debug)]
struct Held {
    ticket: Ticket,
    number: Number,
}

#[derive(Clone, Debug)]
enum Step {
    Free,
    Has(Option<Held>, Value),
    Done(Option<Held>, Value),
    HasPut(Held),
    Over,
    Refused,
}

/// A worker.
#[derive(Clone, Debug)]
pub struct Worker {
    /// How long it leases a task, if it does.
    lease: Option<Duration>,
    patience: Patience,
    step: Step,
}

impl Worker {
    /// Returns a worker that leases each task for so long, or takes it for good; and waits for one for so long.
    pub fn new(lease: Option<Duration>, patience: Patience) -> Self {
        Self { lease, patience, step: Step::Free }
    }

    /// Returns what it does next.
    pub fn next(&self) -> Next {
        match &self.step {
            Step::Free => {
                let take = self.lease.map_or(Request::Get, Request::Lease);
                Next::Ask(Name::Tasks, take, self.patience)
            }
            Step::Has(_, task) => Next::Work(task.clone()),
            Step::Done(held, result) => {
                let put = match held {
                    Some(held) => Request::PutOnce(held.number, result.clone()),
                    None => Request::Put(result.clone()),
                };
                Next::Ask(Name::Results, put, Patience::Endless)
            }
            Step::HasPut(held) => Next::Ask(Name::Tasks, Request::Acknowledge(held.ticket), Patience::None),
            Step::Over => Next::End,
            Step::Refused => Next::Refused,
        }
    }

    /// Goes on with what it was answered. If that is nothing that it can go on with, it ends.
    pub fn answered(&mut self, answer: Answer) {
        self.step = match (std::mem::replace(&mut self.step, Step::Over), answer) {
            (Step::Free, Answer::Empty | Answer::Ended | Answer::ShutDown) => Step::Over,
            (Step::Free, Answer::Item(task)) => Step::Has(None, task),
            (Step::Free, Answer::Leased(Leased { ticket, number, item })) => {
                Step::Has(Some(Held { ticket, number }), item)
            }
            (Step::Done(Some(held), _), Answer::Done) => Step::HasPut(held),
            (Step::Done(None, _), Answer::Done) => Step::Free,
            // The master has no memory for it now.
            (Step::Done(held, result), Answer::Full) => Step::Done(held, result),
            // The task is of a run of the master that is over, and wants no result.
            (Step::Done(Some(_), _), Answer::OtherRun) => Step::Free,
            // Somebody else has the task by now. Whose result came first is not for this worker to know.
            (Step::HasPut(_), Answer::Done | Answer::LeaseIsOver) => Step::Free,
            _ => Step::Refused,
        };
    }

    /// Returns the ticket of the task that it has on a lease, if it has one.
    pub fn ticket(&self) -> Option<Ticket> {
        match &self.step {
            Step::Has(held, _) | Step::Done(held, _) => held.map(|held| held.ticket),
            Step::HasPut(held) => Some(held.ticket),
            _ => None,
        }
    }

    /// Goes on with another connection to the master that it had. A result that says of which task it is is put again: it is taken
    /// once. A task that was not done comes back to the queue.
    pub fn connected_again(&mut self) {
        if !matches!(self.step, Step::Done(Some(_), _) | Step::HasPut(_)) {
            self.step = Step::Free;
        }
    }

    /// Returns whether it has a task, or its result, that nobody else has: what becomes of it is lost with the connection.
    pub fn has_for_good(&self) -> bool {
        matches!(self.step, Step::Has(None, _) | Step::Done(None, _))
    }

    /// Goes on with the result of its task.
    pub fn worked(&mut self, result: Value) {
        self.step = match std::mem::replace(&mut self.step, Step::Over) {
            Step::Has(held, _) => Step::Done(held, result),
            other => other,
        };
    }
}
