//! How the counts of an `Arc` are told to a modelled execution.

use std::panic::Location;
use std::rc::Rc;

use crate::execution::backend::Backend;
use crate::execution::context;
use crate::execution::erased::Erased;
use crate::trace::{Operation, Response};

type Place = Option<&'static Location<'static>>;

/// The address by which an `Arc` is known, of its value.
pub(super) fn address<T: ?Sized>(pointer: *const T) -> usize {
    pointer.cast::<()>().addr()
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn counts<T: ?Sized>(native: &std::sync::Arc<T>) -> (u32, u32) {
    (number(std::sync::Arc::strong_count(native)), number(std::sync::Arc::weak_count(native)))
}

/// Enters a new `Arc` into the modelled execution that runs, if one does.
#[cold]
pub(super) fn enter<T: ?Sized>(native: &std::sync::Arc<T>, made_at: &'static Location<'static>) {
    if let Some(backend) = context::modelled() {
        backend.enter_arc(address(std::sync::Arc::as_ptr(native)), counts(native), made_at);
    }
}

/// Tells what is about to be done to the counts; returns what comes of it if it is a step.
#[cold]
pub(super) fn count<T: ?Sized>(native: &std::sync::Arc<T>, operation: Operation, location: Place) -> Option<Response> {
    let address = address(std::sync::Arc::as_ptr(native));
    context::modelled()?.count(address, operation, counts(native), location)
}

/// Does the same for a `Weak`. One that was made by `Weak::new` belongs to no `Arc`.
#[cold]
pub(super) fn count_weak<T: ?Sized>(
    native: &std::sync::Weak<T>,
    operation: Operation,
    location: Place,
) -> Option<Response> {
    let (backend, address) = (context::modelled()?, address(native.as_ptr()));
    if address == usize::MAX {
        return None;
    }
    backend.count(address, operation, (number(native.strong_count()), number(native.weak_count())), location)
}

/// If there is no other `Arc`, keeps its memory until the end of the execution.
pub(super) fn keep_last<T: ?Sized>(native: &std::sync::Arc<T>) {
    if let Some(backend) = context::modelled()
        && std::sync::Arc::strong_count(native) == 1
    {
        keep(&backend, native);
    }
}

fn keep<T: ?Sized>(backend: &Rc<dyn Backend>, native: &std::sync::Arc<T>) {
    let memory = Erased::new(std::sync::Arc::downgrade(native));
    backend.execution().kept.borrow_mut().push(memory);
}

/// Tells what the destructor of the value did, even where it panicked.
struct Dropped {
    backend: Rc<dyn Backend>,
    address: usize,
    visible: u64,
    was_panicking: bool,
}

impl Drop for Dropped {
    fn drop(&mut self) {
        let has_panicked = !self.was_panicking && std::thread::panicking();
        // That it panics can be seen too.
        let before = if has_panicked { u64::MAX } else { self.visible };
        self.backend.dropped_last(self.address, before);
    }
}

/// Drops an `Arc` inside an execution.
#[cold]
pub(super) fn drop_counted<T: ?Sized>(native: std::sync::Arc<T>) {
    let Some(backend) = context::modelled() else { return drop(native) };
    let address = address(std::sync::Arc::as_ptr(&native));
    backend.count(address, Operation::DropArc, counts(&native), None);
    if std::sync::Arc::strong_count(&native) > 1 {
        return drop(native);
    }
    keep(&backend, &native);
    let (visible, was_panicking) = (backend.visible(), std::thread::panicking());
    let _dropped = Dropped { backend, address, visible, was_panicking };
    drop(native);
}
