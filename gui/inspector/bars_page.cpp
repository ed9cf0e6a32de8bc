#include "gui/inspector/bars_page.h"

#include <QStackedWidget>

#include "gui/inspector/value_bars.h"

namespace bypath {

BarsPage::BarsPage(Words words, QWidget* parent)
    : InsidePage(std::move(words), parent), bars_(new ValueBars), charts_(new QStackedWidget) {
  setResultView(charts_,
                [this](const QString& path, const QString& title) { return chart()->exportTo(path, title); });
  addChart(bars_, tr("Point at a bar, or use the arrow keys, to read it."));
  read();
}

ReadableChart* BarsPage::chart() const {
  return static_cast<ReadableChart*>(charts_->currentWidget());
}

void BarsPage::addChart(ReadableChart* chart, const QString& hint) {
  charts_->addWidget(chart);
  hints_[chart] = hint;
  connect(chart, &ReadableChart::selectedChanged, this, &BarsPage::read);
}

void BarsPage::showChart(ReadableChart* chart) {
  charts_->setCurrentWidget(chart);
  read();
}

void BarsPage::read() {
  const QString reading = chart()->reading();
  setReading(reading.isEmpty() ? hints_[chart()] : reading);
}

}  // namespace bypath
