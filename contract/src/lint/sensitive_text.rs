//! Secrets and personal data: values that no mark hides, and texts of examples that may be real.

use std::collections::BTreeSet;

use super::context::{Context, Field, LintFinding, words};
use crate::diag::Code;
use crate::ir::{ScalarFormat, Shape};
use crate::limits;
use crate::source::Node;

/// Kind of a sensitive text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sensitive {
    /// Its name, with an article.
    pub(super) called: &'static str,
    /// True for a secret, false for data of a person.
    is_secret: bool,
    /// The correction of personal data.
    pub(super) fix: &'static str,
}

/// Beginnings of keys that their issuers documented, with the length from which they are complete.
const KEYS: &[(&str, usize, &str)] = &[
    ("sk_live_", 24, "a live secret key"),
    ("rk_live_", 24, "a live restricted key"),
    ("ghp_", 40, "an access token"),
    ("gho_", 40, "an access token"),
    ("github_pat_", 40, "an access token"),
    ("glpat-", 26, "an access token"),
    ("xoxb-", 30, "a bot token"),
    ("xoxp-", 30, "a user token"),
    ("AKIA", 20, "an access key"),
    ("AIza", 39, "an API key"),
    ("shpat_", 38, "an access token"),
    ("SG.", 60, "an API key"),
];

/// Parts of texts that nobody takes for real.
#[rustfmt::skip]
const PLACEHOLDERS: &[&str] = &[
    "xxx", "...", "***", "example", "dummy", "sample", "placeholder", "your", "12345678", "abcdef", "<", "secret",
];

/// Domains of mailboxes of persons.
#[rustfmt::skip]
const MAILBOXES: &[&str] = &[
    "gmail.com", "googlemail.com", "yahoo.com", "hotmail.com", "outlook.com", "live.com", "icloud.com", "me.com", "aol.com", "gmx.de",
    "gmx.net", "web.de", "protonmail.com", "proton.me", "mail.ru", "yandex.ru", "qq.com", "163.com",
];

/// Numbers of accounts in the registry of SWIFT, and others that documentation repeats.
#[rustfmt::skip]
const SAMPLE_ACCOUNTS: &[&str] = &[
    "DE89370400440532013000", "DE75512108001245126199", "DE12500105170648489890", "GB29NWBK60161331926819", "GB82WEST12345698765432",
    "GB33BUKB20201555555555", "GB94BARC10201530093459", "FR1420041010050500013M02606", "FR7630006000011234567890189",
    "NL91ABNA0417164300", "NL13TEST0123456789", "ES9121000418450200051332", "IT60X0542811101000000123456", "BE68539007547034",
    "AT611904300234573201", "CH9300762011623852957", "PL61109010140000071219812874", "PT50000201231234567890154",
    "IE29AIBK93115212345678", "SE4550000000058398257466", "DK5000400440116243", "NO9386011117947", "FI2112345600000785",
    "LU280019400644750000", "AE070331234567890123456", "SA0380000000608010167519", "TR330006100519786457841326",
];

/// Returns the kind of a text under a name of these words, if it is one. Texts that are published as examples, and texts that nobody
/// takes for real, are none.
fn sensitive(name: &[String], text: &str) -> Option<Sensitive> {
    let secret = |called| Sensitive {
        called,
        is_secret: true,
        fix: "",
    };
    let person = |called, fix| Sensitive {
        called,
        is_secret: false,
        fix,
    };
    if is_private_key(text) {
        return Some(secret("a private key"));
    }
    let lower = text.to_ascii_lowercase();
    let is_placeholder = PLACEHOLDERS.iter().any(|part| lower.contains(part));
    if !is_placeholder {
        let key = KEYS
            .iter()
            .find(|(begin, length, _)| text.starts_with(begin) && text.len() >= *length);
        if let Some((_, _, called)) = key.filter(|_| text.bytes().all(|b| b.is_ascii_graphic())) {
            return Some(secret(called));
        }
    }
    if is_token(text) {
        return Some(secret("a signed token (JWT)"));
    }
    let domain = lower.rsplit_once('@').map(|(_, domain)| domain);
    if domain.is_some_and(|domain| MAILBOXES.contains(&domain)) && !text.contains(' ') {
        return Some(person(
            "an address at a mail provider for private persons",
            "use a domain for examples (RFC 2606), such as `jane@example.com`",
        ));
    }
    if is_account(text) {
        return Some(person(
            "a valid IBAN",
            "use an IBAN of a published example, such as DE89370400440532013000",
        ));
    }
    let named = |list: &[&str]| name.iter().any(|word| list.contains(&word.as_str()));
    if named(&["card", "pan"]) && is_card(text) {
        return Some(person(
            "a valid card number",
            "use a card number for tests, such as 4111111111111111",
        ));
    }
    if named(&["ssn"]) && is_social_security(text) {
        return Some(person(
            "a possible US social security number",
            "use a number that is never given out, such as 987-65-4320",
        ));
    }
    None
}

fn is_private_key(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("PRIVATE KEY-----") else {
        return false;
    };
    text.contains("-----BEGIN ") && rest.bytes().filter(u8::is_ascii_alphanumeric).count() > limits::PRIVATE_KEY
}

/// Returns true for a token of three parts that is not the one that everybody shows.
fn is_token(text: &str) -> bool {
    let parts: Vec<&str> = text.trim_start_matches("Bearer ").split('.').collect();
    let is_part = |part: &&str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let [head, claims, mac] = parts.as_slice() else {
        return false;
    };
    let is_sample = ["IkpvaG4gRG9l", "MTIzNDU2Nzg5MA"]
        .iter()
        .any(|part| claims.contains(part));
    head.starts_with("eyJ")
        && claims.starts_with("eyJ")
        && mac.len() >= limits::TOKEN_MAC
        && !is_sample
        && parts.iter().all(is_part)
}

/// Returns true for a valid IBAN (ISO 13616) that is no published example.
fn is_account(text: &str) -> bool {
    let plain: String = text.chars().filter(|c| *c != ' ').collect();
    let bytes = plain.as_bytes();
    let letters = |range: &[u8]| range.iter().all(u8::is_ascii_uppercase);
    if !(15..=34).contains(&bytes.len()) || !letters(&bytes[..2]) || !bytes[2..4].iter().all(u8::is_ascii_digit) {
        return false;
    }
    if !bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) || SAMPLE_ACCOUNTS.contains(&plain.as_str())
    {
        return false;
    }
    let is_dull = bytes[4..].windows(6).any(|run| run.iter().all(|b| *b == run[0])) || plain.contains("123456");
    let turned = bytes[4..].iter().chain(&bytes[..4]);
    let rest = turned.fold(0u32, |rest, b| match b {
        b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
        _ => (rest * 100 + u32::from(b - b'A') + 10) % 97,
    });
    rest == 1 && !is_dull
}

/// Returns true for a valid card number (ISO/IEC 7812) that no issuer of test numbers would give out.
fn is_card(text: &str) -> bool {
    let plain: String = text.chars().filter(|c| !" -".contains(*c)).collect();
    if !(13..=19).contains(&plain.len()) || !plain.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let sum = plain.bytes().rev().enumerate().map(|(at, b)| {
        let digit = u32::from(b - b'0');
        match (at % 2, digit * 2) {
            (0, _) => digit,
            (_, twice) if twice > 9 => twice - 9,
            (_, twice) => twice,
        }
    });
    // Numbers for tests repeat digits.
    let runs = plain.as_bytes().windows(4).any(|run| run.iter().all(|b| *b == run[0]));
    let pairs = plain
        .as_bytes()
        .chunks(4)
        .collect::<Vec<_>>()
        .windows(2)
        .any(|two| two[0] == two[1]);
    sum.sum::<u32>() % 10 == 0 && !runs && !pairs && !plain.contains("123456")
}

/// Returns true for a number in the form of the United States whose parts can be given out.
fn is_social_security(text: &str) -> bool {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    let is_form = text.len() == 11 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let plain = String::from_utf8_lossy(&digits).into_owned();
    let is_sample = ["123456789", "078051120", "219099999", "111111111", "111223333"].contains(&plain.as_str());
    let is_void = ["000", "666", "9"].iter().any(|area| plain.starts_with(area)) || plain.ends_with("0000");
    is_form && digits.len() == 9 && !is_sample && !is_void && plain.get(3..5) != Some("00")
}

// Secrets and personal data in examples.

/// Reports examples with a text that is, or looks like, somebody's secret or data.
pub(super) fn shown(context: &Context<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for example in context.document.examples() {
        let node = context.document.node(example.value);
        search(node, &key_of(node), &mut found);
    }
    found
}

/// Returns the name of the value that an example is of: the nearest key that is no word of OpenAPI.
fn key_of(node: Node<'_>) -> String {
    let pointer = node.pointer();
    let mut parts = pointer.rsplit('/');
    let is_word = |part: &&str| {
        !["example", "examples", "value", "schema", "items"].contains(part) && part.parse::<usize>().is_err()
    };
    parts.find(is_word).unwrap_or_default().to_owned()
}

fn search(node: Node<'_>, key: &str, found: &mut Vec<LintFinding>) {
    for member in node.members() {
        search(member.value, member.key, found);
    }
    for item in node.items() {
        search(item, key, found);
    }
    let is_scalar = !node.is_map() && !node.is_seq();
    let Some(what) = node
        .text()
        .filter(|_| is_scalar)
        .and_then(|text| sensitive(&words(key), text))
    else {
        return;
    };
    let (reason, fix) = if what.is_secret {
        (
            "examples are copied into documentation, tests and logs; a published secret must be replaced",
            "revoke it if it was ever valid, and write a text that is obviously not a secret, such as `EXAMPLE-SECRET`",
        )
    } else {
        (
            "examples are copied into documentation, tests and logs, and this value may belong to a real person",
            what.fix,
        )
    };
    let message = format!("the example of `{key}` is {}", what.called);
    found.push(LintFinding::new(
        Code::SecretInExample,
        &node.origin(),
        message,
        reason,
        fix,
    ));
}

/// Ends of the names of secrets and of numbers that identify a person or an account.
const ENDS: &[&[&str]] = &[
    &["password"],
    &["passphrase"],
    &["passcode"],
    &["secret"],
    &["cvv"],
    &["cvc"],
    &["ssn"],
    &["iban"],
    &["access", "token"],
    &["refresh", "token"],
    &["api", "key"],
    &["private", "key"],
    &["card", "number"],
];

/// Reports texts with the name of a secret that are not sensitive.
pub(super) fn unmarked_secrets(context: &Context<'_>) -> Vec<LintFinding> {
    let is_secret = |field: &&Field<'_>| {
        let words: Vec<&str> = field.words.iter().map(String::as_str).collect();
        let shape = context.shape(field.ty);
        let is_text = matches!(
            shape,
            Shape::Scalar(ScalarFormat::Text, _) | Shape::Newtype(ScalarFormat::Text, _)
        );
        is_text && !field.sensitive && ENDS.iter().any(|end| words.ends_with(end))
    };
    let mut seen = BTreeSet::new();
    let found = context.fields.iter().filter(is_secret);
    let found = found.filter(|field| seen.insert(field.origin.span));
    found
        .map(|field| {
            let message = format!("`{}` is not `x-sensitive`", field.name);
            let reason = "`Debug`, logs and the journal show its value";
            let fix = "add `x-sensitive: true`, or `format: password`";
            LintFinding::new(Code::UnmarkedSecret, field.origin, message, reason, fix)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::sensitive;

    fn called(name: &str, text: &str) -> Option<&'static str> {
        sensitive(&[name.to_owned()], text).map(|found| found.called)
    }

    #[test]
    fn what_may_be_real_is_told_and_what_everybody_shows_is_not() {
        let key = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
            "MIIB0Zz9".repeat(20)
        );
        let live = format!("sk_live_{}", "4eC39HqLyjWDarjtT1zdp7dc");
        let token = format!(
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI5OTgxIn0.{}",
            "Zm9vYmFyYmF6cXV1eA".repeat(3)
        );
        for (name, text, wanted) in [
            ("key", key.as_str(), "a private key"),
            ("key", live.as_str(), "a live secret key"),
            ("token", token.as_str(), "a signed token (JWT)"),
            (
                "email",
                "k.mueller77@gmail.com",
                "an address at a mail provider for private persons",
            ),
            ("iban", "DE31 4306 0967 1234 0987 65", "a valid IBAN"),
            ("card", "4539578763621486", "a valid card number"),
            ("ssn", "536-90-4399", "a possible US social security number"),
        ] {
            assert_eq!(called(name, text), Some(wanted), "{text}");
        }
        for (name, text) in [
            ("key", "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"),
            ("key", "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx"),
            ("key", "AKIAIOSFODNN7EXAMPLE"),
            ("key", "sk_test_4eC39HqLyjWDarjtT1zdp7dc"),
            (
                "token",
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
            ),
            ("email", "jane@example.com"),
            ("iban", "DE89370400440532013000"),
            ("iban", "DE89370400440532013001"),
            ("card", "4111111111111111"),
            ("card", "4242 4242 4242 4242"),
            ("amount", "4539578763621486"),
            ("ssn", "123-45-6789"),
            ("ssn", "987-65-4320"),
            ("iban", ""),
            ("iban", "ÄÖ12345678901234"),
        ] {
            assert_eq!(called(name, text), None, "{text}");
        }
    }
}
