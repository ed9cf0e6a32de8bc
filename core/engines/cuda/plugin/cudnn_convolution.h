// Convolutions by cuDNN on one stream. Descriptors of a shape are made once; the algorithm that is taken
// where the caller names none is the library's first deterministic one.
#pragma once

#include <cudnn.h>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "core/engines/cuda/device.h"
#include "core/engines/cuda/plugin/cuda_errors.h"
#include "core/engines/cuda/plugin/owned.h"

namespace bypath {

class CudnnConvolution {
 public:
  CudnnConvolution(CudaErrors& errors, cudaStream_t stream) : errors_(errors), stream_(stream) {}
  DeviceCode open();  // once, before all else
  DeviceCode run(const ConvolutionCall& call);
  DeviceCode algorithms(const ConvolutionCall& call, ConvolutionAlgorithm* out, int32_t most, int32_t* found);

 private:
  struct Shape {
    Owned<cudnnDestroyTensorDescriptor, cudnnTensorDescriptor_t> x, y, bias;
    Owned<cudnnDestroyFilterDescriptor, cudnnFilterDescriptor_t> weights;
    Owned<cudnnDestroyConvolutionDescriptor, cudnnConvolutionDescriptor_t> convolution;
    std::vector<ConvolutionAlgorithm> algorithms;
    bool listed = false;            // algorithms are there
    uint32_t refusedEpilogues = 0;  // a bit for each algorithm that does not take the bias along
  };
  using Key = std::array<int32_t, 15>;

  cudnnStatus_t make(const ConvolutionCall& call, Shape& shape) const;
  Shape* shapeOf(const ConvolutionCall& call, DeviceCode& code);  // null, with the code: there is none
  DeviceCode list(const ConvolutionCall& call, Shape& shape);
  cudnnStatus_t workspace(const ConvolutionCall& call, const Shape& shape, int algorithm,
                          size_t* bytes) const;
  template <class Result>
  DeviceCode keep(const ConvolutionCall& call, Shape& shape, const std::vector<Result>& results,
                  cudnnStatus_t status);
  DeviceCode forward(const ConvolutionCall& call, Shape& shape, int algorithm);
  cudnnStatus_t withEpilogue(const ConvolutionCall& call, const Shape& shape,
                             cudnnConvolutionFwdAlgo_t algorithm) const;
  DeviceCode of(cudnnStatus_t status);

  CudaErrors& errors_;
  cudaStream_t stream_;
  Owned<cudnnDestroy, cudnnHandle_t> handle_;
  Owned<cudnnDestroyActivationDescriptor, cudnnActivationDescriptor_t> relu_, identity_;
  std::map<Key, Shape> shapes_;
};

}  // namespace bypath
