//! `x-webhooks` on the root, or the `webhooks` of OpenAPI 3.1 beside it.

use indexmap::IndexMap;

use super::reader::Reader;
use crate::{
    diag::{Code, Diagnostic},
    document::Extensions,
    ir,
    lower::context::Context,
    source::NodeId,
};

const WORD: &str = "x-webhooks";

/// Reads the location of an event's id: in the body, or in a signed header.
fn event_id(reader: &mut Reader<'_, '_>, signing: Option<&ir::Signing>) -> Option<ir::EventIdPlace> {
    let node = reader.get("id")?;
    let Some(name) = node.as_str()?.strip_prefix("header.") else {
        return reader.pointer_of(node).map(ir::EventIdPlace::Body);
    };
    let mut pieces = signing.into_iter().flat_map(|signing| signing.rules.message);
    let is_signed = |piece: &ir::Piece| matches!(piece, ir::Piece::Value(ir::SignedValue::Header(own), _) if own.eq_ignore_ascii_case(name));
    if signing.is_some() && !pieces.any(is_signed) {
        let message = format!("the header `{name}` contains the id of the event, but it is not signed");
        let help = "remove `id`: with another value in that header, a copy of a delivery would be a new event";
        reader.fault(node, message, help);
        return None;
    }
    Some(ir::EventIdPlace::Header(name.to_owned()))
}

impl Context<'_, '_> {
    /// Reads signature, envelope and events of deliveries.
    pub(in crate::lower) fn webhooks(&mut self, extensions: &Extensions) -> Option<ir::WebhookDeliveries> {
        let node = extensions.get(WORD)?;
        let signing = self.webhook_signing(node);
        self.parameters_left_out(&signing.as_ref().map(ir::Signing::headers).unwrap_or_default());
        let envelope = self.envelope(node, signing.as_ref());
        if (signing.is_none() || envelope.is_none()) && !self.report.has_errors() {
            let diagnostic = Diagnostic::new(Code::BadExtension, "`x-webhooks` is incomplete or invalid");
            let help = "`sdkwright explain x-webhooks` shows the whole form";
            self.report
                .insist(diagnostic.at(self.document.node(node).span()).help(help));
        }
        let resources = self.resources(node);
        let events = self.events();
        Some(ir::WebhookDeliveries {
            signing: signing?,
            envelope: envelope?,
            resources,
            events,
        })
    }

    /// Reads events whose signature the contract does not describe.
    pub(in crate::lower) fn deliveries(&mut self, extensions: &Extensions) -> Vec<ir::WebhookEvent> {
        let Some(event) = self.document.webhooks.first() else {
            return Vec::new();
        };
        if extensions.get(WORD).is_none() {
            let help =
                "add `x-webhooks` with `signing` and `envelope`; `sdkwright explain x-webhooks` shows the whole form";
            let message = Code::UnsignedWebhooks.title();
            self.report
                .fault(Code::UnsignedWebhooks, event.path_span, message, help);
        }
        self.parameters_left_out(&[]);
        self.events()
    }

    /// Reports the parameters of deliveries, each name once: only the headers of the signature are read.
    fn parameters_left_out(&mut self, read: &[&str]) {
        let operations = self.document.webhooks.iter().filter_map(|item| item.operations.first());
        let is_read = |name: &str| read.iter().any(|known| known.eq_ignore_ascii_case(name));
        let mut left: IndexMap<(ir::ParameterLocation, &str), (NodeId, usize)> = IndexMap::new();
        for one in operations.flat_map(|operation| &operation.parameters) {
            if one.location != ir::ParameterLocation::Header || !is_read(&one.name) {
                left.entry((one.location, one.name.as_str())).or_insert((one.node, 0)).1 += 1;
            }
        }
        for ((location, name), (node, count)) in left {
            let place = match location {
                ir::ParameterLocation::Path => "path parameter",
                ir::ParameterLocation::Query => "query parameter",
                ir::ParameterLocation::Header => "header",
                ir::ParameterLocation::Cookie => "cookie",
            };
            let webhooks = if count == 1 {
                "a webhook".to_owned()
            } else {
                format!("{count} webhooks")
            };
            let message = format!(
                "the {place} `{name}` of {webhooks} is left out: an event consists of the body of its delivery"
            );
            let help = "read the value from the request that your server receives, after you verified the delivery";
            self.fault(Code::Unsupported, node, message, help);
        }
    }

    fn envelope(&mut self, node: NodeId, signing: Option<&ir::Signing>) -> Option<ir::Envelope> {
        let mut root = self.reader(node, WORD)?;
        let mut reader = root.below("envelope")?;
        let schema = reader.get("schema");
        let (id, event_type) = (event_id(&mut reader, signing), reader.pointer("type"));
        if let [Some(one), None] | [None, Some(one)] = ["resourceType", "resourceId"].map(|key| reader.get(key)) {
            let help = "write both, or remove it";
            reader.fault(
                one,
                "a resource requires both `resourceType` and `resourceId`, but one of them is missing",
                help,
            );
        }
        let resource = reader.pointer("resourceType").zip(reader.pointer("resourceId"));
        let schema = schema?;
        let found = self.component_type(schema, WORD, "Event");
        Some(ir::Envelope {
            schema: found?,
            id,
            event_type,
            resource,
        })
    }

    fn resources(&mut self, node: NodeId) -> Vec<(String, ir::TypeId)> {
        let document = self.document;
        let mut resources = Vec::new();
        let Some(map) = document.node(node).get("resources") else {
            return resources;
        };
        // A selection of operations hides newtypes that it does not need.
        let is_part = document.chosen.as_ref().is_some_and(|chosen| !chosen.others.is_empty());
        for member in map.members() {
            let name = member.value.as_str().unwrap_or_default();
            if let Some(id) = self.arena.newtypes.get(name) {
                resources.push((member.key.to_owned(), *id));
            } else if !is_part {
                let message = format!("`x-webhooks`: there is no `x-newtype: {name}`");
                self.fault(
                    Code::UnknownPlace,
                    member.value.id(),
                    message,
                    "write the newtype of the resource's id",
                );
            }
        }
        resources
    }

    /// Reads the documented events; an event without a JSON body is any JSON.
    fn events(&mut self) -> Vec<ir::WebhookEvent> {
        let document = self.document;
        let mut events = Vec::new();
        for item in &document.webhooks {
            let Some(operation) = item.operations.first() else {
                continue;
            };
            let form = operation.body.as_ref().and_then(|body| body.content.first());
            let schema = form.and_then(|form| form.schema);
            let ty = match schema {
                Some(schema) => self.value(schema),
                None => self.any(),
            };
            let text = ir::Documentation {
                title: operation.summary.clone().or_else(|| item.summary.clone()),
                description: operation.description.clone().or_else(|| item.description.clone()),
                deprecated: operation.deprecated,
                sunset: self.sunset(operation.deprecated, &operation.extensions),
                provenance: self.marks.of_top(document.node(item.node)),
            };
            events.push(ir::WebhookEvent {
                name: item.path.clone(),
                text,
                ty,
                origin: self.places.origin(operation.node),
            });
        }
        events
    }
}
