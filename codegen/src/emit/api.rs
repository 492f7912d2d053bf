//! Constants of the whole API: signing, keys, problems, environment, origin.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::{Additional, PartContent, SecurityKind, Shape, StatusRange};
use sdkwright_contract::source::escape;

use super::bridges::{component, mac, number, option, pointer, secret, text, timestamp};
use super::context::Context;
use super::docs;
use super::docs::Docs;
use super::imports::RustFile;
use super::operation::answer::good;

pub(super) fn emit(context: &Context<'_>) -> RustFile {
    let about = context.about;
    let sha = &about.contract_sha256;
    let agent = format!("{}/{}", about.package, about.version);
    let rules = super::rules::RuleTexts::of(context);
    let mut items = vec![
        quote!(/** SHA-256 of the contract, in hexadecimal: of its JSON after overlays, without spaces, members sorted by name. */ pub const CONTRACT_SHA256: &str = #sha;),
        quote!(/** The value of `User-Agent`. */ pub const USER_AGENT: &str = #agent;),
        api(context, rules.is_some()),
    ];
    items.extend(never_sent(context));
    items.extend(signing(context));
    items.extend(idempotency(context));
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
    let rules = option(has_rules.then(|| quote!(&RULES)));
    let (api, settings) = (context.api, &context.api.settings);
    let title = &api.info.title;
    let docs = Docs::ours(format!("Description of {} for the runtime.", docs::inline(title))).tokens();
    let servers = super::servers::urls(context);
    let operation_servers = super::servers::of_operations(context);
    let paths = super::servers::paths(context);
    let schemes = super::auth::schemes(context);
    let security = super::auth::alternatives(context, context.security);
    let signing = option(scheme(context).map(|_| quote!(&SIGNING)));
    let idempotency = option(api.idempotency.as_ref().map(|_| quote!(&IDEMPOTENCY)));
    let request_id = text(settings.request_id_header.as_ref());
    let echoed = settings.request_id_echoed;
    let environment = &settings.environment;
    let (base_url, client_id) = (
        text(environment.base_url.as_ref()),
        text(environment.client_id.as_ref()),
    );
    let (client_secret, webhook_secret) = (
        text(environment.client_secret.as_ref()),
        text(environment.webhook_secret.as_ref()),
    );
    let support = &settings.support;
    let places = places(context);
    let bodies = problem_bodies(context);
    quote! {
        #docs
        pub static API: glue::Api = glue::Api {
            name: #title,
            user_agent: USER_AGENT,
            servers: &[#(#servers),*],
            paths: #paths,
            operation_servers: &[#(#operation_servers),*],
            schemes: &[#(#schemes),*],
            security: #security,
            signing: #signing,
            idempotency: #idempotency,
            request_id_header: #request_id,
            request_id_echoed: #echoed,
            problems: #places,
            problem_bodies: &[#(#bodies),*],
            registry: PROBLEMS,
            environment: glue::Environment {
                base_url: #base_url,
                client_id: #client_id,
                client_secret: #client_secret,
                webhook_secret: #webhook_secret,
            },
            rules: #rules,
            support: &[#(#support),*],
        };
    }
}

fn places(context: &Context<'_>) -> TokenStream {
    let Some(places) = &context.api.settings.problem else {
        return quote!(glue::ProblemPlaces::RFC_9457);
    };
    let code = pointer(&places.code);
    let or = |place: &Option<ir::Pointer>, other: &str| place.as_ref().map_or_else(|| other.to_owned(), pointer);
    let (title, detail) = (or(&places.title, "/title"), or(&places.detail, "/detail"));
    let request_id = text(places.request_id.as_ref().map(pointer).as_ref());
    let errors = text(places.errors.as_ref().map(pointer).as_ref());
    let shown = option(places.shows_detail.then(|| {
        let names = shown_names(context);
        quote!(&[#(#names),*])
    }));
    quote! {
        glue::ProblemPlaces {
            code: #code,
            title: #title,
            detail: #detail,
            request_id: #request_id,
            errors: #errors,
            shown: #shown,
        }
    }
}

/// Returns the first scheme that signs.
pub(super) fn scheme<'a>(context: &Context<'a>) -> Option<&'a ir::Signing> {
    context.api.security.iter().find_map(|scheme| {
        if let SecurityKind::Signing(signing) = &scheme.kind {
            Some(signing.as_ref())
        } else {
            None
        }
    })
}

fn signing(context: &Context<'_>) -> Option<TokenStream> {
    let signing = scheme(context)?;
    let (signature_header, separator) = (&signing.signature_header, &signing.separator);
    let (encoding, secret) = (mac(signing.encoding), secret(signing.secret));
    let components = signing.components.iter().map(|one| component(*one));
    let client_id = text(signing.client_id_header.as_ref());
    let (timestamp_header, nonce_header) = (
        text(signing.timestamp_header.as_ref()),
        text(signing.nonce_header.as_ref()),
    );
    let timestamp = timestamp(signing.timestamp);
    let (least, most) = (number(signing.nonce_length.0), number(signing.nonce_length.1));
    let freshness = number(signing.freshness);
    let (client_problem, signature_problem) = (
        text(signing.client_problem.as_ref()),
        text(signing.signature_problem.as_ref()),
    );
    let (expired, replayed) = (
        text(signing.expired_problem.as_ref()),
        text(signing.replayed_problem.as_ref()),
    );
    Some(quote! {
        static SIGNING: glue::Signing = glue::Signing {
            signature_header: #signature_header,
            encoding: #encoding,
            secret: #secret,
            separator: #separator,
            components: &[#(#components),*],
            client_id_header: #client_id,
            timestamp_header: #timestamp_header,
            nonce_header: #nonce_header,
            timestamp: #timestamp,
            nonce_length: (#least, #most),
            freshness: #freshness,
            client_problem: #client_problem,
            signature_problem: #signature_problem,
            expired_problem: #expired,
            replayed_problem: #replayed,
        };
    })
}

fn idempotency(context: &Context<'_>) -> Option<TokenStream> {
    let keys = context.api.idempotency.as_ref()?;
    let (header, least, most) = (&keys.header, number(keys.key_length.0), number(keys.key_length.1));
    let retention = number(keys.retention);
    let replayed = option(keys.replayed.as_ref().map(|(header, value)| quote!((#header, #value))));
    let (conflict, in_progress) = (text(keys.conflict.as_ref()), text(keys.in_progress.as_ref()));
    Some(quote! {
        static IDEMPOTENCY: glue::Idempotency = glue::Idempotency {
            header: #header,
            key_length: (#least, #most),
            retention: #retention,
            replayed: #replayed,
            conflict: #conflict,
            in_progress: #in_progress,
        };
    })
}

fn problems(context: &Context<'_>) -> TokenStream {
    let shape = context.api.problem_codes.map(|id| context.shape(id));
    let model = match shape {
        Some(ir::Shape::Enum(shape)) => shape.problems.as_ref(),
        _ => None,
    };
    let rows = model.into_iter().flat_map(|model| &model.rows).map(|row| {
        let (code, title) = (&row.code, row.title.as_ref().unwrap_or(&row.code));
        let (status, new_key, correct_clock, stored) = (
            proc_macro2::Literal::u16_unsuffixed(row.status),
            row.new_key,
            row.correct_clock,
            row.stored,
        );
        let (actor, advice) = (&row.actor, &row.advice);
        let [outcome, creating] = [row.outcome, row.creating].map(|outcome| match outcome {
            ir::Outcome::NotExecuted => quote!(glue::RowOutcome::NotExecuted),
            ir::Outcome::Unknown => quote!(glue::RowOutcome::Unknown),
        });
        let retry = match row.retry {
            ir::Retry::Again => quote!(glue::RetryClass::Again),
            ir::Retry::ResignOnce => quote!(glue::RetryClass::ResignOnce),
            ir::Retry::AfterChange => quote!(glue::RetryClass::AfterChange),
            ir::Retry::Never => quote!(glue::RetryClass::Never),
        };
        quote! {
            glue::ProblemRow {
                code: #code,
                status: #status,
                title: #title,
                outcome: #outcome,
                creating: #creating,
                retry: #retry,
                new_key: #new_key,
                correct_clock: #correct_clock,
                stored: #stored,
                actor: #actor,
                advice: #advice,
            }
        }
    });
    quote! {
        /// The meaning of each problem code for the caller.
        pub(crate) static PROBLEMS: &[glue::ProblemRow] = &[#(#rows),*];
    }
}

// Recognition of problem documents: the media types and members that the contract declares for failures.

/// Required members in a contract without problem codes.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Members {
    All(Vec<String>),
    Any(Vec<String>),
}

/// Emits `glue::ProblemBody { .. }` for each declared form, in a stable order.
pub(super) fn problem_bodies(context: &Context<'_>) -> Vec<TokenStream> {
    let api = context.api;
    if api.settings.problem.is_none() && api.problem_codes.is_none() {
        return plain_problem(context);
    }
    let schema = api.settings.problem.as_ref().and_then(|places| places.schema);
    let is_named = |id: ir::TypeId| schema.is_some_and(|schema| context.resolve(schema) == context.resolve(id));
    let mut media: BTreeSet<String> = json_problem(context)
        .filter(|body| is_named(body.ty))
        .map(|body| body.media)
        .collect();
    if media.is_empty() {
        media = json_problem(context).map(|body| body.media).collect();
    }
    let row = |media: &String| quote!(glue::ProblemBody { statuses: (400, 599), media_type: #media, members: glue::Members::Code });
    media.iter().map(row).collect()
}

/// A JSON body of a failure.
struct FailureBody {
    status: StatusRange,
    media: String,
    ty: ir::TypeId,
}

/// Returns the JSON bodies of failures.
fn json_problem<'a>(context: &'a Context<'_>) -> impl Iterator<Item = FailureBody> + 'a {
    let operations = context.api.operations().map(|(_, operation)| operation);
    operations.flat_map(|operation| {
        let good: Vec<StatusRange> = good(operation).iter().map(|answer| answer.status).collect();
        let failures = operation
            .responses
            .iter()
            .filter(move |answer| !good.contains(&answer.status));
        failures.flat_map(|answer| {
            answer.bodies.iter().filter_map(|body| match body.content {
                PartContent::Json(ty) => Some(FailureBody {
                    status: answer.status,
                    media: ir::essence(&body.media_type).to_ascii_lowercase(),
                    ty,
                }),
                _ => None,
            })
        })
    })
}

/// Emits the declared forms of refusals in a contract without codes.
fn plain_problem(context: &Context<'_>) -> Vec<TokenStream> {
    let forms: BTreeSet<((u16, u16), String, Members)> = json_problem(context)
        .filter_map(|body| Some((refusals(body.status)?, body.media, problem_members(context, body.ty))))
        .filter(|(_, _, members)| *members != Members::Any(Vec::new()))
        .collect();
    let row = |((least, most), media, members): &((u16, u16), String, Members)| {
        let [least, most] = [*least, *most].map(proc_macro2::Literal::u16_unsuffixed);
        let members = match members {
            Members::All(pointers) => quote!(All(&[#(#pointers),*])),
            Members::Any(pointers) => quote!(Any(&[#(#pointers),*])),
        };
        quote!(glue::ProblemBody { statuses: (#least, #most), media_type: #media, members: glue::Members::#members })
    };
    forms.iter().map(row).collect()
}

/// Returns the statuses below 500 that it includes.
fn refusals(status: StatusRange) -> Option<(u16, u16)> {
    match status {
        StatusRange::Exactly(code) => (400..500).contains(&code).then_some((code, code)),
        StatusRange::Class(class) => (class == 4).then_some((400, 499)),
        StatusRange::Default => Some((400, 499)),
    }
}

/// Returns the required members of the declared type; if none is required, its declared ones.
fn problem_members(context: &Context<'_>, id: ir::TypeId) -> Members {
    let ir::Shape::Object(object) = context.shape(id) else {
        return Members::Any(Vec::new());
    };
    let named = |is_wanted: fn(&ir::Member) -> bool| -> Vec<String> {
        let members = object
            .members
            .iter()
            .filter(|member| !member.write_only && is_wanted(member));
        members.map(|member| format!("/{}", escape(&member.name))).collect()
    };
    let required = named(|member| member.presence == ir::Presence::Required);
    if required.is_empty() {
        return Members::Any(named(|_| true));
    }
    Members::All(required)
}

// Names of parameters and members of requests that are never sensitive: an error may show their values in a text of the server.

/// Returns the names, sorted. A name is left out if it is sensitive at one place, or if its value has members of any name.
pub(super) fn shown_names<'a>(context: &Context<'a>) -> Vec<&'a str> {
    let mut walk = Walk {
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

struct Walk<'c, 'a> {
    context: &'c Context<'a>,
    /// True for a name that must not be shown.
    found: BTreeMap<&'a str, bool>,
    seen: HashSet<(ir::TypeId, bool)>,
}

impl<'a> Walk<'_, 'a> {
    fn content(&mut self, content: &'a PartContent) {
        match content {
            PartContent::Json(id) | PartContent::Form(id) | PartContent::Items(_, id) => self.value(*id, false),
            PartContent::Multipart(id, parts) => {
                let is_hidden = self.context.api.ty(*id).sensitive;
                for part in parts {
                    self.member(&part.name, part.ty, is_hidden || part.sensitive);
                }
            }
            PartContent::Binary | PartContent::Text => {}
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
