#include "gui/app/engine_texts.h"

#include <QCoreApplication>

#include "core/base/parallel.h"

namespace bypath {

namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("EnginePicker", text);
}

QString gibibytes(uint64_t bytes) {
  const double count = static_cast<double>(bytes) / (1 << 30);
  return QString::number(count, 'f', count < 10 ? 1 : 0);
}

QString processorText(const AttributeReader& settings) {
  return tr("CPU, %1").arg(threadsText(settings.integer("threads")));
}

}  // namespace

QString threadsText(int64_t threads) {
  const int64_t count = threads > 0 ? threads : hardwareThreads();
  return count == 1 ? tr("1 thread") : tr("%1 threads").arg(count);
}

QString gpuLoadText(const GpuState& gpu) {
  if (!gpu.problem.empty()) return tr("off");
  QString text = gpu.free > 0 ? tr("%1 of %2 GiB free").arg(gibibytes(gpu.free), gibibytes(gpu.memory))
                              : tr("%1 GiB").arg(gibibytes(gpu.memory));
  if (gpu.percent >= 0) text += QStringLiteral("  ·  ") + tr("%1 % busy").arg(gpu.percent);
  return text;
}

QString precisionText(const std::string& precision) {
  if (precision == "tf32") return QStringLiteral("TF32");
  return precision == "bf16" ? QStringLiteral("bfloat16") : QStringLiteral("float32");
}

QString engineText(const AttributeReader& settings, const std::optional<GpuState>& gpu) {
  const std::string engine = settings.text("engine");
  if (engine == "reference") return tr("Reference, in double");
  if (engine == "check") return tr("CPU checked by the reference");
  const bool off = gpu && !gpu->problem.empty();
  if (engine == "cuda" && off) return processorText(settings);  // which keeps to float32
  QString text = engine != "cuda" ? processorText(settings)
                 : gpu            ? QString::fromStdString(gpu->name)
                                  : tr("GPU");
  if (const std::string precision = settings.text("precision"); precision != "float32")
    text += QStringLiteral(", ") + precisionText(precision);
  return text;
}

}  // namespace bypath
