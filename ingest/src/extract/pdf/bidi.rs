//! Puts the words of a line, found from left to right, into the order in which they are read, where Hebrew or Arabic is among
//! them: what the Unicode bidirectional algorithm does to show text, undone (Unicode Standard Annex 9, simplified).

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Left,
    Right,
    Neutral,
}

/// The words in reading order as indices, and their text with the letters in reading order. Lines without a word written from
/// right to left stay as they are.
pub(super) fn reading_order(words: &mut [String]) -> Vec<usize> {
    let directions: Vec<Direction> = words.iter().map(|word| direction(word)).collect();
    let visual: Vec<usize> = (0..words.len()).collect();
    if !directions.contains(&Direction::Right) {
        return visual;
    }
    let letters = |right: bool| {
        words
            .iter()
            .flat_map(|w| w.chars())
            .filter(|&c| c.is_alphabetic() && is_right_to_left(c) == right)
            .count()
    };
    let from_right = letters(true) >= letters(false);
    for (word, direction) in words.iter_mut().zip(&directions) {
        if *direction == Direction::Right || (from_right && *direction == Direction::Neutral) {
            *word = reversed(word);
        }
    }
    let (mut order, against) = if from_right {
        (visual.into_iter().rev().collect::<Vec<_>>(), Direction::Left)
    } else {
        (visual, Direction::Right)
    };
    // Words against the direction of the line keep an order of their own, what is between two of them included.
    let mut from = 0;
    while let Some(&first) = order.get(from) {
        let is_against = |i: &usize| directions.get(*i) == Some(&against);
        if !is_against(&first) {
            from += 1;
            continue;
        }
        let with = |i: &usize| directions.get(*i).is_some_and(|&d| d == against || d == Direction::Neutral);
        let reach = order.iter().skip(from).take_while(|i| with(i));
        let run = reach.enumerate().filter(|(_, i)| is_against(i)).last().map_or(1, |(last, _)| last + 1);
        if let Some(run) = order.get_mut(from..from + run) {
            run.reverse();
        }
        from += run;
    }
    order
}

/// Whether the writing turns between two letters. Words of two scripts often touch on paper.
pub(super) fn turns(left: char, right: char) -> bool {
    left.is_alphabetic() && right.is_alphabetic() && is_right_to_left(left) != is_right_to_left(right)
}

fn direction(word: &str) -> Direction {
    if word.chars().any(is_right_to_left) {
        Direction::Right
    } else if word.chars().any(char::is_alphanumeric) {
        Direction::Left
    } else {
        Direction::Neutral
    }
}

/// Letters of the Hebrew and Arabic blocks, their marks and presentation forms.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}') && !c.is_numeric()
}

/// A word read from right to left: letters reversed with the marks behind them, numbers and Latin letters not, brackets mirrored.
fn reversed(word: &str) -> String {
    let mut units: Vec<String> = Vec::new();
    let mut before_goes_right = false;
    for c in word.chars() {
        let goes_right = c.is_alphanumeric() && !is_right_to_left(c);
        match units.last_mut() {
            Some(unit) if is_mark(c) || (goes_right && before_goes_right) => unit.push(c),
            _ => units.push(mirrored(c).to_string()),
        }
        before_goes_right = goes_right;
    }
    units.into_iter().rev().collect()
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5bd}' | '\u{5bf}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

fn mirrored(c: char) -> char {
    match c {
        '(' => ')',
        ')' => '(',
        '[' => ']',
        ']' => '[',
        '{' => '}',
        '}' => '{',
        '«' => '»',
        '»' => '«',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(visual: &[&str]) -> String {
        let mut words: Vec<String> = visual.iter().map(|&w| w.to_owned()).collect();
        let order = reading_order(&mut words);
        order.into_iter().map(|i| words[i].as_str()).collect::<Vec<_>>().join(" ")
    }

    /// As it stands on paper.
    fn shown(logical: &str) -> String {
        logical.chars().rev().collect()
    }

    #[test]
    fn left_to_right_lines_stay() {
        assert_eq!(read(&["plain", "text,", "(1)"]), "plain text, (1)");
        assert_eq!(read(&[]), "");
    }

    #[test]
    fn arabic_is_read_from_the_right() {
        let line = [shown("البيانات"), shown("تحليل"), shown("يمكن")];
        assert_eq!(read(&line.each_ref().map(String::as_str)), "يمكن تحليل البيانات");
    }

    #[test]
    fn latin_words_and_numbers_keep_their_order_in_an_arabic_line() {
        let line = [shown("سنة"), "2021".to_owned(), "Python".to_owned(), "3".to_owned(), shown("بلغة")];
        assert_eq!(read(&line.each_ref().map(String::as_str)), "بلغة 2021 Python 3 سنة");
    }

    #[test]
    fn a_hebrew_phrase_in_an_english_line_is_turned() {
        let line = ["the", "words", &shown("עולם"), &shown("שלום"), "mean", "peace"].map(str::to_owned);
        assert_eq!(read(&line.each_ref().map(String::as_str)), "the words שלום עולם mean peace");
    }

    #[test]
    fn writing_turns_between_letters_of_two_directions() {
        assert!(turns('n', 'م') && turns('ם', 'a'));
        assert!(!turns('n', 'a') && !turns('م', 'ن') && !turns('1', 'م') && !turns('م', '.'));
    }

    #[test]
    fn brackets_are_mirrored_and_digits_inside_words_are_not_turned() {
        assert_eq!(reversed(&shown("(קצר)").replace('(', "<").replace(')', "(").replace('<', ")")), "(קצר)");
        assert_eq!(reversed("12ב"), "ב12");
    }
}
