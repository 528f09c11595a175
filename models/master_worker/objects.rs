//! The objects that a master keeps: the queues that it was given, and those that clients have made. These are forgotten
//! when nobody refers to them any more; or when others need their places, if no connection has used them for a while: whoever
//! made them was killed, and could not say that it refers to them no more.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::admission::Origin;
use super::call::{Call, METHODS, Mistake};
use super::memory::Memory;
use super::queue::{Client, Queue};
use super::wire::value::Value;
use super::worker::Name;

/// What clients call a queue of their own when they make one, as with a `SyncManager` of CPython.
const MADE: &[&str] = &["Queue", "JoinableQueue"];

/// For so long a queue stays in any case that no connection uses. CPython's clients make it on one connection, and use it on others.
pub(super) const UNUSED_TIME: Duration = Duration::from_secs(60);

/// A queue that was forgotten because others needed its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reclaimed {
    /// What clients knew it by.
    pub name: String,
    /// How many items it had.
    pub items: usize,
}

/// An object, what it is called by those who ask for one, and how often it is referred to.
struct Object {
    kind: String,
    queue: Queue,
    references: usize,
    /// Whether it stays when nobody refers to it.
    is_kept: bool,
    /// Where who has made it is, the connections that have used it and are still there, and since when there is none.
    origin: Option<Origin>,
    users: BTreeSet<Client>,
    unused_since: Duration,
}

impl Object {
    fn new(kind: String, queue: Queue, origin: Option<Origin>, now: Duration) -> Self {
        let (is_kept, users) = (false, BTreeSet::new());
        Self { kind, queue, references: 0, is_kept, origin, users, unused_since: now }
    }
}

/// Objects by their numbers. What clients know them by is the number of the run, and that of the object.
pub(super) struct Objects {
    objects: BTreeMap<u64, Object>,
    next: u64,
    /// What tells the objects of this run from those of others: the usual queues, which a state may keep, and the others.
    runs: [u128; 2],
    /// How many clients of one address may make.
    made_max: usize,
    /// What the items of all queues are counted in.
    memory: Memory,
}

impl Objects {
    /// Returns those queues, by what `create` calls them.
    pub(super) fn new(queues: Vec<(String, Queue)>, made_max: usize, runs: [u128; 2], memory: Memory) -> Self {
        let mut objects = Self { objects: BTreeMap::new(), next: 1, runs, made_max, memory };
        for (kind, queue) in queues {
            objects.add(Object { is_kept: true, ..Object::new(kind, queue, None, Duration::ZERO) });
        }
        objects
    }

    fn add(&mut self, mut object: Object) -> u64 {
        object.queue.keep_what_is_sent();
        object.queue.count_in(&self.memory);
        let ident = self.next;
        self.next += 1;
        self.objects.insert(ident, object);
        ident
    }

    /// Returns the object of that name.
    pub(super) fn find(&self, name: &str) -> Result<u64, Mistake> {
        // Only as it was given out: no sign, no zeros before it.
        let (run, number) = name.split_once('-').ok_or(Mistake::Object)?;
        let run = u128::from_str_radix(run, 16).map_err(|_| Mistake::Object)?;
        let ident = u64::from_str_radix(number, 16).map_err(|_| Mistake::Object)?;
        if name != Self::name_of(run, ident) {
            return Err(Mistake::Object);
        }
        if !self.runs.contains(&run) {
            return Err(Mistake::Run);
        }
        let is_it = |object: &Object| self.run_of(object) == run;
        self.objects.get(&ident).filter(|object| is_it(object)).map(|_| ident).ok_or(Mistake::Object)
    }

    /// Returns the run that an object is of. Only the usual queues are those of an earlier master, at the same places.
    fn run_of(&self, object: &Object) -> u128 {
        let is_usual = object.is_kept && Name::ALL.iter().any(|name| name.kind() == object.kind);
        self.runs[usize::from(!is_usual)]
    }

    fn name_of(run: u128, ident: u64) -> String {
        format!("{run:032x}-{ident:x}")
    }

    /// Returns the queue of an object that was found.
    pub(super) fn queue(&mut self, ident: u64) -> Option<&mut Queue> {
        self.objects.get_mut(&ident).map(|object| &mut object.queue)
    }

    /// Returns that queue, to look at.
    pub(super) fn get(&self, ident: u64) -> Option<&Queue> {
        self.objects.get(&ident).map(|object| &object.queue)
    }

    /// Returns the queue that the master was given by that name.
    pub(super) fn kept(&self, kind: &str) -> Option<u64> {
        self.objects.iter().find(|(_, object)| object.is_kept && object.kind == kind).map(|(ident, _)| *ident)
    }

    /// Returns the queues that the master was given, by name.
    pub(super) fn kept_queues(&mut self) -> impl Iterator<Item = (&str, &mut Queue)> {
        let kept = self.objects.values_mut().filter(|object| object.is_kept);
        kept.map(|object| (object.kind.as_str(), &mut object.queue))
    }

    /// Returns all queues, to look at.
    pub(super) fn queues(&self) -> impl Iterator<Item = &Queue> {
        self.objects.values().map(|object| &object.queue)
    }

    /// Returns the names of all objects.
    pub(super) fn idents(&self) -> Vec<u64> {
        self.objects.keys().copied().collect()
    }

    /// Returns the name and the methods of the object that a client asks for: the one of that kind, or a new one.
    /// With it comes what was forgotten to make room.
    pub(super) fn create(
        &mut self,
        call: Call,
        origin: Option<Origin>,
        now: Duration,
    ) -> Result<(Value, Option<Reclaimed>), Mistake> {
        let [kind, room] = call.by_name(["typeid", "maxsize"], 1)?;
        let Some(Value::Text(kind)) = kind else { return Err(Mistake::Arguments) };
        let (ident, reclaimed) = match (self.kept(&kind), room) {
            (Some(ident), None) => (ident, None),
            (Some(_), Some(_)) => return Err(Mistake::Arguments),
            (None, _) if !MADE.contains(&kind.as_str()) => return Err(Mistake::Kind),
            (None, room) => self.make(kind, room, origin, now)?,
        };
        let object = self.objects.get_mut(&ident).ok_or(Mistake::Object)?;
        object.references += 1;
        let object = self.objects.get(&ident).ok_or(Mistake::Object)?;
        let name = Value::Text(Self::name_of(self.run_of(object), ident));
        Ok((Value::Tuple(vec![name, methods()]), reclaimed))
    }

    fn make(
        &mut self,
        kind: String,
        room: Option<Value>,
        origin: Option<Origin>,
        now: Duration,
    ) -> Result<(u64, Option<Reclaimed>), Mistake> {
        let room = match room {
            None => 0,
            // Room for less than one is room for any number.
            Some(Value::Int(room)) => usize::try_from(room).unwrap_or(0),
            Some(_) => return Err(Mistake::Arguments),
        };
        let is_of_origin = |object: &&Object| !object.is_kept && object.origin == origin;
        let is_full = self.objects.values().filter(is_of_origin).count() >= self.made_max;
        let reclaimed = if is_full { Some(self.reclaim(origin, now).ok_or(Mistake::TooMany)?) } else { None };
        Ok((self.add(Object::new(kind, Queue::new(room), origin, now)), reclaimed))
    }

    /// Forgets the queue of that address that no connection has used for longest, if that is long enough.
    fn reclaim(&mut self, origin: Option<Origin>, now: Duration) -> Option<Reclaimed> {
        let is_leaked = |(_, object): &(&u64, &Object)| {
            let is_unused = object.users.is_empty() && object.unused_since + UNUSED_TIME <= now;
            !object.is_kept && object.origin == origin && is_unused
        };
        let oldest = self.objects.iter().filter(is_leaked).min_by_key(|(_, object)| object.unused_since);
        let (&ident, object) = oldest?;
        let reclaimed = Reclaimed { name: Self::name_of(self.run_of(object), ident), items: object.queue.len() };
        self.objects.remove(&ident);
        Some(reclaimed)
    }

    /// Notes that a connection uses an object; returns whether it has to say when it goes.
    pub(super) fn note_use(&mut self, ident: u64, client: Client) -> bool {
        let made = self.objects.get_mut(&ident).filter(|object| !object.is_kept);
        made.is_some_and(|object| object.users.insert(client))
    }

    /// A connection that has used an object is gone.
    pub(super) fn left(&mut self, ident: u64, client: Client, now: Duration) {
        if let Some(object) = self.objects.get_mut(&ident)
            && object.users.remove(&client)
            && object.users.is_empty()
        {
            object.unused_since = now;
        }
    }

    /// Counts one reference more or less. Returns who waited for an object that is no more.
    pub(super) fn count(&mut self, call: Call, now: Duration) -> Result<Vec<Client>, Mistake> {
        let is_more = call.method == "incref";
        let [Some(Value::Text(name))] = call.by_name(["ident"], 1)? else { return Err(Mistake::Arguments) };
        let ident = self.find(&name)?;
        let object = self.objects.get_mut(&ident).ok_or(Mistake::Object)?;
        object.unused_since = now;
        let references = object.references;
        object.references =
            if is_more { references + 1 } else { references.checked_sub(1).ok_or(Mistake::References)? };
        if object.references > 0 || object.is_kept {
            return Ok(Vec::new());
        }
        let waiting = object.queue.waiting();
        self.objects.remove(&ident);
        Ok(waiting)
    }

    /// Returns how many objects are referred to.
    pub(super) fn referred_to(&self) -> usize {
        self.objects.values().filter(|object| object.references > 0).count()
    }

    /// Returns what there is, in lines.
    pub(super) fn debug_info(&self) -> String {
        let line = |(ident, object): (&u64, &Object)| {
            let Object { kind, queue, references, .. } = object;
            format!(
                "  {}:       refcount={references}\n    {kind} of {}",
                Self::name_of(self.run_of(object), *ident),
                queue.len()
            )
        };
        self.objects.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// Returns the methods of a queue, as clients are told.
pub(super) fn methods() -> Value {
    Value::Tuple(METHODS.iter().map(|method| Value::text(method)).collect())
}
