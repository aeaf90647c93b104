//! Whole documents.

use super::*;
use crate::extract::document::BlockKind::{self, Code, Heading, ListItem, Paragraph, TableHeader, TableRow};

fn read(text: &str) -> Extracted {
    let doc = extract(text.as_bytes(), &ContentLimits::default()).unwrap();
    doc.validate().unwrap();
    doc
}

fn blocks(doc: &Extracted) -> Vec<(BlockKind, &str)> {
    doc.blocks.iter().map(|b| (b.kind, &doc.text[b.span.clone()])).collect()
}

#[test]
fn titles_and_properties() {
    let doc = read(
        "=====\nGuide\n=====\n--------\nThe rest\n--------\n\n.. a comment\n\n:Authors: Ana; Ion\n:Date: 2020-01-02\n:Abstract: Short\n   and sweet.\n\nPart *one*\n----------\nText\n\nSub\n~~~\n\nPart two\n--------\n\n----\n\n:Note: end\n",
    );
    assert_eq!(
        blocks(&doc),
        [
            (Heading(1), "Guide"),
            (Heading(2), "The rest"),
            (Paragraph, "Abstract: Short\nand sweet."),
            (Heading(3), "Part one"),
            (Paragraph, "Text"),
            (Heading(4), "Sub"),
            (Heading(3), "Part two"),
            (Paragraph, "Note: end"),
        ]
    );
    assert_eq!(doc.title.as_deref(), Some("Guide"));
    assert_eq!(
        serde_json::to_value(&doc.properties).unwrap(),
        serde_json::json!({"author": "Ana; Ion", "date": "2020-01-02"})
    );
}

#[test]
fn lists_definitions_options_and_verse() {
    let doc = read(
        "* one\n  goes on\n\n  more\n* two\n\n  1. deep::\n\n       code\n\n  #. next\n\n8. It is\na year.\n\nterm : noun\n    What it *is*.\n\n    And more.\n\n-a, --all  Show all\n--quiet\n           Say nothing\n\n| Verse one\n|   verse two\n  joined\n|\n| again\n",
    );
    assert_eq!(
        blocks(&doc),
        [
            (ListItem, "- one\ngoes on"),
            (Paragraph, "more"),
            (ListItem, "- two"),
            (ListItem, "1. deep:"),
            (Code, "code"),
            (ListItem, "2. next"),
            (Paragraph, "8. It is\na year."),
            (Paragraph, "term : noun\nWhat it is."),
            (Paragraph, "And more."),
            (ListItem, "- -a, --all: Show all"),
            (ListItem, "- --quiet: Say nothing"),
            (Paragraph, "Verse one\nverse two joined"),
            (Paragraph, "again"),
        ]
    );
}

#[test]
fn literal_blocks_and_code() {
    let doc = read(
        "Code::\n\n    a\n      *b*\n\n    c\n\n::\n\n> quoted\n> lines\n\nAlone ::\n  tight\n\n.. code-block:: python\n   :linenos:\n\n   def f():\n       pass\n\n>>> f()\n1\n\n.. math:: E=mc^2\n",
    );
    assert_eq!(
        blocks(&doc),
        [
            (Paragraph, "Code:"),
            (Code, "a\n  *b*\n\nc"),
            (Code, "> quoted\n> lines"),
            (Paragraph, "Alone"),
            (Code, "tight"),
            (Code, "def f():\n    pass"),
            (Code, ">>> f()\n1"),
            (Code, "E=mc^2"),
        ]
    );
}

#[test]
fn tables_of_every_writing() {
    let doc = read(
        "+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n+---+---+\n\n===  ===\nx    *y*\n===  ===\n3    4\n===  ===\n\n.. csv-table:: Prices\n   :header: item, price\n\n   tea, \"1,5\"\n\n.. list-table::\n   :header-rows: 1\n\n   * - h\n     - i\n   * - 5\n     - 6\n",
    );
    assert_eq!(
        blocks(&doc),
        [
            (TableHeader, "a | b"),
            (TableRow, "1 | 2"),
            (TableHeader, "x | y"),
            (TableRow, "3 | 4"),
            (Paragraph, "Prices"),
            (TableHeader, "item | price"),
            (TableRow, "tea | 1,5"),
            (TableHeader, "h | i"),
            (TableRow, "5 | 6"),
        ]
    );
}

#[test]
fn directives_notes_and_comments() {
    let doc = read(
        ".. note:: Mind\n   the gap.\n\n   Really.\n\n.. admonition:: By the way\n\n   - x\n\n.. versionadded:: 2.0\n   The thing.\n\n.. figure:: a.png\n   :alt: hidden\n\n   The caption.\n\n.. image:: b.png\n   :alt: A duck\n\n.. include:: other.rst\n\n..\n   gone\n\n   gone too\n\n.. _target: http://x\n\nSee [#]_, |name| and [CIT]_.\n\n.. |name| replace:: this\n.. [#] A note\n   on two lines.\n.. [CIT] A book.\n\n.. raw:: html\n\n   <p>From <b>HTML</b></p>\n\n.. raw:: latex\n\n   \\gone\n\n  A quote.\n\n.. toctree::\n\n   gone\n",
    );
    assert_eq!(
        blocks(&doc),
        [
            (Paragraph, "Note: Mind\nthe gap."),
            (Paragraph, "Really."),
            (Paragraph, "By the way"),
            (ListItem, "- x"),
            (Paragraph, "Added in version 2.0: The thing."),
            (Paragraph, "The caption."),
            (Paragraph, "A duck"),
            (Paragraph, "See [1], this and [CIT]."),
            (Paragraph, "[1] A note\non two lines."),
            (Paragraph, "[CIT] A book."),
            (Paragraph, "From HTML"),
        ]
    );
    assert_eq!(doc.warnings, ["left out, because the content is elsewhere: include"]);
}

#[test]
fn depth_costs_no_stack() {
    let deep: String = (0..300).map(|n| format!("{}* x\n\n", " ".repeat(n))).collect();
    assert!(read(&deep).warnings.iter().any(|w| w.contains("deep")));
}

#[test]
fn damage_never_panics() {
    let whole = "====\nTi *t*\n====\n\n:Author: ă\n\n.. |s| replace:: x\n\n* a |s|\n\n  #. b [#]_ :r:`c <d>`_ ::\n\n     e\n\n.. [#] f\n.. csv-table::\n   :header: g\n\n   h,\"i\n\n+--+--+\n|j |k |\n|  +--+\n|  |l |\n+==+==+\n|  m  |\n+--+--+\n\n==  ==\nn   o\n==  ==\np   q\n==  ==\n\n-r  s\n\n| t\n\nu\n  v\n";
    let read = |text: &str| {
        if let Ok(doc) = extract(text.as_bytes(), &ContentLimits::default()) {
            doc.validate().unwrap();
        }
    };
    for (at, c) in whole.char_indices() {
        read(&whole[..at]);
        for other in ["", "\n", "ș"] {
            read(&format!("{}{other}{}", &whole[..at], &whole[at + c.len_utf8()..]));
        }
    }
}
