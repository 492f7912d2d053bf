//! The deliveries of the contract to the types of its events, and to the function that creates their worker.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;

use super::super::context::Context;
use super::super::tokens::ident;

/// Returns the reason why the deliveries of the contract are not served; `None` if they are, or if it has none.
pub(in super::super) fn reason(context: &Context<'_>) -> Option<&'static str> {
    let webhooks = context.api.webhooks.as_ref().filter(|_| context.about.server)?;
    let is_in_items = matches!(webhooks.signing.rules.signature, ir::SignaturePlace::Items { .. });
    is_in_items.then_some("server: deliveries with a signature in each item of the body")
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
