// LowerContext for one layer: appends its ops and parameters to the graph of the whole network.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/network/check.h"

namespace bypath {

// What layers of one network share while it is lowered.
struct LoweringState {
  OpGraph graph;
  std::unordered_map<std::string, ValueId> inputs;   // network inputs by name
  std::unordered_map<std::string, size_t> losses;    // index of the first term of a name
  std::unordered_set<std::string> metrics, outputs;  // names taken
  int64_t batch = 1;
  Mode mode = Mode::training;
  std::vector<std::string> frozen;  // CheckOptions
};

class LayerLowering : public LowerContext {
 public:
  LayerLowering(LoweringState& state, const LayerType& type, const AttributeReader& attributes,
                const std::string& path, std::vector<ValueId> inputs);

  const AttributeReader& attributes() const override { return attributes_; }
  const std::string& path() const override { return path_; }
  Mode mode() const override { return frozen_ ? Mode::evaluation : state_.mode; }
  int64_t batch() const override { return state_.batch; }
  int inputCount() const override { return static_cast<int>(inputs_.size()); }
  ValueId input(int port) const override;
  Shape shape(ValueId id) const override { return state_.graph.shape(id); }
  std::vector<ValueId> emitAll(const OpType& type, std::vector<ValueId> inputs,
                               OpAttributes attributes) override;
  ValueId parameter(const std::string& name, const Shape& shape, ParameterRole role,
                    Initialiser init) override;
  ValueId networkInput(const std::string& name, const Shape& shape, InputRole role) override;
  void output(int port, ValueId value) override;
  void loss(const std::string& name, ValueId value, double weight) override;
  void metric(const std::string& name, ValueId value) override;
  void namedOutput(const std::string& name, ValueId value) override;

  // What the layer gave, after lower(): by output port, noValue where it gave nothing.
  const std::vector<ValueId>& outputs() const { return outputs_; }
  int64_t parameters() const { return parameters_; }
  int64_t parametersTotal() const { return parametersTotal_; }
  bool hasWeight() const { return hasWeight_; }

 private:
  LoweringState& state_;
  const AttributeReader& attributes_;
  const std::string& path_;
  std::vector<ValueId> inputs_;
  std::vector<ValueId> outputs_;
  int64_t parameters_ = 0;
  int64_t parametersTotal_ = 0;
  bool hasWeight_ = false;
  bool frozen_ = false;
};

}  // namespace bypath
