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

}  // namespace

size_t packArena(std::vector<MemoryRange>& ranges) {
  std::vector<int> bySize(ranges.size());
  std::iota(bySize.begin(), bySize.end(), 0);
  std::stable_sort(bySize.begin(), bySize.end(), [&](int a, int b) {
    return ranges[a].bytes != ranges[b].bytes ? ranges[a].bytes > ranges[b].bytes : ranges[a].first < ranges[b].first;
  });

  std::vector<int> placed;  // by offset
  placed.reserve(ranges.size());
  size_t total = 0;
  for (int index : bySize) {
    MemoryRange& range = ranges[index];
    size_t taken = 0;  // end of the neighbours seen so far
    size_t best = std::numeric_limits<size_t>::max();
    size_t bestGap = best;
    for (int other : placed) {
      const MemoryRange& neighbour = ranges[other];
      if (neighbour.last < range.first || neighbour.first > range.last) continue;
      const size_t gap = neighbour.offset > taken ? neighbour.offset - taken : 0;
      if (gap >= range.bytes && gap < bestGap) {
        best = taken;
        bestGap = gap;
        if (gap == range.bytes) break;
      }
      taken = std::max(taken, neighbour.offset + neighbour.bytes);
    }
    range.offset = bestGap == std::numeric_limits<size_t>::max() ? taken : best;
    total = std::max(total, range.offset + range.bytes);
    const auto at = std::upper_bound(placed.begin(), placed.end(), range.offset,
                                     [&](size_t offset, int other) { return offset < ranges[other].offset; });
    placed.insert(at, index);
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
