#include "gui/dashboard/progress_line.h"

#include <algorithm>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

#include "gui/dashboard/training_status.h"

namespace bypath {

namespace {

constexpr int whole = 1000;

}  // namespace

ProgressLine::ProgressLine(QWidget* parent)
    : QWidget(parent), bar_(new QProgressBar), words_(new QLabel), cancel_(new QPushButton(tr("Cancel"))) {
  bar_->setFixedWidth(160);
  bar_->setTextVisible(false);
  words_->setProperty("role", "muted");
  cancel_->setToolTip(tr("End this and keep what was there before"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 2, 16, 2);
  row->setSpacing(8);
  row->addWidget(bar_);
  row->addWidget(words_);
  row->addStretch();
  row->addWidget(cancel_);
  connect(cancel_, &QPushButton::clicked, this, &ProgressLine::cancelled);
  patience_.setSingleShot(true);
  patience_.setInterval(300);
  connect(&patience_, &QTimer::timeout, this, &QWidget::show);
  hide();
}

void ProgressLine::begin(const QString& what) {
  what_ = what;
  firstShare_ = -1;
  bar_->setRange(0, 0);
  bar_->setAccessibleName(what);
  words_->setText(tr("%1…").arg(what));
  if (isHidden()) patience_.start();
}

// What came before the first share, such as making a network ready, does not tell how fast the rest goes.
void ProgressLine::setShare(double share) {
  if (firstShare_ < 0) {
    firstShare_ = share;
    since_.start();
  }
  bar_->setRange(0, whole);
  bar_->setValue(static_cast<int>(share * whole));
  QString text = tr("%1: %2 %").arg(what_).arg(static_cast<int>(share * 100));
  const double done = share - firstShare_, seconds = static_cast<double>(since_.elapsed()) / 1000;
  if (done > 0.02 && seconds > 0.5) text += tr(", %1 left").arg(durationText(seconds / done * (1 - share)));
  words_->setText(text);
}

void ProgressLine::end() {
  patience_.stop();
  hide();
}

QString ProgressLine::text() const {
  return words_->text();
}

}  // namespace bypath
