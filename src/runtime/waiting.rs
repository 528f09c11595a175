//! How the cooperative back end deals with a thread that gives up its turn: it lets it run ahead on
//! trial (see `awaiting`), and then waits for its turn as with any other operation.

use std::panic::Location;

use super::awaiting::{self, Known, Trial};
use super::cooperative::{Cooperative, Driver};
use crate::execution::backend::{Backend, Stop};
use crate::execution::local_state::{Detail, LocalState};
use crate::kernel::{Pending, Sight, Step};
use crate::trace::{ObjectId, Operation, Response};

impl<D: Driver> Cooperative<D> {
    /// Does `operation`, which gives up the turn of the thread.
    pub(super) fn give_up_turn(&self, operation: Operation, location: &'static Location<'static>, here: &LocalState) {
        let state = &self.state;
        let repeats = state.circling.borrow().repeats();
        let detail = if repeats { Detail::Outline } else { Detail::Exact };
        let local = self.driver.local_digest(here, detail);
        let me = state.execution.current.get();
        let pending = Pending { object: None, operation, location };
        if let Some(mut trial) = state.trial.take() {
            if trial.has_failed {
                self.fail_trial(trial);
            }
            let announced = state.kernel.borrow().pending(me).copied();
            let is_same = announced.is_some_and(|announced| std::ptr::eq(announced.location, location));
            let is_back = is_same && local.is_some_and(|local| trial.is_back(local.digest));
            if is_back && !trial.end_round() {
                state.trial.replace(Some(trial));
            } else if is_back {
                let sights = trial.waits();
                state.kernel.borrow_mut().wait_for_change(me, sights);
                self.take_turns(me);
            } else if trial.see(None) && (!is_same || trial.come_back()) {
                state.trial.replace(Some(trial));
            } else {
                self.fail_trial(trial);
            }
            return;
        }
        state.kernel.borrow_mut().announce(me, pending);
        if let Some(local) = local
            && !std::thread::panicking()
        {
            if !repeats && let Some(trial) = self.trial(local.digest, location) {
                state.trial.replace(Some(trial));
                return;
            }
            self.look_for_circle(me, local, location);
        }
        self.take_turns(me);
    }

    /// Returns the trial of the current thread, if one is called for.
    fn trial(&self, local: u64, location: &'static Location<'static>) -> Option<Trial> {
        let state = &self.state;
        let me = state.execution.current.get();
        if !state.kernel.borrow().keeps_histories() {
            awaiting::note_spins();
            self.restart();
        }
        if !state.kernel.borrow_mut().may_wait(me, location, local) {
            return None;
        }
        let step = state.steps.get();
        let sights = state.kernel.borrow().sights(me);
        match awaiting::known(sights.1) {
            Some(Known::GoesOn) => return None,
            Some(Known::Waits(places)) => {
                let awaited = places.iter().filter_map(|&place| sights.0.get(place).copied()).collect();
                state.kernel.borrow_mut().wait_for_change(me, awaited);
                return None;
            }
            None => {}
        }
        let idle = {
            let mut idle = state.idle.borrow_mut();
            let length = idle.len().max(me.index() + 1);
            idle.resize(length, 0);
            idle[me.index()] = if sights.0.is_empty() { idle[me.index()] + 1 } else { 0 };
            idle[me.index()]
        };
        if state.failed.borrow().trials.contains(&(step, me)) || !awaiting::is_worthwhile(location) {
            return None;
        }
        Trial::begin(me, step, (local, location), sights, idle)
    }

    /// Does an operation on trial: it returns what it would return, if it changes nothing.
    pub(super) fn try_operation(&self, mut trial: Trial, object: Option<ObjectId>, operation: Operation) -> Response {
        let me = self.state.execution.current.get();
        if trial.has_failed || std::thread::panicking() {
            return self.run_out(trial, object, operation);
        }
        let now = || {
            let kernel = self.state.kernel.borrow();
            let newest = kernel.newest_store(object);
            kernel.sight(me, object, operation).map(|response| Sight { object, operation, response, newest })
        };
        match trial.remembers(object, operation).or_else(now) {
            Some(sight) if trial.see(Some(sight)) => {
                self.state.trial.replace(Some(trial));
                sight.response
            }
            _ => self.fail_trial(trial),
        }
    }

    /// Lets a thread that panics on trial unwind before the trial ends: an OS thread that is left in the
    /// middle of a panic is of no more use. What it does meanwhile does not matter.
    fn run_out(&self, mut trial: Trial, object: Option<ObjectId>, operation: Operation) -> Response {
        trial.has_failed = true;
        if !std::thread::panicking() {
            self.fail_trial(trial);
        }
        let me = self.state.execution.current.get();
        let mut kernel = self.state.kernel.borrow_mut();
        let location = std::panic::Location::caller();
        kernel.announce(me, Pending { object, operation, location });
        while kernel.alternatives(me) > 0 {
            match kernel.step(me, 0) {
                Ok(Step::Done(response)) => {
                    drop(kernel);
                    self.state.trial.replace(Some(trial));
                    return response;
                }
                Ok(Step::Continue(..)) => {}
                Err(_) => break,
            }
        }
        drop(kernel);
        self.fail_trial(trial)
    }

    /// Ends a trial in which the thread did not come back to where it was.
    pub(super) fn fail_trial(&self, trial: Trial) -> ! {
        self.state.failed.borrow_mut().trials.push((trial.step, trial.thread));
        trial.goes_on();
        self.restart()
    }

    fn restart(&self) -> ! {
        self.halt(Stop::Restart)
    }
}
