//! Standard output, with a reader that may go away at any time: then there is nobody left to tell,
//! and the program ends quietly.

use std::io::{ErrorKind, Write};

/// Prints `text` as it is.
pub(crate) fn print(text: &str) {
    let mut output = std::io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            eprintln!("selvedge: standard output: {error}");
            std::process::exit(1);
        }
    }
}

/// Prints `text` and an end of line.
pub(crate) fn print_line(text: &str) {
    print(&format!("{text}\n"));
}
