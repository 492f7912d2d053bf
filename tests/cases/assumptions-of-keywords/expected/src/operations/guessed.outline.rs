pub struct Guessed<'c> { pub(crate) client: &'c Client, }
impl<'c> Guessed<'c> {
    pub fn add_row( self, sort: &[String], body: &sdkwright_runtime::Map<String>, ) -> Call<AddRow>;
    pub fn open_row(self) -> Call<OpenRow>;
}
pub struct AddRow;
impl glue::Operation for AddRow {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addRow",
            "POST",
            "/guessed",
        )
        .security(&[&[("Known", &[])], &[("Guessed", &[]), ("Named", &[])], &[]])
        .accept("*/*");
    const SERVER: Option<&'static str> = Some("https://one.test");
    const ANSWERS: &'static [u16] = &[204];
}
impl Call<AddRow> { pub fn filter(self, filter: sdkwright_runtime::Map<JsonValue>) -> Self; }
pub struct OpenRow;
impl glue::Operation for OpenRow {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "openRow",
            "PUT",
            "/guessed",
        )
        .security(&[])
        .accept("*/*");
    const SERVER: Option<&'static str> = Some("https://guessed.test");
    const ANSWERS: &'static [u16] = &[204];
}
