#include "gui/inspector/bars_page.h"

#include "gui/inspector/value_bars.h"

namespace bypath {

BarsPage::BarsPage(Words words, QWidget* parent)
    : InsidePage(std::move(words), parent), bars_(new ValueBars) {
  setResultView(bars_,
                [this](const QString& path, const QString& title) { return bars_->exportTo(path, title); });
  connect(bars_, &ValueBars::selectedChanged, this, &BarsPage::showBar);
  showBar(-1);
}

void BarsPage::showBar(int index) {
  setReading(index < 0 ? tr("Point at a bar, or use the arrow keys, to read it.")
                       : bars_->bars()[static_cast<size_t>(index)].reading);
}

}  // namespace bypath
