//! Random concurrent programs: small, with everything that the facade has, and with outcomes that say
//! all that each thread saw.
#![allow(unreachable_pub)]

#[path = "interpreter.rs"]
mod interpreter;

pub use interpreter::run;

/// Where the numbers that make a program come from.
pub trait Source {
    /// Returns a number below `bound`.
    fn draw(&mut self, bound: usize) -> usize;
}

/// A generator of pseudo-random numbers (splitmix64: Steele, Lea and Flood, OOPSLA 2014).
pub struct Seeded(pub u64);

impl Source for Seeded {
    fn draw(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }
}

impl Source for std::slice::Iter<'_, u8> {
    fn draw(&mut self, bound: usize) -> usize {
        usize::from(self.next().copied().unwrap_or(0)) % bound
    }
}

/// One thing that a thread does.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Action {
    Load(usize),
    Store(usize, usize),
    Add(usize, usize),
    Maximum(usize, usize),
    Swap(usize, usize),
    CompareExchange(usize, usize, usize),
    Fence,
    Await(usize),
    Lock(usize, Vec<Action>),
    TryLock(usize, Vec<Action>),
    IsPoisoned(usize),
    Wait(usize),
    WaitTimeout(usize),
    NotifyOne(usize),
    NotifyAll(usize),
    Read(Vec<Action>),
    Write(Vec<Action>),
    TryRead(Vec<Action>),
    TryWrite(Vec<Action>),
    Arrive,
    CallOnce(Vec<Action>),
    GetOrInit(usize),
    Get,
    Send(usize),
    TrySend(usize),
    Receive,
    TryReceive,
    ReceiveTimeout,
    CellRead,
    CellWrite,
    Choose(usize),
    Yield,
    Park,
    ParkTimeout,
    Unpark(usize),
    Spawn(Vec<Action>),
    Join,
    IsFinished,
    Panic,
}

/// What the programs may have in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// Everything.
    All,
    /// Atomics only.
    Atomics,
    /// Locks and condition variables only.
    Locks,
    /// Channels only.
    Channels,
    /// Atomics and loops that wait.
    Spinning,
}

/// A program: what each of its threads does.
#[derive(Clone, Debug)]
pub struct Program {
    /// The main thread's own actions, while the others run, and the others'.
    pub threads: Vec<Vec<Action>>,
    /// The capacity of the channel, or none.
    pub capacity: Option<usize>,
}

impl Program {
    /// Returns a random program with about so many actions.
    pub fn random(source: &mut impl Source, flavour: Flavour, actions: usize) -> Self {
        let count = 2 + source.draw(2);
        let mut left = actions;
        let threads = (0..count)
            .map(|thread| {
                let most = 1 + left / (count - thread);
                let of_thread = 1 + source.draw(most);
                actions_of(source, flavour, of_thread, 0, &mut left)
            })
            .collect();
        let capacity = [None, Some(0), Some(1), Some(1), Some(2)][source.draw(5)];
        Self { threads, capacity }
    }
}

fn actions_of(source: &mut impl Source, flavour: Flavour, count: usize, depth: usize, left: &mut usize) -> Vec<Action> {
    let mut actions = Vec::new();
    for _ in 0..count {
        if *left == 0 && !actions.is_empty() {
            break;
        }
        *left = left.saturating_sub(1);
        actions.push(action(source, flavour, depth, left));
    }
    actions
}

fn action(source: &mut impl Source, flavour: Flavour, depth: usize, left: &mut usize) -> Action {
    let inner = |source: &mut _, left: &mut usize| {
        if depth >= 2 || *left == 0 {
            return Vec::new();
        }
        let count = 1 + Source::draw(source, 2);
        actions_of(source, flavour, count, depth + 1, left)
    };
    let kind = match flavour {
        Flavour::All => source.draw(39),
        Flavour::Atomics => source.draw(7),
        Flavour::Spinning => source.draw(8),
        Flavour::Locks => [1, 2, 8, 8, 8, 9, 11, 11, 12, 13, 13, 14, 15, 16, 17, 18][source.draw(16)],
        Flavour::Channels => [0, 1, 23, 23, 24, 25, 25, 26, 27, 35][source.draw(10)],
    };
    match kind {
        0 => Action::Load(source.draw(2)),
        1 => Action::Store(source.draw(2), source.draw(3)),
        2 => Action::Add(source.draw(2), 1),
        3 => Action::Maximum(source.draw(2), source.draw(3)),
        4 => Action::Swap(source.draw(2), source.draw(3)),
        5 => Action::CompareExchange(source.draw(2), source.draw(2), source.draw(3)),
        6 => Action::Fence,
        7 => Action::Await(source.draw(2)),
        8 => Action::Lock(source.draw(2), inner(source, left)),
        9 => Action::TryLock(source.draw(2), inner(source, left)),
        10 => Action::IsPoisoned(source.draw(2)),
        11 => Action::Wait(source.draw(2)),
        12 => Action::WaitTimeout(source.draw(2)),
        13 => Action::NotifyOne(source.draw(2)),
        14 => Action::NotifyAll(source.draw(2)),
        15 => Action::Read(inner(source, left)),
        16 => Action::Write(inner(source, left)),
        17 => Action::TryRead(inner(source, left)),
        18 => Action::TryWrite(inner(source, left)),
        19 => Action::Arrive,
        20 => Action::CallOnce(inner(source, left)),
        21 => Action::GetOrInit(source.draw(3)),
        22 => Action::Get,
        23 => Action::Send(source.draw(3)),
        24 => Action::TrySend(source.draw(3)),
        25 => Action::Receive,
        26 => Action::TryReceive,
        27 => Action::ReceiveTimeout,
        28 => Action::CellRead,
        29 => Action::CellWrite,
        30 => Action::Choose(2 + source.draw(2)),
        31 => Action::Yield,
        32 => Action::Park,
        33 => Action::ParkTimeout,
        34 => Action::Unpark(source.draw(3)),
        35 => Action::Spawn(inner(source, left)),
        36 => Action::Join,
        37 => Action::IsFinished,
        _ => Action::Panic,
    }
}
