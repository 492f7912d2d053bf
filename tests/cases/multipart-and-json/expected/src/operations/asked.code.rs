pub struct Asked<'c> { pub(crate) client: &'c Client, }
impl<'c> Asked<'c> {
    pub fn ask_for(self) -> Call<AskFor> { Call::new(self.client, glue::request::<AskFor>(self.client)) }
    pub fn add(self, body: &AddAskedParts) -> Call<AddAsked> {
        Call::new( self.client, glue::request::<AddAsked>(self.client).multipart(body.parts()), )
    }
    pub fn add_told(self, body: &AddToldParts) -> Call<AddTold> {
        Call::new( self.client, glue::request::<AddTold>(self.client).multipart(body.parts()), )
    }
}
pub struct AskFor;
impl glue::Operation for AskFor {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "askFor",
            "GET",
            "/asked",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
impl Call<AskFor> {
    pub fn like(self, like: crate::models::AddAsked) -> Self {
        Self {
            request: self
                .request
                .query_as( "like", &glue::Param::json(&like), glue::Style::Form, false, false, ),
            ..self
        }
    }
}
pub struct AddAsked;
impl glue::Operation for AddAsked {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addAsked",
            "POST",
            "/asked",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct AddTold;
impl glue::Operation for AddTold {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addTold",
            "PUT",
            "/asked",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
