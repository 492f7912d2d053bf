//! Assumptions: everything that the contract states and its owner's documentation does not confirm (`x-documented`).
//!
//! In: the document as it was written. Out: one row per place to correct, in the order of the contract, members of our
//! words by name; empty if the contract marks nothing. Never a documented statement, or a place twice.

mod rows;

use self::rows::{AssumptionRows, SILENT, after, by_name, is_name_documented, shown};
use super::places::Places;
use super::provenance::DocumentedMarks;
use crate::document::Document;
use crate::ir::{Assumption, AssumptionKind, Method};
use crate::source::{Member, Node};
use rows::{SchemaRole, limits};

/// Root words that describe the behaviour of the API.
const WORDS: &[&str] = &["x-sdk", "x-idempotency", "x-pagination", "x-retry", "x-webhooks"];
/// Statements of an operation that its row names.
#[rustfmt::skip]
const SAID: &[&str] = &[
    "parameters", "requestBody", "responses", "callbacks", "deprecated", "x-sunset", "x-idempotency", "x-effect", "x-repeats",
    "x-pagination", "x-problems",
];
/// Words of an operation that its mark does not document.
const BESIDE: &[&str] = &["x-effect", "x-repeats", "x-problems"];
/// Statements of a parameter besides its place, name and schema.
const OF_A_PARAMETER: &[&str] = &[
    "required",
    "deprecated",
    "x-sunset",
    "style",
    "explode",
    "allowReserved",
];
/// Statements of a security scheme besides `x-signing`.
const OF_A_SCHEME: &[&str] = &[
    "type",
    "scheme",
    "in",
    "name",
    "flows",
    "oauth2MetadataUrl",
    "deprecated",
];

/// Returns all assumptions of a contract.
pub(super) fn assumptions(document: &Document, marks: DocumentedMarks, places: &Places<'_>) -> Vec<Assumption> {
    let mut rows = AssumptionRows {
        marks,
        places,
        found: Vec::new(),
    };
    let Some(root) = document.tree.root().filter(|_| marks.are_there()) else {
        return Vec::new();
    };
    let component = |kind: &str| {
        let all = root.get("components").and_then(|components| components.get(kind));
        all.into_iter().flat_map(Node::members)
    };
    rows.servers(AssumptionKind::Word, root);
    rows.default_security(root);
    rows.seed(root);
    for word in WORDS.iter().filter_map(|word| root.get(word)) {
        rows.word(word);
    }
    for scheme in component("securitySchemes") {
        rows.scheme(scheme.value);
    }
    let signed = root.get("x-webhooks").and_then(|word| word.get("events"));
    for event in root.get("webhooks").into_iter().chain(signed).flat_map(Node::members) {
        rows.event(event);
    }
    for path in root.get("paths").into_iter().flat_map(Node::members) {
        rows.path(path);
    }
    for path in component("pathItems") {
        rows.path(path);
    }
    for parameter in component("parameters") {
        rows.parameter(parameter.value);
    }
    for header in component("headers") {
        rows.header(header.value);
    }
    for body in component("requestBodies").chain(component("responses")) {
        rows.body(body.value);
    }
    for schema in component("schemas") {
        rows.schema(schema.value, SchemaRole::Component);
    }
    rows.found
}

impl AssumptionRows<'_, '_> {
    /// Adds the members of a word, and of nested objects with marks of their own.
    fn word(&mut self, word: Node<'_>) {
        let silent = |member: &Member<'_>| !SILENT.contains(&member.key);
        for member in by_name(word).into_iter().filter(silent) {
            let value = member.value;
            if value.members().any(|below| below.key == "x-documented") {
                self.word(value);
            } else if member.key != "events" && self.is_unconfirmed(word, member) {
                self.push(AssumptionKind::Word, value, shown(value));
            }
        }
    }

    /// Adds the servers of the contract, a path or an operation.
    fn servers(&mut self, kind: AssumptionKind, holder: Node<'_>) {
        for server in holder.get("servers").into_iter().flat_map(Node::items) {
            let variables = server.get("variables").map(shown);
            let variables = variables.map(|variables| format!("variables {variables}"));
            let of: Vec<String> = variables.into_iter().collect();
            let url = server.get("url").map(shown).unwrap_or_default();
            self.push_unconfirmed(kind, server, format!("the server {url}{}", after(&of)));
        }
    }

    /// Adds the security of operations that name none, unless all schemes in it are documented.
    fn default_security(&mut self, root: Node<'_>) {
        let schemes = root.at("/components/securitySchemes");
        let is_documented = |name: &str| {
            let scheme = schemes.and_then(|schemes| schemes.get(name));
            scheme.is_some_and(|scheme| self.marks.is_marked(scheme) || is_name_documented(scheme))
        };
        let Some(security) = root.get("security") else { return };
        let mut names = security.items().flat_map(Node::members);
        if !names.all(|member| is_documented(member.key)) {
            self.push_unconfirmed(AssumptionKind::Word, security, alternatives(security));
        }
    }

    fn scheme(&mut self, scheme: Node<'_>) {
        let of = OF_A_SCHEME.iter();
        let of = of.filter_map(|word| Some(format!("{word} {}", shown(scheme.get(word)?))));
        let of: Vec<String> = of.collect();
        if !is_name_documented(scheme) {
            self.push_unconfirmed(AssumptionKind::Word, scheme, of.join(", "));
        }
        for word in ["x-signing", "x-token"].into_iter().filter_map(|word| scheme.get(word)) {
            self.word(word);
        }
    }

    fn event(&mut self, event: Member<'_>) {
        if !is_name_documented(event.value) {
            self.push_unconfirmed(AssumptionKind::Word, event.value, format!("the event `{}`", event.key));
        }
        for operation in operations(event.value) {
            if let Some(body) = operation.get("requestBody") {
                self.body(body);
            }
        }
    }

    fn path(&mut self, path: Member<'_>) {
        if path.key.starts_with('/') && self.marks.is_unconfirmed(path.value) && !is_name_documented(path.value) {
            self.push(AssumptionKind::Path, path.value, "the path".to_owned());
        }
        self.servers(AssumptionKind::Path, path.value);
        for parameter in path.value.get("parameters").into_iter().flat_map(Node::items) {
            self.parameter(parameter);
        }
        for operation in operations(path.value) {
            let is_documented = operation.get("x-documented").and_then(Node::as_bool) == Some(true);
            let words: &[&str] = if is_documented { BESIDE } else { SAID };
            let there = words.iter().filter_map(|word| Some((*word, operation.get(word)?)));
            let mut there: Vec<String> = there.map(|(word, value)| said(word, value)).collect();
            if let Some(answers) = operation.get("responses").filter(|_| is_documented) {
                there.push(format!("the statuses of {}", said("responses", answers)));
            }
            self.push(AssumptionKind::Operation, operation, there.join(", "));
            self.rules(operation);
            self.endings(operation);
            self.servers(AssumptionKind::Operation, operation);
            if let Some(security) = operation.get("security") {
                self.push_unconfirmed(AssumptionKind::Operation, security, alternatives(security));
            }
            for parameter in operation.get("parameters").into_iter().flat_map(Node::items) {
                self.parameter(parameter);
            }
            if let Some(body) = operation.get("requestBody") {
                self.body(body);
            }
            for answer in operation.get("responses").into_iter().flat_map(Node::members) {
                self.body(answer.value);
            }
        }
    }

    /// Adds the schemas inside a request body or an answer, which the statement of the operation names.
    fn body(&mut self, body: Node<'_>) {
        for media in body.get("content").into_iter().flat_map(Node::members) {
            self.sensitive(media.value);
            for word in ["schema", "itemSchema"] {
                if let Some(schema) = media.value.get(word) {
                    self.schema(schema, SchemaRole::Part);
                }
            }
        }
    }

    /// Adds an inline parameter. A mark on it documents neither that it is required nor its limits.
    fn parameter(&mut self, parameter: Node<'_>) {
        let Some(name) = parameter.get("name").and_then(Node::text) else {
            return;
        };
        let media = parameter.get("content").and_then(|content| content.members().next());
        let schema = parameter.get("schema").or_else(|| media?.value.get("schema"));
        let place = parameter.get("in").and_then(Node::text).unwrap_or_default();
        let is_unconfirmed = self.marks.is_unconfirmed(parameter);
        let kind = schema.and_then(|schema| schema.get("$ref")).and_then(Node::text);
        let kind = kind.map(|target| format!("of the type `{}`", last(target)));
        let media = media.map(|media| format!("as `{}`", media.key));
        let is_told =
            |word: &&&str| (is_unconfirmed || **word == "required") && !(**word == "required" && place == "path");
        let own = OF_A_PARAMETER.iter().filter(is_told);
        let own = own.filter_map(|word| Some(format!("{word} {}", shown(parameter.get(word)?))));
        let form = kind.into_iter().chain(media).filter(|_| is_unconfirmed);
        let of: Vec<String> = form.chain(own).chain(limits(schema, !is_unconfirmed)).collect();
        let says = match (is_unconfirmed, is_name_documented(parameter)) {
            (true, true) => format!("what the {place} parameter `{name}` is{}", after(&of)),
            (true, false) => format!("the {place} parameter `{name}`{}", after(&of)),
            (false, _) => of.join(", "),
        };
        if !says.is_empty() {
            self.push(AssumptionKind::Parameter, parameter, says);
        }
        if let Some(schema) = schema {
            self.schema(schema, SchemaRole::Named);
        }
    }

    fn header(&mut self, header: Node<'_>) {
        let schema = header.get("schema");
        let is_unconfirmed = self.marks.is_unconfirmed(header);
        let of = limits(schema, !is_unconfirmed);
        if is_unconfirmed {
            self.push(AssumptionKind::Parameter, header, format!("the header{}", after(&of)));
        } else if !of.is_empty() {
            self.push(AssumptionKind::Parameter, header, of.join(", "));
        }
        if let Some(schema) = schema {
            self.schema(schema, SchemaRole::Named);
        }
    }
}

/// Returns the operations of a path item.
fn operations(path: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    Method::operations(path).map(|(_, member)| member.value)
}

/// Formats security requirements: alternatives, each of one or more schemes.
fn alternatives(security: Node<'_>) -> String {
    let one = |requirement: Node<'_>| {
        let names: Vec<String> = requirement
            .members()
            .map(|member| format!("`{}`", member.key))
            .collect();
        if names.is_empty() {
            "no security".to_owned()
        } else {
            names.join(" with ")
        }
    };
    let all: Vec<String> = security.items().map(one).collect();
    if all.is_empty() {
        "no security".to_owned()
    } else {
        all.join(" or ")
    }
}

/// Formats a statement of an operation with its value, if that is short.
fn said(word: &str, value: Node<'_>) -> String {
    let of: Vec<String> = match word {
        "parameters" => value.items().filter_map(parameter_name).map(str::to_owned).collect(),
        "responses" | "callbacks" => value.members().map(|member| member.key.to_owned()).collect(),
        "x-effect" | "x-idempotency" | "deprecated" | "x-sunset" => return format!("`{word}` {}", shown(value)),
        _ => return format!("`{word}`"),
    };
    format!("`{word}` ({})", of.join(", "))
}

/// Returns the name of a parameter, or of the component it refers to.
fn parameter_name(parameter: Node<'_>) -> Option<&str> {
    let name = parameter.get("name").and_then(Node::text);
    name.or_else(|| Some(last(parameter.get("$ref")?.text()?)))
}

/// Returns the last segment of a reference.
fn last(target: &str) -> &str {
    target.rsplit('/').next().unwrap_or(target)
}

// Assumptions about the behaviour behind a call: rules, endings, derived members, postings and records that the local
// sandbox follows, and marks of sensitive values.

impl AssumptionRows<'_, '_> {
    /// Adds the rules of an operation or a schema.
    fn rules(&mut self, holder: Node<'_>) {
        self.each(AssumptionKind::Rule, holder, "x-rules", |rule| {
            let message = text(rule, "message");
            match rule.get("code") {
                Some(code) => format!("{message} ({})", shown(code)),
                None => message.to_owned(),
            }
        });
    }

    /// Adds the endings and derived members of an operation.
    fn endings(&mut self, operation: Node<'_>) {
        self.each(AssumptionKind::Sandbox, operation, "x-scenarios", |scenario| {
            text(scenario, "message").to_owned()
        });
        self.each(AssumptionKind::Sandbox, operation, "x-derives", |derived| {
            format!("{} is {}", part(derived, "member"), part(derived, "value"))
        });
    }

    /// Adds the postings and records of a schema.
    fn records(&mut self, schema: Node<'_>) {
        self.each(AssumptionKind::Sandbox, schema, "x-ledger", |posting| {
            let of = |name| part(posting, name);
            format!(
                "in the state {}, {} of {} moves from {} to {}",
                of("to"),
                of("amount"),
                of("unit"),
                of("debit"),
                of("credit")
            )
        });
        self.each(AssumptionKind::Sandbox, schema, "x-records", |record| {
            format!("records {}", part(record, "of"))
        });
    }

    /// Adds what exists when the sandbox starts.
    fn seed(&mut self, root: Node<'_>) {
        self.each(AssumptionKind::Sandbox, root, "x-seed", |seed| {
            let state = seed.get("state").map(|state| format!(" in the state {}", shown(state)));
            let source = seed.get("call").or_else(|| seed.get("makes")).map(shown);
            format!(
                "exists at the start: the result of {}{}",
                source.unwrap_or_default(),
                state.unwrap_or_default()
            )
        });
    }

    /// Adds the mark of a sensitive value.
    fn sensitive(&mut self, holder: Node<'_>) {
        if let Some(mark) = holder.get("x-sensitive").filter(|mark| mark.as_bool() == Some(true)) {
            self.push(AssumptionKind::Sensitive, mark, "redacted in logs".to_owned());
        }
    }

    /// Adds a row for each item of a list that no mark of its own confirms.
    fn each(&mut self, kind: AssumptionKind, holder: Node<'_>, word: &str, row: impl Fn(Node<'_>) -> String) {
        for item in holder.get(word).into_iter().flat_map(Node::items) {
            if item.get("x-documented").and_then(Node::as_bool) != Some(true) {
                self.push(kind, item, row(item));
            }
        }
    }
}

fn text<'d>(node: Node<'d>, name: &str) -> &'d str {
    let text = node.get(name).and_then(Node::text).unwrap_or_default();
    text.trim_end_matches('.')
}

fn part(node: Node<'_>, name: &str) -> String {
    node.get(name).map(shown).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::rows::{CONDITIONS, LIMITS, PARTS, REST};
    use super::{Method, OF_A_PARAMETER, OF_A_SCHEME, SAID, WORDS};
    use crate::document::ledger;
    use crate::document::ledger::{ObjectKind, Rule};

    /// Keywords that name, describe, mark or sort, and state nothing about the API.
    #[rustfmt::skip]
    const NAMES: &[&str] = &[
        "$anchor", "$defs", "$id", "$self", "definitions", "description", "example", "examples", "info", "openapi", "operationId",
        "summary", "tags", "title", "x-documented", "x-enum-descriptions", "x-enum-varnames", "x-enumNames", "x-newtype", "components",
        "$ref",
    ];
    /// Keywords that `assumptions` looks for by name, and the form of a schema, which the row of the schema tells.
    #[rustfmt::skip]
    const BY_NAME: &[&str] = &[
        "content", "discriminator", "in", "name", "parameters", "paths", "patternProperties", "prefixItems", "properties", "required",
        "schema", "security", "servers", "type", "url", "variables", "webhooks", "x-lifecycle", "x-payload-hash", "x-problem-registry",
        "x-rules", "x-scenarios", "x-sensitive",
    ];

    #[test]
    fn every_keyword_of_the_ledger_is_an_assumption_where_nobody_documents_it() {
        for (place, row) in ledger::all() {
            let word = row.keyword;
            let (is_there, list) = match place {
                Some(ObjectKind::Root) => (WORDS.contains(&word), "WORDS"),
                Some(ObjectKind::PathItem) => (
                    Method::of_key(word).is_some() || word == "additionalOperations",
                    "Method",
                ),
                Some(ObjectKind::Operation) => (SAID.contains(&word) || word == "x-sdk", "SAID"),
                Some(ObjectKind::Parameter) => (OF_A_PARAMETER.contains(&word), "OF_A_PARAMETER"),
                Some(ObjectKind::SecurityScheme) => (
                    OF_A_SCHEME.contains(&word) || word == "x-signing" || word == "x-token",
                    "OF_A_SCHEME",
                ),
                Some(ObjectKind::Server) => (false, "BY_NAME"),
                Some(ObjectKind::Schema) => {
                    let lists: [&[&str]; 4] = [LIMITS, CONDITIONS, PARTS, REST];
                    (
                        lists.iter().any(|list| list.contains(&word)) || word == "x-sdk",
                        "LIMITS",
                    )
                }
                _ => continue,
            };
            let is_wanted = matches!(row.rule, Rule::Read | Rule::Unchecked(_));
            assert!(
                is_there || !is_wanted || NAMES.contains(&word) || BY_NAME.contains(&word),
                "ASSUMPTIONS.md would not list `{word}` of {place:?}: contract/src/lower/assumptions.rs, add it to `{list}`, or to \
                 `NAMES` of this test if it states nothing about the API"
            );
        }
    }
}
