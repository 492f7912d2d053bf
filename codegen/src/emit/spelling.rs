//! The Rust type of each schema, for tools that inspect generated code.
//!
//! In: a sealed API with its names. Out: a schema's node and the path of its type as a program that uses the crate
//! writes it. Emits nothing.

use super::context::{About, Context};
use crate::naming::Names;
use sdkwright_contract::ir;
use sdkwright_contract::source::NodeId;

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
