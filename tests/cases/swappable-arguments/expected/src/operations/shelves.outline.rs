pub struct Shelves<'c> { pub(crate) client: &'c Client, }
impl<'c> Shelves<'c> {
    pub fn replace_note( self, key: IdempotencyKey, required: PutNoteRequired<'_>, body: impl Into<String>, ) -> Call<PutNote>;
    pub fn draft_lend_book( self, required: LendBookDraftRequired<'_>, body: &Loan, ) -> Result<Draft<LendBook>, DraftError>;
    pub fn lend_book( self, key: IdempotencyKey, required: LendBookRequired, body: &Authorized<LendBook>, ) -> Call<LendBook>;
    pub fn describe_shelf( self, key: IdempotencyKey, shelf: &str, ) -> Call<DescribeShelf>;
    pub fn reserve_shelf( self, key: IdempotencyKey, shelf: &str, body: &ReaderId, ) -> Call<ReserveShelf>;
}
pub struct PutNote;
impl glue::Operation for PutNote {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "putNote",
            "PUT",
            "/shelves/{shelf}/notes",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
pub struct PutNoteRequired<'a> { pub shelf: &'a str, }
pub struct LendBook;
impl glue::Operation for LendBook {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "lendBook",
            "POST",
            "/shelves/{shelf}/books/{book}",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)])
        .later(&["returnBook"]);
    const ANSWERS: &'static [u16] = &[204];
}
impl glue::Approval for LendBook {
    type Evidence = Evidence;
    type Payload = Loan;
    const MEMBER: &'static str = "approval";
    const INTO: &'static str = "hash";
    const INPUTS: &'static [(&'static str, glue::Input)] = &[
        ("operation", glue::Input::OperationId),
        ("shelf", glue::Input::Path("shelf")),
        ("book", glue::Input::Path("book")),
        ("payload", glue::Input::Body),
    ];
}
impl Return {
    pub fn from_authorized( body: &Authorized<LendBook>, reader_id: impl glue::Typed<ReaderId>, book_id: impl glue::Typed<BookId>, ) -> Self;
    pub fn from_fresh_evidence( body: &Authorized<LendBook>, approval: Evidence, reader_id: impl glue::Typed<ReaderId>, book_id: impl glue::Typed<BookId>, ) -> Result<Self, DraftError>;
}
pub struct LendBookRequired { pub floor: i32, pub row: i64, }
pub struct LendBookDraftRequired<'a> { pub shelf: &'a str, pub book: &'a str, }
pub struct DescribeShelf;
impl glue::Operation for DescribeShelf {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "describeShelf",
            "PUT",
            "/shelves/{shelf}",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
impl Call<DescribeShelf> { pub fn body(self, body: impl Into<String>) -> Self; }
pub struct ReserveShelf;
impl glue::Operation for ReserveShelf {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "reserveShelf",
            "POST",
            "/shelves/{shelf}",
        )
        .intent(glue::KeyIntent::Effect)
        .accept("*/*")
        .successes(&[glue::Success::nothing(204, 204)]);
    const ANSWERS: &'static [u16] = &[204];
}
