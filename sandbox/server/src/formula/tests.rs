use super::*;
use crate::contract::Contract;
use serde_json::json;

fn contract() -> Contract {
    Contract::parse(
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
                "now" => of_moment(crate::clock::Instant::parse("2026-01-01T00:02:00Z").unwrap()).unwrap(),
                _ => Box::new(crate::history::Ledger::default().balances()),
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
fn an_evaluation_that_takes_too_long_ends_with_an_error() {
    let contract = contract();
    let schema = contract.schema("Payment").unwrap();
    let loops = |list: &str, deep: usize| {
        let open: Vec<String> = (0..deep).map(|number| format!("{list}.all(a{number}, ")).collect();
        format!("{}true{}", open.concat(), ")".repeat(deep))
    };
    let twice = |first: &str, step: &str, times: usize| first.to_owned() + &format!(".map(x, {step})").repeat(times);
    let ten = "[1,2,3,4,5,6,7,8,9,10]";
    let body = |tags: Vec<String>| json!({ "tags": tags, "state": "PAID", "amount": "1.5", "any": "text" });
    let short = body(vec!["a".to_owned(); 2_000]);
    let long = body(vec!["x".repeat(9 << 20), "y".to_owned()]);
    let value = |text: &str, body: &serde_json::Value| {
        let formula = compiled(&contract, text).expect(text);
        formula.value(vec![("body".to_owned(), value_of(&contract, schema, body))])
    };
    let began = std::time::Instant::now();
    for (text, body) in [
        (loops(ten, 8), &short),
        // The other side of an error decides, but for one that ends the evaluation.
        (format!("{} || true", loops("body.tags", 3)), &short),
        (format!("{ten}.exists(x, {} || x > 0)", loops(ten, 8)), &short),
        (
            "body.tags.filter(a, body.tags.filter(b, a != b) == []) == []".to_owned(),
            &short,
        ),
        (
            format!("{}.size()", twice("[body.state]", "x + x + x + x + x + x + x + x", 20)),
            &short,
        ),
        (format!("{}.size()", twice("[[1]]", "[x, x, x, x]", 20)), &short),
        (format!("{}.size()", twice("[[1]]", "x + x", 30)), &short),
        (format!("{}.size()", twice("[body.amount]", "x * x", 30)), &short),
        (
            twice("[body.any]", "size(x) > 1 ? {'a': x, 'b': x} : {'c': x, 'd': x}", 25),
            &short,
        ),
        (
            format!("{}.size()", twice("[body.amount]", "string(x) + string(x)", 30)),
            &short,
        ),
        (twice("body.tags", "x + x + x + x", 3), &long),
        (
            "body.tags.exists(x, x.matches('a*a*a*a*a*a*a*a*a*a*a*a*a*a*b'))".to_owned(),
            &long,
        ),
    ] {
        let why = value(&text, body).expect_err(&text);
        assert!(why.contains("take more than 300000 steps or 2 s"), "{text}: {why}");
    }
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
    for text in [
        loops(ten, 4),
        "body.tags.map(a, a + a).filter(a, a != 'aa') == []".to_owned(),
    ] {
        assert_eq!(value(&text, &short), Ok(json!(true)), "{text}");
    }
}

#[test]
fn a_pattern_is_written_in_the_rule() {
    let contract = contract();
    for (pattern, why) in [
        ("body.tags[0]", "takes a pattern that is written in the rule"),
        ("'(a'", "the pattern `(a` cannot be read"),
    ] {
        let flaw = compiled(&contract, &format!("body.state.matches({pattern})")).unwrap_err();
        assert!(flaw.why.contains(why), "{flaw:?}");
    }
}
