//! Literals: a scalar as written and the origin of a node, both independent of the tree, the meaning of a plain scalar, and a day.

use crate::text::Span;

/// A literal of the contract, with its text as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A JSON number, digits as written.
    Number(String),
    /// A string.
    String(String),
}

impl Scalar {
    /// Returns the text of a string.
    pub fn string(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns its text without quotes.
    pub fn text(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
            Self::Number(text) | Self::String(text) => text,
        }
    }
}

/// Location of a node in the contract.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// JSON Pointer in its file, for people and for naming.
    pub pointer: String,
    /// Location in the sources, for diagnostics.
    pub span: Span,
}

pub(super) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// Returns the meaning of a plain scalar without a type: the core schema of YAML 1.2, with a leading zero left as text (`017` is a code,
/// not seventeen). For JSON this is JSON.
pub(super) fn resolve(text: &str) -> Scalar {
    if is_null(text) {
        return Scalar::Null;
    }
    if let Some(value) = boolean(text) {
        return Scalar::Bool(value);
    }
    match number(text) {
        Some(json) => Scalar::Number(json),
        None => Scalar::String(text.to_owned()),
    }
}

/// Returns the JSON text of a number, if it is one.
fn number(text: &str) -> Option<String> {
    let radix = |digits: &str, radix| {
        u128::from_str_radix(digits, radix)
            .ok()
            .filter(|_| !digits.starts_with('+'))
    };
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16).map(|value| value.to_string());
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8).map(|value| value.to_string());
    }
    let (sign, rest) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let digits_of = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits_of(rest);
    let (whole, rest) = rest.split_at(whole);
    if whole.len() > 1 && whole.starts_with('0') {
        return None;
    }
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => {
            let (fraction, rest) = rest.split_at(digits_of(rest));
            (Some(fraction), rest)
        }
        None => (None, rest),
    };
    if whole.is_empty() && fraction.is_none_or(str::is_empty) {
        return None;
    }
    if !rest.is_empty() {
        let exponent = rest.strip_prefix(['e', 'E'])?;
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits.is_empty() || digits_of(digits) != digits.len() {
            return None;
        }
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = match fraction {
        Some("") => ".0".to_owned(),
        Some(digits) => format!(".{digits}"),
        None => String::new(),
    };
    Some(format!("{sign}{whole}{fraction}{rest}"))
}

/// A day of the calendar, as `x-sunset` writes it; later days are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    year: u16,
    month: u8,
    of_month: u8,
}

impl Day {
    /// Reads `2026-11-22`, also with a time of RFC 3339 behind it. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once(['T', 't', ' ']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        if time.is_some_and(|time| !time.starts_with(|c: char| c.is_ascii_digit())) {
            return None;
        }
        let mut pieces = date.split('-');
        let (year, month, day) = (pieces.next()?, pieces.next()?, pieces.next()?);
        if pieces.next().is_some() || year.len() != 4 || month.len() != 2 || day.len() != 2 {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Returns the day of these numbers, if there is one.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let last = match month {
            2 => 28 + u8::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        (1..=last).contains(&day).then_some(Self {
            year,
            month,
            of_month: day,
        })
    }

    /// Returns the day that is so many days after 1970-01-01; `None` after the year 65535.
    pub fn after_epoch(days: u64) -> Option<Self> {
        // The civil calendar in eras of 400 years that begin in March, so that the leap day is the last of a year.
        let days = days.checked_add(719_468)?;
        let (era, day) = (days / 146_097, days % 146_097);
        let year = (day - day / 1460 + day / 36524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day_of_month = day - (153 * month + 2) / 5 + 1;
        let month_of_year = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + u64::from(month_of_year <= 2);
        Self::new(
            u16::try_from(year).ok()?,
            u8::try_from(month_of_year).ok()?,
            u8::try_from(day_of_month).ok()?,
        )
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.of_month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_scalar_means_what_yaml_1_2_says() {
        let number = |text: &str| Scalar::Number(text.to_owned());
        let text = |text: &str| Scalar::String(text.to_owned());
        for (written, meant) in [
            ("", Scalar::Null),
            ("~", Scalar::Null),
            ("null", Scalar::Null),
            ("true", Scalar::Bool(true)),
            ("FALSE", Scalar::Bool(false)),
            ("NO", text("NO")),
            ("yes", text("yes")),
            ("on", text("on")),
            ("017", text("017")),
            ("0", number("0")),
            ("-0", number("-0")),
            ("+12", number("12")),
            (".5", number("0.5")),
            ("1.", number("1.0")),
            ("1.10", number("1.10")),
            ("1e400", number("1e400")),
            ("1E-3", number("1E-3")),
            ("0x1F", number("31")),
            ("0o17", number("15")),
            ("0x", text("0x")),
            ("0x+1", text("0x+1")),
            (".inf", text(".inf")),
            (".", text(".")),
            ("-", text("-")),
            ("1e", text("1e")),
            ("1.2.3", text("1.2.3")),
            ("2024-01-01", text("2024-01-01")),
            ("18446744073709551616", number("18446744073709551616")),
        ] {
            assert_eq!(resolve(written), meant, "{written:?}");
        }
    }

    #[test]
    fn a_day_is_read_with_or_without_a_time_and_nothing_else_is() {
        assert_eq!(Day::parse("2026-11-22"), Day::new(2026, 11, 22));
        assert_eq!(Day::parse("2026-11-22T10:00:00Z"), Day::new(2026, 11, 22));
        for wrong in [
            "",
            "tomorrow",
            "2026-02-30",
            "2026-1-1",
            "22-11-2026",
            "2026-11-22Tx",
            "2026-13-01",
        ] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_are_counted_through_leap_years() {
        assert_eq!(Day::after_epoch(0), Day::new(1970, 1, 1));
        assert_eq!(Day::after_epoch(11_016), Day::new(2000, 2, 29));
        assert_eq!(Day::after_epoch(20_779), Day::new(2026, 11, 22));
        assert_eq!(Day::after_epoch(u64::MAX), None);
    }
}
