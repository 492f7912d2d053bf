//! The bridge to serde: every way in and out, and what it refuses because serde would round it.

use sdkwright_json as json;
use sdkwright_json::value::{Decimal, Integer, Number, Timestamp};
use sdkwright_json::{Extra, Json, JsonValue, Maybe, Value, Writer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Debug, Clone, PartialEq)]
struct Price {
    amount: Decimal,
    factor: Option<f64>,
    at: Option<Timestamp>,
    previous: Maybe<Box<Price>>,
    extra: Extra,
}

impl Json for Price {
    fn read(v: Value<'_>) -> Self {
        Price {
            amount: v.get("amount"),
            factor: v.get("factor"),
            at: v.get("at"),
            previous: v.get("previous"),
            extra: v.rest(),
        }
    }
    fn write(&self, w: &mut Writer) {
        w.begin("Price");
        w.put("amount", &self.amount);
        w.put("factor", &self.factor);
        w.put("at", &self.at);
        w.put("previous", &self.previous);
        w.rest(&self.extra);
    }
}

impl Serialize for Price {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::deserialize(deserializer)
    }
}

const TEXT: &str = r#"{"amount":"1.10","factor":0.5,"at":"2026-01-01T00:00:00Z","previous":{"amount":5,"previous":null},"more":[{"x":-3,"y":18446744073709551615},true,"é\n"]}"#;

fn price() -> Price {
    json::from_slice(TEXT.as_bytes()).unwrap()
}

impl Json for Box<Price> {
    fn read(v: Value<'_>) -> Self {
        Box::new(v.decode())
    }
    fn write(&self, w: &mut Writer) {
        w.value(&**self);
    }
}

#[test]
fn every_way_through_serde_json_gives_the_same_value() {
    assert_eq!(serde_json::from_str::<Price>(TEXT).unwrap(), price());
    assert_eq!(serde_json::from_slice::<Price>(TEXT.as_bytes()).unwrap(), price());
    assert_eq!(serde_json::from_reader::<_, Price>(TEXT.as_bytes()).unwrap(), price());
    assert_eq!(
        serde_json::from_value::<Price>(serde_json::from_str(TEXT).unwrap()).unwrap(),
        price()
    );
    assert_eq!(serde_json::to_string(&price()).unwrap(), TEXT);
    assert_eq!(
        serde_json::to_value(price()).unwrap(),
        serde_json::from_str::<serde_json::Value>(TEXT).unwrap()
    );
}

#[test]
fn a_type_of_the_user_can_hold_and_flatten_ours() {
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Row {
        key: u32,
        #[serde(flatten)]
        price: Price,
    }
    let text = TEXT.replacen('{', "{\"key\":7,", 1);
    let row: Row = serde_json::from_str(&text).unwrap();
    assert_eq!(row.key, 7);
    assert_eq!(row.price, price());
    assert_eq!(serde_json::to_string(&row).unwrap(), text);
}

#[test]
fn a_float_where_a_decimal_belongs_is_an_error() {
    // Serde passes the text `1.10000000000000000001` on as the float 1.1.
    let text = r#"{"amount":1.10000000000000000001}"#;
    let error = serde_json::from_str::<Price>(text).unwrap_err().to_string();
    assert!(
        error.contains("/amount") && error.contains("a float has lost it"),
        "{error}"
    );
    assert_eq!(
        json::from_slice::<Price>(text.as_bytes()).unwrap().amount.as_str(),
        "1.10000000000000000001"
    );
    assert!(serde_json::from_str::<Integer>("1e300").is_err());
    assert_eq!(serde_json::from_str::<Integer>("1.0").unwrap(), Integer::from(1));
    assert_eq!(serde_json::from_str::<Decimal>("12").unwrap(), Decimal::whole(12));
    assert_eq!(serde_json::from_str::<Decimal>("\"1.5\"").unwrap().as_str(), "1.5");
    // Only floats are refused, at any place and after any other value.
    assert!(serde_json::from_str::<Vec<Decimal>>(r#"[1,"2.5",3]"#).is_ok());
    assert!(serde_json::from_str::<Vec<Decimal>>(r#"[1,"2.5",3.5]"#).is_err());
}

#[test]
fn a_number_has_the_exact_text_if_the_reader_gives_it_and_else_the_shortest_of_the_float() {
    for (text, read) in [
        ("51.5", "51.5"),
        ("0.10", "0.1"),
        ("1e-7", "1e-7"),
        ("1.10000000000000000001", "1.1"),
    ] {
        assert_eq!(serde_json::from_str::<Number>(text).unwrap().as_str(), read, "{text}");
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(
            serde_json::from_value::<Number>(value).unwrap().as_str(),
            read,
            "{text}"
        );
        // As `serde_json` passes it on with `arbitrary_precision`.
        let exact = std::iter::once(("$serde_json::private::Number", text));
        let exact = serde::de::value::MapDeserializer::<_, serde::de::value::Error>::new(exact);
        assert_eq!(Number::deserialize(exact).unwrap().as_str(), text);
    }
    let broken = std::iter::once(("$serde_json::private::Number", "1,5"));
    let broken = serde::de::value::MapDeserializer::<_, serde::de::value::Error>::new(broken);
    assert!(Number::deserialize(broken).is_err());
}

#[test]
fn a_number_that_no_serde_type_holds_is_an_error_and_never_rounded() {
    for text in [
        "1.10000000000000000001",
        "1e400",
        "340282366920938463463374607431768211456",
        "9007199254740993.5",
    ] {
        let value: JsonValue = text.parse().unwrap();
        assert!(serde_json::to_string(&value).is_err(), "{text}");
    }
    for (text, written) in [
        ("1.10", "1.1"),
        ("1e2", "100.0"),
        ("-0.0", "-0.0"),
        ("18446744073709551615", "18446744073709551615"),
    ] {
        let value: JsonValue = text.parse().unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), written, "{text}");
    }
}

#[test]
fn what_our_codec_refuses_is_refused_through_serde_too() {
    for text in [
        r#"{"amount":true}"#,
        "{}",
        "[]",
        r#"{"amount":"1","amount":"2"}"#,
        r#"{"amount":"1","x":{"a":1,"a":2}}"#,
    ] {
        assert!(serde_json::from_str::<Price>(text).is_err(), "{text}");
    }
    assert!(serde_json::to_string(&f64::NAN).is_ok(), "serde_json writes null");
    let nan = Price {
        factor: Some(f64::NAN),
        ..price()
    };
    assert!(serde_json::to_string(&nan).unwrap_err().to_string().contains("/factor"));
}

#[test]
fn a_deserializer_without_end_stops_at_the_depth_limit() {
    let mut value = serde_json::Value::Null;
    for _ in 0..200 {
        value = serde_json::Value::Array(vec![value]);
    }
    assert!(
        serde_json::from_value::<JsonValue>(value)
            .unwrap_err()
            .to_string()
            .contains("levels")
    );
}

#[test]
fn numbers_of_all_widths_come_through_serde() {
    use serde::de::IntoDeserializer;
    use serde::de::value::Error;
    let through = |value: JsonValue| value.to_string();
    let i128s: Result<_, Error> = JsonValue::deserialize(i128::MIN.into_deserializer());
    assert_eq!(through(i128s.unwrap()), i128::MIN.to_string());
    let u128s: Result<_, Error> = JsonValue::deserialize(u128::MAX.into_deserializer());
    assert_eq!(through(u128s.unwrap()), u128::MAX.to_string());
    let f32s: Result<_, Error> = JsonValue::deserialize(0.1_f32.into_deserializer());
    assert_eq!(through(f32s.unwrap()), "0.1");
    let chars: Result<_, Error> = JsonValue::deserialize('é'.into_deserializer());
    assert_eq!(through(chars.unwrap()), "\"é\"");
    let nan: Result<JsonValue, Error> = JsonValue::deserialize(f64::NAN.into_deserializer());
    assert!(nan.is_err());
}
