pub struct Pets<'c> { pub(crate) client: &'c Client, }
impl<'c> Pets<'c> {
    pub fn list(self) -> Call<ListPets> { Call::new(self.client, glue::request::<ListPets>(self.client)) }
    pub fn create(self, body: &Pet) -> Call<CreatePet> {
        Call::new(self.client, glue::request::<CreatePet>(self.client).json(body))
    }
    pub fn get_picture(self, id: &str) -> Call<GetPicture> {
        Call::new(self.client, glue::request::<GetPicture>(self.client).path("id", id))
    }
    pub fn set_picture( self, id: &str, body: &SetPictureRequestMultipart, ) -> Call<SetPicture> {
        Call::new( self.client, glue::request::<SetPicture>(self.client) .path("id", id) .multipart(body.parts()), )
    }
}
pub struct ListPets;
impl glue::Operation for ListPets {
    type Output = Vec<Pet>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "listPets", "GET", "/pets", );
}
impl Call<ListPets> {
    pub fn limit(self, limit: i32) -> Self { self.set_query("limit", limit) }
    pub fn tags(self, tags: Vec<String>) -> Self {
        Self {
            request: self
                .request
                .query_as( "tags", &glue::Param::list(&tags), glue::Style::Form, true, false, ),
            ..self
        }
    }
    pub fn ids(self, ids: Vec<i64>) -> Self {
        Self {
            request: self
                .request
                .query_as( "ids", &glue::Param::list(&ids), glue::Style::Form, false, false, ),
            ..self
        }
    }
    pub fn codes(self, codes: Vec<String>) -> Self {
        Self {
            request: self
                .request
                .query_as( "codes", &glue::Param::list(&codes), glue::Style::TabDelimited, false, false, ),
            ..self
        }
    }
    pub fn x_names(self, x_names: Vec<String>) -> Self {
        Self { request: self .request .header_as("X-Names", &glue::Param::list(&x_names), false), ..self }
    }
}
pub struct CreatePet;
impl glue::Operation for CreatePet {
    type Output = Pet;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "createPet", "POST", "/pets", );
    const ANSWERS: &'static [u16] = &[201];
}
impl Call<CreatePet> { pub fn limit(self, limit: i32) -> Self { self.set_query("limit", limit) } }
pub struct GetPicture;
impl glue::Operation for GetPicture {
    type Output = glue::Binary;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "getPicture",
            "GET",
            "/pets/{id}/picture",
        )
        .accept("image/png")
        .successes(&[glue::Success::other(200, 200, "image/png")]);
}
pub struct SetPicture;
impl glue::Operation for SetPicture {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "setPicture",
            "POST",
            "/pets/{id}/picture",
        )
        .security(&[&[("Grant", &["read"])]])
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
