//! A condition variable: its waiters, and the notifications that they have not yet taken up.
//!
//! `notify_one` does not pick a waiter. It leaves a permit for all who wait at that moment, and
//! whichever of them runs first takes it: so the choice of the waiter is a choice of the schedule,
//! and every choice is explored by exploring schedules.

use crate::trace::ThreadId;

/// The state of a condition variable.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Condvar {
    waiters: Vec<ThreadId>,
    // Oldest first. Each is the set of threads that may take it; of two, the older one's set is a
    // subset of the younger one's, because a waiter that waited then and still waits did so
    // throughout.
    permits: Vec<Vec<ThreadId>>,
}

impl Condvar {
    pub(crate) fn wait(&mut self, thread: ThreadId) {
        self.waiters.push(thread);
    }

    /// Leaves a permit, unless every waiter is going to be woken already.
    pub(crate) fn notify_one(&mut self) {
        if self.permits.len() < self.waiters.len() {
            self.permits.push(self.waiters.clone());
        }
    }

    pub(crate) fn notify_all(&mut self) {
        self.permits = vec![self.waiters.clone(); self.waiters.len()];
    }

    /// Returns whether a permit is there for `thread`.
    pub(crate) fn may_wake(&self, thread: ThreadId) -> bool {
        self.permits.iter().any(|permit| permit.contains(&thread))
    }

    /// Returns how many permits there are.
    pub(crate) fn notifications(&self) -> usize {
        self.permits.len()
    }

    /// Returns whether `thread` may leave without a permit: whether the others can still take up all
    /// permits (Hall's condition, which for nested sets only has to be looked at along the chain).
    pub(crate) fn may_time_out(&self, thread: ThreadId) -> bool {
        self.permits
            .iter()
            .enumerate()
            .all(|(older, permit)| permit.iter().filter(|&&other| other != thread).count() > older)
    }

    /// Takes the oldest permit that `thread` may take, which leaves most to the others.
    pub(crate) fn wake(&mut self, thread: ThreadId) {
        let oldest = self.permits.iter().position(|permit| permit.contains(&thread));
        self.permits.remove(oldest.expect("a permit for the thread"));
        self.leave(thread);
    }

    /// Removes `thread` from the waiters, without a permit.
    pub(crate) fn leave(&mut self, thread: ThreadId) {
        self.waiters.retain(|&other| other != thread);
        for permit in &mut self.permits {
            permit.retain(|&other| other != thread);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Condvar, ThreadId};

    const A: ThreadId = ThreadId(1);
    const B: ThreadId = ThreadId(2);
    const C: ThreadId = ThreadId(3);

    #[test]
    fn a_notification_without_waiters_is_lost() {
        let mut condvar = Condvar::default();
        condvar.notify_one();
        condvar.wait(A);
        assert!(!condvar.may_wake(A));
    }

    #[test]
    fn one_notification_wakes_any_one_waiter_and_no_later_one() {
        let mut condvar = Condvar::default();
        condvar.wait(A);
        condvar.wait(B);
        condvar.notify_one();
        condvar.wait(C);
        assert!(condvar.may_wake(A) && condvar.may_wake(B) && !condvar.may_wake(C));
        condvar.wake(B);
        assert!(!condvar.may_wake(A));
    }

    #[test]
    fn the_last_thread_that_can_take_a_permit_cannot_time_out() {
        let mut condvar = Condvar::default();
        condvar.wait(A);
        condvar.wait(B);
        condvar.notify_one();
        assert!(condvar.may_time_out(A) && condvar.may_time_out(B));
        condvar.leave(A);
        assert!(!condvar.may_time_out(B) && condvar.may_wake(B));
    }

    #[test]
    fn an_older_permit_stays_with_those_who_waited_then() {
        let mut condvar = Condvar::default();
        condvar.wait(A);
        condvar.notify_one();
        condvar.wait(B);
        condvar.notify_one();
        condvar.wake(B);
        assert!(condvar.may_wake(A) && !condvar.may_time_out(A));
    }
}
