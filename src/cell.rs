//! A checked `UnsafeCell`: plain data shared by hand, with every access announced.

use std::fmt;
use std::panic::Location;
use std::rc::Rc;

use crate::execution::backend::{Backend, NewObject};
use crate::execution::context::{self, Mode};
use crate::execution::object::Header;
use crate::trace::{ObjectId, ObjectKind, Operation};

/// Like [`std::cell::UnsafeCell`], but accessed through [`with`](Self::with) and
/// [`with_mut`](Self::with_mut), so that an engine sees where each access begins and ends, and two
/// that race.
pub struct UnsafeCell<T: ?Sized> {
    header: Header,
    data: std::cell::UnsafeCell<T>,
}

/// An access that has begun in a modelled execution, and ends when this is dropped.
struct Access {
    backend: Rc<dyn Backend>,
    object: ObjectId,
    end: Operation,
    location: &'static Location<'static>,
}

impl Drop for Access {
    fn drop(&mut self) {
        self.backend.perform(Some(self.object), self.end, self.location);
    }
}

impl<T> UnsafeCell<T> {
    /// Returns a cell that holds `value`.
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self { header: Header::holding::<T>(), data: std::cell::UnsafeCell::new(value) }
    }

    /// Returns the value.
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }
}

impl<T: ?Sized> UnsafeCell<T> {
    /// Calls `f` with a pointer through which it may read.
    #[track_caller]
    pub fn with<F, R>(&self, f: F) -> R
    where
        F: FnOnce(*const T) -> R,
    {
        let _access = self.begin(Operation::CellRead, Operation::CellReadEnd, Location::caller());
        f(self.data.get())
    }

    /// Calls `f` with a pointer through which it may read and write.
    #[track_caller]
    pub fn with_mut<F, R>(&self, f: F) -> R
    where
        F: FnOnce(*mut T) -> R,
    {
        let _access = self.begin(Operation::CellWrite, Operation::CellWriteEnd, Location::caller());
        f(self.data.get())
    }

    /// Returns a mutable reference to the value.
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    fn begin(&self, begin: Operation, end: Operation, location: &'static Location<'static>) -> Option<Access> {
        match context::mode() {
            Mode::Outside => None,
            Mode::Real => {
                context::observed(begin, Some(ObjectKind::Cell), location, || {
                    if let Some(real) = context::real() {
                        self.header.resolve_real(&real, location, ObjectKind::Cell);
                    }
                });
                None
            }
            Mode::Modelled => {
                let backend = context::backend();
                let object = self.header.resolve(&backend, location, || NewObject::Cell);
                backend.perform(Some(object), begin, location);
                Some(Access { backend, object, end, location })
            }
        }
    }
}

impl<T: Default> Default for UnsafeCell<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for UnsafeCell<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized> fmt::Debug for UnsafeCell<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("UnsafeCell").finish_non_exhaustive()
    }
}

impl<T: ?Sized> crate::name::Nameable for UnsafeCell<T> {
    fn name(&self, name: &str, location: &'static Location<'static>) {
        crate::name::enter(&self.header, name, location, || NewObject::Cell);
    }
}
