//! An object as it enters an execution.

use crate::trace::{AtomicKind, ObjectKind};

/// An object as it is first used: what it is, and the state it starts from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NewObject {
    /// An atomic, with its initial value.
    Atomic(AtomicKind, u64),
    Cell,
    Mutex,
    RwLock,
    Condvar,
    /// A barrier for so many threads.
    Barrier(usize),
    Once,
    OnceLock,
    LazyLock,
    /// A channel with its capacity, none for an unbounded one.
    Channel(Option<usize>),
    Arc(NewArc),
}

/// An `Arc` as it is made, one whose counts can be seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewArc {
    /// How many were made before.
    pub(crate) number: u32,
    /// Whether what its last drop does can be seen.
    pub(crate) decides: bool,
    pub(crate) strong: u32,
    pub(crate) weak: u32,
}

impl NewObject {
    /// Returns the bits of an atomic's initial value, the size of a barrier, the capacity of a bounded channel, the code of
    /// an `Arc`.
    pub(crate) fn initial(self) -> Option<u64> {
        match self {
            Self::Atomic(_, initial) => Some(initial),
            Self::Barrier(size) => Some(size as u64),
            Self::Channel(capacity) => capacity.map(|capacity| capacity as u64),
            Self::Arc(made) => Some(u64::from(made.code())),
            _ => None,
        }
    }

    pub(crate) fn kind(self) -> ObjectKind {
        match self {
            Self::Atomic(kind, _) => ObjectKind::Atomic(kind),
            Self::Cell => ObjectKind::Cell,
            Self::Mutex => ObjectKind::Mutex,
            Self::RwLock => ObjectKind::RwLock,
            Self::Condvar => ObjectKind::Condvar,
            Self::Barrier(_) => ObjectKind::Barrier,
            Self::Once => ObjectKind::Once,
            Self::OnceLock => ObjectKind::OnceLock,
            Self::LazyLock => ObjectKind::LazyLock,
            Self::Channel(_) => ObjectKind::Channel,
            Self::Arc(_) => ObjectKind::Arc,
        }
    }
}

impl NewArc {
    /// Returns what stands for it in traces and tokens: twice its number, and one more if it decides.
    pub(crate) fn code(&self) -> u32 {
        self.number.saturating_mul(2).saturating_add(u32::from(self.decides))
    }
}
