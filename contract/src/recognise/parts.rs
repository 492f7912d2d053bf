//! The parts of an operation that show paging: optional inputs, and members of the response, with their names.

use crate::ir::{
    self, Constraints, Documentation, Operation, PageInput, ParameterLocation, ParameterStyle, PartContent, Pointer,
    ScalarFormat, Shape, TypeId, UnsealedApi,
};
use crate::iter::exactly_one;
use crate::text::Span;
use crate::words::{Case, Words, same_noun};

/// Arrays of a response that are not its list.
#[rustfmt::skip]
const ASIDE: &[&str] = &[
    "errors", "warnings", "links", "messages", "included", "includes", "notices", "aggregations", "facets", "order", "sort",
];
/// Names of the list of a response that has several arrays.
pub(super) const ITEMS: &[&str] = &[
    "data", "items", "result", "results", "entries", "records", "elements", "content", "rows",
];
/// Objects of a response that may be around its list.
const WRAPPERS: &[&str] = &["data", "embedded", "payload", "response", "result", "results"];
/// Objects of a response that describe the page.
#[rustfmt::skip]
const AROUND: &[&str] = &[
    "page", "paging", "pagination", "page_info", "meta", "metadata", "response_metadata", "links", "link", "cursor", "cursors",
    "next_page", "next", "pages", "page_data", "page_details", "page_meta", "pageable", "pager", "pages_info", "pagination_info",
    "pagination_metadata", "paginator", "paging_info", "result_info",
];

/// Kind of a plain value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlainKind {
    Text,
    Whole,
    Number,
    Flag,
}

/// An optional value of a request.
#[derive(Debug)]
pub(super) struct OptionalInput<'a> {
    pub(super) place: PageInput,
    /// Its name in snake case.
    pub(super) name: String,
    pub(super) kind: PlainKind,
    pub(super) text: String,
    pub(super) default: Option<&'a str>,
    pub(super) limits: Option<&'a Constraints>,
    pub(super) span: Span,
}

impl OptionalInput<'_> {
    /// Returns the format of a text.
    pub(super) fn format(&self) -> Option<&str> {
        self.limits?.format.as_deref()
    }

    /// Returns the value and its place, for people.
    pub(super) fn evidence(&self) -> (String, Span) {
        (format!("`{}` in the request", self.place.text()), self.span)
    }

    /// Returns true if a value comes from the query.
    pub(super) fn is_query(&self) -> bool {
        matches!(self.place, PageInput::Query(_))
    }
}

/// A plain value of a response.
#[derive(Debug)]
pub(super) struct PlainOutput {
    pub(super) pointer: Pointer,
    /// Its name in snake case.
    pub(super) name: String,
    /// The name of the object around it; empty for a member of the response.
    pub(super) parent: String,
    pub(super) kind: PlainKind,
    /// Its format is that of a URL.
    pub(super) is_url: bool,
    pub(super) text: String,
    /// The texts of the objects around it.
    pub(super) around: String,
    pub(super) span: Span,
}

impl PlainOutput {
    /// Returns the value and its place, for people.
    pub(super) fn evidence(&self) -> (String, Span) {
        let name = crate::source::pointer(&self.pointer);
        (format!("`{name}` in the response"), self.span)
    }
}

/// The array of a response.
pub(super) struct ListArray {
    pub(super) pointer: Pointer,
    /// The type of one item.
    pub(super) item: TypeId,
    pub(super) span: Span,
}

/// Returns a name in snake case.
pub(super) fn snake(name: &str) -> String {
    Words::new(name).render(Case::Snake)
}

/// Returns true for a plural in the id of an operation: the `reports` of `getReports`, but not the `analysis` of `getAnalysis`.
pub(super) fn is_called(operation: &ir::Operation, name: &str) -> bool {
    let is_many = name.ends_with('s') && !["is", "ss", "us"].iter().any(|end| name.ends_with(end));
    is_many && format!("_{}_", snake(&operation.called)).contains(&format!("_{name}_"))
}

/// Returns true for an object with a member of that name that is not an array.
pub(super) fn is_member(api: &UnsealedApi, object: TypeId, name: &str) -> bool {
    let is_it = |one: &ir::Member| snake(&one.name) == name && !matches!(shape(api, one.ty), Shape::Array(_));
    members(api, object).iter().any(is_it)
}

/// Returns the lower-case text of a documentation.
fn text(text: &Documentation) -> String {
    let parts = [&text.title, &text.description];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    parts.join(" ").to_lowercase()
}

pub(super) fn shape(api: &UnsealedApi, id: TypeId) -> &Shape {
    &api.types[ir::behind_null(&api.types, id).0 as usize].shape
}

fn plain(api: &UnsealedApi, id: TypeId) -> Option<(PlainKind, Option<&Constraints>)> {
    use ScalarFormat::{Bool, Float, I32, I64, Integer, Number, Text, U64};
    match shape(api, id) {
        Shape::Scalar(Text, limits) => Some((PlainKind::Text, Some(limits))),
        Shape::Scalar(I32 | I64 | U64 | Integer, limits) => Some((PlainKind::Whole, Some(limits))),
        Shape::Scalar(Float | Number, limits) => Some((PlainKind::Number, Some(limits))),
        Shape::Scalar(Bool, limits) => Some((PlainKind::Flag, Some(limits))),
        Shape::Newtype(Text, _) => Some((PlainKind::Text, None)),
        _ => None,
    }
}

/// Returns the optional plain parameters of the query.
pub(super) fn query<'a>(api: &'a UnsealedApi, operation: &'a Operation) -> Vec<OptionalInput<'a>> {
    let is_it = |one: &&ir::Parameter| {
        let is_current = !one.required && !one.text.deprecated;
        one.location == ParameterLocation::Query && is_current && one.style != ParameterStyle::Json
    };
    let input = |one: &'a ir::Parameter| {
        let (kind, limits) = plain(api, one.ty)?;
        Some(OptionalInput {
            place: PageInput::Query(one.name.clone()),
            name: snake(&one.name),
            kind,
            text: text(&one.text),
            default: one.default.as_deref(),
            limits,
            span: one.origin.span,
        })
    };
    operation.parameters.iter().filter(is_it).filter_map(input).collect()
}

/// Returns the optional plain members of a JSON body, and those of objects in it.
pub(super) fn body<'a>(api: &'a UnsealedApi, operation: &'a Operation) -> Vec<OptionalInput<'a>> {
    let mut forms = operation.forms();
    let (Some(form), None) = (forms.next(), forms.next()) else {
        return Vec::new();
    };
    let PartContent::Json(body) = form.content else {
        return Vec::new();
    };
    let mut inputs = Vec::new();
    for member in members(api, body) {
        let nested = members(api, member.ty).iter().map(|inner| (Some(member), inner));
        for (outer, member) in std::iter::once((None, member)).chain(nested) {
            let Some((kind, limits)) = plain(api, member.ty) else {
                continue;
            };
            if member.presence == ir::Presence::Required || member.read_only {
                continue;
            }
            let path = outer.into_iter().chain([member]).map(|member| member.name.clone());
            inputs.push(OptionalInput {
                place: PageInput::Body(path.collect()),
                name: snake(&member.name),
                kind,
                text: text(&member.text),
                default: member.default.as_deref(),
                limits,
                span: member.origin.span,
            });
        }
    }
    inputs
}

pub(super) fn members(api: &UnsealedApi, id: TypeId) -> &[ir::Member] {
    match shape(api, id) {
        Shape::Object(object) => &object.members,
        _ => &[],
    }
}

/// Returns the JSON type of a response. Another media type may be offered as well.
pub(super) fn json(response: &ir::Response) -> Option<TypeId> {
    response.bodies.iter().find_map(|body| match body.content {
        PartContent::Json(id) => Some(id),
        _ => None,
    })
}

/// Returns the first response of success, if all have the same JSON.
pub(super) fn page(operation: &Operation) -> Option<(&ir::Response, TypeId)> {
    let mut success = operation.responses.iter().filter(|one| one.status.is_success());
    let response = success.next()?;
    let page = json(response)?;
    success
        .all(|other| json(other) == Some(page))
        .then_some((response, page))
}

/// Returns the list of a page, if there is no doubt which array it is. The end of the path names the resource.
pub(super) fn items(api: &UnsealedApi, page: TypeId, path: &str) -> Option<ListArray> {
    if let Shape::Array(array) = shape(api, page) {
        return Some(ListArray {
            pointer: Pointer::new(),
            item: array.items,
            span: api.types[page.0 as usize].origin.span,
        });
    }
    let segment = path
        .rsplit('/')
        .find(|segment| !segment.is_empty() && !segment.contains('{'));
    let resource = snake(segment.unwrap_or_default());
    let arrays = arrays(api, page);
    let has_more = arrays.iter().any(|(name, _)| !ASIDE.contains(&name.as_str()));
    if let Some(items) = chosen(arrays, &resource) {
        return Some(items);
    }
    let wrapped = members(api, page)
        .iter()
        .filter(|member| {
            let name = snake(&member.name);
            !has_more && (WRAPPERS.contains(&name.as_str()) || same_noun(&name, &resource))
        })
        .filter_map(|member| {
            let mut items = chosen(self::arrays(api, member.ty), &resource)?;
            items.pointer.insert(0, member.name.clone());
            Some(items)
        });
    exactly_one(wrapped)
}

/// Returns the arrays of an object with their names in snake case.
fn arrays(api: &UnsealedApi, id: TypeId) -> Vec<(String, ListArray)> {
    let array = |member: &ir::Member| match shape(api, member.ty) {
        Shape::Array(array) => Some(ListArray {
            pointer: vec![member.name.clone()],
            item: array.items,
            span: member.origin.span,
        }),
        _ => None,
    };
    let members = members(api, id).iter();
    members
        .filter_map(|member| Some((snake(&member.name), array(member)?)))
        .collect()
}

/// Returns the only array, the only one with a general name, or the one with the name of the resource. An aside is the list if it is
/// alone, and either has the name of the resource or is `messages`.
fn chosen(arrays: Vec<(String, ListArray)>, resource: &str) -> Option<ListArray> {
    let is_alone = arrays.len() == 1;
    let is_aside = |name: &str| ASIDE.contains(&name);
    let is_only = arrays.iter().filter(|(name, _)| !is_aside(name)).count() == 1;
    let of_kind = |name: &str| -> [bool; 3] {
        let is_resource = same_noun(name, resource);
        [
            is_only && !is_aside(name) || is_alone && (is_resource || name == "messages"),
            ITEMS.contains(&name),
            is_resource,
        ]
    };
    let kinds: Vec<[bool; 3]> = arrays.iter().map(|(name, _)| of_kind(name)).collect();
    let at = (0..3).find_map(|kind| exactly_one((0..kinds.len()).filter(|at| kinds[*at][kind])))?;
    arrays.into_iter().nth(at).map(|(_, items)| items)
}

/// Returns the plain values of a page: its members, and those of the objects that describe it.
pub(super) fn outputs(api: &UnsealedApi, page: TypeId, items: &ListArray) -> Vec<PlainOutput> {
    let mut outputs = Vec::new();
    collect(api, page, &mut Vec::new(), "", &mut outputs);
    if let [wrapper, _] = items.pointer.as_slice() {
        let wrapped = members(api, page).iter().find(|member| member.name == *wrapper);
        if let Some(member) = wrapped {
            collect(api, member.ty, &mut vec![wrapper.clone()], "", &mut outputs);
        }
    }
    outputs
}

fn collect(api: &UnsealedApi, id: TypeId, path: &mut Vec<String>, around: &str, outputs: &mut Vec<PlainOutput>) {
    let around = format!("{around} {}", text(&api.types[id.0 as usize].text));
    for member in members(api, id) {
        let name = snake(&member.name);
        if let Some((kind, limits)) = plain(api, member.ty) {
            let format = limits.and_then(|limits| limits.format.as_deref());
            outputs.push(PlainOutput {
                is_url: format.is_some_and(|format| matches!(format, "uri" | "url" | "uri-reference")),
                pointer: path.iter().chain([&member.name]).cloned().collect(),
                name,
                parent: path.last().map(|parent| snake(parent)).unwrap_or_default(),
                kind,
                text: text(&member.text),
                around: around.clone(),
                span: member.origin.span,
            });
        } else if path.len() < 4 && AROUND.contains(&name.as_str()) {
            path.push(member.name.clone());
            collect(
                api,
                member.ty,
                path,
                &format!("{around} {}", text(&member.text)),
                outputs,
            );
            path.pop();
        }
    }
}
