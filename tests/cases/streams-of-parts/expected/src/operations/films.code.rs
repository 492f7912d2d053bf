pub struct Films<'c> { pub(crate) client: &'c Client, }
impl<'c> Films<'c> {
    pub fn read(self) -> Call<ReadFilm> { Call::new(self.client, glue::request::<ReadFilm>(self.client)) }
}
pub struct ReadFilm;
impl glue::Operation for ReadFilm {
    type Output = Parts<glue::Binary, glue::PartPlain>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readFilm",
            "GET",
            "/films",
        )
        .accept("multipart/byteranges");
    const ANSWERS: &'static [u16] = &[206];
}
