//! Signatures of requests: their constant, and what they need, in words and as calls of the builder.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir::{self, SecurityKind, SignedValue, Word as _};

use super::constant::constant;
use super::context::Context;
use super::docs;

/// Returns the first scheme that signs.
pub(super) fn scheme<'a>(context: &Context<'a>) -> Option<&'a ir::Signing> {
    context.api.security.iter().find_map(|scheme| match &scheme.kind {
        SecurityKind::Signing(signing) => Some(signing.as_ref()),
        _ => None,
    })
}

/// Emits the signature of requests.
pub(super) fn requests(signing: &ir::Signing) -> TokenStream {
    let rules = constant(&signing.rules);
    quote!(static SIGNING: glue::SignatureRules = #rules;)
}

/// Describes the headers and the parameters that signing adds.
pub(super) fn sentences(context: &Context<'_>) -> Vec<String> {
    let Some(signing) = scheme(context) else {
        return Vec::new();
    };
    let rules = &signing.rules;
    let others = rules.values.iter().filter_map(|placed| placed.place.header());
    let headers: Vec<&str> = others.chain(rules.signature.header()).collect();
    let mut query: Vec<&str> = rules.query().map(|(name, _)| name).collect();
    if let ir::SignaturePlace::Query(name) = rules.signature {
        query.push(name);
    }
    let mut sentences = vec![match (rules.secret, rules.key_pair) {
        (Some(_), None) => "The client signs each request with the client secret.".to_owned(),
        (secret, _) => {
            let algorithms = rules.key_algorithms().iter().map(|one| one.word());
            let or_secret = secret.map_or("", |_| ", or with the client secret");
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
    let (rules, environment) = (&signing.rules, &context.api.settings.environment);
    let mut calls = Vec::new();
    // The consumer key of OAuth 1.0a is the client id.
    if rules.has_client_id() && environment.client_id.is_none() {
        calls.push("client_id(\"...\")".to_owned());
    }
    if rules.secret.is_none() {
        let library = context.about.library();
        let mut key = format!("{library}::signing::LocalKey::from_pem(\"...\")?");
        if rules.sends(SignedValue::KeyId) {
            key.push_str(".with_key_id(\"...\")");
        }
        let is_certified = rules.form.http().is_some_and(|http| http.certificate_header.is_some());
        if is_certified || rules.sends(SignedValue::CertificateSerial) || rules.sends(SignedValue::CertificateIssuer) {
            let certificate = format!("{library}::signing::Certificate::from_pem(\"...\")?");
            key = format!("\n            {key}\n                .with_certificate(&{certificate})?,\n        ");
        }
        calls.push(format!("signer({key})"));
    } else if environment.client_secret.is_none() {
        calls.push("client_secret(\"...\")".to_owned());
    }
    let reads_environment = !environment.client_settings().is_empty();
    let settings = rules.settings.iter().filter(|one| one.required);
    let settings = settings.filter(|one| !reads_environment || one.environment.is_none());
    calls.extend(settings.map(|one| format!("signing_setting({:?}, \"...\")", one.name)));
    calls
}

/// Lists the settings of the signature.
pub(super) fn settings(context: &Context<'_>) -> Vec<(String, String)> {
    let Some(signing) = scheme(context) else {
        return Vec::new();
    };
    let settings = signing.rules.settings.iter().zip(&signing.setting_docs);
    let rows = settings.map(|(setting, text)| {
        let mut text = docs::cell(text.as_deref().unwrap_or_default());
        if let Some(variable) = setting.environment {
            text = format!("{text} Environment variable {}.", docs::code(variable));
        }
        if !setting.required {
            text.push_str(" Optional.");
        }
        (docs::code(setting.name), text)
    });
    rows.collect()
}
