//! Spans, events and measures: the values that they contain, and those that they must not.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::*;
use crate::metrics::{AttemptEnd, CallEnd, Metrics};

/// Keeps every field of every span, and the text of every event.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<BTreeMap<String, String>>>>);

struct Fields<'f>(&'f mut BTreeMap<String, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let mut text = String::new();
        write!(text, "{value:?}").unwrap();
        self.0
            .insert(field.name().to_owned(), text.trim_matches('"').to_owned());
    }
}

impl Subscriber for Captured {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut spans = self.0.lock().unwrap();
        let mut fields = BTreeMap::from([("span".to_owned(), attributes.metadata().name().to_owned())]);
        attributes.record(&mut Fields(&mut fields));
        spans.push(fields);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut spans = self.0.lock().unwrap();
        let at = usize::try_from(span.into_u64()).unwrap() - 1;
        values.record(&mut Fields(&mut spans[at]));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = BTreeMap::from([
            ("event".to_owned(), event.metadata().name().to_owned()),
            ("level".to_owned(), event.metadata().level().to_string()),
        ]);
        event.record(&mut Fields(&mut fields));
        self.0.lock().unwrap().push(fields);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Captured {
    fn of(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let spans = self.0.lock().unwrap();
        spans
            .iter()
            .filter(|span| span.get("span").is_some_and(|kind| kind == name))
            .cloned()
            .collect()
    }
}

fn watched<T>(work: impl FnOnce() -> T) -> (Captured, T) {
    let captured = Captured::default();
    let output = sdkwright_watch::heard_by(captured.clone(), work);
    (captured, output)
}

#[test]
fn a_member_that_nobody_may_send_is_warned_of_by_its_name_alone() {
    let (captured, ()) = watched(|| {
        let mut extra = crate::json::Extra::default();
        for name in ["tenant_id", "TenantId", "note"] {
            crate::glue::warn_forbidden_member(name, &["tenantId"]);
            extra.insert(name, "SENTINEL");
        }
    });
    let events = captured.0.lock().unwrap();
    let told: Vec<&String> = events.iter().filter_map(|event| event.get("member")).collect();
    assert_eq!(told, ["tenant_id", "TenantId"]);
    assert!(!format!("{events:?}").contains("SENTINEL"));
}

#[test]
fn each_retry_is_an_event_at_info_with_its_reason_and_its_wait() {
    let (captured, _) = watched(|| {
        let (_, core) = script(vec![
            Err(SendError::NotSent("no route".into())),
            Ok(answer(503, &[], "")),
            Ok(answer(422, &[], "{}")),
        ]);
        now(call(&core).retries(2).into_future()).unwrap_err()
    });
    let events = captured.0.lock().unwrap();
    let retries: Vec<_> = events
        .iter()
        .filter(|event| event.get("level").is_some_and(|level| level == "INFO"))
        .collect();
    let field = |event: &BTreeMap<String, String>, name: &str| event.get(name).cloned().unwrap_or_default();
    let told: Vec<_> = retries
        .iter()
        .map(|event| {
            let of = |name| field(event, name);
            (of("sdk.attempt"), of("error.type"), of("http.response.status_code"))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("1".into(), "not_sent".into(), String::new()),
            ("2".into(), "status".into(), "503".into()),
        ]
    );
    assert!(retries.iter().all(|event| event.contains_key("wait")), "{retries:?}");
}

#[test]
fn a_call_and_each_of_its_attempts_are_spans_with_the_names_of_opentelemetry() {
    let (captured, error) = watched(|| {
        let (_, core) = script(vec![
            Err(SendError::NotSent("no route".into())),
            Ok(answer(503, &[], "")),
            Ok(answer(422, &[], "{}")),
        ]);
        now(call(&core).retries(2).into_future()).unwrap_err()
    });
    let field = |span: &BTreeMap<String, String>, name: &str| span.get(name).cloned().unwrap_or_default();
    let [one] = captured.of("call").try_into().unwrap();
    for (name, value) in [
        ("otel.name", "POST"),
        ("otel.kind", "internal"),
        ("http.request.method", "POST"),
        ("url.template", ""),
        ("server.address", "example.com"),
        ("server.port", "443"),
        ("http.response.status_code", "422"),
        ("error.type", "422"),
        ("sdk.attempts", "3"),
        ("sdk.outcome", "unknown whether executed"),
    ] {
        assert_eq!(field(&one, name), value, "{name}");
    }
    let attempts = captured.of("attempt");
    let told: Vec<_> = attempts
        .iter()
        .map(|span| {
            let names = [
                "http.request.resend_count",
                "http.response.status_code",
                "error.type",
                "otel.kind",
            ];
            names.map(|name| field(span, name))
        })
        .collect();
    assert_eq!(
        told,
        [
            ["", "", "not_sent", "client"],
            ["1", "503", "503", "client"],
            ["2", "422", "422", "client"]
        ]
    );
    let ids: Vec<_> = attempts.iter().map(|span| field(span, "sdk.request_id")).collect();
    assert!(ids.iter().all(|id| error.request_ids().contains(id)));
}

#[test]
fn an_operation_is_told_by_its_template_and_never_by_its_path() {
    static THING: Description = Description::new("getThing", "GET", "/things/{id}");
    let (captured, ()) = watched(|| {
        let (_, core) = script(vec![Ok(answer(204, &[], ""))]);
        let request = Request::new(core.api(), &THING).path("id", "SENTINEL-id");
        now(crate::client::send::<()>(core.clone(), request)).unwrap();
    });
    for kind in ["call", "attempt"] {
        let [span] = captured.of(kind).try_into().unwrap();
        let told = ["otel.name", "url.template"].map(|name| span.get(name).map(String::as_str));
        assert_eq!(told, [Some("GET /things/{id}"), Some("/things/{id}")], "{kind}");
    }
    assert!(!format!("{:?}", captured.0.lock().unwrap()).contains("SENTINEL"));
}

#[test]
fn nothing_of_a_request_or_an_answer_is_told_but_what_has_few_values() {
    let (captured, ()) = watched(|| {
        let (_, builder) = scripted(vec![
            Ok(answer(
                503,
                &[("location", "SENTINEL-header")],
                r#"{"code":"SENTINEL-code","detail":"SENTINEL-detail"}"#,
            )),
            Err(SendError::Unknown("SENTINEL-cause".into())),
            refused("FORGED", &[]),
            Ok(answer(200, &[], "SENTINEL-answer")),
        ]);
        let core: Core = builder
            .client_secret(NEW)
            .previous_secret(OLD)
            .client_id("SENTINEL-client")
            .default_header("x-own", "SENTINEL-own")
            .build()
            .unwrap();
        let key = IdempotencyKey::new("SENTINEL-key").unwrap();
        let raw = core.raw(Method::POST, "/a/SENTINEL-path?token=SENTINEL-query").key(key);
        now(raw
            .body("text/plain", "SENTINEL-body")
            .header("x-more", "SENTINEL-more")
            .into_future())
        .unwrap();
    });
    let all = format!("{:?}", captured.0.lock().unwrap());
    assert!(
        all.contains("attempt ended") && captured.of("attempt").len() == 4,
        "{all}"
    );
    for sentinel in ["SENTINEL", "sentinel9f2", &NEW[..22]] {
        assert!(!all.contains(sentinel), "{all}");
    }
    let (planted, ()) = watched(|| tracing::info!("it says SENTINEL"));
    assert!(
        format!("{:?}", planted.0.lock().unwrap()).contains("SENTINEL"),
        "a leak is found"
    );
}

/// Keeps all measures.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

impl Metrics for Recorder {
    fn attempt(&self, end: &AttemptEnd<'_>) {
        let line = (
            end.resend_count,
            end.status,
            end.error.map(crate::ErrorKind::as_str),
            end.budget,
            end.skew.measured,
        );
        self.0.lock().unwrap().push(format!("{line:?}"));
    }

    fn call(&self, end: &CallEnd<'_>) {
        let line = (
            end.endpoint.template(),
            end.attempts,
            end.error.map(crate::ErrorKind::as_str),
            end.outcome,
        );
        self.0.lock().unwrap().push(format!("{line:?}"));
    }
}

#[test]
fn measures_tell_attempts_budget_skew_and_the_end() {
    let told = Recorder::default();
    let ahead = [("date", "Sun, 28 Jun 2026 00:00:09 GMT")];
    let (_, builder) = scripted(vec![
        Err(SendError::Unknown("reset".into())),
        Ok(answer(204, &ahead, "")),
        Ok(answer(404, &[], "")),
    ]);
    let core: Core = builder.client_secret(OLD).metrics(told.clone()).build().unwrap();
    now(call(&core).into_future()).unwrap();
    now(call(&core).retries(0).into_future()).unwrap_err();
    assert_eq!(
        *told.0.lock().unwrap(),
        [
            r#"(0, None, Some("no_answer"), 500, None)"#,
            "(1, Some(204), None, 495, Some(9))",
            r#"("/a", 2, None, None)"#,
            r#"(0, Some(404), Some("status"), 500, Some(9))"#,
            r#"("/a", 1, Some("status"), Some(Unknown))"#,
        ]
    );
}
