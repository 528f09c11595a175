//! Every falsification replays: the same failure, the same events, and a clear word where a token
//! does not fit.

use crate::common::{check, checker};
use selvedge::engine;
use selvedge::schedule::{Divergence, Schedule, Token, TokenError};
use selvedge::{Checker, ReplayError, Verdict};
use selvedge_models::{catalogue, find};

#[test]
fn every_counterexample_replays_to_the_same_failure_and_events() {
    let mut replayed_count = 0;
    // Every engine finds those of the balance.
    for scenario in catalogue().into_iter().filter(|scenario| scenario.model() == "balance") {
        if scenario.expectation.failure().is_none() {
            continue;
        }
        let parameters = scenario.defaults();
        for engine in engine::all().into_iter().filter(|engine| engine.capabilities().replays) {
            let name = engine.name();
            let Verdict::Falsified(found) = check(scenario, engine).verdict else {
                panic!("{} on {name} found nothing", scenario.name)
            };
            let token = found.token.clone().unwrap_or_else(|| panic!("{} on {name}: no token", scenario.name));
            let text = token.to_string();
            let again = checker(scenario, &parameters, engine::by_name(name).unwrap())
                .replay(&text, scenario.program(&parameters))
                .unwrap_or_else(|error| panic!("{} on {name}: {error}", scenario.name));
            let again = again.counterexample.expect("the failure again");
            assert_eq!(again.failure, found.failure, "{} on {name}", scenario.name);
            assert_eq!(again.trace, found.trace, "{} on {name}", scenario.name);
            assert!(text.len() < 120, "{} on {name}: a token of {} characters", scenario.name, text.len());
            replayed_count += 1;
        }
    }
    assert!(replayed_count >= 5, "only {replayed_count} counterexamples were replayed");
}

/// A token does not name the engine that made it: any runtime of the kernel follows it.
#[test]
fn a_schedule_found_by_shuttle_replays_on_our_own_runtime() {
    let scenario = find("balance/unlocked").unwrap();
    let Verdict::Falsified(found) = check(scenario, Box::new(engine::ShuttleRandom)).verdict else {
        panic!("shuttle-random found nothing")
    };
    let parameters = scenario.defaults();
    let own = checker(scenario, &parameters, Box::new(engine::Enumerate));
    let again = own.replay(&found.token.unwrap().to_string(), scenario.program(&parameters)).unwrap();
    assert_eq!(again.trace, found.trace);
}

fn token_of(name: &str) -> String {
    let Verdict::Falsified(found) = check(find(name).unwrap(), Box::new(engine::Enumerate)).verdict else {
        panic!("{name} holds")
    };
    found.token.unwrap().to_string()
}

fn replay(name: &str, token: &str) -> Result<engine::Replayed, ReplayError> {
    let scenario = find(name).unwrap();
    Checker::new().replay(token, scenario.program(&scenario.defaults()))
}

#[test]
fn a_foreign_token_names_the_first_divergence() {
    let token = token_of("balance/unlocked");
    for other in ["balance/locked", "balance/unreleased", "balance/fetch_add", "balance/interpreter_lock"] {
        match replay(other, &token) {
            Err(ReplayError::Diverges(divergence)) => assert!(!divergence.to_string().is_empty()),
            other => panic!("{other:?}"),
        }
    }
    // The very point: where the schedule goes on with a thread that cannot.
    let diverges = replay("balance/locked", &token);
    assert!(
        matches!(
            diverges,
            Err(ReplayError::Diverges(
                Divergence::CannotGoOn { .. } | Divergence::Differs { .. } | Divergence::HasEnded { .. }
            ))
        ),
        "{diverges:?}"
    );
}

#[test]
fn a_stale_token_is_noticed_even_where_the_schedule_still_fits() {
    // Same threads, same number of steps, another value written.
    let program = |amount: i64| {
        move || {
            let balance = selvedge::sync::atomic::AtomicI64::new(0);
            selvedge::thread::scope(|scope| {
                scope.spawn(|| balance.store(amount, std::sync::atomic::Ordering::SeqCst));
            });
            assert_eq!(balance.into_inner(), 0);
        }
    };
    let report = Checker::new().run(program(5));
    let token = report.counterexample().unwrap().token.clone().unwrap().to_string();
    assert!(Checker::new().replay(&token, program(5)).unwrap().counterexample.is_some());
    let stale = Checker::new().replay(&token, program(6));
    assert!(matches!(stale, Err(ReplayError::Diverges(Divergence::Differs { .. }))), "{stale:?}");
}

#[test]
fn a_damaged_token_is_refused() {
    let token = token_of("balance/unlocked");
    assert_eq!(replay("balance/unlocked", "nonsense").unwrap_err(), ReplayError::Token(TokenError::Version));
    assert!(matches!(replay("balance/unlocked", &token[..token.len() - 2]), Err(ReplayError::Token(_))));
    assert!(matches!(replay("balance/unlocked", ""), Err(ReplayError::Token(TokenError::Version))));
}

#[test]
fn tokens_that_end_early_or_go_on_are_told_apart() {
    let token: Token = token_of("balance/unlocked").parse().unwrap();
    let Token::Schedule(schedule) = token else { panic!("a schedule") };
    let mut short = schedule.clone();
    short.runs.pop();
    let short = replay("balance/unlocked", &Token::Schedule(short).to_string());
    assert!(matches!(short, Err(ReplayError::Diverges(Divergence::GoesOn { .. }))), "{short:?}");
    let empty = replay("balance/unlocked", &Token::Schedule(Schedule::default()).to_string());
    assert!(matches!(empty, Err(ReplayError::Diverges(Divergence::GoesOn { steps: 0 }))), "{empty:?}");
    let mut long = schedule.clone();
    long.runs.last_mut().unwrap().length += 3;
    let long = replay("balance/unlocked", &Token::Schedule(long).to_string());
    assert!(long.is_err(), "{long:?}");
}

/// loom cannot run this scenario, which has choices, and stops in its first execution: nobody waits for a later one.
#[test]
fn a_token_of_loom_for_what_loom_cannot_run_is_refused() {
    let token = Token::Loom { execution: 7, digest: 1 }.to_string();
    let refused = replay("master_worker/worker_dies", &token);
    assert!(
        matches!(refused, Err(ReplayError::Diverges(Divergence::FewerExecutions { executions: 1, wanted: 7, .. }))),
        "{refused:?}"
    );
}

#[test]
fn what_shrinks_is_short() {
    let Verdict::Falsified(found) = check(find("balance/unlocked").unwrap(), Box::new(engine::Enumerate)).verdict
    else {
        panic!("no counterexample")
    };
    // Each thread leaves the balance as it finds it, so one preemption is not enough.
    assert_eq!(found.trace.preemptions(), 2);
}

#[test]
fn nondeterminism_outside_the_facade_is_reported_as_itself() {
    use selvedge::failure::FailureKind;
    static CALLS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let report = Checker::new().run(|| {
        let flag = selvedge::sync::atomic::AtomicU32::new(0);
        let calls = CALLS.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        flag.store(calls, std::sync::atomic::Ordering::SeqCst);
        assert_ne!(calls, 0, "only the first execution fails");
    });
    let kind = report.counterexample().map(|counterexample| counterexample.failure.kind());
    assert_eq!(kind, Some(FailureKind::Nondeterminism));
}
