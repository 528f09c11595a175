//! Bytes choose a scenario, its parameters, and its schedule. Correct scenarios are right on every
//! schedule, and every execution replays from its token.

use selvedge::Checker;
use selvedge::engine::Guided;
use selvedge_models::{Expectation, catalogue};

/// Checks one input.
pub(crate) fn body(data: &[u8]) {
    let [low, high, size, schedule @ ..] = data else { return };
    let scenarios = catalogue();
    let scenario = scenarios[usize::from(u16::from_le_bytes([*low, *high])) % scenarios.len()];
    // Each parameter at its least, or up to two more.
    let values = scenario.parameters.iter().map(|parameter| {
        let value = parameter.least + usize::from(size % 3);
        (parameter.name.to_owned(), value.min(parameter.most))
    });
    let parameters = scenario.with(&values.collect::<Vec<_>>()).expect("in range");
    let checker = || match (scenario.right)(&parameters) {
        Some(right) => Checker::new().allow_outcomes(right),
        None => Checker::new(),
    };
    let run = checker().follow(&Guided::new(schedule), scenario.program(&parameters));
    if scenario.expectation == Expectation::Holds {
        assert_eq!(run.counterexample, None, "{}", scenario.name);
    }
    if let Some(counterexample) = run.counterexample {
        let token = counterexample.token.clone().expect("a token").to_string();
        let again = checker().replay(&token, scenario.program(&parameters)).expect("a token that fits");
        assert_eq!(again.counterexample, Some(counterexample));
    }
}
