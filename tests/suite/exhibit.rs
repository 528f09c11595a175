//! Executions as a document, as a page and for Perfetto; and the execution that passes and is nearest to a failure.

use std::process::Command;

use crate::common;
use selvedge::engine::{Budget, Explorer};
use selvedge::exhibit::Document;
use selvedge::schedule::Token;
use selvedge::sync::Mutex;
use selvedge::sync::atomic::AtomicUsize;
use selvedge::sync::atomic::Ordering::SeqCst;
use selvedge::{Checker, Nearest, render, thread};
use selvedge_models::Scenario;
use serde_json::Value;

/// Scenarios whose documents have something of everything: lost updates, a deadlock, a race, a weak load.
const SCENARIOS: [&str; 5] = [
    "balance/unlocked",
    "deadlock/philosophers",
    "lock/ticket_read_then_taken",
    "sync/double_checked_relaxed",
    "sync/seqlock_unfenced",
];

fn scenario(name: &str) -> Option<&'static Scenario> {
    selvedge_models::find(name)
}

fn checker(scenario: &'static Scenario) -> Checker {
    let checker = common::checker(scenario, &scenario.defaults(), Box::new(Explorer));
    checker.budget(Budget::executions(1_000)).keep_going(true)
}

fn document(scenario: &'static Scenario) -> Document {
    let (checker, defaults) = (checker(scenario), scenario.defaults());
    let report = checker.run(scenario.program(&defaults));
    let replay = |token: &Token| checker.replay(&token.to_string(), scenario.program(&defaults)).ok();
    Document::of_report(scenario.name, "language", &report.engines[0], &replay, &ToString::to_string)
}

#[test]
fn what_a_document_says_of_its_steps_fits_together() {
    let (mut known, mut choices) = (0, 0);
    for scenario in SCENARIOS.into_iter().filter_map(scenario) {
        known += 1;
        let document = document(scenario);
        assert!(!document.executions.is_empty(), "{}", scenario.name);
        for execution in &document.executions {
            let mut clocks = vec![Vec::new(); execution.threads.len()];
            for (number, step) in execution.steps.iter().enumerate() {
                let at = format!("{}: step {number}, {}", scenario.name, step.words);
                assert_eq!(step.number, number, "{at}");
                // The end of the main thread is no line of the program, and none of ours either.
                let is_ours = step.source.as_ref().is_some_and(|source| source.file.starts_with("src/"));
                assert!(!is_ours && (step.source.is_some() || step.thread == 0), "{at}: {:?}", step.source);
                assert!(step.enabled.contains(&step.thread), "{at}: {:?}", step.enabled);
                // Time goes on within a thread, by one step.
                let before: &Vec<u32> = &clocks[step.thread];
                let own = before.get(step.thread).copied().unwrap_or(0);
                assert_eq!(step.clock[step.thread], own + 1, "{at}");
                assert!(before.iter().zip(&step.clock).all(|(before, now)| before <= now), "{at}");
                clocks[step.thread] = step.clock.clone();
                if let (Some(store), "load", Some(read)) =
                    (&step.reads_from, &*step.operation.name, &step.operation.result)
                {
                    assert_eq!(&store.value, read, "{at}");
                    choices += step.could_have_read.len();
                }
                assert!(
                    step.reads_from.as_ref().is_none_or(|store| store.step.is_none_or(|store| store < number)),
                    "{at}"
                );
            }
            assert!(execution.arrows.iter().all(|arrow| arrow.from < arrow.to && arrow.to < execution.steps.len()));
            assert!(execution.arrows.iter().any(|arrow| arrow.kind == "spawn"), "{}", scenario.name);
            let is_over = execution.result.outcome.is_some() || execution.result.failure.is_some();
            assert!(is_over, "{}", scenario.name);
        }
        for outcome in &document.outcomes {
            let shown = outcome.execution.map(|execution| document.executions[execution].result.outcome.clone());
            assert!(shown.is_none_or(|shown| shown.is_none_or(|shown| shown == outcome.text)), "{}", scenario.name);
        }
    }
    assert!(choices > 0, "a load could have read another store");
    assert!(known == 5, "{known} of the scenarios are there");
}

#[test]
fn the_balance_has_its_seven_outcomes_each_with_an_execution() {
    let document = document(scenario("balance/unlocked").expect("the model"));
    let value: Value = serde_json::from_str(&document.to_json()).expect("JSON");
    assert_eq!(value["schema"], "selvedge-trace/1");
    let outcomes = value["outcomes"].as_array().expect("outcomes");
    let texts: Vec<&str> = outcomes.iter().filter_map(|outcome| outcome["text"].as_str()).collect();
    assert_eq!(texts, ["-8", "-5", "-3", "0", "3", "5", "8"]);
    let total: u64 = outcomes.iter().filter_map(|outcome| outcome["count"].as_u64()).sum();
    assert_eq!(Some(total), value["executions_explored"].as_u64());
    assert!(outcomes.iter().all(|outcome| outcome["execution"].is_u64()), "{outcomes:?}");
    let chrome: Value = serde_json::from_str(&document.to_chrome_trace()).expect("JSON");
    let events = chrome["traceEvents"].as_array().or(chrome.as_array()).expect("events");
    let steps = events.iter().filter(|event| event["ph"] == "X").count();
    assert_eq!(steps, document.executions[0].steps.len());
}

/// A failing check of a program whose names and messages are markup.
fn hostile() -> selvedge::Report {
    Checker::new().name("<script>alert(1)</script>").run(|| {
        let shared = Mutex::new(0);
        selvedge::name(&shared, "</script><b>");
        let builder = thread::Builder::new().name("<script>alert(2)</script>".into());
        let handle = builder.spawn(|| panic!("<script>alert(3)</script>")).expect("a thread");
        *shared.lock().unwrap() += 1;
        handle.join().expect("no panic");
    })
}

#[test]
fn markup_of_a_program_is_none_of_the_page() {
    let report = hostile();
    let replay = |_: &Token| None;
    let document =
        Document::of_report("<script>alert(1)</script>", "language", &report.engines[0], &replay, &ToString::to_string);
    let page = document.to_html();
    assert!(page.contains("alert(1)") && page.contains("alert(2)") && page.contains("alert(3)"));
    for number in 1..4 {
        assert!(!page.contains(&format!("<script>alert({number})")), "script {number}");
    }
    assert_eq!(page.matches("</script>").count(), 2, "the document's and the page's own");
}

#[test]
fn a_failing_check_writes_its_page_where_the_environment_says() {
    const VARIABLE: &str = "SELVEDGE_TEST_OF_A_PAGE";
    if std::env::var_os(VARIABLE).is_some() {
        selvedge::check(|| assert!(thread::spawn(|| false).join().unwrap(), "a <b>wrong</b> answer"));
        return;
    }
    let folder = std::env::temp_dir().join(format!("selvedge-pages-{}", std::process::id()));
    let test = "exhibit::a_failing_check_writes_its_page_where_the_environment_says";
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(VARIABLE, "1")
        .env("SELVEDGE_HTML", &folder)
        .output()
        .expect("the test in a process of its own");
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{printed}");
    let pages: Vec<_> = std::fs::read_dir(&folder).expect("a folder").map(|page| page.unwrap().path()).collect();
    let [page] = &pages[..] else { panic!("{pages:?}: {printed}") };
    assert!(printed.contains(&page.display().to_string()), "{printed}");
    let text = std::fs::read_to_string(page).expect("a page");
    assert!(text.contains("\\u003cb\\u003ewrong") && !text.contains("a <b>wrong"), "escaped");
    std::fs::remove_dir_all(&folder).expect("the folder");
}

/// What a check panics with.
fn told(scenario: fn()) -> String {
    let panicked = std::panic::catch_unwind(|| selvedge::check(scenario)).expect_err("a failure");
    panicked.downcast_ref::<String>().expect("a story").clone()
}

#[test]
fn a_failing_check_says_what_would_pass() {
    let story = told(|| {
        let number = AtomicUsize::new(0);
        let add = || number.store(number.load(SeqCst) + 1, SeqCst);
        thread::scope(|scope| {
            scope.spawn(add);
            add();
        });
        assert_eq!(number.load(SeqCst), 2);
    });
    let (_, rest) = story.split_once("\nit passes if after step 1 comes `").unwrap_or_else(|| panic!("{story}"));
    let (sentence, rest) = rest.split_once('\n').expect("a line");
    assert!(sentence.contains("` of main (exhibit.rs:") && sentence.contains(") before `"), "{sentence}");
    assert!(rest.starts_with("\nreplay it with:\n"), "{rest}");
    // Nothing would.
    let story = told(|| assert!(thread::spawn(|| false).join().unwrap(), "wrong in any order"));
    assert!(!story.contains("it passes if"), "{story}");
}

/// Returns a scenario's failure and the nearest execution that passes.
fn nearest(name: &str) -> (selvedge::failure::Counterexample, Nearest) {
    let scenario = scenario(name).expect("the model");
    let (checker, defaults) = (checker(scenario), scenario.defaults());
    let report = checker.run(scenario.program(&defaults));
    let found = report.counterexample().expect("a failure").clone();
    let nearest = checker.nearest(&found, scenario.program(&defaults)).expect("an execution that passes");
    (found, nearest)
}

#[test]
fn the_nearest_execution_passes_and_parts_where_the_failure_became_certain() {
    for name in ["balance/unlocked", "deadlock/philosophers", "sync/double_checked_relaxed"] {
        let (found, Nearest { shared, passing }) = nearest(name);
        assert!(passing.counterexample.is_none(), "{name}");
        assert!(shared < found.trace.events.len() && shared < passing.trace.events.len(), "{name}: {shared}");
        assert_eq!(found.trace.events[..shared], passing.trace.events[..shared], "{name}");
        // With one step more of the failure nothing is right any more: the stepper says the same.
        let scenario = scenario(name).expect("the model");
        let mut stepper = checker(scenario).step(scenario.program(&scenario.defaults()));
        for (number, event) in found.trace.events[..=shared].iter().enumerate() {
            assert_eq!(stepper.position().is_lost(), Some(false), "{name}: before step {number}");
            // These failures are interleavings: the first way of each thread is that of one.
            let choice = stepper.position().choices.iter().position(|choice| choice.step.thread == event.thread);
            assert!(stepper.take(choice.expect("the thread can go on")), "{name}: step {number}");
        }
        assert_eq!(stepper.position().trace.events, found.trace.events[..=shared], "{name}");
        assert_eq!(stepper.position().is_lost(), Some(true), "{name}");
    }
}

#[test]
fn the_sentence_of_the_nearest_execution_names_both_steps() {
    let (found, nearest) = nearest("balance/unlocked");
    let sentence = render::nearest(&nearest, &found.trace);
    assert!(sentence.starts_with("it passes if after step "), "{sentence}");
    assert_eq!(sentence.matches("balance.rs:").count(), 2, "{sentence}");
}
