//! The atomic truth value.

use std::panic::Location;
use std::sync::atomic::Ordering;

use super::integer::{common, updates};
use super::slow::{self, Site};
use crate::execution::context::{self, Mode};
use crate::execution::object::Header;
use crate::trace::{AtomicKind, Operation, Response, Update};

/// See [`std::sync::atomic::AtomicBool`].
pub struct AtomicBool {
    header: Header,
    initial: bool,
    native: std::sync::atomic::AtomicBool,
}

impl AtomicBool {
    const KIND: AtomicKind = AtomicKind::Bool;

    /// Returns a new atomic.
    #[track_caller]
    pub const fn new(value: bool) -> Self {
        Self { header: Header::new(), initial: value, native: std::sync::atomic::AtomicBool::new(value) }
    }

    fn bits(value: bool) -> u64 {
        u64::from(value)
    }

    fn on_native(&self, operation: Operation) -> Response {
        let native = &self.native;
        match operation {
            Operation::Load { order } => Response::Value(Self::bits(native.load(order))),
            Operation::Store { value, order } => {
                native.store(value != 0, order);
                Response::Done
            }
            Operation::Update { update, operand, order } => {
                let operand = operand != 0;
                Response::Value(Self::bits(match update {
                    Update::Swap => native.swap(operand, order),
                    Update::And => native.fetch_and(operand, order),
                    Update::Nand => native.fetch_nand(operand, order),
                    Update::Or => native.fetch_or(operand, order),
                    Update::Xor => native.fetch_xor(operand, order),
                    other => unreachable!("{other:?} is no operation of a truth value"),
                }))
            }
            Operation::CompareExchange { current, new, success, failure } => slow::exchanged(
                native.compare_exchange(current != 0, new != 0, success, failure).map(Self::bits).map_err(Self::bits),
            ),
            other => unreachable!("{other:?} is not an operation of an atomic"),
        }
    }

    fn slowly(&self, operation: Operation, location: &'static Location<'static>) -> Response {
        let native = |operation| self.on_native(operation);
        let initial = Self::bits(self.initial);
        slow::perform(&Site { header: &self.header, kind: Self::KIND, initial, native: &native }, operation, location)
    }

    #[track_caller]
    fn update(&self, update: Update, operand: bool, order: Ordering) -> bool {
        let operation = Operation::Update { update, operand: Self::bits(operand), order };
        slow::value(self.slowly(operation, Location::caller())) != 0
    }

    /// Loads the value.
    ///
    /// # Panics
    ///
    /// If `order` is `Release` or `AcqRel`.
    #[inline]
    #[track_caller]
    pub fn load(&self, order: Ordering) -> bool {
        if context::mode() == Mode::Outside {
            return self.native.load(order);
        }
        slow::value(self.slowly(Operation::Load { order }, Location::caller())) != 0
    }

    /// Stores a value.
    ///
    /// # Panics
    ///
    /// If `order` is `Acquire` or `AcqRel`.
    #[inline]
    #[track_caller]
    pub fn store(&self, value: bool, order: Ordering) {
        if context::mode() == Mode::Outside {
            return self.native.store(value, order);
        }
        self.slowly(Operation::Store { value: Self::bits(value), order }, Location::caller());
    }

    /// Stores `new` if the value is `current`.
    ///
    /// # Errors
    ///
    /// The value found, if it is another.
    ///
    /// # Panics
    ///
    /// If `failure` is `Release` or `AcqRel`.
    #[inline]
    #[track_caller]
    pub fn compare_exchange(
        &self,
        current: bool,
        new: bool,
        success: Ordering,
        failure: Ordering,
    ) -> Result<bool, bool> {
        if context::mode() == Mode::Outside {
            return self.native.compare_exchange(current, new, success, failure);
        }
        let (current, new) = (Self::bits(current), Self::bits(new));
        let operation = Operation::CompareExchange { current, new, success, failure };
        match self.slowly(operation, Location::caller()) {
            Response::Mismatch(found) => Err(found != 0),
            response => Ok(slow::value(response) != 0),
        }
    }

    /// Stores `new` if the value is `current`. In a modelled execution it fails for no
    /// reason only as often as `Checker::spurious_failures` says.
    ///
    /// # Errors
    ///
    /// The value found, if it is another, or for no reason.
    ///
    /// # Panics
    ///
    /// If `failure` is `Release` or `AcqRel`.
    #[inline]
    #[track_caller]
    pub fn compare_exchange_weak(
        &self,
        current: bool,
        new: bool,
        success: Ordering,
        failure: Ordering,
    ) -> Result<bool, bool> {
        if context::mode() == Mode::Outside {
            return self.native.compare_exchange_weak(current, new, success, failure);
        }
        if slow::fails_for_no_reason(Location::caller()) {
            return Err(self.load(failure));
        }
        self.compare_exchange(current, new, success, failure)
    }

    /// Replaces the value by what `f` makes of it, until no other thread interferes.
    ///
    /// # Errors
    ///
    /// The value for which `f` returned none.
    ///
    /// # Panics
    ///
    /// If `fetch_order` is `Release` or `AcqRel`.
    #[track_caller]
    pub fn fetch_update<F>(&self, set_order: Ordering, fetch_order: Ordering, mut f: F) -> Result<bool, bool>
    where
        F: FnMut(bool) -> Option<bool>,
    {
        let mut found = self.load(fetch_order);
        while let Some(next) = f(found) {
            match self.compare_exchange(found, next, set_order, fetch_order) {
                Ok(old) => return Ok(old),
                Err(other) => found = other,
            }
        }
        Err(found)
    }

    updates! { bool;
        swap Swap "Replaces the value, and returns the old one.";
        fetch_and And "Logical and; returns the old value.";
        fetch_nand Nand "Logical nand; returns the old value.";
        fetch_or Or "Logical or; returns the old value.";
        fetch_xor Xor "Logical exclusive or; returns the old value.";
    }

    /// Negates the value, and returns the old one.
    #[inline]
    #[track_caller]
    pub fn fetch_not(&self, order: Ordering) -> bool {
        self.fetch_xor(true, order)
    }

    /// Returns a mutable reference to the value, which needs no atomicity.
    #[track_caller]
    pub fn get_mut(&mut self) -> &mut bool {
        if context::mode() == Mode::Outside {
            return self.native.get_mut();
        }
        let value = self.load(Ordering::Relaxed);
        // From here on it is an atomic made anew, with what is written through the reference.
        self.header.forget();
        self.initial = value;
        if context::mode() == Mode::Real { self.native.get_mut() } else { &mut self.initial }
    }

    /// Returns the value.
    #[track_caller]
    pub fn into_inner(mut self) -> bool {
        *self.get_mut()
    }
}

common!(AtomicBool, bool);
