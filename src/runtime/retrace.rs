//! Whether a use of an object could really meet the end of its life, where an execution has shown the use
//! first, and then an end that nothing visible orders after it.
//!
//! What is visible need not be all: an `Arc` of std's that keeps the object, or a queue of another crate
//! that hands it on, orders the two where nobody sees it. So the execution is retraced, and the thread that
//! uses the object stands still from the moment of its use: none of its code runs any more that could let
//! go of the object or hand it on. If another thread ends the object's life all the same, and the clocks
//! of that execution do not order the use before, then nothing does. What an `Arc` of std's keeps does not
//! end then, because the thread that stands still has not dropped its own.
//!
//! Only the atomic operations that the thread did after its use, which its code is not needed for, take
//! effect as they did, on atomics that are known by then: that they come before the end orders nothing, if they
//! are too weak.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

use super::awaiting::Failed;
use super::cooperative::State;
use super::coroutine::{self, Extent, Strategy, Turn};
#[cfg(feature = "shuttle")]
use super::isolate::on_fresh_thread;
use crate::execution::races::Suspicion;
use crate::exploration::Task;
use crate::exploration::end::{End, Ended};
use crate::failure::Failure;
use crate::kernel::{Pending, Step};
use crate::trace::{AtomicKind, Event, ObjectId, ObjectKind, Operation, Switch, ThreadId, Trace};

/// One step of what is retraced.
#[derive(Clone, Copy, Debug)]
enum Item {
    /// A thread takes its step, in this way.
    Step(ThreadId, u32),
    /// The thread that stands still takes one in effect; the atomic was made there.
    Effect(Pending, Option<&'static Location<'static>>),
}

/// What is retraced.
#[derive(Debug)]
pub(crate) struct Retrace {
    items: Vec<Item>,
    next: Cell<usize>,
    /// The thread that stands still, and after how many of its steps.
    still: ThreadId,
    after: u32,
    /// Whether one of its effects could not take place, so that those after it cannot either.
    is_lost: Cell<bool>,
}

impl Retrace {
    fn of(ended: &Ended, suspicion: &Suspicion) -> Self {
        let still = suspicion.used.thread;
        let mut after = 0;
        let mut ways = ended.chosen_at.iter().zip(&ended.choices).peekable();
        let (mut items, mut has_left) = (Vec::new(), false);
        for (index, event) in ended.trace.events[..suspicion.events_before].iter().enumerate() {
            let way = ways.next_if(|(at, _)| **at == index as u64).map_or(0, |(_, &way)| way);
            if event.thread != still {
                items.push(Item::Step(event.thread, way));
            } else if index <= suspicion.event {
                after += 1;
                items.push(Item::Step(still, way));
            } else if !has_left {
                match effect(event, &ended.trace) {
                    Some((effect, made_at)) => items.push(Item::Effect(effect, made_at)),
                    None => has_left = true,
                }
            }
        }
        Self { items, next: Cell::new(0), still, after, is_lost: Cell::new(false) }
    }
}

/// Returns a step that takes effect without the code of its thread, and where its object was made: one of an
/// atomic, or a fence.
fn effect(event: &Event, trace: &Trace) -> Option<(Pending, Option<&'static Location<'static>>)> {
    let Event { object, operation, location, .. } = *event;
    let takes_effect = match object.map(|object| trace.objects[object.index()].kind) {
        // The bits of pointers are not recorded.
        Some(ObjectKind::Atomic(kind)) => kind != AtomicKind::Pointer,
        Some(_) => false,
        None => matches!(operation, Operation::Fence { .. }),
    };
    let made_at = object.map(|object| trace.objects[object.index()].made_at);
    takes_effect.then_some((Pending { object, operation, location }, made_at))
}

impl State {
    /// Lets the effects take place that are due after a step of `me`; returns whether `me` stands still from
    /// now on.
    #[inline]
    pub(super) fn stays_behind(&self, me: ThreadId) -> bool {
        if self.retrace.borrow().is_none() {
            return false;
        }
        self.stays_behind_in_retrace(me)
    }

    #[cold]
    fn stays_behind_in_retrace(&self, me: ThreadId) -> bool {
        let Some(retrace) = self.retrace.borrow().clone() else { return false };
        let stays = me == retrace.still && self.lifetimes.borrow_mut().steps(me) == retrace.after;
        let has_stayed = stays || self.lifetimes.borrow_mut().steps(retrace.still) >= retrace.after;
        while has_stayed && let Some(Item::Effect(pending, made_at)) = retrace.items.get(retrace.next.get()) {
            retrace.next.set(retrace.next.get() + 1);
            if retrace.is_lost.get() || !self.is_known(pending.object, *made_at) {
                retrace.is_lost.set(true);
                continue;
            }
            let mut kernel = self.kernel.borrow_mut();
            kernel.announce(retrace.still, *pending);
            if let Ok(Step::Done(response)) = kernel.step(retrace.still, 0) {
                drop(kernel);
                self.execution.current.set(retrace.still);
                self.record(pending, response, Switch::None);
                self.lifetimes.borrow_mut().stepped(retrace.still, pending);
                self.execution.current.set(me);
            }
        }
        stays
    }

    /// Returns whether an object, if it is one, is an atomic that was made there.
    fn is_known(&self, object: Option<ObjectId>, made_at: Option<&'static Location<'static>>) -> bool {
        object.is_none_or(|object| {
            let trace = self.execution.trace.borrow();
            trace
                .objects
                .get(object.index())
                .is_some_and(|known| matches!(known.kind, ObjectKind::Atomic(_)) && Some(known.made_at) == made_at)
        })
    }
}

impl Strategy for Rc<Retrace> {
    fn restart(&mut self) {
        self.next.set(0);
        self.is_lost.set(false);
    }

    fn is_lenient(&self) -> bool {
        true
    }

    fn choose(&mut self, turn: &Turn<'_>) -> Option<(ThreadId, u32)> {
        while let Some(&item) = self.items.get(self.next.get()) {
            self.next.set(self.next.get() + 1);
            match item {
                Item::Step(thread, way) => {
                    // Who cannot go on waits for the one that stands still.
                    if let Some(&(_, ways)) = turn.enabled.iter().find(|(enabled, _)| *enabled == thread) {
                        return Some((thread, way.min(ways - 1)));
                    }
                }
                Item::Effect(..) => self.is_lost.set(true),
            }
        }
        None
    }
}

/// Returns the execution with the failure that it is if a use of an object could meet the end of its life.
pub(super) fn settle(task: &Task, mut ended: Ended, steps_max: u64) -> Ended {
    let suspicions = std::mem::take(&mut ended.suspicions);
    if matches!(ended.end, End::Failed(_)) {
        return ended;
    }
    let Some(suspicion) = suspicions.into_iter().find(|suspicion| is_confirmed(task, &ended, suspicion, steps_max))
    else {
        return ended;
    };
    // What comes after it means nothing.
    let steps = suspicion.events_before;
    ended.trace.truncate(steps);
    ended.steps = steps as u64;
    let chosen = ended.chosen_at.iter().take_while(|&&at| at < steps as u64).count();
    ended.chosen_at.truncate(chosen);
    ended.choices.truncate(chosen);
    let Suspicion { object, freed, used, .. } = suspicion;
    ended.end = End::Failed(Failure::UseAfterFree { object, freed, used });
    ended
}

/// Does the same for an execution that ran on another runtime.
#[cfg(feature = "shuttle")]
pub(crate) fn settle_apart(task: &Task, ended: Ended) -> Ended {
    if ended.suspicions.is_empty() {
        return ended;
    }
    let apart = ended.clone();
    on_fresh_thread(task, move |task| settle(task, apart, task.budget.steps_per_execution)).unwrap_or(ended)
}

/// Runs what is retraced, and returns what came of it.
fn run(task: &Task, retrace: &Rc<Retrace>, steps_max: u64) -> Ended {
    let (mut strategy, mut failed) = (Rc::clone(retrace), Failed::default());
    loop {
        let (ended, kernel, is_over) =
            coroutine::run_once(task, &mut strategy, Extent::recorded(steps_max), &mut failed, Some(retrace));
        coroutine::recycle(kernel);
        if is_over {
            return ended;
        }
        strategy.restart();
    }
}

fn is_confirmed(task: &Task, ended: &Ended, suspicion: &Suspicion, steps_max: u64) -> bool {
    let again = run(task, &Rc::new(Retrace::of(ended, suspicion)), steps_max);
    again.suspicions.iter().any(|other| {
        other.object == suspicion.object
            && (other.used.thread, other.freed.thread) == (suspicion.used.thread, suspicion.freed.thread)
    })
}
