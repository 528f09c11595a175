//! The ledger of the tutorials' statements: every statement has evidence of the right kind, every section of every
//! tutorial has a statement or says why not, and every scenario is reached from a statement or is from the literature.

use std::collections::BTreeSet;

use selvedge_models::statements::{
    CHAPTERS, Evidence, Modality, Place, SECTIONS, Section, Statement, Truth, Tutorial, statements,
};
use selvedge_models::{Expectation, catalogue, find, python};

/// The scenarios that a statement rests on.
fn scenarios(statement: &Statement) -> impl Iterator<Item = &'static str> {
    statement.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::Shows(name) | Evidence::Contradicts(name) => Some(*name),
        Evidence::Script(_) => None,
    })
}

fn is_script(evidence: &Evidence) -> bool {
    matches!(evidence, Evidence::Script(_))
}

#[test]
fn statements_are_complete() {
    let mut names = BTreeSet::new();
    let mut sayings = BTreeSet::new();
    assert!(!CHAPTERS.is_empty());
    for chapter in CHAPTERS {
        assert!(chapter.statements().next().is_some(), "{} is empty", chapter.name);
        for Statement { name, places, says, explanation, truth, .. } in chapter.statements() {
            assert!(name.starts_with(&format!("{}/", chapter.name)), "{name} is no name of {}", chapter.name);
            assert!(names.insert(*name), "{name} is there twice");
            assert!(sayings.insert(*says), "{name} says what another says: {says}");
            assert!(!places.is_empty(), "{name} is made nowhere");
            assert!(places.is_sorted(), "{name}: its places are not in order");
            for text in [says, explanation].into_iter().filter(|text| !text.is_empty()) {
                assert!(text.ends_with(['.', '?', '`', ')']), "{name}: {text}");
                assert!(text.is_ascii(), "{name} is not in English: {text}");
            }
            assert!(!says.is_empty(), "{name} says nothing");
            assert!(
                *truth == Truth::Confirmed || !explanation.is_empty() || matches!(truth, Truth::OutOfScope(_)),
                "{name} does not say what is so instead"
            );
            if let Truth::OnlyWhen(condition) | Truth::OutOfScope(condition) = truth {
                assert!(!condition.ends_with('.') && !condition.is_empty(), "{name}: {condition}");
            }
        }
    }
}

/// Evidence that there is.
#[test]
fn evidence_is_there() {
    let mut scripts = BTreeSet::new();
    for statement in statements() {
        for evidence in statement.evidence {
            match evidence {
                Evidence::Shows(name) | Evidence::Contradicts(name) => {
                    assert!(find(name).is_some(), "{} rests on {name}, which there is not", statement.name);
                }
                Evidence::Script(name) => {
                    assert!(
                        python::script(name).is_some(),
                        "{} rests on {name}.py, which there is not",
                        statement.name
                    );
                    scripts.insert(*name);
                }
            }
        }
    }
    let mut known = BTreeSet::new();
    for script in python::scripts() {
        assert!(known.insert(script.name), "{}.py is declared twice", script.name);
        assert!(scripts.contains(script.name), "no statement rests on {}.py", script.name);
        assert!(!script.starts.is_empty(), "{}.py is never run", script.name);
    }
}

/// Evidence of the right kind: what is to hold always is shown by what holds always, what is false by what contradicts it.
#[test]
fn evidence_is_of_the_right_kind() {
    let mut wrong = Vec::new();
    for statement in statements() {
        let Statement { name, truth, modality, evidence, .. } = statement;
        let mut complain = |what: &str| wrong.push(format!("{name}: {what}"));
        let shows = evidence.iter().any(|evidence| matches!(evidence, Evidence::Shows(_)));
        let contradicts = evidence.iter().any(|evidence| matches!(evidence, Evidence::Contradicts(_)));
        let asks = evidence.iter().any(is_script);
        for evidence in *evidence {
            let expectation = |name: &str| find(name).map(|scenario| scenario.expectation);
            match evidence {
                Evidence::Contradicts(scenario) if expectation(scenario) == Some(Expectation::Holds) => {
                    complain(&format!("{scenario} holds, and so has no execution that contradicts anything"));
                }
                Evidence::Shows(scenario)
                    if matches!(truth, Truth::Confirmed)
                        && *modality == Modality::Always
                        && matches!(expectation(scenario), Some(Expectation::Fails(_))) =>
                {
                    complain(&format!("{scenario} fails in some executions, and the statement says always"));
                }
                _ => {}
            }
        }
        match truth {
            Truth::Confirmed if contradicts => complain("it is confirmed and contradicted"),
            Truth::Confirmed if !shows && !asks => complain("it is confirmed by nothing"),
            Truth::Refuted if !contradicts && !asks => complain("it is refuted by nothing"),
            Truth::OnlyWhen(_) if !(asks || shows && contradicts) => complain("one of its sides is not shown"),
            Truth::OutOfScope(_) if !evidence.is_empty() => complain("it is out of scope, and has evidence"),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A false statement is worth little without the execution that refutes it.
#[test]
fn many_are_refuted() {
    let refuted = statements().filter(|statement| statement.truth == Truth::Refuted).count();
    assert!(refuted >= 30, "only {refuted} are refuted");
}

#[test]
fn sections_cover_the_tutorials() {
    for tutorial in Tutorial::ALL {
        let sections: Vec<&Section> = SECTIONS.iter().filter(|section| section.place.tutorial == tutorial).collect();
        let Some(first) = sections.first() else { panic!("{} has no sections", tutorial.number()) };
        assert_eq!(first.place.first_line, 1, "{}", tutorial.number());
        for pair in sections.windows(2) {
            let (last, next) = (pair[0].place.last_line, pair[1].place.first_line);
            assert_eq!(next, last + 1, "{}: between {} and {}", tutorial.number(), pair[0].title, pair[1].title);
        }
        let last = sections.last().expect("a section").place.last_line;
        assert!(sections.iter().all(|section| section.place.first_line <= section.place.last_line));
        let made = statements().flat_map(|statement| statement.places);
        for place in made.filter(|place| place.tutorial == tutorial) {
            assert!(place.first_line <= place.last_line && place.last_line <= last, "{place:?} is not in the file");
        }
    }
}

/// Every section has a statement, or says why it has none.
#[test]
fn no_section_is_left_out() {
    let overlaps = |one: &Place, other: &Place| {
        one.tutorial == other.tutorial && one.first_line <= other.last_line && other.first_line <= one.last_line
    };
    let mut wrong = Vec::new();
    for Section { place, title, nothing } in SECTIONS {
        let is_spoken_of = statements().any(|statement| statement.places.iter().any(|made| overlaps(made, place)));
        if is_spoken_of == nothing.is_some() {
            let number = place.tutorial.number();
            wrong.push(format!("{number}: {} to {}, {title}: {nothing:?}", place.first_line, place.last_line));
        }
    }
    assert!(wrong.is_empty(), "these have neither or both:\n{}", wrong.join("\n"));
}

/// Every scenario is reached from a statement, or is from the literature, and not both.
#[test]
fn every_scenario_is_reached() {
    let reached: BTreeSet<&str> = statements().flat_map(scenarios).collect();
    let wrong: Vec<&str> = catalogue()
        .iter()
        .filter(|scenario| scenario.literature.is_some() == reached.contains(scenario.name))
        .map(|scenario| scenario.name)
        .collect();
    assert!(wrong.is_empty(), "neither or both: {}", wrong.join(", "));
}

/// No two scenarios show the same: each sentence says what its own one shows.
#[test]
fn each_scenario_shows_something_else() {
    let mut shown = BTreeSet::new();
    for scenario in catalogue() {
        assert!(shown.insert(scenario.shows), "{} shows what another shows: {}", scenario.name, scenario.shows);
    }
}

/// The lines are those of the files, where the files are at hand.
#[test]
fn the_files_have_these_lines() {
    let Ok(files) = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/tutorials")) else { return };
    for file in files {
        let path = file.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let lines = std::fs::read_to_string(&path).expect("a text").lines().count();
        let number = |section: &&Section| name.starts_with(section.place.tutorial.number());
        let last = SECTIONS.iter().rev().find(number).expect("sections of each tutorial").place.last_line;
        assert_eq!(usize::try_from(last).expect("few lines"), lines, "{name}");
    }
}
