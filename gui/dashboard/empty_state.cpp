#include "gui/dashboard/empty_state.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "gui/theme/theme.h"

namespace bypath {

EmptyState::EmptyState(const QString& icon, const QString& title, const QString& text, QWidget* parent)
    : QWidget(parent), icon_(icon), picture_(new QLabel), title_(new QLabel(title)), text_(new QLabel(text)) {
  picture_->setAlignment(Qt::AlignCenter);
  title_->setProperty("role", "heading");
  title_->setAlignment(Qt::AlignCenter);
  text_->setProperty("role", "muted");
  text_->setAlignment(Qt::AlignCenter);
  text_->setWordWrap(true);
  text_->setMinimumWidth(220);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(24, 8, 24, 8);
  column->setSpacing(6);
  column->addStretch();
  column->addWidget(picture_);
  column->addWidget(title_);
  column->addWidget(text_);
  column->addStretch();
  tint();
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &EmptyState::tint);
}

void EmptyState::setText(const QString& title, const QString& text) {
  title_->setText(title);
  text_->setText(text);
}

QPushButton* EmptyState::offer(const QString& label) {
  auto* button = new QPushButton(label);
  button->setProperty("primary", true);
  auto* column = static_cast<QVBoxLayout*>(layout());
  column->insertSpacing(column->count() - 1, 6);
  column->insertWidget(column->count() - 1, button, 0, Qt::AlignHCenter);
  return button;
}

void EmptyState::tint() {
  picture_->setPixmap(themedIcon(icon_, &Theme::textMuted).pixmap(28, 28));
}

}  // namespace bypath
