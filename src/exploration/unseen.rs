//! What suggests that a scenario does something where the harness does not look: threads that do nothing visible, and
//! threads that have no object in common. Nothing of it is wrong by itself, and it is said beside the verdict.

use std::collections::BTreeMap;
use std::panic::Location;

use crate::trace::{ObjectId, Operation, ThreadId, Trace};

/// Something that is said beside a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// No thread that was spawned there did anything visible.
    SilentThread {
        /// The source line that spawned it.
        spawned_at: &'static Location<'static>,
        /// Its name, if it has one.
        name: Option<String>,
    },
    /// The scenario has started OS threads by itself, of which nothing is modelled.
    OsThreads {
        /// How many were seen at once.
        count: u32,
    },
    /// There were several threads, the main thread counted, and no two of them used one object.
    NothingShared {
        /// How many there were.
        threads: usize,
    },
    /// There were threads besides the main thread, and none of them did anything visible.
    NothingVisible {
        /// How many there were, the main thread not counted.
        threads: usize,
    },
}

/// Something that std allows and that was not tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Untried {
    /// That a wait on a condition variable, or a park, ends for no reason.
    SpuriousWakeups,
    /// That a `compare_exchange_weak` fails for no reason.
    SpuriousFailures,
}

/// What is known of the executions whose events were recorded.
#[derive(Debug, Default)]
pub(super) struct Unseen {
    /// The most threads of an execution, the main thread counted.
    threads: usize,
    /// For each source line that spawns threads, whether one of them did something visible, and the name of the first.
    sites: BTreeMap<&'static Location<'static>, (bool, Option<String>)>,
    shares: bool,
    /// Whether something of the facade was used that is no event.
    is_touched: bool,
    os_threads: u32,
    waits: bool,
    parks: bool,
    has_weak_exchanges: bool,
}

impl Unseen {
    /// Looks at an execution.
    pub(super) fn look_at(&mut self, trace: &Trace) {
        if trace.events.is_empty() {
            return;
        }
        self.threads = self.threads.max(trace.threads.len());
        self.os_threads = self.os_threads.max(trace.remarks.os_threads);
        let mut users: BTreeMap<ObjectId, ThreadId> = BTreeMap::new();
        let mut did_something = vec![false; trace.threads.len()];
        self.has_weak_exchanges |= trace.remarks.weak_exchanges;
        self.is_touched |= trace.remarks.touched || !trace.asides.is_empty();
        for event in &trace.events {
            did_something[event.thread.index()] |= !matches!(event.operation, Operation::Exit | Operation::Finish);
            self.waits |= matches!(event.operation, Operation::Wait { .. });
            self.parks |= matches!(event.operation, Operation::Park { .. });
            if let Some(object) = event.object {
                self.shares |= *users.entry(object).or_insert(event.thread) != event.thread;
            }
            // Who unparks or asks after another thread shares that thread with it.
            self.shares |= matches!(event.operation, Operation::Unpark { .. } | Operation::IsFinished { .. });
        }
        for event in &trace.events {
            if let Operation::Spawn { child } = event.operation
                && let Some(record) = trace.threads.get(child.index())
            {
                let site = self.sites.entry(event.location).or_insert_with(|| (false, record.name.clone()));
                site.0 |= did_something[child.index()];
            }
        }
    }

    /// Returns the most threads that there were, the main thread counted; 0 if nothing was recorded.
    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    /// Returns what was not tried, where so many waits on condition variables might end, and so many weak exchanges fail,
    /// for no reason.
    pub(super) fn untried(&self, (spurious_wakeups, spurious_failures): (u32, u32)) -> Vec<Untried> {
        let wakeups = self.parks || self.waits && spurious_wakeups == 0;
        let failures = self.has_weak_exchanges && spurious_failures == 0;
        let untried = [(wakeups, Untried::SpuriousWakeups), (failures, Untried::SpuriousFailures)];
        untried.into_iter().filter_map(|(is_untried, what)| is_untried.then_some(what)).collect()
    }

    /// Returns what is to be said.
    pub(super) fn notices(&self) -> Vec<Notice> {
        let born = (self.os_threads > 0).then_some(Notice::OsThreads { count: self.os_threads });
        born.into_iter().chain(self.notices_of_threads()).collect()
    }

    fn notices_of_threads(&self) -> Vec<Notice> {
        if self.threads < 2 {
            return Vec::new();
        }
        if self.sites.values().all(|(did_something, _)| !did_something) {
            let nothing = Notice::NothingVisible { threads: self.threads - 1 };
            return if self.is_touched { Vec::new() } else { vec![nothing] };
        }
        let silent = self.sites.iter().filter(|(_, (did_something, _))| !did_something);
        let mut notices: Vec<Notice> =
            silent.map(|(&spawned_at, (_, name))| Notice::SilentThread { spawned_at, name: name.clone() }).collect();
        if !self.shares {
            notices.push(Notice::NothingShared { threads: self.threads });
        }
        notices
    }
}
