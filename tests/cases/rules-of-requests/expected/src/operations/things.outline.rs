pub struct Things<'c> { pub(crate) client: &'c Client, }
impl<'c> Things<'c> {
    pub fn replace(self, body: &Thing) -> Call<PutThing>;
    pub fn update(self, body: &SizedType) -> Call<PatchThing>;
    pub fn create(self, body: &SizedType) -> Call<PostThing>;
    pub fn create_with_json(self, body: &OfMap) -> Call<PostThing>;
    pub fn send(self, text: &str, list: &[String], number: i64) -> Call<SendThings>;
    pub fn send_file( self, required: SendFileRequired, body: impl Into<Upload>, ) -> Call<SendFile>;
    pub fn send_text( self, required: SendTextRequired, body: impl Into<String>, ) -> Call<SendText>;
    pub fn send_text_with_text( self, required: SendTextRequired, body: impl Into<String>, ) -> Call<SendText>;
    pub fn send_number( self, required: SendNumberRequired, body: i64, ) -> Call<SendNumber>;
    pub fn send_maybe(self, second: i64, body: Option<SizedType>) -> Call<SendMaybe>;
}
pub struct PutThing;
impl glue::Operation for PutThing {
    type Output = OfAnswers;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "putThing", "PUT", "/things", );
}
impl Call<PutThing> {
    pub fn flag(self, flag: bool) -> Self;
    pub fn huge(self, huge: Integer) -> Self;
    pub fn quoted(self, quoted: impl Into<String>) -> Self;
    pub fn unsigned(self, unsigned: u64) -> Self;
    pub fn above(self, above: u64) -> Self;
    pub fn most(self, most: u64) -> Self;
    pub fn five(self, five: u64) -> Self;
    pub fn zero(self, zero: i64) -> Self;
    pub fn ratio(self, ratio: impl Into<Float>) -> Self;
    pub fn single(self, single: i64) -> Self;
    pub fn tens(self, tens: i64) -> Self;
    pub fn power(self, power: Number) -> Self;
    pub fn none(self, none: impl Into<String>) -> Self;
    pub fn hex(self, hex: i64) -> Self;
    pub fn pointed(self, pointed: Number) -> Self;
    pub fn started(self, started: Number) -> Self;
    pub fn signed(self, signed: Number) -> Self;
}
pub struct PatchThing;
impl glue::Operation for PatchThing {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "patchThing",
            "PATCH",
            "/things",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct PostThing;
impl glue::Operation for PostThing {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "postThing",
            "POST",
            "/things",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct SendThings;
impl glue::Operation for SendThings {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "sendThings",
            "DELETE",
            "/things",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct SendFile;
impl glue::Operation for SendFile {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "sendFile",
            "POST",
            "/things/{second}/{first}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct SendFileRequired { pub second: i64, pub first: i64, }
pub struct SendText;
impl glue::Operation for SendText {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "sendText",
            "PATCH",
            "/things/{second}/{first}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub type SendTextRequired = SendFileRequired;
pub struct SendNumber;
impl glue::Operation for SendNumber {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "sendNumber",
            "DELETE",
            "/things/{second}/{first}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub type SendNumberRequired = SendFileRequired;
pub struct SendMaybe;
impl glue::Operation for SendMaybe {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "sendMaybe",
            "PUT",
            "/things/{second}/may",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
