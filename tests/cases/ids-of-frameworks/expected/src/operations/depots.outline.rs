pub struct Depots<'c> { pub(crate) client: &'c Client, }
impl<'c> Depots<'c> {
    pub fn list_my_depots(self) -> Call<ListMyDepots>;
    pub fn open(self) -> Call<DepotsOpen>;
    pub fn replace(self) -> Call<DepotReplace>;
    pub fn move_(self) -> Call<DepotsMove>;
    pub fn close(self) -> Call<DepotsClose>;
    pub fn list_doors(self) -> Call<DoorsV1List>;
    pub fn list_doors_v2(self) -> Call<DoorsV2List>;
    pub fn list_gates(self) -> Call<GatesList>;
}
pub struct ListMyDepots;
impl glue::Operation for ListMyDepots {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "DepotsControllerV1_listMyDepots",
            "GET",
            "/v1/depots",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct DepotsOpen;
impl glue::Operation for DepotsOpen {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "depotsController.open",
            "POST",
            "/v1/depots",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct DepotReplace;
impl glue::Operation for DepotReplace {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "DepotController#replace",
            "PUT",
            "/v1/depots",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct DepotsMove;
impl glue::Operation for DepotsMove {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "depots_controller_move_v1_depots_patch",
            "PATCH",
            "/v1/depots",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct DepotsClose;
impl glue::Operation for DepotsClose {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "Shop.Controllers.DepotsController.Close",
            "DELETE",
            "/v1/depots",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct DoorsV1List;
impl glue::Operation for DoorsV1List {
    type Output = DoorsV1ListResponse;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
        "DoorsControllerV1_list",
        "GET",
        "/v1/doors",
    );
}
pub struct DoorsV2List;
impl glue::Operation for DoorsV2List {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "DoorsControllerV2_list",
            "POST",
            "/v1/doors",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct GatesList;
impl glue::Operation for GatesList {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "GatesController_list",
            "PUT",
            "/v1/doors",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
