//! Extensions and the rules between them.

use std::fmt::Write as _;

use super::{clean, component, components, faults, lower, member, ty};
use crate::{
    diag::{Code, Levels},
    ir::{KeyIntent, NameHint, Provenance, ScalarFormat, Shape},
};

/// A contract with everything of the vocabulary; tests change one word of it.
const WHOLE: &str = include_str!("whole.yaml");

/// The one fault of the contract after a change.
fn fault(from: &str, to: &str) -> (Code, String) {
    assert!(WHOLE.contains(from), "{from}");
    let said = faults(&WHOLE.replacen(from, to, 1));
    assert_eq!(said.len(), 1, "{from} to {to}: {said:?}");
    said.into_iter().next().unwrap_or_else(|| panic!("nothing was said"))
}

#[test]
fn the_whole_vocabulary_is_read() {
    let api = clean(WHOLE);
    assert_eq!(
        api.settings.owner.as_ref().map(|owner| owner.party.as_str()),
        Some("acme")
    );
    assert_eq!(
        api.idempotency.as_ref().map(|keys| keys.retention),
        Some(crate::ir::Retention::Seconds(3600))
    );
    let Shape::Enum(codes) = &ty(&api, api.problem_codes.unwrap()).shape else {
        panic!()
    };
    assert_eq!(codes.problems.as_ref().map(|model| model.rows.len()), Some(2));
    let create = api
        .operations
        .iter()
        .find(|operation| operation.id == "createOrder")
        .unwrap();
    assert_eq!(create.intent, Some(KeyIntent::Effect));
    assert_eq!(create.aliases.len(), 1);
    let list = api
        .operations
        .iter()
        .find(|operation| operation.id == "listOrders")
        .unwrap();
    assert_eq!(
        list.pagination.as_ref().map(|paging| paging.items.clone()),
        Some(vec!["data".to_owned()])
    );
    let hooks = api.webhooks.as_ref().unwrap();
    assert_eq!((hooks.resources.len(), hooks.events.len()), (1, 1));
    assert_eq!(member(&api, "CreateOrder", "by").bound.as_deref(), Some("client-id"));
    assert!(matches!(
        component(&api, "OrderId").shape,
        Shape::Newtype(ScalarFormat::Text, _)
    ));
}

#[test]
fn words_find_what_stands_behind_a_hundred_aliases() {
    let to = |name: &str| format!("$ref: '#/components/schemas/{name}'");
    let answer = "content: { application/json: { schema: { $ref: '#/components/schemas/Page' } } }";
    let mut text = WHOLE.replacen(answer, &answer.replace("Page", "A0"), 1);
    for index in 0..100 {
        let next = if index == 99 {
            "Page".to_owned()
        } else {
            format!("A{}", index + 1)
        };
        let _ = writeln!(text, "    A{index}: {{ {} }}", to(&next));
    }
    assert_eq!(faults(&text), []);
}

#[test]
fn a_newtype_is_one_type_wherever_its_name_stands() {
    let api = clean(WHOLE);
    let pinned = api
        .types
        .iter()
        .filter(|ty| ty.name == NameHint::Pinned("OrderId".to_owned()))
        .count();
    assert_eq!(pinned, 1);
    let said = faults(&components(
        "3.0.3",
        "    A: { type: object, properties: { a: { type: string, x-newtype: Id }, b: { type: integer, x-newtype: Id } } }\n",
    ));
    assert_eq!(said[0].0, Code::NewtypeConflict);
}

#[test]
fn an_unsafe_operation_without_an_intent_is_refused() {
    let (code, message) = fault("      x-idempotency: { intent: effect }\n", "");
    assert_eq!(
        (code, message.as_str()),
        (
            Code::MissingIntent,
            "`createOrder` has no `intent` for its idempotency key"
        )
    );
}

#[test]
fn a_code_that_is_no_row_is_refused_with_the_nearest_one() {
    let (code, message) = fault("x-problems: [AUTH_FAILED]", "x-problems: [AUTH_FAILD]");
    assert_eq!(code, Code::UnknownProblem);
    assert!(message.contains("AUTH_FAILD"), "{message}");
}

#[test]
fn registry_and_enum_must_agree_both_ways() {
    assert_eq!(
        fault("enum: [AUTH_FAILED, BUSY]", "enum: [AUTH_FAILED, BUSY, NEW]").1,
        "the problem registry has no row for `NEW`"
    );
    let said = faults(&WHOLE.replacen("        BUSY: { status", "        LAZY: { status", 1));
    let said: Vec<(Code, &str)> = said.iter().map(|(code, message)| (*code, message.as_str())).collect();
    assert_eq!(
        said,
        [
            (Code::RegistryGap, "the problem registry has no row for `BUSY`"),
            (
                Code::RegistryGap,
                "the problem registry has a row for `LAZY`, but the enum has no such value"
            )
        ]
    );
}

#[test]
fn every_misspelt_word_of_an_extension_has_its_place() {
    for (from, to, code) in [
        ("intent: effect", "intent: efect", Code::WrongValue),
        ("retry: never", "retry: sometimes", Code::WrongValue),
        (
            "[method, target, body-sha256-hex",
            "[method, taget, body-sha256-hex",
            Code::WrongValue,
        ),
        ("x-bound: client-id", "x-bound: client", Code::BadExtension),
        ("items: /data", "items: data", Code::BadExtension),
        ("x-sensitive: true", "x-sensitive: 'yes'", Code::WrongKind),
        ("next: /next", "next: /nxt", Code::UnknownPlace),
        ("cursor: cursor", "cursor: curser", Code::UnknownPlace),
        ("    code: /code", "    code: /cod", Code::UnknownPlace),
        ("id: /eventId", "id: /evnetId", Code::UnknownPlace),
        (
            "resources: { order: OrderId }",
            "resources: { order: OrderIdd }",
            Code::UnknownPlace,
        ),
        ("initial: NEW", "initial: NEWW", Code::LifecycleState),
        ("by: acme", "by: akme", Code::LifecycleState),
        ("into: hash", "into: hsh", Code::PayloadHash),
        ("path.shopId", "path.shop", Code::PayloadHash),
        ("of: createOrder", "of: creatOrder", Code::PayloadHash),
    ] {
        assert_eq!(fault(from, to).0, code, "{from} to {to}");
    }
}

#[test]
fn a_body_with_an_approval_serves_exactly_one_operation() {
    let said = faults(&WHOLE.replacen(
        "#/components/schemas/SubmitOrder",
        "#/components/schemas/CreateOrder",
        1,
    ));
    assert!(
        said.iter()
            .any(|(code, message)| *code == Code::PayloadHash && message.contains("`createOrder` and `submitOrder`")),
        "{said:?}"
    );
}

#[test]
fn provenance_is_said_once_at_the_topmost_node() {
    let text = components(
        "3.0.3",
        "    Known:\n      type: object\n      x-documented: true\n      properties:\n        a: { type: string }\n        b: { type: string, x-documented: false }\n    Guess:\n      type: object\n      properties: { a: { type: string } }\n    Name:\n      type: object\n      x-documented: name\n      properties: { a: { type: string } }\n    Values:\n      type: string\n      enum: [x, y]\n      x-documented: [x]\n",
    );
    let api = clean(&text);
    let top = |name| component(&api, name).text.provenance;
    assert_eq!(
        [top("Known"), top("Guess"), top("Name"), top("Values")],
        [
            Provenance::Silent,
            Provenance::Unconfirmed,
            Provenance::NameOnly,
            Provenance::Silent
        ]
    );
    let of = |name, part| member(&api, name, part).text.provenance;
    assert_eq!(of("Known", "a"), Provenance::Silent);
    assert_eq!(of("Known", "b"), Provenance::Unconfirmed);
    assert_eq!(of("Guess", "a"), Provenance::Silent);
    assert_eq!(of("Name", "a"), Provenance::Silent);
    let Shape::Enum(values) = &component(&api, "Values").shape else {
        panic!()
    };
    assert_eq!(values.values[1].text.provenance, Provenance::Unconfirmed);
    assert_eq!(values.values[0].text.provenance, Provenance::Silent);
}

#[test]
fn a_contract_without_marks_is_documented_throughout() {
    let api = clean(&components(
        "3.0.3",
        "    T: { type: object, properties: { a: { type: string } } }\n",
    ));
    assert_eq!(component(&api, "T").text.provenance, Provenance::Silent);
}

#[test]
fn a_pointer_to_nowhere_is_an_error_in_both_readings() {
    let wrong = WHOLE.replacen("next: /next", "next: /nxt", 1);
    for levels in [Levels::strict(), Levels::lenient()] {
        for text in [&wrong, PAGED] {
            let (_, report) = lower(text, levels.clone());
            assert_eq!((report.errors(), report.count(Code::UnknownPlace)), (1, 1));
        }
    }
}

/// A contract with a style of paging and nothing else of ours.
const PAGED: &str = "openapi: 3.0.3
info: { title: T, version: '1' }
x-pagination: { cursor: after, items: /data, next: /nxt }
paths:
  /a:
    get:
      operationId: listA
      x-pagination: true
      parameters: [{ name: after, in: query, schema: { type: string } }]
      responses:
        '200':
          description: A page.
          content:
            application/json:
              schema:
                type: object
                properties: { data: { type: array, items: { type: string } }, next: { type: string } }
";

#[test]
fn a_word_of_a_schema_that_nothing_is_made_of_is_told() {
    let schema = |schema: &str| {
        let text = components(
            "3.0.3",
            &format!("    A: {{ type: object, properties: {{ a: {schema} }} }}\n"),
        );
        let said = faults(&text).into_iter();
        said.map(|(_, message)| message).collect::<Vec<_>>()
    };
    for (word, other) in [
        ("x-lifecycle: { done: [x] }", "{ type: string, "),
        ("x-sdk: { variantPrefix: x }", "{ type: string, "),
        ("x-problem-registry: {}", "{ type: integer, "),
        ("x-bound: client-id", "{ type: array, items: { type: string, "),
        ("x-payload-hash: { of: x }", "{ type: array, items: { type: string, "),
    ] {
        let said = schema(&format!(
            "{other}{word}{}",
            " }".repeat(other.matches('{').count() - other.matches('}').count())
        ));
        let name = word.split(':').next().unwrap();
        assert!(
            said.contains(&format!("`{name}` has no effect here")),
            "{word}: {said:?}"
        );
    }
    for heard in [
        "{ type: string, x-sensitive: true }",
        "{ type: object, additionalProperties: { allOf: [{ $ref: '#/components/schemas/A' }], x-sensitive: true } }",
    ] {
        assert!(schema(heard).is_empty(), "{heard}");
    }
}

#[test]
fn an_event_has_the_words_of_its_operation_before_those_of_its_item() {
    let item = "order.created:\n      summary: Of the item.\n      description: Said of the item.\n      post:\n        description: Said of the operation.\n";
    let api = clean(&WHOLE.replacen("order.created:\n      post:\n", item, 1));
    let text = &api.webhooks.unwrap().events[0].text;
    assert_eq!(text.title.as_deref(), Some("An order was created."));
    assert_eq!(text.description.as_deref(), Some("Said of the operation."));
}

#[test]
fn the_first_server_of_an_operation_is_an_address_or_is_told() {
    let said = |servers: &str| {
        faults(&format!(
            "openapi: 3.1.0\ninfo: {{ title: T, version: '1' }}\npaths: {{ /a: {{ get: {{ servers: [{servers}], responses: {{ '204': {{ description: Nothing. }} }} }} }} }}\n"
        ))
        .into_iter()
        .map(|(_, message)| message)
        .filter(|message| message.contains("neither a URL"))
        .collect::<Vec<_>>()
    };
    let (relative, absolute) = ("{ url: files.example }", "{ url: 'https://a.example' }");
    assert_eq!(
        said(&format!("{relative}, {absolute}")),
        ["a server of an operation is neither a URL nor a path: files.example"]
    );
    assert!(said(&format!("{absolute}, {relative}")).is_empty());
}

#[test]
fn a_mark_that_says_false_needs_no_effect() {
    let said = |mark: bool| {
        faults(&components(
            "3.1.0",
            &format!("    A: {{ type: object, properties: {{ a: {{ type: string, not: {{ type: string, enum: [b], x-sensitive: {mark} }} }} }} }}\n"),
        ))
        .into_iter()
        .filter(|(code, _)| *code == Code::BadExtension)
        .count()
    };
    assert_eq!([said(true), said(false)], [1, 0]);
}

#[test]
fn a_newtype_that_is_sensitive_in_one_place_is_so_in_all() {
    let api = clean(&components(
        "3.0.3",
        "    A: { type: object, properties: { a: { type: string, x-newtype: Iban }, b: { type: array, items: { type: string, x-newtype: Iban, x-sensitive: true } } } }\n",
    ));
    assert!(component(&api, "Iban").sensitive);
}

#[test]
fn an_intent_without_a_header_for_the_key_is_told() {
    let text = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\npaths:\n  /a:\n    post:\n      operationId: postA\n      x-idempotency: { intent: effect }\n      responses: { '204': { description: x } }\n";
    let said = faults(text);
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(said[0].0, Code::BadExtension);
    assert!(said[0].1.contains("no header for its idempotency key"), "{said:?}");
}

#[test]
fn of_two_registries_the_second_is_told() {
    let row = "{ status: 409, outcome: unknown, retry: again, stored: false, actor: engineer, advice: Wait. }";
    let registry = |name: &str| {
        format!("    {name}: {{ type: string, enum: [{name}], x-problem-registry: {{ {name}: {row} }} }}\n")
    };
    let text = components("3.0.3", &(registry("ONE") + &registry("TWO")));
    let (api, report) = lower(&text, Levels::strict());
    let said: Vec<_> = report
        .diagnostics()
        .iter()
        .map(|one| (one.code, one.message.clone()))
        .collect();
    assert_eq!(
        said,
        [(Code::RegistryGap, "a second registry of problem codes".to_owned())]
    );
    assert_eq!(
        ty(&api, api.problem_codes.unwrap()).name,
        NameHint::Given("ONE".to_owned())
    );
}

#[test]
fn a_list_that_has_an_effect_has_no_pages() {
    let text = WHOLE.replacen(
        "      x-idempotency: { intent: effect }\n      x-problems",
        "      x-idempotency: { intent: effect }\n      x-pagination: { cursor: dry }\n      x-problems",
        1,
    );
    let text = text.replacen(
        "        '201': { description: Created. }",
        "        '201': { description: Created., content: { application/json: { schema: { $ref: '#/components/schemas/Page' } } } }",
        1,
    );
    let (api, report) = lower(&text, Levels::lenient());
    assert_eq!(
        (report.count(Code::PagedEffect), report.diagnostics().len()),
        (1, 1),
        "{:?}",
        report.diagnostics()
    );
    let create = api
        .operations
        .iter()
        .find(|operation| operation.id == "createOrder")
        .unwrap();
    assert_eq!(create.pagination, None);
}

#[test]
fn a_pointer_that_cannot_be_read_is_told_once() {
    let text = |root: &str, own: &str| {
        let text = WHOLE.replacen("  items: /data\n", root, 1);
        faults(&text.replacen("x-pagination: true", own, 1))
            .into_iter()
            .map(|(_, message)| message)
            .collect::<Vec<_>>()
    };
    let broken = ["`x-pagination`: `data` is not a JSON Pointer"];
    assert_eq!(text("", "x-pagination: { items: data }"), broken);
    assert_eq!(text("  items: data\n", "x-pagination: true"), broken);
}

#[test]
fn of_more_and_done_in_one_place_the_first_counts() {
    let text = WHOLE.replacen("  next: /next\n", "  next: /next\n  more: /last\n  done: /last\n", 1);
    let (api, _) = lower(&text, Levels::lenient());
    let list = api.operations.iter().find(|operation| operation.id == "listOrders");
    let more = list.and_then(|list| list.pagination.as_ref()?.more.as_ref());
    assert_eq!(more.map(|more| more.end), Some(false));
}

/// Objects in each other; the innermost has a member that the client fills in.
fn nested(depth: usize) -> String {
    let open = "{ type: object, properties: { inner: ".repeat(depth - 1);
    let close = " } }".repeat(depth - 1);
    format!("{open}{{ type: object, properties: {{ by: {{ type: string, x-bound: client-id }} }} }}{close}")
}

#[test]
fn members_are_filled_in_to_a_depth_of_sixteen_and_in_256_places() {
    let bound = |schema: &str| {
        let text = format!(
            "openapi: 3.0.3\ninfo: {{ title: T, version: '1' }}\npaths:\n  /a:\n    put:\n      operationId: putA\n      requestBody: {{ required: true, content: {{ application/json: {{ schema: {schema} }} }} }}\n      responses: {{ '204': {{ description: Nothing. }} }}\n"
        );
        let (api, report) = lower(&text, Levels::strict());
        let said: Vec<String> = report.diagnostics().iter().map(|one| one.message.clone()).collect();
        (api.operations[0].bound.len(), said)
    };
    let beyond = || vec!["`x-bound` is on a member at any depth, where the client cannot fill it in".to_owned()];
    assert_eq!(bound(&nested(16)), (1, Vec::new()));
    assert_eq!(bound(&nested(17)), (0, beyond()));
    let many = |places: usize| {
        let members: Vec<String> = (0..places)
            .map(|at| format!("m{at}: {{ type: string, x-bound: client-id }}"))
            .collect();
        format!(
            "{{ type: object, properties: {{ {}, z: {} }} }}",
            members.join(", "),
            nested(1)
        )
    };
    assert_eq!(bound(&many(255)), (256, Vec::new()));
    assert_eq!(bound(&many(256)), (256, beyond()));
    // In a recursive body the value is filled in once.
    let itself = "{ $ref: '#/paths/~1a/put/requestBody/content/application~1json/schema' }";
    assert_eq!(
        bound(&format!(
            "{{ type: object, properties: {{ by: {{ type: string, x-bound: client-id }}, inner: {itself} }} }}"
        )),
        (1, beyond())
    );
}
