pub struct Shelves<'c> { pub(crate) client: &'c Client, }
impl<'c> Shelves<'c> {
    pub fn read_shelf(self) -> Call<ReadShelf> { Call::new(self.client, glue::request::<ReadShelf>(self.client)) }
}
pub struct ReadShelf;
impl glue::Operation for ReadShelf {
    type Output = Vec<Book>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "readShelf", "GET", "/shelves", );
}
