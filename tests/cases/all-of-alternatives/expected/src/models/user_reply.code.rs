pub struct UserReply { pub ok: bool, pub data: User, extra: Extra, }
impl UserReply { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(UserReply { ok: "ok", data: "data", });
glue::model!(UserReply);
