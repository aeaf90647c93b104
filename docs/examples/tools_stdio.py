"""The tools for agents on standard input and output: `footnote mcp`, as an agent on the same machine starts it.

FOOTNOTE is the command, FOOTNOTE_DATA a data directory nobody else has open, or FOOTNOTE_URL and FOOTNOTE_KEY a server.
"""

import asyncio
import os

import mcp
from tools import use


async def main():
    command = os.environ.get("FOOTNOTE", "footnote")
    if "FOOTNOTE_DATA" in os.environ:
        where, environment = ["--data", os.environ["FOOTNOTE_DATA"], "--client", "kestrel-vane"], {}
    else:
        where, environment = ["--server", os.environ["FOOTNOTE_URL"]], {"FOOTNOTE_KEY": os.environ["FOOTNOTE_KEY"]}
    if "FOOTNOTE_MODELS" in os.environ:
        environment["FOOTNOTE_MODELS"] = os.environ["FOOTNOTE_MODELS"]
    server = mcp.StdioServerParameters(command=command, args=["mcp", *where], env=environment)
    for mode in ["auto", "legacy"]:
        async with mcp.Client(server, mode=mode) as client:
            print(f"{mode}: protocol {client.protocol_version}")
            await use(client)
    print("tools_stdio.py: all well", where[0])


asyncio.run(main())
