// The gradient split at every residual block: bars of both ways in depth order, and the numbers as a table.
#pragma once

#include <QStackedWidget>

#include "core/probes/probe.h"

class QLabel;
class QTableWidget;

namespace bypath {

class DepthBars;
class EmptyState;

class ShortcutPage : public QStackedWidget {
  Q_OBJECT
 public:
  explicit ShortcutPage(QWidget* parent = nullptr);
  // Without shortcuts: the empty state; it tells a network that has none from one not seen yet.
  void setRecord(const ProbeRecord& record);
  DepthBars* bars() const { return bars_; }
  QTableWidget* table() const { return table_; }

 Q_SIGNALS:
  void nodeRequested(const QString& path);

 private:
  void fillTable();

  std::vector<ShortcutFlow> flows_;  // from the input on
  EmptyState* empty_;
  QWidget* content_;
  QLabel* reading_;
  DepthBars* bars_;
  QTableWidget* table_;
};

}  // namespace bypath
