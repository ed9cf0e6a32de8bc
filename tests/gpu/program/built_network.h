// A network of a template, compiled for an engine and open on it, with random inputs.
//
//   Result<BuiltNetwork> built = BuiltNetwork::make({.network = "resnet", .depth = 20}, engine);
//   built->step(0);
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/engines/cuda/device.h"
#include "core/network/network_spec.h"
#include "core/plan/plan.h"

namespace bypath {

struct NetworkCase {
  std::string network = "resnet";  // id of a template
  int64_t depth = 0;               // 0: the template's own
  int64_t width = 0;               // of a resnet's first stage; what a resnet-vae divides by; 0: their own
  int64_t batch = 4;
  bool training = true;

  std::string text() const;  // "resnet 20, batch 128"
  static NetworkCase of(const nlohmann::json& object);
};

struct BuiltNetwork {
  NetworkCase what;
  ExecutionPlan plan;
  // A store lies still: what is on a device is its mirror.
  std::unique_ptr<ParameterStore> store;
  std::unique_ptr<Session> session;
  std::unique_ptr<ParameterUpdate> update;  // null: steps change nothing
  int64_t updates = 0;

  // Errors: an unknown network, an engine without room.
  static Result<BuiltNetwork> make(const NetworkCase& what, Engine& engine);
  // Steps make updates from now on: SGD with momentum, Adam for an autoencoder.
  Result<void> takeUpdate(Engine& engine);

  void feed() const;
  // One step, and an update where there are any.
  void step(uint32_t number);
  std::vector<float> gradients() const;
  std::vector<float> values() const;      // of all parameters
  std::vector<float> statistics() const;  // running ones
  std::vector<float> loss(size_t number) const;
};

UpdateRule updateRuleOf(const ParameterStore& store, bool autoencoder);
bool isAutoencoder(const std::string& network);

// Largest difference as a share of the largest right value; no number at all counts as 1e300.
double worstOf(std::span<const float> seen, std::span<const float> right);
double cosineOf(std::span<const float> seen, std::span<const float> right);

const char* nameOf(DeviceMath math);  // "tf32"
std::optional<DeviceMath> mathOf(const std::string& name);

}  // namespace bypath
