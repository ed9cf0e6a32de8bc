#include "core/plan/arena.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

namespace bypath {

namespace {

// Every range comes to life and dies once; at one step the living arrive before the dying leave.
struct Moment {
  int step;
  bool leaves;
  int range;
  bool operator<(const Moment& other) const {
    return step != other.step ? step < other.step : leaves < other.leaves;
  }
};

std::vector<Moment> timeline(const std::vector<MemoryRange>& ranges) {
  std::vector<Moment> moments;
  for (size_t i = 0; i < ranges.size(); ++i) {
    moments.push_back({ranges[i].first, false, static_cast<int>(i)});
    moments.push_back({ranges[i].last, true, static_cast<int>(i)});
  }
  std::stable_sort(moments.begin(), moments.end());
  return moments;
}

class Packing {
 public:
  // The smallest gap that holds the range among those that live at the same time.
  void place(MemoryRange& range) {
    size_t taken = 0;  // end of the neighbours seen so far
    size_t bestGap = std::numeric_limits<size_t>::max();
    for (const Placed& neighbour : placed_) {
      if (neighbour.last < range.first || neighbour.first > range.last) continue;
      const size_t gap = neighbour.begin > taken ? neighbour.begin - taken : 0;
      if (gap >= range.bytes && gap < bestGap) {
        range.offset = taken;
        bestGap = gap;
        if (gap == range.bytes) break;
      }
      taken = std::max(taken, neighbour.end);
    }
    if (bestGap == std::numeric_limits<size_t>::max()) range.offset = taken;
    const size_t end = range.offset + range.bytes;
    bytes_ = std::max(bytes_, end);
    const auto at = std::upper_bound(placed_.begin(), placed_.end(), range.offset,
                                     [](size_t offset, const Placed& other) { return offset < other.begin; });
    placed_.insert(at, {range.offset, end, range.first, range.last});
  }
  size_t bytes() const { return bytes_; }

 private:
  struct Placed {
    size_t begin, end;
    int first, last;
  };
  std::vector<Placed> placed_;  // by offset
  size_t bytes_ = 0;
};

}  // namespace

size_t packArena(std::vector<MemoryRange>& ranges) {
  std::vector<size_t> bySize(ranges.size());
  std::iota(bySize.begin(), bySize.end(), size_t{0});
  std::stable_sort(bySize.begin(), bySize.end(), [&](size_t a, size_t b) {
    return ranges[a].bytes != ranges[b].bytes ? ranges[a].bytes > ranges[b].bytes
                                              : ranges[a].first < ranges[b].first;
  });
  // Thousands of scalars would take most of the search and win nothing: as long as they are a hundredth of
  // all, the smallest share no memory.
  size_t loneBytes = leastArenaBytes(ranges) / 100;
  size_t searched = bySize.size();
  while (searched > 0 && ranges[bySize[searched - 1]].bytes <= loneBytes)
    loneBytes -= ranges[bySize[--searched]].bytes;

  Packing packing;
  for (size_t i = 0; i < searched; ++i) packing.place(ranges[bySize[i]]);
  size_t total = packing.bytes();
  for (size_t i = searched; i < bySize.size(); ++i) {
    ranges[bySize[i]].offset = total;
    total += ranges[bySize[i]].bytes;
  }
  return total;
}

size_t leastArenaBytes(const std::vector<MemoryRange>& ranges) {
  size_t now = 0, most = 0;
  for (const Moment& moment : timeline(ranges)) {
    now = moment.leaves ? now - ranges[moment.range].bytes : now + ranges[moment.range].bytes;
    most = std::max(most, now);
  }
  return most;
}

std::pair<int, int> findOverlap(const std::vector<MemoryRange>& ranges) {
  std::map<size_t, int> living;  // by offset
  for (const Moment& moment : timeline(ranges)) {
    const MemoryRange& range = ranges[moment.range];
    if (moment.leaves) {
      living.erase(range.offset);
      continue;
    }
    const auto next = living.lower_bound(range.offset);
    if (next != living.end() && next->first < range.offset + range.bytes) return {next->second, moment.range};
    if (next != living.begin()) {
      const int before = std::prev(next)->second;
      if (ranges[before].offset + ranges[before].bytes > range.offset) return {before, moment.range};
    }
    living.emplace(range.offset, moment.range);
  }
  return {-1, -1};
}

}  // namespace bypath
