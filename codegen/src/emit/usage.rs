//! Uses of each type: as text, as a document of its own, boxed, or sent as parts.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::gates;
use sdkwright_contract::ir::{self, PartContent};

/// Use of a type by operations, as a whole or in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypeRole {
    /// A body of requests.
    Sent,
    /// The value of an answer or of its headers.
    Returned,
    /// A value of parameters.
    Parameter,
}

/// Uses of the types.
#[derive(Default)]
pub(crate) struct Usage<'a> {
    /// Types whose values are text in a target, a header, a form or a part.
    pub(super) parameters: HashSet<ir::TypeId>,
    /// Types that an operation sends or returns as a whole.
    pub(super) entries: HashSet<ir::TypeId>,
    /// The first role of each type, in the order of the roles.
    pub(super) roles: HashMap<ir::TypeId, TypeRole>,
    /// Types that a request carries as its whole body.
    pub(super) bodies: HashSet<ir::TypeId>,
    /// Types that a member or variant holds in a box.
    pub(super) boxed: HashSet<ir::TypeId>,
    /// Types that are sent as parts, with their encodings.
    pub(super) forms: HashMap<ir::TypeId, Vec<&'a [ir::Part]>>,
    /// Types that are JSON somewhere.
    pub(super) json: HashSet<ir::TypeId>,
}

impl<'a> Usage<'a> {
    pub(super) fn of(api: &'a ir::Api) -> Self {
        let mut usage = Self::default();
        let (mut texts, mut wholes, mut json) = (Vec::new(), Vec::new(), Vec::new());
        let (mut sent, mut returned, mut parameters) = (Vec::new(), Vec::new(), Vec::new());
        let mut forms: HashMap<ir::TypeId, BTreeMap<PartEncodings<'_>, &[ir::Part]>> = HashMap::new();
        for (_, operation) in api.operations() {
            texts.extend(operation.parameters.iter().map(|parameter| parameter.ty));
            parameters.extend(operation.parameters.iter().map(|parameter| parameter.ty));
            json.extend(operation.parameters.iter().map(|parameter| parameter.ty));
            for form in operation.forms() {
                match form.content {
                    PartContent::Json(id) | PartContent::Form(id) | PartContent::Multipart(id, _) => {
                        usage.bodies.insert(api.behind(id));
                        sent.push(id);
                    }
                    PartContent::Items(_, id) => sent.push(id),
                    _ => {}
                }
                match &form.content {
                    PartContent::Json(id) | PartContent::Items(_, id) => wholes.push(*id),
                    content => texts.extend(content.types()),
                }
                if let PartContent::Multipart(id, parts) = &form.content
                    && !parts.is_empty()
                {
                    forms
                        .entry(api.behind(*id))
                        .or_default()
                        .insert(encodings(parts), parts);
                }
            }
            returned.extend(operation.headers().map(|header| header.ty));
            json.extend(operation.headers().map(|header| header.ty));
            let answers = operation.responses.iter().flat_map(|answer| &answer.bodies);
            returned.extend(answers.flat_map(|body| body.content.types()));
            for content in operation.contents() {
                match content {
                    PartContent::Multipart(_, parts) => json.extend(parts.iter().map(|part| part.ty)),
                    other => json.extend(other.types()),
                }
            }
        }
        if let Some(webhooks) = &api.webhooks {
            let events = webhooks.events.iter().map(|event| event.ty);
            json.extend(events.chain([webhooks.envelope.schema]));
        }
        if !forms.is_empty() {
            usage.json = gates::closure(api, json);
        }
        let forms = forms.into_iter();
        usage.forms = forms.map(|(id, ways)| (id, ways.into_values().collect())).collect();
        // The subject of an event follows from the texts in its envelope.
        let told = api.webhooks.iter().map(|webhooks| webhooks.envelope.schema);
        usage.parameters = gates::closure(api, texts.iter().copied().chain(told).collect());
        let wholes = wholes.into_iter().chain(texts).chain(returned.iter().copied());
        usage.entries = inside(api, wholes.collect()).into_iter().collect();
        for (role, ids) in [
            (TypeRole::Parameter, parameters),
            (TypeRole::Returned, returned),
            (TypeRole::Sent, sent),
        ] {
            usage.roles.extend(inside(api, ids).into_iter().map(|id| (id, role)));
        }
        for (_, ty) in api.types() {
            match &ty.shape {
                ir::Shape::Object(object) => {
                    let members = object.members.iter().filter(|member| member.boxed);
                    usage.boxed.extend(members.map(|member| api.behind(member.ty)));
                }
                ir::Shape::Union(union) => {
                    let variants = union.variants.iter().filter(|variant| variant.boxed);
                    usage.boxed.extend(variants.map(|variant| api.behind(variant.ty)));
                }
                _ => {}
            }
        }
        usage
    }
}

/// Returns the types themselves; a list or a map of them is not a type of its own.
fn inside(api: &ir::Api, mut open: Vec<ir::TypeId>) -> Vec<ir::TypeId> {
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        match &api.ty(id).shape {
            ir::Shape::Array(array) => open.push(array.items),
            ir::Shape::Map(inner, _) | ir::Shape::Nullable(inner) | ir::Shape::Alias(inner) => open.push(*inner),
            ir::Shape::Tuple(places) => open.extend(places),
            _ => found.push(id),
        }
    }
    found
}

/// The `encoding` of each part by an operation; the rest follows from the schema.
type PartEncodings<'a> = Vec<(u8, bool, Option<&'a str>, Option<(ir::ParameterStyle, bool)>)>;

/// Returns the encodings of the parts.
pub(super) fn encodings(parts: &[ir::Part]) -> PartEncodings<'_> {
    let content = |part: &ir::Part| match part.content {
        PartContent::Binary => 0,
        PartContent::Text => 1,
        _ => 2,
    };
    let all = parts.iter();
    all.map(|part| (content(part), part.repeated, part.content_type.as_deref(), part.style))
        .collect()
}
