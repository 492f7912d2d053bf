//! A verified delivery as an argument of an axum handler.
//!
//! A request comes in, its body is read up to the verifier's limit, and a [`Delivery`] goes out, or a refusal that tells the
//! sender nothing but a status. The state of the router must hold the verifier (`FromRef`). Nothing is parsed here.

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::{Delivery, Verifier, VerifyError, Webhook};

/// Why a request is no delivery.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// It is not one of the API's.
    #[error(transparent)]
    Refused(#[from] VerifyError),
    /// Its body did not arrive whole.
    #[error("the body of the delivery broke off")]
    Broken,
}

impl Rejection {
    /// What the sender is told: too large (413), cut off (400), or not its place to know (401).
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Refused(VerifyError::TooLarge { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Refused(_) => StatusCode::UNAUTHORIZED,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }
}

/// The status alone: why a signature is refused helps whoever forges one.
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
            Err(error) if error.is::<LengthLimitError>() => Err(Rejection::Refused(VerifyError::TooLarge {
                size: limit.saturating_add(1),
                limit,
            })),
            Err(_) => Err(Rejection::Broken),
        }
    }
}
