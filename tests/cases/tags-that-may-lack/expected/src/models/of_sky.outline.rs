pub enum OfSky { Sun(Sun), Moon(Moon), Unknown(JsonValue), }
impl From<Sun> for OfSky { }
impl From<Moon> for OfSky { }
impl glue::Json for OfSky { }
glue::model!(OfSky);
