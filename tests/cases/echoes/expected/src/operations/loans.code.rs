pub struct Loans<'c> { pub(crate) client: &'c Client, }
impl<'c> Loans<'c> {
    pub fn list(self, reader_id: &ReaderId) -> Call<ListLoans> {
        Call::new( self.client, glue::request::<ListLoans>(self.client).path("readerId", reader_id), )
    }
    pub fn lend( self, key: IdempotencyKey, reader_id: &ReaderId, body: &LoanRequest, ) -> Call<Lend> {
        Call::new( self.client, glue::request::<Lend>(self.client) .path("readerId", reader_id) .key(key) .json(body), )
    }
    pub fn read(self, loan_id: &LoanId) -> Call<ReadLoan> {
        Call::new( self.client, glue::request::<ReadLoan>(self.client).path("loanId", loan_id), )
    }
    pub fn renew(self, key: IdempotencyKey, loan_id: &LoanId) -> Call<Renew> {
        Call::new( self.client, glue::request::<Renew>(self.client).path("loanId", loan_id).key(key), )
    }
    pub fn lend_again(self, key: IdempotencyKey, loan_id: &LoanId) -> Call<LendAgain> {
        Call::new( self.client, glue::request::<LendAgain>(self.client).path("loanId", loan_id).key(key), )
    }
    pub fn read_shelf(self, shelf: &str) -> Call<ReadShelf> {
        Call::new( self.client, glue::request::<ReadShelf>(self.client).path("shelf", shelf), )
    }
    pub fn find(self, shelf: &ShelfId, loan_id: &LoanId) -> Call<FindLoan> {
        Call::new(
            self.client,
            glue::request::<FindLoan>(self.client)
                .path("shelf", shelf)
                .query("loanId", loan_id),
        )
    }
    pub fn lend_twin(self, key: IdempotencyKey, loan_id: &LoanId) -> Call<LendTwin> {
        Call::new( self.client, glue::request::<LendTwin>(self.client).path("loanId", loan_id).key(key), )
    }
    pub fn get_look_at_slip(self, slip_id: &SlipId) -> Call<LookAtSlip> {
        Call::new( self.client, glue::request::<LookAtSlip>(self.client).path("slipId", slip_id), )
    }
    pub fn replace_slip( self, key: IdempotencyKey, slip_id: &SlipId, body: &SlipRequest, ) -> Call<PutSlip> {
        Call::new( self.client, glue::request::<PutSlip>(self.client) .path("slipId", slip_id) .key(key) .json(body), )
    }
}
pub struct ListLoans;
impl glue::Operation for ListLoans {
    type Output = Vec<Loan>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
        "listLoans",
        "GET",
        "/readers/{readerId}/loans",
    );
}
pub struct Lend;
impl glue::Operation for Lend {
    type Output = Loan;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "lend",
            "POST",
            "/readers/{readerId}/loans",
        )
        .intent(glue::KeyIntent::Effect)
        .echoes( &[ (glue::Subject::Path("readerId"), "/readerId"), (glue::Subject::Body("/slip"), "/slip"), ], )
        .ids( &[("LoanId", "/loanId"), ("ReaderId", "/readerId"), ("LoanId", "/replaces")], )
        .successes(
            &[
                glue::Success::json(
                    201,
                    201,
                    "application/json",
                    &[glue::Member::new("/loanId", glue::MemberKind::Id)],
                ),
            ],
        )
        .subject(&[glue::Subject::Path("readerId"), glue::Subject::Body("/slip")])
        .read_with("client.loans().read(..)", "LoanId");
    const ANSWERS: &'static [u16] = &[201];
}
pub struct ReadLoan;
impl glue::Operation for ReadLoan {
    type Output = Loan;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "readLoan",
            "GET",
            "/loans/{loanId}",
        )
        .echoes(&[(glue::Subject::Path("loanId"), "/loanId")]);
}
pub struct Renew;
impl glue::Operation for Renew {
    type Output = Loan;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "renew",
            "POST",
            "/loans/{loanId}/renewal",
        )
        .intent(glue::KeyIntent::Effect)
        .echoes(&[(glue::Subject::Path("loanId"), "/loanId")])
        .ids( &[("LoanId", "/loanId"), ("ReaderId", "/readerId"), ("LoanId", "/replaces")], )
        .successes(
            &[
                glue::Success::json(
                    200,
                    200,
                    "application/json",
                    &[glue::Member::new("/loanId", glue::MemberKind::Id)],
                ),
            ],
        )
        .subject(&[glue::Subject::Path("loanId")])
        .find("/loans/{loanId}", &[])
        .read_with("client.loans().read(..)", "LoanId");
}
pub struct LendAgain;
impl glue::Operation for LendAgain {
    type Output = Loan;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "lendAgain",
            "POST",
            "/loans/{loanId}/copies",
        )
        .intent(glue::KeyIntent::Effect)
        .ids( &[("LoanId", "/loanId"), ("ReaderId", "/readerId"), ("LoanId", "/replaces")], )
        .successes(
            &[
                glue::Success::json(
                    201,
                    201,
                    "application/json",
                    &[glue::Member::new("/loanId", glue::MemberKind::Id)],
                ),
            ],
        )
        .find("/loans/{loanId}", &[])
        .read_with("client.loans().read(..)", "LoanId");
    const ANSWERS: &'static [u16] = &[201];
}
pub struct ReadShelf;
impl glue::Operation for ReadShelf {
    type Output = ReadShelfResponse;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "readShelf", "GET", "/shelves/{shelf}", );
}
pub struct FindLoan;
impl glue::Operation for FindLoan {
    type Output = FindLoanResponse;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
        "findLoan",
        "GET",
        "/shelves/{shelf}/loans",
    );
}
pub struct LendTwin;
impl glue::Operation for LendTwin {
    type Output = Loan;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "lendTwin",
            "POST",
            "/loans/{loanId}/twins",
        )
        .intent(glue::KeyIntent::Effect)
        .ids( &[("LoanId", "/loanId"), ("ReaderId", "/readerId"), ("LoanId", "/replaces")], )
        .successes(
            &[
                glue::Success::json(
                    200,
                    200,
                    "application/json",
                    &[glue::Member::new("/loanId", glue::MemberKind::Id)],
                ),
                glue::Success::json(
                    201,
                    201,
                    "application/json",
                    &[glue::Member::new("/loanId", glue::MemberKind::Id)],
                ),
            ],
        )
        .find("/loans/{loanId}", &[])
        .read_with("client.loans().read(..)", "LoanId");
    const ANSWERS: &'static [u16] = &[200, 201];
}
pub struct LookAtSlip;
impl glue::Operation for LookAtSlip {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "lookAtSlip",
            "GET",
            "/slips/{slipId}",
        )
        .accept("*/*");
    const ANSWERS: &'static [u16] = &[204];
}
pub struct PutSlip;
impl glue::Operation for PutSlip {
    type Output = Slip;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "putSlip",
            "PUT",
            "/slips/{slipId}",
        )
        .intent(glue::KeyIntent::Effect)
        .echoes( &[ (glue::Subject::Path("slipId"), "/slipId"), (glue::Subject::Body("/slipId"), "/slipId"), ], )
        .ids(&[("SlipId", "/slipId")])
        .successes(
            &[
                glue::Success::json(
                    201,
                    201,
                    "application/json",
                    &[glue::Member::new("", glue::MemberKind::Object)],
                ),
            ],
        )
        .subject(
            &[
                glue::Subject::Body("/slipId"),
                glue::Subject::Body("/text"),
                glue::Subject::Body("/kind"),
                glue::Subject::Body("/day"),
                glue::Subject::Body("/more/word"),
            ],
        )
        .read_with("client.loans().get_look_at_slip(..)", "SlipId");
    const ANSWERS: &'static [u16] = &[201];
}
