// What a person places. One description derives everything: palette, property form, JSON validation,
// tooltips, shapes, parameters, cost, gradient, engines, exports, the manual's page and the conformance
// tests.
//
// A layer made of existing ops is one file in layers/ and one line in layers/catalog.cpp:
//
//   void lowerRelu(LowerContext& c) { c.output(0, c.emit(reluOp(), {c.input(0)}, {})); }
//   const LayerType& reluLayer() {
//     static const LayerType type{.id = "relu", .title = "ReLU", .group = "Activation", ..., .lower =
//     lowerRelu}; return type;
//   }
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/attributes.h"
#include "core/network/network_spec.h"
#include "core/ops/op_graph.h"

namespace bypath {

enum class Mode { training, evaluation };

// Thrown by LowerContext and by expand functions; caught by check(), which turns it into a diagnostic. Never
// leaves network/.
struct LowerFailure {
  std::string message;
};

class LowerContext {
 public:
  virtual ~LowerContext() = default;
  virtual const AttributeReader& attributes() const = 0;
  virtual const std::string& path() const = 0;
  virtual Mode mode() const = 0;
  virtual int64_t batch() const = 0;
  virtual int inputCount() const = 0;
  virtual ValueId input(int port) const = 0;
  virtual Shape shape(ValueId id) const = 0;  // batch first

  // Appends an op; an impossible shape throws LowerFailure with the op's sentence.
  virtual std::vector<ValueId> emitAll(const OpType& type, std::vector<ValueId> inputs,
                                       OpAttributes attributes) = 0;
  ValueId emit(const OpType& type, std::vector<ValueId> inputs, OpAttributes attributes) {
    return emitAll(type, std::move(inputs), std::move(attributes))[0];
  }
  // A parameter "<path>/<name>".
  virtual ValueId parameter(const std::string& name, const Shape& shape, ParameterRole role,
                            Initialiser init) = 0;
  virtual ValueId networkInput(const std::string& name, const Shape& shape, InputRole role) = 0;
  virtual void output(int port, ValueId value) = 0;
  // A term of the objective, (N) or (1).
  virtual void loss(const std::string& name, ValueId value, double weight) = 0;
  virtual void metric(const std::string& name, ValueId value) = 0;
  // A value readers may ask for by name ("logits", "reconstruction").
  virtual void namedOutput(const std::string& name, ValueId value) = 0;
  [[noreturn]] void fail(const std::string& message) const { throw LowerFailure{message}; }
};

// What a container's expand function is given, for one copy.
struct ExpandRequest {
  const Node& node;
  const AttributeReader& attributes;
  std::vector<Shape> inputs{};  // per sample, of this copy; rank 0 where not known yet
  int copy = 0;                 // 0 is the first
  int copies = 1;
};

struct PortDescription {
  std::string name{};  // "x", "target"
  std::string label{};
};

// A small network around the layer for the conformance tests: input shapes (per sample) and attributes.
struct LayerExample {
  std::string name{};
  Attributes attributes{};
  std::vector<Shape> inputs{};
  std::vector<Graph> body{};  // of a container
};

struct LayerType {
  std::string id{};       // "conv2d"
  std::string title{};    // "Convolution 2-D"
  std::string group{};    // palette section: "Input and output", "Convolution", "Normalisation", ...
  std::string summary{};  // one sentence, the tooltip
  std::string help{};     // a paragraph for the manual, with the paper where there is one
  std::vector<PortDescription> inputs{};
  std::vector<PortDescription> outputs{};
  bool variadicInputs = false;  // any number from inputs.size() on (Add, Concatenate)
  AttributeSchema attributes{};
  void (*lower)(LowerContext&) = nullptr;
  // Containers have this instead of lower: the graph of one copy, with part_input and part_output nodes.
  Graph (*expand)(const ExpandRequest&) = nullptr;
  bool opensAsGraph = false;  // a container whose body can be opened and edited on the canvas
  std::string pytorch{};      // the line that makes it, with {key} for attributes; empty for containers
  std::string keras{};
  std::vector<LayerExample> (*examples)() = nullptr;

  bool isContainer() const { return expand != nullptr; }
};

// The explicit table, built once and passed in. Duplicate ids are refused (an assertion: our own bug).
class LayerCatalog {
 public:
  explicit LayerCatalog(std::vector<const LayerType*> types);
  const LayerType* find(std::string_view id) const;
  const std::vector<const LayerType*>& list() const { return types_; }

 private:
  std::vector<const LayerType*> types_;
};

}  // namespace bypath
