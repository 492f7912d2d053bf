//! Webhook deliveries of the contract (`x-webhooks`): verifier, typed events, typed references to resources.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::words::{Case, Words};

use super::bridges::{event_bridges, is_scalar, pointer};
use super::constant::constant;
use super::context::Context;
use super::docs;
use super::docs::Docs;
use super::imports::RustFile;
use super::operation::paging::walk;
use super::paths::exports;
use super::tokens::{RustType, ident, option, record};

pub(super) fn emit(context: &Context<'_>) -> Option<RustFile> {
    let webhooks = context.api.webhooks.as_ref()?;
    let mut items = aliases(context, webhooks);
    let sample = super::webhook_keys::VerifierExample {
        settings: settings_sample(webhooks),
        println: println(webhooks),
    };
    items.extend(super::webhook_keys::emit(context, webhooks, sample));
    items.extend(event(context, webhooks));
    if webhooks.envelope.resource.is_some() {
        items.extend(reference(context, webhooks));
    }
    let items = super::imports::shorten(context, items);
    let mut docs = vec![format!(
        "Webhook deliveries of {}: verify first, then read.",
        docs::inline(&context.api.info.title)
    )];
    // The example of a verifier that fetches its keys is that of `keys`.
    if webhooks.signing.key_source.is_none() {
        docs.extend(example(context, webhooks));
    }
    Some(RustFile {
        path: "src/webhooks.rs".into(),
        docs,
        items,
    })
}

fn example(context: &Context<'_>, webhooks: &ir::WebhookDeliveries) -> [String; 9] {
    [
        String::new(),
        "```no_run".to_owned(),
        format!(
            "# fn receive(headers: {0}::http::HeaderMap, body: Vec<u8>) -> Result<(), Box<dyn std::error::Error>> {{",
            context.about.library()
        ),
        verifier(context, webhooks),
        "let delivery = verifier.verify(&headers, &body)?;".to_owned(),
        println(webhooks),
        "# Ok(())".to_owned(),
        "# }".to_owned(),
        "```".to_owned(),
    ]
}

/// Returns the statement of the documentation that creates a verifier.
fn verifier(context: &Context<'_>, webhooks: &ir::WebhookDeliveries) -> String {
    let (library, key) = (context.about.library(), key_sample(&webhooks.signing));
    let created = if reads_environment(context, webhooks) {
        "from_env()".to_owned()
    } else if let Some(settings) = settings_sample(webhooks) {
        format!("with_settings({library}::webhooks::{settings}, [\"{key}\".into()])")
    } else {
        format!("new(\"{key}\")")
    };
    format!("let verifier = {library}::webhooks::WebhookVerifier::{created}?;")
}

/// Returns the statement of the documentation that prints a delivery, with the values that the contract names.
pub(super) fn println(webhooks: &ir::WebhookDeliveries) -> String {
    let id = webhooks.envelope.id.is_some().then_some("delivery.event_id()");
    let is_untyped = webhooks.events.is_empty() && webhooks.envelope.event_type.is_some();
    let event_type = is_untyped.then_some("delivery.event_type()");
    let values: Vec<&str> = [id, event_type, Some("delivery.event()?")]
        .into_iter()
        .flatten()
        .collect();
    format!(
        "println!(\"{}\", {});",
        vec!["{:?}"; values.len()].join(": "),
        values.join(", ")
    )
}

/// Returns true if environment variables have all that a verifier needs.
pub(super) fn reads_environment(context: &Context<'_>, webhooks: &ir::WebhookDeliveries) -> bool {
    let mut settings = webhooks.signing.rules.settings.iter();
    context.api.settings.environment.webhook_secret.is_some() && settings.all(|one| one.environment.is_some())
}

fn aliases(context: &Context<'_>, webhooks: &ir::WebhookDeliveries) -> Vec<TokenStream> {
    let (signing, envelope) = (&webhooks.signing, &webhooks.envelope);
    let made = record!(glue::Webhooks {
        signing: constant(&signing.rules),
        key_header: option(match &signing.key_source {
            Some(ir::DeliveryKeySource::Certificate { header, .. }) => Some(header),
            _ => None,
        }),
        id: option(envelope.id.as_ref().map(|id| match id {
            ir::EventIdPlace::Body(at) => {
                let at = pointer(at);
                quote!(glue::EventId::Body(#at))
            }
            ir::EventIdPlace::Header(name) => quote!(glue::EventId::Header(#name)),
        })),
        event_type: option(envelope.event_type.as_ref().map(pointer)),
        environment: option(context.api.settings.environment.webhook_secret.as_ref()),
    });
    let (settings, given) = settings(signing);
    let key = key_in_words(signing);
    let mut verifier = Docs::ours(if signing.rules.settings.is_empty() {
        format!("Verifies deliveries; needs only {key}.")
    } else {
        format!("Verifies deliveries; needs {key}, and the settings of the signature.")
    });
    verifier.paragraph(replay(webhooks).map(str::to_owned));
    let verifier = verifier.tokens();
    let errors = exports(["VerifierError", "VerifyError"]);
    vec![
        quote!(#(#errors)*),
        quote! {
            #verifier
            pub type WebhookVerifier = runtime::Verifier<Webhooks>;
        },
        quote! {
            /// A verified delivery.
            pub type WebhookDelivery = runtime::Delivery<Webhooks>;
        },
        quote! {
            /// The webhooks of this API.
            #[derive(Debug, Clone, Copy)]
            pub struct Webhooks;
        },
        quote! {
            impl glue::Webhook for Webhooks {
                type Event = WebhookEvent;
                type Settings = #given;
                const WEBHOOKS: &'static glue::Webhooks = &#made;
            }
        },
        settings,
    ]
}

/// Returns the protection from a copy of an old delivery, if the signature does not detect one.
pub(super) fn replay(webhooks: &ir::WebhookDeliveries) -> Option<&'static str> {
    if webhooks.signing.rules.freshness.past.is_some() {
        return None;
    }
    Some(if webhooks.envelope.id.is_some() {
        "The signature does not reveal a copy of an old delivery. Store each `event_id()`, as the `Inbox` of the journal does, and ignore an event that is stored."
    } else {
        "The signature does not reveal a copy of an old delivery, and the contract names no id of an event. Look up the state at the API before you act."
    })
}

/// Returns what a verifier needs, in words.
pub(super) fn key_in_words(signing: &ir::Signing) -> &'static str {
    if signing.key_source.is_some() {
        return "the public keys of the webhooks, which `webhooks::keys` fetches";
    }
    match (signing.rules.secret, signing.rules.key_pair) {
        (Some(_), Some(_)) => "the webhook secret or the public key of the webhooks",
        (None, Some(_)) => "the public key of the webhooks",
        _ => "the webhook secret",
    }
}

/// Returns a text in place of the secret or the public key.
pub(super) fn key_sample(signing: &ir::Signing) -> &'static str {
    match (signing.rules.secret, signing.rules.key_pair) {
        (None, Some(pair)) if pair.prefix.is_empty() => "-----BEGIN PUBLIC KEY-----...",
        (None, Some(_)) => "the public key of the webhooks",
        _ => "the webhook secret",
    }
}

/// Returns the name of the field of a setting.
fn setting_field(setting: &ir::SigningSetting) -> String {
    crate::naming::reserved::MEMBER.usable(Words::new(setting.name).render(Case::Snake))
}

/// Returns the settings of a verifier in documentation; `None` without settings.
pub(super) fn settings_sample(webhooks: &ir::WebhookDeliveries) -> Option<String> {
    let settings = webhooks.signing.rules.settings.iter();
    let fields = settings.map(|one| format!("{}: \"...\".to_owned()", setting_field(one)));
    let fields: Vec<String> = fields.collect();
    (!fields.is_empty()).then(|| format!("WebhookSettings {{ {} }}", fields.join(", ")))
}

/// Emits the values of the signature that a delivery does not contain, and their type.
fn settings(signing: &ir::Signing) -> (TokenStream, TokenStream) {
    let settings = signing.rules.settings;
    if settings.is_empty() {
        return (TokenStream::new(), quote!([String; 0]));
    }
    let names: Vec<Ident> = settings.iter().map(|setting| ident(&setting_field(setting))).collect();
    let fields = signing.setting_docs.iter().zip(&names).map(|(text, name)| {
        let docs = Docs::ours(text.clone().unwrap_or_else(|| "A setting.".to_owned())).tokens();
        quote!(#docs pub #name: String,)
    });
    let item = quote! {
        /// Values of the signature that a delivery does not contain.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct WebhookSettings { #(#fields)* }

        impl From<WebhookSettings> for Vec<String> {
            fn from(settings: WebhookSettings) -> Self { vec![#(settings.#names),*] }
        }
    };
    (item, quote!(WebhookSettings))
}

/// Emits the events as one enum, distinguished by their type.
fn event(context: &Context<'_>, webhooks: &ir::WebhookDeliveries) -> Vec<TokenStream> {
    let envelope = context.ty(webhooks.envelope.schema);
    let variants: Vec<Ident> = (0..webhooks.events.len())
        .map(|index| ident(context.names.event(index)))
        .collect();
    let types: Vec<RustType> = webhooks.events.iter().map(|event| context.ty(event.ty)).collect();
    let members = webhooks
        .events
        .iter()
        .zip(variants.iter().zip(&types))
        .map(|(event, (variant, ty))| {
            let mut docs = context.docs_of(ir::AssumptionKind::Word, &event.text, "", || "An event.".to_owned());
            docs.paragraph([format!("Type {}.", docs::code(&event.name))]);
            let docs = docs.tokens();
            quote!(#docs #variant(#ty),)
        });
    let arms = webhooks.events.iter().zip(&variants).map(|(event, variant)| {
        let name = &event.name;
        quote!(Some(#name) => Self::#variant(value.decode()),)
    });
    let told = match webhooks.envelope.event_type.as_deref() {
        Some([tag]) => quote!(value.tag(#tag)),
        Some(members) => quote!(value.tag_at(&[#(#members),*])),
        None => quote!(None::<&str>),
    };
    let methods = methods(context, webhooks, &variants, &types, &envelope);
    let mut docs = Docs::ours("The resource of a delivery.");
    docs.paragraph(["Only a verified [`WebhookDelivery`] returns one; it cannot be deserialized.".to_owned()]);
    let docs = docs.tokens();
    let bridges = event_bridges("WebhookEvent");
    // A handler that takes the event itself would skip the verification: the bound never holds, and its message says
    // what to do.
    let unverified = quote! {
        #[doc(hidden)]
        impl<'de> glue::Deserialize<'de> for WebhookEvent
        where
            &'de [u8]: glue::Verified,
        {
            fn deserialize<D: glue::Deserializer<'de>>(d: D) -> Result<Self, D::Error> { glue::deserialize(d) }
        }
    };
    vec![
        quote! {
            #docs
            #[derive(Clone, PartialEq)]
            #[non_exhaustive]
            pub enum WebhookEvent {
                #(#members)*
                /// An event of a type that this version of the contract does not declare, complete.
                Unknown(#envelope),
            }
        },
        quote!(impl WebhookEvent { #(#methods)* }),
        quote! {
            impl glue::Json for WebhookEvent {
                #[inline]
                fn read(value: glue::Value<'_>) -> Self {
                    match #told {
                        #(#arms)*
                        _ => Self::Unknown(value.decode()),
                    }
                }

                #[inline]
                fn write(&self, w: &mut glue::Writer) {
                    match self {
                        #(Self::#variants(event) => glue::Json::write(event, w),)*
                        Self::Unknown(event) => glue::Json::write(event, w),
                    }
                }
            }
        },
        bridges,
        unverified,
    ]
}

fn methods(
    context: &Context<'_>,
    webhooks: &ir::WebhookDeliveries,
    variants: &[Ident],
    types: &[RustType],
    envelope: &RustType,
) -> Vec<TokenStream> {
    let mut methods = Vec::new();
    let distinct: HashSet<&RustType> = types.iter().chain([envelope]).collect();
    if distinct.len() == 1 {
        methods.push(quote! {
            /// The members that every event has.
            pub fn envelope(&self) -> &#envelope {
                match self { #(Self::#variants(event))|* | Self::Unknown(event) => event }
            }
        });
    }
    let Some((kind, id)) = &webhooks.envelope.resource else {
        return methods;
    };
    let of = |ty: ir::TypeId| {
        let text = |pointer: &ir::Pointer| {
            let place = walk(context, ty, quote!(event), pointer).filter(|place| is_scalar(context, place.ty))?;
            let expression = &place.expression;
            Some(if place.optional {
                quote!(glue::ToParam::param(#expression?))
            } else {
                quote!(glue::ToParam::param(&#expression))
            })
        };
        match (text(kind), text(id)) {
            (Some(kind), Some(id)) => {
                Some(quote!(let kind = #kind; let id = #id; Some(ResourceRef::from_kind(&kind, &id))))
            }
            _ => None,
        }
    };
    let whole = of(webhooks.envelope.schema);
    let is_told = whole.is_some();
    let whole = whole.unwrap_or_else(|| quote!(None));
    let body = if distinct.len() == 1 {
        let event = is_told.then(|| quote!(let event = self.envelope();));
        quote! { #event #whole }
    } else {
        let arms = webhooks.events.iter().zip(variants).map(|(event, variant)| {
            let found = of(event.ty).map(|found| quote!(Self::#variant(event) => { #found }));
            found.unwrap_or_else(|| quote!(Self::#variant(_) => None,))
        });
        let unknown = if is_told { quote!(event) } else { quote!(_) };
        quote!(match self { #(#arms)* Self::Unknown(#unknown) => { #whole } })
    };
    methods.push(quote! {
        /// Returns the resource of the event.
        pub fn resource(&self) -> Option<ResourceRef> { #body }
    });
    methods
}

/// Emits the resources by kind, each with the type of its id.
fn reference(context: &Context<'_>, webhooks: &ir::WebhookDeliveries) -> Vec<TokenStream> {
    let variants: Vec<Ident> = (0..webhooks.resources.len())
        .map(|index| ident(context.names.resource(index)))
        .collect();
    let types: Vec<RustType> = webhooks.resources.iter().map(|(_, ty)| context.ty(*ty)).collect();
    let kinds: Vec<&String> = webhooks.resources.iter().map(|(kind, _)| kind).collect();
    let docs = kinds
        .iter()
        .map(|kind| Docs::ours(format!("Kind {}.", docs::code(kind))).tokens());
    vec![
        quote! {
            /// A resource by kind and id.
            #[derive(Debug, Clone, PartialEq)]
            #[non_exhaustive]
            pub enum ResourceRef {
                #(#docs #variants(#types),)*
                /// A resource of a kind that this version of the contract does not declare.
                Unknown {
                    /// Kind of the resource.
                    kind: String,
                    /// Id of the resource.
                    id: String,
                },
            }
        },
        quote! {
            impl ResourceRef {
                /// The resource of that kind and id.
                pub fn from_kind(kind: &str, id: &str) -> Self {
                    match kind {
                        #(#kinds => Self::#variants(id.into()),)*
                        _ => Self::Unknown { kind: kind.to_owned(), id: id.to_owned() },
                    }
                }
            }
        },
    ]
}
