use proptest::prelude::*;

use super::*;

fn read(text: &str, passages: usize) -> Vec<Sentence> {
    let mut stream = SentenceStream::new(passages, Some("en"));
    let mut out = stream.push(text);
    out.extend(stream.finish());
    out
}

fn check(text: &str, wanted: &[(&str, &[usize])]) {
    let found: Vec<(String, Vec<usize>)> =
        read(text, 3).into_iter().filter(|s| s.kind == Kind::Text).map(|s| (s.text, s.markers)).collect();
    let wanted: Vec<(String, Vec<usize>)> =
        wanted.iter().map(|(t, m)| ((*t).to_owned(), m.to_vec())).collect();
    assert_eq!(found, wanted, "{text}");
}

#[test]
fn markers_before_and_after_the_full_stop() {
    check(
        "The fee is 5 EUR [1]. It is due in May [2].",
        &[("The fee is 5 EUR.", &[1]), ("It is due in May.", &[2])],
    );
    check(
        "The fee is 5 EUR.[1] It is due in May.[2]",
        &[("The fee is 5 EUR.", &[1]), ("It is due in May.", &[2])],
    );
    check(
        "The fee is 5 EUR. [1] It is due in May. [2]",
        &[("The fee is 5 EUR.", &[1]), ("It is due in May.", &[2])],
    );
    check(
        "The fee is 5 EUR [1][3]. Dr. Hill says so [2, 3].",
        &[("The fee is 5 EUR.", &[1, 3]), ("Dr. Hill says so.", &[2, 3])],
    );
    check(
        "It opens at 9 a.m. on e.g. Monday 【1†source】. Done.",
        &[("It opens at 9 a.m. on e.g. Monday.", &[1]), ("Done.", &[])],
    );
}

#[test]
fn markers_at_line_starts_and_on_lines_of_their_own() {
    check(
        "[1] The fee is 5 EUR. [2] It is due in May.",
        &[("The fee is 5 EUR.", &[1]), ("It is due in May.", &[2])],
    );
    check(
        "The fee is 5 EUR. It is due in May.\n\n[1][2]",
        &[("The fee is 5 EUR.", &[]), ("It is due in May.", &[1, 2])],
    );
    check(
        "The fee is 5 EUR.\n[1]\n\nIt is due in May. [2]\n",
        &[("The fee is 5 EUR.", &[1]), ("It is due in May.", &[2])],
    );
    check("According to [1], the fee is 5 EUR.", &[("The fee is 5 EUR.", &[1])]);
    check(
        "- The fee is 5 EUR [1]\n- It is due in May [2]\n",
        &[("- The fee is 5 EUR", &[1]), ("- It is due in May", &[2])],
    );
}

#[test]
fn numbers_out_of_range_are_reported() {
    let found = read("The fee is 5 EUR [1][7]. It was 4 in [2020].", 3);
    assert_eq!((found[0].markers.as_slice(), found[0].unknown.as_slice()), (&[1][..], &[7][..]));
    assert_eq!(found[1].text, "It was 4 in [2020].");
}

#[test]
fn code_is_left_as_it_is() {
    let found = read("Call it so [1].\n```rust\nlet x = a[1]; // [2]\n```\nThen stop [2].", 3);
    let kinds: Vec<Kind> = found.iter().map(|s| s.kind).collect();
    assert_eq!(kinds, [Kind::Text, Kind::Code, Kind::Text]);
    assert_eq!(found[1].text, "```rust\nlet x = a[1]; // [2]\n```");
    assert_eq!(found[2].markers, [2]);
}

#[test]
fn lists_of_sources_are_set_apart() {
    let found = read("The fee is 5 EUR [1].\n\nSources:\n[1] Handbook, page 3.\n[2] Contract.", 3);
    let text: Vec<&str> = found.iter().filter(|s| s.kind == Kind::Text).map(|s| s.text.as_str()).collect();
    assert_eq!(text, ["The fee is 5 EUR."]);
    let found = read("The fee is 5 EUR [^1].\n\n[^1]: Handbook, page 3.", 3);
    assert_eq!(found[1].kind, Kind::References);
}

#[test]
fn breaks_are_kept() {
    let found = read("One is here. Two is here.\nThree is here.\n\nFour is here.", 1);
    let breaks: Vec<Break> = found.iter().map(|s| s.before).collect();
    assert_eq!(breaks, [Break::Space, Break::Space, Break::Line, Break::Paragraph]);
}

#[test]
fn sentences_come_as_soon_as_they_are_settled() {
    let mut stream = SentenceStream::new(2, Some("en"));
    assert!(stream.push("The fee is 5 EUR. [1").is_empty());
    assert!(stream.push("] It").is_empty(), "the word may go on");
    let first = stream.push(" is");
    assert_eq!(first.len(), 1);
    assert_eq!((first[0].text.as_str(), first[0].markers.as_slice()), ("The fee is 5 EUR.", &[1][..]));
    assert_eq!(stream.push(" due in May.").len(), 0);
    assert_eq!(stream.finish().len(), 1);
}

#[test]
fn polish_and_romanian_abbreviations_do_not_end_sentences() {
    for (language, text, count) in [
        ("pl", "Biuro jest przy ul. Długiej 3 [1]. Otwarte od godz. 9 [2].", 2),
        ("ro", "Sediul este în str. Lungă nr. 3 [1]. Conform art. 5 alin. (2) lit. a) se plătește [2].", 2),
    ] {
        let mut stream = SentenceStream::new(2, Some(language));
        let mut out = stream.push(text);
        out.extend(stream.finish());
        assert_eq!(out.len(), count, "{out:?}");
        assert!(out.iter().all(|s| s.markers.len() == 1));
    }
}

#[test]
fn endless_text_is_cut() {
    let mut stream = SentenceStream::new(1, None);
    let found = stream.push(&"word ".repeat(3_000));
    assert!(found.len() >= 3);
    assert!(found.iter().all(|s| s.text.len() <= 4_100));
}

fn written() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "The fee is 5 EUR",
        "Dr. Hill",
        "e.g.",
        "May",
        ". ",
        ".",
        "! ",
        "? ",
        " ",
        "\n",
        "\n\n",
        "[1]",
        "[2]",
        "[1, 2]",
        "[1",
        "]",
        "【3】",
        "(1)",
        "(see [2])",
        "[^1]",
        "[9]",
        "[x](http://a.b/c)",
        "![i](http://a/b?c=1)",
        "`a[1]`",
        "\n```\n",
        "```",
        "a[1]",
        "- ",
        "1. ",
        "Sources:",
        "\n[1]: Doc",
        " | ",
        "ż",
        "👍🏽",
        "According to [1], it",
        "¹",
        "No. ",
        "(",
        ")",
        "\\[1\\]",
        "3.5 ",
        "12 ",
        "\r\n",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_split_gives_the_same_sentences(text in written(), cuts in prop::collection::vec(0usize..400, 0..12)) {
        let whole = read(&text, 3);
        let mut stream = SentenceStream::new(3, Some("en"));
        let mut at: Vec<usize> = cuts.into_iter().map(|c| text.floor_char_boundary(c.min(text.len()))).collect();
        at.extend([0, text.len()]);
        at.sort_unstable();
        let mut split: Vec<Sentence> = Vec::new();
        for pair in at.windows(2) {
            split.extend(stream.push(&text[pair[0]..pair[1]]));
        }
        split.extend(stream.finish());
        prop_assert_eq!(split, whole);
    }

    /// Nothing but markers, links, images and white space is lost.
    #[test]
    fn words_are_kept(text in written()) {
        let letters = |s: &str| s.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect::<String>();
        let found: String = read(&text, 3).iter().map(|s| s.text.as_str()).collect::<Vec<_>>().join(" ");
        for word in ["hill", "żąć", "ż"] {
            prop_assert_eq!(letters(&found).matches(word).count(), letters(&text).matches(word).count());
        }
    }

    #[test]
    fn markers_are_in_range_and_once(text in "(\\PC|\\[[0-9]{1,2}\\]|\\. |\\n){0,80}") {
        for sentence in read(&text, 3) {
            let mut seen = sentence.markers.clone();
            seen.sort_unstable();
            seen.dedup();
            prop_assert_eq!(seen.len(), sentence.markers.len());
            prop_assert!(sentence.markers.iter().all(|m| (1..=3).contains(m)));
            prop_assert!(sentence.unknown.iter().all(|m| *m > 3));
            prop_assert!(!sentence.text.is_empty());
        }
    }
}
