//! Data of the pages besides those of groups and models: rows of operations, problem codes, as plain safe text.

use sdkwright_contract::ir;
use serde::Serialize;

use super::context::Context;
use super::group_pages::effect;
use super::library::{self, Features};
use super::model::problems;
use super::operation::{answer, effect_of};
use super::overview::Overview;
use super::page_plan::{self, PagePlan};
use super::{auth, docs, overview, sentences, servers};

/// Data of the pages besides those of groups and models.
#[derive(Debug, Serialize)]
pub struct PageData {
    /// The API's title.
    pub title: String,
    /// The contract's version.
    pub version: String,
    /// Data of the front page and of the guide.
    pub overview: Overview,
    /// Groups in contract order.
    pub groups: Vec<OperationGroup>,
    /// Pages of models that several groups use, by file.
    pub model_pages: Vec<ModelPageRow>,
    /// Models with a picture of their states, sorted by name.
    pub drawn: Vec<Drawn>,
    /// Problem codes in contract order.
    pub codes: Vec<CodeRow>,
    /// Codes that operations have in common, as code: those of each one, and the further ones of each one with a key.
    pub common_codes: [Vec<String>; 2],
    /// Callbacks, and webhooks without verification.
    pub deliveries: Vec<DeliveryRow>,
    /// Environment variables: purpose, name.
    pub environment: Vec<(String, String)>,
    /// Effects of calls, largest first.
    pub effects: Vec<EffectRow>,
    /// The owner of the API.
    pub owner: String,
    /// Assumptions, which the owner's documentation does not confirm, by section.
    pub assumptions: Vec<AssumptionSection>,
    /// True if calls take idempotency keys, which a journal can keep.
    pub keys: bool,
    /// Credentials: constructor function, meaning.
    pub credentials: Vec<(String, String)>,
    /// Servers: function, address.
    pub servers: Vec<(String, String)>,
    /// Features of the runtime that the contract uses.
    pub uses: Features,
}

/// A request that the API sends.
#[derive(Debug, Serialize)]
pub struct DeliveryRow {
    /// Its name, as code.
    pub name: String,
    /// Rust type of its body, as code.
    pub payload: String,
    /// Method and URL of a callback, and the calls that it follows.
    pub sent: Option<String>,
    /// Statuses that the receiver returns.
    pub responses: String,
    /// One line.
    pub text: String,
    /// True if the verifier of the webhooks accepts it.
    pub is_signed: bool,
}

/// A page of models, for a table.
#[derive(Debug, Serialize)]
pub struct ModelPageRow {
    /// Its file in `docs/`.
    pub file: String,
    /// The names of its models, sorted.
    pub models: Vec<String>,
}

/// A model with a picture of its states.
#[derive(Debug, Serialize)]
pub struct Drawn {
    /// The Rust name.
    pub name: String,
    /// Its place, from a page in `docs/`.
    pub target: String,
}

/// Assumptions of one kind.
#[derive(Debug, Serialize)]
pub struct AssumptionSection {
    /// Heading.
    pub title: &'static str,
    /// Its rows, in contract order.
    pub rows: Vec<AssumptionRow>,
}

/// One assumption.
#[derive(Debug, Serialize)]
pub struct AssumptionRow {
    /// JSON Pointer in the contract, as code.
    pub place: String,
    /// Markdown.
    pub text: String,
}

/// Calls with the same effect.
#[derive(Debug, Serialize)]
pub struct EffectRow {
    /// The effect in words.
    pub name: &'static str,
    /// True if the calls move money, or can.
    pub moves_money: bool,
    /// The calls, in contract order.
    pub calls: Vec<Called>,
}

/// A method of a group.
#[derive(Debug, Serialize)]
pub struct Called {
    /// The accessor and the method: `books().read`.
    pub call: String,
    /// Its path below the crate, for links: `operations::books::Books::read`.
    pub item: String,
    /// Its place, from a page in `docs/`: `books.md#booksread`.
    pub target: String,
}

/// A group of operations.
#[derive(Debug, Serialize)]
pub struct OperationGroup {
    /// Accessor.
    pub name: String,
    /// Module of its operations.
    pub module: String,
    /// Its page in `docs/`.
    pub file: String,
    /// One sentence, for a table.
    pub sentence: String,
    /// Cargo feature.
    pub feature: String,
    /// Its operations.
    pub operations: Vec<OperationRow>,
    /// The names of models that only this group uses, sorted.
    pub models: Vec<String>,
}

/// An operation, for a table.
#[derive(Debug, Serialize)]
pub struct OperationRow {
    /// The Rust method.
    pub call: String,
    /// One line.
    pub title: String,
    /// The effect of the call, in one line.
    pub effect: &'static str,
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
pub(super) fn reference(context: &Context<'_>, plan: &PagePlan) -> PageData {
    let api = context.api;
    let named = |id: ir::TypeId| context.names.ty(id).map(str::to_owned);
    let mut drawn: Vec<String> = api
        .types()
        .filter(|(id, _)| page_plan::picture(context, *id).is_some())
        .filter_map(|(id, _)| named(id))
        .collect();
    drawn.sort();
    let drawn = drawn.into_iter().map(|name| Drawn {
        target: plan.target(&name),
        name,
    });
    let models = |ids: &[ir::TypeId]| ids.iter().filter_map(|id| named(*id)).collect();
    let pages = plan.model_pages().map(|(file, ids)| ModelPageRow {
        file: file.to_owned(),
        models: models(ids),
    });
    let groups =
        (0..context.names.groups().len()).map(|index| of_group(context, plan, index, models(plan.models_of(index))));
    let variables = api.settings.environment.client_settings();
    PageData {
        title: docs::inline(&api.info.title),
        version: docs::inline(&api.info.version),
        overview: overview::overview(context),
        groups: groups.collect(),
        model_pages: pages.collect(),
        drawn: drawn.collect(),
        codes: codes(context),
        common_codes: [&context.common_problems.all, &context.common_problems.keyed]
            .map(|codes| codes.iter().map(|code| docs::code(code)).collect()),
        deliveries: api.deliveries.iter().map(|event| delivery(context, event)).collect(),
        effects: effects(context, plan),
        owner: context.owner(),
        assumptions: assumptions(context),
        keys: api.idempotency.is_some(),
        environment: variables
            .into_iter()
            .map(|(what, name)| (what.to_owned(), docs::code(name)))
            .collect(),
        credentials: auth::table(context),
        servers: servers::table(context),
        uses: library::used_features(context),
    }
}

fn delivery(context: &Context<'_>, event: &ir::WebhookEvent) -> DeliveryRow {
    let text = event.text.title.as_ref().or(event.text.description.as_ref());
    let text = text.map(|text| docs::inline(text)).unwrap_or_default();
    let sent = event.callback.as_ref().map(|callback| {
        let operations = context.api.operations();
        let is_own = |operation: &ir::Operation| callback.operations.contains(&operation.origin);
        let own = operations.filter(|(_, operation)| is_own(operation));
        let calls = own.map(|(id, _)| docs::code(&context.call(id)));
        let (method, url) = (event.method.token(), docs::code(&callback.url));
        docs::cell(&format!("{method} {url} after {}", docs::listed(calls)))
    });
    let responses = answer::described({ event.responses.iter() }.map(|(status, text)| (*status, text.as_ref())));
    DeliveryRow {
        name: docs::code(&event.name),
        payload: if event.media_type.is_some() {
            docs::code(&context.ty(event.ty).to_string())
        } else {
            "none".to_owned()
        },
        sent,
        responses: docs::cell(&docs::inline(&responses)),
        text: docs::cell(&text),
        is_signed: event.callback.as_ref().is_some_and(|callback| callback.is_signed),
    }
}

/// Lists the assumptions by section; empty if the contract marks nothing.
fn assumptions(context: &Context<'_>) -> Vec<AssumptionSection> {
    let row = |one: &ir::Assumption| AssumptionRow {
        place: docs::code(&one.place),
        text: docs::cell(&one.text),
    };
    let section = |(kind, title): &(ir::AssumptionKind, &'static str)| AssumptionSection {
        title,
        rows: { context.api.assumptions.iter() }
            .filter(|one| one.kind == *kind)
            .map(row)
            .collect(),
    };
    let all = ir::AssumptionKind::ALL.iter().map(section);
    all.filter(|section| !section.rows.is_empty()).collect()
}

/// Lists the effects of calls, largest first; empty if the contract does not state them.
fn effects(context: &Context<'_>, plan: &PagePlan) -> Vec<EffectRow> {
    let row = |effect: ir::EffectKind| {
        let operations = context.api.operations();
        let mine = operations.filter(|(_, operation)| operation.effect == Some(effect));
        EffectRow {
            name: effect_of(context, effect),
            moves_money: matches!(effect, ir::EffectKind::CanMoveMoney | ir::EffectKind::MovesMoney),
            calls: mine.map(|(id, _)| called(context, plan, id)).collect(),
        }
    };
    let all = ir::EffectKind::ALL.iter().rev().map(|effect| row(*effect));
    all.filter(|row| !row.calls.is_empty()).collect()
}

/// Returns an operation's first method with its path.
fn called(context: &Context<'_>, plan: &PagePlan, id: ir::OperationId) -> Called {
    let names = context.names.operation(id);
    let group = &context.names.groups()[names.group];
    let (module, handle, method) = (&group.module, &group.pascal, names.method(0));
    let call = context.call(id);
    let anchor = call.replace("().", "");
    Called {
        target: format!("{}#{anchor}", plan.group(names.group)),
        call,
        item: format!("operations::{module}::{handle}::{method}"),
    }
}

fn of_group(context: &Context<'_>, plan: &PagePlan, index: usize, models: Vec<String>) -> OperationGroup {
    let name = &context.names.groups()[index];
    let row = |(id, operation): (ir::OperationId, &ir::Operation)| OperationRow {
        call: context.call(id),
        title: sentences::unended(operation.text.title.as_deref().unwrap_or_default()),
        effect: effect(context, operation),
    };
    OperationGroup {
        name: name.snake.clone(),
        module: name.module.clone(),
        file: plan.group(index),
        sentence: overview::sentence(context, index),
        feature: name.feature.clone(),
        operations: context.operations_of(index).map(row).collect(),
        models,
    }
}

fn codes(context: &Context<'_>) -> Vec<CodeRow> {
    let Some(ir::Shape::Enum(shape)) = context.api.problem_codes.map(|id| context.shape(id)) else {
        return Vec::new();
    };
    let row = |stated: &ir::StatedProblem| CodeRow {
        code: docs::code(stated.row.code),
        variant: problems::variant(context, stated.row.code)
            .map(docs::code)
            .unwrap_or_default(),
        status: stated.row.status,
        outcome: problems::outcome(&stated.row),
        retry: problems::retry(stated.row.retry, stated.row.new_key),
        actor: docs::inline(stated.row.actor),
        advice: docs::inline(stated.row.advice),
        documented: problems::documented(stated).map(|words| {
            let value = shape.values.iter().find(|value| value.value.text() == stated.row.code);
            let is_unconfirmed = value.is_some_and(|value| value.text.provenance == ir::Provenance::Unconfirmed);
            if is_unconfirmed { "nothing".to_owned() } else { words }
        }),
    };
    shape.problems.iter().flat_map(|model| &model.rows).map(row).collect()
}
