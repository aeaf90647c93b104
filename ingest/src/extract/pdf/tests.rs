//! Whole documents, made here: what fonts without a character map give.

use proptest::prelude::*;

use super::super::{ContentLimits, Extracted};
use super::extract;
use crate::error::ExtractError;

/// A document of one page a content stream; `fonts` are font dictionaries, named `/F0`, `/F1` and so on, and `extra` further
/// objects, the first of which has the number 100.
fn document(pages: &[String], fonts: &[String], extra: &[Vec<u8>]) -> Vec<u8> {
    let fonts: String = fonts.iter().enumerate().map(|(i, font)| format!("/F{i} {font} ")).collect();
    let kids: String = (0..pages.len()).map(|i| format!("{} 0 R ", 10 + 2 * i)).collect();
    let mut objects: Vec<(usize, Vec<u8>)> = vec![
        (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
        (2, format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()).into_bytes()),
        (3, format!("<< /Font << {fonts}>> >>").into_bytes()),
    ];
    for (i, content) in pages.iter().enumerate() {
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources 3 0 R /Contents {} 0 R >>",
            11 + 2 * i
        );
        objects.push((10 + 2 * i, page.into_bytes()));
        objects.push((11 + 2 * i, stream("", content.as_bytes())));
    }
    objects.extend(extra.iter().enumerate().map(|(i, object)| (100 + i, object.clone())));
    let mut pdf = b"%PDF-1.7\n".to_vec();
    let mut table = String::new();
    for (number, object) in &objects {
        table.push_str(&format!("{number} 1\n{:010} 00000 n \n", pdf.len()));
        pdf.extend(format!("{number} 0 obj\n").into_bytes());
        pdf.extend(object);
        pdf.extend(b"\nendobj\n");
    }
    let xref = pdf.len();
    pdf.extend(
        format!("xref\n0 1\n0000000000 65535 f \n{table}trailer << /Size 1000 /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF")
            .into_bytes(),
    );
    pdf
}

fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut object = format!("<< /Length {} {entries}>>\nstream\n", data.len()).into_bytes();
    object.extend(data);
    object.extend(b"\nendstream");
    object
}

/// Shows lines of codes in a font of 8 points, the first font's from the top, the others' below.
fn show(font: usize, lines: &[Vec<u8>]) -> String {
    let mut content = format!("BT /F{font} 8 Tf 10 TL 50 {} Td\n", 740 - 100 * font);
    for line in lines {
        let codes: String = line.iter().map(|code| format!("{code:02x}")).collect();
        content.push_str(&format!("<{codes}> Tj T*\n"));
    }
    content + "ET\n"
}

fn ascii(text: &str) -> Vec<Vec<u8>> {
    text.lines().map(|line| line.bytes().collect()).collect()
}

const PLAIN: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";

fn widths() -> String {
    format!("/FirstChar 0 /LastChar 255 /Widths [{}]", "500 ".repeat(256))
}

/// A simple font whose codes have these names.
fn named(font: &str, names: &[(u8, String)]) -> String {
    let differences: String = names.iter().map(|(code, name)| format!("{code} /{name} ")).collect();
    format!(
        "<< /Type /Font /Subtype /Type1 /BaseFont /{font} {} /Encoding << /Type /Encoding /Differences [{differences}] >> >>",
        widths()
    )
}

fn read(pdf: &[u8]) -> Result<Extracted, ExtractError> {
    let limits = ContentLimits { max_text_bytes: 1 << 20, max_pages: 100 };
    let read = extract(pdf, &limits);
    if let Ok(extracted) = &read {
        extracted.validate().unwrap();
    }
    read
}

/// Text on codes from 33 on, in the order of their first use, and the names that `number` gives the glyphs.
fn subset(text: &str, number: impl Fn(char) -> u16) -> (Vec<Vec<u8>>, Vec<(u8, String)>) {
    let mut used: Vec<char> = Vec::new();
    for c in text.chars().filter(|&c| c != '\n') {
        if !used.contains(&c) {
            used.push(c);
        }
    }
    let code = |c: char| 33 + used.iter().position(|&u| u == c).unwrap() as u8;
    let lines = text.lines().map(|line| line.chars().map(code).collect()).collect();
    let names = used.iter().map(|&c| (code(c), format!("g{}", number(c)))).collect();
    (lines, names)
}

/// Capitals from 4, small letters from 131, digits from 882.
fn cambria(c: char) -> u16 {
    match c {
        ' ' => 3,
        'A'..='Z' => c as u16 - 65 + 4,
        'a'..='z' => c as u16 - 97 + 131,
        '0'..='9' => c as u16 - 48 + 882,
        '.' => 484,
        ',' => 481,
        c => 1000 + c as u16,
    }
}

/// Glyph numbers in no order.
fn scrambled(c: char) -> u16 {
    (u32::from(c) * 7919 % 401) as u16
}

const PROSE: &str = super::glyph_order::PROSE;

#[test]
fn glyphs_without_names_are_read_by_their_order() {
    let (lines, names) = subset(PROSE, cambria);
    let pages = [show(0, &ascii("A page with a plain font.")), show(1, &lines), show(1, &lines)];
    let doc = read(&document(&pages, &[PLAIN.to_owned(), named("ABCDEF+Cambria", &names)], &[])).unwrap();
    assert!(doc.text.contains("Before then, the price hung on the distance"), "{}", doc.text);
    assert!(
        doc.text.contains("That figure is from a report of 1888, and there was no better count before 1912."),
        "{}",
        doc.text
    );
    let warning = "pages 2-3: the font ABCDEF+Cambria has no character map; its letters were told from the order of its glyphs";
    assert!(doc.warnings.iter().any(|w| w.starts_with(warning)), "{:?}", doc.warnings);
}

#[test]
fn glyphs_in_no_order_are_left_out_and_named() {
    let (lines, names) = subset(PROSE, scrambled);
    let pages = [show(0, &ascii("A page with a plain font.")) + &show(1, &lines)];
    let doc = read(&document(&pages, &[PLAIN.to_owned(), named("ABCDEF+Cambria", &names)], &[])).unwrap();
    assert_eq!(doc.text, "A page with a plain font.");
    assert_eq!(doc.warnings, ["page 1: the font ABCDEF+Cambria has no character map; its text was left out"]);
}

#[test]
fn a_document_of_nothing_else_needs_ocr() {
    let (lines, names) = subset(PROSE, scrambled);
    let pdf = document(&[show(0, &lines)], &[named("ABCDEF+Cambria", &names)], &[]);
    assert_eq!(read(&pdf).unwrap_err(), ExtractError::NeedsOcr { pages: 1 });
}

#[test]
fn names_that_repeat_the_code_are_text() {
    let names: Vec<(u8, String)> = (32..127).map(|code| (code, format!("c{code}"))).collect();
    let doc = read(&document(&[show(0, &ascii("Codes are text here"))], &[named("ABCDEF+X", &names)], &[]))
        .unwrap();
    assert_eq!((doc.text.as_str(), doc.warnings.len()), ("Codes are text here", 0));
}

#[test]
fn a_composite_font_without_a_map_is_read_in_the_usual_order() {
    let descendant = "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Arial /DW 500 /CIDSystemInfo << /Registry (Adobe) \
                      /Ordering (Identity) /Supplement 0 >> /CIDToGIDMap /Identity >>";
    let font = "<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Arial /Encoding /Identity-H /DescendantFonts [100 0 R] >>";
    let line = |text: &str| -> Vec<u8> { text.bytes().flat_map(|b| [0, b - 29]).collect() };
    let lines = [line("Enhance the performance of"), line("your database operations, 2021")];
    let pdf = document(&[show(0, &lines)], &[font.to_owned()], &[descendant.as_bytes().to_vec()]);
    let doc = read(&pdf).unwrap();
    assert_eq!(doc.text, "Enhance the performance of your database operations, 2021");
    assert!(doc.warnings[0].contains("ABCDEF+Arial has no character map"), "{:?}", doc.warnings);
}

#[test]
fn a_map_to_private_use_is_noise() {
    let map = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <00> <ff> \
               endcodespacerange 1 beginbfrange <00> <ff> <e000> endbfrange endcmap end end";
    let font = format!(
        "<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+Odd {} /ToUnicode 100 0 R /Encoding /WinAnsiEncoding >>",
        widths()
    );
    let pages =
        [show(0, &ascii("A page with a plain font.")), show(1, &ascii("Twenty letters and more of noise"))];
    let pdf = document(&pages, &[PLAIN.to_owned(), font], &[stream("", map.as_bytes())]);
    let doc = read(&pdf).unwrap();
    assert_eq!(doc.text, "A page with a plain font.");
    assert_eq!(
        doc.warnings,
        ["page 2: the font ABCDEF+Odd maps its characters to noise; its text was left out"]
    );
}

#[test]
fn digits_that_stand_apart_are_no_decimal_number() {
    let row = |y: usize| {
        format!("BT /F0 10 Tf 100 {y} Td (0) Tj 12 0 Td (1) Tj 12 0 Td (1) Tj 12 0 Td (0) Tj ET\n")
    };
    let pages = [show(0, &ascii("A matrix of two rows:")) + &row(600) + &row(588)];
    let doc = read(&document(&pages, &[PLAIN.to_owned()], &[])).unwrap();
    assert!(!doc.text.contains('.') && doc.text.contains("0 1 1 0"), "{}", doc.text);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn hostile_font_programs_do_no_harm(
        kind in 0..4usize,
        start in 0..3usize,
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        let starts: [&[u8]; 3] = [b"", b"\x01\x00\x04\x04\x00\x01\x01\x01", b"%!PS-AdobeFont-1.0\n/Encoding 256 array\ndup 33 /g"];
        let program = [starts[start], &bytes].concat();
        let entry = ["/FontFile 101 0 R", "/FontFile2 101 0 R", "/FontFile3 101 0 R", "/FontFile3 101 0 R"][kind];
        let descriptor = format!("<< /Type /FontDescriptor /FontName /ABCDEF+X /Flags 4 {entry} >>");
        let font = if kind == 3 {
            "<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+X /Encoding /Identity-H /DescendantFonts [<< /Type /Font \
             /Subtype /CIDFontType0 /BaseFont /ABCDEF+X /FontDescriptor 100 0 R /CIDSystemInfo << /Registry (Adobe) /Ordering \
             (Identity) /Supplement 0 >> >>] >>".to_owned()
        } else {
            let subtype = if kind == 1 { "TrueType" } else { "Type1" };
            format!("<< /Type /Font /Subtype /{subtype} /BaseFont /ABCDEF+X {} /FontDescriptor 100 0 R >>", widths())
        };
        let pages = [show(0, &ascii("A page with a plain font.")), show(1, &ascii("Some text in the hostile font"))];
        let extra = [descriptor.into_bytes(), stream("/Subtype /Type1C ", &program)];
        let doc = read(&document(&pages, &[PLAIN.to_owned(), font], &extra));
        prop_assert!(doc.is_ok_and(|doc| doc.text.contains("A page with a plain font.")));
    }
}
