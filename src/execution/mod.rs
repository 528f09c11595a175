//! One execution of a scenario: what it consists of while it runs, and what it leaves behind.

pub(crate) mod backend;
pub(crate) mod clock;
pub(crate) mod context;
pub(crate) mod erased;
pub(crate) mod handed;
pub(crate) mod happens_before;
pub(crate) mod known;
pub(crate) mod local_state;
pub(crate) mod new_object;
pub(crate) mod object;
pub(crate) mod panic_count;
pub(crate) mod panics;
pub(crate) mod races;
pub(crate) mod real;
#[cfg(feature = "shuttle")]
pub(crate) mod shuttle_hook;
pub(crate) mod static_address;
pub(crate) mod stop;
