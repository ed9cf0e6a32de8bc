// A page of the manual: Markdown from the program's resources, its pictures as wide as the text at most, its
// links to other pages followed by whoever holds it.
//
//   connect(text, &ManualText::pageRequested, help, &HelpWindow::showPage);
//   text->showPage("canvas");
#pragma once

#include <QTextBrowser>
#include <QTimer>

namespace bypath {

class ManualText : public QTextBrowser {
  Q_OBJECT
 public:
  explicit ManualText(QWidget* parent = nullptr);
  void showPage(const QString& id);

 Q_SIGNALS:
  void pageRequested(const QString& id);

 protected:
  QVariant loadResource(int type, const QUrl& name) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void follow(const QUrl& link);
  void drawTables();
  void fitPictures();
  int room() const;  // for a picture

  QTimer fitting_;
  QString page_;
  int shownFor_ = 0;  // the room that the page was laid out for
};

}  // namespace bypath
