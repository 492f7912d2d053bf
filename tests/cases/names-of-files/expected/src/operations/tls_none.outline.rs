pub struct TlsNone<'c> { pub(crate) client: &'c Client, }
impl<'c> TlsNone<'c> { pub fn read_h(self) -> Call<ReadH>; }
pub struct ReadH;
impl glue::Operation for ReadH {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readH",
            "GET",
            "/h",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
