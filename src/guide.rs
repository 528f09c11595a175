//! The snippets of the guide, which are compiled and run as tests of the documentation.

#[doc = include_str!("../docs/first_check.md")]
mod first_check {}
#[doc = include_str!("../docs/swapping_std.md")]
mod swapping_std {}
#[doc = include_str!("../docs/reading_a_story.md")]
mod reading_a_story {}
#[doc = include_str!("../docs/engines_and_budgets.md")]
mod engines_and_budgets {}
#[cfg(feature = "proptest")]
#[doc = include_str!("../docs/objects.md")]
mod objects {}
#[doc = include_str!("../docs/histories.md")]
mod histories {}
#[doc = include_str!("../docs/loops_time_choices.md")]
mod loops_time_choices {}
#[doc = include_str!("../docs/replay.md")]
mod replay {}
#[doc = include_str!("../docs/in_ci.md")]
mod in_ci {}
#[cfg(feature = "proptest")]
#[doc = include_str!("../docs/fuzzing_and_proptest.md")]
mod fuzzing_and_proptest {}
#[doc = include_str!("../docs/how_the_explorer_works.md")]
mod how_the_explorer_works {}
#[doc = include_str!("../docs/what_a_verdict_rests_on.md")]
mod what_a_verdict_rests_on {}
