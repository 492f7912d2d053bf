//! Objects: every required member; in the outermost object, and in one without required members, the optional members that an
//! example shows; and as many others as the minimum requires.

use super::{SampleForm, SampleSpec, SampleValue, Sampler};
use crate::limits;
use sdkwright_contract::ir::{self, Presence};

impl Sampler<'_> {
    /// `full`: with optional members too, if no other member identifies the object.
    pub(super) fn object(
        &self,
        ty: &ir::Type,
        shape: &ir::ObjectShape,
        wish: SampleSpec<'_>,
        full: bool,
    ) -> SampleValue {
        let mut made = Vec::new();
        let sent = || shape.members.iter().filter(|member| is_sent(member, ty.directions));
        let is_required = |member: &ir::Member| {
            matches!(member.presence, Presence::Required | Presence::RequiredNullable) || shape.requires_sent(member)
        };
        // Without them, such an object would be empty.
        let shows_optional = wish.depth == 0 || !sent().any(is_required);
        for member in sent() {
            let required = is_required(member);
            let given = wish.given.and_then(|given| given.get(&member.name));
            let shown = shows_optional
                && given.is_some_and(|given| {
                    *given != SampleValue::Null && self.fits(member.ty, given) && self.is_there(given)
                });
            if !required && !shown && !full {
                continue;
            }
            let default = match given {
                None if required => member.default.as_deref().and_then(SampleValue::parse),
                _ => None,
            };
            let given = given.or(default.as_ref());
            let may_be_null = required
                && self.notation == SampleForm::Json
                && matches!(member.presence, Presence::RequiredNullable | Presence::OptionalNullable);
            let value = match (&member.constant, given) {
                (Some(constant), _) => SampleValue::new(constant),
                (None, None | Some(SampleValue::Null)) if may_be_null => SampleValue::Null,
                (None, Some(SampleValue::Null)) => self.make(member.ty, wish.inside(None)),
                (None, given) => self.make(member.ty, wish.inside(given)),
            };
            made.push((member.name.clone(), value));
        }
        if made.is_empty() && self.notation == SampleForm::Text {
            let plain = sent().find(|member| self.is_plain(member.ty));
            made.extend(plain.map(|member| (member.name.clone(), self.make(member.ty, wish.inside(None)))));
        }
        self.fill(ty, shape, wish, &mut made);
        self.meet(ty, shape, wish, &mut made);
        SampleValue::Object(made)
    }

    /// Adds the members that conditions require. A member may be the reason for another one.
    fn meet(
        &self,
        ty: &ir::Type,
        shape: &ir::ObjectShape,
        wish: SampleSpec<'_>,
        made: &mut Vec<(String, SampleValue)>,
    ) {
        let member = |name: &String| {
            let mut members = shape.members.iter();
            members.find(|member| member.name == *name && is_sent(member, ty.directions))
        };
        for _ in 0..shape.conditions.len() {
            let missed = shape.conditions.iter().find(|condition| !is_met(condition, made));
            let sets = missed.into_iter().flat_map(|condition| &condition.one_of);
            let sets = sets.filter(|names| names.iter().all(|name| member(name).is_some()));
            // Members that are objects could be of this type again.
            let is_plain = |name: &String| member(name).is_some_and(|member| self.is_plain(member.ty));
            let Some(names) = sets.min_by_key(|names| !names.iter().all(is_plain)) else {
                return;
            };
            for member in names.iter().filter_map(member) {
                if made.iter().all(|(name, _)| *name != member.name) {
                    let given = wish.given.and_then(|given| given.get(&member.name));
                    let value = match &member.constant {
                        Some(constant) => SampleValue::new(constant),
                        None => self.make(member.ty, wish.inside(given)),
                    };
                    made.push((member.name.clone(), value));
                }
            }
        }
    }

    /// Adds optional members up to the minimum, plain ones first.
    fn fill(
        &self,
        ty: &ir::Type,
        shape: &ir::ObjectShape,
        wish: SampleSpec<'_>,
        made: &mut Vec<(String, SampleValue)>,
    ) {
        let least = shape.size[0].unwrap_or(0);
        // Members that are objects could be of this type again.
        if made.len() as u64 >= least || wish.depth > limits::SAMPLE_FILL_DEPTH {
            return;
        }
        let mut others: Vec<&ir::Member> = shape.members.iter().collect();
        others.retain(|member| is_sent(member, ty.directions) && made.iter().all(|(name, _)| *name != member.name));
        others.sort_by_key(|member| !self.is_plain(member.ty));
        for member in others {
            if (made.len() as u64) < least {
                made.push((member.name.clone(), self.make(member.ty, wish.inside(None))));
            }
        }
    }

    fn is_there(&self, value: &SampleValue) -> bool {
        self.notation == SampleForm::Json || !matches!(value, SampleValue::Text(text) if text.is_empty())
    }
}

/// Returns true if a condition does not apply to these members, or one of its sets is there.
fn is_met(condition: &ir::Condition, made: &[(String, SampleValue)]) -> bool {
    let value = |name: &String| made.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let applies = condition.when.iter().all(|(name, texts)| {
        value(name).is_some_and(|value| {
            texts.is_empty() || value.text().is_some_and(|text| texts.iter().any(|one| one == text))
        })
    });
    !applies
        || condition
            .one_of
            .iter()
            .any(|names| names.iter().all(|name| value(name).is_some()))
}

/// Returns true if the caller sends the member: false for response-only ones and for those that the client fills in.
pub(super) fn is_sent(member: &ir::Member, directions: ir::Directions) -> bool {
    !(member.read_only && directions.request) && member.bound.is_none()
}
