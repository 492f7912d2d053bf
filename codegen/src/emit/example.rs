//! One example per operation, which compiles as a doctest: built from the contract's example of the request, else from
//! placeholders.

mod value;

use std::ptr;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;

use super::context::{Context, ExampleLines};
use super::imports::shorten_all;
use super::library;
use super::operation::answer::{CallOutput, output};
use super::operation::arguments::{Argument, GeneratedMethod, are_swappable, arguments, drafted, forms};
use super::operation::body::chained_names;
use super::operation::paging::item;
use super::tokens::{ident, is_separator, leading, regrouped};
use crate::runtime::{GLUE, ROOT};
use crate::sample::{SampleBudget, SampleForm, SampleValue, Sampler};
use sdkwright_contract::ir::{self, PartContent};

/// Returns the lines of a documentation code block; empty if the code cannot be printed (a defect, but not a crash).
pub(crate) fn code_block(context: &Context<'_>, id: ir::OperationId, one: &GeneratedMethod<'_>) -> Option<Vec<String>> {
    let usual = usual(context, id);
    let form = one.form.or(usual.form);
    let own;
    let (head, lines, tail) = if one.name == usual.name && form.map(ptr::from_ref) == usual.form.map(ptr::from_ref) {
        first(context, id)?
    } else {
        own = printed(context, id, &GeneratedMethod { form, ..one.clone() })?;
        &own
    };
    let hidden = |line: &String| format!("# {line}");
    let fence = "```".to_owned();
    let all = std::iter::once(format!("{fence}no_run"))
        .chain(head.iter().map(hidden))
        .chain(lines.iter().cloned());
    Some(all.chain(tail.iter().map(hidden)).chain([fence]).collect())
}

/// Returns the visible lines of an example, for pages: imports and statements. An example that takes more than a client
/// is a whole function, so that its parameters are seen.
pub(crate) fn snippet(context: &Context<'_>, id: ir::OperationId) -> Option<(Vec<String>, Vec<String>)> {
    let (head, lines, tail) = first(context, id)?;
    if takes_more(head) {
        let inner = lines.iter().map(|line| match line.as_str() {
            "" => String::new(),
            line => format!("    {line}"),
        });
        let whole = head.iter().cloned().chain(inner).chain(tail.iter().cloned());
        return Some((Vec::new(), whole.collect()));
    }
    let blank = lines.iter().position(String::is_empty);
    Some(match blank {
        Some(blank) => (lines[..blank].to_vec(), lines[blank + 1..].to_vec()),
        None => (Vec::new(), lines.clone()),
    })
}

/// An example that needs nothing but a client.
pub(crate) struct RunnableExample {
    /// Number of its lines.
    pub(crate) lines: usize,
    /// True if it prints a response.
    pub(crate) prints: bool,
}

/// Returns the size of an example that needs nothing but a client; `None` for one that takes more.
pub(crate) fn whole(context: &Context<'_>, id: ir::OperationId) -> Option<RunnableExample> {
    let (head, lines, _) = first(context, id)?;
    (!takes_more(head)).then(|| RunnableExample {
        lines: lines.len(),
        prints: lines.iter().any(|line| line.contains("println!")),
    })
}

/// Returns true for the head of an example that has a parameter besides the client.
fn takes_more(head: &[String]) -> bool {
    head.iter().any(|line| line.contains("body: &"))
}

/// Returns the example of an operation's first method, which code and pages share; printed once.
fn first<'a>(context: &'a Context<'_>, id: ir::OperationId) -> Option<&'a ExampleLines> {
    let made = || printed(context, id, &usual(context, id));
    context.examples.get(id.0 as usize)?.get_or_init(made).as_ref()
}

/// Returns an operation's first method, with the first form of its body.
fn usual<'a>(context: &Context<'a>, id: ir::OperationId) -> GeneratedMethod<'a> {
    let operation = context.api.operation(id);
    GeneratedMethod {
        name: context.names.operation(id).method(0).to_owned(),
        form: operation.body.as_ref().and_then(|body| body.forms.first()),
        intent: operation.intent,
        looks_up: false,
    }
}

fn printed(context: &Context<'_>, id: ir::OperationId, one: &GeneratedMethod<'_>) -> Option<ExampleLines> {
    let mut scope = ExampleScope {
        parameters: vec![quote!(client: &crate::client::Client)],
        budget: SampleBudget::new(),
    };
    let body = statements(context, id, one, &mut scope);
    if scope.budget.is_spent() {
        return None;
    }
    let deprecated = context.api.operation(id).text.deprecated;
    let deprecated = deprecated.then(|| quote!(#[allow(deprecated)]));
    let library = ident(&context.about.library());
    let given: Vec<TokenStream> = scope
        .parameters
        .into_iter()
        .map(|parameter| renamed(&library, reexported(context, parameter)))
        .collect();
    let all = shorten_all(vec![reexported(context, body)]);
    let mut all: Vec<TokenStream> = all.into_iter().map(|line| renamed(&library, line)).collect();
    let (body, uses) = (all.pop()?, all);
    let code = quote! {
        #deprecated
        async fn example(#(#given),*) -> Result<(), Box<dyn std::error::Error>> {
            #(#uses)*
            #body
            Ok(())
        }
    };
    let text = prettyplease::unparse(&syn::parse2(code).ok()?);
    let lines: Vec<&str> = text.lines().collect();
    let begin = lines
        .iter()
        .position(|line| line.ends_with('{') && !line.starts_with(' '))?
        + 1;
    let end = lines.len().checked_sub(2)?;
    let own = |line: &&str| (*line).to_owned();
    let mut visible: Vec<String> = lines
        .get(begin..end)?
        .iter()
        .map(|line| line.strip_prefix("    ").unwrap_or(line).to_owned())
        .collect();
    let imports = visible
        .iter()
        .rposition(|line| line.starts_with("use "))
        .map_or(0, |last| {
            // A long list of imports is wrapped.
            visible
                .iter()
                .skip(last)
                .position(|line| line.ends_with(';'))
                .map_or(last, |more| last + more)
                + 1
        });
    if imports > 0 {
        visible.insert(imports, String::new());
    }
    Some((
        lines.get(..begin)?.iter().map(own).collect(),
        visible,
        lines.get(end..)?.iter().map(own).collect(),
    ))
}

/// Parameters of an example, and the values that it may still have.
struct ExampleScope {
    parameters: Vec<TokenStream>,
    budget: SampleBudget,
}

/// Emits the statements that send the operation.
fn statements(
    context: &Context<'_>,
    id: ir::OperationId,
    one: &GeneratedMethod<'_>,
    scope: &mut ExampleScope,
) -> TokenStream {
    let operation = context.api.operation(id);
    let names = context.names.operation(id);
    let approves = context.api.approval(operation).is_some();
    let (mut lines, mut arguments) = (TokenStream::new(), Vec::new());
    let handle = group(context, id);
    let method = ident(&one.name);
    if let Some(intent) = one.intent {
        let key = super::key::sample(context, id, operation, &method.to_string());
        arguments.push(match intent {
            ir::KeyIntent::Effect => quote!(runtime::IdempotencyKey::new(#key)?),
            ir::KeyIntent::Refresh => quote!(runtime::RefreshKey::random()?),
        });
    }
    let all = self::arguments(context, id);
    let together = are_swappable(context, &all, forms(context, operation)).then_some(&names.required);
    arguments.extend(argument_values(context, id, &all, together, &scope.budget));
    if approves {
        lines.extend(draft(context, id, &scope.budget));
        arguments.push(quote!(&body));
    }
    let mut chained = TokenStream::new();
    if let (false, Some(form)) = (approves, one.form.filter(|form| is_shown(context, operation, form))) {
        let (before, argument) = body(context, form, scope);
        lines.extend(before);
        match chained_name(context, id, form) {
            Some(setter) => chained = quote!(.#setter(#argument)),
            None => arguments.push(argument),
        }
    }
    let call = quote!(client.#handle().#method(#(#arguments),*)#chained);
    let output = output(context, id, operation);
    lines.extend(ending(context, id, &output, &call));
    lines
}

/// Returns true for a body that must be sent, and for an optional one that has something to say.
fn is_shown(context: &Context<'_>, operation: &ir::Operation, form: &ir::BodyForm) -> bool {
    let says_nothing = |id: ir::TypeId| match context.shape(id) {
        ir::Shape::Object(object) => {
            object.members.is_empty() && !matches!(object.additional, ir::Additional::Typed(_))
        }
        ir::Shape::Map(of, _) => matches!(context.shape(*of), ir::Shape::Any),
        _ => false,
    };
    let is_empty = match &form.content {
        PartContent::Json(id) | PartContent::Form(id) => says_nothing(*id),
        _ => false,
    };
    !is_empty || operation.body.as_ref().is_some_and(|body| body.required)
}

/// Returns the method of the call that sets a form of an optional body.
fn chained_name(context: &Context<'_>, id: ir::OperationId, form: &ir::BodyForm) -> Option<Ident> {
    let operation = context.api.operation(id);
    let forms = &operation.body.as_ref()?.forms;
    let at = forms.iter().position(|one| std::ptr::eq(one, form))?;
    let names = chained_names(context, id, operation);
    names.get(at).map(|name| ident(name))
}

/// Returns the accessor of an operation's group on the client.
fn group(context: &Context<'_>, id: ir::OperationId) -> Ident {
    let group = context.names.group_of(id);
    group.map_or_else(|| ident("client"), |group| ident(&group.snake))
}

fn ending(context: &Context<'_>, id: ir::OperationId, output: &CallOutput, call: &TokenStream) -> TokenStream {
    let is_paged = item(context, id, context.api.operation(id)).is_some();
    if is_paged || output.is_stream {
        let stream = if is_paged { quote!(.stream()) } else { quote!(.await?) };
        return quote! {
            let mut items = #call #stream;
            while let Some(item) = items.try_next().await? {
                println!("{item:?}");
            }
        };
    }
    if output.ty.is_unit() {
        return quote!(#call.await?;);
    }
    quote! {
        let response = #call.await?;
        println!("{response:?}");
    }
}

/// Emits draft, evidence and authorized body.
fn draft(context: &Context<'_>, id: ir::OperationId, budget: &SampleBudget) -> TokenStream {
    let (names, operation) = (context.names.operation(id), context.api.operation(id));
    let Some((payload, member)) = context.api.approval(operation) else {
        return TokenStream::new();
    };
    let Some(ir::PayloadHash::Approves { into, .. }) = &member.payload_hash else {
        return TokenStream::new();
    };
    let handle = group(context, id);
    let draft = names.draft.as_deref().map_or_else(|| ident("draft"), ident);
    let form = operation.body.as_ref().and_then(|body| body.forms.first());
    let example = form.and_then(|form| form.examples.first());
    let example = example.and_then(|text| SampleValue::parse(text));
    let sampler = Sampler::new(context.api, SampleForm::Json, budget);
    let maker = value::Maker::new(context, budget);
    let request = maker.value(payload, &sampler.value(payload, example.as_ref()));
    let shown = example.as_ref().and_then(|example| example.get(&member.name));
    let evidence = sampler.value(member.ty, shown);
    let evidence = maker.with(into, quote!(draft.hash())).value(member.ty, &evidence);
    let path = drafted(context, id);
    let together = are_swappable(context, &path, &[]).then_some(&names.draft_required);
    let arguments = argument_values(context, id, &path, together, budget);
    quote! {
        let request = #request;
        let draft = client.#handle().#draft(#(#arguments,)* &request)?;
        let evidence = #evidence;
        let body = draft.authorize(evidence)?;
    }
}

/// Emits a body, and the statements before the call that takes it.
fn body(context: &Context<'_>, form: &ir::BodyForm, scope: &mut ExampleScope) -> (TokenStream, TokenStream) {
    let example = form.examples.first().and_then(|text| SampleValue::parse(text));
    let budget = &scope.budget;
    let sample =
        |id: ir::TypeId, notation: SampleForm| Sampler::new(context.api, notation, budget).value(id, example.as_ref());
    let maker = value::Maker::new(context, budget);
    match &form.content {
        PartContent::Json(id) | PartContent::Form(id) => {
            if let Some(marker) = value::later(context, *id) {
                scope.parameters.push(quote!(body: &runtime::Authorized<#marker>));
            }
            let notation = match form.content {
                PartContent::Form(_) => SampleForm::Text,
                _ => SampleForm::Json,
            };
            let value = maker.value(*id, &sample(*id, notation));
            let whole = matches!(
                context.shape(*id),
                ir::Shape::Array(_) | ir::Shape::Scalar(..) | ir::Shape::Nullable(_)
            );
            let argument = if whole && matches!(form.content, PartContent::Json(_)) {
                quote!(request)
            } else {
                quote!(&request)
            };
            let declared = context.ty(*id);
            let annotated = if whole {
                quote!(let request: #declared = #value;)
            } else {
                quote!(let request = #value;)
            };
            (annotated, argument)
        }
        PartContent::Multipart(id, _) => {
            let value = maker.parts(*id, &sample(*id, SampleForm::Text));
            let argument = if super::multipart::is_named(context, *id) {
                quote!(&request)
            } else {
                quote!(request)
            };
            (quote!(let request = #value;), argument)
        }
        PartContent::Binary => {
            let bytes = quote!(b"the bytes".to_vec());
            let given = value::media(&form.media_type)
                .map(|media| quote!(runtime::Upload::from_bytes(#bytes).content_type(#media)));
            (TokenStream::new(), given.unwrap_or(bytes))
        }
        PartContent::Text => {
            let is_xml = form.media_type.ends_with("/xml") || form.media_type.ends_with("+xml");
            let placeholder = if is_xml { "<document/>" } else { "the text" };
            let sampler = Sampler::new(context.api, SampleForm::Text, budget);
            let of_schema = form
                .text
                .as_ref()
                .and_then(|shape| sampler.plain(shape, example.as_ref()));
            let text = of_schema.or_else(|| example.as_ref()?.text().map(str::to_owned));
            let text = text.as_deref().unwrap_or(placeholder);
            (TokenStream::new(), quote!(#text))
        }
        PartContent::Items(_, id) => {
            let value = maker.value(*id, &sample(*id, SampleForm::Json));
            (TokenStream::new(), quote!(&[#value]))
        }
    }
}

/// Emits values for parameters: positional, or in the struct of that name.
fn argument_values(
    context: &Context<'_>,
    id: ir::OperationId,
    all: &[Argument<'_>],
    together: Option<&String>,
    budget: &SampleBudget,
) -> Vec<TokenStream> {
    let values = all.iter().map(|argument| argument_value(context, argument, budget));
    let Some(required) = together.map(|name| ident(name)) else {
        return values.collect();
    };
    let members = all.iter().map(|argument| &argument.name);
    let module = context.names.group_of(id).map(|group| ident(&group.module));
    vec![quote!(crate::operations::#module::#required { #(#members: #values),* })]
}

/// Emits a value for a parameter that is taken by reference.
fn argument_value(context: &Context<'_>, argument: &Argument<'_>, budget: &SampleBudget) -> TokenStream {
    let parameter = argument.parameter;
    let example = parameter.example.as_deref().and_then(SampleValue::parse);
    let value = Sampler::new(context.api, SampleForm::Text, budget).value(parameter.ty, example.as_ref());
    value::Maker::new(context, budget).borrowed(parameter.ty, &value)
}

/// Returns true for a model that the root of the crate does not export: the client has its name there.
fn is_hidden(module: &str, name: Option<&String>) -> bool {
    module == "models" && name.is_some_and(|name| name == "Call" || name == "Client")
}

/// Replaces paths by those of the crate's exports.
fn reexported(context: &Context<'_>, tokens: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = Vec::with_capacity(tokens.len());
    let mut rest = tokens.into_iter();
    while let Some(token) = rest.next() {
        match token {
            TokenTree::Group(group) => out.push(regrouped(group, |inner| reexported(context, inner))),
            TokenTree::Ident(first) if goes_on(rest.as_slice()) > 0 => {
                let words = leading(rest.as_slice().get(2..).unwrap_or_default());
                let is_named = words.len() > 1;
                match words.first().map(String::as_str) {
                    Some(module @ ("models" | "client"))
                        if is_named && first == "crate" && !is_hidden(module, words.get(1)) =>
                    {
                        out.push(TokenTree::Ident(first));
                        rest.by_ref().take(3).for_each(drop);
                    }
                    Some(name)
                        if (first == ROOT || first == GLUE)
                            && let Some(path) = library::export_path(context, name) =>
                    {
                        out.extend(path);
                        rest.by_ref().take(3).for_each(drop);
                    }
                    _ if first == ROOT || first == GLUE => out.push(TokenTree::Ident(ident("crate"))),
                    _ => out.push(TokenTree::Ident(first)),
                }
                // No later segment of a path starts another path.
                let length = goes_on(rest.as_slice());
                out.extend(rest.by_ref().take(length));
            }
            other => out.push(other),
        }
    }
    out.into_iter().collect()
}

/// Returns the number of following tokens that continue a path: `::` and a word, repeated.
fn goes_on(tokens: &[TokenTree]) -> usize {
    let step = |at: &usize| {
        let rest = tokens.get(*at..).unwrap_or_default();
        (is_separator(rest) && matches!(rest.get(2), Some(TokenTree::Ident(_)))).then_some(at + 3)
    };
    std::iter::successors(Some(0), step).last().unwrap_or_default()
}

/// Renames paths of the crate to those that a user of the crate writes.
fn renamed(library: &Ident, tokens: TokenStream) -> TokenStream {
    let rename = |token| match token {
        TokenTree::Ident(word) if word == "crate" => TokenTree::Ident(library.clone()),
        TokenTree::Group(group) => regrouped(group, |inner| renamed(library, inner)),
        other => other,
    };
    tokens.into_iter().map(rename).collect()
}
