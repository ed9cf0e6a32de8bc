// The shape of a tensor: up to four dimensions. Activations are (N, H, W, C) or (N, F); per-sample results
// are (N); scalars are (1). Convolution weights are (KH, KW, C, K): kernel rows, kernel columns, input
// channels, output channels.
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace bypath {

class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int64_t> dimensions) {
    assert(dimensions.size() <= 4);
    for (int64_t d : dimensions) dimensions_[rank_++] = d;
  }

  int rank() const { return rank_; }
  int64_t operator[](int axis) const {
    assert(axis >= 0 && axis < rank_);
    return dimensions_[axis];
  }
  void set(int axis, int64_t size) {
    assert(axis >= 0 && axis < rank_);
    dimensions_[axis] = size;
  }
  // Number of elements; 1 for rank 0.
  int64_t count() const {
    int64_t n = 1;
    for (int i = 0; i < rank_; ++i) n *= dimensions_[i];
    return n;
  }
  int64_t last() const { return rank_ ? dimensions_[rank_ - 1] : 1; }
  // All dimensions but the last multiplied: the number of rows of channels.
  int64_t rows() const { return rank_ ? count() / (last() ? last() : 1) : 1; }
  // Without the first (batch) dimension.
  Shape perSample() const {
    Shape s;
    for (int i = 1; i < rank_; ++i) s.dimensions_[s.rank_++] = dimensions_[i];
    return s;
  }
  Shape withBatch(int64_t n) const {
    Shape s;
    s.dimensions_[s.rank_++] = n;
    for (int i = 0; i < rank_; ++i) s.dimensions_[s.rank_++] = dimensions_[i];
    return s;
  }
  std::vector<int64_t> sizes() const { return {dimensions_.begin(), dimensions_.begin() + rank_}; }
  std::string text() const {  // "32x32x16"
    std::string s;
    for (int i = 0; i < rank_; ++i) s += (i ? "x" : "") + std::to_string(dimensions_[i]);
    return s;
  }
  bool operator==(const Shape& other) const {
    if (rank_ != other.rank_) return false;
    for (int i = 0; i < rank_; ++i)
      if (dimensions_[i] != other.dimensions_[i]) return false;
    return true;
  }

 private:
  std::array<int64_t, 4> dimensions_{};
  int rank_ = 0;
};

}  // namespace bypath
