#include "core/exchange/pytorch_code.h"

#include "core/exchange/module_names.h"
#include "core/exchange/python_script.h"
#include "core/exchange/python_text.h"
#include "core/exchange/pytorch_layers.h"
#include "core/exchange/pytorch_training.h"
#include "core/ops/catalog.h"
#include "core/tensor/layout.h"

namespace bypath {
namespace {

constexpr const char* loading = R"(

def load(path=WEIGHTS):
    """The trained network, ready for use."""
    model = NETWORK()
    model.load_state_dict(read_safetensors(path), strict=True)
    return model.eval()
)";

constexpr const char* checking = R"(

def check(path=CHECK):
    """The largest difference from the outputs that were stored with the weights, and whether it is small."""
    stored = read_safetensors(path)
    with torch.no_grad():
        outputs = load()(*[stored[name] for name in INPUTS])
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    largest, scale = 0.0, 1.0
    for name, output in zip(OUTPUTS, outputs):
        if output.shape != stored[name].shape:
            return float("inf"), False
        difference = (output - stored[name]).abs().max().item()
        if not difference < float("inf"):
            return float("inf"), False
        largest = max(largest, difference)
        scale = max(scale, stored[name].abs().max().item())
    return largest, largest <= 1e-4 * scale
)";

constexpr const char* drawing = R"(

def check(path=CHECK):
    """The network draws at random, so that only shapes can be compared with what was stored."""
    stored = read_safetensors(path)
    with torch.no_grad():
        outputs = load()(*[stored[name] for name in INPUTS])
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    good = all(o.shape == stored[n].shape and bool(o.isfinite().all()) for n, o in zip(OUTPUTS, outputs))
    return 0.0, good
)";

constexpr const char* mainText = R"(

if __name__ == "__main__":
    difference, good = check()
    print(f"largest difference from the stored outputs: {difference:.2e}")
    sys.exit(0 if good else 1)
)";

constexpr const char* mainTraining = R"(

if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "train":
        arrays = np.load(sys.argv[2])  # "images": uint8 (N, C, H, W), "labels": (N)
        train(torch.from_numpy(arrays["images"]), torch.from_numpy(arrays["labels"].astype(np.int64)))
        sys.exit(0)
    difference, good = check()
    print(f"largest difference from the stored outputs: {difference:.2e}")
    sys.exit(0 if good else 1)
)";

std::string classText(const CodeClass& made) {
  std::string arguments;
  for (const ClassArgument& argument : made.arguments)
    arguments += ", " + argument.name + (argument.fallback.empty() ? "" : "=" + argument.fallback);
  std::string text = "\n\nclass " + made.name + "(nn.Module):\n    def __init__(self" + arguments +
                     "):\n        super().__init__()\n";
  for (const std::string& line : made.construct) text += indentedText(line, "        ");
  text += "\n    def forward(self" + (made.inputs.empty() ? "" : ", " + made.inputs) + "):\n";
  for (const std::string& line : made.forward) text += indentedText(line, "        ");
  return text;
}

std::string normalising(const LeavingModel& model) {
  std::string text =
      "\n\ndef normalise(pixels):\n    \"\"\"Pixels from 0 to 255, (N, C, H, W), as the network takes "
      "them.\"\"\"\n";
  if (model.facts.mean.empty()) return text + "    return pixels.float() / 255\n";
  return text +
         "    mean = torch.tensor(MEAN, device=pixels.device).view(1, -1, 1, 1)\n"
         "    deviation = torch.tensor(DEVIATION, device=pixels.device).view(1, -1, 1, 1)\n"
         "    return (pixels.float() / 255 - mean) / deviation\n";
}

std::string heading(const LeavingModel& model, const std::string& name) {
  std::string text = describedText(model, name, "PyTorch", true);
  text += "\nRun it to compare it with the outputs stored beside it";
  if (isClassifier(model)) text += "; with \"train DATA.npz\" to go on training";
  text += ".\nLayers that only work while training (dropout, stochastic depth) are not in it.\n\"\"\"\n\n";
  text += "import json\n";
  if (isClassifier(model)) text += "import math\nimport os\n";
  return text +
         "import sys\nfrom pathlib import Path\n\nimport numpy as np\nimport torch\nimport "
         "torch.nn.functional as F\n"
         "from torch import nn\n";
}

bool draws(const LeavingModel& model) {
  for (const OpNode& node : model.graph.nodes)
    if (node.type == &gaussianSampleOp()) return true;
  return false;
}

}  // namespace

Result<std::string> pytorchCode(const LeavingModel& model, const PytorchCodeOptions& options) {
  const Result<ModuleNames> names = moduleNames(model.graph);
  if (!names) return names.error();
  const ModuleNode tree = moduleTree(model, *names);
  std::string name = pythonClassName(model.facts.title);
  if (name.empty()) name = "Network";
  const PytorchLayers layers(model.graph, options.normMomenta);
  const ClassBook book = ModuleWriter(model.graph, layers)
                             .write(tree, name, scriptInputs(model),
                                    {"F", "Path", "HERE", "WEIGHTS", "CHECK", "INPUTS", "OUTPUTS", "MEAN",
                                     "DEVIATION", "CLASSES", "EPOCHS", "BATCH", "SEED"});
  const std::string network = book.classes().back().name;
  std::string text = heading(model, network) + scriptConstants(model, options);
  for (const CodeClass& made : book.classes()) text += classText(made);
  const bool image = !model.inputs.empty() && model.sampleShape(model.inputs[0]).rank() == 3;
  if (image) text += normalising(model);
  text += safetensorsReader("torch.from_numpy(VALUES)") + replacedText(loading, "NETWORK", network);
  if (isClassifier(model)) text += replacedText(pytorchTraining(model), "NETWORK", network);
  text += draws(model) ? drawing : checking;
  return text + (isClassifier(model) ? mainTraining : mainText);
}

std::map<std::string, double> normMomenta(const NetworkSpec& network, const LayerCatalog& layers) {
  std::map<std::string, double> momenta;
  for (const OpNode& node : check(network, layers).graph.nodes)
    if (node.type == &batchNormTrackOp()) momenta[node.path] = node.attributes.real("momentum");
  return momenta;
}

SafetensorsFile checkTensors(const LeavingModel& model, const std::vector<std::vector<float>>& inputs,
                             const std::vector<std::vector<float>>& outputs, int64_t batch) {
  SafetensorsFile file{.metadata = {{"format", "pt"}}, .tensors = {}};
  const auto add = [&](const std::vector<Border>& borders, const std::vector<std::vector<float>>& values) {
    for (size_t i = 0; i < borders.size() && i < values.size(); ++i) {
      const Shape shape = model.sampleShape(borders[i]).withBatch(batch);
      file.tensors[borders[i].name] =
          StoredTensor::fromFloats(channelsFirstSizes(shape), channelsFirst(values[i], shape).data());
    }
  };
  add(model.inputs, inputs);
  add(model.outputs, outputs);
  return file;
}

}  // namespace bypath
