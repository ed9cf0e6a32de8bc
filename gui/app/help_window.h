// The manual (resources/manual) page by page.
#pragma once

#include <QDialog>

class QListWidget;

namespace bypath {

class ManualText;

class HelpWindow : public QDialog {
  Q_OBJECT
 public:
  explicit HelpWindow(QWidget* parent = nullptr);
  void showPage(const QString& id);  // "first-steps", "canvas", ...
  QString text() const;
  ManualText* page() const { return text_; }

 private:
  QListWidget* pages_;
  ManualText* text_;
};

}  // namespace bypath
