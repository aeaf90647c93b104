//! Two tenants with two clients each, made through the API as a user would, and words in them that exist nowhere else.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Call, Credential, LeakcheckError, Reply, Site};
use crate::random::SplitMix64;

/// What every client's document says, but for its secret.
const QUESTION: &str = "Which word opens the safe in the hall?";

/// A client with what is in it.
#[derive(Debug, Clone)]
pub(super) struct Holding {
    /// The client's name.
    pub(super) name: String,
    /// Stands in its document and nowhere else, and is never sent by the check.
    pub(super) secret: String,
    /// Its document.
    pub(super) document: String,
    /// That document's uri.
    pub(super) uri: String,
    /// The SHA-256 of its bytes, hex.
    pub(super) content_hash: String,
    /// A passage of it, as the tools name it.
    pub(super) passage: String,
    /// The job that took it.
    pub(super) job: String,
    /// The key it was sent under.
    pub(super) idempotency: String,
    /// The newest entry of its history, on servers that keep one.
    pub(super) history: Option<String>,
    pub(super) viewer: Key,
    pub(super) editor: Key,
    pub(super) admin: Key,
}

/// An API key.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) key: String,
}

/// The clients of the other tenant.
pub(super) struct Abroad {
    /// Of the same name as the client aimed at.
    pub(super) namesake: Holding,
    /// Of another name.
    pub(super) stranger: Holding,
    /// The tenant's admin.
    pub(super) admin: Key,
    /// The key that made all this.
    founder: String,
}

/// All of it.
pub struct World {
    pub(super) site: Site,
    /// What is aimed at.
    pub(super) own: Holding,
    /// Another client of the same tenant.
    pub(super) sibling: Holding,
    pub(super) abroad: Option<Abroad>,
    expired: Key,
    revoked: Key,
    founder: String,
    label: String,
}

impl World {
    /// Makes it with an admin's key of each of two tenants; without the second one half of it.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses a step.
    pub fn build(site: Site, admin: &str, other_admin: Option<&str>) -> Result<Self, LeakcheckError> {
        let seed =
            jiff::Timestamp::now().as_nanosecond() as u64 ^ u64::from(std::process::id()).rotate_left(40);
        let mut random = SplitMix64::of("leakcheck", seed);
        let run = word(&mut random);
        let label = format!("leakcheck {run}");
        let maker = Maker { site: &site, label: &label };
        let (one, two, far) =
            (format!("leak-{run}-one"), format!("leak-{run}-two"), format!("leak-{run}-far"));
        let own = maker.holding(admin, &one, &mut random)?;
        let sibling = maker.holding(admin, &two, &mut random)?;
        let expired = maker.key(admin, "admin", Some(&one), Some(1))?;
        let revoked = maker.key(admin, "admin", Some(&one), None)?;
        maker.expect(204, &Call::new("DELETE", format!("/v1/keys/{}", revoked.id)).key(Some(admin)))?;
        let abroad = other_admin.map(|founder| {
            Ok::<_, LeakcheckError>(Abroad {
                namesake: maker.holding(founder, &one, &mut random)?,
                stranger: maker.holding(founder, &far, &mut random)?,
                admin: maker.key(founder, "admin", None, None)?,
                founder: founder.to_owned(),
            })
        });
        let abroad = abroad.transpose()?;
        // Its second must have passed.
        std::thread::sleep(std::time::Duration::from_millis(1100));
        Ok(Self { own, sibling, abroad, expired, revoked, founder: admin.to_owned(), label, site })
    }

    /// Gives the caller that is taken for client 2's the key of client 1's, so that the server tells it what it must not
    /// know: for tests of the check itself.
    pub fn confuse_the_second_client(&mut self) {
        self.sibling.admin = self.own.admin.clone();
    }

    /// The key a credential shows.
    pub(super) fn key(&self, credential: Credential) -> Option<&str> {
        let abroad = self.abroad.as_ref();
        match credential {
            Credential::NoKey => None,
            Credential::Garbage => {
                Some("fn_00000000_0000000000000000000000000000000000000000000000000000000000000000")
            }
            Credential::Expired => Some(&self.expired.key),
            Credential::Revoked => Some(&self.revoked.key),
            Credential::Viewer => Some(&self.own.viewer.key),
            Credential::Editor => Some(&self.own.editor.key),
            Credential::Admin => Some(&self.own.admin.key),
            Credential::OtherClient => Some(&self.sibling.admin.key),
            Credential::OtherTenant | Credential::Namesake => abroad.map(|abroad| abroad.admin.key.as_str()),
        }
    }

    /// What a credential is aimed at. A tenant without a client of that name is shown the other one's.
    pub(super) fn aim(&self, credential: Credential) -> &Holding {
        if credential == Credential::OtherTenant { &self.sibling } else { &self.own }
    }

    /// Whether the credential can be tried here.
    pub(super) fn has(&self, credential: Credential) -> bool {
        self.abroad.is_some() || !credential.is_of_the_other_tenant()
    }

    /// Every client.
    pub(super) fn holdings(&self) -> Vec<&Holding> {
        let abroad = self.abroad.iter().flat_map(|abroad| [&abroad.namesake, &abroad.stranger]);
        [&self.own, &self.sibling].into_iter().chain(abroad).collect()
    }

    /// The clients whose words a credential may see.
    pub(super) fn visible(&self, credential: Credential) -> Vec<&Holding> {
        match credential {
            Credential::OtherClient => vec![&self.sibling],
            _ if credential.owns() => vec![&self.own],
            _ if credential.is_of_the_other_tenant() => {
                self.abroad.iter().flat_map(|abroad| [&abroad.namesake, &abroad.stranger]).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What could not be tried, in words.
    pub(super) fn skipped(&self) -> Vec<String> {
        let why = "another tenant's keys: tenants are not made over HTTP; --other-key takes an admin key of a second one";
        if self.abroad.is_some() { Vec::new() } else { vec![why.to_owned()] }
    }

    /// The note of every key that is made.
    pub(super) fn label(&self) -> &str {
        &self.label
    }

    /// The question every client can answer with its own secret.
    pub(super) fn question(&self) -> &'static str {
        QUESTION
    }
}

/// Leaves the server as it was, as far as it lets itself be reached.
impl Drop for World {
    fn drop(&mut self) {
        let founders = [(&self.founder, vec![&self.own, &self.sibling])].into_iter().chain(
            self.abroad.iter().map(|abroad| (&abroad.founder, vec![&abroad.namesake, &abroad.stranger])),
        );
        for (founder, holdings) in founders {
            let listed = self.site.send(&Call::new("GET", "/v1/keys").key(Some(founder)));
            let keys = listed.map(|reply| reply.json()).unwrap_or_default();
            for key in keys["data"].as_array().into_iter().flatten() {
                if key["label"] == self.label.as_str() && key["revoked"].is_null() {
                    let id = key["id"].as_str().unwrap_or_default();
                    let _ = self.site.send(&Call::new("DELETE", format!("/v1/keys/{id}")).key(Some(founder)));
                }
            }
            for holding in holdings {
                let call = Call::new("DELETE", format!("/v1/clients/{}", holding.name)).key(Some(founder));
                if !self.site.send(&call).is_ok_and(|reply| reply.status == 204) {
                    eprintln!("client {} is still on the server", holding.name);
                }
            }
        }
    }
}

/// Makes things, step by step.
struct Maker<'a> {
    site: &'a Site,
    label: &'a str,
}

impl Maker<'_> {
    fn holding(&self, founder: &str, name: &str, random: &mut SplitMix64) -> Result<Holding, LeakcheckError> {
        self.expect(
            201,
            &Call::new("POST", "/v1/clients").key(Some(founder)).json(&json!({ "name": name })),
        )?;
        let viewer = self.key(founder, "viewer", Some(name), None)?;
        let editor = self.key(founder, "editor", Some(name), None)?;
        let admin = self.key(founder, "admin", Some(name), None)?;
        let secret = word(random);
        let uri = format!("safe-{}", word(random));
        let idempotency = format!("idem-{}", word(random));
        let text = format!("The safe in the hall opens with the word {secret}. It was built in 1931.");
        let upload = Call::new("POST", "/v1/documents?wait=true")
            .key(Some(&editor.key))
            .header("idempotency-key", &idempotency)
            .json(&json!({ "uri": uri, "title": format!("Safe {secret}"), "text": text, "metadata": { "note": secret } }));
        let taken = self.expect(201, &upload)?;
        let document = field(&upload, &taken, "/document_id")?;
        let job = field(&upload, &taken, "/job_id")?;
        // Public words that two clients may well both have.
        let terms = Call::new("POST", "/v1/documents?wait=true").key(Some(&editor.key)).json(&terms(&uri));
        self.expect(201, &terms)?;
        // The owner finds its secret: what nobody can find would prove nothing.
        let search =
            Call::new("POST", "/v1/search").key(Some(&viewer.key)).json(&json!({ "query": QUESTION }));
        let found = self.expect(200, &search)?;
        if !found.body.contains(&secret) {
            return Err(missing(&search, &found, "the secret of the client's own document"));
        }
        let passage = format!("{document}@1:0-10");
        let listed = self.site.send(&Call::new("GET", "/v1/history").key(Some(&viewer.key)))?;
        let history = listed.json().pointer("/data/0/id").and_then(Value::as_str).map(str::to_owned);
        let content_hash = hex::encode(Sha256::digest(text.as_bytes()));
        let name = name.to_owned();
        Ok(Holding {
            name,
            secret,
            document,
            uri,
            content_hash,
            passage,
            job,
            idempotency,
            history,
            viewer,
            editor,
            admin,
        })
    }

    fn key(
        &self,
        founder: &str,
        role: &str,
        client: Option<&str>,
        expires_in_s: Option<u32>,
    ) -> Result<Key, LeakcheckError> {
        let clients = client.map(|client| vec![client]);
        let mut body = json!({ "role": role, "label": self.label });
        if let Some(clients) = clients {
            body["clients"] = json!(clients);
        }
        if let Some(seconds) = expires_in_s {
            body["expires_in_s"] = json!(seconds);
        }
        let call = Call::new("POST", "/v1/keys").key(Some(founder)).json(&body);
        let made = self.expect(201, &call)?;
        Ok(Key { id: field(&call, &made, "/id")?, key: field(&call, &made, "/key")? })
    }

    fn expect(&self, status: u16, call: &Call) -> Result<Reply, LeakcheckError> {
        let reply = self.site.send(call)?;
        if reply.status == status {
            return Ok(reply);
        }
        let step = format!("{} {}", call.method, call.path);
        let body = reply.body.chars().take(500).collect();
        Err(LeakcheckError::Preparation { step, expected: status, status: reply.status, body })
    }
}

/// A document whose words are nobody's secret.
pub(super) fn terms(uri: &str) -> Value {
    json!({ "uri": format!("terms-{uri}"), "text": "Invoices are paid within thirty days of their date." })
}

fn field(call: &Call, reply: &Reply, pointer: &str) -> Result<String, LeakcheckError> {
    let found = reply.json().pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| missing(call, reply, pointer))
}

fn missing(call: &Call, reply: &Reply, field: &str) -> LeakcheckError {
    LeakcheckError::Missing {
        step: format!("{} {}", call.method, call.path),
        field: field.to_owned(),
        body: reply.body.chars().take(500).collect(),
    }
}

/// A word that nobody has written before.
fn word(random: &mut SplitMix64) -> String {
    let letters = b"bcdfghjklmnpqrstvwxz";
    (0..14).map(|_| char::from(letters[random.below(letters.len())])).collect()
}
