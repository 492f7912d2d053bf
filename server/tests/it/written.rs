//! The id of an event in an outbox, and the events that no receiver would accept.

use sdkwright_json::{Json, JsonValue, Value, Writer};
use sdkwright_runtime::signing::webhook::{DeliveryKeys, EventId, Verifier, Webhook, Webhooks, sign_delivery};
use sdkwright_runtime::signing::{
    Algorithm, MacEncoding, Piece, PlacedValue, SignaturePlace, SignatureRules, SignedValue, TimestampFormat,
    ValuePlace,
};
use sdkwright_server::{OutboxEvent, SentEvent, SqliteFile, WrittenEvent};
use sdkwright_signing::secret::{SecretEncoding, SecretForm, SigningSecret};

/// An id in the body.
const BODY: Webhooks = Webhooks {
    signing: SignatureRules {
        signature: SignaturePlace::Header("x-signature"),
        encoding: MacEncoding::Hex,
        secret: Some(SecretForm {
            algorithm: Algorithm::HmacSha256,
            encoding: SecretEncoding::Utf8,
            prefix: "",
        }),
        message: &[Piece::Value(SignedValue::Body, &[])],
        timestamp: TimestampFormat::UnixSeconds,
        ..SignatureRules::NONE
    },
    key_header: None,
    id: Some(EventId::Body("/id")),
    event_type: None,
    environment: None,
};

/// An id in a header, which ends at the first `-` of the message.
const DASH: Webhooks = Webhooks {
    signing: SignatureRules {
        values: &[PlacedValue {
            value: SignedValue::Timestamp,
            place: ValuePlace::Header("x-time"),
        }],
        message: &[
            Piece::Value(SignedValue::Header("x-id"), &[]),
            Piece::Text("-"),
            Piece::Value(SignedValue::Timestamp, &[]),
            Piece::Text("-"),
            Piece::Value(SignedValue::Body, &[]),
        ],
        ..BODY.signing
    },
    id: Some(EventId::Header("x-id")),
    ..BODY
};

struct InBody;
struct Dash;

impl Webhook for InBody {
    type Event = JsonValue;
    type Settings = [String; 0];
    const WEBHOOKS: &'static Webhooks = &BODY;
}

impl Webhook for Dash {
    type Event = JsonValue;
    type Settings = [String; 0];
    const WEBHOOKS: &'static Webhooks = &DASH;
}

struct Event<W>(JsonValue, std::marker::PhantomData<W>);

impl<W> Json for Event<W> {
    fn read(value: Value<'_>) -> Self {
        Self(value.decode(), std::marker::PhantomData)
    }

    fn write(&self, w: &mut Writer) {
        self.0.write(w);
    }
}

impl<W: Webhook> SentEvent for Event<W> {
    const WEBHOOKS: &'static Webhooks = W::WEBHOOKS;

    fn event_type(&self) -> Option<&'static str> {
        None
    }
}

fn event<W>(json: &str) -> Event<W> {
    Event(json.parse().unwrap(), std::marker::PhantomData)
}

#[tokio::test]
async fn a_random_id_is_unambiguous_in_the_message_of_its_contract() {
    let WrittenEvent { id, body } = event::<Dash>("{}").to_written().unwrap();
    let keys = DeliveryKeys {
        secrets: vec![SigningSecret::new("sentinel9f2")],
        ..DeliveryKeys::default()
    };
    let headers = sign_delivery(&DASH, &keys, 0, &id, &body).await.unwrap();
    let delivery = Verifier::<Dash>::new("sentinel9f2").unwrap().verify(&headers, &body);
    assert_eq!(delivery.unwrap().event_id(), Some(id));
}

#[test]
fn an_event_with_the_id_of_the_application_is_one_row() {
    sdkwright_watch::listen();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bank.db");
    SqliteFile::open(&file).unwrap();
    let mut connection = rusqlite::Connection::open(file).unwrap();
    let transaction = connection.transaction().unwrap();
    for json in ["{}", "{}", r#"{"another":"event"}"#] {
        let written = WrittenEvent::with_id(&event::<Dash>(json), "paid.1").unwrap();
        let sent = SqliteFile::send(&transaction, "shop", &written);
        assert_eq!(sent.is_ok(), json == "{}");
    }
    let rows: Vec<String> = {
        let mut statement = transaction
            .prepare("SELECT event_id FROM sdkwright_deliveries")
            .unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    assert_eq!(rows, ["paid.1"]);
}

#[test]
fn an_event_that_no_receiver_or_no_database_accepts_is_refused() {
    sdkwright_watch::listen();
    let large = |size: usize| format!(r#"{{"id":"1","x":"{}"}}"#, "x".repeat(size - 17));
    let in_body = |id: &str| format!(r#"{{"id":"{id}"}}"#);
    for (json, is_accepted) in [
        (large(1 << 20), true),
        (large((1 << 20) + 1), false),
        (in_body(&"x".repeat(1024)), true),
        (in_body(&"x".repeat(1025)), false),
        (in_body("a\\u0000b"), false),
        (in_body("a-ü b"), true),
    ] {
        let written = WrittenEvent::from_event(&event::<InBody>(&json));
        assert_eq!(written.is_ok(), is_accepted, "{json:.20}");
    }
    for (id, is_accepted) in [("1", true), ("2", false)] {
        let written = WrittenEvent::with_id(&event::<InBody>(&in_body("1")), id);
        assert_eq!(written.is_ok(), is_accepted, "{id}");
    }
    for (id, is_accepted) in [
        ("paid.1", true),
        ("paid-1", false),
        ("ü", false),
        ("a b", false),
        ("", false),
    ] {
        let written = WrittenEvent::with_id(&event::<Dash>("{}"), id);
        assert_eq!(written.is_ok(), is_accepted, "{id}");
    }
}
