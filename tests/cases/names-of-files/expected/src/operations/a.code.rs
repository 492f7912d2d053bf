pub struct A<'c> { pub(crate) client: &'c Client, }
impl<'c> A<'c> { pub fn read_a(self) -> Call<ReadA> { Call::new(self.client, glue::request::<ReadA>(self.client)) } }
pub struct ReadA;
impl glue::Operation for ReadA {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readA",
            "GET",
            "/a",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
