//! Signatures of requests and deliveries: the pieces of their messages, and the forms of their secrets.

use super::bridges::pointer;
use super::tokens::{array, number, option, range, record, variant};
use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::{Piece, SignaturePlace, SignedValue};

/// Emits a signed message. A setting is its index.
pub(super) fn message(pieces: &[Piece], settings: &[ir::SigningSetting]) -> TokenStream {
    array(pieces.iter().map(|piece| match piece {
        Piece::Text(text) => quote!(glue::Piece::Text(#text)),
        Piece::Value(value, filters) => {
            let filters = array(filters.iter().map(|filter| variant("Filter", filter)));
            let value = signed_value(value, settings);
            quote!(glue::Piece::Value(#value, #filters))
        }
    }))
}

fn signed_value(value: &SignedValue, settings: &[ir::SigningSetting]) -> TokenStream {
    match value {
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
    }
}

/// Emits the signature of requests.
pub(super) fn requests(signing: &ir::Signing) -> TokenStream {
    let place = match &signing.signature {
        SignaturePlace::Header(name) => quote!(glue::SignaturePlace::Header(#name)),
        SignaturePlace::Bearer => quote!(glue::SignaturePlace::Bearer),
        SignaturePlace::Query(name) => quote!(glue::SignaturePlace::Query(#name)),
    };
    let encoding = signing.mac.as_ref().map_or(ir::MacEncoding::Hex, |mac| mac.encoding);
    let made = record!(glue::Signing {
        signature: place,
        encoding: variant("MacEncoding", encoding),
        secret: option(signing.mac.as_ref().map(|mac| secret(mac.algorithm, &mac.secret))),
        message: message(&signing.message, &signing.settings),
        key_pair: option(signing.key_pair.as_ref().map(|pair| key_pair(pair, signing))),
        client_id_header: option(signing.client_id_header.as_ref()),
        timestamp_header: option(signing.timestamp_header.as_ref()),
        nonce_header: option(signing.nonce_header.as_ref()),
        query: array(signing.query.iter().map(|(name, value)| {
            let value = signed_value(value, &signing.settings);
            quote!((#name, #value))
        })),
        settings: array(signing.settings.iter().map(|setting| {
            record!(glue::SigningSetting {
                name: setting.name,
                environment: option(setting.environment.as_ref()),
                required: setting.query.is_none(),
            })
        })),
        timestamp: variant("TimestampFormat", signing.timestamp),
        nonce_format: variant("NonceFormat", signing.nonce_format),
        nonce_length: range(signing.nonce_length.0, signing.nonce_length.1),
        lifetime: number(signing.lifetime.unwrap_or_default()),
        freshness: number(signing.freshness),
        client_problem: option(signing.client_problem.as_ref()),
        signature_problem: option(signing.signature_problem.as_ref()),
        expired_problem: option(signing.expired_problem.as_ref()),
        replayed_problem: option(signing.replayed_problem.as_ref()),
    });
    quote!(static SIGNING: glue::Signing = #made;)
}

/// Emits the signature by a key pair.
fn key_pair(pair: &ir::KeyPair, signing: &ir::Signing) -> TokenStream {
    let form = match &signing.jws {
        None => quote!(glue::SignatureForm::Message),
        Some(jws) => {
            let made = jws_form(jws, &signing.settings);
            quote!(glue::SignatureForm::Jws(#made))
        }
    };
    let made = record!(glue::KeyPair {
        algorithms: array(
            pair.algorithms
                .iter()
                .map(|algorithm| variant("SignatureAlgorithm", algorithm))
        ),
        encoding: variant("MacEncoding", pair.encoding),
        form: form,
    });
    quote!(&#made)
}

fn jws_form(jws: &ir::Jws, settings: &[ir::SigningSetting]) -> TokenStream {
    let claims = |claims: &[(String, ir::Claim)]| {
        array(claims.iter().map(|(name, claim)| {
            let claim = match claim {
                ir::Claim::Text(pieces) => {
                    let pieces = message(pieces, settings);
                    quote!(glue::Claim::Text(#pieces))
                }
                ir::Claim::Number(pieces) => {
                    let pieces = message(pieces, settings);
                    quote!(glue::Claim::Number(#pieces))
                }
                ir::Claim::List(texts) => quote!(glue::Claim::List(&[#(#texts),*])),
            };
            quote!((#name, #claim))
        }))
    };
    let payload = match &jws.payload {
        ir::JwsPayload::Claims(all) => {
            let all = claims(all);
            quote!(glue::JwsPayload::Claims(#all))
        }
        ir::JwsPayload::Message(pieces) => {
            let pieces = message(pieces, settings);
            quote!(glue::JwsPayload::Message(#pieces))
        }
    };
    record!(glue::Jws {
        protected: claims(&jws.protected),
        payload: payload,
        detached: jws.detached,
    })
}

/// Emits the form of a secret.
pub(super) fn secret(algorithm: ir::Algorithm, form: &ir::SecretForm) -> TokenStream {
    record!(glue::SecretForm {
        algorithm: variant("Algorithm", algorithm),
        encoding: variant("SecretEncoding", form.encoding),
        prefix: form.prefix,
    })
}
