//! The catalogue in the documents: every engine finds what is expected of it, every twin is caught, and the
//! tables in CATALOGUE.md say so. `SELVEDGE_BLESS=1 cargo test` writes them anew.

use std::path::PathBuf;

/// Runs the program with these arguments; returns what it printed, and whether all was as expected.
fn printed(arguments: &[&str]) -> (String, bool) {
    let output = crate::selvedge(arguments);
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
    (text, output.status.success())
}

/// Compares what stands in a document between two marks with what should, or writes it there.
fn compare(document: &str, mark: &str, expected: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(document);
    let text = std::fs::read_to_string(&path).expect("a document");
    let begin = format!("<!-- {mark} -->\n");
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{document} has no mark `{mark}`"));
    let (_, after) = rest.split_once("<!-- end -->").unwrap_or_else(|| panic!("{document} has no end"));
    let wanted = format!("{before}{begin}{expected}<!-- end -->{after}");
    if std::env::var_os("SELVEDGE_BLESS").is_some() {
        std::fs::write(&path, wanted).expect("the document can be written");
        return;
    }
    let differs = text.lines().zip(wanted.lines()).find(|(left, right)| left != right);
    assert!(text == wanted, "{document} is not true any more, from here: {differs:?}; SELVEDGE_BLESS=1 writes it anew");
}

#[test]
fn every_engine_finds_what_is_expected_of_it() {
    let engines = ["explorer", "portfolio", "shuttle-pct", "loom"];
    let mut arguments = vec!["check", "--format", "markdown"];
    arguments.extend(engines.iter().flat_map(|engine| ["--engine", engine]));
    let (matrix, all_as_expected) = printed(&arguments);
    compare("CATALOGUE.md", "matrix", &matrix);
    assert!(all_as_expected, "see `selvedge check`");
}

#[test]
fn the_claims_are_listed() {
    let (table, _) = printed(&["claims", "--format", "markdown"]);
    compare("CATALOGUE.md", "claims", &table);
}

#[test]
fn the_scenarios_are_listed() {
    let (table, _) = printed(&["list", "--format", "markdown"]);
    compare("CATALOGUE.md", "scenarios", &table);
}
