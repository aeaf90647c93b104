//! SmartArt: the texts of a diagram in the order of its tree.

use std::collections::{HashMap, HashSet};

use super::super::builder::TextBuilder;
use super::super::document::BlockKind;
use super::super::office::{Node, Package, RichText, xml};
use super::text;
use crate::error::ExtractError;

/// Writes the texts of a diagram's data part as list items.
pub(crate) fn write(
    package: &mut Package<'_>,
    part: &str,
    builder: &mut TextBuilder,
) -> Result<(), ExtractError> {
    let source = package.source(part)?;
    let Some(tree) = package.tree(part, source.as_ref())? else { return Ok(()) };
    for text in texts(tree.root_element()) {
        builder.push_rich(BlockKind::ListItem, &text.prefixed("- "))?;
    }
    Ok(())
}

/// The texts of the nodes, parents before their children; nodes in no tree come last.
fn texts(model: Node<'_>) -> Vec<RichText> {
    let list = |list, item| {
        xml::child(model, list).into_iter().flat_map(move |list| xml::children_named(list, item))
    };
    let nodes: Vec<(&str, &str, RichText)> = list("ptLst", "pt")
        .filter_map(|node| {
            let body = xml::child(node, "t").map(text::body).unwrap_or_default();
            Some((xml::attribute(node, "modelId")?, xml::attribute(node, "type").unwrap_or("node"), body))
        })
        .filter(|(_, kind, _)| matches!(*kind, "node" | "asst" | "doc"))
        .collect();
    let mut children: HashMap<&str, Vec<(u32, &str)>> = HashMap::new();
    for link in list("cxnLst", "cxn") {
        let value = |name| xml::attribute(link, name);
        if let (Some(from), Some(to), "parOf") =
            (value("srcId"), value("destId"), value("type").unwrap_or("parOf"))
        {
            let order = value("srcOrd").and_then(|order| order.parse().ok()).unwrap_or(0);
            children.entry(from).or_default().push((order, to));
        }
    }
    for links in children.values_mut() {
        links.sort_by_key(|(order, _)| std::cmp::Reverse(*order));
    }
    let mut left: HashMap<&str, &RichText> = nodes.iter().map(|(id, _, text)| (*id, text)).collect();
    let mut seen = HashSet::new();
    let mut stack: Vec<&str> =
        nodes.iter().filter(|(_, kind, _)| *kind == "doc").map(|(id, ..)| *id).collect();
    let mut out = Vec::new();
    while let Some(id) = stack.pop() {
        if seen.insert(id) {
            out.extend(left.remove(id));
            stack.extend(children.get(id).into_iter().flatten().map(|(_, to)| *to));
        }
    }
    out.extend(nodes.iter().filter_map(|(id, ..)| left.remove(id)));
    out.into_iter().filter(|text| !text.is_blank()).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::office::Source;
    use super::*;

    #[test]
    fn texts_come_in_the_order_of_the_tree() {
        let point =
            |id: &str, text: &str| format!("<pt modelId='{id}'><t><p><r><t>{text}</t></r></p></t></pt>");
        let xml = format!(
            "<m><ptLst><pt modelId='0' type='doc'/>{}{}{}{}<pt modelId='9' type='pres'><t><p><r><t>no</t></r></p></t></pt></ptLst>\
             <cxnLst><cxn srcId='0' destId='2' srcOrd='1'/><cxn srcId='0' destId='1' srcOrd='0'/><cxn srcId='1' destId='3' srcOrd='0'/>\
             <cxn srcId='3' destId='0' srcOrd='0'/></cxnLst></m>",
            point("2", "second"),
            point("3", "child"),
            point("4", "alone"),
            point("1", "first"),
        );
        let source = Source::new(xml.as_bytes());
        let tree = source.parse("a test").unwrap();
        let texts: Vec<_> = texts(tree.root_element()).iter().map(|text| text.as_str().to_owned()).collect();
        assert_eq!(texts, ["first", "child", "second", "alone"]);
    }
}
