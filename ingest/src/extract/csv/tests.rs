use super::*;
use crate::extract::document::BlockKind::{self, Paragraph, TableHeader, TableRow};

fn read(text: &str) -> Extracted {
    let doc = extract(text.as_bytes(), "x.csv", &ContentLimits::default()).unwrap();
    doc.validate().unwrap();
    doc
}

fn blocks(doc: &Extracted) -> Vec<(BlockKind, &str, Option<String>)> {
    doc.blocks
        .iter()
        .map(|b| (b.kind, &doc.text[b.span.clone()], doc.layout.position(&b.span).cells))
        .collect()
}

#[test]
fn rows_have_the_addresses_that_a_spreadsheet_shows() {
    let doc = read("\u{feff}sep=;\r\nNazwa;Cena\r\n\r\n\"Sok; owocowy\r\nduży\";1,50\r\nMleko;\r\n");
    assert_eq!(
        blocks(&doc),
        [
            (TableHeader, "Nazwa | Cena", Some("A1:B1".into())),
            (TableRow, "Sok; owocowy duży | 1,50", Some("A3:B3".into())),
            (TableRow, "Mleko", Some("A4".into())),
        ]
    );
    assert_eq!(read("Nazwa;Cena\n\"Sok \"\"x\"\"\";1,50\n").text, "Nazwa | Cena\nSok \"x\" | 1,50");
}

#[test]
fn uneven_rows_are_kept_whole_and_said() {
    let doc = read("1,2,3\na,b,c,d\na,b\n");
    assert_eq!(doc.text, "1 | 2 | 3\na | b | c | d\na | b");
    assert_eq!(doc.warnings, ["2 rows have more or fewer values than the first row's 3 (rows 2, 3)"]);
}

#[test]
fn values_stand_under_their_names_where_the_first_is_blank() {
    let doc = read(",a,b\n0,x,y\n,z,\n");
    assert_eq!(doc.text, "| a | b\n0 | x | y\n| z");
    assert_eq!(blocks(&doc)[2].2.as_deref(), Some("B3"));
}

#[test]
fn lines_above_the_table_are_its_title() {
    let doc = read("Raport lunar\nJan,Feb,Mar\n1,2,3\n4,5,6\n");
    assert_eq!(
        blocks(&doc).iter().map(|b| (b.0, b.1)).collect::<Vec<_>>(),
        [
            (Paragraph, "Raport lunar"),
            (TableHeader, "Jan | Feb | Mar"),
            (TableRow, "1 | 2 | 3"),
            (TableRow, "4 | 5 | 6")
        ]
    );
}

#[test]
fn a_quotation_mark_that_is_never_closed_swallows_nothing() {
    let rows: String = (0..500).map(|i| format!("row {i},{i}\n")).collect();
    let doc = read(&format!("name,n\n\"open,1\n{rows}"));
    assert!(
        doc.text.contains("\nrow 499 | 499") && doc.warnings[0].contains("never closed"),
        "{:?}",
        doc.warnings
    );
}

#[test]
fn prose_with_the_wrong_name_is_text() {
    let doc =
        read("Dear all,\n\nthe meeting, as you know, was moved to another day.\nPlease tell the others.\n");
    assert_eq!(doc.blocks[0].kind, Paragraph);
    assert_eq!(doc.blocks.len(), 2);
}

#[test]
fn other_charsets_and_tabs_are_read() {
    let (bytes, _, _) =
        encoding_rs::WINDOWS_1250.encode("miasto\tludność\nŁódź\t670 642\nŚwidnica\t57 000\n");
    let doc = extract(&bytes, "x.tsv", &ContentLimits::default()).unwrap();
    assert_eq!(doc.text, "miasto | ludność\nŁódź | 670 642\nŚwidnica | 57 000");
    assert_eq!(doc.mime, "text/tab-separated-values");
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[a-c,;\t|\"\n\r ąé\u{0}=]{0,80}") {
        if let Ok(doc) = extract(text.as_bytes(), "x.csv", &ContentLimits::default()) {
            doc.validate().unwrap();
        }
    }
}
