// What the doctor found, as a list that leads to the layer.
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTreeWidget>

#include "gui/inspector/doctor_page.h"
#include "tests/gui/stored_files.h"

using namespace bypath;

class TestDoctorPage : public QObject {
  Q_OBJECT

 private:
  static CheckUp sick() {
    return {.findings = {{"dead-relu", "stage1[2]/relu", "ReLUs are dead", "75 % of its channels are 0.",
                          "No gradient.", "Halve the rate.", "Maas 2013"},
                         {"overfitting", "", "It learns by heart", "Loss 1, 2 now.", "Training images alone.",
                          "Augment.", "Prechelt 1998"}},
            .layers = 12,
            .epochs = 3};
  }

 private Q_SLOTS:
  void findingsLeadToTheirLayer() {
    DoctorPage page;
    page.resize(900, 320);
    page.show();
    QVERIFY(!page.showsResult());
    page.setCheckUp(sick(), "step 7 of run");
    QVERIFY(page.showsResult());
    QCOMPARE(page.list()->topLevelItemCount(), 2);
    QTreeWidgetItem* first = page.list()->topLevelItem(0);
    QCOMPARE(first->text(1), QStringLiteral("stage1[2]/relu"));
    QCOMPARE(first->childCount(), 4);
    QVERIFY(first->isExpanded() && first->child(2)->text(0).contains("To refute it: Halve the rate."));
    QVERIFY2(page.verdict().contains("12 layers") && page.verdict().contains("step 7 of run"),
             qPrintable(page.verdict()));
    QSignalSpy asked(&page, &DoctorPage::nodeRequested);
    QTest::mouseClick(page.list()->viewport(), Qt::LeftButton, {},
                      page.list()->visualItemRect(first->child(1)).center());
    QCOMPARE(asked.last().first().toString(), QStringLiteral("stage1[2]/relu"));
  }

  void nothingFoundIsSaid() {
    DoctorPage page;
    page.setCheckUp({.findings = {}, .layers = 20, .epochs = 2}, "step 7 of run");
    QVERIFY2(page.verdict().startsWith("Nothing found"), qPrintable(page.verdict()));
    QCOMPARE(page.list()->topLevelItemCount(), 0);
    QVERIFY2(page.caption().startsWith("None of what"), qPrintable(page.caption()));
  }
};

QTEST_MAIN(TestDoctorPage)
#include "test_doctor_page.moc"
