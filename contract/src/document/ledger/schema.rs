//! Rows of schemas: JSON Schema 2020-12, the subset of OpenAPI 3.0, and the additions of OpenAPI.

use super::row::ValueKind::{
    Any, Bool, Date, ExclusiveBound, Filled, List, Map, Number, Object, SchemaOrBool, Text, Types, Whole,
};
use super::row::{Keyword, ObjectKind, ValueKind, noted, read, refused, tables, unchecked};

const LATER: &str = "checked neither in requests nor in responses; the server checks it";
const ONE: ValueKind = ValueKind::Schema;
const MANY: ValueKind = List(&ValueKind::Schema);
const NAMED: ValueKind = Map(&ValueKind::Schema);

tables! {
    Schema [
        read("type", Types, "schema-types"),
        read("nullable", Bool, "schema-nullable").in_30(),
        read("format", Text, "schema-formats"),
        read("enum", List(&Any), "schema-enum"),
        read("const", Any, "schema-const").in_31(),
        read("title", Text, "schema-text"),
        read("description", Text, "schema-text"),
        read("default", Any, "schema-default"),
        read("example", Any, "examples"),
        read("examples", List(&Any), "examples-within-bounds").in_31(),
        read("deprecated", Bool, "deprecated"),
        read("readOnly", Bool, "schema-read-only"),
        read("writeOnly", Bool, "schema-write-only"),
        // objects
        read("properties", NAMED, "schema-object"),
        read("required", List(&Text), "schema-object"),
        read("additionalProperties", SchemaOrBool, "schema-additional-properties"),
        read("patternProperties", NAMED, "schema-pattern-properties").in_31(),
        read("minProperties", Whole(0), "schema-limits"),
        read("maxProperties", Whole(0), "schema-limits"),
        unchecked("propertyNames", ONE, LATER, "schema-property-names").in_31(),
        read("unevaluatedProperties", SchemaOrBool, "schema-unevaluated").in_31(),
        read("dependentRequired", Map(&List(&Text)), "schema-dependent-required").in_31(),
        unchecked("dependentSchemas", NAMED, LATER, "schema-dependent").in_31(),
        // arrays
        read("items", ONE, "schema-array"),
        read("prefixItems", MANY, "schema-prefix-items").in_31(),
        read("minItems", Whole(0), "schema-limits"),
        read("maxItems", Whole(0), "schema-limits"),
        read("uniqueItems", Bool, "schema-limits"),
        unchecked("contains", ONE, LATER, "schema-contains").in_31(),
        unchecked("minContains", Whole(0), LATER, "schema-contains").in_31(),
        unchecked("maxContains", Whole(0), LATER, "schema-contains").in_31(),
        read("unevaluatedItems", SchemaOrBool, "schema-unevaluated").in_31(),
        // texts and numbers
        read("minLength", Whole(0), "schema-limits"),
        read("maxLength", Whole(0), "schema-limits"),
        read("pattern", Text, "schema-limits"),
        read("minimum", Number, "schema-limits"),
        read("maximum", Number, "schema-limits"),
        read("exclusiveMinimum", ExclusiveBound, "schema-exclusive-bounds"),
        read("exclusiveMaximum", ExclusiveBound, "schema-exclusive-bounds"),
        read("multipleOf", Number, "schema-limits"),
        read("contentEncoding", Text, "schema-content").in_31(),
        read("contentMediaType", Text, "schema-content").in_31(),
        noted("contentSchema", ONE, "the text is passed on unchanged", "schema-content").in_31(),
        // composition
        read("allOf", MANY, "schema-all-of"),
        read("anyOf", MANY, "schema-any-of"),
        read("oneOf", MANY, "schema-one-of"),
        read("not", ONE, "schema-not"),
        unchecked("if", ONE, LATER, "schema-if").in_31(),
        unchecked("then", ONE, LATER, "schema-if").in_31(),
        unchecked("else", ONE, LATER, "schema-if").in_31(),
        read("discriminator", Object(ObjectKind::Discriminator), "schema-discriminator"),
        // references
        read("$ref", Text, "schema-references"),
        read("$defs", NAMED, "schema-defs").in_31(),
        // Older spelling that 2020-12 keeps for compatibility.
        read("definitions", NAMED, "schema-defs").in_31(),
        read("$id", Text, "schema-id").in_31(),
        read("$anchor", Text, "schema-anchor").in_31(),
        refused(
            "$dynamicRef",
            Text,
            "write a `$ref`; dynamic references are not followed",
            "schema-dynamic-ref",
        )
        .in_31(),
        noted(
            "$dynamicAnchor",
            Text,
            "it can be referred to by `$ref` like an `$anchor`",
            "schema-dynamic-ref",
        )
        .in_31(),
        noted("$schema", Text, "schemas are handled in OpenAPI 3.1's own dialect", "json-schema-dialect").in_31(),
        noted(
            "$vocabulary",
            Map(&Bool),
            "schemas are handled in OpenAPI 3.1's own dialect",
            "json-schema-dialect",
        )
        .in_31(),
        noted("$comment", Text, "a comment has no effect", "schema-text").in_31(),
        noted("xml", Object(ObjectKind::Xml), "XML is not supported", "schema-xml"),
        noted(
            "externalDocs",
            Object(ObjectKind::ExternalDocs),
            "it is documentation for readers of the contract",
            "external-docs",
        ),
        // extensions
        read("x-sdk", Object(ObjectKind::SdkEnum), "sdk"),
        read("x-problem-registry", Map(&Object(ObjectKind::ProblemRow)), "problem-registry"),
        read("x-payload-hash", Object(ObjectKind::PayloadHash), "payload-hash"),
        read("x-bound", Filled, "bound"),
        read("x-lifecycle", Object(ObjectKind::Lifecycle), "lifecycle"),
        read("x-rules", List(&Object(ObjectKind::Condition)), "rules"),
        noted("x-ledger", List(&Object(ObjectKind::Posting)), super::extensions::SERVER_DOES, "rules"),
        noted("x-records", List(&Object(ObjectKind::Recording)), super::extensions::SERVER_DOES, "rules"),
        read("x-sunset", Date, "deprecated"),
        read("x-newtype", Filled, "newtype"),
        read("x-sensitive", Bool, "sensitive"),
        // lists beside `enum` that other tools write
        read("x-enum-varnames", List(&Text), "enum-names"),
        read("x-enumNames", List(&Text), "enum-names"),
        read("x-enum-descriptions", List(&Text), "enum-names"),
    ]
    Discriminator [
        read("propertyName", Text, "schema-discriminator").required(),
        read("mapping", Map(&Text), "schema-discriminator"),
        read("defaultMapping", Text, "default-mapping").in_32(),
    ]
    Xml [
        noted("name", Text, "XML is not supported", "schema-xml"),
        noted("namespace", Text, "XML is not supported", "schema-xml"),
        noted("prefix", Text, "XML is not supported", "schema-xml"),
        noted("attribute", Bool, "XML is not supported", "schema-xml"),
        noted("wrapped", Bool, "XML is not supported", "schema-xml"),
        noted("nodeType", Text, "XML is not supported", "openapi-3-2").in_32(),
    ]
}
