#include "gui/dashboard/gradient_page.h"

#include <algorithm>
#include <QLabel>
#include <QVBoxLayout>

#include "gui/dashboard/depth_bars.h"
#include "gui/dashboard/empty_state.h"

namespace bypath {

namespace {

// What the bars say in words: the first quarter of the layers against the last one, as a ratio of their
// medians.
double depthRatio(const std::vector<double>& norms) {
  const auto quarter = static_cast<std::ptrdiff_t>(std::max<size_t>(1, norms.size() / 4));
  const auto median = [](std::vector<double> part) {
    std::sort(part.begin(), part.end());
    return part[part.size() / 2];
  };
  const double late = median({norms.end() - quarter, norms.end()});
  return late > 0 ? median({norms.begin(), norms.begin() + quarter}) / late : 0;
}

}  // namespace

GradientPage::GradientPage(QWidget* parent)
    : QStackedWidget(parent),
      empty_(new EmptyState(
          QStringLiteral("gradients"), tr("No gradients yet"),
          tr("Train, and every layer gets a bar: how strong the gradient is that reaches it."))),
      content_(new QWidget),
      reading_(new QLabel),
      bars_(new DepthBars) {
  reading_->setProperty("role", "caption");
  reading_->setWordWrap(true);
  auto* column = new QVBoxLayout(content_);
  column->setContentsMargins(16, 8, 16, 8);
  column->setSpacing(4);
  column->addWidget(bars_, 1);
  column->addWidget(reading_);
  addWidget(empty_);
  addWidget(content_);
  bars_->setAccessibleName(tr("Gradient norm of every layer"));
  connect(bars_, &DepthBars::activated, this, &GradientPage::nodeRequested);
  connect(bars_, &DepthBars::exported, reading_, &QLabel::setText);
}

void GradientPage::setRecord(const ProbeRecord& record) {
  setCurrentWidget(record.layers.empty() ? static_cast<QWidget*>(empty_) : content_);
  QStringList paths;
  std::vector<double> norms;
  for (const LayerGradient& layer : record.layers) {
    paths << QString::fromStdString(layer.path);
    norms.push_back(layer.norm);
  }
  bars_->setBars(paths, {{tr("gradient norm, step %1").arg(record.step), &Theme::accent, norms}});
  if (norms.empty()) return;

  const auto silent = std::count_if(norms.begin(), norms.end(), [](double n) { return !(n > 0); });
  const double ratio = depthRatio(norms);
  QString verdict;
  if (silent > 0)
    verdict = silent == 1 ? tr("One layer receives no gradient at all (red).")
                          : tr("%1 layers receive no gradient at all (red).").arg(silent);
  else if (ratio < 0.01)
    verdict = tr("The early layers receive %1 times less than the late ones: the gradient vanishes on its "
                 "way back.")
                  .arg(qRound64(1 / std::max(ratio, 1e-18)));
  else if (ratio > 100)
    verdict = tr("The early layers receive %1 times more than the late ones: the gradient explodes on its "
                 "way back.")
                  .arg(qRound64(ratio));
  else
    verdict = tr("Early and late layers are within a factor of %1: every layer is being trained.")
                  .arg(QString::number(std::max(ratio, 1 / ratio), 'f', 1));
  reading_->setText(tr("Gradient of each layer's weights; a staircase falling to the left would be a "
                       "vanishing gradient. %1")
                        .arg(verdict));
}

}  // namespace bypath
