//! Wakeup trees: what is still to be explored from a point of an execution, as sequences of steps
//! that share their beginnings (Abdulla, Aronis, Jonsson and Sagonas, "Source Sets: A Foundation for
//! Optimal Dynamic Partial Order Reduction", JACM 2017, section 6).
//!
//! A sequence is added only if no explored or planned one already leads to an equivalent execution,
//! which is the case if it can be reordered, without changing the order of dependent steps, so that it
//! begins with that one.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::past::Past;
use super::placement::Placement;
use super::race::Reversal;
use super::steps::{Clock, Step, Steps};
use crate::kernel::{Access, Footprint, Target, dependent};
use crate::trace::{ObjectId, Operation, Response};

/// A step to be explored, and what is to be explored after it.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    pub(super) thread: u32,
    pub(super) way: u32,
    /// How many steps the thread will have taken before.
    number: u32,
    footprint: Footprint,
    /// The objects with lower numbers have the same numbers in all executions that come here.
    objects: u32,
    /// What came of the step in the execution that it is from; none for a step that is to come earlier.
    response: Option<Response>,
    /// Whether a sequence ends here of which it was not known if it is needed: it is not if something
    /// is still asleep by then. What the children lead to may be needed all the same.
    pub(super) is_doubtful: bool,
    pub(super) children: Vec<Branch>,
}

/// A step that was explored already, from here or from a point before, and has not been overtaken by a
/// dependent one since: to begin with it again would lead to equivalent executions.
#[derive(Clone, Debug)]
pub(super) struct Sleeper {
    pub(super) thread: u32,
    pub(super) way: u32,
    pub(super) footprint: Footprint,
}

/// Lets a plain store to the atomic that is asleep stay so after another one, `access`, that was placed where it is, in the
/// way `way`: whichever of the two is the first.
pub(super) fn split(sleepers: &mut Vec<Sleeper>, object: ObjectId, access: Access, way: u32) {
    let Some(own) = access.store_made() else { return };
    let before = access.store_read().unwrap_or(way);
    let is_split = |sleeper: &&Sleeper| {
        let is_store =
            matches!(sleeper.footprint.first(), Some(&(Target::Object(other), Access::Stores(_))) if other == object);
        is_store && sleeper.way == before
    };
    let behind: Vec<Sleeper> =
        sleepers.iter().filter(is_split).map(|sleeper| Sleeper { way: own, ..sleeper.clone() }).collect();
    sleepers.extend(behind);
}

/// A step of a sequence that is to be added.
#[derive(Clone, Debug)]
struct Element<'a> {
    thread: u32,
    way: u32,
    number: u32,
    /// Its place among the steps of the execution; none for one that is to come earlier, and for one that was not taken.
    index: Option<usize>,
    /// What happens before one that has no place.
    before: Clock,
    footprint: &'a Footprint,
}

impl Element<'_> {
    /// Returns up to which step of the execution it depends on what was taken that it can be taken where it is; none if on all.
    /// An access to an atomic that comes earlier, under the language's memory model, depends on its thread and on the store that
    /// it reads from, which were there before it was planned: what else it conflicts with comes after the step that it reverses.
    fn rests_on(&self) -> Option<usize> {
        let is_access = matches!(self.footprint[..], [(Target::Object(_), access)] if access.is_of_graph());
        self.index.or_else(|| is_access.then_some(0))
    }

    /// Returns the atomic that it is a plain store to, under the language's memory model, and the name of the store.
    fn plain_store(&self) -> Option<(ObjectId, u32)> {
        match self.footprint.first() {
            Some(&(Target::Object(object), Access::Stores(own))) => Some((object, own)),
            _ => None,
        }
    }
}

/// A sequence that is to be added: the steps after a point that do not happen after the step there, and
/// then the one that is to come earlier.
pub(super) struct Sequence<'a> {
    past: Past<'a>,
    steps: &'a Steps,
    elements: VecDeque<Element<'a>>,
    /// The place of the step after which they come, and of the first that is not taken.
    point: usize,
    /// How many objects there were at that point: their numbers mean the same in all executions that
    /// go through it.
    objects: u32,
    /// What threads that have not ended were about to do at the end of the execution.
    pending: &'a [Step],
}

impl<'a> Sequence<'a> {
    pub(super) fn of(past: Past<'a>, reversal: &'a Reversal, objects: u32, pending: &'a [Step]) -> Self {
        let (early, steps) = (reversal.early, past.steps);
        let end = reversal.until.map_or(steps.ordered(), |until| until.min(steps.ordered()));
        let elements: VecDeque<Element<'a>> = (early + 1..end)
            .filter(|&index| reversal.keeps(steps, index))
            .map(|index| {
                let step = steps.get(index);
                Element {
                    thread: step.thread,
                    way: step.way,
                    number: step.number,
                    index: Some(index),
                    before: Clock::new(),
                    footprint: &step.footprint,
                }
            })
            .collect();
        let mut sequence = Self { past, steps, elements, point: early, objects, pending };
        if let Some(first) = reversal.first {
            let Step { thread, way, number, ref footprint, .. } = pending[first];
            sequence.push(thread, way, number, footprint);
        }
        sequence.push(reversal.thread, reversal.way, reversal.number, &reversal.footprint);
        sequence
    }

    /// Adds a step that is none of the execution, or comes earlier than there.
    fn push(&mut self, thread: u32, way: u32, number: u32, footprint: &'a Footprint) {
        let mut before = Clock::new();
        self.steps.before_in_thread(thread, number, &mut before);
        for element in &self.elements {
            if let Some(index) = element.index.filter(|_| dependent(element.footprint, footprint)) {
                self.steps.join(&mut before, index);
            }
        }
        self.elements.push_back(Element { thread, way, number, index: None, before, footprint });
    }

    /// Returns whether no other step of the sequence happens before the one at `place`.
    fn is_initial(&self, place: usize) -> bool {
        let element = &self.elements[place];
        self.elements.iter().take(place).all(|other| match (other.index, element.index) {
            (Some(other), Some(index)) => !self.steps.happens_before(other, index),
            (Some(other), None) => !self.steps.is_in(other, &element.before),
            (None, _) => !dependent(other.footprint, element.footprint),
        })
    }

    /// Returns the store that the one at `place`, if it is a plain one, comes right after, of those that are there.
    fn store_before(&self, place: usize, placement: &mut Placement<'_>) -> Option<(ObjectId, u32)> {
        let element = &self.elements[place];
        let (object, own) = element.plain_store()?;
        let before = match element.index {
            Some(_) => placement.way(object, own),
            // One that was not taken comes last; of one that was, another way is planned.
            None if self.steps.of_thread(element.thread, element.number).is_none() => placement.last(object),
            None => placement.behind_updates(object, element.way),
        };
        Some((object, before))
    }

    /// Returns whether the step at `place` may be taken here in this way.
    fn has_way(&self, place: usize, way: u32, placement: &mut Placement<'_>) -> bool {
        match self.store_before(place, placement) {
            Some((object, before)) => placement.agrees(object, before, way),
            None => self.elements[place].way == way,
        }
    }

    /// Returns whether the sequence can be reordered so that it begins with this step: one of a *weak
    /// initial*.
    fn can_begin_with(&self, thread: u32, way: u32, footprint: &Footprint) -> bool {
        match self.elements.iter().position(|element| element.thread == thread) {
            Some(place) => {
                self.has_way(place, way, &mut Placement::at(self.past, self.point)) && self.is_initial(place)
            }
            None => self.elements.iter().all(|element| !dependent(footprint, element.footprint)),
        }
    }

    /// Returns whether an execution that begins with the sequence is equivalent to one that begins with
    /// a sleeper.
    pub(super) fn is_asleep(&self, sleepers: &[Sleeper]) -> bool {
        sleepers.iter().any(|sleeper| self.can_begin_with(sleeper.thread, sleeper.way, &sleeper.footprint))
    }

    /// Adds the sequence to `tree`, unless it is there in some order. If it is there because of some of its steps, whatever the
    /// others are, the place of the last one of the execution among these is returned.
    pub(super) fn insert(mut self, mut tree: &mut Vec<Branch>) -> Option<usize> {
        // Threads that the tree has let do something else than they did in this execution.
        let mut astray: Vec<u32> = Vec::new();
        let mut is_doubtful = false;
        let mut is_there_by = Some(0);
        let mut placement = Placement::at(self.past, self.point);
        loop {
            let mut followed = None;
            for (branch, child) in tree.iter().enumerate() {
                let place = self.elements.iter().position(|element| element.thread == child.thread);
                let follows = match place {
                    Some(place) => Some(self.has_way(place, child.way, &mut placement) && self.is_initial(place)),
                    None => self.is_independent_of(child, &astray),
                };
                is_doubtful |= follows.is_none();
                if follows == Some(true) {
                    followed = Some((branch, place));
                    break;
                }
            }
            let Some((branch, place)) = followed else { break };
            let is_foreign = place.is_none_or(|place| self.elements[place].index.is_none());
            let rests_on = place.and_then(|place| self.elements[place].rests_on());
            is_there_by = is_there_by.zip(rests_on).map(|(one, other)| one.max(other));
            let ours = match place {
                Some(place) => Some(Cow::Borrowed(self.elements[place].footprint)),
                None => self.in_our_numbers(&tree[branch], &astray),
            };
            placement.add(ours.as_ref().and_then(|ours| ours.first()), tree[branch].way, is_foreign);
            match place {
                Some(place) => drop(self.elements.remove(place)),
                None if self.did_the_same(&tree[branch]) => {}
                None => astray.push(tree[branch].thread),
            }
            let child = &mut tree[branch];
            // A sequence that ends here leads to what the tree has below; one that goes on where the
            // tree ends, the other way round, unless what the tree leads to may be given up.
            let is_end = child.children.is_empty() && !child.is_doubtful;
            if self.elements.is_empty() || is_end {
                return is_there_by.filter(|_| is_end);
            }
            is_doubtful |= child.is_doubtful;
            tree = &mut child.children;
        }
        let last = self.elements.len() - 1;
        for place in 0..=last {
            let way = match self.store_before(place, &mut placement) {
                Some((object, before)) => placement.behind_updates(object, before),
                None => self.elements[place].way,
            };
            let &Element { thread, number, footprint, index, .. } = &self.elements[place];
            let response = index.and_then(|index| self.steps.get(index).response);
            let is_doubtful = is_doubtful && place == last;
            let (objects, children, footprint) = (self.objects, Vec::new(), footprint.clone());
            let branch = Branch { thread, way, number, footprint, objects, response, is_doubtful, children };
            placement.add(branch.footprint.first(), way, index.is_none());
            tree.push(branch);
            tree = &mut tree.last_mut().expect("the branch just added").children;
        }
        None
    }

    /// Returns whether a step that is not in the sequence is independent of all of it; none if that is
    /// not known.
    fn is_independent_of(&self, child: &Branch, astray: &[u32]) -> Option<bool> {
        let footprint = self.in_our_numbers(child, astray)?;
        Some(self.elements.iter().all(|element| !dependent(&footprint, element.footprint)))
    }

    /// Returns whether a step of another execution was taken in this one too, so that its thread knows the
    /// same after it. What it can learn besides the response, such as the data that a lock protects, may
    /// differ.
    fn did_the_same(&self, child: &Branch) -> bool {
        let ours = self.steps.of_thread(child.thread, child.number).map(|index| self.steps.get(index));
        ours.is_some_and(|step| {
            let says_all = matches!(
                step.pending.operation,
                Operation::Load { .. }
                    | Operation::Store { .. }
                    | Operation::Update { .. }
                    | Operation::CompareExchange { .. }
            );
            says_all && step.response.is_some() && step.response == child.response
        })
    }

    /// Returns the footprint of a step that another execution had, in the numbers that objects have in
    /// this one; none if that is not known.
    fn in_our_numbers<'c>(&self, child: &'c Branch, astray: &[u32]) -> Option<Cow<'c, Footprint>> {
        let is_shared = |target: Target| match target {
            Target::Object(object) => object.0 < child.objects,
            Target::End(_) | Target::Finished(_) | Target::Token(_) | Target::History | Target::Order(_) => true,
        };
        if child.footprint.iter().all(|&(target, _)| is_shared(target)) {
            return Some(Cow::Borrowed(&child.footprint));
        }
        // Where the thread has done the same in both executions so far, its next step is the same.
        if astray.contains(&child.thread) {
            return None;
        }
        let ours = match self.steps.of_thread(child.thread, child.number) {
            Some(index) => &self.steps.get(index).footprint,
            None => &self.pending.iter().find(|step| step.thread == child.thread)?.footprint,
        };
        let mut footprint = child.footprint.clone();
        if footprint.len() != ours.len() {
            return None;
        }
        for ((target, _), (our_target, _)) in footprint.iter_mut().zip(ours) {
            *target = *our_target;
        }
        Some(Cow::Owned(footprint))
    }
}
