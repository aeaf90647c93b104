//! HTML: the main content as headings, paragraphs, list items, table rows and code.

use std::collections::HashSet;

use encoding_rs::Encoding;
use scraper::{ElementRef, Html, Node, Selector};

use super::builder::TextBuilder;
use super::document::{BlockKind, Extracted};
use super::html_content::{alternative_text, is_block, is_skipped, main_content};
use super::html_tables::{Tables, is_layout_table};
use super::{charset, html_meta};
use crate::error::ExtractError;

/// Bytes at the start of a page that are searched for a charset declaration; some generators put kilobytes of script before it.
const CHARSET_SCAN_BYTES: usize = 64 * 1024;

/// Reads an HTML page.
pub(crate) fn extract(bytes: &[u8], max_text_bytes: usize) -> Result<Extracted, ExtractError> {
    let decoded = charset::decode(bytes, declared_charset(bytes))?;
    let mut builder = TextBuilder::new("text/html", max_text_bytes);
    if let Some(warning) = decoded.warning {
        builder.warn(warning);
    }
    let page = Html::parse_document(&decoded.text);
    let (root, dropped) = main_content(&page);
    let title = select_text(&page, "title").or_else(|| select_text(&page, "h1"));
    if let Some(title) = title {
        builder.title(&title);
    }
    html_meta::read(&page, &mut builder);
    walk(&mut builder, root, &dropped)?;
    builder.finish()
}

/// Adds the text of an HTML fragment (an HTML block in Markdown).
pub(crate) fn push_fragment(builder: &mut TextBuilder, fragment: &str) -> Result<(), ExtractError> {
    let page = Html::parse_fragment(fragment);
    walk(builder, page.root_element(), &HashSet::new())
}

/// Adds a whole page: a chapter of a book or the HTML body of a message, in which nothing is furniture.
pub(crate) fn push_page(builder: &mut TextBuilder, page: &str) -> Result<(), ExtractError> {
    walk(builder, Html::parse_document(page).root_element(), &HashSet::new())
}

/// Bytes of a page to characters; `declared` is the charset that its container names.
///
/// # Errors
/// As [`charset::decode`].
pub(crate) fn decode(
    bytes: &[u8],
    declared: Option<&'static Encoding>,
) -> Result<charset::Decoded, ExtractError> {
    charset::decode(bytes, declared.or_else(|| declared_charset(bytes)))
}

fn select_text(page: &Html, selector: &str) -> Option<String> {
    let selector = Selector::parse(selector).ok()?;
    let text: String = page.select(&selector).next()?.text().collect();
    (!text.trim().is_empty()).then_some(text)
}

/// The charset of `<meta charset>`, `<meta http-equiv content>` or an XML declaration.
pub(crate) fn declared_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(CHARSET_SCAN_BYTES)]).to_ascii_lowercase();
    let value = |after: &str| {
        let label = after.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
        let end = label.find(['"', '\'', ';', '>', ' ', '?', '/']).unwrap_or(label.len());
        Encoding::for_label(&label.as_bytes()[..end])
    };
    if let Some(declaration) = head.strip_prefix("<?xml").and_then(|d| d.split("?>").next())
        && let Some((_, after)) = declaration.split_once("encoding")
    {
        return value(after);
    }
    head.split("<meta").skip(1).find_map(|tag| value(tag.split('>').next()?.split_once("charset")?.1))
}

/// Walks the tree below `root` without recursion, so that depth costs no stack.
fn walk(
    builder: &mut TextBuilder,
    root: ElementRef<'_>,
    dropped: &HashSet<ego_tree::NodeId>,
) -> Result<(), ExtractError> {
    use ego_tree::iter::Edge;
    let mut writer = Writer {
        builder,
        inline: String::new(),
        kind: BlockKind::Paragraph,
        lists: Vec::new(),
        marker: None,
        pre: 0,
        tables: Tables::default(),
        pictures: Vec::new(),
    };
    let mut skip_until = None;
    for edge in root.traverse() {
        match edge {
            Edge::Open(node) => {
                if skip_until.is_some() {
                    continue;
                }
                match node.value() {
                    Node::Text(text) => writer.text(text),
                    Node::Element(_) => {
                        let Some(element) = ElementRef::wrap(node) else { continue };
                        if node.id() != root.id() && (dropped.contains(&node.id()) || is_skipped(element)) {
                            skip_until = Some(node.id());
                        } else {
                            writer.open(element)?;
                        }
                    }
                    _ => {}
                }
            }
            Edge::Close(node) => {
                if let Some(id) = skip_until {
                    if id == node.id() {
                        skip_until = None;
                    }
                } else if let Some(element) = ElementRef::wrap(node) {
                    writer.close(element)?;
                }
            }
        }
    }
    writer.flush()
}

struct Writer<'b> {
    builder: &'b mut TextBuilder,
    inline: String,
    kind: BlockKind,
    lists: Vec<Option<u64>>,
    marker: Option<String>,
    pre: usize,
    /// The open data tables; layout tables are read as plain blocks.
    tables: Tables,
    /// Alternative texts of pictures, to stand behind the block that holds them.
    pictures: Vec<String>,
}

impl Writer<'_> {
    fn text(&mut self, text: &str) {
        if self.pre > 0 && self.tables.is_empty() {
            self.inline.push_str(text);
            return;
        }
        for (i, word) in text.split(|c: char| c.is_ascii_whitespace()).enumerate() {
            if i > 0 && !self.inline.ends_with([' ', '\n']) {
                self.inline.push(' ');
            }
            self.inline.push_str(word);
        }
    }

    fn open(&mut self, element: ElementRef<'_>) -> Result<(), ExtractError> {
        let name = element.value().name();
        if name == "br" {
            self.inline.push('\n');
            return Ok(());
        }
        if name == "img" {
            self.picture(element);
            return Ok(());
        }
        if !self.tables.is_empty() {
            return self.open_in_table(element);
        }
        if !is_block(name) {
            return Ok(());
        }
        self.flush()?;
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.kind = BlockKind::Heading(name.as_bytes()[1] - b'0');
            }
            "ul" | "menu" => self.lists.push(None),
            "ol" => self.lists.push(Some(element.attr("start").and_then(|s| s.parse().ok()).unwrap_or(1))),
            "li" => {
                self.marker = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let marker = format!("{number}. ");
                        *number = number.saturating_add(1);
                        marker
                    }
                    _ => "- ".to_owned(),
                });
            }
            "pre" | "listing" | "textarea" => {
                self.pre += 1;
                self.kind = BlockKind::Code;
            }
            "table" if !is_layout_table(element) => self.tables.start(String::new()),
            _ => {}
        }
        Ok(())
    }

    /// Notes what a picture shows; in a table that is text of its cell.
    fn picture(&mut self, element: ElementRef<'_>) {
        let Some(text) = alternative_text(element) else { return };
        let Some(text) = self.builder.description(text) else { return };
        if self.tables.is_empty() {
            self.pictures.push(text);
        } else {
            self.text(&format!(" {text} "));
        }
    }

    fn open_in_table(&mut self, element: ElementRef<'_>) -> Result<(), ExtractError> {
        match element.value().name() {
            "table" => self.tables.start(std::mem::take(&mut self.inline)),
            name if is_table_part(name) => self.tables.open(element, std::mem::take(&mut self.inline))?,
            name if is_block(name) => self.inline.push(' '),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, element: ElementRef<'_>) -> Result<(), ExtractError> {
        let name = element.value().name();
        if !self.tables.is_empty() {
            if name == "table" || is_table_part(name) {
                return self.tables.close(name, std::mem::take(&mut self.inline), self.builder);
            }
            if is_block(name) {
                self.inline.push(' ');
            }
            return Ok(());
        }
        if !is_block(name) {
            return Ok(());
        }
        self.flush()?;
        match name {
            "ul" | "ol" | "menu" => {
                self.lists.pop();
            }
            "li" => self.marker = None,
            "pre" | "listing" | "textarea" => self.pre = self.pre.saturating_sub(1),
            _ => {}
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ExtractError> {
        let mut text = std::mem::take(&mut self.inline);
        let mut pictures = std::mem::take(&mut self.pictures).into_iter();
        if text.trim().is_empty() {
            // What a picture alone in a block shows is what the block says.
            let Some(alone) = pictures.next() else { return Ok(()) };
            text = alone;
        }
        let kind = std::mem::replace(&mut self.kind, BlockKind::Paragraph);
        match (kind, self.marker.take()) {
            (BlockKind::Paragraph, Some(marker)) => {
                self.builder.push(BlockKind::ListItem, &(marker + text.trim()))?;
            }
            (kind, _) => self.builder.push(kind, &text)?,
        }
        pictures.try_for_each(|text| self.builder.push(BlockKind::Paragraph, &text))
    }
}

/// Elements that a table is made of.
fn is_table_part(name: &str) -> bool {
    matches!(name, "caption" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Extracted {
        let doc = extract(html.as_bytes(), 1 << 20).unwrap();
        doc.validate().unwrap();
        doc
    }

    #[test]
    fn blocks_of_a_page() {
        let doc = read(
            "<title>T &amp; U</title><style>x{}</style><h1>Head <i>line</i></h1><p>One<br>two\n three</p><ul><li>a<ul><li>b</li></ul></li>\
             <li><p>c</p></li></ul><ol start=3><li>d</ol><table><tr><th>k<th>v</tr><tr><td>1<td><p>2</p><p>3</p></td></tr></table>\
             <pre>x\n  y</pre><p hidden>no</p><p style='display: none'>no</p><script>no</script>",
        );
        assert_eq!(doc.title.as_deref(), Some("T & U"));
        assert_eq!(
            doc.text,
            "Head line\n\nOne\ntwo three\n\n- a\n- b\n- c\n3. d\n\nk | v\n1 | 2 3\n\nx\n  y"
        );
        assert_eq!(doc.blocks[0].kind, BlockKind::Heading(1));
    }

    #[test]
    fn a_head_gives_properties() {
        let doc = read(
            "<meta name=Author content=' Ana Pop '><meta property='article:published_time' content='2024-05-01'>\
             <meta name=date content=2020><meta name=keywords content='a, b'><meta name=viewport content=x><p>Text",
        );
        let json = serde_json::to_string(&doc.properties).unwrap();
        assert_eq!(json, r#"{"author":"Ana Pop","created":"2024-05-01","keywords":"a, b"}"#);
    }

    #[test]
    fn navigation_is_dropped_when_there_is_a_main_part() {
        let doc = read(
            "<header>Site</header><nav>Menu</nav><main><h1>A</h1><p>The real content of this page.</p></main><footer>Legal</footer>",
        );
        assert_eq!(doc.text, "A\n\nThe real content of this page.");
    }

    #[test]
    fn a_header_with_the_only_heading_stays() {
        let doc =
            read("<body><header><h1>Offer</h1></header><p>Text of the offer.</p><footer>c</footer></body>");
        assert_eq!(doc.text, "Offer\n\nText of the offer.");
    }

    #[test]
    fn a_layout_table_is_read_as_blocks() {
        let doc = read(
            "<table><tr><td><h2>Left</h2><p>Words</p></td><td><table><tr><td>1</td><td></td><td>2</td></tr></table></td></tr></table>",
        );
        assert_eq!(doc.text, "Left\n\nWords\n\n1 |  | 2".replace("|  |", "| |"));
    }

    #[test]
    fn pictures_say_what_they_show() {
        let doc = read(
            "<p>Ducks <img src=a.png alt='A brown duck in a stream'> swim.<img alt='A brown duck in a stream'><p><a href=x><img alt='Two ducks on water'></a>\
             <img alt=logo><img alt='my photo of ducks.jpg'><img width=20 alt='Edit this page now'><img role=presentation alt='a b c d'>\
             <figure><img alt='A white duck sleeps'><figcaption>Fig. 1: A white duck sleeps.</figcaption></figure>\
             <h2><img alt='Ducks of the world'></h2><table><tr><th>Name<th>Picture<tr><td>Teal<td><img alt='A teal in flight'></table>",
        );
        assert_eq!(
            doc.text,
            "Ducks swim.\n\nA brown duck in a stream\n\nTwo ducks on water\n\nFig. 1: A white duck sleeps.\n\nDucks of the world\n\nName | Picture\nTeal | A teal in flight"
        );
        assert_eq!(doc.blocks[4].kind, BlockKind::Heading(2));
    }

    #[test]
    fn declared_charsets_are_used() {
        let (latin2, _, _) = encoding_rs::ISO_8859_2.encode(
            "<meta http-equiv='Content-Type' content='text/html; charset=iso-8859-2'><p>apă şi ţară</p>",
        );
        assert_eq!(extract(&latin2, 1 << 20).unwrap().text, "apă şi ţară");
        assert_eq!(read("<meta charset=iso-8859-1><p>x</p>").text, "x");
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = "<div>".repeat(50_000) + "end";
        assert_eq!(read(&deep).text, "end");
    }
}
