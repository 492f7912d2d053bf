//! Invalid words of the vocabulary: each is reported alone, at its location.

use super::{faults, lower};
use crate::{
    diag::{Code, Level, Levels},
    ir::is_token,
};

/// A contract with everything of the vocabulary; each row changes one word of it.
const WHOLE: &str = include_str!("whole.yaml");

/// A text of the contract, what it is changed to, and what is told.
const ROWS: &[(&str, &str, &str)] = &[
    (
        "nonce: { minLength: 16, maxLength: 64 }",
        "nonce: { minLength: 7, maxLength: 64 }",
        "`x-signing`: no nonce can have such a length",
    ),
    (
        "nonce: { minLength: 16, maxLength: 64 }",
        "nonce: { minLength: 65, maxLength: 64 }",
        "`x-signing`: no nonce can have such a length",
    ),
    (
        "nonce: { minLength: 16, maxLength: 64 }",
        "nonce: { minLength: 5000000000 }",
        "`x-signing`: this number is too large",
    ),
    (
        "nonce: { minLength: 16, maxLength: 64 }",
        "nonce: { minLength: 16, maxLength: 64, pattern: '^[a-z]+$' }",
        "`x-signing`: nonces consist of letters, digits, `-` and `_`, but this pattern does not match all of them",
    ),
    (
        "headers: { clientId: X-Client, timestamp: X-Stamp, nonce: X-Nonce }",
        "headers: { clientId: X-Client, nonce: X-Nonce }",
        "`x-signing`: `timestamp` is signed, but no header contains it",
    ),
    (
        "headers: { clientId: X-Client, timestamp: X-Stamp, nonce: X-Nonce }",
        "headers: { clientId: X-Client, timestamp: X-Stamp }",
        "`x-signing`: `nonce` is signed, but no header contains it",
    ),
    (
        "timestamp, nonce, idempotency-key]",
        "timestamp, nonce, nonce]",
        "`x-signing`: this component is listed twice",
    ),
    (
        "components: [method, target, body-sha256-hex, timestamp, nonce, idempotency-key]",
        "components: []",
        "`x-signing`: `components` is empty",
    ),
    (
        "timestamp, nonce, idempotency-key]",
        "timestamp, nonce, target]",
        "`x-signing`: this component is listed twice",
    ),
    ("code: /code", "code: /a~b", "`x-sdk`: `/a~b` is not a JSON Pointer"),
    ("        freshness: 120\n", "", "`x-signing`: `freshness` is missing"),
    (
        "        freshness: 120\n",
        "        freshness: 0\n",
        "`0` has no meaning here",
    ),
    (
        "        freshness: 120\n",
        "        freshness: 120\n        query: { timestamp: X, clientId: X }\n",
        "`x-signing`: two values have the parameter `X` of the query",
    ),
    (
        "components: [method, target, body-sha256-hex, timestamp, nonce, idempotency-key]\n        headers: { clientId: X-Client,",
        "components: [method, body-sha256-hex, timestamp, nonce, idempotency-key]\n        query: { clientId: who }\n        headers: {",
        "`x-signing`: the parameter `who` is not signed, so anyone could change it",
    ),
    (
        "        freshness: 120\n",
        "        freshness: 120\n        settings: { issuer: { description: x } }\n",
        "`x-signing`: the message does not contain the setting `issuer`",
    ),
    (
        "        separator: '|'\n        components: [method, target, body-sha256-hex, timestamp, nonce, idempotency-key]\n",
        "        message: '{target}|{timestamp}|{nonce}|{settings.issuer}'\n",
        "`x-signing`: `settings.issuer` is not declared",
    ),
    (
        "        separator: '|'\n        components: [method, target, body-sha256-hex, timestamp, nonce, idempotency-key]\n",
        "        message: '{target}|{timestamp}|{nonce}|{header.X-Other}'\n",
        "`x-signing`: a request does not contain `header.X-Other`",
    ),
    (
        "expired: AUTH_FAILED,",
        "expired: AUTH,",
        "`x-signing` lists `AUTH`, which is not in the problem registry",
    ),
    (
        "replayed: AUTH_FAILED }",
        "replayed: AUTH_FAILED, client: NOBODY }",
        "`x-signing` lists `NOBODY`, which is not in the problem registry",
    ),
    (
        "replayed: AUTH_FAILED }",
        "replayed: AUTH_FAILED, signature: NOBODY }",
        "`x-signing` lists `NOBODY`, which is not in the problem registry",
    ),
    (
        "replayed: AUTH_FAILED }",
        "replayed: NOBODY }",
        "`x-signing` lists `NOBODY`, which is not in the problem registry",
    ),
    (
        "conflict: AUTH_FAILED,",
        "conflict: NOBODY,",
        "`x-idempotency` lists `NOBODY`, which is not in the problem registry",
    ),
    (
        "inProgress: BUSY",
        "inProgress: NOBODY",
        "`x-idempotency` lists `NOBODY`, which is not in the problem registry",
    ),
    (
        "            into: hash\n",
        "            into: hash\n            problem: NOBODY\n",
        "`x-payload-hash` lists `NOBODY`, which is not in the problem registry",
    ),
    (
        "key: { minLength: 1, maxLength: 64 }",
        "key: { minLength: 65, maxLength: 64 }",
        "`x-idempotency`: no idempotency key can have such a length",
    ),
    (
        "key: { minLength: 1, maxLength: 64 }",
        "key: { minLength: 2, maxLength: 1 }",
        "`x-idempotency`: no idempotency key can have such a length",
    ),
    ("  retention: 3600\n", "", "`x-idempotency`: `retention` is missing"),
    (
        "  header: X-Key\n",
        "  header: 'X Key'\n",
        "`x-idempotency`: a header cannot have this name",
    ),
    (
        "      x-idempotency: { intent: effect }\n      x-problems",
        "      x-idempotency: { intent: effect, subject: [/nowhere] }\n      x-problems",
        "there is no member `/nowhere` in the `application/json` body of `createOrder`",
    ),
    (
        "      x-idempotency: { intent: effect }\n      x-problems",
        "      x-idempotency: { intent: effect, subject: [path.nowhere] }\n      x-problems",
        "`x-idempotency`: the path has no parameter `nowhere`",
    ),
    (
        "    get:\n      operationId: listOrders\n",
        "    get:\n      operationId: listOrders\n      x-idempotency: { intent: refresh }\n",
        "`listOrders` is safe, so it has no idempotency key",
    ),
    (
        "x-problems: [AUTH_FAILED]",
        "x-problems: [AUTH_FAILED, AUTH_FAILED]",
        "`AUTH_FAILED` is listed twice in `x-problems`",
    ),
    (
        "inputs: { operation: operationId, shop: path.shopId, payload: body }",
        "inputs: { operation: operationId, shop: path.shopId }",
        "`x-payload-hash`: the hash does not cover the body",
    ),
    (
        "from: NEW, to: DONE",
        "from: NEWW, to: DONE",
        "`NEWW` is not a state of this enum",
    ),
    (
        "from: NEW, to: DONE",
        "from: NEW, to: DON",
        "`DON` is not a state of this enum",
    ),
    ("done: [DONE]\n", "done: [DON]\n", "`DON` is not a state of this enum"),
    (
        "terminal: [DONE]\n",
        "terminal: [DON]\n",
        "`DON` is not a state of this enum",
    ),
    (
        "terminal: [DONE]\n",
        "terminal: [DONE]\n        needsAction: [DON]\n",
        "`DON` is not a state of this enum",
    ),
    (
        "components: [timestamp, body-sha256-hex]\n",
        "components: [timestamp, nonce, body-sha256-hex]\n",
        "`x-webhooks`: `nonce` is signed, but no header contains it",
    ),
    (
        "components: [timestamp, body-sha256-hex]\n",
        "components: [timestamp, client-id, body-sha256-hex]\n",
        "`x-webhooks`: a delivery does not contain `client-id`",
    ),
    (
        "components: [timestamp, body-sha256-hex]\n",
        "components: [timestamp, method, body-sha256-hex]\n",
        "`x-webhooks`: a delivery does not contain `method`",
    ),
    (
        "components: [timestamp, body-sha256-hex]\n",
        "components: [timestamp, target, body-sha256-hex]\n",
        "`x-webhooks`: a delivery does not contain `target`",
    ),
    (
        "components: [timestamp, body-sha256-hex]\n",
        "components: [timestamp, idempotency-key, body-sha256-hex]\n",
        "`x-webhooks`: a delivery does not contain `idempotency-key`",
    ),
    (
        "type: /eventType }",
        "type: /eventType, resourceType: /eventType }",
        "`x-webhooks`: a resource requires both `resourceType` and `resourceId`, but one of them is missing",
    ),
    (
        "type: /eventType }",
        "type: /eventType, resourceId: /eventType }",
        "`x-webhooks`: a resource requires both `resourceType` and `resourceId`, but one of them is missing",
    ),
    (
        "type: /eventType }",
        "type: /eventType, resourceType: /kind, resourceId: /eventId }",
        "`x-webhooks.envelope`: the pointer `/kind` has no target: there is no member `kind`",
    ),
    (
        "type: /eventType }",
        "type: /eventType, resourceType: /eventId, resourceId: /kind }",
        "`x-webhooks.envelope`: the pointer `/kind` has no target: there is no member `kind`",
    ),
    (
        "schema: '#/components/schemas/Event', id",
        "schema: '#/components/schemas/Evnt', id",
        "`x-webhooks`: there is no schema of that name",
    ),
    (
        "baseUrl: SHOP_URL",
        "baseUrl: 'SHOP URL'",
        "`x-sdk`: an environment variable cannot have this name",
    ),
    (
        "baseUrl: SHOP_URL",
        "baseUrl: 1SHOP",
        "`x-sdk`: an environment variable cannot have this name",
    ),
    (
        "    schema: '#/components/schemas/Problem'\n",
        "    schema: '#/components/schemas/Prblem'\n",
        "`x-sdk`: there is no schema of that name",
    ),
    (
        "    code: /code\n",
        "    code: /code\n    title: /nowhere\n",
        "`x-sdk.problem`: the pointer `/nowhere` has no target: there is no member `nowhere`",
    ),
    (
        "support: [shopId]",
        "support: [shopId, nobody]",
        "`x-sdk.support` lists `nobody`, which is neither a parameter nor a member of a body",
    ),
    (
        "  items: /data\n  next: /next\n",
        "  items: /next\n  next: /next\n",
        "`x-pagination`: `/next` in the response of `listOrders` is not an array",
    ),
    (
        "        - { name: cursor, in: query, schema: { type: string } }",
        "        - { name: cursor, in: query, schema: { type: object, properties: { a: { type: string } } } }",
        "`x-pagination`: the parameter `cursor` of `listOrders` is not a plain string",
    ),
    (
        "        - { name: cursor, in: query, schema: { type: string } }",
        "        - { name: cursor, in: header, schema: { type: string } }",
        "`x-pagination`: `listOrders` has no query parameter `cursor`",
    ),
    (
        "  cursor: cursor\n",
        "  cursor: cursor\n  limit: size\n",
        "`x-pagination`: `listOrders` has no query parameter `size`",
    ),
    (
        "        note: { type: string, x-sensitive: true }",
        "        note: { type: string, x-sensitive: true }\n        amounts: { type: array, items: { type: string }, x-newtype: Amounts }",
        "`x-newtype: Amounts` is on a schema that is not a scalar",
    ),
    (
        "        - { name: orderId, in: path, required: true, schema: { $ref: '#/components/schemas/OrderId' } }",
        "        - { name: orderId, in: path, required: true, schema: { $ref: '#/components/schemas/OrderId' } }\n        - { name: some, in: query, x-newtype: Some, schema: { type: array, items: { type: string } } }",
        "`x-newtype` is on a schema that is not a scalar",
    ),
    (
        "        - { name: orderId, in: path, required: true, schema: { $ref: '#/components/schemas/OrderId' } }",
        "        - { name: orderId, in: path, required: true, schema: { $ref: '#/components/schemas/OrderId' } }\n        - { name: some, in: query, x-newtype: OrderId, schema: { type: array, items: { type: string } } }",
        "`x-newtype` is on a schema that is not a scalar",
    ),
    (
        "        - { name: orderId, in: path, required: true, schema: { $ref: '#/components/schemas/OrderId' } }",
        "        - { name: orderId, in: path, required: true, schema: { $ref: '#/components/schemas/OrderId' } }\n        - { name: some, in: query, x-newtype: OrderId, schema: { type: integer, enum: [1, 2] } }",
        "`OrderId` is an enumeration of other values here and Text elsewhere",
    ),
    (
        "retry: never",
        "retry: never, newKey: true",
        "`x-problem-registry`: `newKey` is only allowed with `retry: after-change`",
    ),
    (
        "retry: never",
        "retry: never, correctClock: true",
        "`x-problem-registry`: `correctClock` is only allowed with `retry: resign-once`",
    ),
    (
        "in: header\n      name: X-Signature",
        "in: cookie\n      name: X-Signature",
        "`x-signing` on a scheme that has no place for a signature",
    ),
    (
        "      name: X-Signature",
        "      name: 'X Signature'",
        "`x-signing`: the `name` of the scheme cannot be the name of a header",
    ),
    (
        "shop: path.shopId",
        "shop: path.cursor",
        "`createOrder` has no path parameter `cursor` to hash",
    ),
    (
        "      - { name: shopId, in: path, required: true, schema: { type: string, x-newtype: ShopId } }",
        "      - { name: shopId, in: path, required: true, style: label, schema: { type: string, x-newtype: ShopId } }",
        "the path parameter `shopId` of `createOrder`, which needs an approval, is not a plain value",
    ),
    (
        "status: 401",
        "status: 600",
        "`x-problem-registry`: this is not an HTTP error status",
    ),
    (
        "status: 401",
        "status: 200",
        "`x-problem-registry`: this is not an HTTP error status",
    ),
    (
        "shop: path.shopId",
        "shop: path.dry",
        "`createOrder` has no path parameter `dry` to hash",
    ),
    (
        "schema: { type: string, x-newtype: ShopId } }",
        "schema: { type: array, items: { type: string } } }",
        "the path parameter `shopId` of `createOrder`, which needs an approval, is not a plain value",
    ),
    (
        "of: createOrder }",
        "of: createOrder, into: hash }",
        "`x-payload-hash`: `into` cannot be combined with `of`",
    ),
    (
        "of: createOrder }",
        "of: submitOrder }",
        "`submitOrder` is not an operation whose body contains an approval",
    ),
    (
        "            algorithm: sha256\n            encoding: hex\n",
        "            encoding: hex\n",
        "`x-payload-hash`: `algorithm` is missing",
    ),
    (
        "          allOf: [{ $ref: '#/components/schemas/Approval' }]\n          x-payload-hash:\n            algorithm",
        "          type: string\n          x-payload-hash:\n            algorithm",
        "the approval evidence has no member `hash` for the hash",
    ),
    (
        "  cursor: cursor\n",
        "",
        "`x-pagination`: neither the operation nor the root has `cursor`",
    ),
    (
        "      - { name: cursor, in: query, schema: { type: string } }",
        "      - { name: cursor, in: query, schema: { type: array, items: { type: string } } }",
        "`x-pagination`: the parameter `cursor` of `listOrders` is not a plain string",
    ),
    (
        "  next: /next\n",
        "  next: { link: next, url: /next }\n",
        "`x-pagination`: `next` names none or several of `header`, `link`, `url`, `last`, `offset` and `page`",
    ),
    (
        "  next: /next\n",
        "  next: { page: 1, total: /next }\n",
        "`x-pagination`: `total` needs `offset`",
    ),
    (
        "  next: /next\n",
        "  next: { url: /next }\n",
        "`x-pagination`: the whole query comes from the URL of the next page, so `cursor` has no effect",
    ),
    (
        "  next: /next\n",
        "  next: { offset: 0, total: /next }\n",
        "`x-pagination`: `/next` in the response of `listOrders` is not a whole number",
    ),
    (
        "  cursor: cursor\n",
        "  cursor: /cursor\n",
        "`x-pagination`: the body of `listOrders` is not JSON alone",
    ),
    (
        "  items: /data\n",
        "  items: ''\n",
        "`x-pagination`: the response of `listOrders` is not an array",
    ),
    (
        "  next: /next\n",
        "  next: /next\n  more: /last\n  done: /last\n",
        "`x-pagination`: both `done` and `more` are set",
    ),
    (
        "  next: /next\n",
        "  next: /next\n  more: /next\n",
        "`x-pagination`: `/next` in the response of `listOrders` is not a boolean",
    ),
    (
        "enum: [NEW, DONE]\n",
        "enum: [NEW, DONE]\n      x-sdk: { variantPrefix: NE }\n",
        "`x-sdk`: `DONE` does not begin with `NE`",
    ),
    (
        "      x-idempotency: { intent: effect }\n      x-problems",
        "      x-idempotency: { intent: effect, subject: [] }\n      x-problems",
        "`x-idempotency`: `subject` is empty",
    ),
    (
        "retry: never",
        "retry: nver, newKey: true",
        "`nver` is not one of `again`, `resign-once`, `after-change`, `never`",
    ),
    (
        "retry: never",
        "retry: nver, correctClock: true",
        "`nver` is not one of `again`, `resign-once`, `after-change`, `never`",
    ),
    (
        "eventId: { type: string }, eventType: { type: string }",
        "eventId: { type: string }, eventType: { type: string, format: date }",
        "`x-webhooks.envelope`: `/eventType` is not a string, so it cannot be the event type",
    ),
    (
        "eventId: { type: string }, eventType: { type: string }",
        "eventId: { type: string }, eventType: { enum: [1, order.created] }",
        "`x-webhooks.envelope`: `/eventType` is not a string, so it cannot be the event type",
    ),
    (
        "eventId: { type: string }, eventType: { type: string }",
        "eventId: { type: string }, eventType: { type: integer, enum: [1, 2] }",
        "`x-webhooks.envelope`: `/eventType` is not a string, so it cannot be the event type",
    ),
    (
        "eventId: { type: string }, eventType: { type: string }",
        "eventId: { type: string }, eventType: { type: object, properties: { a: { type: string } } }",
        "`x-webhooks.envelope`: `/eventType` is not a string, so it cannot be the event type",
    ),
    (
        "            encoding: hex\n            canonical",
        "            canonical",
        "`x-payload-hash`: `encoding` is missing",
    ),
];

/// A text of the contract and what it is changed to, of which nothing is told.
const MEANT: &[(&str, &str)] = &[
    (
        "key: { minLength: 1, maxLength: 64 }",
        "key: { minLength: 64, maxLength: 64 }",
    ),
    ("of: createOrder }", "of: createOrder, x-documented: true }"),
    ("data: { type: array,", "data: { nullable: true, type: array,"),
    (
        "eventType: { type: string }",
        "eventType: { type: string, x-newtype: Kind }",
    ),
    (
        "eventType: { type: string }",
        "eventType: { type: string, enum: [order.created] }",
    ),
    ("eventType: { type: string }", "eventType: {}"),
    (
        "        - { name: cursor, in: query, schema: { type: string } }",
        "        - { name: cursor, in: query, schema: { type: string, enum: [a] } }",
    ),
    (
        "        - { name: cursor, in: query, schema: { type: string } }",
        "        - { name: cursor, in: query, schema: {} }",
    ),
    (
        "        - { name: cursor, in: query, schema: { type: string } }",
        "        - { name: cursor, in: query, schema: { type: string } }\n        - { name: cursor, in: header, schema: { type: array, items: { type: string } } }",
    ),
    (
        "        - { name: cursor, in: query, schema: { type: string } }",
        "        - { name: cursor, in: query, schema: { type: string } }\n        - { name: tags, in: query, schema: { type: array, items: { type: string } } }",
    ),
    (
        "      responses:\n        '200':\n          description: A page.",
        "      responses:\n        '400': { description: No., content: { application/json: { schema: { $ref: '#/components/schemas/Problem' } } } }\n        '200':\n          description: A page.",
    ),
];

#[test]
fn each_word_that_cannot_be_meant_is_told_and_nothing_else() {
    for (from, to, message) in ROWS {
        assert!(WHOLE.contains(from), "{from}");
        let said = faults(&WHOLE.replacen(from, to, 1));
        let said: Vec<&str> = said.iter().map(|(_, said)| said.as_str()).collect();
        assert_eq!(said, [*message], "{from} to {to}");
    }
}

/// The message for a text where that code is told in that way.
fn told(text: &str, code: Code, level: Level) -> Vec<String> {
    let mut levels = Levels::strict();
    levels.overrides.insert(code, level);
    let (_, report) = lower(text, levels);
    let said = report.diagnostics().into_iter();
    said.map(|one| one.message.clone()).collect()
}

#[test]
fn an_empty_text_is_no_header_and_is_refused_where_it_is_a_word_of_ours() {
    assert!(is_token("X-Call-Id") && !is_token(""));
    for (from, to) in [
        ("baseUrl: SHOP_URL", "baseUrl: ''"),
        ("expired: AUTH_FAILED,", "expired: '',"),
        ("x-newtype: ShopId", "x-newtype: ''"),
    ] {
        assert!(WHOLE.contains(from), "{from}");
        let said = told(&WHOLE.replacen(from, to, 1), Code::WrongValue, Level::Hidden);
        assert!(
            said.iter().any(|said| said == "an empty text is not allowed here"),
            "{to}: {said:?}"
        );
    }
}

#[test]
fn a_client_certificate_can_be_told_as_what_nothing_is_written_for() {
    let text = "openapi: 3.1.0\ninfo: { title: T, version: '1' }\npaths: {}\ncomponents:\n  securitySchemes:\n    Mutual: { type: mutualTLS }\n";
    assert!(faults(text).is_empty());
    let said = told(text, Code::NotedKeyword, Level::Note);
    assert!(
        said.iter()
            .any(|said| said.contains("a client certificate belongs to the transport")),
        "{said:?}"
    );
}

#[test]
fn nothing_is_told_of_a_word_that_can_be_meant() {
    for (from, to) in MEANT {
        assert!(WHOLE.contains(from), "{from}");
        assert_eq!(faults(&WHOLE.replacen(from, to, 1)), [], "{from} to {to}");
    }
}
