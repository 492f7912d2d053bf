use super::*;
use crate::contract::Contract;
use serde_json::json;

fn contract() -> Contract {
    Contract::read(
        "openapi: 3.0.3
info: { title: Case, version: '1' }
paths: { /a: { get: { operationId: a, responses: { '204': { description: A. } } } } }
components:
  schemas:
    Payment:
      type: object
      properties:
        amount: { type: string, format: decimal }
        rate: { type: number }
        count: { type: integer }
        state: { type: string, enum: [SENT, PAID] }
        paidAt: { type: string, format: date-time }
        tags: { type: array, items: { type: string } }
        limited: { type: array, maxItems: 20, items: { type: string, maxLength: 5 } }
        few: { type: array, maxItems: 2, items: { type: string, maxLength: 5 } }
        any: {}
",
    )
    .unwrap()
}

fn compiled(contract: &Contract, text: &str) -> Result<Formula, Flaw> {
    let schema = contract.schema("Payment").unwrap();
    let mut scope = Scope::new(contract);
    scope.add_schema("body", schema);
    scope.add("now", Type::Instant);
    scope.add("ledger", Type::Ledger);
    Formula::compile(text, &mut scope, &Type::Any)
}

#[test]
fn what_does_not_exist_is_an_error_with_its_place() {
    let contract = contract();
    let cases = [
        (
            "body.amont > decimal('1')",
            4,
            "`body` has no member `amont`; did you mean `amount`?",
        ),
        (
            "bdy.amount > decimal('1')",
            0,
            "`bdy` is not known here; did you mean `body`?",
        ),
        (
            "body.amount > 1",
            11,
            "decimal and int cannot be compared; write `decimal('5')` for a number",
        ),
        (
            "body.amount == '1'",
            11,
            "decimal and string are never equal; write `decimal('5')`",
        ),
        ("body.amount > 0.5", 12, "a float is not exact"),
        ("body.rate > decimal('1')", 4, "`rate` is a JSON number"),
        ("body.state == 'PAYD'", 10, "no value `PAYD`; did you mean `PAID`?"),
        (
            "body.state in ['SENT', 'LOST']",
            10,
            "no value `LOST`; there are SENT, PAID",
        ),
        ("body.amount / decimal('3')", 11, "write `divide(x, y, 10)`"),
        (
            "dcimal('1') < body.amount",
            6,
            "no function `dcimal`; did you mean `decimal`?",
        ),
        (
            "body.tags.all(tag, tag.size == 1)",
            21,
            "string has no members such as `size`",
        ),
        ("body.count + body.amount", 10, "`+` has no meaning for int and decimal"),
        (
            "ledger.balance('jane')",
            14,
            "`balance` takes the ledger and string and string",
        ),
        ("body.amount >", 12, "it is not an expression"),
        ("b'x' == b'x'", 0, "no bytes"),
    ];
    for (text, behind, wanted) in cases {
        let flaw = compiled(&contract, text).expect_err(text);
        assert!(flaw.why.contains(wanted), "{text}: {flaw:?}");
        assert_eq!(flaw.behind, Some(behind), "{text}: {flaw:?}");
    }
}

#[test]
fn what_is_computed_is_exact() {
    let contract = contract();
    let body =
        json!({ "amount": "0.1", "count": 3, "state": "PAID", "paidAt": "2026-01-01T00:00:00Z", "tags": ["a", "bb"] });
    let cases = [
        ("body.amount + decimal('0.2') == decimal('0.30')", json!(true)),
        ("round(decimal('2.345') * decimal('1'), 2)", json!("2.34")),
        ("floor(decimal('2.349'), 2) + ceil(decimal('2.341'), 2)", json!("4.69")),
        ("divide(body.amount, decimal('3'), 4)", json!("0.0333")),
        ("{'a': decimal('1'), 'b': decimal('2')}[body.tags[0]]", json!("1")),
        ("sum([body.amount, decimal('-0.1')])", json!("0.0")),
        (
            "body.tags.filter(tag, size(tag) > 1).map(tag, tag + '!')",
            json!(["bb!"]),
        ),
        ("body.paidAt + duration('90s') < now ? 'late' : 'early'", json!("late")),
        ("has(body.amount) && !has(body.rate)", json!(true)),
        ("ledger.balance('jane', 'EUR')", json!("0")),
    ];
    for (text, wanted) in cases {
        let formula = compiled(&contract, text).unwrap();
        let variables = formula.uses.iter().map(|name| {
            let value = match name.as_str() {
                "body" => value_of(&contract, contract.schema("Payment").unwrap(), &body),
                "now" => of_moment(crate::clock::Moment::parse("2026-01-01T00:02:00Z").unwrap()).unwrap(),
                _ => Box::new(crate::ledger::Ledger::default().balances()),
            };
            (name.clone(), value)
        });
        assert_eq!(formula.value(variables.collect()), Ok(wanted), "{text}");
    }
}

#[test]
fn an_expression_of_any_shape_is_no_panic() {
    let contract = contract();
    let (many, chosen) = ("!".repeat(990), "true?1:".repeat(14));
    let (members, sums) = (
        "now.a".to_owned() + &".a".repeat(490),
        "1".to_owned() + &"+1".repeat(490),
    );
    let long = format!("{}1{}", "(".repeat(200), ")".repeat(200));
    for text in [
        "",
        "(",
        "'",
        "{'a': 1, 'a': 2}",
        "[1][9] == 1",
        "1 / 0 == 1",
        "-9223372036854775808 - 1",
        long.as_str(),
        &many,
        &chosen,
        &members,
        &sums,
        "𝄞 + 1",
    ] {
        let alone = compiled(&contract, text).map(|formula| formula.value(Vec::new()));
        // Twice, since the second time the tree is known.
        let both = together(|| [(); 2].map(|()| compiled(&contract, text).map(|formula| formula.value(Vec::new()))));
        assert_eq!(both, Ok([alone.clone(), alone]), "{text}");
    }
}

#[test]
fn a_formula_takes_the_resources_that_it_names_or_all() {
    let names = |text: &str| super::of_schemas(text).map(|names| names.into_iter().collect::<Vec<_>>().join(" "));
    assert_eq!(names("1 + 2"), Some(String::new()));
    assert_eq!(
        names("resources.Pet.size() + resources . Lamp.size()"),
        Some("Lamp Pet".to_owned())
    );
    assert_eq!(names("resources[body.kind].size()"), None);
    assert_eq!(names("'Pet' in resources"), None);
}

#[test]
fn an_expression_that_could_cost_too_much_is_an_error_with_its_cost_and_the_list_without_a_limit() {
    let contract = contract();
    let loops = |list: &str, deep: usize| {
        let open: Vec<String> = (0..deep).map(|number| format!("{list}.all(a{number}, ")).collect();
        format!("{}true{}", open.concat(), ")".repeat(deep))
    };
    let twice = |first: &str, step: &str, times: usize| first.to_owned() + &format!(".map(x, {step})").repeat(times);
    let ten = "[1,2,3,4,5,6,7,8,9,10]";
    let cases = [
        (
            loops("body.tags", 4),
            Some(4),
            "`body.tags` has no limit, and 100 items are assumed; give it a `maxItems`",
        ),
        (loops("body.limited", 6), Some(4), "lower `maxItems` and `maxLength`"),
        (loops(ten, 8), Some(0), "and 10,000,000 is allowed"),
        (
            twice("[body.state]", "x + x + x + x + x + x + x + x", 20),
            None,
            "is allowed",
        ),
        (twice("[[1]]", "[x, x, x, x]", 20), None, "is allowed"),
        (twice("[[1]]", "x + x", 36), None, "is allowed"),
        (twice("[body.amount]", "x * x", 36), None, "is allowed"),
        (
            twice("[body.any]", "size(x) > 1 ? {'a': x, 'b': x} : {'c': x, 'd': x}", 16),
            None,
            "is allowed",
        ),
        (twice("[body.amount]", "string(x) + string(x)", 30), None, "is allowed"),
    ];
    for (text, behind, wanted) in cases {
        let flaw = compiled(&contract, &text).expect_err(&text);
        assert!(
            flaw.why.starts_with("its estimated cost is ") && flaw.why.contains(wanted),
            "{text}: {flaw:?}"
        );
        assert!(
            behind.is_none_or(|behind| flaw.behind == Some(behind)),
            "{text}: {flaw:?}"
        );
    }
    for text in [
        loops("body.tags", 2),
        loops("body.limited", 4),
        loops(ten, 5),
        loops("body.few", 9),
    ] {
        compiled(&contract, &text).expect(&text);
    }
    for (pattern, why) in [
        ("body.tags[0]", "takes a pattern that is written in the rule"),
        ("'(a'", "the pattern `(a` cannot be read"),
    ] {
        let flaw = compiled(&contract, &format!("body.state.matches({pattern})")).unwrap_err();
        assert!(flaw.why.contains(why), "{flaw:?}");
    }
}

#[test]
fn values_that_are_larger_than_was_assumed_are_counted_before_they_are_computed() {
    let contract = contract();
    let schema = contract.schema("Payment").unwrap();
    let value = |text: &str, body: &serde_json::Value| {
        let formula = compiled(&contract, text).expect(text);
        formula.value(vec![("body".to_owned(), value_of(&contract, schema, body))])
    };
    let tags = |count: usize| json!({ "tags": vec!["a"; count], "state": "PAID" });
    let nested = "body.tags.all(a, body.tags.all(b, a == b))";
    assert_eq!(value(nested, &tags(100)), Ok(json!(true)));
    let began = std::time::Instant::now();
    let why = value(nested, &tags(2_000)).unwrap_err();
    assert!(
        why.starts_with("its estimated cost with these values is ") && why.ends_with("10,000,000 is allowed"),
        "{why}"
    );
    let text = "body.tags.map(a, a + a + a + a).map(a, a + a + a + a).map(a, a + a + a + a).size() > 0";
    let long = json!({ "tags": ["x".repeat(9 << 20), "y"], "state": "PAID" });
    assert!(value(text, &long).unwrap_err().contains("10,000,000 is allowed"));
    // A value of several kinds is the largest of each.
    let mut items = vec![json!("text"); 4000];
    items.push(json!(vec![1; 1000]));
    let mixed = json!({ "any": items });
    let text = "body.any.exists(x, x.all(y, y == y))";
    assert!(value(text, &mixed).unwrap_err().contains("10,000,000 is allowed"));
    assert!(began.elapsed().as_secs() < 5);
}
