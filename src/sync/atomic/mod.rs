//! Atomics, with the names and signatures of `std::sync::atomic`.

mod boolean;
mod fence;
mod integer;
mod pointer;
mod slow;

pub use boolean::AtomicBool;
pub use fence::{compiler_fence, fence};
pub use integer::{
    AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize,
};
pub use pointer::AtomicPtr;
pub use std::sync::atomic::Ordering;
