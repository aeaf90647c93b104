//! `footnote doctor`: what is in force, where it came from, and what is wrong.

use std::net::TcpListener;
use std::process::{Command, Stdio};

use footnote_index::{Control, Engine, EngineOptions, active_kernel};
use footnote_ingest::worker::Extractor;
use serde::Serialize;

use super::Ended;
use super::config::Settings;
use super::output::Output;
use crate::http::check_keys;

#[derive(Debug, Serialize)]
struct Check {
    part: &'static str,
    ok: bool,
    detail: String,
}

pub(super) fn run(settings: &Settings, out: &mut Output) -> anyhow::Result<Ended> {
    let shown: Vec<Vec<String>> = settings
        .shown
        .iter()
        .map(|s| vec![s.key.to_owned(), s.value.clone(), s.origin.to_string()])
        .collect();
    let checks = [
        data(settings),
        plans(settings),
        tokens(settings),
        model(settings),
        worker(settings),
        fetcher(),
        port(settings),
        processor(),
    ];
    out.object(&serde_json::json!({
        "version": env!("CARGO_PKG_VERSION"),
        "settings": settings.shown.iter().map(|s| serde_json::json!({ "key": s.key, "value": s.value, "from": s.origin.to_string() })).collect::<Vec<_>>(),
        "checks": checks,
    }))?;
    out.line(format!("footnote {}\n", env!("CARGO_PKG_VERSION")))?;
    out.table(&["SETTING", "VALUE", "FROM"], &shown)?;
    out.line("")?;
    let rows: Vec<Vec<String>> = checks
        .iter()
        .map(|c| vec![if c.ok { "ok" } else { "WRONG" }.to_owned(), c.part.to_owned(), c.detail.clone()])
        .collect();
    out.table(&["", "PART", "DETAIL"], &rows)?;
    let wrong = checks.iter().filter(|c| !c.ok).count();
    if wrong > 0 {
        anyhow::bail!("{wrong} of {} checks found something wrong", checks.len());
    }
    Ok(Ended::Well)
}

fn check(part: &'static str, result: Result<String, String>) -> Check {
    let ok = result.is_ok();
    Check { part, ok, detail: result.unwrap_or_else(|e| e) }
}

fn data(settings: &Settings) -> Check {
    let path = &settings.data;
    if !path.exists() {
        return check(
            "data directory",
            Ok(format!("{} does not exist yet; `footnote init` makes it", path.display())),
        );
    }
    let opened = Engine::open(path, EngineOptions::default()).map_err(|e| e.to_string());
    let counted = opened.and_then(|engine| {
        let names = engine.control().clients(&settings.tenant).map_err(|e| e.to_string())?;
        let (mut documents, mut pending, mut failed) = (0, 0, 0);
        for name in &names {
            #[expect(clippy::disallowed_methods, reason = "the operator inspects their own data directory")]
            let scope = engine.control().scope(&settings.tenant, name).map_err(|e| e.to_string())?;
            if let Some(scope) = scope {
                let stats = engine.stats(&scope).map_err(|e| format!("client {name}: {e}"))?;
                documents += stats.documents;
                pending += stats.pending;
                failed += stats.failed;
            }
        }
        let free = engine
            .free_bytes()
            .map_or_else(|| "unknown".into(), |b| format!("{:.1} GiB", b as f64 / (1u64 << 30) as f64));
        Ok(format!(
            "{}: {} clients, {documents} documents, {pending} waiting, {failed} failed, {free} free",
            path.display(),
            names.len()
        ))
    });
    check("data directory", counted)
}

/// Whether every tenant's plan is configured.
fn plans(settings: &Settings) -> Check {
    if !settings.data.join("control.db").exists() {
        return check("plans", Ok("no tenants yet".to_owned()));
    }
    let chosen = Control::beside(&settings.data).and_then(|control| control.tenant_plans());
    let judged = chosen.map_err(|e| e.to_string()).and_then(|tenants| {
        let limits = &settings.serving.limits;
        let unknown = |plan: &Option<String>| plan.as_ref().is_some_and(|p| !limits.plans.contains_key(p));
        match tenants.iter().find(|(_, plan)| unknown(plan)) {
            Some((tenant, Some(plan))) => Err(format!(
                "tenant {tenant} has the plan {plan}, which is not configured: {} holds; add [plans.{plan}], or `footnote tenant plan {tenant} NAME`",
                limits.default_plan
            )),
            _ => Ok(format!("{} tenants, every plan is configured", tenants.len())),
        }
    });
    check("plans", judged)
}

/// Whether the keys of tokens can be read.
fn tokens(settings: &Settings) -> Check {
    let detail = match &settings.serving.jwt {
        None => Ok("none are accepted: jwt_issuer is not set".to_owned()),
        Some(jwt) => check_keys(jwt)
            .map(|keys| format!("of {}, {keys} keys in {}", jwt.issuer, jwt.keys))
            .map_err(|reason| format!("the keys cannot be used: {reason}")),
    };
    check("tokens", detail)
}

fn model(settings: &Settings) -> Check {
    let verified = Settings::models()
        .map_err(|e| e.to_string())
        .and_then(|store| store.verify(&settings.model).map_err(|e| e.to_string()))
        .map(|dir| format!("{} in {}, every hash matches", dir.config().name, dir.path().display()));
    check("model", verified)
}

fn worker(settings: &Settings) -> Check {
    let extractor = Extractor::new(settings.app().limits);
    let result = extractor
        .extract(b"A sentence to extract.", "doctor.txt", None)
        .map(|_| "starts, sets its limits, extracts".to_owned())
        .map_err(|e| e.to_string());
    check("extract worker", result)
}

fn fetcher() -> Check {
    let pip = Command::new("python3")
        .args(["-m", "pip", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success());
    let detail = if pip {
        "python3 with pip is here"
    } else {
        "python3 with pip is not here: `models fetch` needs it, or --from PATH; nothing else does"
    };
    check("model fetching", Ok(detail.to_owned()))
}

fn port(settings: &Settings) -> Check {
    let result =
        TcpListener::bind(&settings.bind).map(|_| format!("{} is free", settings.bind)).or_else(|e| match e
            .kind()
        {
            std::io::ErrorKind::AddrInUse => {
                Ok(format!("{} is in use (by a running server?)", settings.bind))
            }
            _ => Err(format!("{}: {e}", settings.bind)),
        });
    check("bind address", result)
}

fn processor() -> Check {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    check("processor", Ok(format!("{threads} threads, vector kernel {}", active_kernel())))
}
