//! The request of an intent in its row. The runtime writes and reads it.

use std::path::PathBuf;

use sdkwright_runtime::clock::Moment;
use sdkwright_runtime::journal::{Intent, Piece};

use crate::entry::{Entry, VERSION};
use crate::error::StoreError;
use crate::keys::unhex;

/// Writes the request of an intent. The content of an upload must have been put elsewhere before.
pub(crate) fn write(intent: &Intent) -> Result<Vec<u8>, StoreError> {
    intent
        .to_request()
        .map_err(|error| StoreError::Broken(error.to_string()))
}

fn read(key: &str, request: &[u8]) -> Result<Intent, StoreError> {
    Intent::from_request(request).map_err(|_| StoreError::Broken(format!("`{key}`: its request")))
}

/// The files that the request of a row names; none where it has none any more.
pub(crate) fn files(key: &str, request: Option<&[u8]>) -> Result<Vec<PathBuf>, StoreError> {
    let Some(request) = request else {
        return Ok(Vec::new());
    };
    let pieces = read(key, request)?.body.into_iter();
    Ok(pieces
        .filter_map(|piece| match piece {
            Piece::File { path, .. } => Some(path),
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
    let request = entry.request.as_deref();
    let request = request.ok_or_else(|| broken("its request is no longer stored"))?;
    Ok(Intent {
        key: entry.key.clone(),
        operation: entry.head.operation.clone(),
        sender: entry.sender.clone(),
        sha256: unhex(&entry.head.sha256).ok_or_else(|| broken("its digest"))?,
        subject: entry.subject.clone(),
        members: entry.head.members.clone(),
        evidence: entry.evidence.clone().map(Into::into),
        later: entry.head.later.clone(),
        at: now.at,
        offset: now.offset,
        freshness: entry.head.freshness.map(std::time::Duration::from_secs),
        retention: entry.head.retention.map(std::time::Duration::from_secs),
        ..read(&entry.key, request)?
    })
}

/// Returns the target of an entry's request; `None` without a request, or if it cannot be read.
pub(crate) fn origin(entry: &Entry) -> Option<String> {
    Some(read(&entry.key, entry.request.as_deref()?).ok()?.origin)
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
