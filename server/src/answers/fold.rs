//! Text as rules of the answer engine compare it. Pure.

/// Lower case, without the diacritics of Romanian and Polish: people type without them.
pub(super) fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'ă' | 'â' | 'ą' => 'a',
            'î' => 'i',
            'ș' | 'ş' | 'ś' => 's',
            'ț' | 'ţ' => 't',
            'ć' => 'c',
            'ę' => 'e',
            'ł' => 'l',
            'ń' => 'n',
            'ó' => 'o',
            'ź' | 'ż' => 'z',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn both_ways_of_typing_meet() {
        assert_eq!(fold("Îți ȘŢ âmbele"), "iti st ambele");
        assert_eq!(fold("Zażółć GĘŚLĄ jaźń"), "zazolc gesla jazn");
    }
}
