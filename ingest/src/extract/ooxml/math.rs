//! Formulas (OMML) as one line of text: `(a + b)/c`, `x^2`, `√(y)`.

use super::super::office::{Node, xml};

/// The formula in `node`.
pub(crate) fn text(node: Node<'_>) -> String {
    let mut out = String::new();
    write(node, &mut out);
    out
}

fn write(node: Node<'_>, out: &mut String) {
    let part = |name| xml::child(node, name).map(text).unwrap_or_default();
    let property = |properties, name| {
        let value = xml::at(node, &[properties, name]).and_then(|found| xml::attribute(found, "val"));
        value.map(str::to_owned)
    };
    match xml::name(node) {
        "t" => out.push_str(&xml::text_of(node)),
        "f" => {
            out.push_str(&grouped(&part("num")));
            out.push('/');
            out.push_str(&grouped(&part("den")));
        }
        "sSup" => script(out, &part("e"), "", &part("sup")),
        "sSub" => script(out, &part("e"), &part("sub"), ""),
        "sSubSup" => script(out, &part("e"), &part("sub"), &part("sup")),
        "sPre" => script(out, &part("e"), &part("sub"), &part("sup")),
        "limLow" => script(out, &part("e"), &part("lim"), ""),
        "limUpp" => script(out, &part("e"), "", &part("lim")),
        "rad" => {
            out.push_str(&part("deg"));
            out.push_str("√(");
            out.push_str(&part("e"));
            out.push(')');
        }
        "nary" => {
            let sign = property("naryPr", "chr").unwrap_or_else(|| "∫".to_owned());
            script(out, &sign, &part("sub"), &part("sup"));
            out.push(' ');
            out.push_str(&part("e"));
        }
        "d" => {
            out.push_str(property("dPr", "begChr").as_deref().unwrap_or("("));
            let inner: Vec<String> = xml::children_named(node, "e").map(text).collect();
            out.push_str(&inner.join(property("dPr", "sepChr").as_deref().unwrap_or("|")));
            out.push_str(property("dPr", "endChr").as_deref().unwrap_or(")"));
        }
        "m" => {
            let rows: Vec<String> = xml::children_named(node, "mr")
                .map(|row| xml::children_named(row, "e").map(text).collect::<Vec<_>>().join(", "))
                .collect();
            out.push_str(&format!("[{}]", rows.join("; ")));
        }
        "eqArr" => {
            let rows: Vec<String> = xml::children_named(node, "e").map(text).collect();
            out.push_str(&rows.join("; "));
        }
        "del" | "delText" => {}
        _ => xml::children(node).for_each(|inner| write(inner, out)),
    }
}

fn script(out: &mut String, base: &str, below: &str, above: &str) {
    out.push_str(base);
    for (sign, text) in [('_', below), ('^', above)] {
        if !text.trim().is_empty() {
            out.push(sign);
            out.push_str(&grouped(text));
        }
    }
}

/// In parentheses unless it is one letter, word or number.
fn grouped(text: &str) -> String {
    let text = text.trim();
    if text.chars().all(char::is_alphanumeric) { text.to_owned() } else { format!("({text})") }
}

#[cfg(test)]
mod tests {
    use super::super::super::office::Source;
    use super::*;

    #[test]
    fn a_formula_is_one_line() {
        let xml = "<oMath><f><num><r><t>a+b</t></r></num><den><r><t>c</t></r></den></f><r><t>=</t></r>\
                   <sSup><e><r><t>x</t></r></e><sup><r><t>2</t></r></sup></sSup>\
                   <nary><naryPr><chr val='∑'/></naryPr><sub><r><t>i=0</t></r></sub><sup><r><t>n</t></r></sup><e><rad><e><r><t>y</t></r></e></rad></e></nary>\
                   <d><dPr><begChr val='['/><endChr val=']'/></dPr><e><r><t>z</t></r></e></d></oMath>";
        let source = Source::new(xml.as_bytes());
        let tree = source.parse("a test").unwrap();
        assert_eq!(text(tree.root_element()), "(a+b)/c=x^2∑_(i=0)^n √(y)[z]");
    }
}
