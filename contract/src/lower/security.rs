//! Security schemes, security requirements of operations, and servers.

use std::collections::BTreeMap;

use super::context::Context;
use crate::{
    diag::{Code, Diagnostic},
    document::{self, Requirement, SchemeForm},
    ir::{self, ParameterLocation, ParameterStyle, SecurityKind},
    source::NodeId,
};

impl Context<'_, '_> {
    /// Lowers the schemes, in contract order.
    pub(super) fn security_schemes(&mut self) -> Vec<ir::SecurityScheme> {
        let document = self.document;
        let mut schemes = Vec::new();
        for scheme in &document.components.security_schemes {
            let kind = match &scheme.kind {
                SchemeForm::ApiKey { location, name } => SecurityKind::ApiKey {
                    location: *location,
                    name: name.clone(),
                },
                SchemeForm::Http { scheme } if scheme == "basic" => SecurityKind::Basic,
                SchemeForm::Http { scheme } if scheme == "bearer" => SecurityKind::Bearer,
                SchemeForm::Http { scheme } => SecurityKind::Http(scheme.clone()),
                SchemeForm::OAuth2 => SecurityKind::OAuth2,
                SchemeForm::OpenId { .. } => SecurityKind::OpenId,
                SchemeForm::MutualTls => SecurityKind::MutualTls,
                SchemeForm::Signed { place, word } => match self.signed(place.as_ref(), *word) {
                    Some(signing) => SecurityKind::Signing(Box::new(signing)),
                    // A scheme with invalid signing was reported and is left out.
                    None => continue,
                },
            };
            match &kind {
                SecurityKind::Http(word) => self.computed_by_the_caller(scheme, word),
                SecurityKind::MutualTls => {
                    let message = "a client certificate belongs to the transport: the SDK adds nothing to a request";
                    let help = "pass a transport with the certificate to the client";
                    self.fault(Code::NotedKeyword, scheme.node, message, help);
                }
                _ => {}
            }
            let is_signed = |known: &ir::SecurityScheme| matches!(known.kind, SecurityKind::Signing(_));
            if matches!(kind, SecurityKind::Signing(_)) && schemes.iter().filter(|known| is_signed(known)).count() == 1
            {
                let message = "a second scheme with `x-signing`: only one way of signing is supported";
                let diagnostic = Diagnostic::new(Code::BadExtension, message).at(document.node(scheme.node).span());
                self.report.insist(
                    diagnostic.help("keep one scheme with `x-signing`; generate another crate for another signature"),
                );
            }
            let tokens = self.token_endpoint(scheme, &kind);
            self.device_endpoints(scheme);
            let text = ir::Documentation {
                description: scheme.description.clone(),
                deprecated: scheme.deprecated,
                provenance: self.marks.of_top(document.node(scheme.node)),
                ..ir::Documentation::default()
            };
            schemes.push(ir::SecurityScheme {
                name: scheme.name.clone(),
                kind,
                tokens,
                metadata_url: scheme.metadata_url.clone(),
                device: scheme.device.clone(),
                text,
                origin: self.places.origin(scheme.node),
            });
        }
        self.schemes = schemes.iter().map(|scheme| scheme.name.clone()).collect();
        schemes
    }

    /// Reports a scheme of `Authorization` whose value is not computed here: the caller passes it.
    fn computed_by_the_caller(&mut self, scheme: &document::SecurityScheme, word: &str) {
        let message = format!(
            "the HTTP scheme `{word}` is valid, but the client does not compute its credential: {}",
            scheme.name
        );
        let help = format!("pass the text that follows `{word}` in `Authorization` as the credential of the client");
        self.fault(Code::Unsupported, scheme.node, message, &help);
    }

    /// Reads the signature of a scheme with `x-signing`; `None` if it is invalid, which is an error in any contract.
    fn signed(&mut self, place: Option<&ir::SignaturePlace>, word: NodeId) -> Option<ir::Signing> {
        let span = self.document.node(word).span();
        let Some(place) = place else {
            let message = "`x-signing` on a scheme that has no place for a signature";
            let diagnostic = Diagnostic::new(Code::BadExtension, message).at(span);
            self.report.insist(diagnostic.help(
                "write `type: apiKey` with `in: header` or `in: query` and `name`, or `type: http` with `scheme: bearer` or `scheme: OAuth`",
            ));
            return None;
        };
        if place.header().is_some_and(|header| !ir::is_token(header)) {
            let diagnostic = Diagnostic::new(
                Code::BadExtension,
                "`x-signing`: the `name` of the scheme cannot be the name of a header",
            );
            self.report.insist(
                diagnostic
                    .at(span)
                    .help("write letters, digits and `-` in `name`, like `X-Signature`"),
            );
        }
        let signing = self.signing(word, *place);
        if signing.is_none() && !self.report.has_errors() {
            let diagnostic = Diagnostic::new(Code::BadExtension, "`x-signing` is incomplete or invalid").at(span);
            self.report
                .insist(diagnostic.help("`sdkwright explain x-signing` shows the whole form"));
        }
        signing
    }

    /// Returns the alternatives of an operation, and reports a credential in a query that is JSON.
    pub(super) fn security_of(&mut self, operation: &document::Operation) -> Vec<ir::Requirement> {
        let document = self.document;
        let requirements = document.security_of(operation);
        let is_json = |one: &&document::Parameter| {
            one.location == ParameterLocation::Querystring && one.style == ParameterStyle::Json
        };
        let is_in_query = |scheme: &&document::SecurityScheme| match &scheme.kind {
            SchemeForm::ApiKey { location, .. } => *location == ParameterLocation::Query,
            SchemeForm::Signed { place, .. } => matches!(place, Some(ir::SignaturePlace::Query(_))),
            _ => false,
        };
        let is_required = |scheme: &&document::SecurityScheme| {
            let mut required = requirements.iter().flat_map(|one| &one.schemes);
            required.any(|one| one.name == scheme.name)
        };
        let mut schemes = document.components.security_schemes.iter();
        let scheme = schemes.find(|scheme| is_in_query(scheme) && is_required(scheme));
        if let (Some(parameter), Some(scheme)) = (operation.parameters.iter().find(is_json), scheme) {
            let [whole, credential] = [parameter.node, scheme.node].map(|node| document.node(node).span());
            let message = format!(
                "`{}` is the whole query, but the credential `{}` goes into the query",
                parameter.name, scheme.name
            );
            let beside = Diagnostic::new(Code::DuplicateParameter, message)
                .at(whole)
                .also(credential, "the credential")
                .note("in lenient mode the credential follows the JSON after `&`")
                .help("describe the query as a form, or send the credential in a header");
            self.report.push(beside);
        }
        self.requirements(requirements)
    }

    /// Returns the alternatives that an operation states or inherits; schemes that do not exist were reported by
    /// `contract`.
    fn requirements(&self, requirements: &[Requirement]) -> Vec<ir::Requirement> {
        let index = |name: &str| self.schemes.iter().position(|scheme| scheme == name);
        // An alternative without one of its schemes would require less than the contract does.
        requirements
            .iter()
            .filter_map(|one| {
                let scheme = |scheme: &document::RequiredScheme| Some((index(&scheme.name)?, scheme.scopes.clone()));
                one.schemes.iter().map(scheme).collect()
            })
            .collect()
    }

    /// Lowers the servers of an operation; reports one that cannot be called.
    pub(super) fn servers_of(&mut self, servers: &[document::Server]) -> Vec<ir::Server> {
        let out = self::servers(&self.places, servers);
        if let (Some(first), Some(server)) = (servers.first(), out.first())
            && !server.is_absolute()
            && !server.url.starts_with('/')
        {
            let message = format!("a server of an operation is neither a URL nor a path: {}", server.url);
            let help = "write a URL with a scheme, or a path that begins with `/`; in lenient mode the base URL of the client is used";
            self.fault(Code::Unsupported, first.node, message, help);
        }
        out
    }
}

/// Returns the servers of the API. If the contract only gives them to operations, those that most operations have.
pub(super) fn servers_of_all(
    places: &super::places::Places<'_>,
    document: &document::Document,
    operations: &[ir::Operation],
) -> Vec<ir::Server> {
    let stated = servers(places, &document.servers);
    if stated.iter().any(ir::Server::is_absolute) {
        return stated;
    }
    let lists = || operations.iter().map(|operation| &operation.servers);
    let mut counts: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    // An operation without a list of its own accepts any of the stated lists.
    for list in lists() {
        let key = list.iter().map(|server| server.url.as_str()).collect();
        *counts.entry(key).or_default() += 1;
    }
    // Of two equally frequent lists, takes the one that sorts first: the order of operations has no meaning.
    let most = counts
        .iter()
        .rev()
        .max_by_key(|(_, count)| **count)
        .map(|(urls, _)| urls);
    let is_it = |list: &&Vec<ir::Server>| most.is_some_and(|urls| list.iter().map(|server| &server.url).eq(urls));
    lists()
        .find(is_it)
        .filter(|list| !list.is_empty())
        .cloned()
        .unwrap_or(stated)
}

/// Lowers servers in contract order.
pub(super) fn servers(places: &super::places::Places<'_>, servers: &[document::Server]) -> Vec<ir::Server> {
    let server = |server: &document::Server| ir::Server {
        // All calls use TLS, so the scheme of `//host` is known.
        url: match server.url.strip_prefix("//") {
            Some(rest) => format!("https://{rest}"),
            None => server.url.clone(),
        },
        name: server.name.clone(),
        description: server.description.clone(),
        variables: server.variables.clone(),
        origin: places.origin(server.node),
    };
    servers.iter().map(server).collect()
}
