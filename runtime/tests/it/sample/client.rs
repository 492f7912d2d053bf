//! The client, and the one type of all calls.

use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::Duration;

use crate::sample::api::API;
use crate::sample::operations::*;
use sdkwright_runtime::client::JournalUndecided;
use sdkwright_runtime::{Builder, Error, Items, Pages, Response, glue};

/// A client of the Bookshop API. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Client {
    core: glue::Core,
}

impl Client {
    /// Begins without settings.
    pub fn builder() -> Builder<Self, JournalUndecided> {
        sdkwright_watch::listen();
        Builder::new(&API)
    }

    /// Orders.
    pub fn orders(&self) -> Orders<'_> {
        Orders { client: self }
    }

    /// Payouts.
    pub fn payouts(&self) -> Payouts<'_> {
        Payouts { client: self }
    }
}

impl From<glue::Core> for Client {
    fn from(core: glue::Core) -> Self {
        Self { core }
    }
}

impl AsRef<glue::Core> for Client {
    fn as_ref(&self) -> &glue::Core {
        &self.core
    }
}

/// `raw`, `resend`, `client_id`, `api`.
impl std::ops::Deref for Client {
    type Target = glue::Core;

    fn deref(&self) -> &glue::Core {
        &self.core
    }
}

/// A call in the making. `.await` sends it and gives its value.
#[derive(Debug)]
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<O> {
    pub(crate) core: glue::Core,
    pub(crate) request: glue::Request,
    pub(crate) operation: PhantomData<fn() -> O>,
}

impl<O> Call<O> {
    pub(crate) fn new(client: &impl AsRef<glue::Core>, request: glue::Request) -> Self {
        Self {
            core: client.as_ref().clone(),
            request,
            operation: PhantomData,
        }
    }

    /// No attempt may take longer.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self {
            request: self.request.timeout(timeout),
            ..self
        }
    }

    /// The call, with all its attempts and waits, may not take longer.
    pub fn deadline(self, deadline: Duration) -> Self {
        Self {
            request: self.request.deadline(deadline),
            ..self
        }
    }

    /// Sets the largest number of retries; 0 sends it once.
    pub fn retries(self, retries: u32) -> Self {
        Self {
            request: self.request.retries(retries),
            ..self
        }
    }

    /// The request id of the first attempt.
    pub fn request_id(self, id: impl Into<String>) -> Self {
        Self {
            request: self.request.request_id(id),
            ..self
        }
    }

    /// Sends the request without the checks of `validate_requests`.
    pub fn unchecked(self) -> Self {
        Self {
            request: self.request.unchecked(),
            ..self
        }
    }

    /// A further header.
    pub fn header(self, name: &str, value: &str) -> Self {
        Self {
            request: self.request.header(name, value),
            ..self
        }
    }
}

impl<O: glue::Operation> Call<O> {
    /// The value with status, headers, request ids, attempts and the raw body.
    pub async fn with_response(self) -> Result<Response<O::Output>, Error> {
        glue::send(self.core, self.request).await
    }
}

impl<O: glue::Operation> IntoFuture for Call<O> {
    type Output = Result<O::Output, Error>;
    type IntoFuture = glue::CallFuture<O::Output>;

    fn into_future(self) -> Self::IntoFuture {
        glue::pending(self.core, self.request)
    }
}

impl<O: glue::Operation> Call<O> {
    /// The items of all pages: `while let Some(item) = items.try_next().await? { .. }`
    pub fn stream(self) -> Items<O>
    where
        O: glue::Paged,
    {
        Items::new(self.core, self.request)
    }

    /// The pages.
    pub fn pages(self) -> Pages<O>
    where
        O: glue::Paged,
    {
        Pages::new(self.core, self.request)
    }
}
