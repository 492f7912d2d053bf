//! Answers of operations: validation, approvals, states, lists and answers on demand, against the second contract.

use crate::support::client::{self, Request, approval, booking, get, post, second, sender, shipment, unique};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use serde_json::{Value, json};

fn state(server: &Running, id: &str) -> String {
    get(&format!("/shipments/{id}")).send(server).json()["state"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_body_is_checked_by_its_schema_and_errors_point_into_it() {
    let server = second();
    let sender = sender(&server);
    let target = format!("/senders/{sender}/rates");
    let answer = post(&target, &json!({ "weightGrams": 0, "destinationCountry": "NOR" }))
        .header("X-Trace-Id", "t-1")
        .send(&server);
    assert_eq!(answer.problem(), (422, "body-invalid".into()));
    let problem = answer.json();
    assert_eq!((&problem["status"], &problem["trace"]), (&json!(422), &json!("t-1")));
    let mut found: Vec<_> = problem["error"]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["at"], &one["rule"]))
        .collect();
    found.sort_by_key(|(at, _)| at.to_string());
    assert_eq!(
        found,
        [
            (&json!("/destinationCountry"), &json!("maxLength")),
            (&json!("/weightGrams"), &json!("exclusiveMinimum"))
        ]
    );

    for value in [json!(null), json!("80.00")] {
        let body = json!({ "weightGrams": 1, "destinationCountry": "NO", "insuredValue": value });
        assert_eq!(post(&target, &body).send(&server).status, 201, "{value}");
    }
    let wrong = json!({ "weightGrams": 1, "destinationCountry": "NO", "insuredValue": 80 });
    assert_eq!(
        post(&target, &wrong).send(&server).json()["error"]["fields"][0]["at"],
        "/insuredValue"
    );
    let twice = Request {
        body: br#"{"weightGrams":1,"weightGrams":2,"destinationCountry":"NO"}"#.to_vec(),
        ..post(&target, &json!({}))
    };
    assert_eq!(twice.send(&server).status, 422);
    let other = Request {
        media: Some("text/plain".into()),
        ..post(&target, &json!({}))
    };
    assert_eq!(
        other.send(&server).json()["error"]["fields"][0]["at"],
        "/header/Content-Type"
    );
    let query = get(&format!("/senders/{sender}/scans?size=51")).send(&server);
    assert_eq!(query.json()["error"]["fields"][0]["at"], "/query/size");
}

#[test]
fn a_form_is_checked_part_by_part() {
    let server = second();
    let target = format!("/senders/{}/papers", sender(&server));
    let form = |parts: &str| Request {
        body: format!("{parts}--b--\r\n").into_bytes(),
        media: Some("multipart/form-data; boundary=b".into()),
        ..post(&target, &json!({}))
    };
    let file = "--b\r\nContent-Disposition: form-data; name=\"content\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n";
    let kind = "--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nlicence\r\n";
    let pages = "--b\r\nContent-Disposition: form-data; name=\"pages\"\r\n\r\n7\r\n";
    let answer = form(&format!("{file}{kind}{pages}")).send(&server);
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
    assert_eq!(
        (&answer.json()["kind"], &answer.json()["pages"]),
        (&json!("licence"), &json!(7))
    );
    assert_eq!(form(kind).send(&server).json()["error"]["fields"][0]["at"], "/content");
    let unknown = form(&format!("{file}{}", kind.replace("licence", "poem"))).send(&server);
    assert_eq!(unknown.json()["error"]["fields"][0]["at"], "/kind");
}

#[test]
fn a_bound_member_must_be_the_client_that_signs() {
    let server = second();
    let sender = sender(&server);
    let (id, _) = shipment(&server, &sender);
    let target = format!("/shipments/{id}/cancellation");
    let other = post(&target, &json!({ "reason": "other", "cancelledByAccount": "somebody" })).send(&server);
    assert_eq!(
        (other.problem(), other.json()["error"]["fields"][0]["at"].clone()),
        ((422, "body-invalid".into()), json!("/cancelledByAccount"))
    );
    let own = post(
        &target,
        &json!({ "reason": "other", "cancelledByAccount": server.client_id }),
    )
    .send(&server);
    assert_eq!((own.status, own.json()["state"].clone()), (200, json!("cancelled")));
}

#[test]
fn an_approval_is_of_exactly_one_operation_path_and_body() {
    let server = second();
    let (one, two) = (sender(&server), sender(&server));
    let right = booking(&one, "order-1");
    let elsewhere = post(&format!("/senders/{two}/shipments"), &right).send(&server);
    assert_eq!(elsewhere.problem(), (403, "approval-mismatch".into()));
    let mut changed = right.clone();
    changed["weightGrams"] = json!(1201);
    assert_eq!(
        post(&format!("/senders/{one}/shipments"), &changed)
            .send(&server)
            .problem()
            .0,
        403
    );
    let mut missing = right.clone();
    missing.as_object_mut().unwrap().remove("approval");
    assert_eq!(
        post(&format!("/senders/{one}/shipments"), &missing)
            .send(&server)
            .problem(),
        (403, "approval-mismatch".into())
    );
    let spaced = Request {
        body: serde_json::to_vec_pretty(&right).unwrap(),
        ..post(&format!("/senders/{one}/shipments"), &right)
    };
    assert_eq!(spaced.send(&server).status, 201);
}

#[test]
fn what_has_expired_can_no_longer_be_used() {
    let server = second();
    let sender = sender(&server);
    let quote = json!({ "weightGrams": 1200, "destinationCountry": "NO" });
    let rate = post(&format!("/senders/{sender}/rates"), &quote).send(&server).json();
    let book = |offset: i64| {
        let (mut body, reference) = (json!(null), unique("order"));
        body["rateId"] = rate["rateId"].clone();
        body["reference"] = json!(reference);
        body["weightGrams"] = json!(1200);
        body["receiver"] = json!({ "name": "Kari", "street": "Storgata 1", "country": "NO" });
        let canonical = format!(
            r#"{{"act":"bookShipment","sender":"{sender}","shipment":{{"rateId":{},"receiver":{{"country":"NO","name":"Kari","street":"Storgata 1"}},"reference":"{reference}","weightGrams":1200}}}}"#,
            rate["rateId"]
        );
        body["approval"] = client::approval(&canonical);
        server.set_clock_offset(offset);
        let request = post(&format!("/senders/{sender}/shipments"), &body);
        Request {
            time: client::now() + offset,
            ..request
        }
        .send(&server)
    };
    assert_eq!(book(0).status, 201);
    assert_eq!(book(601).problem(), (410, "rate-expired".into()));
}

#[test]
fn a_target_is_signed_as_it_is_on_the_wire() {
    let server = second();
    for id in [
        "a%2Fb",
        "%7Bx%7D",
        "a%20b",
        "a+b",
        "a:b@c",
        "..%2f",
        "%C3%A9",
        "a'b(c)*d!",
        "a;b=c,d",
    ] {
        let answer = get(&format!("/shipments/{id}?x={id}&&y=%zz")).send(&server);
        assert_eq!(answer.problem(), (404, "shipment-unknown".into()), "{id}");
        assert_eq!(
            server.calls().pop().unwrap().target,
            format!("/api/shipments/{id}?x={id}&&y=%zz")
        );
    }
}

#[test]
fn a_later_body_takes_the_approval_of_the_creation_or_a_fresh_one_for_the_same_hash() {
    let server = second();
    let sender = sender(&server);
    let (id, approval) = shipment(&server, &sender);
    let (_, other) = shipment(&server, &sender);
    let target = format!("/shipments/{id}/handover");
    assert_eq!(
        post(&target, &json!({ "approval": other })).send(&server).problem(),
        (403, "approval-mismatch".into())
    );
    let answer = post(&target, &json!({ "approval": approval })).send(&server);
    assert_eq!(
        (answer.status, answer.json()["state"].clone()),
        (202, json!("handed_over"))
    );
    assert_eq!(answer.json()["shipmentId"], id);
    let (third, mut fresh) = shipment(&server, &sender);
    fresh["approver"] = json!("ops-8");
    let answer = post(&format!("/shipments/{third}/handover"), &json!({ "approval": fresh })).send(&server);
    assert_eq!(answer.status, 202);
}

#[test]
fn a_member_that_nobody_may_send_is_refused_at_any_depth_and_in_any_spelling() {
    let server = second();
    for (body, field) in [
        (
            json!({ "senderRef": unique("shop"), "name": "Shop", "depot_id": "d-1" }),
            "/depot_id",
        ),
        (
            json!({ "senderRef": unique("shop"), "name": "Shop", "more": [{ "RawScan": {} }] }),
            "/more/0/RawScan",
        ),
    ] {
        let answer = post("/senders", &body).send(&server);
        assert_eq!(answer.problem(), (422, "body-invalid".into()), "{field}");
        assert!(answer.json().to_string().contains(field), "{}", answer.json());
    }
}

#[test]
fn a_request_without_the_id_that_the_contract_requires_is_refused() {
    let contract = std::fs::read_to_string(client::SECOND).unwrap();
    let contract = contract.replace("echoed: true, required: false", "echoed: true, required: true");
    let server = Sandbox::start(&contract, Options::default()).unwrap();
    let request = || post("/senders", &json!({ "senderRef": unique("shop"), "name": "Shop" }));
    assert_eq!(request().send(&server).problem(), (422, "body-invalid".into()));
    assert_eq!(request().header("X-Trace-Id", "trace-8").send(&server).status, 201);
}

#[test]
fn an_unknown_id_has_the_code_of_its_parameter() {
    let server = second();
    assert_eq!(
        get("/senders/snd_0000000000").send(&server).problem(),
        (404, "sender-unknown".into())
    );
    assert_eq!(
        get("/senders/snd_0000000000/scans").send(&server).problem(),
        (404, "sender-unknown".into())
    );
    assert_eq!(
        get("/shipments/shp_0000000000").send(&server).problem(),
        (404, "shipment-unknown".into())
    );
    let sender = sender(&server);
    assert_eq!(
        get(&format!("/shipments/{sender}")).send(&server).problem(),
        (404, "shipment-unknown".into())
    );
    let example = get("/shipments/shp_9x8v7u6t5s");
    assert_eq!(example.send(&server).status, 404);
    let kind = Sandbox::start_file(
        client::SECOND,
        Options {
            examples_exist: true,
            ..Options::default()
        },
    )
    .unwrap();
    assert_eq!(example.send(&kind).json()["shipmentId"], "shp_9x8v7u6t5s");
}

#[test]
fn what_was_sent_comes_back_and_what_was_left_out_does_not() {
    let server = second();
    let sender = sender(&server);
    let (id, _) = shipment(&server, &sender);
    let shipment = get(&format!("/shipments/{id}")).send(&server).json();
    assert_eq!(
        (&shipment["shipmentId"], &shipment["senderId"]),
        (&json!(id), &json!(sender))
    );
    assert_eq!(shipment["receiver"]["name"], "Kari");
    assert!(
        shipment.get("rateId").is_none() && shipment.get("approval").is_none(),
        "{shipment}"
    );
    assert!(shipment["bookedAt"].as_str().unwrap() > "2026-03-02T09:00:01Z");
}

#[test]
fn the_owner_moves_a_resource_at_each_read_until_it_is_done() {
    let server = second();
    let sender = sender(&server);
    let (id, approval) = shipment(&server, &sender);
    assert_eq!([state(&server, &id), state(&server, &id)], ["booked", "booked"]);
    assert_eq!(
        post(&format!("/shipments/{id}/handover"), &json!({ "approval": approval }))
            .send(&server)
            .status,
        202
    );
    assert_eq!(
        [state(&server, &id), state(&server, &id), state(&server, &id)],
        ["in_transit", "delivered", "delivered"]
    );
    let late = post(&format!("/shipments/{id}/cancellation"), &json!({ "reason": "other" })).send(&server);
    assert_eq!(late.problem(), (409, "shipment-state-wrong".into()));
}

#[test]
fn a_state_can_be_asked_for() {
    let server = second();
    let sender = sender(&server);
    let (id, _) = shipment(&server, &sender);
    let held = get(&format!("/shipments/{id}"))
        .header("Sandbox-State", "held")
        .send(&server);
    assert_eq!(held.json()["state"], "held");
    assert_eq!(state(&server, &id), "held");
    server.set_state(&id, "lost").unwrap();
    assert_eq!(state(&server, &id), "lost");
    assert!(server.set_state("nothing", "lost").is_err());
    let resource = server
        .resources()
        .into_iter()
        .find(|resource| resource.id.as_deref() == Some(&id))
        .unwrap();
    assert_eq!(
        (resource.schema.as_str(), resource.state.as_deref()),
        ("Shipment", Some("lost"))
    );
}

#[test]
fn a_header_or_a_state_that_the_server_does_not_know_is_refused_and_changes_nothing() {
    let server = second();
    let sender = sender(&server);
    let (id, _) = shipment(&server, &sender);
    let read = |name: &str, value: &str| {
        let answer = get(&format!("/shipments/{id}")).header(name, value).send(&server);
        let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
        (answer.status, detail)
    };
    let (status, text) = read("Sandbox-State", "hold");
    assert_eq!(status, 400);
    assert!(
        text.starts_with("no resource has the state `hold`; the states are "),
        "{text}"
    );
    assert!(text.contains(" held, "), "{text}");
    let (status, text) = read("Sandbox-Sate", "held");
    assert_eq!(status, 400);
    assert!(text.contains("`sandbox-sate` is not a header of the sandbox"), "{text}");
    assert_eq!(state(&server, &id), "booked");
}

#[test]
fn a_state_of_another_resource_changes_nothing_and_the_log_says_so() {
    let server = second();
    let sender = sender(&server);
    let (id, _) = shipment(&server, &sender);
    let answer = get(&format!("/shipments/{id}"))
        .header("Sandbox-State", "checking")
        .send(&server);
    assert_eq!((answer.status, answer.json()["state"].clone()), (200, json!("booked")));
    let calls = server.calls();
    let failures: Vec<&str> = calls
        .last()
        .unwrap()
        .failures()
        .map(|check| check.note.as_str())
        .collect();
    assert_eq!(
        failures,
        ["no resource of this call can be checking: its state is as it was"]
    );
}

#[test]
fn a_reference_that_exists_is_found_and_read() {
    let server = second();
    let body = json!({ "senderRef": unique("shop"), "name": "Corner Shop", "labels": { "a": "b" } });
    let first = post("/senders", &body).send(&server);
    assert_eq!((first.status, first.json()["state"].clone()), (201, json!("checking")));
    let second = post("/senders", &body).send(&server);
    assert_eq!((second.status, second.json()["state"].clone()), (200, json!("active")));
    assert_eq!(first.json()["senderId"], second.json()["senderId"]);
    assert_eq!(second.json()["labels"], json!({ "a": "b" }));
}

fn all_pages(server: &Running, target: &str) -> Vec<Vec<String>> {
    let (mut pages, mut next) = (Vec::new(), String::new());
    loop {
        let page = get(&format!("{target}{next}")).send(server);
        assert_eq!(page.status, 200, "{page:?}");
        let page = page.json();
        let items = page["results"].as_array().unwrap().iter();
        pages.push(
            items
                .map(|item| item["shipmentId"].as_str().unwrap().to_owned())
                .collect(),
        );
        match &page["paging"]["nextToken"] {
            Value::Null => return pages,
            token => next = format!("&offsetToken={}", token.as_str().unwrap()),
        }
    }
}

#[test]
fn a_list_pages_to_its_end_newest_first() {
    let server = second();
    let (sender, other) = (sender(&server), sender(&server));
    let mut made: Vec<String> = (0..5).map(|_| shipment(&server, &sender).0).collect();
    shipment(&server, &other);
    made.reverse();
    let pages = all_pages(&server, &format!("/senders/{sender}/shipments?size=2"));
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(pages.concat(), made);
    let page = get(&format!("/senders/{sender}/shipments")).send(&server).json();
    assert_eq!(
        (&page["paging"]["size"], page["results"].as_array().unwrap().len()),
        (&json!(10), 5)
    );
    let invented = get(&format!("/senders/{sender}/shipments?offsetToken=1")).send(&server);
    assert_eq!(invented.json()["error"]["fields"][0]["at"], "/query/offsetToken");
}

#[test]
fn a_target_that_is_no_uri_is_refused_so_that_one_signature_fits_one_request() {
    let server = second();
    for target in [
        "/senders?|POST|/api/senders",
        "/senders?a={b}",
        "/shipments/a|b^c",
        "/shipments/a\\b",
    ] {
        let answer = get(target).send(&server);
        let said = String::from_utf8(answer.body).unwrap();
        assert!(
            answer.status == 400 && said.contains("a URI cannot contain"),
            "{target}: {said}"
        );
    }
    let answer = get("/senders?a[b]=%7C").send(&server);
    assert!(!String::from_utf8(answer.body).unwrap().contains("a URI cannot contain"));
}

#[test]
fn a_list_is_filtered_by_what_its_query_names() {
    let server = second();
    let sender = sender(&server);
    let (one, _) = shipment(&server, &sender);
    let (two, _) = shipment(&server, &sender);
    server.set_state(&two, "held").unwrap();
    let list = |query: &str| all_pages(&server, &format!("/senders/{sender}/shipments?{query}")).concat();
    assert_eq!(list("state=held"), [two.as_str()]);
    let reference = get(&format!("/shipments/{one}")).send(&server).json()["reference"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(list(&format!("reference={reference}")), [one.as_str()]);
    assert_eq!(list("bookedAfter=2020-01-01T00:00:00Z").len(), 2);
    assert!(list("bookedBefore=2020-01-01T00%3A00%3A00Z").is_empty());
}

#[test]
fn a_list_that_no_call_can_fill_shows_examples() {
    let server = second();
    let (one, two) = (sender(&server), sender(&server));
    let ids = |sender: &str| -> Vec<String> {
        let page = get(&format!("/senders/{sender}/scans")).send(&server).json();
        page["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|scan| scan["scanId"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = ids(&one);
    assert_eq!(first.len(), 3);
    assert_eq!(first, ids(&one));
    assert!(ids(&two).iter().all(|id| !first.contains(id)));
}

#[test]
fn every_problem_can_be_asked_for_and_the_stored_ones_stay() {
    let server = second();
    let sender = sender(&server);
    let target = format!("/senders/{sender}/shipments");
    let request = post(&target, &booking(&sender, "order-9"));
    let expired = request.clone().header("Sandbox-Answer", "rate-expired").send(&server);
    assert_eq!(expired.problem(), (410, "rate-expired".into()));
    assert_eq!(expired.json()["error"]["summary"], "The rate has ended");
    let again = request.again().send(&server);
    assert_eq!((again.status, again.header("x-once-repeat")), (410, Some("yes")));

    let busy = post(&target, &booking(&sender, "order-10"));
    let refused = busy.clone().header("Sandbox-Answer", "depot-closed").send(&server);
    assert_eq!(
        (refused.problem(), refused.header("retry-after")),
        ((503, "depot-closed".into()), Some("1"))
    );
    assert_eq!(busy.again().send(&server).status, 201);

    let replayed = post(&target, &booking(&sender, "order-11"))
        .header("Sandbox-Answer", "replayed:rate-expired")
        .send(&server);
    assert_eq!((replayed.status, replayed.header("x-once-repeat")), (410, Some("yes")));
    let page = get(&target).header("Sandbox-Answer", "status=502").send(&server);
    assert_eq!((page.status, page.header("content-type")), (502, Some("text/html")));
    let wrong = get(&target).header("Sandbox-Answer", "no-such-code").send(&server);
    assert_eq!(wrong.status, 400);
}

#[test]
fn an_answer_can_be_lost_cut_off_or_never_made() {
    let server = second();
    let sender = sender(&server);
    let target = format!("/senders/{sender}/shipments");
    for (order, (answer, executed)) in [("drop", true), ("truncate", true), ("drop:before", false)]
        .into_iter()
        .enumerate()
    {
        let request = post(&target, &booking(&sender, &format!("order-{order}")));
        server.answer_next(answer).unwrap();
        let lost = request.try_send(&server).unwrap_err();
        assert_eq!(lost == "no response", answer != "truncate", "{lost}");
        assert_eq!(server.calls().pop().unwrap().executed, executed);
        let again = request.again().send(&server);
        assert_eq!(
            (again.status, again.header("x-once-repeat").is_some()),
            (201, executed),
            "{answer}"
        );
    }
    assert!(server.answer_next("nonsense").is_err());
}

#[test]
fn an_answer_can_have_a_member_that_the_contract_does_not_know() {
    let server = second();
    let sender = sender(&server);
    let answer = get(&format!("/senders/{sender}"))
        .header("Sandbox-Answer", "extra")
        .send(&server)
        .json();
    assert_eq!(answer["sandboxExtra"], json!({ "kept": [1, "two", null] }));
}

#[test]
fn a_contract_of_version_3_1_is_served_by_its_own_rules() {
    let contract = r##"{ "openapi": "3.1.0", "info": { "title": "t", "version": "1" }, "paths": { "/things": { "post": {
        "operationId": "make",
        "requestBody": { "required": true, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing", "required": ["kind"] } } } },
        "responses": { "201": { "description": "", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } } }
    } } }, "components": { "schemas": { "Thing": { "type": "object", "properties": {
        "kind": { "const": "cube" }, "size": { "type": ["integer", "null"], "exclusiveMinimum": 0 } } } } } }"##;
    let server = Sandbox::start(contract, Options::default()).unwrap();
    let send = |body: &str| {
        let host = server.base_url.strip_prefix("http://").unwrap();
        let text = format!(
            "POST /things HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        client::exchange(host, text.as_bytes()).unwrap()
    };
    let answer = send(r#"{"kind":"cube","size":null}"#);
    assert_eq!(
        (answer.status, answer.json()),
        (201, json!({ "kind": "cube", "size": null }))
    );
    for wrong in [r#"{"kind":"ball"}"#, r#"{"kind":"cube","size":0}"#, r#"{"size":1}"#] {
        assert_ne!(send(wrong).status, 201, "{wrong}");
    }
}

#[test]
fn a_contract_in_swagger_2_is_served() {
    let contract = "
swagger: '2.0'
host: api.example.com
basePath: /v2
consumes: [application/json]
produces: [application/json]
parameters:
  Limit: { name: limit, in: query, type: integer, maximum: 10 }
  NewPet: { name: pet, in: body, required: true, schema: { $ref: '#/definitions/Pet' } }
paths:
  /pets:
    parameters: [{ $ref: '#/parameters/Limit' }]
    get:
      parameters:
        - { name: codes, in: query, type: array, items: { type: integer }, collectionFormat: tsv }
        - { name: ids, in: query, type: array, items: { type: integer } }
      responses: { '200': { description: Pets., schema: { type: array, items: { $ref: '#/definitions/Pet' } } } }
    post:
      parameters: [{ $ref: '#/parameters/NewPet' }]
      responses: { '201': { $ref: '#/responses/Pet' }, default: { description: F., schema: { $ref: '#/definitions/Fault' } } }
  /search:
    post:
      consumes: [application/x-www-form-urlencoded]
      parameters:
        - { name: exact, in: formData, type: boolean, required: true }
        - { name: words, in: formData, type: array, items: { type: integer }, collectionFormat: pipes }
      responses: { '200': { description: Found., schema: { $ref: '#/definitions/Pet' } } }
  /picture:
    post:
      consumes: [multipart/form-data]
      parameters: [{ name: file, in: formData, type: file, required: true }]
      responses: { '204': { description: Set. } }
responses:
  Pet: { description: A pet., schema: { $ref: '#/definitions/Pet' } }
definitions:
  Pet:
    type: object
    required: [name]
    properties: { name: { type: string }, nick: { type: string, x-nullable: true }, default: { $ref: '#/definitions/Size' } }
  Size: { type: integer }
  Fault: { type: object, required: [code], properties: { code: { type: string, enum: [BAD] } } }
";
    let server = Sandbox::start(contract, Options::default()).unwrap();
    let host = server.base_url.strip_prefix("http://").unwrap();
    let host = host.split('/').next().unwrap();
    for (call, media, body, status) in [
        ("GET /v2/pets?limit=3&codes=1%092&ids=1,2", "", "", 200),
        ("GET /v2/pets?limit=11", "", "", 400),
        ("GET /v2/pets?codes=1%7C2", "", "", 400),
        (
            "POST /v2/pets",
            "application/json",
            r#"{"name":"Tom","nick":null}"#,
            201,
        ),
        ("POST /v2/pets", "application/json", r#"{"nick":"T"}"#, 400),
        (
            "POST /v2/pets",
            "application/json",
            r#"{"name":"Tom","default":1}"#,
            201,
        ),
        (
            "POST /v2/pets",
            "application/json",
            r#"{"name":"Tom","default":"x"}"#,
            400,
        ),
        (
            "POST /v2/search",
            "application/x-www-form-urlencoded",
            "exact=true&words=1%7C2",
            200,
        ),
        ("POST /v2/search", "application/x-www-form-urlencoded", "words=1", 400),
        (
            "POST /v2/picture",
            "multipart/form-data; boundary=b",
            "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n",
            204,
        ),
        ("GET /pets", "", "", 404),
    ] {
        let text = format!(
            "{call} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: {media}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = client::exchange(host, text.as_bytes()).unwrap();
        assert_eq!(answer.status, status, "{call} {body}");
        if call == "POST /v2/pets" && status == 400 {
            assert_eq!(answer.json()["code"], "BAD", "{body}");
        }
    }
}

#[test]
fn a_contract_that_cannot_be_served_says_why() {
    for (text, why) in [
        ("swagger: '1.2'", "neither 3.0, 3.1 nor 3.2"),
        ("swagger: '2.0'", "no operation"),
        ("openapi: 3.0.3\npaths: {}", "no operation"),
        (
            "openapi: 3.0.3\npaths: { /a: { get: { operationId: a, x-problems: [NOT_THERE], responses: {} } } }",
            "NOT_THERE",
        ),
        (
            "openapi: 3.0.3\npaths: {}\ncomponents: { securitySchemes: { S: { type: apiKey, in: header, name: S, x-signing: { algorithm: md5 } } } }",
            "hmac-sha256",
        ),
        ("a: [", "line"),
    ] {
        let error = Sandbox::start(text, Options::default()).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    assert!(Sandbox::start_file("/no/such/file", Options::default()).is_err());
}

#[test]
fn signatures_by_key_pairs_are_named_and_not_checked() {
    let contract = "
openapi: 3.0.3
paths: { /pay: { post: { operationId: pay, security: [{ Seal: [] }], responses: { '204': { description: Paid. } } } } }
components:
  securitySchemes:
    Seal: { type: apiKey, in: header, name: Seal, x-signing: { algorithm: ecdsa-p256-sha256, jws: { detached: true } } }
x-sdk: { owner: { name: Shop, party: shop } }
x-webhooks:
  signing: { algorithm: [ed25519, rsa-pss-sha256], jws: { header: S, detached: true }, keys: { jwks: 'https://shop.example/keys' }, publicKey: { prefix: k } }";
    let server = Sandbox::start(contract, Options::default()).unwrap();
    let named = ["the signature `Seal` of requests", "the signature of webhooks"];
    assert_eq!(server.unchecked(), named);
    let host = server.base_url.strip_prefix("http://").unwrap();
    let text = format!("POST /pay HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(client::exchange(host, text.as_bytes()).unwrap().status, 204);
}

#[test]
fn nothing_secret_is_printed() {
    let server = second();
    let printed = format!("{server:?}");
    assert!(
        printed.contains("sandbox-client")
            && !printed.contains(&server.client_secret)
            && !printed.contains(&server.webhook_secret)
    );
}

#[test]
fn an_alternative_is_chosen_by_its_discriminator_and_errors_are_of_that_one() {
    let contract = r"
openapi: 3.0.3
paths:
  /shapes:
    post:
      operationId: draw
      x-problems: [INVALID]
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Shape' } } } }
      responses: { '204': { description: Drawn. } }
components:
  schemas:
    Shape:
      oneOf: [{ $ref: '#/components/schemas/Circle' }, { $ref: '#/components/schemas/Square' }, { $ref: '#/components/schemas/Oval' }, { $ref: '#/components/schemas/Line' }]
      discriminator: { propertyName: form, mapping: { ROUND: '#/components/schemas/Circle', FLAT: Square } }
    Circle: { type: object, required: [radius, middle], properties: { form: { type: string }, radius: { type: integer }, middle: { type: integer } } }
    Square: { type: object, required: [side], properties: { form: { type: string }, side: { type: integer } } }
    Oval: { allOf: [{ type: object, required: [form], properties: { form: { type: string, enum: [oval] }, wide: { type: integer } } }] }
    Line: { type: object, properties: { form: { type: string } } }
    Code: { type: string, enum: [INVALID], x-problem-registry: { INVALID: { status: 400 } } }
    Problem: { type: object, properties: { errors: { type: array, items: { type: object, example: { at: /x, why: 'It is wrong.' } } } } }
x-sdk: { problem: { schema: '#/components/schemas/Problem', code: /code, errors: /errors } }
";
    let server = Sandbox::start(contract, Options::default()).unwrap();
    let wrong = |body: &str| -> Vec<String> {
        let host = server.base_url.strip_prefix("http://").unwrap();
        let text = format!(
            "POST /shapes HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = client::exchange(host, text.as_bytes()).unwrap();
        if answer.status == 204 {
            return Vec::new();
        }
        assert_eq!((answer.status, &answer.json()["code"]), (400, &json!("INVALID")));
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        errors
            .iter()
            .map(|error| error["at"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(wrong(r#"{"form":"ROUND","radius":1,"middle":2}"#).is_empty());
    assert!(wrong(r#"{"form":"FLAT","side":1}"#).is_empty());
    assert_eq!(wrong(r#"{"form":"ROUND","side":1}"#), ["/radius", "/middle"]);
    assert_eq!(wrong(r#"{"form":"FLAT","side":"1"}"#), ["/side"]);
    // Without a mapping, an alternative is chosen by its own value, or else by its name.
    assert!(wrong(r#"{"form":"oval","wide":1}"#).is_empty());
    assert!(wrong(r#"{"form":"Line"}"#).is_empty());
    assert_eq!(wrong(r#"{"form":"oval","wide":"1"}"#), ["/wide"]);
    for form in ["THIN", "Oval", "line"] {
        assert_eq!(wrong(&format!(r#"{{"form":"{form}","radius":"1"}}"#)), ["/form"]);
    }
}

#[test]
fn a_contract_has_rules_of_its_own() {
    let server = second();
    let sender = sender(&server);
    let rates = format!("/senders/{sender}/rates");
    let rate = post(
        &rates,
        &json!({ "weightGrams": 1200, "destinationCountry": "NO", "insuredValue": "5000.01" }),
    )
    .send(&server);
    assert_eq!(rate.problem(), (422, "body-invalid".to_owned()));
    let rate = post(&rates, &json!({ "weightGrams": 2500, "destinationCountry": "NO" }))
        .send(&server)
        .json();
    assert_eq!(rate["price"], "24.90");
    let rate = post(&rates, &json!({ "weightGrams": 1100, "destinationCountry": "NO" }))
        .send(&server)
        .json();
    assert_eq!(rate["price"], "12.50");

    // The booking of the tests weighs 1200.
    let mut body = booking(&sender, "order-1");
    body["rateId"] = rate["rateId"].clone();
    let canonical = format!(
        "{{\"act\":\"bookShipment\",\"sender\":\"{sender}\",\"shipment\":{{\"rateId\":{},\"receiver\":{{\"country\":\"NO\",\"name\":\"Kari\",\"phone\":null,\"street\":\"Storgata 1\"}},\"reference\":\"order-1\",\"weightGrams\":1200}}}}",
        rate["rateId"]
    );
    body["approval"] = approval(&canonical);
    let path = format!("/senders/{sender}/shipments");
    let answer = post(&path, &body).send(&server);
    assert_eq!(answer.problem(), (422, "body-invalid".to_owned()));
    assert_eq!(answer.json()["error"]["fields"][0]["at"], "/weightGrams");

    // A rule of the schema of the receiver, inside the body.
    let mut abroad = body.clone();
    abroad["receiver"]["country"] = json!("JP");
    let answer = post(&path, &abroad).send(&server);
    assert_eq!(answer.problem(), (422, "body-invalid".to_owned()));
    assert_eq!(answer.json()["error"]["fields"][0]["at"], "/receiver/phone");

    body["rateId"] = json!("rt_unknown000");
    assert_ne!(
        post(&path, &body).send(&server).status,
        201,
        "a rate that was never given out"
    );
}

#[test]
fn a_rule_that_names_nothing_is_an_error_when_the_contract_is_read() {
    let text = std::fs::read_to_string(client::SECOND).unwrap();
    let broken = text.replace(
        "rate.weightGrams >= body.weightGrams",
        "rate.weight >= body.weightGrams",
    );
    let error = sdkwright_sandbox_server::Sandbox::start(&broken, Options::default()).unwrap_err();
    let told = error.to_string();
    let why = "x-rules[0].rule: Rate has no member `weight`; there are currency, expiresAt";
    assert!(told.contains(why), "{told}");
}
