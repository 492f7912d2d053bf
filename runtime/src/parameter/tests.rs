//! The styles: against the table of the OpenAPI specification, and against a URI template library that is not ours.

use iri_string::spec::UriSpec;
use iri_string::template::UriTemplateStr;
use iri_string::template::simple_context::{SimpleContext, Value};
use proptest::prelude::*;

use super::*;

fn list() -> Param {
    Param::list(["a b", "c,d"])
}

fn object() -> Param {
    Param::object([("x", "1"), ("y", "2&")])
}

/// The rows of "Style Examples" in OpenAPI 3.0.4 and 3.1.1: style, exploded, and the results for an empty string, a string, an
/// array and an object; `None` where the specification says "n/a".
type Row = (Style, bool, [Option<&'static str>; 4]);

const TABLE: &[Row] = &[
    (
        Style::Matrix,
        false,
        [
            Some(";color"),
            Some(";color=blue"),
            Some(";color=blue,black,brown"),
            Some(";color=R,100,G,200,B,150"),
        ],
    ),
    (
        Style::Matrix,
        true,
        [
            Some(";color"),
            Some(";color=blue"),
            Some(";color=blue;color=black;color=brown"),
            Some(";R=100;G=200;B=150"),
        ],
    ),
    (
        Style::Label,
        false,
        [
            Some("."),
            Some(".blue"),
            Some(".blue,black,brown"),
            Some(".R,100,G,200,B,150"),
        ],
    ),
    (
        Style::Label,
        true,
        [
            Some("."),
            Some(".blue"),
            Some(".blue.black.brown"),
            Some(".R=100.G=200.B=150"),
        ],
    ),
    (
        Style::Simple,
        false,
        [
            Some(""),
            Some("blue"),
            Some("blue,black,brown"),
            Some("R,100,G,200,B,150"),
        ],
    ),
    (
        Style::Simple,
        true,
        [
            Some(""),
            Some("blue"),
            Some("blue,black,brown"),
            Some("R=100,G=200,B=150"),
        ],
    ),
    (
        Style::Form,
        false,
        [
            Some("color="),
            Some("color=blue"),
            Some("color=blue,black,brown"),
            Some("color=R,100,G,200,B,150"),
        ],
    ),
    (
        Style::Form,
        true,
        [
            Some("color="),
            Some("color=blue"),
            Some("color=blue&color=black&color=brown"),
            Some("R=100&G=200&B=150"),
        ],
    ),
    (
        Style::SpaceDelimited,
        false,
        [
            None,
            None,
            Some("color=blue%20black%20brown"),
            Some("color=R%20100%20G%20200%20B%20150"),
        ],
    ),
    (
        Style::PipeDelimited,
        false,
        [
            None,
            None,
            Some("color=blue%7Cblack%7Cbrown"),
            Some("color=R%7C100%7CG%7C200%7CB%7C150"),
        ],
    ),
    (
        Style::DeepObject,
        true,
        [
            None,
            None,
            None,
            Some("color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
        ],
    ),
];

#[test]
fn everything_is_written_as_the_table_of_the_specification_says() {
    let values = [
        Param::one(""),
        Param::one("blue"),
        Param::list(["blue", "black", "brown"]),
        Param::object([("R", "100"), ("G", "200"), ("B", "150")]),
    ];
    for (style, explode, row) in TABLE {
        for (value, written) in values.iter().zip(row) {
            let Some(written) = written else { continue };
            let ours = match style {
                Style::Simple | Style::Label | Style::Matrix => value.path("color", *style, *explode, false),
                _ => value.query("color", *style, *explode, false),
            };
            assert_eq!(ours, *written, "{style:?} {explode} {value:?}");
        }
    }
}

/// Returns the result of a URI template library for the same value.
fn expanded(template: &str, value: Value) -> String {
    let mut context = SimpleContext::new();
    context.insert("p", value);
    let template = UriTemplateStr::new(template).unwrap();
    template.expand::<UriSpec, _>(&context).unwrap().to_string()
}

/// Some styles are expressions of RFC 6570.
const EXPRESSIONS: &[(Style, bool, &str)] = &[
    (Style::Simple, false, "{p}"),
    (Style::Simple, true, "{p*}"),
    (Style::Label, false, "{.p}"),
    (Style::Label, true, "{.p*}"),
    (Style::Matrix, false, "{;p}"),
    (Style::Matrix, true, "{;p*}"),
    (Style::Form, false, "{?p}"),
    (Style::Form, true, "{?p*}"),
];

proptest! {
    #[test]
    fn styles_that_are_uri_templates_are_expanded_as_another_library_does(
        text in any::<String>(),
        // The library writes `;name=` for an exploded item without text, where RFC 6570 (section 3.2.1) says `;name`.
        items in prop::collection::vec(".{1,6}", 0..4),
        members in prop::collection::btree_map(".{1,6}", ".{1,6}", 0..4),
    ) {
        let pairs: Vec<(String, String)> = members.into_iter().collect();
        let cases = [
            (Param::one(&text), Value::String(text.clone())),
            (Param::list(items.iter()), Value::List(items.clone())),
            (
                Param::object(pairs.iter().map(|(name, value)| (name.clone(), value))),
                Value::Assoc(pairs.clone()),
            ),
        ];
        for (ours, theirs) in cases {
            for (style, explode, template) in EXPRESSIONS {
                let written = match style {
                    Style::Form => {
                        let query = ours.query("p", *style, *explode, false);
                        if query.is_empty() { query } else { format!("?{query}") }
                    }
                    _ => ours.path("p", *style, *explode, false),
                };
                prop_assert_eq!(written, expanded(template, theirs.clone()), "{}", template);
            }
        }
    }

    #[test]
    fn reserved_characters_stand_as_another_library_leaves_them(text in "[a-zA-Z0-9:/?@!$()*,;= \"<>%\\[\\]]{0,20}") {
        let written = Param::one(&text).query("p", Style::Form, true, true);
        let of_path = Param::one(&text).path("p", Style::Simple, false, true);
        let expected = expanded("{+p}", Value::String(text));
        prop_assert_eq!(of_path, expected.replace('?', "%3F"));
        prop_assert_eq!(written, format!("p={expected}"));
    }
}

#[test]
fn reserved_characters_that_a_query_reads_as_something_else_are_encoded() {
    let written = Param::one("a/b:c&d+e#f?g'").query("p", Style::Form, true, true);
    assert_eq!(written, "p=a/b:c%26d%2Be%23f?g%27");
    let list = Param::list(["a/b", "c&d"]);
    assert_eq!(list.query("p", Style::PipeDelimited, false, true), "p=a/b%7Cc%26d");
}

fn json(text: &str) -> Param {
    Param::from_model(&text.parse::<JsonValue>().unwrap())
}

#[test]
fn what_is_nested_has_names_in_brackets() {
    let nested = json(r#"{"a":{"b":{"c":"1 2"}},"list":["x","y"],"rows":[{"k":1,"l":null},{"k":true}],"no":null}"#);
    let plain: Vec<String> = nested
        .plain("q", Style::DeepObject, true)
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(
        plain,
        [
            "q[a][b][c]=1 2",
            "q[list][]=x",
            "q[list][]=y",
            "q[rows][0][k]=1",
            "q[rows][1][k]=true"
        ]
    );
    assert_eq!(
        json(r#"["x",{"k":[["v"]]}]"#).query("q", Style::DeepObject, true, false),
        "q%5B%5D=x&q%5B1%5D%5Bk%5D%5B0%5D%5B%5D=v"
    );
    assert_eq!(json("7").query("q", Style::DeepObject, true, false), "q=7");
    assert_eq!(json("{}").query("q", Style::DeepObject, true, false), "");
}

#[test]
fn an_object_that_stands_deeper_in_another_style_is_json_text() {
    let nested = json(r#"{"a":{"b":1.10},"c":[1,2],"d":null}"#);
    assert_eq!(
        nested.query("q", Style::Form, true, false),
        "a=%7B%22b%22%3A1.10%7D&c=1&c=2"
    );
    assert_eq!(
        nested.query("q", Style::Json, false, false),
        "q=%7B%22a%22%3A%7B%22b%22%3A1.10%7D%2C%22c%22%3A%5B1%2C2%5D%2C%22d%22%3Anull%7D"
    );
}

#[test]
fn queries_are_encoded_item_by_item() {
    for (param, style, explode, written) in [
        (Param::one("a/b c"), Style::Form, true, "p=a%2Fb%20c"),
        (Param::one(&true), Style::Form, false, "p=true"),
        (list(), Style::Form, true, "p=a%20b&p=c%2Cd"),
        (list(), Style::Form, false, "p=a%20b,c%2Cd"),
        (list(), Style::SpaceDelimited, false, "p=a%20b%20c%2Cd"),
        (list(), Style::PipeDelimited, false, "p=a%20b%7Cc%2Cd"),
        (list(), Style::PipeDelimited, true, "p=a%20b&p=c%2Cd"),
        (list(), Style::TabDelimited, false, "p=a%20b%09c%2Cd"),
        (object(), Style::Form, true, "x=1&y=2%26"),
        (object(), Style::DeepObject, true, "p%5Bx%5D=1&p%5By%5D=2%26"),
        (Param::list([""; 0]), Style::Form, true, ""),
    ] {
        let ours = param.query("p", style, explode, false);
        assert_eq!(ours, written, "{param:?} {style:?} {explode}");
    }
}

#[test]
fn cookies_without_escapes_are_sent_as_they_are_or_not_at_all() {
    let sent = |param: &Param, explode| param.cookie_unescaped("p", explode).map(|pairs| pairs.join("; "));
    let items = Param::list(["a%20b", "c"]);
    let members = Param::object([("x", "1"), ("y", "2")]);
    for (param, explode, written) in [
        (&items, true, Some("p=a%20b; p=c")),
        (&items, false, Some("p=a%20b,c")),
        (&members, true, Some("x=1; y=2")),
        (&members, false, Some("p=x,1,y,2")),
        (&Param::one(""), true, Some("p=")),
        (&Param::list([""; 0]), true, Some("")),
        (&Param::one("a/b=c|{}"), true, Some("p=a/b=c|{}")),
        (&Param::object([("x=", "1")]), true, None),
        (&Param::object([("", "1")]), true, None),
    ] {
        assert_eq!(sent(param, explode).as_deref(), written, "{param:?}");
    }
    for value in ["a b", "a;b", "a,b", "a\"b", "a\\b", "é", "a\r\nb", "a\0"] {
        assert_eq!(sent(&Param::one(value), false), None, "{value:?}");
        assert_eq!(sent(&Param::list([value]), true), None, "{value:?}");
    }
}

#[test]
fn cookies_are_pairs_of_their_own_where_they_are_exploded() {
    assert_eq!(list().cookie("p", true), ["p=a%20b", "p=c%2Cd"]);
    assert_eq!(list().cookie("p", false), ["p=a%20b,c%2Cd"]);
    assert_eq!(object().cookie("p", true), ["x=1", "y=2%26"]);
    assert_eq!(Param::one("a;b").cookie("p", false), ["p=a%3Bb"]);
}

#[test]
fn a_list_inside_an_exploded_object_is_repeated_under_its_name() {
    let page: JsonValue = json::from_slice(br#"{"page":0,"sort":["name,asc","id"],"ids":[],"of":{"a":1}}"#).unwrap();
    let of = Param::from_model(&page);
    assert_eq!(
        of.query("p", Style::Form, true, false),
        "page=0&sort=name%2Casc&sort=id&of=%7B%22a%22%3A1%7D"
    );
}

#[test]
fn a_header_is_not_encoded() {
    assert_eq!(list().header(false), "a b,c,d");
    assert_eq!(object().header(true), "x=1,y=2&");
}

#[test]
fn what_is_recorded_of_a_value_is_one_text_for_every_way_to_write_it() {
    let mut object = Object::new();
    object.insert("b", JsonValue::from("2"));
    object.insert("a", JsonValue::Array(vec![JsonValue::from("x y")]));
    let other: JsonValue = json::from_slice(br#"{"a":["x y"],"b":"2"}"#).unwrap();
    for (value, text) in [
        (Param::one("t/1 \u{e4}"), "t/1 \u{e4}"),
        (Param::one(&7_i64), "7"),
        (Param::one(""), ""),
        (Param::list(["a b", "c,d"]), r#"["a b","c,d"]"#),
        (Param::object([("y", "2"), ("x", "1")]), r#"{"x":"1","y":"2"}"#),
        (Param::object([("x", "1"), ("y", "2")]), r#"{"x":"1","y":"2"}"#),
        (
            Param::from_model(&JsonValue::Object(object.clone())),
            r#"{"a":["x y"],"b":"2"}"#,
        ),
        (Param::from_model(&JsonValue::Null), ""),
        // A scalar sent by `content` has the same text as one sent by a style.
        (Param::json(&"t/1 \u{e4}".to_owned()), "t/1 \u{e4}"),
        (Param::json(&7_i64), "7"),
        (Param::json(&JsonValue::Object(object)), r#"{"a":["x y"],"b":"2"}"#),
        (Param::json(&other), r#"{"a":["x y"],"b":"2"}"#),
    ] {
        assert_eq!(value.to_plain(), text);
    }
}

#[test]
fn a_delimiter_without_an_escape_makes_a_value_ambiguous() {
    let list = |text: &str| Param::list(["x", text]);
    let (named, valued) = (Param::object([("a|b=c", "1")]), Param::object([("x", "a|b=c")]));
    for (param, style, explode, reserved, found) in [
        (list("a|b"), Style::PipeDelimited, false, false, Some("|")),
        (list("a%7cb"), Style::PipeDelimited, false, true, Some("|")),
        (list("a%7Cb"), Style::PipeDelimited, false, false, None),
        (list("a b,c"), Style::PipeDelimited, false, false, None),
        (list("a\tb"), Style::TabDelimited, false, false, Some("\t")),
        (list("a|b"), Style::PipeDelimited, true, false, None),
        (list("a b"), Style::SpaceDelimited, false, false, Some(" ")),
        (Param::list([" a"]), Style::SpaceDelimited, false, true, Some(" ")),
        (named.clone(), Style::PipeDelimited, false, false, Some("|")),
        (valued.clone(), Style::PipeDelimited, false, false, Some("|")),
        (Param::one("a|b"), Style::PipeDelimited, false, false, None),
        (list("a,b"), Style::Form, false, false, None),
        (list("a,b"), Style::Form, false, true, Some(",")),
        (list("a,b"), Style::Form, true, true, None),
        (
            Param::object([("b[c", "1")]),
            Style::DeepObject,
            true,
            false,
            Some("[ or ]"),
        ),
        (
            json(r#"{"a":[{"b]":1}]}"#),
            Style::DeepObject,
            true,
            false,
            Some("[ or ]"),
        ),
        (valued.clone(), Style::DeepObject, true, false, None),
        (json(r#"["[a,b]"]"#), Style::Json, false, false, None),
    ] {
        assert_eq!(
            param.ambiguous_query(style, explode, reserved),
            found,
            "{param:?} {style:?} {explode}"
        );
    }
    for (param, style, explode, reserved, found) in [
        (list("a.b"), Style::Label, true, false, Some(".")),
        (list("a.b,c"), Style::Label, false, false, None),
        (Param::one("a.b"), Style::Label, true, false, None),
        (list("a,b;c"), Style::Matrix, true, false, None),
        (list("a;b"), Style::Matrix, true, true, Some(";")),
        (list("a,b"), Style::Simple, false, false, None),
        (list("a,b"), Style::Simple, true, true, Some(",")),
        (named.clone(), Style::Simple, true, false, None),
        (named.clone(), Style::Simple, true, true, Some("=")),
    ] {
        assert_eq!(
            param.ambiguous_path(style, explode, reserved),
            found,
            "{param:?} {style:?} {explode}"
        );
    }
    for (param, style, explode, found) in [
        (list("a,b"), Style::Simple, false, Some(",")),
        (list("a|b c"), Style::Simple, true, None),
        (named, Style::Simple, true, Some("=")),
        (valued, Style::Simple, true, None),
        (list("a b"), Style::SpaceDelimited, false, Some(" ")),
        (list("a|b"), Style::PipeDelimited, false, Some("|")),
        (Param::json(&vec![1, 2]), Style::Simple, false, None),
    ] {
        assert_eq!(
            param.ambiguous_plain(style, explode),
            found,
            "{param:?} {style:?} {explode}"
        );
    }
}

/// The table that the local sandbox reads parameters by (`sandbox/server/tests/it/parameters.rs`); rows without a value are for it alone.
#[test]
fn parameters_are_written_as_the_table_says() {
    let text = include_bytes!("../../../tests/fit/styles.json");
    let rows: Vec<serde_json::Value> = serde_json::from_slice(text).unwrap();
    for row in rows.iter().filter(|row| row.get("value").is_some()) {
        let value = json::from_slice::<JsonValue>(row["value"].to_string().as_bytes()).unwrap();
        let (explode, reserved) = (row["explode"] == true, row["allowReserved"] == true);
        let style = match row["style"].as_str().unwrap() {
            "label" => Style::Label,
            "matrix" => Style::Matrix,
            "form" => Style::Form,
            "spaceDelimited" => Style::SpaceDelimited,
            "pipeDelimited" => Style::PipeDelimited,
            "deepObject" => Style::DeepObject,
            _ => Style::Simple,
        };
        let is_json = row["style"] == "json";
        let param = if is_json {
            Param::json(&value)
        } else {
            Param::from_model(&value)
        };
        let written = match row["in"].as_str().unwrap() {
            "path" => param.path("p", style, explode, reserved),
            "query" if is_json => param.query("p", Style::Form, explode, reserved),
            "query" => param.query("p", style, explode, reserved),
            "header" => param.header(explode),
            _ => param.cookie("p", explode).join("; "),
        };
        assert_eq!(written, row["wire"].as_str().unwrap(), "{row}");
    }
}
