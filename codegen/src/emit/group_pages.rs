//! Data of the pages of groups and of models, each made alone, as plain safe text.

use sdkwright_contract::ir;
use serde::Serialize;

use super::bridges::place;
use super::context::{Context, scalar};
use super::docs::marks::lowered;
use super::members::{fields, required_members, required_name};
use super::operation::body::chained_names;
use super::operation::{answer, arguments, docs_of_group, effect_of, failure, path_of, rule_of};
use super::page_plan::{self, PagePlan};
use super::tokens::RustType;
use super::{auth, docs, example, multipart, sentences};

/// The page of a group, or one of models that several groups use.
#[derive(Debug, Serialize)]
pub struct ReferencePage {
    /// Its file in `docs/`.
    pub file: String,
    /// The group.
    pub group: Option<GroupSection>,
    /// The models, sorted by name.
    pub models: Vec<ModelEntry>,
    /// True if the crate has a page of problem codes.
    pub has_codes: bool,
}

/// The calls of a group.
#[derive(Debug, Serialize)]
pub struct GroupSection {
    /// Accessor.
    pub name: String,
    /// Markdown.
    pub text: String,
    /// Its operations.
    pub operations: Vec<Operation>,
}

/// An operation.
#[derive(Debug, Serialize)]
pub struct Operation {
    /// `operationId`, as code.
    pub id: String,
    /// One line.
    pub title: String,
    /// The Rust method.
    pub call: String,
    /// HTTP method.
    pub method: String,
    /// Path template, as code.
    pub path: String,
    /// Markdown.
    pub text: String,
    /// Badge of the rules, after a space; empty if the contract marks nothing.
    pub rules_badge: String,
    /// Rules of the server, in words, each with its code.
    pub rules: Vec<String>,
    /// Codes, as code, without the common ones if the crate has a page of codes.
    pub problems: Vec<String>,
    /// The call can return common codes, which that page lists.
    pub has_common_problems: bool,
    /// The effect of the call, in one line.
    pub effect: &'static str,
    /// Required credentials, in one line.
    pub needs: String,
    /// Rust: `use` lines.
    pub imports: Vec<String>,
    /// Rust: statements.
    pub snippet: Vec<String>,
    /// Further methods of the same operation.
    pub also: Vec<String>,
    /// Parameters: Rust name, place and presence, type, one line.
    pub parameters: Vec<[String; 4]>,
    /// Methods that set a form of an optional body, with its media type.
    pub bodies: Vec<String>,
    /// Type of the value of the call, as code; empty for none.
    pub returns: String,
    /// Types that failures carry, in one line.
    pub failures: String,
}

/// Makes the page of a group.
pub(super) fn of_group(context: &Context<'_>, plan: &PagePlan, index: usize) -> ReferencePage {
    let one = |(id, operation)| of_operation(context, plan, id, operation);
    let group = GroupSection {
        name: context.names.groups()[index].snake.clone(),
        text: plan.text(context, &lowered(docs_of_group(context, index).lines(), 1)),
        operations: context.operations_of(index).map(one).collect(),
    };
    page(context, plan, plan.group(index), Some(group), plan.models_of(index))
}

/// Makes a page of models that several groups use.
pub(super) fn of_models(context: &Context<'_>, plan: &PagePlan, file: &str) -> ReferencePage {
    let ids = plan.model_pages().find(|(one, _)| *one == file);
    page(context, plan, file.to_owned(), None, ids.map_or(&[], |(_, ids)| ids))
}

fn page(
    context: &Context<'_>,
    plan: &PagePlan,
    file: String,
    group: Option<GroupSection>,
    ids: &[ir::TypeId],
) -> ReferencePage {
    let models = ids.iter().filter_map(|id| describe(context, plan, *id));
    ReferencePage {
        file,
        group,
        models: models.collect(),
        has_codes: has_codes(context),
    }
}

fn of_operation(context: &Context<'_>, plan: &PagePlan, id: ir::OperationId, operation: &ir::Operation) -> Operation {
    let mut untitled = operation.text.clone();
    let title = untitled.title.take().unwrap_or_default();
    untitled.description.take_if(|text| sentences::is_same(&title, text));
    let title = sentences::unended(&title);
    let said = untitled.description.is_some() || untitled.provenance != ir::Provenance::Silent || untitled.deprecated;
    let text = context.docs_of(ir::AssumptionKind::Operation, &untitled, "", String::new);
    let (imports, snippet) = example::snippet(context, id).unwrap_or_default();
    let (common, own): (Vec<&String>, Vec<&String>) = { operation.problems.iter() }
        .partition(|code| has_codes(context) && context.common_problems.has(operation, code));
    let lines = if said { lowered(text.lines(), 3) } else { Vec::new() };
    let output = answer::output(context, id, operation);
    Operation {
        id: docs::code(&operation.id),
        title,
        call: context.call(id),
        method: operation.method.token().to_owned(),
        path: plan.text(context, &[path_of(context, operation)]),
        text: plan.text(context, &lines).trim().to_owned(),
        rules_badge: plan.text(context, &[context.badge_if_marked(ir::AssumptionKind::Rule)]),
        rules: operation.rules.iter().map(|rule| rule_of(rule, docs::code)).collect(),
        problems: own.into_iter().map(|code| docs::code(code)).collect(),
        has_common_problems: !common.is_empty(),
        effect: effect(context, operation),
        needs: auth::needs(context, operation, false).unwrap_or_default(),
        imports,
        snippet,
        also: also(context, id, operation),
        parameters: parameters(context, plan, id),
        bodies: bodies(context, id, operation),
        returns: if output.ty.is_unit() {
            String::new()
        } else {
            plan.linked(&output.ty)
        },
        failures: failure::sentence(context, id, &|name| plan.target(name)).unwrap_or_default(),
    }
}

fn parameters(context: &Context<'_>, plan: &PagePlan, id: ir::OperationId) -> Vec<[String; 4]> {
    let one = |(index, parameter): (usize, &ir::Parameter)| {
        let name = context.names.parameter(id, index).trim_start_matches("r#");
        let place = place(parameter);
        let spelling = if name == parameter.name {
            String::new()
        } else {
            format!(" {}", docs::code(&parameter.name))
        };
        let optional = if parameter.required { "" } else { ", optional" };
        [
            docs::code(name),
            docs::cell(&format!("{place}{spelling}{optional}")),
            docs::cell(&plan.linked(&context.ty(parameter.ty))),
            docs::cell(&arguments::said(context, parameter)),
        ]
    };
    let parameters = context.api.operation(id).parameters.iter().enumerate();
    parameters.map(one).collect()
}

/// Returns the methods that set an optional body.
fn bodies(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Vec<String> {
    let names = chained_names(context, id, operation);
    let forms = operation.body.iter().flat_map(|body| &body.forms);
    let one = |(name, form): (String, &ir::BodyForm)| format!("`.{name}(..)` ({})", docs::code(&form.media_type));
    names.into_iter().zip(forms).map(one).collect()
}

/// Returns the draft, the other forms of the body, the aliases.
fn also(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Vec<String> {
    let names = context.names.operation(id);
    let said = |method: &str| docs::code(method.trim_start_matches("r#"));
    let forms = operation
        .body
        .iter()
        .filter(|body| body.required)
        .flat_map(|body| &body.forms)
        .zip(&names.methods)
        .skip(1);
    let forms = forms.map(|(form, method)| format!("{} ({})", said(method), docs::code(&form.media_type)));
    let draft = names.draft.iter().map(|draft| said(draft));
    draft
        .chain(forms)
        .chain(names.aliases.iter().map(|alias| said(alias)))
        .collect()
}

/// Returns true if the crate has a page of problem codes.
fn has_codes(context: &Context<'_>) -> bool {
    let shape = context.api.problem_codes.map(|id| context.shape(id));
    matches!(shape, Some(ir::Shape::Enum(shape)) if shape.problems.iter().any(|model| !model.rows.is_empty()))
}

/// Returns the effect of an operation in words; empty if the contract does not state it.
pub(super) fn effect(context: &Context<'_>, operation: &ir::Operation) -> &'static str {
    operation.effect.map_or("", |effect| effect_of(context, effect))
}

// Models: kind, text, members, picture.

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
fn describe(context: &Context<'_>, plan: &PagePlan, id: ir::TypeId) -> Option<ModelEntry> {
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
        picture: page_plan::picture(context, id),
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
