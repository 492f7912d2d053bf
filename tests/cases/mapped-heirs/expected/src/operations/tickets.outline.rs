pub struct Tickets<'c> { pub(crate) client: &'c Client, }
impl<'c> Tickets<'c> { pub fn replace(self, body: &Ticket) -> Call<PutTicket>; }
pub struct PutTicket;
impl glue::Operation for PutTicket {
    type Output = Ticket;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "putTicket", "PUT", "/tickets", );
}
