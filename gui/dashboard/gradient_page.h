// The gradient norm of every layer as bars in depth order, with a sentence on what they say.
#pragma once

#include <QStackedWidget>

#include "core/probes/probe.h"

class QLabel;

namespace bypath {

class DepthBars;
class EmptyState;

class GradientPage : public QStackedWidget {
  Q_OBJECT
 public:
  explicit GradientPage(QWidget* parent = nullptr);
  void setRecord(const ProbeRecord& record);  // without layers: the empty state
  DepthBars* bars() const { return bars_; }

 Q_SIGNALS:
  void nodeRequested(const QString& path);

 private:
  EmptyState* empty_;
  QWidget* content_;
  QLabel* reading_;
  DepthBars* bars_;
};

}  // namespace bypath
