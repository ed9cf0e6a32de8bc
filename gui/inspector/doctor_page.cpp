#include "gui/inspector/doctor_page.h"

#include <QHeaderView>
#include <QLocale>
#include <QPainter>
#include <QTreeWidget>

#include "gui/figures/figure_file.h"

namespace bypath {

namespace {

constexpr int pathRole = Qt::UserRole;

QString text(const std::string& words) {
  return QString::fromStdString(words);
}

}  // namespace

DoctorPage::DoctorPage(QWidget* parent)
    : InsidePage(
          {.icon = QStringLiteral("doctor"),
           .verb = tr("Examine"),
           .title = tr("Not examined yet"),
           .text = tr("Looks at a run's last checkpoint on one batch and at its history for what commonly "
                      "ails networks, and says what would show that it is not so."),
           .busy = tr("Examining"),
           .file = QStringLiteral("check-up")},
          parent),
      list_(new QTreeWidget) {
  list_->setColumnCount(2);
  list_->setHeaderLabels({tr("Finding"), tr("Where")});
  list_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
  list_->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
  list_->header()->setStretchLastSection(false);
  list_->setWordWrap(true);
  list_->setUniformRowHeights(false);
  list_->setAccessibleName(tr("What was found"));
  setResultView(list_, [this](const QString& path, const QString& title) { return save(path, title); });
  connect(list_, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
    while (item && item->parent()) item = item->parent();
    if (!item) return;
    if (const QString path = item->data(0, pathRole).toString(); !path.isEmpty()) Q_EMIT nodeRequested(path);
  });
}

void DoctorPage::setCheckUp(const CheckUp& found, const QString& source) {
  found_ = found;
  list_->clear();
  for (const Finding& one : found.findings) {
    auto* item = new QTreeWidgetItem(list_, {text(one.title), text(one.path)});
    item->setIcon(0, themedIcon(QStringLiteral("warning"), &Theme::warning));
    item->setData(0, pathRole, text(one.path));
    QFont bold = list_->font();
    bold.setWeight(QFont::DemiBold);
    item->setFont(0, bold);
    for (const QString& line :
         {text(one.evidence), text(one.reason), tr("To refute it: %1").arg(text(one.experiment)),
          tr("Source: %1").arg(text(one.source))}) {
      auto* detail = new QTreeWidgetItem(item, {line});
      detail->setFirstColumnSpanned(true);
      detail->setToolTip(0, line);
    }
    item->setExpanded(true);
  }
  const QLocale locale;
  const QString looked =
      tr("%1 layers on one batch, %2 epochs of the history (%3)")
          .arg(locale.toString(qlonglong(found.layers)), locale.toString(qlonglong(found.epochs)), source);
  if (found.findings.empty())
    setVerdict(tr("Nothing found: %1.").arg(looked), QStringLiteral("check"), &Theme::good);
  else
    setVerdict(tr("Looked at %1.").arg(looked), QStringLiteral("info"), &Theme::textMuted);
  setReading(found.findings.empty() ? QString() : tr("Choose a finding to see its layer on the canvas."));
  showResult(found.findings.empty() ? tr("None of what commonly ails networks is to be seen in this one.")
                                    : tr("Each finding is a guess with numbers: the experiment beside it "
                                         "would show that it is wrong."));
}

Result<void> DoctorPage::save(const QString& path, const QString& title) const {
  return writeFigure({list_->size(), title, [this](QPainter& painter) { list_->render(&painter); },
                      [this] {
                        QByteArray csv = "id,path,title,evidence,reason,experiment,source\n";
                        for (const Finding& one : found_.findings) {
                          QByteArrayList cells;
                          for (const std::string* cell : {&one.id, &one.path, &one.title, &one.evidence,
                                                          &one.reason, &one.experiment, &one.source})
                            cells << csvText(text(*cell));
                          csv += cells.join(',') + '\n';
                        }
                        return csv;
                      }},
                     path);
}

}  // namespace bypath
