//! The effort of a check of histories: parts take turns, memory is bounded, and what is found depends on neither
//! cores nor the length of turns. The histories are of a store of ten keys that 50 clients use.

use std::time::Duration;

use selvedge::history::{Call, Completion, History};
use selvedge::linearizability::{Bound, Consistency, Effort, Linearizability, check_in_turns, check_within};
use selvedge::spec::{KeyValueOperation, KeyValueSpec, SequentialSpec};

type Calls = Vec<Call<KeyValueOperation, String>>;

/// Numbers that look random, the same in every run (Steele, Lea and Flood, "SplitMix", OOPSLA 2014).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// Returns 2,024 operations, each of which takes effect between its call and its return. Most keys are hard, because
/// little is read and texts are written again and again; the key `easy` is read often.
fn store(easy: &str) -> Calls {
    let mut numbers = Numbers(9);
    let mut free = [0_u64; 50];
    let mut asked = Vec::new();
    for index in 0..2_024 {
        let process = index % free.len();
        let called_at = free[process] + numbers.below(20);
        let effect = called_at + 1 + numbers.below(100);
        let ended_at = effect + 1 + numbers.below(100);
        free[process] = ended_at + 1;
        asked.push((effect, process as u32, called_at, ended_at));
    }
    asked.sort_unstable();
    let mut state = KeyValueSpec.initial();
    let calls = asked.into_iter().map(|(_, process, called_at, at)| {
        let key = numbers.below(10).to_string();
        let (gets, texts) = if key == easy { (5, 1_000) } else { (1, 10) };
        let text = format!("{},", numbers.below(texts));
        let operation = match numbers.below(10) {
            kind if kind < gets => KeyValueOperation::Get(key),
            kind if kind % 2 == 0 => KeyValueOperation::Put(key, text),
            _ => KeyValueOperation::Append(key, text),
        };
        let result = KeyValueSpec.apply(&mut state, &operation).expect("operations that never wait");
        Call { process, operation, called_at, completion: Completion::Returned { at, result } }
    });
    calls.collect()
}

/// Returns the store where a read of `key`, as many reads after the first, is wrong.
fn wrong_store(key: &str, read: usize) -> History<KeyValueOperation, String> {
    let mut calls = store(key);
    let get = KeyValueOperation::Get(key.to_owned());
    let wrong = calls.iter_mut().filter(|call| call.operation == get).nth(read).expect("so many reads");
    let Completion::Returned { result, .. } = &mut wrong.completion else { unreachable!("all have returned") };
    result.push_str("lost,");
    History::new(calls).unwrap()
}

fn key_of(operation: &KeyValueOperation) -> &str {
    let (KeyValueOperation::Get(key) | KeyValueOperation::Put(key, _) | KeyValueOperation::Append(key, _)) = operation;
    key
}

/// Returns what was asked of one key.
fn one_key(calls: Calls, key: &str) -> Calls {
    calls.into_iter().filter(|call| key_of(&call.operation) == key).collect()
}

/// More than is ever needed; of time too, so that what would go on for ever ends.
const UNBOUNDED: Effort = Effort { configurations: None, time: Some(Duration::from_secs(120)), memory_bytes: None };

fn check(history: &History<KeyValueOperation, String>, effort: Effort) -> Linearizability {
    check_within(&KeyValueSpec, history, Consistency::Linearizable, effort)
}

fn bytes(memory_bytes: u64) -> Effort {
    Effort { memory_bytes: Some(memory_bytes), ..UNBOUNDED }
}

/// Returns what is spent where there is no verdict.
fn spent(found: &Linearizability) -> Option<Bound> {
    match found {
        Linearizability::Inconclusive { bound, .. } => Some(*bound),
        Linearizability::Linearizable(_) | Linearizability::NotLinearizable(_) => None,
    }
}

fn is_wrong(found: &Linearizability) -> bool {
    matches!(found, Linearizability::NotLinearizable(_))
}

/// The key 4 needs a million configurations, and comes before the key that is wrong.
#[test]
fn a_violation_is_found_soon_however_hard_another_key_is() {
    let few = Effort { configurations: Some(20_000), ..UNBOUNDED };
    let found = check(&wrong_store("0", 30), few);
    let Linearizability::NotLinearizable(explanation) = &found else { panic!("{found:?}") };
    let culprit = explanation.operation.expect("an operation that fits nowhere");
    assert_eq!(wrong_store("0", 30).calls()[culprit].operation, KeyValueOperation::Get("0".to_owned()));
    let hard = History::new(one_key(store("0"), "4")).unwrap();
    let ten_times = Effort { configurations: Some(200_000), ..UNBOUNDED };
    assert_eq!(spent(&check(&hard, ten_times)), Some(Bound::Configurations));
}

/// The turns in which these are decided are long enough for threads.
#[test]
fn what_is_found_depends_neither_on_cores_nor_on_the_clock() {
    let wrong = wrong_store("2", 60);
    let one = one_key(wrong.calls().to_vec(), "2");
    // Several that are seen to be wrong in the same round.
    let several = ["a", "b", "c", "d"].iter().flat_map(|name| renamed(&one, name)).collect();
    let several = History::new(several).unwrap();
    let limits = [
        UNBOUNDED,
        Effort { configurations: Some(70_000), ..UNBOUNDED },
        // Parts that wait for memory, and are searched one after another.
        bytes(1 << 20),
    ];
    let found = limits.map(|effort| check_in_turns(&KeyValueSpec, &wrong, effort, 1_000, 1));
    assert!(is_wrong(&found[0]) && spent(&found[1]) == Some(Bound::Configurations), "{found:?}");
    let first = check_in_turns(&KeyValueSpec, &several, UNBOUNDED, 1_000, 1);
    assert!(is_wrong(&first));
    for workers in [2, 3, 5] {
        assert_eq!(check_in_turns(&KeyValueSpec, &several, UNBOUNDED, 1_000, workers), first, "{workers} workers");
        for (effort, found) in limits.iter().zip(&found) {
            assert_eq!(&check_in_turns(&KeyValueSpec, &wrong, *effort, 1_000, workers), found, "{workers} workers");
        }
    }
}

#[test]
fn memory_is_bounded() {
    let history = |key| History::new(one_key(store("0"), key)).unwrap();
    let found = check(&history("4"), bytes(8 << 20));
    let Linearizability::Inconclusive { configurations, bound: Bound::Memory } = found else { panic!("{found:?}") };
    // So many configurations and their states take tens of bytes each, not hundreds.
    assert!((200_000..280_000).contains(&configurations), "{configurations}");
    assert_eq!(check(&history("4"), bytes(8 << 20)), found);
    assert_eq!(spent(&check(&history("7"), bytes(4 << 20))), Some(Bound::Memory));
    assert!(check(&history("7"), bytes(8 << 20)).is_linearizable());
    let sequential = check_within(&KeyValueSpec, &history("4"), Consistency::Sequential, bytes(1 << 20));
    assert_eq!(spent(&sequential), Some(Bound::Memory));
}

/// Returns the operations, on another key.
fn renamed(calls: &Calls, name: &str) -> Calls {
    let renamed = |call: &Call<KeyValueOperation, String>| {
        let operation = match call.operation.clone() {
            KeyValueOperation::Get(_) => KeyValueOperation::Get(name.to_owned()),
            KeyValueOperation::Put(_, text) => KeyValueOperation::Put(name.to_owned(), text),
            KeyValueOperation::Append(_, text) => KeyValueOperation::Append(name.to_owned(), text),
        };
        Call { operation, ..call.clone() }
    };
    calls.iter().map(renamed).collect()
}

/// What is too much for all keys at once is not too much for one after another.
#[test]
fn keys_share_the_memory_and_get_all_of_it_in_turn() {
    let hard = one_key(store("0"), "7");
    let three = ["a", "b", "c"].iter().flat_map(|name| renamed(&hard, name)).collect();
    let three = History::new(three).unwrap();
    assert!(check(&three, bytes(8 << 20)).is_linearizable());
    assert_eq!(spent(&check(&three, bytes(6 << 20))), Some(Bound::Memory));
}

/// The first is given up where all of the memory does not suffice for it, and the second is seen to be wrong.
#[test]
fn a_violation_is_found_behind_a_key_that_is_too_hard() {
    let two = |first: &str, calls: Calls| {
        let of_two = |call: &Call<_, _>| [first, "0"].contains(&key_of(&call.operation));
        History::new(calls.into_iter().filter(of_two).collect()).unwrap()
    };
    let wrong = wrong_store("0", 80).calls().to_vec();
    let little = bytes(512 << 10);
    assert!(is_wrong(&check(&two("4", wrong), little)));
    let found = check(&two("4", store("0")), little);
    assert_eq!(spent(&found), Some(Bound::Memory));
}

#[test]
fn time_that_is_spent_is_told() {
    let none = Effort { time: Some(Duration::ZERO), ..UNBOUNDED };
    let history = History::new(store("0")).unwrap();
    // Of each key, the configuration in which nothing has taken effect.
    let found = check(&history, none);
    assert_eq!(found, Linearizability::Inconclusive { configurations: 10, bound: Bound::Time });
    let found = check_within(&KeyValueSpec, &history, Consistency::Quiescent, none);
    assert_eq!(found, Linearizability::Inconclusive { configurations: 1, bound: Bound::Time });
}
