// The manual (resources/manual) page by page.
#pragma once

#include <QDialog>

class QListWidget;
class QTextBrowser;

namespace bypath {

class HelpWindow : public QDialog {
  Q_OBJECT
 public:
  explicit HelpWindow(QWidget* parent = nullptr);
  void showPage(const QString& id);  // "first-steps", "canvas", ...
  QString text() const;

 private:
  QListWidget* pages_;
  QTextBrowser* text_;
};

}  // namespace bypath
