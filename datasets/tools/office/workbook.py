"""Workbooks (XLSX): a sheet a heading, its tables with typed cells, its sentences in single cells.

A cell is stored as a person would type it: amounts, plain numbers, decimals and dates as numbers
with a format, everything else as text. `shown` turns a number back into what the sheet displays.
"""

import datetime
import re

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from . import package, source

POUNDS, WHOLE, TENTHS, HUNDREDTHS, DATE = '"£"#,##0.00', "0", "0.0", "0.00", "yyyy-mm-dd"
BOLD = Font(bold=True)


def typed(text):
    """The value of a cell and its number format; None for text."""
    if re.fullmatch(r"£[\d,]+\.\d\d", text):
        return float(text[1:].replace(",", "")), POUNDS
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return datetime.datetime.fromisoformat(text), DATE
    if re.fullmatch(r"\d+", text):
        return int(text), WHOLE
    if re.fullmatch(r"\d+\.\d", text):
        return float(text), TENTHS
    if re.fullmatch(r"\d+\.\d\d", text):
        return float(text), HUNDREDTHS
    return text, None


def shown(value, number_format):
    """What a cell displays."""
    if isinstance(value, str):
        return value
    if number_format == DATE:
        return value.strftime("%Y-%m-%d")
    decimals = {POUNDS: ",.2f", WHOLE: "d", TENTHS: ".1f", HUNDREDTHS: ".2f"}[number_format]
    return ("£" if number_format == POUNDS else "") + format(value, decimals)


def write(blocks, language, path):
    """Writes the workbook."""
    book = Workbook()
    book.remove(book.active)
    package.properties(book.properties, source.title(blocks), "Sample corpus", language)
    book.properties.creator = "Sample corpus"
    for name, parts in source.sections(blocks):
        sheet = book.create_sheet(name)
        row = 1
        for part in parts:
            row = write_block(sheet, row, part) + 1
    book.save(path)


def write_block(sheet, row, block):
    """Writes a block from `row` on and returns the row after it."""
    if block.kind != "table":
        sheet.cell(row, 1, block.text)
        return row + 1
    for index, cells in enumerate(block.rows):
        for column, text in enumerate(cells, 1):
            value, number_format = typed(text)
            cell = sheet.cell(row + index, column, value)
            if number_format:
                cell.number_format = number_format
            if index == 0:
                cell.font = BOLD
            width = sheet.column_dimensions[get_column_letter(column)]
            width.width = max(width.width, min(len(text) + 2, 44))
    return row + len(block.rows)


def wanted(blocks):
    """The lines that must be read back: the sheets' names and everything on them."""
    return [line for name, parts in source.sections(blocks)
            for line in [name] + [line for part in parts for line in part.lines()]]


def read(path):
    """The sheets' names, and every row that is not blank with its cells as displayed."""
    lines = []
    for sheet in load_workbook(path).worksheets:
        lines.append(sheet.title)
        for row in sheet.iter_rows():
            cells = [shown(cell.value, cell.number_format) for cell in row if cell.value is not None]
            if cells:
                lines.append(" | ".join(cells))
    return lines
