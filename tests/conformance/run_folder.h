// What tests of runs ask of their folders: tensors of a checkpoint, marks, and small networks to train.
#pragma once

#include <cstring>
#include <map>

#include "core/templates/graph_builder.h"
#include "tests/conformance/training_fixture.h"

namespace bypath {

// Without normalisation, whose statistics are those of a micro-batch.
inline NetworkSpec convolutions(double dropout) {
  GraphBuilder g;
  g.start("image", "input", {{"shape", std::string("32x32x3")}})
      .add("conv1", "conv2d", {{"channels", whole(4)}, {"stride", whole(2)}})
      .add("relu1", "relu");
  if (dropout > 0) g.add("dropout", "dropout", {{"rate", dropout}});
  g.add("conv2", "conv2d", {{"channels", whole(8)}, {"stride", whole(2)}})
      .add("relu2", "relu")
      .classifierHead(10);
  return {"convolutions", g.take()};
}

using Tensors = std::map<std::string, std::vector<float>>;

// Of a checkpoint, by the start of their names.
inline Tensors tensorsOf(const fs::path& path, const std::string& prefix = "model/") {
  Tensors tensors;
  const Result<Checkpoint> checkpoint = readCheckpoint(path);
  if (!checkpoint) return tensors;
  for (const auto& [name, tensor] : checkpoint->file.tensors) {
    if (!name.starts_with(prefix)) continue;
    std::vector<float> values(tensor.bytes.size() / sizeof(float));
    std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
    tensors[name] = std::move(values);
  }
  return tensors;
}
inline Tensors lastOf(const fs::path& folder, const std::string& prefix = "model/") {
  return tensorsOf(folder / lastCheckpointName, prefix);
}

inline double largestDifference(const Tensors& a, const Tensors& b) {
  double worst = a.empty() || a.size() != b.size() ? 1e9 : 0;
  for (const auto& [name, values] : a)
    for (size_t i = 0; i < values.size(); ++i)
      worst = std::max(worst, static_cast<double>(std::abs(values[i] - b.at(name)[i])));
  return worst;
}

inline std::string marksOf(const fs::path& folder) {
  std::string text;
  const std::vector<RunMark> marks = *RunStore::open(folder)->marks();
  for (const RunMark& mark : marks) text += std::to_string(mark.step) + " " + mark.text + "\n";
  return text;
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline TrainingJob goingOn(TrainingJob job) {
  job.resume = true;
  return job;
}

}  // namespace bypath
