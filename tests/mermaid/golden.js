// The flowcharts that the xunit tests keep, name by name.
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('./golden/', import.meta.url);

export const charts = readdirSync(folder)
  .filter((file) => file.endsWith('.mmd'))
  .map((file) => ({ name: file, text: readFileSync(new URL(file, folder), 'utf8') }));
