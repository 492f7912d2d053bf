//! The request of an intent as bytes: a line of JSON that says everything but the body, and the body behind it.

use std::path::PathBuf;
use std::time::Duration;

use sdkwright_runtime::clock::Moment;
use sdkwright_runtime::journal::{Echo, Intent, Piece, Promise, Seal};
use sdkwright_runtime::security::Security;
use serde::{Deserialize, Serialize};

use crate::entry::{Entry, VERSION};
use crate::error::StoreError;
use crate::keys::unhex;

#[derive(Serialize, Deserialize)]
struct StoredRequest {
    method: String,
    template: String,
    origin: String,
    target: String,
    headers: Vec<(String, String)>,
    #[serde(default)]
    security: Option<Security>,
    arguments: Vec<(String, String)>,
    // Rows of version 0 have neither: their files and origins are still read.
    #[serde(default)]
    repeats: Vec<Echo>,
    #[serde(default)]
    promise: Promise,
    find: Option<String>,
    body: Vec<StoredPart>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StoredPart {
    Bytes(usize),
    File {
        path: PathBuf,
        length: u64,
        sha256: [u8; 32],
    },
    Gone {
        length: u64,
        sha256: [u8; 32],
    },
}

/// Writes the request of an intent. The content of an upload must have been put elsewhere before.
pub(crate) fn write(intent: &Intent) -> Result<Vec<u8>, StoreError> {
    let mut bodies: Vec<&[u8]> = Vec::new();
    let mut body = Vec::with_capacity(intent.body.len());
    for piece in &intent.body {
        body.push(match piece {
            Piece::Bytes(bytes) => {
                bodies.push(bytes);
                StoredPart::Bytes(bytes.len())
            }
            Piece::File { path, length, sha256 } => StoredPart::File {
                path: path.clone(),
                length: *length,
                sha256: *sha256,
            },
            Piece::Gone { length, sha256 } => StoredPart::Gone {
                length: *length,
                sha256: *sha256,
            },
            Piece::Upload { .. } => {
                return Err(StoreError::Broken("the content of an upload is not stored here".into()));
            }
        });
    }
    let written = StoredRequest {
        method: intent.method.clone(),
        template: intent.template.clone(),
        origin: intent.origin.clone(),
        target: intent.target.clone(),
        headers: intent.headers.clone(),
        security: intent.security.clone(),
        arguments: intent.arguments.clone(),
        repeats: intent.echoes.clone(),
        promise: intent.promise.clone(),
        find: intent.find.clone(),
        body,
    };
    let mut out = serde_json::to_vec(&written).map_err(|error| StoreError::Broken(error.to_string()))?;
    out.push(b'\n');
    for bytes in bodies {
        out.extend_from_slice(bytes);
    }
    Ok(out)
}

/// The line of JSON, and the body.
fn parse<'r>(key: &str, request: &'r [u8]) -> Result<(StoredRequest, &'r [u8]), StoreError> {
    let broken = || StoreError::Broken(format!("`{key}`: its request"));
    let end = request.iter().position(|byte| *byte == b'\n').ok_or_else(broken)?;
    let (line, rest) = request.split_at(end);
    let written = serde_json::from_slice(line).map_err(|_| broken())?;
    Ok((written, &rest[1..]))
}

/// The files that the request of a row names; none where it has none any more.
pub(crate) fn files(key: &str, request: Option<&[u8]>) -> Result<Vec<PathBuf>, StoreError> {
    let Some(request) = request else {
        return Ok(Vec::new());
    };
    let parts = parse(key, request)?.0.body.into_iter();
    Ok(parts
        .filter_map(|part| match part {
            StoredPart::File { path, .. } => Some(path),
            _ => None,
        })
        .collect())
}

/// The intent of an entry that is not settled.
pub(crate) fn intent(entry: &Entry, now: Moment) -> Result<Intent, StoreError> {
    let broken = |what: &str| StoreError::Broken(format!("`{}`: {what}", entry.key));
    if entry.head.version != VERSION {
        return Err(StoreError::OtherVersion {
            key: entry.key.clone(),
            version: entry.head.version,
        });
    }
    let request = entry
        .request
        .as_deref()
        .ok_or_else(|| broken("its request is no longer stored"))?;
    let (written, mut rest) = parse(&entry.key, request)?;
    let mut body = Vec::with_capacity(written.body.len());
    for part in written.body {
        body.push(match part {
            StoredPart::Bytes(length) => {
                let (bytes, behind) = rest.split_at_checked(length).ok_or_else(|| broken("its body"))?;
                rest = behind;
                Piece::Bytes(bytes.to_vec().into())
            }
            StoredPart::File { path, length, sha256 } => Piece::File { path, length, sha256 },
            StoredPart::Gone { length, sha256 } => Piece::Gone { length, sha256 },
        });
    }
    Ok(Intent {
        key: entry.key.clone(),
        operation: entry.head.operation.clone(),
        sender: entry.sender.clone(),
        seal: Seal::default(),
        method: written.method,
        template: written.template,
        origin: written.origin,
        target: written.target,
        headers: written.headers,
        security: written.security,
        body,
        sha256: unhex(&entry.head.sha256).ok_or_else(|| broken("its digest"))?,
        arguments: written.arguments,
        echoes: written.repeats,
        subject: entry.subject.clone(),
        request_id: None,
        resource: None,
        members: entry.head.members.clone(),
        promise: written.promise,
        evidence: entry.evidence.clone().map(Into::into),
        later: entry.head.later.clone(),
        find: written.find,
        at: now.at,
        offset: now.offset,
        lease: Duration::ZERO,
        freshness: entry.head.freshness.map(Duration::from_secs),
        retention: entry.head.retention.map(Duration::from_secs),
    })
}

/// Returns the target of an entry's request; `None` without a request, or if it cannot be read.
pub(crate) fn origin(entry: &Entry) -> Option<String> {
    let (written, _) = parse(&entry.key, entry.request.as_deref()?).ok()?;
    Some(written.origin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::tests::entry;

    /// A request as the release before versions wrote it.
    const EARLIER: &str = r#"{"method":"POST","template":"/things","origin":"https://api.example.com","target":"/things","headers":[],"security":null,"arguments":[],"echoes":[["/reference","wd-1"]],"ids":[["ThingId","/thingId"]],"successes":[[201,201,["application/json",["/thingId"]]]],"find":null,"body":[{"file":{"path":"/spool/a","length":1,"sha256":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}}]}
"#;

    #[test]
    fn an_intent_of_another_release_is_not_sent_and_keeps_its_files() {
        let mut entry = entry();
        entry.request = Some(EARLIER.as_bytes().to_vec());
        let error = intent(&entry, 0.into()).unwrap_err();
        assert!(matches!(error, StoreError::OtherVersion { version: 0, .. }));
        assert!(error.advice().contains("Let that release finish it"), "{error}");
        assert_eq!(
            files("k", entry.request.as_deref()).unwrap(),
            [PathBuf::from("/spool/a")]
        );
        assert_eq!(origin(&entry).as_deref(), Some("https://api.example.com"));
        entry.head.version = VERSION;
        assert!(!matches!(
            intent(&entry, 0.into()),
            Err(StoreError::OtherVersion { .. })
        ));
    }
}
