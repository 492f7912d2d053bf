//! Operations to methods: one file per group with its handle, a marker type and a constant description per operation.
//!
//! A method only passes its arguments to the request; generated code decides, repeats and formats nothing.

pub(super) mod answer;
mod approval;
pub(super) mod arguments;
pub(super) mod body;
pub(super) mod failure;
mod identity;
mod links;
mod method_docs;
pub(super) mod paging;
pub(super) mod recorded;

pub(super) use identity::is_start;
pub(super) use method_docs::{effect_of, path_of, rule_of, served};

use std::collections::HashMap;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use sdkwright_contract::ir;

use super::context::{Context, file_attribute, file_stem};
use super::docs::{self, Docs};
use super::imports::RustFile;
use super::tokens::{array, given, ident, number, variant};
use super::{auth, sentences};
use crate::limits;
use crate::naming::GroupName;
use arguments::{GeneratedMethod, are_swappable, arguments, forms, key, taken};
use body::sent;

/// Returns the operations of each group.
pub(crate) fn groups(context: &Context<'_>) -> Vec<Vec<ir::OperationId>> {
    let mut groups = vec![Vec::new(); context.names.groups().len()];
    for (id, _) in context.api.operations() {
        if let Some(group) = groups.get_mut(context.names.operation(id).group) {
            group.push(id);
        }
    }
    groups
}

/// Emits the file of one group.
pub(crate) fn emit(context: &Context<'_>, index: usize, ids: &[ir::OperationId]) -> Option<RustFile> {
    let group = context.names.groups().get(index)?;
    let handle = ident(&group.pascal);
    let (mut methods, mut items) = (Vec::new(), Vec::new());
    let mut required = HashMap::new();
    for id in ids.iter().copied() {
        methods.extend(operation_methods(context, id));
        items.extend(definitions(context, id, &mut required));
    }
    let handle_docs = docs_of_group(context, index).tokens();
    let mut all = vec![
        quote! {
            #handle_docs
            #[derive(Debug, Clone, Copy)]
            pub struct #handle<'c> { pub(crate) client: &'c crate::client::Client }
        },
        quote! {
            impl<'c> #handle<'c> {
                #(#methods)*
            }
        },
    ];
    all.extend(items);
    let mut docs = docs_of_group(context, index);
    if context.about.documented {
        docs.paragraph(table(context, group, ids));
    }
    Some(RustFile {
        path: format!("src/operations/{}.rs", file_stem(&group.module)),
        docs: docs.lines().to_vec(),
        items: super::imports::shorten(context, all),
    })
}

/// Emits the module that holds the groups.
pub(crate) fn emit_list(context: &Context<'_>) -> RustFile {
    let modules = context.names.groups().iter().map(|group| {
        let (module, feature) = (ident(&group.module), &group.feature);
        let path = file_attribute("operations", &group.module);
        quote!(#[cfg(feature = #feature)] #path pub mod #module;)
    });
    RustFile {
        path: "src/operations.rs".into(),
        docs: vec!["Operations of the API, one module per group.".to_owned()],
        items: modules.collect(),
    }
}

/// Returns the contract's text on a group; a list of its operations, if there is none.
pub(crate) fn docs_of_group(context: &Context<'_>, index: usize) -> Docs {
    described(context, index).unwrap_or_else(|| Docs::ours(derived(context, index)))
}

/// Names a group and its methods in a sentence.
fn derived(context: &Context<'_>, index: usize) -> String {
    let group = context.names.groups().get(index);
    let spelling = group.map(|group| docs::code(&group.spelling)).unwrap_or_default();
    let mine = context.operations_of(index).map(|(id, _)| context.names.operation(id));
    let methods = mine.map(|names| names.method(0).trim_start_matches("r#").replace('_', " "));
    let methods: Vec<String> = methods.collect();
    let shown = &methods[..methods.len().min(limits::TITLES_SHOWN)];
    let more = match methods.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("Operations on {spelling}: {}{more}.", shown.join(", "))
}

/// Returns the contract's text on a group.
fn described(context: &Context<'_>, index: usize) -> Option<Docs> {
    let tag = context.names.groups().get(index)?.tag?;
    let tag = context.api.tags.get(tag)?;
    let mut text = tag.text.clone();
    // It describes a part of the reference, not the API.
    text.provenance = ir::Provenance::Silent;
    let mut docs = context.docs(&text, String::new);
    if let Some(parent) = &tag.parent {
        docs.paragraph([format!("Part of {}.", docs::inline(parent))]);
    }
    (!docs.is_empty()).then_some(docs)
}

/// Emits everything besides the methods: marker, description, answers, paging, approval, optional parameters.
fn definitions(context: &Context<'_>, id: ir::OperationId, required: &mut HashMap<String, Ident>) -> Vec<TokenStream> {
    let (names, operation) = (context.names.operation(id), context.api.operation(id));
    let marker = ident(&names.marker);
    let title = operation
        .text
        .title
        .as_deref()
        .map(|title| format!(": {}", docs::inline(title)))
        .unwrap_or_default();
    let docs = Docs::ours(format!("The operation {}{title}", docs::code(&operation.id))).tokens();
    let output = answer::output(context, id, operation);
    let description = description(context, id, &output.accept);
    let ty = &output.ty;
    let server = super::servers::of_operation(context, operation)
        .map(|url| quote!(const SERVER: Option<&'static str> = Some(#url);));
    let statuses = answer::statuses(operation);
    let answers = (statuses != [200]).then(|| {
        let statuses = array(statuses.into_iter().map(number));
        quote!(const ANSWERS: &'static [u16] = #statuses;)
    });
    let mut items = vec![
        quote!(#docs pub struct #marker;),
        quote! {
            impl glue::Operation for #marker {
                type Output = #ty;
                const DESCRIPTION: &'static glue::Description = &#description;
                #server
                #answers
            }
        },
    ];
    if let Some((stream, media)) = &output.streamed {
        items.push(quote! {
            impl glue::Streams for #marker {
                type Stream = #stream;
                const ACCEPT: &'static str = #media;
            }
        });
    }
    items.extend(output.definition);
    items.extend(failure::definition(context, id, operation));
    items.extend(paging::paged(context, id, operation));
    items.extend(recorded::watched(context, id, operation));
    items.extend(approval::approval(context, id, operation));
    items.extend(approval::later_bodies(context, id, operation));
    items.extend(arguments::required_structs(context, id, required));
    items.extend(arguments::optional(context, id, operation));
    items.extend(links::links(context, id));
    items
}

// The constant description of an operation, from which the runtime builds requests.

/// Emits `glue::Description::new(..)` and its modifiers.
fn description(context: &Context<'_>, place: ir::OperationId, accept: &str) -> TokenStream {
    let operation = context.api.operation(place);
    let (id, method, path) = (&operation.key, operation.method.token(), &operation.path);
    let own = operation.security != context.security;
    let security = own.then(|| auth::alternatives(context, &operation.security));
    let security = security.map(|alternatives| quote!(.security(#alternatives)));
    let intent = operation.intent.map(|intent| variant("KeyIntent", intent));
    let intent = intent.map(|intent| quote!(.intent(#intent)));
    let key = operation.declared_key.as_ref().map(|key| {
        let (least, most) = (number(key.length.0), number(key.length.1));
        match &key.place {
            ir::KeyPlace::Header(name) => quote!(.key(glue::KeyRules::header(#name, #least, #most))),
            ir::KeyPlace::Member(name) => quote!(.key(glue::KeyRules::member(#name, #least, #most))),
            ir::KeyPlace::Part { part, member } => {
                quote!(.key(glue::KeyRules::part_member(#part, #member, #least, #most)))
            }
        }
    });
    let bound = &operation.bound;
    let accept = (accept != "application/json").then(|| quote!(.accept(#accept)));
    let bound = given("bound", bound.iter().map(|name| quote!((#name, glue::Bound::ClientId))));
    let recorded = recorded::recorded(context, operation);
    let echoes = identity::echoes(context, operation);
    let creates = identity::creates(context, operation);
    let repeats = identity::repeats(operation);
    let stays = identity::stays(context, operation);
    let failures = failure::forms_of_operation(context, place);
    quote!(glue::Description::new(#id, #method, #path) #security #intent #key #accept #bound #echoes #repeats #stays #recorded #failures #creates)
}

// The operations of a group to a table: its methods, each a link, with request, title (or the first
// sentence of the description) and effect.

/// Returns the rows, with a head.
fn table(context: &Context<'_>, group: &GroupName, ids: &[ir::OperationId]) -> Vec<String> {
    let head = ["| call | request | |".to_owned(), "|---|---|---|".to_owned()];
    let rows = ids.iter().map(|id| row(context, group, *id));
    head.into_iter().chain(rows).collect()
}

fn row(context: &Context<'_>, group: &GroupName, id: ir::OperationId) -> String {
    let (names, operation) = (context.names.operation(id), context.api.operation(id));
    // The forms of an optional body are set by methods of the call.
    let is_optional = operation.body.as_ref().is_some_and(|body| !body.required);
    let forms = if is_optional { 1 } else { names.methods.len() };
    let all = names
        .draft
        .iter()
        .chain(names.methods.iter().take(forms))
        .chain(&names.aliases);
    let (module, handle) = (&group.module, &group.pascal);
    let links: Vec<String> = all
        .map(|name| {
            format!(
                "[`{}`](crate::operations::{module}::{handle}::{name})",
                name.trim_start_matches("r#")
            )
        })
        .collect();
    let title = operation.text.title.as_deref().map(sentences::title_sentence);
    let sentence =
        |text: &str| docs::linked_sentence(text, &|target| docs::method_item(context.api, context.names, target));
    let described = || operation.text.description.as_deref().map(sentence);
    let title = title.filter(|title| !title.is_empty()).or_else(described);
    let effect = operation.effect.map(|effect| effect_of(context, effect).to_owned());
    let deprecated = sentences::deprecated_line(&operation.text);
    let said: Vec<String> = [title, effect, deprecated]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .map(sentences::ended)
        .collect();
    let (method, path) = (operation.method.token(), docs::cell(&docs::code(&operation.path)));
    format!(
        "| {} | {method} {path} | {} |",
        links.join(", "),
        docs::cell(&said.join(" "))
    )
}

/// Emits all methods of an operation: one per form of its body, its aliases, and the draft.
fn operation_methods<'a>(context: &Context<'a>, id: ir::OperationId) -> Vec<TokenStream> {
    let (names, operation) = (context.names.operation(id), context.api.operation(id));
    let required: &[ir::BodyForm] = operation
        .body
        .as_ref()
        .filter(|body| body.required)
        .map_or(&[], |body| &body.forms);
    // Without a required body, one method sends none.
    let forms = required.iter().map(Some).chain(required.is_empty().then_some(None));
    let of_form = |(index, form): (usize, Option<&'a ir::BodyForm>)| GeneratedMethod {
        name: names.method(index).to_owned(),
        form,
        intent: operation.intent,
        looks_up: false,
    };
    let generated: Vec<GeneratedMethod<'_>> = forms.enumerate().map(of_form).collect();
    let mut out: Vec<TokenStream> = Vec::new();
    out.push(approval::draft_method(context, id, operation));
    for one in &generated {
        let mut docs = method_docs::purpose(context, operation);
        if generated.len() > 1 {
            docs.paragraph(one.form.map(|form| format!("Sends {}.", docs::code(&form.media_type))));
        }
        method_docs::finish(context, id, operation, one, &mut docs);
        out.push(written_method(context, id, one, &docs));
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
            looks_up: recorded::is_lookup(operation, alias) && recorded::is_looked_up(context, id, operation),
        };
        method_docs::finish(context, id, operation, &one, &mut docs);
        out.push(written_method(context, id, &one, &docs));
    }
    out
}

fn written_method(context: &Context<'_>, id: ir::OperationId, one: &GeneratedMethod<'_>, docs: &Docs) -> TokenStream {
    let (names, operation) = (context.names.operation(id), context.api.operation(id));
    let (name, marker) = (ident(&one.name), ident(&names.marker));
    let drafted = context.api.approval(operation).is_some();
    let all = arguments(context, id);
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
            crate::client::Call::new(self.client, glue::request::<#marker>(self.client) #(#applied)*)
        }
    }
}
