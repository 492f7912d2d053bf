pub struct Rooms<'c> { pub(crate) client: &'c Client, }
impl<'c> Rooms<'c> {
    pub fn read(self, id: &str) -> Call<ReadRoom> {
        Call::new(self.client, glue::request::<ReadRoom>(self.client).path("id", id))
    }
}
pub struct ReadRoom;
impl glue::Operation for ReadRoom {
    type Output = ReadRoomResponse;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "readRoom", "GET", "/rooms/{id}", );
}
