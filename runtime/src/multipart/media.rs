//! The media type of an upload: its own, its name and the contract's range or list come in, the type to send or a refusal goes out.

use std::path::Path;

use super::{BYTES, Content, Upload};
use crate::media::{is_within, media_parameter};
use crate::refusal::Refusal;

/// Media types by the ends of file names, for those of which a contract allows several.
const BY_NAME: &[(&str, &str)] = &[
    ("csv", "text/csv"),
    ("gif", "image/gif"),
    ("heic", "image/heic"),
    ("html", "text/html"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("json", "application/json"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("txt", "text/plain"),
    ("wav", "audio/wav"),
    ("webp", "image/webp"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
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
            Content::File(place) => Some(place.path()),
            Content::Bytes(_) => None,
        };
        let name = self.file_name.as_deref().map(Path::new).or(path)?;
        let end = name.extension()?.to_str()?;
        let mut known = BY_NAME.iter();
        known
            .find(|(known, _)| known.eq_ignore_ascii_case(end))
            .map(|(_, media)| *media)
    }
}
