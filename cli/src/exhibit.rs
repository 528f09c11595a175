//! What `selvedge explore` and `selvedge replay` found as a document: on standard output, or as a page in a file.

use clap::{Args, ValueEnum};
use selvedge::exhibit::{Document, write_page};

use crate::CallError;
use crate::output::print_line;

/// How executions are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object, with every execution step by step: `docs/trace_format.md` has its fields.
    Json,
    /// The first execution in the Chrome trace event format, which Perfetto opens.
    Chrome,
}

/// Where executions are shown.
#[derive(Debug, Args)]
pub(crate) struct Exhibit {
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TraceFormat,
    /// Write a page that shows it to this file: it needs nothing else.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<std::path::PathBuf>,
}

impl Exhibit {
    /// Returns whether standard output is for people.
    pub(crate) fn is_text(&self) -> bool {
        self.format == TraceFormat::Text
    }

    /// Returns whether a document is wanted at all.
    pub(crate) fn is_wanted(&self) -> bool {
        !self.is_text() || self.html.is_some()
    }

    /// Prints and writes the document as it is wanted.
    pub(crate) fn put(&self, document: &Document) -> Result<(), CallError> {
        match self.format {
            TraceFormat::Text => {}
            TraceFormat::Json => print_line(&document.to_json()),
            TraceFormat::Chrome => print_line(&document.to_chrome_trace()),
        }
        if let Some(file) = &self.html {
            write_page(document, file)?;
            if self.is_text() {
                print_line(&format!("\nits page: {}", file.display()));
            }
        }
        Ok(())
    }
}
