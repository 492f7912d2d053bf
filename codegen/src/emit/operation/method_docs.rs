//! The documentation of a method, in one order: what it does, its effect, the request line, arguments, the returned value, rules,
//! problem codes, an example.

use super::super::context::Context;
use super::super::docs::{self, Docs};
use super::super::model::problems;
use super::super::{auth, example, headers, key, sentences, servers};
use super::arguments::{self, GeneratedMethod, are_swappable, arguments, forms, options};
use super::{answer, failure, links};
use sdkwright_contract::ir;

/// Returns the contract's text on an operation, without its provenance.
pub(super) fn purpose(context: &Context<'_>, operation: &ir::Operation) -> Docs {
    let mut text = operation.text.clone();
    text.title = text
        .title
        .map(|title| sentences::ended(sentences::third_person(&title)));
    text.provenance = ir::Provenance::Silent;
    context.docs(&text, String::new)
}

/// Returns the documentation of an operation for its server.
pub(in super::super) fn served(context: &Context<'_>, operation: &ir::Operation) -> Docs {
    let mut docs = purpose(context, operation);
    if !context.about.documented {
        return docs;
    }
    docs.paragraph(effect(context, operation));
    let path = path_of(context, operation);
    let (method, id) = (operation.method.token(), docs::code(&operation.id));
    docs.paragraph([format!("Serves {method} {path}, operation {id}.")]);
    rules(context, operation, &mut docs);
    wrapped(&mut docs, [codes(context, operation)]);
    docs
}

/// Adds the documentation after the contract's text.
pub(super) fn finish(
    context: &Context<'_>,
    id: ir::OperationId,
    operation: &ir::Operation,
    one: &GeneratedMethod<'_>,
    docs: &mut Docs,
) {
    if !context.about.documented {
        return;
    }
    let badge = context.provenance(operation.text.provenance, ir::AssumptionKind::Operation);
    let request = format!(
        "Sends {} {}, operation {}{}.",
        operation.method.token(),
        path_of(context, operation),
        docs::code(&operation.id),
        badge.map(|badge| format!(" ({badge})")).unwrap_or_default()
    );
    if docs.is_empty() {
        docs.paragraph([request]);
        docs.paragraph(effect(context, operation));
    } else {
        docs.paragraph(effect(context, operation));
        docs.paragraph([request]);
    }
    let needs = auth::needs(context, operation, true);
    let server = servers::of_operation(context, operation).map(|url| {
        format!(
            "Server: {}, unless the base URL is that of another server.",
            docs::code(&url)
        )
    });
    wrapped(docs, [needs, server]);
    let arguments = argument_list(context, id, one);
    if !arguments.is_empty() {
        docs.paragraph([arguments_head(context, id, operation)]);
        docs.paragraph(arguments);
    }
    let output = answer::output(context, id, operation);
    wrapped(
        docs,
        [
            options(context, id, operation),
            answer::returns(&output),
            answers(operation),
            others(&output),
            headers::of_operation(context, operation),
            follow_ups(context, id),
        ],
    );
    callbacks(context, operation, docs);
    rules(context, operation, docs);
    let failures = failure::sentence(context, id, &|name| format!("crate::models::{name}"));
    wrapped(docs, [codes(context, operation), failures]);
    if let Some(lines) = example::code_block(context, id, one) {
        docs.paragraph(["# Example".to_owned()]);
        docs.paragraph(lines);
    }
}

fn wrapped(docs: &mut Docs, lines: impl IntoIterator<Item = Option<String>>) {
    for line in lines.into_iter().flatten() {
        docs.wrapped(&line);
    }
}

/// Returns the effect as a sentence; in bold if the call moves money, or can.
fn effect(context: &Context<'_>, operation: &ir::Operation) -> Option<String> {
    let effect = operation.effect?;
    let text = effect_of(context, effect);
    Some(if effect >= ir::EffectKind::CanMoveMoney {
        format!("**{text}.**")
    } else {
        format!("{text}.")
    })
}

/// Returns the path as code, with a badge if it is unconfirmed.
pub(crate) fn path_of(context: &Context<'_>, operation: &ir::Operation) -> String {
    let path = docs::code(&operation.path);
    if operation.path_is_unconfirmed {
        format!("{path} ({})", context.badge(ir::AssumptionKind::Path))
    } else {
        path
    }
}

/// Describes the effect of an operation. If no call moves money, money is not mentioned.
pub(crate) fn effect_of(context: &Context<'_>, effect: ir::EffectKind) -> &'static str {
    match effect {
        ir::EffectKind::None => "Has no effect",
        ir::EffectKind::Records if !context.moves_money => "Creates or changes data",
        ir::EffectKind::Records => "Creates or changes data, moves no money",
        ir::EffectKind::CanMoveMoney => "Can move money",
        ir::EffectKind::MovesMoney => "Moves money",
    }
}

/// Returns the line above the arguments: their struct, if they are fields of one.
fn arguments_head(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> String {
    let all = arguments(context, id);
    let group = context.names.group_of(id);
    match group.filter(|_| are_swappable(context, &all, forms(context, operation))) {
        Some(group) => {
            let (module, required) = (&group.module, &context.names.operation(id).required);
            format!("Arguments, the parameters as fields of [`{required}`](crate::operations::{module}::{required}):")
        }
        None => "Arguments:".to_owned(),
    }
}

/// Lists the arguments that need an explanation: the key, required parameters with their limits, a body in a format.
fn argument_list(context: &Context<'_>, id: ir::OperationId, one: &GeneratedMethod<'_>) -> Vec<String> {
    let drafted = context.api.approval(context.api.operation(id)).is_some();
    let key = one.intent.map(|intent| {
        let text = match intent {
            ir::KeyIntent::Effect => "One key per business action. The same key always means the same action.",
            ir::KeyIntent::Refresh => "A new key for each new response.",
        };
        let length = key::length(context, context.api.operation(id));
        let limits = length.map(|(least, most)| format!(" Limits: {least} to {most} visible ASCII characters."));
        format!("- `key`: {text}{}", limits.unwrap_or_default())
    });
    let parameter = |argument: &arguments::Argument<'_>| {
        let text = arguments::said(context, argument.parameter);
        let name = argument.name.to_string();
        (!text.is_empty()).then(|| format!("- `{}`: {text}", name.trim_start_matches("r#")))
    };
    let all = arguments(context, id);
    let parameters: Vec<String> = all.iter().filter_map(parameter).collect();
    let draft = context.names.operation(id).draft.as_deref().filter(|_| drafted);
    let body = match draft {
        Some(draft) => Some(format!(
            "- `body`: The authorized draft, see [`{draft}`](Self::{draft})."
        )),
        None => one.form.and_then(raw_body).map(|text| format!("- `body`: {text}")),
    };
    key.into_iter().chain(parameters).chain(body).collect()
}

/// Describes a body whose format, charset or media type the caller chooses.
fn raw_body(form: &ir::BodyForm) -> Option<String> {
    let media_type = docs::code(&form.media_type);
    match form.content {
        ir::PartContent::Text if ir::essence(&form.media_type) != "text/plain" => {
            Some(format!("A text in the format {media_type}, which is sent unchanged."))
        }
        ir::PartContent::Binary if form.media_type.contains(['*', ',']) => Some(format!(
            "Bytes of a media type that {media_type} allows. `Upload::content_type` sets it."
        )),
        ir::PartContent::Binary => ir::charset(&form.media_type)
            .map(|charset| format!("A text that the caller encodes in the charset {}.", docs::code(charset))),
        _ => None,
    }
}

/// Lists the success responses, if there are several.
fn answers(operation: &ir::Operation) -> Option<String> {
    let good: Vec<&ir::Response> = operation
        .responses
        .iter()
        .filter(|answer| answer.status.is_success())
        .collect();
    let all = good
        .iter()
        .map(|answer| (answer.status, answer.text.description.as_ref()));
    (good.len() > 1).then(|| format!("Responses: {}.", answer::described(all)))
}

/// Lists the alternative forms of the response.
fn others(output: &answer::CallOutput) -> Option<String> {
    let streamed = output
        .streamed
        .as_ref()
        .map(|(_, media)| format!("as a stream ({}): `.streamed()`", docs::code(media)));
    let others = docs::codes(&output.others);
    let others = (!others.is_empty()).then(|| format!("as {others}: `.accept(..).download()`"));
    let all: Vec<String> = streamed.into_iter().chain(others).collect();
    (!all.is_empty()).then(|| format!("Also returned {}.", all.join("; ")))
}

/// Adds the requests that the API sends after the call, as a list.
fn callbacks(context: &Context<'_>, operation: &ir::Operation, docs: &mut Docs) {
    let row = |event: &ir::WebhookEvent| {
        let callback = event.callback.as_ref()?;
        let is_own = callback.operations.contains(&operation.origin);
        is_own.then(|| {
            let [name, sent] = [&event.name, &callback.url].map(|text| docs::code(text));
            let method = event.method.token();
            let body = if event.media_type.is_some() {
                format!("with {}", answer::linked(&context.ty(event.ty)))
            } else {
                "without a body".to_owned()
            };
            let statuses = { event.responses.iter() }.map(|(status, text)| (*status, text.as_ref()));
            let statuses = docs::inline(&answer::described(statuses));
            format!("- {name}: {method} {sent} {body}. Its receiver responds with {statuses}.")
        })
    };
    let rows: Vec<String> = context.api.deliveries.iter().filter_map(row).collect();
    if !rows.is_empty() {
        docs.paragraph(["Callbacks, which the API sends:".to_owned()]);
        docs.paragraph(rows);
    }
}

/// Lists the follow-up calls of the responses.
fn follow_ups(context: &Context<'_>, id: ir::OperationId) -> Option<String> {
    let marker = &context.names.operation(id).marker;
    let all = links::of_operation(context, id).map(|(at, link)| {
        let name = context.names.link(at);
        let shown = name.trim_start_matches("r#");
        let function = format!("`{marker}::{shown}`");
        // The function of another group may be absent.
        let is_local = context.names.operation(link.target).group == context.names.operation(id).group;
        let function = if is_local {
            format!("[{function}]({marker}::{name})")
        } else {
            function
        };
        format!("{function} prepares `{}`", context.call(link.target))
    });
    let all = docs::listed(all);
    (!all.is_empty()).then(|| format!("Follow-up calls: {all}."))
}

/// Adds the rules that the server enforces, as a list.
fn rules(context: &Context<'_>, operation: &ir::Operation, docs: &mut Docs) {
    if operation.rules.is_empty() {
        return;
    }
    let badge = context.badge_if_marked(ir::AssumptionKind::Rule);
    docs.paragraph([format!("Rules of the server{badge}:")]);
    let link = |code: &str| problems::variant_link(context, code);
    docs.paragraph(operation.rules.iter().map(|rule| format!("- {}.", rule_of(rule, link))));
}

/// Describes a rule, with its code.
pub(crate) fn rule_of(rule: &ir::ServerRule, written: impl Fn(&str) -> String) -> String {
    let message = sentences::unended(&rule.message);
    match &rule.code {
        Some(code) => format!("{message} ({})", written(code)),
        None => message,
    }
}

/// Lists the problem codes of an operation: those that all operations share as one link.
fn codes(context: &Context<'_>, operation: &ir::Operation) -> Option<String> {
    let ty = context.api.problem_codes.and_then(|id| context.names.ty(id));
    let is_common = |code: &&String| ty.is_some() && context.common_problems.has(operation, code);
    let mut codes: Vec<String> = { operation.problems.iter() }
        .filter(|code| !is_common(code))
        .map(|code| problems::variant_link(context, code))
        .collect();
    if let Some(ty) = ty.filter(|_| operation.problems.iter().any(|code| is_common(&code))) {
        let and = if codes.is_empty() { "" } else { "and " };
        codes.push(format!("{and}the [common codes](crate::models::{ty}#common-codes)"));
    }
    (!codes.is_empty()).then(|| format!("Problem codes: {}.", codes.join(", ")))
}
