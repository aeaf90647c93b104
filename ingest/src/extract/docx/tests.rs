//! Whole documents, small and made here.

use super::super::archive::tests::zipped;
use super::super::document::BlockKind;
use super::*;

const RELATIONSHIPS: &str = r#"<Relationships>
    <Relationship Id="s" Type="x/styles" Target="styles.xml"/><Relationship Id="n" Type="x/numbering" Target="numbering.xml"/>
    <Relationship Id="f" Type="x/footnotes" Target="footnotes.xml"/><Relationship Id="e" Type="x/endnotes" Target="endnotes.xml"/>
    <Relationship Id="c" Type="x/comments" Target="comments.xml"/><Relationship Id="h" Type="x/header" Target="header.xml"/>
    <Relationship Id="g" Type="x/footer" Target="footer.xml"/><Relationship Id="k" Type="x/chart" Target="charts/c.xml"/>
    <Relationship Id="d" Type="x/diagramData" Target="d.xml"/></Relationships>"#;
const STYLES: &str = r#"<styles><style type="paragraph" styleId="N" default="1"><name val="Normal"/></style>
    <style styleId="T"><name val="Title"/></style><style styleId="H1"><name val="heading 1"/><pPr><numPr><numId val="2"/></numPr></pPr></style>
    <style styleId="C"><name val="Source Code"/></style><style styleId="V"><name val="V"/><rPr><vanish/></rPr></style></styles>"#;
const NUMBERING: &str = r#"<numbering><abstractNum abstractNumId="0"><lvl ilvl="0"><start val="1"/><numFmt val="bullet"/><lvlText val="•"/></lvl>
    <lvl ilvl="1"><start val="1"/><numFmt val="lowerLetter"/><lvlText val="%2)"/></lvl></abstractNum>
    <abstractNum abstractNumId="1"><lvl ilvl="0"><start val="1"/><numFmt val="decimal"/><lvlText val="%1."/><pStyle val="H1"/></lvl></abstractNum>
    <num numId="1"><abstractNumId val="0"/></num><num numId="2"><abstractNumId val="1"/></num></numbering>"#;

/// The parts of a document whose body is `body`, and further parts.
fn parts<'a>(body: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut parts = vec![
        ("word/document.xml", body),
        ("word/_rels/document.xml.rels", RELATIONSHIPS),
        ("word/styles.xml", STYLES),
        ("word/numbering.xml", NUMBERING),
    ];
    parts.extend(more);
    parts
}

fn wrapped(body: &str) -> String {
    format!(
        r#"<document xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><body>{body}</body></document>"#
    )
}

fn read_with(body: &str, more: &[(&str, &str)]) -> Extracted {
    let doc = extract(&zipped(&parts(&wrapped(body), more)), &ContentLimits::default()).unwrap();
    doc.validate().unwrap();
    doc
}

fn read(body: &str) -> Extracted {
    read_with(body, &[])
}

fn hidden(doc: &Extracted) -> Vec<&str> {
    doc.hidden.iter().map(|span| doc.text[span.clone()].trim()).collect()
}

fn p(style: &str, text: &str) -> String {
    format!("<p><pPr><pStyle val='{style}'/></pPr><r><t>{text}</t></r></p>")
}

fn item(level: u32, text: &str) -> String {
    format!("<p><pPr><numPr><ilvl val='{level}'/><numId val='1'/></numPr></pPr><r><t>{text}</t></r></p>")
}

fn table(rows: &[&[&str]]) -> String {
    let cell = |text: &&str| format!("<tc><p><r><t>{text}</t></r></p></tc>");
    let row = |cells: &&[&str]| format!("<tr>{}</tr>", cells.iter().map(cell).collect::<String>());
    format!("<tbl>{}</tbl>", rows.iter().map(row).collect::<String>())
}

#[test]
fn headings_lists_and_code() {
    let doc = read(
        &[
            p("T", "The title"),
            p("H1", "Start"),
            item(0, "one"),
            item(1, "two"),
            item(1, "three"),
            p("C", "fn x() {"),
            p("C", "}"),
            p("H1", "End"),
            "<p><pPr><pStyle val='H1'/><outlineLvl val='9'/><numPr><numId val='0'/></numPr></pPr><r><t>text</t></r></p>".to_owned(),
        ]
        .concat(),
    );
    assert_eq!(doc.text, "The title\n\n1. Start\n\n- one\na) two\nb) three\n\nfn x() {\n}\n\n2. End\n\ntext");
    assert_eq!(doc.title.as_deref(), Some("The title"));
    let kinds: Vec<_> = doc.blocks.iter().map(|block| block.kind).collect();
    use BlockKind::{Code, Heading, ListItem, Paragraph};
    assert_eq!(kinds, [Heading(1), Heading(1), ListItem, ListItem, ListItem, Code, Heading(1), Paragraph]);
}

#[test]
fn runs_keep_what_a_reader_sees() {
    let doc = read(
        "<p><r><t>a</t><tab/><t>b</t><noBreakHyphen/><t>c</t><br/><sym font='Symbol' char='F0B3'/></r>\
         <ins><r><t> new</t></r></ins><del><r><delText>old</delText></r></del><moveFrom><r><t>gone</t></r></moveFrom>\
         <hyperlink><r><t> link</t></r></hyperlink><sdt><sdtPr><alias val='x'/></sdtPr><sdtContent><r><t> control</t></r></sdtContent></sdt></p>\
         <p><pPr><rPr><del/></rPr></pPr><r><t>first </t></r></p><p><r><t>half</t></r></p>",
    );
    assert_eq!(doc.text, "a b-c\n≥ new link control\n\nfirst half");
}

#[test]
fn fields_give_their_results() {
    let field = |kind: &str| format!("<r><fldChar fldCharType='{kind}'/></r>");
    let doc = read(&format!(
        "<p>{}<r><instrText>IF </instrText></r>{}<r><instrText>MERGEFIELD x</instrText></r>{}<r><t>inner</t></r>{}{}<r><t>shown</t></r>{}\
         <fldSimple instr='DATE'><r><t> today</t></r></fldSimple></p><p>{}<r><t>lost</t></r></p><p><r><t>rest</t></r></p>\
         <p><r><fldChar fldCharType='begin'><ffData><checkBox><default val='1'/></checkBox></ffData></fldChar></r></p>",
        field("begin"),
        field("begin"),
        field("separate"),
        field("end"),
        field("separate"),
        field("end"),
        field("begin"),
    ));
    assert_eq!(doc.text, "shown today\n\nrest\n\n☒");
}

#[test]
fn hidden_text_is_marked() {
    let run = |properties: &str, text: &str| format!("<r><rPr>{properties}</rPr><t>{text}</t></r>");
    let doc = read(&format!(
        "<p><r><t>seen </t></r>{}{}{}</p>{}<p><pPr><shd fill='000000'/></pPr>{}</p>",
        run("<vanish/>", "unseen"),
        run("<color val='FFFFFF'/>", " white"),
        run("<sz val='2'/>", " tiny"),
        p("V", "by style"),
        run("<color val='FFFFFF'/>", "white on black"),
    ));
    assert_eq!(doc.text, "seen unseen white tiny\n\nby style\n\nwhite on black");
    assert_eq!(hidden(&doc), ["unseen white tiny", "by style"]);
}

#[test]
fn tables_keep_rows_and_columns() {
    let doc = read(
        "<tbl><tr><trPr><tblHeader/></trPr><tc><p><r><t>Name</t></r></p></tc><tc><tcPr><gridSpan val='2'/></tcPr><p><r><t>Size</t></r></p></tc></tr>\
         <tr><tc><tcPr><vMerge val='restart'/></tcPr><p><r><t>A</t></r></p><p><r><t>B</t></r></p></tc><tc><p><r><t>1</t></r></p></tc><tc><p><r><t>2</t></r></p></tc></tr>\
         <tr><tc><tcPr><vMerge/></tcPr><p/></tc><tc><p><r><t>3</t></r></p></tc><tc><tbl><tr><tc><p><r><t>x</t></r></p></tc><tc><p><r><t>y</t></r></p></tc></tr></tbl></tc></tr>\
         <tr><trPr><del/></trPr><tc><p><r><t>gone</t></r></p></tc></tr></tbl>",
    );
    assert_eq!(doc.text, "Name | Size\nA B | 1 | 2\n| 3 | x, y");
    assert_eq!(doc.blocks[0].kind, BlockKind::TableHeader);
}

#[test]
fn a_table_for_layout_is_read_as_blocks() {
    let boxed =
        format!("<tbl><tr><tc>{}{}</tc></tr></tbl>", p("H1", "Inside"), table(&[&["a", "b"], &["c", "d"]]));
    assert_eq!(read(&boxed).text, "1. Inside\n\na | b\nc | d");
}

#[test]
fn bold_first_rows_name_the_columns() {
    let rows = table(&[&["k", "v"], &["1", "2"]]).replacen("<r>", "<r><rPr><b/></rPr>", 2);
    assert_eq!(read(&rows).blocks[0].kind, BlockKind::TableHeader);
    assert_eq!(read(&table(&[&["k", "v"], &["1", "2"]])).blocks[0].kind, BlockKind::TableRow);
}

#[test]
fn what_is_attached_follows_its_paragraph_or_list() {
    let text_box = "<r><AlternateContent><Choice><drawing><txbxContent><p><r><t>box</t></r></p></txbxContent></drawing></Choice>\
                    <Fallback><pict><txbxContent><p><r><t>box</t></r></p></txbxContent></pict></Fallback></AlternateContent></r>";
    let body = format!(
        "<p><r><t>Text</t><footnoteReference id='2'/><endnoteReference id='1'/></r></p>{}{}<p>{text_box}</p>\
         <p><r><drawing><chart r:id='k'/></drawing><drawing><relIds r:dm='d'/></drawing></r></p><p><r><t>end</t><footnoteReference id='2'/></r></p>",
        item(0, "one").replace("</p>", &format!("{text_box}</p>")),
        item(0, "two"),
    );
    let note = |name: &str| {
        format!(
            "<{name}s><{name} id='0' type='separator'><p><r><t>no</t></r></p></{name}>\
                 <{name} id='1'><p><r><t>At the end</t></r></p></{name}>\
                 <{name} id='2'><p><r><t>Below</t><footnoteReference id='2'/></r></p></{name}></{name}s>"
        )
    };
    let chart = "<c><chart><title><tx><rich><p><r><t>Sales</t></r></p></rich></tx></title></chart></c>";
    let diagram = "<m><ptLst><pt modelId='1'><t><p><r><t>step</t></r></p></t></pt></ptLst></m>";
    let doc = read_with(
        &body,
        &[
            ("word/footnotes.xml", &note("footnote")),
            ("word/endnotes.xml", &note("endnote")),
            ("word/charts/c.xml", chart),
            ("word/d.xml", diagram),
        ],
    );
    assert_eq!(
        doc.text,
        "Text[1][i]\n\n[1] Below[1]\n\n- one\n- two\n\nbox\n\nbox\n\nSales\n\n- step\n\nend[1]\n\n[i] At the end"
    );
}

#[test]
fn pictures_say_what_they_show() {
    let relationships = RELATIONSHIPS.replace(
        "</Relationships>",
        "<Relationship Id='p' Type='x/image' Target='media/p.emf'/><Relationship Id='q' Type='x/image' Target='media/q.png'/></Relationships>",
    );
    let emf = crate::extract::ooxml::emf::tests::metafile(&[(0, 0, "Tech"), (60, 0, "Partners")]);
    let emf = String::from_utf8(emf).unwrap();
    let picture = |alt: &str, id: &str| {
        format!(
            "<r><drawing><inline><docPr descr='{alt}'/><pic><cNvPr descr='{alt}'/><blip r:embed='{id}'/></pic></inline></drawing></r>"
        )
    };
    let body = format!(
        "<p>{}<r><t>first</t></r></p><p>{}{}</p><p><r><pict><shape alt='A river seen from above'><imagedata r:id='p'/></shape></pict></r></p><p><r><t>end</t></r></p>",
        picture("A duck on a pond&#10;&#10;Description automatically generated", "q"),
        picture("A duck on a pond", "q"),
        picture("Picture 7", "p"),
    );
    let body = wrapped(&body);
    let mut parts = parts(&body, &[("word/media/p.emf", emf.as_str()), ("word/media/q.png", "two words")]);
    parts.retain(|(name, _)| *name != "word/_rels/document.xml.rels");
    parts.push(("word/_rels/document.xml.rels", &relationships));
    let doc = extract(&zipped(&parts), &ContentLimits::default()).unwrap();
    assert_eq!(doc.text, "first\n\nA duck on a pond\n\nTech Partners\n\nA river seen from above\n\nend");
}

#[test]
fn a_merged_name_is_part_of_the_names_below_it() {
    let cell = |span: u32, text: &str| {
        format!("<tc><tcPr><gridSpan val='{span}'/></tcPr><p><r><t>{text}</t></r></p></tc>")
    };
    let row = |cells: &[String], properties: &str| format!("<tr>{properties}{}</tr>", cells.concat());
    let head = "<trPr><tblHeader/></trPr>";
    let upper = [cell(1, ""), cell(2, "2023")];
    let rows = [["Item", "Q1", "Q2"], ["Pear", "1", "2"]].map(|texts| texts.map(|text| cell(1, text)));
    for marks in [[head, ""], [head, head]] {
        let table =
            format!("<tbl>{}{}{}</tbl>", row(&upper, marks[0]), row(&rows[0], marks[1]), row(&rows[1], ""));
        assert_eq!(read(&table).text, "Item | 2023 Q1 | 2023 Q2\nPear | 1 | 2");
    }
}

#[test]
fn headers_footers_and_comments() {
    let header = "<hdr><p><r><t>ACME – Confidential, page </t></r><fldSimple instr=' PAGE '><r><t>1</t></r></fldSimple></p></hdr>";
    let footer = "<ftr><p><r><t>Pagina </t></r><fldSimple instr='PAGE'><r><t>1</t></r></fldSimple><r><t> din 5</t></r></p></ftr>";
    let comments = "<comments><comment id='0' author='Ana' date='2024-05-06T07:00:00Z'><p><r><t>Really?</t></r></p></comment><comment id='1'><p/></comment></comments>";
    let body = "<p><commentRangeStart id='0'/><r><t>Two  words</t></r><commentRangeEnd id='0'/><r><t> more</t></r></p>";
    let doc = read_with(
        body,
        &[("word/header.xml", header), ("word/footer.xml", footer), ("word/comments.xml", comments)],
    );
    assert_eq!(
        doc.text,
        "ACME – Confidential, page\n\nTwo words more\n\nComments\n\nAna (2024-05-06) on \"Two words\": Really?"
    );
}

#[test]
fn notes_that_name_each_other_cost_no_stack() {
    let note = |id: u32| {
        format!(
            "<footnote id='{id}'><p><r><t>n{id}</t><footnoteReference id='{}'/></r></p></footnote>",
            id + 1
        )
    };
    let notes: String = (0..5000).map(note).collect();
    let doc = read_with(
        "<p><r><footnoteReference id='0'/></r></p>",
        &[("word/footnotes.xml", &format!("<footnotes>{notes}</footnotes>"))],
    );
    assert!(doc.text.ends_with("[5000] n4999"));
}

#[test]
fn damage_is_said_and_the_rest_read() {
    let whole = wrapped(&p("H1", "Start"));
    let cut = format!("{}<p><r><t>cut o", whole.split_once("</body>").unwrap().0);
    let bytes = zipped(&[
        ("word/document.xml", cut.as_str()),
        ("word/_rels/document.xml.rels", RELATIONSHIPS),
        ("word/numbering.xml", "no numbering"),
    ]);
    let doc = extract(&bytes, &ContentLimits::default()).unwrap();
    assert_eq!(doc.text, "Start\n\ncut o");
    assert_eq!(doc.warnings.len(), 2, "{:?}", doc.warnings);
    let error = extract(&zipped(&[("word/styles.xml", STYLES)]), &ContentLimits::default()).unwrap_err();
    assert_eq!(error.to_string(), "a DOCX document is damaged: the part word/document.xml is missing");
}

#[test]
fn nesting_is_limited() {
    let deep = "<tbl><tr><tc>".repeat(200);
    let error = extract(&zipped(&parts(&wrapped(&deep), &[])), &ContentLimits::default()).unwrap_err();
    assert!(matches!(error.code(), "too_large" | "corrupt"), "{error}");
    let closed = format!("{}{}{}", "<tbl><tr><tc>".repeat(80), p("T", "in"), "</tc></tr></tbl>".repeat(80));
    assert_eq!(read(&closed).text, "in");
    let formula =
        format!("<p><oMath>{}<t>x</t>{}</oMath></p>", "<f><num>".repeat(120), "</num></f>".repeat(120));
    assert!(read(&formula).text.contains('x'));
    let row = format!("<tbl><tr>{}</tr></tbl>", "<tc><tcPr><gridSpan val='9999'/></tcPr></tc>".repeat(3000));
    let error = extract(&zipped(&parts(&wrapped(&row), &[])), &ContentLimits::default()).unwrap_err();
    assert_eq!(error.code(), "too_large");
}

/// Every part of a document, cut and changed at every place, is read or refused, never a panic.
#[test]
fn damaged_parts_never_panic() {
    let body = wrapped(&[p("H1", "Start"), item(1, "one"), table(&[&["a", "b"], &["c", "d"]])].concat());
    let text = parts(&body, &[]);
    for (damaged, (_, content)) in text.iter().enumerate() {
        for at in (0..content.len()).filter(|at| content.is_char_boundary(*at)) {
            let flipped = format!("{}\u{1}<{}", &content[..at], &content[at..]);
            for broken in [&content[..at], flipped.as_str()] {
                let mut parts = text.clone();
                parts[damaged].1 = broken;
                if let Ok(doc) = extract(&zipped(&parts), &ContentLimits::default()) {
                    doc.validate().unwrap();
                }
            }
        }
    }
}
