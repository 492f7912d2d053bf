pub struct Boards<'c> { pub(crate) client: &'c Client, }
impl<'c> Boards<'c> { pub fn get(self, id: &str) -> Call<GetBoard>; }
pub struct GetBoard;
impl glue::Operation for GetBoard {
    type Output = Board;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "getBoard", "GET", "/boards/{id}", );
}
