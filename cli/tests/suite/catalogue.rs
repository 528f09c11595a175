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

fn path(document: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(document)
}

/// Returns a document, and what stands in it between two marks.
fn parts(document: &str, mark: &str) -> (String, String) {
    let text = std::fs::read_to_string(path(document)).expect("a document");
    let (_, rest) =
        text.split_once(&format!("<!-- {mark} -->\n")).unwrap_or_else(|| panic!("{document} has no mark `{mark}`"));
    let (part, _) = rest.split_once("<!-- end -->").unwrap_or_else(|| panic!("{document} has no end"));
    let part = part.to_owned();
    (text, part)
}

/// Compares what stands in a document between two marks with what should, or writes it there.
fn compare(document: &str, mark: &str, expected: &str) {
    let (text, part) = parts(document, mark);
    let wanted = text.replacen(&format!("<!-- {mark} -->\n{part}"), &format!("<!-- {mark} -->\n{expected}"), 1);
    if std::env::var_os("SELVEDGE_BLESS").is_some() {
        std::fs::write(path(document), wanted).expect("the document can be written");
        return;
    }
    let differs = text.lines().zip(wanted.lines()).find(|(left, right)| left != right);
    assert!(text == wanted, "{document} is not true any more, from here: {differs:?}; SELVEDGE_BLESS=1 writes it anew");
}

/// The engines of the matrix, in the order of its columns.
const ENGINES: [&str; 4] = ["explorer", "portfolio", "shuttle-pct", "loom"];

/// Returns the matrix of these scenarios, all if there are none, on these engines, as it stands in documents.
fn matrix(engines: &[&str], scenarios: &[String]) -> (String, bool) {
    let mut arguments = vec!["check", "--format", "markdown"];
    if engines == ["loom"] {
        // It maps stacks for each execution, which two OS threads cannot do at a time: they would wait for each other.
        arguments.extend(["--workers", "1"]);
    }
    arguments.extend(engines.iter().flat_map(|engine| ["--engine", engine]));
    arguments.extend(scenarios.iter().map(String::as_str));
    printed(&arguments)
}

/// Returns the rows of a matrix: for each scenario what each engine found, without the numbers of notes, which depend on what
/// else is in the matrix.
fn rows(matrix: &str) -> Vec<(String, Vec<String>)> {
    let rows = matrix.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| {
        let mut cells = row.trim_end_matches('|').split('|').map(str::trim);
        let name = cells.next().expect("a name").trim_end_matches('`').to_owned();
        let found = cells.skip(1).map(|cell| cell.split(" (").next().unwrap_or_default().to_owned());
        (name, found.collect())
    })
    .collect()
}

/// The whole matrix, to the letter, where more of the same is wanted or it is written anew. Else all that the explorer finds, and
/// of the others every fourth scenario in which they find something, and every eighth that they look through in vain.
#[test]
fn every_engine_finds_what_is_expected_of_it() {
    if ["SELVEDGE_DEEP", "SELVEDGE_BLESS"].iter().any(|variable| std::env::var_os(variable).is_some()) {
        let (matrix, all_as_expected) = matrix(&ENGINES, &[]);
        compare("CATALOGUE.md", "matrix", &matrix);
        assert!(all_as_expected, "see `selvedge check`");
        return;
    }
    let (_, document) = parts("CATALOGUE.md", "matrix");
    let documented = rows(&document);
    for (column, &engine) in ENGINES.iter().enumerate() {
        let is_in_vain = |found: &[String]| ["inconclusive", "no failure"].contains(&found[column].as_str());
        let looked_at = documented
            .iter()
            .enumerate()
            .filter(|(place, (_, found))| column == 0 || place % if is_in_vain(found) { 8 } else { 4 } == 0);
        let wanted: Vec<_> = looked_at.map(|(_, (name, found))| (name.clone(), vec![found[column].clone()])).collect();
        let names: Vec<String> = wanted.iter().map(|(name, _)| name.clone()).collect();
        let (found, all_as_expected) = matrix(&[engine], &names);
        assert_same(&rows(&found), &wanted);
        // That one of the others alone decides nothing is as it may be.
        assert!(all_as_expected || column > 1, "see `selvedge check --engine {engine}`");
    }
}

/// Asserts that what was found is what the document says.
fn assert_same(found: &[(String, Vec<String>)], documented: &[(String, Vec<String>)]) {
    assert!(!documented.is_empty(), "CATALOGUE.md has no matrix");
    let differs = found.iter().zip(documented).find(|(found, documented)| found != documented);
    assert_eq!(differs, None, "CATALOGUE.md is not true any more; SELVEDGE_BLESS=1 writes it anew");
    assert_eq!(found.len(), documented.len(), "CATALOGUE.md has other scenarios; SELVEDGE_BLESS=1 writes it anew");
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

/// The README says how many scenarios there are.
#[test]
fn the_readme_counts_them() {
    let readme = include_str!("../../../README.md");
    let count = selvedge_models::catalogue().len();
    for text in [format!("{count} small concurrent programs"), format!("the {count} scenarios")] {
        assert!(readme.contains(&text), "README.md does not say: {text}");
    }
}
