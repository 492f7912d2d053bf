pub struct Thing {
    pub unmapped: Option<ThingUnmapped>,
    pub mapped: Option<ThingMapped>,
    pub by_other_name: Option<ThingByOtherName>,
    pub numbered: Option<ThingNumbered>,
    pub nested: Option<ThingNested>,
    pub nested_told: Option<ThingNestedTold>,
    pub own_name: Option<ThingOwnName>,
    pub combined: Option<ThingCombined>,
    pub looped: Option<ThingLooped>,
    pub pointed: Option<ThingPointed>,
    pub beside: Option<ThingBeside>,
    extra: Extra,
}
impl Default for Thing { }
impl Thing { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Thing {
    unmapped: "unmapped",
    mapped: "mapped",
    by_other_name: "byOtherName",
    numbered: "numbered",
    nested: "nested",
    nested_told: "nestedTold",
    own_name: "ownName",
    combined: "combined",
    looped: "looped",
    pointed: "pointed",
    beside: "beside",
});
glue::model!(Thing);
pub enum ThingUnmapped { A(A), B(B), C(C), D(D), E(E), Unknown(JsonValue), }
impl From<A> for ThingUnmapped { }
impl From<B> for ThingUnmapped { }
impl From<C> for ThingUnmapped { }
impl From<D> for ThingUnmapped { }
impl From<E> for ThingUnmapped { }
impl glue::Json for ThingUnmapped { }
glue::debug!(ThingUnmapped);
pub enum ThingMapped { A(A), B(B), C(C), Unknown(JsonValue), }
impl From<A> for ThingMapped { }
impl From<B> for ThingMapped { }
impl From<C> for ThingMapped { }
impl glue::Json for ThingMapped { }
glue::debug!(ThingMapped);
pub enum ThingByOtherName { A(A), Same(Same), Unknown(JsonValue), }
impl From<A> for ThingByOtherName { }
impl glue::Json for ThingByOtherName { }
glue::debug!(ThingByOtherName);
pub enum ThingNumbered { One(One), Two(Two), Off(Off), Unknown(JsonValue), }
impl From<One> for ThingNumbered { }
impl From<Two> for ThingNumbered { }
impl From<Off> for ThingNumbered { }
impl glue::Json for ThingNumbered { }
glue::debug!(ThingNumbered);
pub enum ThingNested { Inner(Inner), C(C), Unknown(JsonValue), }
impl From<Inner> for ThingNested { }
impl From<C> for ThingNested { }
impl glue::Json for ThingNested { }
glue::debug!(ThingNested);
pub enum ThingNestedTold { InnerTold(InnerTold), C(C), Unknown(JsonValue), }
impl From<InnerTold> for ThingNestedTold { }
impl From<C> for ThingNestedTold { }
impl glue::Json for ThingNestedTold { }
glue::debug!(ThingNestedTold);
pub enum ThingOwnName { A(A), F(F), Unknown(JsonValue), }
impl From<A> for ThingOwnName { }
impl From<F> for ThingOwnName { }
impl glue::Json for ThingOwnName { }
glue::debug!(ThingOwnName);
pub enum ThingCombined { AM(ThingCombinedAM), CM(ThingCombinedCM), Unknown(JsonValue), }
impl From<ThingCombinedAM> for ThingCombined { }
impl From<ThingCombinedCM> for ThingCombined { }
impl glue::Json for ThingCombined { }
glue::debug!(ThingCombined);
pub enum ThingLooped { Loop(Loop), C(C), Unknown(JsonValue), }
impl From<Loop> for ThingLooped { }
impl From<C> for ThingLooped { }
impl glue::Json for ThingLooped { }
glue::debug!(ThingLooped);
pub enum ThingPointed { WithKind(ThingPointedWithKind), A(A), Unknown(JsonValue), }
impl From<ThingPointedWithKind> for ThingPointed { }
impl From<A> for ThingPointed { }
impl glue::Json for ThingPointed { }
glue::debug!(ThingPointed);
pub struct ThingPointedWithKind { pub kind: String, pub p: Option<String>, extra: Extra, }
impl Default for ThingPointedWithKind { }
impl ThingPointedWithKind { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingPointedWithKind { kind: "kind", p: "p", });
glue::debug!(ThingPointedWithKind);
pub enum ThingBeside { A(ThingBesideA), C(ThingBesideC), Unknown(JsonValue), }
impl From<ThingBesideA> for ThingBeside { }
impl From<ThingBesideC> for ThingBeside { }
impl glue::Json for ThingBeside { }
glue::debug!(ThingBeside);
pub struct ThingBesideA { pub since: Option<String>, pub kind: AKind, pub x: Option<String>, extra: Extra, }
impl Default for ThingBesideA { }
impl ThingBesideA { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingBesideA { since: "since", kind: "kind", x: "x", });
glue::debug!(ThingBesideA);
pub struct ThingBesideC { pub since: Option<String>, pub kind: String, pub z: Option<String>, extra: Extra, }
impl Default for ThingBesideC { }
impl ThingBesideC { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingBesideC { since: "since", kind: "kind", z: "z", });
glue::debug!(ThingBesideC);
