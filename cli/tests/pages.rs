//! Every console session in the README and in the guide is run, and what it prints is compared with what the page shows;
//! every snippet that stands in an example stands there word for word; every link leads somewhere.
//! `SELVEDGE_BLESS=1 cargo test -p selvedge-cli --test pages` writes the sessions anew.
//!
//! In a block of `console`, a line that begins with `$ ` is a command, and those after it are what it prints: first on
//! standard output, then on standard error. `<!-- exits with 1 -->` before the block is the exit code of its last command, if
//! that is not 0. `<!-- examples/NAME.rs -->` before a block of `rust` says where it comes from.
#![cfg(unix)]

#[path = "pages/page.rs"]
mod page;
#[path = "pages/session.rs"]
mod session;

use std::fs;
use std::path::{Path, PathBuf};

use page::{Block, Page};
use session::Shell;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// Returns the chapters of the guide, by name.
fn chapters() -> Vec<PathBuf> {
    let files = fs::read_dir(root().join("docs")).expect("the guide");
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    assert!(files.len() > 1, "the guide has chapters");
    files
}

/// Runs the sessions of these pages, and panics with all that differ; or writes them anew.
fn compare(files: &[PathBuf]) {
    let blesses = std::env::var_os("SELVEDGE_BLESS").is_some();
    let mut wrong = Vec::new();
    for file in files {
        let mut page = Page::read(file);
        let shell = Shell::new(&root());
        let sessions = |page: &Page| -> Vec<usize> {
            (0..page.blocks.len()).filter(|&index| page.blocks[index].language == "console").collect()
        };
        let unfit = sessions(&page).into_iter().filter_map(|index| {
            let error = session::commands(&page.blocks[index].text).err()?;
            Some(format!("{}: {error}", page.place(index)))
        });
        let unfit: Vec<String> = unfit.collect();
        if !unfit.is_empty() {
            // Nothing of such a page is run: it might wait for ever.
            wrong.extend(unfit);
            continue;
        }
        for index in sessions(&page) {
            let (at, block) = (page.place(index), &page.blocks[index]);
            match shell.run(block) {
                Ok(None) => {}
                Ok(Some(printed)) if blesses => page.blocks[index].text = printed,
                Ok(Some(printed)) => {
                    wrong.push(format!("{at} prints something else:\n{}", session::difference(block, &printed)));
                }
                Err(error) => wrong.push(format!("{at}: {error}")),
            }
        }
        if blesses {
            page.write();
        }
    }
    assert!(wrong.is_empty(), "{}\nSELVEDGE_BLESS=1 writes sessions anew", wrong.join("\n"));
}

#[test]
fn sessions_of_the_guide_print_what_it_shows() {
    compare(&chapters());
}

#[test]
fn sessions_of_the_readme_print_what_it_shows() {
    compare(&[root().join("README.md")]);
}

/// The help of each command may show sessions too.
#[test]
fn help_shows_no_session_that_nobody_runs() {
    let shell = Shell::new(&root());
    let help = shell.printed("selvedge --help").expect("help");
    let commands = help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1);
    // What goes on in the next line stands further in.
    let commands = commands.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let commands: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.contains(&"linearize"), "{help}");
    for command in commands.into_iter().filter(|command| *command != "help") {
        let help = shell.printed(&format!("selvedge {command} --help")).expect("help");
        for session in page::sessions_in(&help) {
            let block = Block::console(session);
            let printed = shell.run(&block).unwrap_or_else(|error| panic!("selvedge {command} --help: {error}"));
            let difference = printed.map(|printed| session::difference(&block, &printed));
            assert_eq!(difference, None, "selvedge {command} --help shows a session that is not true");
        }
    }
}

#[test]
fn snippets_of_examples_stand_in_them() {
    for file in chapters().into_iter().chain([root().join("README.md")]) {
        let page = Page::read(&file);
        for (index, block) in page.blocks.iter().enumerate().filter(|(_, block)| block.comment.ends_with(".rs")) {
            let example = fs::read_to_string(root().join(&block.comment));
            let example = example.unwrap_or_else(|error| panic!("{}: {}: {error}", page.place(index), block.comment));
            // A part of a function or of an `impl` begins at the margin of the page.
            let stands = (0..4).any(|depth| example.contains(&page::indented(&block.text, depth)));
            assert!(stands, "{}: this does not stand in {}", page.place(index), block.comment);
        }
    }
}

#[test]
fn every_chapter_is_in_the_summary_and_every_link_leads_somewhere() {
    let summary = Page::read(&root().join("docs/SUMMARY.md"));
    let listed: Vec<&str> = summary.links();
    for file in chapters() {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(name == "SUMMARY.md" || listed.contains(&name.as_str()), "{name} is not in docs/SUMMARY.md");
        let page = Page::read(&file);
        for link in page.links() {
            assert!(page.target(link).exists(), "{name}: the link to {link} leads nowhere");
        }
    }
}

#[test]
fn every_example_is_run_by_a_page() {
    let pages: Vec<Page> = chapters().iter().map(|file| Page::read(file)).collect();
    let files = fs::read_dir(root().join("examples")).expect("examples").map(|file| file.expect("a file").path());
    // Two files are what makes a package of them.
    for path in files.filter(|path| !path.ends_with("Cargo.toml") && !path.ends_with("lib.rs")) {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let command = format!("$ cargo run --example {name}\n");
        let is_run = pages.iter().flat_map(|page| &page.blocks).any(|block| block.text.contains(&command));
        assert!(is_run, "no page of the guide runs examples/{name}.rs");
        let text = fs::read_to_string(&path).expect("an example");
        assert!(text.lines().count() <= 80 && text.starts_with("//!"), "{name}: short, and says what it is for");
    }
}

#[test]
fn tables_name_every_engine_and_every_kind_of_failure() {
    let page = |name: &str| fs::read_to_string(root().join("docs").join(name)).expect("a chapter");
    let engines = page("engines_and_budgets.md");
    for engine in selvedge::engine::all() {
        assert!(engines.contains(&format!("\n| `{}` |", engine.name())), "no row for {}", engine.name());
    }
    let failures = page("reading_a_story.md");
    let source = fs::read_to_string(root().join("src/failure.rs")).expect("the kinds of failure");
    let kinds: Vec<&str> =
        source.lines().filter_map(|line| line.trim().split_once(" => \"")?.1.strip_suffix("\",")).collect();
    assert!(kinds.contains(&"deadlock"), "{kinds:?}");
    for kind in kinds {
        assert!(failures.contains(&format!("\n| `{kind}` |")), "no row for {kind}");
    }
}
