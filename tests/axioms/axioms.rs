//! The naive twin of the kernel's memory: for a straight-line program, every reads-from and every modification order, each
//! checked against the axioms of C++20 short of load buffering, as plainly as the text has them. It shares nothing with
//! the kernel.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use crate::straight_line::{Access, Program, outcome};

/// What all consistent graphs of a program show.
#[derive(Debug, Default)]
pub struct Seen {
    /// For each thread the values that its operations return, then the last value of each atomic.
    pub outcomes: BTreeSet<String>,
    /// How many graphs there are.
    pub graphs: u64,
}

/// A relation between events.
type Relation = Vec<Vec<bool>>;

fn relation(events: usize, holds: impl Fn(usize, usize) -> bool) -> Relation {
    (0..events).map(|from| (0..events).map(|to| holds(from, to)).collect()).collect()
}

fn closed(mut relation: Relation) -> Relation {
    for middle in 0..relation.len() {
        for from in 0..relation.len() {
            for to in 0..relation.len() {
                relation[from][to] |= relation[from][middle] && relation[middle][to];
            }
        }
    }
    relation
}

fn is_acyclic(relation: &Relation) -> bool {
    (0..relation.len()).all(|event| !relation[event][event])
}

/// One candidate: who reads from whom (none for the initial value), what is read and stored, and the stores of each
/// location in modification order.
struct Graph<'a> {
    accesses: &'a [(usize, Access)],
    reads_from: &'a [Option<usize>],
    stored: &'a [Option<u8>],
    order: &'a [Vec<usize>],
}

impl Graph<'_> {
    /// Returns the place of an event's store in modification order; 0 for the initial value.
    fn place(&self, store: Option<usize>) -> usize {
        let in_order = |event: usize| {
            let location = self.accesses[event].1.location().expect("an access");
            self.order[location].iter().position(|&other| other == event).expect("a store") + 1
        };
        store.map_or(0, in_order)
    }

    fn ordering(&self, event: usize) -> Option<Ordering> {
        Some(self.accesses[event].1.ordering(self.stored[event].is_some()))
    }

    fn has(&self, event: usize, orderings: &[Ordering]) -> bool {
        self.ordering(event).is_some_and(|ordering| orderings.contains(&ordering))
    }

    fn is_fence(&self, event: usize) -> bool {
        matches!(self.accesses[event].1, Access::Fence(_))
    }

    fn sequenced(&self, from: usize, to: usize) -> bool {
        from < to && self.accesses[from].0 == self.accesses[to].0
    }

    /// Returns whether `store` is in the release sequence that `head` begins: itself, then read-modify-writes only.
    fn is_in_release_sequence(&self, head: usize, mut store: usize) -> bool {
        loop {
            if store == head {
                return true;
            }
            match self.reads_from[store] {
                Some(before) if self.accesses[store].1.reads() => store = before,
                _ => return false,
            }
        }
    }

    /// [atomics.order] 2 and [atomics.fences].
    fn synchronizes(&self, from: usize, to: usize) -> bool {
        use Ordering::{AcqRel, Acquire, Release, SeqCst};
        if !self.has(from, &[Release, AcqRel, SeqCst]) || !self.has(to, &[Acquire, AcqRel, SeqCst]) {
            return false;
        }
        let count = self.accesses.len();
        let heads = (0..count).filter(|&head| {
            self.stored[head].is_some() && (head == from || self.is_fence(from) && self.sequenced(from, head))
        });
        heads.into_iter().any(|head| {
            let mut reads = (0..count).filter(|&read| {
                self.accesses[read].1.reads() && (read == to || self.is_fence(to) && self.sequenced(read, to))
            });
            reads.any(|read| {
                self.reads_from[read].is_some_and(|store| self.is_in_release_sequence(head, store)) && read != head
            })
        })
    }

    /// Happens-before, which no modification order changes.
    fn before(&self) -> Relation {
        closed(relation(self.accesses.len(), |from, to| self.sequenced(from, to) || self.synchronizes(from, to)))
    }

    fn is_consistent(&self, before: &Relation) -> bool {
        let count = self.accesses.len();
        let coherence = closed(relation(count, |from, to| self.precedes(from, to)));
        let is_atomic = (0..count).all(|event| {
            let is_update = self.accesses[event].1.reads() && self.stored[event].is_some();
            !is_update || self.place(Some(event)) == self.place(self.reads_from[event]) + 1
        });
        let is_coherent = (0..count).all(|from| (0..count).all(|to| !(before[from][to] && coherence[to][from])));
        is_atomic && is_acyclic(&coherence) && is_coherent && self.has_total_order(before, &coherence)
    }

    /// Reads-from, modification order and from-read.
    fn precedes(&self, from: usize, to: usize) -> bool {
        let (one, other) = (self.accesses[from].1, self.accesses[to].1);
        if from == to || one.location().is_none() || one.location() != other.location() {
            return false;
        }
        let stores = |event: usize| self.stored[event].is_some();
        other.reads() && stores(from) && self.reads_from[to] == Some(from)
            || stores(from) && stores(to) && self.place(Some(from)) < self.place(Some(to))
            || one.reads() && stores(to) && self.place(self.reads_from[from]) < self.place(Some(to))
    }

    /// [atomics.order] 3 and 4.
    fn has_total_order(&self, before: &Relation, coherence: &Relation) -> bool {
        let count = self.accesses.len();
        let sequenced = relation(count, |from, to| self.sequenced(from, to));
        let is_sequential = |event: usize| self.has(event, &[Ordering::SeqCst]);
        let strongly = closed(relation(count, |from, to| {
            let between = (0..count).any(|first| {
                sequenced[from][first] && (0..count).any(|last| before[first][last] && sequenced[last][to])
            });
            let both = is_sequential(from) && is_sequential(to) && self.synchronizes(from, to);
            sequenced[from][to] || between || both
        }));
        let first = |event: usize, node: usize| node == event || self.is_fence(node) && before[node][event];
        let last = |event: usize, node: usize| node == event || self.is_fence(node) && before[event][node];
        is_acyclic(&closed(relation(count, |from, to| {
            let by_coherence = || {
                (0..count)
                    .any(|one| first(one, from) && (0..count).any(|other| coherence[one][other] && last(other, to)))
            };
            is_sequential(from) && is_sequential(to) && (strongly[from][to] || by_coherence())
        })))
    }
}

/// Returns what all consistent graphs of the program show.
pub fn enumerate(program: &Program) -> Seen {
    let numbered = program.threads.iter().enumerate();
    let accesses: Vec<(usize, Access)> =
        numbered.flat_map(|(thread, accesses)| accesses.iter().map(move |&access| (thread, access))).collect();
    let mut seen = Seen::default();
    let mut reads_from = vec![None; accesses.len()];
    choose_reads(program, &accesses, 0, &mut reads_from, &mut seen);
    seen
}

/// Gives the events from `event` on every store to read from.
fn choose_reads(
    program: &Program,
    accesses: &[(usize, Access)],
    event: usize,
    reads_from: &mut Vec<Option<usize>>,
    seen: &mut Seen,
) {
    let Some(&(_, access)) = accesses.get(event) else { return choose_orders(program, accesses, reads_from, seen) };
    let is_source = |other: usize| {
        let may_store = !matches!(accesses[other].1, Access::Load(..) | Access::Fence(_));
        other != event && may_store && accesses[other].1.location() == access.location()
    };
    let sources: Vec<usize> = (0..accesses.len()).filter(|&other| access.reads() && is_source(other)).collect();
    for source in std::iter::once(None).chain(sources.into_iter().map(Some)) {
        reads_from[event] = source;
        choose_reads(program, accesses, event + 1, reads_from, seen);
    }
    reads_from[event] = None;
}

/// Gives the stores that there are then every modification order.
fn choose_orders(program: &Program, accesses: &[(usize, Access)], reads_from: &[Option<usize>], seen: &mut Seen) {
    let count = accesses.len();
    let linked = |from: usize, to: usize| {
        from < to && accesses[from].0 == accesses[to].0 || accesses[to].1.reads() && reads_from[to] == Some(from)
    };
    if !is_acyclic(&closed(relation(count, linked))) {
        return;
    }
    // Without a cycle, so many rounds give every event what it reads and stores.
    let (mut read, mut stored) = (vec![0; count], vec![None; count]);
    for _ in 0..count {
        for event in 0..count {
            read[event] = reads_from[event].and_then(|source| stored[source]).unwrap_or(0);
            stored[event] = accesses[event].1.stores(read[event]);
        }
    }
    if reads_from.iter().flatten().any(|&source| stored[source].is_none()) {
        return;
    }
    let stores = |location: usize| -> Vec<usize> {
        (0..count).filter(|&event| stored[event].is_some() && accesses[event].1.location() == Some(location)).collect()
    };
    let before = Graph { accesses, reads_from, stored: &stored, order: &[] }.before();
    if !is_acyclic(&before) {
        return;
    }
    let mut orders: Vec<Vec<Vec<usize>>> = vec![Vec::new()];
    for location in 0..program.locations {
        let all = permutations(&stores(location));
        let with = |order: &Vec<Vec<usize>>| {
            let order = order.clone();
            all.iter().map(move |last| [order.clone(), vec![last.clone()]].concat()).collect::<Vec<_>>()
        };
        orders = orders.iter().flat_map(with).collect();
    }
    for order in orders {
        let graph = Graph { accesses, reads_from, stored: &stored, order: &order };
        if graph.is_consistent(&before) {
            seen.graphs += 1;
            let values = |thread: usize| -> Vec<u8> {
                (0..count)
                    .filter(|&event| accesses[event].0 == thread && accesses[event].1.reads())
                    .map(|event| read[event])
                    .collect()
            };
            let values: Vec<Vec<u8>> = (0..program.threads.len()).map(values).collect();
            let last = |stores: &Vec<usize>| stores.last().and_then(|&event| stored[event]).unwrap_or(0);
            seen.outcomes.insert(outcome(&values, &order.iter().map(last).collect::<Vec<_>>()));
        }
    }
}

fn permutations(items: &[usize]) -> Vec<Vec<usize>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let with_first = |first: usize| {
        let rest: Vec<usize> = items.iter().copied().filter(|&item| item != items[first]).collect();
        permutations(&rest).into_iter().map(move |rest| [vec![items[first]], rest].concat())
    };
    (0..items.len()).flat_map(with_first).collect()
}
