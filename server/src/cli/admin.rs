//! `footnote init`, `client` and `key`.

use footnote_index::Role;

use super::args::{Client, Init, Key};
use super::backend::Backend as _;
use super::config::{Settings, Usage};
use super::local::Local;
use super::output::Output;
use super::{Ended, backend};
use crate::wire::KeyBody;

pub(super) fn init(args: &Init, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let local = Local::open(settings)?;
    let live = local.keys()?.iter().filter(|k| k.revoked.is_none()).count();
    if live > 0 && !args.force {
        anyhow::bail!(
            "{} has {live} keys already; `footnote key add` makes further ones, `footnote init --force` a further admin key",
            settings.data.display()
        );
    }
    let body = KeyBody {
        role: Role::Admin.as_str().into(),
        clients: None,
        expires_in_s: None,
        label: "first admin key".into(),
    };
    let made = local.add_key(&body)?;
    out.object(&serde_json::json!({ "data": settings.data, "key_id": made.id, "key": made.key }))?;
    out.line(format!("Data directory {} is ready.", settings.data.display()))?;
    out.line("Admin key, shown this once; keep it where secrets are kept:")?;
    out.line(format!("\n    {}\n", made.key))?;
    out.line("Next: `footnote client add NAME`, `footnote ingest --client NAME PATH...`, `footnote serve`.")?;
    Ok(Ended::Well)
}

pub(super) fn client(command: &Client, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let backend = backend::open(settings)?;
    match command {
        Client::Add { name } => {
            let new = backend.add_client(name)?;
            out.object(&serde_json::json!({ "name": name, "created": new }))?;
            out.line(if new {
                format!("added client {name}")
            } else {
                format!("client {name} exists already")
            })?;
        }
        Client::List => {
            let names = backend.clients()?;
            out.object(&names)?;
            for name in &names {
                out.line(name)?;
            }
            if names.is_empty() {
                out.line("no clients yet; add one with `footnote client add NAME`")?;
            }
        }
        Client::Remove { name, yes } => {
            if !yes {
                return Err(Usage(format!(
                    "removing client {name} deletes all its documents for good; say --yes to do it"
                ))
                .into());
            }
            backend.remove_client(name)?;
            out.object(&serde_json::json!({ "removed": name }))?;
            out.line(format!("removed client {name} and everything it held"))?;
        }
    }
    Ok(Ended::Well)
}

pub(super) fn key(command: &Key, settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let backend = backend::open(settings)?;
    let made = match command {
        Key::Add(args) => backend.add_key(&KeyBody {
            role: args.role.as_str().into(),
            clients: (!args.clients.is_empty()).then(|| args.clients.clone()),
            expires_in_s: args.expires.as_deref().map(seconds).transpose()?,
            label: args.label.clone(),
        })?,
        Key::Rotate { id, overlap } => backend.rotate_key(id, seconds(overlap)?)?,
        Key::List => {
            let keys = backend.keys()?;
            out.object(&keys)?;
            let rows: Vec<Vec<String>> = keys
                .into_iter()
                .map(|k| {
                    let state = match (k.revoked, k.expires) {
                        (Some(at), _) => format!("revoked {at}"),
                        (None, Some(at)) => format!("until {at}"),
                        (None, None) => "live".into(),
                    };
                    let clients = k.clients.map_or_else(|| "all".into(), |c| c.join(","));
                    vec![k.id, k.role, clients, state, k.created, k.label]
                })
                .collect();
            out.table(&["ID", "ROLE", "CLIENTS", "STATE", "CREATED", "LABEL"], &rows)?;
            return Ok(Ended::Well);
        }
        Key::Revoke { id } => {
            backend.revoke_key(id)?;
            out.object(&serde_json::json!({ "revoked": id }))?;
            out.line(format!("revoked {id}; it is refused from now on"))?;
            return Ok(Ended::Well);
        }
    };
    out.object(&made)?;
    out.line(format!("key {} (shown this once):\n\n    {}\n", made.id, made.key))?;
    Ok(Ended::Well)
}

/// `90d`, `12h`, `30m` or `45s` in seconds.
fn seconds(text: &str) -> Result<i64, Usage> {
    let bad = || Usage(format!("duration {text:?}: use a number with d, h, m or s, for example 90d"));
    let unit = text.chars().last().ok_or_else(bad)?;
    let per = match unit {
        'd' => 86_400,
        'h' => 3_600,
        'm' => 60,
        's' => 1,
        _ => return Err(bad()),
    };
    let count: i64 = text[..text.len() - 1].parse().map_err(|_| bad())?;
    count.checked_mul(per).filter(|s| *s >= 0).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_or_refused() {
        assert_eq!(seconds("90d").expect("days"), 7_776_000);
        assert_eq!(seconds("0s").expect("zero"), 0);
        for bad in ["", "d", "90", "1y", "-1h", "99999999999999999d", "1ż"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
