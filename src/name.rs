//! Names for objects, so that a failure speaks of `balance` instead of `atomic 1`.

use std::panic::Location;

use crate::execution::backend::NewObject;
use crate::execution::context;
use crate::execution::object::Header;

/// What can be named: every synchronisation object of the facade.
pub trait Nameable {
    #[doc(hidden)]
    fn name(&self, name: &str, location: &'static Location<'static>);
}

impl<T: Nameable + ?Sized> Nameable for std::sync::Arc<T> {
    fn name(&self, name: &str, location: &'static Location<'static>) {
        T::name(self, name, location);
    }
}

/// Names an object in reports of failures. Without a name, an object goes by the name of the
/// variable or field that its source line puts it into, or by its kind and a number. Naming is no
/// visible operation, and outside a modelled execution it does nothing.
///
/// ```
/// let account = selvedge::sync::Mutex::new(0);
/// selvedge::name(&account, "account");
/// ```
#[track_caller]
pub fn name(object: &(impl Nameable + ?Sized), name: &str) {
    object.name(name, Location::caller());
}

/// Enters an object into the running execution under a name.
pub(crate) fn enter(
    header: &Header,
    name: &str,
    location: &'static Location<'static>,
    new: impl FnOnce() -> NewObject,
) {
    let Some(backend) = context::modelled() else { return };
    let id = header.resolve(&backend, location, new);
    backend.execution().trace.borrow_mut().objects[id.index()].name = Some(name.to_owned());
}
