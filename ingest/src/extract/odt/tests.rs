//! Whole documents, small and made here.

use super::super::archive::tests::zipped;
use super::super::document::BlockKind;
use super::*;

const AUTOMATIC: &str = "<automatic-styles>\
    <style name='P1' family='paragraph' parent-style-name='Title'/><style name='H' family='text'><text-properties display='none'/></style>\
    <style name='B' family='text'><text-properties font-weight='bold'/></style>\
    <style name='W' family='text'><text-properties color='#FFFFFF'/></style><style name='D' family='table-cell'><table-cell-properties background-color='#000000'/></style>\
    <list-style name='L'><list-level-style-number level='1' num-format='1' num-suffix='.'/><list-level-style-number level='2' num-format='a' num-suffix=')' display-levels='2'/>\
    <list-level-style-bullet level='3' bullet-char='•'/></list-style></automatic-styles>";
const STYLES: &str = "<document-styles><styles><style name='Title' family='paragraph'/>\
    <outline-style name='Outline'><outline-level-style level='1' num-format='I' num-suffix='.'/><outline-level-style level='2' num-format=''/></outline-style></styles>\
    <master-styles><master-page><header><p>ACME</p></header><header-first><p>ACME</p></header-first><footer><p>Page <page-number>3</page-number></p></footer></master-page></master-styles></document-styles>";

fn packed(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let content = format!("<document-content>{AUTOMATIC}<body><text>{body}</text></body></document-content>");
    let mut parts = vec![("mimetype", MIME), ("content.xml", content.as_str())];
    parts.extend(more);
    zipped(&parts)
}

fn read_with(body: &str, more: &[(&str, &str)]) -> Extracted {
    let doc = extract(&packed(body, more), &ContentLimits::default()).unwrap();
    doc.validate().unwrap();
    doc
}

fn read(body: &str) -> Extracted {
    read_with(body, &[])
}

fn hidden(doc: &Extracted) -> Vec<&str> {
    doc.hidden.iter().map(|span| doc.text[span.clone()].trim()).collect()
}

#[test]
fn headings_and_margins() {
    let doc = read_with(
        "<p style-name='P1'>The title</p><h outline-level='1'>Start</h><h outline-level='2'>Part</h><p>One\n two<s c='900000000'/>three<tab/>four<line-break/>five</p>\
         <h outline-level='1' is-list-header='true'>Plain</h><h outline-level='1'>End</h>",
        &[("styles.xml", STYLES)],
    );
    assert_eq!(
        doc.text,
        "ACME\n\nThe title\n\nI. Start\n\nPart\n\nOne two three four\nfive\n\nPlain\n\nII. End"
    );
    assert_eq!(doc.title.as_deref(), Some("The title"));
    let kinds: Vec<_> = doc.blocks.iter().map(|block| block.kind).collect();
    use BlockKind::{Heading, Paragraph};
    assert_eq!(kinds, [Paragraph, Heading(1), Heading(1), Heading(2), Paragraph, Heading(1), Heading(1)]);
}

#[test]
fn lists_count_as_they_are_shown() {
    let item = |text: &str| format!("<list-item><p>{text}</p></list-item>");
    let doc = read(&format!(
        "<list style-name='L' id='x'>{}<list-item><p>two</p><p>more of two</p><list>{}{}<list-item><list>{}</list></list-item></list></list-item></list>\
         <p>between</p><list style-name='L' continue-list='x'>{}</list><list style-name='L'><list-item start-value='7'><p>seven</p></list-item></list>\
         <list><list-item><p>sign</p></list-item></list>",
        item("one"),
        item("a"),
        item("b"),
        item("deep"),
        item("three"),
    ));
    assert_eq!(
        doc.text,
        "1. one\n2. two\n\nmore of two\n\n2.a) a\n2.b) b\n- deep\n\nbetween\n\n3. three\n7. seven\n- sign"
    );
}

#[test]
fn notes_boxes_and_comments() {
    let doc = read(
        "<p>Text<note note-class='footnote'><note-citation>1</note-citation><note-body><p>Below</p></note-body></note> and\
         <note note-class='endnote'><note-citation>i</note-citation><note-body><p>At the end</p></note-body></note>\
         <frame><text-box><p>box</p></text-box></frame></p>\
         <p>See <annotation name='c'><creator>Ana</creator><date>2024-05-06T01:02:03</date><p>Really?</p></annotation>two words<annotation-end name='c'/></p>",
    );
    assert_eq!(
        doc.text,
        "Text[1] and[i]\n\n[1] Below\n\nbox\n\nSee two words\n\n[i] At the end\n\nComments\n\nAna (2024-05-06) on \"two words\": Really?"
    );
}

#[test]
fn hidden_text_and_sections_are_marked_and_deleted_text_is_gone() {
    let doc = read(
        "<tracked-changes><changed-region><deletion><p>deleted</p></deletion></changed-region></tracked-changes>\
         <p>seen <span style-name='H'>unseen</span> <span style-name='W'>white</span></p>\
         <section display='none'><p>section</p></section><p>end</p>",
    );
    assert_eq!(doc.text, "seen unseen white\n\nsection\n\nend");
    assert_eq!(hidden(&doc), ["unseen", "white", "section"]);
}

#[test]
fn tables_keep_rows_and_columns() {
    let cell = |text: &str| format!("<table-cell><p>{text}</p></table-cell>");
    let doc = read(&format!(
        "<table><table-header-rows><table-row>{}{}</table-row></table-header-rows>\
         <table-row><table-cell style-name='D' number-columns-spanned='2'><p><span style-name='W'>wide</span></p></table-cell><covered-table-cell/>{}</table-row>\
         <table-row number-rows-repeated='1000000'><table-cell number-columns-repeated='16384'/></table-row></table><p>between</p>\
         <table><table-row><table-cell><p><span style-name='B'>k</span></p></table-cell><table-cell><p><span style-name='B'>v</span></p></table-cell></table-row>\
         <table-row>{}{}</table-row></table>",
        cell("Name"),
        cell("Size"),
        cell("x"),
        cell("1"),
        cell("2"),
    ));
    assert_eq!(doc.text, "Name | Size\nwide | | x\n\nbetween\n\nk | v\n1 | 2");
    assert_eq!(doc.blocks[0].kind, BlockKind::TableHeader);
    assert_eq!(doc.blocks[3].kind, BlockKind::TableHeader);
    assert!(doc.hidden.is_empty(), "white on black is seen");
    let cell =
        format!("<table-cell number-columns-repeated='16384'><p>{}</p></table-cell>", "long ".repeat(20_000));
    let doc =
        read(&format!("<table><table-row number-rows-repeated='1000000'>{cell}{cell}</table-row></table>"));
    assert!(doc.text.len() < 300_000, "what is repeated is bounded");
}

#[test]
fn a_merged_name_is_part_of_the_names_below_it() {
    let cell = |text: &str| format!("<table-cell><p>{text}</p></table-cell>");
    let row = |cells: &[String]| format!("<table-row>{}</table-row>", cells.concat());
    let wide =
        "<table-cell number-columns-spanned='2'><p>2023</p></table-cell><covered-table-cell/>".to_owned();
    let doc = read(&format!(
        "<table><table-header-rows>{}</table-header-rows>{}{}</table>",
        row(&[cell(""), wide]),
        row(&["Item", "Q1", "Q2"].map(cell)),
        row(&["Pear", "1", "2"].map(cell)),
    ));
    assert_eq!(doc.text, "Item | 2023 Q1 | 2023 Q2\nPear | 1 | 2");
}

#[test]
fn pictures_say_what_they_show() {
    let doc = read(
        "<p>See <frame><image/><title>A river</title><desc>A river seen from above</desc></frame>here.</p>\
         <p><frame><image/><title>The source of it</title></frame></p><p><frame><image/><desc>logo.png</desc></frame></p>\
         <p><frame><text-box><p>box</p></text-box><desc>A box of some words</desc></frame></p>",
    );
    assert_eq!(doc.text, "See here.\n\nA river seen from above\n\nThe source of it\n\nbox");
}

#[test]
fn formulas_charts_and_properties() {
    let math = "<math><semantics><mi>E</mi><annotation>E = m c^2</annotation></semantics></math>";
    let chart = "<document-content><body><chart><chart><title><p>Sales</p></title><table><table-rows><table-row><table-cell><p>Year</p></table-cell>\
        <table-cell><p>North</p></table-cell></table-row><table-row><table-cell><p>2024</p></table-cell><table-cell><p>7</p></table-cell></table-row></table-rows></table></chart></chart></body></document-content>";
    let meta = "<document-meta><meta><title>Report</title><initial-creator>Ana</initial-creator><keyword>a</keyword><keyword>b</keyword></meta></document-meta>";
    let doc = read_with(
        "<p>By <frame><object href='./Object 1'/><image/></frame> we know</p><p><frame><object href='./Object 2'/></frame></p><p><frame><object href='./Object 3'/></frame></p>",
        &[("Object 1/content.xml", math), ("Object 2/content.xml", chart), ("meta.xml", meta)],
    );
    assert_eq!(doc.text, "By E = m c^2 we know\n\nSales\n\nYear | North\n2024 | 7");
    assert_eq!(doc.title.as_deref(), Some("Report"));
    assert_eq!(serde_json::to_string(&doc.properties).unwrap(), r#"{"author":"Ana","keywords":"a, b"}"#);
    assert_eq!(doc.warnings, ["1 embedded objects are not read"]);
}

#[test]
fn encryption_and_damage_are_said() {
    let manifest = "<manifest><file-entry full-path='content.xml'><encryption-data/></file-entry></manifest>";
    let error =
        extract(&packed("<p>x</p>", &[("META-INF/manifest.xml", manifest)]), &ContentLimits::default());
    assert_eq!(error.unwrap_err().code(), "encrypted");
    let macros = manifest.replace("content.xml", "Basic/script.xml");
    assert_eq!(read_with("<p>x</p>", &[("META-INF/manifest.xml", &macros)]).text, "x");
    let error = extract(&zipped(&[("mimetype", MIME)]), &ContentLimits::default()).unwrap_err();
    assert_eq!(error.code(), "corrupt");
}

/// A document, cut and changed at every place, is read or refused, never a panic.
#[test]
fn damaged_parts_never_panic() {
    let body = "<list style-name='L'><list-item><p>one</p></list-item></list><table><table-row><table-cell><p>a</p></table-cell></table-row></table><h outline-level='1'>x</h>";
    let content = format!("<d>{AUTOMATIC}<body><text>{body}</text></body></d>");
    for (name, whole) in [("content.xml", content.as_str()), ("styles.xml", STYLES)] {
        for at in (0..whole.len()).filter(|at| whole.is_char_boundary(*at)) {
            let flipped = format!("{}\u{1}<{}", &whole[..at], &whole[at..]);
            for broken in [&whole[..at], flipped.as_str()] {
                let mut parts = vec![("content.xml", content.as_str()), ("styles.xml", STYLES)];
                parts.retain(|(other, _)| *other != name);
                parts.push((name, broken));
                if let Ok(doc) = extract(&zipped(&parts), &ContentLimits::default()) {
                    doc.validate().unwrap();
                }
            }
        }
    }
}
