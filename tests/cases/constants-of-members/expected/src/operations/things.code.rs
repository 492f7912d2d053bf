pub struct Things<'c> { pub(crate) client: &'c Client, }
impl<'c> Things<'c> {
    pub fn replace(self, body: &Thing) -> Call<PutThing> {
        Call::new(self.client, glue::request::<PutThing>(self.client).json(body))
    }
}
pub struct PutThing;
impl glue::Operation for PutThing {
    type Output = Thing;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "putThing", "PUT", "/things", );
}
