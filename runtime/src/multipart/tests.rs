//! The bytes of multipart bodies.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use http_body::Body as _;

use super::{Multipart, Upload};
use crate::json::JsonValue;
use crate::multipart::Payload;
use crate::offload::FilePlace;
use crate::refusal::Refusal;
use crate::signing::sha256;

fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

fn laid_out(parts: Multipart, key: &str) -> (String, Payload) {
    let (content_type, payload) = now(parts.lay_out(key)).unwrap();
    (content_type.to_str().unwrap().to_owned(), payload)
}

fn bytes(payload: &Payload) -> Vec<u8> {
    let mut body = now(payload.source.open()).unwrap();
    let mut all = Vec::new();
    while let Some(block) = body.next_block() {
        all.extend_from_slice(&block.unwrap());
    }
    all
}

fn parts(file: &Upload) -> Multipart {
    Multipart::new()
        .file("scan", file, Some("image/png"))
        .text("kind", "A \"1\"")
        .json("more", &true)
}

#[test]
fn parts_stand_in_order_with_fixed_names_and_types() {
    let (content_type, payload) = laid_out(parts(&Upload::from_bytes("PNG").named("a\"b\r\n.png")), "key-1");
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    assert_eq!(boundary.len(), 48);
    let text = String::from_utf8(bytes(&payload)).unwrap();
    assert_eq!(
        text.replace(boundary, "B"),
        "--B\r\nContent-Disposition: form-data; name=\"scan\"; filename=\"a%22b%0D%0A.png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n\
         --B\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nA \"1\"\r\n\
         --B\r\nContent-Disposition: form-data; name=\"more\"\r\nContent-Type: application/json\r\n\r\ntrue\r\n--B--\r\n"
    );
    assert_eq!(payload.sha256, sha256(text.as_bytes()));
}

#[test]
fn a_value_of_several_kinds_is_text_or_json_and_a_stated_media_type_is_sent() {
    let number = crate::json::from_slice::<JsonValue>(b"1.50").unwrap();
    let list = crate::json::from_slice::<JsonValue>(b"[\"a\"]").unwrap();
    let body = Multipart::new()
        .value("text", &JsonValue::from("a\"b"))
        .value("number", &number)
        .value("yes", &true)
        .value("list", &list)
        .value("nothing", &JsonValue::Null)
        .text("table", "1,2")
        .content_type("text/csv")
        .json("patch", &true)
        .content_type("application/merge-patch+json");
    let (content_type, payload) = laid_out(body, "key-1");
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let text = String::from_utf8(bytes(&payload)).unwrap();
    let part = |name: &str, media: &str, value: &str| {
        format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n{media}\r\n{value}\r\n")
    };
    let json = "Content-Type: application/json\r\n";
    let wanted = [
        part("text", "", "a\"b"),
        part("number", "", "1.50"),
        part("yes", "", "true"),
        part("list", json, "[\"a\"]"),
        part("nothing", json, "null"),
        part("table", "Content-Type: text/csv\r\n", "1,2"),
        part("patch", "Content-Type: application/merge-patch+json\r\n", "true"),
    ];
    assert_eq!(text.replace(boundary, "B"), wanted.concat() + "--B--\r\n");
}

#[test]
fn further_parts_come_in_order_under_their_names_and_none_has_a_declared_one() {
    let body = |names: &[&str]| {
        let parts = Multipart::new().text("kind", "A");
        names.iter().fold(parts, |parts, name| {
            let file = Upload::from_bytes("PNG");
            parts
                .further(&["kind", "page"], name)
                .file((*name).to_owned(), &file, None)
        })
    };
    let (content_type, payload) = laid_out(body(&["z", "a\"\r\nX: y"]), "key-1");
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let file = |name: &str| {
        let names = format!("name=\"{name}\"; filename=\"{name}\"");
        format!(
            "--B\r\nContent-Disposition: form-data; {names}\r\nContent-Type: application/octet-stream\r\n\r\nPNG\r\n"
        )
    };
    assert_eq!(
        String::from_utf8(bytes(&payload)).unwrap().replace(boundary, "B"),
        "--B\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nA\r\n".to_owned()
            + &file("z")
            + &file("a%22%0D%0AX: y")
            + "--B--\r\n"
    );
    let refused = now(body(&["z", "page"]).lay_out("key-1")).map(drop).unwrap_err();
    assert_eq!(refused, Refusal::Part { name: "page".into() });
}

#[test]
fn the_boundary_is_made_of_the_key_and_what_the_parts_are_called() {
    let boundary = |name: &str, key: &str| laid_out(parts(&Upload::from_bytes("x").named(name)), key).0;
    assert_eq!(boundary("x", "k"), boundary("x", "k"));
    assert_ne!(boundary("x", "k"), boundary("y", "k"));
    assert_ne!(boundary("x", "k"), boundary("x", "l"));
}

#[test]
fn no_file_can_hold_the_boundary_wherever_it_stands_in_it() {
    let with = |content: Vec<u8>| laid_out(parts(&Upload::from_bytes(content)), "k");
    let (guessed, _) = with(Vec::new());
    let line = guessed.replace("multipart/form-data; boundary=", "--");
    for (before, after) in [
        (0, 0),
        (1, 1),
        (65_500, 70_000),
        (65_536, 0),
        (65_535, 1),
        (131_000, 3),
        (200_000, 65_536),
    ] {
        let content = [&vec![b'-'; before][..], line.as_bytes(), &vec![7; after][..]].concat();
        let (content_type, payload) = with(content.clone());
        assert_ne!(content_type, guessed, "{before}");
        let body = bytes(&payload);
        assert_eq!(payload.sha256, sha256(&body));
        let boundary = content_type.replace("multipart/form-data; boundary=", "--");
        let body = String::from_utf8_lossy(&body).into_owned();
        assert_eq!(body.matches(&boundary).count(), 4, "three parts and the end");
        let again = with(content);
        assert_eq!(
            (again.0, again.1.sha256),
            (content_type, payload.sha256),
            "the same content, the same bytes"
        );
    }
    let half = [b"x".repeat(65_500), line.as_bytes()[..49].to_vec()].concat();
    assert_eq!(with(half).0, guessed);
}

/// Returns the number of file bytes that the action reads.
fn read_by<T>(action: impl FnOnce() -> T) -> (T, u64) {
    let before = crate::transport::read_here::BYTES.get();
    let result = action();
    (result, crate::transport::read_here::BYTES.get() - before)
}

#[test]
fn a_file_is_read_once_to_be_hashed_and_once_to_be_sent() {
    let content: Vec<u8> = (0u8..=250).cycle().take(300_000).collect();
    let path = std::env::temp_dir().join(format!("multipart-{}-read.bin", std::process::id()));
    std::fs::write(&path, &content).unwrap();
    let spooled = Upload::from_read(&content[..]).unwrap();
    for upload in [Upload::from_path(&path).named("a"), spooled.named("a")] {
        let ((_, payload), read) = read_by(|| laid_out(parts(&upload), "k"));
        assert_eq!(read, 300_000);
        let (body, read) = read_by(|| bytes(&payload));
        assert_eq!((read, payload.sha256), (300_000, sha256(&body)));
        let (alone, read) = read_by(|| now(upload.lay_out()).unwrap());
        assert_eq!((read, alone.sha256), (300_000, sha256(&content)));
    }
    std::fs::remove_file(&path).unwrap();
}

#[tokio::test]
async fn a_reader_is_spooled_and_can_be_sent_again_and_nothing_is_left_of_it() {
    let content: Vec<u8> = (0u8..=250).cycle().take(200_000).collect();
    let read = Upload::from_read(&content[..]).unwrap();
    let awaited = Upload::from_reader(&content[..]).await.unwrap();
    for upload in [&read, &awaited] {
        let super::UploadSource::File(FilePlace::Spool(spool)) = &upload.content else {
            panic!("it is spooled")
        };
        assert_eq!(spool.path().is_none(), cfg!(unix), "an open spool has no name");
    }
    for upload in [read, awaited, Upload::from_bytes(content.clone())] {
        let payload = upload.clone().lay_out().await.unwrap();
        drop(upload);
        for _ in 0..2 {
            assert!(bytes(&payload) == content);
        }
    }
}

#[test]
fn a_reader_that_fails_gives_no_upload() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::ConnectionReset.into())
        }
    }
    let error = Upload::from_read(Broken).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[test]
fn a_path_and_its_bytes_give_the_same_body() {
    let path = std::env::temp_dir().join(format!("multipart-{}-same.bin", std::process::id()));
    let content: Vec<u8> = (0u8..=255).cycle().take(200_000).collect();
    std::fs::write(&path, &content).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let from_path = laid_out(parts(&Upload::from_path(&path)), "k");
    let from_bytes = laid_out(parts(&Upload::from_bytes(content).named(name)), "k");
    std::fs::write(&path, (0u8..=255).cycle().take(200_000).collect::<Vec<_>>()).unwrap();
    assert_eq!(from_path.0, from_bytes.0);
    assert_eq!(from_path.1.sha256, from_bytes.1.sha256);
    assert_eq!(bytes(&from_path.1), bytes(&from_bytes.1));
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_file_that_changed_never_becomes_a_whole_body() {
    let path = std::env::temp_dir().join(format!("multipart-{}-changed.bin", std::process::id()));
    std::fs::write(&path, vec![1; 100_000]).unwrap();
    let (_, payload) = laid_out(Multipart::new().file("scan", &Upload::from_path(&path), None), "k");
    for (change, opens) in [
        (vec![2; 100_000], true),
        (vec![1; 99_999], false),
        (vec![1; 100_001], false),
    ] {
        std::fs::write(&path, change).unwrap();
        let opened = now(payload.source.open());
        assert_eq!(opened.is_ok(), opens);
        let Ok(mut body) = opened else { continue };
        let mut length = 0;
        let error = loop {
            match body.next_block().unwrap() {
                Ok(block) => length += block.len() as u64,
                Err(error) => break error,
            }
        };
        assert!(matches!(super::refused(&error), Refusal::Changed { .. }));
        assert!(length < 100_000, "the last block was held back");
        assert!(body.next_block().is_none());
    }
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_file_that_is_not_there_is_refused() {
    let missing = Multipart::new().file("scan", &Upload::from_path("/nowhere/x.png"), None);
    assert!(matches!(now(missing.lay_out("k")), Err(Refusal::File { .. })));
}

#[test]
fn an_upload_prints_no_content() {
    assert!(!format!("{:?}", Upload::from_bytes("secret").named("jane.png")).contains("jane"));
    assert!(!format!("{:?}", Upload::from_bytes("secret")).contains("secret"));
}

#[test]
fn a_type_that_would_add_a_line_is_refused_and_a_name_cannot() {
    let file = Upload::from_bytes("x").content_type("image/png\r\nX-More: 1");
    let parts = Multipart::new().file("scan", &file, None);
    assert!(matches!(now(parts.lay_out("k")), Err(Refusal::Header { .. })));
    let file = Upload::from_bytes("x").named("a\0\u{7f}\u{1b}b");
    let (_, payload) = laid_out(Multipart::new().file("scan", &file, None), "k");
    let text = String::from_utf8(bytes(&payload)).unwrap();
    assert!(text.contains("filename=\"a%00%7F%1Bb\""), "{text}");
}

/// A file that becomes readable only after another task of the same thread has run.
fn gated(content: &[u8]) -> (Upload, std::sync::mpsc::SyncSender<()>) {
    let (open, gate) = std::sync::mpsc::sync_channel(1000);
    let mut spool = crate::offload::SpoolFile::create().unwrap();
    spool.push(content).unwrap();
    spool.slow = Some(gate.into());
    (Upload::spooled(spool).named("a"), open)
}

#[tokio::test(flavor = "current_thread")]
async fn while_a_slow_file_is_hashed_and_sent_other_tasks_of_the_thread_go_on() {
    let (upload, open) = gated(b"slow");
    let opens = async || {
        // Only the other task of this thread lets the reading continue.
        for _ in 0..100 {
            open.send(()).unwrap();
            tokio::task::yield_now().await;
        }
    };
    let (laid_out, ()) = tokio::join!(upload.lay_out(), opens());
    let payload = laid_out.unwrap();
    assert_eq!(payload.sha256, sha256(b"slow"));
    let mut body = payload.source.open().await.unwrap();
    let frames = async {
        let mut all = Vec::new();
        while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            all.extend_from_slice(&frame.unwrap().into_data().unwrap());
        }
        all
    };
    let (all, ()) = tokio::join!(frames, opens());
    assert_eq!(all, b"slow");
}

#[test]
fn a_range_of_media_types_takes_that_of_the_file_and_never_one_outside_of_it() {
    let bytes = || Upload::from_bytes("x");
    for (contract, sent) in [
        ("image/png", Ok("image/png")),
        ("*/*", Ok("application/octet-stream")),
        ("image/*, application/octet-stream", Ok("application/octet-stream")),
        ("image/*", Err("several media types")),
        ("image/png, image/jpeg", Err("several media types")),
        ("multipart/mixed", Err("no boundary")),
        ("multipart/mixed; boundary=x", Ok("multipart/mixed; boundary=x")),
    ] {
        let found = bytes().media_within(contract).map(str::to_owned);
        match (found, sent) {
            (Err(refusal), Err(why)) => assert!(refusal.to_string().contains(why), "{contract}: {refusal}"),
            (found, sent) => assert_eq!(found.as_deref().ok(), sent.ok(), "{contract}"),
        }
        let named = bytes().named("a.PNG");
        assert_eq!(
            named.media_within(contract).is_ok(),
            contract != "multipart/mixed",
            "{contract}"
        );
        let own = bytes().content_type("image/gif");
        assert_eq!(own.media_within(contract), Ok("image/gif"));
    }
    assert_eq!(
        Upload::from_path("a/scan.jpg").media_within("image/*"),
        Ok("image/jpeg")
    );
    assert!(Upload::from_path("a/scan.pdf").media_within("image/*").is_err());
    let refused = Multipart::new().file("a", &bytes(), Some("image/*"));
    assert!(matches!(now(refused.lay_out("k")), Err(Refusal::Header { .. })));
}

#[test]
fn a_body_that_is_no_form_has_its_own_type_and_names_that_of_its_root() {
    let parts = || {
        let meta = Multipart::new().json("meta", &true).text("note", "Grüße");
        meta.file("doc", &Upload::from_bytes("PNG"), Some("image/png"))
    };
    for (media, start) in [
        ("multipart/mixed", "multipart/mixed; boundary="),
        (
            "multipart/related; start-info=x; boundary=theirs",
            "multipart/related; start-info=x; type=\"application/json\"; boundary=",
        ),
    ] {
        let (content_type, payload) = laid_out(parts().with_media(Some(media)), "key-1");
        let boundary = content_type.strip_prefix(start).expect(&content_type);
        let text = String::from_utf8(bytes(&payload)).unwrap();
        assert_eq!(
            text.replace(boundary, "B"),
            "--B\r\nContent-Disposition: inline; name=\"meta\"\r\nContent-Type: application/json\r\n\r\ntrue\
             \r\n--B\r\nContent-Disposition: inline; name=\"note\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße\
             \r\n--B\r\nContent-Disposition: attachment; name=\"doc\"; filename=\"doc\"\r\nContent-Type: image/png\r\n\r\nPNG\
             \r\n--B--\r\n"
        );
    }
}

#[test]
fn a_form_within_a_part_is_written_as_a_form() {
    let inner = Multipart::default().text("kind", "A");
    let parts = Multipart::by_position()
        .parts("form", inner, "Multipart/Form-Data")
        .with_media(Some("multipart/mixed"));
    let text = String::from_utf8(bytes(&laid_out(parts, "key-1").1)).unwrap();
    assert!(
        text.contains("\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nA\r\n"),
        "{text}"
    );
}

#[test]
fn parts_by_position_have_no_names_and_hold_parts_of_their_own() {
    let inner = Multipart::by_position().text("text", "hello").file(
        "scan",
        &Upload::from_bytes("PNG").named("a.png"),
        Some("image/png"),
    );
    let parts = Multipart::by_position()
        .json("album", &true)
        .file("cover", &Upload::from_bytes("JPG"), Some("image/jpeg"))
        .parts("pages", inner, "multipart/alternative")
        .with_media(Some("multipart/mixed"));
    let (content_type, payload) = laid_out(parts, "key-1");
    let outer = content_type
        .strip_prefix("multipart/mixed; boundary=")
        .unwrap()
        .to_owned();
    let text = String::from_utf8(bytes(&payload)).unwrap();
    let inner = text.split("multipart/alternative; boundary=").nth(1).unwrap()[..48].to_owned();
    assert_ne!(outer, inner);
    assert_eq!(
        text.replace(&outer, "O").replace(&inner, "I"),
        "--O\r\nContent-Type: application/json\r\n\r\ntrue\r\n\
         --O\r\nContent-Type: image/jpeg\r\n\r\nJPG\r\n\
         --O\r\nContent-Type: multipart/alternative; boundary=I\r\n\r\n\
         --I\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n\
         --I\r\nContent-Disposition: attachment; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n--I--\r\n\r\n\
         --O--\r\n"
    );
    assert_eq!(payload.sha256, sha256(text.as_bytes()));
}

#[test]
fn a_file_within_a_part_never_contains_the_boundary_around_it() {
    let with = |file: &str| {
        let inner = Multipart::by_position().file("scan", &Upload::from_bytes(file.to_owned()), None);
        let parts = Multipart::by_position().parts("pages", inner, "multipart/mixed");
        laid_out(parts.with_media(Some("multipart/mixed")), "key-1")
    };
    let (first, _) = with("");
    let boundary = first.split("boundary=").nth(1).unwrap();
    let (second, payload) = with(&format!("--{boundary}"));
    assert_ne!(first, second);
    let boundary = second.split("boundary=").nth(1).unwrap();
    let text = String::from_utf8(bytes(&payload)).unwrap();
    assert_eq!(text.matches(&format!("--{boundary}")).count(), 2);
}

#[test]
fn a_part_after_a_missing_one_is_refused() {
    let parts = |count| {
        Multipart::by_position()
            .text("first", "1")
            .after(count, "third")
            .text("third", "3")
    };
    assert!(now(parts(1).lay_out("key")).is_ok());
    let refused = now(parts(2).lay_out("key")).err().unwrap();
    assert_eq!(refused, Refusal::Position { name: "third".into() });
    let within = Multipart::by_position().parts("pages", parts(2), "multipart/mixed");
    assert_eq!(
        now(within.lay_out("key")).err().unwrap(),
        Refusal::Position { name: "third".into() }
    );
}
