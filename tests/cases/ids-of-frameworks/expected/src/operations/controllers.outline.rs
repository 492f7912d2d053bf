pub struct Controllers<'c> { pub(crate) client: &'c Client, }
impl<'c> Controllers<'c> { pub fn list(self) -> Call<ControllersControllerList>; }
pub struct ControllersControllerList;
impl glue::Operation for ControllersControllerList {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "ControllersController_list",
            "GET",
            "/v1/controllers",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
