pub struct Things<'c> { pub(crate) client: &'c Client, }
impl<'c> Things<'c> { pub fn add(self, key: IdempotencyKey, body: &Thing) -> Call<AddThing>; }
pub struct AddThing;
impl glue::Operation for AddThing {
    type Output = Thing;
    const DESCRIPTION: &'static glue::Description = &glue::Description::new(
            "addThing",
            "POST",
            "/things",
        )
        .intent(glue::KeyIntent::Effect)
        .ids(&[("ThingId", "/id"), ("IBAN", "/iban")])
        .successes(
            &[
                glue::Success::json(
                    200,
                    200,
                    "application/json",
                    &[
                        glue::Member::new("/id", glue::MemberKind::Id),
                        glue::Member::new("/secretHere", glue::MemberKind::Id),
                    ],
                ),
            ],
        );
}
