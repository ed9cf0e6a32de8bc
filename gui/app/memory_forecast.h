// What a training step of the drawn network will take, worked out on a thread of its own while hands rest.
#pragma once

#include <cstdint>
#include <memory>
#include <QObject>
#include <QTimer>

#include "gui/document/document.h"

namespace bypath {

class MemoryForecast : public QObject {
  Q_OBJECT
 public:
  explicit MemoryForecast(DocumentEditor& editor, QObject* parent = nullptr);

  // Bytes of arena, weights and gradients at the batch of the settings; 0 while it is not known.
  uint64_t bytes() const { return prediction_.bytes; }
  // "training takes 1.2 GiB of 3.4 GiB free", with "on the GPU" behind it where that computes
  QString text() const;

 public Q_SLOTS:
  // What is free has changed, or whose memory it is.
  void renew();

 Q_SIGNALS:
  void changed();

 private:
  void begin();
  struct Prediction {
    uint64_t bytes = 0;
    uint64_t freeOnDevice = 0;  // 0: the machine's memory is taken
  };
  static Prediction predict(const Document& document, const LayerCatalog& layers);
  void finish(int revision, const Prediction& prediction);

  DocumentEditor& editor_;
  QTimer rest_;
  Prediction prediction_;
  int known_ = -1;     // the revision the number belongs to
  bool busy_ = false;  // one at a time: a deep network takes a while
};

}  // namespace bypath
