//! What threads and objects are called. An object without a given name goes by that of the variable
//! or field that its source line puts it into, where the source can be read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::panic::Location;
use std::path::{Path, PathBuf};

use super::operation::Naming;
use crate::trace::{ObjectId, ObjectKind, ObjectRecord, ThreadId, Trace};

/// The names of one trace's threads and objects.
pub(crate) struct Names {
    threads: Vec<String>,
    objects: Vec<String>,
}

impl Names {
    pub(crate) fn of(trace: &Trace) -> Self {
        let mut sources = Sources::default();
        let objects = trace.objects.iter().map(|object| sources.name(object)).collect();
        Self { threads: threads(trace), objects: distinct(objects, &trace.objects) }
    }

    /// Returns the name of a thread; its number if the trace does not have it.
    pub(crate) fn thread(&self, thread: ThreadId) -> Cow<'_, str> {
        match self.threads.get(thread.index()) {
            Some(name) => Cow::Borrowed(name),
            None if thread.index() == 0 => Cow::Borrowed("main"),
            None => Cow::Owned(format!("thread {}", thread.index())),
        }
    }

    /// Returns the name of an object; its number if the trace does not have it.
    pub(crate) fn object(&self, object: ObjectId) -> Cow<'_, str> {
        let name = self.objects.get(object.index()).map(|name| Cow::Borrowed(name.as_str()));
        name.unwrap_or_else(|| Cow::Owned(format!("object {}", object.index())))
    }
}

impl Naming for Names {
    fn write_thread(&self, formatter: &mut fmt::Formatter<'_>, thread: ThreadId) -> fmt::Result {
        formatter.write_str(&self.thread(thread))
    }

    fn write_object(&self, formatter: &mut fmt::Formatter<'_>, object: ObjectId) -> fmt::Result {
        formatter.write_str(&self.object(object))
    }
}

/// A thread's given name, or `t` with the numbers of its ancestors, each counted from 1 among the
/// children of its parent: independent of the schedule.
fn threads(trace: &Trace) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut numbers: Vec<String> = Vec::new();
    for thread in &trace.threads {
        let number = match thread.parent {
            None => String::new(),
            Some((ThreadId::MAIN, index)) => format!("{}", index + 1),
            Some((parent, index)) => format!("{}.{}", numbers[parent.index()], index + 1),
        };
        names.push(thread.name.clone().unwrap_or_else(|| format!("t{number}")));
        numbers.push(number);
    }
    names
}

/// Gives every object a name of its own.
fn distinct(found: Vec<Option<String>>, records: &[ObjectRecord]) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let wanted: Vec<String> = found
        .into_iter()
        .zip(records)
        .map(|(name, record)| name.unwrap_or_else(|| kind(record.kind).to_owned()))
        .collect();
    for name in &wanted {
        *counts.entry(name.clone()).or_default() += 1;
    }
    let mut numbers: HashMap<String, usize> = HashMap::new();
    wanted
        .into_iter()
        .map(|name| {
            if counts[&name] == 1 {
                return name;
            }
            let number = numbers.entry(name.clone()).or_default();
            *number += 1;
            format!("{name} {number}")
        })
        .collect()
}

/// Returns what an object of that kind is called.
pub(crate) fn kind(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Atomic(_) => "atomic",
        ObjectKind::Cell => "cell",
        ObjectKind::Mutex => "mutex",
        ObjectKind::RwLock => "rwlock",
        ObjectKind::Condvar => "condvar",
        ObjectKind::Barrier => "barrier",
        ObjectKind::Once => "once",
        ObjectKind::OnceLock => "once_lock",
        ObjectKind::LazyLock => "lazy_lock",
        ObjectKind::Channel => "channel",
        ObjectKind::Arc => "arc",
    }
}

/// Source files, read once each.
#[derive(Default)]
pub(crate) struct Sources(HashMap<&'static str, Option<Vec<String>>>);

impl Sources {
    /// Returns the text of a source line, where the file is there.
    pub(crate) fn line(&mut self, location: &'static Location<'static>) -> Option<&str> {
        let file = location.file();
        let lines = self.0.entry(file).or_insert_with(|| read(file));
        Some(lines.as_ref()?.get((location.line() as usize).checked_sub(1)?)?)
    }

    fn name(&mut self, object: &ObjectRecord) -> Option<String> {
        if object.name.is_some() {
            return object.name.clone();
        }
        let line = self.line(object.made_at)?;
        let before = line.get(..object.made_at.column() as usize - 1)?;
        assigned_name(before)
    }
}

/// Reads a source file, whose path may be relative to the workspace instead of the running package.
fn read(file: &str) -> Option<Vec<String>> {
    let here = std::env::current_dir().ok()?;
    let candidates = std::iter::once(PathBuf::from(file)).chain(here.ancestors().map(|folder| folder.join(file)));
    let path = candidates.into_iter().find(|path| Path::is_file(path))?;
    Some(std::fs::read_to_string(path).ok()?.lines().map(str::to_owned).collect())
}

/// Returns the name that the text before a constructor puts its value into: `let NAME = ..`,
/// `static NAME: ..`, `NAME: ..` in a struct, or `(NAME, ..) = ..` of a channel.
fn assigned_name(before: &str) -> Option<String> {
    let text = before.trim_start();
    for keyword in ["let mut ", "let (", "let ", "pub static ", "pub(crate) static ", "static "] {
        if let Some(rest) = text.strip_prefix(keyword) {
            return leading_identifier(rest);
        }
    }
    // The last `name:` before the constructor, but no path separator.
    let (field, rest) = text.rsplit_once(": ")?;
    let field = field.rsplit([' ', '{', ',', '(']).next()?;
    if rest.contains('=') || leading_identifier(field).as_deref() != Some(field) { None } else { Some(field.into()) }
}

fn leading_identifier(text: &str) -> Option<String> {
    let end = text.find(|character: char| character != '_' && !character.is_alphanumeric()).unwrap_or(text.len());
    (end > 0 && !text.starts_with(char::is_numeric)).then(|| text[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::assigned_name;

    #[test]
    fn names_are_found_where_people_write_them() {
        for (before, name) in [
            ("    let balance = Arc::new(", Some("balance")),
            ("let mut total = ", Some("total")),
            ("static TICKETS: AtomicU32 = ", Some("TICKETS")),
            ("        locked: ", Some("locked")),
            ("        let pair = Arc::new((", Some("pair")),
            ("        Self { queue: ", Some("queue")),
            ("    let (sender, receiver) = ", Some("sender")),
            ("        Arc::new(", None),
            ("    (", None),
        ] {
            assert_eq!(assigned_name(before).as_deref(), name, "{before}");
        }
    }
}
