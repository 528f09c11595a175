//! Of the threads that wait on a condition variable only as many count as there are notifications: of more, those that
//! count are drawn. Else the more threads wait, the likelier one of them is to go next, though all but one will have to
//! wait on: executions in which others come between a notification and what it wakes would be rare.

use rand::rngs::StdRng;
use rand::seq::IteratorRandom;
use smallvec::SmallVec;

use crate::kernel::Kernel;
use crate::trace::{ObjectId, ThreadId};

/// Threads that can go on, each with the number of ways it can.
pub(super) type Candidates = SmallVec<[(ThreadId, u32); 16]>;

/// Returns those of the threads that are `enabled` that count; all of them if nobody waits.
pub(super) fn candidates(kernel: &Kernel, enabled: &[(ThreadId, u32)], random: &mut StdRng) -> Candidates {
    let mut candidates = Candidates::from_slice(enabled);
    let notified: SmallVec<[(ThreadId, ObjectId, usize); 4]> = enabled
        .iter()
        .filter_map(|&(thread, _)| kernel.notifications(thread).map(|(object, count)| (thread, object, count)))
        .collect();
    for (place, &(_, object, count)) in notified.iter().enumerate() {
        if notified[..place].iter().any(|&(_, other, _)| other == object) {
            continue;
        }
        let waiters = notified.iter().filter(|&&(_, other, _)| other == object).map(|&(thread, ..)| thread);
        let counting = waiters.clone().sample(random, count);
        let is_left_out =
            |thread: &ThreadId| waiters.clone().any(|waiter| waiter == *thread) && !counting.contains(thread);
        candidates.retain(|(thread, _)| !is_left_out(thread));
    }
    candidates
}
