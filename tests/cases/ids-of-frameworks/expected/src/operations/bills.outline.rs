pub struct Bills<'c> { pub(crate) client: &'c Client, }
impl<'c> Bills<'c> {
    pub fn find_all(self) -> Call<FindAll1>;
    pub fn pay_1(self) -> Call<Pay1>;
    pub fn pay(self) -> Call<Pay>;
}
pub struct FindAll1;
impl glue::Operation for FindAll1 {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "findAll_1",
            "GET",
            "/v1/bills",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct Pay1;
impl glue::Operation for Pay1 {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "pay_1",
            "POST",
            "/v1/bills",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct Pay;
impl glue::Operation for Pay {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "pay",
            "PUT",
            "/v1/bills",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
