#include "gui/runs/run_notice.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>
#include <utility>

#include "gui/theme/style_sheet.h"
#include "gui/theme/theme.h"

namespace bypath {

RunNotice::RunNotice(QWidget* parent)
    : QFrame(parent), text_(new QLabel), do_(new QPushButton), leave_(new QPushButton) {
  setObjectName(QStringLiteral("runNotice"));
  text_->setWordWrap(true);
  text_->setTextFormat(Qt::PlainText);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* row = new QHBoxLayout;
  row->addStretch();
  row->addWidget(do_);
  row->addWidget(leave_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 10, 12, 10);
  column->setSpacing(8);
  column->addWidget(text_);
  column->addLayout(row);
  hide();
  connect(do_, &QPushButton::clicked, this, [this] {
    const std::function<void()> act = std::exchange(act_, {});  // it may say something itself
    dismiss();
    if (act) act();
    Q_EMIT answered();
  });
  connect(leave_, &QPushButton::clicked, this, [this] {
    dismiss();
    Q_EMIT answered();
  });
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &RunNotice::tint);
}

void RunNotice::put(const QString& sentence, bool bad) {
  ++turn_;
  bad_ = bad;
  act_ = {};
  text_->setText(sentence);
  setAccessibleName(sentence);
  do_->hide();
  leave_->hide();
  tint();
  show();
}

void RunNotice::say(const QString& sentence) {
  constexpr int longEnough = 6000;
  put(sentence, false);
  QTimer::singleShot(longEnough, this, [this, turn = turn_] {
    if (turn == turn_) dismiss();
  });
}

void RunNotice::complain(const QString& sentence) {
  put(sentence, true);
  leave_->setText(tr("Close"));
  leave_->show();
}

void RunNotice::ask(const QString& question, const QString& doIt, std::function<void()> act,
                    const QString& leaveIt) {
  put(question, true);
  act_ = std::move(act);
  do_->setText(doIt);
  leave_->setText(leaveIt);
  do_->show();
  leave_->show();
  leave_->setFocus();
}

void RunNotice::dismiss() {
  ++turn_;
  act_ = {};
  text_->clear();
  hide();
}

QString RunNotice::text() const {
  return text_->text();
}

void RunNotice::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape)
    leave_->click();
  else
    QFrame::keyPressEvent(event);
}

void RunNotice::tint() {
  const Theme& t = theme();
  const QColor role = bad_ ? t.error : t.accent;
  setStyleSheet(QStringLiteral("#runNotice { background: %1; border: none; border-top: 1px solid %2; }")
                    .arg(blend(t.panel, role, t.dark ? 0.2 : 0.1).name(), blend(t.panel, role, 0.45).name()));
}

}  // namespace bypath
