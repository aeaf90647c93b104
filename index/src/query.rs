//! The query path, top to bottom: one view, two legs, fusion, hits.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, MutexGuard};
use std::time::Instant;

use roaring::RoaringBitmap;
use serde::Serialize;

use crate::client::Client;
use crate::filter::{FacetValue, Filter};
use crate::fusion::{self, Fused, Fusion, OF_DOCUMENT};
use crate::store::ChunkHead;
use crate::text::{Lexical, Typed};
use crate::vector::{Compared, Rows};
use crate::view::{Served, View};
use crate::{ChunkFlag, DocumentId, Engine, Error, Position, Result, Scope};

/// Candidates each leg hands to fusion unless said otherwise.
pub const DEFAULT_DEPTH: usize = 100;

/// Most hits of one search.
pub const MAX_TOP_K: usize = 1000;

/// Most facets of one search.
pub const MAX_FACETS: usize = 20;

/// Most values of a facet.
pub const FACET_VALUES: usize = 100;

/// Which legs answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Both, fused.
    Hybrid,
    /// Lexical only.
    Bm25,
    /// Vectors only.
    Dense,
}

impl std::str::FromStr for Mode {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self> {
        match s {
            "hybrid" => Ok(Self::Hybrid),
            "bm25" => Ok(Self::Bm25),
            "dense" => Ok(Self::Dense),
            _ => Err(Error::InvalidInput { reason: format!("mode {s:?}: use hybrid, bm25 or dense") }),
        }
    }
}

/// A search of one client.
#[derive(Debug, Clone)]
pub struct SearchRequest<'a> {
    /// The question as typed.
    pub query: &'a str,
    /// Its vector and the fingerprint it was made under; without it the dense leg is degraded.
    pub vector: Option<(&'a [f32], &'a str)>,
    /// Which legs answer.
    pub mode: Mode,
    /// Hits wanted, 1 to [`MAX_TOP_K`].
    pub top_k: usize,
    /// Candidates each leg hands to fusion.
    pub depth: usize,
    /// Fusion settings.
    pub fusion: Fusion,
    /// What a chunk of a hybrid search takes of its document's best one, as a share of the distance, 0 to below 1.
    pub of_document: f32,
    /// Whether hits say how they came to their score.
    pub explain: bool,
    /// Only chunks of documents that pass it.
    pub filter: Option<&'a Filter>,
    /// Whether the marks of a query mean something: what is quoted must stand, word by word, in a chunk or in a title or
    /// heading over it, and for the text leg a word with a `*` at its end stands for the words that begin with it
    /// (the vector should be that of the query [`without_stars`](crate::without_stars)).
    pub phrases: bool,
    /// Whether for the text leg the last word of the query, when nothing follows it, stands for the words that begin
    /// with it as well: what a box that searches while somebody types needs.
    pub prefix: bool,
    /// Fields whose values are counted, at most [`MAX_FACETS`].
    pub facets: &'a [String],
}

impl<'a> SearchRequest<'a> {
    /// A hybrid search with the defaults.
    pub fn new(query: &'a str, vector: Option<(&'a [f32], &'a str)>, top_k: usize) -> Self {
        Self {
            query,
            vector,
            mode: Mode::Hybrid,
            top_k,
            depth: DEFAULT_DEPTH,
            fusion: Fusion::default(),
            of_document: OF_DOCUMENT,
            explain: false,
            filter: None,
            phrases: false,
            prefix: false,
            facets: &[],
        }
    }
}

/// What a search found.
#[derive(Debug, Clone)]
pub struct SearchResponse {
    /// The commit it saw.
    pub seq: u64,
    /// Best first.
    pub hits: Vec<Hit>,
    /// Parts that did not take part, and why.
    pub degraded: Vec<Degraded>,
    /// For each field asked for, its values among the documents that pass the filter, whether or not the query finds
    /// them: the commonest [`FACET_VALUES`], with the number of documents.
    pub facets: BTreeMap<String, Vec<FacetValue>>,
    /// Milliseconds by stage.
    pub timings_ms: BTreeMap<&'static str, f64>,
}

/// A part of the pipeline that was skipped or failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Degraded {
    /// `bm25`, `dense`, ...
    pub part: &'static str,
    /// Why, in words.
    pub reason: String,
}

/// A chunk that answers.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The chunk.
    pub chunk_id: u32,
    /// Its document.
    pub document_id: DocumentId,
    /// Its version.
    pub version: u32,
    /// Its place among the chunks of the version, from 0.
    pub ordinal: u32,
    /// The document's uri.
    pub uri: String,
    /// The document's title.
    pub title: String,
    /// Its language, which is the document's unless it is another.
    pub language: Option<String>,
    /// The chunk's text: exactly the version's text at its place.
    pub text: String,
    /// Its place in Unicode scalar values.
    pub start_char: usize,
    /// End of its place, exclusive.
    pub end_char: usize,
    /// Its page, slide or cells.
    pub position: Position,
    /// What a reader of it must know.
    pub flags: Vec<ChunkFlag>,
    /// Headings above it, outermost first.
    pub heading_path: Vec<String>,
    /// The document's metadata: the caller's keys, and below them what the document says of itself.
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// Rank score: comparable inside one answer only.
    pub score: f32,
    /// How the score came about, when asked for.
    pub explain: Option<Explain>,
}

/// How a hit came to its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Explain {
    /// The lexical leg's view of it; `None` when it is not among its candidates.
    pub bm25: Option<LegScore>,
    /// The dense leg's view of it.
    pub dense: Option<LegScore>,
    /// What it took of a better chunk of its document; 0 for a document's best.
    pub document: f32,
    /// How the vectors were searched.
    pub planner: Plan,
}

/// How the dense leg went about a search; all zero when it took no part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Plan {
    /// Vectors whose product with the question's was computed.
    pub compared: u64,
    /// Vectors that were estimated by their codes first; those that could be among the best were then compared.
    pub estimated: u64,
    /// Vectors compared on the way through a graph.
    pub walked: u64,
    /// Vectors there are, those that ended lately included.
    pub of: u64,
}

impl std::fmt::Display for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self { of: 0, .. } => f.write_str("not searched"),
            Self { compared, estimated: 0, walked: 0, of } => {
                write!(f, "exact, {compared} of {of} compared")
            }
            Self { compared, estimated, walked: 0, of } => {
                write!(f, "codes, {estimated} of {of} estimated, {compared} compared")
            }
            Self { compared, estimated, walked, of } => {
                write!(f, "graph, {walked} of {of} compared on the way, {} beside it", compared + estimated)
            }
        }
    }
}

/// One leg's view of a hit.
#[derive(Debug, Clone, PartialEq)]
pub struct LegScore {
    /// Rank from 1.
    pub rank: u32,
    /// The leg's own score: BM25, or the cosine.
    pub score: f32,
    /// What it added to the fused score.
    pub share: f32,
}

/// A view can be overtaken by a sweep while its hits are read; then the search runs again on the
/// newer view. After this many times it holds the view still.
const FREE_TRIES: usize = 3;

/// Most candidates of a leg, whatever a request asks for.
const MAX_DEPTH: usize = 10_000;

impl Engine {
    /// Searches one client.
    ///
    /// Returns `top_k` hits whenever that many chunks match: never fewer because of deletes or
    /// replacements going on at the same time.
    pub fn search(&self, scope: &Scope, request: &SearchRequest<'_>) -> Result<SearchResponse> {
        if request.top_k == 0 || request.top_k > MAX_TOP_K {
            return Err(Error::InvalidInput {
                reason: format!("top_k is {}, use 1 to {MAX_TOP_K}", request.top_k),
            });
        }
        if request.facets.len() > MAX_FACETS {
            return Err(Error::InvalidInput {
                reason: format!("{} facets, the limit is {MAX_FACETS}", request.facets.len()),
            });
        }
        let client = self.client(scope)?;
        let refreshed = client.refresh_if_behind();
        let mut gone = RoaringBitmap::new();
        let mut tries = 0;
        loop {
            tries += 1;
            let still = (tries > FREE_TRIES).then(|| client.hold_view());
            let view = client.view();
            let mut out = SearchResponse {
                seq: view.seq,
                hits: Vec::new(),
                degraded: Vec::new(),
                facets: BTreeMap::new(),
                timings_ms: BTreeMap::new(),
            };
            if let Err(error) = &refreshed {
                let reason = format!("the newest changes are not searchable yet: {error}");
                out.degraded.push(Degraded { part: "index", reason });
            }
            let Some(served) = &view.served else { return Ok(out) };
            let Some(allowed) = narrow(&client, &view, served, request, still.as_ref(), &mut out)? else {
                // The view is so old that its documents are known no more, or another generation serves by now.
                continue;
            };
            let allowed = quoting(&client, served, request, allowed)?;
            let legs = run_legs(served, &gone, allowed, request, &mut out)?;
            let started = Instant::now();
            let mut fused = match request.mode {
                Mode::Hybrid => lifted(&client, request, request.fusion.fuse([&legs.bm25, &legs.dense]))?,
                Mode::Bm25 => alone(&legs.bm25, 0),
                Mode::Dense => alone(&legs.dense, 1),
            };
            fused.truncate(request.top_k);
            let ids: Vec<u32> = fused.iter().map(|f| f.id).collect();
            let mut heads: HashMap<u32, ChunkHead> =
                client.store.heads(&ids, view.seq)?.into_iter().map(|h| (h.id, h)).collect();
            if heads.len() < ids.len() {
                // Swept, then a newer view is there already; or deleted by a commit no view shows
                // yet, then others take their places.
                gone.extend(ids.iter().filter(|id| !heads.contains_key(id)));
                continue;
            }
            for f in &fused {
                if let Some(head) = heads.remove(&f.id) {
                    let explain = request.explain.then(|| legs.explain(f));
                    out.hits.push(hit(head, f.score, explain));
                }
            }
            out.timings_ms.insert("fuse_and_read", ms(started));
            return Ok(out);
        }
    }
}

#[derive(Default)]
struct Legs {
    bm25: Vec<(u32, f32)>,
    dense: Vec<(u32, f32)>,
    plan: Plan,
}

impl Legs {
    fn explain(&self, fused: &Fused) -> Explain {
        let score = |leg: usize, ranking: &[(u32, f32)]| {
            let rank = fused.ranks[leg];
            let at = (rank as usize).checked_sub(1)?;
            Some(LegScore { rank, score: ranking.get(at)?.1, share: fused.shares[leg] })
        };
        let [bm25, dense] = [score(0, &self.bm25), score(1, &self.dense)];
        Explain { bm25, dense, document: fused.lift, planner: self.plan }
    }
}

/// What a filter leaves.
type Allowed = Option<Arc<RoaringBitmap>>;

/// Evaluates the filter to the chunks it lets pass, and counts the facets among their documents. `None` when the view
/// has been overtaken.
fn narrow(
    client: &Client,
    view: &View,
    served: &Served,
    request: &SearchRequest<'_>,
    order: Option<&MutexGuard<'_, ()>>,
    out: &mut SearchResponse,
) -> Result<Option<Allowed>> {
    if request.filter.is_none() && request.facets.is_empty() {
        return Ok(Some(None));
    }
    let started = Instant::now();
    let attributes = client.attributes(order)?;
    let Some(attributes) = attributes.as_ref().filter(|it| it.covers(served.generation.id, view.seq)) else {
        return Ok(None);
    };
    let all = Filter::And(Vec::new());
    let versions = attributes.passing(request.filter.unwrap_or(&all), view.seq);
    for field in request.facets {
        out.facets.insert(field.clone(), attributes.facet(field, &versions, FACET_VALUES));
    }
    let allowed = request.filter.map(|_| Arc::new(attributes.chunks(&versions)));
    out.timings_ms.insert("filter", ms(started));
    Ok(Some(allowed))
}

/// Of the chunks `allowed` (all of them when not given) those that have what the request quotes.
fn quoting(
    client: &Client,
    served: &Served,
    request: &SearchRequest<'_>,
    allowed: Allowed,
) -> Result<Allowed> {
    if !request.phrases {
        return Ok(allowed);
    }
    let found = served.text.with_phrases(request.query).map_err(|error| client.text_error(error))?;
    Ok(match (found, allowed) {
        (Some(found), Some(allowed)) => Some(Arc::new(found & &*allowed)),
        (Some(found), None) => Some(Arc::new(found)),
        (None, allowed) => allowed,
    })
}

/// Runs the legs `request` asks for, over the chunks `allowed` when given, without those in `gone`.
fn run_legs(
    served: &Served,
    gone: &RoaringBitmap,
    allowed: Allowed,
    request: &SearchRequest<'_>,
    out: &mut SearchResponse,
) -> Result<Legs> {
    let depth = request.depth.min(MAX_DEPTH).max(request.top_k);
    let mut legs = Legs::default();
    let allowed = allowed.map(|allowed| if gone.is_empty() { allowed } else { Arc::new(&*allowed - gone) });
    if request.mode != Mode::Dense {
        let started = Instant::now();
        // Asking for that many more keeps the leg full. Of what is dead in this view the text
        // segments hold nothing any more.
        let spare = usize::try_from(gone.len()).unwrap_or(MAX_DEPTH);
        let typed = Typed::new(request.query, request.phrases, request.prefix);
        match served.text.search(&typed, depth + spare, allowed.as_ref()) {
            Ok(Some(Lexical { hits, notes })) => {
                legs.bm25 = hits;
                out.degraded.extend(notes.into_iter().map(|reason| Degraded { part: "query", reason }));
            }
            Ok(None) => out
                .degraded
                .push(Degraded { part: "bm25", reason: "the question has no word to look up".into() }),
            Err(error) => out.degraded.push(Degraded { part: "bm25", reason: error.to_string() }),
        }
        legs.bm25.retain(|(id, _)| !gone.contains(*id));
        legs.bm25.truncate(depth);
        out.timings_ms.insert("bm25", ms(started));
    }
    if request.mode != Mode::Bm25 {
        let started = Instant::now();
        match request.vector {
            Some((vector, fingerprint)) => {
                let spec = &served.generation.spec;
                if !spec.same_encoder(fingerprint) {
                    return Err(Error::FingerprintMismatch {
                        stored: spec.name.clone(),
                        wanted: format!(
                            "another model (fingerprint {})",
                            fingerprint.chars().take(12).collect::<String>()
                        ),
                    });
                }
                if vector.len() != spec.dims || !vector.iter().all(|x| x.is_finite()) {
                    return Err(Error::InvalidVector {
                        reason: format!("{} values, {} finite ones needed", vector.len(), spec.dims),
                    });
                }
                let dead = &served.dead | gone;
                let rows = match &allowed {
                    Some(allowed) => Rows::Allowed(allowed),
                    None => Rows::Live { dead: &dead },
                };
                let of = served.vectors.len() as u64;
                let (hits, Compared { exactly, estimated, walked }) =
                    served.vectors.search(vector, depth, &rows);
                legs.dense = hits;
                legs.plan = Plan { compared: exactly, estimated, walked, of };
            }
            None => {
                out.degraded.push(Degraded { part: "dense", reason: "no vector for the question".into() });
            }
        }
        out.timings_ms.insert("dense", ms(started));
    }
    Ok(legs)
}

/// The best of `fused` (best first), lifted towards the best of their documents.
fn lifted(client: &Client, request: &SearchRequest<'_>, mut fused: Vec<Fused>) -> Result<Vec<Fused>> {
    if request.of_document > 0.0 {
        fused.truncate(fusion::in_reach(&fused, request.top_k, request.of_document));
        let ids: Vec<u32> = fused.iter().map(|f| f.id).collect();
        fusion::lift(&mut fused, &client.store.documents_of(&ids)?, request.of_document);
    }
    Ok(fused)
}

fn alone(ranking: &[(u32, f32)], leg: usize) -> Vec<Fused> {
    (1u32..)
        .zip(ranking)
        .map(|(rank, (id, score))| {
            let mut fused = Fused { id: *id, score: *score, lift: 0.0, shares: [0.0; 2], ranks: [0; 2] };
            fused.shares[leg] = *score;
            fused.ranks[leg] = rank;
            fused
        })
        .collect()
}

pub(crate) fn hit(head: ChunkHead, score: f32, explain: Option<Explain>) -> Hit {
    Hit {
        chunk_id: head.id,
        document_id: head.document_id,
        version: head.version,
        ordinal: head.ordinal,
        uri: head.uri,
        title: head.title,
        language: head.language,
        text: head.text,
        start_char: head.start_char,
        end_char: head.end_char,
        position: head.position,
        flags: head.flags,
        heading_path: head.heading_path,
        metadata: head.metadata,
        score,
        explain,
    }
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
