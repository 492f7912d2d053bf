//! Servers, security schemes and security requirements.

use super::parser;
use super::parser::Parser;
use crate::constant;
use crate::diag::{Code, Diagnostic};
use crate::document::ledger;
use crate::document::ledger::ObjectKind;
use crate::document::model::{RequiredScheme, Requirement, SchemeForm, SecurityScheme, Server};
use crate::ir::{DeviceUrls, ParameterLocation, ServerVariable, SignaturePlace, Word as _};
use crate::source::{Member, Node};

/// Parses `servers`; `None` when the object has none.
pub(super) fn servers(node: Node<'_>, is_32: bool) -> Option<Vec<Server>> {
    let servers = node.get("servers")?.items().filter_map(|server| {
        let variables = server.get("variables").into_iter().flat_map(Node::members);
        let variables = variables.map(|member| ServerVariable {
            name: member.key.to_owned(),
            default: parser::text(member.value, "default").unwrap_or_default(),
            values: parser::texts(member.value, "enum"),
            description: parser::text(member.value, "description"),
        });
        Some(Server {
            url: parser::text(server, "url")?,
            name: parser::text(server, "name").filter(|_| is_32),
            description: parser::prose(server, "description"),
            variables: variables.collect(),
            node: server.id(),
        })
    });
    Some(servers.collect())
}

impl<'t> Parser<'t, '_> {
    pub(super) fn security_schemes(&mut self, schemes: Option<Node<'t>>) -> Vec<SecurityScheme> {
        let mut out = Vec::new();
        for member in schemes.into_iter().flat_map(Node::members) {
            self.schemes.insert(member.key, false);
            let Some(node) = self.follow(member.value, ObjectKind::SecurityScheme) else {
                continue;
            };
            let Some(kind) = self.scheme_kind(node) else { continue };
            let newer = Some(node).filter(|_| self.is_32());
            let oauth = newer.filter(|_| kind == SchemeForm::OAuth2);
            let device = oauth.and_then(|node| node.get("flows")?.get("deviceAuthorization"));
            self.schemes.insert(member.key, true);
            out.push(SecurityScheme {
                name: member.key.to_owned(),
                token_url: node
                    .get("flows")
                    .filter(|_| kind == SchemeForm::OAuth2)
                    .and_then(|flows| flows.get("clientCredentials")?.get("tokenUrl"))
                    .map(Node::id),
                token: node.get(ledger::TOKEN).map(Node::id),
                kind,
                description: parser::prose(node, "description"),
                metadata_url: oauth.and_then(|node| parser::text(node, "oauth2MetadataUrl")),
                device: device.and_then(|flow| self.device_urls(flow)),
                deprecated: newer.is_some_and(|node| parser::flag(node, "deprecated")),
                node: node.id(),
            });
        }
        out
    }

    fn device_urls(&mut self, flow: Node<'t>) -> Option<DeviceUrls> {
        let mut needed = |name| {
            let url = parser::text(flow, name);
            if url.is_none() {
                let message = format!("a flow `deviceAuthorization` must have `{name}`");
                let missing = Diagnostic::new(Code::MissingField, message);
                self.report.push(missing.at(flow.name_span()));
            }
            url
        };
        let (url, token_url) = (needed("deviceAuthorizationUrl"), needed("tokenUrl"));
        Some(DeviceUrls {
            url: url?,
            token_url: token_url?,
            refresh_url: parser::text(flow, "refreshUrl"),
        })
    }

    fn scheme_kind(&mut self, node: Node<'t>) -> Option<SchemeForm> {
        let word = |key: &str| node.get(key).and_then(Node::as_str);
        if self.walk.is_misspelt(node.id()) {
            return None;
        }
        if let Some(signing) = node.get(ledger::SIGNING) {
            let name = word("name").map(constant::text);
            let is = |known| word("scheme").is_some_and(|scheme| scheme.eq_ignore_ascii_case(known));
            let place = match (word("type"), word("in")) {
                (Some("apiKey"), Some("header")) => name.map(SignaturePlace::Header),
                (Some("apiKey"), Some("query")) => name.map(SignaturePlace::Query),
                (Some("http"), _) if is("bearer") => Some(SignaturePlace::Bearer),
                (Some("http"), _) if is("oauth") => Some(SignaturePlace::Header("Authorization")),
                _ => None,
            };
            let word = signing.id();
            return Some(SchemeForm::Signed { place, word });
        }
        let needed = match word("type")? {
            "apiKey" => {
                let location = word("in").and_then(ParameterLocation::from_word);
                let location = location.filter(|location| *location != ParameterLocation::Path);
                let kind = location.zip(word("name")).map(|(location, name)| SchemeForm::ApiKey {
                    location,
                    name: name.to_owned(),
                });
                kind.ok_or(if word("name").is_none() { "name" } else { "in" })
            }
            "http" => word("scheme")
                .map(|scheme| SchemeForm::Http {
                    scheme: scheme.to_ascii_lowercase(),
                })
                .ok_or("scheme"),
            "oauth2" => Ok(SchemeForm::OAuth2),
            "openIdConnect" => Ok(SchemeForm::OpenId {
                url: word("openIdConnectUrl").unwrap_or_default().to_owned(),
            }),
            "mutualTLS" => Ok(SchemeForm::MutualTls),
            _ => return None,
        };
        match needed {
            Ok(kind) => Some(kind),
            Err(field) => {
                let missing = Diagnostic::new(
                    Code::MissingField,
                    format!("a security scheme of this type must have `{field}`"),
                );
                self.report.push(missing.at(node.name_span()));
                None
            }
        }
    }

    /// Parses `security`; `None` when the object has none. An operation none of whose schemes is defined has that of the whole
    /// contract: without it, requests would be sent without any.
    pub(super) fn requirements(&mut self, node: Node<'t>) -> Option<Vec<Requirement>> {
        let security = node.get("security").filter(|security| security.is_seq())?;
        let is_defined = |scheme: Member<'t>| self.schemes.contains_key(scheme.key);
        let falls_back = { self.references.root() }
            .filter(|root| root.id() != node.id())
            .and_then(|root| root.get("security"))
            .is_some_and(|all| all.items().flat_map(Node::members).any(is_defined));
        let mut out = Vec::new();
        for requirement in security.items().filter(|requirement| requirement.is_map()) {
            let mut schemes = Vec::new();
            for member in requirement.members() {
                match self.schemes.get(member.key) {
                    Some(true) => {}
                    // Errors of the scheme itself have been reported.
                    Some(false) => continue,
                    None => {
                        self.unknown_scheme(member, falls_back);
                        continue;
                    }
                }
                schemes.push(RequiredScheme {
                    name: member.key.to_owned(),
                    scopes: member
                        .value
                        .items()
                        .filter_map(Node::as_str)
                        .map(str::to_owned)
                        .collect(),
                });
            }
            // An alternative whose only scheme is unknown must not become anonymous access.
            if !schemes.is_empty() || requirement.is_empty() {
                out.push(Requirement { schemes });
            }
        }
        let is_lost = out.is_empty() && !security.is_empty();
        (!(is_lost && falls_back)).then_some(out)
    }

    /// Reports a scheme that is not defined. `falls_back`: the contract has another one for all operations.
    fn unknown_scheme(&mut self, member: Member<'t>, falls_back: bool) {
        let mut names: Vec<&str> = self.schemes.keys().copied().collect();
        names.sort_unstable();
        let message = format!("there is no security scheme `{}`", member.key);
        let unknown = Diagnostic::new(Code::UnknownSecurity, message)
            .at(member.key_span)
            .did_you_mean(member.key, names)
            .help("define it under `components.securitySchemes`")
            .note(if falls_back {
                "in lenient mode it is left out; without another scheme the operation has the `security` of the root"
            } else {
                "in lenient mode requests are sent without it"
            });
        self.report.push(unknown);
    }
}
