//! Whether a reader sees a run of text.

/// How a run looks, as far as it decides whether a reader sees it; what is not said comes from what it stands in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// Marked as hidden.
    pub(crate) vanish: Option<bool>,
    /// White letters.
    pub(crate) white: Option<bool>,
    /// Too small to read.
    pub(crate) tiny: Option<bool>,
    /// On a background of its own.
    pub(crate) shaded: Option<bool>,
}

impl Look {
    /// This look, with what it does not say from `base`.
    pub(crate) fn over(self, base: Self) -> Self {
        Self {
            vanish: self.vanish.or(base.vanish),
            white: self.white.or(base.white),
            tiny: self.tiny.or(base.tiny),
            shaded: self.shaded.or(base.shaded),
        }
    }

    /// Whether a reader sees nothing of the run; `on_shade` when it stands on a background that may be dark.
    pub(crate) fn is_hidden(self, on_shade: bool) -> bool {
        let on = |value: Option<bool>| value.unwrap_or(false);
        on(self.vanish) || on(self.tiny) || (on(self.white) && !on_shade && !on(self.shaded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_letters_are_hidden_on_white_only() {
        let look = Look { white: Some(true), ..Look::default() };
        assert!(look.is_hidden(false) && !look.is_hidden(true));
        assert!(!Look { shaded: Some(true), ..look }.is_hidden(false));
        let back = Look { vanish: Some(false), ..Look::default() };
        assert!(!back.over(Look { vanish: Some(true), ..Look::default() }).is_hidden(false));
    }
}
