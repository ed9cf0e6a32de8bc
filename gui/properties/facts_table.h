// Labels and values in two columns.
#pragma once

#include <QWidget>
#include <utility>
#include <vector>

class QGridLayout;

namespace bypath {

class FactsTable : public QWidget {
  Q_OBJECT
 public:
  explicit FactsTable(QWidget* parent = nullptr);
  void show(const std::vector<std::pair<QString, QString>>& facts);

 private:
  QGridLayout* grid_;
};

}  // namespace bypath
