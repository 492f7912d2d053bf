pub struct UsersReply { pub ok: bool, pub data: Vec<User>, extra: Extra, }
impl UsersReply { pub fn extra(&self) -> &Extra { &self.extra } }
glue::object!(UsersReply { ok: "ok", data: "data", });
glue::model!(UsersReply);
