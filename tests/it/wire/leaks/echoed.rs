//! A server that repeats what it was sent: its sentences are shown in errors, and the values in them are not, in any spelling.

use super::{CountryCode, CreatePartnerBankAccountRequest, CurrencyCode, CustomerId, Error, Step};
use super::{PartnerBankAccountRelationship, all_of, find, hex, key, scripted};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

const NAME: &str = "Sentinel9f2 Mustermann";
const IBAN: &str = "DE8973514682907351321";

/// A text in the spellings in which a server may repeat it.
fn spellings(value: &str) -> Vec<String> {
    let apart = |size: usize, between: &str| {
        let letters: Vec<char> = value.chars().collect();
        let groups = letters.chunks(size).map(|group| group.iter().collect::<String>());
        groups.collect::<Vec<_>>().join(between)
    };
    let each = |form: &dyn Fn(u8) -> String| value.bytes().map(form).collect::<String>();
    vec![
        value.to_owned(),
        value.to_lowercase(),
        value.to_uppercase(),
        apart(4, " "),
        apart(2, "-"),
        apart(1, "."),
        apart(3, "\u{ad}"),
        apart(4, "\n"),
        each(&|byte| format!("%{byte:02X}")),
        each(&|byte| format!("%25{byte:02x}")),
        each(&|byte| format!("\\u{byte:04x}")),
        each(&|byte| format!("&#{byte};")),
        hex(value),
        BASE64_STANDARD.encode(value),
    ]
}

async fn refused(detail: &str, title: &str) -> Error {
    sdkwright_watch::listen();
    let problem = serde_json::json!({
        "type": "about:blank", "title": title, "status": 400, "code": "PARTNER_REQUEST_INVALID", "detail": detail
    });
    let answer = Step::answer(400, problem.to_string()).header("content-type", "application/problem+json");
    let own = PartnerBankAccountRelationship::SameName;
    let body =
        CreatePartnerBankAccountRequest::new(own, NAME, CurrencyCode::Eur, CountryCode::from("DE")).with_iban(IBAN);
    let client = scripted([answer]);
    let customer = CustomerId::from("c-1");
    client
        .bank_accounts()
        .create(key(), &customer, &body)
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_server_that_repeats_what_it_was_sent_shows_none_of_it() {
    let mut texts = 0;
    for spelling in [NAME, IBAN].into_iter().flat_map(spellings) {
        let error = refused(&format!("The value {spelling} of DE is taken."), &spelling).await;
        let printed = format!("{error:?}");
        assert!(printed.lines().count() <= 4, "{printed}");
        let line = printed
            .lines()
            .find(|line| line.starts_with("detail: The value [redacted]"));
        assert!(
            line.is_some_and(|line| line.ends_with(" of DE is taken.")),
            "{spelling}: {printed}"
        );
        let told = all_of(&error);
        let mut dense = told.to_lowercase();
        dense.retain(char::is_alphanumeric);
        for text in [&told, &dense] {
            assert_eq!(find(text.as_bytes()), Vec::<String>::new(), "{spelling}");
        }
        assert!(error.detail().is_some_and(|detail| detail.contains(&spelling)));
        texts += 1;
    }
    assert!(texts > 20);
}

#[tokio::test]
async fn a_sentence_that_repeats_nothing_is_shown_as_it_is_on_one_line() {
    let error = refused("/iban of a customer\r\nthat is PENDING.\u{1b}[31m\u{202e}", "Not now").await;
    let printed = format!("{error:?}");
    assert!(
        printed.contains("\ndetail: /iban of a customer  that is PENDING. [31m\n"),
        "{printed}"
    );
    assert!(
        error
            .support_report()
            .contains("\ndetail: /iban of a customer  that is PENDING. [31m\n")
    );
    assert!(!error.to_string().contains("PENDING"), "{error}");
    let long = refused(&"word ".repeat(200), "Not now").await;
    let line = format!("{long:?}").lines().nth(1).unwrap().chars().count();
    assert!(line < 320, "{line}");
}
