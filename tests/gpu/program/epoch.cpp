#include <chrono>

#include "core/base/random.h"
#include "core/engines/cuda/cuda_engine.h"
#include "tests/gpu/program/built_network.h"
#include "tests/gpu/program/parts.h"

namespace bypath {
namespace {

const Shape imageShape{32, 32, 3};

// As many images as CIFAR-10 trains on, of random bytes.
struct Images {
  std::vector<uint8_t> pixels;
  std::vector<float> levels;
  int64_t count = 0;

  explicit Images(int64_t images) : count(images) {
    pixels.resize(static_cast<size_t>(images * imageShape.count()));
    uint32_t state = 1;
    for (uint8_t& pixel : pixels) {
      state = state * 1664525U + 1013904223U;
      pixel = static_cast<uint8_t>(state >> 24);
    }
    for (int channel = 0; channel < 3; ++channel)
      for (int byte = 0; byte < 256; ++byte) levels.push_back(static_cast<float>(byte) / 255.0F);
  }
  PixelSource source() const { return {.pixels = pixels, .image = imageShape, .levels = levels}; }
};

ValueId imageInput(const OpGraph& graph) {
  for (const ValueId input : graph.inputs)
    if (graph.value(input).role == InputRole::image) return input;
  return noValue;
}

struct Epoch {
  int64_t images = 0;  // that went through
  double seconds = 0;
};

// A slow one ends early.
constexpr double longEnough = 25;

Epoch runEpoch(const GpuCheck& check, BuiltNetwork& built, const Images& images) {
  const ValueId input = imageInput(built.plan.program->graph);
  const int64_t batch = built.what.batch;
  std::vector<PixelPlace> places(static_cast<size_t>(batch));
  const auto oneStep = [&](int64_t step) {
    for (int64_t i = 0; i < batch; ++i)
      places[static_cast<size_t>(i)] = {.image = static_cast<int32_t>((step * batch + i) % images.count)};
    if (!built.session->setPixels(input, images.source(), places))
      throw std::runtime_error("the device takes no images");
    built.step(static_cast<uint32_t>(step));
  };
  for (int64_t step = 0; step < (check.quick ? 1 : 5); ++step) oneStep(step);
  check.gpu.waitForAll();
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  int64_t step = 0;
  for (; step < images.count / batch && seconds() < longEnough; ++step) {
    oneStep(step);
    // What a training reads of every step.
    static_cast<void>(built.update->outcome());
  }
  check.gpu.waitForAll();
  return {.images = step * batch, .seconds = seconds()};
}

}  // namespace

nlohmann::json measureEpoch(const GpuCheck& check) {
  nlohmann::json lines = nlohmann::json::array(), failures = nlohmann::json::array();
  const Images images(check.quick ? 8 : 50000);
  for (const int64_t batch : check.quick ? std::vector<int64_t>{2} : std::vector<int64_t>{25, 100})
    for (const DeviceMath math : {DeviceMath::bf16, DeviceMath::tf32, DeviceMath::float32}) {
      if (check.quick && math != DeviceMath::bf16) continue;
      NetworkCase what{.network = "resnet-vae", .depth = 28, .batch = batch};
      if (check.quick) what = {.network = "resnet", .depth = 8, .width = 4, .batch = batch};
      const auto engine = makeCudaEngine(check.gpu.device, {.math = math, .tuningFile = check.tuningFile});
      Result<BuiltNetwork> built = BuiltNetwork::make(what, *engine);
      const Result<void> taken = built ? built->takeUpdate(*engine) : Result<void>(built.error());
      if (!taken) {
        failures.push_back(what.text() + ", " + nameOf(math) + ": " + taken.error().message);
        continue;
      }
      const Epoch epoch = runEpoch(check, *built, images);
      const double share = static_cast<double>(epoch.images) / static_cast<double>(images.count);
      lines.push_back({{"network", what.text()},
                       {"math", nameOf(math)},
                       {"images", epoch.images},
                       {"epoch_seconds", epoch.seconds / share}});
    }
  return {{"lines", lines}, {"failures", failures}};
}

}  // namespace bypath
