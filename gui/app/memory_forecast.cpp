#include "gui/app/memory_forecast.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

#include "core/base/text.h"
#include "core/plan/plan.h"
#include "core/training/settings.h"
#include "core/training/training_memory.h"
#include "gui/app/gpu_turn.h"
#include "gui/app/train_controller.h"

namespace bypath {

MemoryForecast::Prediction MemoryForecast::predict(const Document& document, const LayerCatalog& layers) {
  const Result<Attributes> settings = runSettings(*document, {});
  if (!settings) return {};
  const AttributeReader read(trainingSchema(), *settings);
  const Result<GpuTurn> turn = GpuTurn::take(read.text("engine"), std::chrono::milliseconds(0));
  if (!turn) return {};  // until the run that has it ends
  const Result<MadeEngine> made = engineFor(*settings);
  if (!made) return {};
  const Result<TrainingMemory> memory = predictMemory(document->network, layers, *made->engine, *settings);
  return {.bytes = memory ? memory->total() : 0, .freeOnDevice = made->engine->freeBytes()};
}

MemoryForecast::MemoryForecast(DocumentEditor& editor, QObject* parent) : QObject(parent), editor_(editor) {
  rest_.setSingleShot(true);
  rest_.setInterval(400);
  connect(&rest_, &QTimer::timeout, this, &MemoryForecast::begin);
  connect(&editor, &DocumentEditor::changed, this, [this] { rest_.start(); });
}

QString MemoryForecast::text() const {
  const bool device = prediction_.freeOnDevice > 0;
  const uint64_t free = device ? prediction_.freeOnDevice : availableMemory();
  const QString takes =
      device ? tr("training takes %1 of %2 free on the GPU") : tr("training takes %1 of %2 free");
  return takes.arg(QString::fromStdString(bytesText(prediction_.bytes)),
                   QString::fromStdString(bytesText(free)));
}

void MemoryForecast::renew() {
  known_ = -1;
  rest_.start();
}

void MemoryForecast::begin() {
  if (busy_ || known_ == editor_.revision()) return;
  busy_ = true;
  // Document and catalog outlive the work: the one is shared, the other a table of the program.
  QThreadPool::globalInstance()->start([self = QPointer(this), revision = editor_.revision(),
                                        document = editor_.document(), layers = &editor_.layers()] {
    const Prediction prediction = predict(document, *layers);
    QMetaObject::invokeMethod(
        qApp,
        [self, revision, prediction] {
          if (self) self->finish(revision, prediction);
        },
        Qt::QueuedConnection);
  });
}

void MemoryForecast::finish(int revision, const Prediction& prediction) {
  busy_ = false;
  known_ = revision;
  prediction_ = prediction;
  if (revision != editor_.revision()) rest_.start();
  Q_EMIT changed();
}

}  // namespace bypath
