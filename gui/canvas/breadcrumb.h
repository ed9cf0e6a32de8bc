// The way from the whole network to the open container, each step a button.
#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;

namespace bypath {

class Breadcrumb : public QWidget {
  Q_OBJECT
 public:
  explicit Breadcrumb(QWidget* parent = nullptr);
  // `note` stands at the far end, muted.
  void show(const QString& network, const QString& path, const QString& note);

 Q_SIGNALS:
  void opened(const QString& path);

 private:
  QHBoxLayout* steps_;
  QLabel* note_;
};

}  // namespace bypath
