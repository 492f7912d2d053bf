pub struct Disk {
    pub properties: Option<DiskPropertiesObject>,
    pub state: Option<DiskStateChoice>,
    pub source: Option<DiskSource>,
    pub fault: Option<DiskFault>,
    extra: Extra,
}
impl Disk { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(Disk { properties: "properties", state: "state", source: "source", fault: "fault", });
glue::model!(Disk);
pub struct DiskPropertiesObject { pub sku: Option<DiskPropertiesObjectSku>, extra: Extra, }
impl DiskPropertiesObject { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(DiskPropertiesObject { sku: "sku", });
glue::debug!(DiskPropertiesObject);
pub struct DiskPropertiesObjectSku { pub name: Option<String>, extra: Extra, }
impl DiskPropertiesObjectSku { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(DiskPropertiesObjectSku { name: "name", });
glue::debug!(DiskPropertiesObjectSku);
pub enum DiskStateChoice { Ready, Gone, Unknown(String), }
impl DiskStateChoice { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(DiskStateChoice);
impl glue::Enum for DiskStateChoice {
    const TABLE: &'static [(&'static str, Self)] = &[ ("ready", Self::Ready), ("gone", Self::Gone), ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
glue::debug!(DiskStateChoice);
pub enum DiskSource {
    WithImage(DiskSourceWithImage),
    WithSnapshot(DiskSourceWithSnapshot),
    WithId(DiskSourceWithId),
    Unknown(JsonValue),
}
impl DiskSource {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["id", "image"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["id", "snapshot"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["id"], constants: &[], }, ],
    ];
}
impl glue::Json for DiskSource {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::WithImage(v.decode()),
                1 => Self::WithSnapshot(v.decode()),
                2 => Self::WithId(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::WithImage(value) => w.value(value),
            Self::WithSnapshot(value) => w.value(value),
            Self::WithId(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::debug!(DiskSource);
pub struct DiskSourceWithImage { pub id: String, pub image: DiskSourceWithImageImage, extra: Extra, }
impl DiskSourceWithImage { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(DiskSourceWithImage { id: "id", image: "image", });
glue::debug!(DiskSourceWithImage);
pub struct DiskSourceWithImageImage { pub tag: Option<String>, extra: Extra, }
impl DiskSourceWithImageImage { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(DiskSourceWithImageImage { tag: "tag", });
glue::debug!(DiskSourceWithImageImage);
pub struct DiskSourceWithSnapshot { pub id: String, pub snapshot: String, extra: Extra, }
impl DiskSourceWithSnapshot { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(DiskSourceWithSnapshot { id: "id", snapshot: "snapshot", });
glue::debug!(DiskSourceWithSnapshot);
pub struct DiskSourceWithId { pub id: String, extra: Extra, }
impl DiskSourceWithId { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(DiskSourceWithId { id: "id", });
glue::debug!(DiskSourceWithId);
pub enum DiskFault { Value404NoDisk(DiskFault404NoDisk), Value404NoImage(DiskFault404NoImage), Unknown(JsonValue), }
impl DiskFault {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[
            glue::Shape {
                kinds: glue::OBJECT,
                required: &["status", "code"],
                constants: &[("status", &["404"]), ("code", &["no_disk"])],
            },
        ],
        &[
            glue::Shape {
                kinds: glue::OBJECT,
                required: &["status", "code"],
                constants: &[("status", &["404"]), ("code", &["no_image"])],
            },
        ],
    ];
}
impl glue::Json for DiskFault {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Value404NoDisk(v.decode()),
                1 => Self::Value404NoImage(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Value404NoDisk(value) => w.value(value),
            Self::Value404NoImage(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::debug!(DiskFault);
pub struct DiskFault404NoDisk { pub status: Status, pub code: DiskFault404NoDiskCode, extra: Extra, }
impl DiskFault404NoDisk { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(DiskFault404NoDisk { status: "status", code: "code", });
glue::debug!(DiskFault404NoDisk);
pub enum Status { Value404, Unknown(i64), }
impl Status { pub fn value(&self) -> i64 { glue::enum_int(self) } }
impl glue::IntEnum for Status {
    const TABLE: &'static [(i64, Self)] = &[(404, Self::Value404)];
    const UNKNOWN: fn(i64) -> Self = Self::Unknown;
    fn unknown_value(&self) -> Option<i64> { if let Self::Unknown(value) = self { Some(*value) } else { None } }
}
impl glue::Json for Status {
    fn read(v: glue::Value) -> Self { glue::read_int_enum(v) }
    fn write(&self, w: &mut glue::Writer) { glue::write_int_enum(self, w); }
}
glue::debug!(Status);
pub enum DiskFault404NoDiskCode { NoDisk, Unknown(String), }
impl DiskFault404NoDiskCode { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(DiskFault404NoDiskCode);
impl glue::Enum for DiskFault404NoDiskCode {
    const TABLE: &'static [(&'static str, Self)] = &[("no_disk", Self::NoDisk)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
glue::debug!(DiskFault404NoDiskCode);
pub struct DiskFault404NoImage { pub status: Status, pub code: DiskFault404NoImageCode, extra: Extra, }
impl DiskFault404NoImage { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(DiskFault404NoImage { status: "status", code: "code", });
glue::debug!(DiskFault404NoImage);
pub enum DiskFault404NoImageCode { NoImage, Unknown(String), }
impl DiskFault404NoImageCode { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(DiskFault404NoImageCode);
impl glue::Enum for DiskFault404NoImageCode {
    const TABLE: &'static [(&'static str, Self)] = &[("no_image", Self::NoImage)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
glue::debug!(DiskFault404NoImageCode);
