//! The deliveries of the contract to the types of its events, and to the function that creates their worker.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;

use super::super::context::Context;
use super::super::operation::paging::walk;
use super::super::tokens::ident;

/// The media type of all deliveries.
const JSON: &str = "application/json";

/// Returns the reason why the deliveries of the contract are not served; `None` if they are, or if it has none.
pub(in super::super) fn reason(context: &Context<'_>) -> Option<&'static str> {
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
pub(super) fn items(context: &Context<'_>) -> Vec<TokenStream> {
    let Some(webhooks) = context.api.webhooks.as_ref().filter(|_| reason(context).is_none()) else {
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
