//! Request and response bodies, with their media types.

use super::parser::Parser;
use super::{parameter, parser};
use crate::diag::{Code, Diagnostic};
use crate::document::ledger::ObjectKind;
use crate::document::model::{Encoding, Encodings, Link, MediaType, Parameter, RequestBody, Response};
use crate::ir::StatusRange;
use crate::source::{Member, Node};

impl<'t> Parser<'t, '_> {
    pub(super) fn request_body(&mut self, node: Node<'t>) -> Option<RequestBody> {
        let node = self.follow(node, ObjectKind::RequestBody)?;
        Some(RequestBody {
            required: parser::flag(node, "required"),
            description: parser::prose(node, "description"),
            content: self.content(node),
        })
    }

    pub(super) fn responses(&mut self, operation: Node<'t>) -> Vec<Response> {
        let mut out: Vec<Response> = Vec::new();
        let responses = operation.get("responses").into_iter().flat_map(Node::members);
        for member in responses.filter(|member| !member.key.starts_with("x-")) {
            let Some(status) = status(member.key) else {
                let bad = Diagnostic::new(Code::BadStatus, format!("`{}` is not an HTTP status", member.key))
                    .at(member.key_span)
                    .help("write three digits in quotes such as `'404'`, a range such as `4XX`, or `default`");
                self.report.push(bad);
                continue;
            };
            let Some(node) = self.follow(member.value, ObjectKind::Response) else {
                continue;
            };
            out.push(Response {
                status,
                description: parser::prose(node, "description"),
                headers: self.headers(node),
                content: self.content(node),
                links: self.links(node),
                node: node.id(),
            });
        }
        out
    }

    fn links(&self, response: Node<'t>) -> Vec<Link> {
        let links = response.get("links").into_iter().flat_map(Node::members);
        let link = |member: Member<'t>| {
            let chain = self.references.chain(member.value);
            let node = chain.last().copied().filter(|node| node.is_map())?;
            let target = node
                .get("operationRef")
                .and_then(|reference| self.references.look(reference));
            Some(Link {
                name: member.key.to_owned(),
                target: target.map(Node::id),
                node: node.id(),
            })
        };
        links
            .filter(|member| !member.key.starts_with("x-"))
            .filter_map(link)
            .collect()
    }

    fn headers(&mut self, node: Node<'t>) -> Vec<Parameter> {
        let headers = node.get("headers").into_iter().flat_map(Node::members);
        let named: Vec<_> = headers
            .filter(|member| !member.key.eq_ignore_ascii_case("content-type"))
            .collect();
        named.into_iter().filter_map(|member| self.header(member)).collect()
    }

    fn content(&mut self, node: Node<'t>) -> Vec<MediaType> {
        let content: Vec<_> = node.get("content").into_iter().flat_map(Node::members).collect();
        let mut out = Vec::with_capacity(content.len());
        for member in content {
            let Some(media) = self.follow(member.value, ObjectKind::MediaType) else {
                continue;
            };
            out.push(MediaType {
                name: member.key.to_owned(),
                name_span: member.key_span,
                schema: media.get("schema").map(|schema| self.schema(schema)),
                item_schema: media.get("itemSchema").map(|schema| self.schema(schema)),
                examples: self.examples(media),
                encodings: self.encodings(media),
                node: media.id(),
                extensions: self.extensions(media),
            });
        }
        out
    }

    /// Reads the encodings of a media type, or of a part. The reader of the tree bounds their depth.
    pub(super) fn encodings(&mut self, node: Node<'t>) -> Encodings {
        let is_32 = self.is_32();
        let newer = |node: Node<'t>, word: &str| node.get(word).filter(|_| is_32);
        let named: Vec<_> = node.get("encoding").into_iter().flat_map(Node::members).collect();
        let prefix: Vec<_> = newer(node, "prefixEncoding")
            .into_iter()
            .flat_map(Node::items)
            .collect();
        let mut of = |node: Node<'t>, property: &str| Encoding {
            property: property.to_owned(),
            content_type: parser::text(node, "contentType"),
            style: parameter::style(node, &self.report.sources),
            explode: node.get("explode").and_then(Node::as_bool),
            allow_reserved: parser::flag(node, "allowReserved"),
            headers: self.headers(node),
            within: if is_32 {
                self.encodings(node)
            } else {
                Encodings::default()
            },
            node: node.id(),
            extensions: self.extensions(node),
        };
        Encodings {
            named: named.into_iter().map(|member| of(member.value, member.key)).collect(),
            prefix: prefix.into_iter().map(|node| of(node, "")).collect(),
            item: newer(node, "itemEncoding").map(|node| Box::new(of(node, ""))),
        }
    }
}

/// Parses a status code, a range of them, or `default`.
fn status(text: &str) -> Option<StatusRange> {
    let bytes = text.as_bytes();
    match bytes {
        b"default" => Some(StatusRange::Default),
        [class @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => Some(StatusRange::Class(class - b'0')),
        [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9'] => text.parse().ok().map(StatusRange::Exactly),
        _ => None,
    }
}
