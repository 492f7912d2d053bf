//! One operation: its parameters merged with those of its path, its responses, and request and response bodies with their media types.

use std::collections::{HashMap, HashSet};

use super::parameter;
use super::parser::{self, Parser};
use super::paths::Template;
use crate::diag::{Code, Diagnostic};
use crate::document::ledger::ObjectKind;
use crate::document::model::{Encoding, Encodings, Link, MediaType, Operation, Parameter, RequestBody, Response};
use crate::document::schema::Extensions;
use crate::ir::{Method, ParameterLocation, ParameterStyle, StatusRange};
use crate::source::{Member, Node};

impl<'t> Parser<'t, '_> {
    /// Parses an operation. `path`: the template and its key; `None` for a webhook.
    pub(super) fn operation(
        &mut self,
        method: Method,
        member: Member<'t>,
        shared: &[Parameter],
        path: Option<(&Template<'_>, Member<'t>)>,
    ) -> Operation {
        let node = member.value;
        let own = self.parameters(&[node]);
        let own_keys: HashSet<(ParameterLocation, String)> = own.iter().map(key).collect();
        let mut parameters: Vec<Parameter> = shared
            .iter()
            .filter(|one| !own_keys.contains(&key(one)))
            .cloned()
            .collect();
        parameters.extend(own);
        self.check_whole_query(&mut parameters);
        if let Some((template, path)) = path {
            self.settle_query(&mut parameters, template, path);
            self.settle_path_parameters(&mut parameters, template, path);
        }
        if node.get("$ref").is_some() {
            let why = "The contract describes this operation by a `$ref`, which is not followed: parameters and responses may be missing.";
            self.left_out.push(why.to_owned());
        }
        let id = node
            .member("operationId")
            .filter(|id| id.value.as_str().is_some_and(|id| !id.is_empty()));
        let body = node.get("requestBody").and_then(|body| self.request_body(body));
        if node
            .get("responses")
            .is_some_and(|responses| responses.is_map() && responses.is_empty())
        {
            let missing = Diagnostic::new(Code::MissingField, "an operation must have at least one response");
            self.report.push(
                missing
                    .at(node.name_span())
                    .help("add one, for example `'200': { description: Done }`"),
            );
        }
        Operation {
            method,
            method_span: member.key_span,
            id: id.and_then(|id| id.value.as_str()).map(str::to_owned),
            id_span: id.map_or(member.key_span, |id| id.value.span()),
            tags: parser::texts(node, "tags"),
            summary: parser::prose(node, "summary"),
            description: parser::prose(node, "description"),
            deprecated: parser::flag(node, "deprecated"),
            parameters,
            body,
            responses: self.responses(node),
            security: self.requirements(node),
            servers: super::security::servers(node, self.is_32()),
            node: node.id(),
            extensions: self.extensions(node),
            left_out: std::mem::take(&mut self.left_out),
        }
    }

    /// Reports a parameter that is the whole query beside another parameter of the query, and leaves it out.
    fn check_whole_query(&mut self, parameters: &mut Vec<Parameter>) {
        let is_whole = |one: &&Parameter| one.location == ParameterLocation::Querystring;
        let is_query = |one: &&Parameter| one.location == ParameterLocation::Query;
        let query = parameters.iter().find(is_query).map(|one| one.node);
        let Some(first) = query.or_else(|| parameters.iter().find(is_whole).map(|one| one.node)) else {
            return;
        };
        parameters.retain(|one| {
            if !is_whole(&one) || first == one.node {
                return true;
            }
            let message = format!("`{}` is the whole query, but the operation has another parameter of the query", one.name);
            let beside = Diagnostic::new(Code::DuplicateParameter, message)
                .at(self.tree.node(one.node).span())
                .also(self.tree.node(first).span(), "the other parameter")
                .note("in lenient mode the parameter is left out: no request has it")
                .help("remove one, or describe the query as the members of one `in: querystring` or as parameters with `in: query`");
            self.report.push(beside);
            self.leave_out(self.tree.node(one.node), &one.name, "the operation has another parameter of the query");
            false
        });
    }

    /// Returns the parameters of these objects, each name and location once.
    pub(super) fn parameters(&mut self, objects: &[Node<'t>]) -> Vec<Parameter> {
        let mut out: Vec<Parameter> = Vec::new();
        let mut places = HashMap::new();
        for node in objects.iter().flat_map(|object| parser::items(*object, "parameters")) {
            let Some(parameter) = self.parameter(node) else {
                self.refused_parameters.extend(node.get("name").and_then(Node::text));
                continue;
            };
            let place = places.get(&key(&parameter)).copied();
            if let Some(first) = place.and_then(|place: usize| out.get(place)) {
                let twice = Diagnostic::new(
                    Code::DuplicateParameter,
                    format!("the parameter `{}` is declared twice", parameter.name),
                )
                .at(node.span())
                .also(self.tree.node(first.node).span(), "the first time")
                .note("in lenient mode the method has the first, and the second is left out")
                .help("remove one, or give them different names or places");
                self.report.push(twice);
                continue;
            }
            places.insert(key(&parameter), out.len());
            out.push(parameter);
        }
        out
    }

    /// Matches the template with the parameters: removes path parameters that the template does not name, and adds
    /// template names that are not declared, as text.
    fn settle_path_parameters(&mut self, parameters: &mut Vec<Parameter>, template: &Template<'_>, path: Member<'t>) {
        let names = &template.names;
        // A parameter may be declared as the braces have it.
        for (written, name) in &template.written {
            let is_it = |one: &&mut Parameter| one.location == ParameterLocation::Path && one.name == *written;
            if let Some(parameter) = parameters.iter_mut().find(is_it) {
                (*name).clone_into(&mut parameter.name);
            }
        }
        parameters.retain(|parameter| {
            let kept = parameter.location != ParameterLocation::Path || names.contains(&parameter.name.as_str());
            if !kept {
                let message = format!(
                    "the path parameter `{}` does not occur in the path `{}`",
                    parameter.name, path.key
                );
                let undeclared = Diagnostic::new(Code::UndeclaredPathParameter, message)
                    .at(self.tree.node(parameter.node).span())
                    .also(path.key_span, "the path")
                    .did_you_mean(&parameter.name, names.iter().copied())
                    .help(format!("write `{{{}}}` in the path, or another `in`", parameter.name))
                    .note("in lenient mode the parameter is left out: no request has it");
                self.report.push(undeclared);
                self.left_out.push(format!(
                    "No request has the required parameter `{}`: it does not occur in the path.",
                    parameter.name
                ));
            }
            kept
        });
        for name in names {
            if parameters
                .iter()
                .any(|parameter| parameter.location == ParameterLocation::Path && parameter.name == *name)
            {
                continue;
            }
            self.declare(parameters, name, name, ParameterLocation::Path, path);
        }
        let spans = |parameter: &Parameter| {
            parameter.location == ParameterLocation::Path && template.reserved.contains(&parameter.name.as_str())
        };
        for parameter in parameters.iter_mut().filter(|parameter| spans(parameter)) {
            parameter.allow_reserved = true;
        }
    }

    /// Matches the query in a key of `paths` with the parameters: a fixed pair is no parameter, and a path parameter
    /// that stands there is sent in the query.
    fn settle_query(&mut self, parameters: &mut Vec<Parameter>, template: &Template<'_>, path: Member<'t>) {
        let fixed = |parameter: &Parameter| {
            parameter.location == ParameterLocation::Query && template.fixed.contains(&parameter.name.as_str())
        };
        for parameter in parameters.iter().filter(|parameter| fixed(parameter)) {
            let message = format!(
                "the query in the path sets the parameter `{}` to a fixed value",
                parameter.name
            );
            let fault = Diagnostic::new(Code::RewrittenPath, message).at(path.key_span);
            let help = format!(
                "remove `{}` from the path, so that the parameter can be sent",
                parameter.name
            );
            self.report
                .push(fault.help(help).note("in lenient mode the parameter is left out"));
        }
        parameters.retain(|parameter| !fixed(parameter));
        for (name, value) in &template.open {
            let declared =
                |parameter: &Parameter| parameter.location == ParameterLocation::Query && parameter.name == *name;
            if parameters.iter().any(declared) {
                continue;
            }
            let stands_there = |parameter: &&mut Parameter| {
                parameter.name == *value
                    && matches!(parameter.location, ParameterLocation::Path | ParameterLocation::Query)
            };
            if let Some(parameter) = parameters.iter_mut().find(stands_there) {
                (*name).clone_into(&mut parameter.name);
            } else {
                self.declare(parameters, name, value, ParameterLocation::Query, path);
            }
            for parameter in parameters.iter_mut().filter(|parameter| parameter.name == *name) {
                if parameter.location == ParameterLocation::Path && !template.names.contains(name) {
                    (parameter.location, parameter.style) = (ParameterLocation::Query, ParameterStyle::Form);
                }
            }
        }
    }

    /// Adds a parameter that only the key of `paths` names, perhaps under another name: required text.
    fn declare(
        &mut self,
        parameters: &mut Vec<Parameter>,
        name: &str,
        shown: &str,
        location: ParameterLocation,
        path: Member<'t>,
    ) {
        let (place, style) = match location {
            ParameterLocation::Query => ("query", ParameterStyle::Form),
            _ => ("path", ParameterStyle::Simple),
        };
        let message = format!("the path contains `{{{shown}}}`, but no parameter of that name is declared");
        let undeclared = Diagnostic::new(Code::UndeclaredPathParameter, message)
            .at(path.key_span)
            .help(format!("add a parameter `{shown}` with `in: {place}`"));
        // A declaration that is invalid is reported as such.
        if !self.refused_parameters.contains(shown) {
            self.report.push(undeclared);
        }
        parameters.push(Parameter {
            name: name.to_owned(),
            location,
            required: true,
            deprecated: false,
            description: None,
            style,
            explode: false,
            allow_reserved: false,
            schema: None,
            media_type: None,
            encoding: Vec::new(),
            examples: Vec::new(),
            node: path.value.id(),
            extensions: Extensions::default(),
        });
    }

    fn request_body(&mut self, node: Node<'t>) -> Option<RequestBody> {
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

/// Returns location and name, which no two parameters share; header names are compared ignoring case.
fn key(parameter: &Parameter) -> (ParameterLocation, String) {
    let name = &parameter.name;
    if parameter.location == ParameterLocation::Header {
        (parameter.location, name.to_ascii_lowercase())
    } else {
        (parameter.location, name.clone())
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
