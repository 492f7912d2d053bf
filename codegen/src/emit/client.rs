//! The client with an accessor per group, and the one generic call.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;

use super::context::Context;
use super::docs;
use super::docs::Docs;
use super::imports::RustFile;
use super::operation::arguments::is_plain_query;
use super::operation::docs_of_group;
use super::tokens::ident;

pub(super) fn emit(context: &Context<'_>) -> RustFile {
    let mut items = client(context);
    items.extend(call(context));
    items.extend(super::operation::recorded::has_polling(context).then(poll_until));
    items.extend(super::library::has_pages(context).then(poll_items_until));
    items.extend(super::auth::is_needed(context).then(credential));
    let docs = vec![format!(
        "The client of {}, and its calls.",
        docs::inline(&context.api.info.title)
    )];
    RustFile {
        path: "src/client.rs".into(),
        docs,
        items: super::imports::shorten(context, items),
    }
}

fn client(context: &Context<'_>) -> Vec<TokenStream> {
    let groups = context.names.groups().iter().enumerate().map(|(index, group)| {
        let (method, module) = (ident(&group.snake), ident(&group.module));
        let (handle, feature) = (ident(&group.pascal), &group.feature);
        let docs = docs_of_group(context, index).tokens();
        quote! {
            #docs
            #[cfg(feature = #feature)]
            pub fn #method(&self) -> crate::operations::#module::#handle<'_> { crate::operations::#module::#handle { client: self } }
        }
    });
    let docs = Docs::ours(format!(
        "A client of {}. Cloning it is cheap.",
        docs::inline(&context.api.info.title)
    ))
    .tokens();
    let docs_of_settings = docs_of_settings(context);
    let (settings, decided) = settings(context);
    let general = general(context);
    vec![
        quote!(#docs #[derive(Debug, Clone)] pub struct Client { core: glue::Core }),
        quote! {
            impl Client {
                #docs_of_settings
                pub fn builder() -> #settings { runtime::Builder::new(&crate::api::API) #decided }

                #(#groups)*

                #general
            }
        },
        quote!(impl From<glue::Core> for Client { fn from(core: glue::Core) -> Self { Self { core } } }),
        quote!(impl AsRef<glue::Core> for Client { fn as_ref(&self) -> &glue::Core { &self.core } }),
    ]
}

/// Emits the methods that belong to no operation of the contract.
fn general(context: &Context<'_>) -> TokenStream {
    let is_signed = super::signing::scheme(context).is_some();
    let raw = format!(
        " Creates a raw call, for an endpoint without a method in this crate{}. `target` is path and query as on the wire.",
        if is_signed { "; it is signed like any other" } else { "" }
    );
    let resend = match (context.api.idempotency.is_some(), is_signed) {
        (true, true) => " with the same key and bytes and a new signature",
        (true, false) => " with the same key and bytes",
        (false, true) => " with the same bytes and a new signature",
        (false, false) => "",
    };
    let resend = format!(" Sends a failed call again{resend}. Nothing is sent if that could repeat its effect.");
    let execute = context.api.idempotency.is_some().then(|| {
        quote! {
            /// Executes an intent: the same bytes under the same key, once. With a journal, the journal decides. Safe to repeat in any
            /// process.
            pub async fn execute<O: glue::Operation>(&self, intent: &runtime::Intent<O>) -> runtime::Execution<O::Output> {
                self.core.execute(intent).await
            }
        }
    });
    let of_signing = super::signing::scheme(context).map(|_| {
        quote! {
            /// Returns the client id, if the client has one.
            pub fn client_id(&self) -> Option<&str> { self.core.client_id() }

            /// Returns the offset of the server's clock from the local one, and the correction that is applied to signatures.
            pub fn clock_skew(&self) -> runtime::ClockSkew { self.core.clock_skew() }

            /// Loads the client secret again from its source, for the next attempts.
            pub fn reload(&self) -> Result<(), runtime::ConfigError> { self.core.reload() }
        }
    });
    quote! {
        #[doc = #raw]
        pub fn raw(&self, method: runtime::http::Method, target: impl Into<String>) -> runtime::Raw {
            self.core.raw(method, target)
        }

        #[doc = #resend]
        pub fn resend(&self, error: runtime::Error) -> runtime::Resend { self.core.resend(error) }

        #execute

        /// Returns the remaining retry budget, in tokens.
        pub fn retry_budget(&self) -> u32 { self.core.retry_budget() }

        #of_signing
    }
}

/// The settings that a client begins with, and what is said for them: where no call takes a key, no journal keeps any.
fn settings(context: &Context<'_>) -> (TokenStream, Option<TokenStream>) {
    if context.api.idempotency.is_some() {
        (quote!(runtime::Builder<Self, runtime::JournalUndecided>), None)
    } else {
        (quote!(runtime::Builder<Self>), Some(quote!(.without_journal())))
    }
}

/// Documentation of a client's settings, with the variables of the environment, where the contract names them.
fn docs_of_settings(context: &Context<'_>) -> TokenStream {
    let settings = context.api.settings.environment.client_settings();
    let names: Vec<String> = settings.into_iter().map(|(_, name)| docs::code(name)).collect();
    let mut docs = Docs::ours("Creates a builder for the settings of a client.".to_owned());
    if !names.is_empty() {
        docs.wrapped(&format!(
            "`.from_env()` of the builder reads {}. None has a default, and `.build()` names all that are missing.",
            names.join(", ")
        ));
    }
    docs.tokens()
}

/// Emits `poll_until`, for APIs with a resource that has a state.
fn poll_until() -> TokenStream {
    quote! {
        impl<O: glue::Operation> Call<O> {
            /// Repeats the call until its response satisfies the condition. A final state, and one that requires an action of the caller,
            /// ends it early. `.await` waits at most 10 minutes, unless `policy` or `deadline` sets another limit. The condition may
            /// borrow.
            pub fn poll_until<'p>(self, reached: impl Fn(&O::Output) -> bool + Send + Sync + 'p) -> runtime::Poll<'p, O>
            where
                O: glue::Pollable,
            {
                runtime::Poll::new(self.core, self.request, reached)
            }
        }
    }
}

/// Emits `poll_items_until`, for APIs with a list that has pages.
fn poll_items_until() -> TokenStream {
    quote! {
        impl<O: glue::Paged> Call<O> {
            /// Repeats the whole list, from its first page to its last, until its items satisfy the condition. `.await` waits at most
            /// 10 minutes, unless `policy` or `deadline` sets another limit. The condition may borrow.
            pub fn poll_items_until<'p>(
                self,
                reached: impl Fn(&[O::Item]) -> bool + Send + Sync + 'p,
            ) -> runtime::Poll<'p, glue::AllItems<O>> {
                runtime::Poll::items(self.core, self.request, reached)
            }
        }
    }
}

/// Emits `credential`, for APIs whose callers show credentials.
fn credential() -> TokenStream {
    quote! {
        impl<O> Call<O> {
            /// Sets the credential for one security scheme, instead of the client's.
            pub fn credential(self, credential: runtime::Credential) -> Self {
                Self { request: self.request.credential(credential), ..self }
            }
        }
    }
}

/// Emits the method that sets a query parameter, if an operation has an optional one.
fn queried(context: &Context<'_>) -> Option<TokenStream> {
    let is_set = |one: &ir::Parameter| !one.required && is_plain_query(context, one);
    let mut all = context
        .api
        .operations
        .iter()
        .flat_map(|operation| &operation.parameters);
    all.any(is_set).then(|| {
        quote! {
            #[allow(dead_code)]
            pub(crate) fn set_query(self, name: &'static str, value: impl glue::ToParam) -> Self {
                Self { request: self.request.query(name, &value), ..self }
            }
        }
    })
}

fn call(context: &Context<'_>) -> Vec<TokenStream> {
    let recorded = context.api.idempotency.is_some().then(|| {
        quote! {
            /// Returns the intent of this call without sending it, for `client.execute`, or for a journal in your transaction.
            pub async fn intent(self) -> Result<runtime::Intent<O>, runtime::Error> {
                runtime::Intent::of_call(self.core, self.request).await
            }
        }
    });
    let unchecked = super::rules::RuleTexts::are_some(context).then(|| {
        quote! {
            /// Sends the request without the checks of `validate_requests`.
            pub fn unchecked(self) -> Self { Self { request: self.request.unchecked(), ..self } }
        }
    });
    let queried = queried(context);
    let has_streams = super::library::has_streams(context);
    let download = quote! {
        /// Makes the call return its response as a stream of bytes.
        pub fn download(self) -> Call<glue::Downloaded<O>> { Call::new(&self.core, self.request) }
    };
    let streamed = has_streams.then(|| {
        quote! {
            /// Makes the call request and return its response as a stream of items.
            pub fn streamed(self) -> Call<glue::Streamed<O>>
            where
                O: glue::Streams,
            {
                Call::new(&self.core, self.request.accept(O::ACCEPT))
            }
        }
    });
    vec![
        quote! {
            /// A call of the operation `O`: `.await` sends it and returns the value.
            #[must_use = "a call does nothing until it is awaited"]
            pub struct Call<O> {
                pub(crate) core: glue::Core,
                pub(crate) request: glue::Request,
                pub(crate) operation: std::marker::PhantomData<fn() -> O>,
            }
        },
        quote! {
            impl<O> std::fmt::Debug for Call<O> {
                fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                    f.debug_tuple("Call").field(&self.request).finish()
                }
            }
        },
        quote! {
            impl<O> Call<O> {
                #[allow(dead_code)]
                pub(crate) fn new(client: &impl AsRef<glue::Core>, request: glue::Request) -> Self {
                    Self { core: client.as_ref().clone(), request, operation: std::marker::PhantomData }
                }

                #queried

                /// Sets the timeout of each attempt.
                pub fn timeout(self, timeout: std::time::Duration) -> Self { Self { request: self.request.timeout(timeout), ..self } }

                /// Sets the deadline of the call, with all attempts and waits.
                pub fn deadline(self, deadline: std::time::Duration) -> Self { Self { request: self.request.deadline(deadline), ..self } }

                /// Sets the largest number of retries; 0 sends it once.
                pub fn retries(self, retries: u32) -> Self { Self { request: self.request.retries(retries), ..self } }

                /// Sends each attempt over a new connection: for a read that decides whether an action happened.
                pub fn fresh(self) -> Self { Self { request: self.request.fresh(), ..self } }

                /// Sets the request id of the first attempt.
                pub fn request_id(self, id: impl Into<String>) -> Self { Self { request: self.request.request_id(id), ..self } }

                #unchecked

                /// Requests another media type than the contract's first choice; `download` reads the response.
                pub fn accept(self, media: &str) -> Self { Self { request: self.request.accept(media), ..self } }

                /// Adds a header; those that the client writes itself are refused.
                pub fn header(self, name: &str, value: &str) -> Self { Self { request: self.request.header(name, value), ..self } }
            }
        },
        quote! {
            impl<O: glue::Operation> Call<O> {
                /// Sends the call and returns the value with status, headers, request ids, attempts and the raw body.
                pub async fn with_response(self) -> Result<runtime::Response<O::Output>, runtime::Error> {
                    glue::send(self.core, self.request).await
                }

                #recorded

                #download

                #streamed
            }
        },
        quote! {
            impl<O: glue::Operation> IntoFuture for Call<O> {
                type Output = Result<O::Output, runtime::Error>;
                type IntoFuture = glue::CallFuture<O::Output>;

                fn into_future(self) -> Self::IntoFuture { glue::pending(self.core, self.request) }
            }
        },
        quote! {
            impl<O: glue::Operation> Call<O> {
                /// Returns the items of all pages; each page is requested when it is needed.
                pub fn stream(self) -> runtime::Items<O>
                where
                    O: glue::Paged,
                {
                    runtime::Items::new(self.core, self.request)
                }

                /// Returns all pages; each is requested when it is needed.
                pub fn pages(self) -> runtime::Pages<O>
                where
                    O: glue::Paged,
                {
                    runtime::Pages::new(self.core, self.request)
                }
            }
        },
    ]
}
