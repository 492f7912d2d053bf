//! The bytes of multipart bodies.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::{Multipart, Upload};
use crate::request::{Payload, Refusal};
use crate::signing::body_sha256;

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
    let mut body = payload.source.open().unwrap();
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
    assert_eq!(payload.sha256, body_sha256(text.as_bytes()));
}

#[test]
fn the_boundary_is_made_of_key_and_content() {
    let boundary = |content: &str, key: &str| laid_out(parts(&Upload::from_bytes(content.to_owned())), key).0;
    assert_eq!(boundary("x", "k"), boundary("x", "k"));
    assert_ne!(boundary("x", "k"), boundary("y", "k"));
    assert_ne!(boundary("x", "k"), boundary("x", "l"));
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
        let opened = payload.source.open();
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
