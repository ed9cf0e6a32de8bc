#include "gui/inspector/inside_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include "gui/dashboard/empty_state.h"
#include "gui/dashboard/progress_line.h"
#include "gui/figures/figure_menu.h"

namespace bypath {

InsidePage::InsidePage(Words words, QWidget* parent)
    : QWidget(parent),
      words_(std::move(words)),
      head_(new QHBoxLayout),
      options_(new QHBoxLayout),
      moreOptions_(new QHBoxLayout),
      runs_(new QHBoxLayout),
      found_(new QHBoxLayout),
      run_(new RunChooser),
      again_(new QPushButton(words_.verb)),
      export_(new QToolButton),
      progress_(new ProgressLine),
      captionLabel_(new QLabel),
      content_(new QStackedWidget),
      empty_(new EmptyState(words_.icon, {}, {})),
      begin_(empty_->offer(words_.verb)),
      result_(new QWidget),
      resultColumn_(new QVBoxLayout(result_)),
      sign_(new QLabel),
      verdict_(new QLabel),
      reading_(new QLabel) {
  build();
  connect(again_, &QPushButton::clicked, this, &InsidePage::begin);
  connect(begin_, &QPushButton::clicked, this, &InsidePage::begin);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &InsidePage::tint);
  showCaption({}, false);
  showState();
}

void InsidePage::build() {
  captionLabel_->setWordWrap(true);
  captionLabel_->setContentsMargins(16, 2, 16, 0);
  verdict_->setWordWrap(true);
  verdict_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  reading_->setWordWrap(true);
  reading_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  reading_->setProperty("role", "muted");
  keepRoomForReading(2);
  found_->setContentsMargins(8, 0, 8, 0);
  found_->setSpacing(6);
  found_->addWidget(sign_);
  found_->addWidget(verdict_, 3);
  found_->addWidget(reading_, 2);
  resultColumn_->setContentsMargins(8, 4, 8, 0);
  resultColumn_->setSpacing(2);
  resultColumn_->addLayout(found_);
  content_->addWidget(empty_);
  content_->addWidget(result_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 6, 0, 6);
  column->setSpacing(2);
  buildHead();
  column->addWidget(progress_);
  column->addWidget(captionLabel_);
  column->addWidget(content_, 1);
}

void InsidePage::buildHead() {
  export_->setPopupMode(QToolButton::InstantPopup);
  export_->setIcon(themedIcon(QStringLiteral("export")));
  export_->setToolTip(tr("Save this chart as a picture, or its numbers…"));
  export_->setAccessibleName(tr("Save this chart"));
  options_->setSpacing(12);
  head_->setContentsMargins(16, 0, 16, 0);
  head_->setSpacing(8);
  head_->addLayout(options_);
  head_->addStretch(1);
  runs_->addWidget(run_, 1);
  head_->addLayout(runs_, 3);
  head_->addWidget(again_);
  head_->addWidget(export_);
  moreOptions_->setContentsMargins(16, 2, 16, 0);
  moreOptions_->setSpacing(12);
  moreOptions_->addStretch(1);
  auto* column = static_cast<QVBoxLayout*>(layout());
  column->addLayout(head_);
  column->addLayout(moreOptions_);
}

void InsidePage::setResultView(QWidget* view,
                               std::function<Result<void>(const QString& path, const QString& title)> save) {
  resultColumn_->insertWidget(0, view, 1);
  auto* menu = new QMenu(export_);
  addFigureActions(
      *menu, words_.file,
      [this, save = std::move(save)](const QString& path) {
        return save(path, caption_ + QLatin1Char('\n') + shown_);
      },
      [this](const QString& sentence) { showCaption(sentence, false); });
  export_->setMenu(menu);
}

void InsidePage::addOption(QWidget* option) {
  options_->addWidget(option);
}

void InsidePage::addMoreOption(QWidget* option) {
  moreOptions_->insertWidget(moreOptions_->count() - 1, option);
}

void InsidePage::addBesideRun(QWidget* chooser) {
  if (runs_->parent() == head_) {
    head_->removeItem(runs_);
    runs_->setParent(nullptr);
    runs_->setContentsMargins(16, 0, 16, 0);
    static_cast<QVBoxLayout*>(layout())->insertLayout(1, runs_);
  }
  runs_->addWidget(chooser, 1);
}

void InsidePage::addView(QWidget* view) {
  found_->addWidget(view);
}

QPushButton* InsidePage::beginButton() const {
  return showsResult() ? again_ : begin_;
}

bool InsidePage::showsResult() const {
  return content_->currentWidget() == result_;
}

QString InsidePage::caption() const {
  return captionLabel_->text();
}

QString InsidePage::verdict() const {
  return verdict_->text();
}

QString InsidePage::reading() const {
  return reading_->text();
}

void InsidePage::setRuns(const std::vector<CheckpointRun>& runs) {
  run_->setRuns(runs);
  showState();
}

void InsidePage::setBusy(bool busy) {
  busy_ = busy;
  if (busy) {
    progress_->begin(words_.busy);
    showCaption(caption_, false);
  } else {
    progress_->end();
  }
  showState();
}

void InsidePage::say(const QString& problem) {
  showCaption(problem, true);
}

void InsidePage::showResult(const QString& caption) {
  caption_ = caption;
  content_->setCurrentWidget(result_);
  showCaption(caption, false);
  showState();
}

void InsidePage::showEmpty(const QString& title, const QString& text) {
  words_.title = title;
  words_.text = text;
  caption_.clear();
  content_->setCurrentWidget(empty_);
  showCaption({}, false);
  showState();
}

void InsidePage::showState() {
  const bool readable = run_->isEnabled();
  begin_->setVisible(readable && !busy_);
  again_->setVisible(showsResult());
  export_->setVisible(showsResult());
  again_->setEnabled(readable && !busy_);
  const QString without = words_.without.isEmpty()
                              ? tr("Train this network: a run writes its first checkpoint within a minute.")
                              : words_.without;
  emptyText_ = readable ? words_.text : without;
  empty_->setText(readable                   ? words_.title
                  : words_.without.isEmpty() ? tr("No checkpoint yet")
                                             : tr("No run to look into yet"),
                  emptyText_);
}

void InsidePage::showCaption(const QString& text, bool problem) {
  captionLabel_->setProperty("role", problem ? "error" : "caption");
  captionLabel_->style()->unpolish(captionLabel_);
  captionLabel_->style()->polish(captionLabel_);
  captionLabel_->setText(text);
  captionLabel_->setVisible(!text.isEmpty());
}

void InsidePage::setVerdict(const QString& text, const QString& icon, QColor Theme::*role) {
  verdict_->setText(text);
  icon_ = icon;
  role_ = role;
  tint();
}

void InsidePage::tint() {
  constexpr int size = 16;
  sign_->setVisible(!icon_.isEmpty());
  if (!icon_.isEmpty()) sign_->setPixmap(themedIcon(icon_, role_).pixmap(size, size));
}

void InsidePage::setReading(const QString& text) {
  reading_->setText(text);
}

void InsidePage::keepRoomForReading(int lines) {
  reading_->setMinimumHeight(lines * reading_->fontMetrics().lineSpacing());
}

void InsidePage::begin() {
  const QString folder = run_->folder();
  if (folder.isEmpty()) return;
  shown_ = runText();
  Q_EMIT wanted(folder);
}

QString InsidePage::runText() const {
  QStringList texts;
  for (int i = 0; i < runs_->count(); ++i)
    if (const auto* chooser = qobject_cast<RunChooser*>(runs_->itemAt(i)->widget());
        chooser && !chooser->folder().isEmpty())
      texts << chooser->currentText();
  return texts.join(QLatin1Char(' '));
}

void InsidePage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  Q_EMIT runsWanted();
}

}  // namespace bypath
