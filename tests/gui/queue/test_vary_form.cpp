// Settings to vary, as a person fills them in.
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QtTest>

#include "core/templates/catalog.h"
#include "core/training/settings.h"
#include "gui/queue/vary_form.h"

using namespace bypath;

class TestVaryForm : public QObject {
  Q_OBJECT
  std::unique_ptr<VaryForm> form_;

  static void choose(QComboBox* box, const QString& data) {
    const int at = box->findData(data);
    QVERIFY2(at >= 0, qPrintable(data));
    box->setFocus();
    while (box->currentIndex() != at)
      QTest::keyClick(box, box->currentIndex() < at ? Qt::Key_Down : Qt::Key_Up);
  }
  void write(int line, const QString& text) const {
    form_->valuesField(line)->clear();
    QTest::keyClicks(form_->valuesField(line), text);
  }

 private Q_SLOTS:
  void init() {
    form_ = std::make_unique<VaryForm>(trainingSchema());
    form_->setBases(
        {{"This network", {}, nullptr}, {"ResNet", "resnet", &findTemplate("resnet")->parameters}});
    form_->show();
    QVERIFY(QTest::qWaitForWindowExposed(form_.get()));
  }

  void aSettingOfTheOpenNetwork() {
    QVERIFY(!form_->addButton()->isEnabled());
    QVERIFY2(form_->said().contains("Learning rate"), qPrintable(form_->said()));
    write(0, "0.1, 0.05");
    QVERIFY(form_->addButton()->isEnabled());
    QCOMPARE(form_->addButton()->text(), QString("Add 2 runs"));
    const Result<Sweep> sweep = form_->experiments();
    QVERIFY(sweep.ok());
    QCOMPARE(sweep->experiments[1].set.at("learning_rate"), std::string("0.05"));
    QVERIFY(sweep->experiments[1].network.empty());
  }

  void depthsOfATemplateAndTheirTwins() {
    choose(form_->baseBox(), "resnet");
    choose(form_->keyBox(0), "depth");
    write(0, "8,14,20");
    QTest::mouseClick(form_->moreButton(), Qt::LeftButton);
    choose(form_->keyBox(1), "order");
    write(1, "original,full-preactivation");
    QTest::mouseClick(form_->twinBox(), Qt::LeftButton, {}, QPoint(8, form_->twinBox()->height() / 2));
    QCOMPARE(form_->addButton()->text(), QString("Add 12 runs"));
    QSignalSpy wanted(form_.get(), &VaryForm::wanted);
    QTest::keyClick(form_->valuesField(1), Qt::Key_Return);
    QCOMPARE(wanted.size(), 1);
    const Result<Sweep> sweep = form_->experiments();
    QVERIFY(sweep.ok());
    QCOMPARE(sweep->experiments.size(), size_t{12});
    QCOMPARE(sweep->experiments[0].network, std::string("resnet"));
  }

  void badValuesGetASentence_data() {
    QTest::addColumn<QString>("values");
    QTest::addColumn<QString>("says");
    QTest::newRow("no number") << "0.1,fast"
                               << "fast";
    QTest::newRow("out of range") << "-3"
                                  << "-3";
    QTest::newRow("twice") << "0.1,0.1"
                           << "twice";
    QTest::newRow("empty") << "0.1,,0.2"
                           << "empty";
  }
  void badValuesGetASentence() {
    QFETCH(QString, values);
    QFETCH(QString, says);
    write(0, values);
    QVERIFY(!form_->addButton()->isEnabled());
    QVERIFY2(form_->said().contains(says), qPrintable(form_->said()));
  }

  void escapeLeaves() {
    QSignalSpy cancelled(form_.get(), &VaryForm::cancelled);
    QTest::keyClick(form_->valuesField(0), Qt::Key_Escape);
    QCOMPARE(cancelled.size(), 1);
  }
};

QTEST_MAIN(TestVaryForm)
#include "test_vary_form.moc"
