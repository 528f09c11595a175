//! What runs an execution: the kernel's semantics on threads that share one OS thread, which are coroutines of our own or
//! shuttle's tasks; how waiting loops, lives, crashes and standstills are dealt with; and the replay of a schedule.
//!
//! **Invariant:** the runtime knows no engine: an engine hands it a strategy, and is asked at each decision.

pub(crate) mod arcs;
pub(crate) mod awaiting;
mod circling;
pub(crate) mod cooperative;
pub(crate) mod coroutine;
#[cfg(unix)]
pub(crate) mod crash;
mod driver;
mod fiber;
mod finish;
pub(crate) mod isolate;
mod lifetimes;
mod operation;
pub(crate) mod os_threads;
pub(crate) mod prefix;
pub(crate) mod replay;
pub(crate) mod retrace;
pub(crate) mod running;
mod stack;
pub(crate) mod stall;
mod waiting;
pub(crate) mod weak;

use std::sync::Arc;

pub(crate) use replay::{replay_schedule, schedule_of};

use crate::exploration::Program;

/// Returns the body of the main thread of a modelled execution of `program`.
pub(crate) fn main_thread(program: &Program) -> Box<dyn FnOnce()> {
    let program = Arc::clone(program);
    Box::new(move || {
        crate::thread::body::run_main(move || {
            let outcome = program();
            if let Some(backend) = crate::execution::context::modelled() {
                backend.execution().outcome.replace(Some(outcome));
            }
        });
    })
}
