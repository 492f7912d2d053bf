//! Secrets and personal data in examples.

use super::{
    context::{Context, words},
    finding::Finding,
    sensitive_text::sensitive,
};
use crate::{diag::Code, source::Node};

/// Reports examples with a text that is, or looks like, somebody's secret or data.
pub(super) fn shown(context: &Context<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for example in context.document.examples() {
        let node = context.document.node(example.value);
        search(node, &key_of(node), &mut found);
    }
    found
}

/// Returns the name of the value that an example is of: the nearest key that is no word of OpenAPI.
fn key_of(node: Node<'_>) -> String {
    let pointer = node.pointer();
    let mut parts = pointer.rsplit('/');
    let is_word = |part: &&str| {
        !["example", "examples", "value", "schema", "items"].contains(part) && part.parse::<usize>().is_err()
    };
    parts.find(is_word).unwrap_or_default().to_owned()
}

fn search(node: Node<'_>, key: &str, found: &mut Vec<Finding>) {
    for member in node.members() {
        search(member.value, member.key, found);
    }
    for item in node.items() {
        search(item, key, found);
    }
    let is_scalar = !node.is_map() && !node.is_seq();
    let Some(what) = node
        .text()
        .filter(|_| is_scalar)
        .and_then(|text| sensitive(&words(key), text))
    else {
        return;
    };
    let (reason, fix) = if what.is_secret {
        (
            "examples are copied into documentation, tests and logs; a published secret must be replaced",
            "revoke it if it was ever valid, and write a text that is obviously not a secret, such as `EXAMPLE-SECRET`",
        )
    } else {
        (
            "examples are copied into documentation, tests and logs, and this value may belong to a real person",
            what.fix,
        )
    };
    let message = format!("the example of `{key}` is {}", what.called);
    found.push(Finding::new(
        Code::SecretInExample,
        &node.origin(),
        message,
        reason,
        fix,
    ));
}
