"""Presentations (PPTX): a title slide, then a slide a heading with its list, its table and notes."""

from pptx import Presentation
from pptx.util import Inches, Pt

from . import package, source

TITLE_SLIDE, TITLE_AND_CONTENT, TITLE_ONLY = 0, 1, 5


def write(blocks, language, path):
    """Writes the presentation."""
    deck = Presentation()
    package.properties(deck.core_properties, source.title(blocks), "Sample corpus", language)
    first = blocks[:next(i for i, block in enumerate(blocks) if block.kind == "heading")]
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_SLIDE])
    slide.shapes.title.text = first[0].text
    slide.placeholders[1].text = "\n".join(b.text for b in first if b.kind == "paragraph")
    write_notes(slide, first)
    for heading, parts in source.sections(blocks):
        listed = [part.text for part in parts if part.kind == "bullet"]
        layout = TITLE_AND_CONTENT if listed else TITLE_ONLY
        slide = deck.slides.add_slide(deck.slide_layouts[layout])
        slide.shapes.title.text = heading
        if listed:
            slide.placeholders[1].text = "\n".join(listed)
        top = Inches(1.7)
        for part in parts:
            if part.kind == "table":
                top = write_table(slide, part.rows, top)
            elif part.kind == "paragraph":
                write_line(slide, part.text, top)
        write_notes(slide, parts)
    trim(deck)
    deck.save(path)


def trim(deck):
    """Takes out what the library's template brings along and the deck does not use."""
    for layout in list(deck.slide_layouts):
        if not layout.used_by_slides:
            deck.slide_layouts.remove(layout)
    for name, relation in list(deck.part.rels.items()):
        if relation.reltype.endswith("/printerSettings"):
            deck.part.rels.pop(name)


def write_table(slide, rows, top):
    """Adds a table and returns where the space under it begins."""
    height = Inches(0.4) * len(rows)
    shape = slide.shapes.add_table(len(rows), len(rows[0]), Inches(0.5), top, Inches(9), height)
    for row, texts in zip(shape.table.rows, rows):
        for cell, text in zip(row.cells, texts):
            cell.text = text
            cell.text_frame.paragraphs[0].font.size = Pt(14)
    return top + height + Inches(0.2)


def write_line(slide, text, top):
    """Adds a line of its own under what came before."""
    box = slide.shapes.add_textbox(Inches(0.5), top, Inches(9), Inches(0.5))
    box.text_frame.word_wrap = True
    box.text_frame.text = text


def write_notes(slide, parts):
    """Gives the slide its notes, when it has any."""
    notes = [part.text for part in parts if part.kind == "note"]
    if notes:
        slide.notes_slide.notes_text_frame.text = "\n".join(notes)


def wanted(blocks):
    """The lines that must be read back, slide by slide: title, list, tables and lines, notes."""
    first = blocks[:next(i for i, block in enumerate(blocks) if block.kind == "heading")]
    order = {"title": 0, "heading": 0, "bullet": 1, "table": 2, "paragraph": 2, "note": 3}
    lines = []
    for heading, parts in [(None, first)] + source.sections(blocks):
        lines.extend([heading] if heading else [])
        for part in sorted(parts, key=lambda part: order[part.kind]):
            lines.extend(part.lines())
    return lines


def read(path):
    """The lines of a presentation, slide by slide."""
    lines = []
    for slide in Presentation(path).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                lines.extend(p.text for p in shape.text_frame.paragraphs if p.text)
            elif shape.has_table:
                rows = shape.table.rows
                lines.extend(" | ".join(cell.text for cell in row.cells) for row in rows)
        if slide.has_notes_slide:
            lines.extend(p.text for p in slide.notes_slide.notes_text_frame.paragraphs if p.text)
    return lines
