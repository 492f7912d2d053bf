//! Passes on contracts of a few lines: what a sealed API promises.

mod notation;
mod shapes;

use crate::{
    diag::{Code, Levels, Report},
    document,
    ir::{self, Api, JsonKind, NameHint, Presence, Scalar, ScalarFormat, Shape, TypeId},
    lower, source,
};

/// A contract of that version with these components (YAML, indented by four); `In` is sent and `Out` is received.
fn contract_of(dialect: &str, schemas: &str) -> String {
    let paths = "  /in: { post: { operationId: send, requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/In' } } } }, responses: { '204': { description: Nothing. } } } }\n  /out: { get: { operationId: take, responses: { '200': { description: All., content: { application/json: { schema: { $ref: '#/components/schemas/Out' } } } } } } }\n";
    format!("openapi: {dialect}\ninfo: {{ title: T, version: '1' }}\npaths:\n{paths}components:\n  schemas:\n{schemas}")
}

fn seal(levels: Levels, schemas: &str) -> (Option<Api>, Report) {
    seal_text(levels, &contract_of("3.1.0", schemas))
}

fn seal_text(levels: Levels, text: &str) -> (Option<Api>, Report) {
    let mut report = Report::new(levels);
    let tree = source::load("contract.yaml", text.as_bytes(), &mut report).unwrap();
    let document = document::parse(tree, &|_: &str| Err(document::Unread::default()), &mut report).unwrap();
    let unsealed = lower::lower(&document, &mut report);
    (super::seal(unsealed, &mut report), report)
}

/// Seals schemas without a fault; `In` is sent and `Out` is received, both are given when missing.
fn sealed(schemas: &str) -> Api {
    let mut schemas = schemas.to_owned();
    for name in ["In", "Out"] {
        if !schemas.contains(&format!("    {name}:")) {
            schemas = format!("{schemas}    {name}: {{ type: object, properties: {{ a: {{ type: string }} }} }}\n");
        }
    }
    let (api, report) = seal(Levels::strict(), &schemas);
    api.unwrap_or_else(|| panic!("{:?}", report.diagnostics()))
}

fn component<'a>(api: &'a Api, name: &str) -> (TypeId, &'a ir::Type) {
    api.types()
        .find(|(_, ty)| ty.name == NameHint::Given(name.to_owned()))
        .unwrap_or_else(|| panic!("no component {name}"))
}

fn member<'a>(api: &'a Api, name: &str, of: &str) -> &'a ir::Member {
    let Shape::Object(object) = &component(api, name).1.shape else {
        panic!("{name} is no object")
    };
    object
        .members
        .iter()
        .find(|member| member.name == of)
        .unwrap_or_else(|| panic!("no member {of}"))
}

fn union<'a>(api: &'a Api, name: &str) -> &'a ir::UnionShape {
    match &component(api, name).1.shape {
        Shape::Union(union) => union,
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn a_dangling_id_never_reaches_an_api() {
    let mut report = Report::new(Levels::lenient());
    let ty = ir::Type {
        name: NameHint::Given("T".to_owned()),
        shape: Shape::Alias(TypeId(7)),
        text: ir::Documentation::default(),
        sensitive: false,
        examples: Vec::new(),
        directions: ir::Directions::default(),
        origin: ir::Origin::default(),
    };
    let unsealed = ir::UnsealedApi {
        types: vec![ty],
        ..ir::UnsealedApi::default()
    };
    assert_eq!(super::seal(unsealed, &mut report), None);
    assert_eq!(report.count(Code::DanglingType), 1);
}

#[test]
fn only_what_closes_a_circle_is_boxed() {
    let api = sealed(
        "    Tree: { type: object, properties: { left: { $ref: '#/components/schemas/Tree' }, all: { type: array, items: { $ref: '#/components/schemas/Tree' } }, by: { type: object, additionalProperties: { $ref: '#/components/schemas/Tree' } } } }\n    A: { type: object, properties: { b: { $ref: '#/components/schemas/B' } } }\n    B: { type: object, properties: { a: { $ref: '#/components/schemas/A' }, t: { $ref: '#/components/schemas/Tree' } } }\n",
    );
    assert!(member(&api, "Tree", "left").boxed);
    assert!(!member(&api, "Tree", "all").boxed && !member(&api, "Tree", "by").boxed);
    assert!(!member(&api, "A", "b").boxed && member(&api, "B", "a").boxed);
    assert!(!member(&api, "B", "t").boxed);
}

#[test]
fn every_member_that_leads_back_through_a_name_or_null_is_boxed() {
    let api = sealed(
        "    Tree: { type: object, properties: { left: { $ref: '#/components/schemas/Side' }, right: { $ref: '#/components/schemas/Side' }, up: { oneOf: [{ $ref: '#/components/schemas/Name' }, { type: 'null' }] }, down: { $ref: '#/components/schemas/Name' } } }\n    Side: { oneOf: [{ $ref: '#/components/schemas/Tree' }, { type: 'null' }] }\n    Name: { $ref: '#/components/schemas/Tree' }\n",
    );
    for of in ["left", "right", "up", "down"] {
        assert!(member(&api, "Tree", of).boxed, "{of}");
    }
}

#[test]
fn a_choice_between_itself_and_something_else_is_that_something() {
    let api = sealed(
        "    Choice: { oneOf: [{ $ref: '#/components/schemas/Choice' }, { $ref: '#/components/schemas/In' }, { type: string }] }\n",
    );
    assert_eq!(union(&api, "Choice").variants.len(), 2);
}

#[test]
fn a_type_outside_of_a_circle_does_not_change_what_is_boxed() {
    let circle = "    A: { type: object, properties: { b: { $ref: '#/components/schemas/B' } } }\n    B: { type: object, properties: { a: { $ref: '#/components/schemas/A' } } }\n";
    let before = sealed(circle);
    let after = sealed(&format!(
        "    AAA: {{ type: object, properties: {{ b: {{ $ref: '#/components/schemas/B' }} }} }}\n{circle}"
    ));
    for api in [before, after] {
        assert!(!member(&api, "A", "b").boxed && member(&api, "B", "a").boxed);
    }
}

/// Each schema has the one before it ten times: without boxes the last one has a hundred thousand texts.
#[test]
fn a_member_with_a_large_value_is_boxed() {
    let members = |ty: &str| (0..10).map(|at| format!("m{at}: {ty}")).collect::<Vec<_>>().join(", ");
    let mut schemas = format!(
        "    L0: {{ type: object, properties: {{ {} }} }}\n",
        members("{ type: string }")
    );
    for level in 1..5 {
        let below = members(&format!("{{ $ref: '#/components/schemas/L{}' }}", level - 1));
        schemas = format!("{schemas}    L{level}: {{ type: object, properties: {{ {below} }} }}\n");
    }
    let api = sealed(&schemas);
    assert_eq!(
        ["L1", "L2", "L3", "L4"].map(|name| member(&api, name, "m0").boxed),
        [false, false, true, false]
    );
}

#[test]
fn a_circle_through_a_union_is_boxed_at_the_variant_or_the_member() {
    let api = sealed(
        "    Rule: { oneOf: [{ $ref: '#/components/schemas/Not' }, { type: string }] }\n    Not: { type: object, required: [rule], properties: { rule: { $ref: '#/components/schemas/Rule' } } }\n",
    );
    let variant = union(&api, "Rule").variants[0].boxed;
    assert!(variant != member(&api, "Not", "rule").boxed, "exactly one of the two");
}

#[test]
fn a_type_that_must_contain_itself_is_refused_with_its_path() {
    let schemas = "    In: { type: object, required: [next], properties: { next: { $ref: '#/components/schemas/Link' } } }\n    Link: { type: object, required: [back], properties: { back: { $ref: '#/components/schemas/In' } } }\n    Out: { type: object, properties: { a: { type: string } } }\n";
    let (api, report) = seal(Levels::strict(), schemas);
    assert!(api.is_none());
    assert_eq!(
        report.diagnostics()[0].message,
        "a value of a type that must contain itself cannot exist: `next` → `back`"
    );
    let (api, report) = seal(Levels::lenient(), schemas);
    assert_eq!(report.count(Code::EndlessType), 1);
    let api = api.unwrap();
    let optional = [("In", "next"), ("Link", "back")]
        .iter()
        .filter(|(ty, of)| member(&api, ty, of).presence == Presence::Optional)
        .count();
    assert_eq!(optional, 1);
}

/// Returns the depth of the placeholder of a type without data: required members that cannot be null are read again.
/// Nothing, if it does not end.
fn placeholder(api: &Api, id: TypeId, depth: usize) -> Option<usize> {
    if depth > 400 {
        return None;
    }
    let deepest = |ids: Vec<TypeId>| {
        ids.into_iter()
            .try_fold(0, |most, id| Some(most.max(placeholder(api, id, depth + 1)? + 1)))
    };
    match &api.ty(id).shape {
        Shape::Object(object) => {
            let required = |member: &&ir::Member| member.presence == Presence::Required;
            deepest(object.members.iter().filter(required).map(|member| member.ty).collect())
        }
        Shape::Tuple(positions) => deepest(positions.clone()),
        Shape::Alias(id) => deepest(vec![*id]),
        // Any other shape has a value without nesting: the unknown variant, `None`, no entries, or the first value.
        _ => Some(0),
    }
}

#[test]
fn no_type_that_is_made_requires_itself() {
    let own = "$ref: '#/components/schemas/In'";
    for (schema, can_be_built) in [
        (
            format!("type: object, required: [a], properties: {{ a: {{ {own} }} }}"),
            false,
        ),
        (
            format!("allOf: [{{ type: object, required: [a], properties: {{ a: {{ {own} }} }} }}]"),
            false,
        ),
        (
            format!("type: object, properties: {{ a: {{ {own} }} }}, allOf: [{{ required: [a] }}]"),
            false,
        ),
        (
            format!("type: object, required: [a], properties: {{ a: {{ allOf: [{{ {own} }}], description: Text. }} }}"),
            false,
        ),
        (
            format!("type: object, required: [a], properties: {{ a: {{ oneOf: [{{ {own} }}] }} }}"),
            false,
        ),
        (
            format!(
                "type: object, required: [a], properties: {{ a: {{ oneOf: [{{ {own} }}, {{ type: object, required: [b], properties: {{ b: {{ {own} }} }} }}] }} }}"
            ),
            false,
        ),
        (
            format!("type: array, minItems: 2, maxItems: 2, prefixItems: [{{ type: string }}, {{ {own} }}]"),
            false,
        ),
        (
            format!("type: object, required: [a], properties: {{ a: {{ oneOf: [{{ {own} }}, {{ type: string }}] }} }}"),
            true,
        ),
        (
            format!("type: object, required: [a], properties: {{ a: {{ anyOf: [{{ {own} }}, {{ type: 'null' }}] }} }}"),
            true,
        ),
        (
            format!("anyOf: [{{ type: array, items: {{ {own} }} }}, {{ type: string }}]"),
            true,
        ),
        (
            format!("type: object, required: [a], properties: {{ a: {{ type: array, items: {{ {own} }} }} }}"),
            true,
        ),
        (
            format!(
                "type: object, required: [a], properties: {{ a: {{ type: string }} }}, additionalProperties: {{ {own} }}"
            ),
            true,
        ),
        (
            format!(
                "type: array, minItems: 2, maxItems: 2, prefixItems: [{{ type: string }}, {{ anyOf: [{{ {own} }}, {{ type: 'null' }}] }}]"
            ),
            true,
        ),
    ] {
        let schemas = format!(
            "    In: {{ {schema} }}\n    Other: {{ {own} }}\n    Out: {{ type: object, required: [b], properties: {{ b: {{ $ref: '#/components/schemas/Other' }} }} }}\n"
        );
        let (_, report) = seal(Levels::strict(), &schemas);
        assert_eq!(report.count(Code::EndlessType) == 0, can_be_built, "{schema}");
        assert!(
            !can_be_built || !report.has_errors(),
            "{schema}: {:?}",
            report.diagnostics()
        );
        let (api, _) = seal(Levels::lenient(), &schemas);
        let api = api.unwrap();
        for (id, _) in api.types() {
            assert!(placeholder(&api, id, 0).is_some(), "{schema}");
        }
    }
}

#[test]
fn types_that_require_one_another_deeper_than_a_document_are_cut() {
    let link = |at: usize| {
        let next = at + 1;
        format!(
            "    T{at}: {{ type: object, required: [n], properties: {{ n: {{ $ref: '#/components/schemas/T{next}' }} }} }}\n"
        )
    };
    let mut schemas: String = (0..300).map(link).collect();
    schemas.push_str("    T300: { type: object, properties: { a: { type: string } } }\n    In: { $ref: '#/components/schemas/T0' }\n    Out: { type: string }\n");
    let (_, report) = seal(Levels::strict(), &schemas);
    assert_eq!(report.errors(), 2);
    let (api, _) = seal(Levels::lenient(), &schemas);
    let api = api.unwrap();
    let deepest = api.types().map(|(id, _)| placeholder(&api, id, 0).unwrap()).max();
    assert!(deepest.unwrap() <= 129, "{deepest:?}");
}

#[test]
fn a_list_of_itself_becomes_a_type_that_can_name_itself() {
    let api = sealed(
        "    Nest: { type: array, items: { $ref: '#/components/schemas/Nest' } }\n    Maps: { type: object, additionalProperties: { $ref: '#/components/schemas/Maps' } }\n",
    );
    for name in ["Nest", "Maps"] {
        assert_eq!(union(&api, name).variants.len(), 1, "{name}");
    }
    assert!(api.fallbacks.is_empty());
}

#[test]
fn names_that_only_name_each_other_are_any_value() {
    let (api, report) = seal(
        Levels::lenient(),
        "    A: { allOf: [{ $ref: '#/components/schemas/B' }] }\n    B: { allOf: [{ $ref: '#/components/schemas/A' }] }\n    In: { type: object, properties: { a: { $ref: '#/components/schemas/A' } } }\n    Out: { type: string }\n",
    );
    let api = api.unwrap_or_else(|| panic!("{:?}", report.diagnostics()));
    assert!(api.types().any(|(_, ty)| ty.shape == Shape::Any));
}

#[test]
fn reach_tells_what_is_sent_from_what_is_received() {
    let api = sealed(
        "    In: { type: object, properties: { a: { $ref: '#/components/schemas/Both' }, b: { $ref: '#/components/schemas/Sent' } } }\n    Out: { type: array, items: { $ref: '#/components/schemas/Both' } }\n    Both: { type: object, properties: { a: { type: string } } }\n    Sent: { type: object, properties: { a: { type: string } } }\n    Idle: { type: object, properties: { a: { type: string } } }\n",
    );
    let reach = |name| {
        let reach = component(&api, name).1.directions;
        (reach.request, reach.response)
    };
    assert_eq!(
        [reach("In"), reach("Out"), reach("Both"), reach("Sent"), reach("Idle")],
        [
            (true, false),
            (false, true),
            (true, true),
            (true, false),
            (false, false)
        ]
    );
}

#[test]
fn read_only_members_are_never_asked_for_and_write_only_ones_never_expected() {
    let schema = "{ type: object, required: [id, secret], properties: { id: { type: string, readOnly: true }, secret: { type: string, writeOnly: true } } }";
    let api = sealed(&format!("    In: {schema}\n    Out: {schema}\n"));
    let presence = |name, of| member(&api, name, of).presence;
    assert_eq!(
        (presence("In", "id"), presence("In", "secret")),
        (Presence::Optional, Presence::Required)
    );
    assert_eq!(
        (presence("Out", "id"), presence("Out", "secret")),
        (Presence::Required, Presence::Optional)
    );
}

#[test]
fn a_required_write_only_member_of_a_type_that_goes_both_ways_is_a_condition_of_what_is_sent() {
    let schema = "{ type: object, required: [id, secret], properties: { id: { type: string, readOnly: true }, secret: { type: string, writeOnly: true }, pin: { type: string, writeOnly: true } } }";
    let both = "    In: { $ref: '#/components/schemas/Both' }\n    Out: { $ref: '#/components/schemas/Both' }\n";
    let conditions = |api: &ir::Api, name: &str| {
        let (_, ty) = component(api, name);
        let ir::Shape::Object(object) = &ty.shape else {
            panic!("{name} is an object")
        };
        object.conditions.clone()
    };
    let api = sealed(&format!("{both}    Both: {schema}\n"));
    assert_eq!(conditions(&api, "Both"), [ir::Condition::always("secret")]);
    let api = sealed(&format!("    In: {schema}\n    Out: {schema}\n"));
    assert!(conditions(&api, "In").is_empty() && conditions(&api, "Out").is_empty());
}

#[test]
fn one_valued_members_and_lone_tags_are_constants() {
    let api = sealed(
        "    Out: { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }], discriminator: { propertyName: kind, mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog', hound: '#/components/schemas/Dog' } } }\n    Cat: { type: object, required: [kind, version], properties: { kind: { type: string }, version: { const: 1 }, maybe: { const: 2 } } }\n    Dog: { type: object, required: [kind], properties: { kind: { type: string } } }\n",
    );
    assert_eq!(
        member(&api, "Cat", "kind").constant,
        Some(Scalar::String("cat".to_owned()))
    );
    assert_eq!(
        member(&api, "Cat", "version").constant,
        Some(Scalar::Number("1".to_owned()))
    );
    assert_eq!(member(&api, "Cat", "maybe").constant, None);
    assert_eq!(member(&api, "Dog", "kind").constant, None, "two values mean it");
}

#[test]
fn alternatives_that_json_cannot_tell_apart_become_one() {
    let api = sealed(
        "    Out:\n      type: object\n      properties:\n        open: { anyOf: [{ type: string }, { type: string, enum: [a, b] }] }\n        consts: { oneOf: [{ const: x, description: The x. }, { const: y }] }\n        dates: { oneOf: [{ type: string, format: date }, { type: string, format: date-time }] }\n        numbers: { oneOf: [{ type: integer }, { type: number }] }\n        input: { oneOf: [{ type: string }, { type: array, items: { type: string } }, { type: array, items: { type: integer } }] }\n        rest: { anyOf: [{ type: string }, { type: boolean }, {}] }\n        any: { anyOf: [{ type: string }, {}] }\n",
    );
    let shape = |of| &api.ty(member(&api, "Out", of).ty).shape;
    assert!(matches!(shape("open"), Shape::Enum(values) if values.values.len() == 2));
    let Shape::Enum(consts) = shape("consts") else { panic!() };
    assert_eq!(consts.values[0].text.description.as_deref(), Some("The x."));
    assert!(matches!(shape("dates"), Shape::Scalar(ScalarFormat::Text, _)));
    assert!(matches!(shape("numbers"), Shape::Scalar(ScalarFormat::Number, _)));
    let Shape::Union(input) = shape("input") else { panic!() };
    assert_eq!(input.variants.len(), 2);
    let Shape::Array(list) = &api.ty(input.variants[1].ty).shape else {
        panic!()
    };
    assert!(matches!(&api.ty(list.items).shape, Shape::Union(items) if items.variants.len() == 2));
    assert!(matches!(shape("rest"), Shape::Union(rest) if rest.variants.len() == 2));
    assert_eq!(*shape("any"), Shape::Any);
}

#[test]
fn variants_are_told_by_kind_required_members_and_constants() {
    let api = sealed(
        "    Out: { oneOf: [{ $ref: '#/components/schemas/Wide' }, { $ref: '#/components/schemas/Narrow' }, { type: string }] }\n    Wide: { type: object, required: [a], properties: { a: { type: string } } }\n    Narrow: { type: object, required: [a, kind], properties: { a: { type: string }, kind: { const: n } } }\n",
    );
    let out = union(&api, "Out");
    assert_eq!(out.order, [1, 0, 2], "what asks for more is tried first");
    let probe = &out.variants[1].probes[0];
    assert_eq!(probe.kind, Some(JsonKind::Object));
    assert_eq!(probe.required, ["a", "kind"]);
    assert_eq!(
        probe.constants,
        [("kind".to_owned(), vec![Scalar::String("n".to_owned())])]
    );
}

#[test]
fn variants_that_nothing_tells_apart_are_reported() {
    let (api, report) = seal(
        Levels::strict(),
        "    Out: { oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] }\n    A: { type: object, properties: { a: { type: string } } }\n    B: { type: object, properties: { b: { type: string } } }\n    In: { type: string }\n",
    );
    assert!(api.is_none());
    assert_eq!(report.diagnostics()[0].code, Code::AlikeVariants);
}

#[test]
fn what_nobody_needs_is_taken_out_and_components_stay() {
    let api = sealed(
        "    Only: { oneOf: [{ const: a }, { const: b }] }\n    Idle: { type: object, properties: { x: { type: string, enum: [a] } } }\n",
    );
    let derived: Vec<&NameHint> = api
        .types()
        .map(|(_, ty)| &ty.name)
        .filter(|name| matches!(name, NameHint::Derived(_)))
        .collect();
    assert_eq!(derived, [&NameHint::Derived(vec!["Idle".to_owned(), "x".to_owned()])]);
    assert!(matches!(component(&api, "Only").1.shape, Shape::Enum(_)));
}

/// The type of a member of the component `Out`.
fn of_out<'a>(api: &'a Api, name: &str) -> &'a ir::Type {
    api.ty(member(api, "Out", name).ty)
}

#[test]
fn a_mark_goes_down_through_every_type_without_a_name() {
    let api = sealed(
        "    Out: { type: object, properties: { secret: { type: object, x-sensitive: true, properties: { inner: { type: object, properties: { list: { type: array, items: { type: object, properties: { x: { type: string } } } } } }, card: { $ref: '#/components/schemas/Card' } } } } }\n    Card: { type: object, properties: { y: { type: object, properties: { z: { type: string } } } } }\n",
    );
    let marked = |of: &str| {
        let holds = |ty: &ir::Type| matches!(&ty.shape, Shape::Object(object) if object.members.iter().any(|member| member.name == of));
        let (_, ty) = api.types().find(|(_, ty)| holds(ty)).unwrap();
        ty.sensitive
    };
    assert_eq!(
        ["inner", "list", "x", "y", "z"].map(marked),
        [true, true, true, false, false]
    );
}

#[test]
fn what_a_person_named_is_never_the_same_as_something_else() {
    let api = sealed(
        "    Out: { type: object, properties: { a: { type: object, properties: { p: { $ref: '#/components/schemas/C' } } }, again: { type: object, properties: { p: { $ref: '#/components/schemas/C' } } }, other: { type: object, properties: { p: { $ref: '#/components/schemas/D' } } } } }\n    C: { type: object, properties: { x: { type: string } } }\n    D: { type: object, properties: { x: { type: string } } }\n",
    );
    let place = |name: &str| of_out(&api, name).origin.pointer.as_str();
    assert_eq!(place("again"), place("a"));
    assert_ne!(place("other"), place("a"));
}
