// Owned memory, aligned to 64 bytes, zeroed; movable. TensorView is a borrowed typed window on such memory.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>

#include "core/tensor/shape.h"

namespace bypath {

inline constexpr size_t memoryAlignment = 64;

template <class T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t count)
      : data_(count ? static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{memoryAlignment}))
                    : nullptr),
        count_(count) {
    if (count) std::memset(static_cast<void*>(data_.get()), 0, count * sizeof(T));
  }

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  size_t size() const { return count_; }
  std::span<T> span() { return {data_.get(), count_}; }
  std::span<const T> span() const { return {data_.get(), count_}; }
  T& operator[](size_t i) { return data_.get()[i]; }
  const T& operator[](size_t i) const { return data_.get()[i]; }

 private:
  struct Free {
    void operator()(T* p) const { ::operator delete (p, std::align_val_t{memoryAlignment}); }
  };
  std::unique_ptr<T, Free> data_;
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
