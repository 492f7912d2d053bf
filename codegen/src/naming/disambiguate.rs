//! Disambiguates union variants that would have one name.
//!
//! In: the variants of a union and their candidate names. Out: for those with one name, words that only hold for one of
//! them: a constant of a member, a member that only it requires or has, a member of another kind. Compares only the
//! colliding variants.

use std::collections::HashMap;

use sdkwright_contract::ir;
use sdkwright_contract::ir::{NameHint, Presence, Scalar, ScalarFormat, Shape, TypeId};
use sdkwright_contract::words::Words;

use super::names::Names;
use crate::limits;

/// Words that hold for one variant alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Distinction(Words);

impl Distinction {
    /// Returns the name with these words: after `front` and the variant's name, or in place of a name that only says
    /// that there is some member.
    pub(super) fn after(self, front: &Words, called: &str) -> Words {
        if called.starts_with("with ") {
            front.clone().and(self.0)
        } else {
            front.clone().and(Words::new(called)).and(self.0)
        }
    }
}

/// Returns the words that distinguish each variant from those of the same name; `None` if it is alone, or nothing
/// distinguishes it.
pub(super) fn distinctions(api: &ir::Api, union: &ir::UnionShape, called: &[String]) -> Vec<Option<Distinction>> {
    let mut groups: HashMap<Words, Vec<usize>> = HashMap::new();
    for (at, text) in called.iter().enumerate() {
        groups.entry(Words::new(text)).or_default().push(at);
    }
    let mut found = vec![None; called.len()];
    for group in groups.into_values().filter(|group| group.len() > 1) {
        for at in &group {
            let rivals: Vec<TypeId> = group
                .iter()
                .filter(|rival| *rival != at)
                .map(|rival| union.variants[*rival].ty)
                .collect();
            found[*at] = tell(api, union.variants[*at].ty, &rivals, limits::DISTINCTION_DEPTH).map(Distinction);
        }
    }
    found
}

/// Returns the inline types that are variants of a union, with the words that distinguish them there.
pub(super) fn of_types(api: &ir::Api) -> HashMap<TypeId, Distinction> {
    let mut found = HashMap::new();
    for (_, ty) in api.types() {
        let Shape::Union(union) = &ty.shape else { continue };
        // A type with a name of its own collides with nothing here.
        let called: Vec<String> = union
            .variants
            .iter()
            .enumerate()
            .map(|(at, variant)| match &api.ty(variant.ty).name {
                NameHint::Derived(path) => path.last().cloned().unwrap_or_default(),
                _ => format!("{at}"),
            })
            .collect();
        for (variant, apart) in union.variants.iter().zip(distinctions(api, union, &called)) {
            if let (NameHint::Derived(_), Some(apart)) = (&api.ty(variant.ty).name, apart) {
                found.entry(variant.ty).or_insert(apart);
            }
        }
    }
    found
}

fn tell(api: &ir::Api, one: TypeId, rivals: &[TypeId], depth: u8) -> Option<Words> {
    let depth = depth.checked_sub(1)?;
    match &api.ty(api.behind_null(one)).shape {
        Shape::Object(object) => {
            let rivals: Vec<&ir::ObjectShape> = rivals
                .iter()
                .filter_map(|rival| match &api.ty(api.behind_null(*rival)).shape {
                    Shape::Object(object) => Some(object),
                    _ => None,
                })
                .collect();
            by_member(api, object, &rivals)
        }
        Shape::Array(ir::ArrayShape { items, .. }) | Shape::Map(items, _) => {
            let rivals: Vec<TypeId> = rivals
                .iter()
                .filter_map(|rival| match &api.ty(api.behind_null(*rival)).shape {
                    Shape::Array(ir::ArrayShape { items, .. }) | Shape::Map(items, _) => Some(*items),
                    _ => None,
                })
                .collect();
            tell(api, *items, &rivals, depth)
        }
        _ => None,
    }
}

fn by_member(api: &ir::Api, object: &ir::ObjectShape, rivals: &[&ir::ObjectShape]) -> Option<Words> {
    if rivals.is_empty() {
        return None;
    }
    let none = |is_so: &dyn Fn(&ir::Member) -> bool| !rivals.iter().any(|rival| rival.members.iter().any(is_so));
    let members = || object.members.iter();
    let constant = members().find_map(|member| {
        let text = constant(api, member)?;
        none(&|other| other.name == member.name && constant_is(api, other, text)).then(|| Words::new(text))
    });
    let required = || {
        members()
            .filter(|member| is_required(member))
            .find(|member| none(&|other| other.name == member.name && is_required(other)))
    };
    let present = || members().find(|member| none(&|other| other.name == member.name));
    let with = |member: &ir::Member| Words::new("with").and(Words::new(&member.name));
    let in_words = |member: &ir::Member| kind(api, member.ty, &Names::default(), limits::KIND_DEPTH);
    let kind = || {
        members().find_map(|member| {
            let kind = in_words(member);
            let is_alone = none(&|other| other.name == member.name && in_words(other) == kind);
            is_alone.then(|| with(member).and(Words::new(&kind)))
        })
    };
    constant.or_else(|| required().or_else(present).map(with)).or_else(kind)
}

fn is_required(member: &ir::Member) -> bool {
    matches!(member.presence, Presence::Required | Presence::RequiredNullable)
}

/// Returns the only text of a member, if it has one that can be a word of a name.
fn constant<'a>(api: &'a ir::Api, member: &'a ir::Member) -> Option<&'a str> {
    let scalar = member
        .constant
        .as_ref()
        .or_else(|| match &api.ty(api.behind_null(member.ty)).shape {
            Shape::Enum(shape) => match shape.values.as_slice() {
                [only] => Some(&only.value),
                _ => None,
            },
            _ => None,
        })?;
    match scalar {
        Scalar::String(text) | Scalar::Number(text) => {
            (text.chars().count() <= limits::WORD_CHARACTERS && text.chars().any(char::is_alphanumeric)).then_some(text)
        }
        Scalar::Bool(_) | Scalar::Null => None,
    }
}

fn constant_is(api: &ir::Api, member: &ir::Member, text: &str) -> bool {
    constant(api, member) == Some(text)
}

// Names of anonymous types, by their kind.

/// Returns the name of a variant by its type: the type's name, or its kind if it has none.
pub(super) fn kind(api: &ir::Api, id: TypeId, names: &Names, depth: u8) -> String {
    match (&api.ty(id).name, names.ty(id)) {
        // An inline type was named after the union; its word as a variant comes last.
        (NameHint::Derived(path), _) if path.len() > 1 => return path.last().cloned().unwrap_or_default(),
        (_, Some(ident)) => return ident.to_owned(),
        _ => {}
    }
    let inner = |id: TypeId| {
        if depth == 0 || matches!(api.ty(id).name, NameHint::Derived(_)) {
            String::new()
        } else {
            kind(api, id, names, depth - 1)
        }
    };
    match &api.ty(id).shape {
        Shape::Any => "Json".to_owned(),
        Shape::Null => "Null".to_owned(),
        Shape::Scalar(format, _) | Shape::Newtype(format, _) => scalar(*format).to_owned(),
        Shape::Enum(_) => "Choice".to_owned(),
        Shape::Object(_) => "Object".to_owned(),
        Shape::Array(array) => format!("{} list", inner(array.items)),
        Shape::Tuple(..) => "Tuple".to_owned(),
        Shape::Map(values, _) => format!("{} map", inner(*values)),
        Shape::Union(_) => "OneOf".to_owned(),
        Shape::Nullable(id) | Shape::Alias(id) => inner(*id),
    }
}

fn scalar(format: ScalarFormat) -> &'static str {
    match format {
        ScalarFormat::Bool => "Bool",
        ScalarFormat::I32 | ScalarFormat::I64 | ScalarFormat::U64 | ScalarFormat::Integer => "Integer",
        ScalarFormat::Float | ScalarFormat::Number => "Number",
        ScalarFormat::Text => "Text",
        ScalarFormat::Decimal => "Decimal",
        ScalarFormat::Timestamp => "Timestamp",
        ScalarFormat::Date => "Date",
        ScalarFormat::Base64 => "Base64",
        ScalarFormat::Binary => "Bytes",
    }
}
