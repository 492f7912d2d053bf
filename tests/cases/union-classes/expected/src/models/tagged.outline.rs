pub enum Tagged { Alias(Alias), Other(Other), Unknown(JsonValue), }
impl glue::Json for Tagged { }
glue::model!(Tagged);
