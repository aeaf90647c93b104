#!/usr/bin/env python3
"""Makes the two PDF documents of the sample corpus from their text sources.

    python3 -m venv venv && venv/bin/pip install fpdf2==2.8.9 pypdf
    venv/bin/python datasets/tools/make_pdfs.py --fonts /usr/share/fonts/truetype/dejavu

The sources are the .md files beside this script: one `#` title, `##` chapter headings and plain
paragraphs, one a line. The fonts are DejaVu Sans (free licence, Debian package fonts-dejavu-core);
only the glyphs used are embedded. The result is read back with pypdf, and the script fails when a
paragraph does not come out letter for letter (white space squeezed) or does not stay on one page.
"""

import argparse
import datetime
import pathlib
import sys

from fpdf import FPDF
from pypdf import PdfReader

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = HERE.parent / "sample"
DOCUMENTS = [
    # source, target, language, running header, page label
    ("regulament-intern.md", "lunca-digitala/docs/regulament-intern.pdf", "ro",
     "Lunca Digitală SRL – Regulament intern, ediția 2026", "Pagina {page} din {{nb}}"),
    ("regulamin-pracy.md", "mleczna-mewa/docs/regulamin-pracy.pdf", "pl",
     "Mleczna Mewa sp. z o.o. – Regulamin pracy", "Strona {page} z {{nb}}"),
]
# A fixed date keeps the output the same from run to run.
MADE = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc)
INK, ACCENT, FAINT = (30, 30, 30), (20, 70, 110), (120, 120, 120)
LARGEST_BYTES = 150 * 1024


class Sheet(FPDF):
    """An A4 page with a running header and a page number."""

    def __init__(self, fonts, header_text, page_label):
        super().__init__(format="A4")
        self.header_text, self.page_label = header_text, page_label
        self.add_font("DejaVu", "", fonts / "DejaVuSans.ttf")
        self.add_font("DejaVu", "B", fonts / "DejaVuSans-Bold.ttf")
        self.set_margins(24, 22, 24)
        self.set_auto_page_break(True, margin=24)

    def header(self):
        self.set_font("DejaVu", "", 8)
        self.set_text_color(*FAINT)
        self.cell(0, 6, self.header_text, new_x="LMARGIN", new_y="NEXT")
        self.set_draw_color(*FAINT)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.ln(6)

    def footer(self):
        self.set_y(-16)
        self.set_font("DejaVu", "", 8)
        self.set_text_color(*FAINT)
        self.cell(0, 6, self.page_label.format(page=self.page_no()), align="C")


def blocks(text):
    """(style, text) pairs of the source, in order."""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("## "):
            yield "heading", line[3:]
        elif line.startswith("# "):
            yield "title", line[2:]
        elif line:
            yield "paragraph", line


def write(sheet, source):
    """Lays the blocks out; a paragraph never breaks over a page, a heading stays with its text."""
    sizes = {"title": ("B", 20, 9), "heading": ("B", 12.5, 6.5), "paragraph": ("", 11, 6.3)}
    for style, text in blocks(source):
        weight, size, height = sizes[style]
        sheet.set_font("DejaVu", weight, size)
        lines = len(sheet.multi_cell(0, height, text, align="L", dry_run=True, output="LINES"))
        needed = lines * height + (26 if style == "heading" else 0)
        if sheet.will_page_break(needed):
            sheet.add_page()
        if style == "heading":
            sheet.ln(3)
            sheet.start_section(text)
        sheet.set_font("DejaVu", weight, size)
        sheet.set_text_color(*(INK if style == "paragraph" else ACCENT))
        sheet.multi_cell(0, height, text, align="L", new_x="LMARGIN", new_y="NEXT")
        sheet.ln(3)


def check(path, source):
    """What is wrong with the written file; empty when nothing is."""
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]
    wrong = [f"not on one page as written: {text[:60]}..."
             for _, text in blocks(source) if not any(text in page for page in pages)]
    if not 2 <= len(pages) <= 4:
        wrong.append(f"{len(pages)} pages, 2 to 4 wanted")
    if path.stat().st_size > LARGEST_BYTES:
        wrong.append(f"{path.stat().st_size} bytes, at most {LARGEST_BYTES} wanted")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fonts", type=pathlib.Path, required=True, help="folder with DejaVuSans.ttf")
    fonts = parser.parse_args().fonts
    failed = False
    for source_name, target_name, language, header_text, page_label in DOCUMENTS:
        source = (HERE / source_name).read_text(encoding="utf-8")
        target = SAMPLE / target_name
        sheet = Sheet(fonts, header_text, page_label)
        sheet.set_creation_date(MADE)
        sheet.set_lang(language)
        sheet.set_title(next(text for style, text in blocks(source) if style == "title"))
        sheet.add_page()
        write(sheet, source)
        sheet.output(target)
        wrong = check(target, source)
        failed |= bool(wrong)
        print(target_name, target.stat().st_size, "bytes", *(wrong or ["ok"]), sep="\n  ")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
