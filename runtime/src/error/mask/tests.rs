//! Spellings of sent values, and texts that must stay readable.

use super::MaskedValues;

fn masked(values: &[&str], text: &str) -> String {
    let mut all = MaskedValues::default();
    for value in values {
        all.add(value);
    }
    all.mask(text)
}

const IBAN: &str = "DE89 3704 0044 0532 0130 00";

#[test]
fn a_value_is_masked_in_every_spelling() {
    for (value, spelling) in [
        (IBAN, "DE89370400440532013000"),
        (IBAN, "de89 3704 0044 0532 0130 00"),
        ("DE89370400440532013000", IBAN),
        ("de89370400440532013000", "DE89-3704-0044-0532-0130-00"),
        (IBAN, "D.E.8.9.3.7.0.4.0.0.4.4.0.5.3.2.0.1.3.0.0.0"),
        (IBAN, "DE89\u{ad}3704\u{200b}0044\n0532\t0130\u{a0}00"),
        (IBAN, "DE89%203704%200044%200532%200130%2000"),
        (IBAN, "%44%45%38%39%33%37%30%34%30%30%34%34"),
        (IBAN, "%2544%2545%2538%2539%2533%2537%2530%2534"),
        (IBAN, "\\u0044\\u0045\\u0038\\u0039\\u0033\\u0037\\u0030\\u0034"),
        (IBAN, "&#68;&#69;&#56;&#57;&#x33;&#x37;&#48;&#52;"),
        (IBAN, "444538393337303430303434303533323031333030"),
        (IBAN, "0x44453839333730343030"),
        (IBAN, "44 45 38 39 33 37 30 34"),
        (IBAN, "REU4OTM3MDQwMDQ0MDUzMjAxMzAwMA=="),
        ("Erika Mustermann", "MUSTERMANN, ERIKA"),
        ("Erika Mustermann", "RXJpa2EgTXVzdGVybWFubg"),
        ("Erika Mustermann", "Erika.Mustermann"),
        ("J\u{f6}rg M\u{fc}ller", "J\u{d6}RG M\u{dc}LLER"),
        ("\u{5c71}\u{7530}", "\u{5c71} \u{7530}"),
        ("Jo Li", "JoLi"),
        ("O'Brien", "O&#39;Brien"),
        ("1990-05-17", "17.05.1990 19900517"),
        ("+49 30 901820", "004930901820"),
    ] {
        let shown = masked(&[value], &format!("The value {spelling} is refused."));
        assert!(
            shown.starts_with("The value ") && shown.ends_with(" is refused.") && shown.contains("[redacted]"),
            "{spelling}: {shown}"
        );
        let rest = shown
            .replace("The value ", "")
            .replace(" is refused.", "")
            .replace("[redacted]", "");
        assert!(
            rest.chars().filter(|c| c.is_alphanumeric()).count() <= 4,
            "{spelling}: {shown}"
        );
    }
}

#[test]
fn parts_of_a_value_are_masked() {
    for (value, text, expected) in [
        (IBAN, "It ends in 0532013000.", "It ends in [redacted]."),
        (IBAN, "It ends in 3000.", "It ends in 3000."),
        ("Erika Mustermann", "Erika M. is unknown.", "[redacted] M. is unknown."),
        (
            "Mustermann",
            "Musterma\u{2026} is too long.",
            "[redacted]\u{2026} is too long.",
        ),
        ("Erika Li", "Li, Erika and Li Po", "[redacted] and Li Po"),
    ] {
        assert_eq!(masked(&[value], text), expected);
    }
}

#[test]
fn other_text_stays() {
    for text in [
        "/bankAccountId names a BankAccountId that is PENDING.",
        "The country DE needs a postal code.",
        "The limit is 100.00 EUR at https://example.com/limits?currency=EUR.",
        "FiatWithdrawalCapabilityActivationId 3f1a7c52-8d0e-4b6f-9a21-5c7e0d4b8f10 is not ACTIVE (100 %, 0x1f).",
        "",
        "%",
        "\\u",
        "&#;",
    ] {
        assert_eq!(masked(&[IBAN, "Erika Mustermann", "DE", "1", ""], text), text);
    }
}

#[test]
fn a_word_of_a_value_is_no_value_inside_of_a_name() {
    let text = "X-Partner-Client-Id is not partner_demo of the partner-portal.";
    for value in ["Jane Partner", "partner-client-7f", "partner"] {
        let shown = masked(&[value], text);
        let expected = if value == "partner" {
            // It is a whole value.
            "X-[redacted]-Client-Id is not [redacted]_demo of the [redacted]-portal."
        } else {
            text
        };
        assert_eq!(shown, expected, "{value}");
    }
    assert_eq!(masked(&["Jane Partner"], "Name: Partner, JANE."), "Name: [redacted].");
    let mut ids = MaskedValues::default();
    ids.add_whole("2026-06-28T09:30:00Z");
    ids.add_whole("sandbox-client");
    let text = "The client of the sandbox expires in 2026.";
    assert_eq!(ids.mask(text), text);
    assert_eq!(ids.mask("sandbox-client: 20260628T093000Z"), "[redacted]");
}

#[test]
fn what_looks_like_a_key_is_masked_without_being_known() {
    let signature = "0123456789abcdef".repeat(4);
    assert_eq!(masked(&[], &format!("Signed {signature}.")), "Signed [redacted].");
}
