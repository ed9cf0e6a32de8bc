#include <cmath>
#include <cstring>
#include <limits>

#include "core/engines/reference/example_values.h"
#include "core/engines/reference/op_check.h"

namespace bypath {

namespace {

// One way to run the kernel: how many threads, which input lends its memory to output 0, which output is not
// wanted, what memory stays from run to run.
struct Variation {
  int threads = 1;
  int inPlace = -1;
  int withoutOutput = -1;
  Guarded<double>* kept = nullptr;
  bool keptIsReady = false;

  std::string text() const {
    std::string text = std::to_string(threads) + (threads == 1 ? " thread" : " threads");
    if (inPlace >= 0) text += ", in the place of input " + std::to_string(inPlace);
    if (kept) text += keptIsReady ? ", with kept weights" : ", keeping the weights";
    if (withoutOutput >= 0) text += ", without output " + std::to_string(withoutOutput);
    return text;
  }
};

struct KernelOutputs {
  std::vector<Guarded<float>> outputs;
  bool intact = true;
};

class KernelCheck {
 public:
  KernelCheck(const Kernel& kernel, const OpType& type, const OpExample& example, OpCall call, uint64_t seed)
      : kernel_(kernel),
        type_(type),
        example_(example),
        call_(std::move(call)),
        inputs_(drawInputs(type, example, seed)) {}

  OpCheck run() {
    const std::vector<Guarded<double>> expected = runReference(type_, example_, call_.outputs, inputs_);
    check_.allowed = allowed();
    const KernelOutputs first = runKernel({});
    compareWithReference(first, expected);
    for (int threads : {2, 3}) compareBits(first, {.threads = threads});
    for (int input : workPlaces(type_, call_.attributes, call_.inputs.size()))
      if (sizes(input) == call_.outputs[0]) compareBits(first, {.threads = 2, .inPlace = input});
    if (call_.outputs.size() > 1 && type_.stateOutputs.empty())
      for (int o = 0; o < static_cast<int>(call_.outputs.size()); ++o)
        if (o > 0 || !call_.attributes.flag("split")) compareBits(first, {.withoutOutput = o});
    checkKept(expected);
    return check_;
  }

 private:
  // What a kernel makes of fixed weights in one run it uses in the next, by any number of threads.
  void checkKept(const std::vector<Guarded<double>>& expected) {
    call_.fixedWeights = true;
    const size_t bytes = kernel_.keptBytes(call_);
    Guarded<double> kept(bytes / sizeof(double) + 1, std::numeric_limits<double>::quiet_NaN());
    if (bytes > 0) {
      const KernelOutputs first = runKernel({.threads = 2, .kept = &kept});
      compareWithReference(first, expected);
      for (int threads : {1, 3}) compareBits(first, {.threads = threads, .kept = &kept, .keptIsReady = true});
    }
    call_.fixedWeights = false;
  }

  Shape sizes(int input) const {
    return input < static_cast<int>(call_.inputs.size()) ? call_.inputs[static_cast<size_t>(input)] : Shape{};
  }

  // Rounding grows with the root of the number of terms in a sum.
  double allowed() const {
    if (roundsToBf16(kernel_)) return 1e-2;  // some 2^-9 a product
    double values = 0, results = 0;
    for (const Shape& shape : call_.inputs) values = std::max(values, static_cast<double>(shape.count()));
    for (const Shape& shape : call_.outputs) results = std::max(results, static_cast<double>(shape.count()));
    const double terms = std::max(values, costOf(type_, call_).multiplyAdds) / results;
    return 1e-5 * std::max(1.0, std::sqrt(terms) / 16);
  }

  void fail(const std::string& message) {
    if (check_.passed) check_.message = message;
    check_.passed = false;
  }

  KernelOutputs runKernel(const Variation& variation) {
    KernelOutputs made;
    std::vector<Guarded<float>> memory;
    for (const std::vector<double>& values : inputs_) {
      memory.emplace_back(values.size(), 0.0F);
      std::ranges::transform(values, memory.back().span().begin(),
                             [](double x) { return static_cast<float>(x); });
    }
    // Output memory is whatever was there before.
    for (const Shape& shape : call_.outputs)
      made.outputs.emplace_back(static_cast<size_t>(shape.count()), std::numeric_limits<float>::quiet_NaN());
    for (const auto& [output, input] : type_.stateOutputs)
      std::ranges::copy(memory[static_cast<size_t>(input)].span(),
                        made.outputs[static_cast<size_t>(output)].span().begin());
    if (variation.inPlace >= 0)
      std::ranges::copy(memory[static_cast<size_t>(variation.inPlace)].span(),
                        made.outputs[0].span().begin());

    std::vector<TensorView<const float>> from;
    std::vector<TensorView<float>> to;
    for (size_t i = 0; i < memory.size(); ++i) from.push_back({memory[i].span().data(), call_.inputs[i]});
    for (size_t o = 0; o < made.outputs.size(); ++o)
      to.push_back({made.outputs[o].span().data(), call_.outputs[o]});
    for (const auto& [output, input] : type_.stateOutputs)
      from[static_cast<size_t>(input)].data = to[static_cast<size_t>(output)].data;
    if (variation.inPlace >= 0) from[static_cast<size_t>(variation.inPlace)].data = to[0].data;
    if (variation.withoutOutput >= 0) to[static_cast<size_t>(variation.withoutOutput)].data = nullptr;

    Guarded<double> workspace(kernel_.workspaceBytes(call_, variation.threads) / sizeof(double) + 1,
                              std::numeric_limits<double>::quiet_NaN());
    Parallel parallel(variation.threads);
    kernel_.run(
        {.attributes = call_.attributes,
         .inputs = from,
         .outputs = to,
         .workspace = reinterpret_cast<std::byte*>(workspace.span().data()),
         .key = checkKey,
         .parallel = parallel,
         .kept = variation.kept ? reinterpret_cast<std::byte*>(variation.kept->span().data()) : nullptr,
         .keptIsReady = variation.keptIsReady});
    made.intact = workspace.intact() && (!variation.kept || variation.kept->intact());
    for (const Guarded<float>& output : made.outputs) made.intact = made.intact && output.intact();
    for (const Guarded<float>& input : memory) made.intact = made.intact && input.intact();
    if (!made.intact) fail("it wrote outside its outputs or workspace with " + variation.text());
    return made;
  }

  void compareWithReference(const KernelOutputs& made, const std::vector<Guarded<double>>& expected) {
    for (size_t o = 0; o < expected.size(); ++o) {
      const std::span<const double> right = expected[o].span();
      double largest = 1e-6;
      for (double value : right) largest = std::max(largest, std::abs(value));
      for (size_t i = 0; i < right.size(); ++i) {
        const double value = static_cast<double>(made.outputs[o].span()[i]);
        const double error = std::abs(value - right[i]) / largest;
        // Written so that a NaN fails.
        if (!(error <= check_.allowed))
          fail("output " + std::to_string(o) + " at " + std::to_string(i) + " is " + std::to_string(value) +
               ", the reference says " + std::to_string(right[i]));
        check_.worst = std::max(check_.worst, error);
      }
    }
  }

  void compareBits(const KernelOutputs& first, const Variation& variation) {
    const KernelOutputs again = runKernel(variation);
    for (size_t o = 0; o < first.outputs.size(); ++o) {
      if (static_cast<int>(o) == variation.withoutOutput) continue;
      const std::span<const float> before = first.outputs[o].span(), after = again.outputs[o].span();
      if (std::memcmp(before.data(), after.data(), before.size_bytes()) != 0)
        fail("output " + std::to_string(o) + " has other bits with " + variation.text() + " than with " +
             (variation.kept ? "weights kept by 2" : "1 thread, apart"));
    }
  }

  const Kernel& kernel_;
  const OpType& type_;
  const OpExample& example_;
  OpCall call_;
  std::vector<std::vector<double>> inputs_;
  OpCheck check_;
};

}  // namespace

OpCheck checkKernel(const Kernel& kernel, const OpType& type, const OpExample& example, uint64_t seed) {
  OpCall call{.attributes = example.attributes, .inputs = example.inputs};
  const Result<std::vector<Shape>> shapes = type.shapes(call);
  if (!shapes) return {.passed = false, .message = shapes.error().message};
  call.outputs = *shapes;
  const Refusal refusal = kernel.accepts(call);
  if (!refusal.empty()) return {.applies = false, .message = refusal};
  return KernelCheck(kernel, type, example, call, seed).run();
}

}  // namespace bypath
