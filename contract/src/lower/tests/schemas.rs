//! Schemas: what each kind of schema becomes.

use super::{clean, component, components, faults, lower, member, object, shape_of, ty, union};
use crate::{
    diag::{Code, Levels},
    ir::{Additional, NameHint, Presence, Scalar, ScalarFormat, Shape},
};

fn names(members: &[crate::ir::Member]) -> Vec<&str> {
    members.iter().map(|member| member.name.as_str()).collect()
}

#[test]
fn all_of_is_one_object_with_the_members_of_all_parts_in_order() {
    let api = clean(&components(
        "3.0.3",
        "    Base: { type: object, required: [id], properties: { id: { type: string } } }\n    Pet:\n      allOf:\n        - $ref: '#/components/schemas/Base'\n        - { type: object, required: [name], properties: { name: { type: string }, age: { type: integer } } }\n",
    ));
    assert_eq!(names(&object(&api, "Pet").members), ["id", "name", "age"]);
    assert_eq!(member(&api, "Pet", "id").presence, Presence::Required);
    assert_eq!(member(&api, "Pet", "age").presence, Presence::Optional);
}

#[test]
fn of_several_declarations_of_a_member_the_last_is_its_place() {
    let api = clean(&components(
        "3.1.0",
        "    Pet: { allOf: [{ type: object, properties: { a: { type: string } } }, { type: object, properties: { a: { type: string, minLength: 1 } } }] }\n",
    ));
    let pointer = &member(&api, "Pet", "a").origin.pointer;
    assert_eq!(pointer, "/components/schemas/Pet/allOf/1/properties/a");
}

#[test]
fn the_object_among_several_kinds_stands_where_the_outermost_schema_does() {
    let api = clean(&components(
        "3.1.0",
        "    Out: { minProperties: 1, allOf: [{ type: [object, string], properties: { a: { type: string } } }] }\n",
    ));
    let places: Vec<&str> = { union(&api, "Out").variants.iter() }
        .map(|variant| ty(&api, variant.ty).origin.pointer.as_str())
        .collect();
    assert!(places.contains(&"/components/schemas/Out"), "{places:?}");
}

#[test]
fn a_contradiction_is_refused_with_both_places_and_falls_back_alone_when_lenient() {
    let text = components(
        "3.0.3",
        "    Pet:\n      type: object\n      properties:\n        name: { type: string }\n        odd:\n          allOf: [{ type: string }, { type: integer }]\n",
    );
    let said = faults(&text);
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].0, Code::Contradiction);
    let (api, report) = lower(&text, Levels::lenient());
    assert!(!report.has_errors());
    assert_eq!(report.diagnostics()[0].secondary.len(), 1, "the other place");
    assert_eq!(*shape_of(&api, "Pet", "odd"), Shape::Any);
    assert!(matches!(
        shape_of(&api, "Pet", "name"),
        Shape::Scalar(ScalarFormat::Text, _)
    ));
    assert_eq!(api.fallbacks.values().sum::<usize>(), 1);
}

#[test]
fn what_several_parts_declare_is_null_if_all_that_state_something_allow_it() {
    let api = clean(&components(
        "3.0.3",
        "    Pet:\n      allOf:\n        - { type: object, properties: { a: { type: string, nullable: true }, b: { type: string, nullable: true }, list: { type: array, items: { type: object, nullable: true } } } }\n        - { type: object, properties: { a: { description: More. }, b: { type: string }, list: { type: array, items: { type: object, nullable: true, properties: { x: { type: string } } } } } }\n",
    ));
    assert_eq!(member(&api, "Pet", "a").presence, Presence::OptionalNullable);
    assert_eq!(member(&api, "Pet", "b").presence, Presence::Optional);
    let Shape::Array(list) = &ty(&api, member(&api, "Pet", "list").ty).shape else {
        panic!("a list")
    };
    assert!(matches!(ty(&api, list.items).shape, Shape::Nullable(_)));
}

#[test]
fn an_all_of_around_one_reference_is_that_reference_with_a_description() {
    let api = clean(&components(
        "3.0.3",
        "    Owner: { type: object, properties: { name: { type: string } } }\n    Pet:\n      type: object\n      properties:\n        owner:\n          description: Who feeds it.\n          nullable: true\n          allOf: [{ $ref: '#/components/schemas/Owner' }]\n    Keeper:\n      allOf: [{ $ref: '#/components/schemas/Owner' }]\n",
    ));
    let owner = member(&api, "Pet", "owner");
    assert_eq!(ty(&api, owner.ty).name, NameHint::Given("Owner".to_owned()));
    assert_eq!(owner.presence, Presence::OptionalNullable);
    assert_eq!(owner.text.description.as_deref(), Some("Who feeds it."));
    assert!(matches!(component(&api, "Keeper").shape, Shape::Alias(_)));
}

#[test]
fn presence_tells_required_optional_and_nullable_apart_in_both_dialects() {
    let old = "    T:\n      type: object\n      required: [a, b]\n      properties:\n        a: { type: string }\n        b: { type: string, nullable: true }\n        c: { type: string }\n        d: { type: string, nullable: true }\n";
    let new = "    T:\n      type: object\n      required: [a, b]\n      properties:\n        a: { type: string }\n        b: { type: [string, 'null'] }\n        c: { type: string }\n        d: { oneOf: [{ type: string }, { type: 'null' }] }\n";
    for api in [clean(&components("3.0.3", old)), clean(&components("3.1.0", new))] {
        let presence = |name| member(&api, "T", name).presence;
        assert_eq!(presence("a"), Presence::Required);
        assert_eq!(presence("b"), Presence::RequiredNullable);
        assert_eq!(presence("c"), Presence::Optional);
        assert_eq!(presence("d"), Presence::OptionalNullable);
    }
}

#[test]
fn items_and_values_keep_their_null() {
    let api = clean(&components(
        "3.1.0",
        "    T:\n      type: object\n      properties:\n        list: { type: array, items: { type: [string, 'null'] } }\n        map: { type: object, additionalProperties: { type: [integer, 'null'] } }\n",
    ));
    let Shape::Array(array) = shape_of(&api, "T", "list") else {
        panic!()
    };
    assert!(matches!(ty(&api, array.items).shape, Shape::Nullable(_)));
    let Shape::Map(values, _) = shape_of(&api, "T", "map") else {
        panic!()
    };
    assert!(matches!(ty(&api, *values).shape, Shape::Nullable(_)));
}

#[test]
fn additional_properties_are_open_closed_or_typed() {
    let api = clean(&components(
        "3.0.3",
        "    Open: { type: object, properties: { a: { type: string } } }\n    Closed: { type: object, properties: { a: { type: string } }, additionalProperties: false }\n    Typed: { type: object, properties: { a: { type: string } }, additionalProperties: { type: integer } }\n    Free: { type: object }\n    Empty: { type: object, additionalProperties: false }\n    Map: { type: object, additionalProperties: { type: string } }\n    Each: { allOf: [{ type: object, additionalProperties: { type: object, properties: { a: { type: string } } } }, { type: object, additionalProperties: { type: object, required: [b], properties: { b: { type: string } } } }] }\n",
    ));
    let Shape::Map(each, _) = component(&api, "Each").shape else {
        panic!("Each")
    };
    let Shape::Object(each) = &ty(&api, each).shape else {
        panic!("its values")
    };
    let members: Vec<(&str, Presence)> = each
        .members
        .iter()
        .map(|member| (member.name.as_str(), member.presence))
        .collect();
    assert_eq!(members, [("a", Presence::Optional), ("b", Presence::Required)]);
    assert_eq!(object(&api, "Open").additional, Additional::Open);
    assert_eq!(object(&api, "Closed").additional, Additional::Closed);
    assert!(matches!(object(&api, "Typed").additional, Additional::Typed(_)));
    assert_eq!(object(&api, "Empty").members.len(), 0);
    for (name, any) in [("Free", true), ("Map", false)] {
        let Shape::Map(values, _) = component(&api, name).shape else {
            panic!("{name}")
        };
        assert_eq!(ty(&api, values).shape == Shape::Any, any, "{name}");
    }
}

#[test]
fn formats_stand_for_values_and_unknown_ones_stay_text() {
    let api = clean(&components(
        "3.0.3",
        "    T:\n      type: object\n      properties:\n        instant: { type: string, format: date-time }\n        day: { type: string, format: date }\n        amount: { type: string, format: decimal }\n        bytes: { type: string, format: byte }\n        raw: { type: string, format: binary }\n        id: { type: string, format: uuid }\n        narrow: { type: integer, format: int32 }\n        wide: { type: integer }\n        beyond: { type: integer, minimum: 0, maximum: 18446744073709551615 }\n        endless: { type: integer, maximum: 1000000000000000000000000000000000000000000 }\n        bottomless: { type: integer, minimum: -1000000000000000000000000000000000000000000 }\n        below: { type: integer, minimum: -9223372036854775809 }\n        above: { type: integer, minimum: 0, maximum: 18446744073709551616 }\n        float: { type: number, format: double }\n        exact: { type: number }\n        wrong: { type: integer, format: int32, maximum: 9999999999 }\n        unbounded: { type: integer, maximum: 18446744073709551615 }\n        signed: { type: integer, format: uint64, minimum: -1, maximum: 5 }\n        unsigned: { type: integer, format: uint64, minimum: -1 }\n",
    ));
    let expected = [
        ("instant", ScalarFormat::Timestamp),
        ("day", ScalarFormat::Date),
        ("amount", ScalarFormat::Decimal),
        ("bytes", ScalarFormat::Base64),
        ("raw", ScalarFormat::Text),
        ("id", ScalarFormat::Text),
        ("narrow", ScalarFormat::I32),
        ("wide", ScalarFormat::I64),
        ("beyond", ScalarFormat::U64),
        ("endless", ScalarFormat::Integer),
        ("bottomless", ScalarFormat::Integer),
        ("below", ScalarFormat::Integer),
        ("above", ScalarFormat::Integer),
        ("float", ScalarFormat::Float),
        ("exact", ScalarFormat::Number),
        ("wrong", ScalarFormat::I64),
        ("unbounded", ScalarFormat::Integer),
        ("signed", ScalarFormat::I64),
        ("unsigned", ScalarFormat::Integer),
    ];
    for (name, format) in expected {
        let Shape::Scalar(found, limits) = shape_of(&api, "T", name) else {
            panic!("{name}")
        };
        assert_eq!(*found, format, "{name}");
        if name == "id" {
            assert_eq!(limits.format.as_deref(), Some("uuid"));
        }
    }
}

#[test]
fn enumerations_hold_text_numbers_constants_and_no_null() {
    let api = clean(&components(
        "3.1.0",
        "    Text: { type: string, enum: [a, B, a-b, NO] }\n    Number: { type: integer, enum: [1, -1] }\n    Mixed: { enum: [on, 1, true] }\n    Constant: { const: fixed }\n    Null: { type: [string, 'null'], enum: [x, null] }\n    Both: { type: boolean, enum: [true, false] }\n",
    ));
    let values = |name| match &component(&api, name).shape {
        Shape::Enum(shape) => shape.values.iter().map(|value| value.value.clone()).collect::<Vec<_>>(),
        other => panic!("{name} is {other:?}"),
    };
    assert_eq!(values("Text").len(), 4);
    assert_eq!(values("Text")[3], Scalar::String("NO".to_owned()));
    assert_eq!(
        values("Number"),
        [Scalar::Number("1".to_owned()), Scalar::Number("-1".to_owned())]
    );
    assert_eq!(values("Mixed").len(), 3);
    assert_eq!(values("Constant"), [Scalar::String("fixed".to_owned())]);
    assert_eq!(values("Null"), [Scalar::String("x".to_owned())]);
    assert!(matches!(
        component(&api, "Both").shape,
        Shape::Scalar(ScalarFormat::Bool, _)
    ));
}

#[test]
fn a_discriminator_takes_mapping_then_the_members_value_then_the_component_name() {
    let api = clean(&components(
        "3.0.3",
        "    Cat: { type: object, required: [kind], properties: { kind: { type: string } } }\n    Dog: { type: object, required: [kind], properties: { kind: { type: string, enum: [dog] } } }\n    Bird: { type: object, required: [kind], properties: { kind: { type: string } } }\n    Pet:\n      oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }, { $ref: '#/components/schemas/Bird' }]\n      discriminator: { propertyName: kind, mapping: { cat: '#/components/schemas/Cat', kitten: '#/components/schemas/Cat' } }\n",
    ));
    let pet = union(&api, "Pet");
    assert_eq!(pet.discriminator.as_ref().map(|by| by.member.as_str()), Some("kind"));
    let tags: Vec<Vec<String>> = pet.variants.iter().map(|variant| variant.tags.clone()).collect();
    assert_eq!(
        tags,
        [
            vec!["cat".to_owned(), "kitten".to_owned()],
            vec!["dog".to_owned()],
            vec!["Bird".to_owned()]
        ]
    );
}

#[test]
fn a_base_with_a_discriminator_is_the_union_of_those_built_upon_it() {
    let api = clean(&components(
        "3.0.3",
        "    Pet:\n      type: object\n      required: [kind]\n      properties: { kind: { type: string } }\n      discriminator: { propertyName: kind, mapping: { cat: '#/components/schemas/Cat' } }\n    Cat:\n      allOf: [{ $ref: '#/components/schemas/Pet' }, { type: object, properties: { lives: { type: integer } } }]\n    Dog:\n      allOf: [{ $ref: '#/components/schemas/Pet' }, { type: object, properties: { bark: { type: boolean } } }]\n",
    ));
    let pet = union(&api, "Pet");
    let tags: Vec<&str> = pet.variants.iter().map(|variant| variant.tags[0].as_str()).collect();
    assert_eq!(tags, ["cat", "Dog"]);
    assert_eq!(names(&object(&api, "Cat").members), ["kind", "lives"]);
}

#[test]
fn what_stands_beside_one_of_is_part_of_every_alternative() {
    let api = clean(&components(
        "3.0.3",
        "    T:\n      type: object\n      required: [id]\n      properties: { id: { type: string } }\n      oneOf:\n        - { title: ByName, type: object, required: [name], properties: { name: { type: string } } }\n        - { title: ByMail, type: object, required: [mail], properties: { mail: { type: string } } }\n",
    ));
    for (variant, own) in union(&api, "T").variants.iter().zip(["name", "mail"]) {
        let Shape::Object(object) = &ty(&api, variant.ty).shape else {
            panic!()
        };
        assert_eq!(names(&object.members), ["id", own]);
    }
}

#[test]
fn alternatives_that_only_require_are_rules_and_not_types() {
    let api = clean(&components(
        "3.0.3",
        "    T:\n      type: object\n      properties: { a: { type: string }, b: { type: string } }\n      anyOf: [{ required: [a] }, { required: [b] }]\n",
    ));
    assert_eq!(names(&object(&api, "T").members), ["a", "b"]);
}

#[test]
fn type_lists_and_positions_of_3_1_are_unions_and_tuples() {
    let api = clean(&components(
        "3.1.0",
        "    Several: { type: [string, integer, 'null'] }\n    Pair: { type: array, prefixItems: [{ type: string }, { type: integer }], items: false, minItems: 2 }\n    Most: { type: array, prefixItems: [{ type: string }], minItems: 1, maxItems: 1 }\n",
    ));
    assert_eq!(union(&api, "Several").variants.len(), 2);
    assert!(matches!(&component(&api, "Pair").shape, Shape::Tuple(positions) if positions.len() == 2));
    assert!(matches!(&component(&api, "Most").shape, Shape::Tuple(positions) if positions.len() == 1));
}

#[test]
fn positions_that_are_no_tuple_are_reported_and_kept_as_a_list_of_json() {
    let nine = ["{}"; 9].join(", ");
    for (schema, reason) in [
        (
            "prefixItems: [{ type: string }], items: { type: boolean }, minItems: 1".to_owned(),
            "a tuple that allows items after its positions",
        ),
        (
            "prefixItems: [{ type: string }], minItems: 1".to_owned(),
            "a tuple that allows items after its positions",
        ),
        (
            "prefixItems: [{ type: string }, { type: integer }], items: false".to_owned(),
            "a tuple that may be shorter than its positions",
        ),
        (
            format!("prefixItems: [{nine}], items: false, minItems: 9"),
            "a tuple of more than 8 items",
        ),
    ] {
        let text = components("3.1.0", &format!("    T: {{ type: array, {schema} }}\n"));
        let (api, report) = lower(&text, Levels::lenient());
        assert_eq!(report.diagnostics()[0].message, reason);
        assert!(report.diagnostics()[0].primary.span != crate::source::Span::NOWHERE);
        assert_eq!(api.fallbacks.get(reason), Some(&1));
        let Shape::Array(list) = &component(&api, "T").shape else {
            panic!("{schema}")
        };
        assert_eq!(ty(&api, list.items).shape, Shape::Any);
    }
}

#[test]
fn positions_of_one_scalar_are_a_list_of_it_where_their_number_is_not_fixed() {
    for schema in [
        "prefixItems: [{ type: string }, { type: string }], items: { type: string }, minItems: 2",
        "prefixItems: [{ type: string }, { type: string, description: The last. }], items: false",
    ] {
        let api = clean(&components("3.1.0", &format!("    T: {{ type: array, {schema} }}\n")));
        let Shape::Array(list) = &component(&api, "T").shape else {
            panic!("{schema}")
        };
        let is_text = matches!(ty(&api, list.items).shape, Shape::Scalar(ScalarFormat::Text, _));
        assert!(is_text, "{schema}");
    }
    for schema in [
        "prefixItems: [{ type: string }, { type: string, maxLength: 2 }], items: false",
        "prefixItems: [{ enum: [a] }, { enum: [a] }], items: false",
        "prefixItems: [{ type: string }, { type: string }]",
        "allOf: [{ prefixItems: [{ type: string }] }, { unevaluatedItems: true }], unevaluatedItems: false",
        "prefixItems: [{ type: string }], allOf: [{ prefixItems: [true, { type: number }] }], unevaluatedItems: false",
        "prefixItems: [{ type: array }, { type: array }], items: false",
    ] {
        let text = components("3.1.0", &format!("    T: {{ type: array, {schema} }}\n"));
        let (api, _) = lower(&text, Levels::lenient());
        let Shape::Array(list) = &component(&api, "T").shape else {
            panic!("{schema}")
        };
        assert_eq!(ty(&api, list.items).shape, Shape::Any, "{schema}");
    }
}

#[test]
fn an_inline_type_is_named_after_its_place() {
    let api = clean(&components(
        "3.0.3",
        "    Order:\n      type: object\n      properties:\n        lines:\n          type: array\n          items: { type: object, properties: { state: { type: string, enum: [a, b] } } }\n",
    ));
    let derived: Vec<String> = api
        .types
        .iter()
        .filter_map(|ty| match &ty.name {
            NameHint::Derived(path) => Some(path.join(" ")),
            _ => None,
        })
        .collect();
    assert_eq!(derived, ["Order lines item", "Order lines item state"]);
}

#[test]
fn schemas_that_refer_to_themselves_end() {
    let api = clean(&components(
        "3.1.0",
        "    Node: { type: object, properties: { next: { $ref: '#/components/schemas/Node' }, any: { anyOf: [{ $ref: '#/components/schemas/Node' }, { type: string }] } } }\n    Json:\n      anyOf: [{ type: string }, { type: array, items: { $ref: '#/components/schemas/Json' } }, { type: object, additionalProperties: { $ref: '#/components/schemas/Json' } }]\n    Grow:\n      allOf: [{ type: object, properties: { a: { type: string } } }, { oneOf: [{ $ref: '#/components/schemas/Grow' }, { type: object, properties: { b: { type: string } } }] }]\n",
    ));
    assert_eq!(union(&api, "Json").variants.len(), 3);
    assert!(api.fallbacks.is_empty(), "{:?}", api.fallbacks);
}

#[test]
fn a_required_member_that_nothing_declares_is_refused() {
    let said = faults(&components(
        "3.0.3",
        "    T: { type: object, required: [nmae], properties: { name: { type: string } } }\n",
    ));
    assert_eq!(
        said,
        [(
            Code::UnknownRequired,
            "`nmae` is required, but there is no property of that name".to_owned()
        )]
    );
}

#[test]
fn defaults_direction_and_deprecation_belong_to_the_member() {
    let api = clean(&components(
        "3.0.3",
        "    T:\n      type: object\n      properties:\n        a: { type: integer, default: 1.50, readOnly: true, deprecated: true }\n        b: { type: string, writeOnly: true, x-sensitive: true }\n",
    ));
    let (a, b) = (member(&api, "T", "a"), member(&api, "T", "b"));
    assert_eq!(a.default.as_deref(), Some("1.50"));
    assert!(a.read_only && a.text.deprecated && !a.write_only && !a.sensitive);
    assert!(b.write_only && b.sensitive && !b.read_only);
}

#[test]
fn a_place_of_a_newtype_that_says_another_type_is_what_it_says_and_keeps_its_mark() {
    let text = components(
        "3.1.0",
        "    A: { type: object, properties: { id: { type: integer, x-newtype: Id, x-sensitive: true } } }\n    Id: { type: string, x-newtype: Id }\n",
    );
    let (api, report) = lower(&text, Levels::lenient());
    assert_eq!(report.diagnostics()[0].code, Code::NewtypeConflict);
    let id = ty(&api, member(&api, "A", "id").ty);
    assert!(matches!(id.shape, Shape::Scalar(ScalarFormat::I64, _)) && id.sensitive);
}

#[test]
fn an_enumeration_and_a_scalar_of_its_kind_are_one_newtype() {
    for (enumeration, scalar) in [
        ("type: string, enum: [a, b]", "type: string"),
        ("type: integer, enum: [1, 2]", "type: integer"),
        ("type: integer, enum: [1, 2]", "type: integer, format: int32"),
        ("type: integer, enum: [1, 2]", "type: integer, format: uint64"),
        ("type: integer, enum: [1, 2]", "type: integer, maximum: 1e30"),
        ("type: boolean, enum: [true]", "type: boolean"),
    ] {
        let text = components(
            "3.1.0",
            &format!(
                "    One: {{ type: object, properties: {{ kind: {{ {scalar}, x-newtype: Kind }} }} }}\n    Kind: {{ {enumeration}, x-newtype: Kind }}\n"
            ),
        );
        let api = clean(&text);
        assert!(matches!(shape_of(&api, "One", "kind"), Shape::Alias(_)), "{scalar}");
    }
}
