//! The check of histories against its peers: Stateright's tester and the checker of `todc-utils`, on the
//! same histories in one run. A peer runs in a process of its own, which is ended when its time is up. Run
//! it with `cargo bench -p selvedge-benches --bench linearizability`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use comfy_table::{Table, presets};
use selvedge::history::{Call, Completion, History};
use selvedge::linearizability::{Linearizability, check};
use selvedge::spec::{
    KeyValueOperation, KeyValueSpec, RegisterOperation, RegisterResult, RegisterSpec, SequentialSpec,
};

/// How long a peer is given for one set of histories.
const PATIENCE: Duration = Duration::from_secs(10);

/// Numbers that look random, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.0.hash(&mut hasher);
        self.0 = hasher.finish();
        self.0 % end
    }
}

/// Returns a linearizable history of so many operations by so many clients, each of which calls one after
/// another: every operation takes effect at a moment between its call and its return.
fn history<S: SequentialSpec>(
    spec: &S,
    operations: usize,
    clients: u32,
    numbers: &mut Numbers,
    operation: impl Fn(&mut Numbers) -> S::Operation,
) -> Vec<Call<S::Operation, S::Result>> {
    let mut state = spec.initial();
    let mut free = vec![0_u64; clients as usize];
    let mut asked: Vec<(u64, u32, u64, u64)> = Vec::new();
    for index in 0..operations {
        let process = index as u32 % clients;
        let called_at = free[process as usize] + numbers.below(20);
        let effect = called_at + 1 + numbers.below(100);
        let ended_at = effect + 1 + numbers.below(100);
        free[process as usize] = ended_at + 1;
        asked.push((effect, process, called_at, ended_at));
    }
    asked.sort_unstable();
    let calls = asked.into_iter().map(|(_, process, called_at, at)| {
        let operation = operation(numbers);
        let result = spec.apply(&mut state, &operation).expect("operations that never wait");
        Call { process, operation, called_at, completion: Completion::Returned { at, result } }
    });
    calls.collect()
}

type RegisterCall = Call<RegisterOperation<u64>, RegisterResult<u64>>;

fn registers(count: usize, is_right: bool) -> Vec<Vec<RegisterCall>> {
    let mut numbers = Numbers(1);
    let mut all = Vec::new();
    while all.len() < count {
        let mut calls = history(&RegisterSpec::new(0), 100, 10, &mut numbers, |numbers| match numbers.below(2) {
            0 => RegisterOperation::Read,
            _ => RegisterOperation::Write(numbers.below(5)),
        });
        if !is_right {
            // One of the last reads returns what was never written.
            let late = calls.iter_mut().rev().find(|call| call.operation == RegisterOperation::Read);
            let Some(Call { completion: Completion::Returned { result, .. }, .. }) = late else { continue };
            *result = RegisterResult::Value(99);
        }
        all.push(calls);
    }
    all
}

fn stores(operations: usize, clients: u32, keys: u64) -> Vec<Call<KeyValueOperation, String>> {
    history(&KeyValueSpec, operations, clients, &mut Numbers(2), |numbers| {
        let key = format!("{}", numbers.below(keys));
        match numbers.below(10) {
            0..5 => KeyValueOperation::Get(key),
            5 => KeyValueOperation::Put(key, format!("{},", numbers.below(1_000))),
            _ => KeyValueOperation::Append(key, format!("{},", numbers.below(1_000))),
        }
    })
}

mod peers {
    use super::{KeyValueOperation, RegisterCall, RegisterOperation, RegisterResult};
    use selvedge::history::Call;
    use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};
    use std::collections::BTreeMap;
    use todc_utils::linearizability::{WGLChecker, history::Action};
    use todc_utils::specifications::Specification;

    /// Returns calls and returns in the order in which they happened.
    fn events<O: Clone, R: Clone>(calls: &[Call<O, R>]) -> Vec<(u32, O, Option<R>)> {
        let mut events = Vec::new();
        for call in calls {
            let result = call.result().expect("all have returned").clone();
            events.push((call.called_at, 0, (call.process, call.operation.clone(), None)));
            let ended_at = call.ended_at().expect("all have returned");
            events.push((ended_at, 1, (call.process, call.operation.clone(), Some(result))));
        }
        events.sort_by_key(|&(time, kind, _)| (time, kind));
        events.into_iter().map(|(_, _, event)| event).collect()
    }

    #[derive(Clone, PartialEq, Debug)]
    struct Register(u64);

    impl SequentialSpec for Register {
        type Op = RegisterOperation<u64>;
        type Ret = RegisterResult<u64>;

        fn invoke(&mut self, op: &Self::Op) -> Self::Ret {
            match op {
                RegisterOperation::Write(value) => {
                    self.0 = *value;
                    RegisterResult::Written
                }
                _ => RegisterResult::Value(self.0),
            }
        }
    }

    #[derive(Clone, PartialEq, Debug)]
    struct Store(BTreeMap<String, String>);

    impl SequentialSpec for Store {
        type Op = KeyValueOperation;
        type Ret = String;

        fn invoke(&mut self, op: &Self::Op) -> String {
            invoke(&mut self.0, op)
        }
    }

    fn invoke(state: &mut BTreeMap<String, String>, operation: &KeyValueOperation) -> String {
        match operation {
            KeyValueOperation::Get(key) => return state.get(key).cloned().unwrap_or_default(),
            KeyValueOperation::Put(key, value) => drop(state.insert(key.clone(), value.clone())),
            KeyValueOperation::Append(key, value) => state.entry(key.clone()).or_default().push_str(value),
        }
        String::new()
    }

    fn stateright<S>(spec: S, events: Vec<(u32, S::Op, Option<S::Ret>)>) -> bool
    where
        S: SequentialSpec + Clone,
        S::Op: Clone + std::fmt::Debug,
        S::Ret: Clone + std::fmt::Debug + PartialEq,
    {
        let mut tester = LinearizabilityTester::new(spec);
        for (process, operation, result) in events {
            match result {
                None => drop(tester.on_invoke(process, operation)),
                Some(result) => drop(tester.on_return(process, result)),
            }
        }
        tester.is_consistent()
    }

    /// An operation with its result; none at the call.
    type Answered<O, R> = (O, Option<R>);

    struct RegisterSpecification;

    impl Specification for RegisterSpecification {
        type State = u64;
        type Operation = Answered<RegisterOperation<u64>, RegisterResult<u64>>;

        fn init() -> u64 {
            0
        }

        fn apply((operation, result): &Self::Operation, state: &u64) -> (bool, u64) {
            match (operation, result) {
                (RegisterOperation::Write(value), _) => (true, *value),
                (_, Some(RegisterResult::Value(value))) => (value == state, *state),
                _ => (false, *state),
            }
        }
    }

    struct StoreSpecification;

    impl Specification for StoreSpecification {
        type State = BTreeMap<String, String>;
        type Operation = Answered<KeyValueOperation, String>;

        fn init() -> Self::State {
            BTreeMap::new()
        }

        fn apply((operation, result): &Self::Operation, state: &Self::State) -> (bool, Self::State) {
            let mut next = state.clone();
            let own = invoke(&mut next, operation);
            (result.as_ref().is_none_or(|result| *result == own), next)
        }
    }

    fn todc<S, O: Clone, R: Clone>(events: Vec<(u32, O, Option<R>)>) -> bool
    where
        S: Specification<Operation = Answered<O, R>>,
    {
        let actions = events.into_iter().map(|(process, operation, result)| {
            let is_call = result.is_none();
            let answered = (operation, result);
            (process as usize, if is_call { Action::Call(answered) } else { Action::Response(answered) })
        });
        WGLChecker::<S>::is_linearizable(todc_utils::linearizability::history::History::from_actions(actions.collect()))
    }

    pub(super) fn register(peer: &str, calls: &[RegisterCall]) -> bool {
        match peer {
            "stateright" => stateright(Register(0), events(calls)),
            _ => todc::<RegisterSpecification, _, _>(events(calls)),
        }
    }

    pub(super) fn store(peer: &str, calls: &[Call<KeyValueOperation, String>]) -> bool {
        match peer {
            "stateright" => stateright(Store(BTreeMap::new()), events(calls)),
            _ => todc::<StoreSpecification, _, _>(events(calls)),
        }
    }
}

const CASES: [&str; 6] = [
    "20 registers, 100 operations, 10 clients",
    "20 registers, 100 operations, 10 clients, a violation late",
    "store, 335 operations, 10 clients, 1 key",
    "store, 1,700 operations, 50 clients, 10 keys",
    "store, 10,000 operations, 50 clients, 50 keys",
    "register, 2,000 operations, 10 clients, a violation late",
];

/// Returns the histories of a case one after another.
enum Histories {
    Registers(Vec<Vec<RegisterCall>>),
    Store(Vec<Call<KeyValueOperation, String>>),
}

fn histories(case: usize) -> Histories {
    match case {
        0 => Histories::Registers(registers(20, true)),
        1 => Histories::Registers(registers(20, false)),
        2 => Histories::Store(stores(335, 10, 1)),
        3 => Histories::Store(stores(1_700, 50, 10)),
        4 => Histories::Store(stores(10_000, 50, 50)),
        _ => {
            let mut calls = history(&RegisterSpec::new(0), 2_000, 10, &mut Numbers(3), |numbers| {
                if numbers.below(2) == 0 { RegisterOperation::Read } else { RegisterOperation::Write(numbers.below(5)) }
            });
            let late = calls.iter_mut().rev().find(|call| call.operation == RegisterOperation::Read);
            if let Some(Call { completion: Completion::Returned { result, .. }, .. }) = late {
                *result = RegisterResult::Value(99);
            }
            Histories::Registers(vec![calls])
        }
    }
}

fn ours(histories: Histories) -> (usize, f64) {
    let is_right = |found: Linearizability| usize::from(found.is_linearizable());
    let begun;
    let right = match histories {
        Histories::Registers(all) => {
            let all: Vec<_> = all.into_iter().map(|calls| History::new(calls).expect("a history")).collect();
            begun = Instant::now();
            all.iter().map(|history| is_right(check(&RegisterSpec::new(0), history))).sum()
        }
        Histories::Store(calls) => {
            let history = History::new(calls).expect("a history");
            begun = Instant::now();
            is_right(check(&KeyValueSpec, &history))
        }
    };
    (right, begun.elapsed().as_secs_f64())
}

/// Runs a peer in this process, and prints what it found.
fn run_peer(peer: &str, case: usize) {
    let histories = histories(case);
    let begun = Instant::now();
    let right = match histories {
        Histories::Registers(all) => all.iter().filter(|calls| peers::register(peer, calls)).count(),
        Histories::Store(calls) => usize::from(peers::store(peer, &calls)),
    };
    println!("{right} {}", begun.elapsed().as_secs_f64());
}

/// Runs a peer in a process of its own; returns what it found, if it came to its end.
fn peer(name: &str, case: usize) -> Option<(usize, f64)> {
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program)
        .env("SELVEDGE_PEER", format!("{name} {case}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a process for the peer");
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if child.try_wait().expect("the peer's state").is_some() {
            let output = child.wait_with_output().expect("what the peer printed");
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let (right, seconds) = text.trim().split_once(' ')?;
            return Some((right.parse().ok()?, seconds.parse().ok()?));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

fn main() {
    if let Ok(what) = std::env::var("SELVEDGE_PEER") {
        let (name, case) = what.split_once(' ').expect("a peer and a case");
        return run_peer(name, case.parse().expect("the number of a case"));
    }
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["histories", "checker", "linearizable", "seconds", "ours is faster"]);
    for (case, name) in CASES.into_iter().enumerate() {
        let (right, own) = ours(histories(case));
        table.add_row([name, "selvedge", &right.to_string(), &format!("{own:.5}"), ""]);
        for peer_name in ["stateright", "todc-utils"] {
            match peer(peer_name, case) {
                Some((right, seconds)) => {
                    let ratio = format!("{:.1}x", seconds / own);
                    table.add_row([name, peer_name, &right.to_string(), &format!("{seconds:.5}"), &ratio]);
                }
                None => {
                    let ratio = format!("more than {:.0}x", PATIENCE.as_secs_f64() / own);
                    table.add_row([name, peer_name, "", &format!("over {}", PATIENCE.as_secs()), &ratio]);
                }
            }
        }
    }
    println!("{table}");
}
