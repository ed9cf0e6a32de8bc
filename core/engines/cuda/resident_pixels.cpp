#include "core/engines/cuda/resident_pixels.h"

#include <algorithm>

namespace bypath {

const ResidentPixels::Set* ResidentPixels::of(const DeviceQueue& queue, const PixelSource& source) {
  for (const auto& set : sets_)
    if (set->host == source.pixels.data() && set->hostBytes == source.pixels.size() &&
        std::ranges::equal(set->hostLevels, source.levels))
      return set.get();
  if (std::ranges::find(refused_, source.pixels.data()) != refused_.end()) return nullptr;
  constexpr uint64_t share = 4;  // of what is free: a network may want to grow
  DeviceLoad load;
  queue.must(queue.device().load(&load), "asking for free memory");
  const auto refuse = [&] {
    refused_.push_back(source.pixels.data());
    return nullptr;
  };
  if (source.pixels.size() > load.freeBytes / share) return refuse();
  Result<DeviceMemory> pixels = DeviceMemory::take(queue.device(), source.pixels.size());
  if (!pixels) return refuse();
  Result<DeviceMemory> levels = DeviceMemory::take(queue.device(), source.levels.size_bytes());
  if (!levels) return refuse();
  queue.upload(pixels->data(), source.pixels.data(), source.pixels.size());
  queue.upload(levels->data(), source.levels.data(), source.levels.size_bytes());
  sets_.push_back(std::make_unique<Set>(Set{.host = source.pixels.data(),
                                            .hostBytes = source.pixels.size(),
                                            .hostLevels = {source.levels.begin(), source.levels.end()},
                                            .image = source.image,
                                            .pixels = std::move(*pixels),
                                            .levels = std::move(*levels)}));
  return sets_.back().get();
}

}  // namespace bypath
