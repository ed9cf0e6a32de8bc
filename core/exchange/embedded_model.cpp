#include "core/exchange/embedded_model.h"

#include <bit>
#include <cstring>
#include <initializer_list>
#include <map>
#include <set>

#include "core/ops/catalog.h"

namespace bypath {
namespace {

// As in resources/inference/bypath.hpp, where every kind is described.
enum class Kind : uint32_t {
  convolution = 1,
  transposed,
  dense,
  bias,
  normalise,
  relu,
  elu,
  sigmoid,
  tanh,
  maxPool,
  meanPool,
  imageMean,
  reshape,
  sum,
  product,
  scale,
  scaleByTensor,
  concat,
  slice,
  padChannels
};

struct Rule {
  Kind kind;
  size_t values;  // inputs that are computed; those behind are parameters. 0: all are computed
  // The numbers of the step, in order, by the attribute they come from, and what stands for one that is not
  // there.
  std::vector<std::pair<const char*, double>> numbers{};
};

const std::map<const OpType*, Rule>& rules() {
  using Numbers = std::vector<std::pair<const char*, double>>;
  const Numbers window{{"stride_h", 1}, {"stride_w", 1},   {"pad_top", 0},
                       {"pad_left", 0}, {"pad_bottom", 0}, {"pad_right", 0}};
  const auto joined = [](Numbers first, const Numbers& rest) {
    first.insert(first.end(), rest.begin(), rest.end());
    return first;
  };
  const Numbers pool = joined({{"kernel_h", 1}, {"kernel_w", 1}}, window);
  static const std::map<const OpType*, Rule> all{
      {&conv2dOp(), {Kind::convolution, 1, window}},
      {&conv2dTransposedOp(), {Kind::transposed, 1, joined(window, {{"height", 0}, {"width", 0}})}},
      {&matmulOp(), {Kind::dense, 1}},
      {&biasAddOp(), {Kind::bias, 1}},
      {&batchNormInferenceOp(), {Kind::normalise, 1, {{"epsilon", 0}}}},
      {&reluOp(), {Kind::relu, 1}},
      {&eluOp(), {Kind::elu, 1, {{"alpha", 1}}}},
      {&sigmoidOp(), {Kind::sigmoid, 1}},
      {&tanhOp(), {Kind::tanh, 1}},
      {&maxPoolOp(), {Kind::maxPool, 1, pool}},
      {&averagePoolOp(), {Kind::meanPool, 1, joined(pool, {{"count_padding", 0}})}},
      {&globalAveragePoolOp(), {Kind::imageMean, 1}},
      {&reshapeOp(), {Kind::reshape, 1}},
      {&addOp(), {Kind::sum, 0}},
      {&multiplyOp(), {Kind::product, 0}},
      {&scaleOp(), {Kind::scale, 1, {{"factor", 1}}}},
      {&scaleByScalarOp(), {Kind::scaleByTensor, 1, {{"factor", 1}}}},
      {&concatOp(), {Kind::concat, 0}},
      {&sliceChannelsOp(), {Kind::slice, 1, {{"begin", 0}, {"channels", 0}}}},
      {&padChannelsOp(),
       {Kind::padChannels,
        1,
        {{"channels", 0}, {"before", 0}, {"stride_h", 1}, {"stride_w", 1}, {"height", 0}, {"width", 0}}}},
  };
  return all;
}

// Little-endian numbers, one after the other.
class Bytes {
 public:
  template <class Word>
  void word(Word value) {
    for (size_t i = 0; i < sizeof(Word); ++i) bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
  }
  void u32(size_t value) { word(static_cast<uint32_t>(value)); }
  void u64(uint64_t value) { word(value); }
  void f32(float value) { word(std::bit_cast<uint32_t>(value)); }
  void f64(double value) { word(std::bit_cast<uint64_t>(value)); }
  void string(std::string_view text) {
    u32(text.size());
    for (const char c : text) bytes_.push_back(static_cast<std::byte>(c));
  }
  void floats(std::span<const float> values) {
    for (const float value : values) f32(value);
  }
  void shape(const Shape& shape) {
    u32(static_cast<size_t>(shape.rank()));
    for (const int64_t size : shape.sizes()) u64(static_cast<uint64_t>(size));
  }
  void alignTo(size_t bytes) { bytes_.resize((bytes_.size() + bytes - 1) / bytes * bytes); }
  void at(size_t offset, uint64_t value) {
    for (size_t i = 0; i < 8; ++i) bytes_[offset + i] = static_cast<std::byte>(value >> (8 * i));
  }
  size_t size() const { return bytes_.size(); }
  std::vector<std::byte> take() { return std::move(bytes_); }
  const std::vector<std::byte>& view() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

constexpr size_t sizeAt = 16, descriptionAt = 24, checksumAt = 32, headerBytes = 64;

// FNV-1a of everything but the checksum's own bytes.
uint64_t checksumOf(std::span<const std::byte> bytes) {
  uint64_t sum = 14695981039346656037U;
  for (size_t i = 0; i < bytes.size(); ++i)
    if (i < checksumAt || i >= checksumAt + 8) sum = (sum ^ static_cast<uint64_t>(bytes[i])) * 1099511628211U;
  return sum;
}

class Writer {
 public:
  explicit Writer(const LeavingModel& model) : model_(model), graph_(model.graph) {}

  Result<std::vector<std::byte>> write() {
    for (const unsigned char c : {0x89, 0x42, 0x50, 0x57, 0x0D, 0x0A, 0x1A, 0x0A}) out_.word(c);
    out_.u32(1);
    out_.alignTo(headerBytes);
    writeFacts();
    writeTensorList();
    writeInputs();
    if (Result<void> steps = writeSteps(); !steps) return steps.error();
    writeOutputs();
    out_.at(descriptionAt, out_.size() - headerBytes);
    writeTensors();
    out_.at(sizeAt, out_.size());
    out_.at(checksumAt, checksumOf(out_.view()));
    return out_.take();
  }

 private:
  void writeFacts() {
    const ModelFacts& facts = model_.facts;
    out_.string(facts.title);
    out_.string(facts.networkHash);
    out_.u32(facts.classes.size());
    for (const std::string& name : facts.classes) out_.string(name);
    // Those of a picture say nothing where what goes in is none, as in a decoder.
    const auto channels = static_cast<size_t>(model_.sampleShape(model_.inputs[0]).last());
    const bool fit = facts.mean.size() == channels && facts.deviation.size() == channels;
    for (const std::vector<float>* list : {&facts.mean, &facts.deviation}) {
      out_.u32(fit ? list->size() : 0);
      if (fit) out_.floats(*list);
    }
  }

  // Offsets are filled in when the tensors are written.
  void writeTensorList() {
    out_.u32(graph_.parameters.size());
    for (const ParameterInfo& info : graph_.parameters) {
      out_.string(info.name);
      out_.shape(info.shape);
      offsetPlaces_.push_back(out_.size());
      out_.u64(0);
    }
  }
  void writeTensors() {
    for (size_t i = 0; i < model_.weights.size(); ++i) {
      out_.alignTo(64);
      out_.at(offsetPlaces_[i], out_.size());
      out_.floats(model_.weights[i]);
    }
  }

  void writeInputs() {
    out_.u32(model_.inputs.size());
    for (const Border& input : model_.inputs) {
      numbers_[input.value] = numbers_.size();
      out_.string(input.name);
      out_.shape(model_.sampleShape(input));
    }
  }
  void writeOutputs() {
    out_.u32(model_.outputs.size());
    for (const Border& output : model_.outputs) {
      out_.string(output.name);
      out_.u32(numbers_.at(output.value));
    }
  }

  Result<void> writeSteps() {
    out_.u32(graph_.nodes.size());
    for (const OpNode& node : graph_.nodes)
      if (Result<void> done = writeStep(node); !done) return done.error();
    return {};
  }

  static Error refusal(const OpNode& node, const std::string& why) {
    return {ErrorKind::data, node.path + " " + why};
  }

  Result<void> writeStep(const OpNode& node) {
    const auto found = rules().find(node.type);
    if (node.type == &gaussianSampleOp())
      return refusal(node, "draws a code, which the C++ header does not; export the mean instead.");
    if (found == rules().end())
      return refusal(node, "is computed by " + node.type->id + ", which the C++ header does not know.");
    const Rule& rule = found->second;
    if (const Result<void> plain = checkPlain(node, rule); !plain) return plain.error();
    const size_t values = rule.values > 0 ? rule.values : node.inputs.size();
    for (size_t i = 0; i < node.inputs.size(); ++i)
      if ((graph_.value(node.inputs[i]).parameter >= 0) != (i >= values))
        return refusal(node, "reads a weight where the C++ header wants a signal, or the other way about.");
    out_.u32(static_cast<size_t>(rule.kind));
    out_.u32(values);
    for (size_t i = 0; i < values; ++i) out_.u32(numbers_.at(node.inputs[i]));
    out_.u32(node.inputs.size() - values);
    for (size_t i = values; i < node.inputs.size(); ++i)
      out_.u32(static_cast<size_t>(graph_.value(node.inputs[i]).parameter));
    writeNumbers(node, rule);
    numbers_[node.outputs[0]] = numbers_.size();
    return {};
  }

  // An attribute that the format has no place for must be off.
  static Result<void> checkPlain(const OpNode& node, const Rule& rule) {
    std::set<std::string_view> known;
    for (const auto& [key, fallback] : rule.numbers) known.insert(key);
    if (rule.kind == Kind::reshape) known = {"rank", "d1", "d2", "d3"};
    for (const auto& [key, value] : node.attributes.list())
      if (!known.contains(key) && value != 0)
        return refusal(node, "has " + key + ", which the C++ header does not know.");
    return {};
  }

  void writeNumbers(const OpNode& node, const Rule& rule) {
    const Shape result = graph_.shape(node.outputs[0]).perSample();
    if (rule.kind == Kind::reshape) {
      out_.u32(static_cast<size_t>(result.rank()));
      for (const int64_t size : result.sizes()) out_.f64(static_cast<double>(size));
      return;
    }
    out_.u32(rule.numbers.size());
    for (const auto& [key, fallback] : rule.numbers) {
      double number = node.attributes.real(key, fallback);
      if (rule.kind == Kind::padChannels && result.rank() == 3) {
        if (key == std::string_view("height")) number = static_cast<double>(result[0]);
        if (key == std::string_view("width")) number = static_cast<double>(result[1]);
      }
      out_.f64(number);
    }
  }

  const LeavingModel& model_;
  const OpGraph& graph_;
  Bytes out_;
  std::vector<size_t> offsetPlaces_;
  std::map<ValueId, size_t> numbers_;  // of the values, as the file counts them
};

}  // namespace

Result<std::vector<std::byte>> embeddedModel(const LeavingModel& model) {
  return Writer(model).write();
}

}  // namespace bypath
