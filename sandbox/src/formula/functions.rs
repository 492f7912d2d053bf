//! In: texts and instants. Out: what the functions of the rule language beside numbers compute of them. Never: a random value.

use crate::clock::Moment;
use crate::encode;
use crate::pattern::matches as has_match;
use cel::ExecutionError;
use cel::common::types::{CelBool, CelInt, CelString, CelTimestamp};
use chrono::{DateTime, Datelike as _, FixedOffset};

/// The most characters of a `token`.
pub(super) const LONGEST_TOKEN: i64 = 256;

/// `text.matches(pattern)`: a part of the text is described by the pattern.
pub(super) fn matches(text: &CelString<'_>, pattern: &CelString<'_>) -> Result<CelBool, ExecutionError> {
    has_match(pattern.inner(), text.inner())
        .map(CelBool::from)
        .ok_or_else(|| ExecutionError::function_error("matches", "the pattern cannot be read"))
}

/// `isIban(text)`: an IBAN in its electronic form, with right check digits (ISO 13616; ISO 7064, MOD 97-10).
#[allow(non_snake_case, reason = "the names of the rule language")]
pub(super) fn isIban(text: &CelString<'_>) -> CelBool {
    CelBool::from(is_iban(text.inner()))
}

/// `iban(country, number)`: the IBAN of an account number of a country, with its check digits.
pub(super) fn iban(country: &CelString<'_>, number: &CelString<'_>) -> Result<CelString<'static>, ExecutionError> {
    let (country, number) = (country.inner(), number.inner());
    let all = (2..98).map(|digits| format!("{country}{digits:02}{number}"));
    let own = all.into_iter().find(|text| is_iban(text));
    own.map(CelString::from).ok_or_else(|| {
        ExecutionError::function_error(
            "iban",
            "it takes the code of a country, and 11 to 30 digits and capital letters",
        )
    })
}

fn is_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has_form = (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..]
            .iter()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let rest = bytes.iter().cycle().skip(4).take(bytes.len());
    let rest = rest.fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte.wrapping_sub(b'A')) + 10) % 97,
    });
    has_form && rest == 1
}

/// The codes of ISO 3166-1 alpha-2, and `XK`, the code that banks use for Kosovo.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG \
GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ \
LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR \
NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ \
TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// `isCountry(text)`: the code of a country (ISO 3166-1 alpha-2).
#[allow(non_snake_case, reason = "the names of the rule language")]
pub(super) fn isCountry(text: &CelString<'_>) -> CelBool {
    CelBool::from(COUNTRIES.split(' ').any(|code| code == text.inner()))
}

/// `text.substring(start, end)`: the characters from one place to before another, both counted from 0.
#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the rule language gives arguments by reference"
)]
pub(super) fn substring(
    text: &CelString<'_>,
    start: &CelInt,
    end: &CelInt,
) -> Result<CelString<'static>, ExecutionError> {
    let places = usize::try_from(*start.inner())
        .ok()
        .zip(usize::try_from(*end.inner()).ok());
    let part = places.and_then(|(start, end)| {
        let part: String = text.inner().chars().skip(start).take(end.checked_sub(start)?).collect();
        (part.chars().count() == end - start).then_some(part)
    });
    part.map(CelString::from)
        .ok_or_else(|| ExecutionError::function_error("substring", "the text has no such part"))
}

/// `date(text)`: midnight in UTC of a date (RFC 3339, `full-date`).
pub(super) fn date(text: &CelString<'_>) -> Result<CelTimestamp, ExecutionError> {
    let wrong = || ExecutionError::function_error("date", "the text is not a date such as 1990-04-12");
    let moment = Moment::parse(&format!("{}T00:00:00Z", text.inner())).filter(|_| text.inner().len() == 10);
    let moment = moment.ok_or_else(wrong)?;
    let instant = DateTime::from_timestamp(moment.seconds, 0).ok_or_else(wrong)?;
    Ok(CelTimestamp::from(DateTime::<FixedOffset>::from(instant)))
}

/// `years(from, to)`: whole years between two instants, such as an age; negative if `to` is before `from`.
pub(super) fn years(from: &CelTimestamp, to: &CelTimestamp) -> CelInt {
    let (from, to) = (from.inner(), to.inner());
    let begun = i64::from(to.year()) - i64::from(from.year());
    let is_before = (to.month(), to.day()) < (from.month(), from.day());
    CelInt::from(begun - i64::from(is_before))
}

/// `sha256(text)`: lower-case hexadecimal digits.
pub(super) fn sha256(text: &CelString<'_>) -> CelString<'static> {
    CelString::from(encode::hex(&hmac_sha256::Hash::hash(text.inner().as_bytes())))
}

/// `uuid(text)`: a UUID (RFC 9562, version 8), always the same for the same text.
pub(super) fn uuid(text: &CelString<'_>) -> CelString<'static> {
    let hash = hmac_sha256::Hash::hash(text.inner().as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    CelString::from(encode::uuid(bytes, 8))
}

/// `token(text, alphabet, length)`: so many characters of the alphabet, always the same for the same text.
#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the rule language gives arguments by reference"
)]
pub(super) fn token(
    text: &CelString<'_>,
    alphabet: &CelString<'_>,
    length: &CelInt,
) -> Result<CelString<'static>, ExecutionError> {
    let letters: Vec<char> = alphabet.inner().chars().collect();
    let length = usize::try_from(*length.inner())
        .ok()
        .filter(|_| *length.inner() <= LONGEST_TOKEN);
    let (Some(length), false) = (length, letters.is_empty()) else {
        let why = format!("it takes an alphabet, and a length of 0 to {LONGEST_TOKEN}");
        return Err(ExecutionError::function_error("token", why));
    };
    let blocks = (0_u32..).flat_map(|block| hmac_sha256::Hash::hash(format!("{block}:{}", text.inner()).as_bytes()));
    let token: String = blocks
        .take(length)
        .map(|byte| letters[usize::from(byte) % letters.len()])
        .collect();
    Ok(CelString::from(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_one_of_the_standard() {
        assert_eq!(COUNTRIES.split(' ').count(), 250);
        for (text, is_known) in [
            ("GB", true),
            ("ZW", true),
            ("ZZ", false),
            ("UK", false),
            ("gb", false),
            ("B G", false),
            ("", false),
        ] {
            assert_eq!(isCountry(&CelString::from(text)), CelBool::from(is_known), "{text}");
        }
    }

    #[test]
    fn a_part_of_a_text_is_one_that_is_there() {
        let part = |start: i64, end: i64| {
            let text = CelString::from("a\u{e9}cd");
            substring(&text, &CelInt::from(start), &CelInt::from(end))
                .ok()
                .map(|part| part.inner().to_owned())
        };
        assert_eq!(
            (part(1, 3), part(4, 4)),
            (Some("\u{e9}c".to_owned()), Some(String::new()))
        );
        assert_eq!((part(1, 5), part(2, 1), part(-1, 2)), (None, None, None));
    }

    #[test]
    fn an_iban_has_the_check_digits_of_its_country_and_number() {
        // Examples of the SWIFT registry of IBANs, and each with one digit changed or two exchanged.
        for known in [
            "DE89370400440532013000",
            "GB29NWBK60161331926819",
            "NO9386011117947",
            "MT84MALT011000012345MTLCAST001S",
        ] {
            assert!(is_iban(known), "{known}");
            let mut changed = known.to_owned().into_bytes();
            changed.swap(2, 3);
            assert!(!is_iban(&String::from_utf8(changed).unwrap()), "{known}");
        }
        for wrong in [
            "",
            "DE",
            "DE8937040044053201300\u{e9}",
            "de89370400440532013000",
            "DE89 3704 0044 0532 0130 00",
        ] {
            assert!(!is_iban(wrong), "{wrong}");
        }
    }
}
