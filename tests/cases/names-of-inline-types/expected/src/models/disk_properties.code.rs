pub struct DiskProperties { pub sku: Option<DiskPropertiesSku>, extra: Extra, }
impl DiskProperties { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(DiskProperties { sku: "sku", });
glue::model!(DiskProperties);
pub struct DiskPropertiesSku { pub tier: Option<String>, extra: Extra, }
impl DiskPropertiesSku { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(DiskPropertiesSku { tier: "tier", });
glue::debug!(DiskPropertiesSku);
