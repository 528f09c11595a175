//! Bytes choose a scenario, its parameters, and its schedule. Correct scenarios are right on every
//! schedule, every execution replays from its token, and every text is a token or is refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use selvedge::Checker;
use selvedge::engine::Guided;
use selvedge::schedule::Token;
use selvedge_models::{Expectation, catalogue};

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(token) = text.parse::<Token>()
    {
        assert_eq!(token.to_string().parse(), Ok(token));
    }
    let [scenario, size, schedule @ ..] = data else { return };
    let scenarios = catalogue();
    let scenario = scenarios[usize::from(*scenario) % scenarios.len()];
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
});
