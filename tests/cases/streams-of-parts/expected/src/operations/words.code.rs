pub struct Words<'c> { pub(crate) client: &'c Client, }
impl<'c> Words<'c> {
    pub fn read(self) -> Call<ReadWords> { Call::new(self.client, glue::request::<ReadWords>(self.client)) }
    pub fn read_undescribed(self) -> Call<ReadUndescribed> {
        Call::new(self.client, glue::request::<ReadUndescribed>(self.client))
    }
}
pub struct ReadWords;
impl glue::Operation for ReadWords {
    type Output = Parts<glue::Text, glue::PartPlain>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readWords",
            "GET",
            "/words",
        )
        .accept("multipart/mixed");
}
pub struct ReadUndescribed;
impl glue::Operation for ReadUndescribed {
    type Output = glue::Binary;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readUndescribed",
            "PUT",
            "/words",
        )
        .accept("multipart/mixed")
        .successes(&[glue::Success::other(200, 200, "multipart/mixed")]);
}
