//! Schemas: both versions in the words of 3.1.

use super::{clean, components_30, components_31, owned, said};
use crate::diag::Code;
use crate::document::{Document, JsonType, Schema};
use crate::ir::Scalar;

fn named<'d>(document: &'d Document, name: &str) -> &'d Schema {
    let id = document.component_schema(&format!("#/components/schemas/{name}"));
    document.schema(id.unwrap())
}

#[test]
fn nullable_is_null_among_the_types() {
    let old = clean(&components_30(
        "schemas:\n  A: {type: string, nullable: true}\n  B: {nullable: true, allOf: [{$ref: '#/components/schemas/A'}]}",
    ));
    let new = clean(&components_31(
        "schemas:\n  A: {type: [string, 'null']}\n  B: {type: [string, null]}",
    ));
    for schema in [named(&old, "A"), named(&new, "A"), named(&new, "B")] {
        assert!(schema.types.contains(JsonType::Null) && schema.types.contains(JsonType::String));
        assert_eq!(schema.types.only(), Some(JsonType::String));
    }
    assert!(named(&old, "B").nullable && named(&old, "B").types.is_empty());
}

#[test]
fn exclusive_bounds_are_numbers() {
    let old = clean(&components_30(
        "schemas:\n  A: {type: number, minimum: 1.50, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false}",
    ));
    let limits = named(&old, "A").limits();
    assert_eq!(
        (limits.exclusive_minimum.as_deref(), limits.minimum.as_deref()),
        (Some("1.50"), None)
    );
    assert_eq!(
        (limits.exclusive_maximum.as_deref(), limits.maximum.as_deref()),
        (None, Some("9"))
    );
    let new = clean(&components_31(
        "schemas:\n  A: {type: number, minimum: 1, exclusiveMinimum: 1e400, multipleOf: 0.01}",
    ));
    let limits = named(&new, "A").limits();
    assert_eq!(
        (limits.exclusive_minimum.as_deref(), limits.minimum.as_deref()),
        (Some("1e400"), Some("1"))
    );
    assert_eq!(limits.multiple_of.as_deref(), Some("0.01"));
}

#[test]
fn literals_are_what_the_type_says() {
    let text = components_31(
        "schemas:\n  A: {type: string, enum: [SE, NO, 1.10, 'null', null]}\n  B: {type: [integer, 'null'], enum: ['1', 2, x]}\n  C: {enum: [1, '1', true, null, {a: 1}]}\n  D: {const: NO, type: string}",
    );
    assert_eq!(
        said(&text),
        owned(&[
            (Code::LiteralKind, "1.10"),
            (Code::LiteralKind, "'1'"),
            (Code::LiteralKind, "x")
        ])
    );
    let document = super::parse_with(&text, &[], crate::diag::Levels::lenient()).0.unwrap();
    let scalars = |name: &str| -> Vec<Option<Scalar>> {
        named(&document, name)
            .enumeration
            .iter()
            .flatten()
            .map(|literal| literal.scalar.clone())
            .collect()
    };
    let text = |text: &str| Some(Scalar::String(text.to_owned()));
    let number = |text: &str| Some(Scalar::Number(text.to_owned()));
    assert_eq!(
        scalars("A"),
        [text("SE"), text("NO"), text("1.10"), text("null"), Some(Scalar::Null)]
    );
    assert_eq!(scalars("B"), [number("1"), number("2"), text("x")]);
    assert_eq!(
        scalars("C"),
        [
            number("1"),
            text("1"),
            Some(Scalar::Bool(true)),
            Some(Scalar::Null),
            None
        ]
    );
    assert_eq!(named(&document, "D").constant.as_ref().unwrap().scalar, text("NO"));
}

#[test]
fn members_keep_their_order_and_places() {
    let document = clean(&components_31(
        "schemas:\n  A:\n    type: object\n    required: [b, a]\n    properties: {z: {}, a: true, m: {type: string}}\n    additionalProperties: false",
    ));
    let schema = named(&document, "A");
    let names: Vec<&str> = schema
        .properties
        .iter()
        .map(|property| property.name.as_str())
        .collect();
    let required: Vec<&str> = schema.required.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((names, required), (vec!["z", "a", "m"], vec!["b", "a"]));
    assert_eq!(document.schema(schema.additional.unwrap()).boolean, Some(false));
    assert!(document.schema(schema.properties[0].schema).is_unconstrained());
    assert_eq!(document.schema(schema.properties[1].schema).boolean, Some(true));
    assert_eq!(
        document
            .origin(document.schema(schema.properties[2].schema).node)
            .pointer,
        "/components/schemas/A/properties/m"
    );
}

#[test]
fn every_keyword_of_json_schema_has_its_field() {
    let document = clean(&components_31(
        "schemas:\n  A:\n    prefixItems: [{type: string}]\n    patternProperties: {^x: {}}\n    propertyNames: {}\n    unevaluatedProperties: false\n    unevaluatedItems: true\n    contains: {}\n    minContains: 1\n    maxContains: 2\n    not: {}\n    if: {}\n    then: {}\n    else: {}\n    dependentRequired: {a: [b]}\n    dependentSchemas: {a: {}}\n    contentEncoding: base64\n    contentMediaType: image/png\n    contentSchema: {}",
    ));
    let rare = named(&document, "A").rare();
    let schemas = [
        rare.property_names,
        rare.unevaluated_properties,
        rare.unevaluated_items,
        rare.contains,
        rare.not,
        rare.if_,
        rare.then,
        rare.else_,
        rare.content_schema,
    ];
    assert!(schemas.iter().all(Option::is_some));
    assert_eq!(
        (
            rare.prefix_items.len(),
            rare.pattern_properties.len(),
            rare.dependent_schemas.len()
        ),
        (1, 1, 1)
    );
    assert_eq!((rare.min_contains, rare.max_contains), (Some(1), Some(2)));
    assert_eq!(rare.dependent_required, [("a".to_owned(), vec!["b".to_owned()])]);
    assert_eq!(
        (rare.content_encoding.as_deref(), rare.content_media_type.as_deref()),
        (Some("base64"), Some("image/png"))
    );
}

#[test]
fn a_mapping_names_components_or_refers() {
    let text = components_31(
        "schemas:\n  Cat: {type: object}\n  Dog: {type: object}\n  Pet:\n    oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]\n    discriminator: {propertyName: kind, mapping: {cat: Cat, dog: '#/components/schemas/Dog', cow: Caw}}",
    );
    assert_eq!(said(&text), owned(&[(Code::DanglingReference, "Caw")]));
    let document = super::parse_with(&text, &[], crate::diag::Levels::lenient()).0.unwrap();
    let mapping = &named(&document, "Pet").discriminator.as_ref().unwrap().mapping;
    let names: Vec<Option<&str>> = mapping
        .iter()
        .map(|row| row.target.and_then(|id| document.component_name(id)))
        .collect();
    assert_eq!(names, [Some("Cat"), Some("Dog"), None]);
}

#[test]
fn beside_a_reference_3_1_reads_all_and_3_0_only_annotations() {
    let text =
        "schemas:\n  A: {type: object}\n  B: {$ref: '#/components/schemas/A', description: mine, minProperties: 1}";
    let document = clean(&components_31(text));
    let schema = named(&document, "B");
    assert!(schema.reference.is_some() && schema.limits().min_properties == Some(1));
    let text = components_30(text);
    assert_eq!(
        said(&text),
        owned(&[
            (Code::ReferenceSiblings, "description"),
            (Code::ReferenceSiblings, "minProperties")
        ])
    );
    let (document, report) = super::parse_with(&text, &[], crate::diag::Levels::lenient());
    let document = document.unwrap();
    let schema = named(&document, "B");
    assert_eq!(
        (schema.description.as_deref(), schema.limits().min_properties),
        (Some("mine"), None)
    );
    assert!(!report.has_errors());
}
