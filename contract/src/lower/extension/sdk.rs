//! `x-sdk` on the root, on operations, media types and enums.

use crate::{
    constant,
    document::{self, Extensions},
    ir,
    lower::context::Context,
    source::{Node, NodeId},
};

const WORD: &str = "x-sdk";

/// `x-sdk` of an operation.
#[derive(Debug, Default)]
pub(in crate::lower) struct SdkNames {
    pub(in crate::lower) group: Option<String>,
    pub(in crate::lower) method: Option<String>,
    pub(in crate::lower) aliases: Vec<ir::Alias>,
}

impl Context<'_, '_> {
    /// Reads the settings of the root.
    pub(in crate::lower) fn settings(&mut self, extensions: &Extensions) -> ir::SdkSettings {
        let mut settings = ir::SdkSettings::default();
        let Some(mut reader) = self.reader_of(extensions, WORD) else {
            return settings;
        };
        if let Some(owner) = reader.below("owner") {
            settings.owner = owner
                .text("name")
                .zip(owner.text("party"))
                .map(|(name, party)| ir::Owner { name, party });
        }
        if let Some(mut names) = reader.below("environment") {
            let mut variable = |key| names.variable(key).as_deref().map(constant::text);
            settings.environment = ir::Environment {
                base_url: variable("baseUrl"),
                client_id: variable("clientId"),
                client_secret: variable("clientSecret"),
                webhook_secret: variable("webhookSecret"),
            };
            names.of_one_value_each();
        }
        if let Some(mut header) = reader.below("requestId") {
            settings.request_id_header = header.header("header");
            settings.request_id_required = header.flag("required");
            settings.request_id_echoed = header.flag("echoed");
        }
        settings.support = reader.texts("support");
        settings.actors = reader.texts("actors");
        settings.never_sent = reader.texts("neverSent");
        let mut schema = None;
        if let Some(mut problem) = reader.below("problem") {
            schema = problem.get("schema");
            let shown = problem.texts("show");
            if let Some(code) = problem.pointer("code") {
                settings.problem = Some(ir::ProblemMembers {
                    schema: None,
                    code,
                    title: problem.pointer("title"),
                    detail: problem.pointer("detail"),
                    request_id: problem.pointer("requestId"),
                    errors: problem.pointer("errors"),
                    shows_detail: shown.iter().any(|name| name == "detail"),
                });
            }
        }
        if let (Some(node), Some(places)) = (schema, &mut settings.problem) {
            places.schema = self.component_type(node, WORD, "Problem");
        }
        settings
    }

    /// Reads `x-sdk` of an operation.
    pub(in crate::lower) fn sdk_place(&mut self, extensions: &Extensions) -> SdkNames {
        let mut place = SdkNames::default();
        let Some(mut reader) = self.reader_of(extensions, WORD) else {
            return place;
        };
        place.group = reader.text("group");
        place.method = reader.text("method");
        let Some(list) = reader.get("aliases") else {
            return place;
        };
        for node in list.items() {
            let Some(alias) = reader.inside(node) else { continue };
            let Some(method) = alias.text("method") else { continue };
            let intent = alias.word("intent");
            place.aliases.push(ir::Alias {
                method,
                intent,
                summary: alias.text("summary"),
            });
        }
        place
    }

    /// Reads `x-sdk.method` of a media type.
    pub(in crate::lower) fn form_method(&mut self, extensions: &Extensions) -> Option<String> {
        self.reader_of(extensions, WORD)?.text("method")
    }

    /// Reads `x-sdk.variantPrefix` of an enum: the common prefix of all values.
    pub(in crate::lower) fn variant_prefix(&mut self, node: NodeId, values: &[ir::EnumValue]) -> Option<String> {
        let mut reader = self.reader(node, WORD)?;
        let prefix = reader.text("variantPrefix")?;
        let text = |value: &ir::EnumValue| value.value.text().to_owned();
        if let Some(other) = values.iter().map(text).find(|text| !text.starts_with(&prefix)) {
            let help = "remove `variantPrefix`, or write the prefix that all values have in common";
            reader.fault(
                reader.node,
                format_args!("`{other}` does not begin with `{prefix}`"),
                help,
            );
        }
        Some(prefix)
    }

    /// Reads `x-idempotency` of an operation.
    pub(in crate::lower) fn intent(&mut self, extensions: &Extensions) -> Option<ir::KeyIntent> {
        self.reader_of(extensions, "x-idempotency")?.word("intent")
    }

    /// Reads `x-effect` of an operation.
    pub(in crate::lower) fn effect(&mut self, extensions: &Extensions) -> Option<ir::EffectKind> {
        super::reader::word_of(self.document.node(extensions.get("x-effect")?))
    }

    /// Reads `x-idempotency.existing` of an operation: exact success statuses that it declares.
    pub(in crate::lower) fn existing(&mut self, operation: &document::Operation) -> Vec<u16> {
        let Some(mut reader) = self.reader_of(&operation.extensions, "x-idempotency") else {
            return Vec::new();
        };
        let Some(list) = reader.get("existing") else {
            return Vec::new();
        };
        if list.is_seq() && list.is_empty() {
            let help = "list at least one status, or remove `existing`";
            reader.fault(list, "`existing` is empty", help);
        }
        if reader.word("intent") == Some(ir::KeyIntent::Refresh) {
            let help = "remove `existing`: a call without an effect creates nothing";
            reader.fault(list, "`existing` is on an operation without an effect", help);
        }
        let mut existing = Vec::new();
        for node in list.items() {
            let Some(stated) = node.as_u64() else { continue };
            let declared = operation.responses.iter().find_map(|response| match response.status {
                ir::StatusRange::Exactly(code) if response.status.is_success() => {
                    (u64::from(code) == stated).then_some(code)
                }
                _ => None,
            });
            match declared {
                None => {
                    let message = format_args!("`{stated}` is not a declared success status");
                    reader.fault(
                        node,
                        message,
                        "write a status of `responses` from 200 to 299, like `200`",
                    );
                }
                Some(code) if existing.contains(&code) => {
                    reader.fault(node, format_args!("`{code}` is listed twice"), "remove one of the two");
                }
                Some(code) => existing.push(code),
            }
        }
        existing
    }

    /// Reads `x-idempotency.subject` of an operation. `rules` checks later that the body has such a member.
    pub(in crate::lower) fn subject(&mut self, extensions: &Extensions, pieces: &[ir::PathPiece]) -> Vec<ir::Subject> {
        let Some(mut reader) = self.reader_of(extensions, "x-idempotency") else {
            return Vec::new();
        };
        let Some(list) = reader.get("subject") else {
            return Vec::new();
        };
        if list.is_empty() {
            reader.fault(
                list,
                "`subject` is empty",
                "list at least one value, or remove `subject`",
            );
        }
        if reader.word("intent") == Some(ir::KeyIntent::Refresh) {
            let help = "remove `subject`: a call without an effect can be repeated any number of times";
            reader.fault(list, "`subject` is on an operation without an effect", help);
        }
        let mut subject = Vec::new();
        for node in list.items() {
            let text = node.as_str().unwrap_or_default();
            let Some(name) = text.strip_prefix("path.") else {
                subject.extend(reader.pointer_of(node).map(ir::Subject::Body));
                continue;
            };
            let is_there = |piece: &ir::PathPiece| matches!(piece, ir::PathPiece::Parameter(known) if known == name);
            if pieces.iter().any(is_there) {
                subject.push(ir::Subject::Path(name.to_owned()));
            } else {
                let help = "write `path.` and the name of a path parameter, or a JSON Pointer into the body";
                reader.fault(node, format_args!("the path has no parameter `{name}`"), help);
            }
        }
        subject
    }
}

/// Returns the name that the owner of the contract gives an operation for another generator, as a text or a list of texts.
pub(in crate::lower) fn vendor_name(operation: Node<'_>, names: &[&str]) -> Option<String> {
    let node = names.iter().find_map(|name| operation.get(name))?;
    let texts = node.as_str().into_iter().chain(node.items().filter_map(Node::as_str));
    let name = texts.collect::<Vec<_>>().join("_");
    name.contains(|c: char| c.is_ascii_alphabetic()).then_some(name)
}
