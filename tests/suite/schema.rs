//! Documents of executions follow their schema (`docs/trace.schema.json`), for the whole catalogue; and everything that the
//! schema names is seen in one of them. The validator knows the few keywords that the schema uses, and fails on any other: a
//! crate that knows them all brings fifty others, which take longer to compile than everything else here.

use std::collections::BTreeSet;

use crate::common;
use selvedge::engine::{Budget, Explorer};
use selvedge::exhibit::Document;
use selvedge::schedule::Token;
use serde_json::Value;

/// Adds what is wrong with a value by a part of the schema. `at` says where it stands.
fn validate(schema: &Value, part: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    let matches = |part: &Value| {
        let mut wrong = Vec::new();
        validate(schema, part, value, at, &mut wrong);
        wrong.is_empty()
    };
    let words = |list: &Value| -> Vec<String> {
        let items = list.as_array().expect("a list").iter();
        items.map(|word| word.as_str().expect("a word").to_owned()).collect()
    };
    for (keyword, limit) in part.as_object().expect("a schema is an object") {
        let holds = match keyword.as_str() {
            "$schema" | "title" | "description" | "$defs" => true,
            "$ref" => {
                let place = limit.as_str().and_then(|limit| limit.strip_prefix('#')).expect("a place in the schema");
                matches(schema.pointer(place).expect("a definition"))
            }
            "anyOf" => limit.as_array().expect("a list").iter().any(matches),
            "const" => value == limit,
            "enum" => limit.as_array().expect("a list").contains(value),
            "minimum" => value.as_f64().is_none_or(|value| value >= limit.as_f64().expect("a number")),
            "type" => {
                let allowed = limit.as_str().map_or_else(|| words(limit), |word| vec![word.to_owned()]);
                allowed.iter().any(|word| match word.as_str() {
                    "null" => value.is_null(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "string" => value.is_string(),
                    "array" => value.is_array(),
                    "object" => value.is_object(),
                    other => panic!("no type {other}"),
                })
            }
            "items" => {
                for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                    validate(schema, limit, item, &format!("{at}/{place}"), wrong);
                }
                true
            }
            "properties" => {
                for (name, value) in value.as_object().into_iter().flatten() {
                    if let Some(part) = limit.get(name) {
                        validate(schema, part, value, &format!("{at}/{name}"), wrong);
                    }
                }
                true
            }
            "required" => words(limit).iter().all(|name| value.get(name).is_some()),
            "additionalProperties" => {
                assert_eq!(limit, &Value::Bool(false));
                value.as_object().into_iter().flatten().all(|(name, _)| part["properties"].get(name).is_some())
            }
            other => panic!("no keyword {other}"),
        };
        if !holds {
            wrong.push(format!("{at}: not {keyword} {limit}"));
        }
    }
}

/// Returns what is wrong with a document.
fn errors(schema: &Value, document: &Value) -> Vec<String> {
    errors_in(schema, schema, document)
}

/// The same for what one of the schema's definitions describes.
fn errors_by(schema: &Value, definition: &str, value: &Value) -> Vec<String> {
    errors_in(schema, &schema["$defs"][definition], value)
}

fn errors_in(schema: &Value, part: &Value, document: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    validate(schema, part, document, "", &mut wrong);
    wrong
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../docs/trace.schema.json")).expect("the schema is JSON")
}

/// Returns the document of a scenario, with a few executions.
fn document(scenario: &'static selvedge_models::Scenario) -> Value {
    let parameters = scenario.defaults();
    let checker = common::checker(scenario, &parameters, Box::new(Explorer)).keep_going(true);
    let checker = checker.budget(Budget::executions(5));
    let report = checker.run(scenario.program(&parameters));
    let replay = |token: &Token| checker.replay(&token.to_string(), scenario.program(&parameters)).ok();
    let document = Document::of_report(scenario.name, "language", &report.engines[0], &replay, &ToString::to_string);
    serde_json::to_value(document).expect("JSON")
}

/// Returns the positions on the way to an end of a scenario, by the last choice each time.
fn positions(scenario: &str) -> Vec<Value> {
    let scenario = selvedge_models::find(scenario).expect("a scenario");
    let parameters = scenario.defaults();
    let checker = common::checker(scenario, &parameters, Box::new(Explorer)).budget(Budget::executions(500));
    let mut stepper = checker.step(scenario.program(&parameters));
    let mut positions = Vec::new();
    loop {
        positions.push(serde_json::to_value(stepper.view(&ToString::to_string)).expect("JSON"));
        let Some(last) = stepper.position().choices.len().checked_sub(1) else { return positions };
        assert!(stepper.take(last));
    }
}

/// Notes the fields of a value that the schema describes, by the definition that they are of.
fn note(schema: &Value, of: &Value, name: &str, value: &Value, seen: &mut BTreeSet<(String, String)>) {
    if let Some(reference) = of["$ref"].as_str() {
        let name = reference.rsplit('/').next().expect("a name");
        return note(schema, &schema["$defs"][name], name, value, seen);
    }
    match value {
        Value::Null => {}
        Value::Array(items) => items.iter().for_each(|item| note(schema, &of["items"], name, item, seen)),
        Value::Object(fields) => {
            // One of a definition and null.
            let of = of["anyOf"].get(0).unwrap_or(of);
            if of["$ref"].is_string() {
                return note(schema, of, name, value, seen);
            }
            for (field, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                seen.insert((name.to_owned(), field.clone()));
                note(schema, &of["properties"][field], field, value, seen);
            }
        }
        _ => {}
    }
}

#[test]
fn documents_of_the_catalogue_follow_the_schema() {
    let schema = schema();
    let mut seen = BTreeSet::new();
    for position in ["balance/unlocked", "deadlock/philosophers"].into_iter().flat_map(positions) {
        assert_eq!(errors_by(&schema, "PositionView", &position), [""; 0], "{}", position["token"]);
        note(&schema, &schema["$defs"]["PositionView"], "PositionView", &position, &mut seen);
    }
    for document in selvedge_models::catalogue().into_iter().map(document) {
        assert_eq!(errors(&schema, &document), [""; 0], "{}", document["scenario"]);
        note(&schema, &schema, "Document", &document, &mut seen);
    }
    let definitions = schema["$defs"].as_object().expect("definitions");
    let all = definitions.iter().map(|(name, definition)| (name.as_str(), definition)).chain([("Document", &schema)]);
    let unseen: Vec<String> = all
        .flat_map(|(name, definition)| {
            let fields = definition["properties"].as_object().expect("fields").keys();
            fields.map(move |field| (name.to_owned(), field.clone()))
        })
        .filter(|field| !seen.contains(field))
        .map(|(name, field)| format!("{name}.{field}"))
        .collect();
    // Histories are of objects that are checked against a specification, which the catalogue's scenarios are not; the
    // nearest execution is looked for by the program.
    let elsewhere = ["CallView", "ContradictionView", "HistoryView", "Nearest", "Document.histories"];
    let unseen: Vec<&String> =
        unseen.iter().filter(|field| !elsewhere.iter().any(|name| field.starts_with(name))).collect();
    assert_eq!(unseen, ["Execution.nearest", "FailureView.history"].iter().collect::<Vec<_>>());
}

/// What is none is refused: the schema says something.
#[test]
fn what_is_no_document_is_refused() {
    let schema = schema();
    let whole = &document(selvedge_models::find("balance/unlocked").expect("a scenario"));
    assert_eq!(errors(&schema, whole), [""; 0]);
    for (place, value) in [
        ("/schema", Value::from("selvedge-trace/2")),
        ("/executions/0/steps/0/thread", Value::from(-1)),
        ("/executions/0/steps/0/clock", Value::from("1")),
        ("/executions/0/threads/0/parent", Value::from("main")),
    ] {
        let mut other = whole.clone();
        *other.pointer_mut(place).unwrap_or_else(|| panic!("{place} is there")) = value;
        assert!(!errors(&schema, &other).is_empty(), "{place}");
    }
    for (place, field) in [("", "colour"), ("/executions/0/steps/0", "colour")] {
        let mut other = whole.clone();
        other.pointer_mut(place).expect("it is there")[field] = Value::Null;
        assert!(!errors(&schema, &other).is_empty(), "{place} has more");
    }
    for (place, field) in [("", "verdict"), ("/executions/0/steps/0", "words")] {
        let mut other = whole.clone();
        other.pointer_mut(place).and_then(Value::as_object_mut).expect("it is there").remove(field);
        assert!(!errors(&schema, &other).is_empty(), "{place} lacks something");
    }
}
