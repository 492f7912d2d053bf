//! Data of the front page and of the guide: the first call, a sentence for each group, subjects that the contract has a use
//! for, and the index of the models.
//!
//! In: the sealed API with its names. Out: plain safe text. Sentences of the pages are in the templates.

use std::collections::BTreeMap;

use sdkwright_contract::{ir, text};
use serde::Serialize;

use super::context::Context;
use super::docs;
use super::docs::marks::lowered;
use super::usage::{TypeRole, Users, users};
use super::{auth, example, operation, sentences, servers};
use crate::limits;
use crate::sample::{SampleBudget, SampleForm, SampleValue, Sampler};

/// Data of the front page and of the guide.
#[derive(Debug, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a subject of its own")]
pub struct Overview {
    /// First paragraph of the contract's description, Markdown; empty if it is no plain paragraph.
    pub lead: String,
    /// The rest of the description, Markdown, its headings two levels lower.
    pub rest: String,
    /// The call of the first program.
    pub first: Option<FirstCall>,
    /// Sentences on the places of the signature; empty if requests are not signed.
    pub signed: Vec<String>,
    /// Settings of the signature: name, description and environment variable.
    pub signing_settings: Vec<(String, String)>,
    /// The contract's text on the signature, Markdown.
    pub signature: String,
    /// The path that the base URL ends in, if the contract has no more of its server.
    pub path: String,
    /// Some call moves money, or can.
    pub moves_money: bool,
    /// Some call is no `GET`.
    pub acts: bool,
    /// Failures of some call carry a type, and no problem codes.
    pub failures: bool,
    /// Calls with an effect take a key.
    pub effect_keys: bool,
    /// Calls that ask for a new answer take a key.
    pub refresh_keys: bool,
    /// Time that the server remembers a key, in words.
    pub retention: String,
    /// True if the client writes the id of the operation before each key.
    pub account_keys: bool,
    /// True if the server refuses a key after some failures.
    pub refused_keys: bool,
    /// Lists have pages.
    pub pages: bool,
    /// Answers have a state to wait for.
    pub polls: bool,
    /// The enum of problem codes.
    pub codes: Option<String>,
    /// The variable of the webhook secret.
    pub webhook_variable: Option<String>,
    /// Rust: the argument of a verifier's settings; `None` without settings.
    pub webhook_settings: Option<String>,
    /// The environment has all that a verifier needs.
    pub webhook_environment: bool,
    /// The protection from a copy of an old delivery, if the signature detects none.
    pub replay: Option<&'static str>,
    /// The contract names the id of an event.
    pub event_id: bool,
    /// Headers that a verifier reads, as code.
    pub webhook_headers: Vec<String>,
    /// Age that a verifier accepts, in words; `None` without a limit.
    pub webhook_age: Option<String>,
    /// Rust: the statement that prints a delivery.
    pub webhook_println: Option<String>,
    /// The contract names the type of an event.
    pub event_type: bool,
    /// The contract lists types of events.
    pub typed_events: bool,
    /// Each item of a delivery has a signature, and no header has one.
    pub signed_items: bool,
    /// The needs of a verifier, as a text.
    pub webhook_key: Option<&'static str>,
    /// A text in place of it.
    pub webhook_key_sample: Option<&'static str>,
    /// Rust: the parameter of an example that fetches public keys.
    pub webhook_source: Option<String>,
    /// A webhook secret of a test, in the encoding of the contract.
    pub test_secret: Option<&'static str>,
    /// Rust: the body of an event, as a literal of bytes.
    pub event: Option<String>,
    /// Models by the group that uses them.
    pub models: Vec<ModelSection>,
}

/// The call of the first program.
#[derive(Debug, Serialize)]
pub struct FirstCall {
    /// Rust: `use` lines.
    pub imports: Vec<String>,
    /// Rust: statements.
    pub snippet: Vec<String>,
    /// Rust: the settings that its client requires, as calls of the builder.
    pub settings: Vec<String>,
}

/// Collects the data.
pub(super) fn overview(context: &Context<'_>) -> Overview {
    let api = context.api;
    let webhooks = api.webhooks.as_ref();
    let (lead, rest) = described(api.info.description.as_deref().unwrap_or_default());
    let takes = |intent: ir::KeyIntent| {
        let mut all = api.operations.iter();
        all.any(|one| one.intent == Some(intent) || one.aliases.iter().any(|alias| alias.intent == Some(intent)))
    };
    Overview {
        lead,
        rest,
        first: first(context),
        signed: super::signing::sentences(context),
        signing_settings: super::signing::settings(context),
        signature: signature(context),
        path: servers::path(context),
        moves_money: context.moves_money,
        acts: api.operations.iter().any(|one| !one.method.is_safe()),
        failures: api
            .operations()
            .any(|(_, one)| operation::failure::names_types(context, one)),
        effect_keys: takes(ir::KeyIntent::Effect),
        refresh_keys: takes(ir::KeyIntent::Refresh),
        account_keys: api.idempotency.as_ref().is_some_and(|keys| keys.is_of_account),
        refused_keys: api.idempotency.as_ref().is_some_and(|keys| !keys.not_after.is_empty()),
        retention: api
            .idempotency
            .as_ref()
            .map(|keys| match keys.retention {
                ir::Retention::Seconds(seconds) => duration(seconds),
                ir::Retention::Unknown => "unknown".to_owned(),
                ir::Retention::Undeclared => String::new(),
            })
            .unwrap_or_default(),
        pages: api.operations.iter().any(|one| one.pagination.is_some()),
        polls: operation::recorded::has_polling(context),
        codes: api.problem_codes.and_then(|id| context.names.ty(id)).map(str::to_owned),
        webhook_variable: api
            .settings
            .environment
            .webhook_secret
            .as_ref()
            .map(|name| docs::code(name)),
        webhook_settings: webhooks.and_then(super::webhooks::settings_sample),
        webhook_environment: webhooks.is_some_and(|webhooks| super::webhooks::reads_environment(context, webhooks)),
        replay: webhooks.and_then(super::webhooks::replay),
        event_id: webhooks.is_some_and(|webhooks| webhooks.envelope.id.is_some()),
        webhook_headers: webhooks.map(headers).unwrap_or_default(),
        webhook_age: webhooks
            .and_then(|webhooks| webhooks.signing.rules.freshness.past)
            .map(duration),
        webhook_println: webhooks.map(super::webhooks::println),
        event_type: webhooks.is_some_and(|webhooks| webhooks.envelope.event_type.is_some()),
        typed_events: webhooks.is_some_and(|webhooks| !webhooks.events.is_empty()),
        signed_items: webhooks
            .is_some_and(|webhooks| matches!(webhooks.signing.rules.signature, ir::SignaturePlace::Items { .. })),
        webhook_key: webhooks.map(|webhooks| super::webhooks::key_in_words(&webhooks.signing)),
        webhook_key_sample: webhooks.map(|webhooks| super::webhooks::key_sample(&webhooks.signing)),
        webhook_source: webhooks.and_then(|webhooks| super::webhook_keys::parameter(context, webhooks)),
        test_secret: webhooks.and_then(|webhooks| {
            Some(match webhooks.signing.rules.secret?.encoding {
                ir::SecretEncoding::Utf8 => "the secret of the test",
                ir::SecretEncoding::Hex => "74686520736563726574206f66207468652074657374",
                ir::SecretEncoding::Base64 => "dGhlIHNlY3JldCBvZiB0aGUgdGVzdA==",
            })
        }),
        event: event(context),
        models: model_sections(context),
    }
}

/// Returns the body of the first event as a literal of bytes, with the contract's examples; `None` if it is larger than a page.
fn event(context: &Context<'_>) -> Option<String> {
    let webhooks = context.api.webhooks.as_ref()?;
    let event = webhooks.events.first();
    let ty = event.map_or(webhooks.envelope.schema, |event| event.ty);
    let budget = SampleBudget::new();
    let mut body = Sampler::new(context.api, SampleForm::Json, &budget).value(ty, None);
    // A type that all events share has the type of some event as its example, or none.
    let place = webhooks.envelope.event_type.as_ref();
    let is_known = |text: &str| webhooks.events.iter().any(|event| event.name == text);
    let kind = place.and_then(|place| place.iter().try_fold(&body, |value, name| value.get(name)));
    if let (Some(event), Some(place)) = (event, place)
        && !kind.and_then(SampleValue::text).is_some_and(is_known)
    {
        body.put(place, &event.name);
    }
    (!budget.is_spent()).then(|| bytes(&body))
}

/// Writes JSON as a raw literal of bytes, each member of an object on a line of its own. Only ASCII may stand in such a literal.
fn bytes(value: &SampleValue) -> String {
    let lines: Vec<String> = value
        .members()
        .map(|(name, value)| format!("    {}:{}", text::quote(name), value.print()))
        .collect();
    let json = if lines.is_empty() {
        value.print()
    } else {
        format!("{{\n{}\n}}", lines.join(",\n"))
    };
    let mut ascii = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            let escaped = |unit: &u16| format!("\\u{unit:04x}");
            ascii.extend(character.encode_utf16(&mut [0; 2]).iter().map(escaped));
        }
    }
    let signs = docs::signs(&format!("\"{ascii}"));
    format!("br{signs}\"{ascii}\"{signs}")
}

/// Says a number of seconds in the largest unit that divides it.
fn duration(seconds: u32) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute")];
    let whole = units
        .iter()
        .find(|(length, _)| seconds > 0 && seconds.is_multiple_of(*length));
    let (count, unit) = whole.map_or((seconds, "second"), |(length, unit)| (seconds / length, *unit));
    let many = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{many}")
}

/// Returns the first paragraph of a description, and the rest with lower headings.
fn described(text: &str) -> (String, String) {
    let lines = docs::markdown(text);
    let is_plain = lines
        .first()
        .is_some_and(|line| line.starts_with(|c: char| c.is_alphanumeric()));
    let end = lines.iter().position(String::is_empty).unwrap_or(lines.len());
    // The underline of a heading, and the rows of a table, belong to the line above them.
    let has_structure = lines[..end]
        .iter()
        .any(|line| line.starts_with(['=', '-', '|', '#', '*', '`']));
    let end = if is_plain && !has_structure { end } else { 0 };
    (
        lines[..end].join("\n"),
        lowered(&lines[end..], 2).join("\n").trim().to_owned(),
    )
}

/// Chooses the call of the first program: the first one that creates a resource and needs no id of another one; else one that
/// only reads before one that acts, the shortest of them, in contract order.
fn first(context: &Context<'_>) -> Option<FirstCall> {
    let calls = context.api.operations().filter_map(|(id, operation)| {
        let whole = example::whole(context, id)?;
        (!operation.text.deprecated).then_some((id, operation, whole))
    });
    let rank = |(_, operation, whole): &(ir::OperationId, &ir::Operation, example::RunnableExample)| {
        let required = operation.parameters.iter().filter(|parameter| parameter.required);
        (
            !(whole.prints && operation::is_start(context, operation)),
            operation.effect.unwrap_or(ir::EffectKind::None),
            !operation.method.is_safe(),
            !whole.prints,
            // An empty list is a response; a single resource has to exist.
            operation.path.matches('{').count(),
            operation.pagination.is_none(),
            required.count(),
            whole.lines,
        )
    };
    let (id, operation, _) = calls.min_by_key(rank)?;
    let (imports, snippet) = example::snippet(context, id)?;
    Some(FirstCall {
        imports,
        snippet,
        settings: client_settings(context, operation),
    })
}

/// Returns the settings that a client of the operation requires, as calls of the builder.
fn client_settings(context: &Context<'_>, operation: &ir::Operation) -> Vec<String> {
    let environment = &context.api.settings.environment;
    let mut calls = Vec::new();
    if !environment.client_settings().is_empty() {
        calls.push("from_env()".to_owned());
    }
    if environment.base_url.is_none() {
        let url = match servers::first(context) {
            Some(server) => format!("{}::{server}", context.about.library()),
            None => format!("\"https://...{}\"", servers::path(context)),
        };
        calls.push(format!("base_url({url})"));
    }
    calls.extend(auth::sample(context, operation));
    calls
}

/// Lists the headers that a verifier reads.
fn headers(webhooks: &ir::WebhookDeliveries) -> Vec<String> {
    let headers = webhooks.signing.headers();
    headers.into_iter().map(docs::code).collect()
}

/// Returns the contract's text on the signature; empty without one.
fn signature(context: &Context<'_>) -> String {
    let mut schemes = context.api.security.iter();
    let scheme = schemes.find(|scheme| matches!(scheme.kind, ir::SecurityKind::Signing(_)));
    let text = scheme.and_then(|scheme| scheme.text.description.as_deref());
    let lines = docs::markdown(text.unwrap_or_default());
    lowered(&lines, 2).join("\n").trim().to_owned()
}

/// Returns a sentence on a group: the first one of the contract's text, or the titles of its operations.
pub(super) fn sentence(context: &Context<'_>, index: usize) -> String {
    let tag = context.names.groups().get(index).and_then(|group| group.tag);
    let text = tag.and_then(|tag| context.api.tags.get(tag)).map(|tag| &tag.text);
    let said = text.and_then(|text| text.description.as_ref().or(text.title.as_ref()));
    let said = said.map(|text| docs::sentence(text)).unwrap_or_default();
    let said = if said.is_empty() { titles(context, index) } else { said };
    docs::cell(&said)
}

/// Lists the titles of a group's operations, or their methods where they have none; a title of several operations once.
fn titles(context: &Context<'_>, index: usize) -> String {
    let title = |(id, operation): (ir::OperationId, &ir::Operation)| match &operation.text.title {
        Some(title) => sentences::unended(title),
        None => docs::code(context.names.operation(id).method(0).trim_start_matches("r#")),
    };
    let mut all: Vec<String> = Vec::new();
    for title in context.operations_of(index).map(title) {
        if !all.contains(&title) {
            all.push(title);
        }
    }
    let shown = &all[..all.len().min(limits::TITLES_SHOWN)];
    let more = all.len() - shown.len();
    let shown = shown.join("; ");
    match more {
        0 => format!("{shown}."),
        more => format!("{shown}; and {more} more."),
    }
}

// The index of the models: by the group of operations that uses them, shared ones last.

/// Models that one group uses, or that several share.
#[derive(Debug, Serialize)]
pub struct ModelSection {
    /// The group in words; empty for models that several groups share.
    pub title: String,
    /// Module of its operations; empty for models that several groups share.
    pub module: String,
    /// Requests first, then resources and their parts; each kind sorted by name.
    pub models: Vec<IndexedModel>,
}

/// A model in the index.
#[derive(Debug, Serialize)]
pub struct IndexedModel {
    /// The Rust name.
    pub name: String,
    /// First sentence of its documentation.
    pub sentence: String,
}

/// Lists the models of each group, in contract order.
fn model_sections(context: &Context<'_>) -> Vec<ModelSection> {
    let users = users(context.api, context.names);
    let groups = context.names.groups();
    let mut sections: BTreeMap<usize, Vec<(usize, IndexedModel)>> = BTreeMap::new();
    for (id, ty) in context.api.types() {
        let Some(name) = context.names.ty(id) else { continue };
        let at = match users.get(id.0 as usize) {
            Some(Users::One(group)) => *group,
            _ => groups.len(),
        };
        let text = ty.text.title.as_ref().or(ty.text.description.as_ref());
        let link = |target: &str| docs::method_item(context.api, context.names, target);
        let sentence = text.map(|text| docs::linked_sentence(text, &link)).unwrap_or_default();
        let model = IndexedModel {
            name: name.to_owned(),
            sentence: docs::cell(&sentence),
        };
        let models = sections.entry(at).or_default();
        models.push((model_kind(context, id, name), model));
    }
    let sections = sections.into_iter().map(|(at, mut models)| {
        models.sort_by(|(kind, a), (other, b)| (kind, &a.name).cmp(&(other, &b.name)));
        let group = groups.get(at);
        let title = group.map(|group| in_words(&group.snake)).unwrap_or_default();
        let module = group.map(|group| group.module.clone()).unwrap_or_default();
        let models = models.into_iter().map(|(_, model)| model).collect();
        ModelSection { title, module, models }
    });
    sections.collect()
}

/// Returns the rank of a type's kind: requests, resources, parameters, parts, enums, ids, other values.
fn model_kind(context: &Context<'_>, id: ir::TypeId, name: &str) -> usize {
    match &context.api.ty(id).shape {
        ir::Shape::Object(_) | ir::Shape::Union(_) => match context.role(id) {
            Some(TypeRole::Sent) => 0,
            Some(TypeRole::Returned) => 1,
            Some(TypeRole::Parameter) => 2,
            None => 3,
        },
        ir::Shape::Enum(shape) if shape.is_open() => 4,
        ir::Shape::Newtype(..) if name.ends_with("Id") => 5,
        _ => 6,
    }
}

/// Returns a name in snake case as words that begin with a capital letter.
fn in_words(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::{bytes, described, duration};
    use crate::sample::SampleValue;

    #[test]
    fn an_event_is_a_literal_that_its_text_cannot_end() {
        let literal = |text: &str| bytes(&SampleValue::parse(text).unwrap());
        assert_eq!(literal("[]"), "br#\"[]\"#");
        assert_eq!(
            literal(r#"{"id": "e-1", "data": {"n": 1.50}}"#),
            "br#\"{\n    \"id\":\"e-1\",\n    \"data\":{\"n\":1.50}\n}\"#"
        );
        let odd = literal("{\"a\": \"é😀\", \"#b\": \"\\\"##\"}");
        assert!(
            odd.starts_with("br###\"") && odd.ends_with("\"###") && odd.is_ascii(),
            "{odd}"
        );
        assert!(odd.contains("\\u00e9\\ud83d\\ude00"), "{odd}");
    }

    #[test]
    fn the_first_paragraph_leads_and_the_headings_of_the_rest_are_lower() {
        let (lead, rest) = described("Sells books.\nAnd maps.\n\n# More\n\n```\n# no heading\n```\n## Less");
        assert_eq!(lead, "Sells books.\nAnd maps.");
        assert_eq!(rest, "### More\n\n```text\n# no heading\n```\n#### Less");
    }

    #[test]
    fn a_description_that_begins_with_structure_has_no_first_paragraph() {
        for text in ["# Books\n\nSells.", "Books\n=====\n\nSells.", "- a\n- b", "```\na\n```"] {
            let (lead, rest) = described(text);
            assert_eq!(lead, "", "{text}");
            assert!(!rest.is_empty(), "{text}");
        }
        assert_eq!(described(""), (String::new(), String::new()));
    }

    #[test]
    fn a_retention_is_said_in_its_largest_unit() {
        for (seconds, words) in [
            (86_400, "1 day"),
            (172_800, "2 days"),
            (7200, "2 hours"),
            (60, "1 minute"),
            (90, "90 seconds"),
            (0, "0 seconds"),
        ] {
            assert_eq!(duration(seconds), words);
        }
    }
}
