// Event files as TensorBoard reads them: TFRecord framing (tensorflow/core/lib/io/record_writer.h) around
// Event messages (tensorflow/core/util/event.proto) with one Summary each
// (tensorflow/core/framework/summary.proto). The few fields there are, are written out here; their numbers
// are those of the .proto files.
#include <algorithm>
#include <bit>
#include <ctime>

#include "core/base/atomic_file.h"
#include "core/base/crc32c.h"
#include "core/runs/run_index.h"
#include "core/runs/run_store.h"

namespace bypath {

namespace {

namespace fs = std::filesystem;

// Protocol Buffers' wire format.
class Message {
 public:
  Message& whole(int field, uint64_t value) {
    varint(static_cast<uint64_t>(field) << 3);
    varint(value);
    return *this;
  }
  Message& real64(int field, double value) {
    varint(static_cast<uint64_t>(field) << 3 | 1);
    return fixed(std::bit_cast<uint64_t>(value), 8);
  }
  Message& real32(int field, float value) {
    varint(static_cast<uint64_t>(field) << 3 | 5);
    return fixed(std::bit_cast<uint32_t>(value), 4);
  }
  Message& text(int field, const std::string& value) {
    varint(static_cast<uint64_t>(field) << 3 | 2);
    varint(value.size());
    bytes_ += value;
    return *this;
  }
  Message& fixed(uint64_t value, int count) {
    for (int i = 0; i < count; ++i) bytes_ += static_cast<char>(value >> (8 * i) & 0xff);
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>((value & 0x7f) | 0x80);
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

uint32_t maskedCrc(const std::string& bytes) {
  return std::rotr(crc32c(bytes), 15) + 0xa282ead8u;
}

// The length and its checksum, the data and its checksum.
std::string framed(const std::string& data) {
  const std::string length = Message().fixed(data.size(), 8).bytes();
  return length + Message().fixed(maskedCrc(length), 4).bytes() + data +
         Message().fixed(maskedCrc(data), 4).bytes();
}

std::string firstEvent(double time) {
  return framed(Message().real64(1, time).text(3, "brain.Event:2").bytes());
}

std::string scalarEvent(double time, int64_t step, const std::string& tag, double value) {
  const Message scalar = Message().text(1, tag).real32(2, static_cast<float>(value));
  const Message summary = Message().text(1, scalar.bytes());
  return framed(
      Message().real64(1, time).whole(2, static_cast<uint64_t>(step)).text(5, summary.bytes()).bytes());
}

// Seconds since 1970 of "2026-11-20T23:44:00Z"; 0 if it is none.
int64_t secondsOf(const std::string& time) {
  std::tm parts{};
  return strptime(time.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts) ? timegm(&parts) : 0;
}

Result<void> writeEvents(const fs::path& folder, const std::string& name, const std::string& events) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem)
    return Error{ErrorKind::io, "Cannot make the folder " + folder.string() + ": " + problem.message() + "."};
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, problem))
    if (const std::string other = entry.path().filename().string();
        other != name && other.find("tfevents") != std::string::npos)
      return Error{ErrorKind::usage, "There are events of another run in " + folder.string() +
                                         "; choose a folder of its own for each run."};
  return writeFileAtomically(folder / name, events);
}

}  // namespace

Result<void> exportTensorBoard(const RunStore& store, const fs::path& folder) {
  const Result<std::vector<RunRow>> rows = store.rows();
  if (!rows) return rows.error();
  const auto start = static_cast<double>(secondsOf(store.header().started));
  std::string training = firstEvent(start), validation = training;
  const size_t none = validation.size();
  for (const RunRow& row : *rows)
    for (const auto& [name, value] : row.values) {
      const double time = start + row.seconds;
      if (row.epochEnd && name.starts_with("val_"))
        validation += scalarEvent(time, row.step, name.substr(4), value);
      else
        training += scalarEvent(time, row.step, row.epochEnd ? "epoch_" + name : name, value);
    }
  // Named by the run, so that exporting it again replaces the file.
  const std::string seconds = std::to_string(static_cast<int64_t>(start));
  const std::string name = "events.out.tfevents." +
                           std::string(10 - std::min<size_t>(10, seconds.size()), '0') + seconds + "." +
                           plainName(store.header().id) + ".0.0";
  if (Result<void> written = writeEvents(folder / "train", name, training); !written) return written;
  return validation.size() > none ? writeEvents(folder / "validation", name, validation) : Result<void>();
}

}  // namespace bypath
