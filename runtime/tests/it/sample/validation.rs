//! Checks before sending: those of the contract's constraints, which a client switches on, and those that are always on.

use sdkwright_runtime::http::Method;
use sdkwright_runtime::{DraftError, Error, IdempotencyKey, Outcome, glue};

use crate::sample::client::{Call, Client};
use crate::sample::models::*;
use crate::sample::operations::{CreateOrder, ListOrders};
use crate::sample::requests::{ORDER, key, order, price};
use crate::sample::server::{Seen, Server, json, say};

/// Makes a call of each kind of request with values that the contract does not allow.
async fn violate(client: &Client) -> [Result<(), Error>; 4] {
    let body = OrderRequest::new("", price()).with_note("too long");
    let created = client.orders().create(key("k-1"), &"shop-1".into(), &body).await;
    let listed = client.orders().list(&"s".into()).limit(101).await;
    let scan = ScanRequest::new(b"scan".to_vec(), "COVER").with_title("too long");
    let uploaded = client.orders().upload_scan(key("k-2"), "o-1", &scan).await;
    let draft = client
        .payouts()
        .draft(&"s".into(), &PayoutRequest::new(price(), "YY00"));
    let draft = draft.unwrap();
    let approval = PayoutApproval::new(draft.hash(), "jane");
    let authorized = draft.authorize(approval).unwrap();
    let paid = client.payouts().create(key("k-3"), &authorized).await;
    [created.map(drop), listed.map(drop), uploaded, paid.map(drop)]
}

/// Makes calls that no setting permits; returns the reasons.
async fn mistake(client: &Client) -> Vec<String> {
    let shop: ShopId = "s".into();
    let create = |shop: &str, body: &OrderRequest| client.orders().create(key("k"), &shop.into(), body);
    let with_key = |text: &str| client.orders().create(key(text), &shop, &order());
    let list = |request: glue::Request| Call::<ListOrders>::new(client, request);
    let nothing = glue::Param::list::<&str>([]);
    let in_path = glue::request::<ListOrders>(client).path_as("shopId", &nothing, glue::Style::Simple, false, false);
    let in_header = glue::request::<ListOrders>(client).path("shopId", "s");
    let in_header = in_header.header_as("X-Tags", &glue::Param::list(["a,b"]), false);
    let without_key = glue::request::<CreateOrder>(client).path("shopId", "s").json(&order());
    let mut errors = Vec::new();
    for ended in [
        create("", &order()).await,
        create("..", &order()).await,
        create("s", &order().with_ordered_by("client-2")).await,
        create("s", &order().with_extra("orderRef", "twice")).await,
        create("s", &order()).header("X-Note", "a\0b").await,
        create("s", &order()).header("X-Note", "a\r\nb").await,
        create("s", &order()).header("shop-signature", "x").await,
        with_key(&"k".repeat(65)).await,
        Call::<CreateOrder>::new(client, without_key).await,
    ] {
        errors.push(ended.map(drop).unwrap_err());
    }
    for ended in [list(in_path).await, list(in_header).await] {
        errors.push(ended.map(drop).unwrap_err());
    }
    let raw = client.raw(Method::POST, "/v2/orders").subject(["order", "o-1"]);
    errors.push(raw.await.map(drop).unwrap_err());
    assert!(errors.iter().all(|error| error.outcome() == Outcome::NotExecuted));
    let mut reasons: Vec<String> = errors.iter().map(ToString::to_string).collect();

    reasons.push(IdempotencyKey::new("a b").unwrap_err().to_string());
    let draft = client.payouts().draft(&shop, &PayoutRequest::new(price(), "XX00"));
    let approved = draft.unwrap().authorize(PayoutApproval::new("another", "jane"));
    let error = approved.map(drop).unwrap_err();
    assert!(matches!(error, DraftError::AnotherHash { .. }), "{error}");
    reasons.push(error.to_string());
    reasons
}

/// Parts of the reasons of [`mistake`], in its order.
const REASONS: [&str; 14] = [
    "path parameter `shopId`: it is empty",
    "a segment of its path is `.` or `..`",
    "`/orderedBy` must be the client id",
    "the request cannot be written",
    "header `X-Note`",
    "header `X-Note`",
    "the client sets it itself",
    "this API allows 1 to 64",
    "this call requires one",
    "path parameter `shopId`: it is empty",
    "a value contains `,`",
    "a subject is stored in a journal with a key",
    "visible ASCII",
    "is not the hash of this draft",
];

fn steps() -> Vec<crate::sample::server::Step> {
    vec![
        json(201, "", ORDER),
        json(200, "", r#"{"books":[],"page":{}}"#),
        say(204, "", ""),
        json(201, "", r#"{"payoutId":"p-1"}"#),
    ]
}

fn assert_unchanged(seen: &[Seen]) {
    let [create, list, scan, payout]: &[Seen; 4] = seen.try_into().unwrap();
    assert_eq!(create.target, "/base/v2/shops/shop-1/orders");
    let body = r#"{"orderRef":"","price":"12.50","note":"too long","orderedBy":"client-1"}"#;
    assert_eq!(create.text(), body);
    assert_eq!(list.target, "/base/v2/shops/s/orders?size=101");
    assert!(scan.text().contains("\r\n\r\ntoo long\r\n"), "{}", scan.text());
    assert!(
        payout
            .text()
            .starts_with(r#"{"amount":"12.50","to":"YY00","approval":"#),
        "{}",
        payout.text()
    );
}

#[tokio::test]
async fn a_request_that_the_contract_does_not_allow_is_sent_as_it_was_given() {
    let server = Server::start(steps());
    for ended in violate(&server.client()).await {
        ended.unwrap();
    }
    assert_unchanged(&server.seen());
}

#[tokio::test]
async fn what_no_server_can_accept_or_nobody_approved_is_always_refused() {
    let server = Server::start(vec![]);
    let reasons = mistake(&server.client()).await;
    assert_eq!(reasons.len(), REASONS.len(), "{reasons:#?}");
    for (reason, part) in reasons.iter().zip(REASONS) {
        assert!(reason.contains(part), "{reason}: {part}");
    }
    assert!(server.seen().is_empty());
}

mod switched_on {
    use super::*;
    use sdkwright_runtime::{Refusal, Violation};

    fn client(server: &Server) -> Client {
        server.builder().validate_requests(true).build().unwrap()
    }

    #[tokio::test]
    async fn a_request_that_the_contract_does_not_allow_is_refused_whole() {
        let server = Server::start(vec![]);
        let ended = violate(&client(&server)).await;
        let found = ended.map(|ended| {
            let error = ended.unwrap_err();
            assert_eq!(error.outcome(), Outcome::NotExecuted);
            let Some(Refusal::Invalid(violations)) = error.refusal() else {
                panic!("{error}");
            };
            violations
                .iter()
                .map(Violation::to_string)
                .collect::<Vec<_>>()
                .join("; ")
        });
        assert_eq!(
            found,
            [
                "path parameter `shopId` must have at most 4 characters; `/orderRef` must have at least 1 character; `/note` must have at most 3 characters",
                "query parameter `size` must be at most 100",
                "`/title` must have at most 5 characters",
                "`/to` must match the pattern `^XX`",
            ]
        );
        assert!(server.seen().is_empty());
    }

    #[tokio::test]
    async fn a_call_is_sent_unchecked_and_all_else_is_refused_as_before() {
        let server = Server::start(vec![json(201, "", ORDER)]);
        let client = client(&server);
        assert_eq!(mistake(&client).await, mistake(&server.client()).await);
        let body = OrderRequest::new("", price());
        let call = client.orders().create(key("k"), &"shop-1".into(), &body);
        call.unchecked().await.unwrap();
        let [seen] = server.seen().try_into().unwrap();
        assert_eq!(seen.text(), r#"{"orderRef":"","price":"12.50","orderedBy":"client-1"}"#);
    }

    #[test]
    fn a_draft_lists_its_violations_for_any_client() {
        let server = Server::start(vec![]);
        let client = server.client();
        let draft = client
            .payouts()
            .draft(&"s".into(), &PayoutRequest::new(price(), "YY00"));
        let found = draft.unwrap().violations(&client);
        assert_eq!(found.to_string(), "`/to` must match the pattern `^XX`");
    }
}
