use super::*;
use crate::extract::archive::tests::zipped;
use crate::extract::document::BlockKind::{Heading, ListItem, Paragraph, TableHeader, TableRow};

const STYLES: &str = "<styleSheet><fonts><font/><font><b/></font></fonts><fills><fill/></fills><cellXfs><xf/><xf numFmtId='14'/>\
                      <xf numFmtId='10'/><xf fontId='1'/></cellXfs></styleSheet>";

/// A workbook of the given sheets, each with its name, its state and the elements of its part.
fn workbook(sheets: &[(&str, &str, &str)], more: &[(&str, &str)]) -> Vec<u8> {
    let (mut list, mut rels, mut parts) = (String::new(), String::new(), Vec::new());
    for (i, (name, state, content)) in sheets.iter().enumerate() {
        list.push_str(&format!("<sheet name='{name}' state='{state}' r:id='rId{i}'/>"));
        rels.push_str(&format!(
            "<Relationship Id='rId{i}' Type='x/worksheet' Target='worksheets/sheet{i}.xml'/>"
        ));
        parts.push((format!("xl/worksheets/sheet{i}.xml"), format!("<worksheet>{content}</worksheet>")));
    }
    parts.push((
        "xl/workbook.xml".into(),
        format!("<workbook xmlns:r='r'><sheets>{list}</sheets></workbook>"),
    ));
    parts.push(("xl/_rels/workbook.xml.rels".into(), format!("<Relationships>{rels}</Relationships>")));
    parts.push(("xl/styles.xml".into(), STYLES.into()));
    let parts: Vec<(&str, &str)> = parts
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_str()))
        .chain(more.iter().copied())
        .collect();
    zipped(&parts)
}

/// A row of inline texts and numbers from column A; empty values are no cells.
fn row(number: u32, values: &[&str]) -> String {
    let cells: String = values
        .iter()
        .zip('A'..)
        .filter(|(value, _)| !value.is_empty())
        .map(|(value, column)| match value.parse::<f64>() {
            Ok(_) => format!("<c r='{column}{number}'><v>{value}</v></c>"),
            Err(_) => format!("<c r='{column}{number}' t='inlineStr'><is><t>{value}</t></is></c>"),
        })
        .collect();
    format!("<row r='{number}'>{cells}</row>")
}

fn data(rows: &[String]) -> String {
    format!("<sheetData>{}</sheetData>", rows.concat())
}

fn read_one(content: &str) -> Extracted {
    read_file(&workbook(&[("Data", "visible", content)], &[]))
}

fn read_file(bytes: &[u8]) -> Extracted {
    let doc = extract(bytes, &ContentLimits::default()).unwrap();
    doc.validate().unwrap();
    doc
}

fn blocks(doc: &Extracted) -> Vec<(BlockKind, &str, String)> {
    let cells = |b: &crate::extract::Block| doc.layout.position(&b.span).cells.unwrap_or_default();
    doc.blocks.iter().map(|b| (b.kind, &doc.text[b.span.clone()], cells(b))).collect()
}

fn hidden(doc: &Extracted) -> Vec<&str> {
    doc.hidden.iter().map(|span| doc.text[span.clone()].trim()).collect()
}

#[test]
fn cells_are_what_a_person_sees() {
    let doc = read_one(&data(&[
        "<row><c t='inlineStr'><is><t>What</t></is></c><c t='str'><v>Value</v></c></row>".into(),
        "<row><c t='str'><v>date</v></c><c s='1'><f>TODAY()</f><v>45351</v></c></row>".into(),
        "<row><c t='str'><v>share</v></c><c s='2'><v>0.125</v></c></row>".into(),
        "<row><c t='str'><v>truth</v></c><c t='b'><v>1</v></c></row>".into(),
        "<row><c t='str'><v>error</v></c><c t='e'><v>#DIV/0!</v></c></row>".into(),
        "<row><c t='str'><v>sum</v></c><c><v>0.30000000000000004</v></c></row>".into(),
        "<row><c t='str'><v>iso</v></c><c t='d'><v>2024-05-01T00:00:00</v></c></row>".into(),
    ]));
    assert_eq!(
        doc.text,
        "Data\n\nWhat | Value\ndate | 2024-02-29\nshare | 12.50%\ntruth | TRUE\nerror | #DIV/0!\nsum | 0.3\niso | 2024-05-01"
    );
    assert_eq!(blocks(&doc)[1].0, TableHeader);
}

#[test]
fn tables_are_told_apart_and_their_headers_found() {
    let doc = read_one(&data(&[
        row(1, &["Sales of the year"]),
        row(2, &["Item", "Qty", "Price", "", "City", "People"]),
        row(3, &["Apple", "1", "2.5", "", "Cluj", "300"]),
        row(4, &["Pear", "2", "3.5", "", "Iași", "280"]),
        row(7, &["Name", "Role", "Phone"]),
        row(8, &["Ana", "Lead", "111"]),
        row(9, &["Ion", "", "222"]),
    ]));
    let expected = [
        (Heading(2), "Data", ""),
        (Paragraph, "Sales of the year", "A1"),
        (TableHeader, "Item | Qty | Price", "A2:C2"),
        (TableRow, "Apple | 1 | 2.5", "A3:C3"),
        (TableRow, "Pear | 2 | 3.5", "A4:C4"),
        (TableHeader, "City | People", "E2:F2"),
        (TableRow, "Cluj | 300", "E3:F3"),
        (TableRow, "Iași | 280", "E4:F4"),
        (TableHeader, "Name | Role | Phone", "A7:C7"),
        (TableRow, "Ana | Lead | 111", "A8:C8"),
        (TableRow, "Ion | | 222", "A9:C9"),
    ];
    let blocks = blocks(&doc);
    assert_eq!(blocks.iter().map(|(k, t, c)| (*k, *t, c.as_str())).collect::<Vec<_>>(), expected);
}

#[test]
fn a_form_has_no_header_and_a_spacer_column_splits_nothing() {
    let doc = read_one(&data(&[
        row(1, &["Name:", "Ana"]),
        row(2, &["Age:", "5"]),
        row(5, &["", "", "2023", "2024"]),
        row(6, &["Revenue", "", "100", "120"]),
        row(7, &["Costs", "", "70", "80"]),
    ]));
    assert_eq!(
        doc.text,
        "Data\n\nName: | Ana\nAge: | 5\n\n| | 2023 | 2024\nRevenue | | 100 | 120\nCosts | | 70 | 80"
    );
    assert_eq!(blocks(&doc)[3].0, TableHeader, "years above other numbers");
}

#[test]
fn a_row_that_starts_blank_stays_under_the_names_of_its_columns() {
    let doc = read_one(&data(&[
        row(1, &["", "Qty", "Price", "Total"]),
        row(2, &["Apple", "1", "2.5", "2.5"]),
        row(3, &["", "", "3.5", "7"]),
        row(6, &["", "no", "header"]),
        row(7, &["here", "", "at"]),
    ]));
    assert_eq!(
        doc.text,
        "Data\n\n| Qty | Price | Total\nApple | 1 | 2.5 | 2.5\n| | 3.5 | 7\nno | header\nhere | | at"
    );
    let cells: Vec<String> = blocks(&doc).into_iter().map(|block| block.2).collect();
    assert_eq!(cells, ["", "B1:D1", "A2:D2", "C3:D3", "B6:C6", "A7:C7"]);
}

#[test]
fn names_over_several_columns_are_part_of_the_names_below_them() {
    let merged = |rows: &[String], merges: &[&str]| {
        let merges: String = merges.iter().map(|at| format!("<mergeCell ref='{at}'/>")).collect();
        read_one(&format!("{}<mergeCells>{merges}</mergeCells>", data(rows)))
    };
    let rows = [
        row(1, &["Sales of the year"]),
        row(2, &["", "2023", "", "2024", "", "Sum"]),
        row(3, &["Item", "Q1", "Q2", "Q1", "Q2"]),
        row(4, &["Apple", "1", "2", "3", "4", "10"]),
        row(5, &["Pear", "1", "2", "3", "4", "10"]),
    ];
    let doc = merged(&rows, &["A1:F1", "B2:C2", "D2:E2", "F2:F3"]);
    assert_eq!(
        doc.text,
        "Data\n\nSales of the year\n\nItem | 2023 Q1 | 2023 Q2 | 2024 Q1 | 2024 Q2 | Sum\nApple | 1 | 2 | 3 | 4 | 10\nPear | 1 | 2 | 3 | 4 | 10"
    );
    assert_eq!((blocks(&doc)[2].0, blocks(&doc)[2].2.as_str()), (TableHeader, "A3:F3"));

    let one = [
        row(1, &["", "Sales"]),
        row(2, &["Item", "Q1", "Q2"]),
        row(3, &["Apple", "1", "2"]),
        row(4, &["Pear", "3", "4"]),
    ];
    assert!(
        merged(&one, &["B1:C1"]).text.ends_with("Item | Sales Q1 | Sales Q2\nApple | 1 | 2\nPear | 3 | 4")
    );
    assert!(merged(&one, &["A1:C1"]).text.contains("Sales\n\nItem | Q1 | Q2"), "a title over all columns");

    let people =
        [row(1, &["Name", "Contact"]), row(2, &["Ana", "mail", "phone"]), row(3, &["Ion", "mail", "phone"])];
    let doc = merged(&people, &["B1:C1"]);
    assert!(doc.text.ends_with("Name | Contact\nAna | mail | phone\nIon | mail | phone"), "{}", doc.text);
}

#[test]
fn what_the_file_declares_is_believed() {
    let rows = data(&[row(1, &["a", "b"]), row(2, &["c", "d"]), row(3, &["e", "f"])]);
    assert_eq!(blocks(&read_one(&rows))[1].0, TableRow, "nothing tells a header");
    let filtered = format!("{rows}<autoFilter ref='A1:B3'/>");
    assert_eq!(blocks(&read_one(&filtered))[1].0, TableHeader);
    let table = [
        (
            "xl/worksheets/_rels/sheet0.xml.rels",
            "<Relationships><Relationship Id='t' Type='x/table' Target='../tables/t.xml'/></Relationships>",
        ),
        ("xl/tables/t.xml", "<table ref='A2:B3'/>"),
    ];
    let doc = read_file(&workbook(&[("Data", "visible", &rows)], &table));
    assert_eq!(
        blocks(&doc).iter().map(|b| b.0).collect::<Vec<_>>(),
        [Heading(2), TableRow, TableHeader, TableRow]
    );
}

#[test]
fn hidden_sheets_rows_columns_and_covered_cells_are_marked() {
    let rows = data(&[
        row(1, &["Key", "Secret", "Value"]),
        row(2, &["a", "s", "1"]),
        row(3, &["b", "t", "2"]).replace("<row ", "<row hidden='1' "),
        row(4, &["left", "covered", "3"]),
    ]);
    let content = format!(
        "<cols><col min='2' max='2' hidden='1'/></cols>{rows}<mergeCells><mergeCell ref='A4:B4'/></mergeCells>"
    );
    let doc = read_file(&workbook(
        &[("Data", "visible", &content), ("Old", "veryHidden", &data(&[row(1, &["x", "y"])]))],
        &[],
    ));
    assert_eq!(hidden(&doc), ["Secret", "s", "b | t | 2", "covered", "Old\n\nx | y"]);
    assert!(doc.text.contains("Key | Secret | Value\na | s | 1\nb | t | 2"));
}

#[test]
fn a_declared_size_costs_nothing_and_far_cells_are_found() {
    let doc = read_one(&format!(
        "<dimension ref='A1:XFD1048576'/>{}",
        data(&[row(1, &["a"]), "<row r='1048576'><c r='XFD1048576'><v>7</v></c></row>".into()])
    ));
    assert_eq!(doc.text, "Data\n\na\n\n7");
    assert_eq!(blocks(&doc)[2].2, "XFD1048576");
    let doc = read_one(&data(&[row(1, &["a", "b"]).replace("r='B1'", "r='XFD1'"), row(2, &["c", "d"])]));
    assert_eq!(doc.text, "Data\n\na\n\nc | d\n\nb", "no thousands of blank cells");
}

#[test]
fn comments_charts_and_text_boxes_follow_the_cells() {
    let rels =
        |target: &str, kind: &str| format!("<Relationship Id='{kind}' Type='x/{kind}' Target='{target}'/>");
    let sheet = format!(
        "<Relationships>{}{}</Relationships>",
        rels("../c.xml", "comments"),
        rels("../d.xml", "drawing")
    );
    let drawing = format!("<Relationships>{}</Relationships>", rels("chart.xml", "chart"));
    let more = [
        ("xl/worksheets/_rels/sheet0.xml.rels", sheet.as_str()),
        (
            "xl/c.xml",
            "<comments><authors><author>Ana</author></authors><commentList><comment ref='B4' authorId='0'><text><r><t>Ana:</t></r><r><t>\nto check</t></r></text></comment></commentList></comments>",
        ),
        (
            "xl/d.xml",
            "<w xmlns:a='a'><from><col>2</col><row>4</row></from><sp><txBody><a:p><a:r><a:t>Boxed</a:t></a:r></a:p><a:p><a:r><a:t>words</a:t></a:r></a:p></txBody></sp><g><c:chart xmlns:c='c' xmlns:r='x/relationships' r:id='chart'/></g></w>",
        ),
        ("xl/_rels/d.xml.rels", drawing.as_str()),
        (
            "xl/chart.xml",
            "<c><chart><title><tx><rich><p><r><t>Growth</t></r></p></rich></tx></title><plotArea><ser><tx><strRef><strCache><pt idx='0'><v>2024</v></pt></strCache></strRef></tx><val><v>5</v></val></ser></plotArea></chart></c>",
        ),
        (
            "docProps/core.xml",
            "<p xmlns:dc='d'><dc:title>Plan</dc:title><dc:creator>Ana Pop</dc:creator><modified>2024-01-01T00:00:00Z</modified></p>",
        ),
    ];
    let doc = read_file(&workbook(&[("Data", "visible", &data(&[row(1, &["x"])]))], &more));
    let texts: Vec<_> = blocks(&doc).iter().map(|b| (b.0, b.1)).collect();
    let expected = [
        (Heading(2), "Data"),
        (Paragraph, "x"),
        (Paragraph, "Boxed"),
        (Paragraph, "words"),
        (Paragraph, "Growth: 2024"),
        (ListItem, "- B4, Ana: to check"),
    ];
    assert_eq!(texts, expected);
    assert_eq!(blocks(&doc)[2].2, "C5", "where the box starts");
    assert_eq!(blocks(&doc)[5].2, "B4");
    assert_eq!(doc.title.as_deref(), Some("Plan"));
    assert_eq!(doc.properties["author"], "Ana Pop");
    assert_eq!(doc.properties["modified"], "2024-01-01T00:00:00Z");
}

#[test]
fn pictures_on_a_sheet_say_what_they_show() {
    let rel = |id: &str, target: &str| format!("<Relationship Id='{id}' Type='x/{id}' Target='{target}'/>");
    let sheet =
        format!("<Relationships>{}{}</Relationships>", rel("drawing", "../d.xml"), rel("image", "../a.emf"));
    let emf =
        crate::extract::ooxml::emf::tests::metafile(&[(0, 0, "Tech"), (60, 0, "Partners"), (0, 9, "Total")]);
    let emf = String::from_utf8(emf).unwrap();
    let more = [
        ("xl/worksheets/_rels/sheet0.xml.rels", sheet.as_str()),
        ("xl/a.emf", emf.as_str()),
        (
            "xl/d.xml",
            "<w><a><from><col>0</col><row>1</row></from><pic><nvPicPr><cNvPr descr='A map of the valley&#10;&#10;AI-generated content may be incorrect.'/></nvPicPr></pic>\
             <pic><nvPicPr><cNvPr descr='logo'/></nvPicPr></pic></a></w>",
        ),
    ];
    let doc = read_file(&workbook(&[("Data", "visible", "")], &more));
    assert_eq!(doc.text, "Data\n\nA map of the valley\n\nTech Partners Total");
    assert_eq!(blocks(&doc)[1].2, "A2");
    assert!(doc.warnings.is_empty(), "{:?}", doc.warnings);
}

#[test]
fn damage_loses_only_what_is_damaged() {
    let good = data(&[row(1, &["kept"])]);
    let broken = "<sheetData><row r='1'><c t='str'><v>first</v></c></row><row r='2'></c>";
    let doc = read_file(&workbook(&[("A", "visible", broken), ("B", "visible", &good)], &[]));
    assert_eq!(doc.text, "A\n\nfirst\n\nB\n\nkept");
    assert!(doc.warnings[0].contains("sheet A is damaged"), "{:?}", doc.warnings);
    let error = extract(&zipped(&[("xl/other.xml", "<x/>")]), &ContentLimits::default()).unwrap_err();
    assert_eq!(error.to_string(), "an XLSX workbook is damaged: the part xl/workbook.xml is missing");
    let error = extract(&zipped(&[("xl/workbook.bin", "x")]), &ContentLimits::default()).unwrap_err();
    assert_eq!(error.code(), "unsupported_format");
}

#[test]
fn too_many_cells_are_refused() {
    let limits = ContentLimits { max_text_bytes: 40, ..ContentLimits::default() };
    let bytes = workbook(
        &[("Data", "visible", &data(&[row(1, &["many words in a cell", "and as many in another"])]))],
        &[],
    );
    assert_eq!(extract(&bytes, &limits).unwrap_err().code(), "too_large");
}

#[test]
fn no_damage_panics() {
    let part = format!(
        "<cols><col min='1' max='2' hidden='1'/></cols>{}<mergeCells><mergeCell ref='A1:B2'/></mergeCells>",
        data(&[row(1, &["a &amp; b", "2"]), row(2, &["3", "d"])])
    );
    let limits = ContentLimits::default();
    for at in 0..part.len() {
        for byte in [b'<', b'\'', b'9', 0] {
            let mut damaged = part.clone().into_bytes();
            damaged[at] = byte;
            let damaged = String::from_utf8_lossy(&damaged).into_owned();
            let mut context = Context {
                strings: strings::SharedStrings::default(),
                styles: Vec::new(),
                persons: comments::Persons::new(),
                epoch_1904: false,
                max_text_bytes: 1000,
                cells: 0,
            };
            if let Ok(sheet) = Sheet::parse(&damaged, &mut context, Vec::new()) {
                let mut builder = TextBuilder::new("x", 1000);
                grid::write(&mut builder, &sheet.grid).unwrap();
                if let Ok(doc) = builder.finish() {
                    doc.validate().unwrap();
                }
            }
        }
    }
    let whole = workbook(&[("Data", "visible", &part)], &[]);
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x55;
        for bytes in [&whole[..at], &flipped[..]] {
            if let Ok(doc) = extract(bytes, &limits) {
                doc.validate().unwrap();
            }
        }
    }
}
