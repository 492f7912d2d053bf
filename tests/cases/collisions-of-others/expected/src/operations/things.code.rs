pub struct Things<'c> { pub(crate) client: &'c Client, }
impl<'c> Things<'c> {
    pub fn read_thing(self) -> Call<ReadThing> { Call::new(self.client, glue::request::<ReadThing>(self.client)) }
    pub fn put_things(self) -> Call<ReadThingOperation> {
        Call::new(self.client, glue::request::<ReadThingOperation>(self.client))
    }
}
pub struct ReadThing;
impl glue::Operation for ReadThing {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "read_thing",
            "GET",
            "/things",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ReadThingOperation;
impl glue::Operation for ReadThingOperation {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readThing",
            "PUT",
            "/things",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
