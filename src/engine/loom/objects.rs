//! loom's objects, as the back end uses them: an atomic of each width, a checked cell, and a lock
//! and a gate made of atomics.

use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::Location;
use std::sync::atomic::Ordering;

use loom::cell::{ConstPtr, MutPtr, UnsafeCell};
use loom::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicU8, AtomicU16, AtomicU32, AtomicU64,
};

use crate::trace::{AtomicKind, ObjectKind, Operation, Response, ThreadId, Trace, Update};

/// Which objects a program makes: kind, source line, and an atomic's initial value, with how many.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan(HashMap<Key, usize>);

/// What tells objects apart that were made in advance.
type Key = (ObjectKind, &'static Location<'static>, Option<u64>);

impl Plan {
    /// Adds what a program has that makes what `trace` has; one more of each, because another schedule may
    /// make more.
    pub(super) fn add(&mut self, trace: &Trace) {
        let mut counts = HashMap::new();
        for object in &trace.objects {
            *counts.entry((object.kind, object.made_at, object.initial)).or_insert(1) += 1;
        }
        for (key, count) in counts {
            let planned = self.0.entry(key).or_default();
            *planned = count.max(*planned);
        }
    }

    /// Makes all that is planned.
    pub(super) fn make(&self) -> Stock {
        let make = |(key, &count): (&Key, &usize)| (*key, (0..count).map(|_| Made::new(key.0, key.2)).collect());
        Stock(self.0.iter().map(make).collect())
    }
}

/// Objects made in advance.
#[derive(Default)]
pub(super) struct Stock(HashMap<Key, Vec<Made>>);

impl Stock {
    /// Takes an object that was made in advance.
    pub(super) fn take(
        &mut self,
        kind: ObjectKind,
        made_at: &'static Location<'static>,
        initial: Option<u64>,
    ) -> Option<Made> {
        self.0.get_mut(&(kind, made_at, initial))?.pop()
    }
}

/// What is made of an object in advance: all of it, or the gate before the rest.
pub(super) enum Made {
    Atomic(Atomic),
    Cell(Cell),
    Mutex(Lock),
    Gate(Gate),
}

impl Made {
    pub(super) fn new(kind: ObjectKind, initial: Option<u64>) -> Self {
        match kind {
            ObjectKind::Atomic(kind) => Self::Atomic(Atomic::new(kind, initial.unwrap_or(0))),
            ObjectKind::Cell => Self::Cell(Cell::new()),
            ObjectKind::Mutex => Self::Mutex(Lock::new()),
            _ => Self::Gate(Gate::new()),
        }
    }
}

/// An object of the program.
pub(super) enum Object {
    Atomic(Atomic),
    Cell(Cell),
    Mutex(Lock),
    Monitor(super::backend::Monitor),
}

/// A mutex, made of an atomic: loom's own locks print on every use, and a panic that unwinds in any
/// thread would poison them for good.
pub(super) struct Lock {
    held: AtomicBool,
    /// The threads that found it held.
    pub(super) waiters: RefCell<Vec<ThreadId>>,
}

impl Lock {
    pub(super) fn new() -> Self {
        Self { held: AtomicBool::new(false), waiters: RefCell::default() }
    }

    /// Takes the lock if it is free; returns whether it was.
    pub(super) fn try_lock(&self) -> bool {
        self.held.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    pub(super) fn unlock(&self) {
        self.held.store(false, Ordering::Release);
    }
}

/// A point at which loom may switch, and which orders what comes before one passage with what comes
/// after the next. What a thread does between a passage and its next call of loom is not interrupted.
pub(super) struct Gate(AtomicU32);

impl Gate {
    pub(super) fn new() -> Self {
        Self(AtomicU32::new(0))
    }

    pub(super) fn pass(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// A checked cell, with the accesses that are going on.
pub(super) struct Cell {
    reads: RefCell<Vec<ConstPtr<()>>>,
    writes: RefCell<Vec<MutPtr<()>>>,
    cell: UnsafeCell<()>,
}

impl Cell {
    pub(super) fn new() -> Self {
        Self { reads: Vec::new().into(), writes: Vec::new().into(), cell: UnsafeCell::new(()) }
    }

    /// Does `operation`; loom panics on a race.
    pub(super) fn apply(&self, operation: Operation) {
        match operation {
            Operation::CellRead => {
                let access = self.cell.get();
                self.reads.borrow_mut().push(access);
            }
            Operation::CellWrite => {
                let access = self.cell.get_mut();
                self.writes.borrow_mut().push(access);
            }
            Operation::CellReadEnd => drop(self.reads.borrow_mut().pop()),
            Operation::CellWriteEnd => drop(self.writes.borrow_mut().pop()),
            other => unreachable!("{other:?} is not an operation of a cell"),
        }
    }
}

/// An atomic of loom's, of the right width and sign.
pub(super) enum Atomic {
    I8(AtomicI8),
    U8(AtomicU8),
    I16(AtomicI16),
    U16(AtomicU16),
    I32(AtomicI32),
    U32(AtomicU32),
    I64(AtomicI64),
    U64(AtomicU64),
    Bool(AtomicBool),
}

macro_rules! on_integer {
    ($atomic:expr, $value:ty, $bits:ty, $operation:expr) => {{
        #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::unnecessary_cast)]
        let value = |bits: u64| bits as $bits as $value;
        #[allow(clippy::cast_sign_loss, clippy::cast_lossless, clippy::unnecessary_cast)]
        let bits = |value: $value| value as $bits as u64;
        let atomic = $atomic;
        match $operation {
            Operation::Load { order } => Response::Value(bits(atomic.load(order))),
            Operation::Store { value: new, order } => {
                atomic.store(value(new), order);
                Response::Done
            }
            Operation::Update { update, operand, order } => {
                let operand = value(operand);
                Response::Value(bits(match update {
                    Update::Swap => atomic.swap(operand, order),
                    Update::Add => atomic.fetch_add(operand, order),
                    Update::Subtract => atomic.fetch_sub(operand, order),
                    Update::And => atomic.fetch_and(operand, order),
                    Update::Nand => atomic.fetch_nand(operand, order),
                    Update::Or => atomic.fetch_or(operand, order),
                    Update::Xor => atomic.fetch_xor(operand, order),
                    Update::Maximum => atomic.fetch_max(operand, order),
                    Update::Minimum => atomic.fetch_min(operand, order),
                }))
            }
            Operation::CompareExchange { current, new, success, failure } => {
                match atomic.compare_exchange(value(current), value(new), success, failure) {
                    Ok(old) => Response::Value(bits(old)),
                    Err(found) => Response::Mismatch(bits(found)),
                }
            }
            other => unreachable!("{other:?} is not an operation of an atomic"),
        }
    }};
}

impl Atomic {
    #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
    pub(super) fn new(kind: AtomicKind, value: u64) -> Self {
        match kind {
            AtomicKind::Signed(8) => Self::I8(AtomicI8::new(value as i8)),
            AtomicKind::Unsigned(8) => Self::U8(AtomicU8::new(value as u8)),
            AtomicKind::Signed(16) => Self::I16(AtomicI16::new(value as i16)),
            AtomicKind::Unsigned(16) => Self::U16(AtomicU16::new(value as u16)),
            AtomicKind::Signed(32) => Self::I32(AtomicI32::new(value as i32)),
            AtomicKind::Unsigned(32) => Self::U32(AtomicU32::new(value as u32)),
            AtomicKind::Signed(_) => Self::I64(AtomicI64::new(value.cast_signed())),
            AtomicKind::Unsigned(_) | AtomicKind::Pointer => Self::U64(AtomicU64::new(value)),
            AtomicKind::Bool => Self::Bool(AtomicBool::new(value != 0)),
        }
    }

    pub(super) fn apply(&self, operation: Operation) -> Response {
        match self {
            Self::I8(atomic) => on_integer!(atomic, i8, u8, operation),
            Self::U8(atomic) => on_integer!(atomic, u8, u8, operation),
            Self::I16(atomic) => on_integer!(atomic, i16, u16, operation),
            Self::U16(atomic) => on_integer!(atomic, u16, u16, operation),
            Self::I32(atomic) => on_integer!(atomic, i32, u32, operation),
            Self::U32(atomic) => on_integer!(atomic, u32, u32, operation),
            Self::I64(atomic) => on_integer!(atomic, i64, u64, operation),
            Self::U64(atomic) => on_integer!(atomic, u64, u64, operation),
            Self::Bool(atomic) => on_bool(atomic, operation),
        }
    }
}

fn on_bool(atomic: &AtomicBool, operation: Operation) -> Response {
    match operation {
        Operation::Load { order } => Response::Value(u64::from(atomic.load(order))),
        Operation::Store { value, order } => {
            atomic.store(value != 0, order);
            Response::Done
        }
        Operation::Update { update, operand, order } => {
            let operand = operand != 0;
            Response::Value(u64::from(match update {
                Update::Swap => atomic.swap(operand, order),
                Update::And => atomic.fetch_and(operand, order),
                Update::Nand => atomic.fetch_nand(operand, order),
                Update::Or => atomic.fetch_or(operand, order),
                Update::Xor => atomic.fetch_xor(operand, order),
                other => unreachable!("{other:?} is no operation of a truth value"),
            }))
        }
        Operation::CompareExchange { current, new, success, failure } => {
            match atomic.compare_exchange(current != 0, new != 0, success, failure) {
                Ok(old) => Response::Value(u64::from(old)),
                Err(found) => Response::Mismatch(u64::from(found)),
            }
        }
        other => unreachable!("{other:?} is not an operation of an atomic"),
    }
}
