//! The multipart schema `ScanRequest`.

use sdkwright_runtime::{Upload, glue};

/// A scan of a page.
#[derive(Debug, Clone)]
pub struct ScanRequest {
    pub scan: Upload,
    pub kind: String,
    pub title: Option<String>,
}

impl ScanRequest {
    pub fn new(scan: impl Into<Upload>, kind: impl Into<String>) -> Self {
        Self {
            scan: scan.into(),
            kind: kind.into(),
            title: None,
        }
    }

    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    pub(crate) fn parts(&self) -> glue::Multipart {
        let mut parts = glue::Multipart::new();
        parts = parts.file("scan", &self.scan, None);
        parts = parts.text("kind", &self.kind);
        if let Some(title) = &self.title {
            parts = parts.text("title", title);
        }
        parts
    }
}
