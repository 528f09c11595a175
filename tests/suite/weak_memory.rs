//! Litmus programs, with the exact outcomes and numbers of graphs that the language's memory model has. The figures are of
//! an independent enumeration and of GenMC (`tests/litmus/README.md`); here they are compared with a naive twin that checks
//! every graph against the axioms, and with what runs on the kernel's memory.

use std::collections::BTreeSet;

use crate::program::{Seeded, Source};
use selvedge_axioms::axioms;
use selvedge_axioms::comparison::compare;
use selvedge_axioms::straight_line::{self, Access, Program};
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};

use selvedge::engine::{Budget, Engine, Enumerate, Exploration, Explorer, MemoryModel};
use selvedge::sync::Arc;
use selvedge::sync::atomic::AtomicU8;
use selvedge::{Checker, render, thread};

use serde_json::Value;

/// One row of the file.
struct Row {
    name: String,
    program: Program,
    sc: BTreeSet<String>,
    /// Under the language's model, by the text of C++20 where that differs from RC11.
    language: BTreeSet<String>,
    graphs: u64,
}

fn strings(value: &Value) -> BTreeSet<String> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().map(|item| item.as_str().expect("an outcome").to_owned()).collect()
}

fn rows() -> Vec<Row> {
    let parse = |line: &str| {
        let row: Value = serde_json::from_str(line).expect("a row");
        let sc = strings(&row["sc_outcomes"]);
        // Where GenMC and C++20's text differ, the text counts. In the second such program no `SeqCst` store strongly
        // happens before the `SeqCst` read-modify-write that acquires it, and the paper's axiom agrees with the text.
        let variants = &row["variants"];
        let text = variants.get("cpp20").unwrap_or(&variants["rc11_paper"]);
        let mut language: BTreeSet<String> = sc.union(&strings(&row["rc11_only"])).cloned().collect();
        language.extend(strings(&text["extra"]));
        strings(&text["missing"]).iter().for_each(|missing| _ = language.remove(missing));
        let own = text.get("graphs").unwrap_or(&row["rc11_graphs"]);
        Row {
            name: row["name"].as_str().expect("a name").to_owned(),
            program: straight_line::parse(&row["threads"], row["locs"].as_u64().expect("a number") as usize),
            graphs: own.as_u64().expect("a count"),
            sc,
            language,
        }
    };
    include_str!("../litmus/classic.jsonl").lines().map(parse).collect()
}

/// The naive twin has the figures of the file.
#[test]
fn the_twin_has_the_known_figures() {
    let rows = rows();
    assert_eq!(rows.len(), 165);
    for row in rows {
        let seen = axioms::enumerate(&row.program);
        assert_eq!(seen.outcomes, row.language, "{}: outcomes", row.name);
        assert_eq!(seen.graphs, row.graphs, "{}: graphs", row.name);
    }
}

/// Returns the outcomes that an engine sees, if it comes to its end.
fn run(engine: impl Engine + 'static, program: &Program, model: MemoryModel, most: u64) -> Option<BTreeSet<String>> {
    let program = program.clone();
    let seen = explore(engine, model, most, move || program.run());
    seen.limit.is_none().then(|| words(&seen))
}

/// Returns the outcomes as the file writes them.
fn words(seen: &Exploration) -> BTreeSet<String> {
    seen.outcomes.keys().map(|outcome| outcome.as_str().trim_matches('"').to_owned()).collect()
}

/// The explorer runs one execution for each graph.
#[test]
fn programs_have_one_execution_for_each_graph() {
    let mut wrong = Vec::new();
    for row in rows() {
        let (executions, redundant) = count(&row.program);
        if executions != row.graphs || redundant > 0 {
            wrong.push(format!("{}: {executions} and {redundant} in vain for {} graphs", row.name, row.graphs));
        }
    }
    assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
}

/// Returns how many executions the explorer counts, and how many it runs in vain.
fn count(program: &Program) -> (u64, u64) {
    let program = program.clone();
    let seen = explore(Explorer, MemoryModel::Language, 1_000_000, move || program.run_on_known_atomics());
    (seen.executions, seen.redundant)
}

/// Returns what an engine sees in so many executions.
fn explore(
    engine: impl Engine + 'static,
    model: MemoryModel,
    most: u64,
    program: impl Fn() -> String + Send + Sync + 'static,
) -> Exploration {
    let budget = Budget { executions: Some(most), time: None, ..Budget::default() };
    let checker = Checker::new().engine(engine).memory(model).budget(budget).keep_going(true);
    checker.run(program).engines.remove(0).exploration
}

/// What runs has the outcomes of the file, under both models.
#[test]
fn programs_have_the_known_outcomes() {
    for row in rows() {
        for (model, known) in [(MemoryModel::Language, &row.language), (MemoryModel::SequentiallyConsistent, &row.sc)] {
            let seen = run(Explorer, &row.program, model, 1_000_000);
            assert_eq!(seen.as_ref(), Some(known), "{} under {model:?}", row.name);
        }
    }
}

/// Every schedule in every way shows no more: the explorer leaves nothing out.
#[test]
fn the_smallest_programs_have_them_without_reduction() {
    let small = |row: &Row| row.program.threads.len() == 2 && row.program.interleavings() <= 6;
    let (mut compared, mut rows) = (0, rows());
    rows.retain(small);
    for row in rows {
        compared += 1;
        let seen = run(Enumerate, &row.program, MemoryModel::Language, 1_000_000);
        assert_eq!(seen.as_ref(), Some(&row.language), "{}", row.name);
    }
    assert!(compared > 20, "{compared} compared");
}

/// Random programs: what runs and the twin agree on the outcomes and on the number of graphs. `SELVEDGE_PROGRAMS` sets how
/// many are compared, and `SELVEDGE_SEED` the first seed. Of each sixteen one is larger than the others.
#[test]
fn random_programs_agree_with_the_twin() {
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |text| text.parse().expect("a number in the environment"))
    };
    let (wanted, first) = (number("SELVEDGE_PROGRAMS", 10_000), number("SELVEDGE_SEED", 1));
    let (mut compared, mut larger, mut graphs, mut wrong) = (0, 0, 0, Vec::new());
    for seed in first.. {
        let mut random = Seeded(seed);
        let program = straight_line::random(|below| random.draw(below));
        let size = program.threads.iter().map(Vec::len).sum::<usize>();
        let is_larger = size > 4 && compared >= 16 * larger;
        if size > 6 || size > 4 && !is_larger {
            continue;
        }
        let Some(comparison) = compare(&program) else { continue };
        (compared, larger) = (compared + 1, larger + u64::from(is_larger));
        graphs += comparison.known.graphs;
        if !comparison.agrees() {
            wrong.push(format!("seed {seed}: {comparison:?}: {:?}", program.threads));
        }
        if compared == wanted {
            break;
        }
    }
    assert!(wrong.is_empty(), "{} of {compared}: {:#?}", wrong.len(), &wrong[..wrong.len().min(20)]);
    println!("{compared} programs compared, {larger} of them of 5 or 6 operations, with {graphs} graphs");
    assert!(larger > wanted / 20, "{larger} of {compared} are larger");
}

/// Checks a scenario under the language's model.
fn check<T: std::fmt::Debug + 'static>(
    scenario: impl Fn() -> T + Clone + Send + Sync + 'static,
    right: impl Fn(&T) -> bool + Send + Sync + Copy + 'static,
) -> selvedge::Report {
    let asserted = move || assert!(right(&scenario()));
    Checker::new().engine(Explorer).memory(MemoryModel::Language).run(asserted)
}

/// Runs these in threads of their own, beside each other; returns what they return.
fn beside<T: Send + 'static, const N: usize>(bodies: [Box<dyn FnOnce() -> T + Send>; N]) -> Vec<T> {
    let handles: Vec<_> = bodies.into_iter().map(thread::spawn).collect();
    handles.into_iter().map(|handle| handle.join().unwrap()).collect()
}

/// One thread writes a message and then a flag, the other one waits for neither: it reads both.
fn publication(store: Ordering, load: Ordering) -> impl Fn() -> Vec<(u8, u8)> + Clone + Send + Sync + 'static {
    move || {
        let one = Arc::new((AtomicU8::new(0), AtomicU8::new(0)));
        let other = one.clone();
        beside([
            Box::new(move || {
                one.0.store(1, Relaxed);
                one.1.store(1, store); // of a publication
                (0, 0)
            }),
            Box::new(move || {
                let flag = other.1.load(load); // of a publication
                (flag, other.0.load(Relaxed))
            }),
        ])
    }
}

/// Each of two threads stores to its own and reads the other's.
fn store_buffering(store: Ordering, load: Ordering) -> impl Fn() -> Vec<u8> + Clone + Send + Sync + 'static {
    move || {
        let both = Arc::new((AtomicU8::new(0), AtomicU8::new(0)));
        let other = both.clone();
        beside([
            Box::new(move || {
                both.0.store(1, store);
                both.1.load(load)
            }),
            Box::new(move || {
                other.1.store(1, store);
                other.0.load(load)
            }),
        ])
    }
}

/// What interleavings do not show fails, with a story that names the store that was not seen; with the right orderings it
/// is verified.
#[test]
fn weak_orderings_fail_with_a_story() {
    let is_published = |seen: &Vec<(u8, u8)>| seen[1] != (1, 0);
    let is_seen = |seen: &Vec<u8>| *seen != [0, 0];
    let failing = [
        check(publication(Relaxed, Relaxed), is_published),
        check(publication(Release, Relaxed), is_published),
        check(store_buffering(Release, Acquire), is_seen),
    ];
    let mut told = Vec::new();
    for report in failing {
        assert!(report.counterexample().is_some(), "{report:?}");
        let story = render::report(&report, &ToString::to_string);
        assert!(story.contains(" is 0 still, the initial value: t"), "{story}");
        assert!(story.contains("but nothing orders that before this load"), "{story}");
        told.push(story.lines().find(|line| line.contains("nothing orders")).expect("it was told").to_owned());
    }
    // What would order them is told where that is a release and an acquire, as far as they are not there.
    let lines: Vec<u32> = (1..)
        .zip(include_str!("weak_memory.rs").lines())
        .filter(|(_, line)| line.contains("// of a publication"))
        .map(|(line, _)| line)
        .collect();
    let [release, acquire] =
        [format!("a `Release` at weak_memory.rs:{}", lines[0]), format!("an `Acquire` at weak_memory.rs:{}", lines[1])];
    assert!(told[0].ends_with(&format!("this load; {release} and {acquire} would order them")), "{}", told[0]);
    assert!(told[1].ends_with(&format!("this load; {acquire} would order them")), "{}", told[1]);
    assert!(told[2].ends_with("before this load"), "{}", told[2]);
    for report in [
        check(publication(Release, Acquire), is_published),
        check(publication(SeqCst, SeqCst), is_published),
        check(store_buffering(SeqCst, SeqCst), is_seen),
    ] {
        assert!(report.passes(), "{report:?}");
    }
}

/// A failure is replayed by its token, under the model that it was found in.
#[test]
fn a_failure_replays() {
    let scenario = store_buffering(Relaxed, Relaxed);
    let checker =
        || Checker::new().engine(Explorer).memory(MemoryModel::Language).allow_outcomes([[0, 1], [1, 0], [1, 1]]);
    let report = checker().run(scenario.clone());
    let found = report.counterexample().expect("it fails").clone();
    assert!(!found.trace.departures.is_empty(), "no interleaving has this outcome");
    let token = found.token.as_ref().expect("a token").to_string();
    let replayed = checker().replay(&token, scenario).unwrap();
    assert_eq!(replayed.counterexample, Some(found));
}

/// Peterson's lock needs fences, or `SeqCst`; so do Dekker's, and the other twins that fail under weak memory alone.
#[test]
fn weak_twins_are_falsified() {
    let mut found = 0;
    for scenario in selvedge_models::catalogue() {
        if scenario.depends_on != selvedge_models::DependsOn::WeakMemory {
            continue;
        }
        let parameters = scenario.defaults();
        let report = crate::common::checker(scenario, &parameters, Box::new(Explorer))
            .memory(MemoryModel::Language)
            .budget(Budget::executions(3_000))
            .run(scenario.program(&parameters));
        let is_shown = report.counterexample().is_some();
        assert!(is_shown, "{}: {:?}", scenario.name, report.engines[0].verdict);
        found += 1;
    }
    assert!(found >= 6, "{found} twins");
}

/// A `compare_exchange` that fails is a load with the failure ordering: that of a success does not make it acquire.
#[test]
fn a_failed_exchange_has_the_failure_ordering() {
    let looks = |success, failure| {
        let flag = Access::Exchange { location: 1, expected: 5, new: 6, success, failure };
        let publishes = vec![Access::Store(0, 1, Relaxed), Access::Store(1, 1, Release)];
        Program { locations: 2, threads: vec![publishes, vec![flag, Access::Load(0, Relaxed)]] }
    };
    for (success, failure, sees_old) in
        [(Acquire, Relaxed, true), (AcqRel, Relaxed, true), (Relaxed, Acquire, false), (SeqCst, Acquire, false)]
    {
        let program = looks(success, failure);
        let seen = run(Explorer, &program, MemoryModel::Language, 10_000).expect("it is small");
        assert_eq!(seen, axioms::enumerate(&program).outcomes, "{success:?}, {failure:?}");
        assert_eq!(seen.contains("/10|11"), sees_old, "{success:?}, {failure:?}: {seen:?}");
    }
}
