//! Drafts from hash to body.

use super::{Approval, Draft, DraftError, Input, PayloadInputs, sha256_of_canonical};
use crate::client::{Builder, Core};
use crate::description::{Api, Description};
use crate::json::{self, JsonValue};
use crate::operation::Operation;
use crate::parameter::ToParam;
use crate::transport::{Body, SendFuture, SleepFuture, Transport};

struct Nowhere;

impl Transport for Nowhere {
    fn send(&self, _: http::Request<Body>) -> SendFuture<'_> {
        Box::pin(async { Err(crate::transport::SendError::NotSent("nowhere".into())) })
    }

    fn sleep(&self, _: std::time::Duration) -> SleepFuture<'_> {
        Box::pin(async {})
    }
}

static API: Api = Api::new("Test", "test");

fn builder() -> Builder<Core> {
    sdkwright_watch::listen();
    Builder::new(&API)
        .without_journal()
        .base_url("http://localhost")
        .transport(Nowhere)
}

fn core() -> Core {
    builder().build().unwrap()
}

struct Pay;

impl Operation for Pay {
    type Output = JsonValue;
    const DESCRIPTION: &'static Description = &Description {
        id: "pay",
        method: "POST",
        path: "/shops/{shopId}/payments",
        security: None,
        intent: None,
        accept: "application/json",
        bound: &[],
        ..Description::new("", "", "")
    };
}

impl Approval for Pay {
    type Evidence = JsonValue;
    type Payload = JsonValue;
    const MEMBER: &'static str = "approval";
    const INTO: &'static str = "digest";
    const INPUTS: &'static [(&'static str, Input)] = &[
        ("what", Input::Body),
        ("call", Input::OperationId),
        ("shop", Input::Path("shopId")),
    ];
}

fn draft(payload: &str) -> Result<Draft<Pay>, DraftError> {
    Draft::new(
        &core(),
        &[("shopId", &"s 1" as &dyn ToParam)],
        &payload.parse().unwrap(),
    )
}

fn evidence(digest: &str) -> JsonValue {
    format!("{{\"digest\":\"{digest}\",\"by\":\"j\"}}").parse().unwrap()
}

#[test]
fn the_hash_covers_operation_path_and_body_in_canonical_form() {
    let hash = draft(r#"{"b":"1.10","a":[1]}"#).unwrap().hash().to_owned();
    // printf '%s' '{"call":"pay","shop":"s 1","what":{"a":[1],"b":"1.10"}}' | sha256sum
    assert_eq!(hash, "c496057d7ec386ca2e738788dcd25d118ab4407f793091e5c91d2329a12d113b");
}

#[test]
fn only_the_approval_of_this_very_draft_authorizes_it() {
    let first = draft(r#"{"amount":"1"}"#).unwrap();
    let second = draft(r#"{"amount":"2"}"#).unwrap();
    let error = first.clone().authorize(evidence(second.hash())).unwrap_err();
    assert!(matches!(error, DraftError::AnotherHash { member: "digest", .. }));
    assert!(first.clone().authorize(JsonValue::Null).is_err());
    let hash = first.hash().to_owned();
    let authorized = first.authorize(evidence(&hash)).unwrap();
    assert_eq!(
        std::str::from_utf8(authorized.body()).unwrap(),
        format!("{{\"amount\":\"1\",\"approval\":{{\"digest\":\"{hash}\",\"by\":\"j\"}}}}")
    );
    assert_eq!(authorized.evidence(), &evidence(&hash));
    assert_eq!(authorized.hash(), hash);
}

#[test]
fn fresh_evidence_fits_where_it_binds_the_same_hash() {
    let draft_of = |amount: &str| draft(&format!("{{\"amount\":\"{amount}\"}}")).unwrap();
    let (first, second) = (draft_of("1"), draft_of("2"));
    let hash = first.hash().to_owned();
    let authorized = first.authorize(evidence(&hash)).unwrap();
    let fresh = json::from_slice(format!("{{\"digest\":\"{hash}\",\"by\":\"k\"}}").as_bytes()).unwrap();
    assert_eq!(authorized.check(&fresh), Ok(()));
    let refused = authorized.check(&evidence(second.hash())).unwrap_err();
    assert_eq!(refused, DraftError::AnotherHash { member: "digest", hash });
}

#[test]
fn an_empty_body_takes_the_approval_too() {
    let draft = draft("{}").unwrap();
    let hash = draft.hash().to_owned();
    let authorized = draft.authorize(evidence(&hash)).unwrap();
    assert!(authorized.body().starts_with(b"{\"approval\":{"));
    assert!(json::from_slice::<JsonValue>(authorized.body()).is_ok());
}

#[test]
fn a_kept_draft_comes_back_as_it_was_and_not_otherwise() {
    let kept = draft(r#"{"amount":"1","note":"é\n\""}"#).unwrap();
    let bytes = kept.to_bytes();
    let restored = Draft::<Pay>::restore(&core(), &bytes).unwrap();
    assert_eq!((restored.hash(), restored.payload()), (kept.hash(), kept.payload()));
    assert_eq!(restored.path().collect::<Vec<_>>(), [("shopId", "s 1")]);
    let text = String::from_utf8(bytes).unwrap();
    for (from, to) in [
        ("\\\"amount\\\":\\\"1\\\"", "\\\"amount\\\":\\\"9\\\""),
        ("s 1", "s 2"),
        ("\"pay\"", "\"other\""),
        ("\"version\":1", "\"version\":2"),
        ("\"hash\":\"", "\"hash\":\"0"),
        ("\"hash\"", "\"hush\""),
        ("{\"version\"", "\"version\""),
    ] {
        assert!(text.contains(from), "{from} in {text}");
        let changed = text.replace(from, to);
        assert!(
            matches!(
                Draft::<Pay>::restore(&core(), changed.as_bytes()),
                Err(DraftError::Stored(_))
            ),
            "{from}"
        );
    }
}

#[test]
fn a_number_that_canonical_json_would_change_is_refused_with_its_place() {
    let error = draft(r#"{"amount":[1.10]}"#).unwrap_err();
    assert!(matches!(error, DraftError::NotCanonical(place) if place.pointer == "/amount/0"));
}

#[test]
fn a_body_that_brings_its_own_approval_is_refused() {
    assert!(matches!(draft(r#"{"approval":{}}"#), Err(DraftError::Refused(_))));
    assert!(matches!(draft("[]"), Err(DraftError::Refused(_))));
}

#[test]
fn the_hash_function_can_be_replaced() {
    let core = builder()
        .payload_hash(|inputs| Ok(format!("{}:{}", inputs.operation, inputs.body.len())))
        .build()
        .unwrap();
    let draft = Draft::<Pay>::new(&core, &[("shopId", &"1" as &dyn ToParam)], &"{}".parse().unwrap()).unwrap();
    assert_eq!(draft.hash(), "pay:2");
    assert!(Draft::<Pay>::restore(&core, &draft.to_bytes()).is_ok());
    assert!(Draft::<Pay>::restore(&self::core(), &draft.to_bytes()).is_err());
}

#[test]
fn neither_draft_nor_authorized_body_prints_its_content() {
    let draft = draft(r#"{"account":"XX00"}"#).unwrap();
    assert!(!format!("{draft:?}").contains("XX00"));
    let hash = draft.hash().to_owned();
    assert!(!format!("{:?}", draft.authorize(evidence(&hash)).unwrap()).contains("XX00"));
}

struct Stated;

impl Operation for Stated {
    type Output = JsonValue;
    const DESCRIPTION: &'static Description = &Description {
        id: "state",
        method: "POST",
        path: "/statements",
        security: None,
        intent: None,
        accept: "application/json",
        bound: &[("/madeBy", crate::description::Bound::ClientId)],
        ..Description::new("", "", "")
    };
}

impl Approval for Stated {
    type Evidence = JsonValue;
    type Payload = JsonValue;
    const MEMBER: &'static str = "approval";
    const INTO: &'static str = "digest";
    const INPUTS: &'static [(&'static str, Input)] = &[("what", Input::Body)];
}

#[test]
fn a_draft_is_bound_to_its_client_before_it_is_hashed_and_comes_back_for_that_client_alone() {
    let of = |id: &str| -> Core { builder().client_id(id).build().unwrap() };
    let draft = Draft::<Stated>::new(&of("one"), &[], &"{}".parse().unwrap()).unwrap();
    assert_eq!(draft.payload(), r#"{"madeBy":"one"}"#);
    let kept = draft.to_bytes();
    assert!(Draft::<Stated>::restore(&of("one"), &kept).is_ok());
    let error = Draft::<Stated>::restore(&of("two"), &kept).unwrap_err();
    assert!(
        matches!(error, DraftError::Refused(crate::Refusal::Bound { .. })),
        "{error}"
    );
    // The hash fits these bytes, but sending would add a member: the approval would be for another body.
    let hash = sha256_of_canonical(&PayloadInputs {
        operation: "state",
        path: &[],
        body: b"{}",
        document: &"{}".parse().unwrap(),
        inputs: Stated::INPUTS,
    })
    .unwrap();
    let open = crate::draft::write("state", &[], b"{}", &hash);
    assert!(matches!(
        Draft::<Stated>::restore(&of("one"), &open),
        Err(DraftError::Stored(_))
    ));
}
