//! The server's side: one trait per group of operations with their requests and responses, a router of all groups, and the types of
//! deliveries with the function that creates their worker.
//!
//! A method gets typed values and returns a typed response; reading, checks and writing are in the server's runtime. An operation that
//! it cannot serve is left out with its reason, and its response is 501.

mod messages;
mod served;

pub(super) use served::left_out;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use sdkwright_contract::ir;

use super::context::{Context, file_attribute, file_stem};
use super::docs::{self, Docs};
use super::imports::RustFile;
use super::operation::{self, paging::walk};
use super::tokens::{ident, option};
use served::{ServedNames, reason};

/// Returns the names of the operations of a group, by operation. Each name is there once.
fn names(context: &Context<'_>, ids: &[ir::OperationId]) -> Vec<(ir::OperationId, ServedNames)> {
    let mut known = BTreeSet::new();
    let name = |id: &ir::OperationId| {
        let method = context.names.operation(*id).method(0);
        let words = method.trim_start_matches("r#").split('_');
        let pascal: String = words.map(capitalized).collect();
        let mut free = pascal.clone();
        let mut number = 2;
        while !known.insert(free.clone()) {
            free = format!("{pascal}{number}");
            number += 1;
        }
        let names = ServedNames {
            method: ident(method),
            request: format_ident!("{free}Request"),
            response: format_ident!("{free}Response"),
        };
        (*id, names)
    };
    ids.iter().map(name).collect()
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// Returns the trait of a group; `None` for a group without a served operation.
fn trait_of(context: &Context<'_>, index: usize) -> Option<Ident> {
    let group = context.names.groups().get(index)?;
    let mut operations = context.operations_of(index);
    let is_served = operations.any(|(id, _)| reason(context, id).is_none());
    is_served.then(|| format_ident!("{}Api", group.pascal.trim_start_matches("r#")))
}

/// Emits the file of one group.
pub(super) fn emit(context: &Context<'_>, index: usize, ids: &[ir::OperationId]) -> Option<RustFile> {
    let group = context.names.groups().get(index)?;
    let named = trait_of(context, index);
    let (mut methods, mut items, mut routes, mut opaque) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (id, names) in names(context, ids) {
        let module = ident(&group.module);
        let marker = ident(&context.names.operation(id).marker);
        let description = quote!(<crate::operations::#module::#marker as glue::Operation>::DESCRIPTION);
        let operation = context.api.operation(id);
        let invalid = invalid_code(context, operation).map(|code| quote!(.invalid(#code)));
        if reason(context, id).is_some() {
            routes.push(quote!(sdkwright_server::OperationRoute::not_served(#description) #invalid,));
            continue;
        }
        methods.push(method(context, operation, &names));
        items.extend(messages::request_definition(context, id, &names));
        items.extend(messages::response_definition(context, operation, &names));
        let ServedNames {
            method,
            request,
            response,
        } = &names;
        let headers = headers(operation);
        opaque.push(quote!(#request #response));
        routes.push(quote! {
            sdkwright_server::OperationRoute::<S>::new(#description, |state, context, input| {
                Box::pin(async move {
                    let request = #request::from_input(&input)?;
                    sdkwright_server::IntoOutgoing::into_outgoing(S::#method(&state, &context, request).await?)
                })
            }) #invalid #headers,
        });
    }
    let of_group = operation::docs_of_group(context, index);
    let mut all = Vec::new();
    let bound = named.as_ref().map(|named| {
        let docs = of_group.tokens();
        all.push(quote! {
            #docs
            ///
            /// A method without an implementation returns status 501.
            pub trait #named: Send + Sync + 'static { #(#methods)* }
        });
        quote!(: #named)
    });
    all.extend(items);
    if !opaque.is_empty() {
        all.push(quote!(sdkwright_server::opaque! { #(#opaque)* }));
    }
    all.push(quote! {
        /// Returns the routes of the group.
        pub(super) fn routes<S #bound>() -> Vec<sdkwright_server::OperationRoute<S>> { Vec::from([#(#routes)*]) }
    });
    Some(RustFile {
        path: format!("src/server/{}.rs", file_stem(&group.module)),
        docs: of_group.lines().to_vec(),
        items: super::imports::shorten(context, all),
    })
}

/// Emits the headers that an idempotency key binds; `None` without one.
fn headers(operation: &ir::Operation) -> Option<TokenStream> {
    let parameters = operation.parameters.iter();
    let headers = parameters.filter(|parameter| parameter.location == ir::ParameterLocation::Header);
    let names: Vec<&str> = headers.map(|parameter| &*parameter.name).collect();
    (!names.is_empty()).then(|| quote!(.headers(&[#(#names),*])))
}

/// Emits a method of the trait.
fn method(context: &Context<'_>, operation: &ir::Operation, names: &ServedNames) -> TokenStream {
    let ServedNames {
        method,
        request,
        response,
    } = names;
    let docs = operation::served(context, operation).tokens();
    quote! {
        #docs
        fn #method(
            &self,
            context: &sdkwright_server::Context,
            request: #request,
        ) -> impl Future<Output = Result<#response, sdkwright_server::Problem>> + Send {
            let _ = (context, request);
            async { Err(sdkwright_server::Problem::not_implemented()) }
        }
    }
}

/// Emits the module with the router.
pub(super) fn emit_list(context: &Context<'_>) -> RustFile {
    let groups = context.names.groups();
    let modules = groups.iter().map(|group| {
        let (module, path) = (ident(&group.module), file_attribute("server", &group.module));
        quote!(#path pub mod #module;)
    });
    let all: Vec<(Ident, Option<Ident>)> = groups
        .iter()
        .enumerate()
        .map(|(index, group)| (ident(&group.module), trait_of(context, index)))
        .collect();
    let exports = all.iter().filter_map(|(module, named)| {
        let named = named.as_ref()?;
        Some(quote!(pub use self::#module::#named;))
    });
    let bounds: Vec<&Ident> = all.iter().filter_map(|(_, named)| named.as_ref()).collect();
    let routes = all
        .iter()
        .map(|(module, _)| quote!(routes.add(self::#module::routes());));
    let errors = option(error_members(context));
    let settings = &context.api.settings;
    let requires_request_id = settings.request_id_required;
    let never_sent = if settings.never_sent.is_empty() {
        quote!(&[])
    } else {
        quote!(crate::api::NEVER_SENT)
    };
    let codes = context
        .api
        .problem_codes
        .and_then(|id| context.names.ty(id))
        .map(|name| {
            let ty = ident(name);
            quote! {
                /// The problem of a code, with its status and title.
                impl From<crate::models::#ty> for sdkwright_server::Problem {
                    fn from(code: crate::models::#ty) -> Self {
                        Self::from_code(crate::api::PROBLEMS, glue::ProblemCode::as_str(&code))
                    }
                }
            }
        });
    let mut items: Vec<TokenStream> = modules.chain(exports).collect();
    items.push(quote! {
        pub use sdkwright_server::{Caller, Clients, Context, FixedClients, IdempotencyStore, NonceStore, Options, Problem, axum};
    });
    items.push(quote! {
        static CONTRACT: sdkwright_server::Contract = sdkwright_server::Contract {
            api: &crate::api::API,
            errors: #errors,
            never_sent: #never_sent,
            requires_request_id: #requires_request_id,
        };
    });
    items.push(quote! {
        /// Returns the router of all operations, whose paths are those of the contract. For a server whose URL has a path, nest it: `Router::new().nest("/v1", router)`.
        pub fn router<S: #(#bounds +)* Send + Sync + 'static>(state: S, options: Options) -> axum::Router {
            let mut routes = sdkwright_server::Routes::new();
            #(#routes)*
            sdkwright_server::Server::new(&CONTRACT, state, routes, options).into_router()
        }
    });
    items.extend(codes);
    items.extend(delivery_items(context));
    RustFile {
        path: "src/server.rs".into(),
        docs: docs_of_list(context).lines().to_vec(),
        items: super::imports::shorten(context, items),
    }
}

fn docs_of_list(context: &Context<'_>) -> Docs {
    let title = docs::inline(&context.api.info.title);
    let mut docs = Docs::ours(format!(
        "The server's side of {title}: implement the trait of each group, and serve the `router`."
    ));
    if !context.about.documented {
        return docs;
    }
    let schemes = context.api.security.iter().enumerate();
    let unchecked = schemes.filter(|(_, scheme)| !matches!(scheme.kind, ir::SecurityKind::Signing(_)));
    let used = unchecked.filter(|(index, _)| context.api.operations.iter().any(|one| one.requires(*index)));
    let used: Vec<String> = used.map(|(_, scheme)| docs::code(&scheme.name)).collect();
    if !used.is_empty() {
        docs.wrapped(&format!(
            "**The router does not check the credentials of {}.** Set `Options::caller` to check them.",
            docs::listed(used)
        ));
    }
    let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (id, reason) in left_out(context) {
        let operation = docs::code(&context.api.operation(id).id);
        reasons.entry(reason).or_default().push(operation);
    }
    if !reasons.is_empty() {
        docs.paragraph(["Operations that are not served, whose response is 501:".to_owned()]);
        let line = |(reason, operations): (&str, Vec<String>)| {
            format!(
                "- {}: {}",
                reason.trim_start_matches("server: "),
                docs::listed(operations)
            )
        };
        docs.paragraph(reasons.into_iter().map(line));
    }
    if let Some(reason) = reason_of_deliveries(context) {
        let reason = reason.trim_start_matches("server: ");
        docs.paragraph([format!("Not served: {reason}.")]);
    }
    docs
}

/// Returns the rows of the registry of problem codes.
fn registry<'a>(context: &Context<'a>) -> &'a [ir::StatedProblem] {
    let shape = context.api.problem_codes.map(|id| context.shape(id));
    match shape {
        Some(ir::Shape::Enum(shape)) => shape.problems.as_ref().map_or(&[], |model| &model.rows),
        _ => &[],
    }
}

/// Returns the code of a request that is not valid: the first of the operation with status 400, else with 422; else of the registry.
fn invalid_code(context: &Context<'_>, operation: &ir::Operation) -> Option<&'static str> {
    let rows = registry(context);
    let with = |status: u16| {
        rows.iter()
            .map(|stated| &stated.row)
            .filter(move |row| row.status == status)
    };
    let is_own = |code: &str| operation.problems.iter().any(|own| own == code);
    let own = [400, 422]
        .into_iter()
        .find_map(|status| with(status).find(|row| is_own(row.code)));
    let row = own.or_else(|| [400, 422].into_iter().find_map(|status| with(status).next()));
    row.map(|row| row.code)
}

/// Emits the names of the members of an error in the list of errors of a problem document: the first text whose name contains a word
/// for a place, and the first one for an explanation. `None` if the contract has no such list, or if an error needs other members.
fn error_members(context: &Context<'_>) -> Option<TokenStream> {
    let places = context.api.settings.problem.as_ref()?;
    let mut at = context.api.behind_null(places.schema?);
    for name in places.errors.as_ref()? {
        let ir::Shape::Object(object) = context.shape(at) else {
            return None;
        };
        let member = object.members.iter().find(|member| member.name == *name)?;
        at = context.api.behind_null(member.ty);
    }
    let ir::Shape::Array(array) = context.shape(at) else {
        return None;
    };
    let ir::Shape::Object(object) = context.shape(array.items) else {
        return None;
    };
    let texts = || {
        let is_text = |member: &&ir::Member| {
            matches!(
                context.shape(context.api.behind_null(member.ty)),
                ir::Shape::Scalar(ir::ScalarFormat::Text, _)
            )
        };
        object.members.iter().filter(is_text).map(|member| member.name.as_str())
    };
    let named = |words: &[&str]| texts().find(|name| words.iter().any(|word| name.to_lowercase().contains(word)));
    let place = named(&["pointer", "field", "path", "location", "param", "property", "name"])?;
    let message = named(&["message", "detail", "description", "reason", "title"]);
    let is_required = |member: &&ir::Member| member.presence == ir::Presence::Required;
    let is_known = |member: &ir::Member| member.name == place || Some(member.name.as_str()) == message;
    if !object.members.iter().filter(is_required).all(is_known) {
        return None;
    }
    let message = option(message);
    Some(quote!(sdkwright_server::ErrorMembers { place: #place, message: #message }))
}

/// The media type of all deliveries.
const JSON: &str = "application/json";

/// Returns the reason why the deliveries of the contract are not served; `None` if they are, or if it has none.
pub(super) fn reason_of_deliveries(context: &Context<'_>) -> Option<&'static str> {
    let webhooks = context.api.webhooks.as_ref().filter(|_| context.about.server)?;
    let (rules, id, events) = (&webhooks.signing.rules, &webhooks.envelope.id, &webhooks.events);
    let is_id = |name: &str| matches!(id, Some(ir::EventIdPlace::Header(own)) if own.eq_ignore_ascii_case(name));
    let is_other =
        |piece: &ir::Piece| matches!(piece, ir::Piece::Value(ir::SignedValue::Header(name), _) if !is_id(name));
    let is_json = |name: &String| { name.split(';').next() }.is_some_and(|name| name.trim().eq_ignore_ascii_case(JSON));
    let mut types = events.iter().map(|event| event.ty).chain([webhooks.envelope.schema]);
    let checks = [
        (
            matches!(rules.signature, ir::SignaturePlace::Items { .. }),
            "server: deliveries with a signature in each item of the body",
        ),
        (
            rules.message.iter().any(is_other),
            "server: deliveries with a signed header that is not their id, time or nonce",
        ),
        (
            events.iter().any(|event| event.method != ir::Method::Post),
            "server: deliveries with another method than `POST`",
        ),
        (
            !events.iter().filter_map(|event| event.media_type.as_ref()).all(is_json),
            "server: deliveries with another media type than `application/json`",
        ),
        (
            types.any(|ty| has_id_without_text(context, id.as_ref(), ty)),
            "server: deliveries with an id that is not a text",
        ),
    ];
    checks
        .into_iter()
        .find_map(|(is_found, reason)| is_found.then_some(reason))
}

/// Returns true if the id in a body of this type is a number or a boolean, which no verifier reads.
fn has_id_without_text(context: &Context<'_>, id: Option<&ir::EventIdPlace>, body: ir::TypeId) -> bool {
    use ir::ScalarFormat::{Bool, Float, I32, I64, Integer, Number, U64};
    let Some(ir::EventIdPlace::Body(pointer)) = id else {
        return false;
    };
    let place = walk(context, body, quote!(event), pointer);
    place.is_some_and(|place| match context.shape(context.resolve(place.ty)) {
        ir::Shape::Scalar(format, _) | ir::Shape::Newtype(format, _) => {
            matches!(format, Bool | Float | I32 | I64 | Integer | Number | U64)
        }
        _ => false,
    })
}

/// Emits the types of the events, and the function that creates a worker.
fn delivery_items(context: &Context<'_>) -> Vec<TokenStream> {
    let Some(webhooks) = context
        .api
        .webhooks
        .as_ref()
        .filter(|_| reason_of_deliveries(context).is_none())
    else {
        return Vec::new();
    };
    let types = webhooks.events.iter().enumerate().map(|(index, event)| {
        let (variant, name) = (ident(context.names.event(index)), &event.name);
        quote!(Self::#variant(_) => Some(#name),)
    });
    vec![
        quote! {
            pub use sdkwright_server::{DeliverySchedule, DeliveryStore, DeliveryWorker, FixedReceivers, Receiver, Receivers};
        },
        quote! {
            impl sdkwright_server::SentEvent for crate::webhooks::WebhookEvent {
                const WEBHOOKS: &'static glue::Webhooks = <crate::webhooks::Webhooks as glue::Webhook>::WEBHOOKS;

                fn event_type(&self) -> Option<&'static str> {
                    match self {
                        #(#types)*
                        Self::Unknown(_) => None,
                    }
                }
            }
        },
        quote! {
            /// Returns a worker that signs and sends the events of a store, as the contract states.
            pub fn deliveries(
                store: impl DeliveryStore,
                receivers: impl Receivers,
                transport: impl runtime::Transport,
            ) -> DeliveryWorker {
                DeliveryWorker::new(
                    <crate::webhooks::Webhooks as glue::Webhook>::WEBHOOKS,
                    store,
                    receivers,
                    transport,
                )
            }
        },
    ]
}
