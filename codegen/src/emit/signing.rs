//! Signatures of requests and deliveries: the pieces of their messages, and the forms of their secrets.

use super::constant::constant;
use super::context::Context;
use super::docs;
use super::tokens::{array, number, option, range, record};
use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::{SecurityKind, SignedValue, Word as _};

/// Returns the first scheme that signs.
pub(super) fn scheme<'a>(context: &Context<'a>) -> Option<&'a ir::RequestSigning> {
    context.api.security.iter().find_map(|scheme| {
        if let SecurityKind::Signing(signing) = &scheme.kind {
            Some(signing.as_ref())
        } else {
            None
        }
    })
}

/// Emits the signature of requests.
pub(super) fn requests(signing: &ir::RequestSigning) -> TokenStream {
    let encoding = signing
        .rules
        .mac
        .as_ref()
        .map_or(ir::MacEncoding::Hex, |mac| mac.encoding);
    let made = record!(glue::Signing {
        signature: constant(&signing.signature),
        encoding: constant(&encoding),
        secret: secret(&signing.rules),
        message: constant(signing.rules.message),
        key_pair: option(signing.rules.key_pair.as_ref().map(|pair| {
            let made = record!(glue::KeyPair {
                algorithms: constant(&pair.algorithms),
                encoding: constant(&pair.encoding),
                form: constant(&signing.form),
            });
            quote!(&#made)
        })),
        client_id_header: option(signing.client_id_header.as_ref()),
        timestamp_header: option(signing.timestamp_header.as_ref()),
        nonce_header: option(signing.nonce_header.as_ref()),
        query: constant(&signing.query),
        settings: settings_of(&signing.rules),
        timestamp: constant(&signing.rules.timestamp),
        nonce_format: constant(&signing.nonce_format),
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

/// Emits the settings of a signature.
pub(super) fn settings_of(rules: &ir::SignatureRules) -> TokenStream {
    array(rules.settings.iter().map(|setting| {
        record!(glue::SigningSetting {
            name: setting.name,
            environment: option(setting.environment.as_ref()),
            required: setting.query.is_none(),
        })
    }))
}

/// Emits the form of the secret, if a MAC signs.
pub(super) fn secret(rules: &ir::SignatureRules) -> TokenStream {
    constant(&rules.mac.as_ref().map(|mac| mac.secret))
}

/// Describes the headers and the parameters that signing adds.
pub(super) fn signed(context: &Context<'_>) -> Vec<String> {
    let Some(signing) = scheme(context) else {
        return Vec::new();
    };
    let others = [
        &signing.client_id_header,
        &signing.timestamp_header,
        &signing.nonce_header,
    ];
    let others = others.into_iter().filter_map(|name| name.as_deref());
    let headers: Vec<&str> = others.chain(signing.signature.header()).collect();
    let mut query: Vec<&str> = signing.query.iter().map(|(name, _)| *name).collect();
    if let ir::SignaturePlace::Query(name) = &signing.signature {
        query.push(name);
    }
    let mut sentences = vec![match (&signing.rules.mac, &signing.rules.key_pair) {
        (Some(_), None) => "The client signs each request with the client secret.".to_owned(),
        (mac, pair) => {
            let algorithms = pair.iter().flat_map(|pair| &pair.algorithms).map(|one| one.word());
            let or_secret = if mac.is_some() {
                ", or with the client secret"
            } else {
                ""
            };
            format!(
                "The client signs each request with the key of `Builder::signer`, by {}{or_secret}.",
                docs::codes(algorithms)
            )
        }
    }];
    if !headers.is_empty() {
        sentences.push(format!("It sends the headers {}.", docs::codes(&headers)));
    }
    if !query.is_empty() {
        sentences.push(format!("It adds to the query {}.", docs::codes(&query)));
    }
    sentences
}

/// Returns calls of the builder with all that a signature requires and the environment does not have.
pub(super) fn sample(context: &Context<'_>) -> Vec<String> {
    let Some(signing) = scheme(context) else {
        return Vec::new();
    };
    let environment = &context.api.settings.environment;
    let sends = |value: SignedValue| {
        let in_query = signing.query.iter().any(|(_, own)| *own == value);
        in_query || signing.pieces().any(|piece| piece.is(value))
    };
    let mut calls = Vec::new();
    // The consumer key of OAuth 1.0a is the client id.
    let is_oauth = matches!(signing.form, ir::SignatureForm::OAuth1(_));
    let has_id = signing.client_id_header.is_some() || is_oauth || sends(SignedValue::ClientId);
    if has_id && environment.client_id.is_none() {
        calls.push("client_id(\"...\")".to_owned());
    }
    if signing.rules.mac.is_none() {
        let library = context.about.library();
        let mut key = format!("{library}::signing::LocalKey::from_pem(\"...\")?");
        if sends(SignedValue::KeyId) {
            key.push_str(".with_key_id(\"...\")");
        }
        let is_certified = signing
            .form
            .http()
            .is_some_and(|http| http.certificate_header.is_some());
        if is_certified || sends(SignedValue::CertificateSerial) || sends(SignedValue::CertificateIssuer) {
            let certificate = format!("{library}::signing::Certificate::from_pem(\"...\")?");
            key = format!("\n            {key}\n                .with_certificate(&{certificate})?,\n        ");
        }
        calls.push(format!("signer({key})"));
    } else if environment.client_secret.is_none() {
        calls.push("client_secret(\"...\")".to_owned());
    }
    let reads_environment = !environment.client_settings().is_empty();
    let settings = signing.rules.settings.iter().filter(|one| one.query.is_none());
    let settings = settings.filter(|one| !reads_environment || one.environment.is_none());
    calls.extend(settings.map(|one| format!("signing_setting({:?}, \"...\")", one.name)));
    calls
}

/// Lists the settings of the signature.
pub(super) fn settings(context: &Context<'_>) -> Vec<(String, String)> {
    let settings = scheme(context).into_iter().flat_map(|signing| &signing.rules.settings);
    let row = |setting: &ir::SettingValue| {
        let mut text = docs::cell(setting.description.as_deref().unwrap_or_default());
        if let Some(variable) = &setting.environment {
            text = format!("{text} Environment variable {}.", docs::code(variable));
        }
        if setting.query.is_some() {
            text.push_str(" Optional.");
        }
        (docs::code(&setting.name), text)
    };
    settings.map(row).collect()
}
