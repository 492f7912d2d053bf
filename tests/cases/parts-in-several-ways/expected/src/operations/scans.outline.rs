pub struct Scans<'c> { pub(crate) client: &'c Client, }
impl<'c> Scans<'c> {
    pub fn add(self, body: &Scan) -> Call<AddScan>;
    pub fn replace(self, body: &Scan) -> Call<PutScan>;
}
pub struct AddScan;
impl glue::Operation for AddScan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addScan",
            "POST",
            "/scans",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct PutScan;
impl glue::Operation for PutScan {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "putScan",
            "PUT",
            "/scans",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
