pub enum Animal { Dog(Dog), Puppy(Puppy), Unknown(JsonValue), }
impl glue::Json for Animal { }
glue::model!(Animal);
