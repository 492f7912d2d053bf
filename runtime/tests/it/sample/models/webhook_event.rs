//! The schema `WebhookEvent`.

use sdkwright_runtime::{JsonValue, glue};

/// The type of the event.
#[derive(Clone, PartialEq)]
pub struct WebhookEvent {
    pub event_id: String,
    pub event_type: String,
    pub data: Option<JsonValue>,
    extra: glue::Extra,
}

impl glue::Json for WebhookEvent {
    #[inline]
    fn read(v: glue::Value<'_>) -> Self {
        Self {
            event_id: v.get("eventId"),
            event_type: v.get("eventType"),
            data: v.get("data"),
            extra: v.rest(),
        }
    }

    #[inline]
    fn write(&self, w: &mut glue::Writer) {
        w.begin("WebhookEvent");
        w.put("eventId", &self.event_id);
        w.put("eventType", &self.event_type);
        w.put("data", &self.data);
        w.rest(&self.extra);
    }
}

impl std::fmt::Debug for WebhookEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        glue::debug(self, f)
    }
}
