// Runs every model of a folder with onnxruntime: reads NAME.onnx and NAME.json (inputs: name, dims, file of raw
// float32), writes NAME.<output>.raw. Usage: node run_onnxruntime.js FOLDER
const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');

async function run(folder) {
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.onnx')).sort()) {
    const stem = path.join(folder, path.basename(file, '.onnx'));
    const feeds = {};
    for (const input of JSON.parse(fs.readFileSync(stem + '.json'))) {
      const bytes = fs.readFileSync(path.join(folder, input.file));
      const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
      feeds[input.name] = new ort.Tensor('float32', values, input.dims);
    }
    const session = await ort.InferenceSession.create(stem + '.onnx', { logSeverityLevel: 3 });
    const outputs = await session.run(feeds);
    for (const name of Object.keys(outputs))
      fs.writeFileSync(`${stem}.${name}.raw`, Buffer.from(outputs[name].data.buffer));
  }
}

run(process.argv[2]).catch((error) => {
  console.error(String(error));
  process.exit(1);
});
