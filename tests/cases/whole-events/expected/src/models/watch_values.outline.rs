pub struct WatchValuesResponseEventStream { pub data: JsonValue, pub id: Option<i64>, extra: Extra, }
impl WatchValuesResponseEventStream { pub fn extra(&self) -> &Extra; }
glue::object!(WatchValuesResponseEventStream { data: "data", id: "id", });
glue::model!(WatchValuesResponseEventStream);
