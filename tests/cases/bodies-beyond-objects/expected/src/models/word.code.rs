pub type Word = Map<JsonValue>;
