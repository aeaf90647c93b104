//! A question and its answer as one statement, where a template of the language fits.

use footnote_index::Language;

use super::words::as_sentence;

/// The statement, or `None` when no template fits.
pub(super) fn statement(question: &str, answer: &str, language: Language) -> Option<String> {
    let question = question.trim().trim_end_matches('?').trim();
    let answer = answer.trim().trim_end_matches(['.', ',']).trim();
    if answer.is_empty()
        || answer.split(' ').count() > 8
        || question.contains('?')
        || question.split(' ').count() < 4
    {
        return None;
    }
    let made = match language {
        Language::English => english(question, answer)?,
        Language::Romanian => romanian(question, answer)?,
        Language::Polish => polish(question, answer)?,
    };
    Some(as_sentence(&made))
}

/// The rest of the question after one of these beginnings.
fn after<'q>(question: &'q str, beginnings: &[&str]) -> Option<&'q str> {
    beginnings.iter().find_map(|b| {
        let head = question.get(..b.len())?;
        (head.to_lowercase() == *b).then(|| question[b.len()..].trim())
    })
}

fn english(question: &str, answer: &str) -> Option<String> {
    if let Some(rest) = after(question, &["who "]) {
        let auxiliary =
            ["did ", "do ", "does ", "were the ", "are the ", "else "].iter().any(|a| rest.starts_with(a));
        if let Some(rest) =
            after(rest, &["is ", "was "]).filter(|r| r.starts_with("the ") && !r.contains(" by"))
        {
            return Some(format!("{rest} was {answer}"));
        }
        return (!auxiliary && !rest.contains(" who")).then(|| format!("{answer} {rest}"));
    }
    for (ask, verb) in
        [("what is ", "is"), ("what was ", "was"), ("what are ", "are"), ("what were ", "were")]
    {
        if let Some(rest) = after(question, &[ask]) {
            let plain = rest.starts_with("the ")
                && !rest.contains(" called")
                && !rest.contains(" known")
                && !rest.ends_with("ed");
            let last = rest.split(' ').next_back().unwrap_or_default();
            let preposition =
                ["of", "in", "for", "by", "to", "as", "from", "with", "at", "on", "about"].contains(&last);
            return (plain && !preposition).then(|| format!("{rest} {verb} {answer}"));
        }
    }
    if let Some(rest) = after(question, &["how many "]) {
        let auxiliary =
            [" did ", " do ", " does ", " were there", " are there", " has ", " have ", " was ", " is "]
                .iter()
                .any(|a| rest.contains(a));
        return (!auxiliary && answer.chars().any(|c| c.is_ascii_digit())).then(|| {
            let bare = answer.split(' ').next().unwrap_or(answer);
            format!("{bare} {rest}")
        });
    }
    if let Some(rest) = after(question, &["when was ", "when were "]) {
        let verb = if question.to_lowercase().starts_with("when was") { "was" } else { "were" };
        let (subject, last) = rest.rsplit_once(' ')?;
        let participle = last.ends_with("ed")
            || ["born", "built", "written", "made", "held", "won", "begun", "founded"].contains(&last);
        let leads = answer.split(' ').next().is_some_and(|w| {
            ["in", "on", "since", "after", "before", "by"].contains(&w.to_lowercase().as_str())
        });
        let on = if leads {
            ""
        } else if answer.len() == 4 {
            "in "
        } else {
            return None;
        };
        return participle.then(|| format!("{subject} {verb} {last} {on}{answer}"));
    }
    None
}

fn romanian(question: &str, answer: &str) -> Option<String> {
    if let Some(rest) = after(question, &["cine "]) {
        return (!rest.starts_with("altcineva")).then(|| format!("{answer} {rest}"));
    }
    if let Some(rest) = after(question, &["câți ", "câte "]) {
        let (thing, verb) = rest.split_once(' ')?;
        let number = answer
            .split(' ')
            .next()
            .filter(|n| n.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ','))?;
        let of = number.parse::<u32>().ok().is_none_or(|n| n % 100 >= 20 || (n % 100 == 0 && n > 0));
        return Some(format!("{number} {}{thing} {verb}", if of { "de " } else { "" }));
    }
    if let Some(rest) = after(question, &["în ce an "]) {
        return (answer.len() == 4).then(|| format!("în anul {answer} {rest}"));
    }
    if let Some(rest) = after(question, &["când "]) {
        let leads = answer
            .split(' ')
            .next()
            .is_some_and(|w| ["în", "pe", "la", "din", "după", "în"].contains(&w.to_lowercase().as_str()));
        return leads.then(|| format!("{answer} {rest}"));
    }
    if let Some(rest) = after(question, &["unde "]) {
        let leads = answer
            .split(' ')
            .next()
            .is_some_and(|w| ["în", "pe", "la", "din", "lângă"].contains(&w.to_lowercase().as_str()));
        return leads.then(|| format!("{answer} {rest}"));
    }
    None
}

fn polish(question: &str, answer: &str) -> Option<String> {
    if let Some(rest) = after(question, &["kto "]) {
        return (!rest.starts_with("oprócz") && !rest.starts_with("jeszcze"))
            .then(|| format!("{answer} {rest}"));
    }
    if let Some(rest) = after(question, &["w którym roku ", "w jakim roku "]) {
        let year: String = answer.chars().filter(char::is_ascii_digit).collect();
        return (year.len() == 4).then(|| format!("w {year} roku {rest}"));
    }
    if let Some(rest) = after(question, &["ile "]) {
        let word = rest.split(' ').next()?;
        let counted = answer.split(' ').next_back().is_some_and(|w| w == word);
        let number =
            answer.split(' ').next().filter(|n| n.chars().next().is_some_and(|c| c.is_ascii_digit()))?;
        return (counted || answer == number).then(|| format!("{number} {rest}"));
    }
    if let Some(rest) = after(question, &["kiedy "]) {
        let leads = answer
            .split(' ')
            .next()
            .is_some_and(|w| ["w", "po", "od", "przed", "na"].contains(&w.to_lowercase().as_str()));
        let dated = answer.ends_with("roku") || answer.ends_with("r");
        return (leads || dated).then(|| format!("{answer} {rest}"));
    }
    if let Some(rest) = after(question, &["gdzie "]) {
        let leads = answer
            .split(' ')
            .next()
            .is_some_and(|w| ["w", "na", "do", "przy", "we", "pod"].contains(&w.to_lowercase().as_str()));
        return leads.then(|| format!("{answer} {rest}"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_of_three_languages() {
        for (question, answer, language, expected) in [
            (
                "Who sang the national anthem?",
                "Lady Gaga",
                Language::English,
                Some("Lady Gaga sang the national anthem."),
            ),
            ("When was the city founded?", "1850", Language::English, Some("The city was founded in 1850.")),
            ("Who did they beat in the game?", "Denver", Language::English, None),
            (
                "Cine a cântat imnul național?",
                "Lady Gaga",
                Language::Romanian,
                Some("Lady Gaga a cântat imnul național."),
            ),
            (
                "În ce an a fost fondat orașul?",
                "1850",
                Language::Romanian,
                Some("În anul 1850 a fost fondat orașul."),
            ),
            ("Kto napisał tę książkę?", "Jan Kot", Language::Polish, Some("Jan Kot napisał tę książkę.")),
            (
                "W którym roku założono miasto?",
                "w 1850",
                Language::Polish,
                Some("W 1850 roku założono miasto."),
            ),
        ] {
            assert_eq!(statement(question, answer, language).as_deref(), expected, "{question}");
        }
    }
}
