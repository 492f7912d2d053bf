//! Data of the pages: operations, models and problem codes, as plain safe text.

use serde::Serialize;

use super::context::Context;
use super::docs::headings::lowered;
use super::features::{self, Features};
use super::method_links::on_page;
use super::model::problems;
use super::operation::body::chained_names;
use super::operation::{
    answer, arguments, docs_of_group, effect_of, failure, path_of, problem_variant, rule_of, scenario_of,
};
use super::overview::{self, Overview};
use super::rust_type::RustType;
use super::{auth, docs, ends, example, multipart, pictures, servers};
use crate::ir;

/// Data of all pages.
#[derive(Debug, Serialize)]
pub struct PageData {
    /// The API's title.
    pub title: String,
    /// The contract's version.
    pub version: String,
    /// Data of the front page and of the guide.
    pub overview: Overview,
    /// Groups in contract order.
    pub groups: Vec<Group>,
    /// Named types, sorted by name.
    pub models: Vec<Model>,
    /// Problem codes in contract order.
    pub codes: Vec<CodeRow>,
    /// Webhooks without verification: event, Rust type of its payload, one line.
    pub deliveries: Vec<(String, String, String)>,
    /// Environment variables: purpose, name.
    pub environment: Vec<(String, String)>,
    /// Effects of calls, largest first: words, calls.
    pub effects: Vec<(&'static str, Vec<Called>)>,
    /// The owner of the API.
    pub owner: String,
    /// Readings, which the owner does not document: section, rows of place and value.
    pub readings: Vec<(&'static str, Vec<(String, String)>)>,
    /// True if calls take idempotency keys, which a journal can keep.
    pub keys: bool,
    /// Credentials: constructor function, meaning.
    pub credentials: Vec<(String, String)>,
    /// Servers: function, address.
    pub servers: Vec<(String, String)>,
    /// Features of the runtime that the contract uses.
    pub uses: Features,
}

/// A method of a group.
#[derive(Debug, Serialize)]
pub struct Called {
    /// The accessor and the method: `books().read`.
    pub call: String,
    /// Its path below the crate, for links: `operations::books::Books::read`.
    pub item: String,
}

/// A group of operations.
#[derive(Debug, Serialize)]
pub struct Group {
    /// Accessor.
    pub name: String,
    /// Module of its operations.
    pub module: String,
    /// One sentence, for a table.
    pub sentence: String,
    /// Cargo feature.
    pub feature: String,
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
    /// Rules of the server, in words, each with its code.
    pub rules: Vec<String>,
    /// Endings of the local server that a request can ask for, in words.
    pub scenarios: Vec<String>,
    /// Codes, as code.
    pub problems: Vec<String>,
    /// The effect of the call, in one line.
    pub effect: String,
    /// Required credentials, in one line.
    pub needs: String,
    /// Rust: its credentials.
    pub credentials: Vec<String>,
    /// Rust: `use` lines.
    pub imports: Vec<String>,
    /// Rust: statements.
    pub snippet: Vec<String>,
    /// Further methods of the same operation.
    pub also: Vec<String>,
    /// Parameters: Rust name, place and presence, type, one line.
    pub parameters: Vec<(String, String, String, String)>,
    /// Methods that set a form of an optional body, with its media type.
    pub bodies: Vec<String>,
    /// Type of the value of the call, as code; empty for none.
    pub returns: String,
    /// Types that failures carry, in one line.
    pub failures: String,
}

/// A named type.
#[derive(Debug, Serialize)]
pub struct Model {
    /// The Rust name.
    pub name: String,
    /// Kind of type.
    pub kind: &'static str,
    /// Markdown.
    pub text: String,
    /// Members, values or variants: name, type or presence, one line.
    pub members: Vec<(String, String, String)>,
    /// Picture of its states: title, path.
    pub picture: Option<(String, String)>,
}

/// A problem code.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct CodeRow {
    pub code: String,
    /// Variant of the enum of codes.
    pub variant: String,
    pub status: u16,
    pub outcome: &'static str,
    pub retry: &'static str,
    pub actor: String,
    pub advice: String,
    /// Parts of it that the owner documents; `None` in a contract without marks.
    pub documented: Option<String>,
}

/// Collects the data of the pages.
pub(super) fn reference(context: &Context<'_>) -> PageData {
    let (api, names) = (context.api, context.names);
    let mut models: Vec<Model> = api.types().filter_map(|(id, _)| of_model(context, id)).collect();
    models.sort_by(|a, b| a.name.cmp(&b.name));
    let environment = &api.settings.environment;
    let variables = [
        ("base URL", &environment.base_url),
        ("client id", &environment.client_id),
        ("client secret", &environment.client_secret),
    ];
    PageData {
        title: docs::inline(&api.info.title),
        version: docs::inline(&api.info.version),
        overview: overview::overview(context),
        groups: (0..names.groups().len())
            .map(|index| of_group(context, index))
            .collect(),
        models,
        codes: codes(context),
        deliveries: api.deliveries.iter().map(|event| delivery(context, event)).collect(),
        effects: effects(context),
        owner: context.owner(),
        readings: readings(context),
        keys: api.idempotency.is_some(),
        environment: variables
            .into_iter()
            .filter_map(|(what, name)| Some((what.to_owned(), docs::code(name.as_ref()?))))
            .collect(),
        credentials: auth::table(context),
        servers: servers::table(context),
        uses: features::used(context),
    }
}

fn delivery(context: &Context<'_>, event: &ir::WebhookEvent) -> (String, String, String) {
    let text = event.text.title.as_ref().or(event.text.description.as_ref());
    let text = text.map(|text| docs::inline(text)).unwrap_or_default();
    let payload = said(&context.ty(event.ty));
    (docs::code(&event.name), payload, text.replace('|', "\\|"))
}

/// Lists the readings, which the owner does not document, by section; empty if the contract marks nothing.
fn readings(context: &Context<'_>) -> Vec<(&'static str, Vec<(String, String)>)> {
    let row = |reading: &ir::Reading| (docs::code(&reading.place), reading.says.replace('|', "\\|"));
    let of = |kind: ir::ReadingKind| context.api.readings.iter().filter(move |reading| reading.kind == kind);
    let all = ir::ReadingKind::ALL
        .iter()
        .map(|(kind, title)| (*title, of(*kind).map(row).collect::<Vec<_>>()));
    all.filter(|(_, rows)| !rows.is_empty()).collect()
}

/// Lists the effects of calls, largest first; empty if the contract does not state them.
fn effects(context: &Context<'_>) -> Vec<(&'static str, Vec<Called>)> {
    let calls = |effect: ir::Effect| -> Vec<Called> {
        let mine = context
            .api
            .operations()
            .filter(|(_, operation)| operation.effect == Some(effect));
        mine.map(|(id, _)| called(context, id)).collect()
    };
    let all = ir::Effect::ALL
        .iter()
        .rev()
        .map(|effect| (effect_of(context, *effect), calls(*effect)));
    all.filter(|(_, calls)| !calls.is_empty()).collect()
}

/// Returns an operation's first method with its path.
fn called(context: &Context<'_>, id: ir::OperationId) -> Called {
    let names = context.names.operation(id);
    let group = &context.names.groups()[names.group];
    let (module, handle, method) = (&group.module, &group.pascal, names.method(0));
    Called {
        call: context.call(id),
        item: format!("operations::{module}::{handle}::{method}"),
    }
}

fn of_group(context: &Context<'_>, index: usize) -> Group {
    let name = &context.names.groups()[index];
    let mine = context
        .api
        .operations()
        .filter(|(id, _)| context.names.operation(*id).group == index);
    Group {
        name: name.snake.clone(),
        module: name.module.clone(),
        sentence: overview::sentence(context, index),
        feature: name.feature.clone(),
        text: on_page(context.names, &lowered(docs_of_group(context, index).lines(), 2)),
        operations: mine
            .map(|(id, operation)| of_operation(context, id, operation))
            .collect(),
    }
}

fn of_operation(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Operation {
    let mut untitled = operation.text.clone();
    let title = untitled.title.take().unwrap_or_default();
    untitled.description.take_if(|text| ends::is_same(&title, text));
    let title = ends::unended(&title);
    let said = untitled.description.is_some() || untitled.provenance != ir::Provenance::Silent || untitled.deprecated;
    let text = context.docs(&untitled, String::new);
    let (imports, snippet) = example::snippet(context, id, operation).unwrap_or_default();
    Operation {
        id: docs::code(&operation.id),
        title,
        call: context.call(id),
        method: operation.method.token().to_owned(),
        path: path_of(context, operation),
        text: if said {
            on_page(context.names, &lowered(text.lines(), 3)).trim().to_owned()
        } else {
            String::new()
        },
        rules: operation.rules.iter().map(rule_of).collect(),
        scenarios: operation.scenarios.iter().map(scenario_of).collect(),
        problems: operation.problems.iter().map(|code| docs::code(code)).collect(),
        effect: operation
            .effect
            .map(|effect| effect_of(context, effect).to_owned())
            .unwrap_or_default(),
        needs: auth::needs(context, operation, false).unwrap_or_default(),
        credentials: auth::sample(context, operation),
        imports,
        snippet,
        also: also(context, id, operation),
        parameters: parameters(context, id, operation),
        bodies: bodies(context, id, operation),
        returns: returns(context, id, operation),
        failures: failure::sentence(context, id, operation, &anchor).unwrap_or_default(),
    }
}

fn parameters(
    context: &Context<'_>,
    id: ir::OperationId,
    operation: &ir::Operation,
) -> Vec<(String, String, String, String)> {
    let one = |(index, parameter): (usize, &ir::Parameter)| {
        let name = context.names.parameter(id, index).trim_start_matches("r#");
        let place = match parameter.location {
            ir::ParameterLocation::Path => "path",
            ir::ParameterLocation::Query => "query",
            ir::ParameterLocation::Header => "header",
            ir::ParameterLocation::Cookie => "cookie",
        };
        let spelling = if name == parameter.name {
            String::new()
        } else {
            format!(" {}", docs::code(&parameter.name))
        };
        let optional = if parameter.required { "" } else { ", optional" };
        let cell = |text: &str| text.replace('|', "\\|");
        (
            docs::code(name),
            cell(&format!("{place}{spelling}{optional}")),
            cell(&said(&context.ty(parameter.ty))),
            cell(&arguments::said(context, parameter)),
        )
    };
    operation.parameters.iter().enumerate().map(one).collect()
}

/// Returns the methods that set an optional body.
fn bodies(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Vec<String> {
    let names = chained_names(context, id, operation);
    let forms = operation.body.iter().flat_map(|body| &body.forms);
    let one = |(name, form): (String, &ir::BodyForm)| format!("`.{name}(..)` ({})", docs::code(&form.media_type));
    names.into_iter().zip(forms).map(one).collect()
}

/// Returns the place of a model on the page.
fn anchor(name: &str) -> String {
    format!("#{}", name.to_lowercase())
}

/// Returns the type of the value of a call.
fn returns(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> String {
    let output = answer::output(context, id, operation);
    match &output.ty {
        ty if ty.is_unit() => String::new(),
        RustType::Model(name) => format!("[`{name}`]({})", anchor(name)),
        other => said(other),
    }
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

fn of_model(context: &Context<'_>, id: ir::TypeId) -> Option<Model> {
    let name = context.names.ty(id)?.to_owned();
    let text = on_page(context.names, &lowered(context.docs_of_type(id).lines(), 3));
    let (kind, members) = match &context.api.ty(id).shape {
        ir::Shape::Object(shape) => ("struct", members(context, id, shape)),
        ir::Shape::Enum(shape) if shape.is_open() => ("enum", values(context, id, shape)),
        ir::Shape::Union(shape) => ("union", variants(context, id, shape)),
        ir::Shape::Newtype(format, _) => (
            "newtype",
            vec![("0".to_owned(), said(&super::context::scalar(*format)), String::new())],
        ),
        shape => (
            "alias",
            vec![("=".to_owned(), said(&context.structure(id)), listed(shape))],
        ),
    };
    Some(Model {
        name,
        kind,
        text,
        members,
        picture: pictures::picture(context, id),
    })
}

fn members(context: &Context<'_>, id: ir::TypeId, shape: &ir::ObjectShape) -> Vec<(String, String, String)> {
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
    let mut all: Vec<_> = members.map(|member| of_member(shape, member, &ty(member))).collect();
    if let ir::Additional::Typed(values) = shape.additional {
        let parts = multipart::further_ty(context, id).filter(|_| is_form);
        let map = parts.unwrap_or_else(|| RustType::Runtime("Map", vec![context.ty(values)]));
        let name = context.names.additional(id, shape);
        all.push((name.to_owned(), said(&map), "All other members.".to_owned()));
    }
    all
}

fn of_member(shape: &ir::ObjectShape, member: &ir::Member, ty: &RustType) -> (String, String, String) {
    let how = match member.presence {
        _ if shape.requires_sent(member) => ", required in requests",
        ir::Presence::Required => "",
        ir::Presence::RequiredNullable => ", may be null",
        ir::Presence::Optional => ", optional",
        ir::Presence::OptionalNullable => ", optional, may be null",
    };
    let text = member
        .text
        .description
        .as_ref()
        .or(member.text.title.as_ref())
        .map(|text| docs::inline(text))
        .unwrap_or_default();
    (
        docs::code(&member.name),
        format!("{}{how}", said(ty)),
        text.replace('|', "\\|"),
    )
}

fn values(context: &Context<'_>, id: ir::TypeId, shape: &ir::EnumShape) -> Vec<(String, String, String)> {
    let value = |(index, value): (usize, &ir::EnumValue)| {
        let text = value
            .text
            .description
            .as_ref()
            .or(value.text.title.as_ref())
            .map(|text| docs::inline(text))
            .unwrap_or_default();
        let variant = docs::code(context.names.variant(id, index));
        (docs::code(value.value.text()), variant, text.replace('|', "\\|"))
    };
    shape.values.iter().enumerate().map(value).collect()
}

/// Returns the values of an enumeration that is no Rust enum, in one line; nothing for other types.
fn listed(shape: &ir::Shape) -> String {
    let ir::Shape::Enum(shape) = shape else {
        return String::new();
    };
    let values: Vec<String> = { shape.values.iter() }
        .map(|value| docs::code(value.value.text()))
        .collect();
    format!("One of {}.", values.join(", ")).replace('|', "\\|")
}

fn variants(context: &Context<'_>, id: ir::TypeId, shape: &ir::UnionShape) -> Vec<(String, String, String)> {
    let variant = |(index, variant): (usize, &ir::Variant)| {
        let tags = variant
            .tags
            .iter()
            .map(|tag| docs::code(tag))
            .collect::<Vec<_>>()
            .join(", ");
        (
            docs::code(context.names.variant(id, index)),
            said(&context.ty(variant.ty)),
            tags,
        )
    };
    shape.variants.iter().enumerate().map(variant).collect()
}

/// Formats a Rust type for readers, as code.
fn said(ty: &RustType) -> String {
    docs::code(&ty.to_string())
}

fn codes(context: &Context<'_>) -> Vec<CodeRow> {
    let Some(ir::Shape::Enum(shape)) = context.api.problem_codes.map(|id| context.shape(id)) else {
        return Vec::new();
    };
    let row = |row: &ir::ProblemRow| CodeRow {
        code: docs::code(&row.code),
        variant: problem_variant(context, &row.code).map(docs::code).unwrap_or_default(),
        status: row.status,
        outcome: problems::outcome(row),
        retry: problems::retry(row.retry, row.new_key),
        actor: docs::inline(&row.actor),
        advice: docs::inline(&row.advice),
        documented: problems::documented(row).map(|words| {
            let value = shape.values.iter().find(|value| value.value.text() == row.code);
            let is_reading = value.is_some_and(|value| value.text.provenance == ir::Provenance::OurReading);
            if is_reading { "nothing of it".to_owned() } else { words }
        }),
    };
    shape.problems.iter().flat_map(|model| &model.rows).map(row).collect()
}
