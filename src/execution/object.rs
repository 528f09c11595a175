//! The identity of a facade object: lazily given at first use within an execution, because a
//! `const` constructor cannot know where it runs.

use std::panic::Location;
use std::rc::Rc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use super::backend::{Backend, NewObject, Stop};
use super::context;
use super::real::RealExecution;
use super::static_address::is_static;
use crate::failure::{Failure, ForeignObject};
use crate::trace::{ObjectId, ObjectKind};

const ID_BITS: u32 = 24;

/// What every facade object carries: the execution that used it last with its identity there, and
/// the source line that made it. All bytes zero are a header too, of an object made nowhere known: as in
/// std, an atomic may lie in zeroed memory that no constructor has seen.
pub(crate) struct Header {
    // 0 as long as it is not known, 1 for a static, 2 for anything else.
    place: AtomicU8,
    restart: Restart,
    // Epoch of the execution in the upper bits, identity in the lower; 0 before the first use.
    tag: AtomicU64,
    made_at: Option<&'static Location<'static>>,
}

/// Whether a static of this type can begin each execution anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Restart {
    /// It holds no data that would have to be made anew.
    Afresh = 0,
    /// It holds a value that only its first user could have made.
    Impossible,
}

impl Header {
    /// Returns the header of an object that can always begin anew.
    #[track_caller]
    pub(crate) const fn new() -> Self {
        Self {
            place: AtomicU8::new(0),
            restart: Restart::Afresh,
            tag: AtomicU64::new(0),
            made_at: Some(Location::caller()),
        }
    }

    /// Returns the header of an object around a `T`, which can begin anew only if `T` holds nothing.
    #[track_caller]
    pub(crate) const fn holding<T>() -> Self {
        let empty = size_of::<T>() == 0 && !std::mem::needs_drop::<T>();
        let mut header = Self::new();
        if !empty {
            header.restart = Restart::Impossible;
        }
        header
    }

    /// The address that stands for a static in every execution.
    pub(crate) fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// Returns whether the object is a static.
    pub(crate) fn is_static(&self) -> bool {
        match self.place.load(Ordering::Relaxed) {
            0 => {
                let found = is_static(self.address());
                self.place.store(if found { 1 } else { 2 }, Ordering::Relaxed);
                found
            }
            place => place == 1,
        }
    }

    /// Returns whether the object holds no data, so that a static of its kind can begin anew.
    pub(crate) fn holds_nothing(&self) -> bool {
        self.restart == Restart::Afresh
    }

    /// Returns the failure that the use of this object is, which belongs to no execution or to
    /// another one.
    pub(crate) fn foreign(&self, kind: ObjectKind, used_at: &'static Location<'static>) -> Failure {
        let (made_at, is_static) = (self.made_at.unwrap_or(used_at), self.is_static());
        Failure::ForeignObject(ForeignObject { kind, made_at, used_at, is_static })
    }

    /// Forgets the execution that used the object: it is as if it were made now.
    pub(crate) fn forget(&mut self) {
        *self.tag.get_mut() = 0;
    }

    /// Enters the object into a real execution at first use; returns whether it is a static, of
    /// which every execution has its own.
    pub(crate) fn resolve_real(
        &self,
        real: &RealExecution,
        location: &'static Location<'static>,
        kind: ObjectKind,
    ) -> bool {
        if self.tag.load(Ordering::Relaxed) == real.epoch << ID_BITS {
            return false;
        }
        let is_static = self.is_static();
        if is_static && self.restart == Restart::Afresh {
            return true;
        }
        // The first to use it decides; all threads of one execution come to the same.
        let entered = self.tag.compare_exchange(0, real.epoch << ID_BITS, Ordering::Relaxed, Ordering::Relaxed);
        if entered.is_err_and(|tag| tag != real.epoch << ID_BITS) {
            real.halt(self.foreign(kind, location));
        }
        false
    }

    /// Returns the identity of the object in the back end's execution, which it enters at first use.
    /// An object that another execution used is made anew if it is a static that can be, and
    /// otherwise ends the execution with [`Failure::ForeignObject`].
    #[inline]
    pub(crate) fn resolve(
        &self,
        backend: &Rc<dyn Backend>,
        location: &'static Location<'static>,
        object: impl FnOnce() -> NewObject,
    ) -> ObjectId {
        let tag = self.tag.load(Ordering::Relaxed);
        if tag >> ID_BITS == backend.execution().epoch {
            return ObjectId((tag & ((1 << ID_BITS) - 1)) as u32);
        }
        self.resolve_slowly(backend, location, tag, object())
    }

    #[cold]
    fn resolve_slowly(
        &self,
        backend: &Rc<dyn Backend>,
        location: &'static Location<'static>,
        tag: u64,
        object: NewObject,
    ) -> ObjectId {
        let execution = backend.execution();
        if tag != 0 {
            // Another execution has used it, perhaps at this moment on another OS thread. Or an object ended here, and
            // the tag is what the allocator makes of free memory: an object that is new has none.
            if let Some(&id) = execution.addresses.borrow().get(&self.address()) {
                return id;
            }
            if self.restart == Restart::Impossible || !self.is_static() {
                backend.halt(Stop::Failure(self.foreign(object.kind(), location)));
            }
        }
        let id = backend.register(object, self.made_at.unwrap_or(location));
        execution.addresses.borrow_mut().insert(self.address(), id);
        self.tag.store(execution.epoch << ID_BITS | u64::from(id.0), Ordering::Relaxed);
        id
    }
}

impl Drop for Header {
    /// Tells the execution that the object's life ends, if it has been used there.
    #[inline]
    fn drop(&mut self) {
        if *self.tag.get_mut() != 0 {
            self.end();
        }
    }
}

impl Header {
    #[cold]
    fn end(&mut self) {
        let Some(backend) = context::modelled() else { return };
        let (tag, execution) = (*self.tag.get_mut(), backend.execution());
        if tag >> ID_BITS != execution.epoch {
            return;
        }
        let id = ObjectId((tag & ((1 << ID_BITS) - 1)) as u32);
        backend.end_of_life(id);
        // It may have been moved since it was entered.
        execution.addresses.borrow_mut().insert(self.address(), id);
    }
}
