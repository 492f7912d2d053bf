//! Types as one line of text, so that a test can say what a schema becomes. In: a sealed API. Out: a line for every type
//! that has a name, in the order of the contract. It leaves out where something stands and how it is described.

use std::fmt::Write as _;

use crate::ir::{
    Additional, Api, Constraints, EnumShape, EnumValue, JsonKind, Member, NameHint, Presence, Probe, Shape, TypeId,
    UnionShape, Variant,
};

/// The type of every component, a line each.
pub(super) fn lines(api: &Api) -> String {
    let named = api.types().filter_map(|(id, ty)| match &ty.name {
        NameHint::Given(name) | NameHint::Pinned(name) | NameHint::Elsewhere { name, .. } => {
            Some(format!("{name} = {}\n", whole(api, id, 0)))
        }
        NameHint::Derived(_) | NameHint::Anonymous => None,
    });
    named.collect()
}

/// A type where it is mentioned: by its name if it has one.
fn mention(api: &Api, id: TypeId, depth: usize) -> String {
    let ty = api.ty(id);
    match &ty.name {
        NameHint::Given(name) | NameHint::Pinned(name) | NameHint::Elsewhere { name, .. } => name.clone(),
        NameHint::Derived(_) | NameHint::Anonymous if depth > 12 => "…".to_owned(),
        NameHint::Derived(path) => format!("@{} {}", path.join("/"), whole(api, id, depth)),
        NameHint::Anonymous => whole(api, id, depth),
    }
}

fn whole(api: &Api, id: TypeId, depth: usize) -> String {
    let ty = api.ty(id);
    let inner = |id: &TypeId| mention(api, *id, depth + 1);
    let all = |ids: &[TypeId]| ids.iter().map(inner).collect::<Vec<_>>().join(", ");
    let shape = match &ty.shape {
        Shape::Any => "any".to_owned(),
        Shape::Null => "null".to_owned(),
        Shape::Scalar(format, limits) => format!("{format:?}{}", bounds(limits)),
        Shape::Newtype(format, limits) => format!("new {format:?}{}", bounds(limits)),
        Shape::Enum(shape) => enumeration(shape),
        Shape::Object(object) => {
            let mut parts: Vec<String> = object.members.iter().map(|one| member(api, one, depth)).collect();
            match &object.additional {
                Additional::Open => {}
                Additional::Closed => parts.push("nothing else".to_owned()),
                Additional::Typed(id) => parts.push(format!("others: {}", inner(id))),
            }
            format!("{{ {} }}{}", parts.join(", "), sizes(object.size))
        }
        Shape::Array(array) => format!("[{}]{}", inner(&array.items), bounds(&array.limits)),
        Shape::Tuple(ids) => format!("({})", all(ids)),
        Shape::Map(id, limits) => format!("map of {}{}", inner(id), bounds(limits)),
        Shape::Union(shape) => union(api, shape, depth),
        Shape::Nullable(id) => format!("{} or null", inner(id)),
        Shape::Alias(id) => format!("as {}", inner(id)),
    };
    let mark = if ty.sensitive { "secret " } else { "" };
    let titled = ty
        .text
        .title
        .as_ref()
        .map(|title| format!("«{title}» "))
        .unwrap_or_default();
    let examples: Vec<String> = ty.examples.iter().map(|example| format!(" e.g. {example}")).collect();
    format!("{mark}{titled}{shape}{}", examples.concat())
}

fn enumeration(shape: &EnumShape) -> String {
    let values: Vec<String> = shape.values.iter().map(value).collect();
    let prefix = shape.variant_prefix.as_ref().map(|prefix| format!(" without {prefix}"));
    let others = if shape.allows_others { " or others" } else { "" };
    format!("one of ({}){}{others}", values.join(" "), prefix.unwrap_or_default())
}

fn value(value: &EnumValue) -> String {
    let said = value.text.description.as_ref().map(|text| format!(": {text}"));
    format!("{}{}", value.value.text(), said.unwrap_or_default())
}

fn member(api: &Api, member: &Member, depth: usize) -> String {
    let (sign, null) = match member.presence {
        Presence::Required => ("", ""),
        Presence::RequiredNullable => ("", " or null"),
        Presence::Optional => ("?", ""),
        Presence::OptionalNullable => ("?", " or null"),
    };
    let mut words = String::new();
    let marks = [
        (member.read_only, "read-only "),
        (member.write_only, "write-only "),
        (member.sensitive, "secret "),
        (member.boxed, "boxed "),
        (member.text.deprecated, "deprecated "),
    ];
    marks
        .iter()
        .filter(|(is, _)| *is)
        .for_each(|(_, word)| words.push_str(word));
    let is = member
        .constant
        .as_ref()
        .map(|constant| format!(" = {}", constant.text()));
    let default = member.default.as_ref().map(|default| format!(" default {default}"));
    let ty = mention(api, member.ty, depth + 1);
    let (is, default) = (is.unwrap_or_default(), default.unwrap_or_default());
    format!("{words}{}{sign}: {ty}{null}{is}{default}", member.name)
}

fn union(api: &Api, shape: &UnionShape, depth: usize) -> String {
    let by = shape.discriminator.as_ref().map(|by| format!(" by {}", by.member));
    let one = |index: &usize| variant(api, &shape.variants[*index], depth);
    let contract: Vec<usize> = (0..shape.variants.len()).collect();
    let order = if shape.order == contract {
        String::new()
    } else {
        format!(" tried {:?}", shape.order)
    };
    let variants: Vec<String> = contract.iter().map(one).collect();
    format!("choice{}{order} ({})", by.unwrap_or_default(), variants.join(" | "))
}

fn variant(api: &Api, variant: &Variant, depth: usize) -> String {
    let mut said = mention(api, variant.ty, depth + 1);
    if let Some(name) = &variant.name {
        said = format!("{name}: {said}");
    }
    if variant.boxed {
        said.push_str(" boxed");
    }
    if !variant.tags.is_empty() {
        said = format!("{said} #{}", variant.tags.join(" #"));
    }
    let forms: Vec<String> = variant.probes.iter().map(form).collect();
    format!("{said} <{}>", forms.join(" or "))
}

fn kind(kind: Option<JsonKind>) -> String {
    kind.map_or("any".to_owned(), |kind| format!("{kind:?}").to_lowercase())
}

fn form(probe: &Probe) -> String {
    let mut said = kind(probe.kind);
    for name in &probe.required {
        let _ = write!(said, " +{name}");
    }
    for (name, values) in &probe.constants {
        let values: Vec<&str> = values.iter().map(crate::ir::Scalar::text).collect();
        let _ = write!(said, " {name}={}", values.join("/"));
    }
    said
}

fn sizes([least, most]: [Option<u64>; 2]) -> String {
    let number = |bound: Option<u64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
    match (least, most) {
        (None, None) => String::new(),
        _ => format!(" {}..{}", number(least), number(most)),
    }
}

fn bounds(limits: &Constraints) -> String {
    let bound = |sign: &str, bound: &Option<(String, bool)>| {
        bound
            .as_ref()
            .map(|(text, excluded)| format!(" {sign}{}{text}", if *excluded { "" } else { "=" }))
    };
    let parts = [
        Some(sizes(limits.sizes())),
        bound(">", &limits.minimum),
        bound("<", &limits.maximum),
        limits.multiple_of.as_ref().map(|of| format!(" ×{of}")),
        limits.pattern.as_ref().map(|pattern| format!(" /{pattern}/")),
        limits.unique.then(|| " unique".to_owned()),
        limits.format.as_ref().map(|format| format!(" ‘{format}’")),
    ];
    let others = limits.others.iter().map(|other| format!(" and{}", bounds(other)));
    let either = limits.either.iter().map(|other| format!(" or{}", bounds(other)));
    parts.into_iter().flatten().chain(others).chain(either).collect()
}
