//! The rules of the Overlay Specification, one by one, and that no overlay makes the generator panic or hang.

use super::lay;
use crate::diag::{Levels, Report, render};
use crate::source::{Node, Tree, load, to_json};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Applies actions (YAML) to a contract (JSON); returns the contract and the diagnostics.
fn laid(contract: &str, version: &str, actions: &str) -> (Option<String>, String) {
    let mut report = Report::new(Levels::lenient());
    let overlay = format!("overlay: {version}\ninfo: {{ title: T, version: '1' }}\nactions:\n{actions}");
    let mut tree = load("contract.json", contract.as_bytes(), &mut report).expect("JSON");
    let done = lay(&mut tree, &[("overlay.yaml", overlay.as_bytes())], &mut report);
    let json = done.and_then(|()| tree.root()).map(to_json);
    (json, render(&report, false))
}

#[test]
fn each_rule_of_the_specification_holds() {
    for (contract, actions, result) in [
        // Objects are merged recursively: members of the target stay, new ones are added at the end.
        (
            r#"{"a":{"b":1,"c":{"d":2}}}"#,
            "- { target: $.a, update: { c: { e: 3 }, f: 4 } }",
            r#"{"a":{"b":1,"c":{"d":2,"e":3},"f":4}}"#,
        ),
        // A primitive value, also null, replaces a primitive value.
        (
            r#"{"a":{"b":1,"c":null}}"#,
            "- { target: $, update: { a: { b: x, c: true } } }",
            r#"{"a":{"b":"x","c":true}}"#,
        ),
        (
            r#"{"a":{"b":1}}"#,
            "- { target: $.a.b, update: null }",
            r#"{"a":{"b":null}}"#,
        ),
        (
            r#"{"a":[1,2,3]}"#,
            "- { target: '$.a[1]', update: x }",
            r#"{"a":[1,"x",3]}"#,
        ),
        // Lists are concatenated, as members and as targets; any other value is appended to a list.
        (
            r#"{"a":[1]}"#,
            "- { target: $, update: { a: [2, 3] } }",
            r#"{"a":[1,2,3]}"#,
        ),
        (r#"{"a":[1]}"#, "- { target: $.a, update: [2, 3] }", r#"{"a":[1,2,3]}"#),
        (
            r#"{"a":[1]}"#,
            "- { target: $.a, update: { b: 2 } }",
            r#"{"a":[1,{"b":2}]}"#,
        ),
        (r#"{"a":[1]}"#, "- { target: $.a, update: 2 }", r#"{"a":[1,2]}"#),
        // Each selected node is updated once, with a copy of its own.
        (
            r#"{"a":{},"b":{}}"#,
            "- { target: '$.*', update: { c: { d: 1 } } }\n- { target: $.a.c, update: { d: 2 } }",
            r#"{"a":{"c":{"d":2}},"b":{"c":{"d":1}}}"#,
        ),
        (r#"{"a":[]}"#, "- { target: \"$['a','a']\", update: 1 }", r#"{"a":[1]}"#),
        // All selected nodes are removed from objects and lists, also nested ones.
        (
            r#"{"a":1,"b":[1,2,1]}"#,
            "- { target: $.a, remove: true }\n- { target: '$.b[?@ == 1]', remove: true }",
            r#"{"b":[2]}"#,
        ),
        (
            r#"{"a":{"a":{"a":1}},"b":2}"#,
            "- { target: $..a, remove: true }",
            r#"{"b":2}"#,
        ),
        (r#"{"a":1}"#, "- { target: $.a, update: 2, remove: true }", "{}"),
        (r#"{"a":1}"#, "- { target: $.a, remove: false }", r#"{"a":1}"#),
        // Each action sees the result of the one before.
        (
            r#"{"a":1}"#,
            "- { target: $.a, remove: true }\n- { target: $, update: { a: { b: [] } } }\n- { target: $.a.b, update: 1 }",
            r#"{"a":{"b":[1]}}"#,
        ),
        // A copied value is merged as it was before, also into a part of itself, and is independent afterwards.
        (
            r#"{"a":{"b":{}}}"#,
            "- { target: $.a.b, copy: $.a }",
            r#"{"a":{"b":{"b":{}}}}"#,
        ),
        (
            r#"{"a":{"x":1},"b":{}}"#,
            "- { target: $.b, copy: $.a }\n- { target: $.a.x, update: 2 }",
            r#"{"a":{"x":2},"b":{"x":1}}"#,
        ),
        (
            r#"{"a":[1],"b":[2]}"#,
            "- { target: $.b, copy: $.a }",
            r#"{"a":[1],"b":[2,1]}"#,
        ),
        // A path is moved by a copy and a removal.
        (
            r#"{"p":{"/items":{"get":1}}}"#,
            "- { target: $.p, update: { /new: {} } }\n- { target: \"$.p['/new']\", copy: \"$.p['/items']\" }\n- { target: \"$.p['/items']\", remove: true }",
            r#"{"p":{"/new":{"get":1}}}"#,
        ),
        // A target that selects nothing changes nothing.
        (
            r#"{"a":1}"#,
            "- { target: $.b, update: 2 }\n- { target: $.b, copy: $.c }",
            r#"{"a":1}"#,
        ),
        // Numbers keep their digits, and keys stay texts.
        (
            r#"{"a":{}}"#,
            "- { target: $.a, update: { '200': 1.10, \"b c\": 1e400 } }",
            r#"{"a":{"200":1.10,"b c":1e400}}"#,
        ),
    ] {
        let (json, said) = laid(contract, "1.1.0", actions);
        assert_eq!(json.as_deref(), Some(result), "{contract}\n{actions}\n{said}");
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    for (contract, actions) in [
        (r#"{"a":{}}"#, "- { target: $.a, update: 1 }"),
        (r#"{"a":{}}"#, "- { target: $.a, update: [1] }"),
        (r#"{"a":1}"#, "- { target: $.a, update: {} }"),
        (r#"{"a":1}"#, "- { target: $.a, update: [] }"),
        (r#"{"a":{"b":[]}}"#, "- { target: $, update: { a: { b: {} } } }"),
        (r#"{"a":{"b":[]}}"#, "- { target: $, update: { a: { b: null } } }"),
        (r#"{"a":{},"b":[]}"#, "- { target: '$.*', update: {} }"),
        (r#"{"a":{},"b":{}}"#, "- { target: $.a, copy: '$.*' }"),
        (r#"{"a":{}}"#, "- { target: $.a, copy: $.b }"),
        (r#"{"a":1}"#, "- { target: $, remove: true }"),
        (r#"{"a":1}"#, "- { target: $, update: 1 }"),
    ] {
        let (json, said) = laid(contract, "1.1.0", actions);
        assert!(
            json.is_none() && said.contains("error[C0905]"),
            "{contract}\n{actions}\n{said}"
        );
    }
}

#[test]
fn version_1_0_appends_a_list_as_one_item() {
    let actions = "- { target: $.a, update: [2] }\n- { target: $, update: { b: [4] } }";
    let (json, said) = laid(r#"{"a":[1],"b":[3]}"#, "1.0.1", actions);
    assert_eq!(json.as_deref(), Some(r#"{"a":[1,[2]],"b":[3,4]}"#), "{said}");
    assert!(said.contains("C0908"), "{said}");
}

#[test]
fn actions_that_double_the_contract_end_at_the_limit() {
    let doubled = (0..40).fold(String::new(), |actions, at| {
        format!("{actions}- {{ target: $.a, update: [{at}] }}\n- {{ target: $.a, copy: $.a, x-at: {at} }}\n")
    });
    let (json, said) = laid(r#"{"a":[]}"#, "1.1.0", &doubled);
    assert!(json.is_none() && said.contains("error[C0105]"), "{said}");
    let deeper = (0..20).fold(String::new(), |actions, at| {
        format!("{actions}- {{ target: $, update: {{ b{at}: {{ a: {{}} }} }} }}\n- {{ target: $.b{at}.a, copy: $ }}\n")
    });
    let (json, said) = laid("{}", "1.1.0", &deeper);
    assert!(json.is_none() && said.contains("error[C0105]"), "{said}");
}

#[test]
fn queries_that_would_not_end_are_refused() {
    let contract = format!("{{\"a\":[{}]}}", vec!["{\"b\":[1,2,3]}"; 2000].join(","));
    for target in ["$..*..*..*..*..*", "$..[?count($..*) > 1]..[?count($..*) > 1]"] {
        let (json, said) = laid(&contract, "1.1.0", &format!("- {{ target: '{target}', remove: true }}"));
        assert!(json.is_none() && said.contains("error[C0903]"), "{target}: {said}");
    }
    for target in ["$..b", "$.a[?$.a[0].b[0] == 1].c", "$..*..b"] {
        let (json, said) = laid(&contract, "1.1.0", &format!("- {{ target: '{target}', remove: true }}"));
        assert!(json.is_some(), "{target}: {said}");
    }
}

#[test]
fn a_query_is_not_refused_for_what_actions_before_it_changed() {
    let members: Vec<String> = (0..40).map(|at| format!("\"m{at}\":{at}")).collect();
    let contract = format!("{{\"a\":{{{}}},\"b\":3}}", members.join(","));
    let mut actions = (0..200).fold(String::new(), |actions, at| {
        format!("{actions}- {{ target: $.a, update: {{ m0: {at} }} }}\n- {{ target: $, update: {{ x: [{at}] }} }}\n")
    });
    actions.push_str("- { target: '$..x[?@ == $.b]', remove: true }\n- { target: \"$.a['m1','m2']\", remove: true }\n");
    let (json, said) = laid(&contract, "1.1.0", &actions);
    let json = json.expect(&said);
    assert!(
        said.is_empty() && json.contains("\"x\":[0,1,2,4,5") && json.contains("{\"m0\":199,\"m3\""),
        "{said}{json}"
    );
}

/// Checks that every node is at the index its parent states, once.
fn is_sound(tree: &Tree) -> bool {
    let mut open: Vec<_> = tree.root().into_iter().collect();
    let mut seen = 0;
    while let Some(node) = open.pop() {
        seen += 1;
        for child in node.items().chain(node.members().map(|member| member.value)) {
            if child.parent().map(Node::id) != Some(node.id()) {
                return false;
            }
            open.push(child);
        }
    }
    seen == tree.len()
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("1".to_owned()),
        Just("\"x\"".to_owned()),
        Just("null".to_owned()),
        Just("true".to_owned())
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(inner, 0..4).prop_map(|items| {
                let members = items.iter().zip(["a", "b", "c", "d"]);
                let members: Vec<String> = members.map(|(item, name)| format!("\"{name}\":{item}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

fn target() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        Just(".a"),
        Just(".b"),
        Just(".c"),
        Just(".*"),
        Just("..a"),
        Just("..*"),
        Just("[0]"),
        Just("[-1]"),
        Just("[?@.a]"),
        Just("[?@ == 1]"),
        Just("['a','b']"),
        Just("[1:]"),
        Just("]"),
        Just("..")
    ];
    prop::collection::vec(segment, 0..4).prop_map(|segments| format!("${}", segments.concat()))
}

fn action() -> impl Strategy<Value = String> {
    (target(), target(), json(), 0..4_u8).prop_map(|(target, from, value, kind)| match kind {
        0 => format!("- {{ target: \"{target}\", remove: true }}\n"),
        1 => format!("- {{ target: \"{target}\", copy: \"{from}\" }}\n"),
        _ => format!("- {{ target: \"{target}\", update: {value} }}\n"),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, rng_seed: RngSeed::Fixed(20_260_601), ..ProptestConfig::default() })]

    #[test]
    fn any_overlay_leaves_a_sound_tree_or_says_why_not(contract in json(), actions in prop::collection::vec(action(), 1..5)) {
        let mut report = Report::new(Levels::lenient());
        let overlay = format!("overlay: 1.1.0\ninfo: {{ title: T, version: '1' }}\nactions:\n{}", actions.concat());
        let mut tree = load("contract.json", format!("{{\"a\":{contract}}}").as_bytes(), &mut report).expect("JSON");
        match lay(&mut tree, &[("overlay.yaml", overlay.as_bytes())], &mut report) {
            Some(()) => prop_assert!(is_sound(&tree), "{}", overlay),
            None => prop_assert!(report.has_errors(), "{}", overlay),
        }
    }

    #[test]
    fn any_bytes_are_an_overlay_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut report = Report::new(Levels::lenient());
        let mut tree = load("contract.json", b"{\"a\":1}", &mut report).expect("JSON");
        let laid = lay(&mut tree, &[("overlay.yaml", &bytes)], &mut report);
        prop_assert!(laid.is_some() || report.has_errors());
    }
}
