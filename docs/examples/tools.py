"""The tools for agents, over HTTP with the official MCP package: the current protocol, and the one before it."""

import asyncio
import importlib.metadata
import json
import os

import httpx2
import mcp
from mcp.client.streamable_http import streamable_http_client


async def use(client):
    """Lists and calls the tools; also run by tools_stdio.py."""
    tools = (await client.list_tools()).tools
    assert [tool.name for tool in tools] == ["search", "fetch", "ask"], tools

    found = await client.call_tool("search", {"query": "entrapment engineer on site", "top_k": 3})
    results = found.structured_content["results"]
    assert not found.is_error and json.loads(found.content[0].text) == found.structured_content
    assert len(results) == 3 and set(results[0]) == {"id", "title", "url", "text"}

    read = await client.call_tool("fetch", {"id": results[0]["id"]})
    assert results[0]["text"].strip() in read.structured_content["text"], "the passage with what stands around it"
    whole = await client.call_tool("fetch", {"id": read.structured_content["metadata"]["document_id"]})
    assert whole.structured_content["metadata"]["start_char"] == 0

    asked = await client.call_tool("ask", {"question": "How quickly will an engineer arrive when somebody is stuck in the lift?"})
    answer = asked.structured_content
    assert "35 minutes" in answer["answer"] and answer["citations"] and answer["grounding"]["status"] == "grounded"
    print("ask:", answer["answer"], "|", answer["citations"][0]["title"])

    abstained = await client.call_tool("ask", {"question": "How many weeks of paternity leave do engineers get?"})
    assert abstained.structured_content["grounding"]["status"] == "abstained" and abstained.structured_content["note"]

    # What goes wrong in a tool is told to the agent; no argument names another client.
    for name, arguments in [
        ("search", {"query": "lift", "client": "osprey-rook"}),
        ("fetch", {"id": "doc_unknown"}),
        ("search", {"query": ""}),
    ]:
        refused = await client.call_tool(name, arguments)
        assert refused.is_error and refused.content[0].text, (name, arguments)
    try:
        await client.call_tool("delete", {})
    except mcp.MCPError as error:
        assert "there is no tool" in str(error)
    else:
        raise AssertionError("an unknown tool was called")


async def main():
    url = os.environ.get("FOOTNOTE_URL", "http://127.0.0.1:7700") + "/mcp"
    key = os.environ["FOOTNOTE_KEY"]
    for mode in ["auto", "legacy"]:
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as http:
            async with mcp.Client(streamable_http_client(url, http_client=http), mode=mode) as client:
                print(f"{mode}: protocol {client.protocol_version}, {client.server_info.name} {client.server_info.version}")
                assert (client.protocol_version >= "2026-07-28") == (mode == "auto"), client.protocol_version
                await use(client)
    print("tools.py: all well, mcp", importlib.metadata.version("mcp"))


if __name__ == "__main__":
    asyncio.run(main())
