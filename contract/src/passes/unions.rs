//! Unions: simplifies them. Alternatives that JSON cannot distinguish (two kinds of text, two numbers, two lists)
//! become one; a list of constants becomes an enumeration; a union with one alternative becomes that alternative.
//!
//! Variants are chosen by JSON kind, required members and constants, never by a format, so that no permitted value is
//! refused for its spelling.

use std::collections::HashSet;

use super::edges;
use crate::limits;
use crate::{
    diag::Report,
    ir::{
        self, Constraints, EnumShape, EnumValue, NameHint, Scalar, ScalarFormat, Shape, Type, TypeId, UnionShape,
        UnsealedApi, Variant,
    },
};

pub(super) fn run(api: &mut UnsealedApi, _report: &mut Report) {
    // Merging makes new unions (the items of two lists), which are appended and visited in turn.
    for _ in 0..limits::UNION_ROUNDS {
        let mut changed = false;
        let mut index = 0;
        while index < api.types.len() {
            if let Shape::Union(union) = &api.types[index].shape {
                let union = union.clone();
                changed |= simplify(api, index, union);
            }
            index += 1;
        }
        if !changed {
            break;
        }
    }
}

/// Classes of values that JSON distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JsonClass {
    Text,
    Number,
    Bool,
    List,
    Map,
    Other,
}

fn class(types: &[Type], id: TypeId) -> JsonClass {
    match edges::shape(types, id) {
        Shape::Scalar(format, _) | Shape::Newtype(format, _) => scalar_class(*format),
        Shape::Enum(shape) => {
            let mut kinds = shape.values.iter().map(|value| match value.value {
                Scalar::String(_) => JsonClass::Text,
                Scalar::Number(_) => JsonClass::Number,
                Scalar::Bool(_) => JsonClass::Bool,
                Scalar::Null => JsonClass::Other,
            });
            let first = kinds.next().unwrap_or(JsonClass::Other);
            if kinds.all(|kind| kind == first) {
                first
            } else {
                JsonClass::Other
            }
        }
        Shape::Array(_) | Shape::Tuple(..) => JsonClass::List,
        Shape::Map(..) => JsonClass::Map,
        _ => JsonClass::Other,
    }
}

fn scalar_class(format: ScalarFormat) -> JsonClass {
    match format {
        ScalarFormat::Bool => JsonClass::Bool,
        ScalarFormat::I32
        | ScalarFormat::I64
        | ScalarFormat::U64
        | ScalarFormat::Integer
        | ScalarFormat::Float
        | ScalarFormat::Number => JsonClass::Number,
        _ => JsonClass::Text,
    }
}

/// Simplifies the union; true if it is not a union any more, so that enclosing ones are visited again.
fn simplify(api: &mut UnsealedApi, index: usize, mut union: UnionShape) -> bool {
    if union.discriminator.is_none() {
        flatten(&api.types, &mut union);
    }
    let mut seen: Vec<TypeId> = Vec::new();
    let told = union.discriminator.is_some();
    // If one type is used twice, the place with a mark stays.
    let all = union.variants.iter().map(|variant| variant.ty);
    let marked: Vec<TypeId> = all.filter(|id| !told && is_sensitive(&api.types, *id)).collect();
    union.variants.retain(|variant| {
        let id = ir::behind(&api.types, variant.ty).unwrap_or(variant.ty);
        // A choice between itself and another type is the other type.
        id.0 as usize != index
            && (told
                || !seen.contains(&id) && {
                    seen.push(id);
                    true
                })
    });
    for variant in &mut union.variants {
        let marked = marked.iter().find(|one| same(&api.types, **one, variant.ty));
        variant.ty = marked.copied().unwrap_or(variant.ty);
    }
    // Every union accepts "anything else" already; a single alternative beside it adds nothing.
    let is_any = |variant: &Variant| matches!(edges::shape(&api.types, variant.ty), Shape::Any);
    let open = !told && union.variants.iter().any(is_any);
    if open {
        union.variants.retain(|variant| !is_any(variant));
    }
    let made = api.types.len();
    if !told {
        for kind in [
            JsonClass::Text,
            JsonClass::Number,
            JsonClass::Bool,
            JsonClass::List,
            JsonClass::Map,
        ] {
            merge(api, index, &mut union, kind);
        }
        // A map accepts any object: it comes after variants with required members.
        let maps = |variant: &Variant| class(&api.types, variant.ty) == JsonClass::Map;
        if let Some(at) = union.variants.iter().position(maps)
            && union.variants[at + 1..]
                .iter()
                .any(|variant| matches!(edges::shape(&api.types, variant.ty), Shape::Object(_)))
        {
            let map = union.variants.remove(at);
            union.variants.push(map);
        }
    }
    match union.variants.as_slice() {
        [] | [_] if open || union.variants.is_empty() => {
            api.types[index].shape = Shape::Any;
            unname(&mut api.types[index]);
        }
        // A type just made of all alternatives is the type itself.
        [only] if only.ty.0 as usize >= made => {
            api.types[index].shape = api.types[only.ty.0 as usize].shape.clone();
            api.types[index].sensitive |= api.types[only.ty.0 as usize].sensitive;
            if !matches!(api.types[index].shape, Shape::Enum(_)) {
                unname(&mut api.types[index]);
            }
        }
        [only] if !told => {
            api.types[index].shape = Shape::Alias(only.ty);
            unname(&mut api.types[index]);
        }
        _ => {
            api.types[index].shape = Shape::Union(union);
            return false;
        }
    }
    true
}

/// Removes the name of an inline type that turned out to need none.
fn unname(ty: &mut Type) {
    if matches!(ty.name, NameHint::Derived(_)) {
        ty.name = NameHint::Anonymous;
    }
}

/// Flattens inline unions inside of a union.
fn flatten(types: &[Type], union: &mut UnionShape) {
    let mut flat = Vec::with_capacity(union.variants.len());
    for variant in union.variants.drain(..) {
        let ty = &types[variant.ty.0 as usize];
        match &ty.shape {
            Shape::Union(inner)
                if inner.discriminator.is_none()
                    && !ty.sensitive
                    && !matches!(
                        ty.name,
                        NameHint::Given(_) | NameHint::Pinned(_) | NameHint::Elsewhere { .. }
                    )
                    && flat.len() + inner.variants.len() <= limits::ALTERNATIVES =>
            {
                flat.extend(inner.variants.iter().cloned());
            }
            _ => flat.push(variant),
        }
    }
    union.variants = flat;
}

/// Returns true if the type is marked, or an alias on the way to it.
pub(super) fn is_sensitive(types: &[Type], id: TypeId) -> bool {
    ir::chain(types, id, ir::alias).any(|id| types[id.0 as usize].sensitive)
}

/// Returns true if two ids lead to one type.
fn same(types: &[Type], one: TypeId, other: TypeId) -> bool {
    ir::behind(types, one).unwrap_or(one) == ir::behind(types, other).unwrap_or(other)
}

/// Merges all variants of a class into one.
fn merge(api: &mut UnsealedApi, index: usize, union: &mut UnionShape, kind: JsonClass) {
    let ids: Vec<TypeId> = union
        .variants
        .iter()
        .map(|variant| variant.ty)
        .filter(|id| class(&api.types, *id) == kind)
        .collect();
    let [first, _, ..] = ids[..] else { return };
    let shape = match kind {
        JsonClass::List => list(api, index, &ids),
        JsonClass::Map => map(api, index, &ids),
        _ => scalars(&api.types, &ids),
    };
    let sensitive = ids.iter().any(|id| is_sensitive(&api.types, *id));
    let ty = push(api, index, "choice", shape);
    api.types[ty.0 as usize].sensitive |= sensitive;
    let at = union
        .variants
        .iter()
        .position(|variant| variant.ty == first)
        .unwrap_or(0);
    union.variants.retain(|variant| !ids.contains(&variant.ty));
    union.variants.insert(at.min(union.variants.len()), Variant::new(ty));
}

/// Adds a type derived from the one at `index`; it has a name if its shape needs one.
fn push(api: &mut UnsealedApi, index: usize, word: &str, shape: Shape) -> TypeId {
    let owner = &api.types[index];
    let mut origin = owner.origin.clone();
    let named = matches!(shape, Shape::Enum(_) | Shape::Union(_));
    let name = match &owner.name {
        NameHint::Given(name) | NameHint::Pinned(name) | NameHint::Elsewhere { name, .. } if named => {
            NameHint::Derived(vec![name.clone(), word.to_owned()])
        }
        NameHint::Derived(path) if named => NameHint::Derived(path.iter().cloned().chain([word.to_owned()]).collect()),
        _ => NameHint::Anonymous,
    };
    origin.pointer.push('/');
    origin.pointer.push_str(word);
    let ty = Type {
        sensitive: owner.sensitive,
        ..Type::new(name, shape, origin)
    };
    let id = TypeId(u32::try_from(api.types.len()).unwrap_or(u32::MAX));
    api.types.push(ty);
    id
}

/// Returns one scalar for all of these: an open enumeration if one lists values, else their common format, else the
/// widest of their kind.
fn scalars(types: &[Type], ids: &[TypeId]) -> Shape {
    let mut values: Vec<EnumValue> = Vec::new();
    let mut formats: Vec<(ScalarFormat, &Constraints)> = Vec::new();
    let (mut first, mut allows_others): (Option<&EnumShape>, bool) = (None, false);
    let are_named = are_named(types, ids);
    for id in ids {
        match edges::shape(types, *id) {
            Shape::Enum(shape) => {
                first = first.or(Some(shape));
                allows_others |= shape.allows_others;
                let owner = words(types, *id);
                for value in &shape.values {
                    if !values.iter().any(|known| known.value == value.value) {
                        // A list of constants, each with its own description.
                        let mut one = value.clone();
                        if is_constant(shape) {
                            one.text = owner.clone();
                            one.name = one.name.or_else(|| one.text.title.take_if(|_| are_named));
                        }
                        values.push(one);
                    }
                }
            }
            Shape::Scalar(format, limits) | Shape::Newtype(format, limits) => formats.push((*format, limits)),
            _ => {}
        }
    }
    if let Some(first) = first
        && formats
            .iter()
            .all(|(format, _)| scalar_class(*format) != JsonClass::Bool)
    {
        return Shape::Enum(EnumShape {
            values,
            allows_others: allows_others || !formats.is_empty(),
            limits: common(&formats).1,
            ..first.clone()
        });
    }
    let (format, limits) = common(&formats);
    Shape::Scalar(format, limits)
}

/// Returns the format and the bounds of values that have one of these.
fn common(formats: &[(ScalarFormat, &Constraints)]) -> (ScalarFormat, Constraints) {
    let format = formats
        .iter()
        .map(|(format, _)| *format)
        .reduce(wider)
        .unwrap_or(ScalarFormat::Bool);
    let limits = match formats {
        [(_, one), rest @ ..] if rest.iter().all(|(_, other)| other == one) => (*one).clone(),
        // No bound holds for all; the first format is valid in an example.
        [(_, one), ..] => Constraints {
            format: one.format.clone(),
            either: bounds_of_all(formats, format),
            ..Constraints::default()
        },
        [] => Constraints::default(),
    };
    (format, limits)
}

/// Returns the bounds of each alternative; none if one of them has no bound.
fn bounds_of_all(formats: &[(ScalarFormat, &Constraints)], wide: ScalarFormat) -> Vec<Constraints> {
    let each: Vec<Constraints> = formats
        .iter()
        .map(|(own, limits)| narrowed(*own, wide, limits))
        .collect();
    if each.iter().any(Constraints::are_none) {
        Vec::new()
    } else {
        each
    }
}

/// Returns the bounds of an alternative whose values are read in a wider format.
fn narrowed(own: ScalarFormat, wide: ScalarFormat, limits: &Constraints) -> Constraints {
    let is_whole = |format| {
        matches!(
            format,
            ScalarFormat::I32 | ScalarFormat::I64 | ScalarFormat::U64 | ScalarFormat::Integer
        )
    };
    let mut limits = limits.clone();
    if is_whole(own) && !is_whole(wide) && limits.multiple_of.is_none() {
        limits.multiple_of = Some("1".to_owned());
    }
    limits
}

/// Returns true for a single value without a description of its own.
fn is_constant(shape: &EnumShape) -> bool {
    matches!(shape.values.as_slice(), [value] if value.text == ir::Documentation::default())
}

/// Returns true if each constant of a list has a title that no other one has: then the titles are names.
fn are_named(types: &[Type], ids: &[TypeId]) -> bool {
    let mut seen = HashSet::new();
    ids.iter().all(|id| match edges::shape(types, *id) {
        Shape::Enum(shape) if is_constant(shape) => {
            let title = words(types, *id).title.as_deref();
            title.is_some_and(|title| EnumValue::is_name(title) && seen.insert(title))
        }
        _ => true,
    })
}

/// Returns the words of a type, or of what it is another name of where it has none itself.
fn words(types: &[Type], id: TypeId) -> &ir::Documentation {
    let unsaid = |ty: &ir::Type| ir::alias(ty).filter(|_| ty.text == ir::Documentation::default());
    let end = ir::chain(types, id, unsaid).last().unwrap_or(id);
    &types[end.0 as usize].text
}

/// Returns the format that holds both.
pub(super) fn wider(left: ScalarFormat, right: ScalarFormat) -> ScalarFormat {
    use ScalarFormat as F;
    let whole = |format: F| match format {
        F::I32 => 0,
        F::I64 => 1,
        F::U64 | F::Integer => 2,
        _ => 3,
    };
    match (left, right) {
        _ if left == right => left,
        _ if scalar_class(left) == JsonClass::Text => F::Text,
        _ if whole(left) < 3 && whole(right) < 3 => {
            if whole(left).max(whole(right)) == 1 {
                F::I64
            } else {
                F::Integer
            }
        }
        _ => F::Number,
    }
}

/// Returns a list of the items of all these lists.
fn list(api: &mut UnsealedApi, index: usize, ids: &[TypeId]) -> Shape {
    let mut items = Vec::new();
    for id in ids {
        match edges::shape(&api.types, *id) {
            Shape::Array(array) => items.push(array.items),
            Shape::Tuple(positions) => items.extend(positions.iter().copied()),
            _ => {}
        }
    }
    let items = either(api, index, "item", items);
    Shape::Array(ir::ArrayShape {
        items,
        limits: Constraints::default(),
    })
}

/// Returns a map of the values of all these maps.
fn map(api: &mut UnsealedApi, index: usize, ids: &[TypeId]) -> Shape {
    let mut values = Vec::new();
    for id in ids {
        if let Shape::Map(value, _) = edges::shape(&api.types, *id) {
            values.push(*value);
        }
    }
    Shape::Map(either(api, index, "value", values), Constraints::default())
}

/// Returns a union of these types; a `null` that one of them allows is moved around all of them.
fn either(api: &mut UnsealedApi, index: usize, word: &str, mut ids: Vec<TypeId>) -> TypeId {
    let mut nullable = false;
    for id in &mut ids {
        if let Shape::Nullable(inner) = api.types[id.0 as usize].shape {
            (*id, nullable) = (inner, true);
        }
    }
    let variants = ids.into_iter().map(Variant::new).collect();
    let one = Shape::Union(UnionShape {
        variants,
        ..UnionShape::default()
    });
    let one = push(api, index, word, one);
    if nullable {
        return push(api, index, word, Shape::Nullable(one));
    }
    one
}
