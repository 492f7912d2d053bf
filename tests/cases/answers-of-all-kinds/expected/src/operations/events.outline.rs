pub struct Events<'c> { pub(crate) client: &'c Client, }
impl<'c> Events<'c> {
    pub fn watch(self) -> Call<Watch>;
    pub fn follow(self) -> Call<Follow>;
    pub fn follow_some(self) -> Call<FollowSome>;
    pub fn follow_later(self) -> Call<FollowLater>;
    pub fn unfollow(self) -> Call<Unfollow>;
}
pub struct Watch;
impl glue::Operation for Watch {
    type Output = File;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new( "watch", "GET", "/events", );
    const ANSWERS: &'static [u16] = &[200, 201];
}
impl glue::Streams for Watch {
    type Stream = sdkwright_runtime::Events<File>;
    const ACCEPT: &'static str = "text/event-stream";
}
pub struct Follow;
impl glue::Operation for Follow {
    type Output = sdkwright_runtime::Events<File>;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "follow",
            "POST",
            "/events",
        )
        .accept("text/event-stream");
    const ANSWERS: &'static [u16] = &[];
}
pub struct FollowSome;
impl glue::Operation for FollowSome {
    type Output = FollowSomeAnswer;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "followSome",
            "PUT",
            "/events",
        )
        .accept("text/event-stream");
    const ANSWERS: &'static [u16] = &[];
}
pub enum FollowSomeAnswer { NoContent, Other(sdkwright_runtime::Events<File>), }
impl glue::Answer for FollowSomeAnswer { }
pub struct FollowLater;
impl glue::Operation for FollowLater {
    type Output = FollowLaterAnswer;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "followLater",
            "PATCH",
            "/events",
        )
        .accept("text/event-stream")
        .successes( &[glue::Success::other(200, 200, "*/*"), glue::Success::nothing(202, 202)], );
    const ANSWERS: &'static [u16] = &[200, 202];
}
pub enum FollowLaterAnswer { Ok(sdkwright_runtime::Events<File>), Accepted, }
impl glue::Answer for FollowLaterAnswer { }
pub struct Unfollow;
impl glue::Operation for Unfollow {
    type Output = ();
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "unfollow",
            "DELETE",
            "/events",
        )
        .accept("*/*")
        .successes(&[glue::Success::nothing(200, 200)]);
}
