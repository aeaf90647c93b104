//! Whole documents.

use super::*;

fn read(body: &str) -> Extracted {
    read_bytes(format!("{{\\rtf1\\ansi\\ansicpg1250\\deff0{body}}}").as_bytes())
}

fn read_bytes(bytes: &[u8]) -> Extracted {
    let doc = extract(bytes, &ContentLimits::default()).unwrap();
    doc.validate().unwrap();
    doc
}

fn blocks(doc: &Extracted) -> Vec<(BlockKind, &str)> {
    doc.blocks.iter().map(|b| (b.kind, &doc.text[b.span.clone()])).collect()
}

use BlockKind::{Heading, ListItem, Paragraph, TableHeader, TableRow};

#[test]
fn letters_of_every_writing() {
    let doc = read(
        "{\\fonttbl{\\f0\\fcharset238 Arial;}{\\f1\\fcharset204 Arial;}{\\f2\\fcharset128 MS Mincho;}}\
         Za\\'bf\\'f3\\'b3\\'e6 {\\f1 \\'cf\\'f0} {\\f2\\'83\\'5d}\\u259\\'3f \\u-10240?\\u-8398?\\ldblquote x\\rdblquote\\~\\{y\\}\\par \
         {\\uc2\\u12478\\'83\\'5d}{\\uc0\\u537 i}\\line next",
    );
    assert_eq!(doc.text, "Zażółć Пр ゾă \u{10332}“x” {y}\n\nゾși\nnext");
}

#[test]
fn headings_lists_and_properties() {
    let doc = read(
        "{\\stylesheet{\\s0 Normal;}{\\s1\\outlinelevel0 heading 1;}{\\s5 Heading 2;}{\\*\\cs9 Title;}}\
         {\\info{\\title A title}{\\author Ana \\u536?erban}{\\creatim\\yr2020\\mo3\\dy4\\hr5}{\\upr{\\keywords a}{\\*\\ud{\\keywords \\u259?b}}}}\
         \\pard\\s1{\\listtext 1.\\tab}First\\par\\pard\\s5 Second\\par\\pard\\plain Words {\\b go} on.\\par\
         {\\listtext\\f3\\'b7\\tab}\\pard\\ls1 Apples\\par{\\pntext b)\\tab}Pears\\par\\pard\\outlinelevel2 Third\\par",
    );
    assert_eq!(
        blocks(&doc),
        [
            (Heading(1), "1. First"),
            (Heading(2), "Second"),
            (Paragraph, "Words go on."),
            (ListItem, "- Apples"),
            (ListItem, "b) Pears"),
            (Heading(3), "Third"),
        ]
    );
    assert_eq!(doc.title.as_deref(), Some("A title"));
    assert_eq!(
        serde_json::to_value(&doc.properties).unwrap(),
        serde_json::json!({"author": "Ana Șerban", "created": "2020-03-04", "keywords": "ăb"})
    );
}

#[test]
fn tables_nested_tables_and_frames() {
    let doc = read(
        "\\pard\\intbl\\trowd\\trhdr\\cellx1\\cellx2 Name\\cell Price\\cell\\row\
         \\trowd\\cellx1\\cellx2\\pard\\intbl Tea\\par green\\cell \\pard\\intbl\\itap2 in\\nestcell out\\nestcell{\\*\\nesttableprops\\trowd\\nestrow}{\\nonesttables\\par}\\pard\\intbl 5\\cell\\row\
         \\pard After.\\par\\trowd\\cellx9\\pard\\intbl Framed\\par words\\cell\\row\\pard\\par\
         \\trowd\\cellx1\\cellx2\\pard\\intbl{\\b A}\\cell{\\b B}\\cell\\row\\pard\\intbl 1\\cell 2\\cell\\row\\pard End",
    );
    assert_eq!(
        blocks(&doc),
        [
            (TableHeader, "Name | Price"),
            (TableRow, "Tea green | in out 5"),
            (Paragraph, "After."),
            (Paragraph, "Framed"),
            (Paragraph, "words"),
            (TableHeader, "A | B"),
            (TableRow, "1 | 2"),
            (Paragraph, "End"),
        ]
    );
}

#[test]
fn notes_comments_headers_links_and_drawings() {
    let doc = read(
        "{\\header Letterhead\\par}{\\headerl Letterhead}{\\footer Page {\\field{\\*\\fldinst PAGE}{\\fldrslt 1}}}\
         See{\\super\\chftn{\\footnote\\pard\\plain{\\super\\chftn} A note.}} {\\field{\\*\\fldinst HYPERLINK \"http://x\"}{\\fldrslt{\\ul here}}}.\
         {\\*\\atnid A}{\\*\\atnauthor Ion}\\chatn{\\*\\annotation{\\*\\atndate 1}\\pard Check this.}\
         {\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 9}}{\\shptxt\\pard In a box\\par}}{\\shprslt{\\*\\do{\\dptxbxtext In a box\\par}}}}\
         {\\pict\\pngblip 8950}{\\object{\\*\\objdata 01}{\\result{\\pict 00}Embedded}}{\\xe{\\v index}}{\\deleted gone} End\\par\\bin4 }}}}",
    );
    assert_eq!(
        blocks(&doc),
        [
            (Paragraph, "Letterhead"),
            (Paragraph, "See[1] here.Embedded End"),
            (Paragraph, "In a box"),
            (Paragraph, "[1] A note."),
            (Paragraph, "Comment by Ion: Check this."),
            (Paragraph, "Page 1"),
        ]
    );
    assert_eq!(doc.warnings, ["text that tracked changes delete was left out"]);
}

#[test]
fn hidden_text_is_kept_and_marked() {
    let doc = read(
        "{\\colortbl;\\red255\\green255\\blue255;}Seen {\\v secret }too.\\par{\\cf1 white}\\par\
         \\pard\\intbl{\\cf1 In a cell}\\cell x\\cell\\row\\pard End",
    );
    assert_eq!(doc.text, "Seen too.\n\nsecret\n\nwhite\n\nIn a cell | x\n\nEnd");
    let hidden: Vec<&str> = doc.hidden.iter().map(|span| doc.text[span.clone()].trim()).collect();
    assert_eq!(hidden, ["secret", "white"]);
}

#[test]
fn depth_is_bounded_and_damage_is_told() {
    let deep = format!("{{\\rtf1 {}", "{".repeat(100_000));
    assert_eq!(extract(deep.as_bytes(), &ContentLimits::default()).unwrap_err().code(), "too_large");
    let cut = read_bytes(b"{\\rtf1 {\\b Words");
    assert_eq!((cut.text.as_str(), cut.warnings.len()), ("Words", 1));
    let brace = read_bytes(b"{\\rtf1 Words}\\par and more\\par}");
    assert_eq!((brace.text.as_str(), brace.warnings.len()), ("Words\n\nand more", 1));
    assert_eq!(read_bytes(b"{\\rtf1 Words}garbage").text, "Words");
    assert_eq!(extract(b"words", &ContentLimits::default()).unwrap_err().code(), "corrupt");
}

#[test]
fn damage_never_panics() {
    let whole = b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fcharset238 A;}}{\\colortbl;\\red255\\green255\\blue255;}{\\stylesheet{\\s1 heading 1;}}\
        {\\info{\\title T}{\\creatim\\yr2020\\mo3\\dy4}}\\s1 H\\par\\pard\\intbl\\itap2 a\\nestcell\\nestrow\\itap1 b\\cell\\row\\pard\
        \\u-10240?\\u-8398?\\'bf{\\footnote x}{\\*\\shpinst{\\shptxt y}}{\\upr{\\v z}{\\*\\ud w}}{\\listtext 1.}q\\bin2 }}\\par}";
    for at in 6..whole.len() {
        for change in [0x01, 0x20, 0x5c ^ whole[at], 0x7b ^ whole[at], 0x7d ^ whole[at]] {
            let mut flipped = whole.to_vec();
            flipped[at] ^= change;
            for bytes in [&whole[..at], &flipped] {
                if let Ok(doc) = extract(bytes, &ContentLimits::default()) {
                    doc.validate().unwrap();
                }
            }
        }
    }
}
