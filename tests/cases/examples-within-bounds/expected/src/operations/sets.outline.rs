pub struct Sets<'c> { pub(crate) client: &'c Client, }
impl<'c> Sets<'c> { pub fn get( self, set: &GetSetSet, any: &JsonValue, map: &Map<JsonValue>, ) -> Call<GetSet>; }
pub struct GetSet;
impl glue::Operation for GetSet {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "getSet",
            "GET",
            "/sets/{set}/{any}/{map}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
