//! Models to descriptions for pages: kind, text, members, picture.

use sdkwright_contract::ir;
use serde::Serialize;

use super::context::{Context, scalar};
use super::docs::marks::lowered;
use super::members::{fields, required_members, required_name};
use super::page_plan::PagePlan;
use super::rust_type::RustType;
use super::{docs, multipart, pictures};

/// A named type of a page.
#[derive(Debug, Serialize)]
pub struct ModelEntry {
    /// The Rust name.
    pub name: String,
    /// Kind of type.
    pub kind: &'static str,
    /// Markdown.
    pub text: String,
    /// Members, values or variants: name, type or presence, one line.
    pub members: Vec<[String; 3]>,
    /// Picture of its states: title, path.
    pub picture: Option<(String, String)>,
}

/// Describes a named type.
pub(super) fn describe(context: &Context<'_>, plan: &PagePlan, id: ir::TypeId) -> Option<ModelEntry> {
    let name = context.names.ty(id)?.to_owned();
    let text = plan.text(context, &lowered(context.docs_of_type(id).lines(), 2));
    let (kind, members) = match &context.api.ty(id).shape {
        ir::Shape::Object(shape) => ("struct", members(context, plan, id, shape)),
        ir::Shape::Enum(shape) if shape.is_open() => ("enum", values(context, id, shape)),
        ir::Shape::Union(shape) => ("union", variants(context, plan, id, shape)),
        ir::Shape::Newtype(format, _) => (
            "newtype",
            vec![["0".to_owned(), plan.linked(&scalar(*format)), String::new()]],
        ),
        shape => (
            "alias",
            vec![["=".to_owned(), plan.linked(&context.structure(id)), listed(shape)]],
        ),
    };
    let text = [text, constructor(context, id, &name)];
    let text: Vec<String> = text.into_iter().filter(|text| !text.is_empty()).collect();
    Some(ModelEntry {
        name,
        kind,
        text: text.join("\n\n"),
        members,
        picture: pictures::picture(context, id),
    })
}

/// Shows the constructor of a type that takes its required members as named fields; empty for other types.
fn constructor(context: &Context<'_>, id: ir::TypeId, name: &str) -> String {
    let ir::Shape::Object(shape) = &context.api.ty(id).shape else {
        return String::new();
    };
    if !context.api.ty(id).directions.request || context.is_sealed(id) || context.is_form_only(id) {
        return String::new();
    }
    let fields = fields(context, id, shape);
    let required = required_members(context, &fields);
    if !required.are_named() {
        return String::new();
    }
    let fields = required.fields.iter();
    let given = docs::listed(fields.map(|field| format!("{}: {}", field.name, field.plain())));
    let call = format!("{name}::new({} {{ {given} }})", required_name(context, name));
    format!("Constructor: {}.", docs::code(&call))
}

fn members(context: &Context<'_>, plan: &PagePlan, id: ir::TypeId, shape: &ir::ObjectShape) -> Vec<[String; 3]> {
    let is_form = context.is_form_only(id);
    let parts = { is_form.then(|| multipart::fields(context, id)) }.unwrap_or_default();
    let ty = |member: &ir::Member| {
        let is_file = |part: &&&ir::Part| part.name == member.name && matches!(part.content, ir::PartContent::Binary);
        let upload = |part: &&ir::Part| {
            let one = RustType::runtime("Upload");
            if part.repeated { one.list() } else { one }
        };
        parts.iter().find(is_file).map_or_else(|| context.ty(member.ty), upload)
    };
    let members = shape.members.iter();
    let mut all: Vec<_> = members
        .map(|member| of_member(plan, shape, member, &ty(member)))
        .collect();
    if let ir::Additional::Typed(values) = shape.additional {
        let parts = multipart::further_ty(context, id).filter(|_| is_form);
        let map = parts.unwrap_or_else(|| RustType::Runtime("Map", vec![context.ty(values)]));
        let name = context.names.additional(id, shape);
        all.push([name.to_owned(), plan.linked(&map), "All other members.".to_owned()]);
    }
    all
}

fn of_member(plan: &PagePlan, shape: &ir::ObjectShape, member: &ir::Member, ty: &RustType) -> [String; 3] {
    let how = match member.presence {
        _ if shape.requires_sent(member) => ", required in requests",
        ir::Presence::Required => "",
        ir::Presence::RequiredNullable => ", may be null",
        ir::Presence::Optional => ", optional",
        ir::Presence::OptionalNullable => ", optional, may be null",
    };
    [
        docs::code(&member.name),
        format!("{}{how}", plan.linked(ty)),
        docs::cell_of(&member.text),
    ]
}

fn values(context: &Context<'_>, id: ir::TypeId, shape: &ir::EnumShape) -> Vec<[String; 3]> {
    let value = |(index, value): (usize, &ir::EnumValue)| {
        let variant = docs::code(context.names.variant(id, index));
        [docs::code(value.value.text()), variant, docs::cell_of(&value.text)]
    };
    shape.values.iter().enumerate().map(value).collect()
}

/// Returns the values of an enumeration that is no Rust enum, in one line; nothing for other types.
fn listed(shape: &ir::Shape) -> String {
    let ir::Shape::Enum(shape) = shape else {
        return String::new();
    };
    let values = docs::codes(shape.values.iter().map(|value| value.value.text()));
    docs::cell(&format!("One of {values}."))
}

fn variants(context: &Context<'_>, plan: &PagePlan, id: ir::TypeId, shape: &ir::UnionShape) -> Vec<[String; 3]> {
    let variant = |(index, variant): (usize, &ir::Variant)| {
        [
            docs::code(context.names.variant(id, index)),
            plan.linked(&context.ty(variant.ty)),
            docs::codes(&variant.tags),
        ]
    };
    shape.variants.iter().enumerate().map(variant).collect()
}
