//! States move by time and by the platform, as the lifecycles of the contract say.

use crate::support::client::{self, FIRST};
use crate::support::partner::{Partner, customer, text};
use sdkwright_sandbox_server::{Error, Options, Running, Sandbox};
use serde_json::{Value, json};

fn state(server: &Running, id: &str) -> String {
    let all = server.resources().into_iter();
    let mut own = all.filter(|one| one.id.as_deref() == Some(id));
    own.next().unwrap().state.unwrap()
}

/// A withdrawal that was submitted.
fn submitted(jane: &Partner) -> String {
    let quote = jane.fiat_quote(&jane.account(), "75.00", "EUR");
    let body = jane.withdrawal(&quote, "75.00", "EUR");
    let made = jane.post(&jane.own("fiat-withdrawals"), &body);
    let id = text(&made, "withdrawalId");
    let evidence = json!({ "operationAuthorization": body["operationAuthorization"] });
    jane.post(&format!("/partner/v1/fiat-withdrawals/{id}/submission"), &evidence);
    id
}

#[test]
fn a_payment_goes_on_by_time_and_not_because_somebody_looks() {
    let jane = Partner::frozen();
    let id = submitted(&jane);
    let read = || jane.get(&format!("/partner/v1/fiat-withdrawals/{id}"));
    let looks: Vec<Value> = (0..5).map(|_| read()["status"].clone()).collect();
    assert_eq!(looks, vec![json!("SUBMITTED"); 5]);
    jane.server.step(1);
    assert_eq!(read()["status"], "PROCESSING");
    jane.server.step(1);
    assert_eq!(read()["status"], "PROCESSING");
    jane.server.step(1);
    let done = read();
    assert_eq!(done["status"], "COMPLETED");
    assert_eq!(done["completedAt"], done["updatedAt"], "a transition sets members");
}

#[test]
fn many_steps_that_are_due_are_made_in_their_order_and_at_their_times() {
    let jane = Partner::frozen();
    let id = submitted(&jane);
    let before = jane.get(&format!("/partner/v1/fiat-withdrawals/{id}"));
    jane.server.step(600);
    let after = jane.get(&format!("/partner/v1/fiat-withdrawals/{id}"));
    assert_eq!(after["status"], "COMPLETED");
    let seconds = |value: &Value| value["updatedAt"].as_str().unwrap()[17..19].parse::<u32>().unwrap();
    assert_eq!(
        (seconds(&before) + 3) % 60,
        seconds(&after),
        "it was completed three seconds after it was submitted"
    );
}

#[test]
fn a_quote_and_a_draft_end_at_the_instant_that_they_name() {
    let jane = Partner::frozen();
    let account = jane.account();
    let quote = jane.fiat_quote(&account, "75.00", "EUR");
    let draft = jane.post(
        &jane.own("fiat-withdrawals"),
        &jane.withdrawal(&jane.fiat_quote(&account, "80.00", "EUR"), "80.00", "EUR"),
    );
    jane.server.step(8 * 24 * 3600);
    assert_eq!(state(&jane.server, &text(&quote, "quoteId")), "EXPIRED");
    assert_eq!(state(&jane.server, &text(&draft, "withdrawalId")), "EXPIRED");
}

#[test]
fn time_that_runs_fast_moves_resources_without_a_call_and_signatures_stay_valid() {
    let options = Options {
        speed: Some(100_000),
        ..Options::default()
    };
    let server = Sandbox::start_file(FIRST, options).unwrap();
    let customer = customer(&server, "INDIVIDUAL");
    server.set_state(&customer, "SUBMITTED").unwrap();
    let calls = server.calls().len();
    while state(&server, &customer) != "APPROVED" {
        std::thread::yield_now();
    }
    assert_eq!(server.calls().len(), calls);
    let jane = Partner { server, customer };
    jane.account();
}

/// A contract about doors with these transitions.
fn doors(transitions: &str) -> Result<Running, Error> {
    let contract = format!(
        "openapi: 3.0.3
info: {{ title: Doors, version: '1' }}
servers: [{{ url: 'http://localhost/house' }}]
x-sdk: {{ owner: {{ name: The Porter, party: porter }} }}
paths:
  /doors:
    post:
      operationId: buildDoor
      requestBody: {{ content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Plan' }} }} }} }}
      responses: {{ '201': {{ description: Built., content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Door' }} }} }} }} }}
  /doors/{{doorId}}:
    get:
      operationId: getDoor
      parameters: [{{ name: doorId, in: path, required: true, schema: {{ type: string }} }}]
      responses: {{ '200': {{ description: A door., content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Door' }} }} }} }} }}
components:
  schemas:
    Plan: {{ type: object, properties: {{ width: {{ type: integer }} }} }}
    Door:
      type: object
      required: [doorId, state]
      properties:
        doorId: {{ type: string }}
        width: {{ type: integer }}
        note: {{ type: string }}
        state: {{ $ref: '#/components/schemas/DoorState' }}
    DoorState:
      type: string
      enum: [SHUT, AJAR, OPEN]
      x-lifecycle:
        initial: SHUT
        done: [OPEN]
        transitions:
{transitions}"
    );
    let options = Options {
        speed: Some(0),
        ..Options::default()
    };
    Sandbox::start(&contract, options)
}

fn door(server: &Running, width: u32) -> String {
    let answer = client::post("/doors", &json!({ "width": width })).send(server);
    text(&answer.json(), "doorId")
}

#[test]
fn the_first_transition_whose_condition_holds_is_made() {
    let server = doors(
        "          - { from: SHUT, to: AJAR, by: porter, after: 10, when: self.width < 50, set: { /note: \"'narrow'\" } }
          - { from: SHUT, to: OPEN, by: porter, after: 10 }
          - { from: AJAR, to: SHUT, by: porter, after: 1 }\n",
    )
    .unwrap();
    let (narrow, wide) = (door(&server, 40), door(&server, 60));
    server.step(9);
    assert_eq!([state(&server, &narrow), state(&server, &wide)], ["SHUT", "SHUT"]);
    server.step(1);
    assert_eq!([state(&server, &narrow), state(&server, &wide)], ["AJAR", "OPEN"]);
    // Round in a circle, and no end of it: the server still answers.
    server.step(u32::MAX);
    assert_eq!(state(&server, &wide), "OPEN");
}

#[test]
fn a_transition_that_cannot_be_is_an_error_with_its_place() {
    let wrong = |words: &str| {
        let line = format!("          - {{ from: SHUT, to: OPEN, by: porter, {words} }}\n");
        doors(&line).unwrap_err().to_string()
    };
    for (words, why) in [
        (
            "after: 1, when: self.height > 2",
            "[0].when: Door has no member `height`; there are",
        ),
        (
            "after: self.width",
            "[0].after: its value is int, and timestamp is needed",
        ),
        (
            "after: -1",
            "[0].after: it is neither a whole number of seconds nor an expression",
        ),
        (
            "after: 1, set: { /colour: \"'red'\" }",
            "[0].set[\"/colour\"]: Door has no member `colour`; there are",
        ),
        (
            "after: 1, set: { /width: \"'red'\" }",
            "[0].set[\"/width\"]: its value is string, and int is needed",
        ),
        (
            "after: 1, whem: 'true'",
            "[0].whem: there is no such keyword; did you mean `when`?",
        ),
    ] {
        let told = wrong(words);
        assert!(
            told.contains(&format!("x-lifecycle.transitions{why}")),
            "{words}: {told}"
        );
    }
}

#[test]
fn a_step_that_is_due_within_a_second_is_made_once_and_not_looked_for_again() {
    let jane = Partner::start();
    let body = json!({ "relationship": "SAME_NAME", "accountHolderName": "Jane", "currency": "EUR", "bankCountry": "DE",
        "iban": "DE89370400440532013000" });
    let id = text(&jane.post(&jane.own("bank-accounts"), &body), "bankAccountId");
    assert_eq!(state(&jane.server, &id), "PENDING");
    jane.server.step(2);
    assert_eq!(state(&jane.server, &id), "ACTIVE");
}

#[test]
fn time_goes_on_where_it_was_when_the_server_begins_again() {
    let store = std::env::temp_dir().join(client::unique("sdkwright-time"));
    let start = |speed: Option<u32>| {
        let options = Options {
            client_secret: Some("sandbox-secret-of-a-test-of-time".to_owned()),
            store: store.to_str().map(str::to_owned),
            speed,
            ..Options::default()
        };
        Sandbox::start_file(FIRST, options).unwrap()
    };
    let jane = Partner::with_server(start(Some(0)), "");
    let id = submitted(&jane);
    jane.server.step(1);
    let before = state(&jane.server, &id);
    drop(jane);
    let again = start(Some(0));
    assert_eq!(state(&again, &id), before);
    again.step(3_600);
    let after = state(&again, &id);
    assert!(before == "PROCESSING" && after != before, "{before}, then {after}");
    drop(again);
    std::fs::remove_file(&store).unwrap();
}

#[test]
fn a_state_that_asks_for_something_says_for_what_until_it_has_it() {
    let jane = Partner::with(Options {
        speed: Some(0),
        ..Options::default()
    });
    let quote = jane.fiat_quote(&jane.account(), "75.92", "EUR");
    let body = jane.withdrawal(&quote, "75.92", "EUR");
    let made = jane.post(&jane.own("fiat-withdrawals"), &body);
    let target = format!("/partner/v1/fiat-withdrawals/{}", text(&made, "withdrawalId"));
    let evidence = json!({ "operationAuthorization": body["operationAuthorization"] });
    jane.post(&format!("{target}/submission"), &evidence);
    jane.server.step(10);
    let asking = jane.get(&target);
    assert_eq!(asking["status"], "ADDITIONAL_INFO_REQUIRED");
    assert_eq!(asking["requirements"][0]["code"], "PROOF_OF_PURPOSE", "{asking}");
    let answers = jane.answers("PROOF_OF_PURPOSE", "OTHER");
    jane.post(&format!("{target}/additional-info"), &answers);
    let answered = jane.get(&target);
    assert_eq!(
        (&answered["status"], &answered["requirements"]),
        (&json!("PROCESSING"), &Value::Null)
    );

    // A move by hand sets what the owner's transition sets.
    jane.server
        .set_state(&text(&made, "withdrawalId"), "ADDITIONAL_INFO_REQUIRED")
        .unwrap();
    assert_eq!(jane.get(&target)["requirements"][0]["code"], "PROOF_OF_PURPOSE");
}
