//! The console: what its pages show of calls, resources and deliveries, and whom they answer.

use crate::support::client::{self, Answer, exchange, get, post, second, sender, shipment};
use sdkwright_sandbox_server::{Options, Running, Sandbox};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

fn address(server: &Running) -> String {
    let console = server.console();
    console.split('/').nth(2).unwrap().to_owned()
}

fn asked(server: &Running, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let address = address(server);
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    let host = [("Host", address.as_str())];
    let has_host = headers.iter().any(|(name, _)| *name == "Host");
    for (name, value) in headers.iter().chain(host.iter().filter(|_| !has_host)) {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    exchange(&address, format!("{text}\r\n{body}").as_bytes()).unwrap()
}

/// A page of the console.
fn page(server: &Running, path: &str) -> String {
    let answer = asked(server, "GET", &format!("/.sandbox/console/{path}"), &[], "");
    assert_eq!(answer.status, 200, "{path}");
    // Places at which a line may end.
    String::from_utf8(answer.body).unwrap().replace("<wbr>", "")
}

/// Sends a form as a browser sends that of a page.
fn act(server: &Running, form: &str, fields: &str) -> Answer {
    let settings = page(server, "settings");
    let token = settings
        .split("name=\"token\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let origin = format!("http://{}", address(server));
    let headers = [("Origin", origin.as_str()), ("Sec-Fetch-Site", "same-origin")];
    asked(
        server,
        "POST",
        &format!("/.sandbox/console/{form}"),
        &headers,
        &format!("token={token}&{fields}"),
    )
}

/// Targets of the links of a page.
fn links(page: &str) -> Vec<String> {
    let all = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let own = all.filter_map(|href| {
        href.strip_prefix("/.sandbox/console/")
            .filter(|path| *path != "style.css")
    });
    own.map(|path| path.replace("&amp;", "&")).collect()
}

/// Every page that a link leads to.
fn every_page(server: &Running) -> Vec<(String, String)> {
    let (mut wait, mut seen, mut found) = (vec!["calls".to_owned()], BTreeSet::new(), Vec::new());
    while let Some(path) = wait.pop() {
        if seen.insert(path.clone()) {
            let text = page(server, &path);
            wait.extend(links(&text));
            found.push((path, text));
        }
    }
    found
}

#[test]
fn a_signature_that_does_not_fit_is_shown_component_by_component() {
    let server = second();
    let mut request = get("/senders/snd_1?limit=1");
    request.tamper = Some(|parts| parts[6] = "/api/senders/snd_1".to_owned());
    assert_eq!(request.send(&server).status, 401);
    let text = page(&server, "calls/1");
    let row = text
        .split("<tr class=\"differs\">")
        .nth(1)
        .unwrap()
        .split("</tr>")
        .next()
        .unwrap();
    for part in [
        "target",
        "/api/senders/snd_1?limit=1</code>",
        "/api/senders/snd_1</code>",
    ] {
        assert!(row.contains(part), "{part}: {row}");
    }
    assert_eq!(text.matches("the same").count(), 6);
    assert_eq!(text.matches("not reached").count(), 8);
    assert_eq!(get("/senders/snd_1").send(&server).status, 404);
    let text = page(&server, "calls/2");
    assert!(text.contains("The base string of the request that arrived.") && text.matches("the same").count() == 7);
}

#[test]
fn what_callers_send_is_text_on_every_page() {
    let server = second();
    let nasty = "<script>alert(1)</script>";
    let body = serde_json::json!({ "senderRef": nasty, "name": nasty, "x": nasty });
    post("/senders", &body)
        .header("X-Note", nasty)
        .header("Sandbox-Answer", nasty)
        .send(&server);
    post("/senders", &body).header("X-Note", nasty).send(&server);
    get("/senders/%3Cscript%3Ealert(1)%3C%2Fscript%3E").send(&server);
    sender(&server);
    let pages = every_page(&server);
    assert!(pages.iter().any(|(_, text)| text.contains("&lt;script&gt;alert(1)")));
    for (path, text) in &pages {
        assert!(!text.contains("<script>"), "{path}");
        assert!(
            !text.contains("http://") || path == "settings" || path.starts_with("calls"),
            "{path}"
        );
    }
}

#[test]
fn a_secret_stands_on_no_page_but_that_of_the_settings() {
    let server = second();
    let sender = sender(&server);
    shipment(&server, &sender);
    let mut wrong = get("/senders/snd_1");
    wrong.tamper = Some(|parts| parts.reverse());
    wrong.send(&server);
    let pages = every_page(&server);
    let shows = |text: &str| text.contains(&server.client_secret) || text.contains(&server.webhook_secret);
    let told: Vec<&str> = pages
        .iter()
        .filter(|(_, text)| shows(text))
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(told, ["settings"]);
}

#[test]
fn a_move_of_the_owner_is_a_button_that_moves_the_resource_and_delivers_the_event() {
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hooks", receiver.local_addr().unwrap());
    let server = second();
    let sender = sender(&server);
    let (id, _) = shipment(&server, &sender);
    let list = page(&server, "resources?kind=Shipment");
    let path = links(&list)
        .into_iter()
        .find(|path| path.starts_with("resources/"))
        .unwrap();
    let number = path.rsplit('/').next().unwrap();
    let moved = |to: &str| act(&server, "state", &format!("number={number}&to={to}")).status;
    assert_eq!((moved("handed_over"), moved("in_transit")), (303, 303));
    let text = page(&server, &path);
    assert!(
        text.contains("class=\"present\"") && text.contains("Move to delivered"),
        "{text}"
    );
    let fields = format!("url={}", url.replace(':', "%3A").replace('/', "%2F"));
    assert_eq!(act(&server, "target", &fields).status, 303);
    assert_eq!(moved("delivered"), 303);
    let state = server
        .resources()
        .into_iter()
        .find(|one| one.id.as_deref() == Some(&id))
        .unwrap()
        .state;
    assert_eq!(state.as_deref(), Some("delivered"));
    let (mut delivery, _) = receiver.accept().unwrap();
    let mut request = [0; 4096];
    let length = delivery.read(&mut request).unwrap();
    assert!(String::from_utf8_lossy(&request[..length]).starts_with("POST /hooks "));
    delivery.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
    drop(delivery);
    while server.deliveries().is_empty() {
        std::thread::yield_now();
    }
    let text = page(&server, "deliveries/1");
    for part in ["204 No Content", "X-Parcel-", &id] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let wrong = act(&server, "state", &format!("number={number}&to=nowhere"));
    assert_eq!(wrong.status, 400);
    assert!(
        String::from_utf8(wrong.body)
            .unwrap()
            .contains("has no state `nowhere`")
    );
}

#[test]
fn the_ending_of_a_scenario_is_chosen_on_the_page_of_a_resource() {
    let server = second();
    let sender = sender(&server);
    let path = links(&page(&server, &format!("resources?q={sender}"))).pop().unwrap();
    let number = path.strip_prefix("resources/").unwrap();
    assert!(page(&server, &path).contains("<option value=\"blocked\">blocked: blocked</option>"));
    let lead = |ending: &str| act(&server, "ending", &format!("number={number}&ending={ending}")).status;
    assert_eq!((lead("none"), lead("blocked")), (400, 303));
    server.step(60);
    assert_eq!(server.resources()[0].state.as_deref(), Some("blocked"));
    assert!(page(&server, &path).contains("by time"));
}

#[test]
fn time_server_model_faults_and_the_next_answer_are_set_by_forms() {
    let server = second();
    let sender = sender(&server);
    assert_eq!(act(&server, "clock", "seconds=90000").status, 303);
    assert_eq!(
        get(&format!("/senders/{sender}")).send(&server).problem().1,
        "signature-stale"
    );
    assert_eq!(act(&server, "clock", "seconds=0").status, 303);
    assert_eq!(act(&server, "answer", "answer=status%3D502").status, 303);
    assert_eq!(get(&format!("/senders/{sender}")).send(&server).status, 502);
    assert_eq!(
        act(&server, "conduct", "model=firewall-after&seed=7&percent=100").status,
        303
    );
    let text = page(&server, "settings");
    assert!(text.contains("name=\"percent\" value=\"100\"") && text.contains("value=\"firewall-after\" checked"));
    for (form, fields) in [
        ("clock", "seconds=soon"),
        ("conduct", "model=none"),
        ("answer", "answer=none"),
        ("nothing", "a=b"),
    ] {
        assert_eq!(act(&server, form, fields).status, 400, "{form}");
    }
}

/// The rows of a list.
fn rows(page: &str) -> Vec<&str> {
    let body = page.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
    body.split("<tr>").skip(1).collect()
}

#[test]
fn calls_are_searched_and_filtered_by_the_address_and_polls_are_one_row() {
    let server = second();
    let sender = sender(&server);
    let (id, _) = shipment(&server, &sender);
    for _ in 0..3 {
        get(&format!("/senders/{sender}"))
            .header("X-Trace-Id", "trace-of-a-poll")
            .send(&server);
    }
    let mut unsigned = get("/senders/snd_1");
    unsigned.tamper = Some(|parts| parts.reverse());
    unsigned.send(&server);
    let key = server.calls()[1].header("X-Once-Token").unwrap().to_owned();
    let found = |query: &str| {
        let text = page(&server, &format!("calls?{query}"));
        rows(&text).len()
    };
    assert_eq!(found(""), 4);
    assert_eq!(found("polls=each"), 6);
    for (query, count) in [
        (format!("q={key}"), 1),
        (format!("q={id}"), 1),
        ("q=trace-of-a-poll".to_owned(), 1),
        ("q=nothing-like-this".to_owned(), 0),
        (format!("resource={sender}"), 3),
        ("method=POST".to_owned(), 2),
        ("method=POST&status=4xx".to_owned(), 0),
        ("status=4xx".to_owned(), 1),
        ("outcome=read".to_owned(), 1),
        ("outcome=executed".to_owned(), 2),
        ("outcome=not%20read".to_owned(), 1),
    ] {
        assert_eq!(found(&query), count, "{query}");
    }
    let text = page(&server, "calls");
    assert!(
        rows(&text)[1].contains("\u{d7}3") && rows(&text)[1].contains(">read<"),
        "{text}"
    );
    assert!(!rows(&text)[1].contains("executed"));
}

#[test]
fn polls_of_a_lookup_are_one_row_that_was_read_and_executed_nothing() {
    let server = second();
    let body = serde_json::json!({ "senderRef": "shop-of-polls", "name": "Corner Shop" });
    let statuses = [(); 4].map(|()| post("/senders", &body).send(&server).status);
    assert_eq!(statuses, [201, 200, 200, 200]);
    let lost = post("/senders", &body).header("Sandbox-Answer", "drop");
    assert!(lost.try_send(&server).is_err());
    let text = page(&server, "calls");
    let rows = rows(&text);
    assert_eq!(rows.len(), 3, "{text}");
    assert!(rows[0].contains(">not read: no response<"), "{}", rows[0]);
    assert!(rows[1].contains("\u{d7}3") && rows[1].contains(">read<"), "{}", rows[1]);
    assert!(rows[2].contains(">executed<"), "{}", rows[2]);
    let logged = server.calls()[1].line(false, "");
    assert!(logged.contains("registerSender  200 read, "), "{logged}");
    let plain = "openapi: 3.1.0
info: { title: Plain, version: '1' }
paths:
  /search: { post: { operationId: search, x-effect: none, responses: { '200': { description: Found. } } } }
  /orders: { post: { operationId: order, responses: { '201': { description: Ordered. } } } }
";
    let server = Sandbox::start(plain, Options::default()).unwrap();
    let logged = ["/search", "/orders"].map(|path| {
        asked(&server, "POST", path, &[], "");
        server.calls().pop().unwrap().line(false, "")
    });
    assert!(logged[0].contains("  200 read, "), "{}", logged[0]);
    assert!(logged[1].contains("  201 executed, "), "{}", logged[1]);
}

#[test]
fn calls_are_filtered_by_the_days_of_the_server() {
    let server = second();
    for seconds in ["0", "86400"] {
        act(&server, "clock", &format!("seconds={seconds}"));
        asked(&server, "GET", "/nowhere", &[], "");
    }
    let text = page(&server, "calls?polls=each");
    let days: Vec<&str> = rows(&text)
        .iter()
        .filter_map(|row| row.split("datetime=\"").nth(1)?.get(..10))
        .collect();
    let [second, first] = days[..] else {
        panic!("{days:?}");
    };
    for (query, count) in [
        (format!("from={second}"), 1),
        (format!("to={first}"), 1),
        (format!("from={first}&to={second}"), 2),
        (format!("from={second}&to={first}"), 0),
        ("to=soon".to_owned(), 0),
    ] {
        let text = page(&server, &format!("calls?polls=each&{query}"));
        assert_eq!(rows(&text).len(), count, "{query}");
    }
    assert!(page(&server, "calls?from=2026-06-28").contains("name=\"from\" value=\"2026-06-28\""));
}

#[test]
fn every_page_shows_that_it_is_a_local_sandbox() {
    let server = second();
    shipment(&server, &sender(&server));
    let missing = asked(&server, "GET", "/.sandbox/console/nowhere", &[], "");
    let mut pages = every_page(&server);
    pages.push(("nowhere".to_owned(), String::from_utf8(missing.body).unwrap()));
    for (path, text) in pages {
        let (_, header) = text.split_once("<header>").unwrap();
        let (header, _) = header.split_once("</header>").unwrap();
        assert!(header.contains(">Local sandbox<"), "{path}: {header}");
    }
}

#[test]
fn a_timeline_shows_the_newest_first_and_what_caused_it() {
    let server = second();
    let sender = sender(&server);
    let (id, approval) = shipment(&server, &sender);
    let body = serde_json::json!({ "approval": approval });
    post(&format!("/shipments/{id}/handover"), &body).send(&server);
    server.set_state(&id, "in_transit").unwrap();
    let list = page(&server, "resources?kind=Shipment");
    let path = links(&list)
        .into_iter()
        .find(|path| path.starts_with("resources/"))
        .unwrap();
    let text = page(&server, &path);
    let kinds: Vec<&str> = rows(text.split("class=\"list timeline\"").nth(1).unwrap())
        .into_iter()
        .filter_map(|row| row.split("mark quiet\">").nth(1)?.split('<').next())
        .collect();
    assert_eq!(kinds, ["state", "posting", "state", "call", "state", "call"], "{text}");
    for part in [
        "set by hand",
        "12.50 NOK",
        "href=\"/.sandbox/console/calls/3\"",
        "created as",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_failed_check_is_first_and_leads_to_the_resource_in_the_wrong_state() {
    let server = second();
    let sender = sender(&server);
    let (id, approval) = shipment(&server, &sender);
    server.set_state(&id, "delivered").unwrap();
    let body = serde_json::json!({ "approval": approval });
    let answer = post(&format!("/shipments/{id}/handover"), &body).send(&server);
    server.set_state(&id, "lost").unwrap();
    assert_eq!(answer.status, 409);
    let text = page(&server, "calls/3");
    let first = text.split("<table").next().unwrap();
    for part in [
        "failed",
        "delivered",
        "was",
        "lost",
        &format!("{id}</code>"),
        "/.sandbox/console/resources/",
    ] {
        assert!(first.contains(part), "{part}: {first}");
    }
}

/// Text of HTML.
fn unescaped(html: &str) -> String {
    let marks = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    marks
        .into_iter()
        .fold(html.to_owned(), |text, (mark, letter)| text.replace(mark, letter))
}

#[test]
fn a_call_copied_for_a_shell_is_signed_anew() {
    let server = second();
    let sender = sender(&server);
    let copied = |number: usize| -> String {
        let text = page(&server, &format!("calls/{number}"));
        let copy = text.split("class=\"copied\"").nth(1).unwrap();
        unescaped(copy.split("<pre>").nth(1).unwrap().split("</pre>").next().unwrap())
    };
    let run = |script: &str| {
        let output = std::process::Command::new("sh")
            .args(["-c", script])
            .envs(server.environment())
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let answer = run(&copied(1));
    assert!(
        answer.starts_with("HTTP/1.1 201") && answer.to_ascii_lowercase().contains("x-once-repeat: yes"),
        "{answer}"
    );
    let hostile = serde_json::json!({ "senderRef": "it's $(touch /tmp/x) `x` \\ %s", "name": "'" });
    let sent = post("/senders", &hostile).send(&server);
    let answer = run(&copied(3));
    assert!(answer.starts_with(&format!("HTTP/1.1 {}", sent.status)), "{answer}");
    assert_eq!(server.calls()[3].body, server.calls()[2].body);
    get(&format!("/senders/{sender}?x=%27")).send(&server);
    assert!(run(&copied(5)).starts_with("HTTP/1.1 200"));
}

#[test]
fn another_site_can_neither_look_nor_act() {
    let server = second();
    let token = "token=0";
    let host = address(&server);
    let own = format!("http://{host}");
    for path in ["/.sandbox/", "/.sandbox/console/calls", "/.sandbox/effects"] {
        assert_eq!(
            asked(&server, "GET", path, &[("Host", "evil.example")], "").status,
            403,
            "{path}"
        );
    }
    for path in ["/.sandbox/console/clock", "/.sandbox/clock/90000"] {
        for header in [
            ("Host", "evil.example"),
            ("Origin", "http://evil.example"),
            ("Sec-Fetch-Site", "same-site"),
        ] {
            assert_eq!(
                asked(&server, "POST", path, &[header], token).status,
                403,
                "{path} {header:?}"
            );
        }
    }
    // The right site without the token of its pages.
    let answer = asked(
        &server,
        "POST",
        "/.sandbox/console/clock",
        &[("Origin", &own)],
        "token=0&seconds=90000",
    );
    assert_eq!(answer.status, 403);
    let sender = sender(&server);
    assert_eq!(get(&format!("/senders/{sender}")).send(&server).status, 200);
    let page = asked(&server, "GET", "/.sandbox/console/calls", &[], "");
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe") && !policy.contains('*'),
        "{policy}"
    );
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
}

#[test]
fn ten_thousand_calls_are_kept_and_every_page_is_small() {
    let server = second();
    let address = address(&server);
    let stream = TcpStream::connect(&address).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    for number in 0..10_050 {
        let request = format!("GET /nowhere/{number} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        (&stream).write_all(request.as_bytes()).unwrap();
        let mut length = 0;
        let mut line = String::new();
        while answers.read_line(&mut line).unwrap() > 2 {
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
            line.clear();
        }
        answers.read_exact(&mut vec![0; length]).unwrap();
    }
    assert_eq!(server.calls().len(), 10_000);
    let (mut path, mut pages) = ("calls".to_owned(), 0);
    let last = loop {
        let text = page(&server, &path);
        assert!(text.len() < 60_000, "{path}: {}", text.len());
        pages += 1;
        let older = links(&text)
            .into_iter()
            .find(|link| text.contains(&format!("{}\">older<", link.replace('&', "&amp;"))));
        match older {
            Some(older) => path = older,
            None => break text,
        }
    };
    assert_eq!(pages, 200);
    assert!(last.contains("calls/51\"") && !last.contains("calls/50\""));
    assert_eq!(asked(&server, "GET", "/.sandbox/console/calls/50", &[], "").status, 404);
}

#[test]
fn a_contract_without_any_of_our_words_has_a_console_as_well() {
    let contract = "openapi: 3.1.0\ninfo: { title: Foreign <b>, version: '1' }\npaths:\n  /things:\n    get:\n      responses:\n        '200':\n          description: Things.\n";
    let server = Sandbox::start(contract, Options::default()).unwrap();
    assert_eq!(asked(&server, "GET", "/things", &[], "").status, 200);
    for (path, text) in every_page(&server) {
        assert!(text.contains("Foreign &lt;b&gt;"), "{path}");
    }
}

#[test]
fn a_server_for_other_machines_shows_them_its_console_only_under_a_name_that_was_said() {
    let options = Options {
        listen: Some("0.0.0.0".parse().unwrap()),
        console_hosts: vec!["box.example".to_owned()],
        ..Options::default()
    };
    let server = Sandbox::start_file(client::SECOND, options).unwrap();
    assert!(server.base_url.starts_with("http://127.0.0.1:"), "{}", server.base_url);
    let status = |host: &str| asked(&server, "GET", "/.sandbox/console/calls", &[("Host", host)], "").status;
    assert_eq!(
        (status("box.example"), status("127.0.0.1"), status("other.example")),
        (200, 200, 403)
    );
}

#[test]
fn the_ledger_shows_accounts_postings_and_sums_of_zero() {
    let server = second();
    assert!(page(&server, "ledger").contains("Nothing was posted yet."));
    let sender = sender(&server);
    let (id, approval) = shipment(&server, &sender);
    let body = serde_json::json!({ "approval": approval });
    assert_eq!(
        post(&format!("/shipments/{id}/handover"), &body).send(&server).status,
        202
    );
    let text = page(&server, "ledger");
    let account = format!("sender:{sender}");
    for part in [
        account.as_str(),
        "carrier",
        "NOK",
        "-12.50",
        "balanced",
        "Shipment",
        &id,
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("not balanced") && links(&text).iter().any(|path| path.starts_with("resources/")));
}
