pub struct Others<'c> { pub(crate) client: &'c Client, }
impl<'c> Others<'c> { pub fn add(self, body: &Scan) -> Call<AddOther>; }
pub struct AddOther;
impl glue::Operation for AddOther {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addOther",
            "POST",
            "/others",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
