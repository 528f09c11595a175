//! What several measurements share. They are in the files beside this one, one bench a file.

/// Returns the processor time that this process has taken, where the system tells (on Linux), in steps of
/// 10 ms.
pub fn cpu_seconds() -> f64 {
    const TICKS: f64 = 100.0;
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit(')').next().unwrap_or("").split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// Returns whether a program is among those that are asked for: whose names have in them one of the words after `--`, or all
/// if there are none.
pub fn is_wanted(name: &str) -> bool {
    let mut wanted = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).peekable();
    wanted.peek().is_none() || wanted.any(|wanted| name.contains(&wanted))
}
