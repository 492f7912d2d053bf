//! Deliveries in axum: a request comes in, a verified delivery or a status goes out.

use super::delivery::{Delivery, Webhook};
use super::rules::VerifyError;
use super::verifier::{Verifier, refused};
use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

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
    /// Returns the status of the rejection: 413 for a body that is too large, 400 for one that was cut off, 503 for unavailable
    /// keys. The status of all other reasons is 401.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Refused(VerifyError::TooLarge { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Refused(VerifyError::KeysUnavailable) => StatusCode::SERVICE_UNAVAILABLE,
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
        let limit = verifier.limit();
        match Limited::new(body, limit).collect().await {
            Ok(whole) => Ok(verifier.verify_fetching(&parts.headers, &whole.to_bytes()).await?),
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
