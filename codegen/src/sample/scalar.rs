//! Numbers and texts within bounds, and whether a scalar is within all of its bounds.
//!
//! Numbers are computed in billionths: exact, and never through a float. Texts follow format, pattern and length.

use sdkwright_contract::ir::{self, Constraints, ScalarFormat};

use super::json::SampleValue;
use super::pattern::SamplePattern;
use crate::limits;

/// Billionths in one.
const ONE: i128 = 1_000_000_000;
/// Digits of a billionth.
const DIGITS: usize = 9;

/// Returns true for the formats that are JSON numbers.
pub(crate) fn is_number(format: ScalarFormat) -> bool {
    use ScalarFormat::{Float, I32, I64, Integer, Number, U64};
    matches!(format, I32 | I64 | U64 | Integer | Float | Number)
}

/// Returns true if the number is within the bounds and the type holds it.
pub(super) fn fits_number(format: ScalarFormat, limits: &Constraints, text: &str) -> bool {
    let held = match format {
        ScalarFormat::I32 => text.parse::<i32>().is_ok(),
        ScalarFormat::I64 => text.parse::<i64>().is_ok(),
        ScalarFormat::U64 => text.parse::<u64>().is_ok(),
        ScalarFormat::Integer => text
            .strip_prefix('-')
            .unwrap_or(text)
            .bytes()
            .all(|b| b.is_ascii_digit()),
        _ => true,
    };
    held && is_json(text) && within(limits, text)
}

/// Returns true for the number syntax of JSON.
fn is_json(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let at = |index: usize| digits.as_bytes().get(index).copied().unwrap_or_default();
    let padded = at(0) == b'0' && at(1).is_ascii_digit();
    let ends = digits.ends_with(|c: char| c.is_ascii_digit()) && !digits.contains(".e") && !digits.contains(".E");
    at(0).is_ascii_digit() && !padded && ends && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Returns the number in billionths; `None` if it has more digits.
fn billionths(text: &str) -> Option<i128> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (sign, digits) = mantissa.strip_prefix('-').map_or((1, mantissa), |digits| (-1, digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let shift = exponent.parse::<i64>().ok()? - i64::try_from(part.len()).ok()? + i64::try_from(DIGITS).ok()?;
    let value: i128 = format!("{whole}{part}").parse().ok()?;
    let power = |exponent: i64| 10i128.checked_pow(u32::try_from(exponent).ok()?);
    let value = if shift >= 0 {
        value.checked_mul(power(shift)?)?
    } else {
        let power = power(-shift)?;
        (value % power == 0).then(|| value / power)?
    };
    Some(sign * value)
}

/// Prints the number as JSON.
fn print(value: i128) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (
        value.unsigned_abs() / ONE.unsigned_abs(),
        value.unsigned_abs() % ONE.unsigned_abs(),
    );
    let part = format!("{part:0DIGITS$}");
    match part.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        part => format!("{sign}{whole}.{part}"),
    }
}

fn within(limits: &Constraints, text: &str) -> bool {
    let value = billionths(text);
    // `side` is 1 for a value that must not be below the bound, -1 for one that must not be above it.
    let keeps = |bound: &Option<(String, bool)>, side: i128| {
        let Some((bound, excluded)) = bound else { return true };
        if bound == text {
            return !excluded;
        }
        match (value, billionths(bound)) {
            (Some(value), Some(bound)) => value * side > bound * side || (!excluded && value == bound),
            // A bound beyond the range of billionths is further away than any number made here.
            (Some(_), None) => bound.starts_with('-') == (side > 0),
            (None, _) => false,
        }
    };
    let step = limits
        .multiple_of
        .as_deref()
        .and_then(billionths)
        .filter(|step| *step > 0);
    let stepped = step.is_none_or(|step| value.is_some_and(|value| value % step == 0));
    keeps(&limits.minimum, 1) && keeps(&limits.maximum, -1) && stepped
}

/// Returns the first of a few plain candidates within the bounds; another one for each `nth` if siblings must differ.
pub(super) fn make_number(format: ScalarFormat, limits: &Constraints, nth: usize) -> String {
    // A bound further away is no base to count from, and would overflow.
    let near = |text: &str| billionths(text).filter(|value| value.unsigned_abs() < u128::MAX >> 16);
    let bound = |limit: &Option<(String, bool)>| near(&limit.as_ref()?.0);
    let (least, most) = (bound(&limits.minimum), bound(&limits.maximum));
    let step = limits.multiple_of.as_deref().and_then(near).filter(|step| *step > 0);
    let next = i128::try_from(nth.min(limits::SAMPLE_SIBLINGS)).unwrap_or_default() * ONE;
    let mut candidates = Vec::new();
    if let Some(step) = step {
        let from = least.map_or(1, |least| (least + step - 1).div_euclid(step));
        let count = from + next / ONE;
        candidates.extend([0, 1].map(|more| step.saturating_mul(count + more)));
    }
    if let Some(least) = least {
        candidates.extend([least + next, least.div_euclid(ONE) * ONE + ONE + next]);
    }
    if let Some(most) = most {
        candidates.extend([most - next, (most - 1).div_euclid(ONE) * ONE - next]);
    }
    if let (Some(least), Some(most)) = (least, most) {
        candidates.push(least + (most - least) / (next / ONE + 2));
    }
    candidates.push(next);
    let texts = [&limits.minimum, &limits.maximum]
        .into_iter()
        .flatten()
        .map(|(text, _)| text.clone());
    let bounds = texts.filter(|_| nth == 0);
    let plain = std::iter::once(print(ONE + next));
    let mut kept = plain
        .chain(bounds)
        .chain(candidates.into_iter().map(print))
        .filter(|text| fits_number(format, limits, text));
    kept.next().unwrap_or_else(|| "1".to_owned())
}

/// Returns true if the text is within the bounds and the type can read it.
pub(super) fn fits_text(format: ScalarFormat, limits: &Constraints, text: &str) -> bool {
    let read = match format {
        ScalarFormat::Timestamp => is_timestamp(text),
        ScalarFormat::Date => is_date(text),
        ScalarFormat::Decimal => is_decimal(text),
        ScalarFormat::Base64 => is_base64(text),
        _ => limits.format.as_deref().is_none_or(|format| is_of(format, text)),
    };
    read && is_sized(limits, text) && is_like(limits, text)
}

fn is_sized(limits: &Constraints, text: &str) -> bool {
    let length = text.chars().count() as u64;
    limits.min_size.is_none_or(|least| length >= least) && limits.max_size.is_none_or(|most| length <= most)
}

fn is_like(limits: &Constraints, text: &str) -> bool {
    let pattern = limits.pattern.as_deref().and_then(SamplePattern::parse);
    pattern.is_none_or(|pattern| pattern.matches(text))
}

/// Returns a text within the bounds; another one for each `nth` if siblings must differ.
pub(super) fn make_text(format: ScalarFormat, limits: &Constraints, nth: usize) -> String {
    let word = match format {
        ScalarFormat::Timestamp => Some(format!("2026-01-31T12:00:{:02}Z", nth % 60)),
        ScalarFormat::Date => Some(format!("2026-01-{:02}", 31 - nth % 31)),
        ScalarFormat::Decimal => Some(format!("{}.00", nth + 1)),
        ScalarFormat::Base64 => Some(["Ynl0ZXM=", "bW9yZQ=="][nth % 2].to_owned()),
        _ => limits.format.as_deref().and_then(|format| sample_of(format, nth)),
    };
    if let Some(word) = word {
        // The type must be able to read the text even if its format contradicts the bounds.
        let bound = format == ScalarFormat::Text && !(is_sized(limits, &word) && is_like(limits, &word));
        if !bound {
            return word;
        }
    }
    let plain = plain(limits, nth);
    let pattern = limits.pattern.as_deref().and_then(SamplePattern::parse);
    let missed = pattern.filter(|pattern| !pattern.matches(&plain));
    let made = missed.and_then(|pattern| pattern.make(nth, |text| is_sized(limits, text)));
    made.unwrap_or(plain)
}

/// Returns a plain word of the right length.
fn plain(limits: &Constraints, nth: usize) -> String {
    let mut word = "text".to_owned();
    if nth > 0 {
        word.push_str(&nth.to_string());
    }
    let least = limits
        .min_size
        .map_or(0, |least| usize::try_from(least).unwrap_or(limits::SAMPLE_TEXT))
        .min(limits::SAMPLE_TEXT);
    let most = limits.max_size.map_or(limits::SAMPLE_TEXT, |most| {
        usize::try_from(most).unwrap_or(limits::SAMPLE_TEXT)
    });
    let length = word.len();
    if length > most {
        // Keeps the end, which differs between values.
        return word.split_off(length - most);
    }
    word.extend(std::iter::repeat_n('t', least.saturating_sub(length)));
    word
}

/// Returns a text of a format that validators check.
fn sample_of(format: &str, nth: usize) -> Option<String> {
    Some(match format {
        "uuid" => format!("0190f5fe-7c00-7a00-8000-{:012x}", nth + 1),
        "email" | "idn-email" => format!("someone{}@example.com", number(nth)),
        "uri" | "url" | "iri" => format!("https://example.com/{}", number(nth)),
        "uri-reference" | "iri-reference" | "json-pointer" => format!("/{}", nth + 1),
        "uri-template" => "/{id}".to_owned(),
        "hostname" | "idn-hostname" => format!("host{}.example.com", number(nth)),
        "ipv4" | "ip" => format!("192.0.2.{}", nth % 250 + 1),
        "ipv6" => format!("2001:db8::{:x}", nth % 0xffff + 1),
        "time" => format!("12:00:{:02}Z", nth % 60),
        "duration" => format!("P{}D", nth + 1),
        "relative-json-pointer" => "0".to_owned(),
        "date-time" => format!("2026-01-31T12:00:{:02}Z", nth % 60),
        "date" => format!("2026-01-{:02}", 31 - nth % 31),
        _ => return None,
    })
}

fn number(nth: usize) -> String {
    if nth == 0 { String::new() } else { nth.to_string() }
}

/// Checks formats whose examples are often wrong; accepts any text of another format.
fn is_of(format: &str, text: &str) -> bool {
    match format {
        "uuid" => {
            let groups: Vec<&str> = text.split('-').collect();
            let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
            lengths == [8, 4, 4, 4, 12] && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_hexdigit()))
        }
        "email" => text
            .split_once('@')
            .is_some_and(|(before, behind)| !before.is_empty() && behind.contains('.') && !text.contains(' ')),
        "uri" | "url" => {
            let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
            let plain = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c);
            scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(plain)
        }
        "ipv4" => text.split('.').count() == 4 && text.split('.').all(|part| part.parse::<u8>().is_ok()),
        "ipv6" => text.contains(':') && text.chars().all(|c| c.is_ascii_hexdigit() || ":.".contains(c)),
        "date-time" => is_timestamp(text),
        "date" => is_date(text),
        "time" => text.len() > 8 && is_clock(text),
        "duration" => text.starts_with('P') && text.len() > 2,
        _ => true,
    }
}

/// Returns true for a full-date (RFC 3339).
fn is_date(text: &str) -> bool {
    let number = |part: &str, length: usize| {
        let digits = part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return false;
    };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Returns true for a date-time (RFC 3339).
fn is_timestamp(text: &str) -> bool {
    let (Some(date), Some(rest)) = (text.get(..10), text.get(11..)) else {
        return false;
    };
    is_date(date) && matches!(text.as_bytes()[10], b'T' | b't') && is_clock(rest)
}

/// Returns true for a full-time (RFC 3339) without leap seconds.
fn is_clock(text: &str) -> bool {
    let sexagesimal = |text: &str, most: u8| {
        text.len() == 2
            && text.bytes().all(|b| b.is_ascii_digit())
            && text.parse::<u8>().is_ok_and(|value| value <= most)
    };
    let hour_minute = |text: &str| matches!((text.get(..2), text.get(2..3), text.get(3..)), (Some(hour), Some(":"), Some(minute)) if sexagesimal(hour, 23) && sexagesimal(minute, 59));
    let (Some(start), Some(second), Some(mut rest)) = (text.get(..5), text.get(6..8), text.get(8..)) else {
        return false;
    };
    if let Some(behind) = rest.strip_prefix('.') {
        rest = behind.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() == behind.len() {
            return false;
        }
    }
    let zone = match rest.as_bytes() {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', ..] => rest.get(1..).is_some_and(hour_minute),
        _ => false,
    };
    hour_minute(start) && text.get(5..6) == Some(":") && sexagesimal(second, 59) && zone
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all(whole) && all(part) && (whole == "0" || !whole.starts_with('0'))
}

fn is_base64(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    let body = text.trim_end_matches('=');
    text.len().is_multiple_of(4) && text.len() - body.len() <= 2 && body.bytes().all(plain)
}

/// Returns true if a scalar is within the bounds, and within those that hold besides.
pub(super) fn holds(format: ScalarFormat, limits: &ir::Constraints, value: &SampleValue) -> bool {
    let fits_one = |limits| holds(format, limits, value);
    limits.others.iter().all(fits_one)
        && (limits.either.is_empty() || limits.either.iter().any(fits_one))
        && fits_alone(format, limits, value)
}

fn fits_alone(format: ScalarFormat, limits: &ir::Constraints, value: &SampleValue) -> bool {
    match value {
        SampleValue::Bool(_) => format == ScalarFormat::Bool,
        SampleValue::Number(text) => is_number(format) && fits_number(format, limits, text),
        SampleValue::Text(text) => {
            format != ScalarFormat::Bool && !is_number(format) && fits_text(format, limits, text)
        }
        _ => false,
    }
}
