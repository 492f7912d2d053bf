//! Duplicates: finds equal inline types.
//!
//! Their order has no meaning: `shared` makes one type of them all. A component is never replaced, and the
//! texts on members must be equal too. A variant whose member is filled in with its tag only equals one with that tag,
//! since others may have another value there.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::unions::is_sensitive;
use super::{constants, edges, shared};
use crate::diag::{Code, Diagnostic, Report};
use crate::ir::{Additional, NameHint, PartContent, Shape, Type, TypeId, UnionShape, UnsealedApi};
use crate::{ir, limits};

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
    shared::unite(api, &firsts);
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

pub(super) fn leave_out_repeated(api: &mut UnsealedApi, firsts: &mut [TypeId], report: &mut Report) {
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
