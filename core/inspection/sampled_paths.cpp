#include "core/inspection/sampled_paths.h"

#include <algorithm>
#include <cmath>

#include "core/inspection/draws.h"

namespace bypath {
namespace {

struct Traveller {
  size_t length = 0;
  std::vector<bool> branches;  // by block: this path takes the branch
  std::vector<float> gradient;
};

std::vector<Traveller> allTravellers(size_t n, const PathSampling& sampling) {
  std::vector<Traveller> all;
  for (size_t k = 0; k <= n; ++k) {
    const int64_t draws = k == 0 || k == n ? 1 : sampling.samples;
    for (int64_t m = 0; m < draws; ++m)
      all.push_back({.length = k, .branches = drawnBlocks(n, k, sampling.seed, m)});
  }
  return all;
}

size_t largestFork(const TrunkPlace& place, const std::vector<TrunkBlock>& blocks) {
  int64_t most = 1;
  for (const TrunkBlock& block : blocks) most = std::max(most, place.graph.shape(block.fork).count());
  return static_cast<size_t>(most) * sizeof(float);
}

}  // namespace

double vectorNorm(const std::vector<float>& values) {
  double squares = 0;
  for (const float value : values) squares += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(squares);
}

bool isZero(const std::vector<float>& values) {
  return std::ranges::all_of(values, [](float value) { return value == 0; });
}

void addTo(std::vector<float>& sum, const std::vector<float>& part) {
  if (part.empty()) return;
  if (sum.empty())
    sum = part;
  else
    std::ranges::transform(sum, part, sum.begin(), std::plus<>());
}

std::vector<bool> drawnBlocks(size_t n, size_t length, uint64_t seed, int64_t sample) {
  std::vector<bool> drawn(n, false);
  for (const size_t i : drawSome(n, length,
                                 {.seed = seed,
                                 .stream = streamOf("paths"),
                                 .step = static_cast<uint32_t>(length),
                                 .sample = static_cast<uint32_t>(sample)}))
    drawn[i] = true;
  return drawn;
}

Result<std::vector<double>> samplePathNorms(const TrunkPlace& place, const std::vector<TrunkBlock>& blocks,
                                            const PathSampling& sampling,
                                            const std::function<bool(double)>& progress) {
  const size_t n = blocks.size();
  std::vector<Traveller> all = allTravellers(n, sampling);
  const size_t atOnce = std::max<size_t>(1, sampling.memory / largestFork(place, blocks));
  std::vector<double> norms(n + 1, 0), draws(n + 1, 0);
  double done = 0;
  for (size_t first = 0; first < all.size(); first += atOnce) {
    const std::span<Traveller> some = std::span(all).subspan(first, std::min(atOnce, all.size() - first));
    for (size_t i = n; i-- > 0;) {
      Result<BlockGradient> block =
          BlockGradient::open(place, blocks[i], i + 1 < n ? blocks[i + 1].fork : noValue);
      if (!block) return block.error();
      for (Traveller& one : some) {
        if (progress && !progress(done / static_cast<double>(all.size() * n)))
          return Error{ErrorKind::interrupted, "Stopped before every path was drawn."};
        done += 1;
        const bool branch = one.branches[i];
        if (!isZero(one.gradient)) {
          TwoWays back = block->back(one.gradient);
          one.gradient = std::move(branch ? back.branch : back.shortcut);
        } else {
          one.gradient.clear();
        }
        addTo(one.gradient, branch ? block->own().branch : block->own().shortcut);
      }
    }
    for (Traveller& one : some) {
      norms[one.length] += vectorNorm(one.gradient);
      draws[one.length] += 1;
      one.gradient = {};
    }
  }
  for (size_t k = 0; k <= n; ++k) norms[k] /= draws[k];
  return norms;
}

}  // namespace bypath
