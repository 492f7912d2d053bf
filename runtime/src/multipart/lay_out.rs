//! Layout of a body: parts and a key come in, the pieces of a body, their digest and the `Content-Type` go out. The same parts
//! and key must always give the same bytes.

use crate::header::{is_within, media_parameter, quoted};
use crate::multipart::{BYTES, Multipart, Part, PartKind, Payload, Upload, UploadSource, refused};
use crate::refusal::Refusal;
use crate::signing::{Sha256, hex};
use crate::transport::{BLOCK, BodyPiece, BodySource, breathe, read_through};
use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use std::fmt::Write as _;
use std::future::{Future, poll_fn};
use std::path::Path;
use std::pin::Pin;

/// Media type of text.
const PLAIN: &str = "text/plain; charset=utf-8";

/// Headers of a part that are written separately.
const OWN: [&str; 2] = ["content-disposition", "content-type"];

impl Upload {
    /// Uses the upload as the whole body. A file is read here once.
    pub(crate) async fn lay_out(self) -> Result<Payload, Refusal> {
        let (pieces, sha256) = measure(&self.content, |_| {}).await?;
        let source = BodySource::new(pieces);
        Ok(Payload { source, sha256 })
    }
}

impl Multipart {
    /// Lays the body out. Files are read here once: the boundary is derived from names and key, and searched for while the
    /// parts are hashed. Only if one contains it, which is no accident, they are read again with a boundary that is derived
    /// from their digests as well, so that none can contain it. Parts within a part are laid out first.
    pub(crate) async fn lay_out(mut self, key: &str) -> Result<(HeaderValue, Payload), Refusal> {
        if let Some(refusal) = self.refusal {
            return Err(refusal);
        }
        for (at, part) in self.parts.iter_mut().enumerate() {
            if let UploadSource::Parts(inner) = &mut part.upload.content {
                let (media, payload) = std::mem::take(&mut **inner)
                    .boxed_lay_out(format!("{key}/{at}"))
                    .await?;
                part.upload.content_type = media.to_str().ok().map(str::to_owned);
                part.upload.content = UploadSource::Laid(payload.source);
            }
        }
        let form = PartForm {
            is_form: self.media.as_deref().is_none_or(is_form),
            is_named: !self.is_by_position,
        };
        let heads = self.parts.iter().map(|part| head(part, form));
        let heads = heads.collect::<Result<Vec<_>, _>>()?;
        let mut known = Sha256::new();
        for text in [key].into_iter().chain(heads.iter().map(String::as_str)) {
            known.update((text.len() as u64).to_be_bytes());
            known.update(text);
        }
        let mut boundary = hex(&known.clone().finish()[..24]);
        let mut whole = assemble(&self.parts, &heads, &boundary).await?;
        if whole.holds_boundary {
            for digest in &whole.digests {
                known.update(digest);
            }
            boundary = hex(&known.finish()[..24]);
            whole = assemble(&self.parts, &heads, &boundary).await?;
        }
        let content_type = whole_type(self.media.as_deref(), self.parts.first(), &boundary);
        let content_type = HeaderValue::try_from(content_type).map_err(|_| Refusal::Header {
            name: "content-type".into(),
            why: "it cannot be sent as a header",
        })?;
        Ok((content_type, whole.payload))
    }
}

impl Multipart {
    /// A layout within a layout has a size that is known.
    fn boxed_lay_out(self, key: String) -> LaidOut {
        Box::pin(async move { self.lay_out(&key).await })
    }
}

type LaidOut = Pin<Box<dyn Future<Output = Result<(HeaderValue, Payload), Refusal>> + Send>>;

fn is_form(media: &str) -> bool {
    let essence = media.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("multipart/form-data")
}

/// The form of the heads of parts.
#[derive(Clone, Copy)]
struct PartForm {
    is_form: bool,
    is_named: bool,
}

/// Returns the `Content-Type` of the body. That of `multipart/related` names the type of its root, the first part (RFC 2387).
fn whole_type(media: Option<&str>, root: Option<&Part>, boundary: &str) -> String {
    let media = media.unwrap_or("multipart/form-data");
    let mut parameters = media.split(';').map(str::trim);
    let mut all = parameters.next().unwrap_or_default().to_owned();
    let is_related = all.eq_ignore_ascii_case("multipart/related") && media_parameter(media, "type").is_none();
    for one in parameters.filter(|one| !one.is_empty() && !one.to_ascii_lowercase().starts_with("boundary")) {
        let _ = write!(all, "; {one}");
    }
    if let Some(root) = root.filter(|_| is_related) {
        let essence = media_type(root).unwrap_or(PLAIN).split(';').next().unwrap_or_default();
        let _ = write!(all, "; type=\"{}\"", quoted(essence.trim()));
    }
    format!("{all}; boundary={boundary}")
}

/// Returns the media type of a part, if it is stated.
fn media_type(part: &Part) -> Option<&str> {
    part.upload.content_type.as_deref()
}

/// A body with one boundary.
struct WholeBody {
    payload: Payload,
    /// The digest of each part's content.
    digests: Vec<[u8; 32]>,
    /// `true` if a part contains the boundary.
    holds_boundary: bool,
}

/// Joins the parts and hashes them, in one pass.
async fn assemble(parts: &[Part], heads: &[String], boundary: &str) -> Result<WholeBody, Refusal> {
    let mut pieces = Vec::with_capacity(parts.len() * 2 + 1);
    let mut digests = Vec::with_capacity(parts.len());
    let mut body = Sha256::new();
    let mut holds_boundary = false;
    let mut line = "";
    for (part, head) in parts.iter().zip(heads) {
        let before = format!("{line}--{boundary}\r\n{head}\r\n");
        body.update(&before);
        pieces.push(BodyPiece::Bytes(Bytes::from(before)));
        let mut search = TextSearch::new(format!("--{boundary}"));
        let (own, sha256) = measure(&part.upload.content, |block| {
            body.update(block);
            search.look(block);
        })
        .await?;
        holds_boundary |= search.found;
        // A part that is not a file is stored as a value.
        let is_file = matches!(part.kind, PartKind::File | PartKind::Parts);
        pieces.extend(own.into_iter().map(|piece| match piece {
            BodyPiece::Upload(bytes) if !is_file => BodyPiece::Bytes(bytes),
            piece => piece,
        }));
        digests.push(sha256);
        line = "\r\n";
    }
    let end = format!("{line}--{boundary}--\r\n");
    body.update(&end);
    pieces.push(BodyPiece::Bytes(Bytes::from(end)));
    Ok(WholeBody {
        payload: Payload {
            source: BodySource::new(pieces),
            sha256: body.finish(),
        },
        digests,
        holds_boundary,
    })
}

/// Searches for a text in bytes that come in blocks.
struct TextSearch {
    wanted: Vec<u8>,
    /// Distance by which the text can be shifted, by the byte under its end (Horspool).
    shift: [usize; 256],
    /// The end of the bytes that were searched.
    seen: Vec<u8>,
    found: bool,
}

impl TextSearch {
    fn new(wanted: String) -> Self {
        let wanted = wanted.into_bytes();
        let last = wanted.len() - 1;
        let mut shift = [wanted.len(); 256];
        for (place, byte) in wanted[..last].iter().enumerate() {
            shift[usize::from(*byte)] = last - place;
        }
        Self {
            wanted,
            shift,
            seen: Vec::new(),
            found: false,
        }
    }

    fn look(&mut self, block: &[u8]) {
        let most = self.wanted.len() - 1;
        let seam = &block[..block.len().min(most)];
        self.seen.extend_from_slice(seam);
        self.found |= self.holds(&self.seen) || self.holds(block);
        if block.len() > seam.len() {
            self.seen.clear();
            self.seen.extend_from_slice(&block[block.len() - most..]);
        } else {
            let start = self.seen.len().saturating_sub(most);
            self.seen.drain(..start);
        }
    }

    fn holds(&self, bytes: &[u8]) -> bool {
        let size = self.wanted.len();
        let mut at = 0;
        while let Some(window) = bytes.get(at..at + size) {
            if window == self.wanted {
                return true;
            }
            at += self.shift[usize::from(window[size - 1])];
        }
        false
    }
}

/// Returns the header lines of a part, without the line break of the empty line.
fn head(part: &Part, form: PartForm) -> Result<String, Refusal> {
    let disposition = match part.kind {
        _ if form.is_form => "form-data",
        PartKind::File => "attachment",
        _ => "inline",
    };
    let mut head = String::new();
    let name = form.is_named.then_some(("name", &*part.name));
    let file_name = part.upload.file_name.as_deref().map(|name| ("filename", name));
    if name.is_some() || file_name.is_some() {
        let _ = write!(head, "Content-Disposition: {disposition}");
        for (word, text) in name.into_iter().chain(file_name) {
            let _ = write!(head, "; {word}=\"{}\"", quoted(text));
        }
        head.push_str("\r\n");
    }
    // Without a type, text is ASCII outside of forms (RFC 2046, section 4.1.2).
    if let Some(content_type) = media_type(part).or((!form.is_form).then_some(PLAIN)) {
        if HeaderValue::try_from(content_type).is_err() {
            return Err(Refusal::Header {
                name: "content-type".into(),
                why: "the media type of a file cannot be written as a header",
            });
        }
        head.push_str("Content-Type: ");
        head.push_str(content_type);
        head.push_str("\r\n");
    }
    for (name, value) in &part.upload.headers {
        let fits = HeaderName::try_from(name).is_ok() && HeaderValue::try_from(value).is_ok();
        if !fits || OWN.iter().any(|own| name.eq_ignore_ascii_case(own)) {
            return Err(Refusal::Header {
                name: name.clone(),
                why: "a part cannot have it",
            });
        }
        let _ = write!(head, "{name}: {value}\r\n");
    }
    Ok(head)
}

/// Computes length and digest of one part, and passes its blocks to a function.
async fn measure(content: &UploadSource, mut each: impl FnMut(&[u8])) -> Result<(Vec<BodyPiece>, [u8; 32]), Refusal> {
    match content {
        UploadSource::Bytes(bytes) => {
            let mut digest = Sha256::new();
            for block in bytes.chunks(BLOCK) {
                digest.update(block);
                each(block);
                breathe().await;
            }
            Ok((vec![BodyPiece::Upload(bytes.clone())], digest.finish()))
        }
        UploadSource::File(place) => {
            let mut digest = Sha256::new();
            let read = read_through(place, |block| {
                digest.update(block);
                each(block);
            });
            let length = read.await.map_err(|error| unreadable(place.path(), &error))?;
            let sha256 = digest.finish();
            let place = place.clone();
            Ok((vec![BodyPiece::File { place, length, sha256 }], sha256))
        }
        UploadSource::Laid(source) => {
            let mut digest = Sha256::new();
            let mut body = source.open().await.map_err(|error| refused(&error))?;
            while let Some(block) = poll_fn(|context| body.poll_block(context)).await {
                let block = block.map_err(|error| refused(&error))?;
                digest.update(&block);
                each(&block);
                breathe().await;
            }
            Ok((source.pieces().to_vec(), digest.finish()))
        }
        // They are laid out before.
        UploadSource::Parts(_) => Ok((Vec::new(), Sha256::new().finish())),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Refusal {
    Refusal::File {
        path: path.display().to_string(),
        why: error.to_string(),
    }
}

/// Media types by the ends of file names, for those of which a contract allows several.
#[rustfmt::skip]
const BY_NAME: &[(&str, &str)] = &[
    ("csv", "text/csv"), ("gif", "image/gif"), ("heic", "image/heic"), ("html", "text/html"), ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"), ("json", "application/json"), ("mp3", "audio/mpeg"), ("mp4", "video/mp4"), ("pdf", "application/pdf"),
    ("png", "image/png"), ("svg", "image/svg+xml"), ("tif", "image/tiff"), ("tiff", "image/tiff"), ("txt", "text/plain"),
    ("wav", "audio/wav"), ("webp", "image/webp"), ("xml", "application/xml"), ("zip", "application/zip"),
];

impl Upload {
    /// Returns the media type that is sent where the contract has this type, range or list: the upload's own, else of a range
    /// or list that of the file name. It is a refusal if nothing names one that the contract allows.
    pub(crate) fn media_within<'a>(&'a self, contract: &'a str) -> Result<&'a str, Refusal> {
        let refused = |why| {
            let name = "content-type".into();
            Err(Refusal::Header { name, why })
        };
        if let Some(own) = self.content_type.as_deref() {
            return Ok(own);
        }
        if !contract.contains(['*', ',']) {
            if contract.starts_with("multipart/") && media_parameter(contract, "boundary").is_none() {
                return refused("the contract has no boundary: set it with `Upload::content_type`");
            }
            return Ok(contract);
        }
        let mut known = self.media_by_name().into_iter().chain([BYTES]);
        match known.find(|media| contract.split(',').any(|range| is_within(media, range))) {
            Some(media) => Ok(media),
            None => {
                refused("the contract allows several media types: set the one of the file with `Upload::content_type`")
            }
        }
    }

    fn media_by_name(&self) -> Option<&'static str> {
        let path = match &self.content {
            UploadSource::File(place) => Some(place.path()),
            _ => None,
        };
        let name = self.file_name.as_deref().map(Path::new).or(path)?;
        let end = name.extension()?.to_str()?;
        let mut known = BY_NAME.iter();
        known
            .find(|(known, _)| known.eq_ignore_ascii_case(end))
            .map(|(_, media)| *media)
    }
}
