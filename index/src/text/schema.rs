//! Fields of the text index.

use tantivy::schema::{Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, TextAnalyzer, Token as TantivyToken, WhitespaceTokenizer};
use tantivy::{Index, TantivyDocument};

use super::analyzer::{Analyzer, Language};
use crate::store::ChunkRow;

/// Name of the pass-through tokenizer: our own analyzer hands tantivy finished terms.
const FINISHED: &str = "finished";

/// Name of the field that holds a chunk's id.
pub(super) const CHUNK: &str = "chunk";

/// One tantivy document a chunk:
/// - `chunk`: the chunk's id, to read it back and to delete by;
/// - `title`, `headings`, `body`: folded words, for exact matches and weights per field;
/// - `en`, `ro`, `pl`: title, headings and body together, stemmed, filled for the document's
///   language only (documents of other languages have the exact fields).
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub(super) chunk: Field,
    pub(super) title: Field,
    pub(super) headings: Field,
    pub(super) body: Field,
    pub(super) stemmed: [(Language, Field); 3],
}

/// The schema and the handles of its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let text = |record| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(FINISHED)
                .set_fieldnorms(true)
                .set_index_option(record),
        )
    };
    // Phrases are looked for as typed.
    let (exact, stemmed) = (IndexRecordOption::WithFreqsAndPositions, IndexRecordOption::WithFreqs);
    let mut builder = Schema::builder();
    let fields = Fields {
        chunk: builder.add_u64_field(CHUNK, NumericOptions::default().set_indexed().set_fast()),
        title: builder.add_text_field("title", text(exact)),
        headings: builder.add_text_field("headings", text(exact)),
        body: builder.add_text_field("body", text(exact)),
        stemmed: Language::ALL.map(|l| (l, builder.add_text_field(l.code(), text(stemmed)))),
    };
    (builder.build(), fields)
}

/// Registers what the schema refers to by name.
pub(super) fn register(index: &Index) {
    index.tokenizers().register(FINISHED, TextAnalyzer::from(WhitespaceTokenizer::default()));
}

/// Analyzers by field, built once.
#[derive(Debug, Clone)]
pub(super) struct Analyzers {
    pub(super) exact: Analyzer,
    pub(super) stemmed: [(Language, Analyzer); 3],
}

impl Analyzers {
    pub(super) fn new() -> Self {
        Self { exact: Analyzer::exact(), stemmed: Language::ALL.map(|l| (l, Analyzer::stemmed(l))) }
    }
}

/// The tantivy document of a chunk.
pub(super) fn document(fields: &Fields, analyzers: &Analyzers, chunk: &ChunkRow) -> TantivyDocument {
    let headings = chunk.headings.join("\n");
    let mut out = TantivyDocument::new();
    out.add_u64(fields.chunk, u64::from(chunk.id));
    for (field, text) in
        [(fields.title, chunk.title.as_str()), (fields.headings, &headings), (fields.body, &chunk.text)]
    {
        out.add_pre_tokenized_text(field, finished(&analyzers.exact, &[text]));
    }
    let language = chunk.language.as_deref().and_then(Language::from_code);
    for ((l, field), (_, analyzer)) in fields.stemmed.iter().zip(&analyzers.stemmed) {
        if language == Some(*l) {
            out.add_pre_tokenized_text(*field, finished(analyzer, &[&chunk.title, &headings, &chunk.text]));
        }
    }
    out
}

fn finished(analyzer: &Analyzer, parts: &[&str]) -> PreTokenizedString {
    let mut tokens = Vec::new();
    let mut base = 0;
    for part in parts {
        let mut last = base;
        for t in analyzer.tokens(part) {
            last = base + t.position;
            tokens.push(TantivyToken {
                offset_from: t.span.start,
                offset_to: t.span.end,
                position: last,
                text: t.term,
                position_length: 1,
            });
        }
        base = last + 1;
    }
    PreTokenizedString { text: String::new(), tokens }
}
