//! Samplers against their peers: how many executions they need to the first failure of programs that have a
//! bug. Ours run on the facade; shuttle's schedulers run the same programs by themselves, without our kernel. Run it with
//! `cargo bench -p selvedge-benches --bench samplers`; names after `--` choose among the programs.

#[path = "samplers/native.rs"]
mod native;

use std::sync::Arc;
use std::time::Instant;

use comfy_table::{Table, presets};
use native::Peer;
use selvedge::Checker;
use selvedge::engine::{Budget, Capabilities, Engine, Exploration, Replayed, Task, by_name};
use selvedge::schedule::{Divergence, Token};
use selvedge_benches::is_wanted;

/// The programs on the facade.
mod facade {
    use selvedge as library;

    fn fail() {
        panic!("the program is wrong");
    }

    include!("samplers/programs.rs");
}

/// The programs on shuttle's primitives.
mod on_shuttle {
    use shuttle as library;

    use crate::native::note_failure as fail;

    include!("samplers/programs.rs");
}

const SEEDS: u64 = 100;

/// The most executions of one seed.
const CAP: u64 = 2_000;

/// Our engines; the last is compared with the best of the peers.
const ENGINES: [&str; 6] = ["random", "pct", "pos", "walk", "shuttle-urw", "portfolio"];

/// An engine whose counterexamples are counted and not kept, so that none is made shorter.
struct Counting(Box<dyn Engine>);

impl Engine for Counting {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    fn explore(&self, task: &Task) -> Exploration {
        let seen = self.0.explore(task);
        Exploration { counterexample: None, others: Vec::new(), ..seen }
    }

    fn replay(&self, task: &Task, token: &Token) -> Result<Replayed, Option<Divergence>> {
        self.0.replay(task, token)
    }
}

/// A program, on the facade and on shuttle.
struct Program {
    name: String,
    facade: Arc<dyn Fn() + Send + Sync>,
    native: Arc<dyn Fn() + Send + Sync>,
}

/// Lists programs, each with its size.
macro_rules! list {
    ($($program:ident($size:literal)),+ $(,)?) => {
        vec![$(Program {
            name: format!("{}({})", stringify!($program), $size),
            facade: Arc::new(|| facade::$program($size)),
            native: Arc::new(|| on_shuttle::$program($size)),
        }),+]
    };
}

fn all_programs() -> Vec<Program> {
    list![
        reorder(4),
        reorder(5),
        reorder(10),
        reorder(20),
        two_stages(2),
        two_stages(20),
        buffer(3),
        stack(1),
        stack(2),
        stealing(2),
        signal(1),
        signal(8),
        wide(8),
        tree(3),
    ]
}

/// Returns which execution of `program` on the engine of that name is the first to fail, counted from 1.
fn first_failure(engine: &str, seed: u64, program: &Program) -> Option<u64> {
    let engine = Counting(by_name(engine).expect("an engine"));
    let budget = Budget { executions: Some(CAP), time: None, ..Budget::default() };
    let facade = Arc::clone(&program.facade);
    let report = Checker::new().engine(engine).budget(budget).seed(seed).run(move || facade());
    let exploration = &report.engines[0].exploration;
    (exploration.failures > 0).then_some(exploration.executions)
}

/// How many executions the seeds needed; where none failed, the cap stands for what is more.
struct Needed(Vec<u64>);

impl Needed {
    fn of(first_failure: impl Fn(u64) -> Option<u64>) -> Self {
        let mut all: Vec<u64> = (0..SEEDS).map(|seed| first_failure(seed).unwrap_or(CAP)).collect();
        all.sort_unstable();
        Self(all)
    }

    fn median(&self) -> f64 {
        let middle = self.0.len() / 2;
        (self.0[middle] + self.0[(self.0.len() - 1) / 2]) as f64 / 2.0
    }

    fn mean(&self) -> f64 {
        self.0.iter().sum::<u64>() as f64 / self.0.len() as f64
    }

    fn is_capped(&self) -> bool {
        self.0.last() == Some(&CAP)
    }

    fn text(&self) -> String {
        let more = if self.is_capped() { ">" } else { "" };
        format!("{:.0} / {more}{:.0}", self.median(), self.mean())
    }
}

fn main() {
    native::silence();
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    let peers = Peer::ALL.map(Peer::name);
    table.set_header(["program"].iter().chain(&peers).chain(&ENGINES).chain(&["median ratio", "mean ratio"]));
    for program in all_programs().into_iter().filter(|program| is_wanted(&program.name)) {
        let begun = Instant::now();
        let native = Peer::ALL.map(|peer| {
            Needed::of(|seed| {
                let native = Arc::clone(&program.native);
                peer.first_failure(seed, CAP, move || native())
            })
        });
        let ours = ENGINES.map(|engine| Needed::of(|seed| first_failure(engine, seed, &program)));
        let ratio = |measure: fn(&Needed) -> f64| {
            let best = native.iter().map(measure).fold(f64::MAX, f64::min);
            format!("{:.2}", ours.last().map_or(0.0, measure) / best)
        };
        let mut row = vec![program.name.clone()];
        row.extend(native.iter().chain(&ours).map(Needed::text));
        row.extend([ratio(Needed::median), ratio(Needed::mean)]);
        table.add_row(row);
        println!("{}: {:.1} s", program.name, begun.elapsed().as_secs_f64());
    }
    println!("Executions to the first failure, median / mean of {SEEDS} seeds, at most {CAP} each");
    println!("{table}");
}
