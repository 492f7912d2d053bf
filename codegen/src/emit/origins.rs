//! Facts for tools that inspect generated code: the node from which each public item was made, and the Rust type of each schema.
//!
//! In: the API with its names. Out: one row per item, in the order of the contract; what belongs to an item without a row, such as a
//! constructor, comes from the same node. Nothing that is emitted depends on it.

use sdkwright_contract::ir::{self, Shape};
use sdkwright_contract::source::NodeId;

use super::context::{About, Context, file_stem};
use super::members::required_name;
use crate::naming::Names;

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

/// Returns the Rust type of every schema that became a type with a JSON form.
pub fn spellings(api: &ir::Api, names: &Names, about: &About) -> Vec<(NodeId, String)> {
    let context = Context::new(api, names, about);
    let library = about.library();
    let has_json = |schema: &&ir::SchemaType| !context.is_form_only(context.resolve(schema.ty));
    let schemas = api.schemas.iter().filter(has_json);
    let spelled = schemas.map(|schema| {
        let value = context.ty(schema.ty);
        let held = if schema.nullable { value.option() } else { value };
        (schema.node, held.spelled(&library))
    });
    spelled.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::naming;
    use sdkwright_contract::{Contract, Inputs, SourceFile, diag};

    const CONTRACT: &str = "
openapi: 3.0.3
info: { title: Small, version: '1' }
paths:
  /scans:
    post:
      operationId: addScan
      requestBody: { content: { multipart/form-data: { schema: { $ref: '#/components/schemas/Scan' } } } }
      responses: {}
components:
  schemas:
    Scan: { type: object, properties: { file: { type: string, format: binary } } }
    Shelf:
      type: object
      properties:
        state: { type: string, enum: [a, b], nullable: true }
        weights: { type: array, items: { type: number, format: double } }
        note:
          allOf: [{ type: object, properties: { text: { type: string } } }, { properties: { text: { maxLength: 9 } } }]
";

    #[test]
    fn every_schema_with_a_json_form_is_said_as_a_program_outside_says_it() {
        let mut report = diag::Report::new(diag::Levels::lenient());
        let inputs = Inputs::new(SourceFile {
            name: "small.yaml",
            bytes: CONTRACT.as_bytes(),
        });
        let contract = Contract::from_inputs(&inputs, &|_| {}, &mut report).unwrap();
        let api = contract.meaning(&|_| {}, &mut report).unwrap();
        let names = naming::assign(&api, &naming::Overrides::default(), 1, &mut report);
        let about = About {
            package: "my-shop".into(),
            version: String::new(),
            contract_sha256: String::new(),
            custom: false,
            server: false,
            documented: true,
        };
        let said = spellings(&api, &names, &about);
        let of = |place: &str| {
            let pointer = format!("/components/schemas/{place}");
            let mut all = said.iter();
            let found = all.find(|(node, _)| contract.document.node(*node).pointer() == pointer);
            found.map(|(_, ty)| ty.replace(' ', ""))
        };
        assert_eq!(of("Shelf").as_deref(), Some("my_shop::models::Shelf"));
        assert_eq!(
            of("Shelf/properties/state").as_deref(),
            Some("Option<my_shop::models::ShelfState>")
        );
        assert_eq!(
            of("Shelf/properties/weights").as_deref(),
            Some("Vec<sdkwright_runtime::Float>")
        );
        assert_eq!(
            of("Shelf/properties/weights/items").as_deref(),
            Some("sdkwright_runtime::Float")
        );
        // A member that is declared twice: both declarations lead to it.
        assert_eq!(
            of("Shelf/properties/note/allOf/1/properties/text").as_deref(),
            Some("String")
        );
        // A schema that is only sent as multipart has no JSON type.
        assert_eq!(of("Scan"), None);
    }
}
