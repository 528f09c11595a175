//! Which steps are taken at once, without asking a sampler: those whose order with the steps of other threads
//! makes no difference. What is left to choose is less, and every sampler finds more with the same executions.
//!
//! The argument is Lipton's ("Reduction: a method of proving properties of parallel programs", CACM 1975). A step that
//! commutes with all that other threads may do before the thread's next step can be taken as soon as it is possible;
//! every execution is equivalent to one in which it was. That is so of:
//!
//! * the spawning of a thread, the join of one that has ended, and the end of one, as long as nobody asks whether it
//!   has ended (`is_finished`);
//! * the release of a mutex, as long as nobody asks whether one is taken or poisoned. Nor does it make a difference then
//!   what comes between the taking of a mutex and the thread's next step: it could as well come before. So that
//!   step follows at once, if the taking was a choice, and if it is an access, which never waits: of a step that may have
//!   to wait, such as the taking of a second mutex, others decide whether it can come at all, and a deadlock is that it
//!   cannot;
//! * the end of an access to an `UnsafeCell`;
//! * an access at a source line whose objects are only used by one thread, or only read.
//!
//! The conditions are learnt: each execution notes what would break them, and the next one heeds it. Nothing is
//! lost for good. Until another thread asks for what a step at once has changed, the execution is equivalent to one
//! in which that thread came first; and when it asks, that is noted.

use std::collections::{BTreeSet, HashSet};
use std::panic::Location;

use rand::rngs::StdRng;
use rand::seq::IteratorRandom;

use crate::kernel::{Access, Kernel, Pending, Target};
use crate::trace::{Operation, ThreadId};

/// The most steps in a row that are taken at once: a loop that waits for another thread is to let it go on, even if it
/// is not known yet that it waits.
const IN_A_ROW_MAX: usize = 200;

/// Where an operation stands in the source.
pub(super) type Site = (&'static str, u32, u32);

pub(super) fn site(location: &'static Location<'static>) -> Site {
    (location.file(), location.line(), location.column())
}

/// What of the program is known that forbids to take steps at once.
#[derive(Debug, Default)]
struct Known {
    /// Whether any execution has been seen to its end.
    anything: bool,
    /// Whether a thread asks whether another has ended.
    asks_for_ends: bool,
    /// Whether a thread asks whether a lock is taken or poisoned.
    asks_for_locks: bool,
    /// Where objects are used that several threads use, one of them in a way that conflicts.
    shared: HashSet<Site>,
}

/// A use of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Use {
    thread: ThreadId,
    access: Access,
    site: Site,
}

/// The reduction of one exploration.
#[derive(Debug, Default)]
pub(in crate::engine) struct Reduction {
    known: Known,
    /// What this execution shows.
    seen: Known,
    /// The threads that this execution has joined.
    joined: HashSet<ThreadId>,
    /// By object, how this execution has used it, but for uses of the main thread when it had joined all others: that
    /// another has ended does not suffice, since it may have done so only because its steps were taken at once.
    uses: Vec<Vec<Use>>,
    /// The same of the execution before.
    former_uses: Vec<Vec<Use>>,
    /// The thread that has just taken a mutex, by choice.
    has_locked: Option<ThreadId>,
    /// How many steps have been taken at once since the last that was not.
    in_a_row: usize,
}

impl Reduction {
    /// Begins an execution, or begins it again.
    pub(in crate::engine) fn begin(&mut self) {
        self.uses.iter_mut().for_each(Vec::clear);
        self.joined.clear();
        self.seen = Known::default();
        (self.has_locked, self.in_a_row) = (None, 0);
    }

    /// Returns a thread of those that are `enabled` whose step is taken at once, if there is any.
    /// The step is noted.
    pub(in crate::engine) fn at_once(&mut self, kernel: &Kernel, enabled: &[(ThreadId, u32)]) -> Option<ThreadId> {
        let is_one = |&&(thread, ways): &&(ThreadId, u32)| ways == 1 && self.is_taken_at_once(kernel, thread);
        let thread = enabled.iter().find(is_one).filter(|_| self.in_a_row < IN_A_ROW_MAX)?.0;
        self.in_a_row += 1;
        // What a thread does after it has taken a mutex belongs to the choice before that.
        let was_chosen = self.has_locked == Some(thread);
        self.note(kernel, thread, was_chosen);
        Some(thread)
    }

    /// Notes that a sampler has chosen the step that `thread` is about to take.
    pub(in crate::engine) fn chosen(&mut self, kernel: &Kernel, thread: ThreadId) {
        self.in_a_row = 0;
        self.note(kernel, thread, true);
    }

    fn is_taken_at_once(&self, kernel: &Kernel, thread: ThreadId) -> bool {
        let Some(pending) = kernel.pending(thread) else { return false };
        if self.has_locked == Some(thread) && !self.known.asks_for_locks && is_access(pending.operation) {
            return true;
        }
        match pending.operation {
            Operation::Spawn { .. } | Operation::Join { .. } | Operation::AwaitFinish { .. } => true,
            // The end of the main thread ends the process.
            Operation::Exit | Operation::Finish => thread != ThreadId::MAIN && !self.known.asks_for_ends,
            Operation::CellReadEnd | Operation::CellWriteEnd => true,
            Operation::Unlock { .. } if !self.known.asks_for_locks && is_of_mutex(kernel, pending) => true,
            Operation::Lock | Operation::Unlock { .. } => self.is_unshared(pending.location),
            operation => is_accessing_an_atomic(operation) && self.is_unshared(pending.location),
        }
    }

    /// Returns whether no object is known that is used at this source line and by several threads.
    fn is_unshared(&self, location: &'static Location<'static>) -> bool {
        self.known.anything && !self.known.shared.contains(&site(location))
    }

    fn note(&mut self, kernel: &Kernel, thread: ThreadId, was_chosen: bool) {
        let Some(pending) = kernel.pending(thread) else { return };
        let takes_mutex = pending.operation == Operation::Lock && is_of_mutex(kernel, pending);
        self.has_locked = (takes_mutex && was_chosen).then_some(thread);
        match pending.operation {
            Operation::IsFinished { .. } => self.seen.asks_for_ends = true,
            Operation::TryLock
            | Operation::TryRead
            | Operation::TryWrite
            | Operation::IsPoisoned
            | Operation::ClearPoison => self.seen.asks_for_locks = true,
            _ => {}
        }
        if let Operation::Join { thread } | Operation::AwaitFinish { thread } = pending.operation {
            self.joined.insert(thread);
        }
        if thread == ThreadId::MAIN && self.joined.len() + 1 == kernel.thread_count() {
            return;
        }
        let site = site(pending.location);
        for (target, access) in kernel.footprint(thread) {
            let Target::Object(object) = target else { continue };
            if self.uses.len() <= object.index() {
                self.uses.resize(object.index() + 1, Vec::new());
            }
            let uses = &mut self.uses[object.index()];
            let new = Use { thread, access, site };
            if uses.contains(&new) {
                continue;
            }
            for other in uses.iter().filter(|other| other.thread != thread && other.access.conflicts(access)) {
                self.seen.shared.extend([site, other.site]);
            }
            uses.push(new);
        }
    }

    /// Returns where one of the objects is used that several threads use; nothing if none is known.
    pub(super) fn sites_of_an_object(&self, random: &mut StdRng) -> BTreeSet<Site> {
        let sites = self.former_uses.iter().map(|uses| uses.iter().map(|used| used.site).collect::<BTreeSet<_>>());
        let objects: BTreeSet<_> =
            sites.filter(|sites| sites.iter().any(|site| self.known.shared.contains(site))).collect();
        objects.into_iter().choose(random).unwrap_or_default()
    }

    /// Heeds what the execution that is over has shown.
    pub(in crate::engine) fn learn(&mut self) {
        let seen = std::mem::take(&mut self.seen);
        self.known.anything = true;
        self.known.asks_for_ends |= seen.asks_for_ends;
        self.known.asks_for_locks |= seen.asks_for_locks;
        self.known.shared.extend(seen.shared);
        std::mem::swap(&mut self.uses, &mut self.former_uses);
    }
}

fn is_of_mutex(kernel: &Kernel, pending: &Pending) -> bool {
    pending.object.is_some_and(|object| kernel.is_mutex(object))
}

fn is_accessing_an_atomic(operation: Operation) -> bool {
    use Operation::{CompareExchange, Load, Store, Update};
    matches!(operation, Load { .. } | Store { .. } | Update { .. } | CompareExchange { .. })
}

/// Returns whether an operation reads or writes data, and never waits.
fn is_access(operation: Operation) -> bool {
    is_accessing_an_atomic(operation) || matches!(operation, Operation::CellRead | Operation::CellWrite)
}
