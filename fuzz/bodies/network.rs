//! A master and its workers on a simulated network: bytes choose the order of messages and what goes wrong. If all
//! workers lease every task has one result in the end; if not, that is so as long as nothing goes wrong.

use selvedge_models::master_worker::simulated::{Setting, Simulation, result};
use selvedge_models::master_worker::wire::value::Value;

/// Runs one simulation: three bytes for what it is of, and then one for each choice. When they are used up, the first message
/// that there is arrives next.
pub(crate) fn body(bytes: &[u8]) {
    let [size, faults, kind, rest @ ..] = bytes else { return };
    let workers = 1 + usize::from(size % 4);
    let setting = Setting {
        workers,
        tasks: 1 + usize::from(size / 4 % 6),
        faults: usize::from(faults % 12),
        leasing: if kind % 4 == 0 { usize::from(kind / 4) % (workers + 1) } else { workers },
    };
    let mut rest = rest.iter();
    let mut choose = |options: usize| rest.next().map_or(0, |&byte| usize::from(byte) % options);
    let mut results = Simulation::new(setting, &mut choose).run();
    if setting.leasing < workers && setting.faults > 0 {
        return;
    }
    results.sort_by_key(|result| format!("{result:?}"));
    assert_eq!(results, (1..=setting.tasks as i64).map(result).collect::<Vec<Value>>(), "{setting:?}");
}
