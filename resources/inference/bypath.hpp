// Runs a network that was trained in Bypath inside a program of your own. One file, the C++17 standard
// library, nothing else:
//
//   #include "bypath.hpp"
//
//   bypath::Model model = bypath::Model::load("net.bpw");
//   std::vector<float> input = model.normalise(rgb);   // bytes, H x W x C; floats come out as C x H x W
//   std::vector<float> scores = model.run(input);      // the first output of one sample
//
// Values at the border are float32, samples one after the other, images as C x H x W. A damaged or foreign
// file throws std::runtime_error with a sentence; nothing is taken on trust from it. A Model does not change
// while it runs: several threads may share one.
//
// Macros, before the include:
//   BYPATH_THREADS    4: one sample is computed by up to four threads; default 1, no thread is ever started
//   BYPATH_NAMESPACE  the name of the namespace; default bypath
// Compile with -O3 -march=native, or the flags of the machine it will run on: it is several times as fast.
//
// The file (.bpw, version 1). Everything is little-endian; nothing is padded but where it is said.
//    0  8 bytes  89 'B' 'P' 'W' 0D 0A 1A 0A
//    8  u32      version, 1
//   12  u32      0
//   16  u64      bytes of the whole file
//   24  u64      bytes of the description, which begins at 64
//   32  u64      checksum: FNV-1a, 64 bits, of all bytes but these eight
//   40  24 x 0
//   64           the description, zeros up to a multiple of 64, then the tensors, each at a multiple of 64
//
// The description, one after the other. string: u32 bytes, then UTF-8. list: u32 count, then the elements.
//   facts     string title, string hash of the drawn network, list of string classes by number,
//             list of f32 mean and list of f32 deviation by channel, both of the pixels / 255
//   tensors   list of: string name, u32 rank (1 to 4), u64 size by axis, u64 offset in the file; float32, C
//   order inputs    list of: string name, u32 rank (1 to 3), u64 size by axis; a sample, images as H, W, C
//   steps     list of: u32 kind, list of u32 values read, list of u32 tensors read, list of f64 numbers
//   outputs   list of: string name, u32 value
// Values are numbered: the inputs first, then the result of every step in turn. A step reads earlier values
// only.
//
//    kind  tensors                           numbers
//     1  convolution                w (KH,KW,C,K) [, bias (K)]   stride h, w, padding top, left, bottom,
//     right 2  transposed convolution     w (KH,KW,C,K) [, bias (C)]   the same of the convolution from C to
//     K that it
//                                                                turns round, then height, width of the
//                                                                result
//     3  dense                      w (in, out)
//     4  bias by channel            bias (C)
//     5  batch normalisation        scale, shift, mean, variance (C)                  epsilon
//     6  relu      7  elu (alpha)      8  sigmoid      9  tanh
//    10  largest of a window        kernel h, w, stride h, w, padding top, left, bottom, right
//    11  mean of a window           the same, then 1 where padding counts as zeros
//    12  mean of an image           (H,W,C) -> (C)
//    13  reshape                    the sizes of the result
//    14  sum of two or more values  15  product of two values
//    16  times a number             the number
//    17  times a tensor's number    tensor (1)                                        a further factor
//    18  channels side by side      two or more values
//    19  some of the channels       first, count
//    20  more channels              channels, zeros in front, stride h, w, height, width (0, 0 unless an
//    image)
//
// MIT License
//
// Copyright (c) 2026 the authors of Bypath
//
// You may use this file in any program, under the terms of the MIT licence:
//
// Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
// associated documentation files (the "Software"), to deal in the Software without restriction, including
// without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
// copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the
// following conditions:
//
// The above copyright notice and this permission notice shall be included in all copies or substantial
// portions of the Software.
//
// THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
// LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO
// EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER
// IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE
// USE OR OTHER DEALINGS IN THE SOFTWARE.
#ifndef BYPATH_HPP
#define BYPATH_HPP

#ifndef BYPATH_NAMESPACE
#define BYPATH_NAMESPACE bypath
#endif
#ifndef BYPATH_THREADS
#define BYPATH_THREADS 1
#endif

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>
#if BYPATH_THREADS > 1
#include <system_error>
#include <thread>
#endif

// How many floats one instruction takes.
#if defined(__AVX512F__)
#define BYPATH_LANES 16
#elif defined(__AVX__)
#define BYPATH_LANES 8
#else
#define BYPATH_LANES 4
#endif
#if defined(__clang__)
#define BYPATH_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
#define BYPATH_UNROLL _Pragma("GCC unroll 16")
#else
#define BYPATH_UNROLL
#endif

namespace BYPATH_NAMESPACE {
namespace detail {

// Larger than any network that is meant: what a file may ask for at most.
constexpr std::size_t most_values = std::size_t{1} << 28;      // of one value
constexpr std::size_t most_scratch = std::size_t{1} << 30;     // of all that live at once
constexpr std::uint64_t most_bytes = std::uint64_t{16} << 30;  // of a file
constexpr double most_of_an_axis = 16777216;                   // sizes, strides, paddings
constexpr std::size_t most_steps = 32768;
constexpr std::size_t most_borders = 256;
constexpr std::size_t header_bytes = 64;

[[noreturn]] inline void fail(const std::string& what) {
  throw std::runtime_error("Bypath model: " + what);
}
inline void require(bool holds, const char* what) {
  if (!holds) fail(what);
}
inline std::size_t product(std::size_t a, std::size_t b, std::size_t most) {
  require(b == 0 || a <= most / b, "a size is larger than any network has; the file is damaged.");
  return a * b;
}

// --- reading

inline std::uint64_t checksum(const unsigned char* bytes, std::size_t size, std::uint64_t sum) {
  for (std::size_t i = 0; i < size; ++i) sum = (sum ^ bytes[i]) * 1099511628211U;
  return sum;
}
inline std::uint64_t checksum_of_file(const unsigned char* bytes, std::size_t size) {
  return checksum(bytes + 40, size - 40, checksum(bytes, 32, 14695981039346656037U));
}

template <class Word>
Word word_at(const unsigned char* bytes) {
  Word word = 0;
  for (std::size_t i = 0; i < sizeof(Word); ++i) word |= static_cast<Word>(bytes[i]) << (8 * i);
  return word;
}
inline float float_at(const unsigned char* bytes) {
  const auto word = word_at<std::uint32_t>(bytes);
  float value;
  std::memcpy(&value, &word, sizeof value);
  return value;
}

class Reader {
 public:
  Reader(const unsigned char* bytes, std::size_t size) : at_(bytes), left_(size) {}
  std::uint32_t u32() { return word_at<std::uint32_t>(take(4)); }
  std::uint64_t u64() { return word_at<std::uint64_t>(take(8)); }
  float f32() { return float_at(take(4)); }
  double f64() {
    const std::uint64_t word = u64();
    double value;
    std::memcpy(&value, &word, sizeof value);
    return value;
  }
  std::string string() {
    const std::size_t size = u32();
    const unsigned char* bytes = take(size);
    return std::string(bytes, bytes + size);
  }
  // A count of elements of at least so many bytes each: no more than are left to read.
  std::size_t count(std::size_t bytes_each) {
    const std::size_t n = u32();
    require(n <= left_ / bytes_each, "a list is longer than the file; it is damaged.");
    return n;
  }
  std::size_t size() {
    const std::uint64_t n = u64();
    require(n >= 1 && n <= most_values, "a size is 0 or larger than any network has; the file is damaged.");
    return static_cast<std::size_t>(n);
  }
  std::size_t left() const { return left_; }

 private:
  const unsigned char* take(std::size_t bytes) {
    require(bytes <= left_, "the description ends too early; the file is damaged.");
    const unsigned char* here = at_;
    at_ += bytes;
    left_ -= bytes;
    return here;
  }
  const unsigned char* at_;
  std::size_t left_;
};

// --- what a model is made of

struct Shape {
  std::size_t rank = 0;
  std::array<std::size_t, 4> sizes{};

  std::size_t count() const {
    std::size_t n = 1;
    for (std::size_t i = 0; i < rank; ++i) n *= sizes[i];
    return n;
  }
  std::size_t last() const { return sizes[rank - 1]; }
  std::size_t rows() const { return count() / last(); }
  bool operator==(const Shape& other) const { return rank == other.rank && sizes == other.sizes; }
  bool operator!=(const Shape& other) const { return !(*this == other); }
  // Every product of sizes fits; throws where not.
  void check() const {
    std::size_t n = 1;
    for (std::size_t i = 0; i < rank; ++i) {
      require(sizes[i] >= 1, "a size is 0; the file is damaged.");
      n = product(n, sizes[i], most_values);
    }
  }
};
inline Shape read_shape(Reader& reader, std::size_t most_rank) {
  Shape shape;
  shape.rank = reader.u32();
  require(shape.rank >= 1 && shape.rank <= most_rank, "a rank is not possible; the file is damaged.");
  for (std::size_t i = 0; i < shape.rank; ++i) shape.sizes[i] = reader.size();
  shape.check();
  return shape;
}

struct Tensor {
  std::string name;
  Shape shape;
  const unsigned char* bytes = nullptr;  // while it is loaded
  std::vector<float> values;             // as it lies in the file; where a step wants it so
  std::vector<float> packed;             // in columns for `Columns`; where a step multiplies by it
  std::vector<float> packed_turned;      // the same with the last two axes changed about

  const std::vector<float>& plain() {
    if (values.empty()) {
      values.resize(shape.count());
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = float_at(bytes + 4 * i);
    }
    return values;
  }
};

enum class Kind : std::uint32_t {
  convolution = 1,
  transposed,
  dense,
  bias,
  normalise,
  relu,
  elu,
  sigmoid,
  tanh,
  max_pool,
  mean_pool,
  image_mean,
  reshape,
  sum,
  product,
  scale,
  scale_by_tensor,
  concat,
  slice,
  pad_channels
};
constexpr std::uint32_t last_kind = 20;

struct Window {
  std::size_t kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1;
  std::size_t top = 0, left = 0, bottom = 0, right = 0;

  // Of an image of h x w.
  Shape positions(std::size_t h, std::size_t w, std::size_t channels) const {
    const std::size_t padded_h = h + top + bottom, padded_w = w + left + right;
    require(kernel_h <= padded_h && kernel_w <= padded_w,
            "a kernel is larger than its image; the file is damaged.");
    Shape shape;
    shape.rank = 3;
    shape.sizes = {(padded_h - kernel_h) / stride_h + 1, (padded_w - kernel_w) / stride_w + 1, channels, 0};
    shape.check();
    return shape;
  }
};

struct Step {
  Kind kind = Kind::relu;
  std::vector<std::uint32_t> values, tensors;
  std::vector<double> numbers;
  Window window;
};

struct Value {
  Shape shape;
  std::size_t offset = 0;  // in the scratch memory, in floats
};

// --- products by columns: the weights (rows, K) as blocks of columns, each block rows x its width

#if defined(__GNUC__)
template <std::size_t N>
struct Lanes {
  typedef float Type __attribute__((vector_size(4 * N)));
  Type v;
  void zero() { v = Type{}; }
  void load(const float* from) { std::memcpy(&v, from, sizeof v); }
  void add_product(const Lanes& w, float x) { v += w.v * x; }
  void store(float* to) const { std::memcpy(to, &v, sizeof v); }
};
#else
template <std::size_t N>
struct Lanes {
  float v[N];
  void zero() {
    for (float& x : v) x = 0;
  }
  void load(const float* from) { std::memcpy(v, from, sizeof v); }
  void add_product(const Lanes& w, float x) {
    for (std::size_t i = 0; i < N; ++i) v[i] += w.v[i] * x;
  }
  void store(float* to) const { std::memcpy(to, v, sizeof v); }
};
#endif

// The width of the block that begins where so many columns are left. The last may be wider than what is left.
inline std::size_t block_width(std::size_t left) {
  if (left >= 2 * BYPATH_LANES) return 2 * BYPATH_LANES;
  if (left >= BYPATH_LANES) return BYPATH_LANES;
  return 4;
}
inline std::size_t packed_columns(std::size_t columns) {
  std::size_t sum = 0;
  for (std::size_t at = 0; at < columns; at += block_width(columns - at)) sum += block_width(columns - at);
  return sum;
}

// `at(row, column)` in blocks; columns that are not there are 0.
template <class At>
std::vector<float> pack(std::size_t rows, std::size_t columns, At&& at) {
  std::vector<float> packed(product(rows, packed_columns(columns), 4 * most_values));
  std::size_t to = 0;
  for (std::size_t begin = 0; begin < columns;) {
    const std::size_t width = block_width(columns - begin);
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < width; ++c, ++to)
        if (begin + c < columns) packed[to] = at(r, begin + c);
    begin += width;
  }
  return packed;
}

// A run of `length` values from `input` on, against as many rows of the weights from `row` on.
struct Tap {
  std::size_t input, row, length;
};

// One row of pixels of a convolution: every pixel is the same taps, further on.
struct PixelRow {
  const float* input;
  std::size_t input_step;  // from pixel to pixel
  float* output;
  std::size_t output_step;
  std::size_t pixels;
};

template <std::size_t Width, std::size_t Vectors, std::size_t Pixels>
void tile(const Tap* taps, std::size_t tap_count, const float* weights, const float* input,
          std::size_t input_step, float* output, std::size_t output_step, std::size_t columns) {
  Lanes<Width> sums[Pixels][Vectors];
  BYPATH_UNROLL
  for (std::size_t p = 0; p < Pixels; ++p) {
    BYPATH_UNROLL
    for (std::size_t v = 0; v < Vectors; ++v) sums[p][v].zero();
  }
  for (const Tap* tap = taps; tap != taps + tap_count; ++tap) {
    const float* x = input + tap->input;
    const float* w = weights + tap->row * (Width * Vectors);
    for (std::size_t i = 0; i < tap->length; ++i, w += Width * Vectors) {
      Lanes<Width> row[Vectors];
      BYPATH_UNROLL
      for (std::size_t v = 0; v < Vectors; ++v) row[v].load(w + v * Width);
      BYPATH_UNROLL
      for (std::size_t p = 0; p < Pixels; ++p) {
        const float value = x[p * input_step + i];
        BYPATH_UNROLL
        for (std::size_t v = 0; v < Vectors; ++v) sums[p][v].add_product(row[v], value);
      }
    }
  }
  const bool narrow = columns != Width * Vectors;
  BYPATH_UNROLL
  for (std::size_t p = 0; p < Pixels; ++p) {
    float whole[Width * Vectors];
    float* to = output + p * output_step;
    BYPATH_UNROLL
    for (std::size_t v = 0; v < Vectors; ++v) sums[p][v].store((narrow ? whole : to) + v * Width);
    if (narrow) std::copy(whole, whole + columns, to);
  }
}

template <std::size_t Width, std::size_t Vectors, std::size_t Most, std::size_t... Fewer>
std::size_t tiles(const std::vector<Tap>& taps, const float* weights, const PixelRow& row,
                  std::size_t columns, std::size_t pixel) {
  for (; pixel + Most <= row.pixels; pixel += Most)
    tile<Width, Vectors, Most>(taps.data(), taps.size(), weights, row.input + pixel * row.input_step,
                               row.input_step, row.output + pixel * row.output_step, row.output_step,
                               columns);
  if constexpr (sizeof...(Fewer) > 0)
    pixel = tiles<Width, Vectors, Fewer...>(taps, weights, row, columns, pixel);
  return pixel;
}

// A block of columns for a row of pixels.
inline void row_of_block(const std::vector<Tap>& taps, const float* weights, const PixelRow& row,
                         std::size_t width, std::size_t columns) {
  if (width == 2 * BYPATH_LANES)
    tiles<BYPATH_LANES, 2, 6, 4, 2, 1>(taps, weights, row, columns, 0);
  else if (width == BYPATH_LANES)
    tiles<BYPATH_LANES, 1, 12, 8, 4, 2, 1>(taps, weights, row, columns, 0);
  else
    tiles<4, 1, 8, 4, 2, 1>(taps, weights, row, columns, 0);
}

// Calls body(first, last) for parts of [0, rows).
template <class Body>
void over_rows(std::size_t rows, double work, Body&& body) {
#if BYPATH_THREADS > 1
  std::size_t parts = std::min<std::size_t>(rows, BYPATH_THREADS);
  if (work < 1e6) parts = 1;
  std::vector<std::thread> threads;
  std::size_t begin = 0;
  threads.reserve(parts);
  for (std::size_t part = 0; part + 1 < parts; ++part) {
    const std::size_t end = rows * (part + 1) / parts;
    try {
      threads.emplace_back([&body, begin, end] { body(begin, end); });
    } catch (const std::system_error&) {
      break;  // the machine gives no more: the rest is done here
    }
    begin = end;
  }
  body(begin, rows);
  for (std::thread& thread : threads) thread.join();
#else
  (void)work;
  body(std::size_t{0}, rows);
#endif
}

// All columns for rows of pixels; row_at(r) is the r-th row of the whole.
template <class RowAt>
void multiply(const std::vector<Tap>& taps, const std::vector<float>& packed, std::size_t depth,
              std::size_t columns, std::size_t rows, std::size_t pixels, RowAt&& row_at) {
  const double work = double(depth) * double(columns) * double(rows) * double(pixels);
  over_rows(rows, work, [&](std::size_t first, std::size_t last) {
    const float* weights = packed.data();
    for (std::size_t begin = 0; begin < columns;) {
      const std::size_t width = block_width(columns - begin);
      for (std::size_t r = first; r < last; ++r) {
        PixelRow row = row_at(r);
        row.output += begin;
        row_of_block(taps, weights, row, width, std::min(width, columns - begin));
      }
      weights += depth * width;
      begin += width;
    }
  });
}

}  // namespace detail

class Model {
 public:
  // Throws std::runtime_error: a file that cannot be read, is damaged, is of another kind or a later version.
  static Model load(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : -1;
    if (size < 0) detail::fail(path + " cannot be opened.");
    if (static_cast<std::uint64_t>(size) > detail::most_bytes)
      detail::fail(path + " is too large for a model.");
    std::vector<unsigned char> bytes(static_cast<std::size_t>(size));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (!file) detail::fail(path + " cannot be read.");
    return from_memory(bytes.data(), bytes.size());
  }
  // The same from bytes, which are not needed afterwards.
  static Model from_memory(const void* bytes, std::size_t size) {
    Model model;
    model.read(static_cast<const unsigned char*>(bytes), size);
    return model;
  }

  const std::string& title() const { return title_; }
  const std::string& network_hash() const { return hash_; }
  // By number; empty where they are not known.
  const std::vector<std::string>& classes() const { return classes_; }
  const std::vector<float>& mean() const { return mean_; }
  const std::vector<float>& deviation() const { return deviation_; }

  std::vector<std::string> input_names() const { return names(inputs_); }
  std::vector<std::string> output_names() const { return names(outputs_); }
  // Of one sample: {C, H, W} of an image, {values} of a row.
  std::vector<std::size_t> input_shape(std::size_t input = 0) const {
    return border_shape(inputs_.at(input).value);
  }
  std::vector<std::size_t> output_shape(std::size_t output = 0) const {
    return border_shape(outputs_.at(output).value);
  }
  // Of one sample while it is computed.
  std::size_t scratch_bytes() const { return 4 * (arena_ + extra_); }
  double multiply_adds() const { return multiply_adds_; }

  // Images of bytes, H x W x C one after the other, as the first input wants them: x / 255, less the mean,
  // over the deviation. Throws where the size is not that of whole images.
  std::vector<float> normalise(const std::vector<unsigned char>& pixels) const {
    const detail::Shape& shape = values_[0].shape;
    const std::size_t count = shape.count();
    if (pixels.empty() || pixels.size() % count != 0)
      detail::fail("the image has " + std::to_string(pixels.size()) + " bytes, and the network takes " +
                   std::to_string(count) + ".");
    std::vector<float> out(pixels.size());
    const std::size_t channels = shape.last(), area = count / channels;
    for (std::size_t n = 0; n < pixels.size() / count; ++n)
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t c = i % channels, p = i / channels;
        float value = static_cast<float>(pixels[n * count + i]) / 255.0F;
        if (!mean_.empty()) value = (value - mean_[c]) / deviation_[c];
        out[n * count + (shape.rank == 3 ? c * area + p : i)] = value;
      }
    return out;
  }

  // The first output of n samples, one after the other. Throws std::invalid_argument where the sizes do not
  // fit.
  std::vector<float> run(const std::vector<float>& input, std::size_t n = 1) const {
    return std::move(run_all({input}, n)[0]);
  }
  // Every output of n samples; the inputs in the order of input_names().
  std::vector<std::vector<float>> run_all(const std::vector<std::vector<float>>& inputs,
                                          std::size_t n = 1) const {
    if (inputs.size() != inputs_.size())
      throw std::invalid_argument("Bypath model: it has " + std::to_string(inputs_.size()) + " inputs, not " +
                                  std::to_string(inputs.size()) + ".");
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const std::size_t count = values_[i].shape.count();
      if (inputs[i].size() % count != 0 || inputs[i].size() / count != n)
        throw std::invalid_argument("Bypath model: " + inputs_[i].name + " of a sample has " +
                                    std::to_string(count) + " values; " + std::to_string(n) +
                                    " samples were to come, and " + std::to_string(inputs[i].size()) +
                                    " values came.");
    }
    std::vector<std::vector<float>> outputs;
    for (const Border& output : outputs_)
      outputs.emplace_back(detail::product(values_[output.value].shape.count(), n, std::size_t(-1) / 8));
    std::vector<float> scratch(arena_ + extra_);
    for (std::size_t sample = 0; sample < n; ++sample) {
      for (std::size_t i = 0; i < inputs.size(); ++i)
        turn(&inputs[i][sample * values_[i].shape.count()], &scratch[values_[i].offset], values_[i].shape,
             true);
      for (std::size_t s = 0; s < steps_.size(); ++s) execute(s, scratch.data());
      for (std::size_t o = 0; o < outputs_.size(); ++o) {
        const detail::Value& value = values_[outputs_[o].value];
        turn(&scratch[value.offset], &outputs[o][sample * value.shape.count()], value.shape, false);
      }
    }
    return outputs;
  }

 private:
  using Shape = detail::Shape;
  using Kind = detail::Kind;
  using Step = detail::Step;
  using Tensor = detail::Tensor;
  using Window = detail::Window;
  struct Border {
    std::string name;
    std::uint32_t value = 0;
  };

  static std::vector<std::string> names(const std::vector<Border>& borders) {
    std::vector<std::string> all;
    for (const Border& border : borders) all.push_back(border.name);
    return all;
  }
  std::vector<std::size_t> border_shape(std::uint32_t value) const {
    const Shape& shape = values_[value].shape;
    if (shape.rank == 3) return {shape.sizes[2], shape.sizes[0], shape.sizes[1]};
    std::vector<std::size_t> sizes;
    for (std::size_t i = 0; i < shape.rank; ++i) sizes.push_back(shape.sizes[i]);
    return sizes;
  }
  // Between C x H x W outside and H x W x C inside.
  static void turn(const float* from, float* to, const Shape& shape, bool in) {
    const std::size_t channels = shape.rank == 3 ? shape.last() : 1, area = shape.count() / channels;
    if (channels == 1) {
      std::copy(from, from + area, to);
      return;
    }
    for (std::size_t p = 0; p < area; ++p)
      for (std::size_t c = 0; c < channels; ++c)
        if (in)
          to[p * channels + c] = from[c * area + p];
        else
          to[c * area + p] = from[p * channels + c];
  }

  // ------------------------------------------------------------------------------------------------- loading

  void read(const unsigned char* bytes, std::size_t size) {
    using detail::require;
    static const unsigned char magic[8] = {0x89, 'B', 'P', 'W', 0x0D, 0x0A, 0x1A, 0x0A};
    require(size >= detail::header_bytes && std::memcmp(bytes, magic, 8) == 0,
            "this is not a file of Bypath weights.");
    const auto version = detail::word_at<std::uint32_t>(bytes + 8);
    if (version != 1)
      detail::fail("it is of version " + std::to_string(version) +
                   ", and this header reads version 1; take the header " + "that was written beside it.");
    require(detail::word_at<std::uint64_t>(bytes + 16) == size, "the file is not whole; copy it again.");
    require(detail::word_at<std::uint64_t>(bytes + 32) == detail::checksum_of_file(bytes, size),
            "the file is damaged: its checksum is wrong. Copy it again.");
    const auto description = detail::word_at<std::uint64_t>(bytes + 24);
    require(description <= size - detail::header_bytes,
            "the description is longer than the file; it is damaged.");
    detail::Reader reader(bytes + detail::header_bytes, static_cast<std::size_t>(description));
    read_facts(reader);
    read_tensors(reader, bytes, size);
    read_inputs(reader);
    read_steps(reader);
    read_outputs(reader);
    require(reader.left() == 0, "something follows the description; the file is damaged.");
    place();
    for (Tensor& tensor : tensors_) tensor.bytes = nullptr;
  }

  void read_facts(detail::Reader& reader) {
    title_ = reader.string();
    hash_ = reader.string();
    const std::size_t classes = reader.count(4);
    for (std::size_t i = 0; i < classes; ++i) classes_.push_back(reader.string());
    for (std::vector<float>* list : {&mean_, &deviation_}) {
      const std::size_t channels = reader.count(4);
      for (std::size_t i = 0; i < channels; ++i) list->push_back(reader.f32());
    }
  }

  void read_tensors(detail::Reader& reader, const unsigned char* bytes, std::size_t size) {
    const std::size_t count = reader.count(24);
    for (std::size_t i = 0; i < count; ++i) {
      Tensor tensor;
      tensor.name = reader.string();
      tensor.shape = detail::read_shape(reader, 4);
      const std::uint64_t offset = reader.u64();
      detail::require(offset % 64 == 0 && offset <= size && tensor.shape.count() <= (size - offset) / 4,
                      "a tensor lies outside the file; it is damaged.");
      tensor.bytes = bytes + offset;
      tensors_.push_back(std::move(tensor));
    }
  }

  void read_inputs(detail::Reader& reader) {
    const std::size_t count = reader.count(16);
    detail::require(count >= 1 && count <= detail::most_borders,
                    "the network has no input or too many; the file is damaged.");
    for (std::size_t i = 0; i < count; ++i) {
      inputs_.push_back({reader.string(), static_cast<std::uint32_t>(i)});
      values_.push_back({detail::read_shape(reader, 3), 0});
    }
    detail::require(
        mean_.size() == deviation_.size() && (mean_.empty() || mean_.size() == values_[0].shape.last()),
        "mean and deviation are not of the input's channels; the file is damaged.");
    for (const float one : deviation_)
      detail::require(one > 0, "a deviation is not above 0; the file is damaged.");
  }

  void read_outputs(detail::Reader& reader) {
    const std::size_t count = reader.count(8);
    detail::require(count >= 1 && count <= detail::most_borders,
                    "the network has no output or too many; the file is damaged.");
    for (std::size_t i = 0; i < count; ++i) {
      Border border;
      border.name = reader.string();
      border.value = reader.u32();
      detail::require(border.value < values_.size(), "an output is no value; the file is damaged.");
      outputs_.push_back(std::move(border));
    }
  }

  void read_steps(detail::Reader& reader) {
    const std::size_t count = reader.count(16);
    detail::require(count <= detail::most_steps, "the network has too many steps.");
    for (std::size_t i = 0; i < count; ++i) {
      Step step;
      const std::uint32_t kind = reader.u32();
      detail::require(kind >= 1 && kind <= detail::last_kind,
                      "a step is of no known kind; the file is damaged.");
      step.kind = static_cast<Kind>(kind);
      const std::size_t values = reader.count(4);
      for (std::size_t k = 0; k < values; ++k) step.values.push_back(reader.u32());
      const std::size_t tensors = reader.count(4);
      for (std::size_t k = 0; k < tensors; ++k) step.tensors.push_back(reader.u32());
      const std::size_t numbers = reader.count(8);
      for (std::size_t k = 0; k < numbers; ++k) step.numbers.push_back(reader.f64());
      for (const std::uint32_t value : step.values)
        detail::require(value < values_.size(), "a step reads what is not there yet; the file is damaged.");
      for (const std::uint32_t tensor : step.tensors)
        detail::require(tensor < tensors_.size(),
                        "a step reads a tensor that is not there; the file is damaged.");
      const Shape shape = shape_of(step);
      shape.check();
      values_.push_back({shape, 0});
      steps_.push_back(std::move(step));
    }
  }

  static void expect(const Step& step, std::size_t values, std::size_t tensors, std::size_t numbers) {
    detail::require(
        step.values.size() == values && step.tensors.size() == tensors && step.numbers.size() == numbers,
        "a step has not what it needs; the file is damaged.");
  }
  static std::size_t whole(const Step& step, std::size_t number, std::size_t least = 0) {
    const double value = step.numbers[number];
    detail::require(
        value >= static_cast<double>(least) && value <= detail::most_of_an_axis && value == std::floor(value),
        "a number of a step is not possible; the file is damaged.");
    return static_cast<std::size_t>(value);
  }
  // Strides, then padding, from the number-th on.
  static void read_window(Step& step, std::size_t number) {
    Window& window = step.window;
    window.stride_h = whole(step, number, 1);
    window.stride_w = whole(step, number + 1, 1);
    window.top = whole(step, number + 2);
    window.left = whole(step, number + 3);
    window.bottom = whole(step, number + 4);
    window.right = whole(step, number + 5);
  }
  const Shape& shape_in(const Step& step, std::size_t which = 0) const {
    return values_[step.values[which]].shape;
  }
  static void image(const Shape& shape) {
    detail::require(shape.rank == 3, "a step wants an image; the file is damaged.");
  }
  void channels(const Step& step, std::size_t tensor, std::size_t size) {
    Tensor& found = tensors_[step.tensors[tensor]];
    detail::require(found.shape.rank == 1 && found.shape.last() == size,
                    "a tensor is not one number a channel; the file is damaged.");
    found.plain();
  }

  // The shape rule of every kind, which also prepares its tensors and its window.
  Shape shape_of(Step& step) {
    switch (step.kind) {
      case Kind::convolution:
      case Kind::transposed:
        return shape_of_convolution(step);
      case Kind::dense:
        return shape_of_dense(step);
      case Kind::bias:
        expect(step, 1, 1, 0);
        channels(step, 0, shape_in(step).last());
        return shape_in(step);
      case Kind::normalise:
        expect(step, 1, 4, 1);
        for (std::size_t i = 0; i < 4; ++i) channels(step, i, shape_in(step).last());
        extra_ = std::max(extra_, 2 * shape_in(step).last());
        return shape_in(step);
      case Kind::relu:
      case Kind::sigmoid:
      case Kind::tanh:
        expect(step, 1, 0, 0);
        return shape_in(step);
      case Kind::elu:
      case Kind::scale:
        expect(step, 1, 0, 1);
        return shape_in(step);
      case Kind::scale_by_tensor:
        expect(step, 1, 1, 1);
        channels(step, 0, 1);
        return shape_in(step);
      case Kind::max_pool:
      case Kind::mean_pool:
        return shape_of_pool(step);
      case Kind::image_mean: {
        expect(step, 1, 0, 0);
        image(shape_in(step));
        Shape shape;
        shape.rank = 1;
        shape.sizes[0] = shape_in(step).last();
        return shape;
      }
      case Kind::reshape:
        return shape_of_reshape(step);
      case Kind::sum:
      case Kind::product:
        return shape_of_pair(step);
      case Kind::concat:
        return shape_of_concat(step);
      case Kind::slice: {
        expect(step, 1, 0, 2);
        Shape shape = shape_in(step);
        const std::size_t first = whole(step, 0), count = whole(step, 1, 1);
        detail::require(first + count <= shape.last(), "channels are not there; the file is damaged.");
        shape.sizes[shape.rank - 1] = count;
        return shape;
      }
      case Kind::pad_channels:
        return shape_of_padded(step);
    }
    detail::fail("a step is of no known kind; the file is damaged.");
  }

  Shape shape_of_convolution(Step& step) {
    const bool turned = step.kind == Kind::transposed;
    expect(step, 1, step.tensors.size(), turned ? 8 : 6);
    detail::require(step.tensors.size() == 1 || step.tensors.size() == 2,
                    "a convolution has no weights; the file is damaged.");
    const Shape& x = shape_in(step);
    Tensor& weights = tensors_[step.tensors[0]];
    image(x);
    detail::require(weights.shape.rank == 4,
                    "the weights of a convolution are of another rank; the file is damaged.");
    const std::array<std::size_t, 4>& sizes = weights.shape.sizes;
    read_window(step, 0);
    step.window.kernel_h = sizes[0];
    step.window.kernel_w = sizes[1];
    const std::size_t in = sizes[turned ? 3 : 2], out = sizes[turned ? 2 : 3], taps = sizes[0] * sizes[1];
    detail::require(x.last() == in,
                    "the weights of a convolution are of other channels; the file is damaged.");
    Shape y;
    if (turned) {
      y.rank = 3;
      y.sizes = {whole(step, 6, 1), whole(step, 7, 1), out, 0};
      y.check();
      const Shape back = step.window.positions(y.sizes[0], y.sizes[1], in);
      detail::require(back == x, "a transposed convolution does not lead back; the file is damaged.");
    } else {
      y = step.window.positions(x.sizes[0], x.sizes[1], out);
    }
    if (step.tensors.size() == 2) channels(step, 1, out);
    const Padded padded = padding_of(step, x, y);
    if (padded.any()) extra_ = std::max(extra_, padded.count(x));
    multiply_adds_ +=
        static_cast<double>((turned ? x : y).rows()) * static_cast<double>(weights.shape.count());
    std::vector<float>& packed = turned ? weights.packed_turned : weights.packed;
    if (packed.empty())
      packed = detail::pack(taps * in, out, [&](std::size_t row, std::size_t column) {
        const std::size_t at = turned ? (row / in * out + column) * in + row % in : row * out + column;
        return detail::float_at(weights.bytes + 4 * at);
      });
    return y;
  }

  Shape shape_of_dense(Step& step) {
    expect(step, 1, 1, 0);
    const Shape& x = shape_in(step);
    Tensor& weights = tensors_[step.tensors[0]];
    detail::require(x.rank == 1 && weights.shape.rank == 2 && weights.shape.sizes[0] == x.last(),
                    "the weights of a dense step are of another size; the file is damaged.");
    Shape y;
    y.rank = 1;
    y.sizes[0] = weights.shape.sizes[1];
    multiply_adds_ += static_cast<double>(weights.shape.count());
    if (weights.packed.empty())
      weights.packed = detail::pack(x.last(), y.last(), [&](std::size_t row, std::size_t column) {
        return detail::float_at(weights.bytes + 4 * (row * y.sizes[0] + column));
      });
    return y;
  }

  Shape shape_of_pool(Step& step) {
    expect(step, 1, 0, step.kind == Kind::mean_pool ? 9 : 8);
    image(shape_in(step));
    Window& window = step.window;
    window.kernel_h = whole(step, 0, 1);
    window.kernel_w = whole(step, 1, 1);
    read_window(step, 2);
    detail::require(std::max(window.top, window.bottom) < window.kernel_h &&
                        std::max(window.left, window.right) < window.kernel_w,
                    "a window would lie outside its image; the file is damaged.");
    const Shape& x = shape_in(step);
    const Shape y = window.positions(x.sizes[0], x.sizes[1], x.last());
    // Every position must see a pixel.
    detail::require((y.sizes[0] - 1) * window.stride_h < x.sizes[0] + window.top &&
                        (y.sizes[1] - 1) * window.stride_w < x.sizes[1] + window.left,
                    "a window would lie outside its image; the file is damaged.");
    return y;
  }

  Shape shape_of_reshape(const Step& step) {
    expect(step, 1, 0, step.numbers.size());
    Shape shape;
    shape.rank = step.numbers.size();
    detail::require(shape.rank >= 1 && shape.rank <= 3, "a rank is not possible; the file is damaged.");
    for (std::size_t i = 0; i < shape.rank; ++i) shape.sizes[i] = whole(step, i, 1);
    shape.check();
    detail::require(shape.count() == shape_in(step).count(),
                    "a reshape changes the size; the file is damaged.");
    return shape;
  }

  Shape shape_of_pair(const Step& step) {
    expect(step, step.values.size(), 0, 0);
    detail::require(step.kind == Kind::sum ? step.values.size() >= 2 : step.values.size() == 2,
                    "a step has not what it needs; the file is damaged.");
    for (std::size_t i = 1; i < step.values.size(); ++i)
      detail::require(shape_in(step, i) == shape_in(step),
                      "values of two shapes are to be joined; the file is damaged.");
    return shape_in(step);
  }

  Shape shape_of_concat(const Step& step) {
    expect(step, step.values.size(), 0, 0);
    detail::require(step.values.size() >= 2, "a step has not what it needs; the file is damaged.");
    Shape shape = shape_in(step);
    std::size_t sum = 0;
    for (std::size_t i = 0; i < step.values.size(); ++i) {
      Shape same = shape_in(step, i);
      sum += same.last();
      detail::require(sum <= detail::most_values,
                      "a size is larger than any network has; the file is damaged.");
      same.sizes[same.rank - 1] = shape.sizes[shape.rank - 1];
      detail::require(same == shape, "values of two shapes are to be joined; the file is damaged.");
    }
    shape.sizes[shape.rank - 1] = sum;
    return shape;
  }

  Shape shape_of_padded(Step& step) {
    expect(step, 1, 0, 6);
    Shape shape = shape_in(step);
    const Shape x = shape;
    const std::size_t all = whole(step, 0, 1), before = whole(step, 1);
    step.window.stride_h = whole(step, 2, 1);
    step.window.stride_w = whole(step, 3, 1);
    detail::require(before + x.last() <= all, "channels do not fit; the file is damaged.");
    shape.sizes[shape.rank - 1] = all;
    if (x.rank == 3) {
      shape.sizes[0] = whole(step, 4, 1);
      shape.sizes[1] = whole(step, 5, 1);
      detail::require((shape.sizes[0] - 1) * step.window.stride_h < x.sizes[0] &&
                          (shape.sizes[1] - 1) * step.window.stride_w < x.sizes[1],
                      "pixels are not there; the file is damaged.");
    }
    return shape;
  }

  // Where the values lie: a place is used again when the last reader of what was there is done.
  void place() {
    std::vector<std::size_t> last_read(values_.size(), 0);
    for (std::size_t v = 0; v < values_.size(); ++v)
      last_read[v] = v < inputs_.size() ? 0 : v - inputs_.size();
    for (std::size_t s = 0; s < steps_.size(); ++s)
      for (const std::uint32_t value : steps_[s].values) last_read[value] = s;
    for (const Border& output : outputs_) last_read[output.value] = steps_.size();

    std::vector<std::size_t> slot_of(values_.size()), sizes, free;
    const auto put = [&](std::size_t value) {
      const std::size_t count = (values_[value].shape.count() + 15) / 16 * 16;
      // The smallest free place that is large enough, or the largest, which grows.
      auto best = free.end();
      for (auto it = free.begin(); it != free.end(); ++it) {
        const bool fits = sizes[*it] >= count, best_fits = best != free.end() && sizes[*best] >= count;
        if (best == free.end() || (fits && (!best_fits || sizes[*it] < sizes[*best])) ||
            (!fits && !best_fits && sizes[*it] > sizes[*best]))
          best = it;
      }
      if (best == free.end()) {
        slot_of[value] = sizes.size();
        sizes.push_back(count);
        return;
      }
      slot_of[value] = *best;
      sizes[*best] = std::max(sizes[*best], count);
      free.erase(best);
    };
    for (std::size_t v = 0; v < inputs_.size(); ++v) put(v);
    for (std::size_t s = 0; s < steps_.size(); ++s) {
      const std::size_t made = inputs_.size() + s;
      const std::uint32_t first = steps_[s].values[0];
      std::vector<std::uint32_t> read = steps_[s].values;
      std::sort(read.begin(), read.end());
      read.erase(std::unique(read.begin(), read.end()), read.end());
      const bool in_place = works_in_place(steps_[s]) && last_read[first] == s;
      if (in_place)
        slot_of[made] = slot_of[first];
      else
        put(made);
      for (const std::uint32_t value : read)
        if (last_read[value] == s && !(in_place && value == first)) free.push_back(slot_of[value]);
      if (last_read[made] == s) free.push_back(slot_of[made]);  // nobody reads it
    }
    std::vector<std::size_t> offsets;
    for (const std::size_t size : sizes) {
      offsets.push_back(arena_);
      detail::require(size <= detail::most_scratch - arena_,
                      "the network needs too much memory; the file is damaged.");
      arena_ += size;
    }
    detail::require(extra_ <= detail::most_scratch,
                    "the network needs too much memory; the file is damaged.");
    for (std::size_t v = 0; v < values_.size(); ++v) values_[v].offset = offsets[slot_of[v]];
  }

  // Value by value, the first one read and the result may be the same memory.
  static bool works_in_place(const Step& step) {
    const Kind kind = step.kind;
    // A longer sum may read its first value again.
    if (kind == Kind::sum) return step.values.size() == 2;
    return kind == Kind::bias || kind == Kind::normalise || kind == Kind::relu || kind == Kind::elu ||
           kind == Kind::sigmoid || kind == Kind::tanh || kind == Kind::reshape || kind == Kind::product ||
           kind == Kind::scale || kind == Kind::scale_by_tensor;
  }

  // ------------------------------------------------------------------------------------------------- running

  void execute(std::size_t number, float* scratch) const {
    const Step& step = steps_[number];
    const detail::Value& made = values_[inputs_.size() + number];
    float* y = scratch + made.offset;
    const float* x = scratch + values_[step.values[0]].offset;
    const std::size_t count = made.shape.count();
    switch (step.kind) {
      case Kind::convolution:
        return convolve(step, x, y, made.shape, scratch + arena_);
      case Kind::transposed:
        return convolve_back(step, x, y, made.shape, scratch + arena_);
      case Kind::dense: {
        const std::vector<detail::Tap> taps{{0, 0, shape_in(step).last()}};
        return detail::multiply(taps, tensors_[step.tensors[0]].packed, shape_in(step).last(), count, 1, 1,
                                [&](std::size_t) {
                                  return detail::PixelRow{x, 0, y, 0, 1};
                                });
      }
      case Kind::bias:
        return add_bias(tensors_[step.tensors[0]].values, x, y, count);
      case Kind::normalise:
        return normalise_channels(step, x, y, count, scratch + arena_);
      case Kind::relu:
        for (std::size_t i = 0; i < count; ++i) y[i] = x[i] > 0 ? x[i] : 0;
        return;
      case Kind::elu: {
        const auto alpha = static_cast<float>(step.numbers[0]);
        for (std::size_t i = 0; i < count; ++i) y[i] = x[i] > 0 ? x[i] : alpha * std::expm1(x[i]);
        return;
      }
      case Kind::sigmoid:
        for (std::size_t i = 0; i < count; ++i) y[i] = 1 / (1 + std::exp(-x[i]));
        return;
      case Kind::tanh:
        for (std::size_t i = 0; i < count; ++i) y[i] = std::tanh(x[i]);
        return;
      case Kind::max_pool:
      case Kind::mean_pool:
        return pool(step, x, y, made.shape);
      case Kind::image_mean:
        return mean_of_image(x, y, shape_in(step));
      case Kind::reshape:
        if (x != y) std::copy(x, x + count, y);
        return;
      case Kind::sum:
        return add(step, scratch, y, count);
      case Kind::product: {
        const float* other = scratch + values_[step.values[1]].offset;
        for (std::size_t i = 0; i < count; ++i) y[i] = x[i] * other[i];
        return;
      }
      case Kind::scale:
      case Kind::scale_by_tensor: {
        auto factor = static_cast<float>(step.numbers[0]);
        if (step.kind == Kind::scale_by_tensor) factor *= tensors_[step.tensors[0]].values[0];
        for (std::size_t i = 0; i < count; ++i) y[i] = x[i] * factor;
        return;
      }
      case Kind::concat:
        return join(step, scratch, y, made.shape);
      case Kind::slice: {
        const std::size_t all = shape_in(step).last(), some = made.shape.last(), first = whole(step, 0);
        for (std::size_t r = 0; r < made.shape.rows(); ++r)
          std::copy(x + r * all + first, x + r * all + first + some, y + r * some);
        return;
      }
      case Kind::pad_channels:
        return pad(step, x, y, made.shape);
    }
  }

  // Rows and columns of zeros around what a convolution reads, so that no pixel needs to be asked where it
  // lies.
  struct Padded {
    std::size_t top = 0, left = 0, height = 0, width = 0;
    bool around = false;
    bool any() const { return around; }
    std::size_t count(const Shape& x) const {
      return detail::product(detail::product(height, width, detail::most_values), x.last(),
                             detail::most_values);
    }
  };
  static Padded padding_of(const Step& step, const Shape& x, const Shape& y) {
    const Window& w = step.window;
    Padded padded;
    if (step.kind == Kind::convolution) {
      padded = {w.top, w.left, x.sizes[0] + w.top + w.bottom, x.sizes[1] + w.left + w.right, false};
    } else {
      // Of a result's row i, tap kh reads row (i + top - kh) / stride where that is whole.
      padded.top = (w.kernel_h - 1) / w.stride_h + 1;
      padded.left = (w.kernel_w - 1) / w.stride_w + 1;
      padded.height = padded.top + std::max(x.sizes[0], (y.sizes[0] - 1 + w.top) / w.stride_h + 1);
      padded.width = padded.left + std::max(x.sizes[1], (y.sizes[1] - 1 + w.left) / w.stride_w + 1);
    }
    padded.around =
        padded.top > 0 || padded.left > 0 || padded.height > x.sizes[0] || padded.width > x.sizes[1];
    return padded;
  }
  static const float* with_padding(const Padded& padded, const float* x, const Shape& shape, float* scratch) {
    if (!padded.any()) return x;
    const std::size_t channels = shape.last(), row = padded.width * channels,
                      line = shape.sizes[1] * channels;
    std::fill(scratch, scratch + padded.count(shape), 0.0F);
    for (std::size_t h = 0; h < shape.sizes[0]; ++h)
      std::copy(x + h * line, x + (h + 1) * line, scratch + (h + padded.top) * row + padded.left * channels);
    return scratch;
  }
  void finish(const Step& step, float* y, const Shape& shape) const {
    if (step.tensors.size() == 2) add_bias(tensors_[step.tensors[1]].values, y, y, shape.count());
  }

  void convolve(const Step& step, const float* x, float* y, const Shape& out, float* scratch) const {
    const Shape& in = shape_in(step);
    const Window& w = step.window;
    const Padded padded = padding_of(step, in, out);
    const float* from = with_padding(padded, x, in, scratch);
    const std::size_t channels = in.last(), line = padded.width * channels, run = w.kernel_w * channels;
    std::vector<detail::Tap> taps;
    for (std::size_t kh = 0; kh < w.kernel_h; ++kh) taps.push_back({kh * line, kh * run, run});
    detail::multiply(taps, tensors_[step.tensors[0]].packed, w.kernel_h * run, out.last(), out.sizes[0],
                     out.sizes[1], [&](std::size_t row) {
                       return detail::PixelRow{from + row * w.stride_h * line, w.stride_w * channels,
                                               y + row * out.sizes[1] * out.last(), out.last(), out.sizes[1]};
                     });
    finish(step, y, out);
  }

  // Pixels of the result that lie a stride apart are an ordinary convolution with some of the taps.
  void convolve_back(const Step& step, const float* x, float* y, const Shape& out, float* scratch) const {
    const Shape& in = shape_in(step);
    const Window& w = step.window;
    const Padded padded = padding_of(step, in, out);
    const float* from = with_padding(padded, x, in, scratch);
    const std::size_t depth = in.last(), line = padded.width * depth;
    for (std::size_t i = 0; i < std::min(w.stride_h, out.sizes[0]); ++i)
      for (std::size_t j = 0; j < std::min(w.stride_w, out.sizes[1]); ++j) {
        std::vector<detail::Tap> taps;
        for (std::size_t kh = (i + w.top) % w.stride_h; kh < w.kernel_h; kh += w.stride_h)
          for (std::size_t kw = (j + w.left) % w.stride_w; kw < w.kernel_w; kw += w.stride_w) {
            // Not below 0: the padding is as wide as the reach of the taps.
            const std::size_t row = padded.top + (i + w.top) / w.stride_h - kh / w.stride_h;
            const std::size_t column = padded.left + (j + w.left) / w.stride_w - kw / w.stride_w;
            taps.push_back({row * line + column * depth, (kh * w.kernel_w + kw) * depth, depth});
          }
        const std::size_t rows = (out.sizes[0] - 1 - i) / w.stride_h + 1;
        const std::size_t columns = (out.sizes[1] - 1 - j) / w.stride_w + 1;
        detail::multiply(
            taps, tensors_[step.tensors[0]].packed_turned, w.kernel_h * w.kernel_w * depth, out.last(), rows,
            columns, [&](std::size_t row) {
              float* to = y + ((i + row * w.stride_h) * out.sizes[1] + j) * out.last();
              return detail::PixelRow{from + row * line, depth, to, w.stride_w * out.last(), columns};
            });
      }
    finish(step, y, out);
  }

  static void add_bias(const std::vector<float>& bias, const float* x, float* y, std::size_t count) {
    const std::size_t channels = bias.size();
    for (std::size_t i = 0; i < count; i += channels)
      for (std::size_t c = 0; c < channels; ++c) y[i + c] = x[i + c] + bias[c];
  }

  void normalise_channels(const Step& step, const float* x, float* y, std::size_t count,
                          float* factor) const {
    const std::vector<float>&scale = tensors_[step.tensors[0]].values,
          &shift = tensors_[step.tensors[1]].values, &mean = tensors_[step.tensors[2]].values,
          &variance = tensors_[step.tensors[3]].values;
    const std::size_t channels = scale.size();
    float* offset = factor + channels;
    for (std::size_t c = 0; c < channels; ++c) {
      const double by = scale[c] / std::sqrt(static_cast<double>(variance[c]) + step.numbers[0]);
      factor[c] = static_cast<float>(by);
      offset[c] = static_cast<float>(shift[c] - mean[c] * by);
    }
    for (std::size_t i = 0; i < count; i += channels)
      for (std::size_t c = 0; c < channels; ++c) y[i + c] = x[i + c] * factor[c] + offset[c];
  }

  static void pool(const Step& step, const float* x, float* y, const Shape& in, const Shape& out) {
    const Window& w = step.window;
    const std::size_t channels = in.last();
    const bool largest = step.kind == Kind::max_pool;
    const bool all_cells = !largest && step.numbers[8] != 0;
    for (std::size_t oh = 0; oh < out.sizes[0]; ++oh)
      for (std::size_t ow = 0; ow < out.sizes[1]; ++ow, y += channels) {
        // In the padded image; pixels of the image itself are [top, top + height).
        const std::size_t top = std::max(oh * w.stride_h, w.top), left = std::max(ow * w.stride_w, w.left);
        const std::size_t bottom = std::min(oh * w.stride_h + w.kernel_h, in.sizes[0] + w.top);
        const std::size_t right = std::min(ow * w.stride_w + w.kernel_w, in.sizes[1] + w.left);
        std::fill(y, y + channels, largest ? -std::numeric_limits<float>::infinity() : 0.0F);
        for (std::size_t h = top; h < bottom; ++h)
          for (std::size_t v = left; v < right; ++v) {
            const float* pixel = x + ((h - w.top) * in.sizes[1] + (v - w.left)) * channels;
            if (largest)
              for (std::size_t c = 0; c < channels; ++c) y[c] = std::max(y[c], pixel[c]);
            else
              for (std::size_t c = 0; c < channels; ++c) y[c] += pixel[c];
          }
        if (largest) continue;
        const auto cells =
            static_cast<float>(all_cells ? w.kernel_h * w.kernel_w : (bottom - top) * (right - left));
        for (std::size_t c = 0; c < channels; ++c) y[c] /= cells;
      }
  }
  void pool(const Step& step, const float* x, float* y, const Shape& out) const {
    pool(step, x, y, shape_in(step), out);
  }

  static void mean_of_image(const float* x, float* y, const Shape& in) {
    const std::size_t channels = in.last(), area = in.rows();
    std::fill(y, y + channels, 0.0F);
    for (std::size_t p = 0; p < area; ++p)
      for (std::size_t c = 0; c < channels; ++c) y[c] += x[p * channels + c];
    for (std::size_t c = 0; c < channels; ++c) y[c] /= static_cast<float>(area);
  }

  void add(const Step& step, const float* scratch, float* y, std::size_t count) const {
    // The first place may be the result's own.
    const float* first = scratch + values_[step.values[0]].offset;
    const float* second = scratch + values_[step.values[1]].offset;
    for (std::size_t i = 0; i < count; ++i) y[i] = first[i] + second[i];
    for (std::size_t k = 2; k < step.values.size(); ++k) {
      const float* more = scratch + values_[step.values[k]].offset;
      for (std::size_t i = 0; i < count; ++i) y[i] += more[i];
    }
  }

  void join(const Step& step, const float* scratch, float* y, const Shape& out) const {
    std::size_t begin = 0;
    for (const std::uint32_t value : step.values) {
      const float* x = scratch + values_[value].offset;
      const std::size_t channels = values_[value].shape.last();
      for (std::size_t r = 0; r < out.rows(); ++r)
        std::copy(x + r * channels, x + (r + 1) * channels, y + r * out.last() + begin);
      begin += channels;
    }
  }

  void pad(const Step& step, const float* x, float* y, const Shape& out) const {
    const Shape& in = shape_in(step);
    const std::size_t channels = in.last(), before = whole(step, 1);
    std::fill(y, y + out.count(), 0.0F);
    for (std::size_t r = 0; r < out.rows(); ++r) {
      std::size_t from = r;
      if (out.rank == 3)
        from =
            r / out.sizes[1] * step.window.stride_h * in.sizes[1] + r % out.sizes[1] * step.window.stride_w;
      std::copy(x + from * channels, x + (from + 1) * channels, y + r * out.last() + before);
    }
  }

  std::string title_, hash_;
  std::vector<std::string> classes_;
  std::vector<float> mean_, deviation_;
  std::vector<Tensor> tensors_;
  std::vector<detail::Value> values_;
  std::vector<Step> steps_;
  std::vector<Border> inputs_, outputs_;
  std::size_t arena_ = 0;  // floats for the values of one sample, then `extra_` for the work of a step
  std::size_t extra_ = 0;
  double multiply_adds_ = 0;
};

}  // namespace BYPATH_NAMESPACE

#endif  // BYPATH_HPP
