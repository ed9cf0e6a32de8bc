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
  uint64_t bytes() const { return bytes_; }
  QString text() const;  // "training takes 1.2 GiB of 3.4 GiB free"

 Q_SIGNALS:
  void changed();

 private:
  void begin();
  void finish(int revision, uint64_t bytes);

  DocumentEditor& editor_;
  QTimer rest_;
  uint64_t bytes_ = 0;
  int known_ = -1;     // the revision the number belongs to
  bool busy_ = false;  // one at a time: a deep network takes a while
};

}  // namespace bypath
