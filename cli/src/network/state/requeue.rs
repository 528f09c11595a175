//! Tasks that were given up, put once more.

use rusqlite::{Connection, params};
use selvedge_models::master_worker::worker::Name;

/// Puts the tasks that were given up into the queue of tasks again, with numbers of their own, as if they had never been tried, and
/// takes their last failures from the results. Tasks that their workers did not name stay. Returns how many there are.
pub(super) fn requeue(connection: &Connection) -> rusqlite::Result<usize> {
    let mut statement =
        connection.prepare("SELECT id, place, value, retries FROM dead_letters WHERE value IS NOT NULL ORDER BY id")?;
    let letters = statement.query_map([], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Vec<u8>>(2)?, row.get::<_, i64>(3)?))
    })?;
    let letters: Vec<_> = letters.collect::<rusqlite::Result<_>>()?;
    let tasks = Name::Tasks.kind();
    for (id, place, value, retries) in &letters {
        connection.execute("UPDATE queues SET last = last + 1, unfinished = unfinished + 1 WHERE name = ?", [tasks])?;
        let number: i64 = connection.query_row("SELECT last FROM queues WHERE name = ?", [tasks], |row| row.get(0))?;
        connection.execute(
            "INSERT INTO items VALUES (?, ?, ?, NULL, 1, 0, 'line', NULL, NULL, NULL)",
            params![tasks, number, value],
        )?;
        connection.execute(
            "INSERT INTO open_tasks VALUES (?, ?, ?, ?, ?)",
            params![number, place, retries, retries, value],
        )?;
        connection.execute("DELETE FROM results WHERE place = ?", [place])?;
        connection.execute("DELETE FROM dead_letters WHERE id = ?", [id])?;
    }
    // Those of a master without tasks of its own are where they were.
    let others = connection
        .execute("UPDATE items SET place = 'line', deliveries = 0 WHERE queue = ? AND place = 'given up'", [tasks])?;
    connection
        .execute("UPDATE queues SET unfinished = unfinished + ? WHERE name = ?", params![others as i64, tasks])?;
    Ok(letters.len() + others)
}
