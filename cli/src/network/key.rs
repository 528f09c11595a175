//! The key that master and workers share: from a file, or the environment. There is none by default.

use std::path::Path;

use super::NetworkError;

/// Returns the key. Of a file it is all but the ends of lines at its end.
pub(crate) fn read(file: Option<&Path>) -> Result<Vec<u8>, NetworkError> {
    let key = match file {
        Some(path) => {
            let mut key =
                std::fs::read(path).map_err(|error| NetworkError::File { path: path.display().to_string(), error })?;
            while key.last().is_some_and(|last| *last == b'\n' || *last == b'\r') {
                key.pop();
            }
            key
        }
        None => std::env::var_os("SELVEDGE_AUTHKEY").ok_or(NetworkError::NoKey)?.into_encoded_bytes(),
    };
    if key.is_empty() { Err(NetworkError::EmptyKey) } else { Ok(key) }
}
