//! The reader as the scheduler: what can still come after each step is what comes, and nothing else.

use std::collections::BTreeSet;

use crate::common;
use crate::program::{Flavour, Program, Seeded};
use selvedge::engine::MemoryModel::{self, Language, SequentiallyConsistent};
use selvedge::engine::{Budget, Exploration, Explorer};
use selvedge::{Checker, Decided, Ending, Position, Stepper};
use selvedge_models::Scenario;

fn ends(exploration: &Exploration) -> BTreeSet<String> {
    exploration.outcomes.keys().map(|outcome| outcome.as_str().to_owned()).collect()
}

fn unlocked() -> &'static Scenario {
    selvedge_models::find("balance/unlocked").expect("the model")
}

fn checker(scenario: &'static Scenario) -> Checker {
    common::checker(scenario, &scenario.defaults(), Box::new(Explorer)).budget(Budget::executions(2_000))
}

fn stepper() -> Stepper {
    let scenario = unlocked();
    checker(scenario).step(scenario.program(&scenario.defaults()))
}

#[test]
fn at_the_beginning_all_can_come_that_the_explorer_finds() {
    let scenario = unlocked();
    let report = checker(scenario).keep_going(true).run(scenario.program(&scenario.defaults()));
    let (all, stepper) = (&report.engines[0].exploration, stepper());
    let Position { reachable, end, .. } = stepper.position();
    assert_eq!(ends(reachable), ends(all));
    assert_eq!(ends(reachable).len(), 7);
    assert_eq!((reachable.executions, reachable.failures), (all.executions, all.failures));
    assert_eq!((stepper.position().is_lost(), end), (Some(false), &None));
}

/// Takes at each place the step after which the most of what can come is wrong.
#[test]
fn the_step_that_makes_the_loss_certain_is_told() {
    let mut stepper = stepper();
    while stepper.position().is_lost() == Some(false) {
        let wrong = |number: &usize| {
            let seen = &stepper.position().choices[*number].reachable;
            seen.failures * 1_000 / seen.executions
        };
        let worst = (0..stepper.position().choices.len()).max_by_key(wrong).expect("the execution goes on");
        let told = stepper.position().choices[worst].reachable.clone();
        assert!(stepper.take(worst));
        let seen = &stepper.position().reachable;
        assert_eq!((seen.executions, seen.failures), (told.executions, told.failures), "what was told has come");
    }
    let place = stepper.position();
    assert_eq!((place.is_lost(), &place.end), (Some(true), &None), "lost before the end");
    let count = place.trace.events.len();
    let since = Decided { steps: Some(count), is_wrong: true };
    assert_eq!(place.decided, Some(since), "it is this step that did it");
    let text = selvedge::render::position(place, &stepper.token());
    assert!(
        text.contains("wrong; outcomes") && !text.contains("right; outcomes") && !text.contains("none of them wrong"),
        "{text}"
    );
    stepper.run_to_end();
    let end = &stepper.position().end;
    assert!(matches!(end, Some(Ending::Failure(_))), "{end:?}");
    // Who comes here by a leap is told of the same step.
    assert_eq!(stepper.position().decided, Some(since));
    let text = selvedge::render::position(stepper.position(), &stepper.token());
    assert!(text.contains(&format!("it is wrong whatever comes, since step {} (", count - 1)), "{text}");
    let token = stepper.token();
    let mut another = self::stepper();
    assert!(another.go_to(&token));
    assert_eq!(another.position().decided, Some(since));
    while another.position().trace.events.len() >= count {
        assert_eq!(another.position().decided, Some(since));
        assert!(another.back());
    }
    assert_eq!(another.position().decided, None, "before it, both could come");
    // Where looks do not see all, nobody knows which step it was.
    let scenario = unlocked();
    let mut short = checker(scenario).budget(Budget::executions(2)).step(scenario.program(&scenario.defaults()));
    assert!(short.go_to(&token));
    assert_eq!(short.position().decided, Some(Decided { steps: None, is_wrong: true }));
    let text = selvedge::render::position(short.position(), &short.token());
    assert!(text.contains("it is wrong whatever comes\n"), "{text}");
    assert!(!stepper.take(0), "the execution is over");
}

#[test]
fn a_position_is_found_again_by_its_token_and_by_going_back() {
    let mut stepper = stepper();
    stepper.run_on();
    let (first, token) = (stepper.position().clone(), stepper.token());
    assert!(stepper.take(1));
    let second = stepper.position().clone();
    assert!(stepper.back());
    assert_eq!(stepper.position().trace, first.trace);
    assert!(stepper.forward() && !stepper.forward());
    assert_eq!(stepper.position().trace, second.trace);
    let mut another = self::stepper();
    assert!(another.go_to(&token));
    assert_eq!(another.position().trace, first.trace);
    assert_eq!(ends(&another.position().reachable), ends(&first.reachable));
    // The same token begins an execution that replays.
    let scenario = unlocked();
    let replayed =
        checker(scenario).replay(&token.to_string(), scenario.program(&scenario.defaults())).expect("a replay");
    assert_eq!(replayed.trace.events[..first.trace.events.len()], first.trace.events[..]);
}

#[test]
fn a_conversation_does_what_is_typed_and_refuses_the_rest() {
    let mut output = Vec::new();
    let input = "n\n1\nb\nb\nb\nb\nb\nx\n0\n77\nj nothing\nj s1AgEAvHQ\nt\n?\ne\ne\nq\n";
    stepper().converse(input.as_bytes(), &mut output).expect("a conversation");
    let output = String::from_utf8(output).expect("text");
    for expected in [
        "34 executions, 18 of them wrong; outcomes: -8, -5, -3, 0, 3, 5, 8",
        "t1: store balance = 5",
        "this is the beginning",
        "\"x\" is no command; `?` lists them",
        "there is no step 0 here",
        "there is no step 77 here",
        "\"nothing\" is no token",
        "go on until there is something to choose",
        "the execution is over, and right: the outcome is 0",
        "the execution is over; `b` goes back",
    ] {
        assert!(output.contains(expected), "{expected}: {output}");
    }
}

/// Walks through a random program, and looks at each place whether what can come is what comes of the choices.
fn walk(seed: u64, flavour: Flavour, memory: MemoryModel) -> Option<usize> {
    let program = Program::random(&mut Seeded(seed), flavour, 5);
    let budget = Budget { executions: Some(3_000), steps_per_execution: 300, ..Budget::default() };
    let context = || format!("seed {seed}, {flavour:?}, {memory:?}: {program:?}");
    let run = program.clone();
    let mut stepper = Checker::new().budget(budget).memory(memory).step(move || crate::program::run(&run));
    let mut draw = seed;
    for step in 0.. {
        let Position { reachable, choices, end, .. } = stepper.position();
        if reachable.limit.is_some() {
            return None;
        }
        if choices.is_empty() {
            match end {
                Some(Ending::Outcome(outcome)) => {
                    assert_eq!(ends(reachable), [outcome.to_string()].into(), "{}", context())
                }
                Some(Ending::Failure(_)) => assert_eq!(reachable.failures, 1, "{}", context()),
                other => assert_eq!(reachable.executions, 0, "{other:?}, {}", context()),
            }
            return Some(step);
        }
        let together: BTreeSet<String> = choices.iter().flat_map(|choice| ends(&choice.reachable)).collect();
        assert_eq!(together, ends(reachable), "step {step}, {}", context());
        let is_wrong = choices.iter().any(|choice| choice.reachable.failures > 0);
        assert_eq!(is_wrong, reachable.failures > 0, "step {step}, {}", context());
        // No choice has more than there is, and those of several overlap.
        assert!(
            choices.iter().all(|choice| choice.reachable.executions <= reachable.executions),
            "step {step}, {}",
            context()
        );
        draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let number = usize::try_from(draw >> 33).unwrap() % choices.len();
        assert!(stepper.take(number));
    }
    None
}

#[test]
fn what_can_come_is_what_comes_of_the_choices() {
    let mut walked = 0;
    for seed in 0..20 {
        for (flavour, memory) in [
            (Flavour::Atomics, SequentiallyConsistent),
            (Flavour::Atomics, Language),
            (Flavour::Locks, SequentiallyConsistent),
            (Flavour::All, Language),
        ] {
            walked += usize::from(walk(seed, flavour, memory).is_some());
        }
    }
    assert!(walked > 30, "{walked} programs");
}
