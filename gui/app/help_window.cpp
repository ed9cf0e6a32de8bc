#include "gui/app/help_window.h"

#include <QHBoxLayout>
#include <QListWidget>

#include "gui/app/manual_text.h"

namespace bypath {

HelpWindow::HelpWindow(QWidget* parent) : QDialog(parent), pages_(new QListWidget), text_(new ManualText) {
  setWindowTitle(tr("Manual"));
  resize(960, 680);
  const struct {
    const char* id;
    QString title;
  } pages[] = {{"first-steps", tr("First steps")},
               {"lessons", tr("Lessons")},
               {"canvas", tr("The canvas")},
               {"training", tr("Training")},
               {"gpu", tr("Training on a GPU")},
               {"runs", tr("Past runs")},
               {"gradients", tr("Reading the gradients")},
               {"inside", tr("Looking inside")},
               {"fifty-six", tr("Fifty-six layers")},
               {"claims", tr("What the sources say")},
               {"export", tr("Taking a model away")},
               {"files", tr("Files")},
               {"command-line", tr("The command line")}};
  constexpr int rowHeight = 30;
  for (const auto& page : pages) {
    auto* item = new QListWidgetItem(page.title, pages_);
    item->setData(Qt::UserRole, QString::fromLatin1(page.id));
    item->setSizeHint({0, rowHeight});
  }
  pages_->setFixedWidth(200);
  pages_->setAccessibleName(tr("Pages of the manual"));
  connect(text_, &ManualText::pageRequested, this, &HelpWindow::showPage);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(8, 8, 0, 0);
  row->setSpacing(8);
  row->addWidget(pages_);
  row->addWidget(text_, 1);
  connect(pages_, &QListWidget::currentItemChanged, this,
          [this](const QListWidgetItem* item) { text_->showPage(item->data(Qt::UserRole).toString()); });
  pages_->setCurrentRow(0);
}

void HelpWindow::showPage(const QString& id) {
  for (int i = 0; i < pages_->count(); ++i)
    if (pages_->item(i)->data(Qt::UserRole).toString() == id) pages_->setCurrentRow(i);
}

QString HelpWindow::text() const {
  return text_->toPlainText();
}

}  // namespace bypath
