// Every chart is drawn in a real browser, and the drawing holds every node and the words on it.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import test from 'node:test';
import puppeteer from 'puppeteer-core';
import { charts } from './golden.js';

const chromium = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  .find((file) => file && existsSync(file));
const skip = chromium ? false : 'no Chromium here (Debian package chromium, or set CHROMIUM to its path)';

test('every chart is drawn', { skip }, async (t) => {
  const browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage();
    const alerts = [];
    page.on('dialog', (dialog) => {
      alerts.push(dialog.message());
      dialog.dismiss();
    });
    await page.setContent('<!DOCTYPE html><body></body>');
    const library = path.join(path.dirname(createRequire(import.meta.url).resolve('mermaid')), 'mermaid.min.js');
    await page.addScriptTag({ path: library });
    for (const { name, text } of charts) {
      await t.test(name, async () => {
        const drawn = await page.evaluate(async (chart) => {
          window.mermaid.initialize({ startOnLoad: false });
          const { svg } = await window.mermaid.render('chart', chart);
          document.body.innerHTML = svg;
          return {
            nodes: document.querySelectorAll('g.node').length,
            edges: document.querySelectorAll('g.edgePaths path').length,
            words: document.body.textContent,
            error: document.body.innerHTML.includes('Syntax error'),
            scripts: document.querySelectorAll('svg script, svg [onerror], svg a').length,
          };
        }, text);
        assert.ok(!drawn.error);
        assert.equal(drawn.scripts, 0);
        assert.equal(drawn.nodes, count(text, /^ +(n\d+|note)[[({>]/gm), 'nodes');
        assert.equal(drawn.edges, count(text, / -\.?->/g), 'edges');
        assert.doesNotMatch(drawn.words, /Unsupported markdown/);
        for (const word of labels(text)) {
          assert.ok(squeeze(drawn.words).includes(squeeze(word)), `"${word}" is missing in the drawing`);
        }
      });
    }
    assert.deepEqual(alerts, []);
  } finally {
    await browser.close();
  }
});

function count(text, pattern) {
  return text.match(pattern)?.length ?? 0;
}

// The lines on nodes and edges as a person would read them.
function labels(text) {
  return [...text.matchAll(/"(.*)"/g)]
    .filter(([line]) => !line.startsWith('"title'))
    .slice(1)
    .flatMap(([, label]) => label.split('<br/>'))
    .map((line) => line.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(code)));
}

function squeeze(text) {
  return text.replace(/[\s\u200b]+/g, '');
}
