//! Which parts of a page are its content.

use std::collections::HashSet;

use ego_tree::NodeId;
use scraper::{ElementRef, Html, Node, Selector};

/// The main part must hold at least this share of the page's text to stand for the page.
const MAIN_SHARE: f64 = 0.5;
/// A header, footer or aside with more than this share of the text is content, whatever its tag says.
const BOILERPLATE_MAX_SHARE: f64 = 0.3;

/// A picture that is not larger than this is an icon.
const MAX_ICON_SIDE: f64 = 40.0;
/// Levels above a picture in which its figure is looked for.
const FIGURE_LEVELS: usize = 4;
/// Parts of a figure among which its caption is looked for, and parts of a caption that are read.
const FIGURE_PARTS: usize = 20;

/// The element to read and the elements below it to leave out.
pub(crate) fn main_content(page: &Html) -> (ElementRef<'_>, HashSet<NodeId>) {
    let body = select(page, "body").into_iter().next().unwrap_or_else(|| page.root_element());
    let total = text_len(body).max(1) as f64;
    let mut mains = select(page, "main, [role=main]");
    if mains.is_empty() {
        mains = select(page, "article");
    }
    let root = match mains.as_slice() {
        [main] if text_len(*main) as f64 >= MAIN_SHARE * total => *main,
        _ => body,
    };
    let mut dropped = HashSet::new();
    for element in
        select(page, "header, footer, aside, [role=banner], [role=contentinfo], [role=complementary]")
    {
        let in_article = element
            .ancestors()
            .any(|a| matches!(a.value(), Node::Element(e) if matches!(e.name(), "article" | "main")));
        let is_header = element.value().name() == "header";
        let holds_title = Selector::parse("h1").is_ok_and(|h1| element.select(&h1).next().is_some());
        if !(text_len(element) as f64 > BOILERPLATE_MAX_SHARE * total
            || is_header && (in_article || holds_title))
        {
            dropped.insert(element.id());
        }
    }
    (root, dropped)
}

/// Elements that are never text of the page.
pub(crate) fn is_skipped(element: ElementRef<'_>) -> bool {
    let value = element.value();
    if matches!(
        value.name(),
        "script"
            | "style"
            | "noscript"
            | "template"
            | "head"
            | "nav"
            | "svg"
            | "math"
            | "iframe"
            | "object"
            | "canvas"
            | "audio"
            | "video"
            | "select"
            | "button"
            | "dialog"
            | "map"
    ) {
        return true;
    }
    let style_hides = value.attr("style").is_some_and(|style| {
        let style: String =
            style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
        style.contains("display:none") || style.contains("visibility:hidden")
    });
    let role = value.attr("role").unwrap_or_default();
    style_hides
        || value.attr("hidden").is_some()
        || value.attr("aria-hidden") == Some("true")
        || matches!(role, "navigation" | "search" | "menu" | "menubar")
        || value.classes().any(|c| {
            matches!(
                c,
                "noprint"
                    | "mw-portlet"
                    | "interlanguage-link"
                    | "navbox"
                    | "mw-editsection"
                    | "mw-jump-link"
                    | "headerlink"
            )
        })
}

/// The alternative text of a picture, unless the picture is an icon or only adorns the page, or its caption says the same.
pub(crate) fn alternative_text(picture: ElementRef<'_>) -> Option<&str> {
    let text = picture.attr("alt")?.trim();
    let side = |name| picture.attr(name).and_then(|side| side.trim_end_matches("px").parse::<f64>().ok());
    let icon = ["width", "height"].into_iter().filter_map(side).any(|side| side <= MAX_ICON_SIDE);
    let adorns = matches!(picture.attr("role"), Some("presentation" | "none"));
    let figure = picture.ancestors().take(FIGURE_LEVELS).filter_map(ElementRef::wrap);
    let figure = figure.into_iter().find(|above| above.value().name() == "figure");
    let caption = figure.and_then(|figure| {
        figure.child_elements().take(FIGURE_PARTS).find(|part| part.value().name() == "figcaption")
    });
    let repeated = caption.is_some_and(|caption| {
        let caption: String = caption.text().take(FIGURE_PARTS).collect();
        caption.split_whitespace().collect::<Vec<_>>().join(" ").contains(text)
    });
    (!icon && !adorns && !repeated).then_some(text)
}

/// Elements that start and end a block.
pub(crate) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "listing"
            | "main"
            | "menu"
            | "ol"
            | "option"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "textarea"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

fn select<'p>(page: &'p Html, selector: &str) -> Vec<ElementRef<'p>> {
    Selector::parse(selector).map(|s| page.select(&s).collect()).unwrap_or_default()
}

/// Bytes of visible text that is not white space, without skipped elements.
fn text_len(element: ElementRef<'_>) -> usize {
    use ego_tree::iter::Edge;
    let (mut len, mut skip) = (0, None);
    for edge in element.traverse() {
        match edge {
            Edge::Open(node) if skip.is_none() => match node.value() {
                Node::Text(text) => len += text.split_ascii_whitespace().map(str::len).sum::<usize>(),
                Node::Element(_)
                    if node.id() != element.id() && ElementRef::wrap(node).is_some_and(is_skipped) =>
                {
                    skip = Some(node.id());
                }
                _ => {}
            },
            Edge::Close(node) if skip == Some(node.id()) => skip = None,
            _ => {}
        }
    }
    len
}
