//! Texts of errors: the content that they print, and the content that they must not.

use super::Error;
use crate::endpoint::Endpoint;
use crate::exchange::{Exchange, FailedCall, Trail};
use crate::refusal::Refusal;

#[test]
fn a_refused_call_says_where_and_why() {
    let endpoint = Endpoint::new("createThing", http::Method::POST, "/things/{thingId}");
    let refusal = Refusal::Path {
        name: "thingId".into(),
        why: "it is empty",
    };
    let error = Error::from(FailedCall::refused(
        Exchange::new(endpoint, Trail::default()),
        refusal,
        0,
    ));
    assert_eq!(
        error.to_string(),
        "not executed: path parameter `thingId`: it is empty; createThing, POST /things/{thingId}"
    );
    assert_eq!(format!("{error:?}"), format!("{error}\nnext: Correct the call."));
    assert_eq!(
        error.support_report(),
        "endpoint: createThing (POST /things/{thingId})\ntime: 1970-01-01T00:00:00Z\noutcome: not executed\nadvice: Correct the call."
    );
    assert!(error.refusal().is_some() && error.status().is_none() && error.key().is_none());
    assert!(error.exchange().fixed().is_none());
}
