//! Single values of the contract as constants of the runtime.

use proc_macro2::TokenStream;
use quote::quote;

use sdkwright_contract::ir::{self, BodyEncoding, Component, MacEncoding, SecretEncoding, TimestampFormat};
use sdkwright_contract::source::escape;

/// Emits a component of a base string.
pub(super) fn component(component: Component) -> TokenStream {
    match component {
        Component::Method => quote!(glue::Component::Method),
        Component::Target => quote!(glue::Component::Target),
        Component::Body(BodyEncoding::Hex) => quote!(glue::Component::Body(glue::BodyEncoding::Hex)),
        Component::Body(BodyEncoding::Base64) => quote!(glue::Component::Body(glue::BodyEncoding::Base64)),
        Component::Timestamp => quote!(glue::Component::Timestamp),
        Component::Nonce => quote!(glue::Component::Nonce),
        Component::IdempotencyKey => quote!(glue::Component::IdempotencyKey),
        Component::ClientId => quote!(glue::Component::ClientId),
    }
}

pub(super) fn mac(encoding: MacEncoding) -> TokenStream {
    match encoding {
        MacEncoding::Hex => quote!(glue::MacEncoding::Hex),
        MacEncoding::Base64 => quote!(glue::MacEncoding::Base64),
    }
}

pub(super) fn secret(encoding: SecretEncoding) -> TokenStream {
    match encoding {
        SecretEncoding::Utf8 => quote!(glue::SecretEncoding::Utf8),
        SecretEncoding::Hex => quote!(glue::SecretEncoding::Hex),
        SecretEncoding::Base64 => quote!(glue::SecretEncoding::Base64),
    }
}

pub(super) fn timestamp(format: TimestampFormat) -> TokenStream {
    match format {
        TimestampFormat::Rfc3339 => quote!(glue::TimestampFormat::Rfc3339),
        TimestampFormat::UnixSeconds => quote!(glue::TimestampFormat::UnixSeconds),
    }
}

pub(super) fn number(value: u32) -> proc_macro2::Literal {
    proc_macro2::Literal::u32_unsuffixed(value)
}

pub(super) fn text(value: Option<&String>) -> TokenStream {
    value.map_or(quote!(None), |value| quote!(Some(#value)))
}

pub(super) fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or(quote!(None), |value| quote!(Some(#value)))
}

/// Writes a JSON Pointer as text.
pub(super) fn pointer(pointer: &ir::Pointer) -> String {
    pointer
        .iter()
        .fold(String::new(), |text, name| text + "/" + &escape(name))
}
