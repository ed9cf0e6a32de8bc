// What a network can leave as. A format is one file in this folder and one line in export_formats.cpp.
//
//   for (const ExportFormat* format : exportFormats()) menu.add(format->title, format->summary);
#pragma once

#include <filesystem>
#include <functional>

#include "core/exchange/leaving_model.h"

namespace bypath {

struct ExportFile {
  std::string name;  // beside the file that was asked for; the first is that file
  std::string bytes;
  bool example = false;  // one that is there already stays as it is
};

// Made in memory and proven, not yet on disk.
struct PreparedExport {
  std::vector<ExportFile> files;
  Comparison comparison;
  std::vector<std::string> notes;  // what whoever takes it should know, a sentence each
};

struct ExportJob {
  const LeavingSource& source;
  LeavingOptions leaving;
  int opset = 13;
  std::string stem;  // of the file that was asked for, without its suffix
  Engine& engine;    // that gives our own answer
};

struct ExportFormat {
  std::string id;       // "onnx", of --format
  std::string title;    // "ONNX"
  std::string suffix;   // ".onnx"
  std::string summary;  // one sentence: what it is for
  bool opset = false;   // the choices that apply
  bool folds = false;
  bool samples = false;
  Result<PreparedExport> (*prepare)(const ExportJob& job) = nullptr;
};

const ExportFormat& onnxFormat();
const ExportFormat& safetensorsFormat();
const ExportFormat& pytorchFormat();
const ExportFormat& kerasFormat();
const ExportFormat& embeddedFormat();

const std::vector<const ExportFormat*>& exportFormats();
const ExportFormat* findExportFormat(std::string_view id);
// By the suffix of a file's name; nullptr when no format has it.
const ExportFormat* exportFormatOf(const std::filesystem::path& file);

struct ExportRequest {
  const ExportFormat& format;
  std::filesystem::path file;
  LeavingOptions leaving{};
  int opset = 13;
  bool overwrite = false;  // files that are there already
};

struct ExportReport {
  std::vector<std::filesystem::path> files;
  uint64_t bytes = 0;
  Comparison comparison;
  std::vector<std::string> notes;
};

// Asked between two steps; false: nobody wants it any more, and nothing is written.
using ExportWanted = std::function<bool()>;

// Makes, reads back, compares, and only then writes, each file whole or not at all. Errors: those of
// leavingModel() and of the format; a difference that is too large; a file that is there already (without
// overwrite) or cannot be written.
Result<ExportReport> exportNetwork(const LeavingSource& source, Engine& engine, const ExportRequest& request,
                                   const ExportWanted& wanted = {});

}  // namespace bypath
