// Answers a dialog that will come, however long that takes: waits until it is the active one.
//
//   answerNext("Discard");                                     // a question box, by a button's text
//   whenModal<QFileDialog>([](QFileDialog* dialog) { ... });   // must end it
#pragma once

#include <functional>
#include <QAbstractButton>
#include <QApplication>
#include <QMessageBox>
#include <QPointer>
#include <QTimer>
#include <QtTest>

namespace bypath {

template <class Dialog>
void whenModal(std::function<void(Dialog*)> answer) {
  constexpr int often = 20, settling = 150;  // milliseconds; a dialog of files has a folder to read
  QTimer::singleShot(often, qApp, [answer = std::move(answer)] {
    QPointer<Dialog> dialog = qobject_cast<Dialog*>(QApplication::activeModalWidget());
    if (!dialog || !dialog->isVisible()) return whenModal<Dialog>(answer);
    QTimer::singleShot(settling, dialog, [dialog, answer] { answer(dialog); });
  });
}

inline void answerNext(const QString& text) {
  whenModal<QMessageBox>([text](QMessageBox* box) {
    for (QAbstractButton* button : box->buttons())
      if (button->text() == text) return button->click();
    box->reject();
    QFAIL("no such button");
  });
}

}  // namespace bypath
