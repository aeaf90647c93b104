"""What schemathesis cannot send by itself."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(_context, value):
    """A string is sent as it is, anything else as one line of JSON."""
    return value.encode() if isinstance(value, str) else json.dumps(value).encode() + b"\n"


@schemathesis.deserializer("application/x-tar")
def archive(_context, _response):
    """An archive is a string to its schema."""
    return ""
