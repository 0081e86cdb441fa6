// Every chart is a flowchart to Mermaid's own parser, and its title is read from the front matter.
import assert from 'node:assert/strict';
import test from 'node:test';
import { JSDOM } from 'jsdom';
import { charts } from './golden.js';

// Mermaid looks for a document when it is loaded: its sanitizer needs one.
const { window } = new JSDOM('<!DOCTYPE html><body></body>');
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import('mermaid');
mermaid.initialize({ startOnLoad: false });

test('there are charts', () => assert.ok(charts.length > 0));

for (const { name, text } of charts) {
  test(`${name} parses`, async () => {
    const result = await mermaid.parse(text);
    assert.match(result.diagramType, /^flowchart/);
  });
}

test('what is no chart does not parse', async () => {
  await assert.rejects(mermaid.parse('flowchart LR\n n0["a" --> n1'));
});
