//! Credentials: a constant row per security scheme, and a constructor function for each credential.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::{ClientProof, ParameterLocation, SecurityKind};

use super::context::Context;
use super::docs;
use super::docs::Docs;
use super::imports::RustFile;
use super::paths::{expanded, exports};
use super::tokens::{array, ident, option, variant};
use crate::runtime::{LIBRARY, words};

/// Runtime types that users of credentials name.
const REEXPORTED: &[&str] = words![Credential CredentialError Token TokenFuture TokenProvider TokenRequest];
/// Those that users of a device authorization name.
const DEVICE: &[&str] = words![DeviceAuthorization DeviceError DeviceFlow];

/// Returns true if there are schemes with a credential that the caller passes.
pub(super) fn is_needed(context: &Context<'_>) -> bool {
    context.api.security.iter().any(|scheme| takes(scheme).is_some())
}

/// Emits the schemes as constants of the runtime.
pub(super) fn schemes(context: &Context<'_>) -> Vec<TokenStream> {
    let row = |(index, scheme): (usize, &ir::SecurityScheme)| {
        let name = &scheme.name;
        let kind = match &scheme.kind {
            SecurityKind::Signing(_) => quote!(Signing),
            SecurityKind::ApiKey { location, name } => match location {
                ParameterLocation::Query | ParameterLocation::Querystring => quote!(QueryKey(#name)),
                ParameterLocation::Cookie => quote!(CookieKey(#name)),
                ParameterLocation::Header | ParameterLocation::Path => quote!(HeaderKey(#name)),
            },
            SecurityKind::Basic => quote!(Basic),
            SecurityKind::Bearer | SecurityKind::OAuth2 | SecurityKind::OpenId => quote!(Token),
            SecurityKind::Http(word) => quote!(Authorization(#word)),
            SecurityKind::MutualTls => quote!(Transport),
        };
        let setter = option(takes(scheme).map(|_| usual(context, index)));
        quote!(glue::Scheme { name: #name, kind: glue::SchemeKind::#kind, setter: #setter })
    };
    context.api.security.iter().enumerate().map(row).collect()
}

/// Returns the path of the function that makes the credential of a scheme.
fn function(context: &Context<'_>, index: usize) -> String {
    format!("auth::{}", context.names.scheme(index))
}

/// Returns the path of the function for client credentials of a scheme, if it has them.
fn client_function(context: &Context<'_>, index: usize) -> Option<String> {
    context.names.client(index).map(|name| format!("auth::{name}"))
}

/// Returns the path of the function that most programs call.
fn usual(context: &Context<'_>, index: usize) -> String {
    client_function(context, index).unwrap_or_else(|| function(context, index))
}

/// Arguments of the function for client credentials.
fn client_arguments(endpoint: &ir::TokenSource) -> &'static [&'static str] {
    match endpoint.authentication {
        ClientProof::Basic | ClientProof::Post => &["client_id", "client_secret"],
        ClientProof::Tls => &["client_id"],
        ClientProof::PrivateKeyJwt => &["client_id", "signer"],
    }
}

/// Describes the exchange of client credentials.
fn exchange(endpoint: &ir::TokenSource) -> String {
    let url = docs::code(&endpoint.url);
    let place = if endpoint.url.starts_with('/') {
        format!("{url} on the host of the base URL")
    } else {
        format!("{url}, whatever the base URL is")
    };
    let how = match endpoint.authentication {
        ClientProof::Basic => "id and secret (`Basic`)",
        ClientProof::Post => "id and secret (in the form)",
        ClientProof::Tls => "the id and the transport's client certificate",
        ClientProof::PrivateKeyJwt => "the id and an assertion that the key signs (`private_key_jwt`)",
    };
    format!(
        "The client requests access tokens with {how} at {place}, sends them in `Authorization` (`Bearer`), and renews them."
    )
}

/// Emits the description of a token endpoint.
fn endpoint(endpoint: &ir::TokenSource) -> TokenStream {
    let url = &endpoint.url;
    let authentication = match &endpoint.assertion {
        None => variant("ClientAuthentication", endpoint.authentication),
        Some(assertion) => {
            let algorithms = array(
                assertion
                    .algorithms
                    .iter()
                    .map(|one| variant("SignatureAlgorithm", one)),
            );
            let audience = option(assertion.audience.as_ref());
            quote!(glue::ClientAuthentication::PrivateKeyJwt { algorithms: #algorithms, audience: #audience })
        }
    };
    let audience = endpoint.audience.iter().map(|value| ("audience", value.as_str()));
    let extra = endpoint
        .extra
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let all = [("grant_type", endpoint.grant.as_str())]
        .into_iter()
        .chain(audience)
        .chain(extra);
    let parameters = array(all.map(|(name, value)| quote!((#name, #value))));
    quote! {
        &glue::TokenEndpoint {
            url: #url,
            authentication: #authentication,
            parameters: #parameters,
        }
    }
}

/// Emits the function for client credentials of a scheme.
fn client_credentials(context: &Context<'_>, index: usize, scheme: &ir::SecurityScheme) -> Option<TokenStream> {
    let tokens = scheme.tokens.as_ref()?;
    let function = ident(context.names.client(index)?);
    let (name, endpoint) = (&scheme.name, endpoint(tokens));
    let mut docs = Docs::ours(format!("Client credentials of the scheme {}.", docs::code(name)));
    docs.wrapped(&exchange(tokens));
    let kept = "A token is kept for all calls, until shortly before its end, or until the API refuses it with the status 401. \
                [`Credential::token_url`] sets another URL";
    metadata(scheme, &mut docs);
    docs.deprecated(super::sentences::deprecated_attribute(&scheme.text));
    docs.wrapped(&match tokens.assertion {
        Some(_) => format!("{kept}, [`Credential::assertion_audience`] another `aud` of the assertion."),
        None => format!("{kept}."),
    });
    let docs = docs.tokens();
    Some(match tokens.authentication {
        ClientProof::PrivateKeyJwt => quote! {
            #docs
            pub fn #function(client_id: impl Into<String>, signer: impl runtime::signing::Signer) -> Credential {
                Credential::private_key_jwt(#name, #endpoint, client_id, signer)
            }
        },
        ClientProof::Tls => quote! {
            #docs
            pub fn #function(client_id: impl Into<String>) -> Credential {
                Credential::client_certificate(#name, #endpoint, client_id)
            }
        },
        ClientProof::Basic | ClientProof::Post => quote! {
            #docs
            pub fn #function(client_id: impl Into<String>, client_secret: impl Into<runtime::Secret>) -> Credential {
                Credential::client_credentials(#name, #endpoint, client_id, client_secret)
            }
        },
    })
}

/// Describes a device authorization.
fn device_exchange(device: &ir::DeviceUrls) -> String {
    format!(
        "A user approves on another device (RFC 8628). The client requests codes at {} and access tokens at {}, and refreshes these.",
        docs::code(&device.url),
        docs::code(&device.token_url)
    )
}

/// Emits the function for the device authorization of a scheme.
fn device_flow(context: &Context<'_>, index: usize, scheme: &ir::SecurityScheme) -> Option<TokenStream> {
    let device = scheme.device.as_ref()?;
    let function = ident(context.names.device(index)?);
    let (name, url, token_url) = (&scheme.name, &device.url, &device.token_url);
    // A client with a secret authenticates as for its own tokens.
    let authentication = match scheme.tokens.as_ref().map(|tokens| tokens.authentication) {
        Some(ClientProof::Post) => ClientProof::Post,
        _ => ClientProof::Basic,
    };
    let authentication = variant("ClientAuthentication", authentication);
    let mut docs = Docs::ours(format!("The device authorization of the scheme {}.", docs::code(name)));
    docs.wrapped(&device_exchange(device));
    docs.wrapped(
        "Pass its [`credential`](DeviceFlow::credential) to the client, show the codes of [`start`](DeviceFlow::start), and \
         [`wait`](DeviceAuthorization::wait) for the user.",
    );
    metadata(scheme, &mut docs);
    docs.deprecated(super::sentences::deprecated_attribute(&scheme.text));
    let docs = docs.tokens();
    Some(quote! {
        #docs
        pub fn #function(client_id: impl Into<String>) -> DeviceFlow {
            let tokens = &glue::TokenEndpoint { url: #token_url, authentication: #authentication, parameters: &[] };
            DeviceFlow::new(#name, #url, tokens, client_id)
        }
    })
}

/// Documents the metadata of a scheme, which the client does not read.
fn metadata(scheme: &ir::SecurityScheme, docs: &mut Docs) {
    if let Some(url) = &scheme.metadata_url {
        let url = docs::code(url);
        docs.wrapped(&format!(
            "The metadata of the authorization server (RFC 8414) is at {url}."
        ));
    }
}

/// Parts of a credential: its constructor, the arguments, and its location in a request.
struct Takes {
    constructor: &'static str,
    arguments: &'static [&'static str],
    written: String,
}

fn takes(scheme: &ir::SecurityScheme) -> Option<Takes> {
    let one = |constructor, arguments, written| {
        Some(Takes {
            constructor,
            arguments,
            written,
        })
    };
    match &scheme.kind {
        SecurityKind::Signing(_) | SecurityKind::MutualTls => None,
        SecurityKind::ApiKey { location, name } => {
            let place = match location {
                ParameterLocation::Query | ParameterLocation::Querystring => "in the query as",
                ParameterLocation::Cookie => "in the cookie",
                ParameterLocation::Header | ParameterLocation::Path => "in the header",
            };
            one(
                "api_key",
                &["key"],
                format!("The client sends the key {place} {}.", docs::code(name)),
            )
        }
        SecurityKind::Basic => one(
            "basic",
            &["user", "password"],
            "The client sends user and password in `Authorization` (`Basic`).".to_owned(),
        ),
        SecurityKind::Bearer => one(
            "token",
            &["token"],
            "The client sends the token in `Authorization` (`Bearer`): a text, or any [`TokenProvider`].".to_owned(),
        ),
        SecurityKind::OAuth2 | SecurityKind::OpenId => one(
            "token",
            &["token"],
            "The client sends the access token in `Authorization` (`Bearer`): a text, or any [`TokenProvider`], which \
             fetches and renews it."
                .to_owned(),
        ),
        SecurityKind::Http(word) => one(
            "authorization",
            &["value"],
            format!(
                "The client sends the value in `Authorization` after {}. The caller computes it.",
                docs::code(word)
            ),
        ),
    }
}

/// Returns where the client sends the credential of a scheme, or that it does not.
fn written(context: &Context<'_>, index: usize, takes: &Takes) -> String {
    if context.api.operations().any(|(_, operation)| operation.requires(index)) {
        return takes.written.clone();
    }
    format!(
        "No operation of the contract requires it, so only raw calls send it. {}",
        takes.written
    )
}

/// Emits `auth.rs`.
pub(super) fn emit(context: &Context<'_>) -> RustFile {
    let has_device = context.api.security.iter().any(|scheme| scheme.device.is_some());
    let device: &[&str] = if has_device { DEVICE } else { &[] };
    let mut items = exports(REEXPORTED.iter().chain(device).copied());
    if has_device || context.api.security.iter().any(|scheme| scheme.tokens.is_some()) {
        let library = ident(LIBRARY);
        items.push(quote!(use #library::glue;));
    }
    let functions = context.api.security.iter().enumerate().filter_map(|(index, scheme)| {
        let takes = takes(scheme)?;
        let function = ident(context.names.scheme(index));
        let constructor = ident(takes.constructor);
        let parameters = takes.arguments.iter().map(|argument| {
            let name = ident(argument);
            match *argument {
                "user" => quote!(#name: impl Into<String>),
                "password" => quote!(#name: impl Into<runtime::Secret>),
                _ => quote!(#name: impl Into<Token>),
            }
        });
        let arguments = takes.arguments.iter().map(|argument| ident(argument));
        let name = &scheme.name;
        let mut docs = Docs::ours(format!("The credential of the scheme {}.", docs::code(name)));
        if let Some(description) = &scheme.text.description {
            docs.markdown(description);
        }
        docs.wrapped(&written(context, index, &takes));
        metadata(scheme, &mut docs);
        docs.deprecated(super::sentences::deprecated_attribute(&scheme.text));
        let docs = docs.tokens();
        Some(quote! {
            #docs
            pub fn #function(#(#parameters),*) -> Credential { Credential::#constructor(#name, #(#arguments),*) }
        })
    });
    items.extend(functions.map(expanded));
    for emit in [client_credentials, device_flow] {
        let all = context.api.security.iter().enumerate();
        items.extend(
            all.filter_map(|(index, scheme)| emit(context, index, scheme))
                .map(expanded),
        );
    }
    let docs = vec![
        format!(
            "Credentials for {}: pass them to the client with `Client::builder().credential(..)`.",
            docs::inline(&context.api.info.title)
        ),
        String::new(),
        "A call uses the first of its alternatives for which the client has all credentials.".to_owned(),
    ];
    RustFile {
        path: "src/auth.rs".into(),
        docs,
        items,
    }
}

/// Returns one line on the credentials of an operation; `None` if every scheme is a signature, which the client makes.
pub(super) fn needs(context: &Context<'_>, operation: &ir::Operation, links: bool) -> Option<String> {
    if !is_needed(context) {
        return None;
    }
    let scheme = |(index, scopes): &(usize, Vec<String>)| {
        let scheme = context.api.security.get(*index)?;
        let function = usual(context, *index);
        let mut text = match &scheme.kind {
            SecurityKind::Signing(_) => "the client's signature".to_owned(),
            SecurityKind::MutualTls => "a client certificate of the transport".to_owned(),
            _ if links => format!("[`{function}`](crate::{function})"),
            _ => format!("`{function}`"),
        };
        if !scopes.is_empty() {
            text = format!("{text} ({})", docs::codes(scopes));
        }
        Some(text)
    };
    let together = |one: &ir::Requirement| one.iter().filter_map(scheme).collect::<Vec<_>>().join(" with ");
    let mut shown: Vec<String> = operation.security.iter().map(together).collect();
    shown.retain(|text| !text.is_empty());
    let may = if shown.len() < operation.security.len() {
        "May be sent with"
    } else {
        "Requires"
    };
    (!shown.is_empty()).then(|| format!("{may} {}.", shown.join(", or ")))
}

/// Returns rows for the documentation: the call that makes a credential, and its meaning.
pub(super) fn table(context: &Context<'_>) -> Vec<(String, String)> {
    let call = |function: &str, arguments: &[&str]| docs::code(&format!("{function}({})", arguments.join(", ")));
    let rows = |(index, scheme): (usize, &ir::SecurityScheme)| {
        let client = client_function(context, index).zip(scheme.tokens.as_ref());
        let client =
            client.map(|(function, tokens)| (call(&function, client_arguments(tokens)), docs::cell(&exchange(tokens))));
        let given = takes(scheme).map(|takes| {
            let text = written(context, index, &takes).replace("[`TokenProvider`]", "`auth::TokenProvider`");
            (call(&function(context, index), takes.arguments), docs::cell(&text))
        });
        let device = context.names.device(index).zip(scheme.device.as_ref());
        let device = device.map(|(function, device)| {
            let call = call(&format!("auth::{function}"), &["client_id"]);
            (call, docs::cell(&device_exchange(device)))
        });
        client.into_iter().chain(device).chain(given)
    };
    context.api.security.iter().enumerate().flat_map(rows).collect()
}

/// Returns calls of the builder with the credentials and the signature of the operation in the readme.
pub(super) fn sample(context: &Context<'_>, operation: &ir::Operation) -> Vec<String> {
    let signs = |scheme: &ir::SecurityScheme| matches!(scheme.kind, SecurityKind::Signing(_));
    let scheme = |(index, _): &(usize, Vec<String>)| context.api.security.get(*index);
    let possible = operation.security.iter().filter(|alternative| {
        let mut all = alternative.iter().filter_map(scheme);
        !alternative.is_empty() && all.all(|scheme| signs(scheme) || takes(scheme).is_some())
    });
    // An API with a credential as an option expects it from most clients.
    let first = possible.min_by_key(|alternative| alternative.iter().filter_map(scheme).all(signs));
    let library = context.about.library();
    let call = |(index, scheme): (usize, &ir::SecurityScheme)| {
        let arguments = match &scheme.tokens {
            Some(tokens) => client_arguments(tokens),
            None => takes(scheme)?.arguments,
        };
        let arguments = docs::listed(arguments.iter().map(|argument| match *argument {
            "signer" => format!("{library}::signing::LocalKey::from_pem(\"...\")?"),
            _ => "\"...\"".to_owned(),
        }));
        Some(format!("credential({library}::{}({arguments}))", usual(context, index)))
    };
    let schemes = first.into_iter().flatten();
    let schemes: Vec<_> = schemes.filter_map(|one| Some((one.0, scheme(one)?))).collect();
    // A client without other schemes requires its key for each call.
    let is_signed = schemes.iter().any(|(_, scheme)| signs(scheme)) || context.api.security.iter().all(signs);
    let mut calls: Vec<String> = schemes.into_iter().filter_map(call).collect();
    if is_signed {
        calls.extend(super::signing::sample(context));
    }
    calls
}

/// Emits alternative sets of schemes, by name.
pub(crate) fn alternatives(context: &Context<'_>, security: &[ir::Requirement]) -> TokenStream {
    let scheme = |(index, scopes): &(usize, Vec<String>)| {
        let name = &context.api.security.get(*index)?.name;
        Some(quote!((#name, &[#(#scopes),*])))
    };
    array(security.iter().map(|schemes| array(schemes.iter().filter_map(scheme))))
}
