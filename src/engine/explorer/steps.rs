//! The steps of the execution at hand, and which of them *happen before* which: the transitive
//! closure of the order within each thread, the order of dependent steps, and spawning. Kept as
//! vector clocks, and kept for the part that the next execution shares.

use std::rc::Rc;

use super::identity::Identities;
use super::order::Imposed;
pub(crate) use super::touches::Touch;
use super::touches::Touches;
use crate::kernel::{Access, Footprint, Kernel, Pending, Sight, StoreName, Target, Ways};
use crate::trace::{ObjectId, Operation, Response, ThreadId};

/// One step of a thread.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Who took it, in the explorer's numbers and in the runtime's.
    pub(crate) thread: u32,
    pub(crate) runtime_thread: ThreadId,
    /// How many steps its thread had taken before.
    pub(crate) number: u32,
    /// In which way it was taken.
    pub(crate) way: u32,
    /// All ways in which it could have been taken.
    pub(crate) ways: Ways,
    pub(crate) pending: Pending,
    pub(crate) footprint: Footprint,
    /// If its thread waits in a loop, what it has to see changed.
    pub(crate) awaits: Option<Rc<[Sight]>>,
    /// What came of it; none until it is taken.
    pub(crate) response: Option<Response>,
}

impl Step {
    /// Returns how it touches an atomic under the language's memory model; none if it does not.
    pub(crate) fn access(&self) -> Option<(ObjectId, Access)> {
        match self.footprint.first() {
            Some(&(Target::Object(object), access)) if access.is_of_graph() => Some((object, access)),
            _ => None,
        }
    }

    /// Returns the runtime's name of a way of it.
    pub(super) fn runtime_way(&self, identities: &Identities, way: u32) -> u32 {
        if self.access().is_some() { identities.runtime_name(way).unwrap_or(way) } else { way }
    }

    /// Returns its name, if it is a store.
    pub(crate) fn name(&self) -> u32 {
        StoreName::new(self.thread, self.number + 1).0
    }
}

/// For each thread, how many of its steps happen before.
pub(crate) type Clock = Vec<u32>;

/// The steps of one execution, in order.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    steps: Vec<Step>,
    /// The clock of each step whose order is known yet: `width` numbers each.
    clocks: Vec<u32>,
    width: usize,
    /// The steps of each thread, and those that touch each target.
    by_thread: Vec<Vec<u32>>,
    by_target: Touches,
    /// The step that spawned each thread.
    spawned_by: Vec<Option<u32>>,
    /// The orders that are imposed on the execution.
    pub(super) orders: Vec<Imposed>,
}

impl Steps {
    pub(crate) fn len(&self) -> usize {
        self.steps.len()
    }

    pub(crate) fn get(&self, index: usize) -> &Step {
        &self.steps[index]
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Step> + ExactSizeIterator {
        self.steps.iter()
    }

    /// Adds a step that is about to be taken. The order of steps that were added is found by
    /// [`order`](Self::order).
    pub(crate) fn push(&mut self, kernel: &Kernel, identities: &Identities, runtime_thread: ThreadId, way: u32) {
        let thread = identities.number(runtime_thread);
        self.make_room(thread);
        let pending = kernel.pending(runtime_thread).expect("a thread that takes a step has announced it");
        let step = self.step_of(kernel, identities, runtime_thread, way, pending);
        let index = u32::try_from(self.steps.len()).expect("fewer than 2^32 steps");
        self.by_thread[thread as usize].push(index);
        for &(target, access) in &step.footprint {
            self.by_target.push(target, access, index);
        }
        self.steps.push(step);
    }

    /// Returns the step that a thread is about to take, if it has not ended.
    pub(crate) fn next_of(&self, kernel: &Kernel, identities: &Identities, runtime_thread: ThreadId) -> Option<Step> {
        let pending = kernel.pending(runtime_thread)?;
        let newest = kernel.names_stores(runtime_thread).then(|| identities.ways(kernel, runtime_thread).iter().next());
        let way = newest.flatten().unwrap_or(0);
        Some(self.step_of(kernel, identities, runtime_thread, way, pending))
    }

    #[inline(always)]
    fn step_of(
        &self,
        kernel: &Kernel,
        identities: &Identities,
        runtime_thread: ThreadId,
        way: u32,
        pending: &Pending,
    ) -> Step {
        let thread = identities.number(runtime_thread);
        let number = u32::try_from(self.taken_by(thread)).expect("fewer than 2^32 steps");
        let runtime_way = identities.runtime_way(kernel, runtime_thread, way).unwrap_or(way);
        let mut footprint = identities.translate(kernel.footprint_in(runtime_thread, runtime_way));
        // Where a round was repeated that leads nowhere, its steps are none of these.
        let own = StoreName::new(thread, number + 1).0;
        for (_, access) in &mut footprint {
            if let Some(other) = access.store_made() {
                *access = access.renamed(|name| if name == other { own } else { name });
            }
        }
        self.extend_by_orders(thread, number, &mut footprint);
        Step {
            thread,
            runtime_thread,
            number,
            way,
            ways: identities.ways(kernel, runtime_thread),
            pending: *pending,
            footprint,
            awaits: kernel.awaits(runtime_thread),
            response: None,
        }
    }

    fn make_room(&mut self, thread: u32) {
        while self.by_thread.len() <= thread as usize {
            self.by_thread.push(Vec::new());
            self.spawned_by.push(None);
        }
    }

    /// Notes what came of the last step.
    pub(crate) fn responded(&mut self, response: Response) {
        if let Some(step) = self.steps.last_mut() {
            step.response = Some(response);
        }
    }

    /// Notes that the last step has spawned `child`.
    pub(crate) fn spawned(&mut self, child: u32, runtime_child: ThreadId) {
        let step = self.steps.last_mut().expect("the step that spawned it");
        step.pending.operation = Operation::Spawn { child: runtime_child };
        self.make_room(child);
        self.spawned_by[child as usize] = Some(u32::try_from(self.steps.len() - 1).expect("fewer than 2^32 steps"));
    }

    /// Forgets all but the first `length` steps.
    pub(crate) fn truncate(&mut self, length: usize) {
        while self.steps.len() > length {
            let step = self.steps.pop().expect("a step");
            self.by_thread[step.thread as usize].pop();
            for &(target, _) in &step.footprint {
                self.by_target.of_mut(target).pop();
            }
        }
        self.clocks.truncate(length * self.width);
    }

    /// Returns the `number`-th step of a thread.
    pub(crate) fn of_thread(&self, thread: u32, number: u32) -> Option<usize> {
        self.by_thread.get(thread as usize)?.get(number as usize).map(|&index| index as usize)
    }

    /// Returns how a step touches `target`.
    pub(crate) fn access(&self, index: usize, target: Target) -> Access {
        let footprint = &self.get(index).footprint;
        footprint.iter().find(|(other, _)| *other == target).map_or(Access::Write, |&(_, access)| access)
    }

    /// Returns how many steps a thread has taken.
    pub(crate) fn taken_by(&self, thread: u32) -> usize {
        self.by_thread.get(thread as usize).map_or(0, Vec::len)
    }

    /// Returns the place of the step that is the store of this name; none for the initial value.
    pub(crate) fn of_store(&self, name: u32) -> Option<usize> {
        let name = StoreName(name);
        self.of_thread(name.thread(), name.number().checked_sub(1)?)
    }

    /// Returns the steps that touch `target`, in order.
    pub(crate) fn touching(&self, target: Target) -> &[Touch] {
        self.by_target.of(target)
    }

    /// Makes room in the clocks for so many threads.
    pub(crate) fn widen(&mut self, threads: usize) {
        if threads <= self.width {
            return;
        }
        let (former, width) = (self.width, threads.next_power_of_two().max(4));
        let ordered = self.clocks.len().checked_div(former).unwrap_or(0);
        let mut clocks = vec![0; ordered * width];
        for index in 0..ordered {
            clocks[index * width..index * width + former]
                .copy_from_slice(&self.clocks[index * former..(index + 1) * former]);
        }
        self.clocks = clocks;
        self.width = width;
    }

    /// Returns how many steps, from the first on, have a clock.
    pub(crate) fn ordered(&self) -> usize {
        self.clocks.len().checked_div(self.width).unwrap_or(0)
    }

    /// Gives every step its clock, in an execution of so many threads.
    pub(crate) fn order_all(&mut self, threads: usize) {
        self.widen(threads);
        let (mut clock, mut rivals) = (Clock::new(), Vec::new());
        for index in self.ordered()..self.len() {
            let Step { thread, number, ref footprint, .. } = self.steps[index];
            self.before_in_thread(thread, number, &mut clock);
            self.rivals(footprint, &clock, index, true, &mut rivals);
            for rival in rivals.iter().filter(|rival| rival.is_dependent) {
                self.join(&mut clock, rival.index as usize);
            }
            self.order(&clock);
        }
    }

    pub(crate) fn clock(&self, index: usize) -> &[u32] {
        &self.clocks[index * self.width..(index + 1) * self.width]
    }

    /// Returns whether step `first` happens before step `second`, or is it.
    pub(crate) fn happens_before(&self, first: usize, second: usize) -> bool {
        self.is_in(first, self.clock(second))
    }

    /// Returns whether the step is one of those that `clock` counts.
    pub(crate) fn is_in(&self, index: usize, clock: &[u32]) -> bool {
        let step = &self.steps[index];
        clock[step.thread as usize] > step.number
    }

    /// Adds what happens before step `index`, and the step itself.
    pub(crate) fn join(&self, clock: &mut [u32], index: usize) {
        for (own, other) in clock.iter_mut().zip(self.clock(index)) {
            *own = (*own).max(*other);
        }
    }

    /// Sets `clock` to what happens before the step of `thread` with this number by the order of its own
    /// thread, and by its spawning.
    pub(crate) fn before_in_thread(&self, thread: u32, number: u32, clock: &mut Clock) {
        clock.clear();
        match self.last_before(thread, number) {
            Some(last) => clock.extend_from_slice(self.clock(last)),
            None => clock.resize(self.width, 0),
        }
    }

    /// Returns the step before the one of `thread` with this number: its own last one, or its spawning.
    pub(super) fn last_before(&self, thread: u32, number: u32) -> Option<usize> {
        let own = number.checked_sub(1).map(|last| self.by_thread[thread as usize][last as usize]);
        own.or_else(|| self.spawned_by.get(thread as usize).copied().flatten()).map(|last| last as usize)
    }

    /// Gives the first step without a clock its clock.
    pub(crate) fn order(&mut self, clock: &[u32]) {
        let step = &self.steps[self.ordered()];
        let (thread, number) = (step.thread as usize, step.number);
        let start = self.clocks.len();
        self.clocks.extend_from_slice(clock);
        self.clocks[start + thread] = number + 1;
    }

    /// Finds the earlier steps, latest first, that could be in a race with a step of `thread` with this
    /// footprint, and that `clock`, what happens before it within its thread, does not count: those that it
    /// is dependent on, and, if it `waits`, also others that could have kept it waiting. `before` is the
    /// index up to which steps are looked at. Steps that happen before another that is found are left out
    /// where that other one is sure to be a race, which it is if the step waits for nothing.
    pub(crate) fn rivals(
        &self,
        footprint: &Footprint,
        clock: &[u32],
        before: usize,
        waits: bool,
        rivals: &mut Vec<Rival>,
    ) {
        rivals.clear();
        for &(target, access) in footprint {
            let cares_for_polls = access.conflicts(Access::Poll);
            let only_changes = access == Access::Read && !waits;
            let touches = self.touching(target);
            let mut place = touches.len().checked_sub(1);
            while let Some(touch) = place.map(|place| touches[place]) {
                place = place.and_then(|place| place.checked_sub(1));
                if touch.step as usize >= before {
                    continue;
                }
                if only_changes && touch.access == Access::Read {
                    place = touch.last_change.map(|place| place as usize);
                    continue;
                }
                let Touch { step: index, access: other_access, .. } = touch;
                let counted = self.is_in(index as usize, clock);
                let is_dependent = access.conflicts(other_access);
                if !counted && (is_dependent || waits) {
                    rivals.push(Rival { index, is_dependent });
                }
                // What came before an access that everything is ordered with comes before it.
                let orders_all = other_access == Access::Write || (other_access == Access::Hold && !cares_for_polls);
                if orders_all && (counted || !waits) {
                    break;
                }
            }
        }
        if footprint.len() > 1 {
            rivals.sort_unstable_by_key(|rival| std::cmp::Reverse((rival.index, rival.is_dependent)));
            rivals.dedup_by_key(|rival| rival.index);
        }
    }
}

/// A step that could be in a race with a later one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rival {
    pub(crate) index: u32,
    /// Whether the later step is dependent on it.
    pub(crate) is_dependent: bool,
}

/// Returns whether a thread is about to do what it did before. Values are left out: pointers differ.
pub(super) fn is_same(before: &Pending, now: &Pending) -> bool {
    before.object == now.object
        && std::ptr::eq(before.location, now.location)
        && std::mem::discriminant(&before.operation) == std::mem::discriminant(&now.operation)
}
