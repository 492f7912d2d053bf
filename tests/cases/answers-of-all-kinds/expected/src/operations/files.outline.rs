pub struct Files<'c> { pub(crate) client: &'c Client, }
impl<'c> Files<'c> {
    pub fn look_at_file(self) -> Call<LookAtFile>;
    pub fn read(self) -> Call<ReadFile>;
    pub fn print(self) -> Call<PrintFile>;
    pub fn add(self) -> Call<AddFile>;
    pub fn remove(self) -> Call<RemoveFile>;
    pub fn change(self) -> Call<ChangeFile>;
}
pub struct LookAtFile;
impl glue::Operation for LookAtFile {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "lookAtFile",
            "HEAD",
            "/files",
        )
        .accept("*/*");
}
pub struct ReadFile;
impl glue::Operation for ReadFile {
    type Output = File;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "readFile", "GET", "/files", );
}
pub struct PrintFile;
impl glue::Operation for PrintFile {
    type Output = glue::Binary;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "printFile",
            "PUT",
            "/files",
        )
        .accept("application/pdf, application/problem+json")
        .successes(
            &[ glue::Success::other(200, 200, "application/pdf"), glue::Success::other(200, 200, "text/csv"), ],
        )
        .failures(crate::api::FAILURES_1);
}
pub struct AddFile;
impl glue::Operation for AddFile {
    type Output = AddFileAnswer;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addFile",
            "POST",
            "/files",
        )
        .accept("application/json, text/csv, application/json")
        .successes(
            &[
                glue::Success::json(200, 200, "application/json", &[]),
                glue::Success::other(201, 201, "text/csv"),
                glue::Success::json(200, 299, "application/json", &[]),
            ],
        );
    const ANSWERS: &'static [u16] = &[];
}
pub enum AddFileAnswer { Ok(File), Created(glue::Text), Other(Lost), }
impl glue::Answer for AddFileAnswer { }
pub struct RemoveFile;
impl glue::Operation for RemoveFile {
    type Output = Lost;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "removeFile",
            "DELETE",
            "/files",
        )
        .accept("application/problem+json")
        .successes(&[glue::Success::json(202, 202, "application/problem+json", &[])])
        .failures(crate::api::FAILURES_2);
    const ANSWERS: &'static [u16] = &[202];
}
pub struct ChangeFile;
impl glue::Operation for ChangeFile {
    type Output = Lost;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "changeFile",
            "PATCH",
            "/files",
        )
        .accept("application/problem+json")
        .successes(&[glue::Success::json(200, 200, "application/problem+json", &[])])
        .failures(crate::api::FAILURES_1);
}
