//! The client with an accessor per group, and the one generic call.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::Context;
use super::docs::{self, Docs};
use super::file::RustFile;
use super::operation::docs_of_group;
use super::tokens::ident;

pub(super) fn emit(context: &Context<'_>) -> RustFile {
    let mut items = client(context);
    items.extend(call(context));
    items.extend(super::operation::poll::is_any(context).then(poll_until));
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
        let (method, handle, feature) = (ident(&group.snake), ident(&group.pascal), &group.feature);
        let docs = docs_of_group(context, index).tokens();
        quote! {
            #docs
            #[cfg(feature = #feature)]
            pub fn #method(&self) -> crate::operations::#method::#handle<'_> { crate::operations::#method::#handle::new(self) }
        }
    });
    let docs = Docs::ours(format!(
        "A client of {}. Cloning it is cheap.",
        docs::inline(&context.api.info.title)
    ))
    .tokens();
    let from_env = from_env(context);
    let (settings, decided) = settings(context);
    let general = general(context);
    vec![
        quote!(#docs #[derive(Debug, Clone)] pub struct Client { core: glue::Core }),
        quote! {
            impl Client {
                #from_env

                /// Collects the settings of a client.
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
    let of_signing = super::api::scheme(context).map(|_| {
        quote! {
            /// The client id, if the client has one.
            pub fn client_id(&self) -> Option<&str> { self.core.client_id() }

            /// The difference of the server's clock from the local one, and the correction that is applied to signatures.
            pub fn clock_skew(&self) -> runtime::ClockSkew { self.core.clock_skew() }

            /// Asks the source of the client secret again: the next attempts sign with what it gives.
            pub fn reload(&self) -> Result<(), runtime::ConfigError> { self.core.reload() }
        }
    });
    quote! {
        /// Makes a call that this crate has no method for, signed like any other. `target` is path and query as on the wire.
        pub fn raw(&self, method: runtime::http::Method, target: impl Into<String>) -> runtime::Raw {
            self.core.raw(method, target)
        }

        /// Goes on with a call that failed: the same key and bytes, signed anew. Nothing is sent where that could act twice.
        pub fn resend(&self, error: runtime::Error) -> runtime::Resend { self.core.resend(error) }

        /// Tokens that are left in the budget of repeated attempts.
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

/// The settings from the environment, where the contract names variables.
fn from_env(context: &Context<'_>) -> Option<TokenStream> {
    let environment = &context.api.settings.environment;
    let names = [
        &environment.base_url,
        &environment.client_id,
        &environment.client_secret,
    ];
    let names: Vec<String> = names.into_iter().flatten().map(|name| docs::code(name)).collect();
    let mut docs = Docs::default();
    docs.wrapped(&format!("Takes settings from the environment: {}.", names.join(", ")));
    docs.paragraph(["Nothing has a default: without a base URL there is no client.".to_owned()]);
    let docs = docs.tokens();
    let (settings, decided) = settings(context);
    (!names.is_empty()).then(|| {
        quote! {
            #docs
            pub fn from_env() -> #settings { runtime::Builder::from_env(&crate::api::API) #decided }
        }
    })
}

/// Emits `poll_until`, for APIs with a resource that has a state.
fn poll_until() -> TokenStream {
    quote! {
        impl<O: glue::Operation> Call<O> {
            /// Asks again until the answer is what is waited for; until then also a final state and one that waits for the caller end
            /// it. `.await` waits, 10 minutes at most unless `policy` or `deadline` say otherwise.
            pub fn poll_until(self, reached: impl Fn(&O::Output) -> bool + Send + Sync + 'static) -> runtime::Poll<O>
            where
                O: glue::Pollable,
            {
                runtime::Poll::new(self.core, self.request, reached)
            }
        }
    }
}

/// Emits `credential`, for APIs whose callers show credentials.
fn credential() -> TokenStream {
    quote! {
        impl<O> Call<O> {
            /// Uses this credential for its security scheme, in place of the client's.
            pub fn credential(self, credential: runtime::Credential) -> Self {
                Self { request: self.request.credential(credential), ..self }
            }
        }
    }
}

fn call(context: &Context<'_>) -> Vec<TokenStream> {
    let recorded = context.api.idempotency.is_some().then(|| {
        quote! {
            /// Returns the intent that a journal keeps of this call, to be recorded in a transaction of your own. Nothing is sent.
            pub async fn intent(self) -> Result<runtime::Intent, runtime::Error> {
                glue::intent(self.core, self.request).await
            }
        }
    });
    vec![
        quote! {
            /// A call of the operation `O` that is ready to be sent: `.await` sends it and gives the value.
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
                pub(crate) fn of(client: &impl AsRef<glue::Core>, request: glue::Request) -> Self {
                    Self { core: client.as_ref().clone(), request, operation: std::marker::PhantomData }
                }

                /// Limits the time of each attempt.
                pub fn timeout(self, timeout: std::time::Duration) -> Self { Self { request: self.request.timeout(timeout), ..self } }

                /// Limits the time of the call with all its attempts and waits.
                pub fn deadline(self, deadline: std::time::Duration) -> Self { Self { request: self.request.deadline(deadline), ..self } }

                /// Limits how often it is sent again; 0 sends it once.
                pub fn retries(self, retries: u32) -> Self { Self { request: self.request.retries(retries), ..self } }

                /// Sets the request id of the first attempt.
                pub fn request_id(self, id: impl Into<String>) -> Self { Self { request: self.request.request_id(id), ..self } }

                /// Sends it even if it is not what the contract asks for; the server may think otherwise.
                pub fn unchecked(self) -> Self { Self { request: self.request.unchecked(), ..self } }

                /// Asks for another media type than the contract's first choice; `download` reads what it answers.
                pub fn accept(self, media: &str) -> Self { Self { request: self.request.accept(media), ..self } }

                /// Adds a header; those that the client writes itself are refused.
                pub fn header(self, name: &str, value: &str) -> Self { Self { request: self.request.header(name, value), ..self } }

                #recorded
            }
        },
        quote! {
            impl<O: glue::Operation> Call<O> {
                /// The value with status, headers, request ids, attempts and the raw body.
                pub async fn with_response(self) -> Result<runtime::Response<O::Output>, runtime::Error> {
                    glue::send(self.core, self.request).await
                }

                /// The same call, whose answer is read as bytes as they come.
                pub fn download(self) -> Call<glue::Downloaded<O>> { Call::of(&self.core, self.request) }

                /// The same call, whose answer is asked for as a stream of items.
                pub fn streamed(self) -> Call<glue::Streamed<O>>
                where
                    O: glue::Streams,
                {
                    Call::of(&self.core, self.request.accept(O::ACCEPT))
                }
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
                /// The items of all pages, asked for as they are needed.
                pub fn stream(self) -> runtime::Items<O>
                where
                    O: glue::Paged,
                {
                    runtime::Items::new(self.core, self.request)
                }

                /// All pages, asked for as they are needed.
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
