//! `x-webhooks` on the root, the `webhooks` of OpenAPI 3.1, and callbacks.

use indexmap::IndexMap;

use super::reader::Reader;
use crate::{
    diag::{Code, Diagnostic},
    document::{Extensions, MediaType, Operation, PathItem},
    ir,
    lower::body::{self, MediaKind},
    lower::context::Context,
    source::NodeId,
};

const WORD: &str = "x-webhooks";

/// Returns true for a callback that declares the headers of the signature.
fn is_signed(operation: &Operation, signing: &ir::Signing) -> bool {
    let declares = |name: &&str| {
        let mut headers = { operation.parameters.iter() }.filter(|one| one.location == ir::ParameterLocation::Header);
        headers.any(|header| header.name.eq_ignore_ascii_case(name))
    };
    signing.headers().iter().all(declares)
}

/// Returns name, URL and method, since the order of keys means nothing.
fn callback_order(event: &ir::WebhookEvent) -> (&str, Option<(&str, &str)>) {
    let request = event.callback.as_ref();
    (
        &event.name,
        request.map(|request| (request.url.as_str(), event.method.token())),
    )
}

fn is_json(form: &MediaType) -> bool {
    body::kind(&form.name) == MediaKind::Json
}

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

    /// Reads callbacks, and without `webhooks` the events whose signature the contract does not describe.
    pub(in crate::lower) fn deliveries(
        &mut self,
        extensions: &Extensions,
        webhooks: Option<&ir::WebhookDeliveries>,
    ) -> Vec<ir::WebhookEvent> {
        let document = self.document;
        let mut all = Vec::new();
        let mut unsigned = None;
        if extensions.get(WORD).is_none() {
            self.parameters_left_out(&[]);
        }
        if webhooks.is_none() {
            unsigned = document.webhooks.first();
            for item in &document.webhooks {
                let operations = item.operations.iter();
                all.extend(operations.map(|operation| self.delivery(&item.path, item, operation)));
            }
        }
        let events = all.len();
        for callback in &document.callbacks {
            for item in &callback.items {
                for operation in &item.operations {
                    let is_signed = webhooks.is_some_and(|webhooks| is_signed(operation, &webhooks.signing));
                    if !is_signed {
                        unsigned = unsigned.or(Some(item));
                    }
                    let mut delivery = self.delivery(&callback.name, item, operation);
                    let operations = callback.operations.iter().map(|node| self.places.origin(*node));
                    delivery.callback = Some(ir::Callback {
                        url: item.path.clone(),
                        operations: operations.collect(),
                        is_signed,
                    });
                    all.push(delivery);
                }
            }
        }
        all[events..].sort_by(|a, b| callback_order(a).cmp(&callback_order(b)));
        // An invalid `x-webhooks` is reported as such.
        if let Some(event) = unsigned.filter(|_| webhooks.is_some() || extensions.get(WORD).is_none()) {
            let help = if webhooks.is_some() {
                "declare the headers of `x-webhooks.signing` as parameters of the callback, if its requests have them"
            } else {
                "add `x-webhooks` with `signing` and `envelope`; `sdkwright explain x-webhooks` shows the whole form"
            };
            let message = Code::UnsignedWebhooks.title();
            self.report
                .fault(Code::UnsignedWebhooks, event.path_span, message, help);
        }
        all
    }

    /// Reports the parameters of deliveries, each name once: only the headers of the signature are read.
    fn parameters_left_out(&mut self, read: &[&str]) {
        let callbacks = self.document.callbacks.iter().flat_map(|callback| &callback.items);
        let items = self.document.webhooks.iter().chain(callbacks);
        let operations = items.flat_map(|item| &item.operations);
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
                ir::ParameterLocation::Query | ir::ParameterLocation::Querystring => "query parameter",
                ir::ParameterLocation::Header => "header",
                ir::ParameterLocation::Cookie => "cookie",
            };
            let deliveries = if count == 1 {
                "a delivery".to_owned()
            } else {
                format!("{count} deliveries")
            };
            let message =
                format!("the {place} `{name}` of {deliveries} is left out: only the body of a delivery is read");
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

    /// Reads the documented events.
    fn events(&mut self) -> Vec<ir::WebhookEvent> {
        let document = self.document;
        let mut events = Vec::new();
        for item in &document.webhooks {
            if let Some(operation) = item.operations.first() {
                events.push(self.delivery(&item.path, item, operation));
            }
            for other in item.operations.iter().skip(1) {
                let detail = format!("{} of `{}`", other.method.token(), item.path);
                let help = "describe it as an event with another name";
                self.unsupported(other.method_span, "a second method of an event", &detail, help);
            }
        }
        events
    }

    /// Reads a request that the API sends; without a JSON body it is any JSON.
    fn delivery(&mut self, name: &str, item: &PathItem, operation: &Operation) -> ir::WebhookEvent {
        let document = self.document;
        let forms = operation.body.as_ref().map_or(&[][..], |body| &body.content);
        let form = forms.iter().find(|form| is_json(form)).or(forms.first());
        let schema = form.and_then(|form| form.schema);
        for other in forms {
            if !is_json(other) || other.schema != schema {
                let detail = format!("`{}` of `{name}`", other.name);
                let help = "read the raw body of such a request, after you verified it";
                self.unsupported(other.name_span, "a form of a delivery that is not read", &detail, help);
            }
        }
        if let Some(nested) = document.node(operation.node).get("callbacks") {
            let help = "they are requests of the receiver, which this crate does not send";
            self.unsupported(nested.name_span(), "callbacks of a delivery", name, help);
        }
        let ty = match schema {
            Some(schema) => self.value(schema),
            None => self.any(),
        };
        let responses = { operation.responses.iter() }.map(|response| (response.status, response.description.clone()));
        ir::WebhookEvent {
            name: name.to_owned(),
            text: ir::Documentation {
                title: operation.summary.clone().or_else(|| item.summary.clone()),
                description: operation.description.clone().or_else(|| item.description.clone()),
                deprecated: operation.deprecated,
                sunset: self.sunset(operation.deprecated, &operation.extensions),
                provenance: self.marks.of_top(document.node(item.node)),
            },
            ty,
            method: operation.method,
            media_type: form.map(|form| form.name.clone()),
            responses: responses.collect(),
            callback: None,
            origin: self.places.origin(operation.node),
        }
    }
}
