// An example: a network from Bypath looks at one image. You may use this file in any program, under the terms
// of the MIT licence that stands in bypath.hpp.
//
//   bypath_example net.bpw picture.ppm              the most likely classes
//   bypath_example net.bpw values.raw --numbers     every number of every output
//
// A picture is a binary .ppm or .pgm of the network's size, 8 bits a channel. Any other file is taken for
// float32 values as the network wants them, C x H x W, several samples one after the other.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "bypath.hpp"

namespace {

std::vector<unsigned char> bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + " cannot be opened.");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The numbers of a picture's head, with comments left out; `at` ends behind the one blank after the last.
unsigned long next_number(const std::vector<unsigned char>& bytes, std::size_t& at) {
  const auto here = [&] { return at < bytes.size() ? bytes[at] : 0; };
  for (; here() == ' ' || here() == '\t' || here() == '\r' || here() == '\n' || here() == '#'; ++at)
    if (here() == '#')
      while (here() != '\n' && at < bytes.size()) ++at;
  unsigned long number = 0;
  for (; here() >= '0' && here() <= '9' && number < 1000000; ++at) number = number * 10 + (here() - '0');
  return number;
}

std::vector<unsigned char> pixels_of(const std::vector<unsigned char>& bytes,
                                     const std::vector<std::size_t>& shape) {
  const std::size_t channels = bytes[1] == '6' ? 3 : 1;
  std::size_t at = 2;
  const unsigned long width = next_number(bytes, at), height = next_number(bytes, at),
                      most = next_number(bytes, at);
  ++at;
  if (most != 255) throw std::runtime_error("The picture has not 8 bits a channel.");
  if (shape != std::vector<std::size_t>{channels, height, width})
    throw std::runtime_error("The picture has " + std::to_string(channels) + " channels of " +
                             std::to_string(height) + " x " + std::to_string(width) +
                             " pixels, which is not what the network takes.");
  const std::size_t count = channels * height * width;
  if (at > bytes.size() || bytes.size() - at < count) throw std::runtime_error("The picture is not whole.");
  const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  return {first, first + static_cast<std::ptrdiff_t>(count)};
}

std::vector<float> input_of(const bypath::Model& model, const std::string& path) {
  const std::vector<unsigned char> bytes = bytes_of(path);
  if (bytes.size() > 2 && bytes[0] == 'P' && (bytes[1] == '5' || bytes[1] == '6'))
    return model.normalise(pixels_of(bytes, model.input_shape()));
  if (bytes.size() % sizeof(float) != 0)
    throw std::runtime_error(path + " is no picture and no list of floats.");
  std::vector<float> values(bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

std::size_t values_of_sample(const std::vector<std::size_t>& shape) {
  std::size_t count = 1;
  for (const std::size_t size : shape) count *= size;
  return count;
}

void print_classes(const bypath::Model& model, const std::vector<float>& scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  double sum = 0;
  for (const float score : scores) sum += std::exp(double(score) - double(scores[order[0]]));
  for (std::size_t i = 0; i < std::min<std::size_t>(5, order.size()); ++i) {
    const std::size_t number = order[i];
    const std::string name =
        number < model.classes().size() ? model.classes()[number] : std::to_string(number);
    const double share = std::exp(double(scores[number]) - double(scores[order[0]])) / sum;
    std::printf("%5.1f %%  %s\n", 100 * share, name.c_str());
  }
}

void print_numbers(const bypath::Model& model, const std::vector<float>& input, std::size_t samples) {
  const std::vector<std::vector<float>> outputs = model.run_all({input}, samples);
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    std::printf("%s %zu\n", model.output_names()[o].c_str(), outputs[o].size());
    for (const float value : outputs[o]) std::printf("%.9g\n", double(value));
  }
}

void run(const std::string& weights, const std::string& image, bool numbers) {
  const bypath::Model model = bypath::Model::load(weights);
  const std::vector<float> input = input_of(model, image);
  const std::size_t samples = input.size() / values_of_sample(model.input_shape());
  if (numbers || model.output_shape().size() != 1 || samples != 1)
    print_numbers(model, input, samples);
  else
    print_classes(model, model.run(input));
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "bypath_example MODEL.bpw IMAGE [--numbers]\n");
    return 2;
  }
  try {
    run(arguments[1], arguments[2], count > 3 && std::string(arguments[3]) == "--numbers");
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 1;
  }
  return 0;
}
