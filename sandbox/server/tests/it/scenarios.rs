//! Values of a request lead to the endings that the contract lists.

use crate::support::client;
use crate::support::partner::{Partner, text};
use sdkwright_sandbox_server::{Error, Options, Running, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn an_amount_leads_a_withdrawal_through_the_legal_states_to_its_ending_and_another_amount_does_not() {
    let jane = Partner::frozen();
    let submitted = |amount: &str| {
        let quote = jane.fiat_quote(&jane.account(), amount, "EUR");
        let body = jane.withdrawal(&quote, amount, "EUR");
        let id = text(&jane.post(&jane.own("fiat-withdrawals"), &body), "withdrawalId");
        let evidence = json!({ "operationAuthorization": body["operationAuthorization"] });
        jane.post(&format!("/partner/v1/fiat-withdrawals/{id}/submission"), &evidence);
        id
    };
    let (returned, paid) = (submitted("75.94"), submitted("75.00"));
    let mut states = Vec::new();
    for _ in 0..8 {
        let state = |id: &str| text(&jane.get(&format!("/partner/v1/fiat-withdrawals/{id}")), "status");
        states.push((state(&returned), state(&paid)));
        jane.server.step(1);
    }
    states.dedup();
    let same = |state: &str| (state.to_owned(), state.to_owned());
    assert_eq!(
        states,
        [
            same("SUBMITTED"),
            same("PROCESSING"),
            same("COMPLETED"),
            ("RETURNED".to_owned(), "COMPLETED".to_owned())
        ]
    );
}

#[test]
fn the_checks_of_a_call_are_made_in_the_order_of_the_documentation() {
    let sections = include_str!("../../README.md").split("\n## ");
    let mut sections = sections.filter_map(|section| section.strip_prefix("Checks, in this order"));
    let rows = sections
        .next()
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split(':').next());
    let names = rows.flat_map(|row| row.trim_end_matches('`').split("`, `"));
    let documented: Vec<&str> = names.collect();
    let jane = Partner::frozen();
    let quote = jane.fiat_quote(&jane.account(), "75.94", "EUR");
    let body = jane.withdrawal(&quote, "75.94", "EUR");
    let id = text(&jane.post(&jane.own("fiat-withdrawals"), &body), "withdrawalId");
    let evidence = json!({ "operationAuthorization": body["operationAuthorization"] });
    jane.post(&format!("/partner/v1/fiat-withdrawals/{id}/submission"), &evidence);
    let mut seen = BTreeSet::from(["bound", "enabled"]);
    for call in jane.server.calls() {
        let names = call.checks.iter().map(|check| check.name);
        let names: Vec<&str> = names.filter(|name| !["answer", "derives"].contains(name)).collect();
        let mut at = 0;
        // A transition is noted when it is made, which is after all checks.
        for name in names.iter().filter(|name| **name != "state") {
            let next = documented[at..].iter().position(|known| known == name);
            at += next.unwrap_or_else(|| panic!("{name} of {names:?} is not in the order of {documented:?}"));
        }
        seen.extend(names);
    }
    // Nothing is noted of these two unless they end a call.
    assert_eq!(seen, documented.into_iter().collect());
}

/// A contract about doors, whose states no time moves, and keys, which no call makes; with these scenarios.
fn doors(scenarios: &str) -> Result<Running, Error> {
    let contract = format!(
        "openapi: 3.0.3
info: {{ title: Doors, version: '1' }}
servers: [{{ url: 'http://localhost/house' }}]
x-sdk: {{ owner: {{ name: The Porter, party: porter }}, problem: {{ schema: '#/components/schemas/Problem', code: /code }} }}
paths:
  /doors:
    post:
      operationId: buildDoor
      x-problems: [NO_WOOD]
      x-scenarios:
{scenarios}      requestBody: {{ content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Plan' }} }} }} }}
      responses: {{ '201': {{ description: Built., content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Door' }} }} }} }} }}
  /doors/{{doorId}}:
    parameters: [{{ name: doorId, in: path, required: true, schema: {{ type: string, x-newtype: DoorId }} }}]
    get:
      operationId: getDoor
      responses: {{ '200': {{ description: A door., content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Door' }} }} }} }} }}
  /doors/{{doorId}}/keys:
    parameters: [{{ name: doorId, in: path, required: true, schema: {{ type: string, x-newtype: DoorId }} }}]
    get:
      operationId: getKey
      responses: {{ '200': {{ description: A key., content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Key' }} }} }} }} }}
components:
  schemas:
    Plan: {{ type: object, properties: {{ width: {{ type: integer }}, note: {{ type: string }} }} }}
    Door:
      type: object
      required: [doorId, state]
      properties:
        doorId: {{ type: string, x-newtype: DoorId }}
        state: {{ $ref: '#/components/schemas/DoorState' }}
    DoorState:
      type: string
      enum: [SHUT, AJAR, OPEN, GONE]
      x-lifecycle:
        initial: SHUT
        done: [OPEN]
        transitions:
          - {{ from: SHUT, to: AJAR, by: porter }}
          - {{ from: AJAR, to: OPEN, by: porter }}
          - {{ from: OPEN, to: AJAR, by: porter }}
    Key:
      type: object
      required: [keyId, doorId, state]
      properties:
        keyId: {{ type: string, x-newtype: KeyId }}
        doorId: {{ type: string, x-newtype: DoorId }}
        state: {{ $ref: '#/components/schemas/KeyState' }}
    KeyState:
      type: string
      enum: [KEPT, LOST]
      x-lifecycle: {{ initial: KEPT, done: [KEPT], terminal: [LOST], transitions: [{{ from: KEPT, to: LOST, by: porter }}] }}
    Problem:
      type: object
      required: [code]
      properties: {{ code: {{ $ref: '#/components/schemas/Code' }} }}
    Code:
      type: string
      enum: [NO_WOOD]
      x-problem-registry:
        NO_WOOD: {{ status: 409, outcome: not-executed, retry: never, stored: false, actor: porter, advice: Wait for wood. }}
"
    );
    let options = Options {
        speed: Some(0),
        ..Options::default()
    };
    Sandbox::start(&contract, options)
}

fn door(server: &Running, plan: &Value) -> String {
    text(&client::post("/doors", plan).send(server).json(), "doorId")
}

/// The states of all resources of a schema, oldest first, without a read.
fn states(server: &Running, schema: &str) -> Vec<String> {
    let all = server.resources().into_iter().filter(|one| one.schema == schema);
    all.filter_map(|one| one.state).collect()
}

#[test]
fn a_scenario_moves_states_by_time_where_reads_move_them_otherwise() {
    let server = doors(
        "        - { name: back, when: body.width % 100 == 13, to: [OPEN, AJAR], after: 10, message: It is opened and pulled. }\n",
    )
    .unwrap();
    let (led, other) = (
        door(&server, &json!({ "width": 213 })),
        door(&server, &json!({ "width": 212 })),
    );
    let read = |id: &str| text(&client::get(&format!("/doors/{id}")).send(&server).json(), "state");
    assert_eq!([read(&led), read(&led), read(&other)], ["SHUT", "SHUT", "AJAR"]);
    let mut seen = Vec::new();
    for _ in 0..5 {
        server.step(9);
        seen.push(states(&server, "Door")[0].clone());
        server.step(1);
        seen.push(states(&server, "Door")[0].clone());
    }
    seen.dedup();
    assert_eq!(seen, ["SHUT", "AJAR", "OPEN", "AJAR"]);
    assert_eq!(read(&led), "OPEN", "behind its end, the door lives as any other");
    // A member that the request leaves out asks for nothing.
    door(&server, &json!({}));
    server.step(100);
    assert_eq!(states(&server, "Door")[2], "SHUT");
}

#[test]
fn a_scenario_refuses_a_call_or_makes_what_no_call_makes() {
    let server = doors(
        "        - { name: wood, when: body.note == 'no wood', refuses: NO_WOOD, message: There is no wood. }
        - { name: key, when: body.note == 'key', makes: Key, to: LOST, message: A key is lost. }\n",
    )
    .unwrap();
    let refused = client::post("/doors", &json!({ "note": "no wood" })).send(&server);
    assert_eq!(
        (refused.status, refused.json()["code"].clone()),
        (409, json!("NO_WOOD"))
    );
    assert!(states(&server, "Door").is_empty());
    let id = door(&server, &json!({ "note": "key" }));
    assert_eq!(states(&server, "Key"), ["KEPT"]);
    server.step(1);
    assert_eq!(states(&server, "Key"), ["LOST"]);
    let key = client::get(&format!("/doors/{id}/keys")).send(&server).json();
    assert_eq!(
        (key["doorId"].clone(), key["state"].clone()),
        (json!(id), json!("LOST"))
    );
}

#[test]
fn a_scenario_that_cannot_be_is_an_error_with_its_place() {
    let mut broken = Vec::new();
    for (words, part, why) in [
        ("when: body.height > 2, to: OPEN", ".height", "no member `height`"),
        (
            "when: body.width, to: OPEN",
            "body.width",
            "its value is int, and bool is needed",
        ),
        ("when: true, to: WIDE", "WIDE", "Door has no state `WIDE`"),
        ("when: true, to: GONE", "GONE", "no transition leads from SHUT to GONE"),
        (
            "when: true, to: [OPEN, SHUT]",
            "[OPEN",
            "no transition leads from OPEN to SHUT",
        ),
        ("when: true, to: []", "[]", "neither a state nor a list of states"),
        ("when: true, after: 0", "0", "not a number of seconds greater than zero"),
        (
            "when: true, refuses: NO_IRON",
            "NO_IRON",
            "`NO_IRON` is not in `x-problems` of the operation",
        ),
        (
            "when: true, refuses: NO_WOOD, to: OPEN",
            "{",
            "either `refuses` or moves a resource",
        ),
        ("when: true, makes: Window, to: OPEN", "Window", "no resource `Window`"),
        ("when: true, makes: Door, to: OPEN", "Door", "calls create Door"),
        (
            "when: true, of: window, to: OPEN",
            "window",
            "the call refers to no `window`",
        ),
        (
            "when: true, too: OPEN",
            "too",
            "there is no such keyword; did you mean `to`?",
        ),
        ("to: OPEN", "{", "`when` is missing"),
    ] {
        let line = format!("        - {{ name: one, {words}, message: A door. }}");
        let told = doors(&format!("{line}\n")).unwrap_err().to_string();
        let column = line.find(part).unwrap() + 1;
        if !(told.contains(&format!("line 11, column {column}: ")) && told.contains(why)) {
            broken.push(format!("{words}: not in column {column}: {told}"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    let line = "        - { name: one, when: 'true', to: OPEN, message: A door. }\n";
    let told = doors(&line.repeat(2)).unwrap_err().to_string();
    assert!(
        told.contains("line 12, column 19: x-scenarios[1].name: another scenario has the name `one`"),
        "{told}"
    );
}

#[test]
fn a_contract_of_others_keeps_its_own_word_of_this_name() {
    let contract = "openapi: 3.0.3
info: { title: Doors, version: '1' }
servers: [{ url: 'http://localhost/house' }]
paths:
  /doors:
    get:
      x-scenarios: [{ given: a door, then: it opens }]
      responses: { '200': { description: Doors. } }
";
    let server = Sandbox::start(contract, Options::default()).unwrap();
    assert_eq!(client::get("/doors").send(&server).status, 200);
}

#[test]
fn the_second_contract_has_scenarios_of_its_own() {
    let options = Options {
        speed: Some(0),
        ..Options::default()
    };
    let server = Sandbox::start_file(client::SECOND, options).unwrap();
    let sender = client::sender(&server);
    let book = |grams: u32, reference: &str| {
        let shipment = json!({ "receiver": { "country": "NO", "name": "Kari", "street": "Storgata 1" }, "reference": reference,
            "weightGrams": grams });
        // Keys of a `serde_json` map are sorted, and the values are ASCII texts: this is the canonical form.
        let hashed = json!({ "act": "bookShipment", "sender": sender, "shipment": shipment });
        let mut body = shipment;
        body["approval"] = client::approval(&hashed.to_string());
        let answer = client::post(&format!("/senders/{sender}/shipments"), &body).send(&server);
        (answer, body["approval"].clone())
    };
    assert_eq!(book(1200, "order-closed").0.problem(), (503, "depot-closed".into()));
    let (booked, approval) = book(1213, "order-1");
    let id = text(&booked.json(), "shipmentId");
    client::post(&format!("/shipments/{id}/handover"), &json!({ "approval": approval })).send(&server);
    assert_eq!(states(&server, "Shipment"), ["handed_over"]);
    server.step(1);
    assert_eq!(states(&server, "Shipment"), ["in_transit"]);
    server.step(1);
    assert_eq!(states(&server, "Shipment"), ["lost"]);
    book(1215, "order-2");
    server.step(2);
    assert_eq!(states(&server, "Sender"), ["blocked"]);
}

#[test]
fn what_a_scenario_makes_names_what_the_call_names() {
    let jane = Partner::frozen();
    let buyer = json!({ "buyerType": "INDIVIDUAL", "name": "John Sender", "clientReference": "b-1" });
    let buyer = jane.post(&jane.own("buyers"), &buyer)["buyerId"].clone();
    jane.server.step(10);
    let body = json!({ "buyerId": buyer, "clientReference": "cw-1-payment",
        "acceptedAssets": [{ "asset": "USDC", "network": "ETHEREUM" }] });
    let wallet = jane.post(&jane.own("collection-wallets"), &body)["walletId"].clone();
    let payments = jane.get(&jane.own("collection-payments"));
    let mut payments = payments["data"].as_array().unwrap().iter();
    let payment = payments.find(|one| one["walletId"] == wallet).unwrap();
    assert_eq!(payment["buyerId"], buyer);
}

#[test]
fn a_capability_follows_the_applications_of_its_customer() {
    let jane = Partner::frozen();
    let route = || {
        let routes = jane.get(&jane.own("fiat-account-capabilities"))["data"]["routes"].clone();
        (text(&routes[0], "status"), routes[0].get("requirements").is_some())
    };
    let apply = |reference: &str| {
        let body = json!({ "routeCode": "SEPA_EUR", "currency": "EUR", "clientReference": reference });
        let made = jane.post(&jane.own("fiat-account-applications"), &body);
        let before = route();
        jane.server.step(10);
        (text(&made, "applicationId"), before, route())
    };
    let is = |state: &str, is_asked: bool| (state.to_owned(), is_asked);
    assert_eq!(route(), is("AVAILABLE", false));
    let (_, before, after) = apply("fa-1-rejected");
    assert_eq!((before, after), (is("PENDING", false), is("AVAILABLE", false)));
    let (asked, _, after) = apply("fa-2-more-info");
    assert_eq!(after, is("ADDITIONAL_INFO_REQUIRED", true));
    let answers = jane.answers("PROOF_OF_ADDRESS_OUTDATED", "PROOF_OF_ADDRESS");
    jane.post(
        &format!("/partner/v1/fiat-account-applications/{asked}/additional-info"),
        &answers,
    );
    assert_eq!(route(), is("PENDING", false));
    jane.server.step(10);
    assert_eq!(route(), is("ACTIVE", false));
}
