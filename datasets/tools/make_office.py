#!/usr/bin/env python3
"""Makes the office documents and e-mails of the sample corpus from their text sources.

    python3 -m venv venv && venv/bin/pip install python-docx==1.2.0 openpyxl==3.1.5 python-pptx==1.0.2
    venv/bin/python datasets/tools/make_office.py

The sources lie under office/sources/<client>/, one for each document, in a small part of Markdown
(office/source.py says which); e-mails are a header and a plain body. Every file is written by the
library of its format, packed again with fixed dates so that a second run gives the same bytes, then
read back, and the script fails when a paragraph, list item, cell or note does not come out letter
for letter.
"""

import pathlib
import sys

from office import mail, package, presentation, source, text_document, workbook

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = HERE.parent / "sample"
SOURCES = HERE / "office" / "sources"
DOCUMENTS = [
    # client, name without extension, extension, language
    ("kestrel-vane", "parts-stock-2026-10", "xlsx", "en-GB"),
    ("kestrel-vane", "tender-canal-mill", "eml", "en-GB"),
    ("lunca-digitala", "incident-14-septembrie", "eml", "ro-RO"),
    ("lunca-digitala", "modul-pontaj", "pptx", "ro-RO"),
    ("lunca-digitala", "oferta-implementare-brutaria-sura", "docx", "ro-RO"),
    ("mleczna-mewa", "instrukcja-mycia-zbiornikow", "docx", "pl-PL"),
    ("mleczna-mewa", "nowosci-wiosna-2027", "pptx", "pl-PL"),
    ("mleczna-mewa", "wyniki-dostawcow-2026", "xlsx", "pl-PL"),
    ("mleczna-mewa", "zamowienie-zielona-lada", "eml", "pl-PL"),
    ("osprey-rook", "contract-terms", "docx", "en-GB"),
    ("osprey-rook", "lone-working-talk", "pptx", "en-GB"),
    ("osprey-rook", "price-list-2026", "xlsx", "en-GB"),
]
FORMATS = {"docx": text_document, "xlsx": workbook, "pptx": presentation}
LARGEST_BYTES = 40 * 1024


def differences(wanted, found):
    """What is wrong with the lines that were read back; empty when nothing is."""
    if wanted == found:
        return []
    for number, (want, have) in enumerate(zip(wanted, found), 1):
        if want != have:
            return [f"line {number}: {want!r} was written, {have!r} was read"]
    return [f"{len(wanted)} lines were written, {len(found)} read"]


def make(client, name, extension, language):
    """Writes one document and returns what is wrong with it."""
    text = (SOURCES / client / f"{name}.md").read_text(encoding="utf-8")
    target = SAMPLE / client / "docs" / f"{name}.{extension}"
    if extension == "eml":
        target.write_bytes(mail.write(text))
        wrong = differences(mail.wanted(text), mail.read(target.read_bytes()))
    else:
        blocks = source.parse(text)
        FORMATS[extension].write(blocks, language, target)
        package.normalise(target)
        wrong = differences(FORMATS[extension].wanted(blocks), FORMATS[extension].read(target))
    if target.stat().st_size > LARGEST_BYTES:
        wrong.append(f"{target.stat().st_size} bytes, at most {LARGEST_BYTES} wanted")
    print(f"{client}/{target.name}", target.stat().st_size, "bytes", *(wrong or ["ok"]))
    return wrong


def main():
    wrong = [fault for document in DOCUMENTS for fault in make(*document)]
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
