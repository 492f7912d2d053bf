pub struct Things<'c> { pub(crate) client: &'c Client, }
impl<'c> Things<'c> { pub fn read(self) -> Call<ReadThings>; }
pub struct ReadThings;
impl glue::Operation for ReadThings {
    type Output = crate::models::Things;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "readThings", "GET", "/things", );
}
