// Handles of the CUDA libraries, destroyed with their owner.
//
//   Owned<cudaStreamDestroy, cudaStream_t> stream;
//   if (cudaStreamCreate(stream.out()) != cudaSuccess) ...
#pragma once

#include <utility>

namespace bypath {

template <auto destroy, class Handle>
class Owned {
 public:
  Owned() = default;
  Owned(Owned&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Owned() {
    if (handle_) static_cast<void>(destroy(handle_));
  }

  Handle get() const { return handle_; }
  Handle* out() { return &handle_; }  // for the call that creates it; holds nothing before

 private:
  Handle handle_ = nullptr;
};

}  // namespace bypath
