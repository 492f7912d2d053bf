//! Exact arithmetic of amounts, and the values of other crates: unchanged, or an error.

use std::cmp::Ordering;

use proptest::prelude::*;
use sdkwright_json as json;
use sdkwright_json::value::{Date, Decimal, DecimalForm, Money, MoneyError, Timestamp};

/// A decimal as an answer may hold it: also with an exponent.
fn arrived(text: &str) -> Decimal {
    json::from_slice(format!("\"{text}\"").as_bytes()).unwrap()
}

#[test]
fn sums_and_differences_are_those_of_another_implementation_to_the_last_digit() {
    let mut count = 0;
    for line in include_str!("../vectors/sums.tsv").lines() {
        let [left, right, sum, difference] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let (one, other) = (arrived(left), arrived(right));
        assert_eq!(one.checked_add(&other).unwrap().as_str(), sum, "{left} + {right}");
        assert_eq!(
            one.checked_sub(&other).unwrap().as_str(),
            difference,
            "{left} - {right}"
        );
        count += 1;
    }
    assert_eq!(count, 3000);
}

#[test]
fn a_sum_keeps_the_larger_scale_and_the_form_of_the_first_term() {
    let number: Decimal = json::from_slice(b"1.50").unwrap();
    let sum = number.checked_add(&arrived("0.5")).unwrap();
    assert_eq!(
        (sum.as_str(), sum.form(), sum.scale()),
        ("2.00", DecimalForm::Number, Some(2))
    );
    assert_eq!(arrived("0.5").checked_add(&number).unwrap().form(), DecimalForm::String);
    let zero = arrived("-1.10").checked_add(&arrived("1.1")).unwrap();
    assert_eq!((zero.as_str(), zero.is_negative()), ("0.00", Ok(false)));
    assert_eq!(
        (arrived("-0.01").is_negative(), arrived("-0.00").is_negative()),
        (Ok(true), Ok(false))
    );
    for (text, scale) in [("1.10", 2), ("1e3", 0), ("1.5e-3", 4), ("12.50e1", 1), ("5.", 0)] {
        assert_eq!(arrived(text).scale(), Some(scale), "{text}");
    }
}

#[test]
fn what_has_no_exact_sum_has_none() {
    let one = arrived("1");
    for text in [
        "n/a",
        "",
        "1e1000",
        "1e-1001",
        "1e999999999999999999",
        "-1e-9223372036854775808",
        "1e9223372036854775807",
    ] {
        assert!(arrived(text).checked_add(&one).is_none(), "{text}");
        assert!(one.checked_sub(&arrived(text)).is_none(), "{text}");
        assert_eq!(arrived(text).scale(), None, "{text}");
    }
    let longest = arrived(&"9".repeat(Decimal::MAX_DIGITS));
    assert!(longest.checked_add(&one).is_none(), "the sum has a digit too many");
    assert_eq!(longest.checked_sub(&one).unwrap().as_str().len(), Decimal::MAX_DIGITS);
    assert!(longest.checked_add(&arrived("0.1")).is_none());
    // The zero before the point is one more digit, and the text can still be read again.
    let smallest = arrived("1e-999").checked_add(&arrived("0")).unwrap();
    assert_eq!(
        (smallest.scale(), smallest.as_str().len()),
        (Some(999), Decimal::MAX_DIGITS + 1)
    );
    assert!(arrived("1e-1000").checked_add(&arrived("0")).is_none());
}

#[test]
fn a_comparison_with_what_is_no_number_is_an_error() {
    let wanted = arrived("250.00");
    for text in ["", "n/a", "1,000.00", "NaN", "1e99999999999999999999"] {
        let odd = arrived(text);
        assert!(
            odd.compare(&wanted).is_err() && wanted.compare(&odd).is_err(),
            "{text:?}"
        );
        assert!(odd.compare(&odd).is_err(), "{text:?}");
        assert!(odd.is_zero().is_err() && odd.is_negative().is_err(), "{text:?}");
        assert!(
            odd == odd.clone() && odd != wanted,
            "{text:?}: equality is that of texts"
        );
        let (odd, wanted) = (Money::new(odd, "EUR"), Money::new(wanted.clone(), "EUR"));
        assert_eq!(odd.compare(&wanted), Err(MoneyError::Amount), "{text:?}");
    }
}

#[test]
fn a_number_of_units_says_which_units_it_counts() {
    assert_eq!(Decimal::whole(25_000_u64).as_str(), "25000");
    assert_eq!(Decimal::whole(i128::MIN).as_str(), i128::MIN.to_string());
    for (units, places, text) in [
        (25_000, 2, "250.00"),
        (5, 2, "0.05"),
        (-5, 2, "-0.05"),
        (-12_345, 3, "-12.345"),
        (0, 2, "0.00"),
        (7, 0, "7"),
        (1, 8, "0.00000001"),
    ] {
        let amount = Decimal::from_minor_units(units, places);
        assert_eq!(amount.as_str(), text);
        assert_eq!(amount.as_str().parse(), Ok(amount.clone()));
        assert_eq!(amount.scale(), Some(usize::from(places)));
    }
    let most = Decimal::from_minor_units(i128::MIN, u8::MAX);
    assert!(most.is_number() && most.scale() == Some(255));
}

#[test]
fn amounts_of_different_units_have_no_sum_and_no_order() {
    let money = |amount: &str, unit: &'static str| Money::new(arrived(amount), unit);
    let (one, two) = (money("1.10", "EUR"), money("2", "EUR"));
    assert_eq!(one.checked_add(&two), Ok(money("3.10", "EUR")));
    assert_eq!(one.checked_sub(&two).unwrap().to_string(), "-0.90 EUR");
    assert_eq!(one.compare(&two), Ok(Ordering::Less));
    let other = money("2", "USD");
    assert_eq!(one.checked_add(&other), Err(MoneyError::Units));
    assert_eq!(one.checked_sub(&other), Err(MoneyError::Units));
    assert_eq!(one.compare(&other), Err(MoneyError::Units));
    assert_ne!(two, other);
    assert_eq!(one.checked_add(&money("n/a", "EUR")), Err(MoneyError::Amount));
    assert_eq!(Money::total([&one, &two, &one]), Some(Ok(money("4.2", "EUR"))));
    assert_eq!(Money::total([&one, &other]), Some(Err(MoneyError::Units)));
    assert_eq!(Money::<&str>::total([]), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_added_can_be_taken_away_again(left in "-?(0|[1-9][0-9]{0,60})(\\.[0-9]{1,40})?", right in "-?(0|[1-9][0-9]{0,60})(\\.[0-9]{1,40})?(e-?[0-9]{1,2})?") {
        let (left, right) = (arrived(&left), arrived(&right));
        let sum = left.checked_add(&right).unwrap();
        prop_assert_eq!(&sum, &right.checked_add(&left).unwrap());
        prop_assert_eq!(sum.checked_sub(&right).unwrap(), left.clone());
        prop_assert_eq!(left.compare(&right), left.checked_sub(&right).unwrap().compare(&Decimal::whole(0)));
        prop_assert!(sum.as_str().parse::<Decimal>().is_ok());
    }

    #[test]
    fn integers_are_added_as_integers_are(left in -(1_i128 << 100)..1_i128 << 100, right in -(1_i128 << 100)..1_i128 << 100) {
        let sum = Decimal::whole(left).checked_add(&Decimal::whole(right)).unwrap();
        prop_assert_eq!(sum.to_string(), (left + right).to_string());
    }

    #[test]
    fn a_decimal_of_another_crate_comes_back_as_it_was(mantissa in -79_228_162_514_264_337_593_543_950_335_i128..=79_228_162_514_264_337_593_543_950_335, scale in 0..=28_u32) {
        let theirs = rust_decimal::Decimal::try_from_i128_with_scale(mantissa, scale).unwrap();
        let ours = Decimal::from(theirs);
        prop_assert_eq!(ours.as_str(), theirs.to_string());
        let back = rust_decimal::Decimal::try_from(&ours).unwrap();
        prop_assert_eq!((back.mantissa(), back.scale()), (theirs.mantissa(), theirs.scale()));
    }

    #[test]
    fn sums_are_those_of_the_other_crate_where_it_has_them(left in -(1_i64 << 50)..1_i64 << 50, right in -(1_i64 << 50)..1_i64 << 50, scales in (0..10_u32, 0..10_u32)) {
        let theirs = rust_decimal::Decimal::new(left, scales.0).checked_add(rust_decimal::Decimal::new(right, scales.1)).unwrap();
        let term = |value, scale| Decimal::from(rust_decimal::Decimal::new(value, scale));
        let ours = term(left, scales.0).checked_add(&term(right, scales.1)).unwrap();
        prop_assert_eq!(ours, Decimal::from(theirs));
    }

    #[test]
    fn an_instant_of_another_crate_comes_back_as_it_was(seconds in -62_167_219_200_i64..253_402_300_799, nanoseconds in 0..1_000_000_000_u32) {
        let ours = Timestamp::from_unix(seconds, nanoseconds).unwrap();
        let jiff = jiff::Timestamp::try_from(&ours).unwrap();
        prop_assert_eq!(Timestamp::try_from(jiff).unwrap().to_string(), ours.to_string());
        let chrono = chrono::DateTime::<chrono::Utc>::try_from(&ours).unwrap();
        let theirs = i128::from(chrono.timestamp()) * 1_000_000_000 + i128::from(chrono.timestamp_subsec_nanos());
        prop_assert_eq!(theirs, jiff.as_nanosecond());
        prop_assert_eq!(Timestamp::try_from(chrono).unwrap().to_string(), ours.to_string());
    }
}

#[test]
fn a_decimal_that_another_crate_would_round_is_refused() {
    let theirs = |text: &str| rust_decimal::Decimal::try_from(&arrived(text)).map(|theirs| theirs.to_string());
    for (text, same) in [
        ("1.10", "1.10"),
        ("-0.50", "-0.50"),
        ("1.5e-3", "0.0015"),
        ("2e3", "2000"),
        ("0.00", "0.00"),
    ] {
        assert_eq!(theirs(text).as_deref(), Ok(same), "{text}");
    }
    assert!(theirs("-0.00").is_ok_and(|zero| zero.trim_start_matches('-') == "0.00"));
    for text in [
        "0.00000000000000000000000000001",
        "1.00000000000000000000000000000",
        "79228162514264337593543950336",
        "7.9228162514264337593543950336",
        "1e40",
        "n/a",
        "",
    ] {
        assert!(theirs(text).is_err(), "{text}");
    }
}

#[test]
fn an_instant_that_another_crate_would_change_is_refused() {
    for text in [
        "2016-12-31T23:59:60Z",
        "2026-01-31T12:00:00.1234567891Z",
        "2026-01-31T12:00:00.0000000000000001+01:00",
    ] {
        let ours: Timestamp = text.parse().unwrap();
        assert!(jiff::Timestamp::try_from(&ours).is_err(), "{text}");
        assert!(chrono::DateTime::<chrono::Utc>::try_from(&ours).is_err(), "{text}");
        assert!(
            chrono::DateTime::<chrono::FixedOffset>::try_from(&ours).is_err(),
            "{text}"
        );
    }
    let odd: Timestamp = json::from_slice(b"\"soon\"").unwrap();
    assert!(jiff::Timestamp::try_from(&odd).is_err());
    assert!(chrono::DateTime::<chrono::FixedOffset>::try_from(&odd).is_err());
    let zeros: Timestamp = "2026-01-31T12:00:00.123456789000Z".parse().unwrap();
    assert_eq!(
        jiff::Timestamp::try_from(&zeros).unwrap().subsec_nanosecond(),
        123_456_789
    );
    let leap = chrono::NaiveDate::from_ymd_opt(2016, 12, 31).unwrap();
    let leap = leap.and_hms_milli_opt(23, 59, 59, 1_000).unwrap().and_utc();
    assert!(Timestamp::try_from(leap).is_err());
    assert!(Timestamp::try_from(jiff::Timestamp::MIN).is_err());
    assert!(Timestamp::try_from(chrono::DateTime::<chrono::Utc>::MAX_UTC).is_err());
}

#[test]
fn an_offset_and_a_date_go_along() {
    for text in ["2026-01-31T12:00:00-05:30", "1969-12-31T23:59:59.250+14:00"] {
        let ours: Timestamp = text.parse().unwrap();
        let theirs = chrono::DateTime::<chrono::FixedOffset>::try_from(&ours).unwrap();
        assert_eq!(theirs, chrono::DateTime::parse_from_rfc3339(text).unwrap());
        assert!(theirs.to_rfc3339().ends_with(&text[text.len() - 6..]));
        assert_eq!(Timestamp::try_from(theirs).unwrap(), ours);
    }
    let ours = Date::new(2024, 2, 29).unwrap();
    let theirs = jiff::civil::Date::try_from(&ours).unwrap();
    assert_eq!(
        (theirs.to_string().as_str(), Date::try_from(theirs)),
        ("2024-02-29", Ok(ours.clone()))
    );
    let theirs = chrono::NaiveDate::try_from(&ours).unwrap();
    assert_eq!(
        (theirs.to_string().as_str(), Date::try_from(theirs)),
        ("2024-02-29", Ok(ours))
    );
    let odd: Date = json::from_slice(b"\"2024-02-30\"").unwrap();
    assert!(jiff::civil::Date::try_from(&odd).is_err() && chrono::NaiveDate::try_from(&odd).is_err());
    assert!(Date::try_from(jiff::civil::date(-1, 1, 1)).is_err());
    assert!(Date::try_from(chrono::NaiveDate::MAX).is_err());
}
