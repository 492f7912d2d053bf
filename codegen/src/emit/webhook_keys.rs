//! Public keys of deliveries that a verifier fetches (`x-webhooks.signing.keys`).

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::{DeliveryKeyInput, DeliveryKeyOperation, DeliveryKeySource, ParameterLocation};

use super::bridges::pointer;
use super::context::Context;
use super::docs;
use super::docs::Docs;
use super::tokens::{ident, option, record};

/// The function that creates the source of keys.
struct Function {
    /// First line of its documentation.
    about: String,
    /// The type of the source.
    source: TokenStream,
    parameter: TokenStream,
    body: TokenStream,
    gate: Option<TokenStream>,
}

/// Rust of the example of a verifier.
pub(super) struct VerifierExample {
    /// The value of the settings; `None` without settings.
    pub(super) settings: Option<String>,
    /// The statement that prints a delivery.
    pub(super) println: String,
}

/// Emits the function that creates the source of keys, with its type.
pub(super) fn emit(
    context: &Context<'_>,
    webhooks: &ir::WebhookDeliveries,
    sample: VerifierExample,
) -> Option<TokenStream> {
    let from_transport = |about, source, location| Function {
        about,
        source,
        parameter: quote!(transport: impl runtime::Transport),
        body: quote!(WebhookKeys::new(transport, #location)),
        gate: None,
    };
    let function = match webhooks.signing.key_source.as_ref()? {
        DeliveryKeySource::Jwks(url) => from_transport(
            format!(
                "Fetches the public keys of deliveries from {}. `with_url` sets another URL.",
                docs::code(url)
            ),
            quote!(runtime::JwksSource),
            quote!(#url),
        ),
        DeliveryKeySource::Certificate { header, hosts } => from_transport(
            format!(
                "Fetches the certificate at the URL in {}, at {} and the names below. Its issuer is not checked.",
                docs::code(header),
                docs::codes(hosts)
            ),
            quote!(runtime::CertificateSource),
            quote!([#(#hosts),*]),
        ),
        DeliveryKeySource::Operation(own) => by_operation(context, own)?,
    };
    let Function {
        source,
        parameter,
        body,
        gate,
        ..
    } = &function;
    let docs = documentation(context, webhooks, &function, sample).tokens();
    Some(quote! {
        /// The source of the public keys of deliveries.
        #gate
        pub type WebhookKeys = #source;

        #docs
        #gate
        pub fn keys(#parameter) -> WebhookKeys { #body }
    })
}

fn by_operation(context: &Context<'_>, own: &DeliveryKeyOperation) -> Option<Function> {
    let mut operations = context.api.operations();
    let (id, operation) = operations.find(|(_, operation)| operation.id == own.operation)?;
    let group = context.names.group_of(id)?;
    let (feature, module) = (&group.feature, ident(&group.module));
    let marker = ident(&context.names.operation(id).marker);
    let place = match &own.id {
        DeliveryKeyInput::Body(at) => {
            let at = pointer(at);
            quote!(Body(#at))
        }
        DeliveryKeyInput::Parameter(name) => {
            let mut parameters = operation.parameters.iter();
            let is_path = parameters.any(|one| one.name == *name && one.location == ParameterLocation::Path);
            if is_path {
                quote!(Path(#name))
            } else {
                quote!(Query(#name))
            }
        }
    };
    let rules = record!(glue::KeyOperation {
        id: quote!(glue::KeyInput::#place),
        key: pointer(&own.key),
        revoked: option(own.revoked.as_ref().map(pointer)),
    });
    Some(Function {
        about: format!(
            "Fetches the public keys of deliveries by the operation {}.",
            docs::code(&own.operation)
        ),
        source: quote!(runtime::OperationSource),
        parameter: quote!(client: &crate::client::Client),
        body: quote!(glue::operation_keys::<crate::operations::#module::#marker>(client, #rules)),
        gate: Some(quote!(#[cfg(feature = #feature)])),
    })
}

fn documentation(
    context: &Context<'_>,
    webhooks: &ir::WebhookDeliveries,
    function: &Function,
    sample: VerifierExample,
) -> Docs {
    let library = context.about.library();
    let parameter = parameter(context, webhooks).unwrap_or_default();
    let name = parameter.split(':').next().unwrap_or_default();
    let VerifierExample { settings, println } = sample;
    let imported = settings.as_ref().map_or("", |_| "WebhookSettings, ");
    let mut docs = Docs::ours(function.about.clone());
    docs.paragraph([
        "Create one verifier for all deliveries. It keeps the keys, and its clones share them.".to_owned(),
    ]);
    docs.paragraph([
        "```no_run".to_owned(),
        format!("use {library}::webhooks::{{self, {imported}WebhookVerifier}};"),
        String::new(),
        "# async fn receive(".to_owned(),
        format!("#     {parameter},"),
        format!("#     headers: {library}::http::HeaderMap,"),
        "#     body: Vec<u8>,".to_owned(),
        "# ) -> Result<(), Box<dyn std::error::Error>> {".to_owned(),
        format!("let keys = webhooks::keys({name});"),
        format!(
            "let verifier = WebhookVerifier::fetching({}, keys)?;",
            settings.as_deref().unwrap_or("[]")
        ),
        "let delivery = verifier.verify_fetching(&headers, &body).await?;".to_owned(),
        println,
        "# Ok(())".to_owned(),
        "# }".to_owned(),
        "```".to_owned(),
    ]);
    docs
}

/// Returns the parameter of an example that calls `keys`, such as `client: &package::Client`.
pub(super) fn parameter(context: &Context<'_>, webhooks: &ir::WebhookDeliveries) -> Option<String> {
    let library = context.about.library();
    Some(match webhooks.signing.key_source.as_ref()? {
        DeliveryKeySource::Operation(_) => format!("client: &{library}::Client"),
        _ => format!("transport: impl {library}::transport::Transport"),
    })
}
