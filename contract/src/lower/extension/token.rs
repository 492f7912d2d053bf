//! `x-token` on a security scheme, and the flow `clientCredentials` that it completes. Endpoints of `deviceAuthorization`.

use super::reader::Reader;
use super::signing_algorithms::algorithms;
use crate::diag::{Code, Diagnostic};
use crate::document::SecurityScheme;
use crate::ir::{ClientAssertion, ClientProof, SecurityKind, TokenSource};
use crate::lower::context::Context;

const WORD: &str = "x-token";
const GRANT: &str = "client_credentials";
/// Members of the form that have another source.
const OWN: [&str; 7] = [
    "grant_type",
    "audience",
    "scope",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
];
const HELP: &str = "write a URL with `https`, or a path that begins with `/`, like `/oauth2/token`";

impl Context<'_, '_> {
    /// Reads the token endpoint of a scheme; `None` if it has no client credentials.
    pub(in crate::lower) fn token_endpoint(
        &mut self,
        scheme: &SecurityScheme,
        kind: &SecurityKind,
    ) -> Option<TokenSource> {
        let stated = scheme.token_url.map(|node| self.document.node(node));
        let declared = stated.and_then(|node| node.as_str().map(str::to_owned));
        let Some(word) = scheme.token else {
            let endpoint = endpoint(declared?);
            if let (Some(node), false) = (stated, is_usable(&endpoint.url)) {
                let message = format!("no token can be requested from `{}`", endpoint.url);
                let help = "add the URL with an overlay (`x-token`); otherwise the user sets it with `.token_url(..)`";
                self.fault(Code::NotedKeyword, node.id(), message, help);
            }
            return Some(endpoint);
        };
        let mut reader = self.reader(word, WORD)?;
        let is_bearer = matches!(kind, SecurityKind::OAuth2 | SecurityKind::OpenId | SecurityKind::Bearer);
        if !is_bearer {
            let node = reader.node;
            reader.fault(
                node,
                "the scheme has no bearer token",
                "write it on a scheme of type `oauth2` or `openIdConnect`, or of type `http` with `bearer`",
            );
            return None;
        }
        let url = url(&mut reader);
        if url.is_none() && declared.is_none() {
            reader.need("url");
        }
        let authentication = reader.word("clientAuthentication").unwrap_or(ClientProof::Basic);
        let assertion = assertion(&mut reader, authentication);
        let node = reader.node;
        if authentication == ClientProof::PrivateKeyJwt && assertion.is_none() && !reader.report.has_errors() {
            let message = "`x-token`: `assertion` names no algorithms of key pairs, so no token can be requested";
            let help = "add `assertion: { algorithm: rsa-pss-sha256 }`, with the algorithms that the API accepts";
            let diagnostic = Diagnostic::new(Code::BadExtension, message).at(node.span());
            reader.report.insist(diagnostic.help(help));
        }
        Some(TokenSource {
            authentication,
            assertion,
            grant: reader.text("grant").unwrap_or_else(|| GRANT.to_owned()),
            audience: reader.text("audience"),
            extra: extra(&mut reader),
            ..endpoint(url.or(declared)?)
        })
    }
}

impl Context<'_, '_> {
    /// Reports the endpoints of a device authorization that no client can call.
    pub(in crate::lower) fn device_endpoints(&mut self, scheme: &SecurityScheme) {
        let Some(device) = &scheme.device else { return };
        for url in [&device.url, &device.token_url]
            .into_iter()
            .filter(|url| !is_usable(url))
        {
            let message = format!("no device authorization is possible at `{url}`");
            let help = "correct the URL with an overlay; otherwise the user sets it with `.device_url(..)` and `.token_url(..)`";
            self.fault(Code::NotedKeyword, scheme.node, message, help);
        }
        if let Some(url) = device.refresh_url.as_ref().filter(|url| **url != device.token_url) {
            let message = format!(
                "the client refreshes tokens at `{}`, and not at `{url}`",
                device.token_url
            );
            let help = "if both URLs accept refresh tokens, remove `refreshUrl` with an overlay";
            self.fault(Code::Unsupported, scheme.node, message, help);
        }
    }
}

fn endpoint(url: String) -> TokenSource {
    TokenSource {
        url,
        authentication: ClientProof::Basic,
        assertion: None,
        grant: GRANT.to_owned(),
        audience: None,
        extra: Vec::new(),
    }
}

fn url(reader: &mut Reader<'_, '_>) -> Option<String> {
    let node = reader.get("url")?;
    let text = node.as_str()?;
    if !is_usable(text) {
        reader.fault(node, "no token can be requested from this URL", HELP);
        return None;
    }
    Some(text.to_owned())
}

/// Reads `assertion`, which only `private_key_jwt` has.
fn assertion(reader: &mut Reader<'_, '_>, authentication: ClientProof) -> Option<ClientAssertion> {
    if authentication != ClientProof::PrivateKeyJwt {
        if let Some(node) = reader.get("assertion") {
            let help = "write `clientAuthentication: private_key_jwt`, or remove `assertion`";
            reader.fault(node, "the client sends no assertion", help);
        }
        return None;
    }
    reader.need("assertion")?;
    let mut reader = reader.below("assertion")?;
    let node = reader.get("algorithm")?;
    let algorithms = algorithms(&mut reader, node)?;
    if algorithms.iter().any(|one| one.mac().is_some()) {
        let help = "write algorithms of key pairs, such as `rsa-pss-sha256`";
        reader.fault(node, "a private key signs the assertion, and no shared secret", help);
    }
    Some(ClientAssertion {
        algorithms,
        audience: reader.text("audience"),
    })
}

/// Returns the other members of the form, in contract order.
fn extra(reader: &mut Reader<'_, '_>) -> Vec<(String, String)> {
    let members = reader.get("extra").into_iter().flat_map(crate::source::Node::members);
    let mut extra = Vec::new();
    for member in members {
        if OWN.contains(&member.key) {
            let message = format!("`{}` is not an extra member of the form", member.key);
            let help =
                "`grant` and `audience` have their own words; scopes, client id and client secret come from the call";
            reader.fault(member.value, message, help);
        }
        if member
            .value
            .as_str()
            .is_some_and(|text| text.contains('{') && text.contains('}'))
        {
            let message = format!("`{}` would be sent as it is: `extra` has only fixed texts", member.key);
            let help = "write the text itself; a value of each user cannot be described";
            reader.fault(member.value, message, help);
        }
        extra.extend(
            member
                .value
                .as_str()
                .map(|value| (member.key.to_owned(), value.to_owned())),
        );
    }
    extra
}

/// Returns true for a URL with `https` (`http` on this machine) and a host, or a path. The client checks the rest.
fn is_usable(url: &str) -> bool {
    let is_plain = url
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"#{}<>\"\\^`|".contains(&byte));
    let host = |rest: &str| rest.split(['/', '?']).next().map(str::to_owned).unwrap_or_default();
    let is_here = |host: &str| ["localhost", "127.0.0.1"].contains(&host.split(':').next().unwrap_or_default());
    let is_place = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => !host(rest).is_empty() && !host(rest).contains('@'),
        (None, Some(rest)) => is_here(&host(rest)),
        (None, None) => url.starts_with('/') && !url.starts_with("//"),
    };
    is_plain && is_place
}
