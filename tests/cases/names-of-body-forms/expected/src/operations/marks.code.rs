pub struct Marks<'c> { pub(crate) client: &'c Client, }
impl<'c> Marks<'c> {
    pub fn read_mark(self) -> Call<ReadMark> { Call::new(self.client, glue::request::<ReadMark>(self.client)) }
    pub fn read_answer(self) -> Call<ReadMarkAnswer> {
        Call::new(self.client, glue::request::<ReadMarkAnswer>(self.client))
    }
    pub fn read(self) -> Call<Read> { Call::new(self.client, glue::request::<Read>(self.client)) }
}
pub struct ReadMark;
impl glue::Operation for ReadMark {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readMark",
            "GET",
            "/marks",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ReadMarkAnswer;
impl glue::Operation for ReadMarkAnswer {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readMarkAnswer",
            "PUT",
            "/marks",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct Read;
impl glue::Operation for Read {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "read",
            "POST",
            "/marks",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
