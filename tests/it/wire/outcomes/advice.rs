//! What an error prints for each code of the registry: outcome and next step never contradict each other.

use std::fmt::Write as _;

use super::expected::CODES;
use oceafin_partner::testing::{Script, Step};
use oceafin_partner::{
    CheckoutId, Client, CreatePartnerCustomerRequest, CryptoWithdrawalId, Error, IdempotencyKey, Outcome,
    PartnerCheckoutActionRequest, PartnerCustomerRef, PartnerCustomerType,
};

fn client(step: &Step) -> Client {
    sdkwright_watch::listen();
    Client::builder()
        .without_journal()
        .base_url("https://api.example.com")
        .client_id("client")
        .client_secret("sentinel9f2-secret")
        .transport(Script::new([step.clone(), step.clone()]))
        .build()
        .unwrap()
}

/// The errors of a creation, of the same after an unknown first attempt, of a move, and of a read.
async fn errors(step: &Step) -> [(&'static str, Error); 4] {
    let body = || {
        let name = PartnerCustomerRef::from("cust-1");
        CreatePartnerCustomerRequest::new(name, PartnerCustomerType::Individual, "sentinel9f2 Partner")
    };
    let create = async |key| {
        client(step)
            .customers()
            .create(key, &body())
            .retries(0)
            .await
            .unwrap_err()
    };
    let (moved, read) = (client(step), client(step));
    let key = IdempotencyKey::new("wd-77").unwrap();
    let (id, reason) = (CheckoutId::from("ch-1"), PartnerCheckoutActionRequest::new());
    [
        ("creation", create(IdempotencyKey::new("wd-77").unwrap()).await),
        (
            "creation again",
            create(IdempotencyKey::used_before("wd-77").unwrap()).await,
        ),
        (
            "move",
            moved
                .crypto_checkouts()
                .close(key, &id, &reason)
                .retries(0)
                .await
                .unwrap_err(),
        ),
        (
            "read",
            read.crypto_withdrawals()
                .get(&CryptoWithdrawalId::from("w-1"))
                .retries(0)
                .await
                .unwrap_err(),
        ),
    ]
}

/// Phrases that an error of this outcome must not print, and of which it must print one.
fn phrases(outcome: Outcome) -> (&'static [&'static str], &'static [&'static str]) {
    match outcome {
        Outcome::NotExecuted => (
            &["may have happened", "may have arrived", "same key", "client.resend"],
            &["."],
        ),
        _ => (
            &[
                "under a new key",
                "needs a new key",
                "othing happened",
                "with a new key",
            ],
            &[
                "client.resend(error)",
                "ook the action up",
                "Read the resource",
                "Find it by",
            ],
        ),
    }
}

#[tokio::test]
async fn outcome_and_next_step_of_every_code_agree() {
    let mut printed = String::new();
    let mut wrong = Vec::new();
    let codes = CODES
        .iter()
        .map(|(code, status, ..)| ((*code).to_owned(), Step::problem(*status, code)));
    let foreign = r#"{"type":"about:blank","title":"Not Found","status":404}"#;
    let foreign = Step::answer(404, foreign).header("content-type", "application/problem+json");
    let others = [
        ("foreign 404", foreign),
        ("page 404", Step::answer(404, "<html>")),
        ("page 502", Step::answer(502, "<html>")),
        ("new code 422", Step::problem(422, "PARTNER_SOMETHING_NEW")),
        ("no answer", Step::no_answer()),
        ("not sent", Step::not_sent()),
    ];
    for (name, step) in codes.chain(others.map(|(name, step)| (name.to_owned(), step))) {
        for (call, error) in errors(&step).await {
            let text = format!("{error:?}");
            let _ = writeln!(printed, "\n{name}, {call}\n{text}");
            let (never, one) = phrases(error.outcome());
            let next = text.split_once("\nnext: ").map_or("", |(_, next)| next);
            let is_wrong =
                never.iter().any(|phrase| next.contains(phrase)) || !one.iter().any(|phrase| next.contains(phrase));
            if is_wrong || text.lines().count() > 4 {
                wrong.push(format!("{name}, {call}: {next}"));
            }
        }
    }
    println!("{printed}");
    assert_eq!(wrong, Vec::<String>::new());
}
