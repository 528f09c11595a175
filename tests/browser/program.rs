//! The program, as built by `ci/browser.sh`: it writes pages, and serves them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

fn program() -> PathBuf {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/debug/selvedge");
    let program = std::env::var_os("SELVEDGE_PROGRAM").map_or(built, PathBuf::from);
    assert!(program.exists(), "{} is not built: `cargo build -p selvedge-cli`", program.display());
    program
}

/// Writes the page of a scenario; returns its address.
pub(crate) fn page(folder: &Path, scenario: &str) -> String {
    page_with(folder, scenario, &[])
}

/// The same, with settings; whether all is as expected then is not asked.
pub(crate) fn page_with(folder: &Path, scenario: &str, settings: &[&str]) -> String {
    let file = folder.join(format!("{}.html", scenario.replace('/', "-")));
    let output = Command::new(program()).args(["explore", scenario, "--html"]).arg(&file).args(settings).output();
    let output = output.expect("the program runs");
    let is_done = output.status.code().is_some_and(|code| code == 0 || code == 1 && !settings.is_empty());
    assert!(is_done, "{}", String::from_utf8_lossy(&output.stderr));
    format!("file://{}", file.display())
}

/// Writes the page of a history that is given as lines of JSON; returns its address.
pub(crate) fn history_page(folder: &Path, specification: &str, lines: &str) -> String {
    let (history, file) = (folder.join("history.jsonl"), folder.join("history.html"));
    std::fs::write(&history, lines).expect("a file");
    let arguments = ["linearize", "--format", "html", "--spec", specification];
    let output = Command::new(program()).args(arguments).arg(&history).output().expect("the program runs");
    std::fs::write(&file, &output.stdout).expect("a file");
    format!("file://{}", file.display())
}

/// The stepper of a scenario, served until it is dropped.
pub(crate) struct Served {
    process: Child,
    pub(crate) address: String,
}

impl Served {
    pub(crate) fn start(scenario: &str) -> Self {
        let command = Command::new(program()).args(["serve", scenario]).stdout(Stdio::piped()).spawn();
        let mut process = command.expect("the program runs");
        let output = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut lines = output.lines().map_while(Result::ok);
        let address = lines.find_map(|line| line.split("through it at ").nth(1).map(str::to_owned));
        Self { process, address: address.expect("it says its address") }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
