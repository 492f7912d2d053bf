//! Versions of OpenAPI: detection, and conversion of 3.0 forms to 3.1.

use super::model::Dialect;
use super::schema::{Constraints, JsonType, Schema};
use crate::diag::{Code, Diagnostic, Report};
use crate::ir::essence;
use crate::source::{Member, Node, Span};
use crate::text::SourceMap;

/// Keywords read beside a `$ref` in 3.0, although 3.0 forbids siblings: they do not change which values are valid.
#[rustfmt::skip]
pub(super) const BESIDE: &[&str] = &[
    "title", "description", "deprecated", "example", "default", "nullable", "readOnly", "writeOnly",
];

/// Location of a parameter that is the whole query (OpenAPI 3.2).
pub(super) const QUERY_STRING: &str = "querystring";

/// Style of a cookie without percent-encoding (OpenAPI 3.2).
pub(super) const COOKIE: &str = "cookie";

/// Returns true for a `collectionFormat` of Swagger 2.0 with tabs between the items of a list, which no style of OpenAPI 3 has.
pub(super) fn is_tabs(style: Node<'_>, sources: &SourceMap) -> bool {
    style.as_str() == Some("tsv") && sources.text(style.name_span()).contains("collectionFormat")
}

/// Returns true for a supported value that OpenAPI 3.2 adds to a fixed set: of `in`, or of the `style` of a parameter.
pub(super) fn is_added_in_32(member: &Member<'_>) -> bool {
    let parameter = member.value.parent();
    match (member.key, member.value.as_str()) {
        ("in", Some(QUERY_STRING)) => parameter.is_some_and(is_whole_query),
        ("style", Some(COOKIE)) => parameter.is_some_and(|parameter| parameter.get("in").is_some()),
        _ => false,
    }
}

/// Returns true for a whole query (OpenAPI 3.2) in a supported media type: a form or JSON.
pub(super) fn is_whole_query(parameter: Node<'_>) -> bool {
    let mut content = parameter.get("content").into_iter().flat_map(Node::members);
    content
        .next()
        .is_some_and(|form| is_form(form.key) || is_json(form.key))
}

/// Returns true for the media type of a form.
pub(super) fn is_form(media: &str) -> bool {
    essence(media).eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Returns true if `content` with this media type makes the value of a parameter JSON text.
pub(super) fn is_json(media: &str) -> bool {
    let media = essence(media).to_ascii_lowercase();
    media.ends_with("/json") || media.ends_with("+json") || media.contains('*')
}

/// Returns the version of a contract. `None`: not a supported version; the report has the reason.
pub(super) fn detect(root: Node<'_>, report: &mut Report) -> Option<Dialect> {
    let start = Span {
        end: root.span().start,
        ..root.span()
    };
    if let Some(swagger) = root.get("swagger") {
        let version = swagger.text().unwrap_or_default().to_owned();
        report.push(Diagnostic::swagger(&version).at(swagger.span()));
        return None;
    }
    let Some(version) = root.get("openapi") else {
        let not = Diagnostic::new(
            Code::NotOpenApi,
            "`openapi` with a version is missing at the root, so this is not an OpenAPI contract",
        )
        .at(if root.is_map() { start } else { root.span() })
        .help("begin the contract with a line such as `openapi: 3.1.0`");
        report.push(not);
        return None;
    };
    let text = version.as_str().unwrap_or_default();
    let minor = text.split('.').take(2).collect::<Vec<_>>();
    match minor[..] {
        ["3", "0"] => Some(Dialect::V30),
        ["3", "1"] => Some(Dialect::V31),
        ["3", "2"] => {
            let newer = Diagnostic::new(Code::NewerVersion, "OpenAPI 3.2 is handled as 3.1")
                .at(version.span())
                .note(format!(
                    "these additions of 3.2 have no effect or are refused at their places: {}, and `in: querystring` except for JSON and a form",
                    super::ledger::unread_of_32().iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
                ));
            report.push(newer);
            Some(Dialect::V31)
        }
        _ => {
            let message = match text {
                "" => "`openapi` has no version".to_owned(),
                _ => format!("OpenAPI `{text}` is not supported; supported are 3.0, 3.1 and 3.2"),
            };
            let unknown = Diagnostic::new(Code::UnknownVersion, message)
                .at(version.span())
                .help("write a supported version such as `openapi: 3.1.0`");
            report.push(unknown);
            None
        }
    }
}

/// Converts `nullable: true` of 3.0 to `null` among the types of 3.1.
pub(super) fn lift_nullable(schema: &mut Schema) {
    if schema.nullable && !schema.types.is_empty() {
        schema.types.insert(JsonType::Null);
    }
}

/// Converts `exclusiveMinimum: true` beside `minimum` of 3.0 to the numeric `exclusiveMinimum` of 3.1; likewise the
/// maximum.
pub(super) fn lift_exclusive(limits: &mut Constraints, node: Node<'_>) {
    let exclusive = |key: &str| node.get(key).and_then(Node::as_bool) == Some(true);
    if exclusive("exclusiveMinimum") {
        limits.exclusive_minimum = limits.minimum.take();
    }
    if exclusive("exclusiveMaximum") {
        limits.exclusive_maximum = limits.maximum.take();
    }
}

/// Returns true if the contract says that it is OpenAPI 3.2.
pub(super) fn is_32(root: Node<'_>) -> bool {
    let version = root.get("openapi").and_then(Node::as_str);
    version.is_some_and(|version| version.starts_with("3.2"))
}
