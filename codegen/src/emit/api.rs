//! Constants of the whole API: signing, keys, problems, environment, origin.

use std::collections::{BTreeMap, HashSet};

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir::{self, Additional, PartContent, Shape};

use super::bridges::pointer;
use super::constant::constant;
use super::context::Context;
use super::docs::{self, Docs};
use super::imports::RustFile;
use super::tokens::{array, option, record};

pub(super) fn emit(context: &Context<'_>) -> RustFile {
    let about = context.about;
    let sha = &about.contract_sha256;
    let agent = format!("{}/{}", about.package, about.version);
    let rules = super::rules::RuleTexts::collect(context);
    let mut items = vec![
        quote!(/** SHA-256 of the contract, in hexadecimal: of its JSON after overlays, without spaces, members sorted by name. */ pub const CONTRACT_SHA256: &str = #sha;),
        quote!(/** The value of `User-Agent`. */ pub const USER_AGENT: &str = #agent;),
        api(context, rules.is_some()),
    ];
    items.extend(never_sent(context));
    items.extend(super::signing::scheme(context).map(super::signing::requests));
    items.extend(retry(context));
    items.extend(idempotency(context));
    items.extend(super::operation::failure::form_constants(context));
    items.push(problems(context));
    items.extend(rules.as_ref().map(super::rules::RuleTexts::item));
    let docs = vec![format!("Constants of {}.", docs::inline(&context.api.info.title))];
    RustFile {
        path: "src/api.rs".into(),
        docs,
        items: super::imports::shorten(context, items),
    }
}

/// Emits the names of members that must never be sent.
fn never_sent(context: &Context<'_>) -> Option<TokenStream> {
    let names = &context.api.settings.never_sent;
    let docs = Docs::ours(format!(
        "Names of members that {} forbids to send. Adding one to a request logs a warning.",
        context.owner()
    ))
    .tokens();
    (!names.is_empty()).then(|| quote!(#docs pub const NEVER_SENT: &[&str] = &[#(#names),*];))
}

fn api(context: &Context<'_>, has_rules: bool) -> TokenStream {
    let (api, settings) = (context.api, &context.api.settings);
    let docs = Docs::ours(format!(
        "Description of {} for the runtime.",
        docs::inline(&api.info.title)
    ))
    .tokens();
    let made = record!(glue::Api {
        name: api.info.title,
        user_agent: quote!(USER_AGENT),
        servers: array(super::servers::urls(context)),
        paths: super::servers::paths(context),
        operation_servers: array(super::servers::of_operations(context)),
        schemes: array(super::auth::schemes(context)),
        security: super::auth::alternatives(context, context.security),
        signing: option(super::signing::scheme(context).map(|_| quote!(&SIGNING))),
        retry: option(api.retry.as_ref().map(|_| quote!(&RETRY))),
        idempotency: option(api.idempotency.as_ref().map(|_| quote!(&IDEMPOTENCY))),
        request_id_header: option(settings.request_id_header.as_ref()),
        request_id_echoed: settings.request_id_echoed,
        problems: places(context),
        problem_bodies: array(super::operation::failure::forms_of_api(context)),
        has_number_codes: has_number_codes(context),
        registry: quote!(PROBLEMS),
        environment: constant(&settings.environment),
        rules: option(has_rules.then(|| quote!(&RULES))),
        support: array(&settings.support),
    });
    quote! {
        #docs
        pub static API: glue::Api = #made;
    }
}

fn has_number_codes(context: &Context<'_>) -> bool {
    let codes = context.api.problem_codes.map(|id| context.shape(id));
    matches!(codes, Some(ir::Shape::Enum(shape)) if shape.literals() == ir::Literals::Whole)
}

fn places(context: &Context<'_>) -> TokenStream {
    let Some(places) = &context.api.settings.problem else {
        return quote!(glue::ProblemPlaces::RFC_9457);
    };
    let or = |place: &Option<ir::Pointer>, other: &str| place.as_ref().map_or_else(|| other.to_owned(), pointer);
    record!(glue::ProblemPlaces {
        code: pointer(&places.code),
        title: or(&places.title, "/title"),
        detail: or(&places.detail, "/detail"),
        request_id: option(places.request_id.as_ref().map(pointer)),
        errors: option(places.errors.as_ref().map(pointer)),
        shown: option(places.shows_detail.then(|| array(shown_names(context)))),
    })
}

fn idempotency(context: &Context<'_>) -> Option<TokenStream> {
    let keys = constant(context.api.idempotency.as_ref()?);
    Some(quote!(static IDEMPOTENCY: glue::Idempotency = #keys;))
}

fn retry(context: &Context<'_>) -> Option<TokenStream> {
    let rules = constant(context.api.retry.as_ref()?);
    Some(quote!(static RETRY: glue::RetryRules = #rules;))
}

fn problems(context: &Context<'_>) -> TokenStream {
    let shape = context.api.problem_codes.map(|id| context.shape(id));
    let model = match shape {
        Some(ir::Shape::Enum(shape)) => shape.problems.as_ref(),
        _ => None,
    };
    let rows = model
        .into_iter()
        .flat_map(|model| &model.rows)
        .map(|stated| constant(&stated.row));
    quote! {
        /// The meaning of each problem code for the caller.
        pub(crate) static PROBLEMS: &[glue::ProblemRow] = &[#(#rows),*];
    }
}

// Names of parameters and members of requests that are never sensitive: an error may show their values in a text of the server.

/// Returns the names, sorted. A name is left out if it is sensitive at one place, or if its value has members of any name.
fn shown_names<'a>(context: &Context<'a>) -> Vec<&'a str> {
    let mut walk = TypeWalk {
        context,
        found: BTreeMap::new(),
        seen: HashSet::new(),
    };
    for (_, operation) in context.api.operations() {
        for parameter in &operation.parameters {
            walk.member(&parameter.name, parameter.ty, parameter.sensitive);
        }
        for form in operation.forms() {
            walk.content(&form.content);
        }
    }
    let shown = walk.found.into_iter().filter(|(_, is_hidden)| !is_hidden);
    shown.map(|(name, _)| name).collect()
}

struct TypeWalk<'c, 'a> {
    context: &'c Context<'a>,
    /// True for a name that must not be shown.
    found: BTreeMap<&'a str, bool>,
    seen: HashSet<(ir::TypeId, bool)>,
}

impl<'a> TypeWalk<'_, 'a> {
    fn content(&mut self, content: &'a PartContent) {
        match content {
            PartContent::Json(id) | PartContent::Form(id) | PartContent::Items(_, id) => self.value(*id, false),
            PartContent::Multipart(id, parts) => {
                self.parts(parts, self.context.api.ty(*id).sensitive);
            }
            PartContent::Binary | PartContent::Text => {}
        }
    }

    fn parts(&mut self, parts: &'a [ir::Part], is_hidden: bool) {
        for part in parts {
            let is_hidden = is_hidden || part.sensitive;
            self.member(&part.name, part.ty, is_hidden);
            if let PartContent::Multipart(_, inner) = &part.content {
                self.parts(inner, is_hidden);
            }
        }
    }

    fn member(&mut self, name: &'a str, ty: ir::TypeId, is_hidden: bool) {
        let is_hidden = is_hidden || self.context.is_sensitive(ty) || self.is_open(ty);
        *self.found.entry(name).or_default() |= is_hidden;
        // A value is shown only if each name on the way to it is.
        if !is_hidden {
            self.value(ty, false);
        }
    }

    /// Returns true for a value whose members the contract does not name.
    fn is_open(&self, id: ir::TypeId) -> bool {
        match self.context.shape(self.context.resolve(id)) {
            Shape::Any | Shape::Map(..) => true,
            Shape::Nullable(inner) => self.is_open(*inner),
            Shape::Array(array) => self.is_open(array.items),
            Shape::Object(object) => matches!(object.additional, Additional::Typed(_)),
            _ => false,
        }
    }

    fn value(&mut self, id: ir::TypeId, is_hidden: bool) {
        let id = self.context.resolve(id);
        let is_hidden = is_hidden || self.context.api.ty(id).sensitive;
        if !self.seen.insert((id, is_hidden)) {
            return;
        }
        match self.context.shape(id) {
            Shape::Object(object) => {
                for member in &object.members {
                    self.member(&member.name, member.ty, is_hidden || member.sensitive);
                }
            }
            Shape::Array(array) => self.value(array.items, is_hidden),
            Shape::Tuple(items) => items.iter().for_each(|item| self.value(*item, is_hidden)),
            Shape::Union(union) => union
                .variants
                .iter()
                .for_each(|variant| self.value(variant.ty, is_hidden)),
            Shape::Nullable(inner) | Shape::Alias(inner) => self.value(*inner, is_hidden),
            _ => {}
        }
    }
}
