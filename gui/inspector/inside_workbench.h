// The pages that look inside a trained network, one at a time: a list of them at the left, the chosen one
// beside it.
//
//   workbench->addPage(pathsPage, {"paths", "layout", tr("Paths"), tr("The gradient by path length")});
//   workbench->showPage("paths");
#pragma once

#include <QWidget>

class QListWidget;
class QStackedWidget;

namespace bypath {

class InsideWorkbench : public QWidget {
  Q_OBJECT
 public:
  explicit InsideWorkbench(QWidget* parent = nullptr);

  struct Entry {
    QString name;  // never translated
    QString icon, title, tip;
  };
  // The page gets the name as its object name.
  void addPage(QWidget* page, const Entry& entry);
  void showPage(const QString& name);
  QWidget* currentPage() const;
  QListWidget* list() const { return list_; }

 private:
  void tint();

  QListWidget* list_;
  QStackedWidget* pages_;
};

}  // namespace bypath
