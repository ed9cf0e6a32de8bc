// Owned memory, aligned to 64 bytes, zeroed; movable. TensorView is a borrowed typed window on such memory.
#pragma once

#include <cstdint>
#include <cstring>
#include <new>
#include <span>

#include "core/tensor/memory.h"
#include "core/tensor/shape.h"

namespace bypath {

template <class T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t count) : count_(count) {
    if (!count) return;
    data_ = takeMemory(count * sizeof(T));
    if (!data_) throw std::bad_alloc();
    std::memset(data_.get(), 0, count * sizeof(T));
  }

  T* data() { return reinterpret_cast<T*>(data_.get()); }
  const T* data() const { return reinterpret_cast<const T*>(data_.get()); }
  size_t size() const { return count_; }
  std::span<T> span() { return {data(), count_}; }
  std::span<const T> span() const { return {data(), count_}; }
  T& operator[](size_t i) { return data()[i]; }
  const T& operator[](size_t i) const { return data()[i]; }

 private:
  TensorMemory data_;
  size_t count_ = 0;
};

template <class T>
struct TensorView {
  T* data = nullptr;
  Shape shape;

  int64_t count() const { return shape.count(); }
  std::span<T> span() const { return {data, static_cast<size_t>(shape.count())}; }
};

}  // namespace bypath
