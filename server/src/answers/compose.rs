//! Chosen quotes to a text with citations. Pure.

use footnote_index::offsets;

use super::Quote;
use crate::wire::{Citation, Hit, Span, Support, SupportStatus};

/// Joins the quotes with spaces; each becomes one citation whose `answer` span is exactly its place
/// in the text.
pub(super) fn compose(hits: &[Hit], quotes: Vec<(usize, Quote)>) -> (String, Vec<Citation>) {
    let mut text = String::new();
    let mut chars = 0;
    let mut citations = Vec::with_capacity(quotes.len());
    for (id, (hit, quote)) in (1u32..).zip(quotes) {
        if !text.is_empty() {
            text.push(' ');
            chars += 1;
        }
        let start_char = chars;
        text.push_str(&quote.text);
        chars += quote.text.chars().count();
        let hit = &hits[hit];
        citations.push(Citation {
            id,
            document_id: hit.document_id.clone(),
            version: hit.version,
            chunk_id: hit.chunk_id.clone(),
            title: hit.title.clone(),
            uri: hit.uri.clone(),
            source: quote.place,
            answer: Span { start_char, end_char: chars },
            phrase: quote.phrase.map(|bytes| {
                let within = offsets::to_chars(&text[text.len() - quote.text.len()..], &bytes);
                Span { start_char: start_char + within.start, end_char: start_char + within.end }
            }),
            quote: quote.text,
            support: Support {
                status: SupportStatus::Verified,
                score: quote.score,
                method: "exact_quote".into(),
            },
        });
    }
    (text, citations)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Place;

    #[test]
    fn answer_spans_count_characters_and_match_the_quotes() {
        let place = Place {
            start_char: 0,
            end_char: 1,
            position: footnote_index::Position::default(),
            heading_path: vec![],
        };
        let hit = Hit {
            chunk_id: "1".into(),
            document_id: "d".into(),
            version: 1,
            title: "T".into(),
            uri: "u".into(),
            text: String::new(),
            snippet: None,
            language: None,
            source: place.clone(),
            flags: Vec::new(),
            metadata: serde_json::Map::new(),
            score: 0.0,
            relevance: None,
            explain: None,
        };
        let quotes = [("Prețul este 5 zł.", None), ("Żółć: 5 zł.", Some(10..15))]
            .map(|(t, phrase)| (0, Quote { text: t.into(), place: place.clone(), score: 1.0, phrase }));
        let (text, citations) = compose(&[hit], quotes.into());
        assert_eq!(text, "Prețul este 5 zł. Żółć: 5 zł.");
        let all: Vec<char> = text.chars().collect();
        for c in &citations {
            let span: String = all[c.answer.start_char..c.answer.end_char].iter().collect();
            assert_eq!(span, c.quote);
        }
        assert_eq!(citations[1].id, 2);
        let phrase = citations[1].phrase.expect("a phrase");
        assert_eq!(all[phrase.start_char..phrase.end_char].iter().collect::<String>(), "5 zł");
    }
}
