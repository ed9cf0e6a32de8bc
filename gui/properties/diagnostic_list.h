// Diagnostics as cards: the reason, a button for each fix, and, where wanted, the node as a link.
#pragma once

#include <QWidget>

#include "core/network/check.h"

class QVBoxLayout;

namespace bypath {

class DiagnosticList : public QWidget {
  Q_OBJECT
 public:
  explicit DiagnosticList(QWidget* parent = nullptr);
  // `links`: whether each card names its node.
  void show(const std::vector<Diagnostic>& diagnostics, bool links);

 Q_SIGNALS:
  void fixChosen(const Fix& fix);
  void nodeChosen(const QString& checkedPath);

 private:
  QVBoxLayout* column_;
};

}  // namespace bypath
