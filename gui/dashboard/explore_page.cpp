#include "gui/dashboard/explore_page.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/data/png_file.h"
#include "gui/dashboard/empty_state.h"
#include "gui/dashboard/explore_controls.h"
#include "gui/dashboard/frame_image.h"
#include "gui/dashboard/picture_matrix.h"
#include "gui/dashboard/progress_line.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr size_t samplesARow = 8;

std::vector<QImage> images(const std::vector<FrameImage>& frames, size_t first, size_t count) {
  std::vector<QImage> out;
  for (size_t i = first; i < std::min(frames.size(), first + count); ++i) out.push_back(toImage(frames[i]));
  return out;
}

}  // namespace

ExplorePage::ExplorePage(QWidget* parent)
    : QWidget(parent),
      mode_(new QComboBox),
      run_(new RunChooser),
      read_(new QPushButton(tr("Read last checkpoint"))),
      save_(new QToolButton),
      progress_(new ProgressLine),
      caption_(new QLabel),
      controls_(new QStackedWidget),
      between_(new BetweenControls),
      axes_(new AxisControls),
      time_(new TimeControls),
      content_(new QStackedWidget),
      empty_(new EmptyState(QStringLiteral("pictures"), {}, {})),
      begin_(empty_->offer(tr("Read last checkpoint"))),
      scroll_(new QScrollArea),
      matrix_(new PictureMatrix) {
  caption_->setProperty("role", "caption");
  caption_->setWordWrap(true);
  caption_->setContentsMargins(16, 2, 16, 0);
  for (QWidget* page :
       {static_cast<QWidget*>(between_), static_cast<QWidget*>(axes_), static_cast<QWidget*>(time_)})
    controls_->addWidget(page);
  controls_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  scroll_->setWidgetResizable(true);
  scroll_->setWidget(matrix_);
  matrix_->setAccessibleName(tr("Decoded pictures"));
  content_->addWidget(empty_);
  content_->addWidget(scroll_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 6, 0, 0);
  column->setSpacing(2);
  buildHead();
  column->addWidget(progress_);
  column->addWidget(controls_);
  column->addWidget(caption_);
  column->addWidget(content_, 1);

  connect(mode_, &QComboBox::currentIndexChanged, this, &ExplorePage::showMode);
  connect(run_, &QComboBox::currentIndexChanged, this, &ExplorePage::showCaption);
  connect(read_, &QPushButton::clicked, this, &ExplorePage::read);
  connect(begin_, &QPushButton::clicked, this, &ExplorePage::read);
  connect(save_, &QToolButton::clicked, this, &ExplorePage::askAndSave);
  connect(between_, &BetweenControls::changed, this, &ExplorePage::askForWalk);
  connect(axes_, &AxisControls::changed, this, &ExplorePage::askForWalk);
  connect(time_, &TimeControls::changed, this, &ExplorePage::showTime);
  setRuns({});
  showMode();
}

void ExplorePage::buildHead() {
  mode_->setObjectName(QStringLiteral("exploreMode"));
  mode_->setAccessibleName(tr("What to look at"));
  mode_->addItems({tr("Between two images"), tr("Along principal axes"), tr("Samples over time")});
  run_->setObjectName(QStringLiteral("exploreRun"));
  read_->setToolTip(tr("Pictures are of the checkpoint read last; this reads the newest one of the run"));
  save_->setIcon(themedIcon(QStringLiteral("export")));
  save_->setToolTip(tr("Save these pictures as PNG…"));
  save_->setAccessibleName(tr("Save these pictures as PNG"));
  auto* head = new QHBoxLayout;
  head->setContentsMargins(16, 0, 16, 0);
  head->setSpacing(8);
  head->addWidget(mode_);
  head->addStretch(1);
  head->addWidget(run_, 3);
  head->addWidget(read_);
  head->addWidget(save_);
  static_cast<QVBoxLayout*>(layout())->addLayout(head);
}

ExplorePage::Mode ExplorePage::mode() const {
  return static_cast<Mode>(mode_->currentIndex());
}

void ExplorePage::setMode(Mode mode) {
  mode_->setCurrentIndex(static_cast<int>(mode));
}

void ExplorePage::addFrame(const InspectionFrame& frame) {
  history_.add(frame);
  time_->setHistory(history_);
  if (mode() != Mode::time || !isVisible()) return;
  showState();
  showTime();
}

void ExplorePage::clearFrames() {
  history_.clear();
  time_->setHistory(history_);
  if (mode() == Mode::time) showMode();
}

void ExplorePage::setRuns(const std::vector<CheckpointRun>& runs) {
  run_->setRuns(runs);
  showState();
}

void ExplorePage::setSource(const LatentSource& source) {
  source_ = source;
  problem_.clear();
  between_->setSource(source);
  axes_->setSource(source);
  if (mode() != Mode::time) matrix_->setRows({});
  showMode();
}

void ExplorePage::setRows(const std::vector<LatentRow>& rows, const QStringList& columns) {
  if (mode() == Mode::time) return;
  std::vector<MatrixRow> shown;
  for (const LatentRow& row : rows) shown.push_back({row.title, images(row.images, 0, row.images.size())});
  matrix_->setRows(std::move(shown), columns);
  save_->setEnabled(!matrix_->empty());
}

void ExplorePage::say(const QString& problem) {
  problem_ = problem;
  showCaption();
}

// What a mode has nothing for yet says what to do.
void ExplorePage::showState() {
  const bool timed = mode() == Mode::time, readable = run_->isEnabled();
  const bool something = timed ? history_.count() > 0 : source_.has_value();
  run_->setVisible(!timed);
  read_->setVisible(!timed && source_);
  read_->setEnabled(readable);
  begin_->setVisible(!timed && readable);
  controls_->setVisible(something);
  content_->setCurrentWidget(something ? static_cast<QWidget*>(scroll_) : empty_);
  if (timed)
    empty_->setText(
        tr("No samples yet"),
        tr("Train: the pictures that the decoder makes of the same random codes are kept here, from "
           "the first steps to the last."));
  else if (readable)
    empty_->setText(tr("Nothing read yet"),
                    tr("Read a run's last checkpoint, and walk from one image's code to "
                       "another's or along the axes of all codes."));
  else
    empty_->setText(tr("No checkpoint yet"),
                    tr("Train this network: a run writes its first checkpoint within a minute."));
  showCaption();
}

void ExplorePage::showMode() {
  controls_->setCurrentIndex(mode_->currentIndex());
  controls_->setFixedHeight(controls_->currentWidget()->sizeHint().height());
  matrix_->setRows({});
  showState();
  if (mode() == Mode::time)
    showTime();
  else
    askForWalk();
}

void ExplorePage::showTime() {
  if (history_.count() == 0) return matrix_->setRows({});
  const std::vector<FrameImage>& samples = history_.at(time_->index()).samples;
  std::vector<MatrixRow> rows;
  for (size_t first = 0; first < samples.size(); first += samplesARow)
    rows.push_back({{}, images(samples, first, samplesARow)});
  matrix_->setRows(std::move(rows));
  save_->setEnabled(true);
  showCaption();
}

void ExplorePage::askForWalk() {
  if (mode() == Mode::time || !source_) return;
  problem_.clear();
  showCaption();
  Q_EMIT walkWanted(mode() == Mode::between ? between_->walk() : axes_->walk());
}

void ExplorePage::showCaption() {
  const QLocale locale;
  QString text;
  if (mode() == Mode::time && history_.count() > 0)
    text =
        tr("Step %1, one of %2 looks at this run: the same random codes all through it; shapes settle first, "
           "edges sharpen later.")
            .arg(locale.toString(qlonglong(history_.at(time_->index()).step)))
            .arg(history_.count());
  if (mode() != Mode::time && source_) {
    const QString where = tr("Step %1 of %2.").arg(locale.toString(qlonglong(source_->step)), source_->run);
    text =
        mode() == Mode::between
            ? tr("Decoded from the straight line between the two images' codes at equal steps: linear in z.")
            : tr("Along principal axes of the latent means of %1 validation images, in standard deviations.")
                  .arg(locale.toString(qlonglong(source_->measured)));
    text = where + QLatin1Char(' ') + text;
  }
  if (!problem_.isEmpty()) text = problem_;
  caption_->setProperty("role", problem_.isEmpty() ? "caption" : "error");
  caption_->style()->unpolish(caption_);
  caption_->style()->polish(caption_);
  caption_->setText(text);
  caption_->setVisible(!text.isEmpty());
  save_->setEnabled(!matrix_->empty());
}

QString ExplorePage::caption() const {
  return caption_->text();
}

void ExplorePage::read() {
  if (const QString folder = run_->folder(); !folder.isEmpty()) Q_EMIT sourceWanted(folder);
}

Result<void> ExplorePage::saveTo(const QString& path) const {
  const QImage picture = matrix_->picture();
  std::vector<uint8_t> pixels;
  for (int y = 0; y < picture.height(); ++y)
    pixels.insert(pixels.end(), picture.constScanLine(y), picture.constScanLine(y) + picture.width() * 3);
  return writePng(path.toStdString(), picture.width(), picture.height(), 3, pixels);
}

void ExplorePage::askAndSave() {
  const QString names[] = {QStringLiteral("between.png"), QStringLiteral("axes.png"),
                           QStringLiteral("samples.png")};
  QString path = QFileDialog::getSaveFileName(this, tr("Save these pictures"), names[mode_->currentIndex()],
                                              tr("PNG file (*.png)"));
  if (path.isEmpty()) return;
  if (QFileInfo(path).suffix().toLower() != QLatin1String("png")) path += QStringLiteral(".png");
  const Result<void> done = saveTo(path);
  if (!done) return say(QString::fromStdString(done.error().message));
  problem_.clear();
  showCaption();
  caption_->setText(tr("Written: %1").arg(path));
}

void ExplorePage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (mode() == Mode::time) showMode();
  Q_EMIT runsWanted();
}

}  // namespace bypath
