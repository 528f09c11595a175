//! How many executions exhaust programs of the literature under the language's memory model: one for each graph. The
//! figures are those of GenMC 0.11, with loads that acquire, stores that release, and relaxed read-modify-writes.

use std::fmt::Debug;

use selvedge::Checker;
use selvedge::engine::{Budget, Division, Explorer, MemoryModel};

use crate::common::is_deep;
use crate::literature::{WEAK, big0, big1, casrot, cinc, coa, fib_bench, inc, lastzero, wcas};

/// Returns how many executions the explorer needs, with the work divided among `workers` or not at all.
fn count<T: Debug>(division: Division, program: impl Fn() -> T + Send + Sync + 'static) -> u64 {
    let begun = std::time::Instant::now();
    let budget = Budget { executions: None, time: None, ..Budget::default() };
    let checker = Checker::new().engine(Explorer).memory(MemoryModel::Language).budget(budget).keep_going(true);
    let seen = checker.division(division).run(program).engines.remove(0).exploration;
    assert_eq!(seen.limit, None);
    println!("{} executions, {} in vain, {:.2} s", seen.executions, seen.redundant, begun.elapsed().as_secs_f64());
    seen.executions
}

/// All at once.
const UNDIVIDED: Division = Division { undivided_executions: u64::MAX, parts: 1 };

fn whole<T: Debug>(program: impl Fn() -> T + Send + Sync + 'static) -> u64 {
    count(UNDIVIDED, program)
}

#[test]
fn small_programs() {
    assert_eq!([2, 3, 4].map(|threads| whole(move || inc(threads, WEAK))), [4, 36, 576]);
    let classes = [2, 5, 14, 43, 144, 523, 2_048, 8_597];
    assert_eq!([2, 3, 4, 5, 6, 7, 8, 9].map(|threads| whole(move || casrot(threads, WEAK))), classes);
    let classes = [5, 13, 33, 81, 193, 449, 1_025, 2_305];
    assert_eq!([2, 3, 4, 5, 6, 7, 8, 9].map(|threads| whole(move || wcas(threads, WEAK))), classes);
    assert_eq!([2, 3, 4].map(|threads| whole(move || cinc(threads, WEAK))), [8, 216, 13_824]);
    assert_eq!([5, 10].map(|writers| whole(move || lastzero(writers, WEAK))), [64, 3_328]);
    assert_eq!([1, 2, 3, 4].map(|threads| whole(move || coa(threads, WEAK))), [4, 16, 144, 2_304]);
}

#[test]
fn large_programs() {
    assert_eq!(whole(|| coa(5, WEAK)), 57_600);
    if is_deep() {
        assert_eq!(whole(|| lastzero(15, WEAK)), 147_456);
        assert_eq!(whole(|| big0(WEAK)), 82_472);
        assert_eq!(whole(|| fib_bench(5, WEAK)), 525_630);
        assert_eq!(whole(|| big1(WEAK)), 2_950_753);
    }
}

/// Divided from the first execution on, the parts have them all.
#[test]
fn divided_programs() {
    let division = Division { undivided_executions: 0, parts: 32 };
    assert_eq!(count(division, || cinc(4, WEAK)), 13_824);
    assert_eq!(count(division, || coa(4, WEAK)), 2_304);
    assert_eq!(count(division, || inc(4, WEAK)), 576);
    assert_eq!(count(division, || lastzero(10, WEAK)), 3_328);
    assert_eq!(count(division, || fib_bench(3, WEAK)), whole(|| fib_bench(3, WEAK)));
}

/// Where parts run more in vain than for themselves, all is explored together after all, however many share the work.
#[test]
fn a_division_in_vain_is_given_up() {
    let explore = |workers| {
        let budget = Budget { executions: None, time: None, ..Budget::default() };
        let checker = Checker::new().engine(Explorer).budget(budget).keep_going(true).workers(workers);
        let report = checker.division(Division { undivided_executions: 0, parts: 32 }).run(|| coa(5, WEAK));
        report.engines[0].exploration.clone()
    };
    let [alone, together] = [1, 2].map(explore);
    assert_eq!((alone.executions, alone.redundant, &alone.limit), (57_600, 0, &None));
    assert_eq!((together.executions, together.redundant, &together.outcomes), (57_600, 0, &alone.outcomes));
}
