"""Office packages with the same bytes from run to run."""

import datetime
import re
import zipfile

# The day the documents are said to be made on.
MADE = datetime.datetime(2026, 10, 26, 9, 0, 0)
# openpyxl writes the time of saving in any case.
STAMP = MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
# A picture of an empty page that a template brings along.
UNWANTED = {"docProps/thumbnail.jpeg"}


def properties(core, title, author, language):
    """Sets what a package says of itself."""
    core.title, core.author, core.language = title, author, language
    core.last_modified_by, core.revision, core.comments = author, 1, ""
    core.created = core.modified = MADE


def normalise(path):
    """Packs the file again: fixed dates, entries in their order, best compression, no thumbnail."""
    with zipfile.ZipFile(path) as package:
        entries = [(info.filename, package.read(info)) for info in package.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, content in entries:
            if name in UNWANTED:
                continue
            if name == "_rels/.rels":
                content = without_thumbnail(content)
            elif name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + STAMP, content)
            info = zipfile.ZipInfo(name, MADE.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            package.writestr(info, content)


def without_thumbnail(relationships):
    """The package's relationships without the one to the thumbnail."""
    start = relationships.find(b"<Relationship ", 0)
    while start >= 0:
        end = relationships.index(b">", start) + 1
        if b"thumbnail" in relationships[start:end]:
            return relationships[:start] + relationships[end:]
        start = relationships.find(b"<Relationship ", end)
    return relationships
