//! The reusable barrier.

use std::fmt;
use std::panic::Location;

use crate::execution::backend::NewObject;
use crate::execution::context::{self, Mode};
use crate::execution::object::Header;
use crate::trace::{ObjectKind, Operation, Response};

/// See [`std::sync::Barrier`].
pub struct Barrier {
    header: Header,
    size: usize,
    native: std::sync::Barrier,
}

/// See [`std::sync::BarrierWaitResult`].
#[derive(Debug)]
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// Returns whether this thread is the one that was told to be the leader.
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

impl Barrier {
    /// See [`std::sync::Barrier::new`].
    #[track_caller]
    pub const fn new(n: usize) -> Self {
        Self { header: Header::new(), size: n, native: std::sync::Barrier::new(n) }
    }

    /// See [`std::sync::Barrier::wait`].
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        let location = Location::caller();
        match context::mode() {
            Mode::Outside => BarrierWaitResult(self.native.wait().is_leader()),
            Mode::Real => {
                if let Some(real) = context::real() {
                    self.header.resolve_real(&real, location, ObjectKind::Barrier);
                }
                let wait = || BarrierWaitResult(self.native.wait().is_leader());
                context::observed(Operation::Arrive, Some(ObjectKind::Barrier), location, wait)
            }
            Mode::Modelled => {
                let backend = context::backend();
                let object = self.header.resolve(&backend, location, || NewObject::Barrier(self.size));
                backend.perform(Some(object), Operation::Arrive, location);
                let response = backend.perform(Some(object), Operation::Leave, location);
                BarrierWaitResult(response == Response::Answer(true))
            }
        }
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Barrier").finish_non_exhaustive()
    }
}

impl crate::name::Nameable for Barrier {
    fn name(&self, name: &str, location: &'static Location<'static>) {
        crate::name::enter(&self.header, name, location, || NewObject::Barrier(self.size));
    }
}
