pub struct Items<'c> { pub(crate) client: &'c Client, }
impl<'c> Items<'c> {
    pub fn list_vault_items(self, v: &str) -> Call<GetVaultItems>;
    pub fn delete_vault_item( self, required: DeleteVaultItemRequired<'_>, ) -> Call<DeleteVaultItem>;
    pub fn get(self, i: &str) -> Call<GetItem>;
    pub fn create_note(self, i: &str) -> Call<CreateItemNote>;
    pub fn list_items(self, i: &str) -> Call<GetItems>;
}
pub struct GetVaultItems;
impl glue::Operation for GetVaultItems {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "GetVaultItems",
            "GET",
            "/vaults/{v}/items",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct DeleteVaultItem;
impl glue::Operation for DeleteVaultItem {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "DeleteVaultItem",
            "DELETE",
            "/vaults/{v}/items/{i}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct DeleteVaultItemRequired<'a> { pub v: &'a str, pub i: &'a str, }
pub struct GetItem;
impl glue::Operation for GetItem {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "GetItem",
            "GET",
            "/items/{i}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct CreateItemNote;
impl glue::Operation for CreateItemNote {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "createItemNote",
            "POST",
            "/items/{i}/notes",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct GetItems;
impl glue::Operation for GetItems {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "GetItems",
            "GET",
            "/items/{i}/history",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
