pub struct AddScanRequestMultipartPages { pub album: Album, pub items: Vec<Upload>, }
impl AddScanRequestMultipartPages {
    pub fn new(album: Album) -> Self { Self { album, items: Vec::new() } }
    pub(crate) fn parts(&self) -> glue::Multipart {
        let mut parts = glue::Multipart::by_position().json("Album", &self.album);
        for value in &self.items { parts = parts.file("items", value, Some("image/png")); }
        parts
    }
}
