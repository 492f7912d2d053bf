//! In: texts and instants, and compiled expressions. Out: what the functions of the rule language beside numbers compute of
//! them, and counts of the elements and sizes in each evaluation. Never: a random value.

#![allow(
    clippy::trivially_copy_pass_by_ref,
    non_snake_case,
    reason = "the rule language gives names, and arguments by reference"
)]

use crate::budget::{beyond, spend, spend_product};
use crate::clock::Instant;
use crate::decimal::Decimal;
use crate::encode;
use crate::pattern::matches as has_match;
use bech32::{Hrp, segwit as program};
use cel::common::ast::{CallExpr, EntryExpr, Expr, operators as op};
use cel::common::types::{CelBool, CelInt, CelList, CelMap, CelString, CelTimestamp};
use cel::common::value::{CowVal, Val};
use cel::{ExecutionError, IdedExpr};
use chrono::{DateTime, Datelike as _, FixedOffset};
use hmac_sha256::Hash;
use sha3::{Digest as _, Keccak256};
use std::mem;

/// The most characters of a `token`.
const LONGEST_TOKEN: i64 = 256;

/// `text.matches(pattern)`: a part of the text is described by the pattern.
pub(super) fn matches(text: &CelString<'_>, pattern: &CelString<'_>) -> Result<CelBool, ExecutionError> {
    spend_product(text.inner().len() as u64, pattern.inner().len() as u64)?;
    has_match(pattern.inner(), text.inner())
        .map(CelBool::from)
        .ok_or_else(|| ExecutionError::function_error("matches", "the pattern cannot be read"))
}

/// `isIban(text)`: an IBAN in its electronic form, with right check digits (ISO 13616; ISO 7064, MOD 97-10).
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
pub(super) fn isCountry(text: &CelString<'_>) -> CelBool {
    CelBool::from(COUNTRIES.split(' ').any(|code| code == text.inner()))
}

/// `text.substring(start, end)`: the characters from one place to before another, both counted from 0.
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
    let moment = Instant::parse(&format!("{}T00:00:00Z", text.inner())).filter(|_| text.inner().len() == 10);
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

// Addresses of block chains, and their checksums.

/// The longest text in base 58 that is read: its digits cost their square.
const LONGEST_BASE58: usize = 128;
/// The bytes of a hash that are an address.
const ADDRESS: usize = 20;
/// The bytes of a checksum in base 58.
const SUM: usize = 4;

/// `isEip55(text)`: `0x` and 40 hexadecimal digits; letters of both cases are those of the checksum (EIP-55).
pub(super) fn isEip55(text: &CelString<'_>) -> CelBool {
    CelBool::from(is_eip55(text.inner()))
}

fn is_eip55(text: &str) -> bool {
    let Some(digits) = text.strip_prefix("0x").map(str::as_bytes) else {
        return false;
    };
    if digits.len() != 2 * ADDRESS || !digits.iter().all(u8::is_ascii_hexdigit) {
        return false;
    }
    let has = |case: fn(&u8) -> bool| digits.iter().any(case);
    if !(has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)) {
        return true;
    }
    let sum = Keccak256::digest(digits.to_ascii_lowercase());
    let half_bytes = sum.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let mut pairs = digits.iter().zip(half_bytes);
    pairs.all(|(digit, half)| !digit.is_ascii_alphabetic() || digit.is_ascii_uppercase() == (half >= 8))
}

/// `isBase58Check(text)`: digits in base 58 that end in their checksum, as addresses of Bitcoin and Tron do.
pub(super) fn isBase58Check(text: &CelString<'_>) -> CelBool {
    CelBool::from(is_base58_check(text.inner()))
}

fn is_base58_check(text: &str) -> bool {
    let bytes = Some(text).filter(|text| text.len() <= LONGEST_BASE58);
    let bytes = bytes.and_then(|text| bs58::decode(text).into_vec().ok());
    let parts = bytes.as_ref().and_then(|bytes| bytes.split_last_chunk::<SUM>());
    parts.is_some_and(|(payload, sum)| !payload.is_empty() && checksum(payload).starts_with(sum))
}

fn checksum(payload: &[u8]) -> [u8; 32] {
    Hash::hash(&Hash::hash(payload))
}

/// `isSegwit(text)`: an address in Bech32 or Bech32m with the right checksum (BIP-173, BIP-350), whatever its prefix.
pub(super) fn isSegwit(text: &CelString<'_>) -> CelBool {
    CelBool::from(program::decode(text.inner()).is_ok())
}

/// `base58Check(version, text)`: an address of 20 bytes in base 58, always the same for the same version and text.
pub(super) fn base58Check(version: &CelInt, text: &CelString<'_>) -> Result<CelString<'static>, ExecutionError> {
    let version = u8::try_from(*version.inner())
        .map_err(|_| ExecutionError::function_error("base58Check", "a version is a number from 0 to 255"))?;
    let mut bytes = vec![version];
    bytes.extend(&Hash::hash(text.inner().as_bytes())[..ADDRESS]);
    bytes.extend(&checksum(&bytes)[..SUM]);
    Ok(CelString::from(bs58::encode(bytes).into_string()))
}

/// `segwit(prefix, text)`: an address of version 0 and 20 bytes in Bech32, always the same for the same prefix and text.
pub(super) fn segwit(prefix: &CelString<'_>, text: &CelString<'_>) -> Result<CelString<'static>, ExecutionError> {
    let wrong = || ExecutionError::function_error("segwit", "a prefix is a short text such as `bc`");
    let prefix = Hrp::parse(prefix.inner()).map_err(|_| wrong())?;
    let bytes = &Hash::hash(text.inner().as_bytes())[..ADDRESS];
    let address = program::encode_v0(prefix, bytes).map_err(|_| wrong())?;
    Ok(CelString::from(address))
}

/// Characters or digits of one step.
const TEXT_UNIT: u64 = 64;
/// The function that counts, whose name no text of an expression can contain.
pub(super) const COUNT: &str = "@count";

/// `@count(value)`: the value, after its parts are counted.
pub(super) fn count<'b, 'v>(mut values: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let value = values.pop().ok_or_else(beyond)?;
    spend(size(value.as_ref()))?;
    Ok(value)
}

fn size(value: &dyn Val) -> u64 {
    if let Some(text) = value.downcast_ref::<CelString<'_>>() {
        return 1 + text.inner().len() as u64 / TEXT_UNIT;
    }
    if let Some(number) = value.downcast_ref::<Decimal>() {
        return 1 + number.digits() / TEXT_UNIT;
    }
    if let Some(list) = value.downcast_ref::<CelList<'_>>() {
        return 1 + list.inner().iter().map(|item| size(item.as_ref())).sum::<u64>();
    }
    let map = value.downcast_ref::<CelMap<'_>>();
    let members = map.into_iter().flat_map(|map| map.inner().values());
    1 + members.map(|member| size(member.as_ref())).sum::<u64>()
}

/// Puts counts into an expression: at each element of a macro, each part of a list or a map, and each sum.
pub(super) fn counted(expression: &mut IdedExpr) {
    match &mut expression.expr {
        Expr::Call(call) => {
            call.target.iter_mut().for_each(|target| counted(target));
            call.args.iter_mut().for_each(counted);
            if call.func_name == op::ADD || call.func_name == "accounts" {
                wrap(expression);
            }
        }
        Expr::Select(select) => counted(&mut select.operand),
        Expr::List(list) => list.elements.iter_mut().for_each(part),
        Expr::Map(map) => {
            for entry in &mut map.entries {
                if let EntryExpr::MapEntry(entry) = &mut entry.expr {
                    part(&mut entry.value);
                }
            }
        }
        Expr::Comprehension(loops) => {
            counted(&mut loops.iter_range);
            // An error in the condition ends the macro; `all` and `exists` go on after one in a step.
            if matches!(loops.loop_cond.expr, Expr::Literal(_)) {
                step(&mut loops.loop_step);
            } else {
                counted(&mut loops.loop_step);
                wrap(&mut loops.loop_cond);
            }
        }
        Expr::Ident(_) | Expr::Literal(_) | Expr::Struct(_) | Expr::Unspecified => {}
    }
}

/// Counts in the step of a macro that has no condition: the elements that it adds, and the filter before.
fn step(expression: &mut IdedExpr) {
    let Expr::Call(call) = &mut expression.expr else { return };
    match (call.func_name.as_str(), call.args.as_mut_slice()) {
        (op::CONDITIONAL, [filter, then, _]) => {
            part(filter);
            step(then);
        }
        // The sum itself stays as it is: its list grows in place.
        (_, args) => args.iter_mut().for_each(counted),
    }
}

/// Counts a value and what is inside of it.
fn part(expression: &mut IdedExpr) {
    counted(expression);
    wrap(expression);
}

fn wrap(expression: &mut IdedExpr) {
    let inner = mem::take(expression);
    *expression = IdedExpr {
        id: inner.id,
        expr: Expr::Call(CallExpr {
            func_name: COUNT.to_owned(),
            target: None,
            args: vec![inner],
        }),
    };
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

    /// Exchanges the case of the first letter, or the first two digits that differ.
    fn changed(text: &str, from: usize) -> String {
        let mut bytes = text.as_bytes().to_vec();
        let at = (from..bytes.len() - 1).find(|&at| bytes[at] != bytes[at + 1]).unwrap();
        bytes.swap(at, at + 1);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_letters_of_an_address_in_hexadecimal_digits_are_its_checksum() {
        // The test cases of EIP-55.
        for known in [
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
            "0xde709f2102306220921060314715629080e2fb77",
            "0x27b1fdb04752bbc536007a920d24acb045561c26",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            assert!(is_eip55(known), "{known}");
        }
        for wrong in [
            "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d35A",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6F",
            "dbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0XD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
            "0x\u{e9}1220A0cf47c7B9Be7A2E6BA89F429762e7b9aD",
            "",
        ] {
            assert!(!is_eip55(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_address_in_base_58_ends_in_its_checksum() {
        // The first block of Bitcoin, an example of BIP-13, and the contract of USDT on Tron.
        for known in [
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "3P14159f73E4gFr7JterCCQh9QjiTjiZrG",
            "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
        ] {
            assert!(is_base58_check(known), "{known}");
            assert!(!is_base58_check(&changed(known, 1)), "{known}");
        }
        let long = "1".repeat(LONGEST_BASE58 + 1);
        for wrong in ["", "1", "0OIl", "3QJmnh", &long] {
            assert!(!is_base58_check(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_segwit_address_has_the_checksum_of_its_version() {
        let is_right = |text: &str| isSegwit(&CelString::from(text.to_owned())) == CelBool::from(true);
        // Valid and invalid addresses of BIP-173 and BIP-350.
        for known in [
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
            "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        ] {
            assert!(is_right(known), "{known}");
        }
        for wrong in [
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
            "BC13W508D6QEJXTDG4Y5R3ZARVARY0C5XW7KN40WF2",
            "bc1rw5uspcuh",
            "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
            "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sL5k7",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
            "",
        ] {
            assert!(!is_right(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_made_up_address_has_a_right_checksum() {
        for text in ["", "a wallet", "\u{e9}"] {
            let text = CelString::from(text.to_owned());
            let bitcoin = segwit(&CelString::from("bc"), &text).unwrap();
            assert!(bitcoin.inner().starts_with("bc1q") && isSegwit(&bitcoin) == CelBool::from(true));
            for (version, first) in [(0, '1'), (5, '3'), (0x41, 'T')] {
                let address = base58Check(&CelInt::from(version), &text).unwrap();
                assert!(
                    address.inner().starts_with(first) && is_base58_check(address.inner()),
                    "{}",
                    address.inner()
                );
            }
        }
        assert!(base58Check(&CelInt::from(256), &CelString::from("")).is_err());
        assert!(segwit(&CelString::from(""), &CelString::from("")).is_err());
    }
}
