//! Callers that leave before the response to a request whose proof works once: nothing that the response has is lost.

use tokio::time::timeout;

use super::device::{codes, error, new_flow, paced, paced_by, server, started, user_token};
use super::*;

const MOMENT: Duration = Duration::from_millis(1);

fn slow(server: Server) -> Server {
    Server {
        slow: Duration::from_millis(300),
        ..server
    }
}

#[tokio::test]
async fn the_next_call_gets_the_tokens_of_a_call_that_left() {
    let refreshed = |number| user_token(number, &format!(r#","refresh_token":"sentinel9f2-r{number}""#));
    let server = slow(server(codes(""), vec![refreshed(1), refreshed(2)]));
    let flow = new_flow("/oauth2/device").with_refresh_token("sentinel9f2-r0");
    let (core, flow, _) = paced_by(&server, flow);
    // Dropped by its caller; ended by its own deadline.
    timeout(MOMENT, send(&core, &WRITE)).await.unwrap_err();
    let request = glue::Request::new(core.api(), &READ).deadline(MOMENT);
    let late = glue::pending::<()>(core.clone(), request).await.unwrap_err();
    assert!(texts(&late).contains("did not answer"), "{late}");
    assert_eq!(flow.expose_refresh_token().as_deref(), Some("sentinel9f2-r0"));
    for _ in 0..2 {
        send(&core, &READ).await.unwrap();
    }
    assert_eq!(flow.expose_refresh_token().as_deref(), Some("sentinel9f2-r1"));
    assert_eq!(server.sent(true).len(), 1);
    let calls = server.sent(false);
    assert_eq!(
        (calls.len(), calls[1].header("authorization")),
        (2, "Bearer sentinel9f2-1")
    );
}

#[tokio::test]
async fn the_next_wait_gets_the_approval_of_a_wait_that_was_dropped() {
    let server = slow(server(codes(r#","expires_in":6"#), vec![user_token(1, "")]));
    let (core, flow, paced) = paced(&server);
    let mut authorization = started(&core, &flow).await;
    paced.clock.passes(4);
    // The device code ends while nobody waits.
    timeout(MOMENT, authorization.wait()).await.unwrap_err();
    paced.clock.passes(10);
    authorization.wait().await.unwrap();
    send(&core, &READ).await.unwrap();
    assert_eq!(server.sent(true).len(), 1);
}

#[tokio::test]
async fn an_approval_outlives_the_renewal_of_earlier_tokens() {
    for renewed in [
        user_token(1, r#","refresh_token":"sentinel9f2-r1""#),
        error(400, "invalid_grant"),
    ] {
        let approved = user_token(2, r#","refresh_token":"sentinel9f2-r2""#);
        let server = slow(server(codes(""), vec![renewed, approved]));
        let flow = new_flow("/oauth2/device").with_refresh_token("sentinel9f2-r0");
        let (core, flow, _) = paced_by(&server, flow);
        let mut authorization = started(&core, &flow).await;
        let mut call = std::pin::pin!(send(&core, &READ));
        timeout(MOMENT, &mut call).await.unwrap_err();
        authorization.wait().await.unwrap();
        call.await.unwrap();
        assert_eq!(server.sent(true).len(), 2);
        assert_eq!(flow.expose_refresh_token().as_deref(), Some("sentinel9f2-r2"));
        send(&core, &READ).await.unwrap();
        let last = server.sent(false).pop().unwrap();
        assert_eq!(last.header("authorization"), "Bearer sentinel9f2-2");
        assert_eq!(server.sent(true).len(), 2);
    }
}
