//! Security schemes, what an operation requires, and servers.

use super::bench::Bench;
use crate::{
    contract::{self, Requirement, SchemeKind},
    diag::Code,
    ir::{self, Location, SecurityKind},
};

impl Bench<'_, '_> {
    /// The schemes, in contract order.
    pub(super) fn security_schemes(&mut self) -> Vec<ir::Security> {
        let document = self.document;
        let mut schemes = Vec::new();
        for scheme in &document.components.security_schemes {
            let kind = match &scheme.kind {
                SchemeKind::ApiKey { location, name } => self.api_key(scheme, *location, name),
                SchemeKind::Http { scheme } if scheme == "basic" => SecurityKind::Basic,
                SchemeKind::Http { scheme } if scheme == "bearer" => SecurityKind::Bearer,
                SchemeKind::Http { scheme } => SecurityKind::Http(scheme.clone()),
                SchemeKind::OAuth2 => SecurityKind::OAuth2,
                SchemeKind::OpenId { .. } => SecurityKind::OpenId,
                SchemeKind::MutualTls => SecurityKind::MutualTls,
            };
            if !matches!(kind, SecurityKind::Signing(_) | SecurityKind::MutualTls) {
                let help = "describe a signature with `x-signing`, or set the header of each call by hand";
                let span = document.node(scheme.node).span();
                self.unsupported(span, "a way to show who calls that is not sent yet", &scheme.name, help);
            }
            let text = ir::Text {
                description: scheme.description.clone(),
                deprecated: scheme.deprecated,
                provenance: self.marks.of_top(document.node(scheme.node)),
                ..ir::Text::default()
            };
            schemes.push(ir::Security {
                name: scheme.name.clone(),
                kind,
                text,
                origin: self.places.origin(scheme.node),
            });
        }
        schemes
    }

    fn api_key(&mut self, scheme: &contract::SecurityScheme, location: Location, name: &str) -> SecurityKind {
        let plain = SecurityKind::ApiKey {
            location,
            name: name.to_owned(),
        };
        let Some(node) = scheme.extensions.get("x-signing") else {
            return plain;
        };
        if location != Location::Header {
            let help = "a signature travels in a header: write `in: header`";
            self.fault(
                Code::BadExtension,
                node,
                "`x-signing` on a scheme that is not in a header",
                help,
            );
            return plain;
        }
        self.signing(node, name).map_or(plain, SecurityKind::Signing)
    }

    /// The alternatives an operation states or inherits; schemes that do not exist were reported by `contract`.
    pub(super) fn requirements(&self, requirements: &[Requirement]) -> Vec<Vec<(usize, Vec<String>)>> {
        let index = |name: &str| {
            self.document
                .components
                .security_schemes
                .iter()
                .position(|scheme| scheme.name == name)
        };
        // An alternative that has lost a scheme would ask for less than the contract does.
        requirements
            .iter()
            .filter_map(|one| {
                let scheme = |scheme: &contract::RequiredScheme| Some((index(&scheme.name)?, scheme.scopes.clone()));
                one.schemes.iter().map(scheme).collect()
            })
            .collect()
    }
}

/// Servers in contract order.
pub(super) fn servers(servers: &[contract::Server]) -> Vec<ir::Server> {
    let variable = |variable: &contract::ServerVariable| ir::ServerVariable {
        name: variable.name.clone(),
        default: variable.default.clone(),
        values: variable.values.clone(),
        description: variable.description.clone(),
    };
    let server = |server: &contract::Server| ir::Server {
        url: server.url.clone(),
        description: server.description.clone(),
        variables: server.variables.iter().map(variable).collect(),
    };
    servers.iter().map(server).collect()
}
