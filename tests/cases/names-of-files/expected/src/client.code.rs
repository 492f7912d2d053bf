pub struct Client { core: glue::Core, }
impl Client {
    pub fn builder() -> Builder<Self> { Builder::new(&crate::api::API).without_journal() }
    pub fn a(&self) -> crate::operations::a::A<'_> { crate::operations::a::A { client: self, } }
    pub fn reqwest(&self) -> crate::operations::reqwest::Reqwest<'_> {
        crate::operations::reqwest::Reqwest { client: self, }
    }
    pub fn raw_(&self) -> crate::operations::raw::Raw<'_> { crate::operations::raw::Raw { client: self, } }
    pub fn builder_(&self) -> crate::operations::builder::Builder<'_> {
        crate::operations::builder::Builder { client: self, }
    }
    pub fn from_env(&self) -> crate::operations::from_env::FromEnv<'_> {
        crate::operations::from_env::FromEnv { client: self, }
    }
    pub fn resend_(&self) -> crate::operations::resend::Resend<'_> {
        crate::operations::resend::Resend { client: self, }
    }
    pub fn mod_(&self) -> crate::operations::mod_::Mod<'_> { crate::operations::mod_::Mod { client: self, } }
    pub fn tls_none(&self) -> crate::operations::tls_none::TlsNone<'_> {
        crate::operations::tls_none::TlsNone { client: self, }
    }
    pub fn clone_(&self) -> crate::operations::clone::CloneOperation<'_> {
        crate::operations::clone::CloneOperation { client: self, }
    }
    pub fn raw(
        &self,
        method: sdkwright_runtime::http::Method,
        target: impl Into<String>,
    ) -> sdkwright_runtime::client::Raw { self.core.raw(method, target) }
    pub fn resend(&self, error: Error) -> sdkwright_runtime::client::Resend { self.core.resend(error) }
    pub fn retry_budget(&self) -> u32 { self.core.retry_budget() }
}
impl From<glue::Core> for Client { fn from(core: glue::Core) -> Self { Self { core } } }
impl AsRef<glue::Core> for Client { fn as_ref(&self) -> &glue::Core { &self.core } }
pub struct Call<O> {
    pub(crate) core: glue::Core,
    pub(crate) request: glue::Request,
    pub(crate) operation: std::marker::PhantomData<fn() -> O>,
}
impl<O> std::fmt::Debug for Call<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.debug_tuple("Call").field(&self.request).finish()
    }
}
impl<O> Call<O> {
    pub(crate) fn new(client: &impl AsRef<glue::Core>, request: glue::Request) -> Self {
        Self { core: client.as_ref().clone(), request, operation: std::marker::PhantomData, }
    }
    pub fn timeout(self, timeout: std::time::Duration) -> Self {
        Self { request: self.request.timeout(timeout), ..self }
    }
    pub fn deadline(self, deadline: std::time::Duration) -> Self {
        Self { request: self.request.deadline(deadline), ..self }
    }
    pub fn retries(self, retries: u32) -> Self { Self { request: self.request.retries(retries), ..self } }
    pub fn fresh(self) -> Self { Self { request: self.request.fresh(), ..self } }
    pub fn request_id(self, id: impl Into<String>) -> Self { Self { request: self.request.request_id(id), ..self } }
    pub fn accept(self, media: &str) -> Self { Self { request: self.request.accept(media), ..self } }
    pub fn header(self, name: &str, value: &str) -> Self { Self { request: self.request.header(name, value), ..self } }
}
impl<O: glue::Operation> Call<O> {
    pub async fn with_response(self) -> Result<Response<O::Output>, Error> { glue::send(self.core, self.request).await }
    pub fn download(self) -> Call<glue::Downloaded<O>> { Call::new(&self.core, self.request) }
}
impl<O: glue::Operation> IntoFuture for Call<O> {
    type Output = Result<O::Output, Error>;
    type IntoFuture = glue::CallFuture<O::Output>;
    fn into_future(self) -> Self::IntoFuture { glue::pending(self.core, self.request) }
}
impl<O: glue::Operation> Call<O> {
    pub fn stream(self) -> Items<O>
    where
        O: glue::Paged,
    { Items::new(self.core, self.request) }
    pub fn pages(self) -> Pages<O>
    where
        O: glue::Paged,
    { Pages::new(self.core, self.request) }
}
