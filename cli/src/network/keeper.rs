//! When a master may tell of what has changed: after its state has it, if it has one. Results are printed then, too.

use std::time::Duration;

use selvedge_models::master_worker::queue::Queue;
use selvedge_models::master_worker::server::Server;
use selvedge_models::master_worker::worker::Name;

use super::printer::Printer;
use super::state::State;
use super::tally::{TOO_OFTEN, Tally, TallyChange};
use super::task::AsJson;

/// The state of a master, and what has changed since it was last written.
pub(super) struct Keeper {
    state: Option<State>,
    tally: Vec<TallyChange>,
    to_print: Vec<String>,
    to_print_bytes: usize,
    printer: Printer,
    has_failed: bool,
    /// How many of the tasks that were given up were told of.
    told_given_up: usize,
}

impl Keeper {
    /// Returns one that calls `prints_on` when results can be printed again after they could not.
    pub(super) fn new(state: Option<State>, prints_on: impl Fn() + Send + 'static) -> Self {
        Self {
            state,
            tally: Vec::new(),
            to_print: Vec::new(),
            to_print_bytes: 0,
            printer: Printer::new(prints_on),
            has_failed: false,
            told_given_up: 0,
        }
    }

    pub(super) fn has_state(&self) -> bool {
        self.state.is_some()
    }

    /// Returns whether the state could not be written: then the master has to end, and nobody may be told anything.
    pub(super) fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Returns whether the master cannot go on.
    pub(super) fn has_to_end(&self) -> bool {
        self.has_failed || self.prints_in_vain()
    }

    /// Notes what has changed of the tasks.
    pub(super) fn note(&mut self, tally: &mut Tally) {
        self.tally.extend(tally.take_changes());
    }

    /// Says which tasks were given up, where the master has no tasks of its own. A state has them still; else they are gone.
    pub(super) fn tell_given_up(&mut self, server: &mut Server) {
        let Some(queue) = server.queue(Name::Tasks.kind()) else { return };
        for (number, task) in &queue.given_up()[self.told_given_up..] {
            let task = AsJson(task);
            tracing::error!(number, %task, "given up: {TOO_OFTEN}");
        }
        self.told_given_up = queue.given_up().len();
        if !self.has_state() && self.told_given_up > 0 {
            server.change(Name::Tasks.kind(), Duration::ZERO, Queue::take_given_up);
            self.told_given_up = 0;
        }
    }

    /// Returns whether what is printed is lost: standard output takes nothing more, and no state has it.
    pub(super) fn prints_in_vain(&self) -> bool {
        !self.has_state() && self.printer.is_closed()
    }

    /// Prints a line when it is kept.
    pub(super) fn print(&mut self, line: String) {
        self.to_print_bytes += line.len();
        self.to_print.push(line);
    }

    /// Returns whether so much is yet to be printed that more results have to wait in their queue.
    pub(super) fn prints_late(&self) -> bool {
        self.printer.is_behind_with(self.to_print_bytes)
    }

    /// Keeps what has changed, and prints the results that are kept now. Returns whether others may be told of it.
    pub(super) fn keep(&mut self, server: &mut Server) -> bool {
        if self.has_failed {
            return false;
        }
        if let Some(state) = &mut self.state {
            let (queues, tally) = (server.take_changes(), std::mem::take(&mut self.tally));
            let has_changed = !queues.is_empty() || !tally.is_empty();
            if has_changed && let Err(error) = state.keep(&queues, &tally) {
                tracing::error!("{error}; the master ends, and nobody was told of what could not be kept");
                self.has_failed = true;
                return false;
            }
        }
        self.to_print_bytes = 0;
        self.to_print.drain(..).for_each(|line| self.printer.print(line));
        true
    }
}
