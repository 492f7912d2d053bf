//! Requests that `resume` sends again: they carry the operation's headers and nothing else, and have all their arguments.

use std::sync::{Arc, Mutex};

use sdkwright_journal::{Journal, Sqlite};
use sdkwright_runtime::client::Core;
use sdkwright_runtime::glue::{Api, Description, Idempotency, KeyIntent, Request, Scheme, SchemeKind};
use sdkwright_runtime::metrics::{CallEnd, End, Metrics};
use sdkwright_runtime::testing::{Script, Step};
use sdkwright_runtime::{Builder, Credential, IdempotencyKey};

static KEYS: Idempotency = Idempotency {
    header: Some("key"),
    key_length: (1, 255),
    retention: sdkwright_runtime::glue::Retention::Seconds(86_400),
    replayed: None,
    conflict: None,
    in_progress: None,
    ..Idempotency::NONE
};

const fn scheme(name: &'static str, kind: SchemeKind) -> Scheme {
    Scheme {
        name,
        kind,
        setter: Some("auth"),
    }
}

static API: Api = Api {
    schemes: &[
        scheme("one", SchemeKind::HeaderKey("x-one")),
        scheme("other", SchemeKind::HeaderKey("x-other")),
        scheme("session", SchemeKind::CookieKey("sid")),
    ],
    idempotency: Some(&KEYS),
    ..Api::new("Things", "test/1")
};

static ONE: Description = Description::new("one", "POST", "/a")
    .intent(KeyIntent::Effect)
    .security(&[&[("one", &["write"])]]);
static COOKIE: Description = Description::new("cookie", "POST", "/b")
    .intent(KeyIntent::Effect)
    .security(&[&[("session", &[])]]);
static NOTHING: Description = Description::new("nothing", "POST", "/c").intent(KeyIntent::Effect);

/// Keeps how calls ended.
#[derive(Clone, Default)]
struct Ends(Arc<Mutex<Vec<End>>>);

impl Metrics for Ends {
    fn call(&self, call: &CallEnd<'_>) {
        self.0.lock().unwrap().push(call.end);
    }
}

#[tokio::test]
async fn what_is_resumed_shows_what_its_operation_wants_and_has_its_cookies() {
    sdkwright_watch::listen();
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(Sqlite::open(folder.path().join("journal.db")).unwrap()).unwrap();
    for (name, description) in [("one", &ONE), ("cookie", &COOKIE), ("nothing", &NOTHING)] {
        let ends = Ends::default();
        let script = Script::new([Step::no_answer(), Step::json(201, "{}")]);
        let client: Core = Builder::new(&API)
            .base_url("https://api.example.com")
            .credential(Credential::api_key("one", "sentinel9f2-of-one"))
            .credential(Credential::api_key("other", "sentinel9f2-of-other"))
            .credential(Credential::api_key("session", "sentinel9f2-of-session"))
            .transport(script.clone())
            .journal(journal.clone())
            .metrics(ends.clone())
            .build()
            .unwrap();
        let key = IdempotencyKey::new(name).unwrap();
        let call = Request::new(client.api(), description)
            .key(key)
            .cookie("region", "eu")
            .retries(0);
        sdkwright_runtime::client::send::<sdkwright_runtime::JsonValue>(client.clone(), call)
            .await
            .unwrap_err();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(15).any(|window| window == b"sentinel9f2-of-"), "{name}");
        }
        assert_eq!(journal.resume(&client).await.unwrap().done.len(), 1, "{name}");
        assert_eq!(*ends.0.lock().unwrap(), [End::Failed, End::Answered], "{name}");
        let [first, again] = script.sent().try_into().unwrap();
        for header in ["x-one", "x-other", "cookie"] {
            assert_eq!(first.header(header), again.header(header), "{name} {header}");
        }
        let shown = (again.header("x-one"), again.header("x-other"), again.header("cookie"));
        assert_eq!(
            shown,
            match name {
                "one" => ("sentinel9f2-of-one", "", "region=eu"),
                "cookie" => ("", "", "region=eu; sid=sentinel9f2-of-session"),
                _ => ("", "", "region=eu"),
            }
        );
    }
}
