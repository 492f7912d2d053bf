pub struct Beta<'c> { pub(crate) client: &'c Client, }
impl<'c> Beta<'c> {
    pub fn get_dataset_records(self, dataset_id: &str) -> Call<GetDatasetRecords>;
    pub fn list_models(self) -> Call<ListModels>;
    pub fn read_a(self) -> Call<ReadV1AGet>;
    pub fn read_b(self) -> Call<ReadV1BGet>;
    pub fn get_root(self) -> Call<RootGet>;
    pub fn list_users(self) -> Call<V1UsersGet>;
    pub fn list_carts(self) -> Call<ListCarts>;
    pub fn add_cart(self) -> Call<AddCart>;
    pub fn fill_using_post(self) -> Call<FillUsingPost>;
    pub fn read_cart(self, id: &str) -> Call<ReadCartUsingGet>;
    pub fn read_cart_using_get_1(self, id: &str) -> Call<ReadCartUsingGet1>;
}
pub struct GetDatasetRecords;
impl glue::Operation for GetDatasetRecords {
    type Output = GetDatasetRecordsResponse;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
        "get_dataset_records_v1_datasets__dataset_id__records_get",
        "GET",
        "/v1/datasets/{dataset_id}/records",
    );
}
pub struct ListModels;
impl glue::Operation for ListModels {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "list_models_v1_models_get",
            "GET",
            "/v1/models",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ReadV1AGet;
impl glue::Operation for ReadV1AGet {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "read_v1_a_get",
            "GET",
            "/v1/a",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ReadV1BGet;
impl glue::Operation for ReadV1BGet {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "read_v1_b_get",
            "GET",
            "/v1/b",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct RootGet;
impl glue::Operation for RootGet {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "root__get",
            "GET",
            "/",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct V1UsersGet;
impl glue::Operation for V1UsersGet {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "v1_users_get",
            "GET",
            "/v1/users",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ListCarts;
impl glue::Operation for ListCarts {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "listCartsUsingGET",
            "GET",
            "/v1/carts",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct AddCart;
impl glue::Operation for AddCart {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addCartUsingPOST_1",
            "POST",
            "/v1/carts",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct FillUsingPost;
impl glue::Operation for FillUsingPost {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "fillUsingPOST",
            "PUT",
            "/v1/carts",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ReadCartUsingGet;
impl glue::Operation for ReadCartUsingGet {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readCartUsingGET",
            "GET",
            "/v1/carts/{id}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ReadCartUsingGet1;
impl glue::Operation for ReadCartUsingGet1 {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readCartUsingGET_1",
            "GET",
            "/v1/baskets/{id}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
