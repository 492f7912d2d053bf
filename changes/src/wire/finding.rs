//! A difference that a rule found, before it is known who uses the schema it stands in.

use sdkwright_contract::source::Node;

use crate::contract::Operation;

/// Verdict on the clients of one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Breaks {
    No,
    Maybe,
    Yes,
}

impl Breaks {
    pub(crate) fn maybe_if(is: bool) -> Self {
        if is { Self::Maybe } else { Self::No }
    }
}

/// Verdicts on clients, by the direction in which they use the schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Impact {
    /// To clients that send it.
    pub(crate) sent: Breaks,
    /// To clients that send it as text: in a parameter or a form.
    pub(crate) text: Breaks,
    /// To clients that receive it.
    pub(crate) received: Breaks,
    /// To clients that receive it as text: in a header.
    pub(crate) read: Breaks,
    /// To clients that send it behind `not`, where what widens the schema narrows what fits.
    pub(crate) behind: Breaks,
    /// To clients that leave the parameter or the member out whose schema it is.
    pub(crate) left_out: Breaks,
    /// To clients that send or receive it in a body of XML.
    pub(crate) xml: Breaks,
}

impl Impact {
    pub(crate) const NONE: Self = Self::new(Breaks::No, Breaks::No);
    /// Fewer values fit.
    pub(crate) const NARROWED: Self = Self::new(Breaks::Yes, Breaks::No);
    /// More values fit.
    pub(crate) const WIDENED: Self = Self::new(Breaks::No, Breaks::Yes);
    /// Other values fit.
    pub(crate) const CHANGED: Self = Self::new(Breaks::Yes, Breaks::Yes);
    /// The documents do not tell.
    pub(crate) const UNSURE: Self = Self::new(Breaks::Maybe, Breaks::Maybe);

    pub(crate) const fn new(sent: Breaks, received: Breaks) -> Self {
        Self {
            sent,
            text: sent,
            received,
            read: received,
            behind: received,
            left_out: Breaks::No,
            xml: Breaks::No,
        }
    }

    /// Returns what two changes do together.
    #[must_use]
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            sent: self.sent.max(other.sent),
            text: self.text.max(other.text),
            received: self.received.max(other.received),
            read: self.read.max(other.read),
            behind: self.behind.max(other.behind),
            left_out: self.left_out.max(other.left_out),
            xml: self.xml.max(other.xml),
        }
    }

    /// Returns true if it can break receivers alone.
    pub(crate) fn is_widened(self) -> bool {
        self.sent == Breaks::No && self.received > Breaks::No
    }

    /// Returns the effect if the documents do not show whether it is one.
    #[must_use]
    pub(crate) fn softened(self) -> Self {
        Self::new(self.sent.min(Breaks::Maybe), self.received.min(Breaks::Maybe))
    }

    /// Returns the effect of a change after which all values still fit (`accepts`), or before which all did (`accepted`).
    #[must_use]
    pub(crate) fn unless(self, accepts: bool, accepted: bool) -> Self {
        let part = |is_without: bool, breaks| if is_without { Breaks::No } else { breaks };
        Self {
            sent: part(accepts, self.sent),
            text: part(accepts, self.text),
            received: part(accepted, self.received),
            read: part(accepted, self.read),
            behind: part(accepted, self.behind),
            ..self
        }
    }

    /// Returns the effect where a receiver decides whether it matters.
    #[must_use]
    pub(crate) fn soft_received(self) -> Self {
        Self {
            received: self.received.min(Breaks::Maybe),
            read: self.read.min(Breaks::Maybe),
            ..self
        }
    }
}

/// Directions in which a schema is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Uses(u16);

impl Uses {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const SENT: Self = Self(1);
    pub(crate) const TEXT: Self = Self(2);
    pub(crate) const RECEIVED: Self = Self(4);
    /// As the schema of what a sender may leave out: of a parameter, or of a member that is not required.
    pub(crate) const LEFT_OUT: Self = Self(8);
    /// Sent, behind `not`: more values in the schema are fewer in what is sent.
    pub(crate) const SENT_BEHIND_NOT: Self = Self(16);
    /// Received, behind `not`.
    pub(crate) const RECEIVED_BEHIND_NOT: Self = Self(32);
    /// Received as text, in a header.
    pub(crate) const READ: Self = Self(64);
    /// Sent in a body of XML, beside `SENT`.
    pub(crate) const SENT_XML: Self = Self(128);
    /// Received in a body of XML, beside `RECEIVED`.
    pub(crate) const RECEIVED_XML: Self = Self(256);
    pub(crate) const ALL: Self = Self(1 | 2 | 4 | 16 | 32 | 64 | 128 | 256);

    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    #[must_use]
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the uses of a schema below, by a way that keeps some: senders may leave out what takes a way of `LEFT_OUT`.
    #[must_use]
    pub(crate) fn below(self, keeps: Self) -> Self {
        let kept = self.and(keeps).without(Self::LEFT_OUT);
        let is_sent = kept.has(Self::SENT.or(Self::TEXT));
        if keeps.has(Self::LEFT_OUT) && is_sent {
            kept.or(Self::LEFT_OUT)
        } else {
            kept
        }
    }

    /// Returns the uses above a way that keeps some, from those below it.
    #[must_use]
    pub(crate) fn above(self, keeps: Self) -> Self {
        let is_left_out = self.and(keeps).has(Self::LEFT_OUT);
        let sent = if is_left_out {
            Self::SENT.or(Self::TEXT)
        } else {
            Self::NONE
        };
        self.or(sent).and(keeps).without(Self::LEFT_OUT)
    }

    /// Returns the uses below `not`; of those, the uses above it.
    #[must_use]
    pub(crate) fn swapped(self) -> Self {
        let ways = [
            (Self::READ, Self::RECEIVED_BEHIND_NOT),
            (Self::SENT, Self::SENT_BEHIND_NOT),
            (Self::TEXT, Self::SENT_BEHIND_NOT),
            (Self::RECEIVED, Self::RECEIVED_BEHIND_NOT),
            (Self::SENT_BEHIND_NOT, Self::SENT.or(Self::TEXT)),
            (Self::RECEIVED_BEHIND_NOT, Self::RECEIVED.or(Self::READ)),
        ];
        let taken = ways.into_iter().filter(|(from, _)| self.has(*from));
        taken.map(|(_, to)| to).fold(Self::NONE, Self::or)
    }
}

/// The pair of schemas in which a finding stands, or the operations that it concerns.
#[derive(Debug, Clone)]
pub(crate) enum Reach {
    /// The pair of schemas that has it: who uses that is known at the end.
    Pair,
    /// Operations, by their number, and the direction; none: all of them.
    Operations(Vec<usize>, Uses),
}

/// A difference.
#[derive(Debug, Clone)]
pub(crate) struct Delta<'t> {
    pub(crate) id: &'static str,
    pub(crate) base: Option<Node<'t>>,
    pub(crate) revision: Option<Node<'t>>,
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
    /// Subject of the sentence; empty: that of its reach.
    pub(crate) subject: String,
    /// The sentence without its subject, such as "became required".
    pub(crate) what: String,
    pub(crate) effect: Impact,
    /// Uses for which it has no effect, such as sending what is only read.
    pub(crate) exempt: Uses,
    /// Reason why nobody can tell; empty: the usual one.
    pub(crate) because: &'static str,
    /// True if it is the reason of any verdict.
    pub(crate) insists: bool,
    /// True if the values that fitted still fit, though nobody hears a part of them.
    pub(crate) is_unheard: bool,
    pub(crate) reach: Reach,
}

impl<'t> Delta<'t> {
    pub(crate) fn new(id: &'static str, reach: Reach, effect: Impact, what: impl Into<String>) -> Self {
        Self {
            id,
            base: None,
            revision: None,
            old: None,
            new: None,
            subject: String::new(),
            what: what.into(),
            effect,
            exempt: Uses::NONE,
            because: "",
            insists: false,
            is_unheard: false,
            reach,
        }
    }

    pub(crate) fn at(&mut self, base: Option<Node<'t>>, revision: Option<Node<'t>>) -> &mut Self {
        self.base = base;
        self.revision = revision;
        self
    }

    /// Moves it to nodes that are more exact, where there are any.
    pub(crate) fn on(&mut self, base: Option<Node<'t>>, revision: Option<Node<'t>>) -> &mut Self {
        self.base = base.or(self.base);
        self.revision = revision.or(self.revision);
        self
    }

    pub(crate) fn values(&mut self, old: Option<String>, new: Option<String>) -> &mut Self {
        self.old = old;
        self.new = new;
        self
    }

    /// Gives the reason why nobody can tell.
    pub(crate) fn because(&mut self, reason: &'static str) -> &mut Self {
        self.because = reason;
        self
    }

    /// Returns true if fewer values fit, or may.
    pub(crate) fn narrows(&self) -> bool {
        self.effect.sent > Breaks::No
    }

    /// Returns true if fewer values fit, or may, whether anybody hears them or not.
    pub(crate) fn refuses(&self) -> bool {
        self.narrows() && !self.is_unheard
    }

    /// Returns true if more values fit, or may.
    pub(crate) fn widens(&self) -> bool {
        self.effect.received > Breaks::No
    }

    /// Gives the reason of any verdict.
    pub(crate) fn insist(&mut self, reason: &'static str) -> &mut Self {
        self.because = reason;
        self.insists = !reason.is_empty();
        self
    }

    pub(crate) fn exempt(&mut self, uses: Uses) -> &mut Self {
        self.exempt = uses;
        self
    }
}

/// An operation of both sides.
pub(crate) struct Matched<'m, 't> {
    pub(crate) base: &'m Operation<'t>,
    pub(crate) revision: &'m Operation<'t>,
    /// Its number among all operations.
    pub(crate) number: usize,
    /// Uses of what the operation's caller sends.
    pub(crate) sent: Uses,
    /// Uses of what the caller gets back.
    pub(crate) received: Uses,
}

impl Matched<'_, '_> {
    /// Returns the reach of a finding about what is sent.
    pub(crate) fn sends(&self) -> Reach {
        Reach::Operations(vec![self.number], self.sent)
    }

    /// Returns the reach of a finding about what comes back.
    pub(crate) fn receives(&self) -> Reach {
        Reach::Operations(vec![self.number], self.received)
    }
}

/// Returns the words for a keyword with another value.
pub(crate) fn changed(word: &str, old: Option<&str>, new: Option<&str>) -> String {
    match (old, new) {
        (None, Some(new)) => format!("has the {word} `{new}` and had none"),
        (Some(old), None) => format!("no longer has the {word} `{old}`"),
        (Some(old), Some(new)) => format!("has the {word} `{new}` and had `{old}`"),
        (None, None) => String::new(),
    }
}
