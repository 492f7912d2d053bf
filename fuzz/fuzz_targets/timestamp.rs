//! Texts come in as instants and dates. What is read must be the instant that `jiff` reads, what is of the form of RFC 3339 and
//! refused must be refused by `jiff` too, and every instant must come back from its text.
//!
//! Seeds: fuzz/seeds/timestamp/*
#![no_main]

use libfuzzer_sys::fuzz_target;
use sdkwright_fuzz::Pieces;
use sdkwright_runtime::signing::{parse_timestamp, timestamp};
use sdkwright_runtime::{Date, Timestamp, glue::TimestampFormat, json};
use std::ops::Range;

/// The seconds of the years that can be written.
const YEARS: Range<i64> = -62_167_219_200..253_402_300_800;

fuzz_target!(|bytes: &[u8]| {
    let mut pieces = Pieces::new(bytes);
    let (left, right, seconds, nanoseconds) = (pieces.text(), pieces.text(), pieces.number(), pieces.number());
    let (one, other) = (read(&left), read(&right));
    if let (Some(one), Some(other)) = (&one, &other) {
        assert_eq!(one.partial_cmp(other), Some(one.unix().cmp(&other.unix())));
        assert_eq!(one == other, one.unix() == other.unix());
    }
    date(&left);
    made(seconds.cast_signed(), nanoseconds as u32);
    made(
        seconds.cast_signed() % 400_000_000_000,
        nanoseconds as u32 % 1_000_000_000,
    );
    for format in [TimestampFormat::Rfc3339, TimestampFormat::UnixSeconds] {
        header(seconds.cast_signed() % 400_000_000_000, format);
        let parsed = parse_timestamp(&left, format);
        if let Some(seconds) = parsed.filter(|seconds| YEARS.contains(seconds)) {
            let written = timestamp(seconds, format);
            assert_eq!(
                parse_timestamp(&written, format),
                Some(seconds),
                "{left:?} is {written}"
            );
        }
        if let (TimestampFormat::Rfc3339, Some(one)) = (format, &one) {
            assert_eq!(parsed, one.unix().map(|(seconds, _)| seconds), "{left:?}");
        }
    }
});

fn read(text: &str) -> Option<Timestamp> {
    let arrived: Timestamp = json::from_slice(&serde_json::to_vec(text).expect("JSON")).expect("any string");
    assert_eq!(arrived.as_str(), text, "it is kept");
    let read = text.parse::<Timestamp>().ok();
    assert_eq!(arrived.is_valid(), read.is_some(), "{text:?}");
    let theirs = text.parse::<jiff::Timestamp>();
    let Some(read) = read else {
        let refused = !is_rfc3339(text) || theirs.is_err();
        assert!(refused, "{text:?} was refused");
        return None;
    };
    assert!(is_rfc3339(text), "{text:?} was read");
    let (seconds, nanoseconds) = read.unix().expect("an instant");
    // `jiff` maps a leap second to the second before, and refuses digits below a nanosecond and `-00:00`.
    let leap = text.as_bytes()[17..19] == *b"60";
    let held = jiff::Timestamp::from_second(seconds - i64::from(leap)).is_ok();
    let known = held && text.bytes().skip(20).take_while(u8::is_ascii_digit).count() <= 9 && !text.ends_with("-00:00");
    if known {
        let theirs = theirs.expect("an instant");
        let ours = i128::from(seconds - i64::from(leap)) * 1_000_000_000 + i128::from(nanoseconds);
        assert_eq!(ours, theirs.as_nanosecond(), "{text:?}");
        if !leap {
            assert_eq!(jiff::Timestamp::try_from(&read).ok(), Some(theirs), "{text:?}");
        }
    }
    if let Some(time) = read.to_system_time() {
        let again = Timestamp::try_from(time);
        assert!(again.is_ok_and(|again| again == read) || !YEARS.contains(&seconds));
    }
    Some(read)
}

/// Returns `true` for the form of `date-time` (RFC 3339, section 5.6).
fn is_rfc3339(text: &str) -> bool {
    let form: String = text
        .chars()
        .map(|character| match character {
            '0'..='9' => '0',
            't' => 'T',
            'z' => 'Z',
            other => other,
        })
        .collect();
    let Some(rest) = form.strip_prefix("0000-00-00T00:00:00") else {
        return false;
    };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) if fraction.starts_with('0') => fraction.trim_start_matches('0'),
        Some(_) => return false,
        None => rest,
    };
    // The grammar limits the hours of an offset to 23 and its minutes to 59.
    let offset = text
        .get(text.len() - zone.len() + 1..)
        .and_then(|offset| offset.split_once(':'));
    let is_offset = offset.is_some_and(|(hours, minutes)| hours < "24" && minutes < "60");
    zone == "Z" || matches!(zone, "+00:00" | "-00:00") && is_offset
}

fn date(text: &str) {
    let ours = text.parse::<Date>().ok();
    let is_form = text.len() == 10 && text.is_char_boundary(4) && is_rfc3339(&format!("{text}T00:00:00Z"));
    let theirs = text.parse::<jiff::civil::Date>().ok().filter(|_| is_form);
    assert_eq!(ours.is_some(), theirs.is_some(), "{text:?}");
    if let (Some(ours), Some(theirs)) = (ours, theirs) {
        assert_eq!(jiff::civil::Date::try_from(&ours).ok(), Some(theirs));
        assert_eq!(Date::try_from(theirs).map(|date| date.to_string()).as_deref(), Ok(text));
    }
}

fn made(seconds: i64, nanoseconds: u32) {
    let Ok(made) = Timestamp::from_unix(seconds, nanoseconds) else {
        assert!(
            nanoseconds > 999_999_999 || !YEARS.contains(&seconds),
            "{seconds} was refused"
        );
        return;
    };
    assert_eq!(made.unix(), Some((seconds, nanoseconds)));
    assert_eq!(read(made.as_str()).as_ref(), Some(&made));
}

fn header(seconds: i64, format: TimestampFormat) {
    let written = timestamp(seconds, format);
    if YEARS.contains(&seconds) {
        assert_eq!(parse_timestamp(&written, format), Some(seconds), "{written}");
    }
}
