//! A mistake in what a contract says is an error with its place, told when the contract is read.

use sdkwright_sandbox_server::{Options, Sandbox};

const GARAGE: &str = r#"openapi: 3.1.0
info: { title: Garage, version: '1' }
x-sdk: { owner: { name: Garage, party: keeper }, problem: { code: /code } }
paths:
  /cars/{carId}/stays:
    post:
      operationId: park
      x-problems: [INVALID, WRONG_STATE]
      x-rules:
        - rule: car.status == 'OUTSIDE'
          message: A car parks once.
          code: WRONG_STATE
        - { rule: "body.deposit >= decimal('5')", message: A stay costs 5 at least., at: /deposit }
      x-derives:
        - { member: /paid, value: body.deposit }
      parameters: [{ name: carId, in: path, required: true, schema: { $ref: '#/components/schemas/CarId' } }]
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/NewStay' } } } }
      responses: { '201': { description: Made., content: { application/json: { schema: { $ref: '#/components/schemas/Stay' } } } } }
  /cars:
    post:
      operationId: addCar
      x-problems: [INVALID]
      responses: { '201': { description: Made., content: { application/json: { schema: { $ref: '#/components/schemas/Car' } } } } }
  /cars/{carId}:
    get:
      operationId: getCar
      parameters: [{ name: carId, in: path, required: true, schema: { $ref: '#/components/schemas/CarId' } }]
      responses: { '200': { description: Car., content: { application/json: { schema: { $ref: '#/components/schemas/Car' } } } } }
  /bills:
    get:
      operationId: listBills
      x-pagination: { items: /bills, cursor: after, next: /next }
      parameters: [{ name: after, in: query, schema: { type: string } }]
      responses:
        '200':
          description: Bills.
          content:
            application/json:
              schema:
                type: object
                properties: { bills: { type: array, items: { $ref: '#/components/schemas/Bill' } }, next: { type: string } }
components:
  schemas:
    CarId: { type: string, x-newtype: CarId }
    Car:
      type: object
      properties: { carId: { $ref: '#/components/schemas/CarId' }, status: { $ref: '#/components/schemas/CarStatus' } }
    CarStatus:
      type: string
      enum: [OUTSIDE, PARKED]
      x-lifecycle:
        initial: OUTSIDE
        done: [PARKED]
        transitions:
          - { from: OUTSIDE, to: PARKED, by: park }
          - { from: PARKED, to: OUTSIDE, by: keeper, after: 60 }
    NewStay:
      type: object
      properties: { deposit: { type: string, format: decimal }, plate: { type: string } }
    Stay:
      type: object
      properties:
        stayId: { type: string, x-newtype: StayId }
        carId: { $ref: '#/components/schemas/CarId' }
        paid: { type: string, format: decimal }
        until: { type: string, format: date-time }
        status: { type: string, enum: [OPEN, LEFT], x-lifecycle: { initial: OPEN, done: [LEFT], transitions: [{ from: OPEN, to: LEFT, by: keeper, after: self.until }] } }
      x-ledger:
        - to: OPEN
          debit: "'car:' + self.carId"
          credit: "'garage'"
          unit: "'EUR'"
          amount: self.paid
    Bill:
      type: object
      properties: { billId: { type: string, x-newtype: BillId }, amount: { type: string, format: decimal }, state: { type: string, enum: [DUE, PAID] } }
      x-records:
        - of: Stay
          when: self.status == 'LEFT'
          members: { /amount: self.paid, /state: "'DUE'" }
    Code:
      type: string
      enum: [INVALID, WRONG_STATE]
      x-problem-registry: { INVALID: { status: 400 }, WRONG_STATE: { status: 409 } }
"#;

/// Line and column of a text in a contract.
fn place(contract: &str, text: &str) -> String {
    let at = contract.find(text).unwrap();
    let line = contract[..at].lines().count();
    let start = contract[..at].rfind('\n').map_or(0, |at| at + 1);
    format!("line {line}, column {}", contract[start..at].chars().count() + 1)
}

fn told(contract: &str) -> String {
    Sandbox::start(contract, Options::default()).unwrap_err().to_string()
}

#[test]
fn the_contract_without_a_mistake_is_served() {
    drop(Sandbox::start(GARAGE, Options::default()).unwrap());
}

/// A text of the contract, a mistake in its place, the part of it that the place is of, and the reason that is told.
const MISTAKES: &[[&str; 4]] = &[
    // references
    [
        "schemas/Bill' } }, next",
        "schemas/Bil' } }, next",
        "'#/components/schemas/Bil'",
        "the target of `#/components/schemas/Bil` does not exist",
    ],
    // rules
    [
        "car.status == 'OUTSIDE'",
        "car.stat == 'OUTSIDE'",
        ".stat ==",
        "x-rules[0].rule: Car has no member `stat`; there are carId, status",
    ],
    [
        "car.status == 'OUTSIDE'",
        "cart.status == 'OUTSIDE'",
        "cart.status",
        "x-rules[0].rule: `cart` is not known here; did you mean `car`?",
    ],
    [
        "car.status == 'OUTSIDE'",
        "car.status == 'OUTSIDES'",
        "== 'OUTSIDES'",
        "x-rules[0].rule: no value `OUTSIDES`; did you mean `OUTSIDE`?",
    ],
    [
        "body.deposit >= decimal('5')",
        "body.deposit >= '5'",
        ">= '5'",
        "x-rules[1].rule: decimal and string cannot be compared; write `decimal('5')`",
    ],
    [
        "body.deposit >= decimal('5')",
        "body.deposit >= money('5')",
        "('5')",
        "x-rules[1].rule: no function `money`; there are decimal",
    ],
    [
        "body.deposit >= decimal('5')",
        "body.deposit",
        "\"body.deposit\"",
        "x-rules[1].rule: its value is decimal, and bool is needed",
    ],
    [
        "code: WRONG_STATE",
        "code: WRONG_STATES",
        "WRONG_STATES",
        "x-rules[0].code: `WRONG_STATES` is not in `x-problems` of the operation; did you mean `WRONG_STATE`?",
    ],
    [
        "at: /deposit",
        "at: /deposits",
        "/deposits",
        "x-rules[1].at: the body has no member `deposits`; did you mean `deposit`?",
    ],
    [
        "message: A car parks once.",
        "mesage: A car parks once.",
        "mesage",
        "x-rules[0].mesage: there is no such keyword; did you mean `message`?",
    ],
    [
        "          message: A car parks once.\n",
        "",
        "rule: car",
        "x-rules[0]: `message` is missing",
    ],
    // computed members
    [
        "member: /paid",
        "member: /pad",
        "/pad",
        "x-derives[0].member: Stay has no member `pad`; did you mean `paid`?",
    ],
    [
        "value: body.deposit",
        "value: body.plate",
        "body.plate",
        "x-derives[0].value: its value is string, and decimal is needed",
    ],
    // lifecycles
    [
        "initial: OUTSIDE",
        "initial: OUTSIDER",
        "OUTSIDER",
        "x-lifecycle.initial: there is no state `OUTSIDER`; did you mean `OUTSIDE`?",
    ],
    [
        "done: [PARKED]",
        "done: [PARKD]",
        "PARKD",
        "x-lifecycle.done[0]: there is no state `PARKD`; did you mean `PARKED`?",
    ],
    [
        "from: OUTSIDE,",
        "from: INSIDE,",
        "INSIDE,",
        "x-lifecycle.transitions[0].from: there is no state `INSIDE`; there are OUTSIDE, PARKED",
    ],
    [
        "by: park }",
        "by: parc }",
        "parc",
        "x-lifecycle.transitions[0].by: `parc` is neither an operation nor the party of `x-sdk.owner`, `keeper`; did you mean `park`?",
    ],
    [
        "after: 60",
        "afer: 60",
        "afer",
        "x-lifecycle.transitions[1].afer: there is no such keyword; did you mean `after`?",
    ],
    [
        "after: self.until",
        "after: self.untl",
        ".untl",
        "x-lifecycle.transitions[0].after: Stay has no member `untl`; did you mean `until`?",
    ],
    // postings
    [
        "        - to: OPEN",
        "        - to: OPNE",
        "OPNE",
        "x-ledger[0].to: Stay has no state `OPNE`; there are OPEN, LEFT",
    ],
    [
        "amount: self.paid\n",
        "amount: self.carId\n",
        "self.carId\n",
        "x-ledger[0].amount: its value is string, and decimal is needed",
    ],
    [
        "debit: \"'car:' + self.carId\"",
        "debit: \"'car:' + car.name\"",
        ".name\"",
        "x-ledger[0].debit: Car has no member `name`; there are carId, status",
    ],
    // records
    [
        "- of: Stay",
        "- of: Stays",
        "Stays",
        "x-records[0].of: there is no other resource `Stays`; did you mean `Stay`?",
    ],
    [
        "/amount: self.paid,",
        "/amont: self.paid,",
        "/amont",
        "x-records[0].members[\"/amont\"]: Bill has no member `amont`; did you mean `amount`?",
    ],
    [
        "\"'DUE'\"",
        "\"'DUES'\"",
        "\"'DUES'",
        "x-records[0].members[\"/state\"]: no value `DUES`; did you mean `DUE`?",
    ],
    // what holds for all of them
    [
        "    NewStay:\n",
        "    NewStay:\n      x-ledger: []\n",
        "x-ledger: []",
        "x-ledger: NewStay is not a resource: no operation returns it or lists it",
    ],
    [
        "x-problems: [INVALID, WRONG_STATE]",
        "x-problems: [INVALID, WRONG_STAT]",
        "WRONG_STAT]",
        "x-problems[1]: `WRONG_STAT` is not in `x-problem-registry`; did you mean `WRONG_STATE`?",
    ],
    [
        "INVALID: { status: 400 }",
        "INVALID: { status: 200 }",
        "200 }",
        "x-problem-registry.INVALID.status: it is not an HTTP status from 400 to 599",
    ],
    // signing, keys, codes, lists and webhooks
    [
        "items: /bills",
        "items: /bils",
        "/bils",
        "x-pagination.items: the response of `listBills` has no member `/bils`",
    ],
];

#[test]
fn a_mistake_is_told_with_its_place_and_what_was_probably_meant() {
    for [right, wrong, part, why] in MISTAKES {
        assert!(GARAGE.contains(right), "{right}");
        let contract = GARAGE.replacen(right, wrong, 1);
        let told = told(&contract);
        let place = place(&contract, part);
        assert!(told.contains(&format!("{place}: {why}")), "{wrong}, {place}: {told}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_text() {
    let contract = GARAGE.replace("self.paid", "self.pad").replace("at: /deposit", "at: /");
    let told = told(&contract);
    assert!(told.contains("3 errors:\n  line 13,"), "{told}");
}

#[test]
fn the_place_names_the_file_and_a_place_in_a_text_of_several_lines() {
    let folder = std::env::temp_dir().join(format!("sdkwright-mistakes-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("garage.yaml");
    let rule = "rule: >-\n            car.status ==\n            'OUTSIDE' && bdy.deposit > decimal('1')";
    std::fs::write(&file, GARAGE.replace("rule: car.status == 'OUTSIDE'", rule)).unwrap();
    let told = Sandbox::start_file(&file, Options::default()).unwrap_err().to_string();
    assert!(
        told.contains("garage.yaml:12:26: x-rules[0].rule: `bdy` is not known here"),
        "{told}"
    );
    std::fs::write(&file, "openapi: 3.1.0\npaths: {}\n\tx: 1\n").unwrap();
    let told = Sandbox::start_file(&file, Options::default()).unwrap_err().to_string();
    assert!(told.contains("garage.yaml:3:1: "), "{told}");
    std::fs::remove_dir_all(&folder).unwrap();
}
