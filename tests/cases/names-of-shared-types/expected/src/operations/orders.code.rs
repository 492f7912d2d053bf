pub struct Orders<'c> { pub(crate) client: &'c Client, }
impl<'c> Orders<'c> {
    pub fn list(self) -> Call<ListOrders> { Call::new(self.client, glue::request::<ListOrders>(self.client)) }
    pub fn set(self) -> Call<SetOrders> { Call::new(self.client, glue::request::<SetOrders>(self.client)) }
    pub fn add(self) -> Call<AddOrder> { Call::new(self.client, glue::request::<AddOrder>(self.client)) }
}
pub struct ListOrders;
impl glue::Operation for ListOrders {
    type Output = ListOrdersResponse;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "listOrders", "GET", "/orders", );
}
impl Call<ListOrders> { pub fn sort(self, sort: AscOrDesc) -> Self { self.set_query("sort", sort) } }
pub struct SetOrders;
impl glue::Operation for SetOrders {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "setOrders",
            "PUT",
            "/orders",
        )
        .accept("*/*")
        .failures(crate::api::FAILURES_1);
    const ANSWERS: &'static [u16] = &[204];
}
pub enum SetOrdersFailure { SetOrdersError403(SetOrdersError403), UnauthorizedError(UnauthorizedError), }
impl glue::Answer for SetOrdersFailure {
    fn from_received(answer: &mut glue::Received<'_>) -> Result<Self, DecodeError> {
        match answer.status() {
            403 => glue::Answer::from_received(answer).map(Self::SetOrdersError403),
            401 => glue::Answer::from_received(answer).map(Self::UnauthorizedError),
            _ => glue::undeclared_answer(),
        }
    }
}
pub struct AddOrder;
impl glue::Operation for AddOrder {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addOrder",
            "POST",
            "/orders",
        )
        .accept("*/*")
        .failures(crate::api::FAILURES_2);
    const ANSWERS: &'static [u16] = &[204];
}
pub enum AddOrderFailure { AddOrderError409(AddOrderError409), MissingOrder(MissingOrder), }
impl glue::Answer for AddOrderFailure {
    fn from_received(answer: &mut glue::Received<'_>) -> Result<Self, DecodeError> {
        match answer.status() {
            409 => glue::Answer::from_received(answer).map(Self::AddOrderError409),
            404 => glue::Answer::from_received(answer).map(Self::MissingOrder),
            _ => glue::undeclared_answer(),
        }
    }
}
