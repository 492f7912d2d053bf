pub struct Pets<'c> { pub(crate) client: &'c Client, }
impl<'c> Pets<'c> {
    pub fn list(self) -> Call<ListPets> { Call::new(self.client, glue::request::<ListPets>(self.client)) }
    pub fn add(self, body: &Pet) -> Call<AddPet> {
        Call::new(self.client, glue::request::<AddPet>(self.client).json(body))
    }
    pub fn get(self, id: i64) -> Call<GetPet> {
        Call::new(self.client, glue::request::<GetPet>(self.client).path("id", &id))
    }
}
pub struct ListPets;
impl glue::Operation for ListPets {
    type Output = Vec<Pet>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "listPets", "GET", "/pets", );
}
impl Call<ListPets> {
    pub fn tags(self, tags: Vec<String>) -> Self {
        Self {
            request: self
                .request
                .query_as( "tags", &glue::Param::list(&tags), glue::Style::PipeDelimited, false, false, ),
            ..self
        }
    }
    pub fn limit(self, limit: i64) -> Self { self.set_query("limit", limit) }
}
pub struct AddPet;
impl glue::Operation for AddPet {
    type Output = Pet;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "addPet", "POST", "/pets", );
    const ANSWERS: &'static [u16] = &[201];
}
pub struct GetPet;
impl glue::Operation for GetPet {
    type Output = Pet;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "getPet", "GET", "/pets/{id}", );
}
impl Call<GetPet> { pub fn depth(self, depth: i32) -> Self { self.set_query("depth", depth) } }
