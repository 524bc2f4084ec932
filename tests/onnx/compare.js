// Runs each case that write-parity-cases wrote in ONNX Runtime, in batches of several sizes, and
// compares with our own reconstruction. Exit status 1 when a value differs by more than TOLERANCE.
//
//     NODE_PATH=.../node_modules node compare.js DIR
'use strict';

const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');

const TOLERANCE = 1e-4;
const BATCHES = [1, 2, 5];

function readFloats(file) {
  const bytes = fs.readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

function fail(message) {
  console.error(`FAIL ${message}`);
  process.exitCode = 1;
}

// The largest difference. Math.max hands a NaN on, so that none can hide.
function largestDifference(actual, expected) {
  let largest = actual.length === expected.length ? 0 : NaN;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
  }
  return largest;
}

async function compareBatch(session, name, input, expected, shape, batch) {
  const floats = shape.reduce((product, side) => product * side, 1);
  let largest = 0;
  for (let first = 0; first + batch <= input.length / floats; first += batch) {
    const part = input.subarray(first * floats, (first + batch) * floats);
    const tensor = new ort.Tensor('float32', part, [batch, ...shape]);
    const { reconstruction } = await session.run({ input: tensor });
    if (String(reconstruction.dims) !== String([batch, ...shape])) {
      fail(`${name}: the reconstruction is [${reconstruction.dims}]`);
    }
    const difference = largestDifference(
      reconstruction.data, expected.subarray(first * floats, (first + batch) * floats));
    largest = Math.max(largest, difference);
  }
  console.log(`${name}, batch ${batch}: largest difference ${largest.toExponential(2)}`);
  if (!(largest <= TOLERANCE)) fail(`${name}, batch ${batch}: more than ${TOLERANCE}`);
}

async function compareCase(folder, name) {
  const [width, height] = name.match(/(\d+)x(\d+)$/).slice(1).map(Number);
  const session = await ort.InferenceSession.create(path.join(folder, name, 'model.onnx'));
  const input = readFloats(path.join(folder, name, 'input.f32'));
  const expected = readFloats(path.join(folder, name, 'reconstruction.f32'));
  if (String(session.inputNames) !== 'input' || String(session.outputNames) !== 'reconstruction') {
    fail(`${name}: inputs [${session.inputNames}], outputs [${session.outputNames}]`);
  }
  // A network that says the same everywhere would agree with anything.
  const range = expected.reduce((most, v) => Math.max(most, v), 0) -
    expected.reduce((least, v) => Math.min(least, v), 1);
  if (!(range > 0.2)) fail(`${name}: the reconstruction spans only ${range}`);
  for (const batch of BATCHES) {
    await compareBatch(session, name, input, expected, [3, height, width], batch);
  }
}

async function main(folder) {
  const names = fs.readdirSync(folder).sort();
  if (names.length === 0) fail(`no cases in ${folder}`);
  for (const name of names) await compareCase(folder, name);
}

main(process.argv[2]).catch((error) => fail(error.message));
