//! The key that master and workers share: from a file, or the environment. There is none by default. And the number by which
//! a run of a master is known.

use std::path::Path;

use super::NetworkError;

/// Returns the key. Ends of lines at its end are no part of it.
pub(crate) fn read(file: Option<&Path>) -> Result<Vec<u8>, NetworkError> {
    let mut key = match file {
        Some(path) => {
            warn_of_others(path);
            std::fs::read(path).map_err(|error| NetworkError::File { path: path.display().to_string(), error })?
        }
        None => std::env::var_os("SELVEDGE_AUTHKEY").ok_or(NetworkError::NoKey)?.into_encoded_bytes(),
    };
    while key.last().is_some_and(|last| *last == b'\n' || *last == b'\r') {
        key.pop();
    }
    if key.is_empty() { Err(NetworkError::EmptyKey) } else { Ok(key) }
}

/// Says so if others than the owner may read the file of a key.
fn warn_of_others(path: &Path) {
    #[cfg(unix)]
    if let Ok(metadata) = std::fs::metadata(path) {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            let path = path.display();
            eprintln!(
                "selvedge: {path}: others can read the key (mode {mode:03o}); `chmod 600 {path}` keeps it from them"
            );
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// How many bytes a key should have that everybody may try to guess.
const BYTES_MIN: usize = 16;

/// Says so if a key is easily guessed where other machines can connect.
pub(crate) fn warn_if_short(key: &[u8]) {
    if key.len() < BYTES_MIN {
        eprintln!(
            "selvedge: the key has {} bytes, and other machines can try keys; take one of at least {BYTES_MIN} random bytes",
            key.len()
        );
    }
}

/// Returns a number that no other run of a master has.
pub(crate) fn run_number() -> Result<u128, NetworkError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| NetworkError::Random(error.to_string()))?;
    Ok(u128::from_ne_bytes(bytes))
}
