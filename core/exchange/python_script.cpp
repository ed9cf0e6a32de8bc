#include "core/exchange/python_script.h"

#include "core/exchange/python_text.h"

namespace bypath {
namespace {

std::string namesText(const std::vector<Border>& borders) {
  std::string text;
  for (const Border& border : borders) text += (text.empty() ? "" : ", ") + pythonText(border.name);
  return "(" + text + (borders.size() == 1 ? ",)" : ")");
}

std::string sampleText(const Shape& sample, bool channelsFirst) {
  return sample.rank() == 3 && channelsFirst ? Shape{sample[2], sample[0], sample[1]}.text() : sample.text();
}

}  // namespace

std::string replacedText(std::string text, const std::string& what, const std::string& with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

std::string indentedText(const std::string& lines, const std::string& by) {
  return by + replacedText(lines, "\n", "\n" + by) + "\n";
}

std::string describedText(const LeavingModel& model, const std::string& name, const std::string& framework,
                          bool channelsFirst) {
  std::string text = "\"\"\"" + name + ": a trained network in " + framework + ", written by Bypath.\n\n";
  if (!model.facts.title.empty()) text += "Drawn as: " + pythonComment(model.facts.title) + "\n";
  if (!model.part.empty()) text += "The part: " + pythonComment(model.part) + "\n";
  const auto border = [&](const char* verb, const Border& b) {
    text +=
        std::string(verb) + " " + b.name + ": N x " + sampleText(model.sampleShape(b), channelsFirst) + "\n";
  };
  for (const Border& b : model.inputs) border("Takes", b);
  for (const Border& b : model.outputs) border("Gives", b);
  if (!model.facts.networkHash.empty()) text += "Network " + pythonComment(model.facts.networkHash) + "\n";
  return text;
}

std::string scriptConstants(const LeavingModel& model, const PytorchCodeOptions& options) {
  std::string text = "\nHERE = Path(__file__).resolve().parent\n";
  text += "WEIGHTS = HERE / " + pythonText(options.weightsFile) + "\nCHECK = HERE / " +
          pythonText(options.checkFile) + "\n";
  text += "INPUTS, OUTPUTS = " + namesText(model.inputs) + ", " + namesText(model.outputs) + "\n";
  if (!model.facts.mean.empty())
    text += "# Of the pixels / 255, by channel.\nMEAN = " + pythonTuple(model.facts.mean) +
            "\nDEVIATION = " + pythonTuple(model.facts.deviation) + "\n";
  if (!model.facts.classes.empty()) {
    std::string names;
    for (const std::string& name : model.facts.classes) names += "    " + pythonText(name) + ",\n";
    text += "CLASSES = (\n" + names + ")\n";
  }
  return text;
}

std::string safetensorsReader(const std::string& tensor) {
  return replacedText(R"(

def read_safetensors(path):
    """The tensors of a .safetensors file, by name."""
    data = Path(path).read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    kinds = {"F32": np.dtype("<f4"), "I64": np.dtype("<i8")}
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[start + begin:start + end], kinds[entry["dtype"]])
        tensors[name] = TENSOR
    return tensors
)",
                      "TENSOR", replacedText(tensor, "VALUES", "values.reshape(entry[\"shape\"]).copy()"));
}

std::vector<std::string> scriptInputs(const LeavingModel& model) {
  if (model.inputs.size() == 1)
    return {model.inputs[0].name == "input" ? "x" : pythonName(model.inputs[0].name)};
  std::vector<std::string> names;
  for (size_t i = 0; i < model.inputs.size(); ++i) names.push_back("x" + std::to_string(i + 1));
  return names;
}

}  // namespace bypath
