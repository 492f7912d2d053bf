//! Intents as bytes: for the rows of a journal, and for other processes and machines. One format: a line of JSON has all but the
//! body, and the body follows it. Before them, a portable intent has its seal, and a line of what a journal keeps in columns.
//!
//! No credential is written. Changed bytes must never become an intent.

use super::{Intent, Piece, Seal, Sender};
use crate::arrived::{Echo, Promise};
use crate::json::{self, Json, Value, Writer};
use crate::scheme::Security;
use crate::signing;
use bytes::Bytes;
use std::path::PathBuf;
use std::time::Duration;

/// The version of portable intents.
const VERSION: u32 = 1;

/// The first word of a portable intent.
const MAGIC: &[u8] = b"intent ";

/// The name of the seal of a client without a secret.
const UNSEALED: &str = "-";

/// Separates these seals from those of rows.
const CONTEXT: &[u8] = b"a portable intent, version 1";

/// An intent that has no bytes, or bytes that are not an intent of this client. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IntentError {
    /// The bytes are something else.
    #[error("these bytes are not an intent: pass all that `Intent::to_bytes` returned")]
    NoIntent,
    /// Another release wrote it.
    #[error(
        "the intent has version {version}, and this release reads version 1: execute it with the release that wrote it"
    )]
    OtherVersion {
        /// Its version.
        version: u32,
    },
    /// Its end is missing.
    #[error("the intent is cut off: restore all of its bytes")]
    CutOff,
    /// Its seal is that of another secret, or it has none.
    #[error(
        "no secret of this client sealed the intent: pass the earlier one as `previous_secret`, if the secret changed"
    )]
    OtherSecret,
    /// A byte was changed.
    #[error("the intent was changed after it was written: look the action up by your reference")]
    Changed,
    /// A client with another base URL or client id wrote it.
    #[error("the intent belongs to another base URL or client id: use the client that wrote it")]
    AnotherSender,
    /// It is an intent of another operation.
    #[error("the intent is one of `{operation}`: read it as that operation")]
    AnotherOperation {
        /// Its operation.
        operation: String,
    },
    /// Its body has a file or an upload.
    #[error("its body has an upload, which an intent cannot contain: use a client with a journal and `.spool(..)`")]
    Upload,
}

impl Intent {
    /// Returns the request as bytes, for the row of a journal. [`IntentError::Upload`]: put the content of uploads elsewhere first.
    pub fn to_request(&self) -> Result<Vec<u8>, IntentError> {
        let mut body = Vec::with_capacity(self.body.len());
        for piece in &self.body {
            body.push(StoredPiece::new(piece)?);
        }
        let mut out = written(&StoredRequest {
            method: self.method.clone(),
            template: self.template.clone(),
            origin: self.origin.clone(),
            target: self.target.clone(),
            headers: self.headers.clone(),
            security: self.security.clone(),
            arguments: self.arguments.clone(),
            repeats: Some(self.echoes.clone()),
            promise: Some(self.promise.clone()),
            find: self.find.clone(),
            body,
        })?;
        for piece in &self.body {
            if let Piece::Bytes(bytes) = piece {
                out.extend_from_slice(bytes);
            }
        }
        Ok(out)
    }

    /// Reads the request in the row of a journal. All values that are not part of the request are empty.
    pub fn from_request(request: &[u8]) -> Result<Self, IntentError> {
        let (read, mut rest): (StoredRequest, _) = line(request)?;
        let mut body = Vec::with_capacity(read.body.len());
        for piece in read.body {
            body.push(piece.piece(&mut rest).ok_or(IntentError::Changed)?);
        }
        Ok(Self {
            key: String::new(),
            operation: String::new(),
            sender: Sender {
                client_id: None,
                base_url: String::new(),
            },
            seal: Seal::default(),
            method: read.method,
            template: read.template,
            origin: read.origin,
            target: read.target,
            headers: read.headers,
            security: read.security,
            body,
            sha256: [0; 32],
            arguments: read.arguments,
            echoes: read.repeats.unwrap_or_default(),
            subject: None,
            request_id: None,
            resource: None,
            members: Vec::new(),
            promise: read.promise.unwrap_or_default(),
            evidence: None,
            later: Vec::new(),
            find: read.find,
            at: 0,
            offset: None,
            first: None,
            lease: Duration::ZERO,
            retention: None,
            freshness: None,
        })
    }

    /// Returns the intent as sealed bytes. Values that the client and the operation give again are not part of them.
    pub(crate) fn to_portable(&self) -> Result<Vec<u8>, IntentError> {
        let is_file = |piece: &Piece| !matches!(piece, Piece::Bytes(_));
        if self.body.iter().any(is_file) {
            return Err(IntentError::Upload);
        }
        let evidence = self
            .evidence
            .as_ref()
            .map(|text| String::from_utf8_lossy(text).into_owned());
        let mut content = written(&Action {
            key: self.key.clone(),
            operation: self.operation.clone(),
            client_id: self.sender.client_id.clone(),
            base_url: self.sender.base_url.clone(),
            sha256: self.sha256.to_vec(),
            evidence,
            at: self.at,
            offset: self.offset,
        })?;
        content.extend(self.to_request()?);
        let name = self.seal.name().unwrap_or(UNSEALED);
        let mac = self.seal.sign(&[CONTEXT, &content]);
        let mut out = format!("intent {VERSION} {} {name}\n", content.len()).into_bytes();
        out.extend(mac.unwrap_or_else(|| signing::sha256(&content)));
        out.extend(content);
        Ok(out)
    }

    /// Reads sealed bytes, and verifies them with the keys of a client.
    pub(crate) fn from_portable(bytes: &[u8], seal: &Seal) -> Result<Self, IntentError> {
        let content = unsealed(bytes, seal)?;
        let (read, request): (Action, _) = line(content)?;
        Ok(Self {
            key: read.key,
            operation: read.operation,
            sender: Sender {
                client_id: read.client_id,
                base_url: read.base_url,
            },
            seal: seal.clone(),
            sha256: read.sha256.try_into().map_err(|_| IntentError::Changed)?,
            evidence: read.evidence.map(Bytes::from),
            at: read.at,
            offset: read.offset,
            ..Self::from_request(request)?
        })
    }
}

/// Returns the content after the seal, if a key of the seal signed it.
fn unsealed<'b>(bytes: &'b [u8], seal: &Seal) -> Result<&'b [u8], IntentError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(IntentError::NoIntent)?;
    let (head, rest) = split(rest).ok_or(IntentError::CutOff)?;
    let head = std::str::from_utf8(head).map_err(|_| IntentError::NoIntent)?;
    let mut words = head.split(' ');
    let mut word = || words.next().ok_or(IntentError::NoIntent);
    let version = word()?.parse().map_err(|_| IntentError::NoIntent)?;
    if version != VERSION {
        return Err(IntentError::OtherVersion { version });
    }
    let length: usize = word()?.parse().map_err(|_| IntentError::Changed)?;
    let name = word()?;
    let (mac, content) = rest.split_at_checked(32).ok_or(IntentError::CutOff)?;
    if content.len() < length {
        return Err(IntentError::CutOff);
    }
    let is_sealed = match seal.name() {
        None if name == UNSEALED => mac == signing::sha256(content),
        Some(own) if own == name || seal.earlier().any(|earlier| earlier == name) => {
            seal.verifies(name, mac, &[CONTEXT, content])
        }
        _ => return Err(IntentError::OtherSecret),
    };
    let is_intact = is_sealed && content.len() == length;
    is_intact.then_some(content).ok_or(IntentError::Changed)
}

/// Splits bytes after their first line.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at(end);
    Some((line, rest.get(1..)?))
}

/// Reads a line of JSON, and returns the bytes after it.
fn line<T: Json>(bytes: &[u8]) -> Result<(T, &[u8]), IntentError> {
    let (line, rest) = split(bytes).ok_or(IntentError::Changed)?;
    let read = json::from_slice(line).map_err(|_| IntentError::Changed)?;
    Ok((read, rest))
}

/// Writes a line of JSON.
fn written<T: Json>(value: &T) -> Result<Vec<u8>, IntentError> {
    let mut out = json::to_vec(value).map_err(|_| IntentError::Changed)?;
    out.push(b'\n');
    Ok(out)
}

/// The values of a portable intent that a journal keeps in columns.
struct Action {
    key: String,
    operation: String,
    client_id: Option<String>,
    base_url: String,
    sha256: Vec<u8>,
    evidence: Option<String>,
    at: i64,
    offset: Option<i64>,
}

/// The request of an intent, without the bytes of its body.
struct StoredRequest {
    method: String,
    template: String,
    origin: String,
    target: String,
    headers: Vec<(String, String)>,
    security: Option<Security>,
    arguments: Vec<(String, String)>,
    // Rows of version 0 have neither: their files and origins are still read.
    repeats: Option<Vec<Echo>>,
    promise: Option<Promise>,
    find: Option<String>,
    body: Vec<StoredPiece>,
}

enum StoredPiece {
    Bytes(u64),
    File(StoredFile),
    Gone(StoredFile),
}

struct StoredFile {
    path: Option<String>,
    length: u64,
    sha256: Vec<u8>,
}

impl StoredPiece {
    fn new(piece: &Piece) -> Result<Self, IntentError> {
        Ok(match piece {
            Piece::Bytes(bytes) => Self::Bytes(bytes.len() as u64),
            Piece::File { path, length, sha256 } => Self::File(StoredFile {
                path: Some(path.to_str().ok_or(IntentError::Upload)?.to_owned()),
                length: *length,
                sha256: sha256.to_vec(),
            }),
            Piece::Gone { length, sha256 } => Self::Gone(StoredFile {
                path: None,
                length: *length,
                sha256: sha256.to_vec(),
            }),
            Piece::Upload { .. } => return Err(IntentError::Upload),
        })
    }

    /// Returns the piece; its bytes are taken from the body.
    fn piece(self, body: &mut &[u8]) -> Option<Piece> {
        Some(match self {
            Self::Bytes(length) => {
                let (bytes, rest) = body.split_at_checked(usize::try_from(length).ok()?)?;
                *body = rest;
                Piece::Bytes(Bytes::copy_from_slice(bytes))
            }
            Self::File(file) => Piece::File {
                path: PathBuf::from(file.path?),
                length: file.length,
                sha256: file.sha256.try_into().ok()?,
            },
            Self::Gone(file) => Piece::Gone {
                length: file.length,
                sha256: file.sha256.try_into().ok()?,
            },
        })
    }
}

/// Implements reading and writing of an object whose members all work alike.
macro_rules! record {
    ($type:ident { $($field:ident),* }) => {
        impl Json for $type {
            fn read(value: Value<'_>) -> Self {
                Self { $($field: value.get(stringify!($field))),* }
            }

            fn write(&self, w: &mut Writer) {
                w.begin(stringify!($type))$(.put(stringify!($field), &self.$field))*.end();
            }
        }
    };
}

record!(Action {
    key,
    operation,
    client_id,
    base_url,
    sha256,
    evidence,
    at,
    offset
});
record!(StoredRequest {
    method,
    template,
    origin,
    target,
    headers,
    security,
    arguments,
    repeats,
    promise,
    find,
    body
});
record!(StoredFile { path, length, sha256 });

impl Json for StoredPiece {
    fn read(value: Value<'_>) -> Self {
        let (file, gone): (Option<StoredFile>, Option<StoredFile>) = (value.get("file"), value.get("gone"));
        match (file, gone) {
            (Some(file), _) => Self::File(file),
            (None, Some(gone)) => Self::Gone(gone),
            (None, None) => Self::Bytes(value.get("bytes")),
        }
    }

    fn write(&self, w: &mut Writer) {
        let w = w.begin("StoredPiece");
        match self {
            Self::Bytes(length) => w.put("bytes", length),
            Self::File(file) => w.put("file", file),
            Self::Gone(file) => w.put("gone", file),
        };
        w.end();
    }
}

#[cfg(test)]
mod tests;
