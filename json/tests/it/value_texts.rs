//! The value types: text kept as it came, compared by what it means.

use proptest::prelude::*;
use sdkwright_json as json;
use sdkwright_json::value::{Base64, Date, Decimal, DecimalForm, Float, Integer, Number, Timestamp};
use std::collections::HashSet;
use std::time::{Duration, UNIX_EPOCH};

fn decimal(text: &str) -> Decimal {
    json::from_slice(text.as_bytes()).unwrap()
}

#[test]
fn a_decimal_keeps_its_text_and_its_form_and_is_compared_by_value() {
    for text in [
        "\"1.10\"",
        "1.10",
        "\"-0.00\"",
        "1e-7",
        "\"1E3\"",
        "123456789012345678901234567890.123456789",
    ] {
        assert_eq!(String::from_utf8(json::to_vec(&decimal(text)).unwrap()).unwrap(), text);
    }
    assert_eq!(decimal("1.0"), decimal("\"1.00\""));
    assert_eq!(decimal("\"1.0\"").form(), DecimalForm::String);
    assert_eq!(decimal("1.0").form(), DecimalForm::Number);
    assert_eq!(
        decimal("\"9.99\"").compare(&decimal("10")),
        Ok(std::cmp::Ordering::Less)
    );
    assert_eq!(decimal("\"0.000\"").is_zero(), Ok(true));
    let set: HashSet<Decimal> = ["1.0", "\"1.00\"", "100e-2", "2"].into_iter().map(decimal).collect();
    assert_eq!(set.len(), 2);
}

#[test]
fn a_decimal_of_a_program_is_strict_and_written_as_a_string() {
    for text in ["0", "12", "-0.50", "12.500", "99999999999999999999999999"] {
        let decimal: Decimal = text.parse().unwrap();
        assert_eq!(json::to_vec(&decimal).unwrap(), format!("\"{text}\"").into_bytes());
        assert_eq!(
            json::to_vec(&decimal.in_form(DecimalForm::Number)).unwrap(),
            text.as_bytes()
        );
    }
    for text in [
        "", " 1", "1 ", "+1", "01", ".5", "5.", "1e3", "1,000", "1_000", "NaN", "inf", "-", "\u{661}",
    ] {
        assert!(text.parse::<Decimal>().is_err(), "{text:?}");
    }
    assert_eq!(Decimal::whole(-5).to_string(), "-5");
}

#[test]
fn a_decimal_that_is_no_number_does_not_refuse_the_answer() {
    let odd = decimal("\"n/a\"");
    assert!(!odd.is_number());
    assert_eq!(json::to_vec(&odd).unwrap(), b"\"n/a\"");
    assert_eq!(
        json::to_vec(&odd.clone().in_form(DecimalForm::Number)).unwrap(),
        b"\"n/a\""
    );
    assert!(odd.compare(&decimal("1e300")).is_err());
    assert!(decimal("\"+.5\"").is_number() && decimal("\"+.5\"") == decimal("0.5"));
    assert!(json::from_slice::<Decimal>(b"true").is_err());
    assert!(json::from_slice::<Decimal>(b"null").is_err());
}

#[test]
fn numbers_and_integers_keep_their_text_and_are_checked() {
    let number: Number = "1.50e1".parse().unwrap();
    assert_eq!(
        (number.as_str(), number.as_i64(), number.is_integer()),
        ("1.50e1", Some(15), true)
    );
    assert!("01".parse::<Number>().is_err() && "1 ".parse::<Number>().is_err());
    assert!(Number::from_f64(f64::INFINITY).is_none());
    let large: Integer = json::from_slice(b"123456789012345678901234567890").unwrap();
    assert_eq!(
        (large.as_i64(), large.as_i128()),
        (None, Some(123_456_789_012_345_678_901_234_567_890))
    );
    assert!(large > Integer::from(u64::MAX));
    assert_eq!(json::from_slice::<Integer>(b"1.0").unwrap(), Integer::from(1));
    assert!(json::from_slice::<Integer>(b"1.5").is_err());
    assert!("1.0".parse::<Integer>().is_err());
}

fn instant(text: &str) -> Timestamp {
    json::from_slice(format!("\"{text}\"").as_bytes()).unwrap()
}

#[test]
fn a_timestamp_is_the_instant_and_keeps_its_text() {
    for (text, seconds, nanoseconds) in [
        ("1970-01-01T00:00:00Z", 0, 0),
        ("1970-01-01t01:00:00.5+01:00", 0, 500_000_000),
        ("1969-12-31T23:59:59.250Z", -1, 250_000_000),
        ("2026-01-31T12:00:00.123456789123-05:30", 1_769_880_600, 123_456_789),
        ("2016-12-31T23:59:60Z", 1_483_228_800, 0),
        ("0000-01-01T00:00:00z", -62_167_219_200, 0),
        ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
        ("2024-02-29T00:00:00-00:00", 1_709_164_800, 0),
    ] {
        let timestamp: Timestamp = text.parse().unwrap();
        assert_eq!(timestamp.unix(), Some((seconds, nanoseconds)), "{text}");
        assert_eq!(json::to_vec(&timestamp).unwrap(), format!("\"{text}\"").into_bytes());
        assert_eq!(Timestamp::from_unix(seconds, nanoseconds).unwrap(), timestamp, "{text}");
    }
    assert_eq!(
        instant("2026-01-01T12:00:00Z"),
        instant("2026-01-01T13:00:00.000+01:00")
    );
    assert!(instant("2026-01-01T12:00:00+02:00") < instant("2026-01-01T11:00:00Z"));
}

#[test]
fn a_timestamp_that_is_none_does_not_refuse_the_answer() {
    for text in [
        "",
        "soon",
        "2026-01-01",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00",
        "2026-01-01T24:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00.",
        "2026-01-01T00:00:00+0100",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00Zx",
        "+026-01-01T00:00:00Z",
        "2026-01-01T00:00:0\u{661}Z",
    ] {
        assert!(text.parse::<Timestamp>().is_err(), "{text}");
        let kept = instant(text);
        assert!(!kept.is_valid() && kept.to_system_time().is_none(), "{text}");
        assert_eq!(json::to_vec(&kept).unwrap(), format!("\"{text}\"").into_bytes());
        let now = instant("2026-06-28T10:00:00Z");
        assert_eq!(
            (kept.partial_cmp(&now), now.partial_cmp(&kept)),
            (None, None),
            "no comparison is true"
        );
        assert!(kept != now && kept == instant(text), "{text}");
    }
    assert!(json::from_slice::<Timestamp>(b"5").is_err());
}

#[test]
fn a_timestamp_comes_from_and_goes_to_the_time_of_the_system() {
    let before = UNIX_EPOCH - Duration::from_millis(1500);
    let timestamp = Timestamp::try_from(before).unwrap();
    assert_eq!(timestamp.as_str(), "1969-12-31T23:59:58.500Z");
    assert_eq!(timestamp.to_system_time(), Some(before));
    let after = UNIX_EPOCH + Duration::new(1_700_000_000, 123_456_000);
    assert_eq!(
        Timestamp::try_from(after).unwrap().as_str(),
        "2023-11-14T22:13:20.123456Z"
    );
    assert!(Timestamp::try_from(UNIX_EPOCH + Duration::from_hours(90_000_000)).is_err());
    assert!(Timestamp::from_unix(0, 1_000_000_000).is_err());
}

#[test]
fn a_date_is_checked_when_a_program_makes_it_and_kept_when_it_arrives() {
    let date = Date::new(2024, 2, 29).unwrap();
    assert_eq!((date.as_str(), date.parts()), ("2024-02-29", Some((2024, 2, 29))));
    assert!(Date::new(2025, 2, 29).is_err() && Date::new(10_000, 1, 1).is_err() && Date::new(2025, 0, 1).is_err());
    assert!(Date::new(2025, 9, 30).unwrap() < Date::new(2025, 10, 1).unwrap());
    for text in ["2025-2-9", "2025-02-30", "20250209", "2025-02-09Z", "", "2025/02/09"] {
        assert!(text.parse::<Date>().is_err(), "{text}");
        let kept: Date = json::from_slice(format!("\"{text}\"").as_bytes()).unwrap();
        assert_eq!((kept.parts(), kept.as_str()), (None, text));
        assert_eq!(
            (kept.partial_cmp(&date), date.partial_cmp(&kept)),
            (None, None),
            "{text}"
        );
    }
}

#[test]
fn bytes_are_base64_and_malformed_base64_is_kept() {
    let bytes = Base64::new([0xff, 0xef, 0]);
    assert_eq!(json::to_vec(&bytes).unwrap(), b"\"/+8A\"");
    assert_eq!(bytes.bytes().unwrap(), [0xff, 0xef, 0]);
    for (text, content) in [
        ("YQ==", Some(b"a")),
        ("YQ", Some(b"a")),
        ("Y", None),
        ("_-8A", None),
        ("Y Q", None),
    ] {
        let kept: Base64 = json::from_slice(format!("\"{text}\"").as_bytes()).unwrap();
        assert_eq!(kept.bytes().ok().as_deref(), content.map(<[u8; 1]>::as_slice), "{text}");
        assert_eq!(json::to_vec(&kept).unwrap(), format!("\"{text}\"").into_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_instant_is_read_as_jiff_reads_it(seconds in -62_000_000_000_i64..253_000_000_000, nanoseconds in 0..1_000_000_000_u32, zone in -1439..1440_i64) {
        let utc = Timestamp::from_unix(seconds, nanoseconds).unwrap();
        let theirs: jiff::Timestamp = utc.as_str().parse().unwrap();
        prop_assert_eq!((theirs.as_second(), theirs.subsec_nanosecond()), whole(seconds, nanoseconds));
        prop_assert_eq!(utc.unix(), Some((seconds, nanoseconds)));
        let local = Timestamp::from_unix(seconds + zone * 60, nanoseconds).unwrap();
        let sign = if zone < 0 { '-' } else { '+' };
        let local = format!("{}{sign}{:02}:{:02}", local.as_str().trim_end_matches('Z'), zone.abs() / 60, zone.abs() % 60);
        prop_assert_eq!(local.parse::<Timestamp>().unwrap(), utc);
    }

    #[test]
    fn no_text_whatever_makes_a_value_panic(text in "[0-9TZ:.+-]{0,32}|.{0,12}") {
        let _ = (text.parse::<Timestamp>(), text.parse::<Date>(), text.parse::<Decimal>(), text.parse::<Number>(), text.parse::<Integer>());
        let kept: Vec<Decimal> = json::from_slice(&json::to_vec(&vec![text.clone(), "1".to_owned()]).unwrap()).unwrap();
        let orders = (kept[0].compare(&kept[1]).ok(), kept[1].compare(&kept[0]).ok());
        prop_assert_eq!(orders.0.map(std::cmp::Ordering::reverse), orders.1);
        prop_assert_eq!(orders.0.is_some(), kept[0].is_number());
    }
}

/// Both parts with one sign, as jiff has them.
fn whole(seconds: i64, nanoseconds: u32) -> (i64, i32) {
    let nanoseconds = i32::try_from(nanoseconds).unwrap();
    if seconds < 0 && nanoseconds > 0 {
        (seconds + 1, nanoseconds - 1_000_000_000)
    } else {
        (seconds, nanoseconds)
    }
}

#[test]
fn a_float_keeps_its_text_and_is_compared_by_value() {
    for text in ["120000", "1.0", "0.00003", "3e-5", "-0.0", "1e400"] {
        let float: Float = json::from_slice(text.as_bytes()).unwrap();
        assert_eq!(float.as_str(), text);
        assert_eq!(json::to_vec(&float).unwrap(), text.as_bytes());
    }
    let float = |text: &str| text.parse::<Float>().unwrap();
    assert_eq!(float("1.0"), float("1"));
    assert!(float("0.5") == float("5e-1") && float("0.5") < float("0.6"));
    assert!(float("0.5") == 0.5 && float("0.5") < 0.6);
    assert!(float("1e400").get().is_infinite());
    assert_eq!(f64::from(Float::from(7)).to_bits(), 7.0_f64.to_bits());
    assert_eq!(Float::from(Number::from(7)), Float::from(7.0_f64));
    assert!("0x1".parse::<Float>().is_err() && "NaN".parse::<Float>().is_err());
}

#[test]
fn a_float_of_a_program_is_the_shortest_text_and_must_be_finite() {
    assert_eq!(json::to_vec(&Float::from(0.1_f64)).unwrap(), b"0.1");
    assert_eq!(json::to_vec(&Float::from(0.1_f32)).unwrap(), b"0.1");
    for float in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(json::to_vec(&Float::from(float)).is_err());
    }
}

#[test]
fn a_float_may_come_through_a_float_of_serde() {
    let float: Float = serde_json::from_str("0.25").unwrap();
    assert_eq!(float, 0.25);
    assert_eq!(serde_json::to_string(&float).unwrap(), "0.25");
}
