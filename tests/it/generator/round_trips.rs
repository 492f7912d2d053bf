//! Values that came out of a contract's examples go in and come out the same: the code of a few cases is compiled here and run.
//!
//! `.ci/field` checks the same for every valid example of other people's contracts; each fault it found has its smallest
//! form in a case, and its value here.

use crate::models::ticket::Ticket;
use crate::models::watch_additions::WatchAdditionsResponseEventStream as Addition;
use crate::models::watch_alarms::WatchAlarmsResponseEventStream as Alarm;
use crate::models::{Animal, Board, Login, Order, Report, Shelf, Shift, Thing, Vehicle};
use sdkwright_runtime::{Builder, Events, JsonValue, glue};
use sdkwright_sandbox_server::{Options, Sandbox};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

/// Reads and writes a text, which must be the same afterwards.
fn round_trip<T: glue::Json>(text: &str) -> T {
    let value: T = glue::from_slice(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
    let made = glue::to_vec(&value).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(String::from_utf8_lossy(&made), text);
    value
}

#[test]
fn a_number_is_written_as_it_came() {
    for number in ["12", "12.0", "0.00003", "3e-5", "1E400", "0.1000000000000000055"] {
        let shelf: Shelf = round_trip(&format!("{{\"signs\":[],\"filter\":null,\"weight\":{number}}}"));
        let weight = shelf.weight.map(|weight| weight.as_str().to_owned());
        assert_eq!(weight.as_deref(), Some(number));
    }
}

#[test]
fn an_integer_may_be_as_large_as_an_example_shows() {
    let shelf: Shelf = round_trip("{\"signs\":[],\"filter\":null,\"total\":9223372036854776000,\"count\":3000000000}");
    assert_eq!(shelf.count, Some(3_000_000_000));
    assert_eq!(
        shelf.total.and_then(|total| total.as_i128()),
        Some(9_223_372_036_854_776_000)
    );
}

#[test]
fn a_number_of_an_enumeration_or_an_integer_may_be_written_as_a_fraction() {
    for text in [
        r#"{"name":"x","count":5.0,"version":2.0,"level":1.0}"#,
        r#"{"name":"x","count":5,"version":2,"level":1}"#,
        r#"{"name":"x","count":5e0,"version":0.2e1,"level":10e-1}"#,
    ] {
        let thing: Thing = glue::from_slice(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
        let made = glue::to_vec(&thing).unwrap_or_else(|error| panic!("{text}: {error}"));
        // The same values by JSON Schema, in the shortest notation.
        assert_eq!(
            String::from_utf8_lossy(&made),
            r#"{"name":"x","count":5,"version":2,"level":1}"#
        );
    }
    let fraction = glue::from_slice::<Thing>(br#"{"name":"x","count":5.5}"#);
    let error = fraction.err().map(|error| error.to_string()).unwrap_or_default();
    assert_eq!(
        error,
        "expected an integer, found a number, at /count (line 1, column 21)"
    );
}

#[test]
fn null_in_a_required_member_that_is_never_null_is_an_error_with_its_place_and_absence_another() {
    let error = |text: &str| {
        let read = glue::from_slice::<Thing>(text.as_bytes());
        read.err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert_eq!(
        error(r#"{"name":null}"#),
        "expected a string, found null, at /name (line 1, column 9)"
    );
    assert_eq!(error("{}"), "a required member is missing, at /name (line 1, column 1)");
    // In an optional member it means the same as absence.
    let thing: Thing = glue::from_slice(br#"{"name":"x","count":null}"#).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(thing.count, None);
}

#[test]
fn a_tag_that_is_missing_unknown_or_no_text_leaves_the_value_as_it_came() {
    for (text, wanted) in [
        (r#"{"key":"otp","digits":6}"#, "OneTime "),
        // A schema that extends a schema that extends the base.
        (r#"{"key":"card","label":"x"}"#, "Card "),
        (r#"{"key":"sms","label":"x"}"#, "Unknown"),
        // The tag is optional here: without it the shape decides.
        (r#"{"digits":6}"#, "OneTime "),
        (r#"{"key":7,"label":"x"}"#, "Unknown"),
        (r#""otp""#, "Unknown"),
        ("[]", "Unknown"),
    ] {
        let login: Login = round_trip(text);
        let shown = format!("{login:?}");
        assert!(shown.starts_with(wanted), "{text}: {shown}");
    }
    for (text, wanted) in [
        (r#"{"type":"night_shift","hours":8,"bonus":3}"#, "NightShift "),
        // A value of the base's own list that no schema extends it for.
        (r#"{"type":"day_shift","hours":8}"#, "ShiftBase "),
        (r#"{"type":"swing","hours":8}"#, "Unknown"),
        (r#"{"hours":8}"#, "Unknown"),
    ] {
        let shift: Shift = round_trip(text);
        let shown = format!("{shift:?}");
        assert!(shown.starts_with(wanted), "{text}: {shown}");
    }
}

#[test]
fn the_data_of_an_alternative_is_text_or_the_type_of_the_json_in_it() {
    for text in [
        r#"{"event":"addString","data":"{\"foo\":1}"}"#,
        r#"{"event":"addInt64","data":"1234567890"}"#,
        r#"{"event":"addJson","data":{"foo":42},"retry":7}"#,
    ] {
        let _: Addition = round_trip(text);
    }
    let Addition::AddJson(added) = round_trip(r#"{"event":"addJson","data":{"foo":42}}"#) else {
        panic!("another alternative")
    };
    assert_eq!(added.data.map(|data| data.foo), Some(42));
}

/// Sends these events to a client of an operation, whose items are `T`, and returns what it reads.
async fn received<T>(events: &'static str) -> Vec<T>
where
    T: glue::Json + std::fmt::Debug + Send,
    Events<T, glue::EventObjectMixed>: glue::Answer,
{
    static API: glue::Api = glue::Api::new("Case", "case/1");
    static WATCH: glue::Description = glue::Description::new("watch", "GET", "/watch").accept("text/event-stream");

    sdkwright_watch::listen();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let length = stream.read(&mut request).unwrap();
        assert!(request[..length].starts_with(b"GET /watch HTTP/1.1\r\n"));
        let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/event-stream\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(events.as_bytes()).unwrap();
    });
    let core: glue::Core = Builder::new(&API).without_journal().base_url(url).build().unwrap();
    let request = glue::Request::new(core.api(), &WATCH);
    let stream = glue::pending::<Events<T, glue::EventObjectMixed>>(core, request);
    let mut events = stream.await.unwrap();
    let mut seen = Vec::new();
    while let Some(event) = events.try_next().await.unwrap() {
        seen.push(event.data);
    }
    server.join().unwrap();
    seen
}

#[tokio::test]
async fn each_alternative_of_an_event_is_read_from_the_wire_with_its_type() {
    let seen = received::<Alarm>(concat!(
        "event: rung\ndata: {\"title\":\ndata: \"Dune\"}\n\n",
        // Text, although it looks like JSON.
        "event: ended\ndata: {\"title\":\"Dune\"}\n\n",
        "event: moved\ndata: {\"title\":\"Dune\"}\n\n",
        "event: rung\ndata: {\"title\":\n\n",
        "event: rung\ndata: {\"name\":7}\n\n",
        "event: rung\ndata: {\"title\":\"Solaris\"}\n\n",
    ))
    .await;
    let [Alarm::Rung(first), Alarm::Ended(ended), others @ .., Alarm::Rung(last)] = &seen[..] else {
        panic!("{seen:?}")
    };
    assert_eq!(
        (first.data.title.as_str(), last.data.title.as_str()),
        ("Dune", "Solaris")
    );
    assert_eq!(ended.data, r#"{"title":"Dune"}"#);
    let unknown = |alarm: &Alarm| match alarm {
        Alarm::Unknown(value) => String::from_utf8(glue::to_vec(value).unwrap()).unwrap(),
        known => panic!("{known:?}"),
    };
    // An event that no alternative fits keeps its data, as JSON if it is JSON.
    assert_eq!(
        others.iter().map(unknown).collect::<Vec<_>>(),
        [
            r#"{"event":"moved","data":{"title":"Dune"}}"#,
            r#"{"event":"rung","data":"{\"title\":"}"#,
            r#"{"event":"rung","data":{"name":7}}"#,
        ]
    );

    let seen = received::<Addition>(concat!(
        "event: addString\ndata: 7\n\n",
        "event: addJson\ndata: {\"foo\":42}\nretry: 9\n\n",
        "event: addInt64\ndata: 9007199254740993\n\n",
    ))
    .await;
    let [
        Addition::AddString(text),
        Addition::AddJson(json),
        Addition::AddInt64(number),
    ] = &seen[..]
    else {
        panic!("{seen:?}")
    };
    assert_eq!((text.data.as_deref(), json.retry), (Some("7"), Some(9)));
    assert_eq!(json.data.as_ref().map(|data| data.foo), Some(42));
    assert_eq!(number.data.as_deref(), Some("9007199254740993"));
}

/// Sends a value to the local sandbox of the case, and returns the status and the body of the response.
fn put(address: &str, body: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "PUT /vehicles HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.to_owned())
}

#[test]
fn a_default_variant_is_sent_to_the_local_sandbox_and_read_from_its_response() {
    let contract = crate::case::folder("cases").join("default-mapping/contract.yaml");
    let server = Sandbox::start_file(&contract, Options::default()).unwrap();
    let (_, address) = server.base_url.split_once("://").unwrap();
    for (text, wanted, status) in [
        (r#"{"kind":"car","doors":4}"#, "Car ", 200),
        (r#"{"kind":"boat"}"#, "Boat ", 200),
        (r#"{"kind":"OtherVehicle","label":"x"}"#, "OtherVehicle ", 200),
        (r#"{"kind":"sled","label":"x"}"#, "OtherVehicle ", 200),
        (r#"{"label":"x"}"#, "OtherVehicle ", 200),
        (r#"{"kind":"sled","label":"long"}"#, "OtherVehicle ", 400),
        (r#"{"kind":"sled"}"#, "Unknown", 400),
    ] {
        let vehicle: Vehicle = round_trip(text);
        let shown = format!("{vehicle:?}");
        assert!(shown.starts_with(wanted), "{text}: {shown}");
        let (found, body) = put(address, &glue::to_vec(&vehicle).unwrap());
        assert_eq!(found, status, "{text}: {body}");
        if status == 200 {
            let read: Vehicle = glue::from_slice(body.as_bytes()).unwrap();
            assert!(!matches!(read, Vehicle::Unknown(_)), "{body}");
        }
    }
}

#[test]
fn a_base_says_its_own_tag_as_the_default() {
    assert!(matches!(round_trip(r##"{"@type":"#Order"}"##), Order::Base(_)));
    assert!(matches!(round_trip(r##"{"@type":"#Rush","hours":2}"##), Order::Rush(_)));
    assert!(matches!(round_trip(r##"{"@type":"#Slow"}"##), Order::Unknown(_)));
}

#[test]
fn a_tag_that_is_mapped_to_an_heir_of_an_alternative_selects_the_nearest_alternative() {
    for (text, wanted) in [
        (r#"{"owner":{"@type":"Human","born":"1970"}}"#, "Human "),
        (r#"{"owner":{"@type":"Firm","court":"x"}}"#, "Firm "),
        (r#"{"owner":{"@type":"Party","name":"x"}}"#, "PartyBase "),
        (r#"{"owner":{"@type":"PartyLink","id":"x"}}"#, "PartyLink "),
        (r#"{"owner":{"@type":"Club","name":"x"}}"#, "Unknown"),
        (r#"{"seat":{"kind":"folding","row":1,"aisle":true}}"#, "Seat "),
        (r#"{"seat":{"kind":"box","row":1,"box":2}}"#, "BoxSeat "),
        (
            r#"{"seat":{"kind":"royal","row":1,"box":2,"curtain":true}}"#,
            "BoxSeat ",
        ),
    ] {
        let ticket: Ticket = round_trip(text);
        let shown = format!("{ticket:?}");
        let (_, shown) = shown.split_once(": ").unwrap_or_else(|| panic!("{shown}"));
        assert!(shown.starts_with(wanted), "{text}: {shown}");
    }
}

#[test]
fn a_schema_without_a_type_takes_what_its_examples_show() {
    let shelf: Shelf = round_trip("{\"signs\":{\"first\":\"north\"},\"filter\":null}");
    assert!(shelf.filter.is_none() && matches!(shelf.signs, JsonValue::Object(_)));
    let shelf: Shelf = round_trip("{\"signs\":[\"north\"],\"filter\":{\"author\":\"x\",\"year\":1999}}");
    assert!(shelf.filter.is_some());
}

#[test]
fn a_variant_without_its_tag_is_told_by_its_shape() {
    assert!(matches!(round_trip("{\"kind\":\"dog\",\"tail\":true}"), Animal::Dog(_)));
    assert!(matches!(round_trip("{\"claws\":18}"), Animal::Cat(_)));
    assert!(matches!(round_trip("{\"tail\":false}"), Animal::Dog(_)));
    assert!(matches!(round_trip("[\"cow\",\"ox\"]"), Animal::Herd(_)));
    // An unknown tag is a newer variant, whatever the shape of the value.
    assert!(matches!(
        round_trip("{\"kind\":\"cow\",\"tail\":true}"),
        Animal::Unknown(_)
    ));
}

#[test]
fn a_variant_is_chosen_by_what_is_inside_of_it() {
    for (text, wanted) in [
        (r#"{"panel":{"view":{"kind":"text"}}}"#, "TextPanel"),
        (r#"{"panel":{"view":{"kind":"chart"}}}"#, "ChartPanel"),
        (
            r#"{"panel":{"view":{"kind":"text","body":"x"},"height":2}}"#,
            "TextPanel",
        ),
        (r#"{"panel":{"view":{"body":"x"}}}"#, "Unknown"),
        (r#"{"filter":{"op":"eq"}}"#, "Rule "),
        (r#"{"filter":{"op":"any"}}"#, "RuleGroup"),
        (r#"{"filter":{"with":"x"}}"#, "Rule "),
        (r#"{"filter":{"with":[{"op":"ne","with":"x"}]}}"#, "RuleGroup"),
        (
            r#"{"filter":{"op":"all","with":[{"op":"any","with":[{"op":"ne"}]}]}}"#,
            "RuleGroup",
        ),
        (r#"{"filter":{"with":7}}"#, "Unknown"),
        (r#"{"owner":{"email":"x"}}"#, "Person"),
        (r#"{"owner":{"id":"x","members":3}}"#, "Team"),
        (r#"{"owner":{"id":"x"}}"#, "Person"),
        (r#"{"series":{"points":[1,2.5]}}"#, "Numbers"),
        (r#"{"series":{"points":["a"]}}"#, "Words"),
        (r#"{"series":{"points":[]}}"#, "Numbers"),
        (r#"{"series":{"points":["a",1]}}"#, "Unknown"),
        (r#"{"state":{"done":true}}"#, "Done"),
        (r#"{"state":{"done":false,"note":"x"}}"#, "Open"),
    ] {
        let board: Board = round_trip(text);
        let shown = format!("{board:?}");
        let (_, shown) = shown.split_once(": ").unwrap_or_else(|| panic!("{shown}"));
        assert!(shown.starts_with(wanted), "{text}: {shown}");
    }
}

#[test]
#[allow(clippy::expect_used, reason = "a test that cannot go on fails")]
fn a_type_that_only_arrives_is_made_of_json_in_a_test() {
    use oceafin_partner::testing::FromJson as _;
    use oceafin_partner::{CustomerId, PartnerCustomer, PartnerCustomerStatus};

    assert!(PartnerCustomer::from_json("{}").is_err());
    let mut customer = PartnerCustomer::from_partial_json(r#"{"status": "APPROVED"}"#).expect("a part");
    assert_eq!(customer.status, PartnerCustomerStatus::Approved);
    customer.customer_id = CustomerId::from("c-1");
    let text = serde_json::to_string(&customer).expect("JSON");
    assert_eq!(PartnerCustomer::from_json(&text).expect("whole"), customer);
}

#[test]
fn no_request_has_what_only_responses_have_at_any_depth() {
    let report: Report = round_trip(
        r#"{"id":"r-1","title":"x","closed":null,"pin":"1234","marks":[{"score":1,"text":"a"},{"score":2}],"named":{"b":{"score":3,"text":"b"}},"body":{"words":"w","seen":true},"last":"2026-01-01T00:00:00Z","more":{"id":7}}"#,
    );
    let sent = glue::to_request(&report).expect("a request");
    assert_eq!(
        String::from_utf8_lossy(&sent),
        r#"{"title":"x","marks":[{"text":"a"},{}],"named":{"b":{"text":"b"}},"body":{"words":"w"},"more":{"id":7}}"#
    );
    for written in [glue::Param::from_model(&report), glue::Param::json(&report)] {
        assert!(!format!("{written:?}").contains("score"), "{written:?}");
    }
    assert!(format!("{report:?}").contains("r-1"));
}
