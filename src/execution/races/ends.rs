//! The ends of objects' lives, which come between the events of an execution, and what orders them.

use super::Races;
use crate::failure::Access;
use crate::trace::{Aside, AsideKind, Event, ObjectId, Operation};

/// The last use of an object by a thread.
#[derive(Clone, Debug)]
pub(super) struct Use {
    access: Access,
    /// The number of the event among those of its thread, counted from 1, and among all.
    number: u32,
    event: usize,
}

/// A use of an object that nothing visible orders before the end of its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Suspicion {
    pub(crate) object: ObjectId,
    pub(crate) freed: Access,
    pub(crate) used: Access,
    /// The event that is the use, and how many events had happened before the end.
    pub(crate) event: usize,
    pub(crate) events_before: usize,
}

impl Races<'_> {
    /// Notes what happened between events.
    pub(super) fn aside(&mut self, aside: &Aside, suspicions: &mut Vec<Suspicion>) {
        match aside.what {
            AsideKind::Drop(arc, is_last) => self.order.drop_arc(aside.thread, arc, is_last),
            AsideKind::End(object, location) => {
                let clock = self.order.known(aside.thread);
                let is_unordered = |used: &&Use| clock.of(used.access.thread) < used.number;
                let uses = self.objects[object.index()].uses.iter().filter(is_unordered);
                suspicions.extend(uses.filter(|used| used.access.thread != aside.thread).map(|used| Suspicion {
                    object,
                    freed: Access { thread: aside.thread, exclusive: true, location },
                    used: used.access.clone(),
                    event: used.event,
                    events_before: aside.events_before,
                }));
            }
        }
    }

    /// Notes that an object was used.
    pub(super) fn note_use(&mut self, event: &Event, index: usize, number: u32) {
        let mutex = match event.operation {
            Operation::Wait { mutex, .. } | Operation::Wake { mutex, .. } => Some(mutex),
            _ => None,
        };
        for object in event.object.into_iter().chain(mutex) {
            let exclusive = event.operation.may_write();
            let access = Access { thread: event.thread, exclusive, location: event.location };
            let used = Use { access, number, event: index };
            let uses = &mut self.objects[object.index()].uses;
            match uses.iter_mut().find(|other| other.access.thread == event.thread) {
                Some(last) => *last = used,
                None => uses.push(used),
            }
        }
    }
}
