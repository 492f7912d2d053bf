//! A verified delivery as an argument of an axum handler.
//!
//! A request comes in, its body is read up to the verifier's limit, and a [`Delivery`] goes out, or a rejection that gives the
//! sender only a status. The state of the router must hold the verifier (`FromRef`). Nothing may be parsed here.

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::delivery::Delivery;
use super::rules::Webhook;
use super::verifier::{Verifier, refused};
use super::verify::VerifyError;

/// The reason why a request is not accepted as a delivery.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The verification failed.
    #[error(transparent)]
    Refused(#[from] VerifyError),
    /// The body did not arrive completely.
    #[error("the body of the delivery was cut off")]
    Broken,
}

impl Rejection {
    /// Returns the status of the rejection: 413 for a body that is too large, 400 for one that was cut off, 401 for all other
    /// reasons.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Refused(VerifyError::TooLarge { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Refused(_) => StatusCode::UNAUTHORIZED,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }
}

/// Responds with the status alone: the reason would help an attacker who forges signatures.
impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}

impl<W, S> FromRequest<S> for Delivery<W>
where
    W: Webhook,
    S: Send + Sync,
    Verifier<W>: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let verifier = Verifier::<W>::from_ref(state);
        let (parts, body): (_, Body) = request.into_parts();
        let limit = verifier.limits.bytes;
        match Limited::new(body, limit).collect().await {
            Ok(whole) => Ok(verifier.verify(&parts.headers, &whole.to_bytes())?),
            Err(error) if error.is::<LengthLimitError>() => {
                let error = VerifyError::TooLarge {
                    size: limit.saturating_add(1),
                    limit,
                };
                refused(&error);
                Err(error.into())
            }
            Err(_) => Err(Rejection::Broken),
        }
    }
}
