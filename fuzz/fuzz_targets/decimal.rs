//! Two texts come in as decimals. Each must keep its text, and order, equality, hash, sum and difference must be those of
//! another implementation of exact decimals.
//!
//! Seeds: fuzz/seeds/decimal/*
#![no_main]

use bigdecimal::BigDecimal;
use libfuzzer_sys::fuzz_target;
use sdkwright_fuzz::Pieces;
use sdkwright_runtime::value::DecimalForm;
use sdkwright_runtime::{Decimal, Integer, Number, json};
use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hash, Hasher};

fuzz_target!(|bytes: &[u8]| {
    let mut pieces = Pieces::new(bytes);
    let (left, right) = (pieces.text(), pieces.text());
    let (one, other) = (arrived(&left), arrived(&right));
    written(&left);
    of_json(&left);
    let order = one.compare(&other).ok();
    assert_eq!(order, other.compare(&one).ok().map(Ordering::reverse));
    if one.is_number() && other.is_number() {
        assert_eq!(one == other, order == Some(Ordering::Equal));
    }
    if one == other {
        assert_eq!(hash(&one), hash(&other), "{left:?} = {right:?}");
    }
    if !is_vast(&left) {
        assert_eq!(one.is_number(), is_number(&left), "{left:?}");
    }
    match (theirs(&left), theirs(&right)) {
        (Some(left), Some(right)) => compare((&one, &left), (&other, &right)),
        _ if one != other && !(one.is_number() && other.is_number()) => assert_eq!(order, None),
        _ => {}
    }
    if !(one.is_number() && other.is_number()) {
        assert!(one.checked_add(&other).is_none() && one.checked_sub(&other).is_none());
    }
});

/// Checks a decimal of an answer: any text is kept and written unchanged.
fn arrived(text: &str) -> Decimal {
    let written = serde_json::to_vec(text).expect("JSON");
    let decimal: Decimal = json::from_slice(&written).expect("any string");
    assert_eq!((decimal.as_str(), decimal.form()), (text, DecimalForm::String));
    let again = json::to_vec(&decimal).expect("JSON");
    assert_eq!(
        serde_json::from_slice::<String>(&again).expect("a string"),
        text,
        "it goes out as it came"
    );
    decimal
}

/// Checks a decimal that a program parses from text.
fn written(text: &str) {
    let plain = is_json(text) && !text.contains(['e', 'E']);
    match text.parse::<Decimal>() {
        Ok(decimal) => {
            assert!(plain, "{text:?} was read");
            assert_eq!(decimal.as_str(), text);
            assert_eq!(decimal.to_string(), text);
        }
        Err(_) => assert!(!plain, "{text:?} was refused"),
    }
}

/// Checks a decimal that is a JSON number.
fn of_json(text: &str) {
    let read = json::from_slice::<Decimal>(text.as_bytes());
    if is_json(text) {
        let decimal = read.expect("a number");
        assert_eq!((decimal.as_str(), decimal.form()), (text, DecimalForm::Number));
        assert_eq!(json::to_vec(&decimal).expect("JSON"), text.as_bytes());
        let number: Number = json::from_slice(text.as_bytes()).expect("a number");
        assert_eq!(number.as_str(), text);
        if let Some(theirs) = theirs(text) {
            assert_eq!(number.is_integer(), theirs.is_integer(), "{text}");
            assert_eq!(
                number.as_i64().map(BigDecimal::from),
                whole(&theirs, i64::MIN, i64::MAX)
            );
            assert_eq!(
                number.as_u64().map(BigDecimal::from),
                whole(&theirs, u64::MIN, u64::MAX)
            );
            if let Ok(integer) = json::from_slice::<Integer>(text.as_bytes()) {
                assert_eq!(integer.as_str(), text);
                let i128s = integer.as_i128().map(BigDecimal::from);
                assert_eq!(i128s, whole(&theirs, i128::MIN, i128::MAX), "{text}");
            }
        }
    }
}

fn whole<I: Into<BigDecimal>>(theirs: &BigDecimal, least: I, most: I) -> Option<BigDecimal> {
    let fits = theirs.is_integer() && *theirs >= least.into() && *theirs <= most.into();
    fits.then(|| theirs.clone())
}

fn compare((one, left): (&Decimal, &BigDecimal), (other, right): (&Decimal, &BigDecimal)) {
    assert_eq!(one.compare(other), Ok(left.cmp(right)), "{one} and {other}");
    let zero = BigDecimal::from(0);
    assert_eq!(
        (one.is_zero(), one.is_negative()),
        (Ok(*left == zero), Ok(*left < zero)),
        "{one}"
    );
    let scale = |theirs: &BigDecimal| theirs.fractional_digit_count().max(0);
    let sums = [
        (one.checked_add(other), left + right, "+"),
        (one.checked_sub(other), left - right, "-"),
    ];
    for (ours, theirs, sign) in sums {
        match ours {
            Some(ours) => {
                assert_eq!(arrived_as_big(&ours), theirs, "{one} {sign} {other} = {ours}");
                let scale = scale(left).max(scale(right));
                assert_eq!(
                    ours.scale().map(|scale| scale as i64),
                    Some(scale),
                    "{one} {sign} {other}"
                );
                assert_eq!(ours.form(), one.form());
                assert!(
                    ours.as_str().parse::<Decimal>().is_ok(),
                    "{ours} is as a program writes it"
                );
            }
            // No result may exceed the limit if the operands are this short.
            None => assert!(digits(one) + digits(other) > 1000, "{one} {sign} {other} has none"),
        }
    }
}

/// Largest number of digits of a number that is written out.
fn digits(decimal: &Decimal) -> usize {
    let exponent = decimal.as_str().split_once(['e', 'E']).map_or(0, |(_, exponent)| {
        exponent
            .parse::<i64>()
            .map_or(usize::MAX / 4, |exponent| exponent.unsigned_abs() as usize)
    });
    decimal.as_str().len() + exponent
}

fn arrived_as_big(decimal: &Decimal) -> BigDecimal {
    theirs(decimal.as_str()).expect("a sum is a number")
}

/// The other implementation's reading of a number that is not too large for it.
fn theirs(text: &str) -> Option<BigDecimal> {
    if !is_number(text) {
        return None;
    }
    let exponent = text.split_once(['e', 'E']).map_or("0", |(_, exponent)| exponent);
    let exponent: i64 = exponent.parse().ok()?;
    if exponent.unsigned_abs() > 3000 || text.len() > 4000 {
        return None;
    }
    let (mantissa, _) = text.split_once(['e', 'E']).unwrap_or((text, ""));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let integer: num_bigint::BigInt = format!("{whole}{fraction}").parse().ok()?;
    Some(BigDecimal::new(integer, fraction.len() as i64 - exponent))
}

/// Returns `true` for a number: a sign, digits with one point anywhere, and an exponent that fits.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_mantissa = all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    is_mantissa && exponent.is_none_or(|exponent| exponent.parse::<i64>().is_ok())
}

/// Returns `true` if the exponent is so large that together with the digits it may overflow.
fn is_vast(text: &str) -> bool {
    let exponent = text
        .split_once(['e', 'E'])
        .and_then(|(_, exponent)| exponent.parse::<i64>().ok());
    exponent.is_some_and(|exponent| exponent.unsigned_abs() > 1 << 60)
}

/// Returns `true` for a number of JSON.
fn is_json(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| !byte.is_ascii_whitespace());
    is_plain && serde_json::from_str::<serde_json::Number>(text).is_ok()
}

fn hash(decimal: &Decimal) -> u64 {
    let mut state = DefaultHasher::new();
    decimal.hash(&mut state);
    state.finish()
}
