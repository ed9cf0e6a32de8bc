#include "gui/properties/facts_table.h"

#include <QGridLayout>
#include <QLabel>

namespace bypath {

FactsTable::FactsTable(QWidget* parent) : QWidget(parent), grid_(new QGridLayout(this)) {
  grid_->setContentsMargins(0, 0, 0, 0);
  grid_->setHorizontalSpacing(12);
  grid_->setVerticalSpacing(5);
  grid_->setColumnStretch(1, 1);
}

void FactsTable::show(const std::vector<std::pair<QString, QString>>& facts) {
  while (QLayoutItem* old = grid_->takeAt(0)) {
    delete old->widget();
    delete old;
  }
  int row = 0;
  for (const auto& [label, value] : facts) {
    auto* left = new QLabel(label, this);
    left->setForegroundRole(QPalette::PlaceholderText);
    auto* right = new QLabel(value, this);
    right->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    right->setTextInteractionFlags(Qt::TextSelectableByMouse);
    right->setWordWrap(true);
    grid_->addWidget(left, row, 0, Qt::AlignTop);
    grid_->addWidget(right, row++, 1);
  }
}

}  // namespace bypath
