//! `multipart/form-data` (RFC 7578) and other bodies of parts (RFC 2046): parts come in, one fixed sequence of bytes goes out.
//!
//! The bytes depend only on the parts and the key: order, names and types are fixed, and the boundary is derived from them and
//! contained in no file. A file is read once for its hash and once for sending; if it changed in between, no complete request
//! may leave.
//!
//! A client that validates its requests checks parts against the rules of their operation. Of a file, it checks only the
//! presence.

mod lay_out;

use crate::json::{self, Json};
#[cfg(feature = "tokio")]
use crate::offload::offload;
use crate::offload::{FilePlace, SpoolFile};
use crate::parameter::{Param, Style, ToParam};
use crate::refusal::Refusal;
use crate::rules::{PartValue, RequestRules, Violation};
use crate::signing::{Sha256, sha256};
use crate::transport::{BLOCK, BodySource, ChangedFile, Unopened, breathe};
use bytes::Bytes;
use std::borrow::Cow;
use std::future::poll_fn;
use std::path::PathBuf;
use std::sync::Arc;

/// Media type of bytes of which nothing more is known.
const BYTES: &str = "application/octet-stream";

/// A file to send: bytes in memory, a path that is read when the call is sent, or a spooled reader.
#[derive(Clone)]
pub struct Upload {
    content: UploadSource,
    file_name: Option<String>,
    content_type: Option<String>,
    headers: Vec<(String, String)>,
}

#[derive(Clone)]
enum UploadSource {
    Bytes(Bytes),
    File(FilePlace),
    /// Parts within a part.
    Parts(Box<Multipart>),
    /// The same, laid out.
    Laid(BodySource),
}

impl Upload {
    /// Creates an upload of bytes in memory.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self {
            content: UploadSource::Bytes(bytes.into()),
            file_name: None,
            content_type: None,
            headers: Vec::new(),
        }
    }

    /// Creates an upload of a file on disk. Its file name is the last component of the path, unless another one is set.
    pub fn from_path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let file_name = path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
        Self {
            content: UploadSource::File(FilePlace::Path(path)),
            file_name,
            content_type: None,
            headers: Vec::new(),
        }
    }

    /// Creates an upload from a reader. A reader can be read only once, and a call may have to send it again: it is copied to a
    /// temporary file, which is removed with the last copy of this upload. The content is not held in memory.
    pub fn from_read(mut reader: impl std::io::Read) -> std::io::Result<Self> {
        let mut spool = SpoolFile::create()?;
        let mut block = vec![0; BLOCK];
        loop {
            match reader.read(&mut block) {
                Ok(0) => return Ok(Self::spooled(spool)),
                Ok(size) => spool.push(&block[..size])?,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Creates an upload from an asynchronous reader, copied to a temporary file like [`from_read`](Self::from_read).
    #[cfg(feature = "tokio")]
    pub async fn from_reader(reader: impl tokio::io::AsyncRead) -> std::io::Result<Self> {
        let mut reader = std::pin::pin!(reader);
        let mut spool = offload(SpoolFile::create).await??;
        let (mut block, mut ended) = (vec![0; BLOCK], false);
        while !ended {
            let mut room = tokio::io::ReadBuf::new(&mut block);
            while room.remaining() > 0 && !ended {
                let before = room.filled().len();
                std::future::poll_fn(|context| reader.as_mut().poll_read(context, &mut room)).await?;
                ended = room.filled().len() == before;
            }
            let size = room.filled().len();
            let work = offload(move || spool.push(&block[..size]).map(|()| (spool, block)));
            (spool, block) = work.await??;
        }
        Ok(Self::spooled(spool))
    }

    fn spooled(spool: SpoolFile) -> Self {
        Self {
            content: UploadSource::File(FilePlace::Spool(Arc::new(spool))),
            file_name: None,
            content_type: None,
            headers: Vec::new(),
        }
    }

    /// Sets the file name that is sent.
    #[must_use]
    pub fn named(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = Some(file_name.into());
        self
    }

    /// Sets the media type that is sent; the default is that of the contract. If the contract has a range (`image/*`) or a list, the
    /// default follows from the end of the file name (`scan.png`), and a call without either is refused.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Adds a header to its part; a body that consists of the file alone has none.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload")
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}

impl From<Vec<u8>> for Upload {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from_bytes(bytes)
    }
}

impl From<&'static [u8]> for Upload {
    fn from(bytes: &'static [u8]) -> Self {
        Self::from_bytes(bytes)
    }
}

impl From<Bytes> for Upload {
    fn from(bytes: Bytes) -> Self {
        Self::from_bytes(bytes)
    }
}

/// The parts of a body, in order.
#[derive(Debug, Clone, Default)]
pub struct Multipart {
    parts: Vec<Part>,
    /// Values that were converted to text parts in a style.
    styled: Vec<(&'static str, Param)>,
    /// The media type of the body, if it is not `multipart/form-data`.
    media: Option<String>,
    /// True if parts are read by their position: their names are not sent.
    is_by_position: bool,
    refusal: Option<Refusal>,
}

#[derive(Debug, Clone)]
struct Part {
    name: Cow<'static, str>,
    kind: PartKind,
    upload: Upload,
}

/// The kind of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PartKind {
    Text,
    /// Text that may be a piece of a larger value.
    Styled,
    Json,
    File,
    Parts,
}

impl Multipart {
    /// Creates a body without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a body without parts, whose parts are read by their position. Their names are not sent.
    pub fn by_position() -> Self {
        Self {
            is_by_position: true,
            ..Self::default()
        }
    }

    /// Refuses the body if fewer parts are before the next one, so that it would be read as another one.
    #[must_use]
    pub fn after(mut self, count: usize, name: &str) -> Self {
        if self.parts.len() < count {
            self.refusal
                .get_or_insert_with(|| Refusal::Position { name: name.to_owned() });
        }
        self
    }

    /// Adds a part that consists of parts, of that media type.
    #[must_use]
    pub fn parts(mut self, name: impl Into<Cow<'static, str>>, mut parts: Self, media: &str) -> Self {
        if let Some(refusal) = parts.refusal.take() {
            self.refusal.get_or_insert(refusal);
        }
        let upload = Upload {
            content: UploadSource::Parts(Box::new(parts.with_media(Some(media)))),
            file_name: None,
            content_type: None,
            headers: Vec::new(),
        };
        self.part(name, PartKind::Parts, upload)
    }

    /// Adds a text part.
    #[must_use]
    pub fn text<T: ToParam + ?Sized>(self, name: impl Into<Cow<'static, str>>, value: &T) -> Self {
        self.part(name, PartKind::Text, Upload::from_bytes(value.param().into_owned()))
    }

    /// Adds the text parts of a value in a style of OpenAPI.
    #[must_use]
    pub fn styled(mut self, name: &'static str, value: &Param, style: Style, explode: bool) -> Self {
        self.styled.push((name, value.clone()));
        if let Some(delimiter) = value.ambiguous_plain(style, explode) {
            let name = name.to_owned();
            self.refusal.get_or_insert(Refusal::Delimiter { name, delimiter });
        }
        let pairs = value.plain(name, style, explode);
        pairs.into_iter().fold(self, |parts, (name, text)| {
            parts.part(name, PartKind::Styled, Upload::from_bytes(text))
        })
    }

    /// Adds a part of JSON text.
    #[must_use]
    pub fn json<T: Json>(mut self, name: impl Into<Cow<'static, str>>, value: &T) -> Self {
        match json::to_request(value) {
            Ok(bytes) => {
                let upload = Upload::from_bytes(bytes).content_type("application/json");
                self.part(name, PartKind::Json, upload)
            }
            Err(error) => {
                self.refusal.get_or_insert(Refusal::Encode(error));
                self
            }
        }
    }

    /// Adds a part of a value that may be of several kinds: a string, a number or a boolean as text, others as JSON.
    #[must_use]
    pub fn value<T: Json>(self, name: impl Into<Cow<'static, str>>, value: &T) -> Self {
        let param = Param::from_model(value);
        match param.as_scalar() {
            Some(text) => self.part(name, PartKind::Text, Upload::from_bytes(text)),
            None => self.json(name, value),
        }
    }

    /// Changes the bytes of the JSON part with this name, and adds it if there is none.
    pub(crate) fn rewrite_json(
        &mut self,
        name: &'static str,
        change: impl FnOnce(&[u8]) -> Result<Bytes, Refusal>,
    ) -> Result<(), Refusal> {
        if !self.parts.iter().any(|part| part.name == name) {
            let upload = Upload::from_bytes(&b"{}"[..]).content_type("application/json");
            self.parts.push(Part {
                name: name.into(),
                kind: PartKind::Json,
                upload,
            });
        }
        let mut parts = self
            .parts
            .iter_mut()
            .filter(|part| part.name == name && part.kind == PartKind::Json);
        match parts.next().map(|part| &mut part.upload.content) {
            Some(UploadSource::Bytes(bytes)) => *bytes = change(bytes)?,
            _ => return Err(Refusal::KeyUse("it is a member of a part, which is not JSON")),
        }
        Ok(())
    }

    /// Sets the media type of the body: another one than `multipart/form-data`, with its parameters.
    pub(crate) fn with_media(mut self, media: Option<&str>) -> Self {
        self.media = media.map(str::to_owned);
        self
    }

    /// Sets the media type of the part that was added last.
    #[must_use]
    pub fn content_type(mut self, media: &str) -> Self {
        if let Some(part) = self.parts.last_mut() {
            part.upload.content_type = Some(media.to_owned());
        }
        self
    }

    /// Returns the values of the parts with this name as plain texts; files are left out.
    pub(crate) fn plain(&self, name: &str) -> impl Iterator<Item = String> {
        let styled = self.styled.iter().filter(move |(known, _)| *known == name);
        let parts = self.parts.iter().filter(move |part| part.name == name);
        let texts = parts.filter_map(|part| match (part.kind, &part.upload.content) {
            (PartKind::Text | PartKind::Json, UploadSource::Bytes(bytes)) => {
                Some(String::from_utf8_lossy(bytes).into_owned())
            }
            _ => None,
        });
        styled.map(|(_, value)| value.to_plain()).chain(texts)
    }

    /// Adds a file. `content_type` is that of the contract; the upload's own takes precedence. If the contract has a range or a list of
    /// media types, the upload must have one.
    #[must_use]
    pub fn file(mut self, name: impl Into<Cow<'static, str>>, upload: &Upload, content_type: Option<&str>) -> Self {
        let name = name.into();
        let mut upload = upload.clone();
        match upload.media_within(content_type.unwrap_or(BYTES)).map(str::to_owned) {
            Ok(media) => upload.content_type = Some(media),
            Err(refusal) => drop(self.refusal.get_or_insert(refusal)),
        }
        if !self.is_by_position {
            upload.file_name.get_or_insert_with(|| name.clone().into_owned());
        }
        self.part(name, PartKind::File, upload)
    }

    /// Refuses the body if the next part, which the contract does not declare by name, has the name of a declared one.
    #[must_use]
    pub fn further(mut self, declared: &[&str], name: &str) -> Self {
        if declared.contains(&name) {
            self.refusal
                .get_or_insert_with(|| Refusal::Part { name: name.to_owned() });
        }
        self
    }

    fn part(mut self, name: impl Into<Cow<'static, str>>, kind: PartKind, upload: Upload) -> Self {
        let name = name.into();
        self.parts.push(Part { name, kind, upload });
        self
    }
}

/// SHA-256 of the empty text, with which most requests are signed.
const SHA256_OF_NOTHING: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41,
    0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// A body that is laid out and hashed.
#[derive(Clone)]
pub(crate) struct Payload {
    pub(crate) source: BodySource,
    pub(crate) sha256: [u8; 32],
}

impl Payload {
    pub(crate) fn from_bytes(bytes: Bytes) -> Self {
        if bytes.is_empty() {
            return Self {
                sha256: SHA256_OF_NOTHING,
                source: BodySource::default(),
            };
        }
        Self {
            sha256: sha256(&bytes),
            source: BodySource::from_bytes(bytes),
        }
    }

    /// Reads a body that was laid out before, for its digest.
    pub(crate) async fn new(source: BodySource) -> Result<Self, Refusal> {
        let sha256 = digest(&source).await?;
        Ok(Self { source, sha256 })
    }
}

/// Computes the digest of a body that was laid out before, which detects files that changed since.
async fn digest(source: &BodySource) -> Result<[u8; 32], Refusal> {
    let mut body = source.open().await.map_err(|error| refused(&error))?;
    let mut digest = Sha256::new();
    while let Some(block) = poll_fn(|context| body.poll_block(context)).await {
        digest.update(block.map_err(|error| refused(&error))?);
        breathe().await;
    }
    Ok(digest.finish())
}

/// Returns the refusal of a body that cannot be opened or read.
pub(crate) fn refused(error: &std::io::Error) -> Refusal {
    let inner = error.get_ref();
    if let Some(changed) = inner.and_then(|inner| inner.downcast_ref::<ChangedFile>()) {
        return Refusal::Changed {
            path: changed.path.display().to_string(),
        };
    }
    match inner.and_then(|inner| inner.downcast_ref::<Unopened>()) {
        Some(file) => Refusal::File {
            path: file.path.display().to_string(),
            why: file.why.clone(),
        },
        None => Refusal::File {
            path: "of an upload".into(),
            why: error.to_string(),
        },
    }
}

impl Multipart {
    /// Checks the parts against the contract, those of one name together.
    pub(crate) fn check(&self, checked: RequestRules, found: &mut Vec<Violation>) {
        let mut names: Vec<(&str, Vec<PartValue<'_>>)> = Vec::new();
        let styled = self
            .styled
            .iter()
            .map(|(name, value)| (*name, PartValue::texts(value.to_json())));
        let parts = self.parts.iter().enumerate();
        let parts = parts.filter(|(_, part)| part.kind != PartKind::Styled);
        for (name, said) in parts.map(|(at, part)| (&*part.name, part.said(at))).chain(styled) {
            match names.iter_mut().find(|(known, _)| *known == name) {
                Some((_, all)) => all.push(said),
                None => names.push((name, vec![said])),
            }
        }
        checked.parts("multipart/form-data", &names, found);
    }
}

impl Part {
    fn said(&self, at: usize) -> PartValue<'_> {
        match (self.kind, &self.upload.content) {
            (PartKind::Json, UploadSource::Bytes(bytes)) => PartValue::json(bytes),
            (PartKind::Text, UploadSource::Bytes(bytes)) => {
                PartValue::texts(json::to_vec(&String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default())
            }
            // No JSON, which every rule accepts.
            (PartKind::Parts, _) => PartValue::texts(b"parts".to_vec()),
            // Equality of files is not checked.
            _ => PartValue::texts(at.to_string().into_bytes()),
        }
    }
}

#[cfg(test)]
mod tests;
