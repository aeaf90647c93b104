"""Cited answers through the official OpenAI package, which needs nothing but another address."""

import os

import openai

client = openai.OpenAI(
    base_url=os.environ.get("FOOTNOTE_URL", "http://127.0.0.1:7700") + "/v1",
    api_key=os.environ["FOOTNOTE_KEY"],
)
question = "How quickly will an engineer arrive when somebody is stuck in the lift?"


def ask(text, **options):
    return client.chat.completions.create(model="footnote", messages=[{"role": "user", "content": text}], **options)


# What can be asked for.
models = {model.id: model for model in client.models.list()}
assert {"footnote", "extractive"} <= set(models), models
assert client.models.retrieve("footnote").id == "footnote"
embedding_model = next(id for id, model in models.items() if model.model_extra["kind"] == "embedding")

# An answer; the package's own types read the citations.
completion = ask(question, temperature=0.2)
message = completion.choices[0].message
print("answer:", message.content)
assert "35 minutes" in message.content and completion.choices[0].finish_reason == "stop"
assert message.annotations, "the answer is cited"
for annotation in message.annotations:
    cited = annotation.url_citation
    print(f"  [{cited.title}] {message.content[cited.start_index:cited.end_index]!r} {cited.url}")
    assert "#char=" in cited.url and cited.title
# What OpenAI's shape has no place for is beside it.
citations = completion.model_extra["citations"]
assert [c["quote"] for c in citations] and len(citations) == len(message.annotations)
for citation, annotation in zip(citations, message.annotations):
    span = citation["answer"]
    assert (span["start_char"], span["end_char"]) == (annotation.url_citation.start_index, annotation.url_citation.end_index)
    assert message.content[span["start_char"]:span["end_char"]] == citation["quote"], "an extractive answer is its quotes"
assert completion.model_extra["grounding"]["status"] == "grounded"

# The same as a stream, sentence by sentence.
text, annotations, usage, last = "", [], None, None
for chunk in ask(question, stream=True, stream_options={"include_usage": True}):
    usage = chunk.usage or usage
    for choice in chunk.choices:
        text += choice.delta.content or ""
        annotations += choice.delta.model_extra.get("annotations", [])
        last = chunk if choice.finish_reason == "stop" else last
assert text == message.content, (text, message.content)
assert [a["url_citation"]["start_index"] for a in annotations] == [a.url_citation.start_index for a in message.annotations]
assert last.model_extra["grounding"]["status"] == "grounded" and usage.total_tokens == 0, "no generator was asked"

# A question that leans on the one before.
turns = [
    {"role": "user", "content": "How much notice must somebody with five years of service give?"},
    {"role": "assistant", "content": "Eight weeks."},
    {"role": "user", "content": "And somebody with one year?"},
]
follow_up = client.chat.completions.create(model="footnote", messages=turns)
print("understood as:", follow_up.model_extra["resolved_question"])
assert "four weeks" in follow_up.choices[0].message.content

# What the documents do not say is said in words, and in `grounding` for programs.
abstained = ask("How many weeks of paternity leave do engineers get?")
print("no answer:", abstained.choices[0].message.content)
assert abstained.model_extra["grounding"]["status"] == "abstained"
assert abstained.choices[0].message.content and not abstained.choices[0].message.annotations

# Vectors; the package asks for base64 and decodes it.
texts = ["The lift carries eight persons.", "A cabin for 8 people."]
vectors = client.embeddings.create(model=embedding_model, input=texts)
as_numbers = client.embeddings.create(model=embedding_model, input=texts, encoding_format="float")
assert len(vectors.data) == 2 and vectors.usage.prompt_tokens > 0
assert len(vectors.data[0].embedding) == models[embedding_model].model_extra["dimensions"]
for one, other in zip(vectors.data, as_numbers.data):
    assert abs(sum(v * v for v in one.embedding) - 1) < 1e-3, "vectors have length 1"
    assert max(abs(a - b) for a, b in zip(one.embedding, other.embedding)) < 1e-6
query = client.embeddings.create(model=embedding_model, input="How many people?", extra_body={"input_type": "query"})
assert len(query.data) == 1

# Errors are the package's own.
for wrong, kind, code in [
    (lambda: ask("x", n=2), openai.BadRequestError, "unsupported_parameter"),
    (lambda: client.chat.completions.create(model="gpt-x", messages=[]), openai.BadRequestError, "invalid_value"),
    (lambda: client.chat.completions.create(model="gpt-x", messages=turns), openai.NotFoundError, "model_not_found"),
    (lambda: client.embeddings.create(model=embedding_model, input=[1, 2]), openai.BadRequestError, "invalid_value"),
    (lambda: client.with_options(api_key="fn_a_b").models.list(), openai.AuthenticationError, "invalid_api_key"),
]:
    try:
        wrong()
    except kind as error:
        assert error.code == code and error.request_id, (error.code, error.request_id)
    else:
        raise AssertionError(f"expected {kind.__name__}")
print("chat.py: all well, openai", openai.__version__)
