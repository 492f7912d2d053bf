//! Numbers within bounds, computed in billionths: exact, and never through a float.

use crate::limits;
use sdkwright_contract::ir::{Constraints, ScalarFormat};

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
pub(super) fn fits(format: ScalarFormat, limits: &Constraints, text: &str) -> bool {
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
pub(super) fn make(format: ScalarFormat, limits: &Constraints, nth: usize) -> String {
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
        .filter(|text| fits(format, limits, text));
    kept.next().unwrap_or_else(|| "1".to_owned())
}
