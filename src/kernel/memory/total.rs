//! The total order of the `SeqCst` operations, fences included: whether there is one.
//!
//! C++20, [atomics.order] 3 and 4: it agrees with *strongly happens before*, and with coherence order, taken
//! transitively, between `SeqCst` operations and across `SeqCst` fences: where A comes before B in coherence order, A or a
//! fence that happens before it comes before B or a fence that it happens before. There is such an order where these
//! constraints have no cycle.

use super::location::{Location, Made, Place};
use crate::execution::clock::Clock;
use crate::trace::ThreadId;

/// A `SeqCst` operation.
#[derive(Clone, Debug)]
pub(super) struct Sequential {
    thread: ThreadId,
    number: u32,
    /// What its thread knew before: of each other thread, all but the last event strongly happen before it.
    base: Clock,
    /// What happens before it, itself included, if it is a fence.
    clock: Option<Clock>,
    /// Which others have to come later.
    later: Vec<usize>,
}

/// All of them, and what is known of their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Total {
    nodes: Vec<Sequential>,
}

impl Sequential {
    pub(super) fn fence(thread: ThreadId, number: u32, clock: Clock, base: Clock) -> Self {
        Self { thread, number, base, clock: Some(clock), later: Vec::new() }
    }

    /// Returns whether it is among what a clock counts.
    fn is_in(&self, clock: &Clock) -> bool {
        clock.of(self.thread) >= self.number
    }

    /// Returns whether it strongly happens before the next event of `thread`, which knows `base`: it is of the same
    /// thread, or sequenced before something that happens before what is sequenced before that event.
    fn strongly_happened(&self, thread: ThreadId, base: &Clock) -> bool {
        base.of(self.thread) > self.number - u32::from(self.thread == thread)
    }
}

impl Total {
    /// Returns whether there are constraints that an access of any ordering could break.
    pub(super) fn is_needed(&self) -> bool {
        self.nodes.len() > 1
    }

    /// Returns whether there is still a total order with this access at this place.
    pub(super) fn admits(&self, made: &Made, location: &Location, place: Place) -> bool {
        let edges = self.edges(made, location, place);
        // What closes a cycle is one of the new edges.
        let mut seen = vec![false; self.nodes.len() + 1];
        !edges.iter().any(|&(from, to)| {
            seen.fill(false);
            self.reaches(to, from, &edges, &mut seen)
        })
    }

    fn reaches(&self, from: usize, to: usize, edges: &[(usize, usize)], seen: &mut [bool]) -> bool {
        let mut left = vec![from];
        while let Some(node) = left.pop() {
            if node == to {
                return true;
            }
            if !std::mem::replace(&mut seen[node], true) {
                left.extend(self.nodes.get(node).iter().flat_map(|node| &node.later));
                left.extend(edges.iter().filter(|edge| edge.0 == node).map(|edge| edge.1));
            }
        }
        false
    }

    /// Returns what the access adds to the constraints; it is itself the node after the last.
    fn edges(&self, made: &Made, location: &Location, place: Place) -> Vec<(usize, usize)> {
        let own = self.nodes.len();
        let mut edges = Vec::new();
        if made.is_sequential {
            edges.extend(self.before(made.thread, &made.base).map(|before| (before, own)));
        }
        let sources: Vec<usize> = made.fences.iter().copied().chain(made.is_sequential.then_some(own)).collect();
        for (other_place, other) in location.accesses() {
            if other_place < place && made.is_sequential {
                let sources = other.fences.iter().copied().chain(other.node);
                edges.extend(sources.map(|source| (source, own)));
            } else if other_place > place {
                for target in self.fences_after(other).chain(other.node) {
                    edges.extend(sources.iter().map(|&source| (source, target)));
                }
            }
        }
        edges
    }

    fn before(&self, thread: ThreadId, base: &Clock) -> impl Iterator<Item = usize> {
        let strongly = move |node: &(usize, &Sequential)| node.1.strongly_happened(thread, base);
        self.nodes.iter().enumerate().filter(strongly).map(|(index, _)| index)
    }

    /// Returns the fences that happen before the next event of a thread that knows `base` and takes over what it has `read`.
    pub(super) fn fences_before(&self, base: &Clock, read: Option<&Clock>) -> Vec<usize> {
        let is_before = |node: &Sequential| node.is_in(base) || read.is_some_and(|read| node.is_in(read));
        let fences = self.nodes.iter().enumerate().filter(|(_, node)| node.clock.is_some() && is_before(node));
        fences.map(|(index, _)| index).collect()
    }

    fn fences_after(&self, made: &Made) -> impl Iterator<Item = usize> {
        let knows = |clock: &Clock| clock.of(made.thread) >= made.number;
        let is_after = move |node: &(usize, &Sequential)| node.1.clock.as_ref().is_some_and(knows);
        self.nodes.iter().enumerate().filter(is_after).map(|(index, _)| index)
    }

    pub(super) fn restart(&mut self) {
        self.nodes.clear();
    }

    /// Adds an access; returns its number if it is a `SeqCst` one.
    pub(super) fn add(&mut self, made: &Made, location: &Location, place: Place) -> Option<usize> {
        if self.nodes.is_empty() && !made.is_sequential {
            return None;
        }
        let edges = self.edges(made, location, place);
        let own = self.nodes.len();
        if made.is_sequential {
            let Made { thread, number, ref base, .. } = *made;
            self.nodes.push(Sequential { thread, number, base: base.clone(), clock: None, later: Vec::new() });
        }
        self.link(edges);
        made.is_sequential.then_some(own)
    }

    /// Adds a fence, after which comes nothing yet.
    pub(super) fn add_fence<'a>(&mut self, fence: Sequential, locations: impl Iterator<Item = &'a Location>) {
        let own = self.nodes.len();
        let mut edges: Vec<(usize, usize)> =
            self.before(fence.thread, &fence.base).map(|before| (before, own)).collect();
        for location in locations {
            let happened = |made: &Made| fence.clock.as_ref().is_some_and(|clock| clock.of(made.thread) >= made.number);
            let Some(last) = location.accesses().filter(|(_, made)| happened(made)).map(|(place, _)| place).max()
            else {
                continue;
            };
            for (_, made) in location.accesses().filter(|(place, _)| *place < last) {
                let sources = made.fences.iter().copied().chain(made.node);
                edges.extend(sources.map(|source| (source, own)));
            }
        }
        self.nodes.push(fence);
        self.link(edges);
    }

    fn link(&mut self, edges: Vec<(usize, usize)>) {
        for (from, to) in edges {
            let later = &mut self.nodes[from].later;
            if from != to && !later.contains(&to) {
                later.push(to);
            }
        }
    }
}
