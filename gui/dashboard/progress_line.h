// A line that says what is being worked on, how much is done and how long it will take, with a way to cancel.
// It takes room only while something that is not over at once is under way.
//
//   line->begin(tr("Encoding images"));  line->setShare(0.4);  line->end();
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace bypath {

class ProgressLine : public QWidget {
  Q_OBJECT
 public:
  explicit ProgressLine(QWidget* parent = nullptr);
  void begin(const QString& what);  // how long is not known until a share is
  void setShare(double share);
  void end();
  QString text() const;
  QPushButton* cancelButton() const { return cancel_; }

 Q_SIGNALS:
  void cancelled();

 private:
  QString what_;
  QElapsedTimer since_;
  QTimer patience_;  // before it shows
  double firstShare_ = -1;
  QProgressBar* bar_;
  QLabel* words_;
  QPushButton* cancel_;
};

}  // namespace bypath
