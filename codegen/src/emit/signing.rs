//! Signatures of requests and deliveries: the pieces of their messages, and the forms of their secrets.

use super::bridges::pointer;
use super::constant::constant;
use super::context::Context;
use super::docs;
use super::tokens::{array, number, option, range, record, variant};
use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::{Piece, SecurityKind, SignedValue, Word as _};

/// Emits a signed message. A setting is its index.
pub(super) fn message(pieces: &[Piece], settings: &[ir::SettingValue]) -> TokenStream {
    array(pieces.iter().map(|piece| match piece {
        Piece::Text(text) => quote!(glue::Piece::Text(#text)),
        Piece::Value(value, filters) => {
            let filters = constant(filters);
            let value = signed_value(value, settings);
            quote!(glue::Piece::Value(#value, #filters))
        }
    }))
}

fn signed_value(value: &SignedValue, settings: &[ir::SettingValue]) -> TokenStream {
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

/// Emits the signature of requests.
pub(super) fn requests(signing: &ir::Signing) -> TokenStream {
    let encoding = signing
        .rules
        .mac
        .as_ref()
        .map_or(ir::MacEncoding::Hex, |mac| mac.encoding);
    let made = record!(glue::Signing {
        signature: constant(&signing.signature),
        encoding: constant(&encoding),
        secret: secret(&signing.rules),
        message: message(&signing.rules.message, &signing.rules.settings),
        key_pair: option(signing.rules.key_pair.as_ref().map(|pair| key_pair(pair, signing))),
        client_id_header: option(signing.client_id_header.as_ref()),
        timestamp_header: option(signing.timestamp_header.as_ref()),
        nonce_header: option(signing.nonce_header.as_ref()),
        query: array(signing.query.iter().map(|(name, value)| {
            let value = signed_value(value, &signing.rules.settings);
            quote!((#name, #value))
        })),
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

/// Emits algorithms.
pub(super) fn algorithms(all: &[ir::SignatureAlgorithm]) -> TokenStream {
    constant(all)
}

/// Emits the form of the secret, if a MAC signs.
pub(super) fn secret(rules: &ir::SignatureRules) -> TokenStream {
    constant(&rules.mac.as_ref().map(|mac| mac.secret))
}

/// Emits the signature by a key pair.
fn key_pair(pair: &ir::KeyPairRules, signing: &ir::Signing) -> TokenStream {
    let form = match &signing.form {
        ir::SignatureForm::Message => quote!(glue::SignatureForm::Message),
        ir::SignatureForm::Jws(jws) => {
            let made = jws_form(jws, &signing.rules.settings);
            quote!(glue::SignatureForm::Jws(#made))
        }
        ir::SignatureForm::Http(http) => {
            let made = http_form(http, &signing.rules.settings);
            quote!(glue::SignatureForm::Http(#made))
        }
        ir::SignatureForm::OAuth1(own) => {
            let made = record!(glue::OAuth1Form {
                methods: names(&own.methods),
                body_hash: own.body_hash,
                encode_values: own.encode_values,
            });
            quote!(glue::SignatureForm::OAuth1(#made))
        }
    };
    let made = record!(glue::KeyPair {
        algorithms: algorithms(&pair.algorithms),
        encoding: constant(&pair.encoding),
        form: form,
    });
    quote!(&#made)
}

/// Emits the members of a JSON object.
pub(super) fn claims(claims: &[(String, ir::Claim)], settings: &[ir::SettingValue]) -> TokenStream {
    array(claims.iter().map(|(name, claim)| {
        let pieces = message(claim.pieces(), settings);
        let claim = match claim {
            ir::Claim::Text(_) => quote!(glue::Claim::Text(#pieces)),
            ir::Claim::Number(_) => quote!(glue::Claim::Number(#pieces)),
            ir::Claim::List(texts) => quote!(glue::Claim::List(&[#(#texts),*])),
        };
        quote!((#name, #claim))
    }))
}

fn jws_form(jws: &ir::Jws, settings: &[ir::SettingValue]) -> TokenStream {
    let payload = match &jws.payload {
        ir::JwsPayload::Claims(all) => {
            let all = claims(all, settings);
            quote!(glue::JwsPayload::Claims(#all))
        }
        ir::JwsPayload::Message(pieces) => {
            let pieces = message(pieces, settings);
            quote!(glue::JwsPayload::Message(#pieces))
        }
    };
    record!(glue::Jws {
        protected: claims(&jws.protected, settings),
        payload: payload,
        detached: jws.detached,
    })
}

/// Emits the API's names of algorithms.
fn names(names: &[(ir::SignatureAlgorithm, String)]) -> TokenStream {
    array(names.iter().map(|(algorithm, name)| {
        let algorithm = constant(algorithm);
        quote!((#algorithm, #name))
    }))
}

fn http_form(http: &ir::HttpForm, settings: &[ir::SettingValue]) -> TokenStream {
    let profile = match &http.profile {
        ir::HttpProfile::Cavage10(algorithms) => {
            let algorithms = names(algorithms);
            quote!(glue::HttpProfile::Cavage10(#algorithms))
        }
        ir::HttpProfile::Rfc9421(label, parameters) => {
            let parameters = constant(parameters);
            quote!(glue::HttpProfile::Rfc9421(#label, #parameters))
        }
    };
    record!(glue::HttpForm {
        profile: profile,
        covered: array(&http.covered),
        if_sent: array(&http.if_sent),
        digest: option(http.digest.as_ref().map(|(name, filter)| {
            let filter = constant(filter);
            quote!((#name, #filter))
        })),
        key_id: message(&http.key_id, settings),
        certificate_header: option(http.certificate_header.as_ref()),
    })
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
    let mut query: Vec<&str> = signing.query.iter().map(|(name, _)| name.as_str()).collect();
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
        in_query || signing.pieces().any(|piece| piece.is(&value))
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
        let is_certified = matches!(&signing.form, ir::SignatureForm::Http(http) if http.certificate_header.is_some());
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
