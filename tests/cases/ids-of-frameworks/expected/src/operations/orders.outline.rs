pub struct Orders<'c> { pub(crate) client: &'c Client, }
impl<'c> Orders<'c> { pub fn find_all(self) -> Call<FindAll>; pub fn step_1(self) -> Call<Step1>; }
pub struct FindAll;
impl glue::Operation for FindAll {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "findAll",
            "GET",
            "/v1/orders",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct Step1;
impl glue::Operation for Step1 {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "step_1",
            "POST",
            "/v1/orders",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
