#include <onnx/checker.h>

#include <cmath>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "core/exchange/onnx_file.h"
#include "core/exchange/onnx_tensor.h"

namespace bypath {
namespace {

// The newest operator set and file version that the official checker knows.
constexpr int checkedOpset = 17;

bool standard(const std::string& domain) {
  return domain.empty() || domain == "ai.onnx";
}

std::string nameOf(const onnx::NodeProto& node, int number) {
  const std::string name =
      node.name().empty() ? "number " + std::to_string(number + 1) : "'" + quotable(node.name()) + "'";
  return "Node " + name + " (" + quotable(node.op_type()) + ")";
}

// Sentences about one file.
class Checker {
 public:
  Checker(const onnx::ModelProto& model, std::string origin)
      : model_(model), graph_(model.graph()), origin_(std::move(origin)) {}

  Result<void> run() {
    using Rule = Result<void> (Checker::*)();
    for (const Rule rule : {&Checker::head, &Checker::initializers, &Checker::ports, &Checker::nodes,
                            &Checker::order, &Checker::official})
      if (Result<void> kept = (this->*rule)(); !kept) return kept;
    return {};
  }

 private:
  Error refusal(const std::string& why) const { return {ErrorKind::data, origin_ + ": " + why}; }

  Result<void> head() {
    if (!model_.has_ir_version() || !model_.has_graph())
      return refusal("This is not an ONNX model: it has no " +
                     std::string(model_.has_graph() ? "version" : "graph") + "; export the model again.");
    if (model_.functions_size() > 0)
      return refusal(
          "The model defines functions of its own, which are not read; export it with standard "
          "operators only.");
    if (model_.training_info_size() > 0)
      return refusal("The model holds graphs for training; export it for inference.");
    for (const onnx::OperatorSetIdProto& set : model_.opset_import())
      if (standard(set.domain()) && (set.version() < oldestOpset || set.version() > newestOpset))
        return refusal("The model uses operator set " + std::to_string(set.version()) + ", and " +
                       std::to_string(oldestOpset) + " to " + std::to_string(newestOpset) +
                       " are read; export it with operator set 13.");
    if (standardOpset(model_) == 0)
      return refusal("The model does not say which operator set it uses; export it again.");
    if (graph_.node_size() > mostOnnxNodes)
      return refusal("The model has " + std::to_string(graph_.node_size()) + " nodes, and at most " +
                     std::to_string(mostOnnxNodes) + " are read.");
    if (graph_.sparse_initializer_size() > 0)
      return refusal("The model has sparse weights, which are not read; export it with dense ones.");
    return {};
  }

  Result<void> tensor(const onnx::TensorProto& tensor, const std::string& what) const {
    const Result<OnnxNumbers> numbers = numbersOf(tensor, what);
    return numbers ? Result<void>() : refusal(numbers.error().message);
  }

  Result<void> initializers() {
    for (const onnx::TensorProto& weights : graph_.initializer()) {
      if (weights.name().empty()) return refusal("Some weights have no name; the file is damaged.");
      const std::string what = "The weights '" + quotable(weights.name()) + "'";
      if (!made_.insert(weights.name()).second)
        return refusal(what + " are there twice; the file is damaged.");
      if (Result<void> fine = tensor(weights, what); !fine) return fine;
    }
    return {};
  }

  Result<void> ports() {
    std::unordered_set<std::string> inputs;
    for (const onnx::ValueInfoProto& input : graph_.input()) {
      if (input.name().empty() || !inputs.insert(input.name()).second)
        return refusal("The input '" + quotable(input.name()) +
                       "' is there twice or has no name; the file is damaged.");
      made_.insert(input.name());
      for (const auto& size : input.type().tensor_type().shape().dim())
        if (size.has_dim_value() && (size.dim_value() < 0 || size.dim_value() > (int64_t{1} << 31)))
          return refusal("The input '" + quotable(input.name()) + "' has the size " +
                         std::to_string(size.dim_value()) + "; the file is damaged.");
    }
    return {};
  }

  Result<void> attributes(const onnx::NodeProto& node, const std::string& who) const {
    std::set<std::string> names;
    for (const onnx::AttributeProto& attribute : node.attribute()) {
      if (!names.insert(attribute.name()).second)
        return refusal(who + " has its setting '" + quotable(attribute.name()) +
                       "' twice; the file is damaged.");
      if (attribute.has_g() || attribute.graphs_size() > 0)
        return refusal(who +
                       " has a graph inside it, and branches and loops are not read; export the model "
                       "without them.");
      if (attribute.has_sparse_tensor() || attribute.sparse_tensors_size() > 0)
        return refusal(who + " holds sparse numbers, which are not read; export it with dense ones.");
      if (attribute.has_f() && !std::isfinite(attribute.f()))
        return refusal(who + " has a setting that is not finite: '" + quotable(attribute.name()) + "'.");
      const std::string what = "The numbers of " + who;
      if (attribute.has_t())
        if (Result<void> fine = tensor(attribute.t(), what); !fine) return fine;
      for (const onnx::TensorProto& each : attribute.tensors())
        if (Result<void> fine = tensor(each, what); !fine) return fine;
    }
    return {};
  }

  Result<void> nodes() {
    for (int i = 0; i < graph_.node_size(); ++i) {
      const onnx::NodeProto& node = graph_.node(i);
      const std::string who = nameOf(node, i);
      if (!standard(node.domain()))
        return refusal(who + " is of the domain '" + quotable(node.domain()) +
                       "', and only standard operators are read; export the model with those.");
      if (Result<void> fine = attributes(node, who); !fine) return fine;
      for (const std::string& output : node.output())
        if (!output.empty() && !producers_.emplace(output, i).second)
          return refusal(who + " makes the value '" + quotable(output) +
                         "', which is made twice; the file is damaged.");
    }
    return {};
  }

  Result<void> order() {
    for (int i = 0; i < graph_.node_size(); ++i) {
      const onnx::NodeProto& node = graph_.node(i);
      for (const std::string& input : node.input()) {
        if (input.empty() || made_.contains(input)) continue;
        return refusal(nameOf(node, i) + " reads the value '" + quotable(input) + "', which " +
                       (producers_.contains(input)
                            ? "is only made after it: the nodes go round in a circle or are out of order."
                            : "nothing makes; the file is damaged."));
      }
      for (const std::string& output : node.output())
        if (!output.empty() && !made_.insert(output).second)
          return refusal(nameOf(node, i) + " makes the value '" + quotable(output) +
                         "', which is made twice; the file is damaged.");
    }
    if (graph_.output_size() == 0) return refusal("The model has no output; the file is damaged.");
    for (const onnx::ValueInfoProto& output : graph_.output())
      if (!made_.contains(output.name()))
        return refusal("The output '" + quotable(output.name()) +
                       "' is made by nothing; the file is damaged.");
    return {};
  }

  Result<void> official() {
    if (standardOpset(model_) > checkedOpset || model_.ir_version() > onnx::Version::IR_VERSION) return {};
    try {
      onnx::checker::check_model(model_);
    } catch (const std::exception& problem) {
      const std::string text = problem.what();
      return refusal("The model breaks the rules of ONNX: " + text.substr(0, text.find('\n')));
    }
    return {};
  }

  const onnx::ModelProto& model_;
  const onnx::GraphProto& graph_;
  std::string origin_;
  std::unordered_set<std::string> made_;
  std::unordered_map<std::string, int> producers_;
};

}  // namespace

int64_t standardOpset(const onnx::ModelProto& model) {
  for (const onnx::OperatorSetIdProto& set : model.opset_import())
    if (standard(set.domain())) return set.version();
  return 0;
}

Result<void> checkOnnx(const onnx::ModelProto& model, const std::string& origin) {
  return Checker(model, origin).run();
}

}  // namespace bypath
