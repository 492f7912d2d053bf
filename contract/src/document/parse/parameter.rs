//! Parameters, headers and examples.

use super::parser;
use super::parser::Parser;
use crate::diag::{Code, Diagnostic};
use crate::document::dialects::{COOKIE, QUERY_STRING, is_form, is_json, is_tabs, is_whole_query};
use crate::document::ledger::ObjectKind;
use crate::document::model::{Example, Parameter};
use crate::ir::{ParameterLocation, ParameterStyle, Word as _};
use crate::source::{Member, Node};
use crate::text::SourceMap;

/// Headers that are no parameters: OpenAPI excludes the first three; a client sets the others itself.
#[rustfmt::skip]
const UNSAID: [&str; 9] = [
    "accept", "content-type", "authorization", "accept-encoding", "connection", "content-length", "expect", "host", "transfer-encoding",
];

impl<'t> Parser<'t, '_> {
    pub(super) fn parameter(&mut self, node: Node<'t>) -> Option<Parameter> {
        let node = self.follow(node, ObjectKind::Parameter)?;
        let name = parser::text(node, "name")?;
        let stated = node.get("in").and_then(Node::as_str)?;
        let is_supported = stated != QUERY_STRING || is_whole_query(node);
        let Some(location) = ParameterLocation::from_word(stated).filter(|_| is_supported) else {
            self.leave_out(node, &name, &format!("`in: {stated}` is not supported"));
            return None;
        };
        if location == ParameterLocation::Header && UNSAID.iter().any(|own| own.eq_ignore_ascii_case(&name)) {
            let message =
                format!("the header parameter `{name}` has no effect: the body and `security` determine this header");
            let schemes = self.tree.root().and_then(|root| root.at("/components/securitySchemes"));
            let is_open = schemes.is_none_or(Node::is_empty) && name.eq_ignore_ascii_case("authorization");
            if is_open && parser::flag(node, "required") {
                let missing = Diagnostic::new(
                    Code::Unsupported,
                    format!("no request has the required header `{name}`, because the contract has no security scheme"),
                )
                .at(node.name_span())
                .help("add a scheme to `components.securitySchemes`, and `security`, such as by an overlay: `{ type: http, scheme: bearer }`")
                .help("until then, write the header for each call: `.header(\"Authorization\", value)`");
                self.report.push(missing);
                self.leave_out(node, &name, "the contract has no security scheme");
            } else {
                self.report
                    .push(Diagnostic::new(Code::NotedKeyword, message).at(node.name_span()));
            }
            return None;
        }
        if location == ParameterLocation::Path && node.get("required").and_then(Node::as_bool) != Some(true) {
            let missing = Diagnostic::new(
                Code::MissingField,
                format!("the path parameter `{name}` must have `required: true`"),
            );
            self.report
                .push(missing.at(node.name_span()).help("add `required: true`"));
        }
        Some(self.value(node, name, location))
    }

    /// Notes a required parameter that no request has. The caller reports the cause.
    pub(super) fn leave_out(&mut self, node: Node<'t>, name: &str, why: &str) {
        if parser::flag(node, "required") {
            self.left_out
                .push(format!("No request has the required parameter `{name}`: {why}."));
        }
    }

    /// Parses a header of a response or of a part.
    pub(super) fn header(&mut self, member: Member<'t>) -> Option<Parameter> {
        let node = self.follow(member.value, ObjectKind::Header)?;
        Some(self.value(node, member.key.to_owned(), ParameterLocation::Header))
    }

    fn value(&mut self, node: Node<'t>, name: String, location: ParameterLocation) -> Parameter {
        let content = node.get("content").and_then(|content| content.members().next());
        let style = match (content, style(node, &self.report.sources)) {
            (Some(content), _) if is_json(content.key) => ParameterStyle::Json,
            (None, Some(style)) => style,
            // Text of another media type is sent as it is.
            _ => match location {
                ParameterLocation::Path | ParameterLocation::Header => ParameterStyle::Simple,
                _ => ParameterStyle::Form,
            },
        };
        self.check_style(node, style, location);
        let form = content.and_then(|content| self.follow(content.value, ObjectKind::MediaType));
        let schema = form.map_or_else(|| node.get("schema"), |form| form.get("schema"));
        if schema.is_none() {
            let missing = Diagnostic::new(
                Code::MissingField,
                format!("the parameter `{name}` does not describe its value"),
            );
            self.report
                .push(missing.at(node.name_span()).help("add `schema` or `content`"));
        }
        let mut examples = self.examples(node);
        if let Some(form) = form {
            examples.extend(self.examples(form));
        }
        let is_whole = location == ParameterLocation::Querystring;
        let encoded = form.filter(|_| is_whole && content.is_some_and(|content| is_form(content.key)));
        Parameter {
            name,
            location,
            required: location == ParameterLocation::Path || parser::flag(node, "required"),
            deprecated: parser::flag(node, "deprecated"),
            description: parser::prose(node, "description"),
            style,
            explode: node
                .get("explode")
                .and_then(Node::as_bool)
                .unwrap_or(matches!(style, ParameterStyle::Form | ParameterStyle::Cookie)),
            allow_reserved: parser::flag(node, "allowReserved"),
            schema: schema.map(|schema| self.schema(schema)),
            media_type: content.map(|content| content.key.to_owned()),
            encoding: encoded.map(|form| self.encodings(form).named).unwrap_or_default(),
            examples,
            node: node.id(),
            extensions: self.extensions(node),
        }
    }

    fn check_style(&mut self, node: Node<'t>, style: ParameterStyle, location: ParameterLocation) {
        use ParameterStyle as S;
        let fits = match location {
            ParameterLocation::Path => matches!(style, S::Simple | S::Label | S::Matrix | S::Json),
            ParameterLocation::Query => matches!(
                style,
                S::Form | S::SpaceDelimited | S::PipeDelimited | S::TabDelimited | S::DeepObject | S::Json
            ),
            ParameterLocation::Querystring => node.get("style").is_none(),
            ParameterLocation::Header => matches!(style, S::Simple | S::Json),
            ParameterLocation::Cookie => matches!(style, S::Form | S::Cookie | S::Json),
        };
        if !fits && let Some(word) = node.get("style") {
            let message = format!(
                "the style `{}` is not allowed for this kind of parameter",
                word.as_str().unwrap_or_default()
            );
            let allowed = match location {
                ParameterLocation::Path => "`simple`, `label` or `matrix`",
                ParameterLocation::Query => "`form`, `spaceDelimited`, `pipeDelimited` or `deepObject`",
                ParameterLocation::Querystring => "`style` in `encoding`",
                ParameterLocation::Header => "`simple`",
                ParameterLocation::Cookie => "`form` or `cookie`",
            };
            let help = format!("write {allowed}, or remove `style`");
            self.report.fault(Code::WrongValue, word.span(), message, help);
        }
    }

    /// Parses `example` and `examples` of a parameter, header or media type.
    pub(super) fn examples(&mut self, node: Node<'t>) -> Vec<Example> {
        let mut out = Vec::new();
        if let Some(value) = node.get("example") {
            out.push(Example {
                name: String::new(),
                summary: None,
                value: Some(value.id()),
                serialized: None,
            });
        }
        for member in node.get("examples").into_iter().flat_map(Node::members) {
            let Some(example) = self.follow(member.value, ObjectKind::Example) else {
                continue;
            };
            let newer = Some(example).filter(|_| self.is_32());
            let [data, serialized] = ["dataValue", "serializedValue"].map(|key| newer?.get(key));
            if newer.is_some() {
                self.tell_excluded(example);
            }
            out.push(Example {
                name: member.key.to_owned(),
                summary: parser::prose(example, "summary").or_else(|| parser::prose(example, "description")),
                value: data.or_else(|| example.get("value")).map(Node::id),
                serialized: serialized.map(Node::id),
            });
        }
        out
    }

    /// Reports members of an example that exclude each other.
    fn tell_excluded(&mut self, example: Node<'t>) {
        for (one, other) in [
            ("dataValue", "value"),
            ("serializedValue", "value"),
            ("serializedValue", "externalValue"),
        ] {
            if let (Some(node), Some(_)) = (example.get(one), example.get(other)) {
                let message = format!("an example with `{one}` must not have `{other}`");
                let help = "remove one of them";
                self.report.fault(Code::WrongValue, node.name_span(), message, help);
            }
        }
    }
}

/// Returns `style`, if it is stated and known.
pub(super) fn style(node: Node<'_>, sources: &SourceMap) -> Option<ParameterStyle> {
    let style = node.get("style")?;
    Some(match style.as_str()? {
        "simple" => ParameterStyle::Simple,
        "label" => ParameterStyle::Label,
        "matrix" => ParameterStyle::Matrix,
        "form" => ParameterStyle::Form,
        "spaceDelimited" => ParameterStyle::SpaceDelimited,
        "pipeDelimited" => ParameterStyle::PipeDelimited,
        "deepObject" => ParameterStyle::DeepObject,
        COOKIE => ParameterStyle::Cookie,
        _ if is_tabs(style, sources) => ParameterStyle::TabDelimited,
        _ => return None,
    })
}
