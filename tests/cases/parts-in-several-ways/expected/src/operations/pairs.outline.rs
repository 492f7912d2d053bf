pub struct Pairs<'c> { pub(crate) client: &'c Client, }
impl<'c> Pairs<'c> { pub fn add(self, body: &Pair) -> Call<AddPair>; }
pub struct AddPair;
impl glue::Operation for AddPair {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addPair",
            "POST",
            "/pairs",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
