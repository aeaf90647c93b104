//! Who calls.

use serde::Serialize;

/// A caller. What it is aimed at are the things of client 1 of tenant 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// None.
    NoKey,
    /// Something that is no key.
    Garbage,
    /// An admin's key of client 1 whose time is over.
    Expired,
    /// An admin's key of client 1 that was revoked.
    Revoked,
    /// A viewer of client 1.
    Viewer,
    /// An editor of client 1.
    Editor,
    /// An admin limited to client 1.
    Admin,
    /// An admin limited to client 2 of the same tenant.
    OtherClient,
    /// The admin of another tenant, which has no client of that name.
    OtherTenant,
    /// The admin of another tenant, which has a client of the same name.
    Namesake,
}

impl Credential {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::NoKey,
        Self::Garbage,
        Self::Expired,
        Self::Revoked,
        Self::Viewer,
        Self::Editor,
        Self::Admin,
        Self::OtherClient,
        Self::OtherTenant,
        Self::Namesake,
    ];

    /// Whether it must be refused whatever is asked.
    pub(super) fn is_dead(self) -> bool {
        matches!(self, Self::NoKey | Self::Garbage | Self::Expired | Self::Revoked)
    }

    /// Whether the things aimed at are its own.
    pub(super) fn owns(self) -> bool {
        matches!(self, Self::Viewer | Self::Editor | Self::Admin)
    }

    /// Whether it belongs to the other tenant.
    pub(super) fn is_of_the_other_tenant(self) -> bool {
        matches!(self, Self::OtherTenant | Self::Namesake)
    }

    /// Column head.
    pub(super) fn head(self) -> &'static str {
        match self {
            Self::NoKey => "none",
            Self::Garbage => "garb",
            Self::Expired => "expi",
            Self::Revoked => "revo",
            Self::Viewer => "view",
            Self::Editor => "edit",
            Self::Admin => "admi",
            Self::OtherClient => "cli2",
            Self::OtherTenant => "ten2",
            Self::Namesake => "name",
        }
    }
}
