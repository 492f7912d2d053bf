//! Which inline types are the same type? Where a contract writes one structure at many places, the first place has the
//! definition and the others are names for it.
//!
//! Every place keeps its own name, so it does not matter to a user of the names which place comes first. What a person
//! named (a component) is never made a name for something else, and the words about members must be equal too. A variant whose
//! member is filled in with its tag is the same only as one with that tag, since others may have another value there.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{constants, edges};
use crate::{
    diag::Report,
    ir::{self, Additional, Draft, NameHint, PartContent, Shape, Type, TypeId},
};

/// Inline types that stand deeper inside of each other are not compared.
const DEEPEST: u8 = 100;

pub(super) fn run(draft: &mut Draft, _report: &mut Report) {
    let apart = kept_apart(draft);
    let mut told = vec![BTreeMap::new(); draft.types.len()];
    for ((id, member), tag) in constants::told(&draft.types) {
        told[id.0 as usize].insert(member, tag);
    }
    let mut comparison = Comparison {
        types: &draft.types,
        apart: &apart,
        told: &told,
        first: vec![None; draft.types.len()],
        known: HashMap::new(),
    };
    let firsts: Vec<TypeId> = edges::ids(draft).map(|id| comparison.first_of(id, 0)).collect();
    for (id, first) in edges::ids(draft).zip(firsts) {
        let ty = &mut draft.types[id.0 as usize];
        if first != id && matches!(ty.name, NameHint::Derived(_)) {
            ty.shape = Shape::Alias(first);
        }
    }
}

/// Types that are not only data: sent as parts, or with a role in the API as a whole.
fn kept_apart(draft: &Draft) -> Vec<bool> {
    let mut apart = vec![false; draft.types.len()];
    let mut keep = |id: TypeId| apart[id.0 as usize] = true;
    let contents = |operation: &ir::Operation| -> Vec<TypeId> {
        operation
            .forms()
            .filter_map(|form| match &form.content {
                PartContent::Multipart(id, _) | PartContent::Form(id) => Some(*id),
                _ => None,
            })
            .collect()
    };
    draft.operations.iter().flat_map(contents).for_each(&mut keep);
    if let Some(webhooks) = &draft.webhooks {
        keep(webhooks.envelope.schema);
    }
    apart
}

/// What was met so far.
struct Comparison<'a> {
    types: &'a [Type],
    apart: &'a [bool],
    /// For each type the members that its tag is filled in for, by their places.
    told: &'a [BTreeMap<usize, &'a str>],
    /// For each type the first that is the same, where that is known.
    first: Vec<Option<TypeId>>,
    /// First types by what they look like.
    known: HashMap<u64, Vec<TypeId>>,
}

impl Comparison<'_> {
    fn first_of(&mut self, id: TypeId, depth: u8) -> TypeId {
        let index = id.0 as usize;
        if let Some(first) = self.first[index] {
            return first;
        }
        // A type inside of itself is met again here, and is itself.
        self.first[index] = Some(id);
        let ty = &self.types[index];
        if depth >= DEEPEST || self.apart[index] {
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
        let first = { found }.find(same);
        match first {
            Some(first) if !is_named(ty) => self.first[index] = Some(first),
            Some(_) => {}
            None => self.known.entry(look).or_default().push(id),
        }
        self.first[index].unwrap_or(id)
    }

    /// What stands for a type inside of another.
    fn place(&self, id: TypeId) -> TypeId {
        self.first[id.0 as usize].unwrap_or(id)
    }

    /// A number that equal types share.
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

    /// Is it the same type but for its name and its place?
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
                let same =
                    |a: &ir::Variant, b: &ir::Variant| at(a.ty) == at(b.ty) && a.tags == b.tags && a.name == b.name;
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
        // Everything but the type and the place, which are compared by what they stand for.
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
            && *payload_hash == other.payload_hash
            && *default == other.default
            && *documented == other.documented
            && *text == other.text
    }
}

/// Did a person name it?
fn is_named(ty: &Type) -> bool {
    matches!(ty.name, NameHint::Given(_) | NameHint::Pinned(_))
}
