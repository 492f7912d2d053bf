//! Compatibility gate: a contract that must pass it and states 3.0 is read by `openapiv3` and written back without
//! loss, so that other tools see the same contract. Only this file names `openapiv3`.

use crate::diag::{Code, Diagnostic, Report};
use crate::limits;
use crate::source::{Node, escape, to_json};
use serde_json::Value;

/// Reports everything in a contract that `openapiv3` cannot read or would lose.
pub fn check(root: Node<'_>, report: &mut Report) {
    let text = to_json(root);
    let read: Result<openapiv3::OpenAPI, _> = serde_json::from_str(&text);
    let written = read.and_then(serde_json::to_value);
    let (ours, theirs) = match (serde_json::from_str::<Value>(&text), written) {
        (Ok(ours), Ok(theirs)) => (ours, theirs),
        (Err(error), _) | (_, Err(error)) => {
            let refused = Diagnostic::new(
                Code::GateRefused,
                format!("another parser of OpenAPI 3.0 cannot read this contract: {error}"),
            );
            report.push(refused.at(root.name_span()).note(
                "the parser is the Rust library `openapiv3`, which reports no place; other tools may fail as well",
            ));
            return;
        }
    };
    let mut lost = Vec::new();
    compare(&ours, &theirs, String::new(), &mut lost);
    for pointer in lost.iter().take(limits::LOST_SHOWN) {
        let place = root.at(pointer).map(Node::name_span).unwrap_or_default();
        let diagnostic = Diagnostic::new(
            Code::GateLost,
            format!("another parser of OpenAPI 3.0 loses `{pointer}`"),
        )
        .at(place);
        report.push(
            diagnostic
                .help("write it as OpenAPI 3.0 allows, or as an `x-` extension")
                .note("the parser is the Rust library `openapiv3`; other tools may lose it as well"),
        );
    }
    if lost.len() > limits::LOST_SHOWN {
        report.push(Diagnostic::new(
            Code::GateLost,
            format!(
                "another parser of OpenAPI 3.0 loses {} more places",
                lost.len() - limits::LOST_SHOWN
            ),
        ));
    }
}

/// Collects the pointers of values of `ours` that are missing or different in `theirs`; values that `theirs` adds
/// (defaults) are ignored.
fn compare(ours: &Value, theirs: &Value, pointer: String, lost: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for (key, value) in ours {
                let pointer = format!("{pointer}/{}", escape(key));
                match theirs.get(key) {
                    Some(other) => compare(value, other, pointer, lost),
                    None if is_default(key, value) => {}
                    None => lost.push(pointer),
                }
            }
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            for (at, (one, other)) in ours.iter().zip(theirs).enumerate() {
                compare(one, other, format!("{pointer}/{at}"), lost);
            }
        }
        (Value::Number(one), Value::Number(other)) if one.as_f64() == other.as_f64() => {}
        (one, other) if one == other => {}
        _ => lost.push(pointer),
    }
}

/// Returns true for `false` where the default of OpenAPI is `false`: it may be left out.
fn is_default(key: &str, value: &Value) -> bool {
    #[rustfmt::skip]
    const FALSE: &[&str] = &[
        "required", "deprecated", "nullable", "readOnly", "writeOnly", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum", "explode",
        "allowReserved",
    ];
    value == &Value::Bool(false) && FALSE.contains(&key)
}
