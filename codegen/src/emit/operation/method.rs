//! Methods of a group: arguments in, a call out.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::super::auth;
use super::super::context::Context;
use super::super::docs::{self, Docs};
use super::super::ends;
use super::super::tokens::ident;
use super::super::{example, headers, servers};
use super::arguments::{are_swappable, arguments, forms, options, taken};
use super::body::sent;
use super::{answer, approval, failure, poll};
use crate::ir;

/// A generated method that sends an operation.
struct GeneratedMethod<'a> {
    name: String,
    form: Option<&'a ir::BodyForm>,
    intent: Option<ir::KeyIntent>,
    /// Lookup method of an operation with effects.
    looks_up: bool,
}

/// Emits all methods of an operation: one per form of its body, its aliases, and the draft.
pub(super) fn methods(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Vec<TokenStream> {
    let names = context.names.operation(id);
    let required: &[ir::BodyForm] = operation
        .body
        .as_ref()
        .filter(|body| body.required)
        .map_or(&[], |body| &body.forms);
    let mut generated: Vec<GeneratedMethod<'_>> = required
        .iter()
        .enumerate()
        .map(|(index, form)| GeneratedMethod {
            name: names.method(index).to_owned(),
            form: Some(form),
            intent: operation.intent,
            looks_up: false,
        })
        .collect();
    if generated.is_empty() {
        generated.push(GeneratedMethod {
            name: names.method(0).to_owned(),
            form: None,
            intent: operation.intent,
            looks_up: false,
        });
    }
    let mut out: Vec<TokenStream> = Vec::new();
    out.push(approval::draft_method(context, id, operation));
    for one in &generated {
        let mut docs = docs_of(context, operation);
        if generated.len() > 1 {
            docs.paragraph(one.form.map(|form| format!("Sends {}.", docs::code(&form.media_type))));
        }
        finish(context, id, operation, one, &mut docs);
        out.push(method(context, id, operation, one, &docs));
    }
    for (alias, name) in operation.aliases.iter().zip(&names.aliases) {
        let Some(first) = generated.first() else { continue };
        let mut docs = Docs::default();
        docs.paragraph(alias.summary.as_deref().map(docs::inline));
        let first_name = first.name.trim_start_matches("r#");
        docs.paragraph([format!("Alias of [`{first_name}`](Self::{}).", first.name)]);
        let one = GeneratedMethod {
            name: name.clone(),
            form: first.form,
            intent: alias.intent.or(operation.intent),
            looks_up: poll::is_lookup(operation, alias) && poll::is_looked_up(context, id, operation),
        };
        finish(context, id, operation, &one, &mut docs);
        out.push(method(context, id, operation, &one, &docs));
    }
    out
}

/// Returns the contract's text on an operation.
pub(super) fn docs_of(context: &Context<'_>, operation: &ir::Operation) -> Docs {
    let mut docs = context.docs_of(ir::AssumptionKind::Operation, &operation.text, "", String::new);
    let path = path_of(context, operation);
    docs.paragraph([format!(
        "{}: {} {path}",
        docs::code(&operation.id),
        operation.method.token()
    )]);
    docs
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

/// Returns the sentence on a body whose format, charset or media type the caller decides.
fn raw_body(form: &ir::BodyForm) -> Option<String> {
    let media_type = docs::code(&form.media_type);
    match form.content {
        ir::PartContent::Text if ir::essence(&form.media_type) != "text/plain" => Some(format!(
            "The body is a text in the format {media_type}, which the caller writes: it is sent as it is."
        )),
        ir::PartContent::Binary if form.media_type.contains(['*', ',']) => Some(format!(
            "The contract allows {media_type}: name the media type of the body by `Upload::content_type`."
        )),
        ir::PartContent::Binary => ir::charset(&form.media_type).map(|charset| {
            format!(
                "The caller encodes the text of the body in the charset {}.",
                docs::code(charset)
            )
        }),
        _ => None,
    }
}

/// Adds the documentation after the contract's text: key, responses, problems, example.
fn finish(
    context: &Context<'_>,
    id: ir::OperationId,
    operation: &ir::Operation,
    one: &GeneratedMethod<'_>,
    docs: &mut Docs,
) {
    if !context.about.documented {
        return;
    }
    docs.paragraph(
        operation
            .effect
            .map(|effect| format!("{}.", effect_of(context, effect))),
    );
    docs.paragraph(match one.intent {
        Some(ir::KeyIntent::Effect) => {
            Some("Use one key per business action: the same key always means the same action.".to_owned())
        }
        Some(ir::KeyIntent::Refresh) => Some("Use a new key for each new response.".to_owned()),
        None => None,
    });
    docs.paragraph(parameters(context, id, operation));
    docs.paragraph(one.form.and_then(raw_body));
    let output = answer::output(context, id, operation);
    for line in [
        answer::returns(&output),
        auth::needs(context, operation, true),
        servers::of_operation(context, operation).map(|url| {
            format!(
                "Server: {}, unless the base URL is that of another server.",
                docs::code(&url)
            )
        }),
        options(context, id, operation),
        answers(operation),
        headers::of_operation(context, operation),
        others(&output),
        rules(context, operation),
        scenarios(context, operation),
        problems(context, operation),
        failure::sentence(context, id, operation, &|name| format!("crate::models::{name}")),
    ]
    .into_iter()
    .flatten()
    {
        docs.wrapped(&line);
    }
    if let Some(lines) = example::of(context, id, operation, &one.name, one.form, one.intent) {
        docs.paragraph(["# Example".to_owned()]);
        docs.paragraph(lines);
    }
}

/// Describes the effect of an operation. Where no call moves money, nothing is said of money.
pub(crate) fn effect_of(context: &Context<'_>, effect: ir::Effect) -> &'static str {
    match effect {
        ir::Effect::None => "Has no effect",
        ir::Effect::Records if !context.moves_money => "Creates or changes data",
        ir::Effect::Records => "Creates or changes data, moves no money",
        ir::Effect::CanMoveMoney => "Can move money",
        ir::Effect::MovesMoney => "Moves money",
    }
}

/// Describes the success responses, if there are several.
fn answers(operation: &ir::Operation) -> Option<String> {
    let good: Vec<&ir::Response> = operation
        .responses
        .iter()
        .filter(|answer| answer.status.is_success())
        .collect();
    let one = |answer: &&ir::Response| {
        let status = answer::spoken(answer.status);
        let text = answer.text.description.as_deref().map(ends::unended);
        match text.filter(|text| !text.is_empty()) {
            Some(text) => format!("{status} ({text})"),
            None => status,
        }
    };
    (good.len() > 1).then(|| format!("Responses: {}.", good.iter().map(one).collect::<Vec<_>>().join(", ")))
}

/// Lists the rules that a call must follow.
fn rules(context: &Context<'_>, operation: &ir::Operation) -> Option<String> {
    let rules = operation.rules.iter().map(rule_of).collect::<Vec<_>>().join("; ");
    (!rules.is_empty()).then(|| {
        let badge = context.badge_if_marked(ir::AssumptionKind::Rule);
        format!("Rules{badge}: {rules}.")
    })
}

/// Describes a rule, with its code.
pub(crate) fn rule_of(rule: &ir::ServerRule) -> String {
    let message = ends::unended(&rule.message);
    match &rule.code {
        Some(code) => format!("{message} ({})", docs::code(code)),
        None => message,
    }
}

/// Lists what the local sandbox does for certain values of a request.
fn scenarios(context: &Context<'_>, operation: &ir::Operation) -> Option<String> {
    let scenarios = operation
        .scenarios
        .iter()
        .map(scenario_of)
        .collect::<Vec<_>>()
        .join("; ");
    (!scenarios.is_empty()).then(|| {
        let badge = context.badge_if_marked(ir::AssumptionKind::Sandbox);
        format!("In the local sandbox{badge}: {scenarios}.")
    })
}

/// Describes a scenario, with the states or the code that it leads to.
pub(crate) fn scenario_of(scenario: &ir::Scenario) -> String {
    let message = ends::unended(&scenario.message);
    let ends: Vec<String> = scenario.ends.iter().map(|end| docs::code(end)).collect();
    if ends.is_empty() {
        return message;
    }
    format!("{message} ({})", ends.join(", then "))
}

/// Lists the problem codes of the operation.
fn problems(context: &Context<'_>, operation: &ir::Operation) -> Option<String> {
    let ty = context.api.problem_codes.and_then(|id| context.names.ty(id));
    let code = |code: &String| match (ty, variant(context, code)) {
        (Some(ty), Some(variant)) => format!("[{}](crate::models::{ty}::{variant})", docs::code(code)),
        _ => docs::code(code),
    };
    let codes = operation.problems.iter().map(code).collect::<Vec<_>>().join(", ");
    let link = ty
        .map(|ty| format!(" ([`{ty}`](crate::models::{ty}))"))
        .unwrap_or_default();
    (!codes.is_empty()).then(|| format!("Problems{link}: {codes}."))
}

/// Returns the variant of a problem code.
pub(crate) fn variant<'a>(context: &Context<'a>, code: &str) -> Option<&'a str> {
    let id = context.api.problem_codes?;
    let ir::Shape::Enum(shape) = context.shape(id) else {
        return None;
    };
    let at = shape.values.iter().position(|value| value.value.text() == code)?;
    Some(context.names.variant(context.resolve(id), at))
}

/// Lists the required parameters of which the contract says something.
fn parameters(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation) -> Vec<String> {
    let drafted = context.api.approval(operation).is_some();
    let all = arguments(context, id, operation, drafted);
    let one = |argument: &super::arguments::Argument<'_>| {
        let said = super::arguments::said(context, argument.parameter);
        let name = argument.name.to_string();
        (!said.is_empty()).then(|| format!("- `{}`: {said}", name.trim_start_matches("r#")))
    };
    all.iter().filter_map(one).collect()
}

/// Lists the alternative forms of the response.
fn others(output: &answer::Output) -> Option<String> {
    let streamed = output
        .streamed
        .as_ref()
        .map(|(_, media)| format!("as a stream ({}): `.streamed()`", docs::code(media)));
    let others: Vec<String> = output.others.iter().map(|media| docs::code(media)).collect();
    let others = (!others.is_empty()).then(|| format!("as {}: `.accept(..).download()`", others.join(", ")));
    let all: Vec<String> = streamed.into_iter().chain(others).collect();
    (!all.is_empty()).then(|| format!("Also returns it {}.", all.join("; ")))
}

fn method(
    context: &Context<'_>,
    id: ir::OperationId,
    operation: &ir::Operation,
    one: &GeneratedMethod<'_>,
    docs: &Docs,
) -> TokenStream {
    let names = context.names.operation(id);
    let (name, marker) = (ident(&one.name), ident(&names.marker));
    let drafted = context.api.approval(operation).is_some();
    let all = arguments(context, id, operation, drafted);
    let together = are_swappable(context, &all, forms(context, operation));
    let (mut parameters, mut applied) = taken(context, &all, together.then(|| ident(&names.required)));
    if let Some(intent) = one.intent {
        let (ty, takes) = key(intent);
        parameters.insert(0, quote!(key: #ty));
        applied.push(quote!(.#takes(key)));
    }
    if drafted {
        parameters.push(quote!(body: &runtime::Authorized<#marker>));
        applied.push(quote!(.authorized(body)));
    } else if let Some(form) = one.form {
        let body = sent(context, form);
        let ty = &body.ty;
        parameters.push(quote!(body: #ty));
        applied.push(body.apply);
    }
    let docs = docs.tokens();
    let called = if one.looks_up {
        quote!(glue::Lookup<#marker>)
    } else {
        quote!(#marker)
    };
    quote! {
        #docs
        #[inline]
        pub fn #name(self, #(#parameters),*) -> crate::client::Call<#called> {
            crate::client::Call::of(self.client, glue::request::<#marker>(self.client) #(#applied)*)
        }
    }
}

/// Returns the key type of an intent, and the request method that takes it.
pub(crate) fn key(intent: ir::KeyIntent) -> (TokenStream, Ident) {
    match intent {
        ir::KeyIntent::Effect => (quote!(runtime::IdempotencyKey), ident("key")),
        ir::KeyIntent::Refresh => (quote!(runtime::RefreshKey), ident("refresh_key")),
    }
}
