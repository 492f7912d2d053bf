//! Parts come in, and one of them may hold the boundary on purpose. What is laid out must be read back by another reader of
//! multipart bodies with every part unchanged, and no part may hold the boundary.
//!
//! Seeds: fuzz/seeds/multipart/*
#![no_main]

use futures_util::stream;
use libfuzzer_sys::fuzz_target;
use sdkwright_fuzz::{Pieces, client, finish};
use sdkwright_runtime::glue::{self, Description, Multipart, Text, Upload};
use sdkwright_runtime::http::{HeaderName, HeaderValue};
use sdkwright_runtime::testing::{Script, SentRequest, Step};
use sdkwright_runtime::{IdempotencyKey, Refusal};
use std::convert::Infallible;

static DESCRIPTION: Description = Description::new("upload", "POST", "/files").security(&[&[("Signature", &[])]]);

/// Names of parts are the contract's: among them what must be encoded.
const NAMES: [&str; 6] = ["file", "a b", "quote\"quote", "line\r\nX-Evil: 1", "é;=", ""];

/// Size of the blocks in which a part is hashed and searched, in bytes.
const BLOCK: usize = 64 * 1024;

/// One part, as it is put in and as it must come out.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    name: &'static str,
    file: Option<File>,
    content: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq)]
struct File {
    name: String,
    content_type: String,
    header: Option<(String, String)>,
}

fuzz_target!(|bytes: &[u8]| {
    let mut pieces = Pieces::new(bytes);
    let (hidden, key) = (pieces.bytes(), pieces.text());
    let key = IdempotencyKey::new(&*key).map_or_else(|_| "key".to_owned(), |key| key.as_str().to_owned());
    let mut parts = Vec::new();
    while !pieces.is_over() && parts.len() < 8 {
        parts.push(part(&mut pieces));
    }
    let Some(first) = sent(&parts, &key) else { return };
    let boundary = read(&first, &parts);
    // Equal parts must give equal bytes, because a retry sends the same body.
    assert_eq!(sent(&parts, &key).map(|again| again.body), Some(first.body));

    // Hides the boundary in a part, also across the border of two read blocks.
    let [which, at, seam, ..] = *hidden else { return };
    let count = parts.len().max(1);
    let Some(part) = parts.get_mut(usize::from(which) % count) else {
        return;
    };
    let hostile = format!("\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"evil\"\r\n\r\n");
    let place = if seam % 2 == 1 {
        part.content.resize(BLOCK + usize::from(seam), b'-');
        BLOCK - usize::from(at) % hostile.len()
    } else {
        usize::from(at) % (part.content.len() + 1)
    };
    part.content.splice(place..place, hostile.into_bytes());
    let second = sent(&parts, &key).expect("it was sent before");
    assert_ne!(read(&second, &parts), boundary);
});

fn part(pieces: &mut Pieces<'_>) -> Part {
    let kind = pieces.bytes();
    let [name, is_file, ..] = *kind else {
        return Part {
            name: NAMES[0],
            file: None,
            content: pieces.bytes().to_vec(),
        };
    };
    let file = (is_file % 2 == 1).then(|| File {
        // Readers disagree on backslash escapes in file names.
        name: pieces.text().replace(['\\', '%'], "_"),
        content_type: pieces.text().into_owned(),
        header: Some((pieces.text().into_owned(), pieces.text().into_owned())).filter(|(name, _)| !name.is_empty()),
    });
    Part {
        name: NAMES[usize::from(name) % NAMES.len()],
        file,
        content: pieces.bytes().to_vec(),
    }
}

/// Sends them; nothing if they were refused, as they must be for a header that is none.
fn sent(parts: &[Part], key: &str) -> Option<SentRequest> {
    let mut multipart = Multipart::new();
    for part in parts {
        multipart = match &part.file {
            None => multipart.text(part.name, &*String::from_utf8_lossy(&part.content)),
            Some(file) => {
                let mut upload = Upload::from(part.content.clone())
                    .named(&*file.name)
                    .content_type(&*file.content_type);
                if let Some((name, value)) = &file.header {
                    upload = upload.header(name, value);
                }
                multipart.file(part.name, &upload, None)
            }
        };
    }
    let script = Script::new([Step::answer(200, "")]);
    let client = client(&script);
    let call = glue::Request::new(client.api(), &DESCRIPTION)
        .multipart(multipart)
        .key(IdempotencyKey::new(key).expect("a key"))
        .retries(0);
    let ended = finish(glue::send::<Text>(client, call));
    if let Err(error) = ended {
        let is_header = |file: &File| {
            let own = |name: &str| {
                ["content-disposition", "content-type"]
                    .iter()
                    .any(|own| name.eq_ignore_ascii_case(own))
            };
            let further = file.header.as_ref().is_none_or(|(name, value)| {
                HeaderName::try_from(name).is_ok() && HeaderValue::try_from(value).is_ok() && !own(name)
            });
            further && HeaderValue::try_from(&file.content_type).is_ok()
        };
        let all_headers = parts.iter().filter_map(|part| part.file.as_ref()).all(is_header);
        let is_refused = matches!(error.refusal(), Some(Refusal::Header { .. })) && !all_headers;
        assert!(is_refused || key.len() > 64, "{error}");
        return None;
    }
    script.sent().pop()
}

/// Reads the body with another reader, compares every part, and gives the boundary.
fn read(sent: &SentRequest, parts: &[Part]) -> String {
    let boundary = multer::parse_boundary(sent.header("content-type")).expect("a boundary");
    let body = sent.body.clone();
    let stream = stream::once(async move { Ok::<_, Infallible>(body) });
    let mut reader = multer::Multipart::new(stream, boundary.clone());
    for part in parts {
        let field = finish(reader.next_field()).expect("a whole body").expect("a part");
        let encoded = |name: &str| {
            percent_encoding::percent_decode_str(name)
                .decode_utf8_lossy()
                .into_owned()
        };
        assert_eq!(field.name().map(encoded).as_deref(), Some(part.name));
        assert_eq!(
            field.file_name().map(encoded),
            part.file.as_ref().map(|file| file.name.clone())
        );
        let content = match &part.file {
            None => String::from_utf8_lossy(&part.content).into_owned().into_bytes(),
            Some(file) => {
                let headers = field.headers();
                assert_eq!(
                    headers.get("content-type").map(HeaderValue::as_bytes),
                    Some(file.content_type.trim_matches([' ', '\t']).as_bytes())
                );
                if let Some((name, value)) = &file.header {
                    let came = headers.get(name).map(HeaderValue::as_bytes);
                    assert_eq!(came, Some(value.trim_matches([' ', '\t']).as_bytes()), "{name:?}");
                }
                assert_eq!(headers.len(), 2 + usize::from(file.header.is_some()));
                part.content.clone()
            }
        };
        let arrived = finish(field.bytes()).expect("a whole part");
        assert!(
            arrived == content,
            "a part of {} bytes arrived with {}",
            content.len(),
            arrived.len()
        );
        let marker = format!("--{boundary}").into_bytes();
        assert!(
            !content.windows(marker.len()).any(|window| window == marker),
            "a part holds the boundary"
        );
    }
    assert!(
        finish(reader.next_field()).expect("a whole body").is_none(),
        "there is a part more"
    );
    boundary
}
