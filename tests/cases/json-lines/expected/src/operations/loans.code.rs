pub struct Loans<'c> { pub(crate) client: &'c Client, }
impl<'c> Loans<'c> {
    pub fn export(self) -> Call<ExportLoans> { Call::new(self.client, glue::request::<ExportLoans>(self.client)) }
    pub fn import(self, body: &[Loan]) -> Call<ImportLoans> {
        Call::new( self.client, glue::request::<ImportLoans>(self.client).lines("application/x-ndjson", body), )
    }
    pub fn export_sequence(self) -> Call<ExportSequence> {
        Call::new(self.client, glue::request::<ExportSequence>(self.client))
    }
    pub fn import_sequence(self, body: &[Told]) -> Call<ImportSequence> {
        Call::new( self.client, glue::request::<ImportSequence>(self.client) .lines("application/json-seq", body), )
    }
    pub fn read_loans(self) -> Call<ReadLoans> { Call::new(self.client, glue::request::<ReadLoans>(self.client)) }
}
pub struct ExportLoans;
impl glue::Operation for ExportLoans {
    type Output = Lines<Loan>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "exportLoans",
            "GET",
            "/loans",
        )
        .accept("application/x-ndjson");
}
pub struct ImportLoans;
impl glue::Operation for ImportLoans {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "importLoans",
            "POST",
            "/loans",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ExportSequence;
impl glue::Operation for ExportSequence {
    type Output = Lines<Loan>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "exportSequence",
            "GET",
            "/loans/sequence",
        )
        .accept("application/json-seq");
}
pub struct ImportSequence;
impl glue::Operation for ImportSequence {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "importSequence",
            "PUT",
            "/loans/sequence",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct ReadLoans;
impl glue::Operation for ReadLoans {
    type Output = Vec<Loan>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "readLoans", "GET", "/loans/either", );
}
impl glue::Streams for ReadLoans { type Stream = Lines<Loan>; const ACCEPT: &'static str = "application/stream+json"; }
