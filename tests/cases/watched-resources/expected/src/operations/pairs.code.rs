pub struct Pairs<'c> { pub(crate) client: &'c Client, }
impl<'c> Pairs<'c> {
    pub fn read(self, id: &str) -> Call<ReadPair> {
        Call::new(self.client, glue::request::<ReadPair>(self.client).path("id", id))
    }
}
pub struct ReadPair;
impl glue::Operation for ReadPair {
    type Output = ReadPairResponse;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "readPair", "GET", "/pairs/{id}", );
}
impl glue::Pollable for ReadPair { fn state(_output: &Self::Output) -> glue::State<'_> { glue::State::default() } }
