"""E-mails (EML, RFC 5322): one plain body, long lines folded by quoted-printable.

A source is header fields, a blank line and the body. `X-Charset` names the charset the body is
written in and is no field of the message.
"""

import email
from email import policy
from email.message import EmailMessage

POLICY = policy.SMTP.clone(max_line_length=78)


def split(text):
    """The fields, the charset and the body of a source."""
    head, body = text.split("\n\n", 1)
    fields = [tuple(line.split(": ", 1)) for line in head.splitlines()]
    charset = next(value for name, value in fields if name == "X-Charset")
    return [field for field in fields if field[0] != "X-Charset"], charset, body


def write(text):
    """The message as it travels."""
    fields, charset, body = split(text)
    message = EmailMessage(policy=POLICY)
    for name, value in fields:
        message[name] = value
    message.set_content(body, charset=charset, cte="quoted-printable")
    return message.as_bytes()


def wanted(text):
    """The lines that must be read back: the fields, then the body."""
    fields, _, body = split(text)
    return [f"{name}: {value}" for name, value in fields] + body.splitlines()


def read(content):
    """The fields that are read and the lines of the body."""
    message = email.message_from_bytes(content, policy=policy.default)
    ours = ("From", "To", "Cc", "Date", "Subject", "Message-ID")
    fields = [f"{name}: {value}" for name, value in message.items() if name in ours]
    return fields + message.get_content().splitlines()
