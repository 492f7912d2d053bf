pub struct Shelves<'c> { pub(crate) client: &'c Client, }
impl<'c> Shelves<'c> {
    pub fn find_all(self) -> Call<ShelvesFindAll>;
    pub fn create(self) -> Call<ShelfCreateV1>;
    pub fn fill(self) -> Call<AppFill>;
}
pub struct ShelvesFindAll;
impl glue::Operation for ShelvesFindAll {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "ShelvesController_findAll",
            "GET",
            "/v1/shelves",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ShelfCreateV1;
impl glue::Operation for ShelfCreateV1 {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "ShelfController_create_v1",
            "POST",
            "/v1/shelves",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct AppFill;
impl glue::Operation for AppFill {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "AppController_fill",
            "PUT",
            "/v1/shelves",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
