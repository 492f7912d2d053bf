//! Origins of what is emitted: the node of the contract from which each public item was made.
//!
//! In: the API with its names. Out: one row per item of the API, in the order of the contract; what belongs to an item
//! without a row of its own, such as a constructor, comes from the same node. Nothing that is emitted depends on it.

use super::context::{Context, file_stem};
use super::members::required_name;
use sdkwright_contract::ir::{self, Shape};

/// An item of the crate, and the node from which it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemOrigin {
    /// Path of the item below the crate, such as `models::Order::amount`.
    pub item: String,
    /// File in which it stands, below the folder of the crate.
    pub file: String,
    /// The node.
    pub origin: ir::Origin,
}

/// Returns the origin of each item.
pub(super) fn origins(context: &Context<'_>) -> Vec<ItemOrigin> {
    let mut rows = OriginRows::default();
    for (id, _) in context.api.types() {
        of_type(context, id, &mut rows);
    }
    for (id, _) in context.api.operations() {
        of_operation(context, id, &mut rows);
    }
    of_the_rest(context, &mut rows);
    rows.0
}

#[derive(Default)]
struct OriginRows(Vec<ItemOrigin>);

impl OriginRows {
    fn add(&mut self, item: String, file: &str, origin: &ir::Origin) {
        self.0.push(ItemOrigin {
            item,
            file: file.to_owned(),
            origin: origin.clone(),
        });
    }
}

fn of_type(context: &Context<'_>, id: ir::TypeId, rows: &mut OriginRows) {
    let (Some(name), Some(file)) = (context.names.ty(id), context.names.file(id)) else {
        return;
    };
    let (ty, file) = (context.api.ty(id), format!("src/models/{}.rs", file_stem(file)));
    let item = format!("models::{name}");
    match &ty.shape {
        Shape::Object(object) => {
            for (at, member) in object.members.iter().enumerate() {
                let field = context.names.member(id, at);
                rows.add(format!("{item}::{field}"), &file, &member.origin);
                let plain = field.trim_start_matches("r#");
                rows.add(format!("{item}::with_{plain}"), &file, &member.origin);
            }
            rows.add(format!("models::{}", required_name(context, name)), &file, &ty.origin);
        }
        Shape::Union(union) => {
            for (at, variant) in union.variants.iter().enumerate() {
                let origin = &context.api.ty(variant.ty).origin;
                rows.add(format!("{item}::{}", context.names.variant(id, at)), &file, origin);
            }
        }
        _ => {}
    }
    rows.add(item, &file, &ty.origin);
}

fn of_operation(context: &Context<'_>, id: ir::OperationId, rows: &mut OriginRows) {
    let (operation, names) = (context.api.operation(id), context.names.operation(id));
    let Some(group) = context.names.group_of(id) else {
        return;
    };
    let file = format!("src/operations/{}.rs", file_stem(&group.module));
    let module = format!("operations::{}", group.module);
    for (at, parameter) in operation.parameters.iter().enumerate() {
        let item = format!(
            "client::Call<{module}::{}>::{}",
            names.marker,
            context.names.parameter(id, at)
        );
        rows.add(item, &file, &parameter.origin);
    }
    let mut add = |item: String| rows.add(format!("{module}::{item}"), &file, &operation.origin);
    let methods = names.methods.iter().chain(&names.aliases).chain(&names.draft);
    methods.for_each(|method| add(format!("{}::{method}", group.pascal)));
    let types = [
        &names.marker,
        &names.required,
        &names.draft_required,
        &names.answer,
        &names.failure,
    ];
    let types = types.into_iter().filter(|name| !name.is_empty());
    types.for_each(|name| add(name.clone()));
}

/// Adds what stands in files of its own: headers, servers, credentials, deliveries.
fn of_the_rest(context: &Context<'_>, rows: &mut OriginRows) {
    let (api, names) = (context.api, context.names);
    let mut add = |module: &str, name: &str, origin: &ir::Origin| {
        rows.add(format!("{module}::{name}"), &format!("src/{module}.rs"), origin);
    };
    for (name, headers) in api.headers() {
        for header in headers {
            add("headers", names.header(&name), &header.origin);
        }
    }
    for (at, server) in api.choices().into_iter().enumerate() {
        add("servers", names.server(at), &server.origin);
    }
    for (at, scheme) in api.security.iter().enumerate() {
        add("auth", names.scheme(at), &scheme.origin);
        if let Some(name) = names.client(at) {
            add("auth", name, &scheme.origin);
        }
    }
    for (at, event) in api.webhooks.iter().flat_map(|webhooks| &webhooks.events).enumerate() {
        add("webhooks", &format!("WebhookEvent::{}", names.event(at)), &event.origin);
    }
}
