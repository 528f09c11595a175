//! The house rules that a machine can check: the length of files and functions, what each file says
//! first, which way dependencies point, and what has no place here.

use std::fs;
use std::path::{Path, PathBuf};

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;

/// Files that may be longer, and why.
const LONG_FILES: &[(&str, &str)] = &[
    ("src/engine/loom/backend.rs", "one back end, whose parts share its state"),
    ("tests/suite/primitives.rs", "one short test for each primitive"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("target") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn all_files() -> Vec<PathBuf> {
    ["src", "models", "cli", "tests", "benches", "fuzz", "examples"].into_iter().flat_map(rust_files).collect()
}

fn name(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    for path in all_files() {
        let (text, name) = (read(&path), name(&path));
        let lines = text.lines().count();
        let may_be_long = LONG_FILES.iter().any(|(long, _)| *long == name);
        assert!(lines <= FILE_LINES_MAX || may_be_long, "{name} has {lines} lines");
        assert!(!may_be_long || lines > FILE_LINES_MAX, "{name} is short again: take it off the list");
        let first = text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//"), "{name} does not say what it is for");
    }
}

/// Counts the lines between a `fn` and the brace that closes it at the same indentation, as rustfmt
/// leaves them.
#[test]
fn functions_are_short() {
    for path in all_files() {
        let text = read(&path);
        let lines: Vec<&str> = text.lines().collect();
        for (start, line) in lines.iter().enumerate() {
            let trimmed = line.trim_start();
            let is_function = ["fn ", "pub fn ", "pub(crate) fn ", "pub(super) fn ", "pub const fn ", "unsafe fn "]
                .iter()
                .any(|keyword| trimmed.starts_with(keyword));
            let ends_signature = |line: &&&str| line.ends_with('{') || line.ends_with(';') || line.ends_with('}');
            let has_body = lines[start..].iter().find(ends_signature).is_some_and(|line| line.ends_with('{'));
            if !is_function || !has_body {
                continue;
            }
            let closing = format!("{}}}", &line[..line.len() - trimmed.len()]);
            let length = lines[start..].iter().position(|line| *line == closing).unwrap_or(0);
            assert!(length <= FUNCTION_LINES_MAX, "{}:{}: a function of {length} lines", name(&path), start + 1);
        }
    }
}

/// Whether it is the file that says what is to be expected of an engine by what it can do, whichever it is.
fn is_judgement(path: &Path) -> bool {
    path.ends_with("models/judgement.rs")
}

#[test]
fn dependencies_point_one_way() {
    let forbidden = [
        ("src", &["selvedge_models", "selvedge_cli", "clap", "indicatif"][..]),
        ("models", &["selvedge_cli", "clap", "selvedge::engine", "shuttle", "loom"]),
    ];
    for (folder, crates) in forbidden {
        for path in rust_files(folder).into_iter().filter(|path| !is_judgement(path)) {
            for (number, line) in read(&path).lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                let breaks = crates
                    .iter()
                    .find(|name| code.contains(&format!("{name}::")) || code.contains(&format!("use {name}")));
                assert!(breaks.is_none(), "{}:{}: {line}", name(&path), number + 1);
            }
        }
    }
}

/// The floors of the library, the lowest first: what stands on one may use those below it, and its own folder. The names are
/// those of modules; the facade is one floor whose modules use each other.
const FLOORS: &[&[&str]] = &[
    &["fast"],
    &["trace"],
    &["outcome"],
    &["schedule"],
    &["spec", "history"],
    &["linearizability"],
    &["failure"],
    &["execution"],
    &["sync", "thread", "cell", "hint", "choice", "name", "recorder"],
    &["kernel"],
    &["exploration"],
    &["report"],
    &["render"],
    &["exhibit"],
    &["runtime"],
    &["engine"],
    &["shorten"],
    &["confirm", "subject"],
    &["shell"],
    &["unnamed"],
    &["check", "orderings", "stepper"],
    &["live"],
    &["program"],
    &["linearizable"],
];

/// Returns the floor of a module of the library.
fn floor(module: &str) -> usize {
    let is_there = |floor: &&[&str]| floor.contains(&module);
    FLOORS.iter().position(is_there).unwrap_or_else(|| panic!("{module} stands on no floor: name it in FLOORS"))
}

/// Returns the modules of the library that a line of code uses by `crate::`.
fn used(line: &str) -> Vec<String> {
    let code = if line.trim_start().starts_with("//") { "" } else { line.split("// ").next().unwrap_or_default() };
    let ends = |letter: char| !letter.is_alphanumeric() && letter != '_';
    let after = code.split("crate::").skip(1).map(|rest| rest.split(ends).next().unwrap_or_default().to_owned());
    after.filter(|module| !module.is_empty()).collect()
}

#[test]
fn no_floor_of_the_library_uses_one_above_it() {
    for path in rust_files("src") {
        let name = name(&path);
        let own = name.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default().to_owned();
        if ["lib", "guide"].contains(&own.as_str()) {
            continue;
        }
        let text = read(&path);
        assert!(!text.contains("use crate::{\n"), "{name}: one `use` a module, so that its floor can be seen");
        for (number, line) in text.lines().enumerate() {
            let place = format!("{name}:{}: {}", number + 1, line.trim());
            // A list of modules, as rustfmt leaves it.
            let listed = line.strip_prefix("use crate::{").map(|list| list.trim_end_matches("};").split(", "));
            let listed =
                listed.into_iter().flatten().map(|item| item.split("::").next().unwrap_or_default().to_owned());
            for module in used(line).into_iter().chain(listed) {
                if module == "thread_local" {
                    continue;
                }
                let is_at_home = module == own || floor(&module) == floor(&own);
                assert!(is_at_home || floor(&module) < floor(&own), "{place}: {module} stands above {own}");
            }
        }
    }
}

/// Each engine has one file or folder in `src/engine`, and nothing else is there.
#[test]
fn engines_are_alone_in_their_folder() {
    for path in rust_files("src/engine") {
        let name = name(&path);
        let parts: Vec<&str> = name.trim_end_matches(".rs").split('/').skip(2).collect();
        if parts == ["mod"] || parts.len() > 1 && *parts.last().unwrap() != "mod" {
            continue;
        }
        let text = read(&path);
        let is_engine = text.contains("impl Engine for ") || ["guided", "oracle"].contains(&parts[0]);
        assert!(
            is_engine,
            "{name} has no engine: what runs executions is in src/runtime, what they are asked in src/exploration"
        );
    }
}

#[test]
fn models_name_no_engine() {
    for path in rust_files("models") {
        let text = read(&path);
        for engine in selvedge::engine::all() {
            let quoted = format!("\"{}\"", engine.name());
            let is_parameter = engine.name() == "threads";
            assert!(is_parameter || !text.contains(&quoted), "{} names {}", name(&path), engine.name());
        }
        for word in ["shuttle", "loom", "engine::"] {
            assert!(word == "engine::" && is_judgement(&path) || !text.contains(word), "{} names {word}", name(&path));
        }
    }
}

#[test]
fn what_has_no_place_here_is_not_here() {
    let unwanted = [
        "#[ignore",
        concat!("#[should", "_panic]"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("dbg", "!("),
        concat!("FIX", "ME"),
    ];
    for path in all_files() {
        if path.ends_with("tidy.rs") {
            continue;
        }
        for (number, line) in read(&path).lines().enumerate() {
            let found = unwanted.iter().find(|unwanted| line.contains(**unwanted));
            assert!(found.is_none(), "{}:{}: {line}", name(&path), number + 1);
        }
    }
}

#[test]
fn text_is_made_by_render_alone() {
    // Failures are data: nothing outside `render` and the errors' own `Display` prints or formats them.
    for path in rust_files("src") {
        let name = name(&path);
        if !name.contains("render") {
            let text = read(&path);
            assert!(!text.contains("println!") && !text.contains("eprintln!"), "{name} prints");
        }
    }
}

#[test]
fn architecture_and_readme_name_what_stands() {
    let architecture = read(&root().join("ARCHITECTURE.md"));
    for folder in [
        "src/sync",
        "src/thread",
        "src/execution",
        "src/kernel",
        "src/engine",
        "src/runtime",
        "src/exploration",
        "src/trace",
        "src/schedule",
        "src/render",
        "models",
        "cli",
        "tests",
        "fuzz",
        "benches",
        "ci",
    ] {
        assert!(root().join(folder).is_dir(), "{folder}");
        assert!(architecture.contains(folder), "ARCHITECTURE.md does not mention {folder}");
    }
    for scenario in selvedge_models::catalogue() {
        assert!(root().join(scenario.file()).is_file(), "{}: there is no {}", scenario.name, scenario.file());
    }
}

/// What stands between a reader and their first check is short.
#[test]
fn the_readme_is_short() {
    let lines = read(&root().join("README.md")).lines().count();
    assert!(lines < 200, "README.md has {lines} lines");
}

/// Their packages are not compiled for tests, so that none may be there.
#[test]
fn models_and_program_have_no_tests_of_their_own() {
    for path in ["models", "cli/src"].into_iter().flat_map(rust_files) {
        assert!(!read(&path).contains("#[test]"), "{} has a test that nobody runs", name(&path));
    }
}

/// Every file beside `main.rs` in a folder of tests is a module of it: what is not is not run.
#[test]
fn every_file_of_the_suite_is_compiled() {
    for folder in ["tests/suite", "cli/tests/suite"] {
        let main = read(&root().join(folder).join("main.rs"));
        for path in rust_files(folder).iter().filter(|path| !path.ends_with("main.rs")) {
            let module = path.file_stem().unwrap().display();
            assert!(main.contains(&format!("\nmod {module};\n")), "{folder}/main.rs does not name {}", name(path));
        }
    }
}

/// Nothing is left in the documents that was to be filled in.
#[test]
fn documents_are_finished() {
    for name in ["README.md", "ARCHITECTURE.md", "CATALOGUE.md"] {
        let text = read(&root().join(name));
        assert!(!text.contains("@@") && !text.contains("TODO"), "{name} has a placeholder");
    }
}
