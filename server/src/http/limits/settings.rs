//! Limits as configured.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Rate;

/// What a tenant may use under a plan; what is absent is not limited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Questions and searches in one hour of the clock (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queries_per_hour: Option<u64>,
    /// Documents of all clients together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<u64>,
    /// Bytes of all clients together: originals as they were sent, and databases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

/// Limits of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitSettings {
    /// Requests of one credential; `None` for no limit.
    pub key: Option<Rate>,
    /// Requests of all credentials of a tenant together; `None` for no limit.
    pub tenant: Option<Rate>,
    /// Plans by name.
    pub plans: BTreeMap<String, Plan>,
    /// Plan of tenants for which none was chosen.
    pub default_plan: String,
}

impl LimitSettings {
    /// Plans that are there without configuration.
    pub fn known_plans() -> BTreeMap<String, Plan> {
        let plan = |queries, documents, bytes| Plan {
            queries_per_hour: Some(queries),
            documents: Some(documents),
            bytes: Some(bytes),
        };
        BTreeMap::from([
            ("free".to_owned(), plan(100, 1_000, 256 << 20)),
            ("pro".to_owned(), plan(1_000, 100_000, 16 << 30)),
            ("unlimited".to_owned(), Plan::default()),
        ])
    }

    /// No limits on requests: for a server inside a program that has its own.
    pub fn off() -> Self {
        Self { key: None, tenant: None, ..Self::default() }
    }

    /// What holds for a tenant, with the plan's name: of the plan that was chosen, or the default one when none was or it
    /// is not configured any more.
    pub(crate) fn plan(&self, chosen: Option<String>) -> (String, Plan) {
        let known = |name: &str| self.plans.get(name).copied();
        if let Some(name) = chosen {
            if let Some(plan) = known(&name) {
                return (name, plan);
            }
            tracing::warn!(plan = name, "a tenant's plan is not configured; the default one holds");
        }
        (self.default_plan.clone(), known(&self.default_plan).unwrap_or_default())
    }
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            key: Some(Rate { per_second: 10, burst: 20 }),
            tenant: Some(Rate { per_second: 50, burst: 100 }),
            plans: Self::known_plans(),
            default_plan: "unlimited".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_that_is_gone_gives_way_to_the_default() {
        let settings = LimitSettings { default_plan: "free".into(), ..LimitSettings::default() };
        for (chosen, name, queries) in
            [(None, "free", Some(100)), (Some("pro"), "pro", Some(1000)), (Some("gold"), "free", Some(100))]
        {
            let (found, plan) = settings.plan(chosen.map(str::to_owned));
            assert_eq!((found.as_str(), plan.queries_per_hour), (name, queries));
        }
        assert_eq!(settings.plan(Some("unlimited".into())).1, Plan::default());
    }
}
