"""The part of Markdown that the sources use: `#` title, `##` headings, paragraphs, `- ` and `1. `
list items, `> ` notes of a speaker, and tables whose second line is dashes. A block is one line,
except a table."""

import re
from dataclasses import dataclass, field


@dataclass
class Block:
    """One block: its kind, and its text or, for a table, its rows of cells."""

    kind: str
    text: str = ""
    rows: list = field(default_factory=list)

    def lines(self):
        """The block as lines to compare by."""
        return [" | ".join(row) for row in self.rows] if self.kind == "table" else [self.text]


PREFIXES = [("## ", "heading"), ("# ", "title"), ("- ", "bullet"), ("> ", "note")]


def parse(text):
    """The blocks of a source, in order."""
    blocks = []
    for line in text.splitlines():
        line = line.strip()
        if not line:
            continue
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if all(set(cell) == {"-"} for cell in cells):
                continue
            # Two tables never follow each other here.
            if blocks and blocks[-1].kind == "table":
                blocks[-1].rows.append(cells)
            else:
                blocks.append(Block("table", rows=[cells]))
            continue
        for prefix, kind in PREFIXES:
            if line.startswith(prefix):
                blocks.append(Block(kind, line[len(prefix):]))
                break
        else:
            numbered = re.match(r"\d+\. (.*)", line)
            blocks.append(Block("number", numbered[1]) if numbered else Block("paragraph", line))
    return blocks


def title(blocks):
    """The text of the title."""
    return next(block.text for block in blocks if block.kind == "title")


def sections(blocks):
    """(heading, blocks under it) pairs; what comes before the first heading is left out."""
    found = []
    for block in blocks:
        if block.kind == "heading":
            found.append((block.text, []))
        elif found:
            found[-1][1].append(block)
    return found
