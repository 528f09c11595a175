//! An execution in the Chrome trace event format: a track for each thread, a step for each microsecond, arrows as flows.

use serde_json::{Value, json};

use super::document::Document;

/// Returns the first execution of a document as one JSON object.
pub(super) fn trace(document: &Document) -> String {
    let mut events: Vec<Value> = Vec::new();
    if let Some(execution) = document.executions.first() {
        events.push(json!({"ph": "M", "name": "process_name", "pid": 1, "args": {"name": document.scenario}}));
        for thread in &execution.threads {
            let named = json!({"name": thread.name});
            events.push(json!({"ph": "M", "name": "thread_name", "pid": 1, "tid": thread.id, "args": named}));
        }
        for step in &execution.steps {
            let place = step.source.as_ref().map(|source| format!("{}:{}", source.file, source.line));
            events.push(json!({
                "ph": "X", "name": step.words, "cat": step.operation.name, "pid": 1, "tid": step.thread,
                "ts": step.number, "dur": 1,
                "args": {"step": step.number, "source": place, "switch": step.switch_words, "clock": step.clock},
            }));
        }
        for (id, arrow) in execution.arrows.iter().enumerate() {
            let end = |phase: &str, step: usize| {
                let thread = execution.steps[step].thread;
                json!({
                    "ph": phase, "bp": "e", "id": id, "name": arrow.kind, "cat": "happens-before",
                    "pid": 1, "tid": thread, "ts": step,
                })
            };
            events.push(end("s", arrow.from));
            events.push(end("f", arrow.to));
        }
    }
    json!({"displayTimeUnit": "ns", "traceEvents": events}).to_string()
}
