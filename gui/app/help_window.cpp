#include "gui/app/help_window.h"

#include <QAction>
#include <QFile>
#include <QHBoxLayout>
#include <QListWidget>
#include <QTextBrowser>
#include <QTextDocument>

namespace bypath {

HelpWindow::HelpWindow(const QList<QAction*>& actions, QWidget* parent)
    : QDialog(parent), actions_(actions), pages_(new QListWidget), text_(new QTextBrowser) {
  setWindowTitle(tr("Manual"));
  resize(880, 640);
  const struct {
    const char* id;
    QString title;
  } pages[] = {{"first-steps", tr("First steps")},
               {"canvas", tr("The canvas")},
               {"training", tr("Training")},
               {"gradients", tr("Reading the gradients")},
               {"command-line", tr("The command line")},
               {"keys", tr("Keys")}};
  for (const auto& page : pages) {
    auto* item = new QListWidgetItem(page.title, pages_);
    item->setData(Qt::UserRole, QString::fromLatin1(page.id));
  }
  pages_->setFixedWidth(200);
  pages_->setAccessibleName(tr("Pages of the manual"));
  text_->setOpenExternalLinks(true);
  text_->document()->setDocumentMargin(24);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(8, 8, 0, 0);
  row->setSpacing(8);
  row->addWidget(pages_);
  row->addWidget(text_, 1);
  connect(pages_, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
    const QString id = item->data(Qt::UserRole).toString();
    QFile file(QStringLiteral(":/bypath/manual/%1.md").arg(id));
    if (file.open(QIODevice::ReadOnly))
      text_->setMarkdown(QString::fromUtf8(file.readAll()));
    else
      text_->setMarkdown(keysPage());
  });
  pages_->setCurrentRow(0);
}

void HelpWindow::showPage(const QString& id) {
  for (int i = 0; i < pages_->count(); ++i)
    if (pages_->item(i)->data(Qt::UserRole).toString() == id) pages_->setCurrentRow(i);
}

QString HelpWindow::text() const {
  return text_->toPlainText();
}

// From the commands themselves, so that the sheet cannot be out of date.
QString HelpWindow::keysPage() const {
  QString page = tr("# Keys") + QStringLiteral("\n\n| %1 | %2 |\n|---|---|\n").arg(tr("command"), tr("key"));
  for (const QAction* action : actions_)
    if (!action->shortcut().isEmpty())
      page += QStringLiteral("| %1 | %2 |\n")
                  .arg(QString(action->text()).remove(QLatin1Char('&')),
                       action->shortcut().toString(QKeySequence::NativeText));
  return page + QLatin1Char('\n') + tr("The page *The canvas* lists what mouse and keys do there.");
}

}  // namespace bypath
