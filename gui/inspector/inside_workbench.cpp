#include "gui/inspector/inside_workbench.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QStackedWidget>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int nameRole = Qt::UserRole;
constexpr int iconRole = Qt::UserRole + 1;
constexpr int iconSize = 16;

}  // namespace

InsideWorkbench::InsideWorkbench(QWidget* parent)
    : QWidget(parent), list_(new QListWidget), pages_(new QStackedWidget) {
  list_->setProperty("role", "sections");
  list_->setAccessibleName(tr("Ways to look inside"));
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setIconSize({iconSize, iconSize});
  list_->setFrameShape(QFrame::NoFrame);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  row->addWidget(list_);
  row->addWidget(pages_, 1);
  connect(list_, &QListWidget::currentRowChanged, pages_, &QStackedWidget::setCurrentIndex);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &InsideWorkbench::tint);
}

void InsideWorkbench::addPage(QWidget* page, const Entry& entry) {
  page->setObjectName(entry.name);
  pages_->addWidget(page);
  auto* item = new QListWidgetItem(themedIcon(entry.icon), entry.title, list_);
  item->setData(nameRole, entry.name);
  item->setData(iconRole, entry.icon);
  item->setToolTip(entry.tip);
  constexpr int margins = 20, least = 120;
  list_->setFixedWidth(std::max(least, list_->sizeHintForColumn(0) + margins));
  if (list_->count() == 1) list_->setCurrentRow(0);
}

void InsideWorkbench::showPage(const QString& name) {
  for (int row = 0; row < list_->count(); ++row)
    if (list_->item(row)->data(nameRole) == name) list_->setCurrentRow(row);
}

QWidget* InsideWorkbench::currentPage() const {
  return pages_->currentWidget();
}

void InsideWorkbench::tint() {
  for (int row = 0; row < list_->count(); ++row)
    list_->item(row)->setIcon(themedIcon(list_->item(row)->data(iconRole).toString()));
}

}  // namespace bypath
