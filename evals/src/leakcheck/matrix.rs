//! Every operation with every credential.

use super::canary::Watch;
use super::requests;
use super::table::{About, Row};
use super::world::World;
use super::{Call, Credential, LeakcheckError};

/// Calls one operation with each credential, aimed at client 1.
pub(super) fn walk(world: &World, row: &Row, watch: &mut Watch) -> Result<(), LeakcheckError> {
    let title = format!("{} {}", row.method, row.path);
    for credential in Credential::ALL.into_iter().filter(|credential| world.has(*credential)) {
        let expected = row.expected(credential);
        let call = aimed(world, row, credential, &expected);
        let reply = world.site.send(&call)?;
        watch.status(world, (&title, "aimed at client 1"), credential, &expected, &call, &reply);
    }
    Ok(())
}

fn aimed(world: &World, row: &Row, credential: Credential, expected: &[u16]) -> Call {
    let holding = world.aim(credential);
    // Who would be let through is given something to take away that is not there.
    let own = credential.owns() || (credential == Credential::Namesake && row.path.contains("{name}"));
    let harmless = row.destroys() && own && !expected.contains(&403);
    let absent = requests::id_of(row.path, holding).filter(|_| harmless).map(|id| requests::unknown(&id));
    // A client made by the other tenant's admin would be a new one: it is one that it has.
    let body_of = match (&world.abroad, credential) {
        (Some(abroad), Credential::OtherTenant) if row.path == "/v1/clients" => &abroad.stranger,
        _ => holding,
    };
    let call = requests::call(world, row, body_of, absent.as_deref()).key(world.key(credential));
    match row.about {
        About::Client => call.client(&holding.name),
        About::Server | About::Tenant(_) => call,
    }
}

/// After all of it every client still has what it had.
pub(super) fn owners_keep_theirs(world: &World, watch: &mut Watch) -> Result<(), LeakcheckError> {
    let own = &world.own;
    let paths = [
        format!("/v1/documents/{}", own.document),
        format!("/v1/documents/{}/text", own.document),
        format!("/v1/jobs/{}", own.job),
        "/v1/clients".to_owned(),
        "/v1/keys".to_owned(),
    ];
    for path in paths {
        let call = Call::new("GET", path).key(Some(&own.admin.key));
        let reply = world.site.send(&call)?;
        let title = format!("GET {}", call.path.replace(&own.document, "{id}").replace(&own.job, "{id}"));
        watch.status(world, (&title, "still there"), Credential::Admin, &[200], &call, &reply);
    }
    let search = Call::new("POST", "/v1/search")
        .key(Some(&own.viewer.key))
        .json(&serde_json::json!({ "query": world.question() }));
    let reply = world.site.send(&search)?;
    let found = if reply.body.contains(&own.secret) { reply.status } else { 0 };
    let judged = super::Reply { status: found, ..reply };
    watch.status(world, ("POST /v1/search", "still found"), Credential::Viewer, &[200], &search, &judged);
    Ok(())
}
