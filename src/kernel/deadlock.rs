//! Who waits for whom when nobody can go on.

use super::{Kernel, Object, Pending};
use crate::failure::{Access, Blocked, Failure};
use crate::trace::{ObjectId, Operation, ThreadId};

impl Kernel {
    /// Returns a lock that is held although all threads have ended, with its holder.
    pub(crate) fn leaked_lock(&self) -> Option<(ObjectId, ThreadId)> {
        if !self.all_exited() {
            return None;
        }
        self.objects.iter().zip(0..).find_map(|(object, number)| {
            let holder = match object {
                Object::Mutex(mutex) => mutex.holder(),
                Object::RwLock(lock) => lock.holders(Operation::Write).first().copied(),
                _ => None,
            };
            Some((ObjectId(number), holder?))
        })
    }

    /// Returns the threads that can go on to some avail.
    pub(crate) fn going_on(&self) -> impl Iterator<Item = ThreadId> + '_ {
        let threads =
            (0..self.threads.len()).map(|index| ThreadId(u32::try_from(index).expect("fewer than 2^32 threads")));
        threads.filter(|&thread| match self.pending(thread) {
            Some(pending) if pending.operation.yields() => !self.waits_in_vain(thread),
            _ => self.alternatives(thread) > 0,
        })
    }

    /// Returns every thread that has not ended, with what it waits for.
    pub(crate) fn blocked(&self) -> Vec<Blocked> {
        (0..self.threads.len())
            .map(|index| ThreadId(u32::try_from(index).expect("fewer than 2^32 threads")))
            .filter_map(|thread| {
                let Pending { mut object, mut operation, location } = *self.pending(thread)?;
                if let Operation::Wake { mutex, .. } = operation
                    && let Some(Object::Condvar(condvar)) = object.map(|id| &self.objects[id.index()])
                    && condvar.may_wake(thread)
                {
                    // A waiter that has been notified waits for the mutex.
                    (object, operation) = (Some(mutex), Operation::Lock);
                }
                let waits_for = match (operation, object) {
                    (Operation::Join { thread: other } | Operation::AwaitFinish { thread: other }, _) => vec![other],
                    (_, Some(object)) => self.objects[object.index()].holders(operation),
                    (_, None) => Vec::new(),
                };
                Some(Blocked { thread, operation, object, location, waits_for })
            })
            .collect()
    }

    /// Returns the deadlock that an execution in which no thread can go on has ended in, or none if
    /// it is merely over: every thread has ended, or main has and the rest only wait for events,
    /// which a program that has returned from `main` does not wait for either.
    pub(crate) fn deadlock(&self) -> Option<Failure> {
        let blocked = self.blocked();
        // An access that cannot begin before another ends, which waits for it to go on, overlaps it.
        let overlap = blocked.iter().find_map(|blocked| {
            let object = blocked.object?;
            let Object::Cell(cell) = &self.objects[object.index()] else { return None };
            let first = cell.rival(blocked.operation)?.clone();
            let exclusive = blocked.operation == Operation::CellWrite;
            let second = Access { thread: blocked.thread, exclusive, location: blocked.location };
            Some(Failure::DataRace { object, first, second })
        });
        overlap.or_else(|| deadlock(blocked, self.exited(ThreadId::MAIN)))
    }
}

/// Returns the deadlock that these threads, of which none can go on, are in; see
/// [`Kernel::deadlock`].
pub(crate) fn deadlock(blocked: Vec<Blocked>, main_exited: bool) -> Option<Failure> {
    let cycle = cycle(&blocked);
    // A thread that waits for a lock can only be let go by its holder: if that one is stuck or
    // gone, the lock is lost, whether main has ended or not.
    let waits_for_a_lock = |blocked: &Blocked| {
        !blocked.waits_for.is_empty()
            && !matches!(blocked.operation, Operation::Join { .. } | Operation::AwaitFinish { .. })
    };
    if blocked.is_empty() || (main_exited && !blocked.iter().any(waits_for_a_lock)) {
        return None;
    }
    if blocked.iter().any(|blocked| blocked.operation.yields()) {
        return Some(Failure::Livelock { blocked, circle: None });
    }
    Some(Failure::Deadlock { blocked, cycle })
}

/// Returns a cycle of the wait-for relation, in order and starting with its lowest thread, or
/// nothing if there is none.
pub(crate) fn cycle(blocked: &[Blocked]) -> Vec<ThreadId> {
    let waits_for = |thread: ThreadId| {
        blocked.iter().find(|blocked| blocked.thread == thread).map_or(&[][..], |blocked| &blocked.waits_for)
    };
    for start in blocked.iter().map(|blocked| blocked.thread) {
        let mut path = vec![start];
        if extend(&mut path, start, &waits_for) {
            return path;
        }
    }
    Vec::new()
}

fn extend<'a>(path: &mut Vec<ThreadId>, start: ThreadId, waits_for: &impl Fn(ThreadId) -> &'a [ThreadId]) -> bool {
    let last = *path.last().expect("a path with a start");
    for &next in waits_for(last) {
        if next == start {
            return true;
        }
        if next > start && !path.contains(&next) {
            path.push(next);
            if extend(path, start, waits_for) {
                return true;
            }
            path.pop();
        }
    }
    false
}
