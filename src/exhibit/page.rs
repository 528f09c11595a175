//! The page of one file: the document as JSON between the parts of the page, which are files of their own in `page/`.

use std::path::{Path, PathBuf};

use super::document::Document;
#[cfg(feature = "live")]
use super::position::PositionView;
use crate::exploration::Nearest;
use crate::failure::Counterexample;
use crate::schedule::Token;

/// The environment variable that names the folder into which each failing check writes its page.
const PAGES_VARIABLE: &str = "SELVEDGE_HTML";

const PAGE: &str = include_str!("page/page.html");
const STYLES: [&str; 2] = [include_str!("page/style.css"), include_str!("page/history.css")];
const BEGIN: &str = include_str!("page/begin.js");
#[cfg(feature = "live")]
const LIVE: &str = include_str!("page/live.js");
#[cfg(feature = "live")]
const LIVE_STYLE: &str = include_str!("page/live.css");

const SCRIPTS: [&str; 5] = [
    include_str!("page/model.js"),
    include_str!("page/timeline.js"),
    include_str!("page/inspector.js"),
    include_str!("page/history.js"),
    include_str!("page/main.js"),
];

/// Why a page cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", file.display())]
pub struct PageError {
    file: PathBuf,
    error: std::io::Error,
}

/// Writes the page of a document to a file.
///
/// # Errors
///
/// If the file cannot be written.
pub fn write_page(document: &Document, file: &Path) -> Result<(), PageError> {
    let at = |error| PageError { file: file.to_owned(), error };
    std::fs::write(file, document.to_html()).map_err(at)
}

/// Returns the page of a document.
pub(super) fn page(document: &Document) -> String {
    put_together(&document.scenario, &document.to_json(), ["", BEGIN, ""])
}

/// Returns the page on which a reader steps through a scenario, from this position on. It asks the server that handed it over,
/// and nobody else.
#[cfg(feature = "live")]
pub(super) fn live_page(position: &PositionView) -> String {
    put_together(&position.scenario, &position.to_json(), [LIVE_STYLE, LIVE, " connect-src 'self';"])
}

/// Returns a page with its document, and with what tells its kind from the other: more style, the last script, and what it
/// may connect to.
fn put_together(title: &str, document: &str, [style, script, connect]: [&str; 3]) -> String {
    let mut parts = PAGE.split("{{document}}");
    let (before, after) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let after = after.replace("{{script}}", &(SCRIPTS.concat() + script));
    let before = before.replace("{{connect}}", connect).replace("{{style}}", &(STYLES.concat() + style));
    format!("{}{}{after}", before.replace("{{title}}", &escaped(title)), inside_script(document))
}

/// Returns text as it may stand in an element.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Returns JSON as it may stand in a script element: no tag can begin or end in it.
fn inside_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// Writes the page of a failure into the folder that the environment names, if it names one, and returns what is to be
/// said of that.
pub(crate) fn write_failure(
    name: &str,
    memory_model: &str,
    found: &Counterexample,
    nearest: Option<&Nearest>,
    replay_line: &dyn Fn(&Token) -> String,
) -> Option<String> {
    let folder = PathBuf::from(std::env::var_os(PAGES_VARIABLE)?);
    let letter = |letter: char| if letter.is_alphanumeric() || "-_".contains(letter) { letter } else { '-' };
    let file = folder.join(format!("{}.html", name.chars().map(letter).collect::<String>()));
    let mut document = Document::of_failure(name, "check", memory_model, found, replay_line);
    if let Some(nearest) = nearest {
        document.put_nearest(nearest, &found.trace, replay_line);
    }
    let written = std::fs::create_dir_all(&folder)
        .map_err(|error| PageError { file: folder, error })
        .and_then(|()| write_page(&document, &file));
    Some(match written {
        Ok(()) => format!("\nits page:\n  {}\n", file.display()),
        Err(error) => format!("\nits page could not be written: {error}\n"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_tag_of_the_program_is_one_of_the_page() {
        let document = Document::new("</title><script>alert(1)</script>", "x", "</script><script>alert(2)//");
        let text = page(&document);
        assert!(!text.contains("<script>alert"), "{text}");
        assert_eq!(text.matches("</script>").count(), 2, "that of the document and that of the script");
    }

    #[test]
    fn a_page_is_small_and_asks_for_nothing() {
        let text = page(&Document::new("empty", "x", "y"));
        assert!(text.len() < 100_000, "{}", text.len());
        assert!(text.contains("default-src 'none'"));
        for address in ["http:", "https:", "src=", "@import", "fetch("] {
            let found = text.replace("http://www.w3.org/2000/svg", "");
            assert!(!found.contains(address), "{address}");
        }
    }
}
