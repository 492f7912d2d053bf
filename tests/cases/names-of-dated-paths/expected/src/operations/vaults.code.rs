pub struct Vaults<'c> { pub(crate) client: &'c Client, }
impl<'c> Vaults<'c> {
    pub fn list(self) -> Call<GetVaults> { Call::new(self.client, glue::request::<GetVaults>(self.client)) }
}
pub struct GetVaults;
impl glue::Operation for GetVaults {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "get_vaults",
            "GET",
            "/vaults",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
