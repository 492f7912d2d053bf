//! A sentence names a component only where its own text changed: what changed at a use is told of the use, and its nodes are there.

use super::compared;

/// Returns a contract of which a client sends and receives `Order`, from its schemas.
fn contract(version: &str, schemas: &str) -> String {
    let body = "content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } }";
    format!(
        "openapi: {version}\ninfo: {{ title: T, version: '1' }}\npaths:\n  /orders:\n    put:\n      operationId: putOrder\n      \
         requestBody: {{ required: true, {body} }}\n      responses: {{ '200': {{ description: d, {body} }} }}\ncomponents:\n  schemas:\n{schemas}"
    )
}

/// Returns the sentences with the nodes of both sides; none of the generated crate.
fn told(base: &str, revision: &str) -> Vec<(String, [Option<String>; 2])> {
    let changes = compared(base, revision).changes.into_iter();
    let changes = changes.filter(|change| change.id != "generated-crate-changed");
    let pointer = |place: Option<sdkwright_changes::ContractPlace>| place.map(|place| place.pointer);
    let told = changes.map(|change| (change.text, [pointer(change.base), pointer(change.revision)]));
    told.collect()
}

/// Holds the sentences there and back to those that are wanted, and no node to stand in the unchanged component.
fn hold(version: &str, common: &str, [old, new]: [&str; 2], [there, back]: [&str; 2]) {
    let sides = [old, new].map(|order| contract(version, &format!("    Order: {order}\n    Item: {common}\n")));
    let (forth, home) = (told(&sides[0], &sides[1]), told(&sides[1], &sides[0]));
    for (told, wanted) in [(&forth, there), (&home, back)] {
        assert!(told.iter().any(|(text, _)| text == wanted), "{wanted}: {told:?}");
        for (text, nodes) in told {
            let mut named = nodes.iter().flatten();
            let is_of_item = |pointer: &String| pointer.starts_with("/components/schemas/Item");
            assert!(!text.contains("`Item") && !named.any(is_of_item), "{text} {nodes:?}");
        }
    }
    let turned = home.into_iter().map(|(_, [base, revision])| [revision, base]);
    let (mut one, mut other): (Vec<_>, Vec<_>) =
        (forth.into_iter().map(|(_, nodes)| nodes).collect(), turned.collect());
    one.sort();
    other.sort();
    assert_eq!(one, other, "{there}");
}

const ITEM: &str = "{ type: object, properties: { sku: { type: string }, count: { type: integer } } }";
const REFERENCE: &str = "$ref: '#/components/schemas/Item'";

#[test]
fn null_at_a_use_is_told_of_the_use() {
    let wrapped = |rest: &str| format!("{{ allOf: [{{ {REFERENCE} }}]{rest} }}");
    let (never, null) = (wrapped(""), wrapped(", nullable: true"));
    for (before, behind, name) in [
        ("{ type: object, properties: { item: ", " } }", "Order.item"),
        (
            "{ type: object, properties: { items: { type: array, items: ",
            " } } }",
            "Order.items[]",
        ),
        ("{ type: object, additionalProperties: ", " }", "Order{}"),
    ] {
        let sides = [&never, &null].map(|use_| format!("{before}{use_}{behind}"));
        let sentences = [
            format!("`{name}` can be null"),
            format!("`{name}` can no longer be null"),
        ];
        hold(
            "3.0.3",
            ITEM,
            sides.each_ref().map(String::as_str),
            sentences.each_ref().map(String::as_str),
        );
    }
    let alternatives = [
        format!("{{ type: object, properties: {{ item: {{ {REFERENCE} }} }} }}"),
        format!("{{ type: object, properties: {{ item: {{ oneOf: [{{ {REFERENCE} }}, {{ type: 'null' }}] }} }} }}"),
    ];
    let sentences = ["`Order.item` can be null", "`Order.item` can no longer be null"];
    hold("3.1.0", ITEM, alternatives.each_ref().map(String::as_str), sentences);
}

#[test]
fn a_rule_beside_a_reference_is_told_of_what_has_it() {
    let member = |of: &str| format!("{{ type: object, properties: {{ item: {of} }} }}");
    let state = "{ type: string, enum: [open, paid, lost] }";
    let cases = [
        (
            state,
            member(&format!("{{ allOf: [{{ {REFERENCE} }}] }}")),
            member(&format!("{{ allOf: [{{ {REFERENCE} }}, {{ enum: [open, paid] }}] }}")),
            [
                "`Order.item` no longer has the value `lost`",
                "`Order.item` has the new value `lost`",
            ],
        ),
        (
            ITEM,
            member(&format!("{{ {REFERENCE} }}")),
            member(&format!("{{ {REFERENCE}, deprecated: true }}")),
            ["`Order.item` is deprecated", "`Order.item` is no longer deprecated"],
        ),
        (
            ITEM,
            format!("{{ allOf: [{{ {REFERENCE} }}, {{ required: [sku] }}] }}"),
            format!("{{ allOf: [{{ {REFERENCE} }}, {{ required: [sku, count] }}] }}"),
            [
                "`Order` requires its member `count`",
                "`Order.count` is no longer required",
            ],
        ),
        (
            ITEM,
            format!("{{ allOf: [{{ {REFERENCE} }}] }}"),
            format!("{{ allOf: [{{ {REFERENCE} }}, {{ properties: {{ sku: {{ type: string, maxLength: 9 }} }} }}] }}"),
            [
                "`Order.sku` has the maxLength `9` and had none",
                "`Order.sku` no longer has the maxLength `9`",
            ],
        ),
        (
            ITEM,
            format!("{{ allOf: [{{ {REFERENCE} }}, {{ properties: {{ note: {{ type: string }} }} }}] }}"),
            "{ allOf: [{ properties: { note: { type: string } } }] }".to_owned(),
            ["`Order.sku` is no longer a member", "`Order.sku` is a new member"],
        ),
    ];
    for (common, old, new, sentences) in cases {
        hold("3.1.0", common, [&old, &new], sentences);
    }
}

#[test]
fn two_uses_that_changed_are_told_each_by_itself() {
    let order = |of: &str| {
        contract(
            "3.1.0",
            &format!("    Order: {{ type: object, properties: {{ a: {of}, b: {of} }} }}\n    Item: {ITEM}\n"),
        )
    };
    let (plain, null) = (
        format!("{{ {REFERENCE} }}"),
        format!("{{ oneOf: [{{ {REFERENCE} }}, {{ type: 'null' }}] }}"),
    );
    let told = told(&order(&plain), &order(&null));
    let sentences: Vec<&str> = told.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(sentences, ["`Order.a` can be null", "`Order.b` can be null"]);
}

#[test]
fn a_rule_on_further_members_is_told_of_the_schema_that_has_it() {
    for (common, old, new, sentences) in [
        (
            "{ type: object, properties: { sku: { type: string } } }",
            "{ type: object, properties: { note: { type: string } } }",
            "{ type: object, properties: { note: { type: string } }, additionalProperties: false }",
            [
                "`Order` takes no members that are not described",
                "`Order` may have members that are not described",
            ],
        ),
        (
            ITEM,
            "{ type: object }",
            "{ type: object, patternProperties: { '^x': { type: string } } }",
            [
                "`Order` has `patternProperties` for `^x` and had none",
                "`Order` no longer has `patternProperties` for `^x`",
            ],
        ),
    ] {
        hold("3.1.0", common, [old, new], sentences);
    }
}

#[test]
fn a_component_that_changed_itself_is_named() {
    let of = |item: &str| {
        let schemas =
            format!("    Order: {{ type: object, properties: {{ item: {{ {REFERENCE} }} }} }}\n    Item: {item}\n");
        contract("3.1.0", &schemas)
    };
    let (old, new) = (of(ITEM), of(&ITEM.replace("integer", "string")));
    for (base, revision) in [(&old, &new), (&new, &old)] {
        let told = told(base, revision);
        assert!(
            told.iter().all(|(text, _)| text.starts_with("`Item.count` ")),
            "{told:?}"
        );
        assert_eq!(told.len(), 1, "{told:?}");
    }
}

#[test]
fn many_alternatives_in_another_order_are_no_change() {
    let order = |numbers: &mut dyn Iterator<Item = usize>| {
        let all = numbers
            .map(|at| format!("{{ type: object, required: [m{at}], properties: {{ m{at}: {{ type: string }} }} }}"));
        let all = all.collect::<Vec<_>>().join(", ");
        contract("3.1.0", &format!("    Order: {{ anyOf: [{all}] }}\n"))
    };
    let (old, new) = (order(&mut (0..150)), order(&mut (0..150).rev()));
    assert_eq!(told(&old, &new), Vec::new());
}
