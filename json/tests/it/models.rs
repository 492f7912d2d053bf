//! Types written as generated code writes them: reading, writing, unions, enums, unknown members, `Debug`.

use sdkwright_json as json;
use sdkwright_json::value::{Date, Decimal, Timestamp};
use sdkwright_json::{Enum, Extra, IntEnum, Json, JsonValue, Map, Maybe, Value, Writer};
use std::fmt;

macro_rules! shown {
    ($($type:ty)*) => {$(
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                json::debug(self, f)
            }
        }
    )*};
}

shown! { OrderId Iban Order Line State Priority Payment Card Transfer }

#[derive(Clone, PartialEq, Eq)]
struct OrderId(String);

impl Json for OrderId {
    fn read(v: Value<'_>) -> Self {
        OrderId(v.decode())
    }
    fn write(&self, w: &mut Writer) {
        w.newtype("OrderId", &self.0);
    }
}

#[derive(Clone, PartialEq, Eq)]
struct Iban(String);

impl Json for Iban {
    fn read(v: Value<'_>) -> Self {
        Iban(v.decode())
    }
    fn write(&self, w: &mut Writer) {
        w.secret("Iban", &self.0);
    }
}

#[derive(Clone, PartialEq)]
struct Order {
    id: OrderId,
    state: State,
    priority: Option<Priority>,
    total: Decimal,
    note: Option<String>,
    parent: Option<Box<Order>>,
    closed_at: Option<Timestamp>,
    discount: Maybe<Decimal>,
    lines: Vec<Line>,
    labels: Option<Map<String>>,
    payment: Option<Payment>,
    buyer: Option<String>,
    extra: Extra,
}

impl Json for Order {
    fn read(v: Value<'_>) -> Self {
        Order {
            id: v.get("id"),
            state: v.get("state"),
            priority: v.get("priority"),
            total: v.get("total"),
            note: v.get("note"),
            parent: v.get("parent"),
            closed_at: v.nullable("closedAt"),
            discount: v.get("discount"),
            lines: v.get("lines"),
            labels: v.get("labels"),
            payment: v.get("payment"),
            buyer: v.get("buyer"),
            extra: v.rest(),
        }
    }
    fn write(&self, w: &mut Writer) {
        w.begin("Order");
        w.put("id", &self.id);
        w.put("state", &self.state);
        w.put("priority", &self.priority);
        w.put("total", &self.total);
        w.put("note", &self.note);
        w.put("parent", &self.parent);
        w.nullable("closedAt", &self.closed_at);
        w.put("discount", &self.discount);
        w.put("lines", &self.lines);
        w.put("labels", &self.labels);
        w.put("payment", &self.payment);
        w.sensitive("buyer", &self.buyer);
        w.rest(&self.extra);
    }
}

/// An array of fixed places.
#[derive(Clone, PartialEq)]
struct Line(String, i64, Option<Date>);

impl Json for Line {
    fn read(v: Value<'_>) -> Self {
        Line(v.element(0), v.element(1), v.element(2))
    }
    fn write(&self, w: &mut Writer) {
        w.begin_array();
        w.item(&self.0);
        w.item(&self.1);
        if !self.2.is_absent() {
            w.item(&self.2);
        }
        w.end_array();
    }
}

#[derive(Clone, PartialEq)]
enum State {
    Open,
    Closed,
    Unknown(String),
}

impl Enum for State {
    const TABLE: &'static [(&'static str, Self)] = &[("OPEN", Self::Open), ("CLOSED", Self::Closed)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> {
        if let Self::Unknown(text) = self {
            Some(text)
        } else {
            None
        }
    }
}

impl Json for Box<Order> {
    fn read(v: Value<'_>) -> Self {
        Box::new(v.decode())
    }
    fn write(&self, w: &mut Writer) {
        w.value(&**self);
    }
}

impl Json for Box<Card> {
    fn read(v: Value<'_>) -> Self {
        Box::new(v.decode())
    }
    fn write(&self, w: &mut Writer) {
        w.value(&**self);
    }
}

impl Json for Box<Transfer> {
    fn read(v: Value<'_>) -> Self {
        Box::new(v.decode())
    }
    fn write(&self, w: &mut Writer) {
        w.value(&**self);
    }
}

#[derive(Clone, PartialEq)]
enum Priority {
    Low,
    High,
    Unknown(i64),
}

impl IntEnum for Priority {
    const TABLE: &'static [(i64, Self)] = &[(1, Self::Low), (9, Self::High)];
    const UNKNOWN: fn(i64) -> Self = Self::Unknown;
    fn unknown_value(&self) -> Option<i64> {
        if let Self::Unknown(number) = self {
            Some(*number)
        } else {
            None
        }
    }
}

impl Json for Priority {
    fn read(v: Value<'_>) -> Self {
        json::read_int_enum(v)
    }
    fn write(&self, w: &mut Writer) {
        json::write_int_enum(self, w);
    }
}

/// A union by discriminator.
#[derive(Clone, PartialEq)]
enum Payment {
    Card(Box<Card>),
    Transfer(Box<Transfer>),
    Unknown(JsonValue),
}

impl Json for Payment {
    fn read(v: Value<'_>) -> Self {
        match v.tag("kind") {
            Some("card") => Self::Card(v.decode()),
            Some("transfer") => Self::Transfer(v.decode()),
            _ => Self::Unknown(v.decode()),
        }
    }
    fn write(&self, w: &mut Writer) {
        match self {
            Self::Card(value) => value.write(w),
            Self::Transfer(value) => value.write(w),
            Self::Unknown(value) => w.unknown(Some("kind"), value),
        }
    }
}

#[derive(Clone, PartialEq)]
struct Card {
    last4: String,
    extra: Extra,
}

impl Json for Card {
    fn read(v: Value<'_>) -> Self {
        let _: String = v.get("kind");
        Card {
            last4: v.get("last4"),
            extra: v.rest(),
        }
    }
    fn write(&self, w: &mut Writer) {
        w.begin("Card");
        w.constant("kind", "card");
        w.put("last4", &self.last4);
        w.rest(&self.extra);
    }
}

#[derive(Clone, PartialEq)]
struct Transfer {
    kind: String,
    iban: Iban,
}

impl Json for Transfer {
    fn read(v: Value<'_>) -> Self {
        Transfer {
            kind: v.get("kind"),
            iban: v.get("iban"),
        }
    }
    fn write(&self, w: &mut Writer) {
        w.begin("Transfer");
        w.put("kind", &self.kind);
        w.put("iban", &self.iban);
        w.end();
    }
}

const FULL: &str = r#"{"id":"o-1","state":"OPEN","priority":9,"total":"10.50","note":"a \"b\"\n\u0001é","parent":{"id":"o-0","state":"PAUSED","total":7.10,"closedAt":null,"discount":null,"lines":[]},"closedAt":"2026-01-31T12:00:00.500+01:00","discount":0.5,"lines":[["x",2],["y",-3,"2026-02-01"]],"labels":{"z":"1","a":"2"},"payment":{"kind":"card","last4":"4242","network":{"b":1.10,"a":[null]}},"buyer":"Jane","futureMember":[1.0,1e400,{}],"b":true}"#;

fn order(text: &str) -> Order {
    json::from_slice(text.as_bytes()).unwrap()
}

#[test]
fn what_is_read_is_written_again_byte_for_byte_unknown_members_included() {
    let order = order(FULL);
    assert_eq!(String::from_utf8(json::to_vec(&order).unwrap()).unwrap(), FULL);
    assert_eq!(order.extra.get("b"), Some(&JsonValue::Bool(true)));
    assert_eq!(
        order.extra.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        ["futureMember", "b"]
    );
    assert_eq!(order.parent.unwrap().state, State::Unknown("PAUSED".to_owned()));
}

#[test]
fn members_may_stand_in_any_order_and_only_the_unread_ones_are_extra() {
    let value: JsonValue = FULL.parse().unwrap();
    let members: Vec<_> = value.as_object().unwrap().iter().collect();
    for turn in 0..members.len() {
        let mut turned = Map::new();
        for &(name, value) in members.iter().cycle().skip(turn).step_by(5).take(members.len()) {
            turned.insert(name, value.clone());
        }
        assert_eq!(turned.len(), members.len());
        let text = JsonValue::Object(turned).to_string();
        assert_eq!(order(&text), order(FULL), "{text}");
    }
}

#[test]
fn a_null_where_the_contract_has_an_optional_member_reads_as_absent_and_maybe_tells_them_apart() {
    let with = |discount: &str| {
        order(&format!(
            r#"{{"id":"o","state":"OPEN","total":"1","note":null,"closedAt":null{discount},"lines":[]}}"#
        ))
    };
    assert_eq!(with("").note, None);
    assert_eq!(with("").discount, Maybe::Absent);
    assert_eq!(with(r#","discount":null"#).discount, Maybe::Null);
    assert_eq!(
        with(r#","discount":"1.0""#).discount,
        Maybe::Value("1.00".parse().unwrap())
    );
    let text = String::from_utf8(json::to_vec(&with(r#","discount":null"#)).unwrap()).unwrap();
    assert_eq!(
        text,
        r#"{"id":"o","state":"OPEN","total":"1","closedAt":null,"discount":null,"lines":[]}"#
    );
}

/// A type with a member that the contract does not describe: null is a value of it.
struct Loose {
    any: Option<JsonValue>,
}

impl Json for Loose {
    fn read(value: Value<'_>) -> Self {
        Self { any: value.get("any") }
    }

    fn write(&self, w: &mut Writer) {
        w.begin("Loose");
        w.put("any", &self.any);
        w.end();
    }
}

#[test]
fn a_null_in_a_member_of_any_json_is_a_value_and_is_written_again() {
    for (text, any) in [
        ("{}", None),
        (r#"{"any":null}"#, Some(JsonValue::Null)),
        (r#"{"any":1.50}"#, Some("1.50".parse().unwrap())),
    ] {
        let loose: Loose = json::from_slice(text.as_bytes()).unwrap();
        assert_eq!(loose.any, any);
        assert_eq!(json::to_vec(&loose).unwrap(), text.as_bytes());
    }
}

#[test]
fn a_union_reads_by_its_tag_and_keeps_a_variant_it_does_not_know() {
    let payment = |text: &str| -> Payment { json::from_slice(text.as_bytes()).unwrap() };
    assert!(
        matches!(payment(r#"{"last4":"1","kind":"card"}"#), Payment::Card(card) if card.last4 == "1" && card.extra.is_empty())
    );
    assert!(
        matches!(payment(r#"{"ki\u006ed":"trans\u0066er","iban":"X"}"#), Payment::Transfer(transfer) if transfer.iban.0 == "X")
    );
    for text in [
        r#"{"kind":"cash","notes":[1.50,2]}"#,
        r#"{"kind":1}"#,
        r#"{"last4":"1"}"#,
        r#""cash""#,
        "[]",
        "null",
    ] {
        let unknown = payment(text);
        assert!(matches!(unknown, Payment::Unknown(_)), "{text}");
        assert_eq!(String::from_utf8(json::to_vec(&unknown).unwrap()).unwrap(), text);
    }
    let error = json::from_slice::<Payment>(br#"{"kind":"transfer","last4":"1"}"#).unwrap_err();
    assert_eq!(error.pointer(), "/iban", "a chosen variant is not left again");
}

#[test]
fn equal_shapes_nested_deep_are_read_once_each() {
    let mut text = r#"{"kind":"card","last4":"1"}"#.to_owned();
    for _ in 0..100 {
        text = format!(r#"{{"kind":"card","last4":"1","inner":{text}}}"#);
    }
    assert!(matches!(json::from_slice(text.as_bytes()).unwrap(), Payment::Card(_)));
}

#[test]
fn an_extra_member_named_like_one_of_the_type_is_refused() {
    let mut order = order(FULL);
    order.extra.insert("total", 5);
    let error = json::to_vec(&order).unwrap_err();
    assert_eq!(error.pointer(), "/total");
    assert!(order.extra.remove("total").is_some());
    order.extra.insert("b", "new");
    order.extra.insert("c", vec![Some(1_i64), None]);
    let text = String::from_utf8(json::to_vec(&order).unwrap()).unwrap();
    assert!(text.ends_with(r#","b":"new","c":[1,null]}"#), "{text}");
    assert_eq!(
        order.extra.remove("c"),
        Some(JsonValue::from(vec![JsonValue::from(1), JsonValue::Null]))
    );
    assert_eq!(order.extra.len(), 2);
}

#[test]
fn debug_shows_what_rust_would_and_never_what_is_sensitive_or_unknown() {
    let line = format!("{:?}", order(FULL));
    assert_eq!(
        line,
        r#"Order { id: OrderId("o-1"), state: "OPEN", priority: 9, total: "10.50", note: "a \"b\"\n\u{1}é", parent: Order { id: OrderId("o-0"), state: Unknown("PAUSED"), total: 7.10, closedAt: None, discount: None, lines: [] }, closedAt: "2026-01-31T12:00:00.500+01:00", discount: 0.5, lines: [["x", 2], ["y", -3, "2026-02-01"]], labels: { "z": "1", "a": "2" }, payment: Card { kind: "card", last4: "4242", network: _ }, buyer: [redacted], futureMember: _, b: _ }"#
    );
    let transfer: Payment = json::from_slice(br#"{"kind":"transfer","iban":"DE02"}"#).unwrap();
    assert_eq!(
        format!("{transfer:?}"),
        r#"Transfer { kind: "transfer", iban: Iban([redacted]) }"#
    );
    let unknown: Payment = json::from_slice(br#"{"kind":"cash","who":"Jane"}"#).unwrap();
    assert_eq!(format!("{unknown:?}"), r#"Unknown("cash")"#);
    let unknown: Payment = json::from_slice(br#"["Jane"]"#).unwrap();
    assert_eq!(format!("{unknown:?}"), "Unknown(array)");
    assert_eq!(format!("{:?}", order(FULL).extra), "{ futureMember: _, b: _ }");
    let unknown = order(&FULL.replace(r#""priority":9"#, r#""priority":7"#));
    assert!(format!("{unknown:?}").contains(", priority: Unknown(7), "));
}

#[test]
fn debug_is_indented_on_request() {
    let text = r#"{"id":"o","state":"OPEN","total":"1","closedAt":null,"lines":[["x",1]],"labels":{},"payment":{"kind":"card","last4":"4"}}"#;
    assert_eq!(
        format!("{:#?}", order(text)),
        r#"Order {
    id: OrderId("o"),
    state: "OPEN",
    total: "1",
    closedAt: None,
    lines: [
        [
            "x",
            1,
        ],
    ],
    labels: {},
    payment: Card {
        kind: "card",
        last4: "4",
    },
}"#
    );
}

#[test]
fn a_model_can_be_read_from_and_turned_into_free_form_json() {
    let order = order(FULL);
    let value = JsonValue::from_model(&order).unwrap();
    assert_eq!(value.pointer("/payment/network/b").unwrap().to_string(), "1.10");
    assert_eq!(value.to::<Order>().unwrap(), order);
    assert!(
        value
            .to::<Payment>()
            .is_ok_and(|payment| matches!(payment, Payment::Unknown(_)))
    );
}

#[test]
fn a_tuple_that_is_too_short_is_refused_unless_the_place_is_optional() {
    assert_eq!(json::from_slice::<Line>(br#"["x",1]"#).unwrap().2, None);
    assert_eq!(
        json::from_slice::<Vec<Line>>(br#"[["x",1],["y"]]"#)
            .unwrap_err()
            .pointer(),
        "/1/-"
    );
    assert_eq!(json::from_slice::<Line>(br#"{"x":1}"#).unwrap_err().pointer(), "");
}

#[test]
fn a_tuple_has_exactly_its_elements() {
    let text = br#"[[1,"a",[true]],[2,null,[]]]"#;
    let read = json::from_slice::<Vec<(i32, Option<String>, Vec<bool>)>>(text).unwrap();
    assert_eq!(read, [(1, Some("a".into()), vec![true]), (2, None, vec![])]);
    assert_eq!(json::to_vec(&read).unwrap(), text);
    for (text, pointer) in [
        (r"[[1]]", "/0/-"),
        (r#"[[1,"a","b"]]"#, "/0"),
        (r#"[["a",1]]"#, "/0/0"),
        ("[{}]", "/0"),
    ] {
        let refused = json::from_slice::<Vec<(i32, String)>>(text.as_bytes()).unwrap_err();
        assert_eq!(refused.pointer(), pointer, "{text}");
    }
    let eight = json::from_slice::<(u32, u32, u32, u32, u32, u32, u32, u32)>(b"[0,1,2,3,4,5,6,7]").unwrap();
    assert_eq!(eight.7, 7);
}

/// A name, and numbers beside it.
#[derive(Clone, PartialEq)]
struct Scores {
    name: String,
    additional: Map<i64>,
}

shown! { Scores }

impl Json for Scores {
    fn read(v: Value<'_>) -> Self {
        Scores {
            name: v.get("name"),
            additional: v.rest_as(),
        }
    }
    fn write(&self, w: &mut Writer) {
        w.begin("Scores");
        w.put("name", &self.name);
        w.rest_as(&["name"], &self.additional);
    }
}

#[test]
fn members_beside_the_named_ones_keep_their_type_and_order() {
    let scores = json::from_slice::<Scores>(br#"{"b":2,"name":"n","a":1}"#).unwrap();
    assert_eq!(scores.additional.keys().collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(json::to_vec(&scores).unwrap(), br#"{"name":"n","b":2,"a":1}"#);
    assert_eq!(format!("{scores:?}"), r#"Scores { name: "n", b: 2, a: 1 }"#);
    let refused = json::from_slice::<Scores>(br#"{"name":"n","b":2,"a":"x"}"#).unwrap_err();
    assert_eq!(refused.pointer(), "/a");
    let many = (0..50).fold(String::new(), |many, at| format!("{many},\"k{at}\":{at}"));
    let many = json::from_slice::<Scores>(format!("{{\"name\":\"n\"{many}}}").as_bytes()).unwrap();
    assert_eq!(many.additional.get("k49"), Some(&49));
}

#[test]
fn no_member_is_written_twice() {
    let scores = Scores {
        name: "n".into(),
        additional: Map::from([("name", 1)]),
    };
    assert!(json::to_vec(&scores).is_err());
    assert!(format!("{scores:?}").contains("name"));
}

#[test]
fn a_discriminator_further_down_is_seen_without_being_taken() {
    struct Seen(Option<String>, Extra);
    impl Json for Seen {
        fn read(v: Value<'_>) -> Self {
            Seen(v.tag_at(&["meta", "type"]).map(str::to_owned), v.rest())
        }
        fn write(&self, _: &mut Writer) {}
    }
    let seen = json::from_slice::<Seen>(br#"{"meta":{"type":"a"}}"#).unwrap();
    assert_eq!((seen.0.as_deref(), seen.1.len()), (Some("a"), 1));
    for (literal, text) in [("1", "1"), ("-2.50", "-2.50"), ("true", "true"), ("false", "false")] {
        let seen = json::from_slice::<Seen>(format!(r#"{{"meta":{{"type":{literal}}}}}"#).as_bytes()).unwrap();
        assert_eq!(seen.0.as_deref(), Some(text));
    }
    for other in [
        r#"{"meta":{"type":null}}"#,
        r#"{"meta":{"type":[]}}"#,
        r#"{"meta":[]}"#,
        "{}",
        "[]",
    ] {
        assert!(json::from_slice::<Seen>(other.as_bytes()).map_or(true, |seen| seen.0.is_none()));
    }
}

#[test]
fn a_part_of_a_document_has_placeholders_for_what_lacks_and_errors_for_what_is_wrong() {
    let order: Order = json::from_part(b"{}").unwrap();
    assert_eq!(
        format!("{order:?}"),
        r#"Order { id: OrderId(""), state: Unknown(""), total: "0", closedAt: None, lines: [] }"#
    );
    let order: Order = json::from_part(br#"{"id": "o-1", "lines": [["a"]]}"#).unwrap();
    assert_eq!((order.id, order.lines[0].1), (OrderId("o-1".to_owned()), 0));
    assert!(json::from_slice::<Order>(b"{}").is_err());
    for wrong in [r#"{"id": 1}"#, r#"{"lines": [[1]]}"#, r#"{"total": {}}"#, "[]", "{"] {
        assert!(json::from_part::<Order>(wrong.as_bytes()).is_err(), "{wrong}");
    }
    let deep = "[".repeat(10_000);
    assert!(json::from_part::<JsonValue>(deep.as_bytes()).is_err());
}
