pub struct Orders<'c> { pub(crate) client: &'c Client, }
impl<'c> Orders<'c> {
    pub fn place(self, body: Vec<Order>) -> Call<OrdersPlace>;
    pub fn place_with_json(self, body: Vec<Order>) -> Call<OrdersPlace>;
    pub fn active(self, body: &Order) -> Call<OrdersActive>;
    pub fn active_with_json(self, body: String) -> Call<OrdersActive>;
    pub fn replace( self, required: OrdersReplaceRequired<'_>, body: &Order, ) -> Call<OrdersReplace>;
    pub fn replace_with_json( self, required: OrdersReplaceRequired<'_>, body: &Order, ) -> Call<OrdersReplace>;
    pub fn replace_with_vnd_shop_v2( self, required: OrdersReplaceRequired<'_>, body: &Order, ) -> Call<OrdersReplace>;
    pub fn replace_as_text( self, required: OrdersReplaceRequired<'_>, body: impl Into<String>, ) -> Call<OrdersReplace>;
    pub fn note( self, required: OrdersNoteRequired<'_>, body: String, ) -> Call<OrdersNote>;
    pub fn note_with_text( self, required: OrdersNoteRequired<'_>, body: impl Into<String>, ) -> Call<OrdersNote>;
    pub fn add_line(self, id: &str, body: &Order) -> Call<OrdersAddLine>;
    pub fn add_line_as_patch(self, id: &str, body: &Order) -> Call<OrdersAddLine>;
    pub fn patch_lines(self, id: &str, body: &Map<JsonValue>) -> Call<OrdersPatchLines>;
    pub fn patch_lines_with_json_patch( self, id: &str, body: &Map<JsonValue>, ) -> Call<OrdersPatchLines>;
    pub fn patch_lines_with_form( self, id: &str, body: &Map<JsonValue>, ) -> Call<OrdersPatchLines>;
    pub fn change_state(self, id: &str, body: &Order) -> Call<OrdersChangeState>;
    pub fn change_state_with_json( self, id: &str, body: &Order, ) -> Call<OrdersChangeState>;
    pub fn replace_state(self, id: &str, body: &State) -> Call<OrdersReplaceState>;
    pub fn replace_state_with_multipart( self, id: &str, body: &StateParts, ) -> Call<OrdersReplaceState>;
}
pub struct OrdersPlace;
impl glue::Operation for OrdersPlace {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "Orders_Place",
            "POST",
            "/orders",
        )
        .accept("*/*")
        .failures(crate::api::FAILURES_1);
    const ANSWERS: &'static [u16] = &[204];
}
pub enum OrdersPlaceFailure { Problem(Problem), Order(Order), }
impl glue::Answer for OrdersPlaceFailure { }
pub struct OrdersActive;
impl glue::Operation for OrdersActive {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "Orders_Active",
            "PUT",
            "/orders",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct OrdersReplace;
impl glue::Operation for OrdersReplace {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "Orders_Replace",
            "PUT",
            "/orders/{id}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct OrdersReplaceRequired<'a> { pub id: &'a str, }
pub struct OrdersNote;
impl glue::Operation for OrdersNote {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "Orders_Note",
            "PATCH",
            "/orders/{id}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub type OrdersNoteRequired<'a> = OrdersReplaceRequired<'a>;
pub struct OrdersAddLine;
impl glue::Operation for OrdersAddLine {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "Orders_AddLine",
            "POST",
            "/orders/{id}/lines",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct OrdersPatchLines;
impl glue::Operation for OrdersPatchLines {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "Orders_PatchLines",
            "PATCH",
            "/orders/{id}/lines",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct OrdersChangeState;
impl glue::Operation for OrdersChangeState {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "Orders_ChangeState",
            "PATCH",
            "/orders/{id}/state",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct OrdersReplaceState;
impl glue::Operation for OrdersReplaceState {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "Orders_ReplaceState",
            "PUT",
            "/orders/{id}/state",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
