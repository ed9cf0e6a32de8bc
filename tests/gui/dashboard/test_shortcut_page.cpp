// The table of gradient splits: in the order of the network, or of a column that is clicked.
#include <QHeaderView>
#include <QSignalSpy>
#include <QTableWidget>
#include <QtTest>

#include "gui/dashboard/shortcut_page.h"

using namespace bypath;

class TestShortcutPage : public QObject {
  Q_OBJECT

 private:
  static QString blocks(const ShortcutPage& page) {
    QStringList names;
    for (int row = 0; row < page.table()->rowCount(); ++row) names << page.table()->item(row, 0)->text();
    return names.join(' ');
  }

 private Q_SLOTS:
  void columnsSort() {
    ShortcutPage page;
    page.resize(900, 300);
    page.show();
    ProbeRecord record{.step = 1};
    record.shortcuts = {{"a", 1, 3, 0.5, 1, 2}, {"b", 3, 1, -0.5}, {"c", 2, 2, 0, 4, 2}};
    page.setRecord(record);
    QCOMPARE(blocks(page), QStringLiteral("a b c"));
    QHeaderView* header = page.table()->horizontalHeader();
    const auto click = [&](int column) {
      const QPoint at(header->sectionViewportPosition(column) + header->sectionSize(column) / 2,
                      header->height() / 2);
      QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
    };
    click(1);
    QCOMPARE(blocks(page), QStringLiteral("a c b"));
    click(1);
    QCOMPARE(blocks(page), QStringLiteral("b c a"));
    record.shortcuts[0].shortcutNorm = 9;  // the next frame keeps the order of the column
    page.setRecord(record);
    QCOMPARE(blocks(page), QStringLiteral("a b c"));
    click(1);
    QCOMPARE(header->sortIndicatorSection(), -1);
    QCOMPARE(blocks(page), QStringLiteral("a b c"));
    click(4);
    QCOMPARE(blocks(page), QStringLiteral("b a c"));  // the response of b is not known

    QSignalSpy asked(&page, &ShortcutPage::nodeRequested);
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {},
                      page.table()->visualItemRect(page.table()->item(2, 1)).center());
    QCOMPARE(asked.last().first().toString(), QStringLiteral("c"));
  }
};

QTEST_MAIN(TestShortcutPage)
#include "test_shortcut_page.moc"
