#include <algorithm>
#include <cctype>
#include <span>

#include "core/base/atomic_file.h"
#include "core/base/bounded_reader.h"
#include "core/exchange/export_format.h"

namespace bypath {
namespace {

Error alreadyThere(const std::filesystem::path& file) {
  return {ErrorKind::usage,
          file.string() + " is there already; give another name, or say that it may be overwritten."};
}

struct FilePlace {
  std::filesystem::path path;
  std::string_view bytes;
};

bool holds(const FilePlace& place) {
  const Result<std::string> there = readTextFile(place.path, place.bytes.size());
  return there && *there == place.bytes;
}

// Those that are to be written: not what is there already, byte for byte, nor an example that is there.
Result<std::vector<FilePlace>> placesOf(const std::filesystem::path& asked,
                                        const std::vector<ExportFile>& files, bool overwrite) {
  std::vector<FilePlace> places;
  std::error_code ignored;
  for (size_t i = 0; i < files.size(); ++i) {
    const FilePlace place{i == 0 ? asked : asked.parent_path() / files[i].name, files[i].bytes};
    const bool there = std::filesystem::exists(place.path, ignored);
    if (there && (files[i].example || holds(place))) continue;
    if (there && !overwrite) return alreadyThere(place.path);
    places.push_back(place);
  }
  return places;
}

// All have found room before any takes its place. The file that was asked for comes last: where it stands,
// what it needs stands too.
Result<void> writeAll(const std::vector<FilePlace>& places) {
  std::vector<AtomicFile> written;
  for (const FilePlace& place : places) {
    Result<AtomicFile> file = AtomicFile::create(place.path);
    if (!file) return file.error();
    if (Result<void> done = file->write(std::as_bytes(std::span(place.bytes))); !done) return done;
    written.push_back(std::move(*file));
  }
  for (size_t i = written.size(); i-- > 0;)
    if (Result<void> done = written[i].commit(); !done) return done;
  return {};
}

}  // namespace

const std::vector<const ExportFormat*>& exportFormats() {
  static const std::vector<const ExportFormat*> formats = {
      &onnxFormat(), &safetensorsFormat(), &pytorchFormat(), &kerasFormat(), &embeddedFormat(),
  };
  return formats;
}

const ExportFormat* findExportFormat(std::string_view id) {
  for (const ExportFormat* format : exportFormats())
    if (format->id == id) return format;
  return nullptr;
}

const ExportFormat* exportFormatOf(const std::filesystem::path& file) {
  std::string suffix = file.extension().string();
  std::ranges::transform(suffix, suffix.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const ExportFormat* format : exportFormats())
    if (format->suffix == suffix) return format;
  return nullptr;
}

Result<ExportReport> exportNetwork(const LeavingSource& source, Engine& engine, const ExportRequest& request,
                                   const ExportWanted& wanted) {
  // Before the work, where it can be known.
  std::error_code ignored;
  if (!request.overwrite && std::filesystem::exists(request.file, ignored)) return alreadyThere(request.file);
  Result<PreparedExport> prepared = request.format.prepare({.source = source,
                                                            .leaving = request.leaving,
                                                            .opset = request.opset,
                                                            .stem = request.file.stem().string(),
                                                            .engine = engine});
  if (!prepared) return prepared.error();
  if (Result<void> same = withinBounds(prepared->comparison); !same) return same.error();

  const Result<std::vector<FilePlace>> places = placesOf(request.file, prepared->files, request.overwrite);
  if (!places) return places.error();
  if (wanted && !wanted())
    return Error{ErrorKind::interrupted, "The export was cancelled; nothing was written."};
  if (Result<void> written = writeAll(*places); !written) return written.error();
  ExportReport report{.comparison = prepared->comparison, .notes = prepared->notes};
  for (const FilePlace& place : *places) {
    report.files.push_back(place.path);
    report.bytes += place.bytes.size();
  }
  if (report.files.empty()) report.files.push_back(request.file);  // all of it was there
  return report;
}

}  // namespace bypath
