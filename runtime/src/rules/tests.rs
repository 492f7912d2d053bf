//! Rules applied to values, right and wrong.

use super::{Location, RequestRules, Rules, Violation, Violations};
use crate::json::JsonValue;
use crate::multipart::{Multipart, Upload};
use crate::parameter::{Param, Style};

static RULES: Rules = Rules::new(
    &[
        (
            "order",
            r#"{"path":{"id":{"pattern":"^[a-z]+$"}},"query":{"filter":{"minProperties":1,"properties":{"all":{"items":{"properties":{"size":{"minimum":1}}}},"name":{"minLength":2}}},"limit":{"minimum":1,"maximum":100},"tags":{"maxItems":2,"uniqueItems":true,"items":{"minLength":2}}},"header":{"X-Name":{"maxLength":3,"allOf":[{"pattern":"^[a-z]"},{"pattern":"z$"}]}},"body":{"application/json":{"$ref":"Order"},"multipart/form-data":{"minProperties":1,"maxProperties":3,"properties":{"note":{"maxLength":3},"notes":{"maxItems":2,"uniqueItems":true,"items":{"maxLength":3}},"pages":{"exclusiveMinimum":0},"mark":{"variants":[{"fits":[{"kind":"string"}],"rules":{"maxLength":3}},{"fits":[{"kind":"array"}],"rules":{"maxItems":2,"items":{"minLength":2}}}]}}}}}"#,
        ),
        (
            "search",
            r#"{"query":{"size":{"variants":[{"fits":[{"kind":"number"}],"rules":{"maximum":9}},{"fits":[{"kind":"string"}],"rules":{"pattern":"^[a-z]+$"}}]}},"body":{"application/json":{"$ref":"Filter"}}}"#,
        ),
        ("twist", r#"{"body":{"application/json":{"$ref":"Twist"}}}"#),
        ("upload", r#"{"body":{"multipart/form-data":{"$ref":"Upload"}}}"#),
        (
            "value",
            r#"{"body":{"application/json":{"properties":{"a":{"minimum":1e2,"exclusiveMaximum":1e400,"multipleOf":0.1},"b":{"minLength":1,"pattern":"^\\d+$"},"c":{"uniqueItems":true},"d":{"prefixItems":[{"maximum":0},{}],"items":{"minimum":1}},"e":{"minProperties":1,"maxProperties":2},"f":{"type":"string","maxLength":4}}}}}"#,
        ),
        (
            "wallet",
            r#"{"body":{"application/json":{"needs":[{"when":{},"one":[["iban"],["number","bank"]]},{"when":{"kind":["hosted","kept"],"of":[]},"one":[["provider"]]}]}}}"#,
        ),
    ],
    &[
        (
            "Filter",
            r#"{"variants":[{"fits":[{"kind":"object","required":["field"]}],"rules":{"properties":{"field":{"maxLength":5}}}},{"fits":[{"kind":"object","required":["not"]}],"rules":{"properties":{"not":{"$ref":"Filter"}}}},{"fits":[{"kind":"array"}],"rules":{"maxItems":2,"items":{"$ref":"Filter"}}},{"fits":[{"kind":"object","texts":{"type":["all"]},"required":["type"]},{"kind":"null"}]}]}"#,
        ),
        (
            "Line",
            r#"{"properties":{"count":{"minimum":1},"parts":{"maxItems":1,"items":{"$ref":"Line"}}},"additionalProperties":false}"#,
        ),
        (
            "Order",
            r#"{"properties":{"lines":{"minItems":1,"items":{"$ref":"Line"}},"labels":{"additionalProperties":{"maxLength":2}},"by":{"$ref":"Payment"},"either":{"anyOf":[{"minLength":3},{"pattern":"^x"}]}},"additionalProperties":{"minLength":1}}"#,
        ),
        (
            "Payment",
            r#"{"discriminator":{"propertyName":"kind","mapping":{"card":{"properties":{"number":{"minLength":4}}},"bank":{"properties":{"number":{"minLength":9}}}}}}"#,
        ),
        ("Twist", r#"{"anyOf":[{"$ref":"Twist"},{"$ref":"Twist"}]}"#),
        (
            "Upload",
            r#"{"needs":[{"when":{},"one":[["secret"]]},{"when":{"kind":["photo"]},"one":[["page"]]}],"additionalProperties":{"maxLength":5}}"#,
        ),
    ],
);

fn body(operation: &str, body: &str) -> Vec<String> {
    let mut found = Vec::new();
    let checked = RequestRules::new(Some(&RULES), operation).unwrap();
    checked.body("application/json; charset=utf-8", body.as_bytes(), "", &mut found);
    found.iter().map(ToString::to_string).collect()
}

fn parameter(location: Location, name: &str, value: &Param) -> Vec<String> {
    let mut found = Vec::new();
    RequestRules::new(Some(&RULES), "order")
        .unwrap()
        .parameter(location, name, value, &mut found);
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn a_body_of_many_small_values_is_checked_like_any_other() {
    let many = format!("{{\"x\":[{}1],\"b\":\"\"}}", "1,".repeat(400_000));
    let found = body("value", &many);
    assert!(found.iter().any(|one| one.starts_with("`/b` must")), "{found:?}");
}

#[test]
fn an_amount_that_a_server_sent_as_a_number_is_not_sent_on_as_one() {
    assert_eq!(body("value", r#"{"f":"1.10"}"#), Vec::<String>::new());
    let [number] = body("value", r#"{"f":1.10}"#).try_into().unwrap();
    assert!(number.starts_with("`/f` must be a string"), "{number}");
    assert_eq!(body("value", r#"{"f":null}"#), Vec::<String>::new());
}

#[test]
fn every_violation_is_found_with_its_pointer() {
    assert!(RULES.are_readable());
    let right = r#"{"lines":[{"count":1,"parts":[{"count":1}]}],"labels":{"a":"xy"},"by":{"kind":"card","number":"1234"},"more":"x"}"#;
    assert_eq!(body("order", right), Vec::<String>::new());
    let wrong = r#"{"lines":[{"count":0,"parts":[{"count":-1,"a/b":null},{"count":1}]}],"labels":{"a/b":"xyz"},"by":{"kind":"bank","number":"1234"},"more":""}"#;
    assert_eq!(
        body("order", wrong),
        [
            "`/lines/0/count` must be at least 1",
            "`/lines/0/parts` must have at most 1 item",
            "`/lines/0/parts/0/count` must be at least 1",
            "`/lines/0/parts/0/a~1b` must be left out: the contract does not declare it",
            "`/labels/a~1b` must have at most 2 characters",
            "`/by/number` must have at least 9 characters",
            "`/more` must have at least 1 character",
        ]
    );
}

#[test]
fn what_is_needed_beside_other_members_is_asked_for_there_alone() {
    let bank = "the body must have `iban` or `number` and `bank`";
    let provider = "the body must have `provider` where `kind` is `hosted` or `kept` and `of` is there";
    for (text, violations) in [
        (r#"{"iban":"1"}"#, &[][..]),
        (r#"{"number":"1","bank":"2"}"#, &[]),
        (r#"{"number":"1"}"#, &[bank]),
        (r#"{"iban":"1","kind":"own","of":1}"#, &[]),
        (r#"{"iban":"1","kind":"hosted"}"#, &[]),
        (r#"{"iban":"1","kind":7,"of":1}"#, &[]),
        (r#"{"iban":"1","kind":"kept","of":1,"provider":"p"}"#, &[]),
        (r#"{"iban":"1","kind":"kept","of":1}"#, &[provider]),
        (r#"{"kind":"hosted","of":"sentinel9f2"}"#, &[bank, provider]),
        ("[]", &[]),
    ] {
        assert_eq!(body("wallet", text), violations, "{text}");
    }
}

#[test]
fn the_variants_that_a_value_fits_are_asked_and_no_others() {
    let five = |at: &str| vec![format!("{at} must have at most 5 characters")];
    for (text, violations) in [
        (r#"{"field":"short"}"#, Vec::new()),
        (r#"{"field":"longer"}"#, five("`/field`")),
        (r#"{"not":{"not":{"field":"longer"}}}"#, five("`/not/not/field`")),
        (
            r#"[{"field":"a"},{"not":[{"field":"longer"}]}]"#,
            five("`/1/not/0/field`"),
        ),
        ("[[],[],[]]", vec!["the body must have at most 2 items".to_owned()]),
        // One of two variants that fit is enough.
        (r#"{"type":"all","field":"longer"}"#, Vec::new()),
        (r#"{"type":"some","field":"longer"}"#, five("`/field`")),
        // Variants that the contract does not know.
        (r#"{"other":"longer"}"#, Vec::new()),
        (r#""longer than five""#, Vec::new()),
        ("null", Vec::new()),
    ] {
        assert_eq!(body("search", text), violations, "{text}");
    }
}

#[test]
fn a_text_of_a_parameter_may_be_that_of_another_scalar() {
    let found = |text: &str| {
        let mut found = Vec::new();
        let checked = RequestRules::new(Some(&RULES), "search").unwrap();
        checked.parameter(Location::Query, "size", &Param::one(&text), &mut found);
        found.len()
    };
    assert_eq!(["8", "abc", "10", "A"].map(found), [0, 0, 1, 1]);
}

#[test]
fn a_rule_is_about_one_kind_of_value_and_passes_the_others() {
    for text in [
        "null",
        "{}",
        "[]",
        r#"{"lines":"none","labels":[],"by":{"kind":"cash"},"either":7}"#,
        r#"{"lines":null,"by":{"number":""},"by2":null}"#,
    ] {
        assert_eq!(body("order", text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn numbers_are_compared_exactly() {
    for (number, violations) in [
        ("100", &[][..]),
        ("100.0", &[]),
        ("1e2", &[]),
        (
            "99.99999999999999999999",
            &["must be at least 1e2", "must be a multiple of 0.1"],
        ),
        ("100.30000000000000000001", &["must be a multiple of 0.1"]),
        ("100.3", &[]),
        ("1e399", &[]),
        ("1e400", &["must be less than 1e400"]),
        // Too long to be written out, and therefore accepted.
        ("1e3999", &["must be less than 1e400"]),
    ] {
        let found = body("value", &format!("{{\"a\":{number}}}"));
        let wanted: Vec<String> = violations.iter().map(|rule| format!("`/a` {rule}")).collect();
        assert_eq!(found, wanted, "{number}");
    }
}

#[test]
fn texts_are_counted_in_characters_and_matched_anywhere_but_for_anchors() {
    for (text, count) in [("1", 0), ("", 2), ("1a", 1), ("\\u0661", 1), ("12\\n", 1)] {
        assert_eq!(body("value", &format!("{{\"b\":\"{text}\"}}")).len(), count, "{text}");
    }
    assert_eq!(
        body("order", "{\"labels\":{\"a\":\"\u{1f600}\u{1f600}\"}}"),
        Vec::<String>::new()
    );
}

#[test]
fn items_are_equal_as_json_says() {
    for (list, twice) in [
        ("[1,2,3]", false),
        ("[1,1.0]", true),
        (r#"["a","b","a"]"#, true),
        (r#"[{"a":1,"b":2},{"b":2,"a":1}]"#, true),
        (r#"["1",1]"#, false),
        ("[null,null]", true),
        ("[]", false),
    ] {
        assert_eq!(!body("value", &format!("{{\"c\":{list}}}")).is_empty(), twice, "{list}");
    }
    assert_eq!(
        body("value", r#"{"d":[1,0,0]}"#),
        ["`/d/0` must be at most 0", "`/d/2` must be at least 1"]
    );
    assert_eq!(body("value", r#"{"e":{}}"#), ["`/e` must have at least 1 member"]);
    assert_eq!(
        body("value", r#"{"e":{"a":1,"b":1,"c":1}}"#),
        ["`/e` must have at most 2 members"]
    );
}

#[test]
fn of_several_rules_one_must_hold_and_the_nearest_says_why_not() {
    for (value, fits) in [("\"abc\"", true), ("\"x\"", true), ("\"a\"", false), ("7", true)] {
        assert_eq!(
            body("order", &format!("{{\"either\":{value}}}")).is_empty(),
            fits,
            "{value}"
        );
    }
}

#[test]
fn rules_that_refer_to_themselves_end() {
    assert_eq!(body("twist", "{}"), Vec::<String>::new());
}

#[test]
fn parameters_are_checked_by_what_their_text_means() {
    assert_eq!(
        parameter(Location::Query, "limit", &Param::one(&100)),
        Vec::<String>::new()
    );
    assert_eq!(
        parameter(Location::Query, "limit", &Param::one(&0)),
        ["query parameter `limit` must be at least 1"]
    );
    assert_eq!(
        parameter(Location::Query, "tags", &Param::list(["a", "bc", "bc"])),
        [
            "query parameter `tags` must have at most 2 items",
            "query parameter `tags` must not contain an item twice",
            "query parameter `tags/0` must have at least 2 characters",
        ]
    );
    assert_eq!(
        parameter(Location::Header, "x-name", &Param::one("abcd")),
        [
            "header parameter `x-name` must have at most 3 characters",
            "header parameter `x-name` must match the pattern `z$`",
        ]
    );
    assert_eq!(
        parameter(Location::Header, "x-name", &Param::one("az")),
        Vec::<String>::new()
    );
    assert_eq!(parameter(Location::Path, "id", &Param::one("A")).len(), 1);
    assert_eq!(parameter(Location::Query, "id", &Param::one("A")).len(), 0);
}

#[test]
fn a_parameter_that_is_json_text_is_checked_as_json() {
    let check = |text: &str| {
        let value: JsonValue = text.parse().unwrap();
        parameter(Location::Query, "filter", &Param::json(&value))
    };
    assert_eq!(
        check(r#"{"all":[{"size":1},{"size":2}],"name":"12"}"#),
        Vec::<String>::new()
    );
    assert_eq!(
        check(r#"{"all":[{"size":1},{"size":0}],"name":"1"}"#),
        [
            "query parameter `filter/all/1/size` must be at least 1",
            "query parameter `filter/name` must have at least 2 characters",
        ]
    );
    assert_eq!(check("{}"), ["query parameter `filter` must have at least 1 member"]);
    // In JSON, text is not a number.
    assert_eq!(check(r#"{"all":[{"size":"0"}]}"#), Vec::<String>::new());
}

#[test]
fn the_parts_of_a_body_are_checked_by_name() {
    let check = |body: Multipart| {
        let mut found = Vec::new();
        body.check(RequestRules::new(Some(&RULES), "order").unwrap(), &mut found);
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let text = |name: &'static str, text: &str| Multipart::new().text(name, text);
    assert_eq!(check(text("note", "abc")), Vec::<String>::new());
    assert_eq!(check(text("note", "abcd")), ["`/note` must have at most 3 characters"]);
    assert_eq!(
        check(text("notes", "abcd")),
        ["`/notes/0` must have at most 3 characters"]
    );
    assert_eq!(check(text("pages", "0")), ["`/pages` must be more than 0"]);
    assert_eq!(check(text("other", "abcd")), Vec::<String>::new());

    // Parts of one name are a list, files too; a list that is JSON text is one already.
    assert_eq!(check(text("notes", "a").text("notes", "b")), Vec::<String>::new());
    assert_eq!(
        check(text("notes", "a").text("notes", "bcde").text("notes", "a")),
        [
            "`/notes` must have at most 2 items",
            "`/notes` must not contain an item twice",
            "`/notes/1` must have at most 3 characters",
        ]
    );
    let file = Upload::from_bytes("a");
    let files = Multipart::new().file("notes", &file, None).file("notes", &file, None);
    assert_eq!(check(files.clone()), Vec::<String>::new());
    assert_eq!(
        check(files.file("notes", &file, None)),
        ["`/notes` must have at most 2 items"]
    );
    assert_eq!(
        check(Multipart::new().json("notes", &vec!["abcd".to_owned()])),
        ["`/notes/0` must have at most 3 characters"]
    );
    // One part is one value of a union or a list of one.
    assert_eq!(check(text("mark", "a")), Vec::<String>::new());
    assert_eq!(check(text("mark", "abcd")), Vec::<String>::new());
    let items = text("mark", "abcd").text("mark", "a");
    assert_eq!(check(items), ["`/mark/1` must have at least 2 characters"]);
    let styled = Param::list(["a", "b", "c"]);
    assert_eq!(
        check(Multipart::new().styled("notes", &styled, Style::Form, true)),
        ["`/notes` must have at most 2 items"]
    );

    // A list is one member, however many parts it has.
    assert_eq!(check(Multipart::new()), ["the body must have at least 1 member"]);
    let many = text("a", "").text("b", "").text("notes", "a").text("notes", "b");
    assert_eq!(check(many.clone()), Vec::<String>::new());
    assert_eq!(check(many.text("c", "")), ["the body must have at most 3 members"]);
}

#[test]
fn parts_that_are_required_of_a_body_are_missed_by_name() {
    let check = |body: Multipart| {
        let mut found = Vec::new();
        body.check(RequestRules::new(Some(&RULES), "upload").unwrap(), &mut found);
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let page = "the body must have `page` where `kind` is `photo`";
    assert_eq!(check(Multipart::new().text("a", "b")), ["the body must have `secret`"]);
    assert_eq!(check(Multipart::new().text("secret", "b")), Vec::<String>::new());
    let photo = Multipart::new().text("secret", "b").text("kind", "photo");
    assert_eq!(check(photo.clone()), [page]);
    let with_page = photo.file("page", &Upload::from_bytes("p"), None);
    assert_eq!(check(with_page), Vec::<String>::new());
    let text = Multipart::new().text("secret", "b").text("kind", "text");
    assert_eq!(check(text.clone()), Vec::<String>::new());
    let further = text.text("more".to_owned(), "longer");
    assert_eq!(check(further), ["`/more` must have at most 5 characters"]);
}

#[test]
fn what_is_no_rule_refuses_nothing() {
    static BROKEN: Rules = Rules::new(
        &[("a", "{"), ("b", r#"{"body":{"application/json":{"maxlength":1}}}"#)],
        &[],
    );
    assert!(!BROKEN.are_readable());
    let mut found = Vec::new();
    for operation in ["a", "b"] {
        let checked = RequestRules::new(Some(&BROKEN), operation).unwrap();
        checked.body("application/json", b"\"ab\"", "", &mut found);
    }
    assert!(found.is_empty());
    assert!(RequestRules::new(Some(&RULES), "unknown").is_none() && RequestRules::new(None, "order").is_none());
}

#[test]
fn a_violation_names_places_and_rules_and_no_values() {
    let value: JsonValue = "{\"lines\":[],\"more\":\"\"}".parse().unwrap();
    let found = body("order", &value.to_string());
    assert_eq!(found.len(), 2);
    let violation = Violation {
        parameter: Some((Location::Query, "limit".to_owned())),
        pointer: String::new(),
        rule: "must be at least 1".to_owned(),
    };
    assert_eq!((violation.parameter(), violation.pointer()), (Some("limit"), ""));
    let all = Violations(vec![violation.clone(), violation]);
    assert_eq!(
        all.to_string()
            .matches("query parameter `limit` must be at least 1")
            .count(),
        2
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_document_makes_a_check_panic(text in "[\\[\\]{},:\"a-e0-9.-]{0,40}") {
        let _ = (body("order", &text), body("value", &text));
    }
}

/// The table that the other checks of values are bound to as well (`tests/it/contract/fits.rs`). A schema with a keyword that is not a
/// rule gives none, and accepts the value.
#[test]
fn rules_refuse_what_the_table_refuses() {
    let text = include_str!("../../../tests/fit/cases.json");
    let rows: Vec<serde_json::Value> = serde_json::from_str(text).unwrap();
    let mut wrong = Vec::new();
    for row in &rows {
        let text = format!(r#"{{"body":{{"application/json":{}}}}}"#, row["schema"]).leak();
        let rules: &'static Rules = Box::leak(Box::new(Rules::new(vec![("case", &*text)].leak(), &[])));
        let mut found = Vec::new();
        let checked = RequestRules::new(Some(rules), "case").unwrap();
        checked.body("application/json", row["value"].to_string().as_bytes(), "", &mut found);
        let open = row["open"].as_array();
        let is_open = open.is_some_and(|open| open.contains(&"runtime".into()));
        if found.is_empty() != (row["fits"] == true || is_open) {
            wrong.push(format!("{row}: {} violations", found.len()));
        }
    }
    assert!(!rows.is_empty() && wrong.is_empty(), "{}", wrong.join("\n"));
}
