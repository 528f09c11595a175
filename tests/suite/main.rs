//! The tests of the library and the models, one module a subject, in one program: each program more is linked with all of it.
//! What must be a process of its own, because it crashes, forks, measures memory or leaves threads behind, stands beside
//! this folder.

#[path = "../common/mod.rs"]
mod common;
#[path = "../literature/mod.rs"]
mod literature;
#[path = "../objects/mod.rs"]
mod objects;
#[path = "../random/program.rs"]
mod program;
#[path = "../common/python.rs"]
mod python;

mod arc;
mod arc_random;
mod arc_shards;
mod arc_values;
mod balance;
mod bounds;
mod catalogue;
mod circling;
mod counts;
mod cpython;
mod differential;
mod division;
mod echo;
mod exhibit;
mod exploration;
mod first_bug;
mod hostile;
mod journal;
mod last;
mod lifetimes;
mod linearizability;
mod linearizable;
mod litmus;
mod live;
mod loom_gap;
mod master_limits;
mod master_memory;
mod master_worker;
mod orderings;
mod panics;
mod parallel;
mod passing;
mod pickles;
mod primitives;
mod queues;
mod real_objects;
mod replay;
mod samplers;
mod schedules;
mod scheduling;
mod schema;
mod spinning;
mod statements;
mod statics;
mod stepping;
mod swap;
mod tidy;
mod turns;
mod weak_counts;
mod weak_memory;
mod wire;

// For `literature`, which a bench has on loom's facade too.
use selvedge::{sync, thread};
