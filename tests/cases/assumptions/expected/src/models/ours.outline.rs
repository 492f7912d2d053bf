pub type Ours = Map<JsonValue>;
