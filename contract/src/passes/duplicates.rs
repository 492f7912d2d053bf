//! Duplicates: finds equal inline types, and makes every place of them refer to one type, which knows its places.
//!
//! The order of equal types has no meaning: `unite` makes one type of them all. A component is never replaced, and the
//! texts on members must be equal too. A variant whose member is filled in with its tag only equals one with that tag,
//! since others may have another value there.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::unions::is_sensitive;
use super::{constants, edges};
use crate::diag::{Code, Diagnostic, Report};
use crate::ir::{self, Additional, InlinePlace, NameHint, PartContent, Shape, Type, TypeId, UnionShape, UnsealedApi};
use crate::limits;

pub(super) fn run(api: &mut UnsealedApi, report: &mut Report) {
    let apart = kept_apart(api);
    let mut told = vec![BTreeMap::new(); api.types.len()];
    for ((id, member), tag) in constants::told(&api.types) {
        told[id.0 as usize].insert(member, tag);
    }
    let mut comparison = AlikeSearch {
        types: &api.types,
        apart: &apart,
        told: &told,
        first: vec![None; api.types.len()],
        known: HashMap::new(),
    };
    // A name in a file is better than that of a place.
    let is_elsewhere = |id: &TypeId| matches!(api.types[id.0 as usize].name, NameHint::Elsewhere { .. });
    for id in edges::ids(api).filter(is_elsewhere) {
        comparison.first_of(id, 0);
    }
    let mut firsts: Vec<TypeId> = edges::ids(api).map(|id| comparison.first_of(id, 0)).collect();
    leave_out_repeated(api, &mut firsts, report);
    unite(api, &firsts);
}

/// Marks types with a special role: sent as parts, or used by the API as a whole.
fn kept_apart(api: &UnsealedApi) -> Vec<bool> {
    let mut apart = vec![false; api.types.len()];
    let mut keep = |id: TypeId| apart[id.0 as usize] = true;
    let contents = |operation: &ir::Operation| -> Vec<TypeId> {
        operation
            .forms()
            .flat_map(|form| form.content.with_inner())
            .filter_map(|content| match content {
                PartContent::Multipart(id, _) | PartContent::Form(id) => Some(*id),
                _ => None,
            })
            .collect()
    };
    api.operations.iter().flat_map(contents).for_each(&mut keep);
    if let Some(webhooks) = &api.webhooks {
        keep(webhooks.envelope.schema);
    }
    apart
}

/// State of the comparison.
struct AlikeSearch<'a> {
    types: &'a [Type],
    apart: &'a [bool],
    /// For each type, the tags that are filled in, by member index.
    told: &'a [BTreeMap<usize, &'a str>],
    /// For each type, the first equal one, if known.
    first: Vec<Option<TypeId>>,
    /// First types by hash.
    known: HashMap<u64, Vec<TypeId>>,
}

impl AlikeSearch<'_> {
    fn first_of(&mut self, id: TypeId, depth: u8) -> TypeId {
        let index = id.0 as usize;
        if let Some(first) = self.first[index] {
            return first;
        }
        // A type inside of itself equals itself.
        self.first[index] = Some(id);
        let ty = &self.types[index];
        if depth >= limits::EQUAL_DEPTH || self.apart[index] {
            return id;
        }
        let mut inner = Vec::new();
        ty.shape.visit(&mut |child| inner.push(child));
        for child in inner {
            self.first_of(child, depth + 1);
        }
        let look = self.look(ty);
        let found = self.known.get(&look).into_iter().flatten().copied();
        let same = |other: &TypeId| {
            let other = other.0 as usize;
            self.told[index] == self.told[other] && self.same(ty, &self.types[other])
        };
        let first = { found }.find(|other| is_replaced(ty, &self.types[other.0 as usize]) && same(other));
        match first {
            Some(first) => self.first[index] = Some(first),
            None => self.known.entry(look).or_default().push(id),
        }
        self.first[index].unwrap_or(id)
    }

    /// Returns the representative of a type inside of another.
    fn place(&self, id: TypeId) -> TypeId {
        self.first[id.0 as usize].unwrap_or(id)
    }

    /// Returns a hash that equal types share.
    fn look(&self, ty: &Type) -> u64 {
        let mut hasher = DefaultHasher::new();
        std::mem::discriminant(&ty.shape).hash(&mut hasher);
        match &ty.shape {
            Shape::Object(object) => object.members.iter().for_each(|member| member.name.hash(&mut hasher)),
            Shape::Enum(shape) => {
                for value in &shape.values {
                    match &value.value {
                        ir::Scalar::Number(text) | ir::Scalar::String(text) => text.hash(&mut hasher),
                        ir::Scalar::Bool(_) | ir::Scalar::Null => {}
                    }
                }
            }
            Shape::Scalar(format, _) | Shape::Newtype(format, _) => format.hash(&mut hasher),
            _ => {}
        }
        ty.shape.visit(&mut |id| self.place(id).hash(&mut hasher));
        hasher.finish()
    }

    /// Returns true if both are equal apart from name and place.
    fn same(&self, one: &Type, other: &Type) -> bool {
        let at = |id: TypeId| self.place(id);
        let shapes = match (&one.shape, &other.shape) {
            (Shape::Object(a), Shape::Object(b)) => {
                let additional = match (a.additional, b.additional) {
                    (Additional::Typed(a), Additional::Typed(b)) => at(a) == at(b),
                    (a, b) => a == b,
                };
                additional
                    && a.size == b.size
                    && a.members.len() == b.members.len()
                    && a.members.iter().zip(&b.members).all(|(a, b)| self.same_member(a, b))
            }
            (Shape::Enum(a), Shape::Enum(b)) => a == b,
            (Shape::Union(a), Shape::Union(b)) => {
                let same = |a: &ir::Variant, b: &ir::Variant| {
                    at(a.ty) == at(b.ty) && a.tags == b.tags && a.is_default == b.is_default && a.name == b.name
                };
                a.discriminator == b.discriminator
                    && a.variants.len() == b.variants.len()
                    && a.variants.iter().zip(&b.variants).all(|(a, b)| same(a, b))
            }
            (Shape::Array(a), Shape::Array(b)) => at(a.items) == at(b.items) && a.limits == b.limits,
            (Shape::Tuple(a), Shape::Tuple(b)) => a.iter().copied().map(at).eq(b.iter().copied().map(at)),
            (Shape::Map(a, some), Shape::Map(b, others)) => at(*a) == at(*b) && some == others,
            (Shape::Nullable(a), Shape::Nullable(b)) | (Shape::Alias(a), Shape::Alias(b)) => at(*a) == at(*b),
            (a, b) => a == b,
        };
        shapes && one.sensitive == other.sensitive
    }

    fn same_member(&self, one: &ir::Member, other: &ir::Member) -> bool {
        // Every field but type and place; types are compared by their representative.
        let ir::Member {
            name,
            documented,
            ty,
            presence,
            constant,
            read_only,
            write_only,
            sensitive,
            bound,
            is_key,
            payload_hash,
            default,
            boxed,
            text,
            origin: _,
        } = one;
        self.place(*ty) == self.place(other.ty)
            && *name == other.name
            && *presence == other.presence
            && *constant == other.constant
            && (*read_only, *write_only, *sensitive, *boxed)
                == (other.read_only, other.write_only, other.sensitive, other.boxed)
            && *bound == other.bound
            && *is_key == other.is_key
            && *payload_hash == other.payload_hash
            && *default == other.default
            && *documented == other.documented
            && *text == other.text
    }
}

/// Returns true for a type that an equal one replaces: an inline one always, one of another file if both have one name, a component
/// never.
fn is_replaced(ty: &Type, by: &Type) -> bool {
    match (&ty.name, &by.name) {
        (NameHint::Elsewhere { name: own, .. }, NameHint::Elsewhere { name, .. } | NameHint::Given(name)) => {
            own == name
        }
        (NameHint::Given(_) | NameHint::Pinned(_) | NameHint::Elsewhere { .. }, _) => false,
        (NameHint::Derived(_) | NameHint::Anonymous, _) => true,
    }
}

// Repeated variants: of the variants of a union that are one type, the first stays.

fn leave_out_repeated(api: &mut UnsealedApi, firsts: &mut [TypeId], report: &mut Report) {
    for id in edges::ids(api) {
        let Shape::Union(union) = &api.types[id.0 as usize].shape else {
            continue;
        };
        let Some(kept) = kept(api, id, union, firsts, report) else {
            continue;
        };
        match kept.variants.as_slice() {
            [only] => become_type(api, id, only.ty, firsts),
            _ => api.types[id.0 as usize].shape = Shape::Union(kept),
        }
    }
}

/// Returns the type that represents all types that equal this one.
fn first_repeated(types: &[Type], id: TypeId, firsts: &[TypeId]) -> TypeId {
    firsts[ir::behind(types, id).unwrap_or(id).0 as usize]
}

/// Returns the union without the repeated variants, and reports each of them; `None` if no variant is repeated.
fn kept(
    api: &UnsealedApi,
    id: TypeId,
    union: &UnionShape,
    firsts: &[TypeId],
    report: &mut Report,
) -> Option<UnionShape> {
    if union.discriminator.is_some() {
        return None;
    }
    let span = |id: TypeId| api.types[id.0 as usize].origin.span;
    let mut kept: Vec<ir::Variant> = Vec::with_capacity(union.variants.len());
    for variant in &union.variants {
        let own = first_repeated(&api.types, variant.ty, firsts);
        let before = kept
            .iter_mut()
            .find(|before| first_repeated(&api.types, before.ty, firsts) == own);
        let Some(before) = before else {
            kept.push(variant.clone());
            continue;
        };
        let message = "two variants of a union are equal, so one variant is generated for both";
        let diagnostic = Diagnostic::new(Code::AlikeVariants, message).at(span(id));
        report.push(
            diagnostic
                .also(span(before.ty), "kept")
                .also(span(variant.ty), "left out")
                .help("remove one of them, or add a difference"),
        );
        // If one type is used twice, the place with a mark stays.
        if is_sensitive(&api.types, variant.ty) {
            before.ty = variant.ty;
        }
    }
    (kept.len() < union.variants.len()).then(|| UnionShape {
        variants: kept,
        ..union.clone()
    })
}

/// Replaces a union by the only type of its variants. A type that is written in the union alone is then the type of the
/// union's name.
fn become_type(api: &mut UnsealedApi, id: TypeId, only: TypeId, firsts: &mut [TypeId]) {
    let target = first_repeated(&api.types, only, firsts);
    let (union, ty) = (&api.types[id.0 as usize], &api.types[target.0 as usize]);
    let is_inside = matches!(ty.name, NameHint::Derived(_))
        && ty.origin.pointer.starts_with(&format!("{}/", union.origin.pointer))
        && ty.origin.span.file == union.origin.span.file;
    let (from, to) = match &union.name {
        NameHint::Anonymous => (None, target),
        _ if is_inside => (Some(target), id),
        NameHint::Derived(_) => (Some(id), target),
        NameHint::Given(_) | NameHint::Pinned(_) | NameHint::Elsewhere { .. } => (None, target),
    };
    if to == id {
        let ty = ty.clone();
        let union = &mut api.types[id.0 as usize];
        union.shape = ty.shape;
        union.sensitive |= ty.sensitive;
        union.text.title = union.text.title.take().or(ty.text.title);
        union.text.description = union.text.description.take().or(ty.text.description);
        if union.examples.is_empty() {
            union.examples = ty.examples;
        }
    } else {
        api.types[id.0 as usize].shape = Shape::Alias(only);
    }
    for one in firsts.iter_mut().filter(|one| Some(**one) == from) {
        *one = to;
    }
}

/// Makes one type of the equal ones; `firsts` has the first of them for each type. A place keeps its name only if an operation uses it as
/// a whole: there a reader looks for the name of the operation. Texts of the type are those on which all places agree.
fn unite(api: &mut UnsealedApi, firsts: &[TypeId]) {
    // A type with a name in the contract stays, and so does what has no name at all.
    let target: Vec<TypeId> = (edges::ids(api).zip(firsts))
        .map(|(id, first)| match api.types[id.0 as usize].name {
            NameHint::Derived(_) | NameHint::Elsewhere { .. } => *first,
            _ => id,
        })
        .collect();
    let to = |id: TypeId| target.get(id.0 as usize).copied().unwrap_or(id);
    let places = all_places(api, &to);
    let mut roots = bodies(api);
    for (first, all) in &places {
        agree(api, *first, all);
        let described = all.iter().filter_map(|id| place(api, *id)).collect();
        api.shared.insert(*first, described);
    }
    name_variants(api, &to);
    for id in edges::ids(api) {
        edges::map_shape(&mut api.types[id.0 as usize].shape, &mut |inner| to(inner));
        if to(id) != id {
            let ty = &mut api.types[id.0 as usize];
            ty.shape = Shape::Alias(to(id));
            if !roots.contains(&id) {
                ty.name = NameHint::Anonymous;
            }
        }
    }
    // The place of the definition gets an alias like the others.
    let mut own: HashMap<TypeId, TypeId> = HashMap::new();
    for first in places.keys().filter(|first| roots.contains(first)) {
        let mut alias = api.types[first.0 as usize].clone();
        alias.shape = Shape::Alias(*first);
        own.extend(u32::try_from(api.types.len()).map(|next| (*first, TypeId(next))));
        api.types.push(alias);
    }
    roots.retain(|id| !own.contains_key(id));
    edges::map_roots(api, &mut |id| match own.get(&id) {
        Some(alias) => *alias,
        None if roots.contains(&id) => id,
        None => to(id),
    });
}

/// Returns the words of an inline type's place.
fn place_path(api: &UnsealedApi, id: TypeId) -> Option<&Vec<String>> {
    match &api.types[id.0 as usize].name {
        NameHint::Derived(path) => Some(path),
        _ => None,
    }
}

fn place(api: &UnsealedApi, id: TypeId) -> Option<InlinePlace> {
    let ty = &api.types[id.0 as usize];
    Some(InlinePlace {
        path: place_path(api, id)?.clone(),
        title: ty.text.title.clone(),
        pointer: ty.origin.pointer.clone(),
    })
}

/// Returns the places of each inline type that has several. What is only inside of another place of a shared type has no place of
/// its own: a shared type is walked once.
fn all_places(api: &UnsealedApi, to: &dyn Fn(TypeId) -> TypeId) -> BTreeMap<TypeId, Vec<TypeId>> {
    let mut seen = vec![false; api.types.len()];
    let mut places: BTreeMap<TypeId, Vec<TypeId>> = BTreeMap::new();
    let (mut open, received) = edges::roots(api);
    open.extend(received);
    let is_named = |id: &TypeId| !matches!(api.types[id.0 as usize].name, NameHint::Derived(_));
    open.extend(
        edges::ids(api)
            .filter(is_named)
            .filter(|id| api.types[id.0 as usize].name != NameHint::Anonymous),
    );
    let mut known = HashSet::new();
    while let Some(id) = open.pop() {
        let first = to(id);
        if place_path(api, first).is_some() && known.insert(id) {
            places.entry(first).or_default().push(id);
        }
        if !std::mem::replace(&mut seen[first.0 as usize], true) {
            api.types[first.0 as usize].shape.visit(&mut |inner| open.push(inner));
        }
    }
    places.retain(|_, all| all.len() > 1);
    for all in places.values_mut() {
        all.sort_unstable();
    }
    places
}

/// Returns the inline types that operations and deliveries carry as a whole.
fn bodies(api: &UnsealedApi) -> HashSet<TypeId> {
    let sent = api.operations.iter().flat_map(ir::Operation::forms);
    let answers = api.operations.iter().flat_map(|operation| &operation.responses);
    let received = answers.flat_map(|answer| &answer.bodies).map(|body| &body.content);
    let carried = sent.map(|form| &form.content).chain(received);
    let carried = carried.filter_map(|content| match content {
        PartContent::Json(id) | PartContent::Form(id) | PartContent::Items(_, id) | PartContent::Multipart(id, _) => {
            Some(*id)
        }
        PartContent::Binary | PartContent::Text => None,
    });
    let events = api.webhooks.iter().flat_map(|webhooks| &webhooks.events);
    let told = events.chain(&api.deliveries).map(|event| event.ty);
    carried
        .chain(told)
        .filter(|id| place_path(api, *id).is_some())
        .collect()
}

/// Removes the texts of a type on which its places do not agree. Its examples are those of the first place with any.
fn agree(api: &mut UnsealedApi, first: TypeId, all: &[TypeId]) {
    let texts: Vec<_> = all.iter().map(|id| api.types[id.0 as usize].text.clone()).collect();
    let text = &mut api.types[first.0 as usize].text;
    if texts.iter().any(|other| other.title != text.title) {
        text.title = None;
    }
    if texts.iter().any(|other| other.description != text.description) {
        text.description = None;
    }
    text.deprecated = texts.iter().all(|other| other.deprecated);
    if texts.iter().any(|other| other.sunset != text.sunset) {
        text.sunset = None;
    }
    let example = all
        .iter()
        .map(|id| &api.types[id.0 as usize].examples)
        .find(|examples| !examples.is_empty());
    if let Some(examples) = example.cloned() {
        api.types[first.0 as usize].examples = examples;
    }
}

/// Keeps the names of variants, which are the last words of their places.
fn name_variants(api: &mut UnsealedApi, to: &dyn Fn(TypeId) -> TypeId) {
    for index in 0..api.types.len() {
        let Shape::Union(union) = &api.types[index].shape else {
            continue;
        };
        let words = union.variants.iter().map(|variant| {
            let path = place_path(api, variant.ty).filter(|path| path.len() > 1 && to(variant.ty) != variant.ty);
            path.and_then(|path| path.last()).cloned()
        });
        let words: Vec<Option<String>> = words.collect();
        if let Shape::Union(union) = &mut api.types[index].shape {
            for (variant, word) in union.variants.iter_mut().zip(words) {
                variant.name = variant.name.take().or(word);
            }
        }
    }
}
