//! Drafts on the wire, and deliveries.

use sdkwright_runtime::webhook::{Stamp, sign};
use sdkwright_runtime::{Draft, DraftError};

use crate::sample::models::*;
use crate::sample::operations::CreatePayout;
use crate::sample::requests::{key, price};
use crate::sample::server::{Server, json};
use crate::sample::webhooks::{BookshopWebhooks, WebhookVerifier};

#[tokio::test]
async fn a_draft_is_approved_days_later_and_sent_as_it_was_hashed() {
    let server = Server::start(vec![
        json(201, "", r#"{"payoutId":"p-1"}"#),
        json(202, "", r#"{"payoutId":"p-1"}"#),
    ]);
    let client = server.client();
    let draft = client
        .payouts()
        .draft(&"s/1".into(), &PayoutRequest::new(price(), "XX00"))
        .unwrap();
    let kept = draft.to_bytes();
    drop(draft);

    let draft = Draft::<CreatePayout>::restore(&client, &kept).unwrap();
    let hash = draft.hash().to_owned();
    let wrong = draft.clone().authorize(PayoutApproval::new("0".repeat(64), "jane"));
    assert!(matches!(wrong, Err(DraftError::AnotherHash { member: "digest", .. })));
    let body = draft.authorize(PayoutApproval::new(&*hash, "jane")).unwrap();
    let payout = client.payouts().create(key("p:create"), &body).await.unwrap();
    let submission = PayoutSubmission::from_authorized(&body);
    client
        .payouts()
        .submit(key("p:submit"), &payout.payout_id, &submission)
        .await
        .unwrap();

    let [create, submit] = server.seen().try_into().unwrap();
    create.assert_signed();
    submit.assert_signed();
    assert_eq!(create.target, "/base/v2/shops/s%2F1/payouts");
    let approval = format!("{{\"digest\":\"{hash}\",\"by\":\"jane\"}}");
    assert_eq!(
        create.text(),
        format!("{{\"amount\":\"12.50\",\"to\":\"XX00\",\"approval\":{approval}}}")
    );
    assert_eq!(submit.text(), format!("{{\"approval\":{approval}}}"));
    let canonical = r#"{"call":"createPayout","shop":"s/1","what":{"amount":"12.50","to":"XX00"}}"#;
    assert_eq!(
        hash,
        sdkwright_runtime::signing::sha256(canonical.as_bytes())
            .map(|byte| format!("{byte:02x}"))
            .concat()
    );
}

#[test]
fn a_delivery_is_read_only_after_it_is_verified() {
    let body = br#"{"eventId":"e-1","eventType":"book.sold","data":{}}"#;
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let stamp = Stamp {
        seconds: i64::try_from(now).unwrap(),
        nonce: "n-1",
    };
    let headers = sign::<BookshopWebhooks>(&"sentinel9f2-hook".into(), stamp, body).unwrap();
    let verifier = WebhookVerifier::new("sentinel9f2-hook").unwrap();
    let delivery = verifier.verify(&headers, body).unwrap();
    assert_eq!(delivery.event().unwrap().event_type, "book.sold");
    assert!(
        WebhookVerifier::new("sentinel9f2-other")
            .unwrap()
            .verify(&headers, body)
            .is_err()
    );
}
