#include "gui/app/memory_forecast.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

#include "core/base/text.h"
#include "core/plan/plan.h"
#include "core/training/training_memory.h"
#include "gui/app/train_controller.h"

namespace bypath {

namespace {

uint64_t predicted(const Document& document, const LayerCatalog& layers) {
  const Result<Attributes> settings = runSettings(*document, {});
  if (!settings) return 0;
  const Result<MadeEngine> made = engineFor(*settings);
  if (!made) return 0;
  const Result<TrainingMemory> memory = predictMemory(document->network, layers, *made->engine, *settings);
  return memory ? memory->total() : 0;
}

}  // namespace

MemoryForecast::MemoryForecast(DocumentEditor& editor, QObject* parent) : QObject(parent), editor_(editor) {
  rest_.setSingleShot(true);
  rest_.setInterval(400);
  connect(&rest_, &QTimer::timeout, this, &MemoryForecast::begin);
  connect(&editor, &DocumentEditor::changed, this, [this] { rest_.start(); });
}

QString MemoryForecast::text() const {
  return tr("training takes %1 of %2 free")
      .arg(QString::fromStdString(bytesText(bytes_)), QString::fromStdString(bytesText(availableMemory())));
}

void MemoryForecast::begin() {
  if (busy_ || known_ == editor_.revision()) return;
  busy_ = true;
  // Document and catalog outlive the work: the one is shared, the other a table of the program.
  QThreadPool::globalInstance()->start([self = QPointer(this), revision = editor_.revision(),
                                        document = editor_.document(), layers = &editor_.layers()] {
    const uint64_t bytes = predicted(document, *layers);
    QMetaObject::invokeMethod(
        qApp,
        [self, revision, bytes] {
          if (self) self->finish(revision, bytes);
        },
        Qt::QueuedConnection);
  });
}

void MemoryForecast::finish(int revision, uint64_t bytes) {
  busy_ = false;
  known_ = revision;
  bytes_ = bytes;
  if (revision != editor_.revision()) rest_.start();
  Q_EMIT changed();
}

}  // namespace bypath
