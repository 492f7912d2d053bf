pub struct Albums<'c> { pub(crate) client: &'c Client, }
impl<'c> Albums<'c> {
    pub fn read(self) -> Call<ReadAlbums> { Call::new(self.client, glue::request::<ReadAlbums>(self.client)) }
    pub fn read_pair(self) -> Call<ReadPair> { Call::new(self.client, glue::request::<ReadPair>(self.client)) }
    pub fn read_with_cover(self) -> Call<ReadAlbumWithCover> {
        Call::new(self.client, glue::request::<ReadAlbumWithCover>(self.client))
    }
}
pub struct ReadAlbums;
impl glue::Operation for ReadAlbums {
    type Output = Parts<Album>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readAlbums",
            "GET",
            "/albums",
        )
        .accept("multipart/mixed");
}
pub struct ReadPair;
impl glue::Operation for ReadPair {
    type Output = Parts<JsonValue>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readPair",
            "POST",
            "/albums",
        )
        .accept("multipart/mixed");
}
pub struct ReadAlbumWithCover;
impl glue::Operation for ReadAlbumWithCover {
    type Output = Parts<glue::Binary, glue::PartPlain>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readAlbumWithCover",
            "PUT",
            "/albums",
        )
        .accept("multipart/related");
}
