"""Text documents (DOCX): headings, paragraphs, lists and tables with a header row."""

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from . import package, source

STYLES = {"title": "Title", "heading": "Heading 1", "paragraph": "Normal", "bullet": "List Bullet",
          "number": "List Number"}


def write(blocks, language, path):
    """Writes the document."""
    document = Document()
    for mark in document.styles.element.iter(qn("w:lang")):
        mark.set(qn("w:val"), language)
    package.properties(document.core_properties, source.title(blocks), "Sample corpus", language)
    for block in blocks:
        if block.kind == "table":
            write_table(document, block.rows)
        else:
            document.add_paragraph(block.text, style=STYLES[block.kind])
    trim(document)
    document.save(path)


def trim(document):
    """Takes out what the library's template brings along and the document does not use."""
    kept = {document.styles[name].style_id for name in [*STYLES.values(), "Table Grid"]}
    kept |= {style.base_style.style_id for style in document.styles
             if style.style_id in kept and getattr(style, "base_style", None) is not None}
    for style in list(document.styles):
        if style.style_id not in kept and not style.element.get(qn("w:default")):
            style.element.getparent().remove(style.element)
    for name, relation in list(document.part.rels.items()):
        if relation.reltype.endswith(("/stylesWithEffects", "/customXml")):
            del document.part.rels[name]


def write_table(document, rows):
    """Adds a table whose first row is marked as the header that repeats on every page."""
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row):
            cell.text = text
    mark = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True


def wanted(blocks):
    """The lines that must be read back."""
    return [line for block in blocks for line in block.lines()]


def read(path):
    """The lines of a document, a table's row as one."""
    document = Document(path)
    lines = []
    for element in document.element.body:
        if element.tag == qn("w:p"):
            lines.append(Paragraph(element, document).text)
        elif element.tag == qn("w:tbl"):
            rows = Table(element, document).rows
            lines.extend(" | ".join(cell.text for cell in row.cells) for row in rows)
    return lines
