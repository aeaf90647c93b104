use proptest::prelude::*;

use super::split::written_without_spaces;
use super::*;
use crate::extract::{BlockKind, TextBuilder};

/// One token for every started four visible characters of a word.
struct Quarters;

impl TokenCounter for Quarters {
    fn count(&self, text: &str) -> usize {
        text.split_whitespace().map(|w| w.chars().count().div_ceil(4)).sum()
    }
}

fn document(blocks: &[(BlockKind, String)]) -> Extracted {
    let mut builder = TextBuilder::new("text/plain", usize::MAX);
    for (kind, text) in blocks {
        builder.push(*kind, text).unwrap();
    }
    builder.finish().unwrap()
}

fn texts<'d>(doc: &'d Extracted, chunks: &[ChunkSpan]) -> Vec<&'d str> {
    chunks.iter().map(|c| &doc.text[c.span.clone()]).collect()
}

fn config(target: usize, max: usize) -> ChunkerConfig {
    ChunkerConfig { target_tokens: target, max_tokens: max, ..ChunkerConfig::default() }
}

#[test]
fn a_heading_starts_a_chunk_and_stays_with_its_text() {
    use BlockKind::{Heading, Paragraph};
    let long = "Seven words are in this sentence here. ".repeat(6);
    let doc = document(&[
        (Heading(1), "Guide".into()),
        (Heading(2), "One".into()),
        (Paragraph, long.clone()),
        (Heading(2), "Two".into()),
        (Paragraph, long),
    ]);
    let chunks = chunk(&doc, &config(60, 120), &Quarters);
    let starts: Vec<&str> =
        texts(&doc, &chunks).iter().map(|t| t.split("\n\nSeven").next().unwrap()).collect();
    assert_eq!(starts, ["Guide\n\nOne", "Two"]);
    assert_eq!(chunks[0].heading_path, ["Guide", "One"]);
    assert_eq!(chunks[1].heading_path, ["Guide", "Two"]);
}

#[test]
fn tiny_sections_are_joined_and_share_their_path() {
    use BlockKind::{Heading, Paragraph};
    let doc = document(&[
        (Heading(1), "FAQ".into()),
        (Heading(2), "Why?".into()),
        (Paragraph, "Because.".into()),
        (Heading(2), "How?".into()),
        (Paragraph, "Like this.".into()),
        (Heading(1), "Other".into()),
        (Paragraph, "Text.".into()),
    ]);
    let chunks = chunk(&doc, &config(60, 120), &Quarters);
    assert_eq!(texts(&doc, &chunks), [&doc.text[..]]);
    assert!(chunks[0].heading_path.is_empty());
    let chunks = chunk(&doc, &config(14, 120), &Quarters);
    assert_eq!(chunks.iter().map(|c| c.heading_path.join("/")).collect::<Vec<_>>(), ["FAQ", "Other"]);
}

#[test]
fn rows_and_items_stay_whole() {
    let rows: Vec<_> = (0..40)
        .map(|i| (BlockKind::TableRow, format!("row {i} | value {i} | some more words in it")))
        .collect();
    let doc = document(&rows);
    let chunks = chunk(&doc, &config(50, 100), &Quarters);
    assert!(chunks.len() > 5);
    for text in texts(&doc, &chunks) {
        assert!(text.starts_with("row ") && text.ends_with("words in it"), "{text}");
    }
}

#[test]
fn rows_are_read_under_the_names_of_their_columns() {
    use BlockKind::{Heading, Paragraph, TableHeader, TableRow};
    let row = |i: usize| (TableRow, format!("product number {i} | {i}.00 zł | in stock"));
    let mut blocks = vec![(Heading(1), "Prices".into()), (TableHeader, "Product | Price | Stock".into())];
    blocks.extend((0..30).map(row));
    blocks.push((Paragraph, "Prices are net. ".repeat(20)));
    blocks.extend((0..4).map(|i| (TableRow, format!("leftover number {i} | of no table with a header"))));
    let doc = document(&blocks);
    let chunks = chunk(&doc, &config(50, 80), &Quarters);
    let paths: Vec<String> = chunks.iter().map(|c| c.heading_path.join(" / ")).collect();
    assert!(texts(&doc, &chunks)[0].starts_with("Prices\n\nProduct | Price | Stock\nproduct number 0"));
    assert_eq!(paths[0], "Prices", "the header is in the chunk itself");
    for (path, text) in paths.iter().zip(texts(&doc, &chunks)).skip(1) {
        let in_table = text.starts_with("product number");
        assert_eq!(path.ends_with("Prices / Product | Price | Stock"), in_table, "{path}: {text}");
    }
    check(&doc, &chunks, &config(50, 80));
}

#[test]
fn a_header_row_is_never_left_alone_and_a_long_one_is_cut_behind_a_cell() {
    use BlockKind::{Paragraph, TableHeader, TableRow};
    let header: Vec<String> = (0..40).map(|i| format!("column number {i}")).collect();
    let mut blocks = vec![(Paragraph, "Some words before it. ".repeat(6)), (TableHeader, "A | B".into())];
    blocks.extend((0..6).map(|i| (TableRow, format!("first cell of row {i} | second cell of row {i}"))));
    blocks.push((TableHeader, header.join(" | ")));
    blocks.extend((0..6).map(|i| (TableRow, format!("value {i} and so on and on | {}", "x ".repeat(30)))));
    let doc = document(&blocks);
    let cfg = config(30, 60);
    let chunks = chunk(&doc, &cfg, &Quarters);
    check(&doc, &chunks, &cfg);
    assert!(texts(&doc, &chunks).iter().all(|text| !text.ends_with("A | B")), "{:#?}", texts(&doc, &chunks));
    let last = chunks.last().expect("a chunk").heading_path.join("/");
    assert!(last.starts_with("column number 0 | column") && Quarters.count(&last) <= 15, "{last}");
    let tail = last.rsplit(' ').next().expect("a word");
    assert!(tail.chars().all(|c| c.is_ascii_digit()), "cut inside a cell: {last}");
}

#[test]
fn a_word_above_the_limit_is_cut_between_characters() {
    let doc = document(&[(BlockKind::Paragraph, format!("before {} after", "ă".repeat(10_000)))]);
    let chunks = chunk(&doc, &config(100, 200), &Quarters);
    assert!(chunks.len() >= 10_000 / 4 / 200);
    check(&doc, &chunks, &config(100, 200));
}

#[test]
fn scripts_without_spaces_are_cut_between_words() {
    let doc = document(&[
        (BlockKind::Paragraph, "ภาษาไทยเป็นภาษาที่มีระดับเสียงของคำแน่นอน".repeat(20)),
        (BlockKind::Paragraph, "日本語の文章は空白なしで書かれています".repeat(30)),
    ]);
    let cfg = config(40, 80);
    let chunks = chunk(&doc, &cfg, &Quarters);
    assert!(chunks.len() > 4);
    check(&doc, &chunks, &cfg);
}

#[test]
fn overlap_repeats_sentences_of_the_same_section() {
    let text: String = (0..30).map(|i| format!("Sentence number {i} is here. ")).collect();
    let doc = document(&[(BlockKind::Paragraph, text)]);
    let cfg = ChunkerConfig { overlap_sentences: 1, ..config(40, 80) };
    let chunks = chunk(&doc, &cfg, &Quarters);
    for pair in chunks.windows(2) {
        let shared = &doc.text[pair[1].span.start..pair[0].span.end];
        assert!(shared.starts_with("Sentence") && shared.ends_with("here."), "{shared}");
    }
}

#[test]
fn whole_and_fixed() {
    let doc =
        document(&[(BlockKind::Heading(1), "Title".into()), (BlockKind::Paragraph, "word ".repeat(500))]);
    let whole = ChunkerConfig { kind: ChunkerKind::Whole, ..ChunkerConfig::default() };
    assert_eq!(texts(&doc, &chunk(&doc, &whole, &Quarters)), [&doc.text[..]]);
    let fixed =
        ChunkerConfig { kind: ChunkerKind::Fixed { chars: 100, overlap: 0.2 }, ..ChunkerConfig::default() };
    let chunks = chunk(&doc, &fixed, &Quarters);
    assert!(chunks.len() > 25);
    for (i, text) in texts(&doc, &chunks).iter().enumerate() {
        assert!(
            text.chars().count() <= 100 && text.ends_with("word") && (i == 0 || text.starts_with("word"))
        );
    }
    assert!(chunks.windows(2).all(|p| p[1].span.start < p[0].span.end && p[1].span.end > p[0].span.end));
    assert_ne!(fixed.fingerprint(), whole.fingerprint());
    assert_ne!(config(1, 2).fingerprint(), config(2, 2).fingerprint());
}

/// Everything a chunker promises, except overlap.
fn check(doc: &Extracted, chunks: &[ChunkSpan], cfg: &ChunkerConfig) {
    let mut end = 0;
    for chunk in chunks {
        let span = chunk.span.clone();
        assert!(span.start >= end, "chunks overlap at {span:?}");
        assert!(doc.text[end..span.start].trim().is_empty(), "text lost before {span:?}");
        let text = &doc.text[span.clone()];
        assert!(!text.is_empty() && text.trim().len() == text.len(), "not trimmed: {text:?}");
        assert!(Quarters.count(text) <= cfg.max_tokens.max(16), "{} tokens: {text:?}", Quarters.count(text));
        end = span.end;
        // Inside a word only when the word itself is longer than any unit may be.
        let (before, after) =
            (doc.text[..end].chars().next_back().unwrap(), doc.text[end..].chars().next().unwrap_or(' '));
        if !before.is_whitespace()
            && !after.is_whitespace()
            && !written_without_spaces(before)
            && !written_without_spaces(after)
        {
            let word_start = doc.text[..end].rfind(char::is_whitespace).map_or(0, |i| i + 1);
            let word = doc.text[word_start..].split_whitespace().next().unwrap();
            assert!(
                Quarters.count(word) > cfg.max_tokens.max(16) * 3 / 4
                    || word.chars().any(written_without_spaces),
                "cut inside {word:?}"
            );
        }
    }
    assert!(doc.text[end..].trim().is_empty(), "text lost at the end");
    let heading_spans: Vec<_> = doc
        .blocks
        .iter()
        .filter(|b| matches!(b.kind, BlockKind::Heading(_)))
        .map(|b| b.span.clone())
        .collect();
    for (i, chunk) in chunks.iter().enumerate() {
        let only_heading = heading_spans.contains(&chunk.span);
        let short = Quarters.count(&doc.text[chunk.span.clone()]) <= cfg.max_tokens.max(16) / 8;
        assert!(
            !(only_heading
                && short
                && i + 1 < chunks.len()
                && heading_spans
                    .iter()
                    .all(|h| Quarters.count(&doc.text[h.clone()]) <= cfg.max_tokens.max(16) / 32)),
            "a heading alone"
        );
    }
}

fn blocks() -> impl Strategy<Value = Vec<(BlockKind, String)>> {
    let kind = prop_oneof![
        1 => (1u8..=6).prop_map(BlockKind::Heading),
        4 => Just(BlockKind::Paragraph),
        1 => Just(BlockKind::ListItem),
        1 => Just(BlockKind::TableHeader),
        2 => Just(BlockKind::TableRow),
        1 => Just(BlockKind::Code),
    ];
    let word = prop_oneof![6 => "[a-zăîșțłż]{1,9}", 1 => "[A-Z][a-z]{1,6}[.?!,;]", 1 => "[日本語文ไทยคำ]{1,12}", 1 => "[a-z.-]{1,400}", 1 => "\\PC{1,5}", 1 => Just("\n".to_owned())];
    let text = proptest::collection::vec(word, 1..60).prop_map(|words| words.join(" "));
    proptest::collection::vec((kind, text), 1..25)
}

proptest! {
    #[test]
    fn structure_keeps_every_promise(blocks in blocks(), target in 1usize..120, extra in 0usize..200) {
        let mut builder = TextBuilder::new("text/plain", usize::MAX);
        for (kind, text) in &blocks {
            builder.push(*kind, text).unwrap();
        }
        if let Ok(doc) = builder.finish() {
            doc.validate().unwrap();
            let cfg = config(target, target + extra);
            check(&doc, &chunk(&doc, &cfg, &Quarters), &cfg);
        }
    }

    #[test]
    fn fixed_windows_cover_the_text(text in "[a-zăș \n]{1,400}", chars in 1usize..80, overlap in 0.0f32..1.0) {
        let spans = fixed::windows(&text, chars, overlap);
        let mut end = 0;
        for span in &spans {
            prop_assert!(span.start >= end || overlap > 0.0);
            prop_assert!(span.start <= end || text[end..span.start].trim().is_empty());
            prop_assert!(span.end > end && text[span.clone()].chars().count() <= chars);
            end = span.end;
        }
        prop_assert!(text[end..].trim().is_empty());
    }
}
