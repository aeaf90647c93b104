use proptest::prelude::*;

use super::*;

pub(in crate::extract::pdf) const PROSE: &str = "\
The mail came on foot for most of history. After 1840 the stamp changed that, and letters grew cheap in most countries of
Europe. Before then, the price hung on the distance and on the number of sheets. Many people wrote across the lines they had
written, to save a sheet. There is a museum in the old sorting house where such letters lie under glass.
When railways spread in the years after 1850, they took the mail with them. This was a second change. Clerks stood in the
carriages and sorted letters while the train went on, and some of them worked that way until 1971. Their desks were narrow,
the lamps were poor, and yet they were said to lose one letter in ten thousand. That figure is from a report of 1888, and
there was no better count before 1912. Some doubted it even then.
After the war of 1914 came the aeroplane. It took years before it paid, and the first lines, of 1919 and 1920, lived on what
governments gave. But letters are light, and people wanted them soon. Before long the night flights left from every large
town, and this is how most of the long distance mail still goes. When it rained, the bags waited, and many waited with them.
Letters were never the only thing in the bags. Parcels came in 1883, and parcels are what is left today. The shops of the
present send what they sell, the people who get it send half of it back, and where there were clerks there are now machines
that read addresses. They read them well. They read them so well that no one asks any more what the hands of those clerks
knew, though a letter of 1921 with half an address would find its house then, and would not now. People forget. Machines do
not, where they are asked to keep what they saw.
";

fn numbers(text: &str, number: impl Fn(char) -> u16) -> Vec<Vec<u16>> {
    text.lines().map(|line| line.chars().map(&number).collect()).collect()
}

fn read(reading: &Reading, words: &[Vec<u16>]) -> String {
    let line = |word: &Vec<u16>| -> String { word.iter().filter_map(|&n| reading.character(n)).collect() };
    words.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Capitals from 4, small letters from 131, digits from 882, as in Cambria.
fn three_runs(c: char) -> u16 {
    match c {
        ' ' => 3,
        'A'..='Z' => c as u16 - 65 + 4,
        'a'..='z' => c as u16 - 97 + 131,
        '0'..='9' => c as u16 - 48 + 882,
        ',' => 481,
        '.' => 484,
        c => c as u16 + 1000,
    }
}

#[test]
fn a_line_in_the_usual_orders_is_read() {
    let line = "Enhance the performance of your database operations";
    for offset in USUAL_OFFSETS {
        let words = numbers(line, |c| c as u16 - offset);
        assert_eq!(read(&Reading::of(&words).unwrap(), &words), line, "{offset}");
    }
}

#[test]
fn pages_in_an_order_of_their_own_are_read() {
    let words = numbers(PROSE, three_runs);
    let kept = |c: &char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | ',' | '\n');
    let expected: String = PROSE.chars().filter(kept).collect();
    assert_eq!(read(&Reading::of(&words).unwrap(), &words), expected.trim_end());
}

#[test]
fn numbers_that_are_characters_of_another_script_are_taken_so() {
    let words =
        numbers("Все люди рождаются свободными и равными", |c| c as u16);
    assert_eq!(read(&Reading::of(&words).unwrap(), &words), "Все люди рождаются свободными и равными");
}

#[test]
fn little_or_scrambled_text_is_not_read() {
    assert_eq!(Reading::of(&[]), None);
    assert_eq!(Reading::of(&numbers("A few words", three_runs)), None);
    // Letters numbered in the order of their first use, as some subsets have it.
    let mut order: Vec<char> = Vec::new();
    for c in PROSE.chars() {
        if !order.contains(&c) {
            order.push(c);
        }
    }
    let scrambled = numbers(PROSE, |c| order.iter().position(|&o| o == c).map_or(0, |i| i as u16 + 33));
    assert_eq!(Reading::of(&scrambled), None);
}

proptest! {
    #[test]
    fn arbitrary_numbers_are_never_read_and_never_panic(
        words in proptest::collection::vec(proptest::collection::vec(any::<u16>(), 0..40), 0..60),
        near in proptest::collection::vec(0u16..400, 0..3000),
    ) {
        prop_assert_eq!(Reading::of(&words), None);
        prop_assert_eq!(Reading::of(&[near]), None);
    }
}
