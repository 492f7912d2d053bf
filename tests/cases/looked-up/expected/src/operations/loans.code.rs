pub struct Loans<'c> { pub(crate) client: &'c Client, }
impl<'c> Loans<'c> {
    pub fn add(self, key: IdempotencyKey) -> Call<AddLoan> {
        Call::new(self.client, glue::request::<AddLoan>(self.client).key(key))
    }
    pub fn look_up(self, key: RefreshKey) -> Call<glue::Lookup<AddLoan>> {
        Call::new(self.client, glue::request::<AddLoan>(self.client).refresh_key(key))
    }
    pub fn renew(self, key: IdempotencyKey) -> Call<RenewLoan> {
        Call::new(self.client, glue::request::<RenewLoan>(self.client).key(key))
    }
    pub fn extend(self, key: IdempotencyKey) -> Call<RenewLoan> {
        Call::new(self.client, glue::request::<RenewLoan>(self.client).key(key))
    }
    pub fn ask(self, key: RefreshKey) -> Call<AskLoan> {
        Call::new(self.client, glue::request::<AskLoan>(self.client).refresh_key(key))
    }
    pub fn ask_again(self, key: RefreshKey) -> Call<AskLoan> {
        Call::new(self.client, glue::request::<AskLoan>(self.client).refresh_key(key))
    }
    pub fn add_pair(self, key: IdempotencyKey) -> Call<AddPair> {
        Call::new(self.client, glue::request::<AddPair>(self.client).key(key))
    }
    pub fn look_up_pair(self, key: RefreshKey) -> Call<AddPair> {
        Call::new(self.client, glue::request::<AddPair>(self.client).refresh_key(key))
    }
}
pub struct AddLoan;
impl glue::Operation for AddLoan {
    type Output = Loan;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addLoan",
            "POST",
            "/loans",
        )
        .intent(glue::KeyIntent::Effect)
        .state(glue::StateRule { at: "/status", proof: &[], known: &["OPEN", "CLOSED"], })
        .successes(
            &[
                glue::Success::json(
                    200,
                    200,
                    "application/json",
                    &[glue::Member::new("/status", glue::MemberKind::Text)],
                ),
            ],
        );
}
impl glue::PollableLookup for AddLoan {
    fn state(output: &Self::Output) -> glue::State<'_> {
        glue::State {
            name: Some(output.status.as_str()),
            terminal: output.status.is_terminal(),
            needs_action: output.status.needs_action(),
        }
    }
}
pub struct RenewLoan;
impl glue::Operation for RenewLoan {
    type Output = Loan;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "renewLoan",
            "POST",
            "/loans/renew",
        )
        .intent(glue::KeyIntent::Effect)
        .state(glue::StateRule { at: "/status", proof: &["CLOSED"], known: &["OPEN", "CLOSED"], })
        .successes(
            &[
                glue::Success::json(
                    200,
                    200,
                    "application/json",
                    &[glue::Member::new("/status", glue::MemberKind::Text)],
                ),
            ],
        );
}
pub struct AskLoan;
impl glue::Operation for AskLoan {
    type Output = Loan;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "askLoan",
            "POST",
            "/loans/ask",
        )
        .intent(glue::KeyIntent::Refresh);
}
pub struct AddPair;
impl glue::Operation for AddPair {
    type Output = AddPairResponse;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addPair",
            "POST",
            "/loans/pairs",
        )
        .intent(glue::KeyIntent::Effect)
        .successes(
            &[
                glue::Success::json(
                    200,
                    200,
                    "application/json",
                    &[glue::Member::new("", glue::MemberKind::Object)],
                ),
            ],
        );
}
