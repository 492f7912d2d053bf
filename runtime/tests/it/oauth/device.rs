//! Device authorization: the codes, each response to a poll, the pace of polls, and the tokens of the user.

use sdkwright_runtime::client::{DeviceAuthorization, DeviceError, DeviceFlow};
use sdkwright_runtime::transport::SleepFuture;

use super::*;

static TOKENS: TokenEndpoint = TokenEndpoint {
    parameters: &[],
    ..ENDPOINT
};

pub(super) fn new_flow(url: &'static str) -> DeviceFlow {
    DeviceFlow::new("Library", url, &TOKENS, "tv app")
}

const GRANT: &str =
    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=sentinel9f2-code%2F1";

/// A server whose sleeps take no time: they move the clock, and are recorded.
#[derive(Clone)]
pub(super) struct Paced {
    server: Server,
    pub(super) clock: Hand,
    slept: Arc<Mutex<Vec<u64>>>,
}

impl Transport for Paced {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        self.server.send(request)
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        self.clock.passes(duration.as_secs());
        self.slept.lock().unwrap().push(duration.as_secs());
        Box::pin(std::future::ready(()))
    }

    fn limit(&self, duration: Duration) -> SleepFuture<'_> {
        self.server.limit(duration)
    }
}

pub(super) fn codes(more: &str) -> Answer {
    json(
        200,
        format!(
            r#"{{"device_code":"sentinel9f2-code/1","user_code":"WDJB-MJHT","verification_uri":"https://library.example/device"{more}}}"#
        ),
    )
}

pub(super) fn error(status: u16, code: &str) -> Answer {
    json(status, format!(r#"{{"error":"{code}"}}"#))
}

pub(super) fn user_token(number: usize, more: &str) -> Answer {
    json(
        200,
        format!(r#"{{"access_token":"sentinel9f2-{number}","token_type":"bearer"{more}}}"#),
    )
}

/// Answers a start with `start`, polls and refreshes in turn with `tokens`, and accepts all calls.
pub(super) fn server(start: Answer, tokens: Vec<Answer>) -> Server {
    Server::new(move |sent, before| match () {
        () if sent.uri.ends_with("/device") => start.clone(),
        () if sent.is_token() => tokens[before.min(tokens.len() - 1)].clone(),
        () => done(),
    })
}

pub(super) fn paced(server: &Server) -> (glue::Core, DeviceFlow, Paced) {
    paced_by(server, new_flow("/oauth2/device"))
}

pub(super) fn paced_by(server: &Server, flow: DeviceFlow) -> (glue::Core, DeviceFlow, Paced) {
    sdkwright_watch::listen();
    let paced = Paced {
        server: server.clone(),
        clock: Hand::new(),
        slept: Arc::default(),
    };
    let builder = Builder::new(&API)
        .without_journal()
        .base_url("https://library.example/v1");
    let builder = builder.credential(flow.credential()).transport(paced.clone());
    (builder.clock(paced.clock.clone()).build().unwrap(), flow, paced)
}

pub(super) async fn started(core: &glue::Core, flow: &DeviceFlow) -> DeviceAuthorization {
    flow.start(core, &["books", "maps"]).await.unwrap()
}

#[tokio::test]
async fn the_user_sees_the_codes_and_then_all_calls_have_the_token() {
    let more = r#","verification_uri_complete":"https://library.example/device?user_code=WDJB-MJHT","expires_in":1800,"interval":7"#;
    let server = server(
        codes(more),
        vec![
            error(400, "authorization_pending"),
            user_token(1, r#","expires_in":3600"#),
        ],
    );
    let (core, flow, paced) = paced(&server);
    let refused = send(&core, &READ).await.unwrap_err();
    assert_eq!(refused.outcome(), Outcome::NotExecuted);
    assert!(texts(&refused).contains("start a device authorization"), "{refused}");
    assert_eq!(server.sent(true).len(), 0);

    let mut authorization = started(&core, &flow).await;
    assert_eq!(
        (authorization.user_code(), authorization.verification_uri()),
        ("WDJB-MJHT", "https://library.example/device")
    );
    assert_eq!(
        authorization.verification_uri_complete(),
        Some("https://library.example/device?user_code=WDJB-MJHT")
    );
    assert_eq!(authorization.expires_in(), Duration::from_secs(1800));
    let printed = format!("{authorization:?} {flow:?}");
    assert!(
        !printed.contains("sentinel9f2") && !printed.contains("WDJB"),
        "{printed}"
    );

    authorization.wait().await.unwrap();
    assert_eq!(authorization.expires_in(), Duration::from_secs(1786));
    assert_eq!(*paced.slept.lock().unwrap(), [7, 7]);
    for description in [&READ, &LIST, &WRITE] {
        send(&core, description).await.unwrap();
    }
    let [start, calls @ ..] = &server.sent(false)[..] else {
        panic!("no start")
    };
    assert_eq!(start.uri, "https://library.example/oauth2/device");
    assert_eq!(start.form, "scope=books%20maps&client_id=tv%20app");
    assert_eq!(start.header("authorization"), "");
    assert_eq!(calls.len(), 3);
    for call in calls {
        assert_eq!(call.header("authorization"), "Bearer sentinel9f2-1");
    }
    for poll in server.sent(true) {
        assert_eq!(poll.uri, "https://library.example/oauth2/token");
        assert_eq!(poll.form, format!("{GRANT}&client_id=tv%20app"));
    }
}

#[tokio::test]
async fn each_response_to_a_poll_changes_the_pace_or_ends_it() {
    let busy = |status, seconds: &str| -> Answer { (status, vec![("retry-after", seconds.to_owned())], String::new()) };
    let pending = || error(400, "authorization_pending");
    let token = || user_token(1, "");
    let failed = |why: &str| Err(DeviceError::Failed(why.to_owned()));
    let refused = "the token endpoint answered 401 `invalid_client`; check the client id and the client secret, and with the \
                   API's documentation how a client authenticates (`x-token`)";
    let denied = || error(400, "access_denied");
    // GitHub's servers report errors with the status 200.
    let silent = (0, Vec::new(), String::new());
    for (tokens, slept, end) in [
        (vec![pending(), pending(), token()], vec![5, 5, 5], Ok(())),
        (
            vec![error(400, "slow_down"), pending(), error(429, "slow_down"), token()],
            vec![5, 10, 10, 15],
            Ok(()),
        ),
        (vec![error(200, "authorization_pending"), token()], vec![5, 5], Ok(())),
        (
            vec![silent.clone(), silent.clone(), json(503, "<html>"), pending(), token()],
            vec![5, 10, 20, 40, 5],
            Ok(()),
        ),
        (
            vec![busy(503, "30"), busy(429, "1"), pending(), token()],
            vec![5, 30, 20, 5],
            Ok(()),
        ),
        (vec![pending(), denied()], vec![5, 5], Err(DeviceError::Denied)),
        (vec![error(400, "expired_token")], vec![5], Err(DeviceError::Expired)),
        (vec![error(401, "invalid_client")], vec![5], failed(refused)),
        (
            vec![json(400, r#"{"error":"odd","error_description":"sentinel9f2-code/1"}"#)],
            vec![5],
            failed("the token endpoint answered 400 `odd`"),
        ),
        (
            vec![error(307, "odd")],
            vec![5],
            failed("the token endpoint answered 307, and no redirect is followed with the client's secret"),
        ),
        // Codes for 20 s.
        (vec![silent], vec![5, 10, 5], Err(DeviceError::Expired)),
        (vec![pending()], vec![5, 5, 5, 5], Err(DeviceError::Expired)),
    ] {
        let life = if end == Err(DeviceError::Expired) { 20 } else { 600 };
        let server = server(codes(&format!(r#","expires_in":{life}"#)), tokens.clone());
        let (core, flow, paced) = paced(&server);
        let ended = started(&core, &flow).await.wait().await;
        assert_eq!((ended, &*paced.slept.lock().unwrap()), (end, &slept), "{tokens:?}");
    }
}

#[tokio::test]
async fn time_since_the_last_poll_counts_so_that_a_wait_can_be_dropped() {
    let tokens = vec![error(400, "authorization_pending"), user_token(1, "")];
    let server = server(codes(""), tokens);
    let (core, flow, paced) = paced(&server);
    let mut authorization = started(&core, &flow).await;
    paced.clock.passes(3);
    authorization.wait().await.unwrap();
    assert_eq!(*paced.slept.lock().unwrap(), [2, 5]);
}

#[tokio::test]
async fn two_users_of_one_flow_have_their_own_refresh_tokens() {
    let flow = new_flow("/oauth2/device");
    let users = ["sentinel9f2-a", "sentinel9f2-b", ""].map(|token| flow.clone().with_refresh_token(token));
    let tokens = users.map(|user| user.expose_refresh_token());
    assert_eq!(
        tokens,
        [Some("sentinel9f2-a".to_owned()), Some("sentinel9f2-b".to_owned()), None]
    );
    assert_eq!(flow.expose_refresh_token(), None);
}

#[tokio::test]
async fn codes_that_cannot_be_used_are_an_error() {
    let cannot =
        |name: &str| format!("the device authorization endpoint answered with success, but without a usable `{name}`");
    for (start, why) in [
        (
            json(200, r#"{"device_code":"sentinel9f2","user_code":"\u001b[2J","verification_uri":"https://a"}"#),
            cannot("user_code"),
        ),
        (json(200, "{}"), cannot("device_code")),
        (json(200, "<html>"), cannot("device_code")),
        (json(200, r#"{"device_code":"sentinel9f2","user_code":"A","verification_uri":" "}"#), cannot("verification_uri")),
        (
            error(400, "invalid_scope"),
            "the device authorization endpoint answered 400 `invalid_scope`; the client may not have all scopes that this call \
             requires"
                .to_owned(),
        ),
    ] {
        let (core, flow, _) = paced(&server(start, vec![done()]));
        let error = flow.start(&core, &[]).await.unwrap_err();
        assert_eq!(error, DeviceError::Failed(why));
    }
    // A read: the endpoint is called again.
    let server = Server::new(|_, before| if before == 0 { json(503, "{}") } else { codes("") });
    let (core, flow, _) = paced(&server);
    assert_eq!(started(&core, &flow).await.expires_in(), Duration::from_secs(300));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_call_refreshes_the_token_for_all_and_each_refresh_token_is_used_once() {
    let tokens = |number| {
        user_token(
            number,
            &format!(r#","expires_in":100,"refresh_token":"sentinel9f2-r{number}""#),
        )
    };
    let server = server(codes(""), vec![tokens(0), tokens(1), tokens(2)]);
    let (core, flow, paced) = paced(&server);
    started(&core, &flow).await.wait().await.unwrap();
    for _ in 0..2 {
        paced.clock.passes(100);
        let calls: Vec<_> = (0..20).map(|_| tokio::spawn(send(&core, &WRITE))).collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
    }
    let sent = server.sent(true);
    let forms: Vec<_> = sent[1..].iter().map(|request| request.form.as_str()).collect();
    let refresh = |number| format!("grant_type=refresh_token&refresh_token=sentinel9f2-r{number}&client_id=tv%20app");
    assert_eq!(forms, [refresh(0), refresh(1)]);
    assert_eq!(flow.expose_refresh_token().as_deref(), Some("sentinel9f2-r2"));
    let last = server.sent(false).pop().unwrap();
    assert_eq!(last.header("authorization"), "Bearer sentinel9f2-2");
}

#[tokio::test]
async fn a_stored_refresh_token_needs_no_approval_until_the_endpoint_refuses_it() {
    let tokens = vec![
        user_token(1, r#","expires_in":100"#),
        error(400, "invalid_grant"),
        user_token(2, r#","refresh_token":"sentinel9f2-new""#),
    ];
    let server = server(codes(""), tokens);
    let flow = new_flow("/oauth2/device").with_refresh_token("sentinel9f2-old");
    let (core, flow, paced) = paced_by(&server, flow.client_secret("sentinel9f2:ss/ä"));
    send(&core, &READ).await.unwrap();
    assert_eq!(flow.expose_refresh_token().as_deref(), Some("sentinel9f2-old"));
    paced.clock.passes(100);
    let error = send(&core, &READ).await.unwrap_err();
    assert!(texts(&error).contains("`invalid_grant`"), "{error}");
    assert!(flow.expose_refresh_token().is_none());
    let error = send(&core, &READ).await.unwrap_err();
    assert!(texts(&error).contains("start a device authorization"), "{error}");
    started(&core, &flow).await.wait().await.unwrap();
    send(&core, &READ).await.unwrap();

    let sent = server.sent(true);
    let old = "grant_type=refresh_token&refresh_token=sentinel9f2-old";
    let forms: Vec<_> = sent.iter().map(|request| request.form.as_str()).collect();
    assert_eq!(forms, [old, old, GRANT]);
    // python3 -c "import base64;from urllib.parse import quote;print(base64.b64encode(b'tv%20app:'+quote('sentinel9f2:ss/ä',safe='').encode()))"
    for request in sent {
        assert_eq!(
            request.header("authorization"),
            "Basic dHYlMjBhcHA6c2VudGluZWw5ZjIlM0FzcyUyRiVDMyVBNA=="
        );
    }
}

#[tokio::test]
async fn a_token_without_a_refresh_token_lives_as_long_as_the_server_says() {
    for (more, passes, is_valid) in [
        ("", 10_000_000, true),
        (r#","expires_in":200000"#, 199_990, true),
        (r#","expires_in":200000"#, 200_000, false),
    ] {
        let server = server(codes(""), vec![user_token(1, more)]);
        let (core, flow, paced) = paced(&server);
        started(&core, &flow).await.wait().await.unwrap();
        paced.clock.passes(passes);
        assert_eq!(send(&core, &READ).await.is_ok(), is_valid, "{more} {passes}");
        assert_eq!(server.sent(true).len(), 1);
    }
}

#[tokio::test]
async fn a_refused_token_is_refreshed_once() {
    let server = Server::new(|sent, before| match sent.is_token() {
        true => user_token(before, r#","refresh_token":"sentinel9f2-r""#),
        false if sent.uri.ends_with("/device") => codes(""),
        false if sent.header("authorization").ends_with("-0") => refusal(),
        false => done(),
    });
    let (core, flow, _) = paced(&server);
    started(&core, &flow).await.wait().await.unwrap();
    send(&core, &WRITE).await.unwrap();
    assert_eq!((server.sent(true).len(), server.sent(false).len()), (2, 3));
}

#[tokio::test]
async fn a_new_user_replaces_the_tokens_of_the_last_one() {
    let server = server(
        codes(""),
        vec![user_token(1, r#","refresh_token":"sentinel9f2-r""#), user_token(2, "")],
    );
    let (core, flow, _) = paced(&server);
    for number in [1, 2] {
        started(&core, &flow).await.wait().await.unwrap();
        send(&core, &READ).await.unwrap();
        let last = server.sent(false).pop().unwrap();
        assert_eq!(last.header("authorization"), format!("Bearer sentinel9f2-{number}"));
    }
    assert!(flow.expose_refresh_token().is_none());
}

#[tokio::test]
async fn endpoints_have_other_urls_where_the_application_sets_them() {
    let server = server(codes(""), vec![user_token(1, "")]);
    let build = |flow: &DeviceFlow| -> glue::Core {
        let builder = Builder::new(&API).without_journal().base_url("http://localhost:1");
        builder
            .credential(flow.credential())
            .transport(server.clone())
            .build()
            .unwrap()
    };
    let flow = new_flow("https://login.example/device");
    let error = flow.start(&build(&flow), &[]).await.unwrap_err().to_string();
    assert!(error.contains("`.device_url(..)`"), "{error}");
    let flow = flow
        .device_url("https://here.example/device")
        .token_url("https://here.example/token");
    // The credential shares its tokens: its URL is that of the flow.
    let core = build(&flow);
    let _ = flow.credential().token_url("https://other.example");
    drop(flow.start(&core, &[]).await.unwrap());
    assert_eq!(server.sent(false)[0].uri, "https://here.example/device");
}

/// Answers one request on each connection, and returns the heads and the bodies.
fn small_server(answers: Vec<(&'static str, &'static str)>) -> (String, std::thread::JoinHandle<Vec<String>>) {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serve = move || {
        let answer = |(status, body): (&str, &str)| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = String::new();
            let is_whole = |request: &str| {
                let (head, body) = request.split_once("\r\n\r\n")?;
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                Some(body.len() >= length.map_or(0, |length| length.parse().unwrap()))
            };
            while is_whole(&request) != Some(true) {
                let mut bytes = [0; 1024];
                let length = stream.read(&mut bytes).unwrap();
                request += std::str::from_utf8(&bytes[..length]).unwrap();
            }
            let length = body.len();
            let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
            stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
            request
        };
        answers.into_iter().map(answer).collect()
    };
    (url, std::thread::spawn(serve))
}

#[tokio::test]
async fn the_whole_flow_works_over_a_socket() {
    let (url, server) = small_server(vec![
        (
            "200 OK",
            r#"{"device_code":"sentinel9f2-code","user_code":"A","verification_uri":"https://a","interval":1,"expires_in":60}"#,
        ),
        ("400 Bad Request", r#"{"error":"authorization_pending"}"#),
        (
            "200 OK",
            r#"{"access_token":"sentinel9f2-t","token_type":"Bearer","expires_in":60}"#,
        ),
        ("204 No Content", ""),
    ]);
    sdkwright_watch::listen();
    let flow = new_flow("/oauth2/device");
    let builder = Builder::new(&API).without_journal().base_url(url);
    let core: glue::Core = builder.credential(flow.credential()).build().unwrap();
    started(&core, &flow).await.wait().await.unwrap();
    send(&core, &READ).await.unwrap();
    let requests = server.join().unwrap();
    let lines: Vec<_> = requests.iter().map(|request| request.lines().next().unwrap()).collect();
    let poll = "POST /oauth2/token HTTP/1.1";
    assert_eq!(
        lines,
        ["POST /oauth2/device HTTP/1.1", poll, poll, "GET /books HTTP/1.1"]
    );
    assert!(requests[0].ends_with("\r\n\r\nscope=books%20maps&client_id=tv%20app"));
    assert!(requests[3].contains("authorization: Bearer sentinel9f2-t\r\n"));
}
