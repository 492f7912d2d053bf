//! Examples that contradict their schema, or each other.

use super::context::{Context, LintFinding, last, words};
use crate::{
    diag::{Code, Report},
    document::{Document, Example, MediaType, Operation},
    source::{Node, NodeId, Span, number},
};

/// Last words of members that an answer may have with another value than the request.
#[rustfmt::skip]
const MAY_DIFFER: &[&str] = &[
    "status", "state", "at", "time", "timestamp", "version", "page", "offset", "limit", "cursor", "password", "secret", "token", "type",
    "code",
];

/// Repeats the findings of the reading about examples, which are errors only in the strict mode.
pub(super) fn contradicting(document: &Document, reading: &Report) -> Vec<LintFinding> {
    let told = reading.diagnostics().into_iter();
    told.filter(|one| matches!(one.code, Code::ExampleContradicts | Code::ExampleKind))
        .map(|one| {
            let root = document.tree.root_of(one.primary.span.file);
            let node = root.map(|root| node_at(root, one.primary.span));
            LintFinding::at_pointer(node.map(Node::pointer).unwrap_or_default(), one.clone())
        })
        .collect()
}

/// Returns the innermost node around a span.
fn node_at(mut node: Node<'_>, span: Span) -> Node<'_> {
    let contains = |node: &Node<'_>| node.span().start <= span.start && span.end <= node.span().end;
    loop {
        let below = node
            .members()
            .map(|member| member.value)
            .chain(node.items())
            .find(contains);
        match below {
            Some(inner) => node = inner,
            None => return node,
        }
    }
}

/// Reports operations whose example of an answer has another value than the example of the request that it belongs to.
pub(super) fn disagreeing(context: &Context<'_>) -> Vec<LintFinding> {
    let document = context.document;
    let operations = document.paths.iter().flat_map(|item| &item.operations);
    let mut found = Vec::new();
    for operation in operations {
        for (request, answer) in pairs(operation) {
            let answer = document.node(answer);
            // An example of the components is shared by operations, and belongs to no request.
            if !answer.pointer().starts_with("/components/examples/") {
                compare(document.node(request), answer, &mut found);
            }
        }
    }
    found
}

/// Returns the examples of request and success that belong together: those of one name, or the only ones.
fn pairs(operation: &Operation) -> Vec<(NodeId, NodeId)> {
    let json = |form: &&MediaType| form.name.to_ascii_lowercase().contains("json");
    let of = |forms: &[MediaType]| -> Vec<Example> {
        forms
            .iter()
            .filter(json)
            .take(1)
            .flat_map(|form| form.examples.clone())
            .collect()
    };
    let requests = operation
        .body
        .as_ref()
        .map(|body| of(&body.content))
        .unwrap_or_default();
    let success = operation.responses.iter().find(|response| response.status.is_success());
    let answers = success.map(|response| of(&response.content)).unwrap_or_default();
    let belongs = |one: &Example, other: &Example| {
        one.name == other.name && !one.name.is_empty() || requests.len() == 1 && answers.len() == 1
    };
    let both = requests
        .iter()
        .flat_map(|one| answers.iter().map(move |other| (one, other)));
    both.filter(|(one, other)| belongs(one, other))
        .filter_map(|(one, other)| Some((one.value?, other.value?)))
        .collect()
}

fn compare(request: Node<'_>, answer: Node<'_>, found: &mut Vec<LintFinding>) {
    for member in request.members() {
        let Some(other) = answer.get(member.key) else { continue };
        if member.value.is_map() && other.is_map() {
            compare(member.value, other, found);
            continue;
        }
        if MAY_DIFFER.contains(&last(&words(member.key))) || is_same(member.value, other) {
            continue;
        }
        let message = format!(
            "the examples of the request and its response have different values of `{}`",
            member.key
        );
        let finding = LintFinding::new(
            Code::ExamplesDisagree,
            &other.origin(),
            message,
            "readers and tests assume that the response belongs to this request",
            "write the same value in both",
        );
        found.push(finding.also(&member.value.origin(), "in the request"));
    }
}

/// Returns true unless both are texts or both are numbers, and differ.
fn is_same(one: Node<'_>, other: Node<'_>) -> bool {
    if let (Some(a), Some(b)) = (one.as_number(), other.as_number()) {
        return number::normalized(&a) == number::normalized(&b);
    }
    match (one.as_str(), other.as_str()) {
        (Some(a), Some(b)) => {
            a == b || number::normalized(a).is_some() && number::normalized(a) == number::normalized(b)
        }
        _ => true,
    }
}
