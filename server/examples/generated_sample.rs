//! Asks a generator the questions of the sample corpus, in a data directory that `footnote demo --data DIR` left, and
//! counts what is served of what it writes. Every quote is compared with the store.
//!
//! ```text
//! generated_sample DIR CONFIG ENGINE COUNT
//! ```
//! CONFIG is a `footnote.toml` that names the engine, COUNT the answers in which it is to be asked. One JSON line an
//! answer, and a summary at the end.

use std::sync::Arc;
use std::time::Instant;

use footnote_datasets::{QuestionKind, sample};
use footnote_index::{Engine, EngineOptions, Name};
use footnote_ingest::worker::ExtractLimits;
use footnote_models::{DEFAULT_MODEL, EmbeddingService, Encoder, ModelStore, Precision, ServiceOptions};
use footnote_server::answers::generated::{Counts, Told};
use footnote_server::app::App;
use footnote_server::generators::{Cancel, Generators, GeneratorsConfig};
use footnote_server::wire::{AnswerBody, GroundingStatus};
use serde_json::json;

type Failure = Box<dyn std::error::Error>;

#[derive(Default)]
struct Totals {
    asked: usize,
    written: usize,
    declined: usize,
    fell_back: usize,
    counts: Counts,
    citations: usize,
    exact: usize,
    seconds: f64,
    prompt_tokens: usize,
    completion_tokens: usize,
}

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [dir, config, engine, count] = args.as_slice() else {
        return Err("usage: generated_sample DIR CONFIG ENGINE COUNT".into());
    };
    let count: usize = count.parse()?;
    let store = ModelStore::from_env()?;
    let encoder = Encoder::load(&store.open(DEFAULT_MODEL)?, Precision::default())?;
    let service = EmbeddingService::spawn(encoder, ServiceOptions::default());
    let index = Arc::new(Engine::open(std::path::Path::new(dir), EngineOptions::default())?);
    let app = App::new(index, service, ExtractLimits::default());
    let table: toml::Table = std::fs::read_to_string(config)?.parse()?;
    let config = GeneratorsConfig::read(table.get("generators"), table.get("answers"))?;
    app.set_generators(Generators::open(&config.only(Some(engine))?, &store)?);

    let mut questions: Vec<_> = sample()
        .iter()
        .flat_map(|client| client.questions().into_iter().map(move |question| (client.name, question)))
        .collect();
    // Questions with an answer first: the others mostly end before an engine is asked.
    questions.sort_by_key(|(_, q)| (q.kind != QuestionKind::Answerable, q.language != "en"));
    let mut totals = Totals::default();
    for (client, question) in questions {
        if totals.asked >= count {
            break;
        }
        ask(&app, client, &question.text, engine, &mut totals)?;
    }
    let Totals { asked, written, declined, fell_back, counts, citations, exact, seconds, .. } = totals;
    println!(
        "{}",
        json!({
            "asked": asked, "written": written, "declined": declined, "fell_back": fell_back,
            "sentences": { "verified": counts.verified, "partial": counts.partial, "dropped": counts.dropped },
            "citations": citations, "exact": exact, "seconds": seconds,
            "prompt_tokens": totals.prompt_tokens, "completion_tokens": totals.completion_tokens,
        })
    );
    Ok(())
}

fn ask(app: &App, client: &str, question: &str, engine: &str, totals: &mut Totals) -> Result<(), Failure> {
    #[expect(clippy::disallowed_methods, reason = "the demo made this client for whoever runs this")]
    let scope = app.engine().control().scope(&Name::new("default")?, &Name::new(client)?)?;
    let scope = scope.ok_or("DIR is not what `footnote demo --data DIR` leaves")?;
    let body = AnswerBody {
        question: question.to_owned(),
        engine: Some(engine.to_owned()),
        ..AnswerBody::default()
    };
    let mut counts = Counts::default();
    let started = Instant::now();
    let answer = app.tell_answer(&scope, &body, &Cancel::default(), &mut |told| {
        if let Told::Counted(of_engine) = told {
            counts = of_engine;
        }
    })?;
    if !answer.timings_ms.contains_key("generate") {
        return Ok(());
    }
    let seconds = started.elapsed().as_secs_f64();
    totals.asked += 1;
    totals.seconds += seconds;
    let own = answer.engine == engine;
    totals.written += usize::from(own && answer.grounding.status != GroundingStatus::Abstained);
    totals.declined += usize::from(own && answer.grounding.status == GroundingStatus::Abstained);
    totals.fell_back += usize::from(!own);
    totals.counts.verified += counts.verified;
    totals.counts.partial += counts.partial;
    totals.counts.dropped += counts.dropped;
    if let Some(usage) = &answer.usage {
        totals.prompt_tokens += usage.prompt_tokens;
        totals.completion_tokens += usage.completion_tokens;
    }
    for citation in &answer.citations {
        let place = citation.source.start_char..citation.source.end_char;
        let read = app.engine().text(&scope, &citation.document_id, Some(citation.version), Some(place))?;
        totals.citations += 1;
        totals.exact += usize::from(read.text == citation.quote);
    }
    println!(
        "{}",
        json!({
            "client": client, "question": question, "engine": answer.engine, "answer": answer.answer,
            "status": answer.grounding.status, "degraded": answer.degraded, "seconds": seconds,
            "verified": counts.verified, "partial": counts.partial, "dropped": counts.dropped,
            "support": answer.citations.iter().map(|c| json!({ "quote": c.quote, "status": c.support.status })).collect::<Vec<_>>(),
        })
    );
    Ok(())
}
