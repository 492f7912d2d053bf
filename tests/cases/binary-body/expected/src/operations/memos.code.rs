pub struct Memos<'c> { pub(crate) client: &'c Client, }
impl<'c> Memos<'c> {
    pub fn send(self, body: impl Into<String>) -> Call<SendMemo> {
        Call::new(
            self.client,
            glue::request::<SendMemo>(self.client)
                .bytes("text/plain; charset=utf-8", body.into()),
        )
    }
    pub fn send_table(self, body: impl Into<String>) -> Call<SendTable> {
        Call::new(
            self.client,
            glue::request::<SendTable>(self.client)
                .bytes("text/csv; charset=UTF-8; header=present", body.into()),
        )
    }
    pub fn send_old(self, body: impl Into<Upload>) -> Call<SendOld> {
        Call::new( self.client, glue::request::<SendOld>(self.client) .upload("text/plain; charset=ISO-8859-1", body), )
    }
    pub fn send_form(self, body: &SendFormRequestForm) -> Call<SendForm> {
        Call::new(
            self.client,
            glue::request::<SendForm>(self.client)
                .form_of(body)
                .content_type("application/x-www-form-urlencoded; charset=utf-8"),
        )
    }
}
pub struct SendMemo;
impl glue::Operation for SendMemo {
    type Output = glue::Text;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "sendMemo",
            "POST",
            "/memos",
        )
        .accept("text/plain; charset=utf-8")
        .successes(&[glue::Success::other(200, 200, "text/plain")]);
}
pub struct SendTable;
impl glue::Operation for SendTable {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "sendTable",
            "PUT",
            "/memos",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct SendOld;
impl glue::Operation for SendOld {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "sendOld",
            "PATCH",
            "/memos",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct SendForm;
impl glue::Operation for SendForm {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "sendForm",
            "DELETE",
            "/memos",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
