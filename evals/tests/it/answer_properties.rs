//! What must hold of every answer metric on any records.

use footnote_evals::answer_metrics::{
    AnswerMetric, AnswerMetrics, AnswerRecord, AnswerRun, Citation, Decision, Forecast, GoldSpan,
    Normalisation, VerbatimJudge, auroc, brier, contains, equal_mass, equal_width, exact_match,
    risk_coverage, token_f1,
};
use proptest::prelude::*;

fn forecasts() -> impl Strategy<Value = Vec<Forecast>> {
    let forecast = ((0..=20_u32), any::<bool>())
        .prop_map(|(level, came_true)| Forecast { confidence: f64::from(level) / 20.0, came_true });
    prop::collection::vec(forecast, 0..60)
}

/// Words, punctuation and letters of several scripts.
fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "the",
        "a",
        "cat",
        "Cat's",
        "3.5",
        "1,000",
        "U.S.",
        "Łódź",
        "ȘTIINȚĂ",
        "–",
        "...",
        "naïve",
        "東京",
        "e\u{301}",
    ]);
    prop::collection::vec(word, 0..8).prop_map(|words| words.join(" "))
}

fn records() -> impl Strategy<Value = Vec<AnswerRecord>> {
    let span = || (0..3_u8, 0..20_usize, 0..20_usize);
    let citations = prop::collection::vec((span(), 0..30_usize, 0..10_usize, any::<bool>()), 0..4);
    let gold = (any::<bool>(), prop::collection::vec(text(), 0..3), prop::collection::vec(span(), 0..3));
    let given = (any::<bool>(), prop::option::of(0..=10_u8), text(), citations, 0..1000_u32);
    let record = (gold, given, prop::sample::select(vec!["en", "ro", "pl"])).prop_map(
        |(
            (answerable, gold_answers, spans),
            (answered, confidence, answer, citations, latency),
            language,
        )| {
            let gold_spans: Vec<GoldSpan> = spans
                .into_iter()
                .map(|(document, start, length)| GoldSpan {
                    document: document.to_string(),
                    start,
                    end: start + length,
                })
                .collect();
            let citation = |((document, start, length), answer_start, answer_length, quote_exact)| Citation {
                document: u8::to_string(&document),
                quote: "the cat".to_owned(),
                quote_exact,
                start,
                end: start + length,
                answer_start,
                answer_end: answer_start + answer_length,
            };
            AnswerRecord {
                question: String::new(),
                language: language.to_owned(),
                answerable,
                gold_answers,
                gold_documents: gold_spans.iter().map(|span| span.document.clone()).collect(),
                gold_spans,
                decision: if answered { Decision::Answered } else { Decision::Abstained },
                confidence: confidence.map(|tenths| f64::from(tenths) / 10.0),
                answer,
                citations: citations.into_iter().map(citation).collect(),
                latency_ms: f64::from(latency),
            }
        },
    );
    let numbered = |records: Vec<AnswerRecord>| {
        let name = |(index, record)| AnswerRecord { question: format!("q{index}"), ..record };
        records.into_iter().enumerate().map(name).collect()
    };
    prop::collection::vec(record, 0..25).prop_map(numbered)
}

proptest! {
    #[test]
    fn every_rate_is_between_zero_and_one(records in records()) {
        let run = AnswerRun::new(records).expect("sound");
        let metrics = AnswerMetrics::of(&run, Some(&mut VerbatimJudge));
        let json = serde_json::to_value(&metrics).expect("written");
        let not_rates = ["questions", "answerable", "answered", "citations", "answer_words_median", "p50_ms", "p95_ms"];
        for (name, value) in json.as_object().expect("an object") {
            if let (Some(value), false) = (value.as_f64(), not_rates.contains(&name.as_str())) {
                prop_assert!((0.0..=1.0).contains(&value), "{name} is {value}");
            }
        }
        for metric in AnswerMetric::ALL {
            prop_assert!(metric.per_question(&run).values().all(|value| (0.0..=1.0).contains(value)));
        }
    }

    #[test]
    fn the_order_of_records_does_not_matter(records in records(), rotation in 0..25_usize) {
        let mut other = records.clone();
        other.reverse();
        let middle = rotation % other.len().max(1);
        other.rotate_left(middle);
        let metrics = |records| AnswerMetrics::of(&AnswerRun::new(records).expect("sound"), None);
        prop_assert_eq!(metrics(records), metrics(other));
    }

    #[test]
    fn silence_never_helps_where_an_answer_is_due(records in records()) {
        for record in records.into_iter().filter(|record| record.answerable && record.answered()) {
            let silent = AnswerRecord { decision: Decision::Abstained, ..record.clone() };
            for metric in AnswerMetric::ALL {
                prop_assert!(metric.of(&silent) <= metric.of(&record), "{}", metric.name());
            }
        }
    }

    #[test]
    fn a_text_matches_and_holds_itself(text in text(), before in text(), after in text()) {
        for normalisation in [Normalisation::Squad, Normalisation::Folded] {
            let gold = [text.clone()];
            prop_assert!(exact_match(&text, &gold, normalisation));
            prop_assert!((token_f1(&text, &gold, normalisation) - 1.0).abs() < 1e-12);
            let whole = format!("{before} {text} {after}");
            let has_words = !normalisation.apply(&text).as_str().is_empty();
            prop_assert_eq!(contains(&whole, &gold, normalisation), has_words, "{} in {}", text, whole);
            let again = normalisation.apply(normalisation.apply(&text).as_str());
            prop_assert_eq!(again.tokens().count(), normalisation.apply(&text).tokens().count());
        }
    }

    #[test]
    fn token_f1_is_symmetric_and_bounded_by_exact_match(a in text(), b in text()) {
        let (to, from) = ([b.clone()], [a.clone()]);
        let squad = Normalisation::Squad;
        prop_assert!((token_f1(&a, &to, squad) - token_f1(&b, &from, squad)).abs() < 1e-12);
        if exact_match(&a, &to, squad) {
            prop_assert!((token_f1(&a, &to, squad) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn only_the_order_of_confidences_matters_to_auroc_and_aurc(forecasts in forecasts()) {
        let squeezed: Vec<Forecast> =
            forecasts.iter().map(|f| Forecast { confidence: 0.25 + f.confidence / 4.0, ..*f }).collect();
        prop_assert_eq!(auroc(&forecasts), auroc(&squeezed));
        let area = |forecasts: &[Forecast]| risk_coverage(forecasts, 100).map(|curve| curve.aurc);
        prop_assert_eq!(area(&forecasts), area(&squeezed));
        let turned: Vec<Forecast> =
            forecasts.iter().map(|f| Forecast { confidence: 1.0 - f.confidence, ..*f }).collect();
        if let (Some(one), Some(other)) = (auroc(&forecasts), auroc(&turned)) {
            prop_assert!((one + other - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn the_curve_ends_at_what_was_answered(forecasts in forecasts()) {
        if let Some(curve) = risk_coverage(&forecasts, 80) {
            let wrong = forecasts.iter().filter(|forecast| !forecast.came_true).count() as f64;
            let last = curve.points.last().expect("a point");
            prop_assert_eq!(last.coverage, forecasts.len() as f64 / 80.0);
            prop_assert_eq!(last.risk, wrong / forecasts.len() as f64);
            prop_assert!(curve.points.is_sorted_by(|a, b| a.threshold > b.threshold && a.coverage < b.coverage));
        }
    }

    #[test]
    fn bins_hold_every_forecast_once(forecasts in forecasts(), size in 1..20_usize) {
        let share = forecasts.iter().filter(|forecast| forecast.came_true).count() as f64;
        for calibration in [equal_width(&forecasts, size), equal_mass(&forecasts, size)].into_iter().flatten() {
            let bins = &calibration.bins;
            prop_assert_eq!(bins.iter().map(|bin| bin.count).sum::<usize>(), forecasts.len());
            let came_true: f64 = bins.iter().map(|bin| bin.accuracy * bin.count as f64).sum();
            prop_assert!((came_true - share).abs() < 1e-9);
            prop_assert!(bins.iter().all(|bin| bin.low <= bin.confidence + 1e-12 && bin.confidence <= bin.high + 1e-12));
            // one forecast of a bin cannot be further off than all of them together, squared
            let brier = brier(&forecasts).expect("forecasts");
            prop_assert!(calibration.ece.powi(2) <= brier + 1e-12);
        }
    }
}
