// Cited answers through the official OpenAI package, which needs nothing but another address.

import assert from "node:assert/strict";
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: (process.env.FOOTNOTE_URL ?? "http://127.0.0.1:7700") + "/v1",
  apiKey: process.env.FOOTNOTE_KEY,
});
const question = "How quickly will an engineer arrive when somebody is stuck in the lift?";
const messages = [{ role: "user", content: question }];

const completion = await client.chat.completions.create({ model: "footnote", messages });
const { content, annotations } = completion.choices[0].message;
assert.match(content, /35 minutes/);
assert.ok(annotations.length > 0);
// Indices count Unicode scalar values, as the elements of an array made of a string do.
const characters = [...content];
for (const { url_citation: cited } of annotations) {
  console.log(`[${cited.title}]`, characters.slice(cited.start_index, cited.end_index).join(""), cited.url);
}
assert.equal(completion.citations[0].quote, characters.slice(annotations[0].url_citation.start_index, annotations[0].url_citation.end_index).join(""));
assert.equal(completion.grounding.status, "grounded");

let text = "";
let cited = 0;
for await (const chunk of await client.chat.completions.create({ model: "footnote", messages, stream: true })) {
  text += chunk.choices[0]?.delta?.content ?? "";
  cited += chunk.choices[0]?.delta?.annotations?.length ?? 0;
}
assert.equal(text, content);
assert.equal(cited, annotations.length);

const models = [];
for await (const model of client.models.list()) models.push(model);
const embedding = models.find((model) => model.kind === "embedding");
// Asked for as base64 and decoded by the package.
const vectors = await client.embeddings.create({ model: embedding.id, input: ["a lift", "an elevator"] });
assert.equal(vectors.data.length, 2);
assert.equal(vectors.data[0].embedding.length, embedding.dimensions);

await assert.rejects(client.chat.completions.create({ model: "gpt-x", messages }), (error) => error instanceof OpenAI.NotFoundError && error.code === "model_not_found");
await assert.rejects(client.chat.completions.create({ model: "footnote", messages, tools: [{ type: "function", function: { name: "x" } }] }), OpenAI.BadRequestError);
console.log("chat.mjs: all well");
