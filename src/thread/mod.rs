//! Threads, with the names and signatures of `std::thread`.

pub(crate) mod body;
mod builder;
mod handle;
mod local;
mod park;
mod scope;

#[doc(inline)]
pub use crate::thread_local;
pub use builder::{Builder, spawn};
pub use handle::{JoinHandle, Thread, ThreadId};
pub use local::{AccessError, LocalKey};
pub use park::{current, panicking, park, park_timeout, sleep, yield_now};
pub use scope::{Scope, ScopedJoinHandle, scope};
pub use std::thread::{Result, available_parallelism};
