//! Links: their targets, and values that fit the parameters of the targets.

use std::collections::HashMap;

use super::places::Places;
use crate::diag::{Code, Report};
use crate::document::{self, Document};
use crate::ir::{
    self, LinkValue, OperationId, ParameterLocation, PartContent, ScalarFormat, Shape, TypeId, UnsealedApi, Word as _,
};
use crate::source::{Node, NodeId, Scalar};

/// Operations by what a link names.
struct Targets<'d> {
    /// `None` for an id of several operations.
    ids: HashMap<&'d str, Option<OperationId>>,
    nodes: HashMap<NodeId, OperationId>,
}

/// A response, as the expressions of its links see it.
struct Source<'a> {
    api: &'a UnsealedApi,
    operation: &'a ir::Operation,
    response: &'a ir::Response,
}

/// Reads all links. One that has no form in the API is reported and counted.
pub(super) fn links(document: &Document, api: &mut UnsealedApi, places: &Places<'_>, report: &mut Report) {
    let operations = || document.paths.iter().flat_map(|item| &item.operations);
    let numbered = || (0u32..).map(OperationId).zip(operations());
    let mut targets = Targets {
        ids: HashMap::new(),
        nodes: numbered().map(|(id, operation)| (operation.node, id)).collect(),
    };
    for (id, operation) in numbered() {
        if let Some(name) = operation.id.as_deref() {
            let known = targets.ids.entry(name);
            known.and_modify(|known| *known = None).or_insert(Some(id));
        }
    }
    let mut found: Vec<ir::Link> = Vec::new();
    for (source, operation) in numbered() {
        for (response, answer) in operation.responses.iter().enumerate() {
            for link in &answer.links {
                let node = document.node(link.node);
                match targets.link(link, node, api, source, response) {
                    // Successes that lead to the same call share a function.
                    Ok(read) if of_source(&found, source).any(|known| is_repeated(api, known, &read)) => {}
                    Ok(read) => found.push(ir::Link {
                        origin: places.origin(link.node),
                        ..read
                    }),
                    Err(why) => {
                        *api.fallbacks
                            .entry("a link that is not generated".to_owned())
                            .or_default() += 1;
                        let message = format!("the link `{}` is not generated: {why}", link.name);
                        let help = "correct the link, or call the operation with your own values";
                        report.fault(Code::IdleLink, node.span(), message, help);
                    }
                }
            }
        }
    }
    api.links = found;
}

/// Returns the last links, which are those of an operation.
fn of_source(links: &[ir::Link], source: OperationId) -> impl Iterator<Item = &ir::Link> {
    links.iter().rev().take_while(move |link| link.source == source)
}

/// Returns true for links of two successes with one type that lead to the same call.
fn is_repeated(api: &UnsealedApi, known: &ir::Link, link: &ir::Link) -> bool {
    let answer = |link: &ir::Link| api.operations.get(link.source.0 as usize)?.responses.get(link.response);
    let body = |link| {
        let response = answer(link).filter(|response| response.status.is_success())?;
        Some(response.bodies.iter().find_map(|body| json(&body.content)))
    };
    let is_same = (known.target, &known.name, &known.parameters, &known.body)
        == (link.target, &link.name, &link.parameters, &link.body);
    is_same && body(known).is_some() && body(known) == body(link)
}

impl Targets<'_> {
    fn find(&self, link: &document::Link, node: Node<'_>) -> Result<OperationId, String> {
        let text = |key: &str| node.get(key).and_then(Node::as_str);
        match (text("operationId"), text("operationRef")) {
            (Some(id), _) => match self.ids.get(id) {
                Some(Some(found)) => Ok(*found),
                Some(None) => Err(format!("several operations have the id `{id}`")),
                None => Err(format!("there is no operation `{id}`")),
            },
            (None, Some(reference)) => {
                let found = link.target.and_then(|target| self.nodes.get(&target));
                found
                    .copied()
                    .ok_or_else(|| format!("`{reference}` is not an operation of the contract"))
            }
            (None, None) => Err("it names no operation".to_owned()),
        }
    }

    fn link(
        &self,
        link: &document::Link,
        node: Node<'_>,
        api: &UnsealedApi,
        source_id: OperationId,
        response_at: usize,
    ) -> Result<ir::Link, String> {
        if node.get("$ref").is_some() {
            return Err("its reference has no target".to_owned());
        }
        if node.get("server").is_some() {
            return Err("it is sent to another server".to_owned());
        }
        let target = self.find(link, node)?;
        let operations = [source_id, target].map(|id| api.operations.get(id.0 as usize));
        let [Some(operation), Some(called)] = operations else {
            return Err("its operation is not generated".to_owned());
        };
        let response = operation
            .responses
            .get(response_at)
            .ok_or("its response is not generated")?;
        let source = Source {
            api,
            operation,
            response,
        };
        let is_approved = |member: &ir::Member| matches!(member.payload_hash, Some(ir::PayloadHash::Approves { .. }));
        let mut sent = called.forms().filter_map(|form| source.shape(json(&form.content)?));
        if sent.any(|(_, shape)| matches!(shape, Shape::Object(object) if object.members.iter().any(is_approved))) {
            return Err(format!("`{}` requires an approval", called.id));
        }
        let mut parameters = Vec::new();
        for member in node.get("parameters").into_iter().flat_map(Node::members) {
            let index = parameter(called, member.key)?;
            let value = source.value(member.value, called.parameters[index].ty);
            parameters.push((index, value.map_err(|why| format!("`{}` {why}", member.key))?));
        }
        let body = node
            .get("requestBody")
            .map(|value| match called.forms().collect::<Vec<_>>().as_slice() {
                [
                    ir::BodyForm {
                        content: PartContent::Json(ty),
                        ..
                    },
                ] if called.body.as_ref().is_some_and(|body| body.required) => match source.value(value, *ty) {
                    Ok(LinkValue::Constant(_)) => Err("`requestBody` is a constant".to_owned()),
                    other => other.map_err(|why| format!("`requestBody` {why}")),
                },
                _ => Err(format!("`{}` has no required body of one JSON type", called.id)),
            });
        Ok(ir::Link {
            name: link.name.clone(),
            description: node.get("description").and_then(Node::as_str).map(str::to_owned),
            source: source_id,
            response: response_at,
            target,
            parameters,
            body: body.transpose()?,
            origin: ir::Origin::default(),
        })
    }
}

/// Returns the parameter of a key: its name, also after its location.
fn parameter(called: &ir::Operation, key: &str) -> Result<usize, String> {
    let located = |one: &ir::Parameter| {
        key.strip_prefix(one.location.word())
            .and_then(|rest| rest.strip_prefix('.'))
            == Some(&one.name)
    };
    let all = called.parameters.iter();
    let named: Vec<usize> = { all.clone().enumerate() }
        .filter(|(_, one)| one.name == key)
        .map(|(at, _)| at)
        .collect();
    match (named.as_slice(), all.clone().position(located)) {
        ([one], _) => Ok(*one),
        ([], Some(one)) => Ok(one),
        _ => Err(format!("`{}` has no parameter `{key}`, or several", called.id)),
    }
}

impl Source<'_> {
    /// Reads the value for a parameter or body of this type.
    fn value(&self, node: Node<'_>, wanted: TypeId) -> Result<LinkValue, String> {
        let Some(text) = node.as_str().filter(|text| text.starts_with('$')) else {
            return self.constant(node, wanted);
        };
        let (value, ty) = self
            .expression(text)
            .ok_or_else(|| format!("has the value `{text}`, which is not in the call"))?;
        if ty.is_none_or(|ty| self.fits(ty, wanted)) {
            Ok(value)
        } else {
            Err(format!("has another type than `{text}`"))
        }
    }

    /// Reads an expression; its type is `None` for a text of the URL, which the caller converts.
    fn expression(&self, text: &str) -> Option<(LinkValue, Option<TypeId>)> {
        let given = |ty: Option<TypeId>| Some((LinkValue::Given(text.to_owned()), ty));
        if let Some(rest) = text.strip_prefix("$response.body") {
            let pointer = pointer(rest)?;
            let whole = self.response.bodies.iter().find_map(|body| json(&body.content))?;
            return Some((
                LinkValue::Response(pointer.clone()),
                Some(self.member(whole, &pointer)?),
            ));
        }
        if let Some(name) = text.strip_prefix("$response.header.") {
            let header = { self.response.headers.iter() }.find(|header| header.name.eq_ignore_ascii_case(name))?;
            return given(Some(header.ty));
        }
        if let Some(rest) = text.strip_prefix("$request.body") {
            let whole = self.operation.forms().find_map(|form| json(&form.content))?;
            return given(Some(self.member(whole, &pointer(rest)?)?));
        }
        if let Some(rest) = text.strip_prefix("$request.") {
            let (place, name) = rest.split_once('.')?;
            let is_it = |one: &&ir::Parameter| {
                let is_header = one.location == ParameterLocation::Header && one.name.eq_ignore_ascii_case(name);
                one.location.word() == place && (one.name == name || is_header)
            };
            return given(Some(self.operation.parameters.iter().find(is_it)?.ty));
        }
        matches!(text, "$url" | "$method" | "$statusCode").then(|| given(None))?
    }

    /// Returns the type of a member. A list has none: its items have no names.
    fn member(&self, whole: TypeId, pointer: &[String]) -> Option<TypeId> {
        pointer.iter().try_fold(whole, |id, name| {
            let id = ir::behind_null(&self.api.types, id);
            let Shape::Object(object) = &self.api.types.get(id.0 as usize)?.shape else {
                return None;
            };
            Some(object.members.iter().find(|member| member.name == *name)?.ty)
        })
    }

    fn shape(&self, id: TypeId) -> Option<(TypeId, &Shape)> {
        let id = ir::behind(&self.api.types, id)?;
        Some((id, &self.api.types.get(id.0 as usize)?.shape))
    }

    /// Returns true if a value of one type is a value of the other type.
    fn fits(&self, from: TypeId, to: TypeId) -> bool {
        let from = ir::behind_null(&self.api.types, from);
        match (self.shape(from), self.shape(to)) {
            (_, None | Some((_, Shape::Nullable(_)))) => false,
            (Some((_, Shape::Scalar(from, _))), Some((_, Shape::Scalar(to, _)))) => from == to,
            (from, to) => from.map(|(id, _)| id) == to.map(|(id, _)| id),
        }
    }

    fn constant(&self, node: Node<'_>, wanted: TypeId) -> Result<LinkValue, String> {
        let text = node.as_str();
        if text.is_some_and(|text| text.contains("{$")) {
            return Err("has an expression inside of a text".to_owned());
        }
        let is_value = match self.shape(wanted) {
            Some((_, Shape::Scalar(ScalarFormat::Text, _))) => text.is_some(),
            Some((_, Shape::Scalar(ScalarFormat::Bool, _))) => node.as_bool().is_some(),
            Some((_, Shape::Scalar(ScalarFormat::I32, _))) => {
                node.as_u64().is_some_and(|number| i32::try_from(number).is_ok())
            }
            Some((_, Shape::Scalar(ScalarFormat::I64, _))) => {
                node.as_u64().is_some_and(|number| i64::try_from(number).is_ok())
            }
            _ => false,
        };
        let scalar: Option<Scalar> = node.scalar().filter(|_| is_value);
        scalar
            .map(LinkValue::Constant)
            .ok_or_else(|| "has a constant of another type".to_owned())
    }
}

fn json(content: &PartContent) -> Option<TypeId> {
    match content {
        PartContent::Json(ty) => Some(*ty),
        _ => None,
    }
}

/// Reads the pointer of `$response.body#/pointer`; empty for the whole body.
fn pointer(rest: &str) -> Option<ir::Pointer> {
    match rest {
        "" | "#" => Some(ir::Pointer::new()),
        _ => ir::pointer(rest.strip_prefix('#')?).ok(),
    }
}
