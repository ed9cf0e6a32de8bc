#include "gui/app/start_page.h"

#include <algorithm>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollArea>
#include <QVBoxLayout>

#include "gui/app/recent_list.h"
#include "gui/app/template_details.h"
#include "gui/app/template_gallery.h"
#include "gui/lessons/lesson_cards.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int wideEnough = 1200;  // for the files as a column of their own
constexpr int widest = 1544;
constexpr int aside = 32, above = 24;  // margins

QLabel* label(const char* role, const QString& text = {}) {
  auto* result = new QLabel(text);
  result->setProperty("role", role);
  result->setWordWrap(true);
  return result;
}

}  // namespace

StartPage::StartPage(QWidget* parent)
    : QWidget(parent),
      gallery_(new TemplateGallery),
      details_(new TemplateDetails),
      recent_(new RecentList),
      noRecent_(label("muted", tr("Files that you open or save will be listed here."))),
      files_(makeFiles()),
      lessons_(new LessonCards),
      content_(new QWidget(this)),
      grid_(new QGridLayout(content_)) {
  setObjectName(QStringLiteral("startPage"));
  auto* head = new QVBoxLayout;
  head->setSpacing(4);
  head->addWidget(label("title", tr("Train a residual network")));
  head->addWidget(
      label("muted", tr("Choose a network to begin with. Everything about it can be changed afterwards.")));
  grid_->addLayout(head, 0, 0, 1, 3);
  grid_->setRowStretch(1, 1);
  grid_->addWidget(makeLessons(), 3, 0, 1, 3);
  grid_->setVerticalSpacing(16);
  gallery_->setMinimumHeight(200);

  grid_->setContentsMargins(aside, above, aside, above);
  arrange(false);

  connect(gallery_, &QListWidget::currentRowChanged, this, [this] {
    details_->showTemplate(gallery_->chosen());
    details_->tabAfter(gallery_);
  });
  connect(gallery_, &QListWidget::itemActivated, details_->openButton(), &QPushButton::click);
  connect(details_, &TemplateDetails::openRequested, this, &StartPage::templateRequested);
  connect(lessons_, &LessonCards::lessonRequested, this, &StartPage::lessonRequested);
  connect(recent_, &RecentList::fileRequested, this, &StartPage::fileRequested);
  choose(QStringLiteral("starter"));
  setFocusProxy(gallery_);
}

QWidget* StartPage::makeFiles() {
  auto* other = new QPushButton(themedIcon(QStringLiteral("open")), tr("Open a file…"));
  auto* empty = new QPushButton(themedIcon(QStringLiteral("new")), tr("Empty canvas"));
  other->setObjectName(QStringLiteral("openFile"));
  empty->setObjectName(QStringLiteral("emptyCanvas"));
  for (QPushButton* button : {other, empty}) button->setAutoDefault(true);  // Enter presses it
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(8);
  buttons->addWidget(other);
  buttons->addWidget(empty);
  buttons->addStretch();
  auto* card = new QFrame;
  card->setProperty("role", "card");
  auto* column = new QVBoxLayout(card);
  column->setContentsMargins(24, 20, 24, 20);
  column->setSpacing(8);
  column->addWidget(label("heading", tr("Recent files")));
  column->addWidget(noRecent_);
  column->addWidget(recent_, 1);
  column->addStretch();
  column->addLayout(buttons);
  recent_->setMinimumHeight(56);
  connect(other, &QPushButton::clicked, this, &StartPage::openRequested);
  connect(empty, &QPushButton::clicked, this, &StartPage::emptyRequested);
  return card;
}

QWidget* StartPage::makeLessons() {
  auto* row = new QWidget;
  lessonsRow_ = new QBoxLayout(QBoxLayout::TopToBottom, row);
  lessonsRow_->setContentsMargins(0, 0, 0, 0);
  auto* head = label("heading", tr("Lessons"));
  head->setWordWrap(false);
  lessonsRow_->addWidget(head, 0, Qt::AlignTop);
  lessonsRow_->addWidget(lessons_, 1);
  return row;
}

// Three columns; in a small window the files stand below the gallery.
void StartPage::arrange(bool wide) {
  for (QWidget* part : {static_cast<QWidget*>(gallery_), static_cast<QWidget*>(details_), files_})
    grid_->removeWidget(part);
  grid_->setHorizontalSpacing(wide ? 24 : 16);
  grid_->addWidget(gallery_, 1, 0);
  grid_->addWidget(details_, 1, 1, wide ? 1 : 2, wide ? 1 : 2);
  lessons_->setSmall(!wide);
  lessonsRow_->setDirection(wide ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
  lessonsRow_->setSpacing(wide ? 8 : 24);
  constexpr int toTheTitles = 6;
  lessonsRow_->itemAt(0)->widget()->setContentsMargins(0, wide ? 0 : toTheTitles, 0, 0);
  recent_->setMaximumHeight(wide ? QWIDGETSIZE_MAX : 2 * RecentList::lineHeight + 4);
  if (wide)
    grid_->addWidget(files_, 1, 2);
  else
    grid_->addWidget(files_, 2, 0);
  grid_->setColumnStretch(0, 5);
  grid_->setColumnStretch(1, wide ? 4 : 5);
  grid_->setColumnStretch(2, wide ? 3 : 0);
}

void StartPage::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  const auto isWide = [](const QSize& size) { return size.width() >= wideEnough; };
  if (!event->oldSize().isValid() || isWide(event->size()) != isWide(event->oldSize()))
    arrange(isWide(event->size()));
  const int room = std::min(width(), widest);
  content_->setGeometry((width() - room) / 2, 0, room, height());
}

// Without a layout of its own: a scroll area around it would make it as tall as its texts and forms like to
// be, rather than as small as they can.
QSize StartPage::minimumSizeHint() const {
  return content_->minimumSizeHint();
}

void StartPage::choose(const QString& templateId) {
  gallery_->choose(templateId);
}

QString StartPage::chosen() const {
  return gallery_->chosen();
}

AttributeForm* StartPage::form() const {
  return details_->form();
}

QPushButton* StartPage::openButton() const {
  return details_->openButton();
}

void StartPage::showLessons() {
  lessons_->focusFirst();
  for (QWidget* around = parentWidget(); around; around = around->parentWidget())
    if (auto* scroll = qobject_cast<QScrollArea*>(around)) scroll->ensureWidgetVisible(lessons_);
}

void StartPage::refreshRecent() {
  recent_->refresh();
  recent_->setVisible(recent_->count() > 0);
  noRecent_->setVisible(recent_->count() == 0);
}

void StartPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refreshRecent();
  gallery_->setFocus();
}

}  // namespace bypath
