//! Selvedge checks that concurrent code is right.
//!
//! One scenario, written once in ordinary Rust, is run by every engine: exhaustively over all
//! schedules, by `loom`'s weak-memory model, by `shuttle`'s randomised schedulers, and on real
//! threads. When it fails, the reader sees an interleaving as a table, with a token that replays it.
//!
//! ```
//! use selvedge::sync::atomic::{AtomicI32, Ordering::SeqCst};
//! use selvedge::{Verdict, thread};
//!
//! // Two threads add 1, and one of the additions may get lost.
//! let report = selvedge::Checker::new().run(|| {
//!     let counter = AtomicI32::new(0);
//!     thread::scope(|scope| {
//!         for _ in 0..2 {
//!             scope.spawn(|| {
//!                 let seen = counter.load(SeqCst);
//!                 counter.store(seen + 1, SeqCst);
//!             });
//!         }
//!     });
//!     assert_eq!(counter.load(SeqCst), 2);
//! });
//! let Verdict::Falsified(counterexample) = report.verdict() else { panic!("no bug?") };
//! assert_eq!(counterexample.trace.preemptions(), 1);
//! ```
//!
//! In reading order: swap `std::sync`, `std::thread` and `std::thread_local!` for [`sync`],
//! [`thread`] and [`thread_local!`]; call [`check`], or set more with a [`Checker`]; read its
//! [`Report`]; replay a failure with [`replay`]. [`engine`] has the engines and what each can and
//! cannot do; [`failure`] says what can be wrong, as data; [`render`] makes text of it.
#![deny(unsafe_code)]

mod check;
mod choice;
mod confirm;
mod execution;
mod exploration;
mod fast;
#[cfg(doctest)]
mod guide;
mod kernel;
#[cfg(feature = "live")]
mod live;
mod name;
mod outcome;
mod recorder;
mod report;
mod runtime;
mod shell;
mod shorten;
mod stepper;
mod subject;
mod trace;
mod unnamed;

pub mod cell;
pub mod engine;
pub mod exhibit;
pub mod failure;
pub mod hint;
pub mod history;
pub mod linearizability;
#[cfg(feature = "proptest")]
mod linearizable;
pub mod orderings;
#[cfg(feature = "proptest")]
pub mod program;
pub mod render;
pub mod schedule;
pub mod spec;
pub mod sync;
pub mod thread;

pub use check::{Checker, check, replay};
pub use choice::choose;
#[cfg(feature = "proptest")]
pub use confirm::ProgramTokenError;
pub use confirm::ReplayError;
pub use exploration::{Choice, Decided, Ending, LOOK_EXECUTIONS_MAX, LOOK_TIME_MAX, Nearest, Position, Possible, Way};
#[cfg(feature = "proptest")]
pub use linearizable::{Coverage, Hunted, Linearizable, LinearizableReport, Unspecified, linearizable};
#[cfg(feature = "live")]
pub use live::{ExploreError, PageServer, ServeError, explore};
pub use name::{Nameable, name};
pub use outcome::{Histogram, Outcome};
pub use recorder::Recorder;
pub use report::{EngineReport, Reason, Report, Verdict};
pub use stepper::{Stepper, step};
pub use subject::Subject;
pub use trace::{
    AtomicKind, CallRecord, Departure, Event, ObjectId, ObjectKind, ObjectRecord, Operation, PanicRecord, Response,
    Switch, ThreadId, ThreadRecord, Trace, Update,
};
