use super::*;
use crate::extract::document::BlockKind::{self, Code, Heading, ListItem, Paragraph, TableHeader, TableRow};

fn read(xml: &str) -> Extracted {
    let doc = extract(xml.as_bytes(), &ContentLimits::default()).unwrap();
    doc.validate().unwrap();
    doc
}

fn blocks(doc: &Extracted) -> Vec<(BlockKind, &str)> {
    doc.blocks.iter().map(|b| (b.kind, &doc.text[b.span.clone()])).collect()
}

#[test]
fn records_are_tables_and_others_are_lines() {
    let doc = read(
        "<shop name='Corner'><owner><first>Ana</first><phone type='home'>12</phone></owner>\
         <item id='1'><label>Tea</label><price cur='RON'>5</price></item><item id='2'><label>Milk</label><price cur='RON'>6</price></item>\
         <!-- no --><?no no?><empty/></shop>",
    );
    let expected = [
        (Paragraph, "name: Corner\nowner.first: Ana\nowner.phone: 12\nowner.phone.type: home"),
        (TableHeader, "id | label | price | price.cur"),
        (TableRow, "1 | Tea | 5 | RON"),
        (TableRow, "2 | Milk | 6 | RON"),
    ];
    assert_eq!(blocks(&doc), expected);
    assert_eq!(doc.title, None);
}

#[test]
fn docbook_reads_as_a_document() {
    let doc = read(
        "<!DOCTYPE article PUBLIC '-//OASIS//DTD DocBook XML V4.5//EN' 'docbookx.dtd'><article id='x'><title>The &mdash; Guide</title>\
         <section id='s'><title>First</title><para>Some <emphasis>mixed</emphasis> text<indexterm><primary>no</primary></indexterm>.</para>\
         <orderedlist><listitem><para>one</para><para>more</para></listitem><listitem><para>two</para></listitem></orderedlist>\
         <programlisting>a\n  b</programlisting>\
         <informaltable><tgroup><thead><row><entry>K</entry><entry>V</entry></row></thead><tbody><row><entry>1</entry><entry><para>2</para></entry></row></tbody></tgroup></informaltable>\
         </section></article>",
    );
    let expected = [
        (Heading(1), "The — Guide"),
        (Heading(2), "First"),
        (Paragraph, "Some mixed text."),
        (ListItem, "1. one"),
        (Paragraph, "more"),
        (ListItem, "2. two"),
        (Code, "a\n  b"),
        (TableHeader, "K | V"),
        (TableRow, "1 | 2"),
    ];
    assert_eq!(blocks(&doc), expected);
    assert_eq!(doc.title.as_deref(), Some("The — Guide"));
}

#[test]
fn feeds_have_a_heading_for_every_entry() {
    let doc = read(
        "<rss version='2.0'><channel><title>News</title><link>http://a.example</link>\
         <item><title>One</title><pubDate>Mon</pubDate><description>&lt;p&gt;Body &lt;b&gt;bold&lt;/b&gt;&lt;/p&gt;</description></item>\
         <item><title>Two</title><description><![CDATA[<ul><li>x</ul>]]></description></item></channel></rss>",
    );
    let expected = [
        (Paragraph, "version: 2.0"),
        (Heading(1), "News"),
        (Paragraph, "link: http://a.example"),
        (Heading(2), "One"),
        (Paragraph, "pubDate: Mon"),
        (Paragraph, "Body bold"),
        (Heading(2), "Two"),
        (ListItem, "- x"),
    ];
    assert_eq!(blocks(&doc), expected);
    assert_eq!(doc.title.as_deref(), Some("News"));
}

#[test]
fn the_declared_charset_is_used() {
    let (bytes, _, _) =
        encoding_rs::ISO_8859_2.encode("<?xml version='1.0' encoding='iso-8859-2'?><a><b>ţară</b></a>");
    assert_eq!(extract(&bytes, &ContentLimits::default()).unwrap().text, "b: ţară");
    assert_eq!(
        read("<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><p>x</p></html>").mime,
        "text/html"
    );
}

#[test]
fn what_is_not_well_formed_is_source() {
    let doc = read("<a><b>text</a>");
    assert_eq!(blocks(&doc), [(Code, "<a><b>text</a>")]);
    assert!(doc.warnings[0].starts_with("read as source"), "{:?}", doc.warnings);
}

#[test]
fn depth_is_limited() {
    let deep = format!("{}x{}", "<a>".repeat(5000), "</a>".repeat(5000));
    assert_eq!(extract(deep.as_bytes(), &ContentLimits::default()).unwrap_err().code(), "too_large");
}

#[test]
fn no_damage_panics() {
    let whole = "<!DOCTYPE a [<!ENTITY e 'v'>]><a t='1'><title>T &e;</title><row><td>1</td></row><list><item>x<p>y</p></item></list><r><k>1</k><l>2</l></r><r><k>3</k><l>&lt;p>4</l></r></a>";
    for at in 0..whole.len() {
        for byte in [b'<', b'>', b'&', b'/', b'x'] {
            let mut damaged = whole.as_bytes().to_vec();
            damaged[at] = byte;
            for bytes in [&damaged[..], &whole.as_bytes()[..at]] {
                if let Ok(doc) = extract(bytes, &ContentLimits::default()) {
                    doc.validate().unwrap();
                }
            }
        }
    }
}
