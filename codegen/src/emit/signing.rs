//! Signatures of requests and deliveries: the pieces of their messages, and the forms of their secrets.

use super::bridges::pointer;
use super::tokens::{array, record, variant};
use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::{Piece, SignedValue};

/// Emits a signed message. A setting is its index.
pub(super) fn message(pieces: &[Piece], settings: &[ir::WebhookSetting]) -> TokenStream {
    array(pieces.iter().map(|piece| {
        let (value, filters) = match piece {
            Piece::Text(text) => return quote!(glue::Piece::Text(#text)),
            Piece::Value(value, filters) => (value, filters),
        };
        let filters = array(filters.iter().map(|filter| variant("Filter", filter)));
        let value = match value {
            SignedValue::Header(name) => quote!(glue::SignedValue::Header(#name)),
            SignedValue::Setting(name) => {
                let index = settings
                    .iter()
                    .position(|known| known.name == *name)
                    .unwrap_or_default();
                let index = proc_macro2::Literal::usize_unsuffixed(index);
                quote!(glue::SignedValue::Setting(#index))
            }
            SignedValue::Item(at) => {
                let at = pointer(at);
                quote!(glue::SignedValue::Item(#at))
            }
            plain => variant("SignedValue", plain),
        };
        quote!(glue::Piece::Value(#value, #filters))
    }))
}

/// Emits the form of a secret.
pub(super) fn secret(algorithm: ir::Algorithm, form: &ir::SecretForm) -> TokenStream {
    record!(glue::SecretForm {
        algorithm: variant("Algorithm", algorithm),
        encoding: variant("SecretEncoding", form.encoding),
        prefix: form.prefix,
    })
}
