//! Uses of each type: as text, as a document, boxed, or sent as parts; by which groups; and as a variant without its tag.

use std::collections::{BTreeMap, HashMap, HashSet};

use sdkwright_contract::ir::{self, PartContent, Presence, Scalar, Shape, TypeId};

use crate::naming::Names;

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
    /// `served`: with the server's side, which writes the headers of responses.
    pub(super) fn from_api(api: &'a ir::Api, served: bool) -> Self {
        let operations = || api.operations().map(|(_, operation)| operation);
        let forms = || operations().flat_map(ir::Operation::forms).map(|form| &form.content);
        let all_forms = forms().flat_map(PartContent::with_inner);
        let parameters = operations().flat_map(|operation| &operation.parameters);
        let parameters: Vec<ir::TypeId> = parameters.map(|parameter| parameter.ty).collect();
        let is_text = |content: &&PartContent| !matches!(content, PartContent::Json(_) | PartContent::Items(..));
        let texts = forms().filter(is_text).flat_map(PartContent::types);
        let headers = || operations().flat_map(ir::Operation::headers).map(|header| header.ty);
        let texts = texts.chain(parameters.iter().copied());
        let texts = texts.chain(headers().filter(|_| served));
        let answers = operations().flat_map(|operation| &operation.responses);
        let answers = answers.flat_map(|answer| &answer.bodies);
        let returned = answers.flat_map(|body| body.content.types()).chain(headers());
        let returned: Vec<ir::TypeId> = returned.collect();
        let entries = forms().flat_map(PartContent::types);
        let entries = entries
            .chain(parameters.iter().copied())
            .chain(returned.iter().copied());
        // The subject of an event follows from the texts in its envelope.
        let envelope = api.webhooks.iter().map(|webhooks| webhooks.envelope.schema);
        let mut usage = Self {
            entries: inside(api, entries.collect()).into_iter().collect(),
            parameters: closure(api, texts.chain(envelope.clone()).collect()),
            boxed: boxed(api),
            forms: encoded(api, all_forms),
            ..Self::default()
        };
        if !usage.forms.is_empty() {
            let contents = operations().flat_map(ir::Operation::contents);
            let json = contents.flat_map(PartContent::with_inner).flat_map(json_types);
            let events = api.webhooks.iter().flat_map(|webhooks| &webhooks.events);
            let events = events.chain(&api.deliveries);
            let webhooks = events.map(|event| event.ty).chain(envelope);
            let json = json.chain(parameters.iter().copied()).chain(headers()).chain(webhooks);
            usage.json = closure(api, json.collect());
        }
        // The last type of a content is that of the whole.
        let sent = forms().filter_map(|content| content.types().pop());
        let is_body = |content: &&PartContent| !matches!(content, PartContent::Items(..));
        let bodies = forms().filter(is_body).filter_map(|content| content.types().pop());
        usage.bodies = bodies.map(|id| api.behind(id)).collect();
        // Of several roles, the last one here holds.
        let roles = [TypeRole::Parameter, TypeRole::Returned, TypeRole::Sent];
        for (role, ids) in roles.into_iter().zip([parameters, returned, sent.collect()]) {
            usage.roles.extend(inside(api, ids).into_iter().map(|id| (id, role)));
        }
        usage
    }
}

/// Returns the types that are JSON in a body or an answer.
fn json_types(content: &PartContent) -> Vec<ir::TypeId> {
    match content {
        PartContent::Multipart(_, parts) => {
            let values = parts
                .iter()
                .filter(|part| !matches!(part.content, PartContent::Multipart(..)));
            values.map(|part| part.ty).collect()
        }
        other => other.types(),
    }
}

/// Returns the types that a member or variant holds in a box.
fn boxed(api: &ir::Api) -> HashSet<ir::TypeId> {
    let mut found = HashSet::new();
    for (_, ty) in api.types() {
        if let ir::Shape::Object(object) = &ty.shape {
            found.extend(object.members.iter().filter(|it| it.boxed).map(|it| api.behind(it.ty)));
        }
        if let ir::Shape::Union(union) = &ty.shape {
            found.extend(union.variants.iter().filter(|it| it.boxed).map(|it| api.behind(it.ty)));
        }
    }
    found
}

/// Returns the types that are sent as parts; each of their encodings once.
fn encoded<'a>(
    api: &ir::Api,
    forms: impl Iterator<Item = &'a PartContent>,
) -> HashMap<ir::TypeId, Vec<&'a [ir::Part]>> {
    let mut found: HashMap<ir::TypeId, BTreeMap<PartEncodings<'_>, &[ir::Part]>> = HashMap::new();
    for form in forms {
        if let PartContent::Multipart(id, parts) = form
            && !parts.is_empty()
        {
            found
                .entry(api.behind(*id))
                .or_default()
                .insert(encodings(parts), parts);
        }
    }
    let found = found.into_iter();
    found.map(|(id, ways)| (id, ways.into_values().collect())).collect()
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
type PartEncodings<'a> = Vec<PartEncoding<'a>>;

/// The encoding of one part.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PartEncoding<'a> {
    content: u8,
    repeated: bool,
    content_type: Option<&'a str>,
    style: Option<(ir::ParameterStyle, bool)>,
    /// Those of the parts within it.
    inner: PartEncodings<'a>,
}

/// Returns the encodings of the parts.
pub(super) fn encodings<'a>(parts: &'a [ir::Part]) -> PartEncodings<'a> {
    let one = |part: &'a ir::Part| {
        let (content, inner) = match &part.content {
            PartContent::Binary => (0, Vec::new()),
            PartContent::Text => (1, Vec::new()),
            PartContent::Multipart(_, parts) => (3, encodings(parts)),
            _ => (2, Vec::new()),
        };
        PartEncoding {
            content,
            repeated: part.repeated,
            content_type: part.content_type.as_deref(),
            style: part.style,
            inner,
        }
    };
    parts.iter().map(one).collect()
}

// Feature gates of models.

/// The gate of each file of models: a model that only one group of operations uses belongs to that group's Cargo feature. A model that
/// several groups share, that no operation reaches or that a webhook or problem carries has no gate.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gates {
    /// Feature by file; files without a gate are not in it.
    files: BTreeMap<String, String>,
}

/// Groups that reach a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Users {
    None,
    One(usize),
    Several,
}

impl Users {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, users) | (users, Self::None) => users,
            (one, other) if one == other => one,
            _ => Self::Several,
        }
    }
}

impl Gates {
    pub(crate) fn new(api: &ir::Api, names: &Names) -> Self {
        let users = users(api, names);
        let mut always = vec![false; users.len()];
        let unused = api
            .types()
            .map(|(id, _)| id)
            .filter(|id| users[id.0 as usize] == Users::None);
        widen(api, shared_roots(api).into_iter().chain(unused).collect(), &mut always);
        // A file has the widest gate of its types, and so has everything that it needs.
        loop {
            let mut files: BTreeMap<&str, Users> = BTreeMap::new();
            for (id, _) in api.types() {
                let Some(file) = names.file(id) else { continue };
                let index = id.0 as usize;
                let of_type = if always[index] { Users::Several } else { users[index] };
                let of_file = files.entry(file).or_insert(Users::None);
                *of_file = of_file.and(of_type);
            }
            let is_open = |file: &str| !matches!(files.get(file), Some(Users::One(_)));
            let inside = api.types().map(|(id, _)| id);
            let inside = inside.filter(|id| !always[id.0 as usize] && names.file(*id).is_some_and(is_open));
            let wider: Vec<ir::TypeId> = inside.collect();
            if wider.is_empty() {
                let feature = |users: Users| match users {
                    Users::One(group) => names.groups().get(group).map(|known| known.feature.clone()),
                    _ => None,
                };
                let gated = files.into_iter();
                return Self {
                    files: gated
                        .filter_map(|(file, users)| Some((file.to_owned(), feature(users)?)))
                        .collect(),
                };
            }
            widen(api, wider, &mut always);
        }
    }

    /// Returns the feature that a file of models needs; `None` without a gate.
    pub(crate) fn of_file(&self, file: &str) -> Option<&str> {
        self.files.get(file).map(String::as_str)
    }
}

/// Returns the types that an operation refers to directly.
fn roots(operation: &ir::Operation) -> Vec<ir::TypeId> {
    let parameters = operation.parameters.iter().map(|parameter| parameter.ty);
    let contents = operation.contents().flat_map(ir::PartContent::types);
    let headers = operation.headers().map(|header| header.ty);
    parameters.chain(contents).chain(headers).collect()
}

/// Returns the types that belong to the API as a whole.
fn shared_roots(api: &ir::Api) -> Vec<ir::TypeId> {
    let mut roots: Vec<ir::TypeId> = api.problem_codes.into_iter().collect();
    let headers = api.operations.iter().flat_map(ir::Operation::headers);
    roots.extend(headers.map(|header| header.ty));
    roots.extend(api.settings.problem.iter().filter_map(|problem| problem.schema));
    roots.extend(api.deliveries.iter().map(|event| event.ty));
    if let Some(webhooks) = &api.webhooks {
        roots.push(webhooks.envelope.schema);
        roots.extend(webhooks.resources.iter().map(|(_, ty)| *ty));
        roots.extend(webhooks.events.iter().map(|event| event.ty));
    }
    roots
}

/// Returns the groups that reach each type. Visits every type at most twice, however many groups there are.
pub(super) fn users(api: &ir::Api, names: &Names) -> Vec<Users> {
    let mut users = vec![Users::None; api.types().count()];
    for (id, operation) in api.operations() {
        let group = Users::One(names.operation(id).group);
        let linked = api.links.iter().filter(|link| link.source == id);
        let mut open = roots(operation);
        open.extend(linked.flat_map(|link| roots(api.operation(link.target))));
        while let Some(id) = open.pop() {
            let known = &mut users[id.0 as usize];
            let more = known.and(group);
            if more != *known {
                *known = more;
                api.ty(id).shape.visit(&mut |id| open.push(id));
            }
        }
    }
    users
}

/// Returns everything that these types contain, themselves included.
fn closure(api: &ir::Api, roots: Vec<ir::TypeId>) -> HashSet<ir::TypeId> {
    let mut marked = vec![false; api.types().count()];
    widen(api, roots, &mut marked);
    api.types()
        .map(|(id, _)| id)
        .filter(|id| marked[id.0 as usize])
        .collect()
}

/// Marks everything that these types contain, themselves included.
fn widen(api: &ir::Api, mut open: Vec<ir::TypeId>, marked: &mut [bool]) {
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut marked[id.0 as usize], true) {
            api.ty(id).shape.visit(&mut |id| open.push(id));
        }
    }
}

// Tags that the contract does not require.

/// The optional tag members by type and index, with the tag that constructors fill in: a value that was sent without its tag could not
/// be read.
pub(crate) type Tags = HashMap<(TypeId, usize), Scalar>;

/// Returns the optional members that hold the one tag of their type.
pub(crate) fn optional_tags(api: &ir::Api) -> Tags {
    let mut found: HashMap<(TypeId, usize), Option<&str>> = HashMap::new();
    for (_, ty) in api.types() {
        let Shape::Union(ir::UnionShape {
            variants,
            discriminator: Some(discriminator),
            ..
        }) = &ty.shape
        else {
            continue;
        };
        for variant in variants {
            let id = api.behind(variant.ty);
            let Shape::Object(object) = &api.ty(id).shape else {
                continue;
            };
            let is_tag = |member: &ir::Member| {
                member.name == discriminator.member
                    && !member.read_only
                    && matches!(member.presence, Presence::Optional | Presence::OptionalNullable)
            };
            let Some(index) = object.members.iter().position(is_tag) else {
                continue;
            };
            let tag = match variant.tags.as_slice() {
                [one] if !variant.is_default => Some(one.as_str()),
                _ => None,
            };
            let known = found.entry((id, index)).or_insert(tag);
            if *known != tag {
                *known = None;
            }
        }
    }
    let tags = found.into_iter();
    tags.filter_map(|(place, tag)| Some((place, Scalar::String(tag?.to_owned()))))
        .collect()
}
