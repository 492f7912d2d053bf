pub struct CreateDiskRequestBody { pub size: Option<i64>, extra: Extra, }
impl Default for CreateDiskRequestBody { fn default() -> Self { Self::new() } }
impl CreateDiskRequestBody {
    pub fn new() -> Self { Self { size: None, extra: Extra::default(), } }
    pub fn extra(&self) -> &Extra { &self.extra }
}
glue::object!(CreateDiskRequestBody { size: "size", });
glue::model!(CreateDiskRequestBody);
