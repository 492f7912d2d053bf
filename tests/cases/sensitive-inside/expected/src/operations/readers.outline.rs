pub struct Readers<'c> { pub(crate) client: &'c Client, }
impl<'c> Readers<'c> { pub fn list(self) -> Call<ReadReader>; }
pub struct ReadReader;
impl glue::Operation for ReadReader {
    type Output = Reader;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "readReader", "GET", "/readers", );
}
