#include "core/training/autoencoder.h"

#include <algorithm>
#include <Eigen/Dense>

#include "core/base/random.h"

namespace bypath {
namespace {

struct Halves {
  std::string encoder, decoder;
  bool faithful = true;
};

// The parts before and behind the node that draws.
Result<Halves> halvesOf(const NetworkSpec& network) {
  const Graph& graph = network.graph;
  for (const Node& node : graph.nodes) {
    if (node.type != "gaussian_sample") continue;
    Halves halves;
    halves.decoder = decoderPart(network);
    if (const Wire* wire = graph.wireInto(node.name, 0)) halves.encoder = wire->from;
    const Node* encoder = graph.find(halves.encoder);
    const auto sampling = node.attributes.find("sampling");
    halves.faithful =
        sampling == node.attributes.end() || sampling->second == AttributeValue(std::string("faithful"));
    if (encoder && !encoder->body.empty() && !halves.decoder.empty()) return halves;
  }
  return Error{
      ErrorKind::data,
      "This network is no variational autoencoder: it needs an encoder part, a Gaussian sample and a "
      "decoder part, one behind the other. The templates resnet-vae and conv-vae have them."};
}

// One image, x/255.
void copyImage(const DataSet& data, const Split& split, int64_t index, std::vector<float>::iterator to) {
  std::ranges::transform(data.image(split, index), to,
                         [](uint8_t level) { return static_cast<float>(level) / 255; });
}

}  // namespace

Autoencoder::Autoencoder(NetworkSession encoder, NetworkSession decoder, bool faithful)
    : encoder_(std::move(encoder)), decoder_(std::move(decoder)), faithful_(faithful) {
  latentSize_ = decoder_.graph().shape(decoder_.graph().inputs[0]).last();
  imageShape_ = decoder_.graph().shape(decoder_.outputs()[0].value).perSample();
}

Result<Autoencoder> Autoencoder::open(const NetworkPlace& place, int64_t batch) {
  const Result<Halves> halves = halvesOf(place.network);
  if (!halves) return halves.error();
  const auto openPart = [&](const std::string& part) {
    return NetworkSession::open(
        place,
        {.batch = batch, .mode = Mode::evaluation, .part = part, .fixedWeights = true, .results = true});
  };
  Result<NetworkSession> encoder = openPart(halves->encoder);
  if (!encoder) return encoder.error();
  Result<NetworkSession> decoder = openPart(halves->decoder);
  if (!decoder) return decoder.error();
  const bool fits = encoder->outputs().size() == 2 && decoder->graph().inputs.size() == 1 &&
                    decoder->outputs().size() == 1 &&
                    decoder->graph().shape(decoder->outputs()[0].value).rank() == 4;
  if (!fits)
    return Error{ErrorKind::data, "The part " + halves->encoder +
                                      " must have two outputs, mean and variance, and " + halves->decoder +
                                      " one input and one image."};
  return Autoencoder(std::move(*encoder), std::move(*decoder), halves->faithful);
}

LatentCodes Autoencoder::encode(std::span<const float> images) {
  encoder_.feed(images, {});
  encoder_.run({});
  return {encoder_.read(encoder_.outputs()[0].value), encoder_.read(encoder_.outputs()[1].value)};
}

std::vector<float> Autoencoder::decode(std::span<const float> codes) {
  decoder_.feed(codes, {});
  decoder_.run({});
  return decoder_.read(decoder_.outputs()[0].value);
}

bool isAutoencoder(const NetworkSpec& network) {
  return halvesOf(network).ok();
}

std::vector<float> encodeMeans(Autoencoder& vae, const DataSet& data, const Split& split, int64_t count,
                               const LatentProgress& progress) {
  std::vector<float> means;
  const auto pixels = static_cast<size_t>(data.imageShape.count());
  std::vector<float> images(static_cast<size_t>(vae.batch()) * pixels);
  count = std::min(count, split.size());
  for (int64_t first = 0; first < count; first += vae.batch()) {
    if (progress && !progress(static_cast<double>(first) / static_cast<double>(count))) break;
    const int64_t valid = std::min(vae.batch(), count - first);
    for (int64_t i = 0; i < valid; ++i)
      copyImage(data, split, first + i, images.begin() + static_cast<int64_t>(pixels) * i);
    const std::vector<float> mean = vae.encode(images).mean;
    means.insert(means.end(), mean.begin(), mean.begin() + valid * vae.latentSize());
  }
  return means;
}

Result<std::vector<float>> codeOf(Autoencoder& vae, const DataSet& data, const Split& split, int64_t index) {
  if (index < 0 || index >= split.size())
    return Error{ErrorKind::usage, "There is no test image " + std::to_string(index) + "; " + data.name +
                                       " has " + std::to_string(split.size()) + ", counted from 0."};
  std::vector<float> images(static_cast<size_t>(vae.batch() * data.imageShape.count()));
  copyImage(data, split, index, images.begin());
  const std::vector<float> mean = vae.encode(images).mean;
  return std::vector<float>(mean.begin(), mean.begin() + vae.latentSize());
}

std::vector<float> decodeAll(Autoencoder& vae, std::span<const float> codes, const LatentProgress& progress) {
  const int64_t size = vae.latentSize(), count = static_cast<int64_t>(codes.size()) / size;
  const int64_t pixels = vae.imageShape().count();
  std::vector<float> images, part(static_cast<size_t>(vae.batch() * size));
  for (int64_t first = 0; first < count; first += vae.batch()) {
    if (progress && !progress(static_cast<double>(first) / static_cast<double>(count))) break;
    const int64_t valid = std::min(vae.batch(), count - first);
    std::copy_n(codes.begin() + first * size, valid * size, part.begin());
    const std::vector<float> decoded = vae.decode(part);
    images.insert(images.end(), decoded.begin(), decoded.begin() + valid * pixels);
  }
  return images;
}

std::vector<float> normalCodes(uint64_t seed, int64_t count, int64_t size) {
  std::vector<float> codes;
  for (int64_t n = 0; n < count; ++n)
    for (int64_t i = 0; i < size; ++i)
      codes.push_back(
          normal({.seed = seed, .stream = streamOf("preview"), .step = 0, .sample = static_cast<uint32_t>(n)},
                 static_cast<uint32_t>(i)));
  return codes;
}

std::vector<float> interpolated(std::span<const float> from, std::span<const float> to, int64_t steps) {
  std::vector<float> codes;
  for (int64_t step = 0; step < steps; ++step) {
    const float share = steps > 1 ? static_cast<float>(step) / static_cast<float>(steps - 1) : 0;
    for (size_t i = 0; i < from.size(); ++i) codes.push_back((1 - share) * from[i] + share * to[i]);
  }
  return codes;
}

PrincipalAxes principalAxes(std::span<const float> codes, int64_t size, int64_t axes) {
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const int64_t count = static_cast<int64_t>(codes.size()) / size;
  const Eigen::MatrixXd all = Eigen::Map<const Matrix>(codes.data(), count, size).cast<double>();
  const Eigen::RowVectorXd mean = all.colwise().mean();
  const Eigen::MatrixXd centred = all.rowwise() - mean;
  const Eigen::MatrixXd covariance =
      centred.transpose() * centred / static_cast<double>(std::max<int64_t>(1, count));
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
  PrincipalAxes result;
  result.mean.assign(mean.begin(), mean.end());
  const double whole = covariance.trace();
  for (int64_t axis = 0; axis < std::min(axes, size); ++axis) {
    const int64_t column = size - 1 - axis;  // eigenvalues rise
    const Eigen::VectorXd direction = solver.eigenvectors().col(column);
    result.direction.emplace_back(direction.begin(), direction.end());
    const double variance = std::max(0.0, solver.eigenvalues()(column));
    result.deviation.push_back(std::sqrt(variance));
    result.share.push_back(whole > 0 ? variance / whole : 0);
  }
  return result;
}

std::vector<float> traversal(const PrincipalAxes& axes, int64_t axis, int64_t steps, double reach) {
  std::vector<float> codes;
  const auto a = static_cast<size_t>(axis);
  for (int64_t step = 0; step < steps; ++step) {
    const double at =
        steps > 1 ? reach * (2 * static_cast<double>(step) / static_cast<double>(steps - 1) - 1) : 0;
    for (size_t i = 0; i < axes.mean.size(); ++i)
      codes.push_back(static_cast<float>(axes.mean[i] + at * axes.deviation[a] * axes.direction[a][i]));
  }
  return codes;
}

}  // namespace bypath
