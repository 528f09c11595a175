//! The integer atomics. One macro writes them all; each operation is one load and one branch away
//! from its std counterpart.

use std::panic::Location;
use std::sync::atomic::Ordering;

use super::slow::{self, Site};
use crate::execution::context::{self, Mode};
use crate::execution::object::Header;
use crate::trace::{AtomicKind, Operation, Response, Update};

/// The read-modify-writes, by their names in std.
macro_rules! updates {
    ($value:ty; $($method:ident $update:ident $documentation:literal;)*) => {$(
        #[doc = $documentation]
        #[inline]
        #[track_caller]
        pub fn $method(&self, value: $value, order: Ordering) -> $value {
            if context::mode() == Mode::Outside {
                return self.native.$method(value, order);
            }
            self.update(Update::$update, value, order)
        }
    )*};
}
pub(super) use updates;

/// The traits that all atomics of plain values have.
macro_rules! common {
    ($name:ident, $value:ty) => {
        impl Default for $name {
            #[track_caller]
            fn default() -> Self {
                Self::new(<$value>::default())
            }
        }

        impl From<$value> for $name {
            #[track_caller]
            fn from(value: $value) -> Self {
                Self::new(value)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&self.load(std::sync::atomic::Ordering::Relaxed), formatter)
            }
        }

        impl crate::name::Nameable for $name {
            fn name(&self, name: &str, location: &'static std::panic::Location<'static>) {
                // Naming is no visible operation: it only enters the object.
                let kind = Self::KIND;
                crate::name::enter(&self.header, name, location, || {
                    crate::execution::backend::NewObject::Atomic(kind, Self::bits(self.initial))
                });
            }
        }
    };
}
pub(super) use common;

macro_rules! integer {
    ($name:ident, $value:ty, $bits:ty, $kind:expr) => {
        #[doc = concat!("See [`std::sync::atomic::", stringify!($name), "`].")]
        pub struct $name {
            header: Header,
            initial: $value,
            native: std::sync::atomic::$name,
        }

        impl $name {
            const KIND: AtomicKind = $kind;

            /// Returns a new atomic.
            #[track_caller]
            pub const fn new(value: $value) -> Self {
                Self { header: Header::new(), initial: value, native: std::sync::atomic::$name::new(value) }
            }

            #[allow(clippy::unnecessary_cast, clippy::cast_lossless, clippy::cast_sign_loss)]
            const fn bits(value: $value) -> u64 {
                value as $bits as u64
            }

            #[allow(clippy::unnecessary_cast, clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
            const fn value(bits: u64) -> $value {
                bits as $bits as $value
            }

            fn on_native(&self, operation: Operation) -> Response {
                let native = &self.native;
                match operation {
                    Operation::Load { order } => Response::Value(Self::bits(native.load(order))),
                    Operation::Store { value, order } => {
                        native.store(Self::value(value), order);
                        Response::Done
                    }
                    Operation::Update { update, operand, order } => {
                        let operand = Self::value(operand);
                        Response::Value(Self::bits(match update {
                            Update::Swap => native.swap(operand, order),
                            Update::Add => native.fetch_add(operand, order),
                            Update::Subtract => native.fetch_sub(operand, order),
                            Update::And => native.fetch_and(operand, order),
                            Update::Nand => native.fetch_nand(operand, order),
                            Update::Or => native.fetch_or(operand, order),
                            Update::Xor => native.fetch_xor(operand, order),
                            Update::Maximum => native.fetch_max(operand, order),
                            Update::Minimum => native.fetch_min(operand, order),
                        }))
                    }
                    Operation::CompareExchange { current, new, success, failure } => slow::exchanged(
                        native
                            .compare_exchange(Self::value(current), Self::value(new), success, failure)
                            .map(Self::bits)
                            .map_err(Self::bits),
                    ),
                    other => unreachable!("{other:?} is not an operation of an atomic"),
                }
            }

            fn slowly(&self, operation: Operation, location: &'static Location<'static>) -> Response {
                let native = |operation| self.on_native(operation);
                let initial = Self::bits(self.initial);
                slow::perform(
                    &Site { header: &self.header, kind: Self::KIND, initial, native: &native },
                    operation,
                    location,
                )
            }

            #[track_caller]
            fn update(&self, update: Update, operand: $value, order: Ordering) -> $value {
                let operation = Operation::Update { update, operand: Self::bits(operand), order };
                Self::value(slow::value(self.slowly(operation, Location::caller())))
            }

            /// Loads the value.
            ///
            /// # Panics
            ///
            /// If `order` is `Release` or `AcqRel`.
            #[inline]
            #[track_caller]
            pub fn load(&self, order: Ordering) -> $value {
                if context::mode() == Mode::Outside {
                    return self.native.load(order);
                }
                Self::value(slow::value(self.slowly(Operation::Load { order }, Location::caller())))
            }

            /// Stores a value.
            ///
            /// # Panics
            ///
            /// If `order` is `Acquire` or `AcqRel`.
            #[inline]
            #[track_caller]
            pub fn store(&self, value: $value, order: Ordering) {
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
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                if context::mode() == Mode::Outside {
                    return self.native.compare_exchange(current, new, success, failure);
                }
                let (current, new) = (Self::bits(current), Self::bits(new));
                let operation = Operation::CompareExchange { current, new, success, failure };
                match self.slowly(operation, Location::caller()) {
                    Response::Mismatch(found) => Err(Self::value(found)),
                    response => Ok(Self::value(slow::value(response))),
                }
            }

            /// Stores `new` if the value is `current`. In a modelled execution it fails for no reason only as
            /// often as `Checker::spurious_failures` says.
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
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
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
            pub fn fetch_update<F>(
                &self,
                set_order: Ordering,
                fetch_order: Ordering,
                mut f: F,
            ) -> Result<$value, $value>
            where
                F: FnMut($value) -> Option<$value>,
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

            updates! { $value;
                swap Swap "Replaces the value, and returns the old one.";
                fetch_add Add "Adds, wrapping around, and returns the old value.";
                fetch_sub Subtract "Subtracts, wrapping around, and returns the old value.";
                fetch_and And "Bitwise and; returns the old value.";
                fetch_nand Nand "Bitwise nand; returns the old value.";
                fetch_or Or "Bitwise or; returns the old value.";
                fetch_xor Xor "Bitwise exclusive or; returns the old value.";
                fetch_max Maximum "Keeps the greater value, and returns the old one.";
                fetch_min Minimum "Keeps the lesser value, and returns the old one.";
            }

            /// Returns a mutable reference to the value, which needs no atomicity.
            #[track_caller]
            pub fn get_mut(&mut self) -> &mut $value {
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
            pub fn into_inner(mut self) -> $value {
                *self.get_mut()
            }
        }

        common!($name, $value);
    };
}

integer!(AtomicI8, i8, u8, AtomicKind::Signed(8));
integer!(AtomicU8, u8, u8, AtomicKind::Unsigned(8));
integer!(AtomicI16, i16, u16, AtomicKind::Signed(16));
integer!(AtomicU16, u16, u16, AtomicKind::Unsigned(16));
integer!(AtomicI32, i32, u32, AtomicKind::Signed(32));
integer!(AtomicU32, u32, u32, AtomicKind::Unsigned(32));
integer!(AtomicI64, i64, u64, AtomicKind::Signed(64));
integer!(AtomicU64, u64, u64, AtomicKind::Unsigned(64));
integer!(AtomicIsize, isize, usize, AtomicKind::Signed(usize::BITS));
integer!(AtomicUsize, usize, usize, AtomicKind::Unsigned(usize::BITS));
