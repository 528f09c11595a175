//! The commands of a session: how they are run, and what of their output differs from run to run.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use snapbox::{Assert, IntoData, Redactions};

use crate::page::Block;

/// How long a command may take.
const LIMIT: Duration = Duration::from_secs(120);

/// What a command of a session may begin with. Others belong into a block of `sh`, which is not run.
const PROGRAMS: [&str; 5] = ["selvedge ", "cargo run --release -- ", "cargo run --example ", "cat ", "printf "];

/// Runs the sessions of one page, one after the other, in a folder of its own.
pub(crate) struct Shell {
    root: PathBuf,
    folder: tempfile::TempDir,
}

/// Why a session could not be run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    #[error("a session begins with a line `$ COMMAND`")]
    NoCommand,
    #[error("`{0}` cannot be run here: a session that is not to be run is a block of `sh`")]
    Program(String),
    #[error("`{command}` exits with {code:?}, not with {expected}; it prints\n{printed}")]
    Code { command: String, code: Option<i32>, expected: i32, printed: String },
    #[error(transparent)]
    System(#[from] std::io::Error),
}

impl Shell {
    /// Returns one for a page; `root` is the workspace, where examples are run.
    pub(crate) fn new(root: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder for a page's sessions");
        // Stories name objects as the source does, which is read where the program was built.
        std::os::unix::fs::symlink(root.join("models"), folder.path().join("models")).expect("a link to the models");
        Self { root: root.to_owned(), folder }
    }

    /// Runs a session, and returns it as it should be shown, if that is not how it is shown.
    pub(crate) fn run(&self, block: &Block) -> Result<Option<String>, SessionError> {
        let commands = commands(&block.text)?;
        let mut session = String::new();
        for (index, (command, shown)) in commands.iter().enumerate() {
            let is_last = index + 1 == commands.len();
            let code = block.comment.strip_prefix("exits with ").and_then(|code| code.parse().ok());
            let printed = self.output(command, shown, code.filter(|_| is_last).unwrap_or(0))?;
            session.push_str(&format!("$ {command}\n{printed}"));
        }
        Ok((normalised(&session) != normalised(&block.text)).then_some(session))
    }

    /// Runs a command that goes well, and returns what it prints.
    pub(crate) fn printed(&self, command: &str) -> Result<String, SessionError> {
        self.output(command, "", 0)
    }

    /// Runs a command, and returns what it prints; `shown` is what it is shown to print.
    fn output(&self, command: &str, shown: &str, expected: i32) -> Result<String, SessionError> {
        if let Some(file) = command.strip_prefix("cat ").map(|file| self.folder.path().join(file))
            && !file.exists()
        {
            // A file that the page shows is as the page shows it.
            std::fs::write(file, shown)?;
        }
        let call = match command.strip_prefix("cargo run --example ") {
            Some(example) => self.example(example),
            None => self.line(&command.replace("cargo run --release -- ", "selvedge ")),
        };
        let call = snapbox::cmd::Command::from_std(call)
            .env_remove("SELVEDGE_BLESS")
            .env_remove("SELVEDGE_REPLAY")
            .env_remove("RUST_BACKTRACE")
            .timeout(LIMIT);
        let output = call.output()?;
        let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if output.status.code() == Some(expected) {
            return Ok(printed);
        }
        Err(SessionError::Code { command: command.to_owned(), code: output.status.code(), expected, printed })
    }

    /// Returns a call of a line of shell in the page's folder, in which the program is known by its name.
    fn line(&self, line: &str) -> Command {
        let programs = Path::new(env!("CARGO_BIN_EXE_selvedge")).parent().map(Path::to_owned);
        let path = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(programs.into_iter().chain(env::split_paths(&path))).expect("a search path");
        let mut call = Command::new("sh");
        call.args(["-c", line]).current_dir(self.folder.path()).env("PATH", path);
        call
    }

    /// Returns a call of an example by cargo, which has built it with the tests if all of them were: no lock is held while
    /// tests run.
    fn example(&self, example: &str) -> Command {
        let mut call = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        call.args(["run", "--quiet", "--locked"]).args((!cfg!(debug_assertions)).then_some("--release"));
        call.arg("--example").args(example.split_whitespace()).current_dir(&self.root);
        call
    }
}

/// Returns the commands of a session, each with what it is shown to print.
pub(crate) fn commands(session: &str) -> Result<Vec<(String, String)>, SessionError> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in session.lines() {
        match line.strip_prefix("$ ") {
            Some(command) if PROGRAMS.iter().any(|program| command.starts_with(program)) => {
                commands.push((command.to_owned(), String::new()));
            }
            Some(command) => return Err(SessionError::Program(command.to_owned())),
            None => {
                let (_, shown) = commands.last_mut().ok_or(SessionError::NoCommand)?;
                shown.push_str(line);
                shown.push('\n');
            }
        }
    }
    if commands.is_empty() { Err(SessionError::NoCommand) } else { Ok(commands) }
}

/// Returns how what a session prints differs from what is shown.
pub(crate) fn difference(block: &Block, printed: &str) -> String {
    let (printed, shown) = (normalised(printed).into_data().raw(), normalised(&block.text).into_data().raw());
    Assert::new().try_eq(None, printed, shown).err().map_or_else(String::new, |difference| difference.to_string())
}

/// Returns a text without what differs from run to run or says nothing: times, numbers of threads of the system, the
/// version of Python, the widths of columns, and what real threads did.
fn normalised(text: &str) -> String {
    let mut redactions = Redactions::new();
    for (placeholder, pattern) in [
        ("[TIME]", r"\b(?<redacted>\d+(\.\d+)? (ns|us|ms|s))\b"),
        ("[SECONDS]", r#""seconds":(?<redacted>[0-9.e-]+)"#),
        ("[THREAD]", r"thread '[^']*' \((?<redacted>\d+)\) panicked"),
        // Where in its own source the library starts the threads of a program that it has drawn.
        ("[LINE]", r"\btrial\.rs:(?<redacted>\d+)"),
        ("[VERSION]", r"CPython (?<redacted>\d+\.\d+)"),
    ] {
        let pattern = regex::Regex::new(pattern).expect("a pattern");
        redactions.insert(placeholder, pattern).expect("a placeholder");
    }
    let text = redactions.redact(text);
    // What real threads did is chance: their column is left out of a table that has one.
    let mut threads = None;
    let lines = text.lines().map(|line| {
        let mut cells: Vec<&str> = line.split('┆').collect();
        let header = cells.iter().position(|cell| cell.trim() == "threads");
        threads = header.or(threads.filter(|_| cells.len() > 1 || line.starts_with('╞')));
        if let Some(cell) = threads.and_then(|index| cells.get_mut(index)) {
            *cell = "";
        }
        narrowed(&cells.join("┆"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns a line without what follows its text; one of a table with one of each run of what fills columns.
fn narrowed(line: &str) -> String {
    let line = line.trim_end();
    if !line.starts_with(['│', '┌', '╞', '└']) {
        return line.to_owned();
    }
    let mut narrow = String::new();
    for letter in line.chars() {
        if !(matches!(letter, ' ' | '─' | '═') && narrow.ends_with(letter)) {
            narrow.push(letter);
        }
    }
    narrow
}
