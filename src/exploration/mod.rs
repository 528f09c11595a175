//! Explorations: what an engine is asked to do ([`Task`]), within which [`Budget`], and what it has seen
//! ([`Exploration`]). The runtime and the engines share it; it knows neither.

mod budget;
pub(crate) mod capabilities;
mod collector;
pub(crate) mod cut_off;
pub(crate) mod end;
mod nearest;
mod orders;
mod position;
pub(crate) mod pulse;
mod seen_arcs;
mod task;
mod unseen;
mod weakness;

pub use budget::{Budget, Division};
pub use capabilities::{Capabilities, Coverage, MemoryModel};
pub(crate) use collector::{Collector, assert_outside};
pub use collector::{DISTINCT_MAX, Exploration, Limit, memory_bytes};
pub use cut_off::Loop;
pub use nearest::Nearest;
pub(crate) use orders::Tried;
pub use orders::{Access, Orders, Site};
pub use position::{Choice, Decided, Ending, LOOK_EXECUTIONS_MAX, LOOK_TIME_MAX, Position, Possible, Way};
pub(crate) use position::{fate, is_lost};
pub(crate) use seen_arcs::SeenArcs;
pub use task::{Judge, Label, Program, Progress, ProgressSink, Replayed, StuckJudge, Task};
pub(crate) use task::{judge, processors};
pub use unseen::{Notice, Untried};
pub(crate) use weakness::Weakness;
