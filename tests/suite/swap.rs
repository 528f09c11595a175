//! Swapping `use std::` for `use selvedge::` compiles, and outside any execution nothing differs:
//! one program, compiled with each, logs the same.
#![allow(
    clippy::declare_interior_mutable_const,
    clippy::borrow_interior_mutable_const,
    clippy::missing_const_for_thread_local,
    clippy::into_iter_on_ref
)]

mod with_std {
    use std::{sync, thread, thread_local};
    include!("../swap/program.rs");
}

mod with_selvedge {
    use selvedge::{sync, thread, thread_local};
    include!("../swap/program.rs");
}

#[test]
fn the_same_program_does_the_same_with_either() {
    let (ours, theirs) = (with_selvedge::run(), with_std::run());
    assert!(theirs.len() > 150, "only {} lines", theirs.len());
    for (number, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        assert_eq!(ours, theirs, "line {number} of the log");
    }
    assert_eq!(ours.len(), theirs.len());
}

/// And observed on real threads, where every object is its std counterpart too.
#[test]
fn it_does_the_same_under_the_eyes_of_the_threads_engine() {
    use selvedge::engine::{Budget, Threads};
    // Statics that hold data cannot begin anew, so the parts that use them are left out.
    let report = selvedge::Checker::new().engine(Threads).budget(Budget::executions(20)).run(|| {
        let mut log = Vec::new();
        with_selvedge::parts_without_statics(&mut log);
        log
    });
    assert!(report.passes(), "{report:?}");
    assert_eq!(report.engines[0].exploration.outcomes.len(), 1, "the log differs from run to run");
}
