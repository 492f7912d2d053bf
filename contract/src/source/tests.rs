//! Texts that the reader accepts and refuses, with the locations of its diagnostics.

use super::Scalar;
use super::{Node, NodeId, Tree, load, to_json};
use crate::diag::{Code, Levels, Report};
use proptest::prelude::*;

/// The tree of a text that is read without a word.
fn read(text: &str) -> Tree {
    let mut report = Report::new(Levels::strict());
    let tree = load("contract.yaml", text.as_bytes(), &mut report);
    assert!(
        report.diagnostics().is_empty(),
        "{}",
        crate::diag::render(&report, false)
    );
    tree.unwrap()
}

/// Code, message and the text at the place of the first fault.
fn fault(text: impl AsRef<[u8]>) -> (Code, String, String) {
    let mut report = Report::new(Levels::strict());
    let tree = load("contract.yaml", text.as_ref(), &mut report);
    let said = report.diagnostics();
    let first = said.first().expect("nothing was said");
    assert!(tree.is_none() || first.code == Code::DuplicateKey || first.code == Code::HiddenCharacter);
    (
        first.code,
        first.message.clone(),
        report.sources.text(first.primary.span).to_owned(),
    )
}

fn json(text: &str) -> String {
    to_json(read(text).root().unwrap())
}

#[test]
fn yaml_and_json_of_the_same_meaning_are_the_same_tree() {
    let yaml = "a: [1, 2.50, 'x', NO]\nb: {c: null, d: true}\ne: |\n  two\n  lines\n";
    let text = "{\"a\": [1, 2.50, \"x\", \"NO\"],\n\t\"b\": {\"c\": null, \"d\": true}, \"e\": \"two\\nlines\\n\"}";
    assert_eq!(json(yaml), json(text));
    assert_eq!(
        json(yaml),
        r#"{"a":[1,2.50,"x","NO"],"b":{"c":null,"d":true},"e":"two\nlines\n"}"#
    );
}

#[test]
fn a_country_stays_a_country_and_a_code_stays_a_code() {
    let tree = read("a: [NO, yes, 017, 1.10, 1e400, 18446744073709551616, 2024-01-01, '5', \"true\"]");
    let words: Vec<Scalar> = tree
        .root()
        .unwrap()
        .get("a")
        .unwrap()
        .items()
        .filter_map(Node::scalar)
        .collect();
    let text = |text: &str| Scalar::String(text.to_owned());
    let number = |text: &str| Scalar::Number(text.to_owned());
    let wanted = [
        text("NO"),
        text("yes"),
        text("017"),
        number("1.10"),
        number("1e400"),
        number("18446744073709551616"),
        text("2024-01-01"),
        text("5"),
        text("true"),
    ];
    assert_eq!(words, wanted);
}

#[test]
fn what_is_not_written_has_no_text() {
    let tree = read("a:\nb: ~\nc: [{d: , e}]\n? \n: x\n");
    let root = tree.root().unwrap();
    let texts = ["/a", "/b", "/c/0/d", "/c/0/e"].map(|path| root.at(path).and_then(Node::text));
    assert_eq!(texts, [Some(""), Some("~"), Some(""), Some("")]);
    assert_eq!(to_json(root), r#"{"a":null,"b":null,"c":[{"d":null,"e":null}],"":"x"}"#);
}

#[test]
fn every_node_and_key_knows_its_bytes_beyond_ascii_and_line_ends() {
    for (text, json) in [
        (
            "\u{feff}é: {ü: 'ö'}\r\nlist:\r\n  - 漢字\r\n  - \"a\\u00e9b\"\r\n",
            false,
        ),
        (
            "\u{feff}{\"é\": {\"ü\": \"ö\"},\r\n\"list\": [\"漢字\", \"a\\u00e9b\"]}",
            true,
        ),
    ] {
        let tree = read(text);
        let root = tree.root().unwrap();
        let at = |span: super::Span| &text[span.start as usize..span.end as usize];
        let bare = |text: &str| text.trim_matches(['"', '\'']).to_owned();
        let first = root.members().next().unwrap();
        assert_eq!((first.key, bare(at(first.key_span))), ("é", "é".to_owned()));
        assert!(at(first.value.span()).starts_with('{') && at(first.value.span()).ends_with('}'));
        assert_eq!(bare(at(first.value.get("ü").unwrap().span())), "ö");
        let items: Vec<String> = root
            .get("list")
            .unwrap()
            .items()
            .map(|item| bare(at(item.span())))
            .collect();
        assert_eq!(items, ["漢字", "a\\u00e9b"], "json: {json}");
        assert_eq!(root.get("list").unwrap().items().last().unwrap().text(), Some("aéb"));
        assert_eq!(root.get("list").unwrap().items().last().unwrap().pointer(), "/list/1");
    }
}

#[test]
fn a_pointer_leads_to_its_node_and_back() {
    let tree = read("paths:\n  /a/{b}:\n    get: {x~y: [1, {z: 2}]}\n");
    let root = tree.root().unwrap();
    let node = root.at("/paths/~1a~1{b}/get/x~0y/1/z").unwrap();
    assert_eq!(node.text(), Some("2"));
    assert_eq!(node.pointer(), "/paths/~1a~1{b}/get/x~0y/1/z");
    for nothing in [
        "/paths/x",
        "paths",
        "/paths/~1a~1{b}/get/x~0y/01",
        "/paths/~1a~1{b}/get/x~0y/-",
        "/",
    ] {
        assert!(root.at(nothing).is_none(), "{nothing}");
    }
}

#[test]
fn aliases_stand_for_copies_that_know_where_they_are() {
    let tree = read("a: &x {b: [1, 2]}\nc: *x\n*k : d\n".replace("*k", "k").as_str());
    let copy = tree.root().unwrap().at("/c/b/1").unwrap();
    assert_eq!((copy.text(), copy.pointer().as_str()), (Some("2"), "/c/b/1"));
    assert_eq!(json("a: &x k\n*x : v\n"), r#"{"a":"k","k":"v"}"#);
}

#[test]
fn what_readers_disagree_on_is_refused_where_it_stands() {
    let cases: &[(&str, Code, &str)] = &[
        ("a: 1\nb: 2\na: 3\n", Code::DuplicateKey, "a"),
        (
            "{\"a\": 1, \"b\": 2, \"\\u0061\": 3}",
            Code::DuplicateKey,
            "\"\\u0061\"",
        ),
        ("base: &b {x: 1}\nuse:\n  <<: *b\n", Code::MergeKey, "<<"),
        ("a: 1\n---\nb: 2\n", Code::SeveralDocuments, "---"),
        ("a: !!float x\n", Code::Tagged, "!!float"),
        ("a: !!map [b]\n", Code::Tagged, "!!map"),
        ("a: !!binary aGk=\n", Code::Tagged, "!!binary"),
        ("a: !secret {b: 1}\n", Code::Tagged, "!secret"),
        ("? [a, b]\n: c\n", Code::KeyNotText, "["),
        ("a: &x {b: 1}\n? *x\n: c\n", Code::KeyNotText, "*x"),
        ("a: &x {b: *x}\n", Code::CyclicAlias, "*x"),
        ("a: *nothing\n", Code::Syntax, ""),
        ("a: [1, 2\nb: 3\n", Code::Syntax, ""),
        ("", Code::EmptyFile, ""),
        ("# only a comment\n", Code::EmptyFile, ""),
        ("{\"a\": \"\\ud800\"}", Code::LoneSurrogate, "\\ud800"),
        ("{\"a\": \"\\ud800\\u0041\"}", Code::LoneSurrogate, "\\ud800"),
        ("{\"a\": \"\\udc00\"}", Code::LoneSurrogate, "\\udc00"),
        ("{\"a\": 01}", Code::Syntax, "01"),
        ("{\"a\": 1.}", Code::Syntax, "1"),
        ("{\"a\": +1}", Code::Syntax, "+"),
        ("{\"a\": NaN}", Code::Syntax, "NaN"),
        ("{\"a\": 1,}", Code::Syntax, "}"),
        ("{\"a\": [1,]}", Code::Syntax, "]"),
        ("{\"a\": 1} x", Code::Syntax, "x"),
        ("{\"a\" 1}", Code::Syntax, "1"),
        ("{\"a\": \"\\x\"}", Code::Syntax, "\\"),
        ("{\"a\": \"\\u12\"}", Code::Syntax, "\\u"),
        ("{\"a\": \"tab\there\"}", Code::Syntax, "\t"),
        ("{\"a\": \"no end}", Code::Syntax, "\""),
        ("{\"a\":", Code::Syntax, ""),
        ("{", Code::Syntax, ""),
        ("a: \"left\u{202e}right\"\n", Code::HiddenCharacter, "\u{202e}"),
        ("a: \"bell\u{7}\"\n", Code::HiddenCharacter, "\u{7}"),
    ];
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, code, place)| (text, (*code, (*place).to_owned()), fault(text)))
        .filter(|(_, wanted, (code, _, at))| *wanted != (*code, at.clone()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn layouts_that_most_readers_of_yaml_accept_are_read_with_exact_places() {
    for (text, wanted) in [
        (
            "é:\n  b: {\n    \"443/tcp\": {}\n  }\n  c: x\n",
            r#"{"é":{"b":{"443/tcp":{}},"c":"x"}}"#,
        ),
        (
            "é:\n  b: [\n    1, # one ]\n  2\n  ]\n  c: x\n",
            r#"{"é":{"b":[1,2],"c":"x"}}"#,
        ),
        ("é:\n  b: {\n  1: [\n]}\n  c: x\n", r#"{"é":{"b":{"1":[]},"c":"x"}}"#),
        ("é:\n  - b: {\n    }\n    c: x\n", r#"{"é":[{"b":{},"c":"x"}]}"#),
        ("é:\tü\nb:\t\t \n  c:\tx\n", r#"{"é":"ü","b":{"c":"x"}}"#),
        (
            "\u{feff}é: {ü:\t1, \"b\":\t'c'}\nc:\tx\t# y\n",
            r#"{"é":{"ü":1,"b":"c"},"c":"x"}"#,
        ),
        (
            "é: |\n  } \tkey:\tvalue\n  ]\nc: x\n",
            r#"{"é":"} \tkey:\tvalue\n]\n","c":"x"}"#,
        ),
    ] {
        let tree = read(text);
        let root = tree.root().unwrap();
        assert_eq!(to_json(root), wanted);
        let inside = |path| root.at(path).filter(|node| node.text() == Some("x"));
        let last = ["/c", "/é/c", "/b/c", "/é/0/c"]
            .into_iter()
            .find_map(inside)
            .unwrap()
            .span();
        assert_eq!(&text[last.start as usize..last.end as usize], "x", "{text}");
    }
}

#[test]
fn what_is_not_yaml_is_named() {
    for (text, message) in [
        (
            "a:\n\tb: 1\n",
            "there is a tab in the indentation; YAML allows only spaces there",
        ),
        (
            "a: b:\tc\n",
            "this line has a second `:`, which would start a mapping in the middle of a value",
        ),
        ("a: {\n  b: 1\n", "this `{` is not closed"),
        (
            "a: [1, 2\nb: 3\n",
            "this `:` is inside a `[` or `{` that was not closed",
        ),
        ("a: [1, 2}\n", "`}` closes what `[` opened"),
        (
            "a: {b: [] d: e}\n",
            "expected `,` or `}` because of the `{` before, found `d:`",
        ),
        (
            "a: [{} 1]\n",
            "expected `,` or `]` because of the `[` before, found `1]`",
        ),
        ("a: 1]\nb: ]\n", "`]` closes nothing"),
        ("a: 'b\n", "this quote is not closed"),
        ("a: @b\n", "a value cannot start with `@`"),
        ("a: `b`\n", "a value cannot start with ```"),
    ] {
        assert_eq!(fault(text).1, message, "{text}");
    }
}

#[test]
fn invalid_utf_8_is_reported_at_its_byte() {
    let (code, message, _) = fault(b"a: \"x\xFFy\"\n");
    assert_eq!(
        (code, message.as_str()),
        (Code::InvalidUtf8, "byte 0xFF at offset 5 is not UTF-8")
    );
}

#[test]
fn both_places_of_a_duplicate_key_are_shown() {
    let mut report = Report::new(Levels::lenient());
    let tree = load("c.yaml", b"paths:\n  /a: 1\n  /b: 2\n  /a: 3\n", &mut report).unwrap();
    let said = report.diagnostics();
    let places: Vec<&str> = said
        .iter()
        .flat_map(|d| std::iter::once(&d.primary).chain(&d.secondary))
        .map(|l| l.text.as_str())
        .collect();
    assert_eq!(places, ["the second time", "the first time"]);
    assert_eq!(to_json(tree.root().unwrap()), r#"{"paths":{"/b":2,"/a":3}}"#);
}

#[test]
fn half_a_surrogate_pair_is_replaced_in_a_foreign_contract() {
    let mut report = Report::new(Levels::lenient());
    let tree = load("c.json", b"{\"a\": \"x\\ud83dy\"}", &mut report).unwrap();
    assert_eq!(tree.root().unwrap().get("a").unwrap().text(), Some("x\u{fffd}y"));
    assert_eq!((report.count(Code::LoneSurrogate), report.has_errors()), (1, false));
}

#[test]
fn many_keys_are_compared_as_well_as_few() {
    let mut text = (0..500).map(|n| format!("k{n}: {n}\n")).collect::<Vec<_>>().concat();
    assert_eq!(read(&text).root().unwrap().len(), 500);
    text.push_str("k77: again\n");
    assert_eq!(fault(&text).0, Code::DuplicateKey);
}

#[test]
fn bombs_do_not_go_off() {
    let laughs: String = (1..12).fold("a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned(), |text, n| {
        let before = format!("*a{}", n - 1);
        format!("{text}a{n}: &a{n} [{}]\n", vec![before; 9].join(", "))
    });
    assert_eq!(fault(laughs).0, Code::AliasBudget);
    let nested: String = (1..200).fold("a0: &a0 [x]\n".to_owned(), |text, n| {
        format!("{text}a{n}: &a{n} [*a{}]\n", n - 1)
    });
    assert_eq!(fault(nested).0, Code::TooDeep);
    for deep in [
        "[".repeat(300_000),
        "{\"a\":".repeat(300_000),
        "[a, ".repeat(300_000),
        "{a: ".repeat(300_000),
        "- ".repeat(300_000),
        (0..2000)
            .map(|n| format!("{}a:\n", " ".repeat(n)))
            .collect::<Vec<_>>()
            .concat(),
    ] {
        assert_eq!(fault(&deep).0, Code::TooDeep, "{}", &deep[..20]);
    }
}

#[test]
fn a_file_within_the_limits_is_read_and_one_beyond_is_not() {
    let limits = super::FileLimits {
        bytes: 20,
        nodes: 3,
        ..super::FileLimits::default()
    };
    let attempt = |text: &str| {
        let mut report = Report::new(Levels::strict());
        let root = super::load_into(&mut Tree::default(), "c", text.as_bytes(), limits, &mut report);
        (root.is_some(), report.diagnostics().first().map(|d| d.code))
    };
    assert_eq!(attempt("[1, 2]"), (true, None));
    assert_eq!(attempt("[1, 2, 3]"), (false, Some(Code::TooLarge)));
    assert_eq!(
        attempt("# a comment of more than 20 bytes"),
        (false, Some(Code::TooLarge))
    );
}

const SEEDS: [&str; 3] = [
    "openapi: 3.0.3\ninfo: {title: a, version: '1'}\npaths:\n  /a:\n    get:\n      responses: {'200': {description: x}}\n",
    "a: &x [1, {b: \"c\\u00e9\"}]\nd: *x\ne: |\n  text\n  more\n'f': >-\n  g\n",
    "{\"a\": [1, -2.5e3, true, null, \"x\\ud83d\\ude00y\"], \"b\": {\"c\": {}, \"d\": []}}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_bytes_make_the_reader_panic(
        seed in 0usize..3,
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>(), 0u8..3), 0..6),
    ) {
        let mut bytes = SEEDS[seed].as_bytes().to_vec();
        for (at, byte, edit) in edits {
            let at = at.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match edit {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ if bytes.len() > 1 => { bytes.remove(at); }
                _ => {}
            }
        }
        let mut report = Report::new(Levels::strict());
        if let Some(tree) = load("x", &bytes, &mut report) {
            for at in 0..tree.len() {
                let node = tree.node(NodeId(u32::try_from(at).unwrap()));
                let span = node.span();
                prop_assert!(bytes.len() >= span.end as usize && span.start <= span.end);
                // Values of duplicate keys are removed from below the root.
                prop_assert!(report.has_errors() || tree.root().unwrap().at(&node.pointer()).is_some());
            }
        } else {
            prop_assert!(report.has_errors());
        }
        let _ = crate::diag::render(&report, true);
        let _ = crate::diag::render_json(&report);
    }

    #[test]
    fn any_json_text_comes_back(value in json_value()) {
        let text = value.to_string();
        let mut report = Report::new(Levels::lenient());
        let tree = load("x", format!(" {text}").as_bytes(), &mut report);
        let back: serde_json::Value = serde_json::from_str(&to_json(tree.unwrap().root().unwrap())).unwrap();
        prop_assert_eq!(back, value);
    }
}

fn json_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        "\\PC*".prop_map(Into::into),
    ];
    let inner = leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            proptest::collection::btree_map("\\PC{0,8}", inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    });
    // The root of a contract is an object or a list.
    proptest::collection::vec(inner, 1..3).prop_map(Into::into)
}

#[test]
fn a_merge_key_brings_members_in_a_foreign_contract() {
    for (text, merged) in [
        ("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n", r#"{"y":3,"x":1}"#),
        ("a: &a {x: 1, y: 2}\nb: {y: 3, <<: *a}\n", r#"{"y":3,"x":1}"#),
        (
            "a: [&a {x: 1}, &c {x: 2, z: 4}]\nb:\n  <<: [*a, *c]\n  w: 5\n",
            r#"{"x":1,"z":4,"w":5}"#,
        ),
        (
            "a: &a {x: {p: 1}}\nc: &c {<<: *a, y: 2}\nb: {<<: *c, z: 3}\n",
            r#"{"x":{"p":1},"y":2,"z":3}"#,
        ),
        ("b: {<<: {x: 1}, <<: {y: 2}}\n", r#"{"x":1,"y":2}"#),
        ("b: {'<<': {x: 1}}\n", r#"{"<<":{"x":1}}"#),
    ] {
        let mut report = Report::new(Levels::lenient());
        let tree = load("c.yaml", text.as_bytes(), &mut report).unwrap();
        let got = tree.root().unwrap().get("b").unwrap();
        let sorted = |json: &str| {
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            value
        };
        assert_eq!(sorted(&to_json(got)), sorted(merged), "{text}");
        for member in got.members() {
            assert_eq!(member.value.parent().map(Node::id), Some(got.id()), "{text}");
            assert_eq!(
                got.at(&format!("/{}", member.key)).map(Node::id),
                Some(member.value.id())
            );
        }
        assert!(!report.has_errors());
    }
    let mut report = Report::new(Levels::lenient());
    assert!(load("c.yaml", b"a: {<<: [1], x: 1}\n", &mut report).is_none());
    assert_eq!(report.count(Code::Syntax), 1);
}

#[test]
fn a_tag_of_the_core_schema_says_what_the_value_is() {
    let text = "a: !!float 100\nb: !!str 1\nc: !!bool true\nd: !!seq [!!int '7']\ne: !!map {f: !!null ~}\ng: !<tag:yaml.org,2002:int> 5\n";
    let json = to_json(read(text).root().unwrap());
    assert_eq!(json, r#"{"a":100,"b":"1","c":true,"d":[7],"e":{"f":null},"g":5}"#);
}
