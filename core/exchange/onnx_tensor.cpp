#include "core/exchange/onnx_tensor.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace bypath {
namespace {

using onnx::TensorProto;

static_assert(std::endian::native == std::endian::little);

constexpr int64_t mostValues = int64_t{1} << 31;
constexpr int mostAxes = 16;

Error refusal(const std::string& what, const std::string& why) {
  return {ErrorKind::data, what + " " + why};
}

// Bytes of a value in raw_data; 0 for a type that is not read here.
int64_t bytesOf(int type) {
  switch (type) {
    case TensorProto::FLOAT:
    case TensorProto::INT32:
      return 4;
    case TensorProto::DOUBLE:
    case TensorProto::INT64:
      return 8;
    case TensorProto::FLOAT16:
      return 2;
    default:
      return 0;
  }
}

// How many values stand in the typed field of the tensor's type.
int64_t typedCount(const TensorProto& tensor) {
  switch (tensor.data_type()) {
    case TensorProto::FLOAT:
      return tensor.float_data_size();
    case TensorProto::DOUBLE:
      return tensor.double_data_size();
    case TensorProto::INT64:
      return tensor.int64_data_size();
    default:  // INT32, and FLOAT16 as bit patterns
      return tensor.int32_data_size();
  }
}

float fromHalf(uint16_t half) {
  const int exponent = (half >> 10) & 31, mantissa = half & 1023;
  const float sign = half & 0x8000 ? -1.0F : 1.0F;
  if (exponent == 31) return mantissa ? NAN : sign * INFINITY;
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(mantissa), -24);
  return sign * std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
}

template <class T, class Use>
void eachRaw(const std::string& raw, Use use) {
  for (size_t at = 0; at + sizeof(T) <= raw.size(); at += sizeof(T)) {
    T value;
    std::memcpy(&value, raw.data() + at, sizeof value);
    use(value);
  }
}

void readReals(const TensorProto& tensor, std::vector<float>& reals) {
  const auto add = [&](auto value) { reals.push_back(static_cast<float>(value)); };
  const auto addHalf = [&](uint16_t value) { reals.push_back(fromHalf(value)); };
  const std::string& raw = tensor.raw_data();
  switch (tensor.data_type()) {
    case TensorProto::FLOAT:
      eachRaw<float>(raw, add);
      for (const float value : tensor.float_data()) add(value);
      break;
    case TensorProto::DOUBLE:
      eachRaw<double>(raw, add);
      for (const double value : tensor.double_data()) add(value);
      break;
    default:
      eachRaw<uint16_t>(raw, addHalf);
      for (const int32_t value : tensor.int32_data()) addHalf(static_cast<uint16_t>(value));
  }
}

void readIntegers(const TensorProto& tensor, std::vector<int64_t>& integers) {
  const auto add = [&](auto value) { integers.push_back(static_cast<int64_t>(value)); };
  const std::string& raw = tensor.raw_data();
  if (tensor.data_type() == TensorProto::INT64) {
    eachRaw<int64_t>(raw, add);
    for (const int64_t value : tensor.int64_data()) add(value);
  } else {
    eachRaw<int32_t>(raw, add);
    for (const int32_t value : tensor.int32_data()) add(value);
  }
}

}  // namespace

std::string quotable(const std::string& name) {
  constexpr size_t most = 80;
  std::string text;
  for (const char c : name.substr(0, most)) text += c >= ' ' && c < 127 ? c : '?';
  return name.size() > most ? text + "..." : text;
}

Result<void> checkTensor(const TensorProto& tensor, const std::string& what) {
  if (tensor.data_location() == TensorProto::EXTERNAL || tensor.external_data_size() > 0)
    return refusal(what,
                   "are kept in another file, which is not read; save the model with its weights inside.");
  if (tensor.has_segment())
    return refusal(what, "are cut into segments, which is not read; save the model with whole tensors.");
  const int64_t bytes = bytesOf(tensor.data_type());
  if (bytes == 0)
    return refusal(what, "have the type " + std::to_string(tensor.data_type()) +
                             ", and only float, double, float16, int64 and int32 are read; convert them.");
  if (tensor.dims_size() > mostAxes)
    return refusal(what, "have " + std::to_string(tensor.dims_size()) + " dimensions; the file is damaged.");
  int64_t count = 1;
  for (const int64_t size : tensor.dims()) {
    if (size < 0) return refusal(what, "have a negative dimension; the file is damaged.");
    if (size > mostValues || (count *= size) > mostValues)
      return refusal(what, "have more than 2^31 values by their dimensions; no such model is read.");
  }
  const auto raw = static_cast<int64_t>(tensor.raw_data().size());
  const int64_t typed = typedCount(tensor);
  if (tensor.has_raw_data() && typed > 0) return refusal(what, "are given twice; the file is damaged.");
  const int64_t have = tensor.has_raw_data() ? raw / bytes : typed;
  if (have != count || raw % bytes != 0)
    return refusal(what, "should be " + std::to_string(count) + " values by their dimensions and are " +
                             std::to_string(have) + "; the file is damaged.");
  return {};
}

Result<OnnxNumbers> numbersOf(const TensorProto& tensor, const std::string& what) {
  if (Result<void> checked = checkTensor(tensor, what); !checked) return checked.error();
  OnnxNumbers numbers;
  numbers.sizes.assign(tensor.dims().begin(), tensor.dims().end());
  int64_t count = 1;
  for (const int64_t size : numbers.sizes) count *= size;
  numbers.real = tensor.data_type() != TensorProto::INT64 && tensor.data_type() != TensorProto::INT32;
  if (!numbers.real) {
    numbers.integers.reserve(static_cast<size_t>(count));
    readIntegers(tensor, numbers.integers);
    return numbers;
  }
  numbers.reals.reserve(static_cast<size_t>(count));
  readReals(tensor, numbers.reals);
  for (const float value : numbers.reals)
    if (!std::isfinite(value))
      return refusal(what, "hold numbers that are not finite; the model diverged or is damaged.");
  return numbers;
}

}  // namespace bypath
