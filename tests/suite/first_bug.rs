//! What a check meets first: a sample before the exploration, a failure in words, and a line that replays it from the shell.

use std::process::Command;
use std::sync::Arc;

use selvedge::engine::{Budget, Explorer, Limit};
use selvedge::failure::{Failure, FailureKind};
use selvedge::spec::CounterSpec;
use selvedge::sync::Mutex;
use selvedge::sync::atomic::{AtomicU32, Ordering::SeqCst};
use selvedge::{Checker, Reason, Report, Verdict, linearizable, thread};

use crate::objects::counter::Counter;

/// Ten writers, each of which writes twice, and a bug where the last one is the first to be done: where the exploration begins,
/// it is the last to start.
fn wide() {
    let done = Arc::new(AtomicU32::new(0));
    let writers: Vec<_> = (0..10)
        .map(|number| {
            let done = Arc::clone(&done);
            thread::spawn(move || {
                let seen = done.load(SeqCst);
                assert!(number != 9 || seen > 0, "the last writer is the first");
                done.store(seen + 1, SeqCst);
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
}

fn ran(report: &Report) -> Vec<(&str, u64)> {
    report.engines.iter().map(|found| (found.engine, found.exploration.executions)).collect()
}

#[test]
fn a_wide_program_is_sampled_before_it_is_explored() {
    let report = Checker::new().run(wide);
    let [sampled] = &report.engines[..] else { panic!("{:?}", ran(&report)) };
    assert_eq!(sampled.engine, "portfolio");
    assert_eq!(report.counterexample().map(|found| found.failure.kind()), Some(FailureKind::Panic));
    assert!(!report.passes());
    // The exploration alone is far from it.
    let budget = Budget { executions: Some(20_000), time: None, ..Budget::default() };
    let explored = Checker::new().engine(Explorer).budget(budget).run(wide);
    assert_eq!(explored.verdict(), Verdict::Inconclusive(Reason::Limited(Limit::Executions(20_000))));
}

/// Three threads add two to a counter each: 90 executions.
fn small() -> u32 {
    adds(3)
}

/// Four do: 2,520 executions.
fn larger() -> u32 {
    adds(4)
}

fn adds(threads: usize) -> u32 {
    let sum = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                sum.fetch_add(1, SeqCst);
                sum.fetch_add(1, SeqCst);
            });
        }
    });
    sum.load(SeqCst)
}

#[test]
fn what_is_small_is_explored_at_once_and_what_is_not_is_sampled_too() {
    let report = Checker::new().run(small);
    assert_eq!(ran(&report), [("explorer", 90)]);
    let report = Checker::new().run(larger);
    assert_eq!(ran(&report), [("portfolio", 500), ("explorer", 2_520)]);
    // The sample that nobody asked for does not count against the proof.
    assert!(report.passes());
    assert_eq!(report.verdict(), Verdict::Verified);
    assert_eq!(report.of("explorer").map(|found| &found.verdict), Some(&Verdict::Verified));
    assert!(report.of("loom").is_none());
    // Nor for it.
    let budget = Budget { executions: Some(1_000), ..Budget::default() };
    assert!(!Checker::new().budget(budget).run(larger).passes());
    // A shard is one of the exploration.
    assert_eq!(ran(&Checker::new().shard(0, 1).run(larger)), [("explorer", 2_520)]);
}

#[test]
fn to_go_on_after_a_failure_is_to_explore_after_the_sample() {
    let report = Checker::new().keep_going(true).allow_outcomes([7]).run(larger);
    assert_eq!(ran(&report), [("portfolio", 500), ("explorer", 2_520)]);
    assert_eq!(report.of("explorer").map(|found| found.exploration.failures), Some(2_520));
}

#[test]
fn failures_and_verdicts_are_written_in_words() {
    assert_eq!(Checker::new().run(small).verdict().to_string(), "verified");
    let report = Checker::new().allow_outcomes([7]).run(small);
    let words = "the outcome was 6, which is not among those allowed (7)";
    assert_eq!(report.verdict().to_string(), format!("falsified: {words}"));
    assert_eq!(report.counterexample().unwrap().failure.to_string(), words);
    let budget = Budget { executions: Some(1), ..Budget::default() };
    let spent = "inconclusive: budget of 1 executions spent (to allow more: `Budget::executions`, `--executions`)";
    assert_eq!(Checker::new().engine(Explorer).budget(budget).run(small).verdict().to_string(), spent);
    let deadlock = Checker::new().run(|| {
        let mutex = Mutex::new(());
        let _first = mutex.lock().unwrap();
        drop(mutex.lock());
    });
    let found = deadlock.counterexample().unwrap();
    assert!(
        found
            .to_string()
            .starts_with("deadlock: main -> main wait for each other\n  main cannot lock mutex, held by main (at "),
        "{found}"
    );
    // Without the trace, objects have numbers.
    let Failure::Deadlock { .. } = found.failure else { panic!("{found}") };
    assert!(
        found
            .failure
            .to_string()
            .starts_with("deadlock: main -> main wait for each other\n  main cannot lock object 0, held by main (at ")
    );
    assert_eq!(found.failure.kind().to_string(), "deadlock");
}

fn wrong_counter() -> selvedge::Linearizable<Counter<false>, CounterSpec> {
    linearizable(Counter::<false>::default).spec(CounterSpec::new()).persists(false)
}

#[test]
fn a_failure_of_an_object_has_a_line_for_the_shell() {
    let report = wrong_counter().run();
    let found = report.failure.as_ref().expect("a failure");
    let token = found.token.as_ref().expect("operations that are drawn");
    let name = "first_bug::a_failure_of_an_object_has_a_line_for_the_shell";
    let line = format!("  SELVEDGE_REPLAY={token} cargo test {name}\n");
    assert!(report.to_string().contains(&line), "{report}");
    let replayed = wrong_counter().replay_token(token).expect("a replay");
    assert_eq!(replayed.counterexample.as_ref(), Some(&found.counterexample));
    // What is no token of this check is refused with a reason.
    let refused = |token: &str| wrong_counter().replay_token(token).expect_err(token).to_string();
    assert!(refused("p1__0__0").contains("is made like"));
    assert!(refused("p1__0_0000.s1AA").contains("is not the one"));
    assert!(refused("p1__x_0__0000.s1AA").contains("is made like"));
    assert!(refused("p1__999999_0__0000.s1AA").contains("is made like"));
    assert!(refused("p1__900_0__0000.s1AA").contains("is not the one"));
    let (program, schedule) = token.split_once('.').unwrap();
    let digit = if program.ends_with('0') { "1" } else { "0" };
    assert!(refused(&format!("{}{digit}.{schedule}", &program[..program.len() - 1])).contains("is not the one"));
    assert!(refused(&format!("{program}.{}", &schedule[..schedule.len() - 1])).contains("token"));
}

/// What the main thread checks, in an example say, is no test.
#[test]
fn a_failure_on_the_main_thread_has_another_line() {
    let on_main = std::thread::Builder::new().name("main".into()).spawn(|| wrong_counter().run()).unwrap();
    let report = on_main.join().unwrap();
    let token = report.failure.as_ref().and_then(|found| found.token.as_ref()).expect("operations that are drawn");
    let line = format!("\n  export SELVEDGE_REPLAY={token}    # and then the same command again\n");
    assert!(report.to_string().contains(&line), "{report}");
}

/// The line does what it says: the test runs the one execution, and not the hunt.
#[test]
fn the_line_for_the_shell_replays() {
    let run = |token: Option<&str>| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "first_bug::checks_the_wrong_counter", "--nocapture"]).env("SELVEDGE_FIRST_BUG", "1");
        let command = token.iter().fold(&mut command, |command, token| command.env("SELVEDGE_REPLAY", token));
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (passed, hunted) = run(None);
    assert!(!passed && hunted.contains("programs, of which"), "{hunted}");
    let (_, rest) = hunted.split_once("SELVEDGE_REPLAY=").expect("the line");
    let token = rest.split(' ').next().unwrap();
    let (passed, replayed) = run(Some(token));
    assert!(
        !passed && replayed.contains("is not linearizable") && !replayed.contains("programs, of which"),
        "{replayed}"
    );
    assert!(replayed.contains(&format!("SELVEDGE_REPLAY={token} cargo test first_bug::checks_the_wrong_counter")));
}

/// Does nothing but in the process that the test before starts.
#[test]
fn checks_the_wrong_counter() {
    if std::env::var_os("SELVEDGE_FIRST_BUG").is_some() {
        wrong_counter().check();
    }
}
