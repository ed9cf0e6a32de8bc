// CIFAR-10, binary version (Krizhevsky 2009): six files of 10,000 records, each a label byte and the red,
// green and blue planes of 32x32 bytes.
#include <mutex>

#include "core/base/bounded_reader.h"
#include "core/base/parallel.h"
#include "core/data/data_source.h"

namespace bypath {
namespace {

constexpr uint64_t recordsAFile = 10'000;
constexpr uint64_t pixelsAnImage = 32 * 32;
constexpr uint64_t recordBytes = 1 + 3 * pixelsAnImage;
constexpr uint64_t fileBytes = recordsAFile * recordBytes;
constexpr uint64_t largestFile = 1ull << 40;  // a wrong size is reported as such, not as too large
constexpr char subfolder[] = "cifar-10-batches-bin";
constexpr const char* trainFiles[] = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                                      "data_batch_4.bin", "data_batch_5.bin"};
constexpr char testFile[] = "test_batch.bin";

// The folder with the files: dataDir itself, or the subfolder that the archive makes.
std::filesystem::path filesFolder(const std::filesystem::path& dataDir) {
  std::error_code ignored;
  const bool direct = std::filesystem::exists(dataDir / trainFiles[0], ignored);
  return direct ? dataDir : dataDir / subfolder;
}

std::string howToGet(const std::filesystem::path& dataDir) {
  return "unpack cifar-10-binary.tar.gz (https://www.cs.toronto.edu/~kriz/cifar.html) into " +
         dataDir.string() + ", or name another folder with --data-dir";
}

std::string state(const DataSetEntry&, const std::filesystem::path& dataDir) {
  const std::filesystem::path folder = filesFolder(dataDir);
  const auto missing = [&](const char* name) {
    std::error_code ignored;
    return !std::filesystem::is_regular_file(folder / name, ignored);
  };
  for (const char* name : trainFiles)
    if (missing(name)) return (folder / name).string() + " is missing; " + howToGet(dataDir) + ".";
  if (missing(testFile)) return (folder / testFile).string() + " is missing; " + howToGet(dataDir) + ".";
  return "ready";
}

void interleave(const uint8_t* planes, uint8_t* pixels) {
  for (uint64_t i = 0; i < pixelsAnImage; ++i)
    for (uint64_t channel = 0; channel < 3; ++channel) *pixels++ = planes[channel * pixelsAnImage + i];
}

// A file's place in its split, which has the room.
struct Place {
  const char* name;
  Split* split;
  uint64_t firstImage;
};

Result<void> readBatchFile(const std::filesystem::path& path, uint8_t classes, const Place& place) {
  Result<BoundedReader> reader = BoundedReader::open(path, largestFile);
  if (!reader) return reader.error();
  if (reader->size() != fileBytes)
    return Error{ErrorKind::data, path.string() + " has " + std::to_string(reader->size()) +
                                      " bytes and a CIFAR-10 batch has " + std::to_string(fileBytes) +
                                      "; unpack the binary version of CIFAR-10 again."};
  std::vector<uint8_t> records(fileBytes);
  if (auto done = reader->read(records.data(), records.size()); !done) return done;
  for (uint64_t record = 0; record < recordsAFile; ++record) {
    const uint8_t* bytes = records.data() + record * recordBytes;
    if (bytes[0] >= classes)
      return Error{ErrorKind::data, path.string() + ": record " + std::to_string(record + 1) + " of " +
                                        std::to_string(recordsAFile) + " has the label " +
                                        std::to_string(bytes[0]) + ", and labels go from 0 to " +
                                        std::to_string(classes - 1) +
                                        "; the file is damaged, unpack it again."};
    const uint64_t image = place.firstImage + record;
    place.split->labels[image] = bytes[0];
    interleave(bytes + 1, place.split->pixels.data() + image * 3 * pixelsAnImage);
  }
  return {};
}

Result<std::shared_ptr<const DataSet>> open(const DataSetEntry& entry, const std::filesystem::path& dataDir,
                                            const DataProgress& progress) {
  if (const std::string found = state(entry, dataDir); found != "ready")
    return Error{ErrorKind::io, "CIFAR-10 is not there: " + found};
  const std::filesystem::path folder = filesFolder(dataDir);
  const auto classes = static_cast<uint8_t>(entry.classes.size());
  auto set = std::make_shared<DataSet>(emptyDataSet(entry));
  std::vector<Place> places;
  for (const char* name : trainFiles) places.push_back({name, &set->train, places.size() * recordsAFile});
  places.push_back({testFile, &set->test, 0});
  const auto makeRoom = [](Split& split, uint64_t images) {
    split.labels.resize(images);
    split.pixels.resize(images * 3 * pixelsAnImage);
  };
  makeRoom(set->train, std::size(trainFiles) * recordsAFile);
  makeRoom(set->test, recordsAFile);
  std::vector<Result<void>> results(places.size());
  std::mutex reporting;
  double filesRead = 0;
  Parallel().forEach(static_cast<int64_t>(places.size()), [&](int64_t i) {
    const Place& place = places[static_cast<size_t>(i)];
    results[static_cast<size_t>(i)] = readBatchFile(folder / place.name, classes, place);
    const std::scoped_lock lock(reporting);
    if (progress) progress(++filesRead / static_cast<double>(places.size()));
  });
  for (const Result<void>& result : results)
    if (!result) return result.error();
  measureChannels(*set);
  return std::shared_ptr<const DataSet>(std::move(set));
}

}  // namespace

DataSource cifar10Source() {
  DataSetEntry entry{
      .name = "cifar10",
      .summary = "CIFAR-10: 60,000 photographs of 32x32 pixels in 10 classes",
      .imageShape = {32, 32, 3},
      .classes = {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"},
      .builtIn = false,
      .folder = subfolder};
  return {std::move(entry), state, open};
}

}  // namespace bypath
