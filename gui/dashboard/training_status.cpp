#include "gui/dashboard/training_status.h"

#include <cmath>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPixmap>
#include <QProgressBar>

#include "gui/theme/theme.h"

namespace bypath {

QString stateTitle(TrainerState state) {
  const auto text = [](const char* source) { return QCoreApplication::translate("TrainingStatus", source); };
  switch (state) {
    case TrainerState::preparing:
      return text("Preparing");
    case TrainerState::running:
      return text("Training");
    case TrainerState::paused:
      return text("Paused");
    case TrainerState::validating:
      return text("Validating");
    case TrainerState::finished:
      return text("Finished");
    case TrainerState::stopped:
      return text("Stopped");
    case TrainerState::failed:
      return text("Failed");
  }
  return {};
}

QString durationText(double seconds) {
  const auto total = static_cast<qint64>(std::ceil(seconds));
  const auto pair = [](qint64 high, qint64 low) {
    return QStringLiteral("%1:%2").arg(high).arg(low, 2, 10, QLatin1Char('0'));
  };
  if (total < 60) return QCoreApplication::translate("TrainingStatus", "%1 s").arg(total);
  if (total < 3600)
    return QCoreApplication::translate("TrainingStatus", "%1 min").arg(pair(total / 60, total % 60));
  return QCoreApplication::translate("TrainingStatus", "%1 h").arg(pair(total / 3600, total % 3600 / 60));
}

TrainingStatus::TrainingStatus(QWidget* parent)
    : QWidget(parent),
      dot_(new QLabel),
      stateText_(new QLabel),
      run_(new QProgressBar),
      steps_(new QLabel),
      epochs_(new QLabel),
      speed_(new QLabel),
      left_(new QLabel),
      note_(new QLabel) {
  run_->setFixedWidth(160);
  run_->setTextVisible(false);
  run_->setAccessibleName(tr("Progress of the run"));
  QFont strong = font();
  strong.setWeight(QFont::DemiBold);
  stateText_->setFont(strong);
  stateText_->setMinimumWidth(80);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 8, 16, 8);
  row->setSpacing(8);
  row->addWidget(dot_);
  row->addWidget(stateText_);
  row->addWidget(run_);
  row->addSpacing(8);
  for (QLabel* label : {epochs_, steps_, speed_, left_}) {
    label->setProperty("role", "muted");
    row->addWidget(label);
    row->addSpacing(8);
  }
  row->addStretch();
  note_->setProperty("role", "muted");
  row->addWidget(note_);
  clear();
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &TrainingStatus::tint);
}

void TrainingStatus::clear() {
  idle_ = true;
  state_ = TrainerState::stopped;
  for (QLabel* label : {epochs_, steps_, speed_, left_}) label->clear();
  run_->setRange(0, 1);
  run_->setValue(0);
  run_->hide();
  showIdle();
  tint();
}

void TrainingStatus::setProblems(int count) {
  problems_ = count;
  if (idle_) showIdle();
}

void TrainingStatus::showIdle() {
  stateText_->setText(problems_ == 0 ? tr("Ready to train") : tr("To be mended first: %1").arg(problems_));
}

void TrainingStatus::add(const FeedEvent& event) {
  idle_ = false;
  run_->show();
  switch (event.kind) {
    case FeedEventKind::state:
      state_ = event.state;
      break;
    case FeedEventKind::failed:
      state_ = TrainerState::failed;
      break;
    case FeedEventKind::finished:
      state_ = event.state == TrainerState::stopped ? TrainerState::stopped : TrainerState::finished;
      break;
    case FeedEventKind::step:
    case FeedEventKind::epoch:
      showProgress(event);
      break;
    case FeedEventKind::mark:
      setNote(QString::fromStdString(event.text));
      break;
    case FeedEventKind::message:
      break;
  }
  showState();
  if (event.kind == FeedEventKind::state) showShare(event);
}

void TrainingStatus::showShare(const FeedEvent& event) {
  const auto share = event.values.find("share");
  const QString percent =
      share == event.values.end() ? QString() : tr("%1 %").arg(static_cast<int>(share->second * 100));
  if (state_ == TrainerState::validating && !percent.isEmpty())
    stateText_->setText(tr("%1, %2").arg(stateTitle(state_), percent));
  if (state_ != TrainerState::preparing) {
    if (!preparing_.isEmpty() && steps_->text() == preparing_) steps_->clear();
    preparing_.clear();
    return;
  }
  if (event.text.empty()) return;
  const QString what = QString::fromStdString(event.text);
  preparing_ = percent.isEmpty() ? what : tr("%1, %2").arg(what, percent);
  steps_->setText(preparing_);
  if (percent.isEmpty()) return;
  run_->setRange(0, 1000);
  run_->setValue(static_cast<int>(share->second * 1000));
}

void TrainingStatus::showState() {
  stateText_->setText(stateTitle(state_));
  const bool unknown = state_ == TrainerState::preparing;
  if (unknown)
    run_->setRange(0, 0);
  else if (run_->maximum() == 0)
    run_->setRange(0, 1);
  const bool moving = state_ == TrainerState::running || state_ == TrainerState::validating;
  left_->setVisible(moving || state_ == TrainerState::paused);
  speed_->setVisible(moving);
  tint();
}

void TrainingStatus::showProgress(const FeedEvent& event) {
  const QLocale locale;
  const auto whole = static_cast<int>(std::max<int64_t>(1, event.steps));
  run_->setRange(0, whole);
  run_->setValue(static_cast<int>(event.step));
  steps_->setText(tr("step %1 of %2")
                      .arg(locale.toString(qlonglong(event.step)), locale.toString(qlonglong(event.steps))));
  if (event.epochs > 0)
    epochs_->setText(tr("epoch %1 of %2").arg(std::max(1, event.epoch)).arg(event.epochs));
  const auto speed = event.values.find("images_per_second");
  if (speed != event.values.end() && std::isfinite(speed->second))
    speed_->setText(tr("%1 images/s").arg(locale.toString(qRound64(speed->second))));
  if (event.step <= 0 || event.seconds <= 0) return;
  const double perStep = event.seconds / static_cast<double>(event.step);
  QString text = tr("%1 left").arg(durationText(perStep * static_cast<double>(event.steps - event.step)));
  if (event.epochs > 1) {
    const double stepsAnEpoch = static_cast<double>(event.steps) / event.epochs;
    const double inEpoch = stepsAnEpoch * std::ceil(static_cast<double>(event.step) / stepsAnEpoch) -
                           static_cast<double>(event.step);
    text += tr(" (epoch: %1)").arg(durationText(perStep * inEpoch));
  }
  left_->setText(text);
}

void TrainingStatus::setNote(const QString& note) {
  note_->setText(note);
}

QString TrainingStatus::text() const {
  QStringList parts;
  for (const QLabel* label : {stateText_, epochs_, steps_, speed_, left_, note_})
    if (!label->text().isEmpty()) parts << label->text();
  return parts.join(QStringLiteral(" | "));
}

void TrainingStatus::tint() {
  const Theme& t = theme();
  QColor color = t.textMuted;
  if (!idle_) {
    if (state_ == TrainerState::running || state_ == TrainerState::validating) color = t.accent;
    if (state_ == TrainerState::paused) color = t.warning;
    if (state_ == TrainerState::finished) color = t.good;
    if (state_ == TrainerState::failed) color = t.error;
  }
  QPixmap pixmap(QSize(10, 10) * devicePixelRatioF());
  pixmap.setDevicePixelRatio(devicePixelRatioF());
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(color);
  painter.drawEllipse(QRectF(0.5, 0.5, 9, 9));
  painter.end();
  dot_->setPixmap(pixmap);
}

}  // namespace bypath
