//! Thread-locals: `thread_local!` and `LocalKey`. Outside modelled executions they are std's; inside
//! one, each modelled thread has its own values, with their destructors at its end.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use crate::execution::backend::Backend;
use crate::execution::context;

/// See [`std::thread::LocalKey`].
pub struct LocalKey<T: 'static> {
    native: &'static std::thread::LocalKey<T>,
    init: fn() -> T,
}

/// See [`std::thread::AccessError`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AccessError;

impl fmt::Debug for AccessError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AccessError").finish()
    }
}

impl fmt::Display for AccessError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("already destroyed")
    }
}

impl std::error::Error for AccessError {}

impl<T: 'static> LocalKey<T> {
    #[doc(hidden)]
    pub const fn new(native: &'static std::thread::LocalKey<T>, init: fn() -> T) -> Self {
        Self { native, init }
    }

    /// See [`std::thread::LocalKey::with`].
    ///
    /// # Panics
    ///
    /// If the value has been destroyed.
    pub fn with<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&T) -> R,
    {
        self.try_with(f).expect("cannot access a Thread Local Storage value during or after destruction")
    }

    /// See [`std::thread::LocalKey::try_with`].
    ///
    /// # Errors
    ///
    /// If the value has been destroyed.
    pub fn try_with<F, R>(&'static self, f: F) -> Result<R, AccessError>
    where
        F: FnOnce(&T) -> R,
    {
        match context::modelled() {
            Some(backend) => self.modelled(&*backend).map(|value| f(&value)),
            None => self.native.try_with(f).map_err(|_| AccessError),
        }
    }

    fn modelled(&'static self, backend: &dyn Backend) -> Result<Rc<T>, AccessError> {
        let key = std::ptr::from_ref(self).addr();
        backend.execution().touch();
        let find = || {
            let execution = backend.execution();
            let locals = execution.locals.borrow();
            let mine = &locals[execution.current.get().index()];
            mine.values.iter().find(|(other, _)| *other == key).map(|(_, value)| value.clone())
        };
        let value = match find() {
            Some(None) => return Err(AccessError),
            Some(Some(value)) => value,
            None => {
                // The initialiser may use other thread-locals.
                let value: Rc<dyn Any> = Rc::new((self.init)());
                let execution = backend.execution();
                let mut locals = execution.locals.borrow_mut();
                let mine = &mut locals[execution.current.get().index()];
                mine.has_destructors |= std::mem::needs_drop::<T>();
                mine.values.push((key, Some(Rc::clone(&value))));
                value
            }
        };
        Ok(value.downcast().expect("one type for each key"))
    }
}

/// Runs the destructors of the current thread's values, last made first.
pub(crate) fn destroy(backend: &dyn Backend) {
    let execution = backend.execution();
    loop {
        let next = {
            let mut locals = execution.locals.borrow_mut();
            let mine = &mut locals[execution.current.get().index()];
            mine.values.iter_mut().rev().find_map(|(_, value)| value.take())
        };
        match next {
            Some(value) => drop(value),
            None => return,
        }
    }
}

impl<T: 'static> LocalKey<Cell<T>> {
    /// See [`std::thread::LocalKey::set`].
    pub fn set(&'static self, value: T) {
        self.with(|cell| cell.set(value));
    }

    /// See [`std::thread::LocalKey::get`].
    pub fn get(&'static self) -> T
    where
        T: Copy,
    {
        self.with(Cell::get)
    }

    /// See [`std::thread::LocalKey::take`].
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(Cell::take)
    }

    /// See [`std::thread::LocalKey::replace`].
    pub fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

impl<T: 'static> LocalKey<RefCell<T>> {
    /// See [`std::thread::LocalKey::with_borrow`].
    pub fn with_borrow<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&T) -> R,
    {
        self.with(|cell| f(&cell.borrow()))
    }

    /// See [`std::thread::LocalKey::with_borrow_mut`].
    pub fn with_borrow_mut<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&mut T) -> R,
    {
        self.with(|cell| f(&mut cell.borrow_mut()))
    }

    /// See [`std::thread::LocalKey::set`].
    pub fn set(&'static self, value: T) {
        self.with(|cell| {
            cell.replace(value);
        });
    }

    /// See [`std::thread::LocalKey::take`].
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(RefCell::take)
    }

    /// See [`std::thread::LocalKey::replace`].
    pub fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LocalKey").finish_non_exhaustive()
    }
}

/// See [`std::thread_local!`].
#[macro_export]
macro_rules! thread_local {
    () => {};
    ($(#[$attribute:meta])* $visibility:vis static $name:ident : $type:ty = const $init:block; $($rest:tt)*) => {
        $crate::thread_local!($(#[$attribute])* $visibility static $name: $type = $init);
        $crate::thread_local!($($rest)*);
    };
    ($(#[$attribute:meta])* $visibility:vis static $name:ident : $type:ty = const $init:block) => {
        $crate::thread_local!($(#[$attribute])* $visibility static $name: $type = $init);
    };
    ($(#[$attribute:meta])* $visibility:vis static $name:ident : $type:ty = $init:expr; $($rest:tt)*) => {
        $crate::thread_local!($(#[$attribute])* $visibility static $name: $type = $init);
        $crate::thread_local!($($rest)*);
    };
    ($(#[$attribute:meta])* $visibility:vis static $name:ident : $type:ty = $init:expr) => {
        $(#[$attribute])*
        $visibility static $name: $crate::thread::LocalKey<$type> = {
            fn init() -> $type {
                $init
            }
            ::std::thread_local!(static NATIVE: $type = init());
            $crate::thread::LocalKey::new(&NATIVE, init)
        };
    };
}
