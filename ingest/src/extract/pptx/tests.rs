//! Whole presentations, small and made here.

use super::super::archive::tests::zipped;
use super::super::document::BlockKind;
use super::*;

const NAMESPACE: &str = "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'";
const LAYOUT: &str = "<l><cSld><spTree><sp><nvSpPr><nvPr><ph type='body' idx='1'/></nvPr></nvSpPr>\
    <spPr><xfrm><off x='0' y='200'/><ext cx='900' cy='300'/></xfrm></spPr></sp></spTree></cSld></l>";
const MASTER: &str = "<m><cSld><spTree/></cSld><txStyles><bodyStyle><lvl1pPr><buChar char='•'/></lvl1pPr></bodyStyle></txStyles></m>";

fn shape(role: &str, place: (i64, i64), text: &str) -> String {
    let (x, y) = place;
    let place = if (x, y) == (0, 0) {
        String::new()
    } else {
        format!("<xfrm><off x='{x}' y='{y}'/><ext cx='100' cy='50'/></xfrm>")
    };
    format!(
        "<sp><nvSpPr><cNvPr/><nvPr>{role}</nvPr></nvSpPr><spPr>{place}</spPr><txBody><p><r><t>{text}</t></r></p></txBody></sp>"
    )
}

fn slide(shapes: &str, attributes: &str) -> String {
    format!("<sld {NAMESPACE} {attributes}><cSld><spTree>{shapes}</spTree></cSld></sld>")
}

/// A presentation of slides, shown in the opposite order of their files.
fn packed(slides: &[String], more: &[(&str, &str)]) -> Vec<u8> {
    let relationship = |(at, _): (usize, &String)| {
        format!("<Relationship Id='s{at}' Type='x/slide' Target='slides/s{at}.xml'/>")
    };
    let all: String = slides.iter().enumerate().map(relationship).collect();
    let listed: String =
        (0..slides.len()).rev().map(|at| format!("<sldId id='{at}' r:id='s{at}'/>")).collect();
    let presentation = format!("<p {NAMESPACE}><sldIdLst>{listed}</sldIdLst><sldSz cx='1000' cy='700'/></p>");
    let relationships =
        format!("<r>{all}<Relationship Id='a' Type='x/commentAuthors' Target='authors.xml'/></r>");
    let of_slide = "<r><Relationship Id='l' Type='x/slideLayout' Target='../layout.xml'/><Relationship Id='n' Type='x/notesSlide' Target='../notes.xml'/>\
        <Relationship Id='c' Type='x/comments' Target='../comments.xml'/></r>";
    let names: Vec<(String, String)> = (0..slides.len())
        .map(|at| (format!("ppt/slides/s{at}.xml"), format!("ppt/slides/_rels/s{at}.xml.rels")))
        .collect();
    let mut parts = vec![
        ("ppt/presentation.xml", presentation.as_str()),
        ("ppt/_rels/presentation.xml.rels", &relationships),
        ("ppt/layout.xml", LAYOUT),
        (
            "ppt/_rels/layout.xml.rels",
            "<r><Relationship Id='m' Type='x/slideMaster' Target='master.xml'/></r>",
        ),
        ("ppt/master.xml", MASTER),
    ];
    for ((name, relationships), slide) in names.iter().zip(slides) {
        parts.push((name, slide));
        if slide.contains("ph ") {
            parts.push((relationships, of_slide));
        }
    }
    parts.extend(more);
    zipped(&parts)
}

fn read(bytes: &[u8]) -> Extracted {
    let doc = extract(bytes, &ContentLimits::default()).unwrap();
    doc.validate().unwrap();
    doc
}

#[test]
fn slides_in_order_with_titles_bullets_and_notes() {
    let second = slide(&shape("", (10, 10), "Last"), "show='0'");
    let first = slide(
        &[
            shape("<ph type='body' idx='1'/>", (0, 0), "a point"),
            shape("", (10, 600), "at the foot"),
            shape("", (10, 100), "above"),
            shape("<ph type='sldNum' idx='9'/>", (10, 690), "1"),
            shape("<ph type='title'/>", (10, 650), "The title"),
            shape("", (2000, 100), "off the slide"),
        ]
        .concat(),
        "",
    );
    let notes = slide(
        &[
            shape("<ph type='sldImg'/>", (0, 0), "no"),
            shape("<ph type='body' idx='1'/>", (0, 0), "Say hello"),
        ]
        .concat(),
        "",
    );
    let bytes = packed(
        &[second, first],
        &[
            ("ppt/notes.xml", &notes),
            (
                "ppt/comments.xml",
                "<l><cm authorId='0' dt='2024-05-06T01:02:03'><pos/><text>Shorter?</text></cm></l>",
            ),
            ("ppt/authors.xml", "<l><cmAuthor id='0' name='Ana'/></l>"),
        ],
    );
    let doc = read(&bytes);
    assert_eq!(
        doc.text,
        "The title\n\nabove\n\noff the slide\n\n- a point\n\nat the foot\n\nNotes\n\nSay hello\n\nComments\n\nAna (2024-05-06): Shorter?\n\nLast"
    );
    assert_eq!(doc.title.as_deref(), Some("The title"));
    assert_eq!(doc.blocks[0].kind, BlockKind::Heading(2));
    let slide_of = |needle: &str| {
        let at = doc.text.find(needle).unwrap();
        doc.layout.position(&(at..at + 1)).slide.unwrap()
    };
    assert_eq!((slide_of("The title"), slide_of("Ana"), slide_of("Last")), (1, 1, 2));
    let hidden: Vec<_> = doc.hidden.iter().map(|span| doc.text[span.clone()].trim()).collect();
    assert_eq!(hidden, ["off the slide", "Last"]);
}

#[test]
fn tables_groups_and_footers() {
    let cell = |text: &str| format!("<tc><txBody><p><r><t>{text}</t></r></p></txBody></tc>");
    let table = format!(
        "<graphicFrame><xfrm><off x='0' y='300'/><ext cx='9' cy='9'/></xfrm><graphic><graphicData><tbl><tblPr firstRow='1'/>\
         <tr>{}<tc hMerge='1'><txBody><p/></txBody></tc>{}</tr><tr>{}{}{}</tr></tbl></graphicData></graphic></graphicFrame>",
        cell("Name"),
        cell("Size"),
        cell("a"),
        cell("b"),
        cell("c"),
    );
    let group = format!(
        "<grpSp><grpSpPr><xfrm><off x='0' y='10'/><ext cx='9' cy='9'/></xfrm></grpSpPr>{}{}</grpSp>",
        shape("", (5, 9000), "low"),
        shape("", (5, 8000), "high"),
    );
    let footer = shape("<ph type='ftr' idx='5'/>", (10, 690), "ACME");
    let one = slide(&[table, group, footer.clone()].concat(), "");
    let two = slide(&[footer, "<pic/>".to_owned()].concat(), "");
    let doc = read(&packed(&[two.clone(), two, one], &[]));
    assert_eq!(doc.text, "high\n\nlow\n\nName | | Size\na | b | c\n\nACME");
    assert_eq!(doc.blocks[2].kind, BlockKind::TableHeader);
    assert_eq!(doc.layout.pages.len(), 3);
    assert_eq!(doc.warnings, ["slides with pictures only, whose text is not read: 2, 3"]);
}

#[test]
fn pictures_say_what_they_show() {
    let picture = |alt: &str, id: &str| {
        format!(
            "<pic><nvPicPr><cNvPr descr='{alt}'/></nvPicPr><blipFill><blip r:embed='{id}'/></blipFill></pic>"
        )
    };
    let emf = crate::extract::ooxml::emf::tests::metafile(&[(0, 0, "Tech"), (60, 0, "Partners")]);
    let emf = String::from_utf8(emf).unwrap();
    let object = format!(
        "<graphicFrame><graphic><graphicData><AlternateContent><Choice><oleObj/></Choice><Fallback><oleObj>{}</oleObj></Fallback></AlternateContent></graphicData></graphic></graphicFrame>",
        picture("", "e")
    );
    let one = slide(&[picture("A duck on a pond", "p"), object].concat(), "");
    let two = slide(&[picture("A duck on a pond", "p"), picture("A duck in flight", "p")].concat(), "");
    let related = "<r><Relationship Id='e' Type='x/image' Target='e.emf'/><Relationship Id='p' Type='x/image' Target='p.png'/></r>";
    let doc = read(&packed(
        &[two, one],
        &[
            ("ppt/slides/_rels/s0.xml.rels", related),
            ("ppt/slides/_rels/s1.xml.rels", related),
            ("ppt/slides/e.emf", &emf),
        ],
    ));
    assert_eq!(doc.text, "A duck on a pond\n\nTech Partners\n\nA duck in flight");
    assert_eq!(doc.layout.pages, [0, 33]);
    let lost = ["1 embedded objects are not read", "slides with pictures only, whose text is not read: 2"];
    assert_eq!(doc.warnings, lost);
}

#[test]
fn a_missing_slide_keeps_its_number() {
    let bytes = packed(&[slide(&shape("", (1, 1), "last"), ""), "damaged".to_owned()], &[]);
    let doc = read(&bytes);
    assert_eq!(doc.layout.position(&(0..1)).slide, Some(2));
    assert!(
        doc.warnings.iter().any(|warning| warning == "slide 1 is missing or damaged"),
        "{:?}",
        doc.warnings
    );
    let limits = ContentLimits { max_pages: 1, ..ContentLimits::default() };
    assert_eq!(extract(&bytes, &limits).unwrap_err().code(), "too_large");
}

/// A slide, its layout and the list of slides, cut and changed at every place, are read or refused, never a panic.
#[test]
fn damaged_parts_never_panic() {
    let whole = slide(&shape("<ph type='body' idx='1'/>", (0, 0), "a point"), "");
    for at in (0..whole.len()).filter(|at| whole.is_char_boundary(*at)) {
        let flipped = format!("{}\u{1}<{}", &whole[..at], &whole[at..]);
        for broken in [whole[..at].to_owned(), flipped] {
            if let Ok(doc) = extract(&packed(&[broken, whole.clone()], &[]), &ContentLimits::default()) {
                doc.validate().unwrap();
            }
        }
    }
    for at in 0..LAYOUT.len() {
        let bytes = packed(std::slice::from_ref(&whole), &[]);
        let mut flipped = bytes.clone();
        flipped[at * bytes.len() / LAYOUT.len()] ^= 0x15;
        for broken in [&bytes[..at * bytes.len() / LAYOUT.len()], &flipped] {
            if let Ok(doc) = extract(broken, &ContentLimits::default()) {
                doc.validate().unwrap();
            }
        }
    }
}
