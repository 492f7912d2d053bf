//! Meaning of a plain scalar without a type: the core schema of YAML 1.2, with a leading zero left as text (`017` is a
//! code, not seventeen). For JSON this is JSON.

use super::literal::Scalar;

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
}
