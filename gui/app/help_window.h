// The manual (resources/manual) page by page, and the sheet of keys.
#pragma once

#include <QDialog>

class QAction;
class QListWidget;
class QTextBrowser;

namespace bypath {

class HelpWindow : public QDialog {
  Q_OBJECT
 public:
  HelpWindow(const QList<QAction*>& actions, QWidget* parent = nullptr);
  void showPage(const QString& id);  // "first-steps", "keys", ...
  QString text() const;

 private:
  QString keysPage() const;

  QList<QAction*> actions_;
  QListWidget* pages_;
  QTextBrowser* text_;
};

}  // namespace bypath
