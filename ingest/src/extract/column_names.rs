//! Names of columns in two rows: one of groups (`2023` over four columns), one of what the columns of a group are called.

/// A longer text names no column.
const MAX_NAME_CHARS: usize = 100;

/// A cell of the upper row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group<'t> {
    /// Its column, counted like those of the lower row.
    pub(crate) column: usize,
    /// How many columns it is merged over, at least 1.
    pub(crate) width: usize,
    /// What it reads.
    pub(crate) text: &'t str,
}

/// Whether the texts `names`, blank ones where a column has none, are what the columns under `groups` are called: one group
/// at least stands over several of them, and no cell that is not merged stands over one. `Name | Contact` over
/// `Ana | mail | phone` is therefore a header of one row: `Ana` stands in the column `Name`.
pub(crate) fn are_below<S: AsRef<str>>(names: &[S], groups: &[Group<'_>]) -> bool {
    let named = |group: &Group<'_>| columns_with_names(group, names).count();
    let whole = |group: &Group<'_>| group.column == 0 && group.width >= names.len();
    let is_number = |name: &str| {
        name.contains(|c: char| c.is_ascii_digit()) && !name.contains(char::is_alphabetic) && !is_year(name)
    };
    let can_be_name = |name: &str| is_name(name) && !is_number(name);
    names.iter().all(|name| can_be_name(name.as_ref()))
        && groups.iter().all(|group| can_be_name(group.text) && (group.width > 1 || named(group) == 0))
        && groups.iter().any(|group| named(group) > 1 && !whole(group))
}

fn columns_with_names<S: AsRef<str>>(group: &Group<'_>, names: &[S]) -> impl Iterator<Item = usize> {
    let has_name = move |at: &usize| names.get(*at).is_some_and(|name| !name.as_ref().trim().is_empty());
    (group.column..group.column.saturating_add(group.width).min(names.len())).filter(has_name)
}

/// Where the text of `group` goes: to the names that it stands over, to its own column when there are none.
pub(crate) fn columns_of<S: AsRef<str>>(group: &Group<'_>, names: &[S]) -> Vec<usize> {
    let named: Vec<usize> = columns_with_names(group, names).collect();
    if named.is_empty() { vec![group.column] } else { named }
}

/// Puts the text of each group in front of the names that it stands over.
pub(crate) fn join(names: &mut Vec<String>, groups: &[Group<'_>]) {
    let own = names.clone();
    for group in groups {
        for at in columns_of(group, &own) {
            if at >= names.len() {
                names.resize(at + 1, String::new());
            }
            if let Some(name) = names.get_mut(at) {
                *name = format!("{} {name}", group.text).trim().to_owned();
            }
        }
    }
}

/// Whether a text can name a column: it is short, and no label of a form.
pub(crate) fn is_name(text: &str) -> bool {
    let text = text.trim();
    !text.ends_with(':') && text.chars().take(MAX_NAME_CHARS + 1).count() <= MAX_NAME_CHARS
}

/// Whether a text is a year; years name columns of other numbers.
pub(crate) fn is_year(text: &str) -> bool {
    let text = text.trim();
    text.len() == 4 && text.parse().is_ok_and(|year: u32| (1800..2200).contains(&year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(column: usize, width: usize, text: &str) -> Group<'_> {
        Group { column, width, text }
    }

    #[test]
    fn groups_go_in_front_of_the_names_below_them() {
        let groups = [group(0, 1, "City"), group(1, 2, "2023"), group(3, 2, "2024")];
        let mut names = ["", "Q1", "Q2", "Q1", "Q2"].map(str::to_owned).to_vec();
        assert!(are_below(&names, &groups));
        join(&mut names, &groups);
        assert_eq!(names, ["City", "2023 Q1", "2023 Q2", "2024 Q1", "2024 Q2"]);
    }

    #[test]
    fn a_group_without_names_keeps_its_own_column() {
        let mut names = vec![String::new(), "a".to_owned()];
        join(&mut names, &[group(3, 2, "Rest")]);
        assert_eq!(names, ["", "a", "", "Rest"]);
    }

    #[test]
    fn data_below_a_header_are_no_names() {
        let contact = [group(0, 1, "Name"), group(1, 2, "Contact")];
        assert!(!are_below(&["Ana", "mail", "phone"], &contact), "a cell of its own in the first column");
        assert!(!are_below(&["", "12", "13.5"], &contact), "numbers");
        assert!(!are_below(&["", "mail", ""], &contact), "one name is no group");
        assert!(!are_below(&["a", "b", "c"], &[group(0, 3, "Sales of the year")]), "a title");
    }
}
