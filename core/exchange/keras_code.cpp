#include "core/exchange/keras_code.h"

#include <cctype>
#include <set>

#include "core/exchange/keras_layers.h"
#include "core/exchange/module_names.h"
#include "core/exchange/python_script.h"
#include "core/exchange/python_text.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

constexpr const char* numberLayer = R"(

class NAME(layers.Layer):
    """WHAT one trained number."""

    def build(self, shape):
        self.number = self.add_weight(shape=(1,), initializer="START", name="number")

    def call(self, x):
        return x SIGN self.number

    def compute_output_shape(self, shape):
        return shape
)";

constexpr const char* drawLayer = R"(

class Draw(layers.Layer):
    """mean + exp(factor * s) * noise"""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, inputs):
        mean, s = inputs
        return mean + ops.exp(self.factor * s) * keras.random.normal(ops.shape(mean))

    def compute_output_shape(self, shapes):
        return shapes[0]
)";

constexpr const char* shareFunction = R"(

def share_inside(height, width, kernel, strides, padding):
    """By position of a window, the share of it that is inside the image, (1, height, width, 1)."""
    inside = np.pad(np.ones((height, width), np.float32), padding[1:3])
    rows = range(0, inside.shape[0] - kernel[0] + 1, strides[0])
    columns = range(0, inside.shape[1] - kernel[1] + 1, strides[1])
    shares = [[inside[r:r + kernel[0], c:c + kernel[1]].mean() for c in columns] for r in rows]
    return np.array(shares, np.float32)[None, :, :, None]
)";

constexpr const char* loading = R"(

def load(path=WEIGHTS):
    """The trained network, ready for use. The file has PyTorch's order of axes: (out, in, height, width)."""
    model, tensors = build(), read_safetensors(path)
    for layer in model.layers:
        if not layer.weights:
            continue
        names = [layer.name + part for part in ("", ".weight", ".bias", ".running_mean", ".running_var")]
        values = [tensors.pop(name) for name in names if name in tensors]
        layer.set_weights([v.transpose(2, 3, 1, 0) if v.ndim == 4 else v.T for v in values])
    left = [name for name in tensors if not name.endswith(".num_batches_tracked")]
    if left:
        raise ValueError(f"{path} has tensors that this network has not: {left}")
    return model
)";

constexpr const char* checking = R"(

def check(path=CHECK):
    """The largest difference from the outputs that were stored with the weights, and whether it is small."""
    stored = {n: np.moveaxis(t, 1, -1) if t.ndim == 4 else t for n, t in read_safetensors(path).items()}
    inputs = [ops.convert_to_tensor(np.ascontiguousarray(stored[name])) for name in INPUTS]
    outputs = load()(inputs if len(inputs) > 1 else inputs[0], training=False)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    largest, scale = 0.0, 1.0
    for name, output in zip(OUTPUTS, outputs):
        values = ops.convert_to_numpy(output)
        if values.shape != stored[name].shape:
            return float("inf"), False
MEASURED    return largest, largest <= 1e-4 * scale


if __name__ == "__main__":
    difference, good = check()
    print(f"largest difference from the stored outputs: {difference:.2e}")
    sys.exit(0 if good else 1)
)";

constexpr const char* measured = R"(        difference = float(np.abs(values - stored[name]).max())
        if not difference < float("inf"):
            return float("inf"), False
        largest = max(largest, difference)
        scale = max(scale, float(np.abs(stored[name]).max()))
)";

constexpr const char* drawn = R"(        # The network draws at random: only shapes can be compared.
        largest = max(largest, 0.0 if np.isfinite(values).all() else float("inf"))
)";

// "BasicBlock2" as "basic_block2".
std::string functionNameOf(const std::string& name) {
  std::string text;
  for (const char c : name) {
    if (std::isupper(static_cast<unsigned char>(c)) && !text.empty() && text.back() != '_') text += '_';
    text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  // Not a name that a value or an argument may have, with a number or without.
  static const std::set<std::string> values = {"out",      "shortcut", "x",           "entry",
                                               "channels", "width",    "kernel_size", "stride",
                                               "factor",   "epsilon",  "momentum",    "project"};
  const std::string base = text.substr(0, text.find_last_not_of("0123456789") + 1);
  return pythonName(values.contains(base) ? text + "_part" : text);
}

bool has(const LeavingModel& model, const OpType& type) {
  for (const OpNode& node : model.graph.nodes)
    if (node.type == &type) return true;
  return false;
}

bool addsNumbers(const LeavingModel& model) {
  const AddedNumbers numbers(model.graph);
  for (size_t i = 0; i < model.graph.nodes.size(); ++i)
    if (numbers.at(static_cast<int>(i))) return true;
  return false;
}

std::string helpers(const LeavingModel& model) {
  std::string text;
  const auto number = [&](const char* name, const char* what, const char* start, const char* sign) {
    std::string layer = replacedText(numberLayer, "NAME", name);
    layer = replacedText(replacedText(layer, "WHAT", what), "START", start);
    text += replacedText(layer, "SIGN", sign);
  };
  if (addsNumbers(model)) number("AddNumber", "Adds", "zeros", "+");
  if (has(model, scaleByScalarOp())) number("TimesNumber", "Multiplies by", "ones", "*");
  if (has(model, gaussianSampleOp())) text += drawLayer;
  bool shares = false;
  for (const OpNode& node : model.graph.nodes)
    shares = shares || (node.type == &averagePoolOp() && !node.attributes.flag("count_padding"));
  return shares ? text + shareFunction : text;
}

std::string functionText(const CodeClass& made) {
  std::string arguments;
  for (const ClassArgument& argument : made.arguments)
    arguments += ", " + argument.name + (argument.fallback.empty() ? "" : "=" + argument.fallback);
  std::string text = "\n\ndef " + made.name + "(" + made.inputs + ", name" + arguments + "):\n";
  for (const std::string& line : made.forward) text += indentedText(line, "    ");
  return text;
}

std::string buildText(const LeavingModel& model, const CodeClass& network,
                      const std::vector<std::string>& inputs, const std::string& name) {
  std::string text = "\n\ndef build():\n    \"\"\"The network without its weights.\"\"\"\n";
  std::string all;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Shape sample = model.sampleShape(model.inputs[i]);
    std::string sizes;
    for (int axis = 0; axis < sample.rank(); ++axis)
      sizes += (axis ? ", " : "") + std::to_string(sample[axis]);
    text += "    " + inputs[i] + " = entry" + (inputs.size() > 1 ? std::to_string(i + 1) : "") +
            " = keras.Input((" + sizes + (sample.rank() == 1 ? ",)" : ")") +
            ", name=" + pythonText(model.inputs[i].name) + ")\n";
    all += (i ? ", entry" : "entry") + (inputs.size() > 1 ? std::to_string(i + 1) : "");
  }
  for (size_t i = 0; i + 1 < network.forward.size(); ++i) text += indentedText(network.forward[i], "    ");
  std::string results = network.forward.back().substr(std::string("return ").size());
  if (model.outputs.size() > 1) results = "[" + results + "]";
  if (inputs.size() > 1) all = "[" + all + "]";
  return text + "    return keras.Model(" + all + ", " + results + ", name=" + pythonText(name) + ")\n";
}

std::string heading(const LeavingModel& model, const std::string& name) {
  std::string text = describedText(model, name, "Keras 3", false);
  return text +
         "\nRun it to compare it with the outputs stored beside it.\n"
         "Layers that only work while training (dropout, stochastic depth) are not in it.\n\"\"\"\n\n"
         "import json\nimport sys\nfrom pathlib import Path\n\nimport keras\nimport numpy as np\n"
         "from keras import layers, ops\n";
}

std::string normalising(const LeavingModel& model) {
  std::string text =
      "\n\ndef normalise(pixels):\n    \"\"\"Pixels from 0 to 255, (N, H, W, C), as the network takes "
      "them.\"\"\"\n";
  if (model.facts.mean.empty()) return text + "    return np.asarray(pixels, np.float32) / 255\n";
  return text + "    return ((np.asarray(pixels, np.float32) / 255 - MEAN) / DEVIATION).astype(np.float32)\n";
}

}  // namespace

Result<std::string> kerasCode(const LeavingModel& model, const PytorchCodeOptions& options) {
  const Result<ModuleNames> names = moduleNames(model.graph);
  if (!names) return names.error();
  const ModuleNode tree = moduleTree(model, *names);
  std::vector<std::string> inputs = scriptInputs(model);
  const KerasLayers dialect(model.graph, options.normMomenta);
  ModuleWriter writer(model.graph, dialect, functionNameOf);
  const ClassBook book =
      writer.write(tree, "build", inputs,
                   {"build", "load", "check", "normalise", "read_safetensors", "share_inside", "keras",
                    "layers", "ops", "np", "json", "sys", "name", "k", "x", "out"});
  std::string name = pythonClassName(model.facts.title);
  if (name.empty()) name = "Network";
  std::string text = heading(model, name) + scriptConstants(model, options) + helpers(model);
  for (size_t i = 0; i + 1 < book.classes().size(); ++i) text += functionText(book.classes()[i]);
  text += buildText(model, book.classes().back(), inputs, name);
  if (!model.inputs.empty() && model.sampleShape(model.inputs[0]).rank() == 3) text += normalising(model);
  return text + safetensorsReader("VALUES") + loading +
         replacedText(checking, "MEASURED", has(model, gaussianSampleOp()) ? drawn : measured);
}

}  // namespace bypath
