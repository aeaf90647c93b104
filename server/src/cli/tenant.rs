//! `footnote tenant`: who has which plan. Works on the data directory, also beside the server that owns it: what is changed
//! holds from the next request on.

use footnote_index::{Control, Name};

use super::Ended;
use super::args::Tenant;
use super::config::{Settings, Usage};
use super::output::Output;

pub(super) fn run(command: &Tenant, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    if settings.server.is_some() {
        let reason =
            "plans are the operator's: `footnote tenant` works on the data directory, without --server";
        return Err(Usage(reason.to_owned()).into());
    }
    let control = Control::beside(&settings.data)?;
    let limits = &settings.serving.limits;
    match command {
        Tenant::List => {
            let tenants = control.tenant_plans()?;
            let rows: Vec<(Name, String, bool)> = tenants
                .into_iter()
                .map(|(name, chosen)| {
                    let is_chosen = chosen.is_some();
                    (name, limits.plan(chosen).0, is_chosen)
                })
                .collect();
            let objects: Vec<_> = rows
                .iter()
                .map(|(name, plan, chosen)| serde_json::json!({ "tenant": name, "plan": plan, "chosen": chosen }))
                .collect();
            out.object(&objects)?;
            let table: Vec<Vec<String>> = rows
                .iter()
                .map(|(name, plan, chosen)| {
                    let from = if *chosen { "chosen" } else { "default" };
                    vec![name.to_string(), plan.clone(), from.to_owned()]
                })
                .collect();
            out.table(&["TENANT", "PLAN", "FROM"], &table)?;
            if table.is_empty() {
                out.line("no tenants yet; `footnote client add NAME --tenant TENANT` makes one")?;
            }
        }
        Tenant::Plan { name, plan } => {
            let tenant = Name::new(name)?;
            let chosen = Some(plan.as_str()).filter(|plan| *plan != "default");
            if let Some(plan) = chosen
                && !limits.plans.contains_key(plan)
            {
                let known: Vec<&str> = limits.plans.keys().map(String::as_str).collect();
                return Err(
                    Usage(format!("plan {plan:?}: there are {}, and default", known.join(", "))).into()
                );
            }
            control.set_plan(&tenant, chosen)?;
            let (now, _) = limits.plan(chosen.map(str::to_owned));
            out.object(&serde_json::json!({ "tenant": name, "plan": now }))?;
            out.line(format!("tenant {name} has the plan {now} from its next request on"))?;
        }
    }
    Ok(Ended::Well)
}
