//! How the cooperative back end does an operation of the program: on trial, at once, or when it is the thread's turn.

use std::panic::Location;

use super::cooperative::{Cooperative, Driver};
use super::weak;
use crate::execution::backend::{Backend, Stop};
use crate::execution::local_state::clear_below;
use crate::kernel::{Pending, Step};
use crate::trace::{ObjectId, Operation, Response, ThreadId};

impl<D: Driver> Cooperative<D> {
    /// Does `operation` on `object`, and returns its answer. No part of `perform`, so that nothing of it lies in the frame that
    /// the program's code called.
    #[inline(never)]
    pub(super) fn do_operation(
        &self,
        object: Option<ObjectId>,
        operation: Operation,
        location: &'static Location<'static>,
    ) -> Response {
        let operation = match &self.state.orders {
            Some(orders) => orders.apply(operation, location),
            None => operation,
        };
        if operation == Operation::MayFail && !weak::may_fail(&self.state) {
            return Response::Answer(false);
        }
        if let Some(trial) = self.state.trial.take() {
            return self.try_operation(trial, object, operation);
        }
        let state = &self.state;
        let me = state.execution.current.get();
        if let Some(failure) = state.use_after_end(me, object, operation, location) {
            self.halt(Stop::Failure(*failure));
        }
        let mut kernel = state.kernel.borrow_mut();
        kernel.announce(me, Pending { object, operation, location });
        if kernel.looks_for_weak_orderings() && weak::is_weak(operation) {
            // This may be the middle of a panic's message, where nothing can end.
            state.arcs.borrow_mut().show_weakness();
        }
        if let Some(alternative) = self.driver.turn_at_once(state, &kernel, me) {
            if let Step::Done(response) = self.take_step(kernel, me, alternative) {
                return response;
            }
        } else {
            drop(kernel);
        }
        self.take_turns(me)
    }

    /// Takes turns until the operation of `me`, which has been announced, is done.
    pub(crate) fn take_turns(&self, me: ThreadId) -> Response {
        let mut timed_out = false;
        loop {
            let alternative = self.driver.turn(&self.state, me);
            match self.take_step(self.state.kernel.borrow_mut(), me, alternative) {
                // A wait that timed out says so when it has the lock again.
                Step::Done(Response::Acquired { poisoned }) if timed_out => return Response::Late { poisoned },
                Step::Done(response) => return response,
                Step::Continue(response, _) => timed_out |= response == Response::TimedOut,
            }
        }
    }

    /// Clears what an operation has left on the stack, where states of stacks are compared: called by the function that was
    /// called by the program.
    #[inline]
    pub(super) fn leave_nothing_behind(&self) {
        if self.state.circling.borrow().repeats() || self.state.trial.borrow().is_some() {
            clear_below();
        }
    }
}
