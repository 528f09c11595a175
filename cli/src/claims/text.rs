//! Statements and their evidence as text for people.

use selvedge_models::statements::{CHAPTERS, Statement};

use super::Summary;
use super::judged::{Judged, Shown, condition, found, replay, word};
use super::python::Said;

/// Returns the heading of a chapter.
pub(super) fn heading(name: &str) -> String {
    let title = CHAPTERS.iter().find(|chapter| chapter.name == name).map_or(name, |chapter| chapter.title);
    format!("\n{title}\n{}\n", "=".repeat(title.chars().count()))
}

/// Returns a statement with what its evidence has shown.
pub(super) fn judged(judged: &Judged) -> String {
    let Statement { name, says, truth, explanation, .. } = judged.statement;
    let mut text = format!("\n{name} ({})\n  {says}\n", judged.statement.places_in_words());
    let condition = condition(*truth).map_or_else(String::new, |condition| format!(" {condition}"));
    text += &match judged.is_shown() {
        true if judged.is_not_asked() => format!("  {}{condition}, says CPython, which was not asked\n", word(*truth)),
        true => format!("  {}{condition}\n", word(*truth)),
        false => format!("  NOT SHOWN to be: {}{condition}\n", word(*truth)),
    };
    if !explanation.is_empty() {
        text += &format!("  {explanation}\n");
    }
    judged.shown.iter().for_each(|shown| text += &one(shown));
    text
}

fn one(shown: &Shown) -> String {
    match shown {
        Shown::ByScenario { contradicts, row } => {
            let by = if *contradicts { "contradicted by" } else { "shown by" };
            let expected = if row.judgement.decides { "" } else { "NOT AS EXPECTED: " };
            let mut text = format!("  {by} {}\n    {expected}{}\n", row.scenario.name, found(row));
            if let Some(line) = replay(row) {
                text += &format!("    {line}\n");
            }
            text
        }
        Shown::ByScript { name, answers: None } => format!("  asked of CPython by {name}.py\n"),
        Shown::ByScript { name, answers: Some(answers) } => {
            let lines = answers.iter().map(|answer| {
                let agrees = if answer.agrees { "" } else { "DOES NOT AGREE: " };
                let (version, start) = (&answer.version, answer.start.name());
                match &answer.said {
                    Said::Nothing(reason) => format!("  {version} ({start}), {name}.py: {agrees}{reason}\n"),
                    Said::This(said) => format!("  {version} ({start}): {agrees}{name}.py prints `{said}`\n"),
                }
            });
            lines.collect()
        }
    }
}

/// Returns what all this comes to.
pub(super) fn summary(summary: &Summary, is_asked: bool) -> String {
    let Summary { confirmed, refuted, conditional, out_of_scope, not_shown, not_asked } = summary;
    let total = confirmed + refuted + conditional + out_of_scope;
    let mut text = format!(
        "\n{total} statements: {confirmed} confirmed, {refuted} refuted, {conditional} true only under a condition, \
         {out_of_scope} out of scope; {not_shown} not shown\n"
    );
    if !is_asked {
        text +=
            &format!("CPython was not asked, on which {not_asked} of them rest alone; `--python python3` asks it\n");
    }
    text
}
