//! Requests on the wire and the reading of answers, for all methods, styles, forms, parts and headers.

use std::collections::BTreeMap;

use crate::sample::client::{Call, Client};
use crate::sample::server::{Seen, Server, Step, say};
use sdkwright_runtime::glue::{self, Param, Request, Style};
use sdkwright_runtime::{ErrorKind, Header, JsonValue, Refusal, Upload};

macro_rules! operation {
    ($name:ident, $method:literal, $output:ty) => {
        #[derive(Debug)]
        struct $name;

        impl glue::Operation for $name {
            type Output = $output;
            const DESCRIPTION: &'static glue::Description = &glue::Description {
                id: stringify!($name),
                method: $method,
                path: "/v2/{what}",
                security: Some(&[]),
                intent: None,
                accept: "application/json",
                bound: &[],
                ..glue::Description::new("", "", "")
            };
            const ANSWERS: &'static [u16] = &[200, 204];
        }
    };
}

operation!(Get, "GET", JsonValue);
operation!(Post, "POST", ());
operation!(Copy, "COPY", ());
operation!(Head, "HEAD", ());
operation!(Options, "OPTIONS", ());
operation!(Trace, "TRACE", glue::Text);

fn request<O: glue::Operation>(client: &Client) -> Request {
    glue::request::<O>(client).path("what", "thing")
}

fn json(text: &str) -> JsonValue {
    text.parse().unwrap()
}

/// One call against a server that answers with nothing.
async fn sent(change: impl FnOnce(Request) -> Request) -> Seen {
    let server = Server::start(vec![say(204, "", "")]);
    let client = server.client();
    Call::<Post>::new(&client, change(request::<Post>(&client)))
        .await
        .unwrap();
    server.seen().remove(0)
}

#[tokio::test]
async fn every_method_is_sent_and_its_answer_read() {
    let head = Step::Say("HTTP/1.1 200 X\r\nX-Total: 7\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n".into());
    let server = Server::start(vec![
        head,
        say(204, "Allow: GET, HEAD\r\n", ""),
        say(200, "Content-Type: message/http\r\n", "TRACE /v2/thing HTTP/1.1"),
        say(200, "X-Total: x\r\n", "1.10"),
    ]);
    let client = server.client();
    let call = Call::<Head>::new(&client, request::<Head>(&client));
    let response = call.with_response().await.unwrap();
    assert_eq!(response.header(Header::<i64>::new("x-total")), Ok(Some(7)));
    let call = Call::<Options>::new(&client, request::<Options>(&client));
    let response = call.with_response().await.unwrap();
    let allow: Vec<String> = response.header(Header::new("allow").list()).unwrap().unwrap();
    assert_eq!(allow, ["GET", "HEAD"]);
    let text = Call::<Trace>::new(&client, request::<Trace>(&client)).await.unwrap();
    assert_eq!(text.0, "TRACE /v2/thing HTTP/1.1");
    let response = Call::<Get>::new(&client, request::<Get>(&client))
        .with_response()
        .await
        .unwrap();
    assert_eq!(response.value.to_string(), "1.10");
    assert!(response.header(Header::<i64>::new("x-total")).is_err());
    let methods: Vec<String> = server.seen().into_iter().map(|seen| seen.method).collect();
    assert_eq!(methods, ["HEAD", "OPTIONS", "TRACE", "GET"]);
}

#[tokio::test]
async fn a_query_is_what_another_library_reads_out_of_it() {
    let hostile = "a b&c=d+e#f%41é[]";
    let seen = sent(|request| {
        request
            .query("plain", hostile)
            .query_as("list", &Param::list([hostile, "2"]), Style::Form, true, false)
            .query_as(
                "deep",
                &Param::from_model(&json(r#"{"a":{"b c":["x&y"]},"n":1.10}"#)),
                Style::DeepObject,
                true,
                false,
            )
            .query_as("free", &Param::one("a/b?c&d+e"), Style::Form, true, true)
    })
    .await;
    let url = reqwest::Url::parse(&format!("http://host{}", seen.target)).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let expected = [
        ("plain", hostile),
        ("list", hostile),
        ("list", "2"),
        ("deep[a][b c][]", "x&y"),
        ("deep[n]", "1.10"),
        ("free", "a/b?c&d+e"),
    ];
    assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(seen.target.ends_with("free=a/b?c%26d%2Be"), "{}", seen.target);
}

#[tokio::test]
async fn a_form_is_what_another_library_reads_out_of_it() {
    let form = json(
        r#"{"a":"1 + 2&3","l":["x y","z"],"o":{"k":[1]},"d":{"k":{"l":"v"},"m":[{"n":"o"}]},"s":["a","b c"],"r":"a/b&c","j":[1,"2"],"none":null}"#,
    );
    let styles = [
        ("d", Style::DeepObject, true, false),
        ("s", Style::PipeDelimited, false, false),
        ("r", Style::Form, true, true),
        ("j", Style::Json, false, false),
    ];
    let seen = sent(|request| request.form_as(&form, &styles)).await;
    assert_eq!(seen.header("content-type"), "application/x-www-form-urlencoded");
    assert!(seen.text().starts_with("a=1+%2B+2%263&"), "{}", seen.text());
    let url = reqwest::Url::parse(&format!("http://host/?{}", seen.text())).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let expected = [
        ("a", "1 + 2&3"),
        ("l", "x y"),
        ("l", "z"),
        ("o", r#"{"k":[1]}"#),
        ("d[k][l]", "v"),
        ("d[m][0][n]", "o"),
        ("s", "a|b c"),
        ("r", "a/b&c"),
        ("j", r#"[1,"2"]"#),
    ];
    assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(seen.text().contains("r=a/b%26c"), "{}", seen.text());
}

#[tokio::test]
async fn what_has_no_fields_is_never_sent_as_an_empty_form() {
    let server = Server::start(Vec::new());
    let client = server.client();
    for text in [r#"["a"]"#, "1", r#""a=1""#] {
        let call = Call::<Post>::new(&client, request::<Post>(&client).form_of(&json(text)));
        let error = call.await.unwrap_err();
        assert_eq!(error.refusal(), Some(&Refusal::Form), "{error}");
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn cookies_and_headers_are_written_as_their_styles_say() {
    let seen = sent(|request| {
        request
            .cookie("a", "x;y")
            .cookie_as("l", &Param::list(["1", "2,3"]), true)
            .cookie_as("o", &Param::object([("k", "v"), ("m", "n o")]), false)
            .cookie_as("none", &Param::list([""; 0]), true)
            .cookie_unescaped("raw", &Param::one("%2F/a=1"), true)
            .cookie_unescaped("u", &Param::list(["1", "2"]), true)
            .cookie_unescaped("w", &Param::object([("k", "v")]), false)
            .header_as("x-list", &Param::list(["a b", "c"]), false)
            .header_as("x-members", &Param::object([("k", "v"), ("m", "n")]), true)
    })
    .await;
    let cookies = "a=x%3By; l=1; l=2%2C3; o=k,v,m,n%20o; raw=%2F/a=1; u=1; u=2; w=k,v";
    assert_eq!(seen.header("cookie"), cookies);
    assert_eq!(seen.header("x-list"), "a b,c");
    assert_eq!(seen.header("x-members"), "k=v,m=n");
}

#[tokio::test]
async fn a_whole_query_is_json_or_the_pairs_of_a_form() {
    let filter =
        json(r#"{"name":"a&b c","tags":["x","y,z"],"size":{"width":2,"unit":"m"},"place":{"row":1},"none":null}"#);
    let styles = [
        ("tags", Style::PipeDelimited, false, false),
        ("size", Style::DeepObject, true, false),
    ];
    let form = sent(|request| request.query_whole("filter", &Param::from_model(&filter), &styles)).await;
    let pairs = "name=a%26b%20c&tags=x%7Cy%2Cz&size%5Bwidth%5D=2&size%5Bunit%5D=m&place=%7B%22row%22%3A1%7D";
    assert_eq!(form.target, format!("/base/v2/thing?{pairs}"));
    let whole = sent(|request| {
        let request = request.query_whole("filter", &Param::json(&json("[1]")), &[]);
        request.query_whole("filter", &Param::json(&json(r#"{"a b":["+&=/?#"]}"#)), &[])
    });
    let text = "%7B%22a%20b%22%3A%5B%22%2B%26%3D%2F%3F%23%22%5D%7D";
    assert_eq!(whole.await.target, format!("/base/v2/thing?{text}"));
    let nothing = sent(|request| request.query_whole("filter", &Param::from_model(&json("{}")), &[])).await;
    assert_eq!(nothing.target, "/base/v2/thing");
}

#[tokio::test]
async fn a_cookie_that_needs_escapes_is_refused_before_it_is_sent() {
    let server = Server::start(Vec::new());
    let client = server.client();
    for value in [Param::one("a; admin=1"), Param::list(["a b"]), Param::one("\u{e9}")] {
        let request = request::<Post>(&client).cookie_unescaped("sid", &value, true);
        let error = Call::<Post>::new(&client, request).await.unwrap_err();
        assert_eq!(
            error.refusal(),
            Some(&Refusal::Cookie { name: "sid".to_owned() }),
            "{error}"
        );
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_method_that_is_not_known_may_act_so_it_is_not_sent_twice_without_a_key() {
    let server = Server::start(vec![say(500, "", ""), say(500, "", "")]);
    let client = server.client();
    let error = Call::<Copy>::new(&client, request::<Copy>(&client)).await.unwrap_err();
    let seen = server.seen();
    assert_eq!((seen.len(), seen[0].method.as_str()), (1, "COPY"));
    assert_eq!(error.outcome(), sdkwright_runtime::Outcome::Unknown);
}

#[tokio::test]
async fn parts_have_styles_and_files_have_headers() {
    let file = Upload::from_bytes("bytes").named("a.txt").header("X-Part", "7");
    let parts = glue::Multipart::new()
        .styled("tags", &Param::list(["a", "b c"]), Style::PipeDelimited, false)
        .styled(
            "place",
            &Param::from_model(&json(r#"{"shelf":{"row":2}}"#)),
            Style::DeepObject,
            true,
        )
        .file("page", &file, Some("text/plain"));
    let seen = sent(|request| request.multipart(parts)).await;
    let boundary = seen
        .header("content-type")
        .split("boundary=")
        .nth(1)
        .unwrap()
        .to_owned();
    let bodies: BTreeMap<String, String> = seen
        .text()
        .split(&format!("--{boundary}"))
        .filter_map(|part| part.trim_start_matches("\r\n").split_once("\r\n\r\n"))
        .map(|(head, body)| (head.to_owned(), body.trim_end_matches("\r\n").to_owned()))
        .collect();
    let expected = [
        (
            "Content-Disposition: form-data; name=\"page\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\nX-Part: 7",
            "bytes",
        ),
        ("Content-Disposition: form-data; name=\"place[shelf][row]\"", "2"),
        ("Content-Disposition: form-data; name=\"tags\"", "a|b c"),
    ];
    let expected = expected.map(|(head, body)| (head.to_owned(), body.to_owned()));
    assert_eq!(bodies, BTreeMap::from(expected));
    for (name, value) in [
        ("content-type", "x"),
        ("Content-Disposition", "x"),
        ("a b", "x"),
        ("x", "a\r\nb"),
    ] {
        let server = Server::start(vec![]);
        let client = server.client();
        let parts = glue::Multipart::new().file("page", &Upload::from_bytes("").header(name, value), None);
        let error = Call::<Post>::new(&client, request::<Post>(&client).multipart(parts))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{name}");
    }
}

#[tokio::test]
async fn parts_by_position_are_sent_in_order_with_parts_within_them() {
    let pages =
        glue::Multipart::by_position()
            .text("number", &7)
            .file("page", &Upload::from_bytes("PNG"), Some("image/png"));
    let parts = glue::Multipart::by_position()
        .json("album", &json(r#"{"title":"a"}"#))
        .parts("pages", pages, "multipart/mixed");
    let seen = sent(|request| request.multipart(parts).content_type("multipart/related; start-info=x")).await;
    let boundary = |text: &str| text.split("boundary=").nth(1).unwrap()[..48].to_owned();
    let (outer, inner) = (boundary(seen.header("content-type")), boundary(seen.text()));
    assert_eq!(
        seen.header("content-type").replace(&outer, "O"),
        "multipart/related; start-info=x; type=\"application/json\"; boundary=O"
    );
    assert_eq!(
        seen.text().replace(&outer, "O").replace(&inner, "I"),
        "--O\r\nContent-Type: application/json\r\n\r\n{\"title\":\"a\"}\r\n\
         --O\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n\
         --I\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n7\r\n\
         --I\r\nContent-Type: image/png\r\n\r\nPNG\r\n--I--\r\n\r\n--O--\r\n"
    );
}

#[tokio::test]
async fn a_file_is_a_whole_body() {
    let file = std::env::temp_dir().join(format!("sdkwright-upload-{}", std::process::id()));
    let bytes: Vec<u8> = (0..200_000u32).map(|n| n.to_le_bytes()[0]).collect();
    std::fs::write(&file, &bytes).unwrap();
    let seen = sent(|request| request.upload("image/png", Upload::from_path(&file))).await;
    assert_eq!(
        (seen.header("content-type"), seen.header("content-length")),
        ("image/png", "200000")
    );
    assert!(seen.body == bytes);
    let svg = Upload::from_path(&file).content_type("image/svg+xml");
    let seen = sent(|request| request.upload("image/png", svg)).await;
    assert_eq!(seen.header("content-type"), "image/svg+xml");
    let seen = sent(|request| request.upload("text/x", b"some text".as_slice())).await;
    assert_eq!(seen.text(), "some text");
    std::fs::remove_file(&file).unwrap();
}

#[tokio::test]
async fn records_are_sent_a_line_each() {
    let items = [json(r#"{"a":1}"#), json("[2]")];
    let seen = sent(|request| request.lines("application/x-ndjson", &items)).await;
    assert_eq!(
        (seen.header("content-type"), seen.text()),
        ("application/x-ndjson", "{\"a\":1}\n[2]\n")
    );
    let seen = sent(|request| request.lines("application/json-seq", &items)).await;
    assert_eq!(seen.text(), "\u{1e}{\"a\":1}\n\u{1e}[2]\n");
}
