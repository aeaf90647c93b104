//! What BM25 counts: documents, words, and documents with a word, of the living alone.
//!
//! tantivy's own counts go on with deleted documents until their segment is rewritten. Scores would then tell of deleted
//! text, and change whenever a merge in the background ends. These depend on the living documents alone, but for the
//! lengths of those deleted, known as coarsely as the index stores them (exact up to 40 words).

use std::sync::{Arc, OnceLock};

use tantivy::postings::TermInfo;
use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet as _, Searcher, SegmentReader, Term};

/// Up to so many postings for each deleted document, all of them are read: each costs less than a search for one.
const READ_ALL: usize = 8;

/// The counts of what one [`Searcher`] sees.
#[derive(Clone)]
pub(super) struct Statistics {
    searcher: Searcher,
    /// The deleted documents of each segment, ascending.
    deleted: Arc<[Vec<DocId>]>,
    /// Words of each field in living documents, by field number; counted when first asked for.
    words: Arc<[OnceLock<u64>]>,
}

impl Statistics {
    /// Looks up what is deleted; a pass over the segments that have any.
    pub(super) fn new(searcher: Searcher) -> Self {
        let deleted = searcher.segment_readers().iter().map(deleted).collect();
        let words = searcher.schema().fields().map(|_| OnceLock::new()).collect();
        Self { searcher, deleted, words }
    }

    pub(super) fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// In how many living documents of segment `segment` the word at `info` of `field` stands.
    pub(super) fn living(&self, segment: usize, field: Field, info: &TermInfo) -> tantivy::Result<u64> {
        let all = u64::from(info.doc_freq);
        let (Some(deleted), Some(reader)) =
            (self.deleted.get(segment), self.searcher.segment_readers().get(segment))
        else {
            return Ok(all);
        };
        if deleted.is_empty() {
            return Ok(all);
        }
        let index = reader.inverted_index(field)?;
        let mut postings = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        if let (true, Some(alive)) = (all as usize <= deleted.len() * READ_ALL, reader.alive_bitset()) {
            return Ok(u64::from(postings.doc_freq_given_deletes(alive)));
        }
        let gone = deleted.iter().filter(|id| postings.doc() <= **id && postings.seek(**id) == **id).count();
        Ok(all - gone as u64)
    }

    fn count_words(&self, field: Field) -> tantivy::Result<u64> {
        let mut words = 0;
        for (reader, deleted) in self.searcher.segment_readers().iter().zip(&*self.deleted) {
            let all = reader.inverted_index(field)?.total_num_tokens();
            let gone = match deleted.is_empty() {
                true => 0,
                false => {
                    let lengths = reader.get_fieldnorms_reader(field)?;
                    deleted.iter().map(|id| u64::from(lengths.fieldnorm(*id))).sum()
                }
            };
            words += all.saturating_sub(gone);
        }
        Ok(words)
    }
}

fn deleted(reader: &SegmentReader) -> Vec<DocId> {
    match reader.alive_bitset() {
        Some(alive) => (0..reader.max_doc()).filter(|id| alive.is_deleted(*id)).collect(),
        None => Vec::new(),
    }
}

impl Bm25StatisticsProvider for Statistics {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let Some(words) = self.words.get(field.field_id() as usize) else { return self.count_words(field) };
        match words.get() {
            Some(words) => Ok(*words),
            None => {
                let counted = self.count_words(field)?;
                Ok(*words.get_or_init(|| counted))
            }
        }
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.searcher.num_docs())
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        let mut n = 0;
        for (segment, reader) in self.searcher.segment_readers().iter().enumerate() {
            if let Some(info) = reader.inverted_index(term.field())?.get_term_info(term)? {
                n += self.living(segment, term.field(), &info)?;
            }
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::collector::TopDocs;
    use tantivy::indexer::NoMergePolicy;
    use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
    use tantivy::schema::{FAST, INDEXED, STORED, Schema, TEXT, Value as _};
    use tantivy::{Index, IndexWriter, TantivyDocument};

    use super::*;

    const WORDS: [&str; 5] = ["tea", "milk", "kefir", "jug", "shelf"];

    struct World {
        index: Index,
        writer: IndexWriter,
        id: Field,
        body: Field,
    }

    impl World {
        fn new() -> Self {
            let mut schema = Schema::builder();
            let id = schema.add_u64_field("id", INDEXED | STORED | FAST);
            let body = schema.add_text_field("body", TEXT);
            let index = Index::create_in_ram(schema.build());
            let writer: IndexWriter = index.writer_with_num_threads(1, 15_000_000).expect("writer");
            writer.set_merge_policy(Box::new(NoMergePolicy));
            Self { index, writer, id, body }
        }

        fn add(&self, id: u64, text: &[&str]) {
            let mut document = TantivyDocument::default();
            document.add_u64(self.id, id);
            document.add_text(self.body, text.join(" "));
            self.writer.add_document(document).expect("add");
        }

        fn delete(&self, id: u64) {
            self.writer.delete_term(Term::from_field_u64(self.id, id));
        }

        fn statistics(&mut self) -> Statistics {
            self.writer.commit().expect("commit");
            Statistics::new(self.index.reader().expect("reader").searcher())
        }

        /// Ids and the bits of their scores for all words, by id.
        fn scores(&self, statistics: &Statistics) -> Vec<(u64, u32)> {
            let term = |word: &&str| -> (Occur, Box<dyn Query>) {
                let term = Term::from_field_text(self.body, word);
                (Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)))
            };
            let query = BooleanQuery::new(WORDS.iter().map(term).collect());
            let (searcher, best) = (statistics.searcher(), TopDocs::with_limit(1000).order_by_score());
            let found = searcher.search_with_statistics_provider(&query, &best, statistics).expect("search");
            let id = |at| {
                let document: TantivyDocument = searcher.doc(at).expect("document");
                document.get_first(self.id).and_then(|id| id.as_u64()).expect("an id")
            };
            let mut found: Vec<(u64, u32)> =
                found.into_iter().map(|(score, at)| (id(at), (score * 4096.0).round() as u32)).collect();
            found.sort_unstable();
            found
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Documents added over several commits and some of them deleted score as if the deleted had never been.
        #[test]
        fn deleted_documents_weigh_nothing(
            documents in prop::collection::vec(prop::collection::vec(0..WORDS.len(), 1..12), 2..60),
            dead in prop::collection::vec(any::<bool>(), 60),
            commits in 1..5_usize,
        ) {
            let (mut grown, mut fresh) = (World::new(), World::new());
            let each = documents.len().div_ceil(commits);
            for (n, document) in documents.iter().enumerate() {
                let text: Vec<&str> = document.iter().map(|word| WORDS[*word]).collect();
                grown.add(n as u64, &text);
                if !dead[n] {
                    fresh.add(n as u64, &text);
                }
                if n % each == 0 {
                    grown.writer.commit().expect("commit");
                }
            }
            (0..documents.len()).filter(|n| dead[*n]).for_each(|n| grown.delete(n as u64));
            let (left, right) = (grown.statistics(), fresh.statistics());
            prop_assert_eq!(left.total_num_docs().expect("documents"), right.total_num_docs().expect("documents"));
            prop_assert_eq!(left.total_num_tokens(grown.body).expect("words"), right.total_num_tokens(fresh.body).expect("words"));
            for word in WORDS {
                let of = |world: &World, statistics: &Statistics| {
                    statistics.doc_freq(&Term::from_field_text(world.body, word)).expect("frequency")
                };
                prop_assert_eq!(of(&grown, &left), of(&fresh, &right), "{}", word);
            }
            prop_assert_eq!(grown.scores(&left), fresh.scores(&right));
        }
    }

    #[test]
    fn both_ways_of_counting_agree() {
        // One of two hundred is deleted: a word of all is counted by looking for the deleted, a rare one by reading it.
        let mut world = World::new();
        for n in 0..200 {
            world.add(n, if n % 50 == 0 { &["tea", "milk"] } else { &["tea"] });
        }
        world.writer.commit().expect("commit");
        world.delete(50);
        let statistics = world.statistics();
        let of = |word| statistics.doc_freq(&Term::from_field_text(world.body, word)).expect("frequency");
        assert_eq!((of("tea"), of("milk"), of("kefir")), (199, 3, 0));
        assert_eq!(
            statistics.searcher().doc_freq(&Term::from_field_text(world.body, "tea")).expect("n"),
            200
        );
    }
}
