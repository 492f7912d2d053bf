pub struct Failures<'c> { pub(crate) client: &'c Client, }
impl<'c> Failures<'c> {
    pub fn fail_in_more_ways(self) -> Call<FailInMoreWays> {
        Call::new(self.client, glue::request::<FailInMoreWays>(self.client))
    }
    pub fn fail_always(self) -> Call<FailAlways> { Call::new(self.client, glue::request::<FailAlways>(self.client)) }
}
pub struct FailInMoreWays;
impl glue::Operation for FailInMoreWays {
    type Output = FailInMoreWaysAnswer;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "failInMoreWays",
            "GET",
            "/failures",
        )
        .accept("application/json, application/problem+json")
        .successes(
            &[
                glue::Success::json(200, 200, "application/json", &[]),
                glue::Success::json(200, 200, "application/problem+json", &[]),
            ],
        );
}
pub enum FailInMoreWaysAnswer { Ok(File), OkProblemJson(Lost), }
impl glue::Answer for FailInMoreWaysAnswer {
    fn from_received(answer: &mut glue::Received<'_>) -> Result<Self, DecodeError> {
        match answer.status() {
            _ if answer.is_media("application/problem+json") => {
                glue::Answer::from_received(answer).map(Self::OkProblemJson)
            }
            _ => glue::Answer::from_received(answer).map(Self::Ok),
        }
    }
}
pub enum FailInMoreWaysFailure { Status404(Vec<String>), Lost(Lost), }
impl glue::Answer for FailInMoreWaysFailure {
    fn from_received(answer: &mut glue::Received<'_>) -> Result<Self, DecodeError> {
        match answer.status() {
            404 | 409 => glue::Answer::from_received(answer).map(Self::Status404),
            500..=599 => glue::Answer::from_received(answer).map(Self::Lost),
            _ => glue::undeclared_answer(),
        }
    }
}
pub struct FailAlways;
impl glue::Operation for FailAlways {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "failAlways",
            "POST",
            "/failures",
        )
        .accept("*/*")
        .failures(crate::api::FAILURES_3);
    const ANSWERS: &'static [u16] = &[];
}
