//! What `selvedge explore` and `selvedge replay` found as a document: on standard output, or as a page in a file.

use selvedge::exhibit::{Document, write_page};

use crate::CallError;
use crate::arguments::{Exhibit, Memory, TraceFormat};
use crate::output::print_line;

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

/// Returns the name of a memory model in a document.
pub(crate) fn memory_model(memory: Memory) -> &'static str {
    match memory {
        Memory::Sc => "sequentially consistent",
        Memory::Language => "language",
    }
}
