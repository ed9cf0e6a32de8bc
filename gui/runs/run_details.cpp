#include "gui/runs/run_details.h"

#include <algorithm>
#include <QEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/runs/flow_layout.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int writingPause = 800;  // ms after the last key

std::vector<std::filesystem::path> foldersOf(const std::vector<RunHeader>& runs) {
  std::vector<std::filesystem::path> folders;
  folders.reserve(runs.size());
  for (const RunHeader& run : runs) folders.push_back(run.folder);
  return folders;
}

}  // namespace

RunDetails::RunDetails(QWidget* parent)
    : QWidget(parent),
      about_(new QLabel),
      chips_(new QWidget),
      newTag_(new QLineEdit),
      note_(new QPlainTextEdit) {
  about_->setProperty("role", "caption");
  about_->setWordWrap(true);
  about_->setTextFormat(Qt::PlainText);
  newTag_->setPlaceholderText(tr("Add a tag"));
  newTag_->setAccessibleName(tr("New tag"));
  newTag_->setToolTip(tr("Type a tag, such as baseline, and press Enter"));
  newTag_->setMaxLength(60);
  newTag_->setFixedWidth(110);
  new FlowLayout(chips_);
  chips_->layout()->addWidget(newTag_);
  note_->setPlaceholderText(tr("Write a note; it is kept with the run."));
  note_->setAccessibleName(tr("Note on the run"));
  note_->setTabChangesFocus(true);
  note_->setFixedHeight(68);
  note_->setObjectName(QStringLiteral("runNote"));
  note_->installEventFilter(this);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 8, 16, 12);
  column->setSpacing(8);
  column->addWidget(about_);
  column->addWidget(chips_);
  column->addWidget(note_);
  soon_.setSingleShot(true);
  soon_.setInterval(writingPause);
  connect(&soon_, &QTimer::timeout, this, &RunDetails::finish);
  connect(note_, &QPlainTextEdit::textChanged, &soon_, qOverload<>(&QTimer::start));
  connect(newTag_, &QLineEdit::returnPressed, this, &RunDetails::addTag);
  setRuns({});
}

void RunDetails::setRuns(const std::vector<RunHeader>& runs) {
  const bool same = foldersOf(runs) == foldersOf(runs_);
  if (!same) finish();
  runs_ = runs;
  setVisible(!runs_.empty());
  if (runs_.empty()) {
    noteOf_.clear();
    return;
  }
  const RunHeader& first = runs_.front();
  const QString started =
      QString::fromStdString(first.started).left(16).replace(QLatin1Char('T'), QLatin1Char(' '));
  about_->setText(runs_.size() > 1 ? tr("%1 runs selected").arg(runs_.size())
                                   : tr("%1 on %2, started %3")
                                         .arg(QString::fromStdString(first.network),
                                              QString::fromStdString(first.data), started));
  showTags();
  note_->setVisible(runs_.size() == 1);
  const std::filesystem::path single = runs_.size() == 1 ? first.folder : std::filesystem::path();
  const QString stored = runs_.size() == 1 ? QString::fromStdString(first.note) : QString();
  if (single == noteOf_ && (note_->hasFocus() || soon_.isActive())) return;
  noteOf_ = single;
  saved_ = stored;
  const QSignalBlocker quiet(note_);
  if (note_->toPlainText() != stored) note_->setPlainText(stored);
  soon_.stop();
}

void RunDetails::finish() {
  soon_.stop();
  const QString text = note_->toPlainText();
  if (noteOf_.empty() || text == saved_) return;
  saved_ = text;
  Q_EMIT noteChanged(noteOf_, text);
}

QStringList RunDetails::tags() const {
  QStringList tags;
  if (runs_.empty()) return tags;
  for (const std::string& tag : runs_.front().tags)
    if (std::ranges::all_of(
            runs_, [&](const RunHeader& run) { return std::ranges::find(run.tags, tag) != run.tags.end(); }))
      tags << QString::fromStdString(tag);
  return tags;
}

void RunDetails::showTags() {
  QLayout* flow = chips_->layout();
  QStringList shown;
  for (const QToolButton* chip : chips_->findChildren<QToolButton*>(Qt::FindDirectChildrenOnly))
    shown << chip->text();
  const QStringList wanted = tags();
  if (shown == wanted) return;
  const bool focused = chips_->isAncestorOf(focusWidget()) && focusWidget() != newTag_;
  flow->removeWidget(newTag_);
  for (QToolButton* chip : chips_->findChildren<QToolButton*>(Qt::FindDirectChildrenOnly)) {
    flow->removeWidget(chip);
    chip->setParent(nullptr);
    chip->deleteLater();
  }
  for (const QString& tag : wanted) {
    auto* chip = new QToolButton;
    chip->setProperty("role", "chip");
    chip->setText(tag);
    chip->setIcon(themedIcon(QStringLiteral("close"), &Theme::textMuted));
    chip->setIconSize(QSize(12, 12));
    chip->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    chip->setToolTip(tr("Take the tag “%1” away").arg(tag));
    chip->setAccessibleName(chip->toolTip());
    connect(chip, &QToolButton::clicked, this,
            [this, tag] { Q_EMIT tagChanged(foldersOf(runs_), tag, false); });
    flow->addWidget(chip);
  }
  flow->addWidget(newTag_);
  setTabOrder(newTag_, note_);
  if (focused) newTag_->setFocus();
  updateGeometry();
}

void RunDetails::addTag() {
  const QString tag = newTag_->text().simplified();
  newTag_->clear();
  if (!tag.isEmpty()) Q_EMIT tagChanged(foldersOf(runs_), tag, true);
}

bool RunDetails::eventFilter(QObject* watched, QEvent* event) {
  if (watched == note_ && event->type() == QEvent::FocusOut) finish();
  return QWidget::eventFilter(watched, event);
}

}  // namespace bypath
