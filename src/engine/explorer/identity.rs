//! Who a thread is, whatever the schedule: the k-th child of its parent. The runtime numbers threads
//! in the order in which they are spawned, which two executions need not agree on.

use crate::kernel::{Footprint, Kernel, StoreName, Target, Ways};
use crate::trace::ThreadId;

/// The numbers by which the explorer knows threads, the same in all executions of one exploration.
#[derive(Debug, Default)]
pub(crate) struct Identities {
    /// For each thread, its children in order.
    children: Vec<Vec<u32>>,
    /// In this execution: the number of each of the runtime's threads, the other way round, and how
    /// many children each thread has spawned.
    number: Vec<u32>,
    runtime: Vec<Option<ThreadId>>,
    spawned: Vec<usize>,
}

impl Identities {
    /// Begins an execution, with the main thread alone.
    pub(crate) fn restart(&mut self) {
        self.begin();
        self.number.clear();
        self.number.push(0);
        self.runtime.clear();
        self.runtime.resize(self.children.len(), None);
        self.runtime[0] = Some(ThreadId::MAIN);
        self.spawned.clear();
        self.spawned.resize(self.children.len(), 0);
    }

    fn begin(&mut self) {
        if self.children.is_empty() {
            self.children.push(Vec::new());
        }
    }

    /// Returns the number of the thread to which this path of child numbers leads from the main thread, whether it
    /// has been spawned yet or not.
    pub(crate) fn at(&mut self, path: &[u32]) -> u32 {
        self.begin();
        path.iter().fold(0, |parent, &place| {
            while self.children[parent as usize].len() <= place as usize {
                self.add_child(parent);
            }
            self.children[parent as usize][place as usize]
        })
    }

    /// Returns the path that leads to a thread.
    pub(crate) fn path(&self, mut number: u32) -> Vec<u32> {
        let mut path = Vec::new();
        while number > 0 {
            let place = |children: &Vec<u32>| children.iter().position(|&child| child == number);
            let found = (0..).zip(&self.children).find_map(|(parent, children)| Some((parent, place(children)?)));
            let (parent, place) = found.expect("every thread but the main thread is a child");
            path.push(u32::try_from(place).expect("fewer than 2^32 threads"));
            number = parent;
        }
        path.reverse();
        path
    }

    fn add_child(&mut self, parent: u32) -> u32 {
        let number = u32::try_from(self.children.len()).expect("fewer than 2^32 threads");
        self.children[parent as usize].push(number);
        self.children.push(Vec::new());
        number
    }

    /// Notes that `parent` has spawned the runtime's next thread.
    pub(crate) fn spawn(&mut self, parent: u32, child: ThreadId) {
        let place = self.spawned[parent as usize];
        self.spawned[parent as usize] += 1;
        let number = match self.children[parent as usize].get(place) {
            Some(&number) => number,
            None => {
                let number = self.add_child(parent);
                self.runtime.push(None);
                self.spawned.push(0);
                number
            }
        };
        self.number.push(number);
        self.runtime[number as usize] = Some(child);
    }

    /// Returns how many threads there have been in any execution.
    pub(crate) fn count(&self) -> usize {
        self.children.len()
    }

    pub(crate) fn number(&self, thread: ThreadId) -> u32 {
        self.number[thread.index()]
    }

    /// Returns the runtime's thread, if it has been spawned in this execution.
    pub(crate) fn runtime(&self, number: u32) -> Option<ThreadId> {
        self.runtime.get(number as usize).copied().flatten()
    }

    /// Puts the name of a store into the explorer's numbers.
    pub(crate) fn name(&self, name: u32) -> u32 {
        let name = StoreName(name);
        name.of_thread(self.number[name.thread() as usize]).0
    }

    /// Returns the ways of a thread's next step in the explorer's numbers.
    pub(crate) fn ways(&self, kernel: &Kernel, thread: ThreadId) -> Ways {
        match kernel.ways(thread) {
            Ways::OfMemory(names) if !self.are_the_runtimes() => {
                Ways::OfMemory(names.iter().map(|&name| self.name(name)).collect())
            }
            ways => ways,
        }
    }

    /// Returns whether all threads have the numbers that the runtime has given them.
    fn are_the_runtimes(&self) -> bool {
        (0..).zip(&self.number).all(|(index, &number)| index == number)
    }

    /// Returns the runtime's name of a store; none if its thread is not there.
    pub(crate) fn runtime_name(&self, name: u32) -> Option<u32> {
        let name = StoreName(name);
        Some(name.of_thread(self.runtime(name.thread())?.0).0)
    }

    /// Returns the runtime's name of the way `way` of a thread's next step.
    pub(crate) fn runtime_way(&self, kernel: &Kernel, thread: ThreadId, way: u32) -> Option<u32> {
        if kernel.names_stores(thread) { self.runtime_name(way) } else { Some(way) }
    }

    /// Returns the number of the alternative that the way `way` is now; none if it cannot be taken.
    pub(crate) fn alternative(&self, kernel: &Kernel, thread: ThreadId, way: u32) -> Option<u32> {
        kernel.alternative(thread, self.runtime_way(kernel, thread, way)?)
    }

    /// Puts a footprint into the explorer's numbers.
    pub(crate) fn translate(&self, mut footprint: Footprint) -> Footprint {
        for (target, access) in &mut footprint {
            *access = access.renamed(|name| self.name(name));
            match target {
                Target::Object(_) | Target::History | Target::Order(_) => {}
                Target::End(thread) | Target::Finished(thread) | Target::Token(thread) => {
                    thread.0 = self.number[thread.index()]
                }
            }
        }
        footprint
    }
}
