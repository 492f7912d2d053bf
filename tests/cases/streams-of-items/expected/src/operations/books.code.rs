pub struct Books<'c> { pub(crate) client: &'c Client, }
impl<'c> Books<'c> {
    pub fn read(self) -> Call<ReadBooks> { Call::new(self.client, glue::request::<ReadBooks>(self.client)) }
}
pub struct ReadBooks;
impl glue::Operation for ReadBooks {
    type Output = Lines<Book>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readBooks",
            "GET",
            "/books",
        )
        .accept("application/jsonl");
}
