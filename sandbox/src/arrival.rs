//! In: a head and the body that comes after it. Out: the whole body, or why it is not waited for. Never: more bytes than the operation
//! takes, or than an unknown client may send.

use crate::admin;
use crate::clients::Clients;
use crate::connections::{Connections, Held};
use crate::operation::Operation;
use crate::request::Request;
use crate::route::{self, Route};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use std::sync::Arc;
use std::time::Duration;

/// The most bytes of a body that no operation reads, or that an unknown client sends.
const SMALL: usize = 64 << 10;
/// The most bytes of a body of text, such as JSON.
const TEXT: usize = 10 << 20;
/// The most bytes of a body with files.
const FILES: usize = 64 << 20;

/// A body, and the count of its bytes.
pub(crate) struct Arrived {
    pub(crate) body: Vec<u8>,
    pub(crate) held: Held,
}

/// The reason why a body is not read.
pub(crate) struct Rejected {
    pub(crate) status: u16,
    pub(crate) why: String,
}

/// Reads a body of at most so many bytes in at most this time.
pub(crate) async fn read(
    mut body: Incoming,
    limit: usize,
    time: Duration,
    connections: &Arc<Connections>,
) -> Result<Arrived, Rejected> {
    let too_large = || Rejected {
        status: 413,
        why: format!("The body is larger than the {limit} bytes that this request may have."),
    };
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let mut arrived = Arrived {
        body: Vec::new(),
        held: connections.held(),
    };
    let whole = async {
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Rejected {
                status: 400,
                why: "The body ended too early, or its encoding is wrong.".to_owned(),
            })?;
            let Ok(data) = frame.into_data() else { continue };
            if arrived.body.len() + data.len() > limit {
                return Err(too_large());
            }
            if !arrived.held.add(data.len()) {
                return Err(Rejected {
                    status: 503,
                    why: "The bodies of all current requests together are too large. Retry later.".to_owned(),
                });
            }
            arrived.body.extend_from_slice(&data);
        }
        Ok(())
    };
    let late = |_| Rejected {
        status: 408,
        why: format!("The body did not arrive within {} s.", time.as_secs_f64()),
    };
    tokio::time::timeout(time, whole).await.map_err(late)??;
    Ok(arrived)
}

/// The most bytes that the body of a request may have, by its head alone.
pub(crate) fn limit(clients: &Clients, head: &Request) -> usize {
    if admin::is_own(head) {
        return SMALL;
    }
    let app = &clients.calling(head).app;
    let Route::Found(operation, _) = route::route(&app.contract.operations, &head.method, &head.target) else {
        return SMALL;
    };
    let signing = operation.scheme.as_ref();
    let signing = signing.and_then(|name| app.contract.extensions.signing.get(name));
    let header = signing.and_then(|signing| signing.client_header.as_ref());
    let is_known = header.is_none_or(|name| head.header(name) == Some(app.credentials.client_id.as_str()));
    if is_known { of_operation(operation) } else { SMALL }
}

fn of_operation(operation: &Operation) -> usize {
    let is_text = |media: &str| media.contains("json") || media == "application/x-www-form-urlencoded";
    let all = operation.body.iter().flat_map(|body| &body.media);
    let limits = all.map(|(media, _)| if is_text(media) { TEXT } else { FILES });
    limits.max().unwrap_or(SMALL)
}
